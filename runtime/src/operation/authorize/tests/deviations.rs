//! What providers do otherwise than RFC 6749 §4.1.1 says.

use super::*;
use crate::client::settings::Settings;
use crate::fixtures::{acme as base, authorization, endpoint as fixtures_endpoint, pkce};
use crate::provider::{
    AuthorizationEndpoint, AuthorizationOption, ChallengeMethod, Encoding, Endpoint, Offline, Pkce,
    PkceClients, PkceRules, Provider, ScopeGroup, ScopeRules, Separator, StateRules,
};

/// Other names, missing parameters, a fragment, and parameters that somebody has to choose.
static RENAMED: Provider = Provider {
    id: "renamed",
    authorization: Some(AuthorizationEndpoint {
        parameters: &[
            ("duration", "permanent"),
            ("appid", "never sent"),
            ("view", "page"),
        ],
        options: &[AuthorizationOption {
            name: "prompt",
            required: true,
            ..AuthorizationOption::STANDARD
        }],
        rename: &[
            ("client_id", "appid"),
            ("scope", "perms"),
            ("redirect_uri", "redirect_url"),
        ],
        omit: &["response_type", "code_challenge_method"],
        fragment: Some("app_redirect"),
        ..authorization("https://renamed.example/login?x=y")
    }),
    offline: Some(Offline {
        parameters: &[("duration", "forever"), ("access", "offline")],
        scopes: &["offline_access"],
        ..Offline::STANDARD
    }),
    scopes: ScopeRules {
        request_separators: &[Separator::Comma],
        required: &["openid", "basic"],
        groups: &[
            ScopeGroup {
                parameter: "user_scope",
                separator: Separator::Comma,
                ..ScopeGroup::STANDARD
            },
            ScopeGroup {
                parameter: "optional_scope",
                separator: Separator::Space,
                ..ScopeGroup::STANDARD
            },
        ],
        ..ScopeRules::STANDARD
    },
    ..base()
};

/// A provider that forgets the state, and takes a short one.
static FORGETFUL: Provider = Provider {
    id: "forgetful",
    authorization: Some(crate::fixtures::authorization(
        "{login}/{language}/authorize",
    )),
    state: StateRules {
        max_length: Some(32),
        echoed: false,
        ..StateRules::STANDARD
    },
    ..base()
};

static GUESSABLE: Provider = Provider {
    id: "guessable",
    state: StateRules {
        max_length: Some(8),
        echoed: true,
        ..StateRules::STANDARD
    },
    ..base()
};

static HEXADECIMAL: Provider = Provider {
    id: "hexadecimal",
    pkce: PkceRules {
        challenge: ChallengeMethod::S256Hex,
        ..pkce(Pkce::Required)
    },
    ..base()
};

static PLAIN: Provider = Provider {
    id: "plain",
    pkce: PkceRules {
        challenge: ChallengeMethod::Plain,
        clients: PkceClients::Public,
        ..pkce(Pkce::Required)
    },
    ..base()
};

fn public(provider: &'static Provider) -> Authorize {
    authorize(&Core::public(provider, "id"))
}

fn authorize(core: &Core) -> Authorize {
    let core = core.clone().redirect_uri("https://app.example/cb");
    core.authorize([""; 0])
}

