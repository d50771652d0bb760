//! What a program keeps: a login that was started, and tokens.

pub(crate) mod binding;
pub(crate) mod consent;
pub(crate) mod pending;
pub(crate) mod registration;
pub(crate) mod token_key;
pub(crate) mod token_set;
pub(crate) mod warning;
