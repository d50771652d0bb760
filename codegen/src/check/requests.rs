//! The parameters of each request: none is sent twice, and a name that is changed or left out is
//! one that would be sent.

use oauth_atlas_description::Proof;
use oauth_atlas_description::owned::Authentication;

use crate::decode::{Entry, Many, Maybe, Place, Reader, Spanned, Table};
use crate::language::words::alternatives;
use crate::spec::{
    ClientCredentials, Endpoint, Extension, GrantParameter, Grants, ParameterType, Pkce, Spec,
    Template,
};

/// What brings a refresh token is one of the values that the parameter may have.
fn offline(spec: &Spec, reader: &mut Reader) {
    let parameters = spec.offline.given().into_iter();
    for given in parameters.flat_map(|offline| &offline.parameters.0) {
        let mut known = spec.authorization_parameters();
        let Some(parameter) = known.find(|known| known.key == given.key) else {
            continue;
        };
        let fits = match parameter.value.r#type.given().map(|kind| kind.value) {
            Some(ParameterType::Integer) => given.value.parse::<i64>().is_ok(),
            Some(ParameterType::Boolean) => ["true", "false"].contains(&given.value.as_str()),
            Some(ParameterType::Json) => given.value.starts_with(['{', '[']),
            Some(ParameterType::Text) | None => true,
        };
        if !fits {
            reader.explain(
                format!("`{}` is no value of `{}`", given.value, given.key),
                &[
                    (Place::At(given.at), "is sent for a refresh token"),
                    (parameter.key_place(), "has another type"),
                ],
                Some("correct the one that is wrong".to_owned()),
            );
        }
    }
}

/// A request of the client.
#[derive(Default)]
pub(super) struct Request<'s> {
    /// The parameters that the client sends by itself, by their standard names.
    standard: Vec<&'static str>,
    /// The names that the grant has for them.
    rename: Option<&'s Table<String>>,
    /// What else it has: a name, its place, and what that is.
    pub(super) own: Vec<(&'s str, Place, &'static str)>,
}

/// Where requests go, and what it makes of their parameters.
pub(super) struct Destination<'s> {
    pub(super) url: &'s Spanned<Template>,
    pub(super) requests: Vec<Request<'s>>,
    /// Parameters of the client's that no request here has, as it does not say who it is.
    unsent: Vec<&'static str>,
    rename: &'s Table<String>,
    omit: &'s Maybe<Many<String>>,
    /// What every request to it has.
    pub(super) fixed: Vec<(&'s str, Place)>,
}

/// A standard parameter as a request has it.
pub(super) struct Sent<'s> {
    pub(super) standard: &'static str,
    pub(super) name: &'s str,
    renamed: Option<Place>,
}

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    offline(spec, reader);
    for destination in destinations(spec) {
        for request in &destination.requests {
            twice(&destination, request, reader);
        }
        displaced(&destination, reader);
        never_sent(&destination, reader);
        indispensable(&destination, reader);
    }
}