fn names(login: &Login) -> Vec<String> {
    query(login).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn parameters_are_renamed_omitted_and_followed_by_a_fragment() {
    let login = public(&RENAMED).option("prompt", "none").start().unwrap();
    let (url, fragment) = login.url.split_once('#').unwrap();
    assert_eq!(fragment, "app_redirect");
    let state = login.pending.state.expose();
    let challenge = value(&login, "code_challenge").unwrap();
    assert_eq!(
        url,
        format!(
            "https://renamed.example/login?x=y&appid=id\
             &redirect_url=https%3A%2F%2Fapp.example%2Fcb&perms=openid%2Cbasic&state={state}\
             &code_challenge={challenge}&duration=permanent&view=page&prompt=none"
        )
    );
    assert!(!format!("{login:?}").contains(&challenge));
}

#[test]
fn neither_the_standards_names_nor_the_providers_are_for_param() {
    let authorize = public(&RENAMED).option("prompt", "none");
    for name in [
        "client_id",
        "appid",
        "redirect_url",
        "perms",
        "response_type",
    ] {
        let refused = message(authorize.clone().param(name, "x"));
        assert!(refused.contains(name), "{refused}");
    }
    assert!(
        public(&ACME_WITHOUT_RENAMES)
            .param("appid", "x")
            .start()
            .is_ok()
    );
}

static ACME_WITHOUT_RENAMES: Provider = base();

#[test]
fn what_is_required_has_to_be_chosen() {
    for unset in [
        public(&RENAMED),
        public(&RENAMED).option("prompt", ""),
        public(&RENAMED)
            .option("prompt", "none")
            .option("prompt", ""),
        public(&RENAMED).param("prompt", ""),
    ] {
        let refused = message(unset);
        assert!(refused.contains("\"prompt\" is not chosen"), "{refused}");
    }
    assert!(public(&RENAMED).param("prompt", "none").start().is_ok());
    assert!(public(&ACME_WITHOUT_RENAMES).start().is_ok());
}

#[test]
fn an_option_without_a_text_is_none() {
    let login = public(&ACME_WITHOUT_RENAMES)
        .option("login_hint", "jane")
        .option("login_hint", "")
        .start();
    assert_eq!(value(&login.unwrap(), "login_hint"), None);
}

#[test]
fn options_take_any_text() {
    let login = public(&RENAMED)
        .option("prompt", "none")
        .option("login_hint", "first")
        .option("login_hint", "a&b=c #ä")
        .start()
        .unwrap();
    assert_eq!(value(&login, "b"), None);
    let hints = names(&login)
        .iter()
        .filter(|name| *name == "login_hint")
        .count();
    assert_eq!(hints, 1);
    let (url, _) = login.url.rsplit_once('#').unwrap();
    assert!(url.ends_with("&login_hint=a%26b%3Dc%20%23%C3%A4"), "{url}");
}

#[test]
fn groups_of_scopes_have_their_own_parameter_and_separator() {
    let login = public(&RENAMED)
        .option("prompt", "none")
        .scope("read")
        .group("user_scope", ["chat:write", "users"])
        .group("optional_scope", ["a", "b"])
        .group("user_scope", ["files"])
        .start()
        .unwrap();
    assert_eq!(value(&login, "perms").unwrap(), "openid,basic,read");
    assert_eq!(
        value(&login, "user_scope").unwrap(),
        "chat:write,users,files"
    );
    assert_eq!(value(&login, "optional_scope").unwrap(), "a b");
    // The answer's `scope` is that of the common scopes.
    assert_eq!(login.pending.scope.as_deref(), Some("openid basic read"));
}

#[test]
fn an_empty_group_is_not_sent_and_an_unknown_one_is_refused() {
    let authorize = || public(&RENAMED).option("prompt", "none");
    let login = authorize().group("user_scope", [""; 0]).start();
    assert_eq!(value(&login.unwrap(), "user_scope"), None);
    assert!(message(authorize().group("team", ["a"])).contains("team"));
    let twice = authorize().group("user_scope", ["a"]);
    assert!(message(twice.param("user_scope", "b")).contains("user_scope"));
    assert!(authorize().param("user_scope", "new").start().is_ok());
}

#[test]
fn required_scopes_are_sent_with_every_login() {
    let login = public(&RENAMED).option("prompt", "none").start().unwrap();
    assert_eq!(value(&login, "perms").unwrap(), "openid,basic");
    assert_eq!(login.pending.scope.as_deref(), Some("openid basic"));
    let asked = public(&RENAMED).option("prompt", "none").scope("a basic");
    assert_eq!(
        value(&asked.start().unwrap(), "perms").unwrap(),
        "openid,a,basic"
    );
    assert_eq!(
        value(&public(&ACME_WITHOUT_RENAMES).start().unwrap(), "scope"),
        None
    );
}

#[test]
fn required_scopes_are_sent_with_a_login_on_a_device() {
    let sent = |provider, scopes: &[&'static str]| {
        let core = Core::public(provider, "id");
        let request = core.authorize_device(scopes).to_http_request().unwrap();
        let mut pairs = form_urlencoded::parse(request.body()).into_owned();
        pairs.find_map(|(name, value)| (name == "scope").then_some(value))
    };
    assert_eq!(sent(&RENAMED, &["read"]).unwrap(), "openid,basic,read");
    assert_eq!(sent(&ACME_WITHOUT_RENAMES, &[]), None);
}

#[test]
fn scopes_that_are_not_sent_are_not_taken_for_granted() {
    static SCOPELESS: Provider = Provider {
        authorization: Some(AuthorizationEndpoint {
            omit: &["scope"],
            ..authorization("https://scopeless.example/login")
        }),
        ..base()
    };
    let login = public(&SCOPELESS).scope("read").start().unwrap();
    assert_eq!(value(&login, "scope"), None);
    assert_eq!(login.pending.scope, None);
}

#[test]
fn offline_adds_scopes_and_parameters() {
    let authorize = || public(&RENAMED).option("prompt", "none");
    let login = authorize().offline().start().unwrap();
    assert_eq!(
        value(&login, "perms").unwrap(),
        "openid,basic,offline_access"
    );
    assert_eq!(value(&login, "duration").unwrap(), "forever");
    assert!(
        login
            .url
            .contains("&view=page&duration=forever&access=offline&prompt=none#")
    );
    assert_eq!(login.url.matches("duration=").count(), 1);

    let asked = authorize()
        .scope("offline_access")
        .offline()
        .start()
        .unwrap();
    assert_eq!(
        value(&asked, "perms").unwrap(),
        "openid,basic,offline_access"
    );
    let chosen = authorize()
        .option("duration", "short")
        .offline()
        .start()
        .unwrap();
    assert_eq!(value(&chosen, "duration").unwrap(), "short");
    assert_eq!(chosen.url.matches("duration=").count(), 1);

    let without = authorize().start().unwrap();
    assert_eq!(value(&without, "access"), None);
    assert!(message(public(&ACME_WITHOUT_RENAMES).offline()).contains("refresh token"));
}

#[test]
fn a_state_that_is_not_echoed_travels_in_the_redirect_uri() {
    let login = public(&FORGETFUL).start().unwrap();
    let state = login.pending.state.expose();
    assert_eq!(state.len(), 32);
    let sent = format!("https://app.example/cb?state={state}");
    assert_eq!(value(&login, "redirect_uri").unwrap(), sent);
    assert_eq!(login.pending.redirect_uri.as_deref(), Some(&*sent));
    assert!(!names(&login).contains(&"state".to_owned()));
    assert!(!format!("{login:?}").contains(state));

    let other = public(&FORGETFUL).redirect_uri("https://app.example/cb?a=b");
    let login = other.start().unwrap();
    let sent = format!(
        "https://app.example/cb?a=b&state={}",
        login.pending.state.expose()
    );
    assert_eq!(login.pending.redirect_uri, Some(sent));

    let nowhere = Core::public(&FORGETFUL, "id").authorize([""; 0]);
    assert!(message(nowhere).contains("no redirect URI"));
}

#[test]
fn the_callback_and_the_code_take_the_redirect_uri_with_the_state() {
    let core = Core::public(&FORGETFUL, "id").redirect_uri("https://app.example/cb");
    let login = core.authorize([""; 0]).start().unwrap();
    let redirect_uri = login.pending.redirect_uri.clone().unwrap();
    let callback = format!("{redirect_uri}&code=abc");
    let request = core
        .finish(login.pending.clone(), callback)
        .to_http_request()
        .unwrap();
    let body: Vec<_> = form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    assert!(body.contains(&("redirect_uri".to_owned(), redirect_uri)));
    assert!(body.iter().all(|(name, _)| name != "state"));
    let forged = core.finish(login.pending, "https://app.example/cb?code=abc");
    assert!(matches!(
        forged.to_http_request().unwrap_err().kind(),
        ErrorKind::Callback(_)
    ));
}

#[test]
fn a_state_that_can_be_guessed_is_none() {
    assert!(message(public(&GUESSABLE)).contains("guessed"));
}

#[test]
fn the_challenge_in_hexadecimal_digits() {
    let login = public(&HEXADECIMAL).start().unwrap();
    let challenge = value(&login, "code_challenge").unwrap();
    assert_eq!(challenge.len(), 64);
    assert!(
        challenge
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    );
    assert_eq!(value(&login, "code_challenge_method").unwrap(), "S256");
}

#[test]
fn a_plain_challenge_is_the_verifier_of_a_public_client() {
    let login = public(&PLAIN).start().unwrap();
    let verifier = login.pending.code_verifier.as_ref().unwrap().expose();
    assert_eq!(value(&login, "code_challenge").unwrap(), verifier);
    assert_eq!(value(&login, "code_challenge_method").unwrap(), "plain");
    assert!(!format!("{login:?}").contains(verifier));
}

#[test]
fn a_confidential_client_sends_no_pkce_where_only_public_ones_do() {
    let core = Core::confidential(&PLAIN, "id", "secret").redirect_uri("https://app.example/cb");
    let login = authorize(&core).start().unwrap();
    assert_eq!(value(&login, "code_challenge"), None);
    assert_eq!(value(&login, "code_challenge_method"), None);
    assert_eq!(login.pending.code_verifier, None);
    let callback = format!("?code=abc&state={}", login.pending.state.expose());
    let request = core
        .finish(login.pending, callback)
        .to_http_request()
        .unwrap();
    let body = String::from_utf8(request.body().to_vec()).unwrap();
    assert!(!body.contains("code_verifier"), "{body}");

    let elsewhere = Core::confidential(&ACME_WITHOUT_RENAMES, "id", "secret");
    assert!(
        authorize(&elsewhere)
            .start()
            .unwrap()
            .pending
            .code_verifier
            .is_some()
    );
}

#[test]
fn an_endpoint_of_the_programs_own_is_standard() {
    static NONE: Provider = Provider {
        authorization: None,
        ..base()
    };
    let core = Core::public(&NONE, "id").with_settings(
        Settings::new()
            .replace_endpoint(EndpointKind::Authorization, "https://other.example/a")
            .unwrap(),
    );
    let login = authorize(&core).start().unwrap();
    assert!(
        login
            .url
            .starts_with("https://other.example/a?response_type=code&client_id=id")
    );
}

/// A provider with names of its own for what is secret.
static OWN_NAMES: Provider = Provider {
    id: "own_names",
    token: Some(Endpoint {
        rename: &[("client_secret", "app_secret"), ("code_verifier", "proof")],
        ..fixtures_endpoint("https://own.example/token", &[Encoding::Form])
    }),
    refresh: Some(Endpoint {
        rename: &[("refresh_token", "renewal"), ("client_secret", "key")],
        ..fixtures_endpoint("https://own.example/renew", &[Encoding::Form])
    }),
    ..base()
};

/// What is in the URL is in the browser's history, in the logs of both ends, and in `Referer`.
#[test]
fn a_secret_is_not_for_the_users_browser() {
    let client = Core::confidential(&OWN_NAMES, "id", "hush")
        .redirect_uri("https://app.example/cb")
        .variable("language", "en-us");
    for name in [
        "client_secret",
        "client_assertion",
        "code_verifier",
        "code",
        "refresh_token",
        "access_token",
        "device_code",
        "assertion",
        "subject_token",
        "actor_token",
        "password",
        "app_secret",
        "proof",
        "renewal",
        "key",
    ] {
        let login = client.authorize([""; 0]).param(name, "canary");
        let message = message(login);
        assert!(message.contains(name), "{message}");
        assert!(!message.contains("canary"), "{message}");
    }
    for name in [
        "id_token_hint",
        "login_hint",
        "request",
        "response_mode",
        "username",
    ] {
        let login = client.authorize([""; 0]).param(name, "x").start();
        assert!(login.is_ok(), "{name}");
    }
}
