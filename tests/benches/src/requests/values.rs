//! What both sides start from: values of real length, some of which have to be encoded.

use std::sync::LazyLock;

pub const AUTHORIZATION: &str = "https://auth.example.com/oauth2/v2.0/authorize";
pub const TOKEN: &str = "https://auth.example.com/oauth2/v2.0/token";
pub const INTROSPECTION: &str = "https://auth.example.com/oauth2/v2.0/introspect";
pub const API: &str = "https://api.example.com/v1/calendars?limit=10";
pub const REDIRECT_URI: &str = "https://app.example.com/callback";
pub const CLIENT_ID: &str = "0f3c2a1b-1111-2222-3333-444455556666";
pub const CLIENT_SECRET: &str = "s3cr3t~with+special/chars=";
pub const CODE: &str = "4/0AX4XfWh3kqk2n3m0K1l2M3n4O5p6Q7r8S9t0U1v2W3x4Y5z6A7b8C9";
pub const REFRESH_TOKEN: &str = "1//0gLr3fr35h-t0k3nL9IrF4bC6dE8fG0hI2jK4lM6nO8pQ0rS2tU4vW6xY8z";
pub const ACCESS_TOKEN: &str = "ya29.a0AfH6SMBx7qJ9kL2mN4pR6sT8uV0wX2yZ4aB6cD8eF";
pub const SCOPES: [&str; 3] = [
    "https://api.example.com/auth/calendar.readonly",
    "https://api.example.com/auth/userinfo.email",
    "offline_access",
];

/// What the server answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Tokens of 50 bytes.
    Opaque,
    /// An access token and an ID token of a kilobyte each.
    Jwt,
    Introspection,
}

impl Answer {
    pub fn body(self) -> Vec<u8> {
        let scope = SCOPES.join(" ");
        let jwt =
            |first: &str| format!("eyJhbGciOiJSUzI1NiJ9.{first}.{}", "Zm9vYmFyYmF6".repeat(28));
        let (access_token, id_token) = match self {
            Self::Introspection => {
                let body = format!(
                    r#"{{"active":true,"scope":"{scope}","client_id":"{CLIENT_ID}","username":"jdoe","token_type":"Bearer","exp":1999999999,"iat":1799999999,"sub":"Z5O3upPC88QrAjx00dis","aud":"https://api.example.com","iss":"https://auth.example.com"}}"#
                );
                return body.into_bytes();
            }
            Self::Opaque => (ACCESS_TOKEN.to_owned(), String::new()),
            Self::Jwt => (
                jwt(&"eyJzdWIiOiIx".repeat(70)),
                format!(r#","id_token":"{}""#, jwt(&"eyJpc3MiOiJo".repeat(50))),
            ),
        };
        let body = format!(
            r#"{{"token_type":"Bearer","expires_in":3599,"scope":"{scope}","access_token":"{access_token}","refresh_token":"{REFRESH_TOKEN}"{id_token}}}"#
        );
        body.into_bytes()
    }
}

/// The answer as a server sends it, which both sides read.
pub fn response(answer: Answer) -> http::Response<Vec<u8>> {
    static BODIES: LazyLock<[Vec<u8>; 3]> =
        LazyLock::new(|| [Answer::Opaque, Answer::Jwt, Answer::Introspection].map(Answer::body));
    http::Response::builder()
        .status(200)
        .header("content-type", "application/json")
        .header("cache-control", "no-store")
        .body(BODIES[answer as usize].clone())
        .expect("a response")
}

/// The value of a parameter of a query or of a form.
pub fn parameter(form: &[u8], name: &str) -> String {
    let mut parameters = form_urlencoded::parse(form);
    let (_, value) = parameters
        .find(|(known, _)| known == name)
        .expect("it is sent");
    value.into_owned()
}
