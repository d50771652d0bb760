//! Turns YAML descriptions of OAuth 2.0 providers into typed Rust clients.
//!
//! The stages, each a module, each a function from one type to the next:
//!
//! | stage | from | to |
//! | --- | --- | --- |
//! | parse | [`Source`] | a tree whose nodes know their place |
//! | decode | the tree | what the spec says, and every mistake of form |
//! | check | what it says | every mistake of meaning |
//! | lower | what it says | a [`model::Provider`]: defaults filled in, names final |
//! | render | the model | tokens |
//! | layout | tokens | text |
//! | write or compare | [`Files`] | a folder, or what differs from it |
//!
//! Everything before [`Files`] is pure: no file system, no terminal, no network. [`Builder`] is all of
//! it in one call, for a `build.rs`.

#![deny(missing_docs)]

mod builder;
mod check;
mod decode;
mod diagnostic;
pub mod facts;
mod files;
pub mod guide;
mod hidden;
mod layout;
mod locate;
mod lower;
pub mod model;
mod name;
pub mod prose;
mod published;
mod render;
mod source;
mod spec;
mod syntax;
mod tree;
pub mod writing;

pub use builder::Builder;
pub use diagnostic::{Diagnostic, Label, Report};
pub use files::{Difference, DifferenceKind, Files, Written};
pub use render::Options;
pub use source::Source;

use std::collections::BTreeMap;

use decode::{Decode, Place, Reader};
use model::Provider;
use tree::{Node, Tree};

/// Reads specs: parse, decode, check, lower.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn load(sources: &[Source]) -> Result<Vec<Provider>, Report> {
    load_with(sources, |_, _| ())
}

/// [`load`], which shows the reader of each spec without a mistake to `with`.
fn load_with(
    sources: &[Source],
    mut with: impl FnMut(&Source, &Reader),
) -> Result<Vec<Provider>, Report> {
    let mut report = Report::new(sources);
    let mut providers = Vec::new();
    let mut modules = BTreeMap::new();
    for (index, source) in sources.iter().enumerate() {
        if let Some(first) = modules.insert(source.id(), &source.path) {
            let title = format!("{first} and {} would be one module", source.path);
            let help = format!(
                "`{}` is the module of `{first}` as well: rename one of the files",
                source.id()
            );
            report.add(index, title, Vec::new(), Some(help));
        }
        providers.extend(read(index, source, &mut report, |reader| {
            with(source, reader)
        }));
    }
    if report.is_empty() {
        return Ok(providers);
    }
    report.sort();
    Err(report)
}

/// Turns specs into files: [`load`], then [`render`](render()).
///
/// # Errors
///
/// Every mistake of every spec.
pub fn generate(sources: &[Source], options: &Options) -> Result<Files, Report> {
    Ok(render(&load(sources)?, options))
}

/// Turns providers into files: render, then layout.
#[must_use]
pub fn render(providers: &[Provider], options: &Options) -> Files {
    let mut files = Files::new(match options.package {
        true => files::Folder::Own,
        false => files::Folder::Shared,
    });
    let source_folder = if options.package { "src/" } else { "" };
    for provider in providers {
        let text = layout::file(render::module(provider, options), origin(&provider.path));
        files.insert(format!("{source_folder}{}.rs", provider.id), text);
        if options.package {
            let (path, text) = published::one(provider);
            files.insert(path, text);
        }
    }
    if options.package {
        for (path, text) in [published::all(providers), published::schema()] {
            files.insert(path, text);
        }
        files.insert("Cargo.toml", render::manifest());
        files.insert("README.md", render::readme(providers));
        for (name, text) in render::licences() {
            files.insert(name, text.to_owned());
        }
        files.insert(
            "src/lib.rs",
            layout::file(render::library(providers), "specs/"),
        );
    } else {
        files.insert("index.rs", layout::file(render::index(providers), "specs"));
        let fakes = render::fake::index(providers, &render::runtime(options));
        files.insert("fakes.rs", layout::file(fakes, "specs"));
    }
    files
}

/// The shortest program that gets a token set from a provider, as the documentation of its module
/// shows it.
#[must_use]
pub fn example(provider: &Provider, options: &Options) -> String {
    render::example(provider, options)
}

/// The JSON file of a provider that a program has as a constant.
#[must_use]
pub fn json(provider: &oauth_atlas_description::Provider) -> String {
    oauth_atlas_description::owned::Provider::from(provider).to_json()
}

/// How a generated file names its spec: the folder and the file, wherever the folder is.
fn origin(path: &str) -> &str {
    let is_separator = |c| c == '/' || c == '\\';
    let mut parts = path.rmatch_indices(is_separator);
    match parts.nth(1) {
        Some((end_of_parent, _)) => &path[end_of_parent + 1..],
        None => path,
    }
}

/// Reads one spec, and shows its reader to `with` where there is no mistake.
fn read(
    index: usize,
    source: &Source,
    report: &mut Report,
    with: impl FnOnce(&Reader),
) -> Option<Provider> {
    let before = report.len();
    let mut tree = match Tree::parse(source) {
        Ok(tree) => tree,
        Err(mistakes) => {
            if source.text.len() <= source::MAX_BYTES {
                let labels = || mistakes.iter().flat_map(|mistake| &mistake.labels);
                hidden::report(index, source, report, |span| {
                    labels().any(|label| label.span == *span)
                });
            }
            for mistake in mistakes {
                report.add(index, mistake.title, mistake.labels, mistake.help);
            }
            return None;
        }
    };
    hidden::report(index, source, report, |_| false);
    let hidden = hidden::take_out(&mut tree);
    let mut reader = Reader {
        source,
        index,
        tree: &tree,
        report,
        cited: Vec::new(),
        used: Vec::new(),
        spent: 0,
        untold: 0,
    };
    hidden::report_escaped(&hidden, &mut reader);
    let spec = decode(&mut reader);
    if reader.untold > 0 {
        let title = format!("and {} more mistakes", reader.untold);
        let help = "mend those above first".to_owned();
        reader.report.add(index, title, Vec::new(), Some(help));
    }
    let spec = spec?;
    if reader.report.len() > before {
        return None;
    }
    with(&reader);
    let lowered = lower::lower(source, &spec, tree.keys());
    if lowered.is_none() {
        reader.mistake(Place::Spec, "the spec is incomplete");
    }
    lowered
}

/// Decodes and checks.
fn decode(reader: &mut Reader) -> Option<spec::Spec> {
    let root = reader.tree.root();
    if let Node::Null = reader.tree.node(root) {
        reader.mistake_with_help(
            Place::Spec,
            "the spec is empty",
            "begin with `name`, `summary`, `documentation`, `sources`, `endpoints`, `clients` and \
             `grants`",
        );
        return None;
    }
    let spec = spec::Spec::decode(root, reader)?;
    check::check(&spec, reader);
    Some(spec)
}
