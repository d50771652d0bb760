//! How long tokens live, and what the token response says of them: nothing of a token that is never
//! sent.

use crate::decode::{Maybe, Place, Reader, Spanned};
use crate::spec::{Answer, Lifetime, Presence, RefreshToken, Spec, TokenLifetime, TokenResponse};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    lifetimes(spec, reader);
    let refresh = spec
        .grants
        .as_ref()
        .and_then(|all| all.refresh_token.given());
    let of_refresh = refresh.and_then(|grant| grant.token_response.given());
    for response in spec.token_responses() {
        let is_of_refresh = of_refresh.is_some_and(|other| other.at == response.at);
        members(response, is_of_refresh, reader);
    }
    if let Some(response) = spec.token_response.given() {
        expiry(spec, response, reader);
    }
    if let (Some(grant), Some(response)) = (refresh, of_refresh) {
        prolonged(grant, response, reader);
    }
}

fn lifetimes(spec: &Spec, reader: &mut Reader) {
    let Some(lifetimes) = spec.lifetimes.given() else {
        return;
    };
    let grants = spec.grants.as_ref();
    let kinds = [
        (&lifetimes.access_token, None),
        (
            &lifetimes.refresh_token,
            grants.map(|grants| ("refresh_token", grants.refresh_token.is_absent())),
        ),
        (
            &lifetimes.authorization_code,
            grants.map(|grants| ("authorization_code", grants.authorization_code.is_absent())),
        ),
    ];
    for (lifetime, grant) in kinds {
        let Some(lifetime) = lifetime.given() else {
            continue;
        };
        if let Some((grant, true)) = grant {
            reader.mistake(
                Place::KeyOf(lifetime.at),
                format!("a lifetime for a grant that is not there: `{grant}`"),
            );
        }
        by_client(spec, lifetime, reader);
    }
    for unheeded in [&lifetimes.refresh_token, &lifetimes.authorization_code] {
        if let Some(assumed) = unheeded.given().and_then(|one| flagged(&one.assumed)) {
            reader.mistake_with_help(
                assumed.place(),
                "only the lifetime of an access token is ever assumed",
                "leave it out",
            );
        }
    }
    if let Some(lifetime) = lifetimes.access_token.given() {
        assumed(spec, lifetime, reader);
    }
}

/// What is assumed has to be a time, of tokens whose answers may not tell it.
fn assumed(spec: &Spec, lifetime: &TokenLifetime, reader: &mut Reader) {
    let Some(assumed) = flagged(&lifetime.assumed) else {
        return;
    };
    let times = [&lifetime.value, &lifetime.confidential, &lifetime.public];
    for time in times.into_iter().filter_map(Maybe::given) {
        if !matches!(time.value, Lifetime::For(_)) {
            reader.explain(
                "a lifetime is assumed that is no time",
                &[
                    (assumed.place(), "assumed where an answer does not tell"),
                    (time.place(), "the lifetime"),
                ],
                Some("leave `assumed` out: no expiry is assumed without it".to_owned()),
            );
        }
    }
    let told = |response: &TokenResponse| {
        let entry = response.fields.get("expires_in")?;
        (entry.value == Presence::Always).then_some(Place::At(entry.at))
    };
    let mut responses = spec.token_responses().map(told);
    if let Some(Some(place)) = responses.next()
        && responses.all(|told| told.is_some())
    {
        reader.explain(
            "a lifetime is assumed where an answer does not tell it, and each answer does",
            &[
                (assumed.place(), "assumed here"),
                (place, "told by every answer"),
            ],
            Some("leave `assumed` out, or write `expires_in: optional`".to_owned()),
        );
    }
}

fn by_client(spec: &Spec, lifetime: &TokenLifetime, reader: &mut Reader) {
    let TokenLifetime {
        at,
        value,
        confidential,
        public,
        ..
    } = lifetime;
    let clients = spec.clients.as_ref();
    let by_client = [
        (
            confidential,
            "confidential",
            clients.map(|clients| clients.confidential.is_absent()),
        ),
        (
            public,
            "public",
            clients.map(|clients| clients.public.is_absent()),
        ),
    ];
    let given = by_client.iter().any(|(lifetime, ..)| !lifetime.is_absent());
    match (value, given) {
        (Maybe::Absent, false) => reader.mistake(Place::KeyOf(*at), "no lifetime is given"),
        (Maybe::Given(value), true) => reader.mistake_with_help(
            value.place(),
            "one lifetime for every client, and one by client type",
            "keep one of the two",
        ),
        _ => {}
    }
    for (lifetime, kind, absent) in by_client {
        if let (Some(lifetime), Some(true)) = (lifetime.given(), absent) {
            reader.mistake(
                Place::KeyOf(lifetime.at),
                format!("`clients` has no {kind} client"),
            );
        }
    }
}

