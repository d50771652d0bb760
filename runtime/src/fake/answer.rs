//! What the fake answers: tokens and errors in the shape of the spec.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value, json};

use crate::error::EndpointKind;
use crate::fake::description::{
    CaptureFrom, ClaimsFrom, Description, Endpoint, Expiry, Presence, RefusalRule, ResponseFormat,
    TokenResponse, VariableKind, answers, operation,
};
use crate::fake::exchange::is_no_access_token;
use crate::fake::identity::{Told, claims};
use crate::fake::refusal::Refusal;

/// An HTTP response.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string(),
        }
    }

    pub(super) fn html(status: u16, text: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", "text/html; charset=utf-8".to_owned())],
            body: format!(
                "<!doctype html>\n<title>{status}</title>\n<p>{}</p>\n",
                html(text)
            ),
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Text within HTML.
pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Tokens that were issued.
pub(super) struct Issued {
    pub(super) access_token: String,
    pub(super) refresh_token: Option<String>,
    pub(super) id_token: Option<String>,
    pub(super) expires_in: Option<u64>,
    pub(super) refresh_expires_in: Option<u64>,
    pub(super) scope: Vec<String>,
    /// What was granted beyond scopes.
    pub(super) details: Option<String>,
    /// The type of what was issued in exchange for another token.
    pub(super) token_type: Option<String>,
    /// Whether the access token is bound to a key (RFC 9449 §5).
    pub(super) is_bound: bool,
}

/// A success of the token endpoint.
pub(super) fn tokens(description: &Description, rules: &TokenResponse, issued: &Issued) -> Answer {
    let mut tokens = json!({});
    let mut standard = |name: &str, value: Value| {
        let is_never = presence(rules, name) == Some(Presence::Never);
        if !value.is_null() && !is_never {
            put(&mut tokens, &below_root(rules, renamed(rules, name)), value);
        }
    };
    standard("access_token", json!(issued.access_token));
    let exchanged = issued.token_type.as_deref();
    let token_type = match issued.is_bound {
        // RFC 8693 §2.2.1.
        _ if exchanged.is_some_and(is_no_access_token) => "N_A",
        true => "DPoP",
        false => token_type(rules),
    };
    standard("token_type", json!(token_type));
    standard("issued_token_type", json!(exchanged));
    let expiry = |seconds| expiry(rules.expiry, seconds);
    standard("expires_in", json!(issued.expires_in.map(expiry)));
    standard("refresh_token", json!(issued.refresh_token));
    standard("id_token", json!(issued.id_token));
    if !issued.scope.is_empty() {
        let joined = issued
            .scope
            .join(description.scopes.response_separator.as_str());
        let scope = if rules.scope_array {
            json!(issued.scope)
        } else {
            json!(joined)
        };
        standard("scope", scope);
    }
    let details = issued.details.as_deref();
    if let Some(details) = details.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        put(&mut tokens, "authorization_details", details);
    }
    if let (Some(told), Some(seconds)) = (&rules.refresh_expiry, issued.refresh_expires_in) {
        put(
            &mut tokens,
            &below_root(rules, &told.member),
            self::expiry(told.expiry, seconds),
        );
    }
    for capture in &description.captures {
        let path = below_root(rules, &capture.path);
        if capture.from == CaptureFrom::Token && at(&tokens, &path).is_none() {
            put(
                &mut tokens,
                &path,
                json!(captured(description, &capture.name)),
            );
        }
    }
    if let Some(Value::Object(of_user)) = claims(description, Told::By(ClaimsFrom::TokenResponse)) {
        for (name, value) in of_user {
            if at(&tokens, &name).is_none() {
                put(&mut tokens, &name, value);
            }
        }
    }
    for member in &rules.members {
        let name = &member.name;
        let is_standard = STANDARD.contains(&name.as_str());
        if member.presence == Presence::Always && !is_standard && at(&tokens, name).is_none() {
            put(&mut tokens, name, json!(format!("fake-{name}")));
        }
    }
    if rules.format == ResponseFormat::Form {
        return form(200, &tokens);
    }
    success(rules, in_envelope(rules, tokens)).header("cache-control", "no-store")
}

fn in_envelope(rules: &TokenResponse, body: Value) -> Value {
    rules.root.iter().rev().fold(body, |inner, name| {
        let mut outer = Map::new();
        outer.insert(name.clone(), inner);
        Value::Object(outer)
    })
}

/// A success of an endpoint that gives no tokens: the standard's members where it has them.
pub(super) fn told(description: &Description, endpoint: &Endpoint, body: Value) -> Answer {
    let Some(rules) = &endpoint.response else {
        return success(&description.token_response, body);
    };
    let mut placed = json!({});
    let members = body.as_object().cloned().unwrap_or_default();
    for (name, value) in members {
        let value = match (rules.expiry, name.as_str()) {
            (Expiry::Milliseconds, "interval") => json!(value.as_u64().unwrap_or(0) * 1000),
            (kind, "expires_in") => expiry(kind, value.as_u64().unwrap_or(0)),
            _ => value,
        };
        if presence(rules, &name) != Some(Presence::Never) {
            put(
                &mut placed,
                &below_root(rules, renamed(rules, &name)),
                value,
            );
        }
    }
    success(rules, in_envelope(rules, placed))
}

