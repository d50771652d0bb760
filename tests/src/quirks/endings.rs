//! Logins and refreshes that begin or end otherwise than RFC 6749 says: with a name for a redirect
//! URI, without a code, without new tokens; and where the values of the caller and of the callback
//! go.

use oauth_atlas::fake::FakeServer;
use oauth_atlas::{CallbackProblem, ErrorKind, HttpResponse};
use url::Url;

use crate::fixtures::{
    consent, fakes, filled_values, grant_parameters, installation, names_in_queries,
    prolonged_tokens, query_in_fragment, registered_name, repeated_state,
};

const NAME: &str = "Acme-AcmeShop-PRD-abcdef-ghijk";
const REDIRECT_URI: &str = "https://client.example/callback";

fn started(fake: oauth_atlas::fake::Fake) -> FakeServer {
    let fake = fake.redirect_uri(REDIRECT_URI).start_blocking();
    fake.expect("a free port")
}

/// The names of the parameters of the last request to the fake.
fn last(fake: &FakeServer) -> Vec<String> {
    let seen = fake.requests().pop().expect("a request");
    seen.parameters.into_iter().collect()
}

fn answer(body: &str) -> HttpResponse {
    HttpResponse::new(200, oauth_atlas::HeaderMap::new(), body)
}

#[test]
fn a_registered_name_stands_for_the_redirect_uri() {
    let fake = fakes::registered_name().redirect_uri(NAME).start_blocking();
    let fake = fake.expect("a free port");
    let client = registered_name::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(NAME)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    assert!(callback.starts_with("https://"), "{callback}");
    let tokens = client.finish(login.pending, callback).send_blocking();
    let tokens = tokens.expect("tokens");
    client.refresh(&tokens).send_blocking().expect("a refresh");

    let other = client.authorize([]).redirect_uri("Another-Name").start();
    let refused = fake.approve(&other.expect("a login").url);
    let refused = refused
        .expect_err("a name that is not registered")
        .to_string();
    assert!(refused.contains("not registered"), "{refused}");
}

#[test]
fn a_consent_ends_without_a_code_and_fills_what_follows() {
    let fake = started(fakes::consent());
    let client = consent::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    assert!(login.url.contains("/common/consent?"), "{}", login.url);
    let callback = fake.approve(&login.url).expect("a callback");
    let query = Url::parse(&callback).expect("a URL");
    assert!(
        query.query_pairs().all(|(name, _)| name != "code"),
        "{callback}"
    );
    let consent = client
        .finish_without_code(login.pending, callback)
        .expect("a consent");
    assert_eq!(consent.get(consent::Tenant).as_deref(), Some("fake-tenant"));
    assert_eq!(consent.captured("tenant").as_deref(), Some("fake-tenant"));
    let client = client
        .with_consent(&consent)
        .expect("a client of the tenant");
    let request = client
        .client_credentials([])
        .to_http_request()
        .expect("a request");
    assert_eq!(request.url().path(), "/fake-tenant/token");
    client
        .client_credentials([])
        .send_blocking()
        .expect("tokens");
}

#[test]
fn a_consent_is_checked_like_a_login() {
    let client = consent::Client::confidential("client", "secret").redirect_uri(REDIRECT_URI);
    let login = || client.authorize([]).start().expect("a login");
    let problem = |callback: &dyn Fn(&str) -> String| {
        let login = login();
        let callback = callback(login.pending.state());
        let error = client.finish_without_code(login.pending, callback);
        error.expect_err("a refusal").kind()
    };
    let callback = ErrorKind::Callback;
    assert_eq!(
        problem(&|_| "?tenant=t".into()),
        callback(CallbackProblem::MissingState)
    );
    assert_eq!(
        problem(&|_| "?tenant=t&state=other-than-what-was-sent".into()),
        callback(CallbackProblem::WrongState)
    );
    assert_eq!(
        problem(&|state| format!("?state={state}")),
        callback(CallbackProblem::MissingCapture)
    );
    assert_eq!(
        problem(&|state| format!("?tenant=a&tenant=b&state={state}")),
        callback(CallbackProblem::RepeatedParameter)
    );
    assert_eq!(
        problem(&|state| format!("?error=permission_denied&state={state}")),
        ErrorKind::Refused
    );
}

