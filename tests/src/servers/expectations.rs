//! What a server does where servers differ: `expectations.yaml` in its folder. What all do the same
//! is said by the flows alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::outcome::Outcome;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// Where it announces itself (RFC 8414, OpenID Connect Discovery), if it does.
    pub metadata: Option<Metadata>,
    /// Whether one token lets any program register itself.
    #[serde(default)]
    pub registration: bool,
    pub login: Login,
    pub denial: Denial,
    /// What comes of a login to a redirect URI that nobody registered: `accepted`, or the status of
    /// a page that stays where it is.
    pub unknown_redirect_uri: Outcome,
    /// Whether `response_mode=form_post` brings the callback as a form.
    pub form_post: bool,
    pub code: Code,
    /// How it reads Basic (RFC 6749 §2.3.1) of ids and secrets with signs and with spaces.
    pub basic: Basic,
    pub wrong_secret: WrongSecret,
    /// Clients that sign, if it takes any.
    pub signing: Option<Signing>,
    /// Clients that show a certificate, if it takes any.
    pub certificates: Option<Certificates>,
    /// A client that is registered for Basic and sends its secret in the body.
    pub other_method: Outcome,
    pub refresh: Refresh,
    pub client_credentials: ClientCredentials,
    pub unknown_scope: UnknownScope,
    pub grants: Grants,
    /// A call with a token that is none: the status, and the `error` of the challenge.
    pub bad_token: Outcome,
    pub revocation: Option<Revocation>,
    pub introspection: Option<Introspection>,
    pub device: Option<Device>,
    pub password: Option<Password>,
    pub hooks: Option<Hooks>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub path: String,
    /// What is in the spec alone.
    #[serde(default)]
    pub unannounced: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    pub scopes: Vec<String>,
    #[serde(default)]
    pub offline: bool,
    /// The `scope` of the answer: one of these.
    pub granted: Vec<String>,
    #[serde(default)]
    pub id_token: bool,
    /// Members of what the UserInfo endpoint says of the user.
    pub user: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denial {
    #[serde(default = "web")]
    pub client: String,
    /// What makes it refuse where no page asks.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

fn web() -> String {
    "web".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// A code that is used a second time,
    pub again: Outcome,
    /// and what the tokens that it gave are good for after that.
    pub then: Outcome,
    /// A code with another verifier than that of its challenge.
    pub other_verifier: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    pub odd: Reading,
    pub spaced: Reading,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    pub encoded: Outcome,
    pub raw: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrongSecret {
    /// Of a client that uses Basic.
    pub basic: Outcome,
    /// Of one that sends it in the body.
    pub post: Outcome,
    /// The `error_uri` of the answer to Basic.
    pub error_uri: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// An assertion that is used a second time,
    pub again: Outcome,
    /// and one that another key has signed.
    pub other_key: Outcome,
    /// Whether a secret signs as well,
    #[serde(default)]
    pub mac: bool,
    /// and what becomes of another one.
    pub wrong_secret: Option<Outcome>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificates {
    /// What becomes of a client that shows another's, of one that shows a name that is not registered,
    pub other: Outcome,
    /// and of one that shows none.
    pub none: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    #[serde(default)]
    pub id_token: bool,
    /// A refresh token that is used a second time,
    pub again: Outcome,
    /// what its successor is good for after that,
    pub successor: Outcome,
    /// and the access token that came with the successor.
    pub access_token: Outcome,
    /// One that the server never gave.
    pub unknown: Outcome,
    /// One that another client was given.
    pub of_another: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientCredentials {
    pub scopes: Vec<String>,
    /// The `scope` of the answer, or what was asked for where it has none.
    pub granted: Option<String>,
    #[serde(default)]
    pub refresh_token: bool,
    /// Members of what the UserInfo endpoint says to the client itself; nothing where it has no
    /// answer to that.
    #[serde(default)]
    pub user: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnknownScope {
    /// One that no client may have.
    pub scope: String,
    pub client_credentials: Outcome,
    pub login: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grants {
    /// A grant that the server lacks.
    pub unknown: Outcome,
    /// One that it has, and not for this client.
    pub not_allowed: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// Of a public client.
    pub public: Outcome,
    pub wrong_secret: Outcome,
    /// Whether it is of any effect.
    #[serde(default = "yes")]
    pub works: bool,
    /// Whether an access token takes its refresh token along (RFC 7009 §2.1).
    pub takes_refresh_token: bool,
    /// A refresh with a refresh token that is revoked.
    pub refresh: Outcome,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Introspection {
    /// The members that it has, whose values the client knows as well: `client_id`, `scope`, `exp`,
    /// `aud`; and of a user's token `sub` and `username`.
    pub says: Vec<String>,
    pub wrong_secret: Outcome,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    pub scopes: Vec<String>,
    /// Seconds between two requests.
    pub interval: u64,
    /// Whether it answers `slow_down` to who asks too often.
    #[serde(default)]
    pub slows_down: bool,
    /// Whether there is an address that has the code already (RFC 8628 §3.3.1).
    pub complete_uri: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Password {
    pub scope: Option<String>,
    pub refresh_token: bool,
    pub wrong: Outcome,
}

/// What a server answers when it is told to: the parameters `answer` and `callback`, whose members
/// take the place of those of the answer, `null` for none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hooks {
    pub callbacks: Vec<OddCallback>,
    pub answers: Vec<OddAnswer>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OddCallback {
    pub changes: Value,
    /// The problem that the client finds, or
    pub problem: Option<String>,
    /// the code of the error that it reads.
    pub code: Option<String>,
    #[serde(default)]
    pub retryable: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OddAnswer {
    pub changes: Value,
    /// The kind of the error that the client makes of it; tokens where there is none.
    pub error: Option<String>,
    pub status: Option<u16>,
    pub code: Option<String>,
    #[serde(default)]
    pub retryable: bool,
    /// How many seconds the access token lives.
    pub expires_in: Option<u64>,
    /// The members that the tokens lack.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The members that the client cannot read, and warns of.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Members of the server's own.
    #[serde(default)]
    pub extra: BTreeMap<String, Value>,
}

impl Expectations {
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join("expectations.yaml");
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }
}
