//! Requests to the endpoints that a client calls itself.

use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, Method};
use url::Url;

use crate::client::credential::ClientCredential;
use crate::client::handle::Core;
use crate::client::signing::Signing;
use crate::client::template::sent::{Filled, Filler};
use crate::error::{EndpointKind, Error};
use crate::http::message::HttpRequest;
use crate::http::parameters::{APPLICATION_JSON, Parameters, content_type};
use crate::provider::{
    Authentication, ClientAuth, ClientType, Encoding, Endpoint, HttpMethod, Proof, ResponseFormat,
};
use crate::text::secret::Secret;

/// What only the library may send, even where it does not: a second secret beside the header's
/// (RFC 6749 §2.3), a verifier in another request than its own (RFC 7636 §4.5), and what has a
/// method of its own.
const RESERVED: [&str; 4] = ["grant_type", "scope", "client_secret", "code_verifier"];

/// Where a request goes.
#[derive(Clone, Copy)]
pub(crate) enum Destination {
    /// One of the provider's endpoints.
    Endpoint(EndpointKind),
    /// The endpoint of one grant alone, which gives tokens like the token endpoint.
    Grant(&'static Endpoint),
    /// An endpoint that tells something of the user, beside the UserInfo endpoint.
    User(&'static Endpoint),
}

impl Destination {
    /// What errors call it.
    pub(crate) fn kind(self) -> EndpointKind {
        match self {
            Self::Endpoint(kind) => kind,
            Self::Grant(_) => EndpointKind::Token,
            Self::User(_) => EndpointKind::UserInfo,
        }
    }

    /// The URL, with values for its variables that hold for this request.
    pub(crate) fn url(
        self,
        core: &Core,
        variables: &[(&'static str, Secret)],
    ) -> Result<Url, Error> {
        match self {
            Self::Endpoint(kind) if variables.is_empty() => core.url(kind).cloned(),
            Self::Endpoint(kind) => core.configuration().endpoint_url(kind, variables),
            Self::Grant(endpoint) | Self::User(endpoint) => {
                core.configuration().expanded_url(endpoint.url, variables)
            }
        }
    }

    /// What the provider says of it, or `None` where the program has set an endpoint that the
    /// provider does not have.
    pub(crate) fn described(self, core: &Core) -> Option<&'static Endpoint> {
        match self {
            Self::Grant(endpoint) | Self::User(endpoint) => Some(endpoint),
            Self::Endpoint(kind) => core.provider().endpoint(kind),
        }
    }

    fn encoding(self, core: &Core, described: Option<&'static Endpoint>) -> Encoding {
        let accepted = described.unwrap_or(&Endpoint::STANDARD).encodings;
        let chosen = core.configuration().encoding.filter(|chosen| match self {
            Self::Endpoint(EndpointKind::Token) => true,
            // The choice was made among the token endpoint's encodings.
            Self::Endpoint(EndpointKind::Refresh) | Self::Grant(_) => accepted.contains(chosen),
            Self::Endpoint(_) | Self::User(_) => false,
        });
        let preferred = chosen
            .or(accepted.first().copied())
            .unwrap_or(Encoding::Form);
        match self.method(described) {
            // A body means nothing there (RFC 9110 §9.3.1).
            HttpMethod::Get => Encoding::Query,
            _ => preferred,
        }
    }

    fn method(self, described: Option<&'static Endpoint>) -> HttpMethod {
        match (described, self) {
            (Some(described), _) => described.method,
            // OpenID Connect Core §5.3.1.
            (None, Self::Endpoint(EndpointKind::UserInfo)) => HttpMethod::Get,
            (None, _) => Endpoint::STANDARD.method,
        }
    }

    fn gives_tokens(self) -> bool {
        matches!(self.kind(), EndpointKind::Token | EndpointKind::Refresh)
    }
}

/// A request that is yet to be written: the standard's parameters, before they get the names that
/// they have at the provider, and what is added to them.
pub(crate) struct Draft<'a> {
    pub(crate) destination: Destination,
    /// Variables that come with the tokens or the callback.
    pub(crate) variables: &'a [(&'static str, Secret)],
    pub(crate) parameters: Parameters<'a>,
    /// Parameters that this kind of request always has.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
    /// Names that the grant has for standard parameters, at whichever endpoint.
    pub(crate) rename: &'static [(&'static str, &'static str)],
    /// How the client says who it is, where that is not for the provider's description to say.
    pub(crate) client_auth: Option<ClientAuth>,
    /// The access token that the request is about, which may authorize it.
    pub(crate) about: Option<&'a Secret>,
    /// The caller's own parameters.
    pub(crate) extra: &'a [(String, Secret)],
}

