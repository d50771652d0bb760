//! One module a command.

pub mod check;
pub mod codegen;
pub mod drift;
pub mod list;
pub mod new;
pub mod test;
