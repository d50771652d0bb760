//! The spec language, described by its own declaration: every key with what it means, what it
//! takes and which specs use it.

use std::mem;

use crate::decode::UsedKey;
use crate::load::load_each;
use crate::model::Provider;
use crate::spec::LANGUAGE;
use crate::yaml::diagnostic::Report;
use crate::yaml::locate::{self, Step};
use crate::yaml::source::Source;

pub use crate::language::guide::{Guide, Key, Record};
pub use crate::language::reference::Use;
pub use crate::language::shape::{Choice, Form, Scalar, Shape, Word};

/// The most lines of an example.
const LINES: usize = 6;

/// Which keys these specs use.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn uses(sources: &[Source]) -> Result<Vec<Use>, Report> {
    load_with_uses(sources).map(|(_, uses)| uses)
}

/// Reads specs as [`load`](crate::load) does, and finds in the same pass which keys they use.
///
/// # Errors
///
/// Every mistake of every spec.
pub fn load_with_uses(sources: &[Source]) -> Result<(Vec<Provider>, Vec<Use>), Report> {
    let all: Vec<_> = (0..sources.len()).collect();
    let read = load_each(sources, &all, |_, provider, used| (provider, used))?;
    let keys: Vec<_> = LANGUAGE.guide.keys().collect();
    let mut is_seen = vec![false; keys.len()];
    let (mut providers, mut uses) = (Vec::new(), Vec::new());
    for (source, (provider, used)) in sources.iter().zip(read) {
        // One example a key is enough, and finding its place takes time.
        let is_first = |(number, _): &UsedKey| !mem::replace(&mut is_seen[*number], true);
        let firsts: Vec<bool> = used.iter().map(is_first).collect();
        let ways = used.iter().zip(&firsts).filter(|(_, is_first)| **is_first);
        let ways: Vec<_> = ways.map(|((_, steps), _)| steps.clone()).collect();
        let mut examples = examples(source, &ways).into_iter();
        for ((number, _), is_first) in used.into_iter().zip(firsts) {
            let (record, key) = keys[number];
            let example = is_first.then(|| examples.next()).flatten();
            uses.push(Use {
                record,
                key: key.to_owned(),
                provider: provider.id.clone(),
                example: example.unwrap_or_default(),
            });
        }
        providers.push(provider);
    }
    Ok((providers, uses))
}

/// The lines of a spec in which the keys at the ends of these ways are used.
pub(crate) fn examples(source: &Source, ways: &[Vec<Step>]) -> Vec<String> {
    let starts = locate::keys(&source.text, ways).into_iter();
    starts.map(|start| snippet(&source.text, start)).collect()
}

/// The line that begins at a key, and the deeper ones below it.
fn snippet(text: &str, start: usize) -> String {
    let line_start = text[..start].rfind('\n').map_or(0, |end| end + 1);
    let column = start - line_start;
    let mut lines = text[line_start..].lines();
    let first = lines.next().unwrap_or_default();
    let indentation = first.len() - first.trim_start().len();
    // A key inside braces is shown with its line.
    let mut snippet = vec![first.trim_start()];
    let deeper = lines.take_while(|line| {
        let depth = line.len() - line.trim_start().len();
        line.is_empty() || depth > indentation.max(column.min(indentation))
    });
    let mut rest: Vec<_> = deeper
        .map(|line| line.get(indentation..).unwrap_or_default())
        .collect();
    while rest.last().is_some_and(|line| line.trim().is_empty()) {
        rest.pop();
    }
    let cut = rest.len() >= LINES;
    rest.truncate(LINES - 1);
    snippet.extend(rest);
    if cut {
        snippet.push("  # …");
    }
    snippet.join("\n")
}
