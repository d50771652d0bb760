//! The built program, run in workspaces of its own.

mod arguments;
mod built_in;
mod check;
mod drift;
mod elsewhere;
mod explain;
#[cfg(unix)]
mod fake;
mod growth;
mod hostile;
mod list;
mod new;
mod proxies;
#[cfg(unix)]
mod questions;
mod scopes;
mod server;
mod site;
mod workspace;

const PROGRAM: &str = env!("CARGO_BIN_EXE_oauth-atlas");

/// A workspace needs nothing but specs.
const FILES: [(&str, &str); 0] = [];
