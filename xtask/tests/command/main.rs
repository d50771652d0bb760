//! The built command, run on workspaces of its own.

mod arguments;
mod check;
mod codegen;
mod drift;
mod list;
mod new;
#[cfg(unix)]
mod questions;
mod server;
#[cfg(unix)]
mod test;
mod workspace;
