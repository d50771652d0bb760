//! Introspection responses (RFC 7662 §2.2).

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::Error;
use crate::http::message::HttpResponse;
use crate::provider::Provider;
use crate::response::expiry::{NoTime, seconds};
use crate::response::members;
use crate::response::outcome::has_error;
use crate::response::refusal::{Refusal, own_shape};
use crate::response::shape;
use crate::text::json::{Json, parse_object_members};
use crate::text::member_path::find_name;
use crate::text::scopes;

/// A provider's information about a token.
///
/// `Debug` shows whether the token is active and the names of the members; their values may be
/// personal.
#[derive(Clone, PartialEq)]
pub struct IntrospectionResponse {
    active: bool,
    scope: Option<String>,
    expires_at: Option<u64>,
    issued_at: Option<u64>,
    not_before: Option<u64>,
    audience: Vec<String>,
    members: Vec<Member>,
}

/// A name and a value. Names that the RFC has are not made anew for each response.
type Member = (Cow<'static, str>, Json);

impl IntrospectionResponse {
    pub(crate) fn read(refusal: &Refusal<'_>, response: &HttpResponse) -> Result<Self, Error> {
        let wrong = |message: String| {
            let (provider, endpoint) = (refusal.provider, refusal.endpoint);
            Error::response(provider, endpoint, response.status(), message)
        };
        // As many as the RFC has.
        let mut members: Vec<Member> = Vec::with_capacity(12);
        parse_object_members(response.body(), &mut |name, value| {
            members.push((known(name), value));
        })
        .map_err(|error| wrong(error.to_string()))?;
        // Some servers answer 200 and an error.
        let failed = |message: String, members: &[(String, Json)]| match has_error(members) {
            true => refusal.of_members(response, members),
            false => wrong(message),
        };
        if let Some(rules) = own_shape(refusal.provider, refusal.endpoint) {
            let named = shape::standard(rules, with_own_names(members));
            let named = named.map_err(|(message, members)| failed(message, &members))?;
            members = named
                .into_iter()
                .map(|(name, value)| (name.into(), value))
                .collect();
        }
        let Some(active) = find_name(&members, "active").and_then(Json::as_bool) else {
            let message = "`active` is missing or no boolean".to_owned();
            return Err(failed(message, &with_own_names(members)));
        };
        let time = |name| match find_name(&members, name).map(seconds) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(seconds),
            Some(Err(NoTime)) => Err(wrong(format!("`{name}` is not a time in seconds"))),
        };
        Ok(Self {
            active,
            scope: scope(refusal.provider, &members),
            expires_at: time("exp")?,
            issued_at: time("iat")?,
            not_before: time("nbf")?,
            audience: audience(&members),
            members,
        })
    }

    /// Whether the token is valid now. If not, the other members are usually missing.
    #[must_use]
    pub fn active(&self) -> bool {
        self.active
    }

    /// The scopes of the token, separated by single spaces, whatever separator the provider uses.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The scopes of the token, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope
            .as_deref()
            .unwrap_or_default()
            .split_ascii_whitespace()
    }

    /// The client that the token was issued to.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.text("client_id")
    }

    /// A readable name of the user who granted the token.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.text("username")
    }

    /// The type of the token, such as `Bearer`.
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.text("token_type")
    }

    /// When the token expires, in whole seconds.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        time(self.expires_at)
    }

    /// When the token was issued, in whole seconds.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        time(self.issued_at)
    }

    /// When the token becomes valid, in whole seconds.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        time(self.not_before)
    }

    /// The subject of the token, usually the user's id at the provider.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// The intended audience of the token.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        &self.audience
    }

    /// The issuer of the token.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// The id of the token.
    #[must_use]
    pub fn jwt_id(&self) -> Option<&str> {
        self.text("jti")
    }

    /// Any member, including those above.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&Json> {
        find_name(&self.members, name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        members::text(&self.members, name)
    }
}

fn time(seconds: Option<u64>) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds?))
}

/// The name of a member, if it is one of RFC 7662 §2.2.
fn known(name: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Borrowed(match &*name {
        "active" => "active",
        "aud" => "aud",
        "client_id" => "client_id",
        "exp" => "exp",
        "iat" => "iat",
        "iss" => "iss",
        "jti" => "jti",
        "nbf" => "nbf",
        "scope" => "scope",
        "sub" => "sub",
        "token_type" => "token_type",
        "username" => "username",
        _ => return Cow::Owned(name.into_owned()),
    })
}

fn with_own_names(members: Vec<Member>) -> Vec<(String, Json)> {
    let members = members.into_iter();
    members
        .map(|(name, value)| (name.into_owned(), value))
        .collect()
}

/// The scopes, as a text or as an array of texts.
fn scope(provider: &Provider, members: &[Member]) -> Option<String> {
    let separator = provider.scopes.response_separator.as_str();
    let mut joined = String::new();
    for scope in texts(find_name(members, "scope")?) {
        scopes::add(&mut joined, scope, separator);
    }
    Some(joined).filter(|joined| !joined.is_empty())
}

