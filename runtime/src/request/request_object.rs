//! The JWT that holds the parameters of a login (RFC 9101).

use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::error::Error;
#[cfg(feature = "jose")]
use crate::provider::ParameterType;
#[cfg(feature = "jose")]
use crate::request::draft::proof;
#[cfg(feature = "jose")]
use crate::request::login_url::STANDARD;
#[cfg(feature = "jose")]
use crate::text::json::Json;
use crate::text::secret::Secret;

/// Numbers and objects are no texts in it (RFC 9101 §4), and what is asked for several times is a
/// list.
#[cfg(feature = "jose")]
pub(crate) fn request_object(
    core: &Core,
    parameters: &[(String, Secret)],
    signing: &Signing,
) -> Result<Secret, Error> {
    let endpoint = core.provider().authorization.as_ref().unwrap_or(STANDARD);
    let is_json = |name: &str| {
        let mut options = endpoint.options.iter();
        options.any(|one| one.name == name && one.r#type == ParameterType::Json)
    };
    let mut claims: Vec<(String, Json)> = Vec::new();
    for (name, value) in parameters {
        let text = value.expose();
        let value = match name.as_str() {
            "max_age" => text
                .parse()
                .map_or_else(|_| Json::from(text), |age: u64| age.into()),
            name if is_json(name) => {
                Json::parse(text.as_bytes()).unwrap_or_else(|_| Json::from(text))
            }
            _ => Json::from(text),
        };
        match claims.iter_mut().find(|(known, _)| known == name) {
            None => claims.push((name.clone(), value)),
            Some((_, Json::Array(values))) => values.push(value),
            Some((_, known)) => {
                let first = std::mem::replace(known, Json::Null);
                *known = Json::Array(vec![first, value]);
            }
        }
    }
    proof::of_login(core, claims, signing)
}

/// Nothing signs without the feature.
#[cfg(not(feature = "jose"))]
pub(crate) fn request_object(
    core: &Core,
    _: &[(String, Secret)],
    _: &Signing,
) -> Result<Secret, Error> {
    let message = "a signed login needs the feature `jose`";
    Err(Error::configuration(core.provider(), message))
}
