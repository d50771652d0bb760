//! JWTs that a client signs.

use oauth_atlas_description::owned;

use crate::decode::{Maybe, Spanned};
use crate::lower::{cited, flag, many, texts, values};
use crate::model;
use crate::spec::{self, Lifetime};

/// The JWTs of a client type, with their sources.
pub(super) fn documented(
    client: &spec::Client,
) -> Vec<(&'static str, model::Documented<owned::Assertion>)> {
    let given = [
        ("assertion", &client.assertion),
        ("signed_secret", &client.signed_secret),
    ];
    let given = given.into_iter();
    given
        .filter_map(|(key, given)| {
            let given = given.given()?;
            let documented = model::Documented {
                value: assertion(given),
                description: None,
                sources: cited(&given.source),
            };
            Some((key, documented))
        })
        .collect()
}

/// The JWT of a login says who made it, for whom, and what is asked for (RFC 9101 §4).
pub(super) fn request_object(given: &spec::Assertion) -> model::Documented<owned::Assertion> {
    let mut value = assertion(given);
    if given.audience.is_absent() {
        "issuer".clone_into(&mut value.audience);
    }
    if given.subject.is_absent() {
        value.subject.clear();
    }
    model::Documented {
        value,
        description: None,
        sources: cited(&given.source),
    }
}

pub(super) fn assertion(given: &spec::Assertion) -> owned::Assertion {
    let standard = owned::Assertion::default();
    let or = |given: &Maybe<Spanned<String>>, standard: String| match given.given() {
        Some(given) => given.value.clone(),
        None => standard,
    };
    owned::Assertion {
        audience: or(&given.audience, standard.audience),
        issuer: or(&given.issuer, standard.issuer),
        subject: match or(&given.subject, standard.subject).as_str() {
            "none" => String::new(),
            subject => subject.to_owned(),
        },
        lifetime: given.lifetime.given().and_then(|one| match one.value {
            Lifetime::For(duration) => Some(duration.seconds()),
            Lifetime::Never | Lifetime::Unknown => None,
        }),
        algorithms: many(&given.algorithms, []),
        requires: texts(&given.requires),
        not_before: flag(&given.not_before),
        claims: values(&given.claims),
    }
}
