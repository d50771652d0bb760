//! Area A: the authorization URL (RFC 6749 §4.1.1, RFC 7636).

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::Settings;
use oauth_atlas::{EndpointKind, ErrorKind};
use url::Url;

use super::sha256::sha256;
use super::{
    CLIENT_ID, REDIRECT_URI, callback, case, failure, granting, refused_spec, standard_client,
    stored,
};
use crate::fixtures::{pkce_unsupported, scope_separators, standard};

fn public() -> standard::Client {
    standard::Client::public(CLIENT_ID).redirect_uri(REDIRECT_URI)
}

fn pairs(url: &str) -> Vec<(String, String)> {
    let url = Url::parse(url).expect("an absolute URL");
    url.query_pairs().into_owned().collect()
}

fn value(url: &str, name: &str) -> String {
    let mut values = pairs(url).into_iter().filter(|(other, _)| other == name);
    let (_, value) = values.next().unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(values.next(), None, "{name} is there once");
    value
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// The case's state is the caller's, and ours is the library's: nobody can give it a weak one.
#[test]
fn a01_example_of_the_rfc() {
    let [client_id, _, redirect_uri, endpoint] = case("A01").given();
    let client = pkce_unsupported::Client::confidential(client_id, "secret")
        .redirect_uri(redirect_uri)
        .with_settings(
            Settings::new()
                .replace_endpoint(EndpointKind::Authorization, endpoint)
                .unwrap(),
        );
    let login = client.authorize([]).start().unwrap();
    assert_eq!(login.url.split('?').next(), Some(endpoint));
    let mut sent = pairs(&login.url);
    sent.sort();
    let expected = [
        ("client_id", client_id),
        ("redirect_uri", redirect_uri),
        ("response_type", "code"),
        ("state", &stored(&login.pending, "state")),
    ];
    assert_eq!(sent, owned(&expected));
}

#[test]
fn a02_query_of_the_endpoint_is_kept() {
    let [endpoint] = case("A02").given();
    let [_, _, expected] = case("A02").expected();
    let login = pkce_unsupported::Client::confidential("aaa", "secret")
        .with_settings(
            Settings::new()
                .replace_endpoint(EndpointKind::Authorization, endpoint)
                .unwrap(),
        )
        .authorize([])
        .start()
        .unwrap();
    let state = stored(&login.pending, "state");
    assert_eq!(login.url, expected.replace("csrf_token", &state));
}

#[test]
fn a03_scopes_are_joined_by_spaces() {
    let scopes: [&str; 2] = case("A03").given();
    let scopes = scopes.map(|scope| scope.parse::<standard::Scope>().unwrap());
    let [_, expected] = case("A03").expected();
    let login = public().authorize(scopes).start().unwrap();
    assert_eq!(value(&login.url, "scope"), expected);
}

/// There always is a state.
#[test]
fn a04_nothing_is_sent_empty() {
    let client = standard::Client::public(CLIENT_ID);
    let login = client.authorize([]).start().unwrap();
    let sent = pairs(&login.url);
    assert!(sent.iter().all(|(_, value)| !value.is_empty()), "{sent:?}");
    let names: Vec<_> = sent.iter().map(|(name, _)| &**name).collect();
    let expected = [
        "response_type",
        "client_id",
        "state",
        "code_challenge",
        "code_challenge_method",
    ];
    assert_eq!(names, expected);
}

/// The library makes the verifier. The case's own shows that the hash of this test is the RFC's.
#[test]
fn a05_challenge_is_the_hash_of_the_verifier() {
    let challenge = |verifier: &str| URL_SAFE_NO_PAD.encode(sha256(verifier));
    let [verifier] = case("A05").given();
    let [expected, method] = case("A05").expected();
    assert_eq!(format!("code_challenge={}", challenge(verifier)), expected);

    let login = public().authorize([]).start().unwrap();
    let verifier = stored(&login.pending, "code_verifier");
    assert_eq!(value(&login.url, "code_challenge"), challenge(&verifier));
    assert!(login.url.ends_with(&format!("&{method}")), "{}", login.url);
    assert!(!login.url.contains(&verifier));
}

#[test]
fn a06_thousand_verifiers_are_well_formed_and_differ() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let login = public().authorize([]).start().unwrap();
        let verifier = stored(&login.pending, "code_verifier");
        assert!((43..=128).contains(&verifier.len()), "{verifier}");
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        assert!(verifier.bytes().all(is_allowed), "{verifier}");
        assert!(seen.insert(verifier));
    }
}

/// The library takes no octets from a caller: that its verifiers are 32 of them in the RFC's
/// alphabet is what can be seen from outside.
#[test]
fn a08_verifier_is_32_octets_in_base64url() {
    let given = case("A08").0["given"].as_str().unwrap();
    let (_, octets) = given.split_once('[').unwrap();
    let octets: Vec<u8> = serde_json::from_str(&format!("[{octets}")).unwrap();
    let [verifier] = case("A08").expected();
    assert_eq!(URL_SAFE_NO_PAD.decode(verifier), Ok(octets));

    let login = public().authorize([]).start().unwrap();
    let verifier = stored(&login.pending, "code_verifier");
    assert_eq!(
        URL_SAFE_NO_PAD.decode(verifier).map(|octets| octets.len()),
        Ok(32)
    );
}

#[test]
fn a10_commas_where_the_spec_says_so() {
    let [_, scopes @ ..]: [&str; 3] = case("A10").given();
    let [_, expected] = case("A10").expected();
    let commas = scope_separators::Client::confidential(CLIENT_ID, "secret");
    let known = scopes.map(|scope| scope.parse::<scope_separators::Scope>().unwrap());
    let login = commas.authorize(known).start().unwrap();
    assert_eq!(value(&login.url, "scope"), expected);

    let known = scopes.map(|scope| scope.parse::<standard::Scope>().unwrap());
    let login = public().authorize(known).start().unwrap();
    assert_eq!(value(&login.url, "scope"), expected.replace(',', " "));
}

#[test]
fn a11_states_are_256_bits_and_differ() {
    let states: HashSet<_> = (0..100)
        .map(|_| value(&public().authorize([]).start().unwrap().url, "state"))
        .collect();
    assert_eq!(states.len(), 100);
    for state in states {
        assert_eq!(
            URL_SAFE_NO_PAD.decode(state).map(|octets| octets.len() * 8),
            Ok(256)
        );
    }
}

#[tokio::test]
async fn a12_other_redirect_uri_is_sent_twice() {
    let server = granting();
    let client = standard_client(&server);
    let other = "https://client.example/other";
    let login = client.authorize([]).redirect_uri(other).start().unwrap();
    assert_eq!(value(&login.url, "redirect_uri"), other);
    let callback = callback(&login.pending, "code");
    client.finish(login.pending, callback).await.unwrap();
    assert_eq!(
        server.only().form_value("redirect_uri").as_deref(),
        Some(other)
    );
}

#[test]
fn a14_fragment_is_refused() {
    let [endpoint] = case("A14").given();
    let settings = Settings::new().replace_endpoint(EndpointKind::Authorization, endpoint);
    let error = failure(settings.map(drop), &[]);
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("fragment"), "{error}");

    let url = "https://login.standard.example/authorize";
    let message = refused_spec(url, &format!("\"{url}#x\""));
    assert_eq!(message, "an endpoint's URL has no fragment (RFC 6749 §3.1)");
}
