//! Where endpoints are whose hosts are made of what a customer knows, and how each answers that has
//! a shape of its own.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use oauth_atlas::{Core, Error, ErrorKind, HttpRequest, Provider, Settings, TokenSet};

use crate::fixtures::{
    base_url_default, endless_device, endpoint_answers, environment_hosts, graphql_user_info,
    host_parts, renamed_state, standard, tokens_of_an_instance,
};
use crate::server::{Answer, Server};

const SECRET: &str = "canary-client-secret";

fn client(provider: &'static Provider, server: &Server) -> Core {
    let settings = Settings::new().replace_origin(&server.origin);
    Core::confidential(provider, "client", SECRET)
        .redirect_uri("https://client.example/callback")
        .with_settings(settings.expect("a loopback origin"))
}

fn answering(status: u16, body: &str) -> Server {
    Server::start([Answer::json(status, body)])
}

/// Where a renewal goes, or why nowhere.
fn token_url(core: &Core) -> Result<String, Error> {
    let tokens = TokenSet::new("a").with_refresh_token("canary-refresh");
    let request = core.refresh(&tokens).to_http_request()?;
    Ok(request.url().to_string())
}

fn parts() -> Core {
    Core::confidential(&host_parts::PROVIDER, "client", SECRET)
        .variable("instance", "acme")
        .variable("account", "1234567_SB1")
        .variable("server", "https://admin.example/console")
}

#[test]
fn a_label_is_a_part_of_one_and_a_segment() {
    assert_eq!(
        token_url(&parts()).unwrap(),
        "https://acme-login.eu.parts.example/acme/token"
    );
    let there = parts().variable("region", "us");
    assert_eq!(
        token_url(&there).unwrap(),
        "https://acme-login.us.parts.example/acme/token"
    );
}

#[test]
fn what_a_user_pastes_becomes_a_part_of_a_host() {
    for pasted in [
        "ACME",
        "acme.parts.example",
        "https://Acme.parts.example/login?next=%2F",
    ] {
        let core = parts().variable("instance", pasted);
        assert_eq!(
            token_url(&core).unwrap(),
            "https://acme-login.eu.parts.example/acme/token",
            "{pasted}"
        );
    }
    let revocation = parts().revoke_access_token("a").to_http_request().unwrap();
    assert_eq!(
        revocation.url().as_str(),
        "https://1234567-sb1.suite.parts.example/revoke"
    );
    let introspection = parts().introspect("a").to_http_request().unwrap();
    assert_eq!(
        introspection.url().as_str(),
        "https://admin.example:19999/introspect"
    );
}

