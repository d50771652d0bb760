//! Turns YAML descriptions of OAuth 2.0 providers into typed Rust clients.
//!
//! The stages, each a module, each a function from one type to the next:
//!
//! | stage | from | to |
//! | --- | --- | --- |
//! | parse | [`Source`] | a tree whose nodes know their place |
//! | decode | the tree | what the spec says, and every mistake of form |
//! | check | what it says | every mistake of meaning |
//! | lower | what it says | a [`model::Provider`]: defaults filled in, names final |
//! | render | the model | items, whose code is tokens until it is laid out |
//! | layout | items and tokens | text |
//! | write or compare | [`Files`] | a folder, or what differs from it |
//!
//! Everything before [`Files`] is pure: no file system, no terminal, no network. [`Builder`] is all of
//! it in one call, for a `build.rs`.

#![deny(missing_docs)]

mod builder;
mod check;
mod decode;
pub mod facts;
mod files;
mod generate;
pub mod guide;
mod language;
mod layout;
mod load;
mod lower;
mod memory;
pub mod model;
mod name;
mod part;
pub mod prose;
mod published;
mod render;
pub mod scope_table;
mod spec;
mod text;
mod threads;
pub mod writing;
mod yaml;

pub use builder::Builder;
pub use files::{Difference, DifferenceKind, Files, Written};
pub use generate::{example, generate, generate_again, json};
pub use load::load;
pub use memory::Memory;
pub use oauth_atlas_description::urn;
pub use render::Options;
pub use text::Text;
pub use yaml::diagnostic::{Diagnostic, Label, Report};
pub use yaml::source::{Source, scopes_beside};
