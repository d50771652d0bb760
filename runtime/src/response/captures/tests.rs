use super::*;
use crate::error::ErrorKind;
use crate::fixtures::{ACME, acme};
use crate::provider::Variable;
use crate::response::callback::Callback;

static KEEPING: Provider = Provider {
    id: "keeping",
    variables: &[
        variable("instance", VariableKind::BaseUrl),
        variable("shop", VariableKind::Host),
        variable("tenant", VariableKind::Segment),
    ],
    captures: &[
        Capture {
            name: "device",
            path: "device_id",
            relay: Some("device_id"),
            ..capture()
        },
        Capture {
            name: "shop",
            path: "shop",
            required: true,
            variable: Some("shop"),
            allowed_hosts: &["*.keeping.example"],
            ..capture()
        },
        Capture {
            name: "server",
            from: CaptureFrom::Token,
            path: "server",
            variable: Some("instance"),
            relay: Some("from"),
            ..capture()
        },
        Capture {
            name: "tenant",
            from: CaptureFrom::Token,
            path: "tenant.id",
            variable: Some("tenant"),
            ..capture()
        },
    ],
    ..acme()
};

const fn variable(name: &'static str, kind: VariableKind) -> Variable {
    Variable {
        name,
        kind,
        optional: false,
        default: None,
        ..Variable::STANDARD
    }
}

const fn capture() -> Capture {
    Capture {
        name: "",
        from: CaptureFrom::Callback,
        path: "",
        required: false,
        relay: None,
        variable: None,
        allowed_hosts: &[],
        ..Capture::STANDARD
    }
}

fn captured(callback: &str) -> Result<Vec<(String, Json)>, Error> {
    of(&KEEPING, callback)
}

fn of(provider: &'static Provider, callback: &str) -> Result<Vec<(String, Json)>, Error> {
    let callback = Callback::from(callback);
    of_callback(provider, |name| callback.value(name))
}

fn problem(callback: &str) -> (ErrorKind, String) {
    let error = captured(callback).unwrap_err();
    (error.kind(), error.to_string())
}

#[test]
fn callbacks_are_captured_and_relayed() {
    let captured = captured("code=a&shop=a.keeping.example&device_id=d%2B1&server=x").unwrap();
    let names: Vec<_> = captured.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["device", "shop"]);
    let relayed: Vec<_> = relayed(&KEEPING, &captured).collect();
    assert_eq!(relayed, [("device_id", Cow::Borrowed("d+1"))]);
    let none = of(&ACME, "code=a&shop=evil.example");
    assert!(none.unwrap().is_empty());
}

#[test]
fn numbers_are_relayed_as_texts() {
    let captured = [
        ("server".to_owned(), Json::from(7_u64)),
        ("device".to_owned(), Json::Null),
    ];
    let relayed: Vec<_> = relayed(&KEEPING, &captured).collect();
    assert_eq!(relayed, [("from", Cow::Borrowed("7"))]);
}

#[test]
fn a_callback_without_what_is_required_is_refused() {
    for callback in ["code=a", "code=a&shop="] {
        let (kind, text) = problem(callback);
        assert_eq!(kind, ErrorKind::Callback(CallbackProblem::MissingCapture));
        assert!(text.contains("`shop`"), "{text}");
    }
}

#[test]
fn a_callback_that_names_another_host_is_refused() {
    for shop in [
        "canary.example",
        "https://canary.example",
        "a.keeping.example%2f",
    ] {
        let (kind, text) = problem(&format!("code=a&shop={shop}"));
        assert_eq!(kind, ErrorKind::Callback(CallbackProblem::ForbiddenHost));
        assert!(
            text.contains("`shop`") && !text.contains("canary"),
            "{text}"
        );
    }
}

#[test]
fn variables_are_filled_according_to_their_kind() {
    let tokens = TokenSet::new("a")
        .with_extra("shop", "https://a.keeping.example")
        .with_extra("server", "eu.server.example")
        .with_extra("tenant", 7_u64);
    let variables = variables(&KEEPING, &tokens).unwrap();
    assert_eq!(
        variables,
        [
            ("shop", Secret::from("a.keeping.example")),
            ("instance", Secret::from("https://eu.server.example")),
            ("tenant", Secret::from("7")),
        ]
    );
    assert_eq!(of_tokens(&KEEPING, &tokens).len(), 3);
}

#[test]
fn stored_tokens_cannot_send_themselves_elsewhere() {
    let tokens = TokenSet::new("a").with_extra("shop", "canary.example");
    let error = variables(&KEEPING, &tokens).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!error.to_string().contains("canary"));
    let nothing = variables(&KEEPING, &TokenSet::new("a")).unwrap();
    assert!(nothing.is_empty());
}

#[test]
fn no_message_repeats_a_secret_that_is_relayed() {
    static RELAYING: Provider = Provider {
        captures: &[
            Capture {
                name: "device",
                path: "device_id",
                relay: Some("device_id"),
                ..capture()
            },
            Capture {
                name: "key",
                path: "key",
                relay: Some("key"),
                secret: true,
                ..capture()
            },
            // Captured, and sent nowhere.
            Capture {
                name: "hook",
                path: "hook",
                secret: true,
                ..capture()
            },
        ],
        ..acme()
    };
    let captured = [("device", "d"), ("key", "k"), ("hook", "h")];
    let captured = captured.map(|(name, value)| (name.to_owned(), Json::from(value)));
    let secrets: Vec<_> = relayed_secrets(&RELAYING, &captured).collect();
    assert_eq!(secrets, ["k"]);
}