/// Members of the token response that are put where they belong, or not at all.
const STANDARD: [&str; 6] = [
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "id_token",
    "scope",
];

fn presence(rules: &TokenResponse, name: &str) -> Option<Presence> {
    let mut members = rules.members.iter();
    let found = members.find(|member| member.name == name);
    found.map(|member| member.presence)
}

/// Whether the documents have this member in every token response, or in none.
pub(super) fn is_always(rules: &TokenResponse, name: &str) -> bool {
    presence(rules, name) == Some(Presence::Always)
}

pub(super) fn is_never(rules: &TokenResponse, name: &str) -> bool {
    presence(rules, name) == Some(Presence::Never)
}

/// A success of any OAuth endpoint: with the member that tells one, where there is such a rule.
pub(super) fn success(rules: &TokenResponse, mut body: Value) -> Answer {
    if let Some(rule) = &rules.error
        && let Some(told) = rule.success.iter().find(|told| *told != ABSENT)
    {
        let told = serde_json::from_str(told).unwrap_or_else(|_| json!(told));
        put(&mut body, &rule.member, told);
    }
    Answer::json(200, &body)
}

/// What a rule says of a success that lacks the member.
const ABSENT: &str = "absent";

/// An error of any OAuth endpoint (RFC 6749 §5.2), in the provider's way.
pub(super) fn refused(description: &Description, refusal: &Refusal) -> Answer {
    let mut grants = description.grants.iter();
    let asked = grants.find(|grant| operation(grant) == refusal.operation);
    let mut kinds = EndpointKind::ALL.iter();
    let endpoint = kinds.find(|kind| kind.word() == refusal.operation);
    let endpoint = endpoint.and_then(|kind| description.endpoint(*kind));
    let own = endpoint.and_then(|endpoint| endpoint.response.as_ref());
    let answers = match (asked, own) {
        (Some(grant), _) => answers(description, grant),
        (None, Some(own)) => own,
        (None, None) => &description.token_response,
    };
    let rule = answers.error.as_ref();
    let said = Said::of(description, refusal);
    if let (None, Some(status)) = (said.code, said.status) {
        return Answer {
            status,
            ..Answer::default()
        };
    }
    let code = said.code.unwrap_or(refusal.code);
    let known = |code: &str| {
        let mut known = description.errors.iter();
        let known = known.find(|known| known.code == code)?;
        u16::try_from(known.status?).ok()
    };
    let known = said
        .status
        .or_else(|| known(code))
        .or_else(|| known(refusal.code));
    let usual = match refusal.code {
        _ if rule.is_some() => 200,
        "invalid_client" | "invalid_token" => 401,
        _ => 400,
    };
    let status = known.or(refusal.status).unwrap_or(usual);
    let mut body = json!({});
    match rule {
        None => {
            put(&mut body, "error", json!(code));
            put(&mut body, "error_description", json!(refusal.reason));
        }
        Some(rule) => {
            let number = code.parse::<i64>().ok();
            let is_success = |word: &str| rule.success.iter().any(|one| one == word);
            let told = match rule.success.iter().any(|one| one.parse::<i64>().is_ok()) {
                true => json!(-1),
                false if is_success("true") => json!(false),
                false if is_success(ABSENT) || is_success("false") => json!(true),
                false => json!("error"),
            };
            put(&mut body, &rule.member, told);
            put(
                &mut body,
                &rule.code,
                number.map_or(json!(code), Value::from),
            );
            if !rule.description.is_empty() {
                put(&mut body, &rule.description, json!(refusal.reason));
            }
        }
    }
    let answer = if answers.format == ResponseFormat::Form {
        form(status, &body)
    } else {
        Answer::json(status, &body)
    };
    match (status, refusal.code) {
        (401, "invalid_token") => {
            let challenge = "Bearer error=\"invalid_token\"";
            answer.header("www-authenticate", challenge)
        }
        (401, _) => answer.header("www-authenticate", "Basic realm=\"fake\""),
        _ => answer,
    }
}

/// How the provider says what a refusal says, where it has its own way.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'d> {
    /// Its own code: of several, the one that names what is wrong.
    pub(super) code: Option<&'d str>,
    /// The status. Where there is no code, it says everything.
    pub(super) status: Option<u16>,
}

