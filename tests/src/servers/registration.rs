//! What every server is told of its user and its clients: `registration.json`.

use std::sync::LazyLock;

use serde_json::Value;

pub const FILE: &str = include_str!("../../servers/registration.json");

static REGISTRATION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(FILE).expect("registration.json is JSON"));

/// Where users come back to. Nothing is there: the browser stops before it.
pub fn redirect_uri() -> &'static str {
    text(&REGISTRATION["redirect_uri"])
}

/// By which a program may register itself.
pub fn initial_access_token() -> &'static str {
    text(&REGISTRATION["initial_access_token"])
}

pub fn user_name() -> &'static str {
    text(&REGISTRATION["user"]["name"])
}

pub fn password() -> &'static str {
    text(&REGISTRATION["user"]["password"])
}

/// The id of the client that has this part in the tests.
pub fn id(client: &str) -> &'static str {
    text(&REGISTRATION["clients"][client]["id"])
}

/// The secret of the client that has this part in the tests.
pub fn secret(client: &str) -> &'static str {
    text(&REGISTRATION["clients"][client]["secret"])
}

/// The same of a client that may be public, and has none then.
pub fn secret_of(client: &str) -> Option<&'static str> {
    REGISTRATION["clients"][client]["secret"].as_str()
}

/// The id of a client that signs, with its key or with its secret.
pub fn signing_id(client: &str) -> &'static str {
    text(&REGISTRATION["signing"][client]["id"])
}

/// The secret with which a client signs.
pub fn mac_secret() -> &'static str {
    text(&REGISTRATION["signing"]["mac"]["secret"])
}

/// The id of a client that shows a certificate.
pub fn certified_id(client: &str) -> &'static str {
    text(&REGISTRATION["certificates"][client]["id"])
}

/// The name in the certificate of the client whose authority the server knows.
pub fn certified_name() -> &'static str {
    text(&REGISTRATION["certificates"]["signed"]["name"])
}

fn text(value: &'static Value) -> &'static str {
    value.as_str().expect("registration.json has this text")
}
