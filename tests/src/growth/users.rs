//! Readers of what says who logged in: ID tokens, the keys that they are signed with, and users.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use oauth_atlas::provider::Provider;
use oauth_atlas::{Core, HttpResponse, TokenSet, apple};

use crate::fixtures::{issuer_of_tenant, who_logged_in};
use crate::readers::{Prepare, filled};

pub const ALL: &[(&str, Prepare)] = &[
    ("claims of an ID token", |size| {
        let claims = filled("\"a\":1,", size);
        refreshed(&token(RS256, &format!("{{{claims}{CLAIMS}}}")))
    }),
    ("audiences", |size| {
        let audiences = filled("\"a\",", size);
        refreshed(&token(
            RS256,
            &format!("{{\"aud\":[{audiences}\"client\"],{CLAIMS}}}"),
        ))
    }),
    ("a tenant of an ID token", |size| {
        let tenant = filled("a", size / 2);
        let claims = format!(
            "{{\"sub\":\"1\",\"aud\":\"client\",\"tid\":\"{tenant}\",\"iss\":\"https://{tenant}.who.example\"}}"
        );
        refreshed(&token(RS256, &claims))
    }),
    ("the header of an ID token", |size| {
        let header = format!("{{{}\"alg\":\"RS256\"}}", filled("\"alg\":1,", size));
        refreshed(&token(&header, "{}"))
    }),
    ("parts of an ID token", |size| {
        refreshed(&filled("e30.", size))
    }),
    ("an ID token that is none", |size| {
        refreshed(&filled("=", size))
    }),
    ("keys that are none", |size| {
        signed(format!("{{\"keys\":[{}1]}}", filled("{},", size)))
    }),
    ("keys of a name", |size| {
        signed(format!("{{\"keys\":[{}1]}}", filled(KEY, size)))
    }),
    ("members of a key", |size| {
        let members = filled("\"x\":\"QQ\",", size);
        signed(format!(
            "{{\"keys\":[{{{members}\"kty\":\"EC\",\"crv\":\"P-256\"}}]}}"
        ))
    }),
    ("the modulus of a key", |size| {
        let modulus = filled("QUFB", size);
        signed(format!(
            "{{\"keys\":[{{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"{modulus}\"}}]}}"
        ))
    }),
    ("members of metadata", |size| {
        discovered(&filled("\"a\":1,", size))
    }),
    ("algorithms of metadata", |size| {
        discovered(&format!(
            "\"id_token_signing_alg_values_supported\":[{}1],",
            filled("\"RS256\",\"a\",", size)
        ))
    }),
    ("the host of an endpoint", |size| {
        discovered(&format!(
            "\"revocation_endpoint\":\"https://{}example/\",",
            filled("a.", size)
        ))
    }),
    ("members of a user", |size| {
        told(format!(
            "{{\"data\":{{\"user\":{{{}\"id\":1}}}}}}",
            filled("\"id\":7,", size)
        ))
    }),
    ("links of a user", |size| {
        let links = filled("{\"href\":\"\"},", size);
        told(format!(
            "{{\"data\":{{\"user\":{{\"id\":1,\"links\":[{links}{{}}]}}}}}}"
        ))
    }),
    ("addresses of a user", |size| {
        told(format!(
            "[{}1]",
            filled("{\"address\":\"a\",\"main\":\"no\"},", size)
        ))
    }),
    ("a signed user", |size| {
        told(token(
            RS256,
            &format!("{{{}\"id\":1}}", filled("\"a\":1,", size)),
        ))
    }),
    ("a user in a text", |size| {
        let user = format!("{{{}\"name\":{{}}}}", filled("\"name\":1,", size));
        let user = serde_json::to_string(&user).expect("JSON");
        let id_token = token(RS256, "{\"sub\":\"1\"}");
        let stored = format!(
            "{{\"access_token\":\"a\",\"id_token\":\"{id_token}\",\"extra\":{{\"user\":{user}}}}}"
        );
        let tokens = serde_json::from_str(&stored).expect("tokens");
        let lookup = core(&apple::PROVIDER).user(&tokens);
        Box::new(move || drop(lookup.finish()))
    }),
];

const RS256: &str = "{\"alg\":\"RS256\",\"kid\":\"k\"}";
const CLAIMS: &str = "\"iss\":\"https://who.example\",\"sub\":\"1\",\"aud\":\"client\"";

/// A key of P-256 (RFC 7517, appendix A.1), under the name that the tokens have.
const KEY: &str = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\
    \"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\
    \"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"},";

fn token(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}.c2ln")
}

fn core(provider: &'static Provider) -> Core {
    Core::confidential(provider, "client", "client-secret")
}

fn ok(body: String) -> HttpResponse {
    HttpResponse::new(200, HeaderMap::new(), body)
}

/// An ID token that comes with other tokens.
fn refreshed(id_token: &str) -> Box<dyn FnOnce()> {
    let tokens = TokenSet::new("a").with_refresh_token("r");
    let request = core(&who_logged_in::PROVIDER).refresh(&tokens);
    let response = ok(format!(
        "{{\"access_token\":\"a\",\"id_token\":\"{id_token}\"}}"
    ));
    Box::new(move || drop(request.read_http_response(response)))
}

/// A set of keys, and a token that none of them has signed.
fn signed(keys: String) -> Box<dyn FnOnce()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.expect("a clock after 1970").as_secs();
    let header = "{\"alg\":\"ES256\",\"kid\":\"k\"}";
    let claims = format!("{{{CLAIMS},\"iat\":{now},\"exp\":{}}}", now + 600);
    let stored = serde_json::json!({ "access_token": "a", "id_token": token(header, &claims) });
    let tokens = serde_json::from_value(stored).expect("tokens");
    let mut verification = core(&who_logged_in::PROVIDER).verify_id_token(&tokens);
    let asked = verification.next_http_request().expect("a good token");
    assert!(asked.is_some(), "the keys are asked for");
    let response = ok(keys);
    Box::new(move || {
        drop(verification.read_http_response(response));
        drop(verification.finish());
    })
}

/// The metadata of a server, with more members than it needs.
fn discovered(members: &str) -> Box<dyn FnOnce()> {
    let client = core(&issuer_of_tenant::PROVIDER).variable("tenant", "blue");
    let client = client.base_url("server", "https://id.example");
    let discovery = client.expect("a URL").discover();
    let response = ok(format!(
        "{{{members}\"issuer\":\"https://id.example/tenants/blue\"}}"
    ));
    Box::new(move || drop(discovery.read_http_response(response)))
}

/// An answer to the first question about the user, and to the second.
fn told(answer: String) -> Box<dyn FnOnce()> {
    let mut lookup = core(&who_logged_in::PROVIDER).user(&TokenSet::new("a"));
    let answers = [ok(answer.clone()), ok(answer)];
    Box::new(move || {
        for answer in answers {
            drop(lookup.read_http_response(answer));
        }
        drop(lookup.finish());
    })
}
