//! Endpoints, environments and variables.

use crate::check::variables;
use crate::decode::{Entry, Place, Reader, Spanned};
use crate::language::words::{alternatives, nearest};
use crate::name;
use crate::spec::{Environment, Piece, Spec, Template, Variable, VariableKind};

/// Stands in a URL for the client's id.
const CLIENT_ID: &str = "client_id";

/// What a URL never spells, as its own text is shown.
const SECRETS: [&str; 5] = [
    "client_secret",
    "access_token",
    "refresh_token",
    "code",
    "code_verifier",
];

/// What is put behind a URL.
const STANDARD: [&str; 6] = [
    "redirect_uri",
    "response_type",
    "scope",
    "scopes",
    "state",
    "code_challenge",
];

/// What a host and a variable can be named.
pub(super) const NO_IDENTIFIER: &str =
    "use lower-case letters, digits and `_`, and no keyword of Rust";

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    environments(spec, reader);
    variables::few(&spec.variables, "`variables`", reader);
    for variable in &spec.variables.0 {
        variables::check(spec, variable, reader);
    }
    let templates = spec.templates();
    for template in &templates {
        for name in template.value.variables() {
            known(spec, name, template, reader);
        }
        opening(spec, template, reader);
    }
    for variable in &spec.variables.0 {
        in_no_host(variable, &templates, reader);
    }
    unused(spec, &templates, reader);
}

fn environments(spec: &Spec, reader: &mut Reader) {
    let Some((first, others)) = spec.environments.0.split_first() else {
        return;
    };
    for environment in &spec.environments.0 {
        variables::few(&environment.value.hosts, "an environment", reader);
        hosts(environment, spec, reader);
    }
    for environment in others {
        for host in first.value.hosts.keys() {
            if !environment.value.hosts.knows(host) {
                reader.explain(
                    format!("the environment `{}` has no host `{host}`", environment.key),
                    &[
                        (environment.key_place(), "all hosts switch together"),
                        (first.key_place(), "the host is named here"),
                    ],
                    Some("name it, even where it stays the same".to_owned()),
                );
            }
        }
        for host in &environment.value.hosts.0 {
            if !first.value.hosts.knows(&host.key) {
                reader.explain(
                    format!("the environment `{}` has no host `{}`", first.key, host.key),
                    &[
                        (host.key_place(), "a host of this environment alone"),
                        (
                            first.key_place(),
                            "the first one says which hosts there are",
                        ),
                    ],
                    Some("name it in both, or leave it out".to_owned()),
                );
            }
        }
    }
}

fn hosts(environment: &Entry<Environment>, spec: &Spec, reader: &mut Reader) {
    for host in &environment.value.hosts.0 {
        if !name::is_identifier(&host.key) {
            reader.mistake_with_help(
                host.key_place(),
                format!("`{}` cannot name a host", host.key),
                NO_IDENTIFIER,
            );
        }
        if let Some(variable) = spec.variables.get(&host.key) {
            reader.explain(
                format!("`{}` is a host and a variable", host.key),
                &[
                    (host.key_place(), "a host"),
                    (variable.key_place(), "a variable"),
                ],
                None,
            );
        }
        let text = &host.value.value.text;
        if text.starts_with('{') {
            reader.mistake_with_help(
                Place::At(host.at),
                "a host of an environment begins with a variable",
                "begin with `https://`; a whole URL of the caller's is a variable of `kind: base_url`, \
                 and belongs into the URLs themselves",
            );
        }
        if text.ends_with('/') {
            reader.mistake_with_help(
                Place::At(host.at),
                "a host ends without a slash",
                "the paths of endpoints begin with one",
            );
        }
        if text.contains('?') {
            reader.mistake_with_help(
                Place::At(host.at),
                "a host has no query",
                "the paths of endpoints follow it",
            );
        }
    }
}

