//! Values that are kept with the tokens: each of each provider is given by its typed client, and the
//! secret ones are shown nowhere.

use oauth_atlas::runtime::TokenSet;

#[allow(unused_imports)]
use crate::wire::{CLIENT_ID, CLIENT_SECRET, PLAIN_SECRET, REDIRECT_URI};

/// A captured value of a provider.
struct Kept {
    /// The module.
    provider: &'static str,
    /// The name in the spec.
    name: &'static str,
    /// The parameter, or the path of members.
    path: &'static str,
    is_secret: bool,
    /// What `Debug` shows of the value that the client gives.
    shown: fn(&TokenSet) -> String,
    /// The value that the client gives.
    exposed: fn(&TokenSet) -> Option<String>,
}

include!(concat!(env!("OUT_DIR"), "/captures.rs"));

/// Words in the names of tokens, secrets and addresses that are secret. Who writes a spec decides;
/// this asks only whether somebody has.
const TELLING: &[&str] = &[
    "token",
    "secret",
    "password",
    "key",
    "credential",
    "webhook",
    "hook",
    "url",
    "jwt",
    "assertion",
    "signature",
    "code",
];

/// Captures that are no secret although their names tell of one, and why.
const PUBLIC: &[(&str, &str, &str)] = &[
    (
        "fusionauth",
        "refresh_token_id",
        "names the token to whoever holds a key of the server's own API",
    ),
    (
        "mercado_pago",
        "public_key",
        "stands in pages, as its name says",
    ),
    (
        "razorpay",
        "public_token",
        "stands in pages, as its name says",
    ),
    ("sumup", "merchant_code", "names the merchant"),
    ("surveymonkey", "access_url", "the host of the API"),
    ("ebay", "code_expires_in", "a number of seconds"),
    ("wordpress", "blog_url", "the public address of the blog"),
    (
        "wordpress_mcp",
        "blog_url",
        "the public address of the blog",
    ),
    (
        "discord",
        "webhook_id",
        "names the webhook; to post takes its token",
    ),
    (
        "salesforce",
        "instance_url",
        "the host of the organization's API",
    ),
    (
        "salesforce",
        "identity_url",
        "ends with ids, and is read with the access token",
    ),
    (
        "salesforce",
        "signature",
        "proves where the answer comes from, and opens nothing",
    ),
    (
        "stripe_connect",
        "stripe_publishable_key",
        "is made to stand in web pages",
    ),
    ("zoom", "api_url", "the host of the API"),
    (
        "captured_values",
        "instance_url",
        "the host of the customer's API",
    ),
    (
        "tokens_of_an_instance",
        "instance_url",
        "the host of the customer's API",
    ),
    ("hostile_names", "tokens", "is nothing but a name"),
];

fn tokens_with(kept: &Kept, value: &str) -> TokenSet {
    TokenSet::new("canary-access").with_extra(kept.name, value)
}

#[test]
fn no_captured_secret_is_shown() {
    let mut secrets = 0;
    for kept in CAPTURES {
        let value = format!("canary-{}-{}", kept.provider, kept.name);
        let tokens = tokens_with(kept, &value);
        super::assert_silent(kept.provider, &format!("{tokens:?} {tokens:#?}"));
        let shown = (kept.shown)(&tokens);
        if kept.is_secret {
            secrets += 1;
            super::assert_silent(&format!("{}.{}", kept.provider, kept.name), &shown);
            assert!(shown.contains("[redacted]"), "{shown}");
        } else {
            assert!(shown.contains(&value), "{shown}");
        }
        // As it is after it was stored.
        let stored = serde_json::to_string(&tokens).expect("JSON");
        let loaded = serde_json::from_str(&stored).expect("stored tokens");
        assert_eq!((kept.exposed)(&loaded), Some(value));
    }
    assert!(secrets >= 4, "the secrets of Discord and Slack are gone");
}

#[test]
fn a_capture_that_may_be_a_secret_is_one_or_says_why_not() {
    let is_public = |kept: &&Kept| {
        PUBLIC
            .iter()
            .any(|(provider, name, _)| (*provider, *name) == (kept.provider, kept.name))
    };
    let is_telling = |kept: &&Kept| {
        let names = format!("{} {}", kept.name, kept.path).to_ascii_lowercase();
        TELLING.iter().any(|word| names.contains(word))
    };
    let plain = CAPTURES.iter().filter(|kept| !kept.is_secret);
    let telling: Vec<_> = plain
        .filter(is_telling)
        .filter(|kept| !is_public(kept))
        .map(|kept| (kept.provider, kept.name))
        .collect();
    assert!(
        telling.is_empty(),
        "mark with `secret: true`, or say in `PUBLIC` why they are none: {telling:?}"
    );
    for (provider, name, _) in PUBLIC {
        let named = |kept: &&Kept| (kept.provider, kept.name) == (*provider, *name);
        let kept = CAPTURES.iter().find(named);
        assert!(
            kept.is_some_and(|kept| !kept.is_secret && is_telling(&kept)),
            "{provider}.{name}"
        );
    }
}
