//! The built command, run on workspaces of its own.

mod arguments;
mod check;
mod codegen;
mod explain;
mod list;
mod site;
#[cfg(unix)]
mod test;
mod workspace;
