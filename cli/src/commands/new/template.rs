//! A spec from what a person said, and where to look for the rest.

use clap::ValueEnum;

use super::arguments::{Arguments, ClientType, Grant, Pkce, Template, described, word};
use super::draft::{Draft, Entry, Remarks, Scope, Source, Url};

/// The spec that these answers begin.
pub fn draft(answers: &Arguments) -> Draft {
    let template = answers.template.unwrap_or(Template::Plain);
    let documentation = known_or(answers.documentation.as_ref(), "/documentation");
    Draft {
        id: answers.name.clone(),
        title: title(answers),
        summary: answers.summary.clone(),
        documentation: documentation.clone(),
        issuer: (template == Template::Oidc).then_some(Url::Missing("")),
        issuer_in_callback: false,
        requires_pushed_logins: false,
        source: Source {
            name: "docs",
            title: "OAuth".to_owned(),
            url: documentation,
            checked: answers.today,
        },
        endpoints: endpoints(answers, template),
        clients: clients(answers, template),
        grants: grants(answers, template),
        scopes: scopes(answers, template),
        partial_scopes: template == Template::Oidc,
        extensions: Vec::new(),
        offline_access: false,
        remarks: remarks(answers, template),
        leftovers: Vec::new(),
        obstacles: Vec::new(),
    }
}

/// The provider's name, as people write it.
pub fn title(answers: &Arguments) -> String {
    answers
        .title
        .clone()
        .unwrap_or_else(|| title_of(&answers.name))
}