fn known(spec: &Spec, name: &str, template: &Spanned<Template>, reader: &mut Reader) {
    let hosts = spec.environments.0.first().map(|first| &first.value.hosts);
    if name == CLIENT_ID
        || spec.variables.knows(name)
        || hosts.is_some_and(|hosts| hosts.knows(name))
    {
        return;
    }
    if SECRETS.contains(&name) {
        reader.mistake_with_help(
            template.place_of(name),
            format!("`{{{name}}}` would be kept in logs and histories with the URL"),
            "the client sends it by itself, and nothing puts it into a URL's own text; where the \
             provider takes it nowhere but in the query, write `encoding: query`",
        );
        return;
    }
    if STANDARD.contains(&name) {
        reader.mistake_with_help(
            template.place_of(name),
            format!("`{{{name}}}` is a parameter that the client adds by itself"),
            "end the URL before its parameters; one that has another name here is said by `rename`",
        );
        return;
    }
    let names: Vec<_> = spec
        .variables
        .keys()
        .chain(hosts.iter().flat_map(|hosts| hosts.keys()))
        .collect();
    let help = match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{{{near}}}`?"),
        None if names.is_empty() => {
            "add it to `variables`, or to the `hosts` of `environments`".to_owned()
        }
        None => format!("known are {}", alternatives(&names)),
    };
    reader.mistake_with_help(
        template.place_of(name),
        match name {
            "" => "`{}` names no variable".to_owned(),
            name => format!("unknown variable `{{{name}}}`"),
        },
        help,
    );
}

fn opening(spec: &Spec, template: &Spanned<Template>, reader: &mut Reader) {
    let pieces = &template.value.pieces;
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Variable(name) = piece else {
            continue;
        };
        let complaint = match role(spec, name) {
            None => None,
            Some(role) => misplaced(role, name, pieces, index),
        };
        if let Some((title, help)) = complaint {
            reader.mistake_with_help(template.place_of(name), title, help);
        } else if in_host(&pieces[..index]) {
            left_out_of_host(spec, name, template, reader);
        }
    }
}

/// A label may be a path segment as well, and not that alone.
fn in_no_host(variable: &Entry<Variable>, templates: &[&Spanned<Template>], reader: &mut Reader) {
    let Some(kind) = variable.value.kind.given() else {
        return;
    };
    let is_there = |index: usize, pieces: &[Piece]| matches!(&pieces[index], Piece::Variable(name) if *name == variable.key);
    let mut is_in_path = false;
    for template in templates {
        let pieces = &template.value.pieces;
        for index in (0..pieces.len()).filter(|index| is_there(*index, pieces)) {
            if in_host(&pieces[..index]) {
                return;
            }
            is_in_path |= index > 0;
        }
    }
    if is_in_path && kind.value == VariableKind::Label {
        reader.mistake_with_help(
            kind.place(),
            format!("`{{{}}}` stands in no host", variable.key),
            "write `kind: segment`, which may have more characters",
        );
    }
}

/// What may be left out goes with its path segment, and a host has none.
fn left_out_of_host(spec: &Spec, name: &str, template: &Spanned<Template>, reader: &mut Reader) {
    let Some(variable) = spec.variables.get(name) else {
        return;
    };
    // Of a kind that stands in hosts alone, this is said where the kind is.
    if let Some(optional) = variable.value.optional.given()
        && optional.value
        && variable.value.kind.is_absent()
    {
        reader.explain(
            format!("a host without `{{{name}}}` is none"),
            &[
                (template.place_of(name), "a part of the host"),
                (optional.place(), "may be left out"),
            ],
            Some("give it a `default` instead of `optional: true`".to_owned()),
        );
    }
}

/// Where in a URL a variable can stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// At its beginning: a scheme and a host.
    Opening,
    /// As the whole host.
    Host,
    /// As one label of the host.
    Label,
    /// As a path segment.
    Segment,
    /// As a path segment or a part of the host: one of a closed list.
    Listed,
    /// As a value in the query: any other place would be changed by it.
    Text,
    /// In no URL: it is secret.
    Nowhere,
}

fn role(spec: &Spec, name: &str) -> Option<Role> {
    let hosts = spec.environments.0.first().map(|first| &first.value.hosts);
    if hosts.is_some_and(|hosts| hosts.knows(name)) {
        return Some(Role::Opening);
    }
    if name == CLIENT_ID {
        return Some(Role::Segment);
    }
    let variable = &spec.variables.get(name)?.value;
    if variable.values.given().is_some() {
        return Some(Role::Listed);
    }
    Some(match variable.kind.given()?.value {
        VariableKind::OneOf => Role::Listed,
        VariableKind::BaseUrl => Role::Opening,
        VariableKind::Host => Role::Host,
        VariableKind::Label => Role::Label,
        VariableKind::Segment => Role::Segment,
        VariableKind::Text => Role::Text,
        VariableKind::Secret => Role::Nowhere,
    })
}

/// What the place of a variable in a URL makes of it: a kind, or one of listed values. The error is
/// what is wrong with the place, and what would be right.
pub(crate) fn form_at(
    name: &str,
    pieces: &[Piece],
    index: usize,
) -> Result<Option<VariableKind>, (String, String)> {
    if !name::is_identifier(name) {
        return Err((
            format!("`{{{name}}}` cannot name a variable"),
            NO_IDENTIFIER.to_owned(),
        ));
    }
    let possible = if index == 0 {
        &[(Role::Opening, Some(VariableKind::BaseUrl))][..]
    } else if in_host(&pieces[..index]) {
        &[
            (Role::Host, Some(VariableKind::Host)),
            (Role::Label, Some(VariableKind::Label)),
            (Role::Listed, None),
        ][..]
    } else {
        &[(Role::Segment, Some(VariableKind::Segment))][..]
    };
    let mut complaint = None;
    for (role, form) in possible {
        complaint = misplaced(*role, name, pieces, index);
        if complaint.is_none() {
            return Ok(*form);
        }
    }
    complaint.map_or(Ok(None), Err)
}

/// Whether a `{name}` stands for something without an entry in `variables`: the client's id.
pub(crate) fn is_known_anyway(name: &str) -> bool {
    name == CLIENT_ID
}

/// What is wrong with the place of a variable in a URL, and what would be right.
fn misplaced(role: Role, name: &str, pieces: &[Piece], index: usize) -> Option<(String, String)> {
    let in_query = in_query(&pieces[..index]);
    match role {
        Role::Nowhere => {
            return Some((
                format!("`{{{name}}}` is secret, and URLs are kept in logs and histories"),
                "write it in a parameter or a header".to_owned(),
            ));
        }
        Role::Opening => {}
        _ if in_query && is_value(pieces, index) => return None,
        _ if in_query => {
            return Some((
                format!("`{{{name}}}` is only a part of a value in the query"),
                format!("write `?name={{{name}}}`, so that a value is one as a whole"),
            ));
        }
        Role::Text => {
            return Some((
                format!("`{{{name}}}` is any text, which would change the URL"),
                "write `kind: segment`; a text stands in parameters, headers, and a URL's query"
                    .to_owned(),
            ));
        }
        _ => {}
    }
    match role {
        Role::Opening if index > 0 => {
            return Some((
                format!("`{{{name}}}` has a scheme and a host: it can only open the URL"),
                "write it first".to_owned(),
            ));
        }
        Role::Opening if starts_path(pieces.get(1)) => return None,
        Role::Opening => {
            return Some((
                format!("what follows `{{{name}}}` would change the host"),
                format!("write `{{{name}}}/path`"),
            ));
        }
        _ if index == 0 => {
            return Some((
                format!("`{{{name}}}` is no host: a URL cannot begin with it"),
                "begin with `https://`".to_owned(),
            ));
        }
        _ => {}
    }
    let in_host = in_host(&pieces[..index]);
    let before = match &pieces[index - 1] {
        Piece::Literal(text) => text.as_str(),
        Piece::Variable(_) => "",
    };
    let after = match pieces.get(index + 1) {
        Some(Piece::Literal(text)) => text.as_str(),
        Some(Piece::Variable(_)) => "{",
        None => "/",
    };
    match role {
        Role::Opening | Role::Text | Role::Nowhere => None,
        Role::Host if before == "https://" && after.starts_with(['/', '?', ':']) => None,
        Role::Host => Some((
            format!("`{{{name}}}` is a whole host"),
            format!("write `https://{{{name}}}/path`"),
        )),
        Role::Label if in_host && is_in_label(before, after, &pieces[index + 1..]) => None,
        Role::Label if !in_host && is_segment(pieces, index) => None,
        Role::Label if in_host && shares_label(pieces, index) => Some((
            format!("`{{{name}}}` shares a label of the host with another variable"),
            "give each a label of its own, as in `https://{a}.{b}.example.com`, list the `values` of \
             both, or list whole hosts as `environments`"
                .to_owned(),
        )),
        Role::Label => Some((
            format!("`{{{name}}}` is one label of a host, or a part of one"),
            format!(
                "write `https://{{{name}}}.example.com` or `https://api-{{{name}}}.example.com`"
            ),
        )),
        Role::Listed if in_host => None,
        Role::Segment if in_host => Some((
            format!("`{{{name}}}` is a path segment, and stands in the host"),
            "write it behind the host, or make it a `kind: label`".to_owned(),
        )),
        Role::Listed | Role::Segment if !in_host && is_segment(pieces, index) => None,
        Role::Listed | Role::Segment => Some((
            format!("`{{{name}}}` is only a part of a path segment"),
            format!("write `/{{{name}}}/`, so that a value is checked as a whole"),
        )),
    }
}

