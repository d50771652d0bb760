//! The built command, run on workspaces of its own.

mod arguments;
mod check;
mod codegen;
mod elsewhere;
mod list;
#[cfg(unix)]
mod test;
#[cfg(unix)]
mod watch;
mod workspace;
