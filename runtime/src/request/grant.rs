//! What a token request is for, and the parameters that say so.

use crate::error::{EndpointKind, Error};
use crate::http::parameters::Parameters;
use crate::provider::{self, GrantKind, Provider};
use crate::request::draft::Destination;
use crate::text::secret::Secret;

/// What tokens are asked for with.
#[derive(Clone)]
pub(crate) enum Grant {
    /// RFC 6749 §4.1.3. In a box, as a request is moved many times, and most have no code.
    Code(Box<CodeExchange>),
    /// RFC 6749 §6.
    RefreshToken(Secret),
    /// RFC 6749 §4.4.2.
    ClientCredentials,
    /// RFC 8628 §3.4.
    DeviceCode(Secret),
    /// RFC 6749 §4.5.
    Extension {
        rules: &'static provider::Grant,
        parameters: Vec<(&'static str, Secret)>,
    },
    /// Why there is nothing to send.
    Unusable(Error),
}

/// A code, and what its exchange repeats of the login, or compares with it.
#[derive(Clone)]
pub(crate) struct CodeExchange {
    pub(crate) code: Secret,
    pub(crate) redirect_uri: Option<String>,
    pub(crate) code_verifier: Option<Secret>,
    /// The state of the login, where the request repeats it.
    pub(crate) state: Option<Secret>,
    /// What the ID token must repeat.
    pub(crate) nonce: Option<Secret>,
    /// How long ago the ID token may say that the user logged in, in seconds.
    pub(crate) max_age: Option<u64>,
    /// What the login said that the tokens are for.
    pub(crate) resource: Option<String>,
}

/// The parameter that a JWT is sent as (RFC 7523 §2.1).
pub(crate) const ASSERTION: &str = "assertion";

impl Grant {
    /// The JWT that the client has to make for this request, if it is one that the caller has not
    /// given.
    #[cfg(feature = "jose")]
    pub(crate) fn assertion(&self) -> Option<&'static provider::Assertion> {
        let Self::Extension { rules, parameters } = self else {
            return None;
        };
        let is_given = parameters.iter().any(|(name, _)| *name == ASSERTION);
        rules.assertion.filter(|_| !is_given)
    }

    /// An extension grant of the provider by its name in the spec.
    pub(crate) fn extension(
        provider: &'static Provider,
        name: &str,
        parameters: &mut dyn Iterator<Item = (&str, Secret)>,
        has_key: bool,
    ) -> Self {
        let unusable = |message: String| Self::Unusable(Error::configuration(provider, message));
        let Some(rules) = provider.extension(name) else {
            return unusable(format!("there is no grant {name:?}"));
        };
        let mut given = Vec::with_capacity(rules.arguments.len());
        for (argument, value) in parameters {
            let mut known = rules.arguments.iter().chain(rules.options);
            match known.find(|known| **known == argument) {
                Some(known) => given.push((*known, value)),
                None => return unusable(format!("the grant {name:?} takes no {argument:?}")),
            }
        }
        let is_made = |argument: &str| argument == ASSERTION && rules.assertion.is_some();
        let is_given = |argument: &&&str| {
            let mut given = given.iter();
            given.any(|(name, _)| *name == **argument) || has_key && is_made(argument)
        };
        if let Some(missing) = rules.arguments.iter().find(|argument| !is_given(argument)) {
            return unusable(match is_made(missing) {
                true => format!("the grant {name:?} needs a key, and the client has none"),
                false => format!("the grant {name:?} needs {missing:?}"),
            });
        }
        Self::Extension {
            rules,
            parameters: given,
        }
    }

    /// Whether the spec has this parameter for the caller to give.
    pub(crate) fn takes(&self, name: &str) -> bool {
        let Self::Extension { rules, .. } = self else {
            return false;
        };
        let mut known = rules.arguments.iter().chain(rules.options);
        known.any(|known| *known == name)
    }

