//! `oauth-atlas check`

use std::path::PathBuf;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{self as codegen, Source};

use crate::failure::Failure;
use crate::generate;
use crate::mistakes::{self, count};
use crate::specs::{self, Specs};
use crate::terminal::Terminal;

pub fn run(specs: &Specs, files: &[PathBuf], terminal: Terminal) -> Result<(), Failure> {
    let sources = if files.is_empty() {
        // What is built in has no mistakes, or the program would not have been published.
        let folder = specs.folder()?;
        generate::read_folder(&folder.path, &folder.shown_as)?
    } else {
        let files = files.iter().map(|file| specs::read(file));
        files.collect::<Result<_, _>>()?
    };
    let providers =
        codegen::load(&sources).map_err(|report| mistakes::found(&report, sources.len()))?;
    for (source, provider) in sources.iter().zip(&providers) {
        for (line, url) in placeholders(source, provider) {
            let path = &source.path;
            terminal.progress(format_args!("{path}:{line}: {url} is a placeholder"));
        }
    }
    terminal.progress(format_args!(
        "{}, no mistakes",
        count(sources.len(), "spec")
    ));
    Ok(())
}

/// The URLs that are to be replaced, each with its line, in the order of the file.
fn placeholders<'p>(source: &Source, provider: &'p Provider) -> Vec<(usize, &'p str)> {
    let urls = provider.placeholders();
    let goes_on = |c: char| c.is_ascii_alphanumeric() || "/.-_?".contains(c);
    let has = |line: &str, url: &str| {
        let mut ends = line.match_indices(url).map(|(start, _)| start + url.len());
        ends.any(|end| !line[end..].starts_with(goes_on))
    };
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .flat_map(|(index, line)| {
            let found = urls.iter().filter(move |url| has(line, url));
            found.map(move |url| (index + 1, *url)).collect::<Vec<_>>()
        })
        .collect()
}
