//! Callbacks of a real login that somebody has changed on their way.

use oauth_atlas::runtime::{Callback, CallbackProblem, ErrorKind, Pending};
use url::Url;

use crate::server::Server;
use crate::subject::Subject;

/// Each change on its own, and then the callback as it came, which is good still: nothing was sent.
pub async fn a_callback_that_is_not_the_answer_is_not_used(server: &Server) {
    let client = server.confidential("web");
    let (login, callback) = server.callback(&*client).await;
    for (name, value, problem) in [
        ("state", Some("another"), CallbackProblem::WrongState),
        ("state", None, CallbackProblem::MissingState),
        ("code", None, CallbackProblem::MissingCode),
    ] {
        let changed = with(&callback, name, value);
        is_not_used(&*client, login.pending.clone(), &changed, problem).await;
    }
    let twice = format!("{callback}&code=another");
    let problem = CallbackProblem::RepeatedParameter;
    is_not_used(&*client, login.pending.clone(), &twice, problem).await;
    let tokens = client.finish(login.pending, Callback::from(callback)).await;
    tokens.expect("nothing of this has spent the code");
}

/// RFC 9207 §2.4: who took a code from one server must not send it to another.
pub async fn a_callback_of_another_issuer_is_not_used(server: &Server) {
    let client = server.confidential("web");
    let (login, callback) = server.callback(&*client).await;
    let issuer = Callback::from(&callback).get("iss").map(str::to_owned);
    if server.spec.issuer_in_callback {
        let template = server.spec.issuer.as_deref().expect("the spec has one");
        let expected = template.replace("{server}", server.origin());
        assert_eq!(issuer.as_deref(), Some(&*expected));
        let without = with(&callback, "iss", None);
        let problem = CallbackProblem::MissingIssuer;
        is_not_used(&*client, login.pending.clone(), &without, problem).await;
    } else {
        assert_eq!(issuer, None, "the spec says that it sends none");
    }
    // One that is nearly the same as well, as none is normalized.
    let near = format!("{}/", server.origin());
    for other in ["https://evil.example", &near] {
        let changed = with(&callback, "iss", Some(other));
        let problem = CallbackProblem::WrongIssuer;
        is_not_used(&*client, login.pending.clone(), &changed, problem).await;
    }
    let tokens = client.finish(login.pending, Callback::from(callback)).await;
    tokens.expect("nothing of this has spent the code");
}

async fn is_not_used(
    client: &dyn Subject,
    pending: Pending,
    callback: &str,
    problem: CallbackProblem,
) {
    let error = client.finish(pending, Callback::from(callback)).await;
    let error = error.expect_err("the callback is not used");
    assert_eq!(
        error.kind(),
        ErrorKind::Callback(problem),
        "{callback}: {error:?}"
    );
}

/// The callback with another value of one parameter, or without it.
fn with(callback: &str, name: &str, value: Option<&str>) -> String {
    let mut url = Url::parse(callback).expect("a callback is a URL");
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let others = pairs.iter().filter(|(other, _)| other != name);
    url.query_pairs_mut().clear().extend_pairs(others);
    if let Some(value) = value {
        url.query_pairs_mut().append_pair(name, value);
    }
    url.into()
}
