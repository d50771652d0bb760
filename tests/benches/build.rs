//! Generates the clients of `specs/`.

fn main() {
    oauth_atlas_codegen::Builder::new("specs").emit();
}
