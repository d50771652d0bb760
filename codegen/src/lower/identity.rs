//! Who logged in, and the ID tokens.

use oauth_atlas_description::{ClaimName, ResourceStatus, owned};

use crate::decode::Entry;
use crate::lower::endpoints::userinfo;
use crate::lower::{cited, each, many, text, texts};
use crate::model;
use crate::spec::{self, ClaimsFrom, Spec};

pub(super) fn user(spec: &Spec, given: &spec::User) -> Option<model::User> {
    let has_endpoint = spec.endpoints.as_ref()?.userinfo.given().is_some();
    let from = match given.from.given() {
        Some(from) => from.value,
        None if has_endpoint => ClaimsFrom::UserInfo,
        None => ClaimsFrom::IdToken,
    };
    let root = given.root.given();
    let requests = each(&given.requests, |entry| Some(userinfo(&entry.value)))?;
    let names = given.requests.keys().map(str::to_owned);
    Some(model::User {
        value: owned::UserRules {
            from,
            root: root.map_or_else(Vec::new, |root| {
                root.value.split('.').map(str::to_owned).collect()
            }),
            unique: match given.unique.given() {
                Some(unique) => unique.value,
                None => owned::UserRules::default().unique,
            },
            requests: names
                .zip(&requests)
                .map(|(name, endpoint)| owned::UserRequest {
                    name,
                    endpoint: endpoint.value.clone(),
                })
                .collect(),
            claims: each(&given.claims, claim)?,
        },
        claims: given.claims.0.iter().map(facts).collect(),
        requests,
        sources: cited(&given.source),
    })
}

fn claim(entry: &Entry<spec::Claim>) -> Option<owned::Claim> {
    let given = &entry.value;
    let from = given.from.given().map(|from| from.value.as_str());
    let word = from.and_then(ClaimsFrom::from_word);
    let path = given.path.given().map(|path| path.value.clone());
    let is_template = path.as_ref().is_some_and(|path| path.contains('{'));
    let (template, path) = match is_template {
        true => (path, None),
        false => (None, path),
    };
    let conditions = given.r#where.0.iter();
    Some(owned::Claim {
        name: ClaimName::from_word(&entry.key)?,
        from: word,
        request: from.filter(|_| word.is_none()).map(str::to_owned),
        path: path.unwrap_or_default(),
        conditions: conditions
            .map(|one| (one.key.clone(), one.value.clone()))
            .collect(),
        template,
        means_yes: texts(&given.is),
        value: given.value.given().map(|value| value.value.to_string()),
    })
}

fn facts(entry: &Entry<spec::Claim>) -> model::ClaimFacts {
    model::ClaimFacts {
        scope: entry.value.scope.given().map(|scope| scope.value.clone()),
        sources: cited(&entry.value.source),
    }
}

pub(super) fn dpop(given: &spec::Dpop) -> model::Documented<owned::DpopRules> {
    model::Documented {
        value: owned::DpopRules {
            status: given.status.value,
            algorithms: many(&given.algorithms, []),
        },
        description: text(&given.description),
        sources: cited(&given.source),
    }
}

pub(super) fn resource(given: &spec::Resource) -> model::Documented<ResourceStatus> {
    model::Documented {
        value: given.status.value,
        description: text(&given.description),
        sources: cited(&given.source),
    }
}

pub(super) fn id_token(given: &spec::IdToken) -> model::Documented<owned::IdTokenRules> {
    let issuers = given.issuers.given().into_iter();
    let issuers = issuers.flat_map(|issuers| &issuers.0);
    model::Documented {
        value: owned::IdTokenRules {
            issuers: issuers.map(|one| one.value.clone()).collect(),
            jwks_uri: given.jwks_uri.given().map(|url| url.value.text.clone()),
            algorithms: many(&given.algorithms, []),
            nonce: match given.nonce.given() {
                Some(nonce) => nonce.value,
                None => owned::IdTokenRules::default().nonce,
            },
        },
        description: None,
        sources: cited(&given.source),
    }
}
