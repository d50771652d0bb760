//! What servers and browsers send, whatever it is: read without a panic, and believed only where it
//! may be. Each function takes bytes, says whether they were believed, and panics where the library
//! breaks a promise of its own. `tests/fuzz` calls the same.

use std::slice;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oauth_atlas::runtime::provider::{
    AuthorizationEndpoint, ClientAuth, ClientType, Endpoint, Grant, GrantKind, Provider, Variable,
    VariableKind,
};
use oauth_atlas::{
    Callback, Core, Error, HeaderMap, HeaderValue, HttpResponse, Json, Pending, TokenSet,
    challenges,
};
use serde_json::Value;
use url::Url;

/// Secrets that requests carry, which no error may repeat.
const SECRET: &str = "client-secret-canary";
const REFRESH_TOKEN: &str = "refresh-token-canary";

const STATE: &str = "the-state-of-this-login";
const ISSUER: &str = "https://id.example.com";

/// Descriptions whose answers are read in different ways: wrapped, renamed, as forms, with errors in
/// a success, with dates, with captured values.
static PROVIDERS: [&Provider; 12] = [
    &oauth_atlas::deribit::PROVIDER,
    &oauth_atlas::facebook::PROVIDER,
    &oauth_atlas::github::PROVIDER,
    &oauth_atlas::google::PROVIDER,
    &oauth_atlas::kraken::PROVIDER,
    &oauth_atlas::quickbooks::PROVIDER,
    &oauth_atlas::slack::PROVIDER,
    &oauth_atlas::square::PROVIDER,
    &oauth_atlas::tiktok::PROVIDER,
    &oauth_atlas::twitch::PROVIDER,
    &oauth_atlas::wechat::PROVIDER,
    &oauth_atlas::withings::PROVIDER,
];

const STATUSES: [u16; 8] = [200, 201, 204, 302, 400, 401, 429, 503];
const TYPES: [&str; 4] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "text/html; charset=utf-8",
    "",
];

/// A provider with every kind of variable in its URLs.
static TEMPLATES: Provider = Provider {
    id: "templates",
    name: "Templates",
    documentation: "https://docs.templates.example/",
    issuer: Some(ISSUER),
    authorization_response_iss_parameter_supported: true,
    variables: &[
        Variable {
            name: "server",
            kind: VariableKind::BaseUrl,
            ..Variable::STANDARD
        },
        Variable {
            name: "label",
            kind: VariableKind::Label,
            ..Variable::STANDARD
        },
        Variable {
            name: "segment",
            kind: VariableKind::Segment,
            ..Variable::STANDARD
        },
        Variable {
            name: "shop",
            kind: VariableKind::Host,
            suffixes: &[".shop.example"],
            ..Variable::STANDARD
        },
    ],
    authorization: Some(AuthorizationEndpoint {
        url: "https://{label}.id.example/{segment}/authorize",
        ..AuthorizationEndpoint::STANDARD
    }),
    token: Some(Endpoint {
        url: "https://{shop}/token",
        ..Endpoint::STANDARD
    }),
    introspection: Some(Endpoint {
        url: "{server}/introspect",
        ..Endpoint::STANDARD
    }),
    confidential: Some(ClientType {
        auth: &[ClientAuth::Basic],
        ..ClientType::STANDARD
    }),
    grants: &[
        Grant {
            kind: GrantKind::AuthorizationCode,
            ..Grant::STANDARD
        },
        Grant {
            kind: GrantKind::ClientCredentials,
            ..Grant::STANDARD
        },
    ],
    ..Provider::STANDARD
};

static CLIENT: LazyLock<Core> = LazyLock::new(|| {
    Core::confidential(&TEMPLATES, "id", SECRET)
        .redirect_uri("https://app.example/callback")
        .variable("label", "acme")
        .variable("segment", "acme")
        .variable("shop", "acme.shop.example")
        .base_url("server", "https://as.example")
        .expect("a right base URL")
});

/// The answer of a token endpoint: provider, status and type, and then the body.
pub fn token_response(data: &[u8]) -> bool {
    let Some((provider, response)) = response(data) else {
        return false;
    };
    let provider = PROVIDERS[usize::from(provider) % PROVIDERS.len()];
    let tokens = TokenSet::new("old").with_refresh_token(REFRESH_TOKEN);
    let request = Core::confidential(provider, "id", SECRET).refresh(&tokens);
    match request.read_http_response(response) {
        Ok(tokens) => {
            assert!(!tokens.access_token().expose().is_empty());
            let stored = serde_json::to_string(&tokens).expect("tokens can be stored");
            let read: TokenSet = serde_json::from_str(&stored).expect("and read back");
            assert_eq!(serde_json::to_string(&read).ok(), Some(stored));
            true
        }
        Err(error) => is_refused(&error),
    }
}

