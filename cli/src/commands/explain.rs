//! `oauth-atlas explain`

use oauth_atlas_codegen as codegen;
use oauth_atlas_codegen::model::Provider;

use crate::explain::{self, Options};
use crate::failure::Failure;
use crate::mistakes;
use crate::specs::Specs;
use crate::terminal::Terminal;

pub fn run(
    specs: &Specs,
    provider: &str,
    options: Options,
    markdown: bool,
    terminal: Terminal,
) -> Result<(), Failure> {
    let sources = [specs.named(provider)?];
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
