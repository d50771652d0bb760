//! Reading what was stored, with errors that do not repeat it.
//!
//! serde's own errors quote the value that they did not expect, and that may be a token. So what
//! was stored is read as [`Json`], which takes everything, and told apart here.

use serde_core::de::Error;

use crate::text::json::Json;
use crate::text::secret::Secret;

#[cfg(test)]
pub(crate) mod length;

pub(crate) fn secret<E: Error>(name: &str, value: Json) -> Result<Option<Secret>, E> {
    match value {
        Json::Null => Ok(None),
        Json::String(secret) => Ok(Some(secret)),
        _ => Err(unexpected(name)),
    }
}

pub(crate) fn text<E: Error>(name: &str, value: Json) -> Result<Option<String>, E> {
    Ok(secret(name, value)?.map(|text| text.expose().to_owned()))
}

pub(crate) fn seconds<E: Error>(name: &str, value: Json) -> Result<Option<u64>, E> {
    match value {
        Json::Null => Ok(None),
        value => value.as_u64().map(Some).ok_or_else(|| unexpected(name)),
    }
}

pub(crate) fn members<E: Error>(name: &str, value: Json) -> Result<Vec<(String, Json)>, E> {
    match value {
        Json::Null => Ok(Vec::new()),
        Json::Object(members) => Ok(members),
        _ => Err(unexpected(name)),
    }
}

/// The members of an object that holds nothing but texts.
pub(crate) fn texts<E: Error>(name: &str, value: Json) -> Result<Vec<(String, String)>, E> {
    let text = |(member, value)| match value {
        Json::String(text) => Ok((member, text.expose().to_owned())),
        _ => Err(unexpected(name)),
    };
    members(name, value)?.into_iter().map(text).collect()
}

fn unexpected<E: Error>(name: &str) -> E {
    E::custom(format_args!(
        "the stored `{name}` has another type than it was stored with"
    ))
}
