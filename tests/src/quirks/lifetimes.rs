//! Lifetimes that answers do not tell, and that the documents do (RFC 6749 §5.1).

use std::time::{Duration, SystemTime};

use oauth_atlas::fake::FakeServer;
use oauth_atlas::provider::{Lifetime, LifetimeOf, Provider};
use oauth_atlas::{Core, HeaderMap, HttpResponse, Settings, TokenSet};

use crate::fixtures::{assumed_lifetime, fakes};
use crate::server::{Answer, Server};

const REDIRECT_URI: &str = "https://client.example/callback";
const HOUR: u64 = 3600;

fn started() -> FakeServer {
    let fake = fakes::assumed_lifetime().redirect_uri(REDIRECT_URI);
    fake.start_blocking().expect("a free port")
}

fn confidential(fake: &FakeServer) -> assumed_lifetime::Client {
    assumed_lifetime::Client::confidential(fake.client_id(), fake.client_secret())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings())
}

fn logged_in(client: &assumed_lifetime::Client, fake: &FakeServer) -> TokenSet {
    let login = client.authorize([]).start().expect("a login");
    let callback = fake.approve(&login.url).expect("a callback");
    let tokens = client.finish(login.pending, callback).send_blocking();
    tokens.expect("tokens")
}

/// Whether the tokens end as many seconds from now, give or take a minute.
fn live_for(tokens: &TokenSet, seconds: u64) -> bool {
    let Some(ends) = tokens.expires_at() else {
        return false;
    };
    let left = ends.duration_since(SystemTime::now()).unwrap_or_default();
    left.as_secs().abs_diff(seconds) < 60
}

fn answer(body: &str) -> HttpResponse {
    HttpResponse::new(200, HeaderMap::new(), body)
}

#[test]
fn a_token_whose_end_is_not_told_lives_as_long_as_the_documents_say() {
    let fake = started();
    let client = confidential(&fake);
    let tokens = logged_in(&client, &fake);
    assert!(live_for(&tokens, 2 * HOUR), "{tokens:?}");
    let own = client.client_credentials([]).send_blocking();
    assert!(live_for(&own.expect("tokens"), 2 * HOUR));
    let public = assumed_lifetime::Client::public(fake.public_client_id())
        .redirect_uri(REDIRECT_URI)
        .with_settings(fake.settings());
    assert!(live_for(&logged_in(&public, &fake), HOUR));
    // The answer to a refresh tells it.
    let fake_lifetime = Duration::from_secs(7 * HOUR);
    fake.set_token_lifetime(fake_lifetime);
    let renewed = client.refresh(&tokens).send_blocking().expect("tokens");
    assert!(live_for(&renewed, 7 * HOUR), "{renewed:?}");
    // An exchange gives what it likes.
    let exchanged = client.exchange("token");
    let read = exchanged.read_http_response(answer(r#"{"access_token":"a"}"#));
    assert_eq!(read.expect("tokens").expires_at(), None);
}

#[test]
fn what_an_answer_tells_counts() {
    let client = assumed_lifetime::Client::confidential("client", "secret");
    let read = |body: &str| {
        let request = client.client_credentials([]);
        let read = request.read_http_response(answer(body));
        read.unwrap_or_else(|error| panic!("{body}: {error}"))
    };
    for body in [
        r#"{"access_token":"a"}"#,
        r#"{"access_token":"a","expires_in":null}"#,
        r#"{"access_token":"a","expires_in":""}"#,
        r#"{"access_token":"a","expires_in":false}"#,
    ] {
        let tokens = read(body);
        assert!(live_for(&tokens, 2 * HOUR), "{body}");
        assert_eq!(tokens.warnings(), [], "{body}");
    }
    assert!(live_for(
        &read(r#"{"access_token":"a","expires_in":"600"}"#),
        600
    ));
    // Zero is no expiry, and what cannot be read is something that the documents do not say.
    let without = read(r#"{"access_token":"a","expires_in":0}"#);
    assert_eq!((without.expires_at(), without.warnings().len()), (None, 0));
    let odd = read(r#"{"access_token":"a","expires_in":"soon"}"#);
    assert_eq!((odd.expires_at(), odd.warnings().len()), (None, 1));
}

#[tokio::test]
async fn a_source_renews_a_token_at_its_assumed_end() {
    const SHORT: &[Lifetime] = &[Lifetime {
        of: LifetimeOf::AccessToken,
        seconds: 2,
        assumed: true,
        ..Lifetime::STANDARD
    }];
    let provider: &'static Provider = Box::leak(Box::new(Provider {
        lifetimes: SHORT,
        ..assumed_lifetime::PROVIDER
    }));
    let answer = |number: usize| {
        let body = format!(r#"{{"access_token":"access-{number}","refresh_token":"refresh"}}"#);
        Answer::json(200, body)
    };
    let server = Server::with(move |number, _| answer(number));
    let settings = Settings::new().replace_origin(&server.origin);
    let client = Core::confidential(provider, "client", "secret")
        .redirect_uri(REDIRECT_URI)
        .with_settings(settings.expect("a loopback origin"));
    let first = client.client_credentials([""; 0]).await.expect("tokens");
    let first = first.with_refresh_token("refresh");
    let source = client.token_source(first.clone());
    let ends = first.expires_at().expect("an assumed end");
    while SystemTime::now() < ends {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let renewed = source.tokens().await.expect("tokens");
    assert_ne!(renewed.access_token(), first.access_token());
    let asked = server.received().pop().expect("a request");
    assert_eq!(
        asked.form_value("grant_type").as_deref(),
        Some("refresh_token")
    );
}
