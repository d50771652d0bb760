//! Who the client is, by the method that the endpoint takes (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::fake::description::{ClientAuth, ClientKind, Description, Endpoint};
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};

/// The clients that are registered with the fake.
#[derive(Clone)]
pub(super) struct Registered {
    pub(super) confidential_id: String,
    pub(super) secret: String,
    pub(super) public_id: String,
}

/// Who a request is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Confidential,
    Public,
    /// The endpoint asks nobody.
    Anybody,
}

impl Client {
    pub(super) fn kind(self) -> ClientKind {
        match self {
            Client::Public => ClientKind::Public,
            Client::Confidential | Client::Anybody => ClientKind::Confidential,
        }
    }

    /// Whether what one client was given is for another to use.
    pub(super) fn may_use_what_is_of(self, other: Client) -> bool {
        self == Client::Anybody || other == Client::Anybody || self == other
    }
}

impl Registered {
    pub(super) fn id(&self, client: Client) -> &str {
        match client {
            Client::Public => &self.public_id,
            Client::Confidential | Client::Anybody => &self.confidential_id,
        }
    }

    /// The client of this id.
    pub(super) fn by_id(&self, id: &str, description: &Description) -> Option<Client> {
        if description.confidential.is_some() && id == self.confidential_id {
            return Some(Client::Confidential);
        }
        (description.public.is_some() && id == self.public_id).then_some(Client::Public)
    }

    /// The client that a request is from. `is_live` tells whether a token is one of the fake's.
    pub(super) fn identify(
        &self,
        request: &Request,
        parameters: &Parameters<'_>,
        endpoint: &Endpoint,
        description: &Description,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Client, Refusal> {
        let types = [
            (Client::Confidential, &description.confidential),
            (Client::Public, &description.public),
        ];
        for (client, accepted) in types {
            let Some(accepted) = accepted else { continue };
            let only = endpoint.auth.map(|auth| [auth]);
            let methods = only.as_ref().map_or(accepted.auth.as_slice(), |only| only);
            let attempt = Attempt {
                client,
                registered: self,
                authorization: request.authorization(),
                parameters,
            };
            if let Some(method) = methods.iter().find(|method| attempt.is(**method, &is_live)) {
                return Ok(match method {
                    ClientAuth::Nothing | ClientAuth::AccessToken => Client::Anybody,
                    _ => client,
                });
            }
        }
        Err(Refusal::client(
            "the client does not say who it is in the way that is asked for here, or its id or \
             secret is wrong",
        ))
    }
}

/// A request as one client's.
struct Attempt<'a> {
    client: Client,
    registered: &'a Registered,
    authorization: Option<&'a str>,
    parameters: &'a Parameters<'a>,
}

impl Attempt<'_> {
    fn is(&self, method: ClientAuth, is_live: &impl Fn(&str) -> bool) -> bool {
        match method {
            ClientAuth::Basic => self.is_basic(true) && self.has_no_secret(),
            ClientAuth::BasicRaw => self.is_basic(false) && self.has_no_secret(),
            ClientAuth::BasicWithId => self.is_basic(true) && self.has_no_secret() && self.has_id(),
            ClientAuth::Post => {
                self.authorization.is_none() && self.has_id() && self.has_right_secret()
            }
            ClientAuth::None => {
                self.authorization.is_none() && self.has_id() && self.has_no_secret()
            }
            ClientAuth::BearerSecret => {
                self.client == Client::Confidential
                    && self.has_no_secret()
                    && self.bearer() == Some(&self.registered.secret)
            }
            ClientAuth::AccessToken => self.has_no_secret() && self.bearer().is_some_and(is_live),
            ClientAuth::Nothing => self.authorization.is_none() && self.has_no_secret(),
        }
    }

    fn secret(&self) -> &str {
        match self.client {
            Client::Confidential => &self.registered.secret,
            Client::Public | Client::Anybody => "",
        }
    }

    fn bearer(&self) -> Option<&str> {
        self.authorization?.strip_prefix("Bearer ")
    }

    /// HTTP Basic over the id and the secret, each form-encoded first or not.
    fn is_basic(&self, is_encoded: bool) -> bool {
        let credentials = self
            .authorization
            .and_then(|text| text.strip_prefix("Basic "));
        let decoded = credentials.and_then(|credentials| STANDARD.decode(credentials).ok());
        let Some(pair) = decoded.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return false;
        };
        let Some((id, secret)) = pair.split_once(':') else {
            return false;
        };
        let read = |text: &str| match is_encoded {
            true => form_decoded(text),
            false => text.to_owned(),
        };
        read(id) == self.registered.id(self.client) && read(secret) == self.secret()
    }

    fn has_id(&self) -> bool {
        !self.parameters.takes("client_id")
            || self.parameters.get("client_id") == Some(self.registered.id(self.client))
    }

    fn has_no_secret(&self) -> bool {
        self.parameters.get("client_secret").is_none()
    }

    fn has_right_secret(&self) -> bool {
        match self.client {
            Client::Confidential if self.parameters.takes("client_secret") => {
                self.parameters.get("client_secret") == Some(self.secret())
            }
            _ => self.has_no_secret(),
        }
    }
}

fn form_decoded(text: &str) -> String {
    // As the value of a pair: a `&` or `=` that is not encoded is a mistake all the same.
    if text.contains(['&', '=']) {
        return String::new();
    }
    let pair = format!("v={text}");
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
