use super::*;
use crate::client::settings::Settings;
use crate::error::Error;
use crate::fixtures::{acme, endpoint};
use crate::provider::{Encoding, Grant, Variable, VariableKind};

/// One that customers host themselves, with a tenant in the URL that gets the code and a language
/// in the one that the browser is sent to.
static HOSTED: Provider = Provider {
    id: "hosted",
    variables: &[
        variable("base", VariableKind::BaseUrl),
        variable("tenant", VariableKind::Segment),
        variable("language", VariableKind::Segment),
        variable("realm", VariableKind::Segment),
        variable("region", VariableKind::Segment),
    ],
    issuer: Some("{base}/{realm}"),
    authorization: Some(crate::fixtures::authorization(
        "{base}/{language}/authorize",
    )),
    token: Some(endpoint("{base}/{tenant}/token", &[Encoding::Form])),
    ..acme()
};

const fn variable(name: &'static str, kind: VariableKind) -> Variable {
    Variable {
        name,
        kind,
        optional: true,
        ..Variable::STANDARD
    }
}

fn hosted() -> Core {
    Core::public(&HOSTED, "id")
        .redirect_uri("https://app.example/cb")
        .variable("base", "https://one.example")
        .variable("tenant", "blue")
}

fn differs(started: &Core, finishing: &Core) -> Option<String> {
    let bound = Binding::of(started, Start::Authorization, &[]);
    assert_eq!(bound.difference(started, Start::Authorization), None);
    bound.difference(finishing, Start::Authorization)
}

fn with(settings: Result<Settings, Error>) -> Core {
    hosted().with_settings(settings.unwrap())
}

#[test]
fn what_decides_where_the_code_goes_has_to_be_the_same() {
    let difference = |other: Core| differs(&hosted(), &other).unwrap_or_default();
    let base = hosted().variable("base", "https://two.example");
    assert_eq!(
        difference(base),
        "it was started with base \"https://one.example\", and this client has \"https://two.example\""
    );
    for (other, named) in [
        (hosted().variable("tenant", "red"), "tenant"),
        (hosted().variable("language", "de"), "without language"),
        (hosted().variable("realm", "x"), "without realm"),
        (
            hosted().redirect_uri("https://app.example/other"),
            "redirect URI",
        ),
        (
            hosted().environment("sandbox"),
            "environment \"production\"",
        ),
        (
            with(Settings::new().replace_origin("http://127.0.0.1:1")),
            "without origin",
        ),
        (
            with(
                Settings::new().replace_endpoint(EndpointKind::Token, "https://two.example/token"),
            ),
            "without token endpoint",
        ),
        (
            with(
                Settings::new()
                    .replace_endpoint(EndpointKind::Authorization, "https://two.example/login"),
            ),
            "without first endpoint",
        ),
    ] {
        let difference = difference(other);
        assert!(difference.contains(named), "{named}: {difference}");
    }
    let other_id = Core::public(&HOSTED, "other");
    assert!(difference(other_id).contains("client id \"id\""));
    let without = Core::public(&HOSTED, "id").variable("tenant", "blue");
    assert!(differs(&hosted(), &without).unwrap().contains("has none"));
}

#[test]
fn what_decides_nothing_may_differ() {
    for other in [
        hosted(),
        hosted().variable("region", "eu"),
        hosted()
            .variable("tenant", "red")
            .variable("tenant", "blue"),
        // The first environment is the default.
        hosted().environment("production"),
        with(
            Settings::new()
                .replace_endpoint(EndpointKind::Revocation, "https://two.example/revoke"),
        ),
        Core::confidential(&HOSTED, "id", "secret")
            .redirect_uri("https://app.example/cb")
            .variable("base", "https://one.example")
            .variable("tenant", "blue"),
    ] {
        assert_eq!(differs(&hosted(), &other), None, "{other:?}");
    }
}

#[test]
fn a_grants_own_endpoint_counts_as_the_token_endpoint() {
    static OWN: Provider = Provider {
        grants: &[Grant {
            kind: GrantKind::AuthorizationCode,
            endpoint: Some(&endpoint("{base}/{region}/code", &[Encoding::Form])),
            ..Grant::STANDARD
        }],
        variables: HOSTED.variables,
        token: Some(endpoint("{base}/{tenant}/token", &[Encoding::Form])),
        ..acme()
    };
    let own = || Core::public(&OWN, "id").variable("region", "eu");
    let other = |name| own().variable(name, "us");
    assert!(differs(&own(), &other("region")).is_some());
    assert_eq!(differs(&own(), &other("tenant")), None);
}

/// A login of a tenant of its own cannot be finished by the client of another tenant; its language
/// is nobody else's business.
#[test]
fn what_a_login_chooses_counts_where_the_code_goes() {
    let chosen = |name: &'static str| {
        let bound = Binding::of(
            &hosted(),
            Start::Authorization,
            &[(name, Secret::from("red"))],
        );
        bound.difference(&hosted(), Start::Authorization)
    };
    assert!(chosen("tenant").unwrap().contains("tenant \"red\""));
    assert_eq!(chosen("language"), None);
}

#[test]
fn a_message_shows_no_query_and_no_line_break() {
    let odd = hosted().redirect_uri("https://app.example/\ncb?key=canary");
    let difference = differs(&odd, &hosted()).unwrap();
    assert!(
        difference.contains("https://app.example/\\ncb\""),
        "{difference}"
    );
    assert!(!difference.contains("canary"), "{difference}");
    let debug = format!("{:?}", Binding::of(&odd, Start::Authorization, &[]));
    assert!(debug.contains(r"https://app.example/\\ncb"), "{debug}");
    assert!(!debug.contains("canary"), "{debug}");
}

#[test]
fn a_device_has_no_redirect_uri() {
    let bound = Binding::of(&hosted(), Start::Device, &[]);
    let elsewhere = hosted().redirect_uri("https://app.example/other");
    assert_eq!(bound.difference(&elsewhere, Start::Device), None);
    let moved = with(Settings::new().replace_endpoint(
        EndpointKind::DeviceAuthorization,
        "https://two.example/device",
    ));
    assert!(bound.difference(&moved, Start::Device).is_some());
    let other = hosted().variable("tenant", "red");
    assert!(bound.difference(&other, Start::Device).is_some());
}

#[test]
fn names_are_found_as_a_whole() {
    assert!(occurs("a", "https://{b}/{a}"));
    assert!(!occurs("a", "https://{ab}/{ba}/a}"));
    assert!(!occurs("", "https://a"));
}
