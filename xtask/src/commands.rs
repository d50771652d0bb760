//! One module a command.

pub mod check;
pub mod codegen;
pub mod explain;
pub mod list;
pub mod site;
pub mod test;
