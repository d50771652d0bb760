//! The spec language, described by its own declaration: every key with what it means, what it
//! takes and which specs use it.

use std::collections::BTreeMap;

use crate::decode::Reader;
use crate::load::load_with;
use crate::model::Provider;
use crate::yaml::diagnostic::Report;
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
    let mut uses = Uses::default();
    let providers = load_with(sources, |source, reader| uses.collect(source, reader))?;
    Ok((providers, uses.all))
}

/// The uses of all specs, and who used each key last: of many specs with many keys, each use is
/// looked up once.
#[derive(Default)]
struct Uses {
    all: Vec<Use>,
    last: BTreeMap<(&'static str, String), String>,
}

impl Uses {
    fn collect(&mut self, source: &Source, reader: &Reader) {
        for (record, key, node) in &reader.used {
            let last = self
                .last
                .insert((record, key.clone()), source.id().to_owned());
            let example = match last {
                Some(last) if last == source.id() => continue,
                Some(_) => String::new(),
                // One example a key is enough, and finding its place takes time.
                None => snippet(&source.text, reader.key_start(*node)),
            };
            self.all.push(Use {
                record,
                key: key.clone(),
                provider: source.id().to_owned(),
                example,
            });
        }
    }
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