#[test]
fn an_installation_may_bring_a_code_or_none() {
    let fake = started(fakes::installation());
    let client = installation::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    client
        .finish(login.pending, callback)
        .send_blocking()
        .expect("tokens");

    let login = client.authorize([]).start().expect("a login");
    let state = login.pending.state().to_owned();
    let callback = format!("?installation_id=42&setup_action=install&state={state}");
    let consent = client.finish_without_code(login.pending.clone(), callback.clone());
    let consent = consent.expect("an installation");
    let installed = client.clone().with_consent(&consent).expect("a client");
    let request = installed
        .installation_token("jwt")
        .param("permissions", "read");
    let request = request.to_http_request().expect("a request");
    assert_eq!(request.url().path(), "/installations/42/tokens");
    assert_eq!(request.body(), b"assertion=jwt&permissions=read");
    // What was stored of an installation is all that a program needs another day.
    let later = client.clone().installation("42").installation_token("jwt");
    let later = later.to_http_request().expect("a request");
    assert_eq!(later.url(), request.url());

    let error = client.finish(login.pending, callback).send_blocking();
    let kind = error.expect_err("no code").kind();
    assert_eq!(kind, ErrorKind::Callback(CallbackProblem::MissingCode));
}

#[test]
fn a_refresh_may_prolong_the_token_that_there_is() {
    let fake = started(fakes::prolonged_tokens());
    let client = prolonged_tokens::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .send_blocking()
        .expect("tokens");
    fake.expire_tokens();
    let call = |tokens: &oauth_atlas::TokenSet| {
        let call = client.call_api(oauth_atlas::Method::GET, "https://api.example/x", tokens);
        call.send_blocking().expect("an answer").status()
    };
    assert_eq!(call(&tokens), 401);
    let prolonged = client.refresh(&tokens).send_blocking().expect("a refresh");
    assert_eq!(prolonged.access_token(), tokens.access_token());
    assert_eq!(prolonged.refresh_token(), tokens.refresh_token());
    assert_eq!(prolonged.token_type(), tokens.token_type());
    assert!(prolonged.expires_at().is_some());
    assert_eq!(call(&prolonged), 200);
    for body in ["", " ", "{}", r#"{"access_token":null}"#] {
        let read = client.refresh(&tokens).read_http_response(answer(body));
        let read = read.unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(read.access_token(), tokens.access_token(), "{body}");
    }
    for body in [
        r#"{"error":"invalid_grant"}"#,
        "<html>",
        r#"{"access_token":5}"#,
    ] {
        let read = client.refresh(&tokens).read_http_response(answer(body));
        assert!(read.is_err(), "{body}");
    }
}

#[test]
fn a_caller_may_add_what_a_grant_takes_besides() {
    let fake = started(fakes::grant_parameters().variable("account", "a-1"));
    let client = grant_parameters::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .account("a-1")
        .with_settings(fake.settings());
    let sent = |request: oauth_atlas::TokenRequest| {
        let request = request.to_http_request().expect("a request");
        String::from_utf8(request.body().to_vec()).expect("a form")
    };
    let own = client.client_credentials([]);
    assert_eq!(
        sent(own.clone()),
        "grant_type=client_credentials&account_id=a-1"
    );
    own.send_blocking().expect("tokens");
    let own = client.client_credentials([]).param("audience", "api");
    assert_eq!(
        sent(own.clone()),
        "grant_type=client_credentials&account_id=a-1&audience=api"
    );
    own.send_blocking().expect("tokens");
    let exchange = client.exchange("token").param("resource", "r");
    let body = sent(exchange.clone());
    assert!(body.contains("&subject_token=token&"), "{body}");
    assert!(body.ends_with("&resource=r"), "{body}");
    exchange.send_blocking().expect("tokens");
    // A client that is made while the program runs gives them by name.
    let core = oauth_atlas::ProviderClient::core(&client);
    let all = [("resource", "r".into()), ("subject_token", "token".into())];
    core.extension("exchange", all)
        .send_blocking()
        .expect("tokens");
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let exchange = client
        .finish(login.pending, callback)
        .param("audience", "api");
    let tokens = exchange.send_blocking().expect("tokens");
    let sent = last(&fake);
    assert!(sent.iter().any(|name| name == "channel"), "{sent:?}");
    let refresh = client.refresh(&tokens).param("audience", "api");
    refresh.send_blocking().expect("a refresh");
}

