//! The built command, run on workspaces of its own.

mod arguments;
mod check;
mod codegen;
mod drift;
mod elsewhere;
mod explain;
#[cfg(unix)]
mod fake;
mod list;
mod new;
#[cfg(unix)]
mod questions;
mod server;
mod site;
#[cfg(unix)]
mod test;
#[cfg(unix)]
mod watch;
mod workspace;
