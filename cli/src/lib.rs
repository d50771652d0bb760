//! The library behind the program `oauth-atlas`.
//!
//! Without features it is what generates code from a terminal, and no more: [`generate`], and what a
//! command says and fails with. The workspace's own `cargo xtask codegen` is made of that. The feature
//! `program` adds the program itself, and `built-in` the specs of all providers of Oauth Atlas.

#![deny(missing_docs)]

pub mod failure;
pub mod generate;
pub mod mistakes;
pub mod table;
pub mod terminal;
pub mod verbs;

#[cfg(feature = "program")]
mod arguments;
#[cfg(feature = "program")]
mod commands;
#[cfg(feature = "program")]
mod day;
#[cfg(feature = "program")]
mod document;
#[cfg(feature = "program")]
mod explain;
#[cfg(feature = "program")]
mod metadata;
#[cfg(feature = "program")]
mod program;
#[cfg(feature = "program")]
mod requests;
#[cfg(feature = "program")]
mod site;
#[cfg(feature = "program")]
mod specs;
#[cfg(feature = "program")]
mod yaml;

#[cfg(feature = "program")]
pub use program::main;
