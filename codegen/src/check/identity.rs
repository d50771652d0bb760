//! Who logged in, and the ID tokens.

use std::collections::BTreeSet;

use oauth_atlas_description::{GrantKind, ResourceStatus, Template};

use crate::check::braces::brace;
use crate::check::scopes::listed;
use crate::decode::{Entry, Place, Reader, Spanned, words_of};
use crate::spec::{
    CaptureFrom, Claim, ClaimName, ClaimsFrom, Example, Nonce, Operation, SigningAlgorithm, Spec,
    User,
};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    if let Some(user) = spec.user.given() {
        self::user(spec, user, reader);
    }
    id_token(spec, reader);
    dpop(spec, reader);
    resource(spec, reader);
    for example in &spec.examples.0 {
        self::example(spec, &example.value, reader);
    }
}

fn claim_names() -> Vec<&'static str> {
    words_of(ClaimName::SHAPE, &[])
}

fn user(spec: &Spec, user: &User, reader: &mut Reader) {
    let has_sub = user.claims.knows(ClaimName::Sub.word());
    if !has_sub {
        reader.mistake_with_help(
            Place::KeyOf(user.at),
            "nothing says which user it is",
            "add `claims: { sub: … }`, the path of the identifier that never changes",
        );
    }
    if let Some(root) = user.root.given() {
        path(&root.value, root.place(), reader);
        if root.value.contains("[]") {
            reader.mistake_with_help(
                root.place(),
                "`root` leads through members alone",
                "write the array in each claim: `data[].id`",
            );
        }
    }
    let from = match user.from.given() {
        Some(from) => {
            origin(spec, from.value, from.place(), reader);
            Some(from.value)
        }
        None => None,
    };
    let has_endpoint = spec.endpoints.iter().any(|e| !e.userinfo.is_absent());
    if from.is_none() && user.from.is_absent() && !has_endpoint {
        origin(spec, ClaimsFrom::IdToken, Place::KeyOf(user.at), reader);
    }
    let mut used = BTreeSet::new();
    for claim in &user.claims.0 {
        if ClaimName::from_word(&claim.key).is_none() {
            reader.unknown(claim.key_place(), "claim", &claim.key, &claim_names());
        }
        self::claim(spec, user, claim, &mut used, reader);
    }
    for request in &user.requests.0 {
        if !used.contains(request.key.as_str()) {
            reader.mistake_with_help(
                request.key_place(),
                format!("no claim comes from the request `{}`", request.key),
                format!(
                    "write `from: {}` in the claims that do, or leave it out",
                    request.key
                ),
            );
        }
        if ClaimsFrom::from_word(&request.key).is_some() {
            reader.mistake_with_help(
                request.key_place(),
                format!("`{}` is taken: it has a meaning of its own", request.key),
                "give the request another name",
            );
        }
        let needed = request.value.scope.given();
        for scope in needed.into_iter().flat_map(|many| &many.0) {
            listed(spec.scopes.given(), &scope.value, scope.place(), reader);
        }
    }
}

/// Whether there is anything there to read claims from.
fn origin(spec: &Spec, from: ClaimsFrom, place: Place, reader: &mut Reader) {
    let has_endpoint = spec.endpoints.iter().any(|e| !e.userinfo.is_absent());
    match from {
        ClaimsFrom::UserInfo if !has_endpoint => reader.mistake_with_help(
            place,
            "there is no UserInfo endpoint",
            "add `endpoints.userinfo`, or write `from: id_token` or `from: token_response`",
        ),
        ClaimsFrom::IdToken if spec.id_token.is_absent() => reader.mistake_with_help(
            place,
            "nothing says how the ID token is checked from which the claims come",
            "add `id_token:`, with at least its `jwks_uri` or `algorithms`",
        ),
        ClaimsFrom::UserInfo | ClaimsFrom::IdToken | ClaimsFrom::TokenResponse => {}
    }
}

