//! What the names of client authentication methods stand for.

use crate::provider::{Authentication, Endpoint};
use crate::template::Template;
use crate::words::{ClientAuth, Proof};

const ID: (&str, &str) = ("client_id", "{client_id}");
const SECRET: (&str, &str) = ("client_secret", "{client_secret}");

const JWT: (&str, &str) = ("client_assertion", "{client_assertion}");
/// RFC 7523 §2.2.
const JWT_TYPE: (&str, &str) = (
    "client_assertion_type",
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
);

/// A JWT beside the client's id.
const fn signed(proof: Proof) -> Authentication {
    Authentication {
        proof,
        ..in_parameters(&[ID, JWT_TYPE, JWT])
    }
}

/// The client's id alone, and a TLS certificate (RFC 8705 §2).
const fn by_certificate(proof: Proof) -> Authentication {
    Authentication {
        proof,
        ..in_parameters(&[ID])
    }
}

/// Parameters alone.
const fn in_parameters(parameters: &'static [(&'static str, &'static str)]) -> Authentication {
    Authentication {
        header: "",
        scheme: "",
        parameters,
        ..Authentication::STANDARD
    }
}

/// One text as a bearer token (RFC 6750 §2.1).
const fn bearer(user: &'static str) -> Authentication {
    Authentication {
        scheme: "Bearer",
        user,
        ..Authentication::STANDARD
    }
}

/// HTTP Basic over the client's id and secret (RFC 7617).
const fn basic() -> Authentication {
    Authentication {
        user: "{client_id}",
        password: Some("{client_secret}"),
        ..Authentication::STANDARD
    }
}

static BASIC: Authentication = Authentication {
    form_encoded: true,
    ..basic()
};
static BASIC_RAW: Authentication = basic();
static BASIC_WITH_ID: Authentication = Authentication {
    form_encoded: true,
    parameters: &[ID],
    ..basic()
};
static POST: Authentication = in_parameters(&[ID, SECRET]);
static NONE: Authentication = in_parameters(&[ID]);
static NOTHING: Authentication = in_parameters(&[]);
static PRIVATE_KEY_JWT: Authentication = signed(Proof::Signature);
static CLIENT_SECRET_JWT: Authentication = signed(Proof::Mac);
static TLS: Authentication = by_certificate(Proof::Certificate);
static SELF_SIGNED_TLS: Authentication = by_certificate(Proof::OwnCertificate);
static BEARER_SECRET: Authentication = bearer("{client_secret}");
static ACCESS_TOKEN: Authentication = bearer("{access_token}");

impl ClientAuth {
    /// What the method sends; `None` for one of the provider's own, whose record stands beside the
    /// name.
    #[must_use]
    pub const fn record(self) -> Option<&'static Authentication> {
        Some(match self {
            Self::Basic => &BASIC,
            Self::BasicRaw => &BASIC_RAW,
            Self::BasicWithId => &BASIC_WITH_ID,
            Self::Post => &POST,
            Self::None => &NONE,
            Self::PrivateKeyJwt => &PRIVATE_KEY_JWT,
            Self::ClientSecretJwt => &CLIENT_SECRET_JWT,
            Self::TlsClientAuth => &TLS,
            Self::SelfSignedTlsClientAuth => &SELF_SIGNED_TLS,
            Self::Nothing => &NOTHING,
            Self::BearerSecret => &BEARER_SECRET,
            Self::AccessToken => &ACCESS_TOKEN,
            Self::Own => return None,
        })
    }

    /// The name by which a client is registered with the method (RFC 7591 §2), if it has one.
    #[must_use]
    pub const fn registered_as(self) -> Option<&'static str> {
        match self {
            Self::Basic | Self::BasicRaw | Self::BasicWithId => Some(Self::Basic.word()),
            Self::Post
            | Self::None
            | Self::PrivateKeyJwt
            | Self::ClientSecretJwt
            | Self::TlsClientAuth
            | Self::SelfSignedTlsClientAuth => Some(self.word()),
            Self::BearerSecret | Self::AccessToken | Self::Nothing | Self::Own => None,
        }
    }

    /// What the method sends, where this is the record of one of the provider's own.
    #[must_use]
    pub fn record_or(
        self,
        own: Option<&'static Authentication>,
    ) -> Option<&'static Authentication> {
        self.record().or(own)
    }
}

/// Questions to both forms of a record.
macro_rules! questions {
    ($authentication:ty, $endpoint:ty) => {
        impl $authentication {
            /// Whether a text of it has this name.
            #[must_use]
            pub fn has(&self, name: &str) -> bool {
                let user: &str = &self.user;
                let password = self.password.iter().map(|text| -> &str { text });
                let parameters = self.parameters.iter().map(|(_, text)| -> &str { text });
                let mut texts = [user].into_iter().chain(password).chain(parameters);
                texts.any(|text| Template::of(text).has(name))
            }

            /// Whether a header has the client's secret.
            #[must_use]
            pub fn has_secret_in_header(&self) -> bool {
                !self.header.is_empty() && self.has(Template::CLIENT_SECRET)
            }

            /// Whether it says which client a request is from.
            #[must_use]
            pub fn names_client(&self) -> bool {
                self.has(Template::CLIENT_ID) || self.has(Template::CLIENT_SECRET)
            }
        }

        impl $endpoint {
            /// Whether the access token that a request is about authorizes it.
            #[must_use]
            pub fn is_authorized_by_token(&self) -> bool {
                let named = self.auth.and_then(ClientAuth::record);
                let own = self.own_auth.iter().filter(|_| self.auth.is_some());
                named.is_some_and(|named| named.has(Template::ACCESS_TOKEN))
                    || own.into_iter().any(|own| own.has(Template::ACCESS_TOKEN))
            }

            /// Whether a header of its requests has the client's secret in a way of the provider's
            /// own. Basic has an empty one of who has none.
            #[must_use]
            pub fn has_secret_in_header(&self) -> bool {
                let own = self.own_auth.as_ref().filter(|_| self.auth.is_some());
                own.is_some_and(|own| own.has_secret_in_header())
            }
        }
    };
}

questions!(Authentication, Endpoint);
#[cfg(feature = "owned")]
questions!(crate::owned::Authentication, crate::owned::Endpoint);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_but_the_providers_own_has_a_record_of_its_own() {
        let named: Vec<_> = ClientAuth::ALL
            .iter()
            .filter_map(|name| name.record())
            .collect();
        assert_eq!(named.len(), ClientAuth::ALL.len() - 1);
        for (index, record) in named.iter().enumerate() {
            assert!(!named[..index].contains(record), "{record:?}");
        }
        assert_eq!(ClientAuth::Own.record(), None);
    }

    #[test]
    fn a_record_says_whom_it_names() {
        let names = |method: ClientAuth| method.record().unwrap().names_client();
        assert!(names(ClientAuth::Basic) && names(ClientAuth::None));
        assert!(names(ClientAuth::BearerSecret));
        assert!(!names(ClientAuth::AccessToken) && !names(ClientAuth::Nothing));
    }
}
