//! Who the client is, by the method that the endpoint takes (RFC 6749 §2.3).

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
#[cfg(feature = "jose")]
use serde_json::Value;

use crate::fake::description::{
    Authentication, ClientAuth, ClientKind, Description, Endpoint, Pairs, Proof, Template,
};
#[cfg(feature = "jose")]
use crate::fake::filled::Known;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::store::Kept;

/// The clients that are registered with the fake.
#[derive(Clone, Default)]
pub(super) struct Registered {
    pub(super) confidential_id: String,
    pub(super) secret: String,
    pub(super) public_id: String,
    /// The public key of the confidential client (RFC 7517), without which a JWT that it signs
    /// cannot be verified, and has to be the secret.
    #[cfg(feature = "jose")]
    pub(super) key: Option<Value>,
    /// Whether a TLS certificate proves who the confidential client is.
    pub(super) has_certificate: bool,
    /// Clients that programs have registered themselves (RFC 7591).
    pub(super) dynamic: Kept<u64, Dynamic>,
}

/// A client that a program has registered itself.
#[derive(Clone)]
pub(super) struct Dynamic {
    /// The one client that there would be at a provider of its own.
    pub(super) registered: Registered,
    pub(super) kind: ClientKind,
    pub(super) has_secret: bool,
    /// The values of `grant_type` that it may send.
    pub(super) grants: Vec<String>,
    pub(super) redirect_uris: Vec<String>,
    /// All that it is registered with, by the standard's names.
    pub(super) metadata: serde_json::Map<String, serde_json::Value>,
    /// The token by which it is managed.
    pub(super) access_token: String,
}

impl Dynamic {
    pub(super) fn id(&self) -> &str {
        match self.kind {
            ClientKind::Public => &self.registered.public_id,
            ClientKind::Confidential => &self.registered.confidential_id,
        }
    }
}

/// What the fake remembers of JWTs, and why it did not take one.
#[derive(Default)]
pub(super) struct Assertions {
    pub(super) used: RefCell<Kept<String, ()>>,
    refused: RefCell<Option<String>>,
}

/// Who a request is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Confidential,
    Public,
    /// One that a program has registered itself.
    Dynamic(u64, ClientKind),
    /// The endpoint asks nobody.
    Anybody,
}

impl Client {
    pub(super) fn kind(self) -> ClientKind {
        match self {
            Client::Public => ClientKind::Public,
            Client::Dynamic(_, kind) => kind,
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
            Client::Dynamic(number, _) => self.dynamic.get(&number).map_or("", Dynamic::id),
            Client::Confidential | Client::Anybody => &self.confidential_id,
        }
    }

    pub(super) fn secret(&self, client: Client) -> &str {
        match client {
            Client::Dynamic(number, _) => {
                let known = self.dynamic.get(&number);
                known.map_or("", |known| &known.registered.secret)
            }
            Client::Confidential | Client::Public | Client::Anybody => &self.secret,
        }
    }

    /// What a client that a program has registered itself is registered with.
    pub(super) fn dynamic(&self, client: Client) -> Option<&Dynamic> {
        match client {
            Client::Dynamic(number, _) => self.dynamic.get(&number),
            Client::Confidential | Client::Public | Client::Anybody => None,
        }
    }

    /// The number of the client of this id that a program has registered itself.
    pub(super) fn number_of(&self, id: &str) -> Option<u64> {
        let mut known = self.dynamic.iter();
        let found = known.find(|(_, known)| known.id() == id);
        found.map(|(number, _)| *number)
    }

    /// The client of this id.
    pub(super) fn by_id(&self, id: &str, description: &Description) -> Option<Client> {
        if description.confidential.is_some() && id == self.confidential_id {
            return Some(Client::Confidential);
        }
        if description.public.is_some() && id == self.public_id {
            return Some(Client::Public);
        }
        let number = self.number_of(id)?;
        let known = self.dynamic.get(&number)?;
        Some(Client::Dynamic(number, known.kind))
    }

    /// The client that a request is from. `is_live` tells whether a token is one of the fake's.
    pub(super) fn identify(
        &self,
        asked: Asked<'_>,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Client, Refusal> {
        let named = asked.named().and_then(|id| self.number_of(&id));
        let Some((number, known)) = named.and_then(|one| Some((one, self.dynamic.get(&one)?)))
        else {
            return self.identify_one(asked, is_live);
        };
        let client = known.registered.identify_one(asked, is_live)?;
        Ok(match client {
            Client::Anybody => client,
            _ => Client::Dynamic(number, known.kind),
        })
    }