impl<'a> Draft<'a> {
    #[inline]
    pub(crate) fn new(destination: Destination, parameters: Parameters<'a>) -> Self {
        Self {
            destination,
            variables: &[],
            parameters,
            fixed: &[],
            rename: &[],
            client_auth: None,
            about: None,
            extra: &[],
        }
    }

    /// The request, with what it needs of signatures.
    #[cfg(feature = "jose")]
    pub(crate) fn build(self, core: &'a Core, signing: &Signing) -> Result<HttpRequest, Error> {
        let auth = self.auth(core)?;
        let proof = proof::proof(core, auth, &self, signing)?;
        let filler = core.filler(self.variables).about(self.about);
        self.build_with(core, auth, &filler.proving(proof.as_ref()))
    }

    /// The request: these parameters, then the client's authentication, then the fixed parameters,
    /// then the caller's own.
    #[cfg(not(feature = "jose"))]
    pub(crate) fn build(self, core: &'a Core, _: &Signing) -> Result<HttpRequest, Error> {
        let auth = self.auth(core)?;
        let filler = core.filler(self.variables).about(self.about);
        self.build_with(core, auth, &filler)
    }

    /// How the client says who it is.
    pub(crate) fn auth(&self, core: &Core) -> Result<&'static Authentication, Error> {
        match self.client_auth.and_then(ClientAuth::record) {
            Some(auth) => Ok(auth),
            None => preferred_auth(core, self.destination.described(core)),
        }
    }

    /// The same where more of the request is filled in than this.
    pub(crate) fn build_with(
        self,
        core: &'a Core,
        auth: &'static Authentication,
        filler: &Filler<'_>,
    ) -> Result<HttpRequest, Error> {
        // The parameters borrow from both, and are dropped before.
        let (of_client, of_spec);
        let Draft {
            destination,
            variables,
            mut parameters,
            fixed,
            rename,
            client_auth: _,
            about: _,
            extra,
        }: Draft<'_> = self;
        let mut url = destination.url(core, variables)?;
        let described = destination.described(core);
        if auth.proof == Proof::Mac && !filler.is_proving() {
            let message = "`client_secret_jwt` requires a client secret and the feature `jose`";
            return Err(filler.error(message));
        }
        let authorization = core.auth_headers().get(auth, filler)?;
        // Most parameters are at hand, and then nothing is allocated.
        of_client = filled(filler, auth.parameters.iter())?;
        add(filler, auth.parameters.iter(), &of_client, &mut parameters);
        if let Some(described) = described.filter(|described| !described.omit.is_empty()) {
            parameters.leave_out(described.omit);
        }
        let of_endpoint = described.map_or(&[] as &[_], |described| described.rename);
        for (name, _) in extra {
            refuse_misplaced(core, name, &parameters, rename.iter().chain(of_endpoint))?;
        }
        parameters.rename(rename);
        parameters.rename(of_endpoint);
        let always = described.map_or(&[] as &[_], |described| described.parameters);
        let always = fixed.iter().chain(always);
        let always = always.filter(|(name, _)| extra.iter().all(|(other, _)| other != name));
        of_spec = filled(filler, always.clone())?;
        add(filler, always, &of_spec, &mut parameters);
        let encoding = destination.encoding(core, described);
        add_extra(core, encoding, &mut parameters, extra)?;

        let method = match destination.method(described) {
            HttpMethod::Get => Method::GET,
            HttpMethod::Post => Method::POST,
            HttpMethod::Delete => Method::DELETE,
        };
        if encoding == Encoding::Query {
            parameters.add_to(&mut url);
        }
        let mut request = HttpRequest::new(method, url);
        request.set_body(parameters.encode(encoding));
        let headers = request.headers_mut();
        if let Some(content_type) = content_type(encoding) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        let format = core.provider().token_response.format;
        if !destination.gives_tokens() || format == ResponseFormat::Json {
            headers.insert(ACCEPT, APPLICATION_JSON.clone());
        }
        let own = described.map_or(&[] as &[_], |described| described.headers);
        filler.add_headers(own, headers)?;
        if let Some((name, value)) = authorization {
            headers.insert(name, value);
        }
        name_program(core, headers)?;
        Ok(request)
    }
}

/// A name and what is sent under it.
type Pair = (&'static str, &'static str);

/// Those of the values that are not at hand, in their order.
fn filled<'p>(
    filler: &Filler<'_>,
    pairs: impl Iterator<Item = &'p Pair>,
) -> Result<Vec<Option<Filled<'static>>>, Error> {
    let mut made = pairs.filter(|(_, text)| filler.at_hand(text).is_none());
    let Some((_, first)) = made.next() else {
        return Ok(Vec::new());
    };
    let all = [first].into_iter().chain(made.map(|(_, text)| text));
    all.map(|text| filler.fill(text)).collect()
}

