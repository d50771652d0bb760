use std::sync::LazyLock;

use super::*;
use crate::client::credentials::Credentials;
use crate::fixtures::acme;
use crate::provider::Provider;
use crate::text::secret::Secret;

static TENANTS: Provider = Provider {
    variables: &[
        variable("tenant", VariableKind::Text),
        variable("key", VariableKind::Secret),
        variable("domain", VariableKind::Label),
        Variable {
            default: Some("en"),
            ..variable("language", VariableKind::Text)
        },
        Variable {
            optional: true,
            ..variable("account", VariableKind::Text)
        },
        Variable {
            values: &["eu", "us"],
            ..variable("region", VariableKind::OneOf)
        },
    ],
    ..acme()
};

static CREDENTIALS: LazyLock<Credentials> = LazyLock::new(|| Credentials {
    id: "id".to_owned(),
    credential: Some("canary-secret".into()),
});

const fn variable(name: &'static str, kind: VariableKind) -> Variable {
    Variable {
        name,
        kind,
        ..Variable::STANDARD
    }
}

/// The text with these values, and whether it is secret.
fn filled(text: &str, values: &[(&'static str, &str)]) -> Result<Option<(String, bool)>, Error> {
    let client: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, Secret::from(*value)))
        .collect();
    let filler = Filler::new(Values {
        provider: &TENANTS,
        environment: None,
        client: &client,
        request: &[],
        credentials: &CREDENTIALS,
    });
    Ok(filler.fill(text)?.map(|filled| {
        let is_secret = matches!(
            filled,
            Filled::Made {
                is_secret: true,
                ..
            }
        );
        (filled.as_str().to_owned(), is_secret)
    }))
}

fn text(text: &str, values: &[(&'static str, &str)]) -> String {
    filled(text, values).unwrap().unwrap().0
}

#[test]
fn names_are_replaced_and_other_braces_stay() {
    assert_eq!(text("plain", &[]), "plain");
    assert_eq!(text(r#"{"a":{}}"#, &[]), r#"{"a":{}}"#);
    assert_eq!(
        text("{client_id}:{tenant}!", &[("tenant", "{x}")]),
        "id:{x}!"
    );
    assert_eq!(text("{api}/v2", &[]), "https://api.acme.example/v2");
    assert_eq!(text("{language}", &[]), "en");
    // The last value wins.
    assert_eq!(text("{tenant}", &[("tenant", "a"), ("tenant", "b")]), "b");
}

#[test]
fn what_is_secret_is_known() {
    assert_eq!(
        filled("{client_id}|{client_secret}", &[]).unwrap(),
        Some(("id|canary-secret".to_owned(), true))
    );
    let key = filled("{key}", &[("key", "canary")]).unwrap();
    assert_eq!(key, Some(("canary".to_owned(), true)));
    let tenant = filled("{tenant}", &[("tenant", "t")]).unwrap();
    assert_eq!(tenant, Some(("t".to_owned(), false)));
}

#[test]
fn what_may_be_left_out_takes_its_text_along() {
    assert_eq!(filled("a {account}", &[]).unwrap(), None);
    assert_eq!(filled("a {account}", &[("account", "")]).unwrap(), None);
    assert_eq!(text("a {account}", &[("account", "b")]), "a b");
}

#[test]
fn a_missing_value_is_named() {
    for values in [&[][..], &[("tenant", "")]] {
        let error = filled("{tenant}", values).unwrap_err().to_string();
        assert!(error.contains("tenant is not set"), "{error}");
    }
    let error = filled("{unknown}", &[]).unwrap_err().to_string();
    assert!(error.contains("{unknown}"), "{error}");
}

#[test]
fn a_value_is_what_its_kind_may_be() {
    assert!(filled("{domain}", &[("domain", "a.b")]).is_err());
    assert!(filled("{region}", &[("region", "asia")]).is_err());
    assert_eq!(text("{region}", &[("region", "us")]), "us");
}

#[test]
fn a_request_has_one_uuid() {
    let made = text("{uuid} {uuid}", &[]);
    let (one, other) = made.split_once(' ').unwrap();
    assert_eq!((one, one.len()), (other, 36));
    assert_ne!(text("{uuid}", &[]), one);
}