    /// The same of the confidential client and the public one.
    fn identify_one(
        &self,
        asked: Asked<'_>,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Client, Refusal> {
        let Asked {
            endpoint,
            description,
            assertions,
            ..
        } = asked;
        assertions.refused.take();
        let types = [
            (Client::Confidential, &description.confidential),
            (Client::Public, &description.public),
        ];
        for (client, accepted) in types {
            let Some(accepted) = accepted else { continue };
            let methods = match endpoint.auth {
                Some(only) => vec![record(only, endpoint.own_auth.as_ref())],
                None => {
                    let methods = accepted.auth.iter();
                    let own = accepted.own_auth.as_ref();
                    methods.map(|method| record(*method, own)).collect()
                }
            };
            let attempt = Attempt {
                client,
                registered: self,
                asked,
            };
            let mut methods = methods.into_iter().flatten();
            if let Some(method) = methods.find(|method| attempt.is(method, &is_live)) {
                return Ok(match method.names_client() {
                    true => client,
                    false => Client::Anybody,
                });
            }
        }
        let refused = assertions.refused.take();
        Err(Refusal::client(refused.unwrap_or_else(|| {
            "the client does not say who it is in the way that is asked for here, or its id or \
             secret is wrong"
                .to_owned()
        })))
    }
}

/// The token that authorizes a request to an endpoint that takes one for that.
pub(super) fn authorizing_token<'r>(request: &'r Request, endpoint: &Endpoint) -> Option<&'r str> {
    let record = record(endpoint.auth?, endpoint.own_auth.as_ref())?;
    let sent = request.header(&record.header)?;
    match record.scheme.as_str() {
        "" => Some(sent),
        scheme => sent.strip_prefix(scheme)?.strip_prefix(' '),
    }
}

/// What a method sends.
fn record(method: ClientAuth, own: Option<&Authentication>) -> Option<Authentication> {
    let named = method.record().map(Authentication::from);
    named.or_else(|| own.cloned())
}

/// A request whose client is to be found out.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request,
    pub(super) parameters: &'a Parameters<'a>,
    pub(super) endpoint: &'a Endpoint,
    pub(super) description: &'a Description,
    pub(super) variables: &'a Pairs,
    pub(super) assertions: &'a Assertions,
}

impl Asked<'_> {
    /// The client id that a request has, in the clear or in HTTP Basic.
    fn named(&self) -> Option<String> {
        if let Some(id) = self.parameters.get("client_id") {
            return Some(id.to_owned());
        }
        let sent = self.request.authorization()?.strip_prefix("Basic ")?;
        let pair = String::from_utf8(STANDARD.decode(sent).ok()?).ok()?;
        pair.split_once(':').map(|(id, _)| id.to_owned())
    }
}

/// A request as one client's.
struct Attempt<'a> {
    client: Client,
    registered: &'a Registered,
    asked: Asked<'a>,
}

impl<'a> std::ops::Deref for Attempt<'a> {
    type Target = Asked<'a>;

    fn deref(&self) -> &Asked<'a> {
        &self.asked
    }
}

