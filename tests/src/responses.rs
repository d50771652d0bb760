//! What a provider would answer, as its description has it.

use oauth_atlas::EndpointKind;
use oauth_atlas::provider::{
    CallbackSignature, Capture, CaptureFrom, Provider, ResponseFormat, TokenResponse, VariableKind,
};
use serde_json::{Map, Value, json};

/// With characters that every encoding writes differently.
pub const DEVICE_CODE: &str = "device/code+1=";

pub const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:pushed/1+2=";

/// The body of a successful answer of any endpoint, to any grant.
pub fn success(provider: &Provider, access_token: &str) -> String {
    let rules = &provider.token_response;
    if rules.format == ResponseFormat::Form {
        return format!("access_token={access_token}&token_type=bearer");
    }
    let mut tokens = json!({
        "active": true,
        "client_id": "registered",
        "request_uri": REQUEST_URI,
        "device_code": DEVICE_CODE,
        "user_code": "USER-CODE",
        "verification_uri": "https://device.example/",
        "expires_in": 600,
    });
    put(
        &mut tokens,
        &renamed(rules, "access_token"),
        json!(access_token),
    );
    for capture in provider.captures {
        if capture.from == CaptureFrom::Token {
            put(
                &mut tokens,
                capture.path,
                json!(captured(provider, capture)),
            );
        }
    }
    let mut body = rules
        .root
        .iter()
        .rev()
        .fold(tokens, |inner, name| json!({ *name: inner }));
    let grants = provider.grants.iter();
    let own = grants.filter_map(|grant| grant.token_response);
    for rules in own.clone() {
        assert_eq!(rules.format, ResponseFormat::Json, "{}", provider.id);
        let token = renamed(rules, "access_token");
        let path: Vec<_> = rules.root.iter().copied().chain([&*token]).collect();
        put(&mut body, &path.join("."), json!(access_token));
    }
    for rules in own.chain([rules]) {
        if let Some(rule) = &rules.error
            && let Some(told) = rule.success.iter().find(|told| **told != "absent")
        {
            let success = serde_json::from_str(told).unwrap_or_else(|_| json!(told));
            put(&mut body, rule.member, success);
        }
    }
    for kind in EndpointKind::ALL {
        let endpoint = provider.endpoint(*kind);
        let Some(rules) = endpoint.and_then(|endpoint| endpoint.response.as_ref()) else {
            continue;
        };
        for (name, value) in [
            ("active", json!(true)),
            ("client_id", json!("registered")),
            ("request_uri", json!(REQUEST_URI)),
            ("device_code", json!(DEVICE_CODE)),
            ("user_code", json!("USER-CODE")),
            ("verification_uri", json!("https://device.example/")),
            ("expires_in", json!(600_000)),
        ] {
            let name = renamed(rules, name);
            let path: Vec<_> = rules.root.iter().copied().chain([&*name]).collect();
            put(&mut body, &path.join("."), value);
        }
        if let Some(rule) = &rules.error
            && let Some(told) = rule.success.iter().find(|told| **told != "absent")
            && !rule.success.contains(&"absent")
        {
            let success = serde_json::from_str(told).unwrap_or_else(|_| json!(told));
            put(&mut body, rule.member, success);
        }
    }
    body.to_string()
}

/// The name or path of a standard member of the token response.
pub fn renamed(rules: &TokenResponse, name: &str) -> String {
    let renamed = rules.rename.iter().find(|(standard, _)| *standard == name);
    renamed.map_or(name, |(_, path)| path).to_owned()
}

/// The member at a path joined by dots, below the member that holds the tokens.
pub fn member<'b>(rules: &TokenResponse, body: &'b Value, name: &str) -> Option<&'b Value> {
    let top = rules
        .root
        .iter()
        .try_fold(body, |value, name| value.get(name))?;
    at(top, &renamed(rules, name))
}

/// The member at a path joined by dots.
pub fn at<'b>(body: &'b Value, path: &str) -> Option<&'b Value> {
    path.split('.')
        .try_fold(body, |value, name| match name.strip_suffix("[]") {
            Some(name) => value.get(name)?.get(0),
            None => value.get(name),
        })
}

/// Sets the member at a path joined by dots.
pub fn put(object: &mut Value, path: &str, value: Value) {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    let Some(members) = object.as_object_mut() else {
        return;
    };
    let place = match name.strip_suffix("[]") {
        None => members.entry(name).or_insert(Value::Null),
        Some(name) => {
            let array = members.entry(name).or_insert(Value::Null);
            if !array.is_array() {
                *array = json!([{}]);
            }
            &mut array[0]
        }
    };
    match rest {
        "" => *place = value,
        rest => put(place, rest, value),
    }
}

/// A value that a capture accepts.
pub fn captured(provider: &Provider, capture: &Capture) -> String {
    let Some(host) = capture.allowed_hosts.first() else {
        return format!("captured-{}", capture.name.replace('_', "-"));
    };
    let host = host.replace('*', "tenant");
    let kind = capture.variable.and_then(|name| {
        provider
            .variables
            .iter()
            .find(|variable| variable.name == name)
            .map(|one| one.kind)
    });
    match kind {
        Some(VariableKind::Host) => host,
        _ => format!("https://{host}"),
    }
}

/// The query of a callback after the user agreed.
pub fn callback(
    provider: &Provider,
    issuer: Option<&str>,
    code: &str,
    state: Option<&str>,
    secret: &str,
) -> String {
    let mut pairs = vec![(provider.callback.code.to_owned(), code.to_owned())];
    let name = provider.callback.state;
    pairs.extend(state.map(|state| (name.to_owned(), state.to_owned())));
    pairs.extend(issuer.map(|issuer| ("iss".to_owned(), issuer.to_owned())));
    for capture in provider.captures {
        if capture.from == CaptureFrom::Callback {
            pairs.push((capture.path.to_owned(), captured(provider, capture)));
        }
    }
    if provider.callback.signature == Some(CallbackSignature::HmacSha256Hex) {
        let mut sorted = pairs.clone();
        // The redirect URI of the tests has a pair of its own.
        sorted.push(("tenant".to_owned(), "1".to_owned()));
        sorted.sort();
        let text: Vec<_> = sorted
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.push(("hmac".to_owned(), hmac_in_hex(&text.join("&"), secret)));
    }
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// HMAC-SHA256 in hexadecimal digits.
pub fn hmac_in_hex(text: &str, secret: &str) -> String {
    let hmac = hmac_sha256::HMAC::mac(text, secret);
    hmac.iter().map(|byte| format!("{byte:02x}")).collect()
}