/// Whether what follows these pieces is still a part of the host.
fn in_host(before: &[Piece]) -> bool {
    let text: String = before
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Variable(_) => "x",
        })
        .collect();
    text.strip_prefix("https://")
        .is_some_and(|rest| !rest.contains(['/', '?']))
}

/// Whether what is between these texts is a label of a host or a part of one, below a domain.
fn is_in_label(before: &str, after: &str, rest: &[Piece]) -> bool {
    let begins = before.rsplit(['/', '.']).next().unwrap_or_default();
    let ends = after.split('.').next().unwrap_or_default();
    let host = rest.iter().map_while(|piece| match piece {
        Piece::Literal(text) if text.starts_with(['/', '?', ':']) => None,
        Piece::Literal(text) => Some(text.split(['/', '?', ':']).next().unwrap_or_default()),
        Piece::Variable(_) => Some("x"),
    });
    !before.is_empty()
        && !begins.starts_with('-')
        && !after.starts_with('{')
        && !ends.ends_with('-')
        && host.collect::<String>().contains('.')
}

/// Whether no dot is between a variable and the one before or behind it.
fn shares_label(pieces: &[Piece], index: usize) -> bool {
    let touches = |between: Option<&Piece>, next: Option<&Piece>| match (between, next) {
        (Some(Piece::Variable(_)), _) => true,
        (Some(Piece::Literal(text)), Some(Piece::Variable(_))) => {
            !text.contains(['.', '/', '?', ':'])
        }
        _ => false,
    };
    let before = |back| index.checked_sub(back).and_then(|at| pieces.get(at));
    touches(before(1), before(2)) || touches(pieces.get(index + 1), pieces.get(index + 2))
}

