//! `cargo xtask explain`

use std::path::Path;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{self as codegen, Source};

use crate::explain::{self, Options};
use crate::failure::Failure;
use crate::mistakes;
use crate::terminal::Terminal;
use crate::workspace::{self, Workspace};

/// The most names that are offered for a wrong one.
const NAMES: usize = 5;

pub fn run(
    workspace: &Workspace,
    provider: &str,
    options: Options,
    markdown: bool,
    terminal: Terminal,
) -> Result<(), Failure> {
    let source = find(workspace, provider)?;
    let sources = [source];
    let providers = codegen::load(&sources).map_err(|report| mistakes::found(&report, 1))?;
    for provider in &providers {
        if let Some(name) = options.environment {
            check_environment(provider, name)?;
        }
        let document = explain::explain(provider, options)?;
        let text = match markdown {
            true => document.to_markdown(),
            false => document.to_terminal(),
        };
        terminal.data(text.trim_end())?;
    }
    Ok(())
}

/// The spec that is meant: a file, or a provider of the workspace by its module or its own name.
pub(super) fn find(workspace: &Workspace, provider: &str) -> Result<Source, Failure> {
    let path = Path::new(provider);
    if provider.contains(['/', '\\']) || provider.ends_with(".yaml") {
        return workspace::spec(path);
    }
    let mut specs = workspace.specs()?;
    let names: Vec<_> = specs.iter().map(Names::of).collect();
    match names.iter().position(|names| names.are(provider)) {
        Some(index) => Ok(specs.swap_remove(index)),
        None if path.is_file() => workspace::spec(path),
        None => Err(Failure::Arguments(unknown("provider", provider, &names))),
    }
}

/// What a provider is called.
struct Names {
    module: String,
    /// In lower case.
    all: Vec<String>,
}

impl Names {
    fn of(source: &Source) -> Self {
        let module = source.id().to_owned();
        let mut all = vec![module.to_lowercase()];
        // A spec with mistakes still has a name.
        if let Ok(providers) = codegen::load(std::slice::from_ref(source)) {
            all.extend(providers.iter().map(|one| one.name.to_lowercase()));
        }
        Self { module, all }
    }

    fn are(&self, name: &str) -> bool {
        self.all.contains(&name.to_lowercase())
    }

    /// How far a name is from the nearest of these; `None` where it is too far to be meant.
    fn distance(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        let near = |known: &String| {
            let contains = name.len() > 2 && known.contains(&name);
            let distance = strsim::damerau_levenshtein(&name, known);
            (contains || distance <= known.len().max(name.len()) / 3).then_some(distance)
        };
        self.all.iter().filter_map(near).min()
    }
}

fn unknown(what: &str, name: &str, known: &[Names]) -> String {
    let mut near: Vec<_> = known
        .iter()
        .filter_map(|names| Some((names.distance(name)?, names.module.as_str())))
        .collect();
    near.sort_unstable();
    let near: Vec<_> = near
        .into_iter()
        .take(NAMES)
        .map(|(_, module)| format!("`{module}`"))
        .collect();
    let help = match near.as_slice() {
        [] => "`cargo xtask list` lists all; a path names a spec that is kept elsewhere".to_owned(),
        [one] => format!("did you mean {one}?"),
        [others @ .., last] => format!("did you mean {} or {last}?", others.join(", ")),
    };
    format!("there is no {what} `{name}`\n\n{help}")
}

fn check_environment(provider: &Provider, name: &str) -> Result<(), Failure> {
    let mut known = provider.environments.iter();
    if known.any(|environment| environment.name == name) {
        return Ok(());
    }
    let known = provider.environments.iter();
    let known: Vec<_> = known.map(|one| format!("`{}`", one.name)).collect();
    let help = match known.as_slice() {
        [] => format!("{} has none: its endpoints are whole URLs", provider.name),
        known => format!("{} has {}", provider.name, known.join(", ")),
    };
    Err(Failure::Arguments(format!(
        "there is no environment `{name}`\n\n{help}"
    )))
}
