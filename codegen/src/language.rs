//! What can be written in a spec: shapes, and what is derived from them for people and editors.

pub(crate) mod guide;
pub(crate) mod json;
pub(crate) mod reference;
pub(crate) mod sample;
pub(crate) mod schema;
pub(crate) mod shape;
pub(crate) mod words;
