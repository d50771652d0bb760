//! Texts that are sent: parameters and headers, `{tenant}` in them.

use std::borrow::Cow;
use std::cell::OnceCell;

use hmac_sha256::HMAC;
use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderName, HeaderValue};
use oauth_atlas_description::Template;
use zeroize::Zeroizing;

use crate::client::endpoint_url::base_url;
use crate::client::template::{Values, value};
use crate::error::Error;
use crate::provider::{Variable, VariableKind, normalized};
use crate::text::hexadecimal::hexadecimal;
use crate::text::printable::printable;
use crate::text::scopes;
use crate::text::secret::{Secret, SecretBytes};
use crate::text::uuid::random_uuid;

/// Fills in the texts of one request.
pub(crate) struct Filler<'a> {
    values: Values<'a>,
    /// One in all of the request, made when it is first asked for.
    uuid: OnceCell<String>,
    /// The access token that the request is about.
    about: Option<&'a Secret>,
    /// The hash of that token, made when it is first asked for.
    hmac: OnceCell<Secret>,
    #[cfg(feature = "jose")]
    made: Made<'a>,
}

/// What was made for this request alone.
#[cfg(feature = "jose")]
#[derive(Clone, Copy, Default)]
struct Made<'a> {
    /// The JWT that proves who the client is, as its secret or instead of it.
    proof: Option<&'a Secret>,
    /// The scopes that are asked for.
    scope: Option<&'a str>,
}

/// A text with values in the place of its names.
pub(crate) enum Filled<'t> {
    /// It has no names.
    AsItStands(&'t str),
    /// Made of values, and overwritten on drop.
    Made {
        text: Zeroizing<String>,
        /// Whether one of the values is secret.
        is_secret: bool,
    },
}

/// What a name stands for.
struct Value<'v> {
    text: Cow<'v, str>,
    is_secret: bool,
}

impl<'a> Filler<'a> {
    pub(crate) fn new(values: Values<'a>) -> Self {
        Self {
            values,
            uuid: OnceCell::new(),
            about: None,
            hmac: OnceCell::new(),
            #[cfg(feature = "jose")]
            made: Made::default(),
        }
    }

    /// The same with a JWT that proves who the client is.
    #[cfg(feature = "jose")]
    pub(crate) fn proving(mut self, proof: Option<&'a Secret>) -> Self {
        self.made.proof = proof;
        self
    }

    /// The same for a JWT that names the scopes which are asked for.
    #[cfg(feature = "jose")]
    pub(crate) fn asking(mut self, scope: &'a str) -> Self {
        self.made.scope = Some(scope);
        self
    }

    /// Whether a JWT stands for the client's secret.
    pub(crate) fn is_proving(&self) -> bool {
        self.proof().is_some()
    }

