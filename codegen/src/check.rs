//! What no single value of a spec shows: rules between them. Every rule runs, whatever the others
//! found.

mod about;
mod assertions;
mod braces;
mod clients;
mod codes;
mod deviations;
mod endpoints;
mod examples;
mod exchanges;
mod facts;
mod grants;
mod identity;
mod names;
mod queries;
mod refusals;
mod registration;
mod requests;
mod responses;
mod scopes;
mod tokens;
mod unfilled;
mod unfinished;
mod urls;
mod variables;

pub(crate) use scopes::is_scope;
pub(crate) use urls::{form_at, is_known_anyway};

use crate::decode::{Place, Reader};
use crate::name;
use crate::spec::Spec;

/// Modules and files that are there already: those of the generated crate, those of a cargo
/// package, and the crates that its code names.
const RESERVED_MODULES: &[&str] = &[
    "alloc",
    "core",
    "fakes",
    "index",
    "lib",
    "main",
    "oauth_atlas_runtime",
    "runtime",
    "std",
];

pub(crate) fn check(spec: &Spec, reader: &mut Reader) {
    module_name(reader);
    names::check(spec, reader);
    unfinished::check(spec, reader);
    facts::check(spec, reader);
    registration::check(spec, reader);
    tokens::check(spec, reader);
    urls::check(spec, reader);
    unfilled::check(spec, reader);
    clients::check(spec, reader);
    assertions::check(spec, reader);
    deviations::check(spec, reader);
    endpoints::check(spec, reader);
    about::check(spec, reader);
    codes::check(spec, reader);
    grants::check(spec, reader);
    exchanges::check(spec, reader);
    requests::check(spec, reader);
    queries::check(spec, reader);
    responses::check(spec, reader);
    braces::check(spec, reader);
    refusals::check(spec, reader);
    scopes::check(spec, reader);
    identity::check(spec, reader);
    examples::check(spec, reader);
}

/// A summary as a spec has it.
pub(crate) fn summary(text: &str) -> String {
    unfinished::summary_of(text)
}

/// Whether a text has a `{name}`, which nothing replaces outside of URLs and headers.
pub(crate) fn has_variable(text: &str) -> bool {
    braces::variable(text).is_some()
}

/// Whether a file of this name describes a module.
pub(crate) fn is_module_name(id: &str) -> bool {
    name::is_identifier(id) && !RESERVED_MODULES.contains(&id) && device(id).is_none()
}

/// What Windows takes a file of this name for, whatever its ending: no file of that name can be
/// written there.
fn device(file: &str) -> Option<String> {
    let stem = file.split('.').next().unwrap_or_default().trim_end();
    let name = stem.to_ascii_lowercase();
    let number = name
        .strip_prefix("com")
        .or_else(|| name.strip_prefix("lpt"));
    let is_port = number.is_some_and(|number| matches!(number.as_bytes(), [b'0'..=b'9']));
    let is_device = is_port || matches!(name.as_str(), "aux" | "con" | "nul" | "prn");
    is_device.then_some(name)
}

fn module_name(reader: &mut Reader) {
    let id = reader.source.id().to_owned();
    let taken = match device(&id) {
        Some(device) => Some((format!("on Windows, `{device}` is a device"), device)),
        None if name::is_keyword(&id) => Some(("it is a keyword of Rust".to_owned(), id.clone())),
        None if RESERVED_MODULES.contains(&id.as_str()) => Some((
            "generated code has this name already".to_owned(),
            id.clone(),
        )),
        None => None,
    };
    if let Some((why, name)) = taken {
        reader.mistake_with_help(
            Place::Spec,
            format!("`{id}` cannot name a module: {why}"),
            format!("give the file another name, such as `{name}_oauth.yaml`"),
        );
    } else if !is_module_name(&id) {
        reader.mistake_with_help(
            Place::Spec,
            format!("`{id}` cannot name a module"),
            "name the file with lower-case letters, digits and `_`, beginning with a letter",
        );
    }
}
