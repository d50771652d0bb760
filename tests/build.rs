//! Generates the clients of `fixtures/` as a company's own crate would generate private ones, and
//! from the model of every spec the calls that the tests make. So a new file in `specs/` is tested
//! without a line of test code.

#[path = "build/absence.rs"]
mod absence;
#[path = "build/captures.rs"]
mod captures;
#[path = "build/clients.rs"]
mod clients;
#[path = "build/driven.rs"]
mod driven;
#[path = "build/interface.rs"]
mod interface;
#[path = "build/servers.rs"]
mod servers;
#[path = "../cli/tools.rs"]
mod tools;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::exit;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Options, Report, Source, generate, load};

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    let out = Path::new(&out);
    let fixtures = sources(&here.join("fixtures"));
    let specs = sources(&here.join("../specs"));
    tools::tell(&["openssl", "valgrind"]);

    let files = generate(&fixtures, &Options::private()).unwrap_or_else(|report| refuse(&report));
    files
        .write(&out.join("fixtures"))
        .expect("OUT_DIR can be written");

    let servers = of_servers(&here.join("servers"));
    let files = generate(&servers, &Options::private()).unwrap_or_else(|report| refuse(&report));
    files
        .write(&out.join("servers"))
        .expect("OUT_DIR can be written");
    let servers = load(&servers).unwrap_or_else(|report| refuse(&report));
    write_file(&out.join("servers.rs"), &servers::servers(&servers));

    let published = load(&specs).unwrap_or_else(|report| refuse(&report));
    let private = load(&fixtures).unwrap_or_else(|report| refuse(&report));
    let modules: Vec<_> = published
        .iter()
        .map(|provider| ("oauth_atlas", provider))
        .chain(private.iter().map(|provider| ("crate::fixtures", provider)))
        .map(|(path, provider)| Module { path, provider })
        .collect();
    write_file(&out.join("captures.rs"), &captures::captures(&modules));
    write_file(&out.join("driven.rs"), &driven::driven(&modules));
    write_file(&out.join("absence.rs"), &absence::absence(&modules));
    interface::write(&here.join("interface"), &out.join("interface"));
}

/// A generated module: where it is, and what it was generated from.
struct Module<'m> {
    path: &'static str,
    provider: &'m Provider,
}

fn sources(folder: &Path) -> Vec<Source> {
    println!("cargo:rerun-if-changed={}", folder.display());
    Source::read_dir(folder).expect("specs can be read")
}

/// The specs of the servers, each named after its folder.
fn of_servers(folder: &Path) -> Vec<Source> {
    println!("cargo:rerun-if-changed={}", folder.display());
    let entries = fs::read_dir(folder).expect("the servers can be read");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("the servers can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
        .iter()
        .map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            Source::read(&folder.join("provider.yaml"), format!("{name}.yaml"))
                .expect("each server has a spec")
        })
        .collect()
}

fn refuse(report: &Report) -> ! {
    // Cargo shows what a build script that fails wrote there.
    let _ = write!(io::stderr(), "{}", report.render(false));
    exit(1)
}

fn write_file(path: &Path, text: &str) {
    fs::write(path, text).expect("OUT_DIR can be written");
}
