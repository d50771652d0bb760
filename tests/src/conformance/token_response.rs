//! Area D: the token response (RFC 6749 §5.1), as servers send it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_atlas::runtime::{Error, ErrorCode, ErrorKind, Provider, TokenSet};
use serde_json::{Value, json};

use super::{case, failure, granted, standard_client};
use crate::fixtures::{form_response, scope_array, standard};
use crate::server::Answer;

const STANDARD: &Provider = &standard::PROVIDER;

/// The tokens that a case's answer brings.
async fn tokens(id: &str) -> TokenSet {
    granted(STANDARD, case(id).answer()).await.unwrap()
}

/// The error about an answer that has this access token, and about this member of it.
async fn unusable(answer: Answer, named: &str) -> Error {
    let error = failure(granted(STANDARD, answer).await, &["90d"]);
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.status(), Some(200));
    assert!(error.to_string().contains(named), "{error}");
    error
}

/// The tokens of an answer whose one odd member counts as absent and is named. A refresh token that
/// came along would be lost otherwise, so no odd optional member makes an answer an error.
async fn warned(answer: Answer, member: &str) -> TokenSet {
    let tokens = granted(STANDARD, answer).await.unwrap();
    assert_eq!(tokens.access_token().expose(), "90d");
    let named: Vec<_> = tokens.warnings().iter().map(|one| one.member()).collect();
    assert_eq!(named, [member]);
    tokens
}

/// Compares tokens with the answer that they were read from.
fn assert_read(tokens: &TokenSet, members: &Value) {
    assert_eq!(tokens.access_token().expose(), members["access_token"]);
    assert_eq!(tokens.token_type().unwrap(), members["token_type"]);
    let refresh_token = tokens.refresh_token().map(|token| token.expose());
    assert_eq!(refresh_token, members["refresh_token"].as_str());
    match members["expires_in"].as_u64().map(Duration::from_secs) {
        None => assert_eq!(tokens.expires_at(), None),
        Some(lifetime) => {
            let left = tokens.expires_in().unwrap();
            assert!(
                left <= lifetime && left + Duration::from_secs(5) > lifetime,
                "{left:?}"
            );
        }
    }
}

#[tokio::test]
async fn d01_example_of_the_rfc() {
    let (tokens, members) = (tokens("D01").await, case("D01").members());
    assert_read(&tokens, &members);
    let extra: Vec<_> = tokens
        .extras()
        .map(|(name, value)| (name, value.as_str()))
        .collect();
    assert_eq!(
        extra,
        [("example_parameter", members["example_parameter"].as_str())]
    );
}

#[tokio::test]
async fn d02_least_answer_without_content_type() {
    let tokens = tokens("D02").await;
    assert_read(&tokens, &case("D02").members());
    assert_eq!(tokens.expires_in(), None);
    assert_eq!(tokens.extras().count(), 0);
}

#[tokio::test]
async fn d04_unknown_expiry_is_never_over() {
    let tokens = tokens("D04").await;
    assert_read(&tokens, &case("D04").members());
    assert!(!tokens.is_expired());
    assert!(!tokens.expires_within(Duration::MAX));
}

/// For every provider: a token that has expired when it comes is of no use to anybody, so zero
/// says that there is no expiry to tell.
#[tokio::test]
async fn d09_expiry_of_zero_is_none() {
    let tokens = tokens("D09").await;
    assert_eq!(
        tokens.access_token().expose(),
        case("D09").members()["access_token"]
    );
    assert_eq!(tokens.expires_at(), None);
    assert_eq!(tokens.scope(), None);

    let server = case("D09").server();
    let source = standard_client(&server).token_source(tokens.with_refresh_token("r"));
    source.tokens().await.unwrap();
    assert_eq!(server.received().len(), 0);
}

#[tokio::test]
async fn d10_negative_expiry() {
    let tokens = warned(case("D10").answer(), "expires_in").await;
    assert_eq!(tokens.expires_at(), None);
}

#[tokio::test]
async fn d11_expiry_is_no_number() {
    let mut members = case("D11").members();
    for expires_in in [members["expires_in"].clone(), json!(false), json!({})] {
        members["expires_in"] = expires_in;
        let answer = Answer::json(200, members.to_string());
        assert_eq!(warned(answer, "expires_in").await.expires_at(), None);
    }
}

#[tokio::test]
async fn d12_scope_is_what_was_asked_for() {
    let [asked] = case("D12").given();
    let server = case("D12").server();
    let scopes = asked
        .split(' ')
        .map(|scope| scope.parse::<standard::Scope>().unwrap());
    let scopes: Vec<_> = scopes.collect();
    let tokens = standard_client(&server)
        .client_credentials(scopes.clone())
        .await
        .unwrap();
    assert_eq!(server.only().form_value("scope").as_deref(), Some(asked));
    assert_eq!(tokens.scope(), Some(asked));
    assert_eq!(
        tokens.granted::<standard::Scope>().collect::<Vec<_>>(),
        scopes
    );
}

/// For every provider: `null` says no more than a missing member.
#[tokio::test]
async fn d14_scope_of_null_is_none() {
    let server = case("D14").server();
    let request = standard_client(&server).client_credentials([standard::Scope::Read]);
    assert_eq!(request.await.unwrap().scope(), Some("read"));
    assert_eq!(tokens("D14").await.scope(), None);
}