/// The documented member that never comes.
fn never<'r>(response: &'r TokenResponse, member: &str) -> Option<(Place, &'r Presence)> {
    let entry = response.fields.get(member)?;
    (entry.value == Presence::Never).then_some((Place::At(entry.at), &entry.value))
}

/// A refresh that answers no access token prolongs the one that there is, and so does not end it.
fn prolonged(grant: &RefreshToken, response: &TokenResponse, reader: &mut Reader) {
    if let Some((place, _)) = never(response, "access_token")
        && let Some(ends) = grant.ends_access_token.given()
        && ends.value == Answer::Yes
    {
        reader.explain(
            "a refresh ends the access token, and brings none",
            &[
                (ends.place(), "the old one ends"),
                (place, "and no new one comes"),
            ],
            Some("keep the one that the documents show".to_owned()),
        );
    }
}

/// What is said of members that never come.
fn members(response: &TokenResponse, is_of_refresh: bool, reader: &mut Reader) {
    if let (Some((place, _)), false) = (never(response, "access_token"), is_of_refresh) {
        reader.mistake_with_help(
            place,
            "a token response without an access token is none (RFC 6749 §5.1)",
            "where the member has another name, write `rename: { access_token: … }`; a refresh that \
             prolongs the token is said in `grants.refresh_token.token_response`",
        );
    }
    let mut contradicts = |member: &str, said: Place, what: &str| {
        if let Some((place, _)) = never(response, member) {
            reader.explain(
                format!("`{member}` never comes, yet {what}"),
                &[(said, "said here"), (place, "never, it says here")],
                Some("keep the one that the documents show".to_owned()),
            );
        }
    };
    for entry in &response.rename.0 {
        if entry.key != "access_token" {
            contradicts(&entry.key, entry.key_place(), "it has another name");
        }
    }
    if let Some(expiry) = response.expiry.given() {
        contradicts("expires_in", expiry.place(), "it has a unit of its own");
    }
    if let Some(array) = flagged(&response.scope_array) {
        contradicts("scope", array.place(), "it may be a list");
    }
    if let Some(any) = flagged(&response.any_token_type) {
        contradicts("token_type", any.place(), "it has a meaning of its own");
    }
    if let Some(refresh) = response.refresh_expiry.given() {
        let place = refresh.member.place();
        contradicts("refresh_token", place, "it expires");
    }
}

fn flagged(flag: &Maybe<Spanned<bool>>) -> Option<&Spanned<bool>> {
    flag.given().filter(|flag| flag.value)
}

/// The expiry of a token that no grant gives, and the lifetime of one that never comes.
fn expiry(spec: &Spec, response: &TokenResponse, reader: &mut Reader) {
    if let (Some(refresh), Some(grants)) = (response.refresh_expiry.given(), &spec.grants)
        && grants.refresh_token.is_absent()
    {
        reader.explain(
            "no grant uses the refresh token that expires here",
            &[
                (Place::KeyOf(refresh.at), "its expiry"),
                (Place::KeyOf(grants.at), "`refresh_token` is missing here"),
            ],
            Some("add `refresh_token:` to `grants`, or leave `refresh_expiry` out".to_owned()),
        );
    }
    let lifetime = spec.lifetimes.given();
    let lifetime = lifetime.and_then(|lifetimes| lifetimes.refresh_token.given());
    if let (Some(lifetime), Some((place, _))) = (lifetime, never(response, "refresh_token")) {
        reader.explain(
            "a lifetime of a token that never comes",
            &[
                (Place::KeyOf(lifetime.at), "how long it lives"),
                (place, "never, it says here"),
            ],
            Some("keep the one that the documents show".to_owned()),
        );
    }
}