fn claim<'s>(
    spec: &Spec,
    user: &User,
    claim: &'s Entry<Claim>,
    used: &mut BTreeSet<&'s str>,
    reader: &mut Reader,
) {
    let given = &claim.value;
    if let Some(from) = given.from.given() {
        match ClaimsFrom::from_word(&from.value) {
            Some(word) => origin(spec, word, from.place(), reader),
            None => {
                used.insert(from.value.as_str());
                if !user.requests.knows(&from.value) {
                    let mut known = words_of(ClaimsFrom::SHAPE, &[]);
                    known.extend(user.requests.keys());
                    reader.unknown(from.place(), "origin of a claim", &from.value, &known);
                }
            }
        }
    }
    if let Some(scope) = given.scope.given() {
        listed(spec.scopes.given(), &scope.value, scope.place(), reader);
    }
    match (given.path.given(), given.value.given()) {
        (Some(path), Some(value)) => reader.explain(
            format!("`{}` is a member and a promise", claim.key),
            &[
                (path.place(), "this is one"),
                (value.place(), "and this the other"),
            ],
            Some("leave one of them out".to_owned()),
        ),
        (None, Some(value)) if claim.key != ClaimName::EmailVerified.word() => {
            reader.mistake_with_help(
                value.place(),
                format!("`{}` is not the same for every user", claim.key),
                "`value` belongs to `email_verified` alone; write the `path` of the member",
            );
        }
        (None, None) if given.path.is_absent() && given.value.is_absent() => {
            reader.mistake_with_help(
                claim.key_place(),
                format!("nothing says where `{}` is", claim.key),
                "write the path of its member",
            );
        }
        (Some(text), None) => {
            unsigned(spec, user, claim, text, reader);
            let is_template = text.value.contains('{');
            if let (true, Some((start, end))) = (is_template, brace(&text.value)) {
                reader.mistake_with_help(
                    Place::Part(text.at, start, end),
                    format!("`{}` is not the name of one member", &text.value[start..end]),
                    "between braces stands a name of letters, digits and `_`, as `{id}`, and no path: a \
                     path stands alone, without braces",
                );
            } else if !is_template {
                path(&text.value, text.place(), reader);
            }
            if let Some(first) = given.r#where.0.first()
                && !text.value.contains("[]")
            {
                reader.explain(
                    "a condition on an element, and the path leads into no array",
                    &[
                        (first.key_place(), "the condition"),
                        (text.place(), "the path"),
                    ],
                    Some("write `[]` behind the name of the array: `emails[].value`".to_owned()),
                );
            }
        }
        _ => {}
    }
    if let Some(word) = given.is.given().and_then(|many| many.0.first()) {
        let is_other = claim.key != ClaimName::EmailVerified.word();
        if is_other
            || given
                .path
                .given()
                .is_none_or(|path| path.value.contains('{'))
        {
            reader.mistake_with_help(
                word.place(),
                "`is` says which words of a member mean yes",
                "it belongs to `email_verified` with a `path` alone: leave it out",
            );
        }
    }
    for condition in &given.r#where.0 {
        path(&condition.key, condition.key_place(), reader);
    }
}

/// Whoever is sent back to a program can change what the URL says of them, next to a code of their own.
fn unsigned(
    spec: &Spec,
    user: &User,
    claim: &Entry<Claim>,
    path: &Spanned<String>,
    reader: &mut Reader,
) {
    let identifies = [ClaimName::Sub, ClaimName::Email, ClaimName::EmailVerified];
    let callback = spec.callback.given();
    let is_signed = callback.is_some_and(|callback| !callback.signature.is_absent());
    if is_signed || !identifies.iter().any(|name| name.word() == claim.key) {
        return;
    }
    let from = match claim.value.from.given() {
        Some(from) => ClaimsFrom::from_word(&from.value),
        None => user.from.given().map(|from| from.value),
    };
    if from != Some(ClaimsFrom::TokenResponse) {
        return;
    }
    let template = Template::of(&path.value);
    let named: Vec<_> = template.names().collect();
    let is_of = |name: &str| {
        let is_first = |path: &str| path.split(['.', '[']).next() == Some(name);
        is_first(&path.value) || named.iter().any(|path| is_first(path))
    };
    let mut captures = spec.captures.0.iter();
    let of_callback = captures
        .find(|capture| is_of(&capture.key) && capture.value.from.value == CaptureFrom::Callback);
    if let Some(capture) = of_callback {
        reader.explain(
            format!("anybody could claim to be another `{}`", claim.key),
            &[
                (path.place(), "who the user is"),
                (
                    capture.key_place(),
                    "comes in the callback's URL, which no signature protects",
                ),
            ],
            Some(
                "take it from the token response, the ID token or the UserInfo endpoint, or leave it out"
                    .to_owned(),
            ),
        );
    }
}

/// A path has names between its dots; only `[]` may stand alone, for the answer itself.
fn path(path: &str, place: Place, reader: &mut Reader) {
    let mut names = path.split('.').enumerate();
    let is_wrong = |(index, name): (usize, &str)| match name.strip_suffix("[]") {
        Some("") => index != 0,
        Some(_) => false,
        None => name.is_empty(),
    };
    if names.any(is_wrong) {
        reader.mistake_with_help(
            place,
            format!("`{path}` is not a path"),
            "names are joined by dots, with `[]` behind the name of an array: `emails[].value`",
        );
    }
}

