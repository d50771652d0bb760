//! The variables of URLs: what may stand for each.

use oauth_atlas_description::{
    MOST_NAMES, Template, is_below_suffix, is_host_label, is_host_name, normalized,
};

use crate::check::deviations::anybodys;
use crate::check::urls::NO_IDENTIFIER;
use crate::decode::{Entry, Reader, Spanned, Table};
use crate::language::words::alternatives;
use crate::name;
use crate::spec::{Normalization, Spec, Variable, VariableKind, complaint};

pub(super) fn check(spec: &Spec, entry: &Entry<Variable>, reader: &mut Reader) {
    let Variable {
        values,
        kind,
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
    // The names of credentials are those of arguments, too, which is told with other names.
    if [Template::UUID, Template::ACCESS_TOKEN_HMAC].contains(&entry.key.as_str()) {
        reader.mistake_with_help(
            entry.key_place(),
            format!("`{{{}}}` stands for something already", entry.key),
            "leave it out: it is known everywhere",
        );
    }
    if let Some(values) = values.given().filter(|_| spec.is_in_url(&entry.key)) {
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
        && !kind.value.is_of_text()
    {
        reader.explain(
            "only a path segment can be left out",
            &[(optional.place(), "optional"), (kind.place(), "no segment")],
            None,
        );
    }
    kinds(&entry.value, reader);
    samples(&entry.value, reader);
    if spec.endpoints.is_some() && !spec.is_in_url(&entry.key) && !spec.is_sent(&entry.key) {
        reader.mistake_with_help(
            entry.key_place(),
            format!(
                "no URL, parameter or header has the variable `{}`",
                entry.key
            ),
            format!(
                "write `{{{}}}` where it belongs, or leave it out",
                entry.key
            ),
        );
    }
}

/// What each kind of variable can and cannot have.
fn kinds(variable: &Variable, reader: &mut Reader) {
    let kind = variable.kind.given().map(|kind| kind.value);
    if let Some(suffixes) = variable.suffixes.given() {
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
        let can_have = [
            VariableKind::Host,
            VariableKind::BaseUrl,
            VariableKind::Label,
        ];
        if !kind.is_some_and(|kind| can_have.contains(&kind)) {
            reader.mistake_with_help(
                suffixes.0[0].place(),
                "suffixes are of a host, and this variable is none",
                "leave them out, or write `kind: host`, `kind: label` or `kind: base_url`",
            );
        }
    }
    if let Some(normalize) = variable.normalize.given() {
        for one in &normalize.0 {
            let is_of_host = matches!(kind, Some(VariableKind::Host | VariableKind::Label));
            if !is_of_host {
                reader.mistake_with_help(
                    one.place(),
                    "only what becomes a part of a host is normalized",
                    "leave `normalize` out: a base URL keeps its path, and a segment its letters",
                );
            } else if one.value == Normalization::Url
                && kind == Some(VariableKind::Label)
                && variable.suffixes.is_absent()
            {
                reader.mistake_with_help(
                    one.place(),
                    "the host of a URL is no label",
                    "write what follows the label under `suffixes`, which is taken off",
                );
            }
        }
    }
}

/// A default or an example that the kind, or the list, refuses: the client refuses it, too.
fn samples(variable: &Variable, reader: &mut Reader) {
    let kind = variable.kind.given().map(|kind| kind.value);
    let listed = variable.values.given();
    for (what, sample) in [
        ("default", &variable.default),
        ("example", &variable.example),
    ] {
        let Some(sample) = sample.given() else {
            continue;
        };
        if let Some(listed) = listed
            && !listed.0.iter().any(|one| one.value == sample.value)
        {
            let title = format!("the {what} `{}` is none of the values", sample.value);
            let help = "add it to `values`, or write one of them";
            reader.mistake_with_help(sample.place(), title, help);
        }
        if what == "default" && kind == Some(VariableKind::Secret) {
            reader.mistake_with_help(
                sample.place(),
                "a secret has no default: all the world could read it here",
                "leave it out; the caller gives it",
            );
        } else if let Some(kind) = kind
            && let Some((is, help)) = refused(kind, variable, &sample.value)
        {
            let title = format!("the {what} `{}` {is}", sample.value);
            reader.mistake_with_help(sample.place(), title, help);
        }
    }
}

/// What is wrong with a value of this kind, and what would be right.
pub(super) fn refused(
    kind: VariableKind,
    variable: &Variable,
    value: &str,
) -> Option<(String, String)> {
    let complain = |is: &str, help: &str| Some((is.to_owned(), help.to_owned()));
    let rules = variable.normalize.given().map(|rules| &rules.0);
    let rules: Vec<_> = rules.into_iter().flatten().map(|one| one.value).collect();
    let suffixes = variable.suffixes.given().map(|suffixes| &suffixes.0);
    let suffixes = suffixes.into_iter().flatten().map(|one| one.value.as_str());
    let value = &*normalized(value, kind, &rules, &suffixes.collect::<Vec<_>>());
    match kind {
        VariableKind::OneOf => None,
        VariableKind::BaseUrl => {
            let wrong = complaint(value, true);
            let has_query = value.contains('?').then_some((
                "has a query, and paths are appended to a base URL",
                "leave out what follows the `?`",
            ));
            match (wrong, has_query) {
                (Some(wrong), _) => Some((
                    "is no base URL".to_owned(),
                    format!("{}: {}", wrong.title, wrong.help),
                )),
                (None, Some((is, help))) => complain(is, help),
                (None, None) if value.contains(['{', '}']) => complain(
                    "has braces, and nothing is put in their place here",
                    "write a URL as a caller would: `https://acme.example.com`",
                ),
                (None, None) => {
                    let authority = value.strip_prefix("https://").unwrap_or_default();
                    let host = authority.split(['/', ':']).next().unwrap_or_default();
                    below_suffix(variable, host)
                }
            }
        }
        VariableKind::Host if !is_host_name(value) => complain(
            "is not a host name",
            "write it without scheme, port and path: `acme.example.com`",
        ),
        VariableKind::Host => below_suffix(variable, value),
        VariableKind::Label if !is_host_label(value) => complain(
            "is not one label of a host name",
            "a label has 1 to 63 letters, digits and `-`, and no `-` at its ends (RFC 1123 §2.1)",
        ),
        VariableKind::Label => None,
        VariableKind::Text | VariableKind::Secret => match value {
            "" => complain(
                "is empty",
                "write what a caller would give, or leave the key out",
            ),
            _ => None,
        },
        VariableKind::Segment => match value {
            "" => complain(
                "is empty",
                "write what a caller would give, or leave the key out",
            ),
            value
                if value
                    .split(['/', '\\'])
                    .any(|part| part == ".." || part == ".") =>
            {
                complain(
                    "stands for another path",
                    "write one path segment, and no `.` or `..`",
                )
            }
            _ => None,
        },
    }
}

/// What is wrong with a host that is below none of the suffixes.
fn below_suffix(variable: &Variable, host: &str) -> Option<(String, String)> {
    let suffixes = variable.suffixes.given()?;
    let ends = |suffix: &Spanned<String>| is_below_suffix(host, &suffix.value);
    if suffixes.0.iter().any(ends) {
        return None;
    }
    let all: Vec<_> = suffixes.0.iter().map(|one| one.value.as_str()).collect();
    Some((
        "ends with none of the suffixes".to_owned(),
        format!("it has to end with {}", alternatives(&all)),
    ))
}

/// Names in braces that each request would be long with.
pub(super) fn few<Value>(names: &Table<Value>, of: &str, reader: &mut Reader) {
    if let Some(one) = names.0.get(MOST_NAMES) {
        reader.mistake_with_help(
            one.key_place(),
            format!("{of} has more than {MOST_NAMES} names"),
            "each request looks for its names among all of them: leave out those that no URL needs",
        );
    }
}
