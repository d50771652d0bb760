use std::time::SystemTime;

use http::HeaderMap;

use super::*;
use crate::client::handle::Core;
use crate::client::settings::Settings;
use crate::error::ErrorKind;
use crate::fixtures::{acme, endpoint};
use crate::http::message::HttpResponse;
use crate::kept::binding::{Binding, Start};
use crate::kept::pending::Pending;
use crate::kept::token_set::TokenSet;
use crate::operation::token::TokenRequest;
use crate::provider::{
    Capture, CaptureFrom, Encoding, Endpoint, HttpMethod, Variable, VariableKind,
};

const EXTENSION: provider::Grant = provider::Grant::STANDARD;

const CAPTURE: Capture = Capture {
    name: "",
    from: CaptureFrom::Callback,
    path: "",
    required: false,
    relay: None,
    variable: None,
    allowed_hosts: &[],
    ..Capture::STANDARD
};

/// A provider that has its own mind about every grant.
static RULED: Provider = Provider {
    id: "ruled",
    environments: &[],
    variables: &[
        Variable {
            name: "region",
            kind: VariableKind::BaseUrl,
            optional: false,
            default: None,
            ..Variable::STANDARD
        },
        Variable {
            name: "anywhere",
            kind: VariableKind::BaseUrl,
            optional: false,
            default: None,
            ..Variable::STANDARD
        },
    ],
    token: Some(endpoint("{region}/token", &[Encoding::Form])),
    grants: &[
        provider::Grant {
            kind: GrantKind::AuthorizationCode,
            grant_type: Some("authorized_code"),
            parameters: &[("flow", "web"), ("code", "never")],
            ..EXTENSION
        },
        provider::Grant {
            kind: GrantKind::RefreshToken,
            repeats_scope: true,
            ..EXTENSION
        },
        provider::Grant {
            kind: GrantKind::ClientCredentials,
            grant_type: Some(""),
            endpoint: Some(&Endpoint {
                method: HttpMethod::Get,
                ..endpoint("{region}/machine", &[Encoding::Query])
            }),
            ..EXTENSION
        },
        provider::Grant {
            name: "account",
            grant_type: Some("urn:ruled:account"),
            arguments: &["account_id", "assertion", "none"],
            parameters: &[("use", "on_behalf_of")],
            ..EXTENSION
        },
        provider::Grant {
            name: "many",
            arguments: &["a", "b", "c", "assertion"],
            ..EXTENSION
        },
        provider::Grant {
            name: "elsewhere",
            grant_type: Some("elsewhere"),
            endpoint: Some(&endpoint("{anywhere}/token", &[Encoding::Json])),
            ..EXTENSION
        },
    ],
    captures: &[
        Capture {
            name: "device_id",
            path: "device_id",
            relay: Some("device"),
            ..CAPTURE
        },
        Capture {
            name: "server",
            path: "server",
            variable: Some("region"),
            allowed_hosts: &["*.ruled.example"],
            ..CAPTURE
        },
        Capture {
            name: "open",
            path: "open",
            variable: Some("anywhere"),
            ..CAPTURE
        },
    ],
    ..acme()
};

fn ruled() -> Core {
    Core::public(&RULED, "id")
        .base_url("region", "https://eu.ruled.example")
        .unwrap()
}

fn finished(callback: &str) -> TokenRequest {
    let pending = Pending {
        provider: "ruled".into(),
        state: "xyz-with-128-random-bits".into(),
        binding: Binding::of(&ruled(), Start::Authorization, &[]),
        code_verifier: None,
        nonce: None,
        max_age: None,
        resource: None,
        #[cfg(feature = "jose")]
        dpop_key: None,
        redirect_uri: None,
        scope: None,
        created_at: crate::text::clock::unix_seconds(SystemTime::now()),
    };
    ruled().finish(pending, callback)
}

fn body(request: &TokenRequest) -> String {
    String::from_utf8(request.to_http_request().unwrap().body().to_vec()).unwrap()
}

const ACCOUNT: &[(&str, &str)] = &[
    ("account_id", "a&b"),
    ("assertion", "canary.jwt"),
    ("none", ""),
];

fn extension(name: &str, parameters: &[(&str, &str)]) -> TokenRequest {
    let parameters = parameters.iter();
    ruled().extension(
        name,
        parameters.map(|(name, value)| (*name, (*value).into())),
    )
}

#[test]
fn an_extension_grant_takes_what_it_has_and_needs_all_of_it() {
    let message = |parameters: &[(&str, &str)]| {
        let error = extension("account", parameters)
            .to_http_request()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        error.to_string()
    };
    assert!(message(&ACCOUNT[1..]).contains("needs \"account_id\""));
    let more = [ACCOUNT, &[("moon", "1")]].concat();
    assert!(message(&more).contains("takes no \"moon\""));
}

#[test]
fn a_grant_has_its_own_type_and_parameters() {
    assert_eq!(
        body(&finished("code=a&state=xyz-with-128-random-bits")),
        "grant_type=authorized_code&code=a&client_id=id&flow=web"
    );
}

#[test]
fn a_renewal_repeats_the_scope_where_it_has_to() {
    let tokens = TokenSet::new("a").with_refresh_token("r").with_scope("x y");
    let renewal = ruled().refresh(&tokens);
    assert_eq!(
        body(&renewal),
        "grant_type=refresh_token&refresh_token=r&scope=x+y&client_id=id"
    );
    assert_eq!(
        body(&renewal.scope("x")),
        "grant_type=refresh_token&refresh_token=r&scope=x&client_id=id"
    );
    let unknown = ruled().refresh(&TokenSet::new("a").with_refresh_token("r"));
    assert_eq!(
        body(&unknown),
        "grant_type=refresh_token&refresh_token=r&client_id=id"
    );
}

