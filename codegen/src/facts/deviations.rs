//! Facts that most providers do not have.

use oauth_atlas_description::{CallbackRules, RefusalRule, owned};

use crate::facts::{Facts, codes};
use crate::model::{CallbackSignature, ChallengeMethod, PkceClients, Presence, Provider};
use crate::prose::code;

pub(super) fn deviations(facts: &mut Facts, provider: &Provider) {
    logins(facts, provider);
    answers(facts, provider);
}

fn logins(facts: &mut Facts, provider: &Provider) {
    if let Some(grant) = &provider.authorization_code {
        let challenge = match grant.pkce.challenge {
            ChallengeMethod::S256 => None,
            ChallengeMethod::S256Hex => Some("the challenge is hexadecimal"),
            ChallengeMethod::Plain => Some("the challenge is the verifier itself (`plain`)"),
        };
        let clients = match grant.pkce.clients {
            PkceClients::All => None,
            PkceClients::Public => Some("confidential clients do not send it"),
        };
        for remark in challenge.into_iter().chain(clients) {
            facts.add(
                "PKCE",
                "grants.authorization_code",
                remark.to_owned(),
                None,
                &grant.sources,
            );
        }
    }
    if let Some(endpoint) = &provider.authorization {
        let renamed = endpoint.rename.iter();
        let renamed =
            renamed.map(|(name, other)| format!("{} is called {}", code(name), code(other)));
        let omitted = endpoint
            .omit
            .iter()
            .map(|name| format!("{} is not sent", code(name)));
        let fixed = endpoint.parameters.iter();
        let fixed = fixed
            .map(|(name, value)| format!("{} is always sent", code(&format!("{name}={value}"))));
        let remarks: Vec<_> = renamed.chain(omitted).chain(fixed).collect();
        if !remarks.is_empty() {
            facts.add(
                "authorization request",
                "endpoints.authorization",
                remarks.join(", "),
                None,
                &endpoint.sources,
            );
        }
    }
    for group in &provider.scopes.groups {
        let value = format!("{} in {}", group.values.len(), code(&group.parameter));
        facts.add(
            "more scopes",
            "scopes.groups",
            value,
            Some(&group.description),
            &group.sources,
        );
    }
    if let Some(offline) = &provider.offline {
        let parameters = offline.parameters.iter();
        let parameters = parameters.map(|(name, value)| code(&format!("{name}={value}")));
        let scopes = offline
            .scopes
            .iter()
            .map(|scope| format!("the scope {}", code(scope)));
        let value = parameters.chain(scopes).collect::<Vec<_>>().join(" and ");
        let more = offline.description.as_deref();
        facts.add(
            "a refresh token is requested by",
            "offline",
            value,
            more,
            &offline.sources,
        );
    }
    if let Some(length) = provider.state.max_length {
        let value = format!("at most {length} characters");
        facts.add("state", "state", value, None, &provider.state.sources);
    }
    let echoed = match provider.state.echoed {
        false => Some("not returned, so it is carried in the redirect URI"),
        true if provider.says("state.echoed") => Some("returned"),
        true => None,
    };
    if let Some(echoed) = echoed {
        let value = echoed.to_owned();
        facts.add("state", "state", value, None, &provider.state.sources);
    }
    let callback = &provider.callback;
    let standard = CallbackRules::STANDARD;
    let names = [
        (standard.code, &callback.code),
        (standard.state, &callback.state),
        (standard.error, &callback.error),
        (standard.error_description, &callback.error_description),
    ];
    let renamed = names.into_iter().filter(|(name, other)| name != other);
    let renamed = renamed.map(|(name, other)| format!("{} is called {}", code(name), code(other)));
    let signed = callback.signature.map(|CallbackSignature::HmacSha256Hex| {
        "signed with the client secret; the signature is checked before any request".to_owned()
    });
    let code = match callback.code_presence {
        Presence::Always => None,
        Presence::Optional => Some("a code may be missing".to_owned()),
        Presence::Never => Some("no code".to_owned()),
    };
    let remarks: Vec<_> = renamed.chain(code).chain(signed).collect();
    if !remarks.is_empty() {
        facts.add(
            "callback",
            "callback",
            remarks.join(", "),
            None,
            &callback.sources,
        );
    }
}

fn answers(facts: &mut Facts, provider: &Provider) {
    for capture in &provider.captures {
        let required = if capture.required {
            ", always there"
        } else {
            ""
        };
        let secret = if capture.secret { ", a secret" } else { "" };
        let hosts = match capture.allowed_hosts.as_slice() {
            [] => String::new(),
            hosts => format!(", refused unless on {}", codes(hosts).join(" or ")),
        };
        let value = format!(
            "{} of the {}{required}{secret}{hosts}",
            code(&capture.path),
            capture.from.word()
        );
        facts.add(
            &format!("{} is kept with the tokens", code(&capture.name)),
            "captures",
            value,
            Some(&capture.description),
            &capture.sources,
        );
    }
    let response = &provider.token_response;
    let mut remarks = Vec::new();
    if response.any_token_type {
        remarks.push("`token_type` does not determine how the token is sent".to_owned());
    }
    remarks.extend(self::response(response));
    if !remarks.is_empty() {
        facts.add(
            "the token response deviates",
            "token_response",
            remarks.join(", "),
            None,
            &response.sources,
        );
    }
    for rule in &provider.refusals {
        let status = rule.status.map(|status| format!("status {status}"));
        let said = match rule.codes.as_slice() {
            [] if rule.any_code => None,
            [] => Some("no code".to_owned()),
            own => Some(codes(own).join(" or ")),
        };
        let answer: Vec<_> = status.into_iter().chain(said).collect();
        let asked = match rule.operations.as_slice() {
            [] => String::new(),
            operations => format!(", in answer to {}", codes(operations).join(" or ")),
        };
        let means = match rule.means.as_str() {
            RefusalRule::SUCCESS => "that it is done already".to_owned(),
            error => code(error),
        };
        facts.add(
            "an answer means something else than it says",
            "refusals",
            format!("{}{asked}: {means}", answer.join(" with ")),
            None,
            &rule.sources,
        );
    }
}

/// How an answer deviates: its envelope, its members, and how an error is told.
pub(super) fn response(response: &owned::TokenResponse) -> Vec<String> {
    let mut remarks = Vec::new();
    if !response.root.is_empty() {
        remarks.push(format!(
            "the members are in {}",
            code(&response.root.join("."))
        ));
    }
    let others = |name: &str| {
        let mut several = response.elsewhere.iter();
        let paths = several.find(|one| one.member == name).map(|one| &one.paths);
        let paths = paths.into_iter().flatten();
        paths
            .map(|path| format!(", or else {}", code(path)))
            .collect::<String>()
    };
    for (name, other) in &response.rename {
        remarks.push(format!("{} is {}{}", code(name), code(other), others(name)));
    }
    for one in &response.elsewhere {
        let name = &one.member;
        if response.rename.iter().all(|(standard, _)| standard != name) {
            remarks.push(format!("{0} is {0}{1}", code(name), others(name)));
        }
    }
    if let Some(rule) = &response.error {
        let success: Vec<_> = rule
            .success
            .iter()
            .map(|word| match word.as_str() {
                "absent" => word.clone(),
                value => code(value),
            })
            .collect();
        remarks.push(match rule.success.as_slice() {
            [only] if only == "absent" => {
                format!("it is an error if {} is present", code(&rule.member))
            }
            _ => format!(
                "it is an error unless {} is {}",
                code(&rule.member),
                success.join(" or ")
            ),
        });
    }
    remarks
}
