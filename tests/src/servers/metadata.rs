//! Whether a spec says what the server announces of itself (RFC 8414, OpenID Connect Discovery).

use std::collections::BTreeSet;

use oauth_atlas_codegen::model::{ClientAuth, EndpointKind, Provider};
use serde_json::Value;

use crate::server::Server;

/// Checks every endpoint, grant, client authentication method and scope in both directions, as far
/// as the spec language knows them. What is `unannounced` is in the spec alone.
pub async fn its_metadata_agrees_with_the_spec(of: &Server) {
    let metadata = of.expected.metadata.as_ref().expect("it announces itself");
    let (spec, server, origin) = (&of.spec, of.name, of.origin());
    let document = self::of(of).await;
    let unannounced: Vec<_> = metadata.unannounced.iter().map(String::as_str).collect();

    let url = |template: &str| template.replace("{server}", origin);
    let endpoint = |name: &str| document[name].as_str().map(str::to_owned);
    for kind in EndpointKind::ALL {
        let Some(name) = kind.metadata_member() else {
            continue;
        };
        let keys = spec.id_token.as_ref();
        let ours = match kind {
            // Not every spec says how ID tokens are checked.
            EndpointKind::Jwks if keys.is_none() => continue,
            EndpointKind::Jwks => keys.and_then(|rules| rules.jwks_uri.as_ref()),
            EndpointKind::Authorization => spec.authorization.as_ref().map(|one| &one.url),
            called => spec.endpoint(*called).map(|one| &one.url),
        };
        let ours = ours.filter(|_| !unannounced.contains(&name));
        let ours = ours.map(|template| url(template));
        assert_eq!(ours, endpoint(name), "{server}: {name}");
    }

    let grants = grants(spec);
    let announced = texts(&document["grant_types_supported"]);
    for grant in KNOWN_GRANTS {
        let ours = grants.contains(grant) && !unannounced.contains(&grant);
        assert_eq!(ours, announced.contains(grant), "{server}: {grant}");
    }

    let methods: BTreeSet<_> = spec
        .clients()
        .flat_map(|(_, client)| &client.auth)
        .map(method)
        .collect();
    let announced = texts(&document["token_endpoint_auth_methods_supported"]);
    for known in ["client_secret_basic", "client_secret_post", "none"] {
        let ours = methods.contains(known) && !unannounced.contains(&known);
        assert_eq!(ours, announced.contains(known), "{server}: {known}");
    }

    // RFC 7662 §2.1: introspection is for clients that can prove who they are.
    for (name, endpoint, takes_public) in [
        ("revocation_endpoint", &spec.revocation, true),
        ("introspection_endpoint", &spec.introspection, false),
    ] {
        let own = endpoint.as_ref().and_then(|endpoint| endpoint.auth);
        let mut ours = own.map_or_else(|| methods.clone(), |own| BTreeSet::from([method(&own)]));
        ours.retain(|method| takes_public || *method != "none");
        ours.retain(|method| !unannounced.contains(method));
        let announced = &document[format!("{name}_auth_methods_supported")];
        if announced.is_array() {
            let announced = texts(announced);
            assert!(
                ours.is_subset(&announced),
                "{server}: {name}: {ours:?}, {announced:?}"
            );
        }
    }

    let challenges = texts(&document["code_challenge_methods_supported"]);
    assert!(challenges.contains("S256"), "{server}: {challenges:?}");
    let issuer = &document["authorization_response_iss_parameter_supported"];
    assert_eq!(
        spec.issuer_in_callback,
        issuer == &Value::Bool(true),
        "{server}: iss"
    );
    if let Some(issuer) = &spec.issuer {
        assert_eq!(document["issuer"], url(issuer), "{server}: issuer");
    }
    if let form_post @ Value::Array(_) = &document["response_modes_supported"] {
        let announced = texts(form_post).contains("form_post");
        assert_eq!(of.expected.form_post, announced, "{server}: form_post");
    }

    if let scopes @ Value::Array(_) = &document["scopes_supported"] {
        let mut ours: BTreeSet<_> = spec
            .scopes
            .values
            .iter()
            .map(|scope| scope.name.as_str())
            .collect();
        let offline = spec.offline.iter().flat_map(|offline| &offline.scopes);
        ours.extend(offline.map(String::as_str));
        assert_eq!(ours, texts(scopes), "{server}: scopes");
    }
}

/// What a server announces.
async fn of(server: &Server) -> Value {
    let metadata = &server.expected.metadata;
    let path = &metadata.as_ref().expect("it announces itself").path;
    let http = reqwest::Client::builder().no_proxy().build();
    let http = http.expect("a client without TLS can be built");
    let document = http.get(format!("{}{path}", server.origin())).send();
    let document = document.await.expect("the server answers");
    document.json().await.expect("metadata is JSON")
}

const KNOWN_GRANTS: [&str; 5] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
];

fn grants(spec: &Provider) -> BTreeSet<&str> {
    let announced = spec.grants().filter_map(|grant| {
        let standard = grant.kind.standard_grant_type();
        standard.or(grant.grant_type.as_deref())
    });
    announced.collect()
}

/// As servers announce it: they do not say which way of Basic they mean.
fn method(auth: &ClientAuth) -> &'static str {
    match auth {
        ClientAuth::BasicRaw => ClientAuth::Basic.word(),
        other => other.word(),
    }
}

fn texts(value: &Value) -> BTreeSet<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}
