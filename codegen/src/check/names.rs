//! Names that a spec chooses or a provider spells, as they become Rust: each must be one, not be
//! taken by what every module has, and be there once.

use std::collections::BTreeMap;
use std::ptr;

use crate::check::grants::is_standard;
use crate::decode::{Entry, Place, Reader};
use crate::name;
use crate::spec::{Callback, Scope, Spec};
use crate::yaml::tree::NodeId;

/// What a client can have as a method, whether this provider's has it or not: a spec whose provider
/// turns out to have one more endpoint must not break.
const CLIENT: &[&str] = &[
    "api_headers",
    "authorize",
    "authorize_device",
    "call_api",
    "change_registration",
    "client_auth",
    "client_credentials",
    "clone",
    "confidential",
    "core",
    "delete_registration",
    "discover",
    "environment",
    "finish",
    "finish_device",
    "finish_without_code",
    "introspect",
    "log_out",
    "poll_device",
    "provider",
    "public",
    "read_registration",
    "redirect_uri",
    "refresh",
    "register",
    "revoke_access_token",
    "revoke_refresh_token",
    "scope_separator",
    "token_encoding",
    "token_source",
    "unregistered",
    "user",
    "userinfo",
    "with_consent",
    "with_dpop",
    "with_registration",
    "with_settings",
];

/// What an authorization request can have as a method.
const AUTHORIZE: &[&str] = &[
    "for_resource",
    "offline",
    "param",
    "push",
    "redirect_uri",
    "scope",
    "sign",
    "start",
];

/// The types of a module, and those of Rust's prelude that its code names.
const TYPES: &[&str] = &[
    "AsRef",
    "Authorize",
    "Client",
    "Environment",
    "Into",
    "IntoIterator",
    "Option",
    "Result",
    "Scope",
    "String",
];

/// The arguments and the inner names of the functions that make a client.
const ARGUMENTS: &[&str] = &["client_id", "client_secret", "core", "credential"];

const OWN_NAME: &str = "the name is the spec's own: choose another";
const PROVIDERS_NAME: &str =
    "give it the fixed `value` that is always sent, or leave it to the caller's `param`";

/// A name and how the spec comes to it.
struct Name<'s> {
    /// What it names.
    what: &'static str,
    wire: &'s str,
    /// What it would be in Rust.
    rust: Option<String>,
    place: Place,
    /// What can be done where it will not do.
    help: &'static str,
}

impl<'s> Name<'s> {
    fn own(what: &'static str, wire: &'s str, rust: Option<String>, at: NodeId) -> Self {
        Self {
            what,
            wire,
            rust,
            place: Place::KeyOf(at),
            help: OWN_NAME,
        }
    }

    fn providers(what: &'static str, wire: &'s str, rust: Option<String>, at: NodeId) -> Self {
        Self {
            what,
            wire,
            rust,
            place: Place::KeyOf(at),
            help: PROVIDERS_NAME,
        }
    }
}

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    unique(client(spec), CLIENT, ("method", " of the client"), reader);
    let refused = unique(
        authorize(spec),
        AUTHORIZE,
        ("method", " of the authorization request"),
        reader,
    );
    // A name that is no method need not be refused as a type as well.
    let mut types = types(spec);
    types.retain(|one| !refused.contains(&one.place));
    unique(types, TYPES, ("type", ""), reader);
    unique(
        arguments(spec),
        ARGUMENTS,
        ("argument", " of the client's constructor"),
        reader,
    );
    for extension in spec.grants.iter().flat_map(|grants| &grants.extensions.0) {
        let given = extension.value.parameters.0.iter();
        let given = given.filter(|one| one.value.is_argument());
        let named = given.map(|one| {
            let help = "give one of them a fixed `value`";
            Name {
                help,
                ..Name::own("parameter", &one.key, name::method(&one.key), one.at)
            }
        });
        unique(named.collect(), &[], ("argument", ""), reader);
    }
    values(spec, reader);
    for group in spec.scope_groups() {
        scopes(&group.value.values.0, None, reader);
    }
    if let Some(table) = spec.scopes.given() {
        let prefix = table.prefix.given().map(|prefix| prefix.value.as_str());
        scopes(&table.values.0, prefix, reader);
    }
}

fn client(spec: &Spec) -> Vec<Name<'_>> {
    let extensions = spec.grants.iter().flat_map(|grants| &grants.extensions.0);
    let signed = extensions
        .clone()
        .filter(|one| !one.value.assertion.is_absent());
    let signed = signed.map(|one| {
        let method = name::method(&format!("{}_with_key", one.key));
        Name::own("grant", &one.key, method, one.at)
    });
    let extensions =
        extensions.map(|one| Name::own("grant", &one.key, name::method(&one.key), one.at));
    extensions
        .chain(signed)
        .chain(setters(spec, false))
        .collect()
}

fn authorize(spec: &Spec) -> Vec<Name<'_>> {
    let options = spec.authorization_parameters();
    let options = options
        .filter(|one| one.value.value.is_absent() && !is_standard(spec, one))
        .map(|one| Name::providers("parameter", &one.key, name::method(&one.key), one.at));
    let groups = spec.scope_groups().map(|one| {
        let method = name::method(&format!("{}_scopes", one.key));
        Name::own("group of scopes", &one.key, method, one.at)
    });
    options.chain(groups).chain(setters(spec, true)).collect()
}