impl<'d> Said<'d> {
    pub(super) fn of(description: &'d Description, refusal: &Refusal) -> Self {
        let is_meant = |rule: &&RefusalRule| {
            rule.means == refusal.code
                && (rule.operations.is_empty() || rule.operations.contains(&refusal.operation))
        };
        let rules = description.refusals.iter().filter(is_meant);
        let ways = rules.flat_map(|rule| {
            let status = rule.status.and_then(|status| u16::try_from(status).ok());
            let without = rule.codes.is_empty().then_some(Said { code: None, status });
            let with = rule.codes.iter().map(move |code| Said {
                code: Some(code.as_str()),
                status,
            });
            without.into_iter().chain(with)
        });
        let names = |way: &Said<'_>| {
            !refusal.about.is_empty() && way.code.is_some_and(|code| code.contains(refusal.about))
        };
        let mut fitting = ways.clone().filter(names);
        let mut all = ways;
        fitting.next().or_else(|| all.next()).unwrap_or_default()
    }
}

fn token_type(rules: &TokenResponse) -> &str {
    match rules.any_token_type {
        true => "fake",
        false => "Bearer",
    }
}

fn renamed<'r>(rules: &'r TokenResponse, name: &'r str) -> &'r str {
    let mut rename = rules.rename.iter();
    let found = rename.find(|(standard, _)| standard == name);
    found.map_or(name, |(_, path)| path)
}

/// A path may begin at the top or in the member that holds the tokens.
fn below_root(rules: &TokenResponse, path: &str) -> String {
    let root = rules.root.join(".");
    let below = path
        .strip_prefix(&root)
        .and_then(|path| path.strip_prefix('.'));
    below
        .filter(|_| !root.is_empty())
        .unwrap_or(path)
        .to_owned()
}

/// A value that a capture takes.
pub(super) fn captured(description: &Description, name: &str) -> String {
    let plain = format!("fake-{}", name.replace('_', "-"));
    let mut captures = description.captures.iter();
    let Some(capture) = captures.find(|capture| capture.name == name) else {
        return plain;
    };
    let variable = capture.variable.as_ref().and_then(|name| {
        let mut variables = description.variables.iter();
        variables.find(|variable| variable.name == *name)
    });
    if let Some(value) = variable.and_then(|variable| variable.values.first()) {
        return value.clone();
    }
    let kind = variable.map(|variable| variable.kind);
    let suffix = variable.and_then(|variable| variable.suffixes.first());
    let below = |suffix: &String| format!("fake.{}", suffix.trim_start_matches('.'));
    let host = suffix.map_or_else(|| "fake.example".to_owned(), below);
    match (capture.allowed_hosts.first(), kind) {
        (Some(host), Some(VariableKind::Host)) => host.replace('*', "fake"),
        (Some(host), _) => format!("https://{}", host.replace('*', "fake")),
        (None, Some(VariableKind::BaseUrl)) => format!("https://{host}"),
        (None, Some(VariableKind::Host)) => host,
        (None, _) => plain,
    }
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.')
        .try_fold(value, |value, name| match name.strip_suffix("[]") {
            Some(name) => value.get(name)?.get(0),
            None => value.get(name),
        })
}

/// Puts a value at a path of members joined by dots, or into the first element of an array.
pub(super) fn put(object: &mut Value, path: &str, value: Value) {
    if !object.is_object() {
        *object = json!({});
    }
    let Some(members) = object.as_object_mut() else {
        return;
    };
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    let place = match first.strip_suffix("[]") {
        None => members.entry(first).or_insert(Value::Null),
        Some(name) => {
            let array = members.entry(name).or_insert(Value::Null);
            if !array.get(0).is_some_and(|_| array.is_array()) {
                *array = json!([null]);
            }
            &mut array[0]
        }
    };
    match rest {
        None => *place = value,
        Some(rest) => put(place, rest, value),
    }
}

fn form(status: u16, members: &Value) -> Answer {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let members = members.as_object().into_iter().flatten();
    let pairs = members.map(|(name, value)| (name, text(value)));
    Answer {
        status,
        headers: vec![(
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        )],
        body: form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish(),
    }
}

/// When something expires, in the provider's way of saying it.
fn expiry(kind: Expiry, seconds: u64) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let at = now.as_secs().saturating_add(seconds);
    match kind {
        Expiry::Milliseconds => json!(seconds.saturating_mul(1000)),
        Expiry::UnixSeconds => json!(at),
        Expiry::UnixMilliseconds => json!(at.saturating_mul(1000)),
        Expiry::DateTime => json!(date_time(at)),
        Expiry::Seconds => json!(seconds),
    }
}

/// RFC 3339, by the calendar's rule alone.
fn date_time(seconds: u64) -> String {
    let (mut days, of_day) = (seconds / 86400, seconds % 86400);
    let mut year = 1970;
    let is_leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days_of = |year| 365 + u64::from(is_leap(year));
    while days >= days_of(year) {
        days -= days_of(year);
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in months {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!(
        "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z",
        days + 1
    )
}