#[test]
fn a_grant_has_its_own_endpoint_and_may_have_no_type() {
    let request = ruled().client_credentials(["x"]).to_http_request().unwrap();
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.url().as_str(),
        "https://eu.ruled.example/machine?scope=x&client_id=id"
    );
    let moved = ruled().with_settings(
        Settings::new()
            .replace_origin("http://127.0.0.1:8080")
            .unwrap(),
    );
    let moved = moved.client_credentials([""; 0]);
    assert_eq!(
        moved.to_http_request().unwrap().url().as_str(),
        "http://127.0.0.1:8080/machine?client_id=id"
    );
}

#[test]
fn an_extension_grant_sends_what_it_is_given() {
    let request = extension("account", ACCOUNT);
    assert_eq!(
        body(&request.clone().scope("x")),
        "grant_type=urn%3Aruled%3Aaccount&account_id=a%26b&assertion=canary.jwt&scope=x\
         &client_id=id&use=on_behalf_of"
    );
    assert!(!format!("{request:?}").contains("canary"));
    assert!(format!("{request:?}").contains("account"));
    assert!(
        request
            .clone()
            .param("assertion", "b")
            .to_http_request()
            .is_err()
    );

    let answer = |status, body: &str| HttpResponse::new(status, HeaderMap::new(), body);
    let tokens = request.clone().scope("x");
    let tokens = tokens
        .read_http_response(answer(200, r#"{"access_token":"t"}"#))
        .unwrap();
    assert_eq!(tokens.scope(), Some("x"));
    let echo = r#"{"error":"invalid_grant","error_description":"no canary.jwt"}"#;
    let many = [
        ("a", "1"),
        ("b", "2"),
        ("c", "3"),
        ("assertion", "canary.jwt"),
    ];
    for request in [request, extension("many", &many)] {
        let error = request.read_http_response(answer(400, echo)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}

#[test]
fn an_extension_grant_that_nobody_has_is_told() {
    let error = ruled().extension("moon", []).to_http_request().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("moon"), "{error}");
}

#[test]
fn what_the_callback_brings_is_carried_on() {
    let request = finished("code=a&state=xyz-with-128-random-bits&device_id=42");
    assert_eq!(
        body(&request),
        "grant_type=authorized_code&code=a&device=42&client_id=id&flow=web"
    );
    assert!(request.param("device", "43").to_http_request().is_err());
}

#[test]
fn the_callback_may_name_the_server_if_it_is_the_providers() {
    let request =
        finished("code=a&state=xyz-with-128-random-bits&server=https%3A%2F%2Fus.ruled.example");
    let url = request.to_http_request().unwrap().url().to_string();
    assert_eq!(url, "https://us.ruled.example/token");
    let tokens = request.read_http_response(HttpResponse::new(
        200,
        HeaderMap::new(),
        r#"{"access_token":"t","refresh_token":"r"}"#,
    ));
    let renewal = ruled().refresh(&tokens.unwrap()).to_http_request().unwrap();
    assert_eq!(renewal.url().as_str(), "https://us.ruled.example/token");
    let foreign =
        finished("code=a&state=xyz-with-128-random-bits&server=https%3A%2F%2Fevil.example");
    assert!(foreign.to_http_request().is_err());
}

#[test]
fn a_host_that_nothing_limits_gets_no_secret() {
    let pending_region =
        finished("code=a&state=xyz-with-128-random-bits&open=https%3A%2F%2Fevil.example");
    let url = pending_region.to_http_request().unwrap().url().to_string();
    assert_eq!(url, "https://eu.ruled.example/token");
    let variables = crate::response::captures::token_variables(
        &RULED,
        &[("open".to_owned(), "https://evil.example".to_owned().into())],
    );
    assert_eq!(variables.unwrap(), []);
    let nowhere = ruled().extension("elsewhere", []);
    assert!(nowhere.to_http_request().is_err());
}

#[test]
fn only_what_is_spent_cannot_be_repeated() {
    assert!(
        extension("account", ACCOUNT)
            .repeated()
            .to_http_request()
            .is_ok()
    );
    assert!(
        finished("code=a&state=xyz-with-128-random-bits")
            .repeated()
            .to_http_request()
            .is_err()
    );
}

#[test]
fn a_relayed_secret_is_not_repeated_by_an_error() {
    static RELAYING: Provider = Provider {
        captures: &[Capture {
            name: "ticket",
            path: "ticket",
            relay: Some("ticket"),
            secret: true,
            ..CAPTURE
        }],
        ..acme()
    };
    let core = Core::confidential(&RELAYING, "id", "canary-secret");
    let pending = Pending {
        provider: "acme".into(),
        state: "xyz-with-128-random-bits".into(),
        binding: Binding::of(&core, Start::Authorization, &[]),
        code_verifier: Some("canary-verifier-of-43-characters-or-more-xx".into()),
        nonce: None,
        max_age: None,
        resource: None,
        #[cfg(feature = "jose")]
        dpop_key: None,
        redirect_uri: None,
        scope: None,
        created_at: crate::text::clock::unix_seconds(SystemTime::now()),
    };
    let callback = "code=canary-code&state=xyz-with-128-random-bits&ticket=canary-ticket";
    let request = core.finish(pending, callback);
    let sent = body(&request);
    assert!(sent.contains("ticket=canary-ticket"), "{sent}");
    let echo = HttpResponse::new(400, HeaderMap::new(), sent);
    let error = request.read_http_response(echo).unwrap_err();
    let shown = error.body_excerpt().unwrap();
    assert!(shown.contains("ticket=[redacted]"), "{shown}");
    assert!(!format!("{error:?}").contains("canary"), "{error:?}");
}
