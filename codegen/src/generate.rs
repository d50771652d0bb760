//! From what is true to files: render and layout.

use crate::files::{Files, Folder};
use crate::memory::Memory;
use crate::model::Provider;
use crate::render::{self, Options};
use crate::yaml::diagnostic::Report;
use crate::yaml::source::{Source, id_of};
use crate::{layout, published};

/// Turns specs into files: load, render, layout.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn generate(sources: &[Source], options: &Options) -> Result<Files, Report> {
    generate_again(sources, options, &mut Memory::default(), |_| String::new())
}

/// As [`generate`], but takes from `memory` what was made of specs that have not changed since. What
/// `about` says of each provider is in [`Memory::about`] then.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn generate_again(
    sources: &[Source],
    options: &Options,
    memory: &mut Memory,
    about: impl Fn(&Provider) -> String + Sync,
) -> Result<Files, Report> {
    memory.learn(sources, options, about)?;
    Ok(match options.package {
        true => package(memory),
        false => modules(memory),
    })
}

/// The files of a whole package.
fn package(memory: &mut Memory) -> Files {
    let mut files = Files::new(Folder::Own);
    let specs = memory.specs();
    let ids: Vec<_> = specs.iter().map(|one| id_of(&one.path)).collect();
    for (id, one) in ids.iter().zip(specs) {
        files.insert(format!("src/{id}.rs"), one.part.module.clone());
        files.insert(format!("json/{id}.json"), one.part.json.clone());
    }
    let providers = ids.iter().zip(specs);
    let all = published::all(providers.map(|(id, one)| (*id, &*one.part.json)));
    files.insert("providers.json", all);
    let [page, readme] = [0, 1].map(|row| {
        let rows = specs.iter().map(|one| &*one.part.rows[row]);
        render::page(rows)
    });
    files.insert("README.md", render::readme(&readme));
    files.insert("Cargo.toml", render::manifest());
    for (name, text) in render::licences() {
        files.insert(name, text.to_owned());
    }
    let ids = ids.join(" ");
    let library = memory.text("src/lib.rs", &format!("{ids}\n{page}"), || {
        let ids: Vec<_> = ids.split_whitespace().collect();
        layout::with_header(&render::library(&page, &ids), "specs/")
    });
    files.insert("src/lib.rs", library);
    files.insert(
        "schema.json",
        memory.text("schema.json", "", published::schema),
    );
    files
}

/// Modules to include in another package.
fn modules(memory: &mut Memory) -> Files {
    let mut files = Files::new(Folder::Shared);
    let specs = memory.specs();
    let ids: Vec<_> = specs.iter().map(|one| id_of(&one.path)).collect();
    for (id, one) in ids.iter().zip(specs) {
        files.insert(format!("{id}.rs"), one.part.module.clone());
    }
    let fakes: Vec<_> = specs.iter().map(|one| &*one.part.fake).collect();
    let fakes = layout::with_header(&fakes.join("\n"), "specs");
    files.insert("fakes.rs", fakes);
    let ids = ids.join(" ");
    let index = memory.text("index.rs", &ids, || {
        let ids: Vec<_> = ids.split_whitespace().collect();
        layout::file(render::index(&ids), "specs")
    });
    files.insert("index.rs", index);
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
