//! Answers that no honest server gives, from one that gives what it is told to.

use std::time::Duration;

use oauth_atlas::{Callback, EndpointKind, ErrorKind, TokenSet};

use crate::browser::{Browser, Decision};
use crate::expectations::{Hooks, OddAnswer};
use crate::server::Server;

fn hooks(server: &Server) -> &Hooks {
    server.expected.hooks.as_ref().expect("it has hooks")
}

pub async fn a_callback_of_no_honest_server_is_understood(server: &Server) {
    let client = server.confidential("web");
    for odd in &hooks(server).callbacks {
        let parameter = ("callback".to_owned(), odd.changes.to_string());
        let login = client
            .authorize(&server.ask_with([parameter]))
            .expect("a login begins");
        let callback = Browser::new(Decision::Allow).callback(&login).await;
        let error = client.finish(login.pending, Callback::from(callback)).await;
        let error = error.expect_err("the callback is no success");
        let found = match error.kind() {
            ErrorKind::Callback(problem) => Some(format!("{problem:?}")),
            _ => None,
        };
        assert_eq!(found, odd.problem, "{}: {error:?}", odd.changes);
        assert_eq!(error.code_text(), odd.code.as_deref(), "{}", odd.changes);
        assert_eq!(error.is_retryable(), odd.retryable, "{}", odd.changes);
        assert_eq!(error.status(), None, "{}", odd.changes);
        if odd.code.is_some() {
            assert_eq!(error.endpoint(), Some(EndpointKind::Authorization));
        }
    }
}

pub async fn an_answer_of_no_honest_server_is_understood(server: &Server) {
    let client = server.confidential("web");
    let scopes = &server.expected.client_credentials.scopes;
    for odd in &hooks(server).answers {
        let request = client.client_credentials(scopes);
        let result = request.param("answer", odd.changes.to_string()).await;
        match (result, &odd.error) {
            (Ok(tokens), None) => tokens_are(&tokens, odd),
            (Err(error), Some(kind)) => {
                let changes = &odd.changes;
                assert_eq!(&format!("{:?}", error.kind()), kind, "{changes}: {error:?}");
                let status = odd.status.or(error.status());
                assert_eq!(error.status(), status, "{changes}");
                assert_eq!(error.is_retryable(), odd.retryable, "{changes}");
                let code = odd.code.as_deref().or(error.code_text());
                assert_eq!(error.code_text(), code, "{changes}");
            }
            (result, expected) => panic!("{}: {expected:?}, not {result:?}", odd.changes),
        }
    }
}

fn tokens_are(tokens: &TokenSet, odd: &OddAnswer) {
    let changes = &odd.changes;
    if let Some(seconds) = odd.expires_in {
        let left = tokens.expires_in().expect("the token expires");
        let most = Duration::from_secs(seconds);
        assert!(left <= most && left > most / 2, "{changes}: {left:?}");
    }
    for member in &odd.lacks {
        let is_there = match member.as_str() {
            "token_type" => tokens.token_type().is_some(),
            "scope" => tokens.scope().is_some(),
            "expires_in" => tokens.expires_at().is_some(),
            other => panic!("nothing here looks for `{other}`"),
        };
        assert!(!is_there, "{changes}: {member}");
    }
    let warnings: Vec<_> = tokens.warnings().iter().map(|one| one.member()).collect();
    assert_eq!(warnings, odd.warnings, "{changes}");
    for (name, value) in &odd.extra {
        let extra = tokens.extra(name).expect("it is kept");
        let extra = serde_json::to_value(extra).expect("JSON");
        assert_eq!(&extra, value, "{changes}: {name}");
    }
}
