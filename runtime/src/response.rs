//! Reading responses: callbacks, tokens, errors.

pub(crate) mod callback;
pub(crate) mod captures;
pub(crate) mod claims;
pub(crate) mod expiry;
pub(crate) mod id_token;
pub(crate) mod introspection;
pub(crate) mod meaning;
pub(crate) mod members;
pub(crate) mod metadata;
pub(crate) mod outcome;
pub(crate) mod refusal;
pub(crate) mod shape;
pub(crate) mod token;
pub(crate) mod user;