#[tokio::test]
async fn d15_scope_as_array_where_the_spec_says_so() {
    let case = case("D15");
    let tokens = granted(&scope_array::PROVIDER, case.answer())
        .await
        .unwrap();
    let scopes = tokens.scopes().map(Value::from).collect();
    assert_eq!(Value::Array(scopes), case.members()["scope"]);
    assert_eq!(tokens.scope(), Some("openid user:read:email"));

    assert_eq!(warned(case.answer(), "scope").await.scope(), None);
}

/// For every provider, as in D14.
#[tokio::test]
async fn d18_refresh_token_of_null_is_none() {
    assert_read(&tokens("D18").await, &case("D18").members());
}

#[tokio::test]
async fn d21_other_token_type_is_not_used_as_bearer() {
    let error = unusable(case("D21").answer(), "`token_type`").await;
    // The program may know what to do with it.
    let token = error.access_token().map(|token| token.expose());
    assert_eq!(token, case("D21").members()["access_token"].as_str());
}

#[tokio::test]
async fn d25_other_members_keep_their_types() {
    let mut members = case("D25").members();
    members["id_token"] = json!("e.y.J");
    let tokens = granted(STANDARD, Answer::json(200, members.to_string()))
        .await
        .unwrap();
    assert_eq!(tokens.id_token().unwrap().expose(), members["id_token"]);
    assert_eq!(
        tokens.extra("created_at").unwrap().as_i64(),
        Some(1_700_000_000)
    );
    let mut names = Vec::new();
    for (name, value) in tokens.extras() {
        assert_eq!(
            serde_json::to_value(value).unwrap(),
            members[name],
            "{name}"
        );
        names.push(name);
    }
    names.sort_unstable();
    assert_eq!(names, ["authorizationCode", "created_at", "iat", "nested"]);
}

#[tokio::test]
async fn d27_empty_body() {
    unusable(case("D27").answer(), "empty").await;
}

#[tokio::test]
async fn d28_content_type_in_any_case() {
    assert_read(&tokens("D28").await, &case("D28").members());
}

#[tokio::test]
async fn d30_form_where_the_spec_says_so() {
    let case = case("D30");
    let tokens = granted(&form_response::PROVIDER, case.answer())
        .await
        .unwrap();
    let members = form_urlencoded::parse(case.body().as_bytes()).into_owned();
    let members: serde_json::Map<_, _> =
        members.map(|(name, value)| (name, value.into())).collect();
    assert_eq!(tokens.scope().unwrap(), members["scope"]);
    let access_token = members["access_token"].as_str().unwrap().to_owned();
    assert_read(&tokens, &Value::Object(members));

    let error = unusable(case.answer(), "not JSON at byte 0").await;
    assert!(!format!("{error} {error:?}").contains(&access_token));
}

/// Every status from 200 to 299 is a success, as in Go: what is in the body decides.
#[tokio::test]
async fn d33_created_is_a_success() {
    assert_read(&tokens("D33").await, &case("D33").members());
}

#[tokio::test]
async fn d34_error_in_a_success() {
    let error = failure(granted(STANDARD, case("D34").answer()).await, &[]);
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidGrant));
    assert_eq!(error.status(), Some(200));
    assert!(error.needs_login());
}

#[tokio::test]
async fn d37_white_space_and_order() {
    let members = case("D37").members();
    assert_read(&tokens("D37").await, &members);
    let members = members.as_object().unwrap();
    let reversed: Vec<_> = members
        .iter()
        .rev()
        .map(|(name, value)| format!("\"{name}\" :\r\n{value}"))
        .collect();
    let body = format!("{{\r\n{}\r\n}}", reversed.join(",\r\n"));
    assert_read(
        &granted(STANDARD, Answer::json(200, body)).await.unwrap(),
        &case("D37").members(),
    );
}

/// The last value, as in most readers of JSON.
#[tokio::test]
async fn d38_repeated_member() {
    assert_eq!(tokens("D38").await.access_token().expose(), "b");
}

#[test]
fn d39_expiry_with_a_margin() {
    let expires_at = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let tokens = TokenSet::new("a").with_expires_at(expires_at);
    let margin = Duration::from_secs(10);
    let is_expired =
        |left: u64| tokens.is_expired_at(expires_at - Duration::from_millis(left), margin);
    assert_eq!(
        [12_000, 10_000, 9_999].map(is_expired),
        [false, false, true]
    );
    assert!(tokens.is_expired_at(expires_at + Duration::from_secs(3600), margin));
}

#[tokio::test]
async fn d40_stored_tokens_keep_their_expiry() {
    let server = case("D01").server();
    let tokens = standard_client(&server)
        .client_credentials([standard::Scope::Read])
        .await
        .unwrap();
    let stored = serde_json::to_string(&tokens).unwrap();
    let member: Value = serde_json::from_str(&stored).unwrap();
    let expires_at = tokens
        .expires_at()
        .unwrap()
        .duration_since(UNIX_EPOCH)
        .unwrap();
    assert_eq!(member["expires_at"], expires_at.as_secs());
    let loaded: TokenSet = serde_json::from_str(&stored).unwrap();
    assert_eq!(loaded, tokens);
    assert_eq!(loaded.expires_at(), tokens.expires_at());
    assert_eq!(loaded.scope(), Some("read"));
    assert!(loaded.is_expired_at(
        SystemTime::now() + Duration::from_secs(3601),
        Duration::ZERO
    ));
}