/// Adds parameters that are not there yet, `filled` as far as they are not at hand.
fn add<'a, 'p>(
    filler: &Filler<'a>,
    pairs: impl Iterator<Item = &'p Pair>,
    filled: &'a [Option<Filled<'static>>],
    parameters: &mut Parameters<'a>,
) {
    let mut filled = filled.iter();
    for (name, text) in pairs {
        let value = match filler.at_hand(text) {
            Some(value) => value,
            None => filled.next().and_then(Option::as_ref).map(Filled::as_str),
        };
        if !parameters.contains(name) {
            parameters.push_some(name, value);
        }
    }
}

/// How the client says who it is, unless the request decides that.
fn preferred_auth(
    core: &Core,
    endpoint: Option<&'static Endpoint>,
) -> Result<&'static Authentication, Error> {
    let provider = core.provider();
    let (client_type, name) = match core.credential() {
        Some(_) => (&provider.confidential, "confidential"),
        None => (&provider.public, "public"),
    };
    let of_endpoint = endpoint.and_then(|endpoint| Some((endpoint.auth?, endpoint.own_auth)));
    let own = client_type.as_ref().and_then(|client| client.own_auth);
    let of_client = core.configuration().client_auth;
    let of_client = of_client.or_else(|| preferred(core.credential(), client_type.as_ref()?));
    let of_client = || Some((of_client?, own));
    let Some((method, own)) = of_endpoint.or_else(of_client) else {
        let message = format!("there are no {name} clients");
        return Err(Error::configuration(provider, message));
    };
    method.record_or(own).ok_or_else(|| {
        let message = format!("{name} clients have no method of the provider's own");
        Error::configuration(provider, message)
    })
}

/// The first method for which the client has what it takes; the first of all where there is none.
fn preferred(
    credential: Option<&ClientCredential>,
    client: &'static ClientType,
) -> Option<ClientAuth> {
    let first = client.auth.first().copied();
    let Some(credential) = credential else {
        return first;
    };
    let suits = |method: &&ClientAuth| {
        let record = method.record_or(client.own_auth);
        record.is_some_and(|record| has_what_it_takes(credential, record, client))
    };
    client.auth.iter().find(suits).copied().or(first)
}

fn has_what_it_takes(
    credential: &ClientCredential,
    record: &Authentication,
    client: &ClientType,
) -> bool {
    #[cfg(feature = "jose")]
    let has_key = credential.signer.is_some();
    #[cfg(not(feature = "jose"))]
    let has_key = false;
    match record.proof {
        Proof::Sent | Proof::Mac if credential.secret.is_some() => true,
        Proof::Sent => has_key && client.signed_secret.is_some(),
        Proof::Signature => has_key,
        Proof::Mac => false,
        Proof::Certificate | Proof::OwnCertificate => credential.secret.is_none() && !has_key,
    }
}

/// Checks that a parameter of the caller's is none of the library's, by the standard's name or by
/// the provider's.
fn refuse_misplaced(
    core: &Core,
    name: &str,
    parameters: &Parameters<'_>,
    mut renamed: impl Iterator<Item = &'static (&'static str, &'static str)>,
) -> Result<(), Error> {
    let is_ours = |name: &str| RESERVED.contains(&name) || parameters.contains(name);
    if is_ours(name) || renamed.any(|(standard, here)| *here == name && is_ours(standard)) {
        let message = format!("the parameter {name:?} is not for `param` to set");
        return Err(Error::configuration(core.provider(), message));
    }
    Ok(())
}

fn add_extra<'a>(
    core: &Core,
    encoding: Encoding,
    parameters: &mut Parameters<'a>,
    extra: &'a [(String, Secret)],
) -> Result<(), Error> {
    for (name, value) in extra {
        // A form may have a name twice, as `resource` of RFC 8707 §2; an object may not.
        if encoding == Encoding::Json && parameters.contains(name) {
            let message = format!("the parameter {name:?} is set twice");
            return Err(Error::configuration(core.provider(), message));
        }
        parameters.push(name, value.expose());
    }
    Ok(())
}

/// Adds the header that names the program.
///
/// # Errors
///
/// When it is missing, and this provider refuses requests without it.
pub(crate) fn name_program(core: &Core, headers: &mut HeaderMap) -> Result<(), Error> {
    match core.configuration().settings.program() {
        Some(program) => {
            headers.insert(USER_AGENT, program.clone());
        }
        None if core.provider().user_agent => {
            return Err(Error::configuration(
                core.provider(),
                "this provider refuses requests that do not name the program: set \
                 `Settings::user_agent`",
            ));
        }
        None => {}
    }
    Ok(())
}

#[cfg(feature = "jose")]
pub(crate) mod proof;
#[cfg(test)]
mod tests;
