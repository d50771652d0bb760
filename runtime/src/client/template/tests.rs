use super::*;
use crate::fixtures::{ACME, acme};
use crate::text::url_path::climbs;

/// A provider whose hosts and paths the caller names.
static SHOPS: Provider = Provider {
    id: "shops",
    name: "Shops",
    environments: &[],
    variables: &[
        Variable {
            suffixes: &[".myshop.example"],
            ..variable("shop", VariableKind::Host)
        },
        Variable {
            suffixes: &["myshop.example", ".Shop.Test"],
            ..variable("bare", VariableKind::Host)
        },
        variable("any", VariableKind::Host),
        variable("domain", VariableKind::Label),
        variable("tenant", VariableKind::Segment),
        Variable {
            values: &["com", "com.au", "eu/x"],
            ..variable("region", VariableKind::OneOf)
        },
        Variable {
            default: Some("common"),
            ..variable("realm", VariableKind::Segment)
        },
        Variable {
            default: Some("eu"),
            values: &["eu", "us"],
            ..variable("zone", VariableKind::OneOf)
        },
        Variable {
            default: Some(".."),
            ..variable("wrong_default", VariableKind::Segment)
        },
        Variable {
            optional: true,
            ..variable("optional", VariableKind::Label)
        },
    ],
    ..acme()
};

