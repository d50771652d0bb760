//! YAML as text with places: sources, trees, and what is wrong with their form.

pub(crate) mod diagnostic;
pub(crate) mod hidden;
pub(crate) mod locate;
pub(crate) mod places;
pub(crate) mod source;
pub(crate) mod syntax;
pub(crate) mod tree;
pub(crate) mod unreadable;