    #[cfg(feature = "jose")]
    fn proof(&self) -> Option<&'a Secret> {
        self.made.proof
    }

    #[cfg(not(feature = "jose"))]
    #[allow(
        clippy::unused_self,
        reason = "nothing is made without the feature `jose`"
    )]
    fn proof(&self) -> Option<&'a Secret> {
        None
    }

    /// The client's secret, or the JWT that was made for it. A secret that stands where a JWT belongs
    /// is one that the caller has signed.
    fn secret(&self) -> Option<&'a Secret> {
        self.proof().or(self.values.credentials.secret())
    }

    #[cfg(feature = "jose")]
    pub(crate) fn provider(&self) -> &'static crate::provider::Provider {
        self.values.provider
    }

    /// A URL template with its names filled in.
    #[cfg(feature = "jose")]
    pub(crate) fn expanded(&self, template: &str) -> Result<String, Error> {
        crate::client::template::expand(template, self.values)
    }

    /// The same of a request that is about this access token.
    pub(crate) fn about(mut self, token: Option<&'a Secret>) -> Self {
        self.about = token;
        self
    }

    pub(crate) fn error(&self, message: impl Into<Cow<'static, str>>) -> Error {
        Error::configuration(self.values.provider, message)
    }

    /// The text as it is sent where nothing has to be made for that: it has no names, or is a
    /// credential as a whole. The inner nothing is a secret that the client does not have.
    pub(crate) fn at_hand<'t>(&self, text: &'t str) -> Option<Option<&'t str>>
    where
        'a: 't,
    {
        let credentials = self.values.credentials;
        match text {
            "{client_id}" => Some(Some(&credentials.id)),
            "{client_secret}" | "{client_assertion}" => Some(self.secret().map(Secret::expose)),
            _ => Template::of(text).is_plain().then_some(Some(text)),
        }
    }

    /// The text as it is sent; `None` where a name of it may be without a value and is.
    ///
    /// # Errors
    ///
    /// When a variable is not set, when a value is not of its variable's kind, and when a name
    /// stands for nothing.
    pub(crate) fn fill<'t>(&self, text: &'t str) -> Result<Option<Filled<'t>>, Error> {
        let Some(mut start) = Template::of(text).start() else {
            return Ok(Some(Filled::AsItStands(text)));
        };
        let mut pieces = Vec::with_capacity(4);
        let mut is_secret = false;
        loop {
            pieces.push(Cow::Borrowed(start.before));
            match self.value(start.name)? {
                None => return Ok(None),
                Some(value) => {
                    is_secret |= value.is_secret;
                    pieces.push(value.text);
                }
            }
            match Template::of(start.rest).start() {
                Some(next) => start = next,
                None => break,
            }
        }
        pieces.push(Cow::Borrowed(start.rest));
        // Of its full length at once, so that no copy of a secret stays in freed memory.
        let length = pieces.iter().map(|piece| piece.len()).sum();
        let mut text = Zeroizing::new(String::with_capacity(length));
        for piece in &pieces {
            text.push_str(piece);
        }
        Ok(Some(Filled::Made { text, is_secret }))
    }

    /// Scopes, joined by one space each, with the names filled in of those that the description
    /// has. What the caller spells otherwise stays as it is.
    ///
    /// # Errors
    ///
    /// Those of [`Filler::fill`], and when a value would make it another scope or several.
    pub(crate) fn fill_scopes<'t>(&self, joined: &'t str) -> Result<Cow<'t, str>, Error> {
        if Template::of(joined).is_plain() {
            return Ok(Cow::Borrowed(joined));
        }
        let mut scopes = String::with_capacity(joined.len() + 64);
        for scope in joined.split(' ') {
            let filled = match self.values.provider.has_scope(scope) {
                true => self.fill(scope)?,
                false => Some(Filled::AsItStands(scope)),
            };
            let Some(filled) = filled else { continue };
            // RFC 6749 §3.3.
            let is_of_scope = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
            if !filled.as_str().bytes().all(is_of_scope) {
                let message = format!("a value cannot stand in the scope {scope:?}");
                return Err(self.values.error(message));
            }
            scopes::add_one(&mut scopes, filled.as_str());
        }
        Ok(Cow::Owned(scopes))
    }

    /// Adds the headers that a spec asks for.
    ///
    /// # Errors
    ///
    /// Those of [`Filler::fill`], and when a value has a character that may not stand in a header.
    pub(crate) fn add_headers(
        &self,
        headers: &'static [(&'static str, &'static str)],
        to: &mut HeaderMap,
    ) -> Result<(), Error> {
        for (name, text) in headers {
            if let Some(filled) = self.fill(text)? {
                let value = filled.into_header().map_err(|_| {
                    let message = format!(
                        "a value of the header {name:?} has a character that may not stand in a \
                         header"
                    );
                    self.values.error(message)
                })?;
                to.insert(self.header_name(name)?, value);
            }
        }
        Ok(())
    }

    /// The name of a header that a spec asks for.
    pub(crate) fn header_name(&self, name: &'static str) -> Result<HeaderName, Error> {
        HeaderName::try_from(name).map_err(|_| {
            self.values
                .error(format!("{name:?} is no name of a header"))
        })
    }

    fn value(&self, name: &str) -> Result<Option<Value<'_>>, Error> {
        let credentials = self.values.credentials;
        let plain = |text: &'a str| {
            Some(Value {
                text: Cow::Borrowed(text),
                is_secret: false,
            })
        };
        match name {
            Template::CLIENT_ID => return Ok(plain(&credentials.id)),
            Template::CLIENT_SECRET | Template::CLIENT_ASSERTION => {
                return Ok(self.secret().map(|secret| Value {
                    text: Cow::Borrowed(secret.expose()),
                    is_secret: true,
                }));
            }
            Template::ACCESS_TOKEN => {
                return Ok(self.about.map(|token| Value {
                    text: Cow::Borrowed(token.expose()),
                    is_secret: true,
                }));
            }
            Template::ACCESS_TOKEN_HMAC => {
                return Ok(self.hmac().map(|hmac| Value {
                    text: Cow::Borrowed(hmac.expose()),
                    is_secret: true,
                }));
            }
            Template::STATE if !self.values.provider.has_variable(name) => {
                let mut known = self.values.request.iter();
                let state = known.find(|(known, _)| *known == name);
                return Ok(state.map(|(_, state)| Value {
                    text: Cow::Borrowed(state.expose()),
                    is_secret: true,
                }));
            }
            Template::UUID => {
                return Ok(Some(Value {
                    text: Cow::Borrowed(self.uuid()?),
                    is_secret: false,
                }));
            }
            #[cfg(feature = "jose")]
            Template::SCOPE if self.made.scope.is_some() => {
                return Ok(self
                    .made
                    .scope
                    .filter(|scope| !scope.is_empty())
                    .and_then(plain));
            }
            _ => {}
        }
        if let Some(host) = self.values.host(name)? {
            return Ok(plain(host));
        }
        let variable = self.values.variable(name)?;
        let Some(value) = self.values.value(variable)? else {
            return Ok(None);
        };
        Ok(Some(Value {
            text: self.checked(variable, value)?,
            is_secret: variable.kind == VariableKind::Secret,
        }))
    }

    /// What tells a provider that who sends the access token has the client's secret as well;
    /// nothing, where there is no token or no secret.
    fn hmac(&self) -> Option<&Secret> {
        let (token, secret) = (self.about?, self.values.credentials.secret()?);
        Some(self.hmac.get_or_init(|| {
            let hmac = HMAC::mac(token.expose().as_bytes(), secret.expose().as_bytes());
            Secret::new(hexadecimal(&hmac))
        }))
    }

    fn uuid(&self) -> Result<&str, Error> {
        if let Some(uuid) = self.uuid.get() {
            return Ok(uuid);
        }
        let uuid = random_uuid().map_err(|_| {
            let message = "the operating system has no randomness to give";
            self.values.error(message.to_owned())
        })?;
        Ok(self.uuid.get_or_init(|| uuid))
    }

    /// A value of the caller's, if it is what its kind may be.
    fn checked<'v>(&self, variable: &Variable, text: &'v str) -> Result<Cow<'v, str>, Error> {
        if variable.kind.is_of_text() {
            return Ok(Cow::Borrowed(text));
        }
        let value = normalized(text, variable.kind, variable.normalize, variable.suffixes);
        let checked = match variable.kind {
            VariableKind::Text | VariableKind::Secret => Ok(None),
            VariableKind::BaseUrl => {
                let url = base_url(self.values.provider, &value, variable.suffixes)?;
                return Ok(Cow::Owned(url));
            }
            VariableKind::OneOf => value::one_of(&value, variable.values).map(|_| None),
            VariableKind::Host => value::host_name(&value, variable.suffixes).map(Some),
            VariableKind::Label => value::label(&value).map(|_| None),
            // It is not encoded here, as it is no part of a path.
            VariableKind::Segment => value::segment(&value).map(|_| None),
        };
        match checked {
            Ok(Some(written)) => Ok(Cow::Owned(written)),
            Ok(None) => Ok(value),
            Err(reason) => Err(self.values.error(format!(
                "\"{}\" is no {}: {reason}",
                printable(text, &[]),
                variable.name
            ))),
        }
    }
}

impl Filled<'_> {
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::AsItStands(text) => text,
            Self::Made { text, .. } => text,
        }
    }

    fn into_header(self) -> Result<HeaderValue, InvalidHeaderValue> {
        match self {
            Self::AsItStands(text) => HeaderValue::from_str(text),
            Self::Made { text, is_secret } => {
                let bytes = SecretBytes(text.as_bytes().to_vec());
                let mut value = bytes.into_header()?;
                value.set_sensitive(is_secret);
                Ok(value)
            }
        }
    }
}

#[cfg(test)]
mod tests;