/// Whether what follows these pieces is a part of the query.
fn in_query(before: &[Piece]) -> bool {
    let mut before = before.iter();
    before.any(|piece| matches!(piece, Piece::Literal(text) if text.contains('?')))
}

/// Whether a variable is the whole value of a pair in the query.
fn is_value(pieces: &[Piece], index: usize) -> bool {
    let before = matches!(&pieces[index - 1], Piece::Literal(text) if text.ends_with('='));
    let ends = match pieces.get(index + 1) {
        None => true,
        Some(Piece::Literal(text)) => text.starts_with('&'),
        Some(Piece::Variable(_)) => false,
    };
    before && ends
}

fn starts_path(piece: Option<&Piece>) -> bool {
    match piece {
        None => true,
        Some(Piece::Literal(text)) => text.starts_with(['/', '?']),
        Some(Piece::Variable(_)) => false,
    }
}

fn is_segment(pieces: &[Piece], index: usize) -> bool {
    let before = matches!(&pieces[index - 1], Piece::Literal(text) if text.ends_with('/'));
    before && starts_path(pieces.get(index + 1))
}

fn unused(spec: &Spec, templates: &[&Spanned<Template>], reader: &mut Reader) {
    let Some(first) = spec.environments.0.first() else {
        return;
    };
    if spec.endpoints.is_none() {
        return;
    }
    for host in &first.value.hosts.0 {
        if !templates
            .iter()
            .any(|t| t.value.variables().any(|name| name == host.key))
        {
            reader.mistake_with_help(
                host.key_place(),
                format!("no URL has the host `{}`", host.key),
                format!("begin a URL with `{{{}}}`, or leave it out", host.key),
            );
        }
    }
}