/// The answer of an introspection endpoint: likewise, of one provider.
pub fn introspection(data: &[u8]) -> bool {
    let Some((_, response)) = response(data) else {
        return false;
    };
    let is_success = response.is_success();
    match CLIENT
        .introspect(REFRESH_TOKEN)
        .read_http_response(response)
    {
        Ok(answer) => {
            assert!(is_success);
            assert!(answer.active() || answer.subject().is_none_or(|text| !text.is_empty()));
            true
        }
        Err(error) => is_refused(&error),
    }
}

/// An ID token that comes with the tokens of a refresh: it is kept only if it is this client's.
pub fn id_token(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let body = serde_json::json!({ "access_token": "new", "id_token": text }).to_string();
    let tokens = TokenSet::new("old").with_refresh_token(REFRESH_TOKEN);
    let request = Core::confidential(&oauth_atlas::google::PROVIDER, "id", SECRET).refresh(&tokens);
    let response = HttpResponse::new(200, HeaderMap::new(), body);
    let tokens = request.read_http_response(response);
    let tokens = tokens.expect("an ID token costs no other token");
    let Some(kept) = tokens.id_token() else {
        assert_eq!(text.is_empty(), tokens.warnings().is_empty());
        return false;
    };
    assert_eq!(kept.expose(), text);
    let claims = text.split('.').nth(1).expect("three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("an object");
    let issuer = claims["iss"].as_str().expect("an issuer");
    assert_eq!(issuer.trim_start_matches("https://"), "accounts.google.com");
    let audience = claims["aud"].as_array();
    let mut audience = audience
        .map_or(slice::from_ref(&claims["aud"]), Vec::as_slice)
        .iter();
    assert!(audience.any(|one| one == "id"), "{claims}");
    assert!(claims["sub"].as_str().is_some_and(|sub| !sub.is_empty()));
    true
}

/// Who logged in, as each endpoint tells it that is asked: provider, status and type, and then the
/// body.
pub fn user(data: &[u8]) -> bool {
    static USERS: [&Provider; 4] = [
        &oauth_atlas::discord::PROVIDER,
        &oauth_atlas::github::PROVIDER,
        &oauth_atlas::google::PROVIDER,
        &oauth_atlas::spotify::PROVIDER,
    ];
    let tokens = TokenSet::new(REFRESH_TOKEN);
    let Some((provider, _)) = response(data) else {
        return false;
    };
    let provider = USERS[usize::from(provider) % USERS.len()];
    let mut lookup = Core::confidential(provider, "id", SECRET).user(&tokens);
    loop {
        match lookup.next_http_request() {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(error) => return is_refused(&error),
        }
        let (_, response) = response(data).expect("it was one before");
        if let Err(error) = lookup.read_http_response(response) {
            return is_refused(&error);
        }
    }
    match lookup.finish() {
        Ok(user) => {
            assert!(!user.id().is_empty());
            assert!(user.verified_email().is_none() || user.email().is_some());
            let shown = format!("{user:?}");
            assert!(shown.len() < 512, "{shown}");
            true
        }
        Err(error) => is_refused(&error),
    }
}

/// What the browser comes back with.
pub fn callback(data: &[u8]) -> bool {
    static PENDING: LazyLock<Pending> = LazyLock::new(|| {
        let login = CLIENT.authorize([""; 0]).start();
        let mut stored = serde_json::to_value(login.expect("a login begins").pending);
        let stored = stored.as_mut().expect("a login can be stored");
        stored["state"] = STATE.into();
        serde_json::from_value(stored.clone()).expect("and read back")
    });
    let text = String::from_utf8_lossy(data);
    let callback = Callback::from(&*text);
    let values =
        ["state", "iss", "code", "error"].map(|name| callback.get(name).map(str::to_owned));
    match CLIENT.finish(PENDING.clone(), callback).to_http_request() {
        Ok(request) => {
            let [state, issuer, code, error] = values;
            assert_eq!(state.as_deref(), Some(STATE));
            assert_eq!(issuer.as_deref(), Some(ISSUER));
            assert!(error.is_none_or(|error| error.is_empty()));
            let code = code.expect("there is a code");
            let mut sent = form_urlencoded::parse(request.body());
            let sent = sent.find(|(name, _)| name == "code");
            assert_eq!(sent.map(|(_, value)| value.into_owned()), Some(code));
            true
        }
        Err(error) => is_refused(&error),
    }
}

/// The header of a 401: each line is one.
pub fn challenge(data: &[u8]) -> bool {
    let mut headers = HeaderMap::new();
    let values = data.split(|byte| *byte == b'\n').take(64);
    for value in values.filter_map(|value| HeaderValue::from_bytes(value).ok()) {
        headers.append("www-authenticate", value);
    }
    let challenges = challenges(&headers);
    for challenge in &challenges {
        let scheme = challenge.scheme();
        assert!(
            !scheme.is_empty() && scheme.bytes().all(is_token),
            "{scheme:?}"
        );
        for (name, value) in challenge.parameters() {
            assert!(!name.is_empty() && name.bytes().all(is_token), "{name:?}");
            // The first of a name is the one that counts.
            let first = challenge.parameter(name).expect("it is there");
            assert!(first.len() <= data.len() && value.len() <= data.len());
        }
    }
    !challenges.is_empty()
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Any text as JSON: what another reader makes of it, or a refusal.
pub fn json(data: &[u8]) -> bool {
    let Ok(ours) = Json::parse(data) else {
        return false;
    };
    // A byte order mark is passed over here.
    let data = data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data);
    let theirs: Value = serde_json::from_slice(data).expect("JSON for both");
    let again = serde_json::to_value(&ours).expect("JSON can be written");
    assert!(is_same(&again, &theirs), "{again} and {theirs}");
    let debug = format!("{ours:?}");
    assert!(debug.len() < 64, "{debug}");
    true
}

/// Whether two readers agree, but for the last bit of a fraction, which serde_json may get wrong.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64(), other.as_f64());
            let apart = one.zip(other).map(|(one, other)| (one - other).abs());
            apart <= one.map(|one| one.abs() * 4.0 * f64::EPSILON)
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let mut pairs = one.iter().zip(other);
            let same = |((a, one), (b, other)): ((&String, _), (&String, _))| {
                a == b && is_same(one, other)
            };
            one.len() == other.len() && pairs.all(same)
        }
        (one, other) => one == other,
    }
}

