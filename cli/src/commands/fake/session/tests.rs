//! What is printed is pasted into a real shell, for every provider.

use std::process::Command;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_runtime::fake::Fake;

use super::{of, script};
use crate::requests;
use crate::requests::tests::providers;

#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn every_provider_takes_what_is_pasted() {
    let (mut sent, mut wrong) = (0, Vec::new());
    for provider in providers("specs") {
        let fake = Fake::new(provider.description().constant())
            .client(super::super::CLIENT_ID, super::super::CLIENT_SECRET)
            .public_client(super::super::PUBLIC_CLIENT_ID)
            .start_blocking()
            .expect("a free port");
        let requests = requests::at(&provider, fake.origin()).expect("requests");
        let script = script(&provider, &fake, &requests);
        paste(&script);
        let seen = fake.requests();
        assert_eq!(
            seen.len(),
            script.matches("curl ").count(),
            "{}: {script}",
            provider.id
        );
        for seen in &seen {
            let refusal = seen.refusal.as_deref().unwrap_or_default();
            // What the user has not decided, and what the first scopes do not reach.
            let is_fine = ["", "authorization_pending", "insufficient_scope", "success"]
                .iter()
                .any(|fine| refusal.split(':').next() == Some(*fine));
            if !is_fine {
                wrong.push(format!("{}: {seen}", provider.id));
            }
        }
        sent += seen.len();
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(sent > 250, "{sent} requests were sent");
}

/// Where no proxy listens.
const NO_PROXY: &str = "http://127.0.0.1:9";

fn paste(script: &str) -> String {
    // Whoever pastes it may be behind a proxy, which must not see the requests: here is none.
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).env("http_proxy", NO_PROXY);
    shell.env_remove("no_proxy").env_remove("NO_PROXY");
    let output = shell.output().expect("a shell");
    assert!(output.status.success(), "{script}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn fixture(id: &str) -> Provider {
    let mut providers = providers("tests/fixtures").into_iter();
    providers
        .find(|provider| provider.id == id)
        .expect("a fixture")
}

/// What is printed of a fixture, and how many requests its fake had of it, none of which it refused.
fn taken(id: &str) -> (String, usize) {
    let provider = fixture(id);
    let fake = Fake::new(provider.description().constant())
        .client(super::super::CLIENT_ID, super::super::CLIENT_SECRET);
    let fake = fake.start_blocking().expect("a free port");
    let requests = requests::at(&provider, fake.origin()).expect("requests");
    let script = script(&provider, &fake, &requests);
    paste(&script);
    let seen = fake.requests();
    let refused: Vec<_> = seen.iter().filter(|seen| seen.refusal.is_some()).collect();
    assert!(refused.is_empty(), "{refused:?}\n{script}");
    (script, seen.len())
}

#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn an_extension_grant_gives_the_first_token_where_no_other_does() {
    let (script, sent) = taken("extension_grants_only");
    for operation in [
        "grant account_credentials",
        "grant by_ticket",
        "refresh",
        "ask who the user is",
        "call the API",
        "revoke the access token",
    ] {
        assert!(
            script.contains(&format!("# {operation}\n")),
            "{operation}: {script}"
        );
    }
    assert_eq!(sent, script.matches("curl ").count(), "{script}");
}

/// A browser's page reads the fragment, and curl does not even send it.
#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn a_login_in_a_fragment_is_made_as_its_page_makes_it() {
    let (script, sent) = taken("query_in_fragment");
    assert!(sent > 1, "{script}");
}

/// The user decides between two questions, as in life.
#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn a_device_gives_the_first_token_where_no_other_grant_does() {
    let provider = fixture("device_login");
    let fake =
        Fake::new(provider.description().constant()).public_client(super::super::PUBLIC_CLIENT_ID);
    let fake = fake.start_blocking().expect("a free port");
    let requests = requests::at(&provider, fake.origin()).expect("requests");
    let script = script(&provider, &fake, &requests);
    paste(&script);
    let seen = fake.requests();
    let refused: Vec<_> = seen
        .iter()
        .filter_map(|seen| seen.refusal.clone())
        .collect();
    let pending = "authorization_pending: the user has not decided yet";
    assert_eq!(refused, [pending], "{script}");
    for operation in [
        "start a login on a device",
        "ask whether the user has decided",
        "refresh",
        "call the API",
    ] {
        assert!(
            script.contains(&format!("# {operation}\n")),
            "{operation}: {script}"
        );
    }
    assert_eq!(seen.len(), script.matches("curl ").count(), "{script}");
}

/// What is printed of instructions is what the fake says of itself.
#[test]
#[cfg_attr(not(all(has_sh, has_curl)), ignore = "needs sh and curl on the path")]
fn every_instruction_is_printed() {
    let provider = fixture("standard");
    let fake = Fake::new(provider.description().constant());
    let fake = fake.start_blocking().expect("a free port");
    let printed = of(&provider, &fake).expect("a session");
    let said = paste(&format!(
        "curl --silent --noproxy '*' {}/.fake/",
        fake.origin()
    ));
    let said: Vec<serde_json::Value> = serde_json::from_str(&said).expect("a list");
    for instruction in &said {
        let (method, path) = (&instruction["method"], &instruction["path"]);
        let method = if method == "GET" {
            "curl"
        } else {
            "curl -X POST"
        };
        let path = path.as_str().expect("a path");
        // A page for people.
        if path == "/.fake/device" {
            continue;
        }
        let command = format!("{method} {}{path}", fake.origin());
        let is_printed = printed.lines().any(|line| {
            let rest = line.strip_prefix(&command);
            rest.is_some_and(|rest| rest.starts_with([' ', '?']))
        });
        assert!(is_printed, "{command}: {printed}");
    }
    assert!(said.len() > 9, "{said:?}");
}