    /// Whether it exchanges a token for another (RFC 8693), whatever the provider calls that.
    pub(crate) fn is_exchange(&self) -> bool {
        self.takes("subject_token")
    }

    /// The exchange of a code, if it is one.
    pub(crate) fn code_exchange(&self) -> Option<&CodeExchange> {
        match self {
            Self::Code(exchange) => Some(exchange),
            _ => None,
        }
    }

    /// Which grant it is; `None` where there is nothing to send.
    pub(crate) fn kind(&self) -> Option<GrantKind> {
        match self {
            Self::Code(_) => Some(GrantKind::AuthorizationCode),
            Self::RefreshToken(_) => Some(GrantKind::RefreshToken),
            Self::ClientCredentials => Some(GrantKind::ClientCredentials),
            Self::DeviceCode(_) => Some(GrantKind::DeviceCode),
            Self::Extension { .. } => Some(GrantKind::Extension),
            Self::Unusable(_) => None,
        }
    }

    /// The name in the spec.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Extension { rules, .. } => rules.word(),
            _ => self.kind().map_or("unusable", GrantKind::word),
        }
    }

    /// The grant as this provider has it. One that a provider does not have is sent as the standard
    /// says.
    pub(crate) fn rules(&self, provider: &'static Provider) -> Option<&'static provider::Grant> {
        match self {
            Self::Extension { rules, .. } => Some(rules),
            _ => provider.grant(self.kind()?),
        }
    }

    /// Where the request goes, by what the provider says of the grant.
    pub(crate) fn destination(
        &self,
        rules: Option<&'static provider::Grant>,
        provider: &'static Provider,
    ) -> Destination {
        let own = rules.and_then(|rules| rules.endpoint.as_ref());
        match (own, self) {
            (Some(endpoint), _) => Destination::Grant(endpoint),
            (None, Self::RefreshToken(_)) if provider.refresh.is_some() => {
                Destination::Endpoint(EndpointKind::Refresh)
            }
            _ => Destination::Endpoint(EndpointKind::Token),
        }
    }

    /// Adds the parameters of the grant itself, `grant_type` first.
    pub(crate) fn add_parameters<'a>(
        &'a self,
        rules: Option<&'static provider::Grant>,
        parameters: &mut Parameters<'a>,
    ) -> Result<(), Error> {
        let grant_type = match rules {
            Some(rules) => rules.grant_type(),
            None => self.kind().and_then(GrantKind::standard_grant_type),
        };
        parameters.push_some("grant_type", grant_type);
        match self {
            Self::Code(exchange) => {
                parameters.push("code", exchange.code.expose());
                parameters.push_some("redirect_uri", exchange.redirect_uri.as_deref());
                let verifier = exchange.code_verifier.as_ref().map(Secret::expose);
                parameters.push_some("code_verifier", verifier);
            }
            Self::RefreshToken(refresh_token) => {
                parameters.push("refresh_token", refresh_token.expose());
            }
            Self::ClientCredentials => {}
            Self::DeviceCode(device_code) => {
                parameters.push("device_code", device_code.expose());
            }
            // One without a value would mean the same as none (RFC 6749 §3.2).
            Self::Extension {
                parameters: own, ..
            } => {
                for (name, value) in own {
                    parameters.push_some(name, Some(value.expose()));
                }
            }
            Self::Unusable(error) => return Err(error.clone()),
        }
        Ok(())
    }

    /// What no message may repeat.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let (one, other, many) = match self {
            Self::Code(exchange) => {
                let verifier = exchange.code_verifier.as_ref();
                (Some(&exchange.code), verifier, &[][..])
            }
            Self::RefreshToken(secret) | Self::DeviceCode(secret) => (Some(secret), None, &[][..]),
            Self::Extension { parameters, .. } => (None, None, parameters.as_slice()),
            Self::ClientCredentials | Self::Unusable(_) => (None, None, &[][..]),
        };
        let many = many.iter().map(|(_, secret)| secret);
        one.into_iter().chain(other).chain(many)
    }
}

#[cfg(test)]
mod tests;