impl Attempt<'_> {
    fn is(&self, method: &Authentication, is_live: &impl Fn(&str) -> bool) -> bool {
        let has_secret = method.has(Template::CLIENT_SECRET);
        let is_of_secret_alone = has_secret && !method.has(Template::CLIENT_ID);
        if is_of_secret_alone && self.client != Client::Confidential {
            return false;
        }
        let is_proved = match method.proof {
            Proof::Sent => true,
            Proof::Signature | Proof::Mac => self.client == Client::Confidential,
            Proof::Certificate | Proof::OwnCertificate => {
                self.client == Client::Confidential && self.registered.has_certificate
            }
        };
        if !is_proved {
            return false;
        }
        self.has_header(method, is_live) && self.has_parameters(method)
    }

    /// The parameters of the method, and no secret beside them.
    fn has_parameters(&self, method: &Authentication) -> bool {
        let mut expected = method.parameters.iter();
        let is_of_method = |name: &str| method.parameters.iter().any(|(own, _)| own == name);
        // What a provider sends under another name is no second proof.
        let is_other = |name: &&str| {
            !is_of_method(name)
                && !self.parameters.rename.iter().any(|(_, here)| here == name)
                && self.parameters.get(name).is_some()
        };
        // One proof, and no other beside it (RFC 6749 §2.3).
        let has_other = ["client_secret", "client_assertion"].iter().any(is_other);
        !has_other
            && expected.all(|(name, text)| {
                let sent = self.parameters.get(name);
                !self.parameters.takes(name) || self.is_proof(method, text, sent)
            })
    }

    /// Whether a parameter is what the method's text stands for.
    fn is_proof(&self, method: &Authentication, text: &str, sent: Option<&str>) -> bool {
        let names = Template::of(text);
        let is_jwt = names.has(Template::CLIENT_ASSERTION);
        if self.client == Client::Confidential && (is_jwt || names.has(Template::CLIENT_SECRET)) {
            return sent.is_some_and(|sent| {
                self.is_signed(method, sent).unwrap_or_else(|| {
                    let text = text.replace("{client_assertion}", "{client_secret}");
                    self.value(&text).as_deref() == Some(sent)
                })
            });
        }
        sent == self.value(text).as_deref()
    }

    /// Whether the client has signed what was sent, if that is to be a JWT.
    #[cfg(feature = "jose")]
    fn is_signed(&self, method: &Authentication, sent: &str) -> Option<bool> {
        use crate::fake::assertion::{Expected, Key};
        use crate::fake::description::Assertion;

        let client = self.description.confidential.as_ref()?;
        let standard = Assertion::default();
        let registered = || self.registered.key.as_ref().map(Key::Registered);
        let (rules, key) = match method.proof {
            Proof::Signature => (
                client.assertion.as_ref().unwrap_or(&standard),
                registered()?,
            ),
            Proof::Mac => {
                let key = Key::Secret(&self.registered.secret);
                (client.assertion.as_ref().unwrap_or(&standard), key)
            }
            Proof::Sent => (client.signed_secret.as_ref()?, registered()?),
            Proof::Certificate | Proof::OwnCertificate => return None,
        };
        let token = self.description.token.iter();
        let own = self.description.grants.iter();
        let own = own.filter_map(|grant| grant.endpoint.as_ref());
        let own = own.filter(|own| own.url == self.endpoint.url);
        let expected = Expected {
            rules,
            known: Known {
                description: self.description,
                registered: self.registered,
                variables: self.variables,
                client: self.client,
                own: None,
            },
            key,
            endpoints: token.chain(own).map(|one| one.url.as_str()).collect(),
            is_secret: method.proof == Proof::Sent,
            used: &self.assertions.used,
        };
        let checked = expected.check(sent);
        if let Err(reason) = &checked {
            self.assertions
                .refused
                .borrow_mut()
                .get_or_insert_with(|| reason.clone());
        }
        Some(checked.is_ok())
    }

    /// Without the feature `jose`, a JWT is one that the caller has, and is known by its text.
    #[cfg(not(feature = "jose"))]
    fn is_signed(&self, method: &Authentication, _: &str) -> Option<bool> {
        let _ = (self.description, self.endpoint, &self.assertions.used);
        (method.proof == Proof::Mac).then_some(false)
    }

    /// The header of the method; of one that has none, that there is no `Authorization`.
    fn has_header(&self, method: &Authentication, is_live: &impl Fn(&str) -> bool) -> bool {
        if method.header != AUTHORIZATION.as_str() && self.request.authorization().is_some() {
            return false;
        }
        if method.header.is_empty() {
            return true;
        }
        let Some(sent) = self.request.header(&method.header) else {
            return false;
        };
        let sent = match method.scheme.as_str() {
            "" => Some(sent),
            scheme => sent
                .strip_prefix(scheme)
                .and_then(|rest| rest.strip_prefix(' ')),
        };
        let Some(sent) = sent else { return false };
        let Some(password) = &method.password else {
            return self.is_text(&method.user, sent, is_live);
        };
        let decoded = STANDARD.decode(sent).ok();
        let Some(pair) = decoded.and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return false;
        };
        let Some((user, secret)) = pair.split_once(':') else {
            return false;
        };
        let read = |text: &str| match method.form_encoded {
            true => form_decoded(text),
            false => text.to_owned(),
        };
        self.is_text(&method.user, &read(user), is_live)
            && self.is_text(password, &read(secret), is_live)
    }

    /// Whether a text of a method stands for what was sent.
    fn is_text(&self, text: &str, sent: &str, is_live: &impl Fn(&str) -> bool) -> bool {
        let names = Template::of(text);
        let is_secret = names.has(Template::CLIENT_SECRET);
        if names.has(Template::ACCESS_TOKEN) {
            return is_live(sent);
        }
        let signed = match is_secret && self.client == Client::Confidential {
            true => self.is_signed(&Authentication::default(), sent),
            false => None,
        };
        signed.unwrap_or_else(|| self.value(text).unwrap_or_default() == sent)
    }

    /// What a text of a method stands for; nothing where the client has no secret.
    fn value(&self, text: &str) -> Option<String> {
        let mut value = String::new();
        let mut rest = text;
        while let Some(start) = Template::of(rest).start() {
            value.push_str(start.before);
            match start.name {
                Template::CLIENT_ID => value.push_str(self.registered.id(self.client)),
                Template::CLIENT_SECRET if self.client != Client::Confidential => return None,
                Template::CLIENT_SECRET => value.push_str(&self.registered.secret),
                name => {
                    let mut told = self.variables.iter();
                    value.push_str(&told.find(|(told, _)| told == name)?.1);
                }
            }
            rest = start.rest;
        }
        value.push_str(rest);
        Some(value)
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
