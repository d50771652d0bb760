//! `oauth-atlas check`

use std::path::PathBuf;

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{self as codegen, Report, Source};

use crate::day::Day;
use crate::failure::Failure;
use crate::generate;
use crate::mistakes::{self, count};
use crate::requests;
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
    contradicted(&sources, &providers)?;
    for (source, provider) in sources.iter().zip(&providers) {
        for (line, url) in placeholders(source, provider) {
            let path = &source.path;
            terminal.progress(format_args!("{path}:{line}: {url} is a placeholder"));
        }
        for (line, what) in reminders(source) {
            let path = &source.path;
            terminal.progress(format_args!("{path}:{line}: still to do: {what}"));
        }
    }
    terminal.progress(format_args!(
        "{}, no mistakes",
        count(sources.len(), "spec")
    ));
    Ok(())
}

/// What a spec's text alone does not show: days to come, and examples of requests that no client
/// sends.
fn contradicted(sources: &[Source], providers: &[Provider]) -> Result<(), Failure> {
    let mut report = Report::new(sources);
    let today = Day::today();
    for (index, provider) in providers.iter().enumerate() {
        for one in &provider.sources {
            // Where it is tomorrow already, somebody may have read it.
            let is_to_come = one
                .checked
                .parse::<Day>()
                .is_ok_and(|day| today.since(day) < -1);
            if is_to_come {
                report.mistake(
                    index,
                    &["sources", &one.name, "checked"],
                    "this page has not been read yet",
                    format!("write the day on which you read it; today is {today}"),
                );
            }
        }
        for finding in requests::examples::findings(provider) {
            let path: Vec<_> = finding.path.iter().map(String::as_str).collect();
            report.mistake(index, &path, finding.title, finding.help);
        }
    }
    match report.is_empty() {
        true => Ok(()),
        false => Err(mistakes::found(&report, sources.len())),
    }
}

/// What comments say is still to be done, with its line.
fn reminders(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.text.lines().enumerate();
    lines.filter_map(|(index, line)| {
        let (_, comment) = line.split_once("# TODO")?;
        let what = comment.trim_start_matches(':').trim();
        Some((index + 1, what))
    })
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