/// `acme_bank` as `Acme Bank`.
pub fn title_of(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

pub fn known_or(url: Option<&String>, otherwise: &'static str) -> Url {
    match url {
        Some(url) => Url::Known(url.clone()),
        None => Url::Missing(otherwise),
    }
}

fn endpoints(answers: &Arguments, template: Template) -> Vec<Entry> {
    let mut endpoints = Vec::new();
    if template != Template::Machine {
        let url = known_or(answers.authorization_endpoint.as_ref(), "/authorize");
        endpoints.push(Entry::at("authorization", url));
    }
    let url = known_or(answers.token_endpoint.as_ref(), "/token");
    endpoints.push(Entry::at("token", url));
    if template == Template::Oidc {
        let userinfo = Entry::at("userinfo", Url::Missing("/userinfo"));
        endpoints.push(userinfo.with("scope", "openid"));
    }
    if answers.grants.contains(&Grant::DeviceCode) {
        let url = Url::Missing("/device");
        endpoints.push(Entry::at("device_authorization", url));
    }
    endpoints
}

pub fn clients(answers: &Arguments, template: Template) -> Vec<Entry> {
    let client = match template {
        Template::Machine => ClientType::Confidential,
        Template::Plain | Template::Oidc => answers.client.unwrap_or(ClientType::Confidential),
    };
    let mut clients = Vec::new();
    if client != ClientType::Public {
        let mut confidential = Entry::new("confidential");
        if !answers.auth.is_empty() {
            confidential.settings.push(("auth", methods(answers)));
        }
        clients.push(confidential);
    }
    if client != ClientType::Confidential {
        clients.push(Entry::new("public"));
    }
    clients
}

/// The client authentication methods, as a spec names them.
pub fn methods(answers: &Arguments) -> Vec<String> {
    answers.auth.iter().copied().map(word).collect()
}

/// The grants without a login in a browser, with the keys of a spec.
const OTHER_GRANTS: [(Grant, &str); 2] = [
    (Grant::ClientCredentials, "client_credentials"),
    (Grant::DeviceCode, "device_code"),
];

fn has(answers: &Arguments, template: Template, grant: Grant) -> bool {
    let of_template = template == Template::Machine && grant == Grant::ClientCredentials;
    of_template || answers.grants.contains(&grant)
}

fn grants(answers: &Arguments, template: Template) -> Vec<Entry> {
    let mut grants = Vec::new();
    if template != Template::Machine {
        let pkce = word(answers.pkce.unwrap_or(Pkce::Unknown));
        grants.push(Entry::new("authorization_code").with("pkce", &pkce));
        grants.push(Entry::new("refresh_token"));
    }
    for (grant, key) in OTHER_GRANTS {
        if has(answers, template, grant) {
            grants.push(Entry::new(key));
        }
    }
    grants
}

fn scopes(answers: &Arguments, template: Template) -> Vec<Scope> {
    let mut names = answers.scopes.clone();
    if template == Template::Oidc && !names.iter().any(|name| name == "openid") {
        names.insert(0, "openid".to_owned());
    }
    names.into_iter().map(scope).collect()
}

/// A scope, described where a standard does it (OpenID Connect Core §3.1.2.1, §5.4 and §11).
pub fn scope(name: String) -> Scope {
    let description = match name.as_str() {
        "openid" => Some("Sign the user in and get an ID token."),
        "profile" => Some("Read the user's profile."),
        "email" => Some("Read the user's e-mail address."),
        "address" => Some("Read the user's postal address."),
        "phone" => Some("Read the user's phone number."),
        "offline_access" => Some("Get a refresh token."),
        _ => None,
    };
    Scope {
        name,
        description: description.map(str::to_owned),
    }
}

/// What every begun spec opens with.
pub fn head(title: &str) -> Vec<String> {
    vec![
        format!(
            "How {title} deviates from RFC 6749, or fills in what the RFC leaves open. Leave out what the \
             documentation does not say: unknown is fine, a guess is a mistake."
        ),
        "Replace every TODO and every host below .invalid. specs/README.md has every key with an \
         example."
            .to_owned(),
    ]
}

fn about_grants(answers: &Arguments, template: Template) -> Vec<String> {
    let mut others: Vec<_> = Grant::value_variants()
        .iter()
        .filter(|grant| !has(answers, template, **grant))
        .map(explained)
        .collect();
    if template == Template::Machine {
        others.insert(0, "authorization_code (a user logs in)".to_owned());
    }
    others.push("extensions (grants of the provider's own)".to_owned());
    let others = format!(
        "Other grants, where the documentation has them: {}.",
        others.join(", ")
    );
    if template == Template::Machine {
        let here = "Look for \"client credentials\", \"server to server\".".to_owned();
        return vec![here, others];
    }
    let statuses: Vec<_> = Pkce::value_variants().iter().map(explained).collect();
    vec![
        format!(
            "Look for \"PKCE\" or \"code_challenge\": {}.",
            statuses.join(", ")
        ),
        "Without refresh tokens, or where nothing is said of them, delete refresh_token; else look \
         whether each refresh gives a new one, which is `rotation: always` below it."
            .to_owned(),
        others,
    ]
}

fn explained(choice: &impl ValueEnum) -> String {
    let (word, meaning) = described(choice);
    format!("{word} ({meaning})")
}

fn remarks(answers: &Arguments, template: Template) -> Remarks {
    let mut remarks = Remarks {
        head: head(&title(answers)),
        endpoints: vec![
            "Look for \"endpoints\" or \"authorize URL\". Others, where there are any: revocation, \
             introspection, device_authorization, userinfo."
                .to_owned(),
        ],
        grants: about_grants(answers, template),
        scopes: vec![
            "Look for \"scopes\" or \"permissions\": the names as they are sent, in the provider's \
             order. `published: false` where there are none, `separator: comma` where no space \
             is between two."
                .to_owned(),
        ],
        ..Remarks::default()
    };
    if answers.auth.is_empty() && answers.client != Some(ClientType::Public) {
        remarks.clients.push(
            "Look at an example of the token request. `Authorization: Basic` is \
             client_secret_basic, the standard's way; client_secret in the body is `auth: \
             client_secret_post` below confidential; an app without a secret is a `public:` client."
                .to_owned(),
        );
    }
    remarks.end.push(
        "Further on, where the documentation says it: lifetimes (\"expires_in\"), errors, api (how \
         the token is sent), token_response, examples (a request and a response become tests)."
            .to_owned(),
    );
    if template == Template::Oidc {
        remarks.scopes.push(
            "The standard ones of OpenID Connect beside openid: profile, email, address, phone, \
             offline_access."
                .to_owned(),
        );
    }
    remarks
}
