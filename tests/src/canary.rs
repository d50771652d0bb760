//! Marked secrets in every public value that can hold one, looked for in all that can be shown of
//! it: `Debug`, `Display`, sources, panics, the errors of serde, and what is logged at the finest
//! level.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::fmt::Debug;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use http::HeaderMap;
use http::header::{SET_COOKIE, WWW_AUTHENTICATE};
use oauth_atlas::Settings;
use oauth_atlas::encrypted_secret::{EncryptedSecret, EncryptedSecretError};
use oauth_atlas::{
    BlockingReqwestClient, Callback, ClientCredential, Consent, Core, DeviceAnswer, DeviceLogin,
    EndpointKind, Error, ErrorKind, HttpResponse, Json, JsonError, Method, Pending, ReqwestClient,
    SamlAssertion, Secret, SigningKey, TokenEvent, TokenSet, TransportError, TransportErrorKind,
    challenges,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use syn::{Item, UseTree, Visibility};

use crate::fixtures::{
    consent, device_login, extension_grants, self_registration, standard, who_logged_in,
};
use crate::server::{Answer, Server};

mod captures;
pub mod logs;

/// What all secrets here hold.
const MARK: &str = "canary";

/// The same where only a number can be.
const NUMBER: u64 = 7_202_570_257;

/// Public types that hold no secret, and why.
const PLAIN: &[(&str, &str)] = &[
    ("Fake", "its `Debug` has the redirect URI and the port"),
    (
        "FakeError",
        "says what is wrong with a login, and no value of it",
    ),
    (
        "FakeEndpoint",
        "has a kind, a method and a URL of this machine",
    ),
    ("FakeServer", "its `Debug` has the name and the origin"),
    ("LogoutToken", "its `Debug` has its expiry"),
    (
        "SigningKeyError",
        "says what is wrong with a key, and no part of it",
    ),
    ("TokenType", "names a kind of tokens, and is none"),
    ("CallbackProblem", "has no fields"),
    ("IdTokenProblem", "has no fields"),
    ("EmailVerification", "has no fields"),
    ("Verdict", "has no fields but a time to wait"),
    ("ErrorKind", "has no fields but a problem"),
    ("TransportErrorKind", "has no fields"),
    // What specs say is in a crate of its own, whose values are constants.
    ("provider::UnknownScope", "has no fields"),
];

/// The same of what tells who logged in.
/// What tells of a client that a program has registered.
fn visit_registration(visit: &mut dyn FnMut(&'static str, &dyn Debug)) {
    let core = Core::unregistered(&self_registration::PROVIDER);
    let request = core
        .register("Acme")
        .metadata("software_statement", "canary-statement")
        .initial_access_token("canary-initial");
    visit("RegistrationRequest", &request);
    visit(
        "HttpRequest",
        &request.to_http_request().expect("a request"),
    );
    let body = r#"{"app":{"id":"client","client_secret":"canary-registered","registration_access_token":"canary-registration","registration_client_uri":"https://commons.example/apps/canary","more":"canary"}}"#;
    let response = HttpResponse::new(201, HeaderMap::new(), body);
    let registration = request.read_http_response(response).expect("a client");
    visit("Registration", &registration);
    visit("RegistrationLookup", &core.read_registration(&registration));
    visit("Deregistration", &core.delete_registration(&registration));
    visit(
        "RegistrationRequest",
        &core.change_registration(&registration),
    );
    visit("Core", &core.with_registration(&registration));
}

fn visit_user(visit: &mut dyn FnMut(&'static str, &dyn Debug)) {
    let core = Core::confidential(&who_logged_in::PROVIDER, "client", "canary-secret");
    let tokens = oauth_atlas::TokenSet::new("canary-access");
    let verification = core.verify_id_token(&tokens);
    visit("IdTokenVerification", &verification);
    let verification = core.verify_logout_token("canary-logout");
    visit("LogoutTokenVerification", &verification);
    visit("Discovery", &core.clone().discover());
    visit("Logout", &core.log_out(&tokens).state("canary-state"));
    let mut lookup = core.user(&tokens);
    visit("UserLookup", &lookup);
    let answers = [
        r#"{"data":{"user":{"id":"canary-id","first":"canary","last":"canary"}}}"#,
        r#"[{"address":"canary@who.example","main":true,"confirmed":true}]"#,
    ];
    for answer in answers {
        let answer = HttpResponse::new(200, HeaderMap::new(), answer);
        lookup.read_http_response(answer).expect("an answer");
    }
    visit("UserLookup", &lookup);
    let user = lookup.finish().expect("a user");
    visit("User", &user);
    visit("Email", user.email().expect("an address"));
}

/// Calls `visit` with a value of every public type that can hold a secret, by the type's name, with
/// marked secrets wherever it holds one.
fn visit_all(visit: &mut dyn FnMut(&'static str, &dyn Debug)) {
    let answer = json!({
        "access_token": "canary-access",
        "refresh_token": "canary-refresh",
        "id_token": "canary-id",
        "extra": "canary-extra",
        "number": NUMBER,
        "nested": { "canary": ["canary"] },
        "active": true,
        "username": "canary-user",
        "sub": "canary-sub",
        "device_code": "canary-device",
        "user_code": "ABCD-EFGH",
        "verification_uri": "https://device.example/",
        "expires_in": 600,
    });
    // A member's name is shown, and this one is a value of the test.
    let answer = answer.to_string().replace("\"canary\":", "\"inner\":");
    let response = || HttpResponse::new(200, HeaderMap::new(), answer.clone());
    let json = Json::parse(answer.as_bytes()).expect("JSON");
    visit("Json", &json);
    visit("Json", &json.get("extra"));
    visit(
        "JsonNumber",
        &json
            .get("number")
            .and_then(|number| match number {
                Json::Number(number) => Some(*number),
                _ => None,
            })
            .expect("a number"),
    );
    visit("Secret", &Secret::new("canary-secret"));
    visit("SamlAssertion", &SamlAssertion::from("<canary/>"));
    visit("SamlAssertion", &SamlAssertion::from("canary-assertion"));
    visit("EncryptedSecret", &EncryptedSecret::new("canary-secret"));
    visit("ClientCredential", &ClientCredential::from("canary-secret"));
    // RFC 8037, appendix A.1, with the private half that must not be shown.
    let key = SigningKey::from_jwk(
        r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
            "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    );
    visit("SigningKey", &key.expect("a key"));

    let secret = Secret::new("canary-secret");
    let core = Core::confidential(&standard::PROVIDER, "client", secret)
        .redirect_uri("https://client.example/callback");
    visit("Core", &core);
    let settings = Settings::new()
        .replace_endpoint(
            EndpointKind::UserInfo,
            "https://127.0.0.1:1/?key=canary-key",
        )
        .and_then(|settings| settings.replace_origin("https://127.0.0.1:1"));
    visit("Settings", &settings.expect("an endpoint and an origin"));
    let authorize = core.authorize(["read"]).param("login_hint", "canary-hint");
    visit("Authorize", &authorize);
    let login = authorize.start().expect("a login");
    visit("Login", &login);
    let pending = marked_pending(&core);
    visit("Pending", &pending);
    visit("Consent", &marked_consent());
    let callback = Callback::from("?code=canary-code&state=canary-state-of-the-login&other=canary");
    visit("Callback", &callback);
    let exchange = core.finish(pending, callback).param("a", "canary");
    visit("TokenRequest", &exchange);
    visit(
        "HttpRequest",
        &exchange.to_http_request().expect("a request"),
    );
    let tokens = exchange.read_http_response(response()).expect("tokens");
    visit("TokenSet", &tokens);
    let odd = r#"{"access_token":"canary-access","expires_in":"canary","id_token":["canary"]}"#;
    let odd = HttpResponse::new(200, HeaderMap::new(), odd);
    let odd = core
        .refresh(&tokens)
        .read_http_response(odd)
        .expect("tokens");
    visit("TokenSet", &odd);
    for warning in odd.warnings() {
        assert_silent("Warning", &warning.to_string());
        visit("Warning", warning);
    }
    visit("TokenRequest", &core.refresh(&tokens).param("a", "canary"));
    let refresh = core.refresh(&tokens).param("a", "canary");
    visit("OperationFuture", &refresh.into_future());
    let assertion = [("assertion", Secret::from("canary-assertion"))];
    let extension = Core::confidential(&extension_grants::PROVIDER, "client", "canary-secret")
        .extension("on_behalf_of", assertion);
    visit("TokenRequest", &extension);
    // With the assertion in the query.
    visit(
        "HttpRequest",
        &extension.to_http_request().expect("a request"),
    );
    visit_user(visit);
    let source = core.token_source(tokens.clone());
    visit("TokenSource", &source);
    visit("TokenEvent", &TokenEvent::Renewed(&tokens));
    let call = source
        .call_api(Method::POST, "https://api.standard.example/?q=canary")
        .header("x-key", "canary")
        .query("q", "canary")
        .json_body("\"canary\"");
    visit("SourceCall", &call);
    let call = core
        .call_api(
            Method::POST,
            "https://api.standard.example/?q=canary",
            &tokens,
        )
        .header("x-key", "canary")
        .query("q", "canary")
        .json_body("\"canary\"");
    visit("ApiCall", &call);
    visit("HttpRequest", &call.to_http_request().expect("a request"));
    let revocation = core
        .revoke_access_token("canary-access")
        .param("a", "canary");
    visit("Revocation", &revocation);
    let introspection = core.introspect("canary-access").param("a", "canary");
    visit("Introspection", &introspection);
    let login = core.authorize(["read"]).param("login_hint", "canary-hint");
    visit("PushedAuthorizationRequest", &login.push());
    let login = core.authorize(["read"]).param("login_hint", "canary-hint");
    visit("SignedAuthorization", &login.sign());
    visit_registration(visit);
    let introspected = introspection
        .read_http_response(response())
        .expect("a response");
    visit("IntrospectionResponse", &introspected);

    let televisions = Core::public(&device_login::PROVIDER, "client");
    let request = televisions.authorize_device(["watch"]).param("a", "canary");
    visit("DeviceRequest", &request);
    let mut login = request.read_http_response(response()).expect("a login");
    visit("DeviceLogin", &login);
    visit("DeviceWait", &televisions.finish_device(login.clone()));
    let mut poll = televisions.poll_device(&mut login);
    visit("DevicePoll", &poll);
    let answer = poll.read_http_response(response()).expect("tokens");
    assert!(matches!(answer, DeviceAnswer::Tokens(_)));
    visit("DeviceAnswer", &answer);

    let headers = HeaderMap::from_iter([
        (SET_COOKIE, "session=canary".parse().expect("a value")),
        (
            WWW_AUTHENTICATE,
            "Negotiate canary68".parse().expect("a value"),
        ),
        (
            WWW_AUTHENTICATE,
            "Bearer error=\"invalid_token\", error_description=\"canary-access is over\""
                .parse()
                .expect("a value"),
        ),
    ]);
    for challenge in challenges(&headers) {
        visit("Challenge", &challenge);
    }
    visit("HttpResponse", &HttpResponse::new(200, headers, "canary"));

    let mut headers = HeaderMap::new();
    headers.insert("x-key", "canary".parse().expect("a value"));
    let client = reqwest::Client::builder().default_headers(headers.clone());
    visit(
        "ReqwestClient",
        &ReqwestClient::new(client.build().expect("a client")),
    );
    let client = reqwest::blocking::Client::builder().default_headers(headers);
    let client = client.build().expect("a client");
    visit("BlockingReqwestClient", &BlockingReqwestClient::new(client));

    let transport = TransportError::new(TransportErrorKind::Other).with_source("below");
    visit("TransportError", &transport);
    visit_errors(&core, &mut |error| visit("Error", error));
    for text in [
        "canary",
        "{\"canary",
        "[canary]",
        "\"canary\" canary",
        "{\"a\":canary}",
    ] {
        let error: JsonError = Json::parse(text.as_bytes()).expect_err("no JSON");
        assert_silent("JsonError", &error.to_string());
        visit("JsonError", &error);
    }
    for (secret, key) in [
        ("canary!", ""),
        ("Y2FuYXJ5", "canary"),
        ("Y2FuYXJ5", PRIVATE_KEY),
    ] {
        let result = EncryptedSecret::new(secret).decrypt(key, "canary-passphrase");
        let error: EncryptedSecretError = result.expect_err("neither a secret nor a key");
        assert_silent("EncryptedSecretError", &error.to_string());
        assert_silent("EncryptedSecretError", &format!("{:?}", error.source()));
        visit("EncryptedSecretError", &error);
    }
}

/// Looks like one as far as its first line.
const PRIVATE_KEY: &str =
    "-----BEGIN PRIVATE KEY-----\nY2FuYXJ5Y2FuYXJ5\n-----END PRIVATE KEY-----\n";

/// The login of a client, with marked secrets.
fn marked_consent() -> Consent {
    let core = Core::confidential(&consent::PROVIDER, "client", "canary-secret")
        .redirect_uri("https://client.example/callback");
    let login = core.authorize([""; 0]).start().expect("a login");
    let state = login.pending.state().to_owned();
    let callback = format!("?tenant=canary-tenant&state={state}");
    let consent = core.finish_without_code(login.pending, callback);
    consent.expect("a consent")
}

fn marked_pending(client: &Core) -> Pending {
    let login = client.authorize([""; 0]).start();
    marked(login.expect("a login").pending)
}

fn marked(pending: Pending) -> Pending {
    let mut stored = serde_json::to_value(pending).expect("JSON");
    stored["state"] = "canary-state-of-the-login".into();
    stored["code_verifier"] = VERIFIER.into();
    stored["redirect_uri"] =
        "https://client.example/callback?state=canary-state-of-the-login".into();
    serde_json::from_value(stored).expect("a stored login")
}

const VERIFIER: &str = "canary-verifier-of-the-login-with-43-letters";

/// An error of each kind, with marked secrets in what it is made of.
fn visit_errors(core: &Core, visit: &mut dyn FnMut(&Error)) {
    let tokens = TokenSet::new("canary-access").with_refresh_token("canary-refresh");
    let mut kinds = BTreeSet::new();
    let mut seen = |error: Option<Error>| {
        let error = error.expect("an error");
        kinds.insert(match error.kind() {
            ErrorKind::Callback(_) => "Callback".to_owned(),
            kind => format!("{kind:?}"),
        });
        let mut shown = error.to_string();
        let mut cause = error.source();
        while let Some(source) = cause {
            shown += &format!(" {source} {source:?}");
            cause = source.source();
        }
        assert_silent("Error", &shown);
        visit(&error);
    };
    let plain = "http://canary:canary@api.example/canary?canary#canary";
    seen(Settings::new().replace_origin(plain).err());
    seen(core.clone().base_url("base_url", plain).err());
    let headers = [("x-key", "canary\r\n"), ("authorization", "canary")];
    for (name, value) in headers {
        let call = core.call_api(Method::GET, "https://api.example/canary", &tokens);
        seen(call.header(name, value).to_http_request().err());
    }
    seen(
        core.call_api(Method::GET, plain, &tokens)
            .to_http_request()
            .err(),
    );
    seen(
        core.refresh(&tokens)
            .param("client_secret", "canary")
            .to_http_request()
            .err(),
    );
    seen(
        core.refresh(&TokenSet::new("canary"))
            .to_http_request()
            .err(),
    );
    seen(core.api_headers(&TokenSet::new("canary\n")).err());
    for callback in [
        "",
        "?code=canary-code",
        "?code=canary-code&state=canary-other",
        "?code=canary-code&code=canary-code&state=canary-state-of-the-login",
        "?response=canary&state=canary-state-of-the-login",
        "?state=canary-state-of-the-login&iss=https://canary.example",
        "?error=canary-code&error_description=canary-state-of-the-login+canary-verifier-of-the-login-with-43-letters&state=canary-state-of-the-login&code=canary-code",
    ] {
        seen(
            core.finish(marked_pending(core), callback)
                .to_http_request()
                .err(),
        );
    }
    let echo = json!({
        "error": "canary-refresh",
        "error_description": "canary-refresh is not of canary-secret, Y2xpZW50OmNhbmFyeS1zZWNyZXQ=",
        "error_uri": "https://docs.example/?q=canary-refresh",
    });
    for status in [200, 302, 400, 401, 404, 429, 500] {
        // What is not understood is shown, so the marks are in what was sent and in what may be new.
        let tokens_of_somebody = r#"{"access_token":"canary-new","refresh_token":"canary-newer"}"#;
        let refuses = status != 200;
        for body in [
            &echo.to_string(),
            "<h1>canary-refresh</h1>",
            "canary-refresh",
            "",
        ]
        .into_iter()
        .chain(refuses.then_some(tokens_of_somebody))
        {
            let response = HttpResponse::new(status, HeaderMap::new(), body);
            seen(core.refresh(&tokens).read_http_response(response).err());
        }
    }
    for member in [
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "scope",
        "id_token",
    ] {
        for value in [
            json!(["canary"]),
            json!({ "canary": "canary" }),
            json!("canary o'clock"),
        ] {
            let mut body = json!({ "access_token": "canary" });
            body[member] = value;
            let response = HttpResponse::new(200, HeaderMap::new(), body.to_string());
            match core.refresh(&tokens).read_http_response(response) {
                // What was granted is no secret, and this may be a scope.
                Ok(tokens) if tokens.scope() == Some("canary o'clock") => {}
                Ok(tokens) => assert_silent("TokenSet", &format!("{tokens:?}")),
                Err(error) => seen(Some(error)),
            }
        }
    }
    let nowhere = core.clone().with_settings(
        Settings::new()
            .replace_origin("https://127.0.0.1:1")
            .expect("an origin"),
    );
    seen(nowhere.refresh(&tokens).send_blocking().err());
    let all = [
        "Callback",
        "Configuration",
        "RateLimited",
        "Refused",
        "Response",
        "Server",
        "Transport",
    ];
    assert_eq!(kinds.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

fn assert_silent(what: &str, shown: &str) {
    for mark in [MARK, &NUMBER.to_string()] {
        assert!(!shown.contains(mark), "{what} shows {mark}: {shown}");
    }
}

#[test]
fn no_value_shows_a_secret() {
    visit_all(&mut |name, value| {
        let shown = format!("{value:?}");
        assert!(!shown.is_empty(), "{name} shows nothing at all");
        assert_silent(name, &shown);
        assert_silent(name, &format!("{value:#?}"));
    });
}

#[test]
fn no_panic_shows_a_secret() {
    visit_all(&mut |name, value| {
        let failed = || -> Result<(), &dyn Debug> { Err(value) };
        let panics = AssertUnwindSafe(|| failed().expect("this test panics"));
        let panic = catch_unwind(panics).expect_err("a panic");
        let message = panic.downcast_ref::<String>().expect("a formatted message");
        assert!(message.starts_with("this test panics: "));
        assert_silent(name, message);
    });
}

/// Reads what was stored after every change to one place of it, and looks at the errors.
fn assert_silent_when_mangled<Stored: Serialize + DeserializeOwned>(stored: &Stored) {
    let whole = serde_json::to_value(stored).expect("it can be stored");
    let members = whole.as_object().expect("a map");
    assert!(whole.to_string().contains(MARK));
    let mut errors = 0;
    let mut read = |text: &str| {
        if let Err(error) = serde_json::from_str::<Stored>(text) {
            assert_silent("serde", &format!("{error} {error:?}"));
            errors += 1;
        }
    };
    let wrong = [
        Value::Null,
        json!(true),
        json!(NUMBER),
        json!(-1.5),
        json!("canary"),
        json!(["canary"]),
        json!({ "canary": "canary" }),
    ];
    for name in members.keys() {
        for value in &wrong {
            let mut mangled = whole.clone();
            mangled[name] = value.clone();
            read(&mangled.to_string());
        }
        let mut mangled = members.clone();
        mangled.remove(name);
        read(&Value::Object(mangled).to_string());
    }
    for value in &wrong {
        read(&value.to_string());
    }
    let text = whole.to_string();
    for (end, _) in text.char_indices() {
        read(&text[..end]);
        read(&format!("{}\u{0}{}", &text[..end], &text[end..]));
    }
    assert!(errors > text.len(), "{errors} errors");
}

#[test]
fn no_error_of_serde_shows_a_secret() {
    let tokens = TokenSet::new("canary-access")
        .with_refresh_token("canary-refresh")
        .with_scope("read")
        .with_extra("extra", "canary-extra");
    assert_silent_when_mangled(&tokens);
    let core = Core::confidential(&standard::PROVIDER, "client", "canary-secret")
        .redirect_uri("https://client.example/callback");
    assert_silent_when_mangled(&marked_pending(&core));
    let answer = json!({
        "device_code": "canary-device",
        "user_code": "ABCD-EFGH",
        "verification_uri": "https://device.example/",
        "expires_in": 600,
    });
    let answer = HttpResponse::new(200, HeaderMap::new(), answer.to_string());
    let televisions = Core::public(&device_login::PROVIDER, "client");
    let login = televisions
        .authorize_device(["watch"])
        .read_http_response(answer);
    let login: DeviceLogin = login.expect("a login");
    assert_silent_when_mangled(&login);
}

/// Logs in, renews, calls and fails, and hears what is logged meanwhile, of everything that runs in
/// this process.
#[tokio::test]
async fn nothing_is_logged_that_shows_a_secret() {
    let heard = logs::listen();
    let granted = r#"{"access_token":"canary-access","refresh_token":"canary-refresh","active":true,"expires_in":1}"#;
    let server = Server::start([Answer::json(200, granted)]);
    let client = standard::Client::confidential("client", "canary-secret")
        .redirect_uri("https://client.example/callback")
        .with_settings(
            Settings::new()
                .replace_origin(&server.origin)
                .expect("a loopback origin"),
        );
    let callback = "?code=canary-code&state=canary-state-of-the-login";
    let login = client.authorize([]).start().expect("a login");
    let tokens = client
        .finish(marked(login.pending), callback)
        .await
        .expect("tokens");
    client.refresh(&tokens).await.expect("tokens");
    client.introspect("canary-access").await.expect("an answer");
    client
        .revoke_refresh_token("canary-refresh")
        .await
        .expect("an answer");
    client.userinfo(&tokens).await.expect("an answer");
    client
        .client_credentials([])
        .token_source()
        .tokens()
        .await
        .expect("tokens");
    let extension = Core::confidential(&extension_grants::PROVIDER, "client", "canary-secret")
        .with_settings(
            Settings::new()
                .replace_origin(&server.origin)
                .expect("a loopback origin"),
        );
    // With the assertion in the query.
    let assertion = [("assertion", Secret::from("canary-assertion"))];
    extension
        .extension("on_behalf_of", assertion)
        .await
        .expect("tokens");
    let https = server.origin.replace("http", "https");
    let nowhere = client
        .clone()
        .with_settings(Settings::new().replace_origin(&https).expect("an origin"));
    // With all features on, the default client has the platform's TLS, which logs nothing.
    let rustls = reqwest::Client::builder().tls_backend_rustls().build();
    let nowhere = nowhere
        .with_settings(Settings::new().http_client(ReqwestClient::new(rustls.expect("a client"))));
    nowhere.refresh(&tokens).await.expect_err("no TLS there");
    let blocking = move || client.refresh(&tokens).send_blocking();
    tokio::task::spawn_blocking(blocking)
        .await
        .expect("no panic")
        .expect("tokens");

    assert_eq!(heard.leaks(MARK), [""; 0]);
    // That all of them were heard is what makes the silence worth something.
    for target in ["hyper_util", "reqwest", "rustls", "oauth_atlas"] {
        assert!(heard.count(target) > 0, "{target} logs nothing");
    }
}

#[test]
fn every_public_type_is_in_one_of_the_lists() {
    let mut filled = BTreeSet::new();
    visit_all(&mut |name, _| {
        filled.insert(name.to_owned());
    });
    let plain: BTreeSet<_> = PLAIN.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(plain.len(), PLAIN.len(), "a type twice");
    let both: Vec<_> = filled.intersection(&plain).collect();
    assert!(both.is_empty(), "in both lists: {both:?}");
    let listed: BTreeSet<_> = filled.union(&plain).cloned().collect();
    let public = public_types();
    let unlisted: Vec<_> = public.difference(&listed).collect();
    assert!(
        unlisted.is_empty(),
        "public types that may show a secret: {unlisted:?}. Give `visit_all` a value with marks in \
         it, or `PLAIN` a reason"
    );
    let gone: Vec<_> = listed.difference(&public).collect();
    assert!(gone.is_empty(), "no public types: {gone:?}");
}

/// The structs, enums and unions that the runtime's `lib.rs` makes public, those of public modules
/// behind the module's name unless they are at the top as well.
fn public_types() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src");
    let parse = |path: &Path| {
        let text = fs::read_to_string(path).expect("a source file");
        syn::parse_file(&text).expect("Rust")
    };
    let lib = parse(&folder.join("lib.rs"));
    let mut names = BTreeMap::new();
    let mut modules = Vec::new();
    for item in &lib.items {
        match item {
            Item::Use(item) if is_public(&item.vis) => used(&item.tree, &mut names),
            Item::Mod(item) if is_public(&item.vis) => modules.push(item.ident.to_string()),
            Item::Struct(_) | Item::Enum(_) | Item::Union(_) => panic!("a type in lib.rs"),
            _ => {}
        }
    }
    let mut defined = BTreeSet::new();
    let mut unread = vec![folder.clone()];
    while let Some(folder) = unread.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                unread.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                types(&parse(&path).items, &mut defined);
            }
        }
    }
    // Two types have one name: `Challenge` of the top is not that of `provider`.
    let full = |module: &str, name: &str| match module {
        "provider" => format!("{module}::{name}"),
        _ => name.to_owned(),
    };
    let top = names.iter().filter(|(name, _)| defined.contains(*name));
    let mut public: BTreeSet<_> = top.map(|(name, module)| full(module, name)).collect();
    for module in modules {
        let mut own = BTreeSet::new();
        types(&parse(&folder.join(format!("{module}.rs"))).items, &mut own);
        public.extend(own.iter().map(|name| full(&module, name)));
    }
    public
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The names that a `use` brings, with the first module of each path.
fn used(tree: &UseTree, names: &mut BTreeMap<String, String>) {
    fn walk(tree: &UseTree, path: &[String], names: &mut BTreeMap<String, String>) {
        match tree {
            UseTree::Path(inner) => {
                let path = [path, &[inner.ident.to_string()]].concat();
                walk(&inner.tree, &path, names);
            }
            UseTree::Name(name) => {
                let module = path.iter().find(|name| *name != "crate");
                names.insert(name.ident.to_string(), module.cloned().unwrap_or_default());
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    walk(tree, path, names);
                }
            }
            UseTree::Rename(_) | UseTree::Glob(_) => panic!("names that nobody can see"),
        }
    }
    walk(tree, &[], names);
}

/// The names of the public types of these items, inline modules included.
fn types(items: &[Item], names: &mut BTreeSet<String>) {
    for item in items {
        let (visibility, name) = match item {
            Item::Struct(item) => (&item.vis, &item.ident),
            Item::Enum(item) => (&item.vis, &item.ident),
            Item::Union(item) => (&item.vis, &item.ident),
            Item::Mod(item) => {
                let items = item.content.as_ref().map_or(&[][..], |(_, items)| items);
                types(items, names);
                continue;
            }
            _ => continue,
        };
        if is_public(visibility) {
            names.insert(name.to_string());
        }
    }
}