/// A value that somebody types in for a variable of a URL: it may change its own place alone.
pub fn url_template(data: &[u8]) -> bool {
    let Some((kind, value)) = data.split_first() else {
        return false;
    };
    let value = String::from_utf8_lossy(value);
    let client = CLIENT.clone();
    let none = [""; 0];
    let result = match kind % 4 {
        0 => authorization_url(&client.variable("label", &*value)).map(|url| {
            let host = url.host_str().expect("a host");
            let label = host.strip_suffix(".id.example").expect("the host's end");
            assert_eq!(label, value.to_lowercase());
            assert!(!label.contains('.'), "{label:?}");
            assert_eq!(url.path(), "/acme/authorize");
        }),
        1 => authorization_url(&client.variable("segment", &*value)).map(|url| {
            assert_eq!(url.host_str(), Some("acme.id.example"));
            let segments: Vec<_> = url.path_segments().expect("a path").collect();
            let [segment, "authorize"] = segments[..] else {
                panic!("{value:?} made another path: {url}")
            };
            let decoded = percent_encoding::percent_decode_str(segment);
            assert_eq!(decoded.decode_utf8_lossy(), value);
        }),
        2 => client
            .variable("shop", &*value)
            .client_credentials(none)
            .to_http_request()
            .map(|request| {
                let url = request.url();
                is_plain(url);
                let host = url.host_str().expect("a host");
                assert!(host.ends_with(".shop.example"), "{host:?}");
                assert_eq!((url.port(), url.path()), (None, "/token"));
            }),
        _ => client
            .base_url("server", &value)
            .and_then(|client| client.introspect("token").to_http_request())
            .map(|request| {
                is_plain(request.url());
                assert!(request.url().path().ends_with("/introspect"));
            }),
    };
    match result {
        Ok(()) => true,
        Err(error) => is_refused(&error),
    }
}

fn authorization_url(client: &Core) -> Result<Url, Error> {
    let login = client.authorize([""; 0]).start()?;
    let url = Url::parse(&login.url).expect("a login has a URL");
    is_plain(&url);
    let mut pairs = url.query_pairs();
    let response_type = pairs.find(|(name, _)| name == "response_type");
    assert!(response_type.is_some_and(|(_, value)| value == "code"));
    Ok(url)
}

/// Encrypted, unless it stays on this machine, and without a user or a fragment.
fn is_plain(url: &Url) {
    let is_loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(
        url.scheme() == "https" || (url.scheme() == "http" && is_loopback),
        "{url}"
    );
    assert_eq!(
        (url.username(), url.password(), url.fragment()),
        ("", None, None),
        "{url}"
    );
}

/// Status, type and body, of bytes; and the first byte, for what differs by provider.
fn response(data: &[u8]) -> Option<(u8, HttpResponse)> {
    let [provider, status, kind, body @ ..] = data else {
        return None;
    };
    let mut headers = HeaderMap::new();
    let kind = TYPES[usize::from(*kind) % TYPES.len()];
    if !kind.is_empty() {
        headers.insert("content-type", HeaderValue::from_static(kind));
    }
    let status = STATUSES[usize::from(*status) % STATUSES.len()];
    Some((*provider, HttpResponse::new(status, headers, body)))
}

/// Not believed: with an error of one line and bounded length, which repeats nothing that the request
/// kept secret.
fn is_refused(error: &Error) -> bool {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(text.len() < 8 * 1024, "{} bytes: {text}", text.len());
        assert!(!text.contains(char::is_control), "{text:?}");
        for secret in [SECRET, STATE, REFRESH_TOKEN] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    false
}
