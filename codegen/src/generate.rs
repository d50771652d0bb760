//! From what is true to files: render and layout.

use crate::files::{Files, Folder};
use crate::load::load;
use crate::model::Provider;
use crate::render::{self, Options};
use crate::yaml::diagnostic::Report;
use crate::yaml::source::Source;
use crate::{layout, published};

/// Turns specs into files: [`load`], then [`render`].
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
        true => Folder::Own,
        false => Folder::Shared,
    });
    let source_folder = if options.package { "src/" } else { "" };
    for provider in providers {
        let text = layout::file(
            render::module(provider, options),
            layout::origin(&provider.path),
        );
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
        let fakes = render::fake::index(providers, options);
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
