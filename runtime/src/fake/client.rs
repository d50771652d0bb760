//! Who the client is, by the method that the endpoint takes (RFC 6749 §2.3).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;

use crate::fake::description::{
    Authentication, ClientAuth, ClientKind, Description, Endpoint, Pairs, Template,
};
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
        variables: &Pairs,
        is_live: impl Fn(&str) -> bool,
    ) -> Result<Client, Refusal> {
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
                request,
                parameters,
                variables,
            };
            let mut methods = methods.into_iter().flatten();
            if let Some(method) = methods.find(|method| attempt.is(method, &is_live)) {
                return Ok(match method.names_client() {
                    true => client,
                    false => Client::Anybody,
                });
            }
        }
        Err(Refusal::client(
            "the client does not say who it is in the way that is asked for here, or its id or \
             secret is wrong",
        ))
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

/// A request as one client's.
struct Attempt<'a> {
    client: Client,
    registered: &'a Registered,
    request: &'a Request,
    parameters: &'a Parameters<'a>,
    variables: &'a Pairs,
}

impl Attempt<'_> {
    fn is(&self, method: &Authentication, is_live: &impl Fn(&str) -> bool) -> bool {
        let has_secret = method.has(Template::CLIENT_SECRET);
        let is_of_secret_alone = has_secret && !method.has(Template::CLIENT_ID);
        if is_of_secret_alone && self.client != Client::Confidential {
            return false;
        }
        self.has_header(method, is_live) && self.has_parameters(method)
    }

    /// The parameters of the method, and no secret beside them.
    fn has_parameters(&self, method: &Authentication) -> bool {
        let mut expected = method.parameters.iter();
        let has_expected = expected.all(|(name, text)| {
            !self.parameters.takes(name) || self.parameters.get(name) == self.value(text).as_deref()
        });
        let is_of_method = |name: &str| method.parameters.iter().any(|(own, _)| own == name);
        let has_other =
            !is_of_method("client_secret") && self.parameters.get("client_secret").is_some();
        has_expected && !has_other
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
        match Template::of(text).has(Template::ACCESS_TOKEN) {
            true => is_live(sent),
            false => self.value(text).unwrap_or_default() == sent,
        }
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
