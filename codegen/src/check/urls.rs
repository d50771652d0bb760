//! Endpoints, environments and variables.

use crate::check::deviations::anybodys;
use crate::decode::{Entry, Place, Reader, Spanned};
use crate::language::words::{alternatives, nearest};
use crate::name;
use crate::spec::{Environment, Piece, Spec, Template, Variable, VariableKind};

/// Stands in a URL for the client's id.
const CLIENT_ID: &str = "client_id";

/// What a host and a variable can be named.
const NO_IDENTIFIER: &str = "use lower-case letters, digits and `_`, and no keyword of Rust";

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    environments(spec, reader);
    for variable in &spec.variables.0 {
        variable_itself(spec, variable, reader);
    }
    let templates = spec.templates();
    for template in &templates {
        for name in template.value.variables() {
            known(spec, name, template, reader);
        }
        opening(spec, template, reader);
    }
    unused(spec, &templates, reader);
}

fn environments(spec: &Spec, reader: &mut Reader) {
    let Some((first, others)) = spec.environments.0.split_first() else {
        return;
    };
    for environment in &spec.environments.0 {
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
        if host.value.0.ends_with('/') {
            reader.mistake_with_help(
                Place::At(host.at),
                "a host ends without a slash",
                "the paths of endpoints begin with one",
            );
        }
        if host.value.0.contains(['?', '#']) {
            reader.mistake_with_help(
                Place::At(host.at),
                "a host has no query and no fragment",
                "the paths of endpoints follow it",
            );
        }
    }
}

fn variable_itself(spec: &Spec, entry: &Entry<Variable>, reader: &mut Reader) {
    let Variable {
        values,
        kind,
        example,
        optional,
        ..
    } = &entry.value;
    if !name::is_identifier(&entry.key) {
        reader.mistake_with_help(
            entry.key_place(),
            format!("`{}` cannot name a variable", entry.key),
            NO_IDENTIFIER,
        );
    }
    if values.is_absent() && kind.is_absent() {
        reader.mistake_with_help(
            entry.key_place(),
            format!("what may stand for `{}`?", entry.key),
            "give its `values`, or `kind: base_url`",
        );
    }
    if let (Some(values), Some(kind)) = (values.given(), kind.given()) {
        reader.explain(
            "a variable has `values` or a `kind`, not both",
            &[
                (kind.place(), "of this kind"),
                (values.0[0].place(), "one of these"),
            ],
            None,
        );
    }
    if let Some(values) = values.given() {
        for value in &values.0 {
            let safe = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            if value.value.is_empty() || !value.value.chars().all(safe) || value.value == ".." {
                reader.mistake_with_help(
                    value.place(),
                    format!("`{}` could change the URL around it", value.value),
                    "a value has letters, digits and `-._~`",
                );
            }
        }
    }
    if let (Some(kind), Some(optional)) = (kind.given(), optional.given())
        && optional.value
        && kind.value != VariableKind::Segment
    {
        reader.explain(
            "only a path segment can be left out",
            &[(optional.place(), "optional"), (kind.place(), "no segment")],
            None,
        );
    }
    if let (Some(example), None) = (example.given(), kind.given()) {
        reader.mistake(
            Place::KeyOf(example.at),
            "the example of a variable with `values` is one of them",
        );
    }
    kinds(&entry.value, reader);
    if spec.endpoints.is_some()
        && !spec
            .templates()
            .iter()
            .any(|t| t.value.variables().any(|name| name == entry.key))
    {
        reader.mistake_with_help(
            entry.key_place(),
            format!("no URL has the variable `{}`", entry.key),
            format!(
                "write `{{{}}}` where it belongs, or leave it out",
                entry.key
            ),
        );
    }
}

/// What each kind of variable can and cannot have.
fn kinds(variable: &Variable, reader: &mut Reader) {
    let Variable {
        values,
        kind,
        suffixes,
        default,
        example,
        ..
    } = variable;
    let kind = kind.given().map(|kind| kind.value);
    if let Some(suffixes) = suffixes.given() {
        for suffix in &suffixes.0 {
            let Some(domain) = suffix.value.strip_prefix('.') else {
                reader.mistake_with_help(
                    suffix.place(),
                    format!("`{}` would let in hosts of others", suffix.value),
                    format!("begin with the dot: `.{}`", suffix.value),
                );
                continue;
            };
            if let Some((title, help)) = anybodys(&suffix.value, domain) {
                reader.mistake_with_help(
                    suffix.place(),
                    title,
                    format!("write a dot and {help}, as `.acme.com`"),
                );
            }
        }
        if kind != Some(VariableKind::Host) {
            reader.mistake(
                suffixes.0[0].place(),
                "only a variable of `kind: host` has suffixes",
            );
        }
    }
    if let Some(default) = default.given() {
        let listed = values.given();
        if listed.is_some_and(|many| !many.0.iter().any(|one| one.value == default.value)) {
            reader.mistake_with_help(
                default.place(),
                format!("the default `{}` is none of the values", default.value),
                "add it to `values`, or write one of them",
            );
        }
        if kind == Some(VariableKind::BaseUrl) {
            reader.mistake(default.place(), "a base URL of the caller's has no default");
        }
    }
    if let (Some(example), Some(VariableKind::BaseUrl)) = (example.given(), kind)
        && !example.value.starts_with("https://")
    {
        reader.mistake(example.place(), "a base URL begins with `https://`");
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
        }
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
        Role::Opening => None,
        Role::Host if before == "https://" && after.starts_with(['/', '?']) => None,
        Role::Host => Some((
            format!("`{{{name}}}` is a whole host"),
            format!("write `https://{{{name}}}/path`"),
        )),
        Role::Label if in_host && before.ends_with(['/', '.']) && after.starts_with('.') => None,
        Role::Label => Some((
            format!("`{{{name}}}` is one label of a host"),
            format!("write `https://{{{name}}}.example.com`"),
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