#[test]
fn the_exchange_of_a_code_may_repeat_the_state() {
    let fake = started(fakes::repeated_state());
    let client = repeated_state::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let state = login.pending.state().to_owned();
    let callback = fake.approve(&login.url).expect("a callback");
    let exchange = client.finish(login.pending, callback);
    let shown = format!("{exchange:?}");
    assert!(!shown.contains(&state), "{shown}");
    let sent = exchange.to_http_request().expect("a request");
    let sent = String::from_utf8(sent.body().to_vec()).expect("a form");
    let own = format!("&state={state}&context=login%3A{state}");
    assert!(sent.ends_with(&own), "{sent}");
    let tokens = exchange.send_blocking().expect("tokens");
    client.refresh(&tokens).send_blocking().expect("a refresh");
    assert!(!last(&fake).iter().any(|name| name == "state"));

    // The state of another login is refused, and is never sent.
    let login = client.authorize([]).start().expect("a login");
    let other = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let before = fake.requests().len();
    let error = client
        .finish(other.pending, callback.clone())
        .send_blocking();
    let kind = error.expect_err("another login").kind();
    assert_eq!(kind, ErrorKind::Callback(CallbackProblem::WrongState));
    assert_eq!(fake.requests().len(), before);
    let exchange = client
        .finish(login.pending, callback)
        .param("state", "other");
    let error = exchange.send_blocking().expect_err("another state");
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
}

#[test]
fn the_parameters_of_a_login_may_stand_in_the_fragment() {
    let fake = started(fakes::query_in_fragment());
    let client = query_in_fragment::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    let (before, fragment) = login.url.split_once('#').expect("a fragment");
    assert!(!before.contains('?'), "{}", login.url);
    let query = fragment.strip_prefix("/oauth/authorize?response_type=code&client_id=");
    assert!(query.is_some(), "{}", login.url);
    assert!(!format!("{login:?}").contains(login.pending.state()));
    let callback = fake.approve(&login.url).expect("a callback");
    client
        .finish(login.pending, callback)
        .send_blocking()
        .expect("tokens");
    // A browser asks for the page alone, whose script then reads the fragment.
    let page = reqwest::blocking::get(before).and_then(|page| page.text());
    let page = page.expect("a page");
    assert!(page.contains("\"/oauth/authorize?\""), "{page}");
}

#[test]
fn a_url_has_values_in_its_own_query() {
    let fake = fakes::names_in_queries()
        .variable("tenant", "a & b")
        .variable("region", "eu");
    let fake = started(fake);
    let client = names_in_queries::Client::confidential(
        "a & b",
        names_in_queries::Region::Eu,
        fake.client_id(),
        fake.client_secret(),
    )
    .redirect_uri(REDIRECT_URI)
    .with_settings(fake.settings());
    let login = client.authorize([]).start().expect("a login");
    assert!(
        login
            .url
            .contains("/authorize?region=eu&response_type=code"),
        "{}",
        login.url
    );
    let callback = fake.approve(&login.url).expect("a callback");
    let request = client.finish(login.pending, callback);
    let sent = request.to_http_request().expect("a request");
    assert_eq!(sent.url().query(), Some("v=2&tenant=a%20%26%20b"));
    assert_eq!(sent.headers()["x-account"], "fake-account");
    assert!(sent.body().ends_with(b"context=account%3Afake-account"));
    let tokens = request.send_blocking().expect("tokens");
    let call = client.userinfo(&tokens);
    let sent = call.to_http_request().expect("a request");
    assert_eq!(fake.client_id(), "client/id+1");
    assert_eq!(sent.url().query(), Some("app=client%2Fid%2B1"));
    assert_eq!(call.send_blocking().expect("a user").status(), 200);
    client.refresh(&tokens).send_blocking().expect("a refresh");

    let client = client.format("x/y");
    let sent = client
        .userinfo(&tokens)
        .to_http_request()
        .expect("a request");
    assert_eq!(sent.url().query(), Some("format=x%2Fy&app=client%2Fid%2B1"));
}

#[test]
fn a_scope_with_a_value_in_it_is_read_back() {
    let fake = fakes::filled_values()
        .variable("tenant", "acme")
        .variable("subscription_key", "key");
    let fake = started(fake);
    let client = filled_values::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .tenant("acme")
        .subscription_key("key")
        .with_settings(fake.settings());
    let all = filled_values::Scope::all();
    let login = client
        .authorize(all.iter().copied())
        .start()
        .expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client
        .finish(login.pending, callback)
        .send_blocking()
        .expect("tokens");
    let granted: Vec<filled_values::Scope> = tokens.granted().collect();
    assert_eq!(granted, all, "{:?}", tokens.scope());
    assert!(
        tokens
            .scope()
            .is_some_and(|scope| scope.contains("acme.write"))
    );
    assert!(all.iter().all(|scope| tokens.has_scope(scope)));
}