#[test]
fn the_finished_label_is_checked() {
    let long = "a".repeat(60);
    for value in [
        "",
        "-acme",
        "acme-",
        "a.b",
        "a/b",
        "acme.other.example",
        "https://acme.other.example",
        "acme@other.example",
        "evil.example#",
        // Short enough by itself, and too long with what follows.
        &long,
    ] {
        let error = token_url(&parts().variable("instance", value)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{value}: {error}");
    }
}

#[test]
fn hosts_of_an_environment_have_variables() {
    let core = Core::public(&environment_hosts::PROVIDER, "client").variable("domain", "acme");
    assert_eq!(
        token_url(&core).unwrap(),
        "https://acme.login.example/oauth2/token"
    );
    assert_eq!(
        core.issuer().unwrap().as_deref(),
        Some("https://acme.login.example/oauth2")
    );
    let preview = core.clone().environment("preview");
    assert_eq!(
        token_url(&preview).unwrap(),
        "https://acme.preview.example/oauth2/token"
    );
    let me = preview.userinfo(&TokenSet::new("a")).to_http_request();
    assert_eq!(
        me.unwrap().url().as_str(),
        "https://acme-api.preview.example/me"
    );
    let evil = core.clone().variable("domain", "evil.example/");
    assert!(token_url(&evil).is_err());
    assert!(token_url(&Core::public(&environment_hosts::PROVIDER, "client")).is_err());

    // Another tenant's login is another login.
    let login = core
        .clone()
        .redirect_uri("https://client.example/")
        .authorize([""; 0])
        .start();
    let stored = serde_json::to_value(&login.unwrap().pending).unwrap();
    assert_eq!(stored["variables"]["domain"], "acme");
}

#[test]
fn a_base_url_has_a_default_and_a_domain() {
    let core = Core::confidential(&base_url_default::PROVIDER, "client", SECRET);
    let url = |core: &Core| {
        let login = core
            .clone()
            .redirect_uri("https://client.example/")
            .authorize([""; 0])
            .start();
        let url = login.map(|login| login.url);
        url.map(|url| url.split('?').next().unwrap_or_default().to_owned())
    };
    assert_eq!(
        url(&core).unwrap(),
        "https://api.health.example/v1/authorize"
    );
    let own = core
        .clone()
        .base_url("server", "https://clinic.health.example:8443/fhir/");
    assert_eq!(
        url(&own.unwrap()).unwrap(),
        "https://clinic.health.example:8443/fhir/authorize"
    );
    for other in [
        "https://health.example",
        "https://clinic.evil.example",
        "https://evil.example/.health.example",
    ] {
        assert!(core.clone().base_url("server", other).is_err(), "{other}");
        assert!(
            url(&core.clone().variable("server", other)).is_err(),
            "{other}"
        );
    }
}

#[tokio::test]
async fn an_introspection_is_in_an_envelope() {
    let body = r#"{"data":{"app_id":7,"is_valid":true,"expires_at":1700003600,"scopes":["read","write"],"user":{"id":"u1"}}}"#;
    let server = answering(200, body);
    let found = client(&endpoint_answers::PROVIDER, &server).introspect("canary-token");
    let found = found.await.unwrap();
    assert!(found.active());
    assert_eq!(
        found.expires_at(),
        Some(UNIX_EPOCH + Duration::from_secs(1_700_003_600))
    );
    assert_eq!(found.scope(), Some("read write"));
    assert_eq!(found.subject(), Some("u1"));
    assert!(found.extra("app_id").is_some());

    let dead = answering(200, r#"{"data":{"is_valid":false}}"#);
    let found = client(&endpoint_answers::PROVIDER, &dead).introspect("canary-token");
    assert!(!found.await.unwrap().active());

    let refusing = answering(
        200,
        r#"{"error":{"code":190,"message":"Not canary-token."}}"#,
    );
    let error = client(&endpoint_answers::PROVIDER, &refusing)
        .introspect("canary-token")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    assert_eq!(error.code_text(), Some("190"));
    assert!(!format!("{error} {error:?}").contains("canary"));

    for (provider, body) in [
        (&standard::PROVIDER, body),
        (&endpoint_answers::PROVIDER, r#"{"active":true}"#),
    ] {
        let server = answering(200, body);
        let error = client(provider, &server).introspect("canary-token");
        assert_eq!(error.await.unwrap_err().kind(), ErrorKind::Response);
    }
}

#[tokio::test]
async fn a_revocation_is_done_where_its_code_is_absent_or_zero() {
    for body in ["{}", r#"{"code":0,"msg":"ok"}"#, r#"{"code":"0"}"#, ""] {
        let server = answering(200, body);
        let done = client(&endpoint_answers::PROVIDER, &server).revoke_access_token("canary");
        done.await.unwrap_or_else(|error| panic!("{body}: {error}"));
    }
    let server = answering(200, r#"{"code":20001,"msg":"Unknown."}"#);
    let done = client(&endpoint_answers::PROVIDER, &server).revoke_access_token("canary");
    let error = done.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.code_text(), Some("20001"));
    assert_eq!(error.description(), Some("Unknown."));
}

#[tokio::test]
async fn a_device_is_answered_in_the_providers_words() {
    let body = r#"{"result":{"code":"canary-device","user_code":"AB-12","page":"https://tv.example/","expireIn":600000,"interval":1500}}"#;
    let server = answering(200, body);
    let login = client(&endpoint_answers::PROVIDER, &server);
    let login = login.authorize_device([""; 0]).await.unwrap();
    assert_eq!(login.user_code(), "AB-12");
    assert_eq!(login.verification_uri(), "https://tv.example/");
    // Never earlier than it was asked for.
    assert_eq!(login.interval(), Duration::from_secs(2));
    let left = login.expires_at().duration_since(SystemTime::now());
    let left = left.unwrap();
    assert!(left <= Duration::from_secs(600) && left > Duration::from_secs(500));
    let server = answering(200, body);
    let error = client(&standard::PROVIDER, &server).authorize_device([""; 0]);
    assert!(error.await.is_err());
}

#[tokio::test]
async fn a_device_code_may_have_no_end_that_is_told() {
    let body = r#"{"device_code":"d","user_code":"AB","verification_uri":"https://tv.example/"}"#;
    let server = answering(200, body);
    let login = client(&endless_device::PROVIDER, &server);
    let login = login.authorize_device([""; 0]).await;
    assert!(login.is_err(), "there is no confidential client");
    let settings = Settings::new().replace_origin(&server.origin).unwrap();
    let core = Core::public(&endless_device::PROVIDER, "client").with_settings(settings);
    let login = core.authorize_device([""; 0]).await.unwrap();
    assert!(!login.is_expired());
    let sent = server.only();
    assert_eq!(
        sent.form_value("response_type").as_deref(),
        Some("device_code")
    );
}

#[tokio::test]
async fn the_state_has_another_name() {
    let server = answering(200, r#"{"access_token":"a"}"#);
    let core = client(&renamed_state::PROVIDER, &server);
    let started = || core.authorize([""; 0]).start().unwrap();
    let login = started();
    let stored = serde_json::to_value(&login.pending).unwrap();
    let state = stored["state"].as_str().unwrap().to_owned();
    assert!(
        login.url.contains(&format!("customField={state}")),
        "{}",
        login.url
    );
    assert!(!login.url.contains("state="), "{}", login.url);
    for callback in [
        format!("?code=canary&state={state}"),
        "?code=canary&customField=other".to_owned(),
        format!("?code=canary&customField={state}&customField={state}"),
    ] {
        let pending = login.pending.clone();
        let error = core.finish(pending, callback.clone()).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Callback(_)),
            "{callback}: {error}"
        );
    }
    assert_eq!(server.received().len(), 0);
    let callback = format!("?code=c0de&customField={state}");
    core.finish(login.pending, callback).await.unwrap();
}

#[tokio::test]
async fn a_user_is_read_by_a_query_document() {
    let server = answering(200, r#"{"data":{"viewer":{"id":"u1"}}}"#);
    let core = client(&graphql_user_info::PROVIDER, &server);
    let answer = core.userinfo(&TokenSet::new("canary")).await.unwrap();
    assert_eq!(answer.body(), br#"{"data":{"viewer":{"id":"u1"}}}"#);
    let sent = server.only();
    assert_eq!(sent.header("authorization"), Some("Bearer canary"));
    assert_eq!(sent.body, r#"{"query":"query Me { viewer { id email } }"}"#);
}

#[test]
fn a_token_is_introspected_and_revoked_where_it_came_from() {
    let client = tokens_of_an_instance::Client::confidential("client", "secret");
    let of = |host: &str| TokenSet::new("a").with_extra("instance_url", host);
    let tokens = of("https://acme.tokens-of-an-instance.example");
    let known = client.introspect("a");
    let host = |request: Result<HttpRequest, Error>| {
        let request = request.expect("a request");
        request.url().host_str().expect("a host").to_owned()
    };
    let login = "login.tokens-of-an-instance.example";
    let own = "acme.tokens-of-an-instance.example";
    assert_eq!(host(known.to_http_request()), login);
    let known = known.with_captured(&tokens);
    assert_eq!(host(known.to_http_request()), own);
    let revoked = client.revoke_refresh_token("r");
    assert_eq!(host(revoked.to_http_request()), login);
    let revoked = revoked.with_captured(&tokens);
    assert_eq!(host(revoked.to_http_request()), own);
    // The secret goes to no host of others.
    let others = of("https://evil.example");
    for request in [
        known.with_captured(&others).to_http_request(),
        revoked.with_captured(&others).to_http_request(),
    ] {
        let error = request.expect_err("another's host");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
}