pub(super) fn destinations(spec: &Spec) -> Vec<Destination<'_>> {
    let (Some(endpoints), Some(grants)) = (&spec.endpoints, &spec.grants) else {
        return Vec::new();
    };
    let mut destinations = Vec::new();
    if let Some(endpoint) = endpoints.authorization.given() {
        destinations.push(Destination {
            url: &endpoint.url,
            requests: vec![login(spec, grants)],
            unsent: Vec::new(),
            rename: &endpoint.rename,
            omit: &endpoint.omit,
            fixed: Vec::new(),
        });
    }
    if let Some(endpoint) = endpoints.pushed_authorization_request.given() {
        let mut request = login(spec, grants);
        request.standard.push("client_secret");
        request
            .own
            .extend(spec.authorization_parameters().map(|one| {
                (
                    one.key.as_str(),
                    one.key_place(),
                    "a parameter of the login",
                )
            }));
        let mut destination = called(spec, endpoint, vec![request]);
        // A login has it in any case.
        destination.unsent.retain(|name| *name != "client_id");
        destinations.push(destination);
    }
    let refresh = refresh(grants);
    if let Some(endpoint) = endpoints.token.given() {
        let mut requests = Vec::new();
        requests.extend(exchange(spec, grants));
        requests.extend(refresh.filter(|_| endpoints.refresh.is_absent()));
        let others = without_login(grants).filter(|(grant, _)| grant.endpoint.is_absent());
        requests.extend(others.map(|(_, request)| request));
        let here = |one: &&Entry<Extension>| one.value.endpoint.is_absent();
        let extensions = grants.extensions.0.iter().filter(here);
        requests.extend(extensions.map(|one| extension(&one.value)));
        destinations.push(called(spec, endpoint, requests));
    }
    if let Some(endpoint) = endpoints.refresh.given() {
        let requests = self::refresh(grants).into_iter().collect();
        destinations.push(called(spec, endpoint, requests));
    }
    for (grant, request) in without_login(grants) {
        if let Some(endpoint) = grant.endpoint.given() {
            destinations.push(called(spec, endpoint, vec![request]));
        }
    }
    for one in &grants.extensions.0 {
        if let Some(endpoint) = one.value.endpoint.given() {
            destinations.push(called(spec, endpoint, vec![extension(&one.value)]));
        }
    }
    let others = [
        (&endpoints.revocation, &["token", "token_type_hint"][..]),
        (&endpoints.introspection, &["token", "token_type_hint"]),
        (&endpoints.device_authorization, &["scope"]),
    ];
    for (endpoint, standard) in others {
        if let Some(endpoint) = endpoint.given() {
            destinations.push(called(spec, endpoint, vec![by_client(standard)]));
        }
    }
    if let Some(endpoint) = endpoints.userinfo.given() {
        let request = Request {
            standard: vec!["access_token"],
            ..Request::default()
        };
        destinations.push(called(spec, endpoint, vec![request]));
    }
    destinations
}

fn called<'s>(
    spec: &'s Spec,
    endpoint: &'s Endpoint,
    requests: Vec<Request<'s>>,
) -> Destination<'s> {
    let fixed = endpoint.parameters.0.iter();
    let methods = spec.authentications(endpoint);
    let says_nothing =
        |method: &Authentication| method.proof == Proof::Sent && !method.names_client();
    let is_anonymous = !methods.is_empty() && methods.iter().all(says_nothing);
    Destination {
        url: &endpoint.url,
        requests,
        unsent: CLIENT.into_iter().filter(|_| is_anonymous).collect(),
        rename: &endpoint.rename,
        omit: &endpoint.omit,
        fixed: fixed
            .map(|one| (one.key.as_str(), one.key_place()))
            .collect(),
    }
}

/// By which a client says who it is.
const CLIENT: [&str; 2] = ["client_id", "client_secret"];