static NOBODY: Credentials = Credentials {
    id: String::new(),
    credential: None,
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

fn expanded_by(
    provider: &'static Provider,
    template: &str,
    variables: &[(&'static str, &str)],
) -> Result<String, String> {
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (*name, Secret::from(*value)))
        .collect();
    let values = Values {
        provider,
        environment: None,
        client: &variables,
        request: &[],
        credentials: &NOBODY,
    };
    expand(template, values).map_err(|error| error.to_string())
}

fn expanded(template: &str, variables: &[(&'static str, &str)]) -> Result<String, String> {
    expanded_by(&ACME, template, variables)
}

fn shop(template: &str, variables: &[(&'static str, &str)]) -> Result<String, String> {
    expanded_by(&SHOPS, template, variables)
}

/// What nobody may get a client's secret with, whatever the variable's kind.
fn hostile() -> Vec<String> {
    let texts = [
        "",
        " ",
        ".",
        "..",
        "-",
        "/",
        "evil.com#",
        "evil.com?",
        "evil.com/",
        "evil.com\\",
        "evil.com:443",
        "evil.com:443/",
        "evil.com;",
        "https://evil.com",
        "//evil.com",
        "a@evil",
        "a@evil.com",
        "a:b@evil.com",
        "evil.com#.myshop.example",
        "evil.com/.myshop.example",
        "evil.com?.myshop.example",
        "evil.com\\.myshop.example",
        "evil.com%23.myshop.example",
        "evil.com%2f.myshop.example",
        "evil.com%00.myshop.example",
        "evil.com\0.myshop.example",
        "evil.com\t.myshop.example",
        "evil.com\n.myshop.example",
        "evil.com\r\nHost: evil.com",
        "a@evil.myshop.example",
        "acme.myshop.example:8443",
        "acme.myshop.example.",
        "acme..myshop.example",
        ".myshop.example",
        "-acme.myshop.example",
        "acme-.myshop.example",
        "acme_x.myshop.example",
        "*.myshop.example",
        "acme.myshop.example/..",
        " acme.myshop.example",
        "acme.myshop.example ",
        "{shop}",
        "%2e",
        "%2e%2e",
        "%2E%2e/x",
        "[::1]",
        "127.0.0.1",
        "0x7f.1",
        "a.0x7f",
        "2130706433",
        // Look-alikes: a fullwidth dot and letters, an ideographic full stop, a Cyrillic letter, a
        // soft hyphen, a zero-width space, a fraction slash.
        "acme\u{ff0e}myshop.example",
        "acme\u{3002}myshop.example",
        "ａcme.myshop.example",
        "\u{430}cme.myshop.example",
        "acme.mysh\u{43e}p.example",
        "ac\u{ad}me.myshop.example",
        "ac\u{200b}me.myshop.example",
        "evil.com\u{2044}.myshop.example",
        "evil.com\u{2100}.myshop.example",
    ];
    let mut texts: Vec<_> = texts.map(str::to_owned).into();
    texts.push("a".repeat(300));
    texts.push(format!("{}.myshop.example", "a".repeat(64)));
    texts.push(format!("{}myshop.example", "a.".repeat(150)));
    texts
}

#[test]
fn hosts_come_from_the_environment() {
    let of = |environment| {
        let values = Values {
            provider: &ACME,
            environment,
            client: &[],
            request: &[],
            credentials: &NOBODY,
        };
        expand("{api}/oauth/token/", values).map_err(|error| error.to_string())
    };
    assert_eq!(of(None).unwrap(), "https://api.acme.example/oauth/token/");
    assert_eq!(
        of(Some("sandbox")).unwrap(),
        "https://sandbox.acme.example/oauth/token/"
    );
    assert!(of(Some("moon")).unwrap_err().contains("moon"));
}

#[test]
fn an_optional_variable_takes_its_segment_with_it() {
    let template = "{login}/{language}/oauth/authorize?a=b";
    assert_eq!(
        expanded(template, &[("language", "en-us")]).unwrap(),
        "https://login.acme.example/en-us/oauth/authorize?a=b"
    );
    assert_eq!(
        expanded(template, &[]).unwrap(),
        "https://login.acme.example/oauth/authorize?a=b"
    );
    assert_eq!(
        expanded("{login}/oauth/{language}?a=b", &[]).unwrap(),
        "https://login.acme.example/oauth?a=b"
    );
    assert_eq!(
        expanded("{login}/oauth/{language}/", &[]).unwrap(),
        "https://login.acme.example/oauth/"
    );
}

#[test]
fn values_are_checked_and_encoded() {
    assert!(
        expanded("{login}/{language}", &[("language", "../x")])
            .unwrap_err()
            .contains("en-us, es es")
    );
    assert_eq!(
        expanded("{login}/{language}", &[("language", "es es")]).unwrap(),
        "https://login.acme.example/es%20es"
    );
}

#[test]
fn a_base_url_is_required_and_checked() {
    let with = |value: &str| expanded("{base_url}/token", &[("base_url", value)]);
    assert!(
        expanded("{base_url}/token", &[])
            .unwrap_err()
            .contains("base_url is not set")
    );
    assert_eq!(
        with("https://shop.example/x/").unwrap(),
        "https://shop.example/x/token"
    );
    assert!(with("http://shop.example").is_err());
}

#[test]
fn mistakes_of_a_template_are_errors() {
    assert!(expanded("{nobody}/token", &[]).is_err());
    assert!(expanded("{api/token", &[]).is_err());
    assert!(
        expanded(
            "https://x.example/{base_url}",
            &[("base_url", "https://y.example")]
        )
        .is_err()
    );
    assert!(shop("https://{tenant}.example/", &[("tenant", "a")]).is_err());
    assert!(shop("{domain}/token", &[("domain", "a")]).is_err());
    assert!(shop("https://{optional}.example/token", &[]).is_err());
}

#[test]
fn an_optional_variable_takes_its_pair_of_the_query_with_it() {
    let given = &[("optional", "a-b")][..];
    for (template, without, with) in [
        ("?x={optional}", "", "?x=a-b"),
        ("?x={optional}&y=1", "?y=1", "?x=a-b&y=1"),
        ("?y=1&x={optional}", "?y=1", "?y=1&x=a-b"),
        ("/t?y=1&x={optional}&z=2", "/t?y=1&z=2", "/t?y=1&x=a-b&z=2"),
        ("/t?x={optional}&y={optional}", "/t", "/t?x=a-b&y=a-b"),
    ] {
        let template = format!("https://a.example{template}");
        let expand = |values| shop(&template, values).unwrap();
        assert_eq!(expand(&[]), format!("https://a.example{without}"));
        assert_eq!(expand(given), format!("https://a.example{with}"));
    }
}

#[test]
fn the_value_of_the_request_wins() {
    let client = [("language", Secret::from("en-us"))];
    let request = [("language", Secret::from("es es"))];
    let values = Values {
        provider: &ACME,
        environment: None,
        client: &client,
        request: &request,
        credentials: &NOBODY,
    };
    assert_eq!(
        expand("{api}/{language}", values).unwrap(),
        "https://api.acme.example/es%20es"
    );
}

#[test]
fn the_clients_id_is_a_segment() {
    let url = shop(
        "https://a.example/apps/{client_id}/login",
        &[("client_id", "a/b#c")],
    );
    assert_eq!(url.unwrap(), "https://a.example/apps/a%2Fb%23c/login");
    assert!(shop("https://{client_id}.example/", &[("client_id", "a")]).is_err());
    let core = crate::Core::public(&SHOPS, "my id");
    let url = core
        .configuration()
        .expanded_url("https://a.example/{client_id}", &[]);
    assert_eq!(url.unwrap().as_str(), "https://a.example/my%20id");
}

#[test]
fn a_default_stands_until_another_value_is_set() {
    let template = "https://login.{zone}.example/{realm}/token";
    assert_eq!(
        shop(template, &[]).unwrap(),
        "https://login.eu.example/common/token"
    );
    assert_eq!(
        shop(template, &[("realm", "contoso"), ("zone", "us")]).unwrap(),
        "https://login.us.example/contoso/token"
    );
    let refused = shop(template, &[("zone", "com")]).unwrap_err();
    assert!(refused.contains("allowed are eu, us"), "{refused}");
    assert!(shop("https://a.example/{wrong_default}", &[]).is_err());
}

#[test]
fn a_whole_host_is_below_a_suffix() {
    let with = |value: &str| shop("https://{shop}/token", &[("shop", value)]);
    for (value, url) in [
        ("acme.myshop.example", "https://acme.myshop.example/token"),
        ("ACME.MyShop.Example", "https://acme.myshop.example/token"),
        ("a.b-2.myshop.example", "https://a.b-2.myshop.example/token"),
        (
            "xn--bcher-kva.myshop.example",
            "https://xn--bcher-kva.myshop.example/token",
        ),
    ] {
        assert_eq!(with(value).unwrap(), url);
    }
    for value in [
        "acme.myshop.example.evil.com",
        "myshop.example",
        "evilmyshop.example",
        "acme.myshop.exampl",
        "acme.myshop.test",
        "localhost",
    ] {
        let refused = with(value).unwrap_err();
        assert!(refused.contains(value), "{refused}");
    }
    // A label that is no punycode is nobody's host.
    assert!(with("xn--a-\u{e4}.myshop.example").is_err());
    assert!(with("xn--0.myshop.example").is_err());
}

#[test]
fn a_suffix_is_a_domain_with_or_without_its_dot() {
    let with = |value: &str| shop("https://{bare}/token", &[("bare", value)]);
    assert!(with("acme.myshop.example").is_ok());
    assert_eq!(
        with("acme.shop.test").unwrap(),
        "https://acme.shop.test/token"
    );
    assert!(with("evilmyshop.example").is_err());
    assert!(with("shop.test").is_err());
}

#[test]
fn any_host_is_still_a_host() {
    let with = |value: &str| shop("https://{any}/token", &[("any", value)]);
    assert_eq!(with("example.test").unwrap(), "https://example.test/token");
    for value in ["localhost", "10.0.0.1", "a.b.c.1", "a.0x1", "com"] {
        assert!(with(value).is_err(), "{value}");
    }
}

#[test]
fn a_label_stays_one_label() {
    let with = |value: &str| shop("https://{domain}.desk.example/token", &[("domain", value)]);
    assert_eq!(with("acme-2").unwrap(), "https://acme-2.desk.example/token");
    assert_eq!(with("0").unwrap(), "https://0.desk.example/token");
    assert!(with(&"a".repeat(63)).is_ok());
    for value in ["a.b", "acme.desk.example", "a_b", "-a", "a-", "ä"] {
        let refused = with(value).unwrap_err();
        assert!(refused.contains("one label"), "{refused}");
    }
    assert!(
        shop("https://{domain}.desk.example/", &[])
            .unwrap_err()
            .contains("domain is not set")
    );
}

#[test]
fn hostile_values_are_no_part_of_a_host() {
    for value in hostile() {
        for (name, template) in [
            ("shop", "https://{shop}/token"),
            ("bare", "https://{bare}/token"),
            ("any", "https://{any}/token"),
            ("domain", "https://{domain}.desk.example/token"),
            ("domain", "https://desk.example/{domain}/token"),
            ("region", "https://accounts.example.{region}/token"),
        ] {
            let is_harmless_label = name == "domain" && value == "2130706433";
            let result = shop(template, &[(name, &value)]);
            assert_eq!(result.is_ok(), is_harmless_label, "{value:?}: {result:?}");
            assert!(result.is_ok() || result.unwrap_err().len() < 700, "{value}");
        }
    }
}

#[test]
fn a_segment_stays_one_segment() {
    let with = |value: &str| shop("https://login.example/{tenant}/token", &[("tenant", value)]);
    assert_eq!(
        with("contoso.test").unwrap(),
        "https://login.example/contoso.test/token"
    );
    let leads_elsewhere = |value: &str| ["", "."].contains(&value) || climbs(value);
    for value in hostile() {
        match with(&value) {
            Ok(url) => {
                assert!(!leads_elsewhere(&value), "{value:?}");
                let url = url::Url::parse(&url).unwrap();
                assert_eq!(url.host_str(), Some("login.example"), "{value:?}");
                let segments: Vec<_> = url.path_segments().unwrap().collect();
                assert_eq!(segments.len(), 2, "{value:?}");
                let decoded = percent_encoding::percent_decode_str(segments[0]);
                assert_eq!(decoded.decode_utf8().unwrap(), value);
                assert_eq!((url.query(), url.fragment()), (None, None), "{value:?}");
            }
            Err(_) => assert!(leads_elsewhere(&value), "{value:?}"),
        }
    }
    // Behind a server that decodes a path before it takes it apart.
    for value in ["../admin", "a/../../b", "..\\b", "..%2fb", "..;/b"] {
        assert!(with(value).is_err(), "{value:?}");
    }
}

#[test]
fn a_segment_in_a_query_stays_one_value() {
    let url = shop(
        "https://a.example/t?tenant={tenant}&b=c",
        &[("tenant", "x&b=d+#")],
    );
    assert_eq!(
        url.unwrap(),
        "https://a.example/t?tenant=x%26b%3Dd%2B%23&b=c"
    );
}

#[test]
fn values_of_a_list_may_be_a_part_of_the_host() {
    let with = |value: &str| {
        shop(
            "https://accounts.example.{region}/token",
            &[("region", value)],
        )
    };
    assert_eq!(
        with("com.au").unwrap(),
        "https://accounts.example.com.au/token"
    );
    // The list's own mistake: the host would not be the one that the template spells.
    let refused = with("eu/x").unwrap_err();
    assert!(refused.contains("a URL's host"), "{refused}");
}

#[test]
fn the_guard_holds_where_a_check_is_wrong() {
    // `put` is left out: what a kind's check would let through by mistake.
    for value in [
        "evil.com#",
        "evil.com/",
        "evil.com?",
        "evil.com\\",
        "a@evil.com#",
        "a@",
    ] {
        let mut expansion = Expansion::new("");
        expansion.push("https://");
        expansion.push_value(value);
        expansion.push(".myshop.example/token");
        let host = expansion.guarded_host().unwrap();
        assert!(check_host(&SHOPS, &expansion.url, host).is_err(), "{value}");
    }
}
