//! The built command, run on workspaces of its own.

mod arguments;
mod check;
mod codegen;
mod explain;
mod list;
#[cfg(unix)]
mod test;
mod workspace;
