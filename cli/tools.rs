//! Tells tests which programs this machine has. The harness has no test that is skipped while it
//! runs, so that those of a missing program are ignored when they are built.

use std::env;
use std::path::PathBuf;

/// Sets `has_curl` and its like for each of these programs that is on the path.
pub fn tell(programs: &[&str]) {
    for program in programs {
        println!("cargo:rustc-check-cfg=cfg(has_{program})");
        if let Some(path) = find(program) {
            println!("cargo:rustc-cfg=has_{program}");
            // Gone one day. That a missing one has come, nothing tells: until the next build its
            // tests are ignored still, and `--include-ignored` runs them all the same.
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    let folders = env::var_os("PATH")?;
    let mut paths = env::split_paths(&folders).map(|folder| folder.join(&name));
    paths.find(|path| path.is_file())
}