/// The variables that a method sets, of the client or of a login.
fn setters(spec: &Spec, by_login: bool) -> impl Iterator<Item = Name<'_>> {
    let callback = spec.callback.given();
    let is_kept = callback.is_some_and(Callback::may_lack_code);
    let variables = spec.variables.0.iter().filter(move |one| {
        let chosen = is_kept || one.value.is_optional() || !one.value.default.is_absent();
        (chosen || !spec.is_in_url(&one.key)) && spec.is_chosen_by_login(one) == by_login
    });
    variables.map(|one| Name::own("variable", &one.key, name::method(&one.key), one.at))
}

fn types(spec: &Spec) -> Vec<Name<'_>> {
    let options = spec.authorization_parameters();
    let options = options.filter(|one| {
        one.value.value.is_absent() && !one.value.values.is_absent() && !is_standard(spec, one)
    });
    let options = options
        .map(|one| Name::providers("parameter", &one.key, name::type_name(&one.key), one.at));
    let variables = spec
        .variables
        .0
        .iter()
        .filter(|one| !one.value.values.is_absent());
    let variables =
        variables.map(|one| Name::own("variable", &one.key, name::type_name(&one.key), one.at));
    let groups = spec.scope_groups().map(|one| {
        let type_name = name::type_name(&format!("{}_scope", one.key));
        Name::own("group of scopes", &one.key, type_name, one.at)
    });
    let captures = spec.captures.0.iter();
    let captures =
        captures.map(|one| Name::own("capture", &one.key, name::type_name(&one.key), one.at));
    options
        .chain(variables)
        .chain(groups)
        .chain(captures)
        .collect()
}

fn arguments(spec: &Spec) -> Vec<Name<'_>> {
    let variables = spec.variables.0.iter();
    variables
        .map(|one| Name::own("variable", &one.key, name::method(&one.key), one.at))
        .collect()
}

/// The variants of closed lists.
fn values(spec: &Spec, reader: &mut Reader) {
    let variables = spec.variables.0.iter().map(|one| &one.value.values);
    let options = spec.authorization_parameters().map(|one| &one.value.values);
    let lists: Vec<_> = variables
        .chain(options)
        .filter_map(|values| values.given())
        .collect();
    for list in lists {
        let named = list.0.iter().map(|one| Name {
            what: "value",
            wire: &one.value,
            rust: name::variant(&one.value),
            place: one.place(),
            help: "leave the list out, and give a `type` or a `kind` instead",
        });
        unique(named.collect(), &[], ("variant", ""), reader);
    }
    let environments = spec.environments.0.iter();
    let environments =
        environments.map(|one| Name::own("environment", &one.key, name::variant(&one.key), one.at));
    unique(environments.collect(), &[], ("variant", ""), reader);
}

/// The variants of a scope enum.
fn scopes(table: &[Entry<Scope>], prefix: Option<&str>, reader: &mut Reader) {
    let mut named = Vec::new();
    for scope in table {
        let rust = match scope.value.rust_name.given() {
            Some(given) if name::variant(&given.value).as_ref() != Some(&given.value) => {
                reader.mistake_with_help(
                    given.place(),
                    format!("`{}` cannot name a variant", given.value),
                    match name::variant(&given.value) {
                        Some(right) => format!("write `{right}`"),
                        None => "write a word that begins with a letter, as `ReadAll`".to_owned(),
                    },
                );
                continue;
            }
            Some(given) => Some(given.value.clone()),
            None => name::scope_variant(&scope.key, prefix),
        };
        let help = "give it a `rust_name`, as in `{ rust_name: ReadAll, description: … }`";
        named.push(Name {
            help,
            ..Name::own("scope", &scope.key, rust, scope.at)
        });
    }
    unique(named, &[], ("variant", ""), reader);
}

/// Reports names that are none in Rust, are taken, or are there twice, and says which.
fn unique(
    names: Vec<Name>,
    taken: &[&str],
    (kind, of): (&str, &str),
    reader: &mut Reader,
) -> Vec<Place> {
    let mut refused = Vec::new();
    let mut known: BTreeMap<&str, &Name> = BTreeMap::new();
    for one in &names {
        let Name {
            what,
            wire,
            place,
            help,
            ..
        } = one;
        let Some(rust) = one.rust.as_deref() else {
            let title = format!("the {what} `{wire}` has nothing that Rust could name it by");
            reader.mistake_with_help(*place, title, *help);
            refused.push(*place);
            continue;
        };
        if taken.contains(&rust) {
            let title =
                format!("the {what} `{wire}` would be the {kind} `{rust}`{of}, which is taken");
            reader.mistake_with_help(*place, title, *help);
            refused.push(*place);
            continue;
        }
        let first = *known.entry(rust).or_insert(one);
        if !ptr::eq(first, one) {
            let kinds = if first.what == *what {
                format!("the {what}s `{}` and `{wire}`", first.wire)
            } else {
                format!(
                    "the {} `{}` and the {what} `{wire}`",
                    first.what, first.wire
                )
            };
            reader.explain(
                format!("{kinds} would both be the {kind} `{rust}`{of}"),
                &[(*place, "this one"), (first.place, "and this one")],
                Some((*help).to_owned()),
            );
            refused.push(*place);
        }
    }
    refused
}
