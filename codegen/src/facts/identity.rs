//! Who logged in, and the ID tokens.

use crate::facts::Facts;
use crate::model::{ClaimFacts, Provider, User, owned};
use crate::prose::code;
use crate::spec::{ClaimName, ClaimsFrom, DpopStatus, Nonce, SubjectScope};

pub(super) fn identity(facts: &mut Facts, provider: &Provider) {
    if let Some(user) = &provider.user {
        self::user(facts, user);
    }
    if let Some(rules) = &provider.request_object {
        let words: Vec<_> = rules
            .value
            .algorithms
            .iter()
            .map(|one| one.word())
            .collect();
        let value = match words.as_slice() {
            [] => "supported".to_owned(),
            words => format!("supported, with {}", words.join(", ")),
        };
        facts.add(
            "signed logins",
            "request_object",
            value,
            None,
            &rules.sources,
        );
    }
    if let Some(rules) = &provider.dpop {
        let more = rules.description.as_deref();
        facts.add("DPoP", "dpop", dpop(rules), more, &rules.sources);
    }
    if let Some(rules) = &provider.resource {
        let (more, status) = (rules.description.as_deref(), rules.value.word().to_owned());
        facts.add(
            "resource indicators",
            "resource",
            status,
            more,
            &rules.sources,
        );
    }
    let Some(rules) = &provider.id_token else {
        return;
    };
    let mut said = Vec::new();
    if !rules.issuers.is_empty() {
        let issuers = rules.issuers.iter().map(|issuer| code(issuer));
        said.push(format!(
            "issued by {}",
            issuers.collect::<Vec<_>>().join(" or ")
        ));
    }
    if !rules.algorithms.is_empty() {
        let algorithms = rules.algorithms.iter().map(|algorithm| algorithm.word());
        said.push(format!(
            "signed with {}",
            algorithms.collect::<Vec<_>>().join(" or ")
        ));
    }
    if let Some(keys) = &rules.jwks_uri {
        said.push(format!("keys at {}", code(keys)));
    }
    match rules.nonce {
        Nonce::Repeated => said.push("the nonce is sent and checked".to_owned()),
        Nonce::Unsupported => said.push("without a nonce".to_owned()),
        Nonce::Unknown => {}
    }
    let text = match said.as_slice() {
        [] => "issued".to_owned(),
        said => said.join(", "),
    };
    facts.add("ID tokens", "id_token", text, None, &rules.sources);
}

fn user(facts: &mut Facts, user: &User) {
    let unique = match user.unique {
        SubjectScope::Provider => Some("the same for every client"),
        SubjectScope::Client => Some("different for each client"),
        SubjectScope::Team => Some("unique within a team only"),
        _ => None,
    };
    let from = match user.from {
        ClaimsFrom::UserInfo => "told by the UserInfo endpoint",
        ClaimsFrom::IdToken => "told by the ID token",
        ClaimsFrom::TokenResponse => "told by the token response",
    };
    let text = match unique {
        Some(unique) => format!("{from}; the identifier is {unique}"),
        None => from.to_owned(),
    };
    facts.add("the user", "user", text, None, &user.sources);
    for (claim, said) in user.value.claims.iter().zip(&user.claims) {
        let about = format!("claim {}", code(claim.name.word()));
        let sources = match said.sources.as_slice() {
            [] => &user.sources,
            own => own,
        };
        facts.add(&about, "user.claims", place(claim, said), None, sources);
    }
    let requests = user.value.requests.iter().zip(&user.requests);
    for (request, said) in requests {
        let about = format!("request {} for claims", code(&request.name));
        let text = format!(
            "{} {}",
            request.endpoint.method.word(),
            code(&request.endpoint.url)
        );
        let more = said.description.as_deref();
        facts.add(&about, "user.requests", text, more, &said.sources);
    }
}

/// Whether tokens are bound to a key.
fn dpop(rules: &owned::DpopRules) -> String {
    let status = match rules.status {
        DpopStatus::Supported => "supported",
        DpopStatus::Required => "required",
    };
    let algorithms = rules.algorithms.iter().map(|one| code(one.word()));
    let algorithms: Vec<_> = algorithms.collect();
    match algorithms.is_empty() {
        true => status.to_owned(),
        false => format!("{status}, with {}", algorithms.join(", ")),
    }
}

fn place(claim: &owned::Claim, said: &ClaimFacts) -> String {
    let mut text = match (&claim.value, &claim.template) {
        (Some(value), _) => format!("always {}", code(value)),
        (None, Some(template)) => format!("made of members: {}", code(template)),
        (None, None) => format!("the member {}", code(&claim.path)),
    };
    for (name, value) in &claim.conditions {
        text += &format!(", where {} is {}", code(name), code(value));
    }
    match (&claim.request, claim.from) {
        (Some(request), _) => text += &format!(", of the request {}", code(request)),
        (None, Some(from)) => text += &format!(", of {}", source(from)),
        (None, None) => {}
    }
    if let Some(scope) = &said.scope {
        text += &format!(", with the scope {}", code(scope));
    }
    text
}

fn source(from: ClaimsFrom) -> &'static str {
    match from {
        ClaimsFrom::UserInfo => "the UserInfo response",
        ClaimsFrom::IdToken => "the ID token",
        ClaimsFrom::TokenResponse => "the token response",
    }
}

/// What a module's page says of the user: the claims that there are, and how far the e-mail address
/// can be trusted.
pub(crate) fn told(user: &User) -> (String, String) {
    let has = |name: ClaimName| user.value.claims.iter().find(|claim| claim.name == name);
    let named = [
        (ClaimName::Name, "name"),
        (ClaimName::PreferredUsername, "username"),
        (ClaimName::Email, "email"),
        (ClaimName::Picture, "picture"),
        (ClaimName::Locale, "locale"),
        (ClaimName::Profile, "profile"),
        (ClaimName::Zoneinfo, "time_zone"),
    ];
    let named = named.iter().filter(|(claim, _)| has(*claim).is_some());
    let mut methods = vec!["id"];
    methods.extend(named.map(|(_, method)| *method));
    let methods: Vec<_> = methods.iter().map(|method| code(method)).collect();
    let verified = match (has(ClaimName::Email), has(ClaimName::EmailVerified)) {
        (None, _) => String::new(),
        (Some(_), None) => {
            "The provider does not say whether the e-mail address is verified.".to_owned()
        }
        (Some(_), Some(claim)) => match claim.value.as_deref() {
            Some("true") => "The provider gives out verified e-mail addresses only.".to_owned(),
            Some(_) => "The provider does not verify e-mail addresses.".to_owned(),
            None => "The provider says whether the e-mail address is verified.".to_owned(),
        },
    };
    (methods.join(", "), verified)
}
