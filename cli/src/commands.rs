//! One module a command.

pub mod check;
pub mod drift;
pub mod explain;
pub mod fake;
pub mod list;
pub mod new;
pub mod scopes;
pub mod site;
