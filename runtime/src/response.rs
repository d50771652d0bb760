//! What comes back: callbacks, tokens, refusals.

pub(crate) mod callback;
pub(crate) mod captures;
pub(crate) mod expiry;
pub(crate) mod introspection;
pub(crate) mod refusal;
pub(crate) mod shape;
pub(crate) mod token;
