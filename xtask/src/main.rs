//! `cargo xtask …`

use std::process::ExitCode;

fn main() -> ExitCode {
    oauth_atlas_cli::main()
}
