//! Area B: the callback (RFC 6749 §4.1.2, RFC 9207).

use oauth_atlas::{
    Callback, CallbackProblem, Core, EndpointKind, Error, ErrorCode, ErrorKind, Pending, Provider,
};

use super::{case, client, failure, granting};
use crate::fixtures::{issuer, issuer_in_callback, standard};
use crate::server::Received;

/// A login of this client with a state that was not made by the library.
pub fn pending(client: &Core, state: &str) -> Pending {
    let login = client.authorize(["read"]).start();
    let mut stored = serde_json::to_value(login.unwrap().pending).unwrap();
    stored["state"] = state.into();
    serde_json::from_value(stored).unwrap()
}

/// A state of a case, and the callback with it, as long as the library makes states: it refuses
/// shorter ones as not its own.
fn lengthened(callback: &str, state: &str) -> (String, String) {
    let long = format!("{state:-<22}");
    let callback = callback.replace(&format!("state={state}"), &format!("state={long}"));
    (callback, long)
}

/// The token request that follows a callback which is accepted.
async fn accepted(provider: &'static Provider, callback: &str, state: &str) -> Received {
    let server = granting();
    let client = client(provider, &server);
    let (callback, state) = lengthened(callback, state);
    let login = pending(&client, &state);
    client.finish(login, callback).await.unwrap();
    server.only()
}

/// Why a callback is not accepted. Nothing has been sent by then.
async fn rejected(provider: &'static Provider, callback: &str, state: &str) -> Error {
    let server = granting();
    let client = client(provider, &server);
    let (callback, state) = lengthened(callback, state);
    let login = pending(&client, &state);
    let result = client.finish(login, &callback).await;
    assert_eq!(server.received().len(), 0);
    let code = Callback::from(&callback);
    let secrets: Vec<_> = [code.get("code"), Some(&state)]
        .into_iter()
        .flatten()
        .collect();
    failure(result, &secrets)
}

fn assert_problem(error: &Error, problem: CallbackProblem, named: &str) {
    assert_eq!(error.kind(), ErrorKind::Callback(problem));
    assert_eq!(error.status(), None);
    assert!(error.to_string().contains(named), "{error}");
}

fn state_of(callback: &str) -> String {
    Callback::from(callback).get("state").unwrap().to_owned()
}

#[tokio::test]
async fn b03_without_state() {
    let [callback, state] = case("B03").given();
    let error = rejected(&standard::PROVIDER, callback, state).await;
    assert_problem(&error, CallbackProblem::MissingState, "`state` is missing");
}

#[tokio::test]
async fn b04_without_code() {
    let [callback] = case("B04").given();
    let error = rejected(&standard::PROVIDER, callback, &state_of(callback)).await;
    assert_problem(
        &error,
        CallbackProblem::MissingCode,
        "both `code` and `error`",
    );
}

#[tokio::test]
async fn b05_access_denied() {
    let [callback] = case("B05").given();
    let error = rejected(&standard::PROVIDER, callback, &state_of(callback)).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::AccessDenied));
    assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn b06_description_is_decoded() {
    let [callback] = case("B06").given();
    let [description] = case("B06").expected();
    let error = rejected(&standard::PROVIDER, callback, &state_of(callback)).await;
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code(), Some(ErrorCode::InvalidScope));
    assert_eq!(error.description(), Some(description));
    assert_eq!(error.error_uri(), Some("https://d.example/e"));
}

#[tokio::test]
async fn b09_issuer_is_the_expected_one() {
    let [callback, expected] = case("B09").given();
    assert_eq!(issuer_in_callback::PROVIDER.issuer, Some(expected));
    let sent = accepted(&issuer_in_callback::PROVIDER, callback, &state_of(callback)).await;
    let code = Callback::from(callback);
    assert_eq!(sent.form_value("code").as_deref(), code.get("code"));
}

