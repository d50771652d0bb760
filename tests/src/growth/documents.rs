//! The reader of descriptions, which a program loads while it runs.

use oauth_atlas::provider::from_json;

use crate::readers::Prepare;

pub const ALL: &[(&str, Prepare)] = &[
    ("scopes of a description", |size| {
        let scopes = each(size, |index| {
            format!("{{\"name\":\"s{index:06}\",\"description\":\"\"}}")
        });
        described(&format!("\"scopes\":{{\"values\":[{scopes}]}}"))
    }),
    ("grants of a description", |size| {
        let grants = each(size, |index| {
            format!("{{\"kind\":\"extension\",\"name\":\"g{index:06}\",\"grant_type\":\"a\"}}")
        });
        described(&format!("\"grants\":[{grants}]"))
    }),
    ("variables of a description", |size| {
        let (variables, names) = variables_and_names(size);
        described(&format!(
            "\"variables\":[{variables}],\"api\":{{\"url\":\"https://a.example/{names}\"}}"
        ))
    }),
    ("variables in what is sent", |size| {
        let (variables, names) = variables_and_names(size);
        described(&format!(
            "\"variables\":[{variables}],\"api\":{{\"headers\":{{\"x-names\":\"{names}\"}}}}"
        ))
    }),
    ("hosts of environments", |size| {
        let hosts = (0..MOST_NAMES).map(|index| format!("\"h{index:06}\":\"https://a.example\""));
        let (hosts, names) = (hosts.collect::<Vec<_>>().join(","), names("h", size));
        described(&format!(
            "\"environments\":[{{\"name\":\"e\",\"hosts\":{{{hosts}}}}}],\"api\":{{\"headers\":{{\"x-names\":\"{names}\"}}}}"
        ))
    }),
    ("parameters of a description", |size| {
        let parameters = each(size, |index| format!("\"p{index:06}\":\"v\""));
        described(&format!(
            "\"token\":{{\"url\":\"https://a.example\",\"parameters\":{{{parameters}}}}}"
        ))
    }),
    ("new names of parameters", |size| {
        let names = each(size, |index| format!("\"p{index:06}\":\"v{index:06}\""));
        described(&format!(
            "\"token\":{{\"url\":\"https://a.example\",\"rename\":{{{names}}}}}"
        ))
    }),
    ("captures of a description", |size| {
        let captures = each(size, |index| {
            format!("{{\"name\":\"c{index:06}\",\"from\":\"token\",\"path\":\"a.b\"}}")
        });
        described(&format!("\"captures\":[{captures}]"))
    }),
    ("rules of refusals", |size| {
        let rules = each(size, |_| "{\"means\":\"a\",\"codes\":[\"b\"]}".to_owned());
        described(&format!("\"refusals\":[{rules}]"))
    }),
];

/// The most variables, and the most hosts of an environment.
const MOST_NAMES: usize = 100;

/// As many members as there is room for.
fn each(size: usize, member: impl Fn(usize) -> String) -> String {
    let length = member(0).len() + 1;
    let members: Vec<_> = (0..size / length).map(member).collect();
    members.join(",")
}

/// As many variables as there may be, and their names in braces again and again.
fn variables_and_names(size: usize) -> (String, String) {
    let variables = (0..MOST_NAMES)
        .map(|index| format!("{{\"name\":\"v{index:06}\",\"kind\":\"text\",\"optional\":true}}"));
    let variables: Vec<_> = variables.collect();
    (variables.join(","), names("v", size))
}

fn names(prefix: &str, size: usize) -> String {
    let names = (0..size / 9).map(|index| format!("{{{prefix}{:06}}}", index % MOST_NAMES));
    names.collect()
}

/// A description that has these members as well.
fn described(members: &str) -> Box<dyn FnOnce()> {
    let text = format!(
        "{{\"format\":1,\"id\":\"acme\",\"name\":\"Acme\",\
         \"token\":{{\"url\":\"https://acme.example/token\"}},\
         \"authorization\":{{\"url\":\"https://acme.example/authorize\"}},\
         \"confidential\":{{\"auth\":[\"client_secret_post\"]}},{members}}}"
    );
    Box::new(move || drop(from_json(&text).map_err(|error| error.to_string())))
}