fn id_token(spec: &Spec, reader: &mut Reader) {
    let Some(rules) = spec.id_token.given() else {
        return;
    };
    if rules.issuers.is_absent() && spec.issuer.is_absent() {
        reader.mistake_with_help(
            Place::KeyOf(rules.at),
            "nothing says who issues the ID tokens",
            "add `issuer: https://…` to the spec, or `issuers` here: the values of `iss`",
        );
    }
    let parameter = spec
        .authorization_parameters()
        .find(|one| one.key == "nonce");
    if let (Some(nonce), Some(parameter)) = (rules.nonce.given(), parameter)
        && nonce.value == Nonce::Repeated
    {
        reader.explain(
            "`nonce` is sent twice",
            &[
                (
                    nonce.place(),
                    "the client makes one, sends it and compares it",
                ),
                (parameter.key_place(), "and this one is the caller's"),
            ],
            Some("leave the parameter out".to_owned()),
        );
    }
}

/// What a login or a request for tokens names itself is no parameter of the spec's, and what is refused
/// is none at all.
fn resource(spec: &Spec, reader: &mut Reader) {
    let Some(rules) = spec.resource.given() else {
        return;
    };
    let is_resource = |key: &str| key == "resource";
    let mut logins = spec.authorization_parameters();
    let login = logins.find(|one| is_resource(&one.key));
    let grants = spec.grants.iter().flat_map(|grants| grants.parameters());
    // A grant of the provider's own may have a parameter of this name that is something else.
    let mut grants = grants.filter(|(kind, _)| *kind != GrantKind::Extension);
    let grant = grants.find_map(|(_, table)| table.get("resource"));
    let login = login.map(|one| (one.key_place(), one.value.value.given().is_some()));
    let grant = grant.map(|one| (one.key_place(), one.value.value.given().is_some()));
    for (place, is_fixed) in login.into_iter().chain(grant) {
        let (title, why, help) = match (rules.status.value, is_fixed) {
            (ResourceStatus::Refused, _) => (
                "`resource` is refused, and sent",
                "refused here",
                "leave one of the two out",
            ),
            (ResourceStatus::Supported, true) => (
                "`resource` is always the same, and the caller's to choose",
                "any resource here",
                "leave the key `resource` out, or the fixed parameter",
            ),
            (ResourceStatus::Supported, false) => (
                "`resource` is given twice",
                "the client has a method for it",
                "leave the parameter out",
            ),
        };
        reader.explain(
            title,
            &[(place, "the parameter"), (rules.status.place(), why)],
            Some(help.to_owned()),
        );
    }
}

/// Proofs are signed with ES256 alone, and go with a token in `Authorization` (RFC 9449 §7.1).
fn dpop(spec: &Spec, reader: &mut Reader) {
    let Some(rules) = spec.dpop.given() else {
        return;
    };
    if let Some(algorithms) = rules.algorithms.given()
        && !algorithms
            .0
            .iter()
            .any(|one| one.value == SigningAlgorithm::Es256)
    {
        reader.mistake_with_help(
            Place::At(rules.at),
            "no client can sign such a proof: they sign with `ES256`",
            "leave `dpop` out, and say so in a note",
        );
    }
    let header = spec.api.given().and_then(|api| api.header.given());
    if let Some(header) = header.filter(|one| one.value != "authorization") {
        reader.explain(
            "a bound token is sent in `Authorization` (RFC 9449 §7.1)",
            &[
                (header.place(), "it is sent elsewhere"),
                (Place::KeyOf(rules.at), "tokens may be bound"),
            ],
            Some("leave one of the two out".to_owned()),
        );
    }
}

fn example(spec: &Spec, example: &Example, reader: &mut Reader) {
    let is_of_user = !example.user.0.is_empty() || !example.answers.0.is_empty();
    let first = example.user.0.first().map(Entry::key_place);
    let first = first.or_else(|| example.answers.0.first().map(Entry::key_place));
    let Some(place) = first.filter(|_| is_of_user) else {
        return;
    };
    let Some(user) = spec.user.given() else {
        reader.mistake_with_help(
            place,
            "nothing says where the claims of a user are",
            "add `user:` to the spec",
        );
        return;
    };
    let gives_tokens = matches!(
        example.operation.value,
        Operation::AuthorizationCode | Operation::RefreshToken | Operation::DeviceCode
    );
    if example.operation.value != Operation::UserInfo && !gives_tokens {
        reader.mistake_with_help(
            place,
            "this operation does not tell who logged in",
            "an example with `user` is one of `userinfo`, or of a grant that gives tokens",
        );
    }
    for answer in &example.answers.0 {
        if !user.requests.knows(&answer.key) {
            let names: Vec<_> = user.requests.keys().collect();
            reader.unknown(answer.key_place(), "request", &answer.key, &names);
        }
    }
    for claim in &example.user.0 {
        match ClaimName::from_word(&claim.key) {
            None => reader.unknown(claim.key_place(), "claim", &claim.key, &claim_names()),
            Some(ClaimName::EmailVerified)
                if !["true", "false", "unknown"].contains(&claim.value.as_str()) =>
            {
                reader.unknown(
                    Place::At(claim.at),
                    "verification",
                    &claim.value,
                    &["true", "false", "unknown"],
                );
            }
            Some(_) => {}
        }
    }
}
