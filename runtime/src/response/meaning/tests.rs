use super::*;
use crate::fixtures::acme;

const fn rule(operation: &'static [&'static str], means: &'static str) -> RefusalRule {
    RefusalRule {
        operations: operation,
        means,
        ..RefusalRule::STANDARD
    }
}

pub(in crate::response) static RULED: Provider = Provider {
    id: "ruled",
    refusals: &[
        RefusalRule {
            codes: &["spent", "dead"],
            ..rule(&["refresh_token"], "invalid_grant")
        },
        RefusalRule {
            status: Some(500),
            codes: &["ended"],
            ..rule(&["refresh_token"], "invalid_grant")
        },
        RefusalRule {
            status: Some(499),
            ..rule(&["device_code"], "access_denied")
        },
        RefusalRule {
            status: Some(404),
            codes: &["unknown"],
            ..rule(&["revocation"], RefusalRule::SUCCESS)
        },
        RefusalRule {
            status: Some(410),
            any_code: true,
            ..rule(&["revocation"], RefusalRule::SUCCESS)
        },
        RefusalRule {
            status: Some(401),
            ..rule(&[], "invalid_client")
        },
        RefusalRule {
            codes: &["no"],
            ..rule(&["authorization"], "access_denied")
        },
    ],
    ..acme()
};

#[test]
fn a_rule_is_for_its_operations_statuses_and_codes() {
    let means =
        |operation, status, code| meaning(&RULED, operation, status, code).map(|rule| rule.means);
    assert_eq!(
        means("refresh_token", Some(400), Some("spent")),
        Some("invalid_grant")
    );
    assert_eq!(
        means("refresh_token", Some(500), Some("dead")),
        Some("invalid_grant")
    );
    assert_eq!(
        means("refresh_token", Some(500), Some("ended")),
        Some("invalid_grant")
    );
    assert_eq!(
        means("authorization", None, Some("no")),
        Some("access_denied")
    );
    assert_eq!(means("anything", Some(401), None), Some("invalid_client"));
    assert_eq!(means("revocation", Some(410), Some("x")), Some("success"));
    assert_eq!(means("revocation", Some(410), None), Some("success"));
    for (operation, status, code) in [
        ("client_credentials", Some(400), Some("spent")),
        ("refresh_token", Some(400), Some("ended")),
        ("refresh_token", Some(400), None),
        ("anything", Some(401), Some("x")),
        ("anything", None, None),
        ("device_code", Some(400), None),
        ("authorization", None, Some("yes")),
        ("revocation", Some(404), None),
    ] {
        assert_eq!(
            means(operation, status, code),
            None,
            "{operation} {status:?} {code:?}"
        );
    }
}