/// A request with which the client says who it is.
fn by_client(standard: &[&'static str]) -> Request<'static> {
    Request {
        standard: standard.iter().copied().chain(CLIENT).collect(),
        ..Request::default()
    }
}

/// A token request, which names its grant unless the provider wants no name.
fn of_grant(grant_type: Option<&Spanned<String>>, standard: &[&'static str]) -> Request<'static> {
    let mut request = by_client(standard);
    if grant_type.is_none_or(|given| given.value != "none") {
        request.standard.push("grant_type");
    }
    request
}

fn login<'s>(spec: &'s Spec, grants: &'s Grants) -> Request<'s> {
    let mut standard = vec![
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
    ];
    if has_pkce(grants) {
        standard.extend(["code_challenge", "code_challenge_method"]);
    }
    let groups = spec.scope_groups().map(|group| {
        let parameter = &group.value.parameter;
        (
            parameter.value.as_str(),
            parameter.place(),
            "the parameter of a group of scopes",
        )
    });
    let offline = spec.offline.given().into_iter();
    let offline = offline.flat_map(|offline| &offline.parameters.0);
    let offline = offline.map(|one| {
        (
            one.key.as_str(),
            one.key_place(),
            "a parameter of `offline`",
        )
    });
    Request {
        standard,
        own: groups.chain(offline).collect(),
        ..Request::default()
    }
}

fn has_pkce(grants: &Grants) -> bool {
    let grant = grants.authorization_code.given();
    let pkce = grant.and_then(|grant| grant.pkce.given());
    pkce.is_none_or(|pkce| pkce.value != Pkce::Unsupported)
}

fn exchange<'s>(spec: &'s Spec, grants: &'s Grants) -> Option<Request<'s>> {
    let grant = grants.authorization_code.given()?;
    let mut request = of_grant(grant.grant_type.given(), &["code", "redirect_uri"]);
    if has_pkce(grants) {
        request.standard.push("code_verifier");
    }
    if grant.repeats_scope.given().is_some_and(|one| one.value) {
        request.standard.push("scope");
    }
    let relayed = spec.captures.0.iter();
    let relayed = relayed.filter_map(|capture| capture.value.relay.given());
    let relayed = relayed.map(|relay| {
        (
            relay.value.as_str(),
            relay.place(),
            "carries a captured value on",
        )
    });
    Some(Request {
        own: own(&grant.parameters).chain(relayed).collect(),
        ..request
    })
}

/// The parameters that a spec has for a grant.
fn own(table: &Table<GrantParameter>) -> impl Iterator<Item = (&str, Place, &'static str)> {
    let entries = table.0.iter();
    entries.map(|one| {
        (
            one.key.as_str(),
            one.key_place(),
            "a parameter of this grant",
        )
    })
}

fn refresh(grants: &Grants) -> Option<Request<'_>> {
    let grant = grants.refresh_token.given()?;
    let mut request = of_grant(grant.grant_type.given(), &["refresh_token", "scope"]);
    let repeats = grant.repeats_redirect_uri.given();
    if repeats.is_some_and(|repeats| repeats.value) {
        request.standard.push("redirect_uri");
    }
    request.own = own(&grant.parameters).collect();
    Some(request)
}

/// The grants that need no browser of the client's, and the request for tokens of each.
fn without_login(grants: &Grants) -> impl Iterator<Item = (&ClientCredentials, Request<'_>)> {
    let both: [(_, &[&'static str]); 2] = [
        (&grants.client_credentials, &["scope"]),
        (&grants.device_code, &["device_code"]),
    ];
    both.into_iter().filter_map(|(grant, standard)| {
        let grant = grant.given()?;
        let request = Request {
            rename: Some(&grant.rename),
            own: own(&grant.parameters).collect(),
            ..of_grant(grant.grant_type.given(), standard)
        };
        Some((grant, request))
    })
}

fn extension(extension: &Extension) -> Request<'_> {
    Request {
        own: own(&extension.parameters).collect(),
        ..of_grant(Some(&extension.grant_type), &[])
    }
}

impl<'s> Destination<'s> {
    /// Where it is said that requests leave this parameter out.
    fn omitted(&self, name: &str) -> Option<&'s Spanned<String>> {
        let mut all = self.omit.given().into_iter().flat_map(|many| &many.0);
        all.find(|one| one.value == name)
    }

    /// The standard parameters of a request, as they are sent.
    pub(super) fn sent(&self, request: &Request<'s>) -> Vec<Sent<'s>> {
        let standard = request.standard.iter().copied();
        let sent =
            standard.filter(|name| self.omitted(name).is_none() && !self.unsent.contains(name));
        sent.map(|standard| {
            let tables = request.rename.into_iter().chain([self.rename]);
            let renamed = tables.filter_map(|table| table.get(standard)).next();
            Sent {
                standard,
                name: renamed.map_or(standard, |entry| entry.value.as_str()),
                renamed: renamed.map(|entry| Place::At(entry.at)),
            }
        })
        .collect()
    }
}

/// Two parameters of one name.
fn twice(destination: &Destination, request: &Request, reader: &mut Reader) {
    let sent = destination.sent(request);
    for one in &sent {
        let Some(place) = one.renamed else { continue };
        let other = sent
            .iter()
            .find(|other| other.name == one.name && other.renamed.is_none());
        if let Some(other) = other {
            reader.mistake_with_help(
                place,
                format!("`{}` is the name of another parameter", other.name),
                format!(
                    "the request sends `{}` under its own name as well: rename it, or leave it \
                     out by `omit: [{}]`",
                    other.standard, other.standard
                ),
            );
        }
    }
    for (name, place, what) in &request.own {
        let Some(standard) = sent.iter().find(|one| one.name == *name) else {
            continue;
        };
        let title = format!("`{name}` would be sent twice");
        let also = format!("`{}` has this name here", standard.standard);
        let mut places = vec![(*place, *what)];
        places.extend(standard.renamed.map(|renamed| (renamed, also.as_str())));
        reader.explain(title, &places, Some(leave_out(standard.standard)));
    }
}

/// A fixed parameter that no request has room for, as each has another of its name.
fn displaced(destination: &Destination, reader: &mut Reader) {
    for (name, place) in &destination.fixed {
        let sends = |request: &Request| {
            let mut sent = destination.sent(request).into_iter();
            sent.any(|one| one.name == *name)
        };
        let requests = &destination.requests;
        if !requests.is_empty() && requests.iter().all(sends) {
            reader.mistake_with_help(
                *place,
                format!("`{name}` would be sent twice"),
                leave_out(name),
            );
        }
    }
}

/// What to do with a parameter that the client sends by itself, or with that of the client.
pub(super) fn leave_out(standard: &str) -> String {
    match standard {
        "grant_type" => {
            "the client sends it by itself: leave it out here, and write the value as the \
                         grant's `grant_type`, or `grant_type: none`"
                .to_owned()
        }
        "client_id" | "client_secret" | "response_type" | "scope" => format!(
            "the client sends it by itself: leave it out here, or write `omit: {standard}` at the \
             endpoint, and this is sent instead"
        ),
        _ => "the client sends it by itself: leave it out here".to_owned(),
    }
}

/// What tokens are given for, or what proves that they may be: nothing can be left out of it.
fn indispensable(destination: &Destination, reader: &mut Reader) {
    let names = [
        "code",
        "device_code",
        "refresh_token",
        "code_challenge",
        "code_verifier",
    ];
    for name in names {
        let is_there = |request: &Request| request.standard.contains(&name);
        let renamed = destination.rename.knows(name);
        let Some(omitted) = destination.omitted(name).filter(|_| !renamed) else {
            continue;
        };
        if !destination.requests.iter().any(is_there) {
            continue;
        }
        let (title, help) = match name {
            "code_challenge" | "code_verifier" => (
                format!("there is no PKCE without `{name}` (RFC 7636 §4)"),
                "leave it out of `omit`, or write `pkce: unsupported`".to_owned(),
            ),
            _ => (
                format!("a request without `{name}` gets no tokens"),
                format!(
                    "leave it out of `omit`; where it has another name, write `rename: {{ {name}: … }}`"
                ),
            ),
        };
        reader.mistake_with_help(omitted.place(), title, help);
    }
}

/// What is said of a parameter that no request has.
fn never_sent(destination: &Destination, reader: &mut Reader) {
    let requests = &destination.requests;
    let mut sent: Vec<&str> = Vec::new();
    for name in requests.iter().flat_map(|request| &request.standard) {
        if !sent.contains(name) {
            sent.push(name);
        }
    }
    let omitted = destination
        .omit
        .given()
        .into_iter()
        .flat_map(|many| &many.0);
    let omitted = omitted.map(|one| (one.value.as_str(), one.place(), "left out"));
    let renamed = destination.rename.0.iter();
    let renamed = renamed.map(|one| (one.key.as_str(), one.key_place(), "renamed"));
    for (name, place, what) in omitted.chain(renamed) {
        if super::deviations::PARAMETERS.contains(&name) && !sent.contains(&name) {
            reader.mistake_with_help(
                place,
                format!("`{name}` is never sent here, so it need not be {what}"),
                format!("leave it out; the client sends {}", alternatives(&sent)),
            );
        }
    }
}