#[tokio::test]
async fn b11_promised_issuer_is_missing() {
    let callback = "?code=canary-code&state=canary-state";
    let error = rejected(&issuer_in_callback::PROVIDER, callback, "canary-state").await;
    assert_problem(&error, CallbackProblem::MissingIssuer, "`iss` is missing");
}

#[tokio::test]
async fn b12_issuer_of_an_error_is_checked() {
    let [callback] = case("B12").given();
    for provider in [&issuer_in_callback::PROVIDER, &issuer::PROVIDER] {
        let error = rejected(provider, callback, &state_of(callback)).await;
        assert_problem(&error, CallbackProblem::WrongIssuer, "`iss`");
        assert_eq!(error.code(), None);
    }
}

#[tokio::test]
async fn b13_issuer_that_was_not_promised() {
    let callback = "?code=c&state=s&iss=https%3A%2F%2Fhonest.as.example";
    let sent = accepted(&issuer::PROVIDER, callback, "s").await;
    assert_eq!(sent.form_value("code").as_deref(), Some("c"));
}

#[tokio::test]
async fn b15_code_is_decoded_and_encoded_again() {
    let [callback] = case("B15").given();
    let [code, encoded] = case("B15").expected();
    let sent = accepted(&standard::PROVIDER, callback, &state_of(callback)).await;
    assert_eq!(sent.form_value("code").as_deref(), Some(code));
    assert!(
        sent.body.split('&').any(|pair| pair == encoded),
        "{}",
        sent.body
    );
}

#[tokio::test]
async fn b17_other_parameters_are_kept_for_the_caller() {
    let others = case("B17")
        .given::<3>()
        .map(|quoted| quoted.split('=').next().unwrap());
    let callback = format!(
        "/cb?{}=1&code=c&{}=2&{}=3&state=s",
        others[0], others[1], others[2]
    );
    let sent = accepted(&standard::PROVIDER, &callback, "s").await;
    let form = sent.form();
    assert!(
        form.iter().all(|(name, _)| !others.contains(&&**name)),
        "{form:?}"
    );
    let read = Callback::from(&callback);
    assert_eq!(
        others.map(|name| read.get(name)),
        [Some("1"), Some("2"), Some("3")]
    );
}

#[tokio::test]
async fn b18_signed_response_was_not_asked_for() {
    let [callback] = case("B18").given();
    let error = rejected(&standard::PROVIDER, callback, "canary-state").await;
    assert_problem(
        &error,
        CallbackProblem::UnexpectedResponse,
        "`response` (JARM)",
    );
}

/// No leniency: a client that decodes until it fits compares something else than what was signed
/// or sent.
#[tokio::test]
async fn b20_issuer_is_encoded_twice() {
    let [glewlwyd] = case("B20").given();
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let ours = encode(&encode("https://honest.as.example"));
    for issuer in [glewlwyd, &ours] {
        let body = format!("code=canary-code&state=canary-state&iss={issuer}");
        let error = rejected(&issuer_in_callback::PROVIDER, &body, "canary-state").await;
        let message = "`iss` is not this provider's issuer";
        assert_problem(&error, CallbackProblem::WrongIssuer, message);
    }
}

/// The library has no listener. A caller's own can give it whatever comes: what is not the
/// callback is an error, sends nothing, and leaves the login as it was.
#[tokio::test]
async fn b21_other_paths_do_not_end_the_wait() {
    let server = granting();
    let client = client(&standard::PROVIDER, &server);
    let state = "canary-state-of-the-login";
    let login = pending(&client, state);
    let other = failure(client.finish(login.clone(), "/favicon.ico").await, &[state]);
    assert_problem(&other, CallbackProblem::MissingState, "`state` is missing");
    assert_eq!(server.received().len(), 0);
    client
        .finish(login, format!("/callback?code=c&state={state}"))
        .await
        .unwrap();
    assert_eq!(server.only().form_value("code").as_deref(), Some("c"));
}