/// One text or an array of them (RFC 7519 §4.1.3).
fn audience(members: &[Member]) -> Vec<String> {
    find_name(members, "aud")
        .into_iter()
        .flat_map(texts)
        .map(str::to_owned)
        .collect()
}

fn texts(value: &Json) -> impl Iterator<Item = &str> {
    let items = value.as_array().unwrap_or(std::slice::from_ref(value));
    items.iter().filter_map(Json::as_str)
}

impl fmt::Debug for IntrospectionResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.members.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("IntrospectionResponse")
            .field("active", &self.active)
            .field("members", &names)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::error::code::ErrorCode;
    use crate::error::{EndpointKind, ErrorKind};
    use crate::fixtures::ACME;

    fn read(body: &str) -> Result<IntrospectionResponse, Error> {
        let refusal = Refusal::at(&ACME, EndpointKind::Introspection, &["canary"]);
        IntrospectionResponse::read(&refusal, &HttpResponse::new(200, HeaderMap::new(), body))
    }

    #[test]
    fn i02_the_example_of_the_rfc() {
        let response = read(
            r#"{"active":true,"client_id":"l238j323ds-23ij4","username":"jdoe","scope":"read write dolphin","sub":"Z5O3upPC88QrAjx00dis","aud":"https://protected.example.net/resource","iss":"https://server.example.com/","exp":1419356238,"iat":1419350238,"extension_field":"twenty-seven"}"#,
        )
        .unwrap();
        assert!(response.active());
        assert_eq!(response.client_id(), Some("l238j323ds-23ij4"));
        assert_eq!(response.username(), Some("jdoe"));
        assert_eq!(
            response.scopes().collect::<Vec<_>>(),
            ["read", "write", "dolphin"]
        );
        assert_eq!(response.subject(), Some("Z5O3upPC88QrAjx00dis"));
        assert_eq!(
            response.audience(),
            ["https://protected.example.net/resource"]
        );
        assert_eq!(response.issuer(), Some("https://server.example.com/"));
        assert_eq!(
            response.expires_at(),
            Some(UNIX_EPOCH + Duration::from_secs(1_419_356_238))
        );
        assert_eq!(
            response.issued_at(),
            Some(UNIX_EPOCH + Duration::from_secs(1_419_350_238))
        );
        assert_eq!(
            response.extra("extension_field").and_then(Json::as_str),
            Some("twenty-seven")
        );
        let debug = format!("{response:?}");
        assert!(!debug.contains("jdoe") && debug.contains("username"));
    }

    #[test]
    fn members_that_the_example_of_the_rfc_lacks() {
        let body =
            r#"{"active":true,"scope":"a b","token_type":"Bearer","jti":"t1","nbf":1419350239}"#;
        let response = read(body).unwrap();
        assert_eq!(response.scope(), Some("a b"));
        assert_eq!(response.token_type(), Some("Bearer"));
        assert_eq!(response.jwt_id(), Some("t1"));
        assert_eq!(
            response.not_before(),
            Some(UNIX_EPOCH + Duration::from_secs(1_419_350_239))
        );
        let without = read(r#"{"active":true}"#).unwrap();
        assert_eq!(without.scope(), None);
        assert_eq!(without.token_type(), None);
        assert_eq!(without.jwt_id(), None);
        assert_eq!(without.not_before(), None);
    }

    #[test]
    fn i03_i09_inactive_and_null() {
        assert!(!read(r#"{"active":false}"#).unwrap().active());
        let response =
            read(r#"{"active":true,"sub":null,"username":null,"scope":"read"}"#).unwrap();
        assert_eq!((response.subject(), response.username()), (None, None));
    }

    #[test]
    fn i05_i06_fractions_and_arrays() {
        let response = read(r#"{"active":true,"exp":1795326937.601708,"aud":["a","b"]}"#).unwrap();
        assert_eq!(
            response.expires_at(),
            Some(UNIX_EPOCH + Duration::from_secs(1_795_326_937))
        );
        assert_eq!(response.audience(), ["a", "b"]);
    }

    #[test]
    fn what_is_no_introspection_response() {
        for (body, named) in [
            ("", "empty"),
            ("[]", "object"),
            ("{}", "`active`"),
            (r#"{"active":"canary"}"#, "`active`"),
            (r#"{"active":true,"exp":"canary"}"#, "`exp`"),
        ] {
            let error = read(body).unwrap_err().to_string();
            assert!(
                error.contains(named) && !error.contains("canary"),
                "{error}"
            );
        }
    }
    #[test]
    fn an_error_with_a_success_status_is_one() {
        let body = r#"{"error":"invalid_token","error_description":"canary"}"#;
        let error = read(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.code(), Some(ErrorCode::InvalidToken));
        assert_eq!(error.description(), Some("[redacted]"));
        // What is known of a token may have a member of that name too.
        assert!(read(r#"{"active":true,"error":"x"}"#).unwrap().active());
    }
}
