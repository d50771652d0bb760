//! What the fake tells of itself (RFC 8414 §2, OpenID Connect Discovery §3): what its description
//! says, with the values of one tenant.

use serde_json::{Value, json};

use crate::error::EndpointKind;
use crate::fake::description::{
    ChallengeMethod, ClientAuth, Description, Pkce, Template, grant_type,
};

/// Where the metadata is: behind the issuer's path for OpenID Connect, and before it otherwise.
pub(super) fn urls(description: &Description) -> Vec<String> {
    let Some(issuer) = &description.issuer else {
        return Vec::new();
    };
    let mut urls = vec![format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    )];
    let mut issuers = vec![issuer.clone()];
    let environments = description.environments.iter();
    issuers.extend(environments.map(|environment| {
        let hosts = environment.hosts.iter();
        hosts.fold(issuer.clone(), |issuer, (name, host)| {
            issuer.replace(&format!("{{{name}}}"), host)
        })
    }));
    for issuer in issuers {
        let is_host = |name: &str| {
            let mut hosts = description.environments.iter().flat_map(|one| &one.hosts);
            hosts.any(|(host, _)| host == name)
        };
        if Template::of(&issuer).names().any(is_host) {
            continue;
        }
        let path = match issuer.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |start| &rest[start..]),
            None => &issuer,
        };
        let path = path.trim_end_matches('/');
        let url = format!("https://fake.example/.well-known/oauth-authorization-server{path}");
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}

/// The metadata. `expanded` fills in the values of the tenant.
pub(super) fn document(description: &Description, expanded: impl Fn(&str) -> String) -> Value {
    let mut document =
        json!({ "response_types_supported": ["code"], "subject_types_supported": ["public"] });
    let mut url = |member: &str, url: Option<&str>| {
        let url = url.map(&expanded);
        // What depends on a value that the fake was not told is nothing that it can tell.
        if let Some(url) = url.filter(|url| Template::of(url).is_plain()) {
            document[member] = json!(url);
        }
    };
    url("issuer", description.issuer.as_deref());
    for kind in EndpointKind::ALL {
        if let Some(member) = kind.metadata_member() {
            url(member, description.endpoint_url(*kind));
        }
    }
    url("end_session_endpoint", description.end_session.as_deref());

    let grants = description.grants.iter().map(grant_type);
    let grants: Vec<_> = grants.filter(|name| !name.is_empty()).collect();
    let scopes: Vec<_> = description
        .scopes
        .values
        .iter()
        .map(|one| &one.name)
        .collect();
    let clients = description.confidential.iter().chain(&description.public);
    let methods = clients.flat_map(|client| &client.auth);
    // Who reads of Basic sends the header alone.
    let methods = methods.filter(|method| **method != ClientAuth::BasicWithId);
    let mut methods: Vec<_> = methods
        .filter_map(|method| method.registered_as())
        .collect();
    methods.dedup();
    for (member, values) in [
        ("grant_types_supported", json!(grants)),
        ("scopes_supported", json!(scopes)),
        ("token_endpoint_auth_methods_supported", json!(methods)),
    ] {
        document[member] = values;
    }
    let pkce = &description.pkce;
    if pkce.status != Pkce::Unsupported && pkce.challenge == ChallengeMethod::S256 {
        document["code_challenge_methods_supported"] = json!(["S256"]);
    }
    if let Some(rules) = &description.id_token {
        let algorithms = rules.algorithms.iter().map(|one| one.word());
        let algorithms: Vec<_> = match rules.algorithms.as_slice() {
            [] => vec!["RS256"],
            _ => algorithms.collect(),
        };
        document["id_token_signing_alg_values_supported"] = json!(algorithms);
    }
    document["authorization_response_iss_parameter_supported"] =
        json!(description.authorization_response_iss_parameter_supported);
    document["require_pushed_authorization_requests"] =
        json!(description.require_pushed_authorization_requests);
    document
}
