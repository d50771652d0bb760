//! Tells the tests which programs they can run.

#[path = "tools.rs"]
mod tools;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=tools.rs");
    tools::tell(&["bash", "chromedriver", "curl", "sh", "valgrind"]);
}
