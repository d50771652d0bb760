//! The spec language, described by its own declaration: every key with what it means, what it
//! takes and which specs use it.

pub(crate) mod json;
mod schema;
mod shape;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::decode::{Decode, Reader, alternatives};
use crate::model::Provider;
use crate::source::Source;
use crate::spec::Spec;
use crate::{Report, load_with, prose};

pub use shape::{Choice, Form, Scalar, Shape, Word};

/// Every record of the language, outermost first.
#[derive(Clone, Debug, Default)]
pub struct Guide {
    /// The records.
    pub records: Vec<Record>,
}

/// A mapping with fixed keys.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// The key that a text stands for, where one does.
    pub shorthand: Option<&'static str>,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A key of a [`Record`].
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it has to be there.
    pub required: bool,
}

/// A key in a spec.
#[derive(Clone, Debug)]
pub struct Use {
    /// The record's name.
    pub record: &'static str,
    /// The key.
    pub key: String,
    /// The provider.
    pub provider: String,
    /// The lines of the spec, without their indentation; the first few of a long value.
    pub example: String,
}

/// The most lines of an example.
const LINES: usize = 6;

impl Guide {
    /// The language as this version reads it.
    #[must_use]
    pub fn new() -> Self {
        let mut guide = Self::default();
        Spec::describe(&mut guide);
        guide
    }

    /// What a key says and takes, in sentences.
    pub(crate) fn about(&self, record: &str, key: &str) -> String {
        self.key(record, key).map_or_else(String::new, |key| {
            format!("{} Takes {}.", key.about, self.takes(&key.shape))
        })
    }

    /// The key of a record that a text stands for.
    pub(crate) fn shorthand(&self, record: &str) -> Option<&'static str> {
        self.record(record)?.shorthand
    }

    /// Whether the value of a key is no mapping and no list.
    pub(crate) fn takes_one_value(&self, record: &str, key: &str) -> bool {
        self.key(record, key).is_some_and(|key| match &key.shape {
            Shape::Choice(_) | Shape::Scalar(_) => true,
            Shape::Many(item) => matches!(**item, Shape::Choice(_) | Shape::Scalar(_)),
            Shape::Record(_) | Shape::List(_) | Shape::Table(_) => false,
        })
    }

    fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }

    fn key(&self, record: &str, key: &str) -> Option<&Key> {
        let mut keys = self.record(record)?.keys.iter();
        keys.find(|one| one.name == key)
    }

    /// What a key takes, without a page to refer to.
    fn takes(&self, shape: &Shape) -> String {
        match shape {
            Shape::Record(name) => match self.shorthand(name) {
                Some(key) => format!("a mapping, or a text that stands for `{key}`"),
                None => "a mapping".to_owned(),
            },
            Shape::Choice(choice) => {
                let words: Vec<_> = choice.words.iter().map(|word| word.word).collect();
                alternatives(&words)
            }
            Shape::Scalar(scalar) => scalar.about.to_owned(),
            Shape::Many(item) => format!("{}, or a list of them", self.takes(item)),
            Shape::List(item) => format!("a list: {}", self.takes(item)),
            Shape::Table(value) => format!("a mapping from names: {}", self.takes(value)),
        }
    }

    /// Makes place for a record; `false` where it is described already.
    pub(crate) fn begin(
        &mut self,
        name: &'static str,
        about: &'static str,
        shorthand: Option<&'static str>,
    ) -> bool {
        let is_new = !self.records.iter().any(|record| record.name == name);
        if is_new {
            let about = about.trim();
            self.records.push(Record {
                name,
                about,
                shorthand,
                keys: Vec::new(),
            });
        }
        is_new
    }

    pub(crate) fn end(&mut self, name: &'static str, keys: Vec<Key>) {
        if let Some(record) = self.records.iter_mut().find(|record| record.name == name) {
            record.keys = keys;
        }
    }

    /// The reference of the language, as Markdown: a section a record, a line a key, and an example
    /// of each record from the specs.
    #[must_use]
    pub fn to_markdown(&self, uses: &[Use]) -> String {
        let mut text = String::new();
        for record in &self.records {
            let _ = write!(text, "\n### {}\n\n{}", record.name, record.about);
            if let Some(key) = record.shorthand {
                let _ = write!(text, " A text alone stands for `{key}`.");
            }
            text += "\n\n";
            for key in &record.keys {
                let required = if key.required { ", required" } else { "" };
                let Key {
                    name, about, shape, ..
                } = key;
                let _ = writeln!(text, "- **`{name}`** ({shape}{required}): {about}");
                let used = uses
                    .iter()
                    .find(|used| used.record == record.name && used.key == *name);
                if let Some(used) = used {
                    let fence = prose::fence(&used.example);
                    let _ = writeln!(text, "\n  {fence}yaml\n  # {}.yaml", used.provider);
                    for line in used.example.lines() {
                        let _ = writeln!(text, "  {line}");
                    }
                    let _ = writeln!(text, "  {fence}\n");
                }
            }
        }
        text
    }
}

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
