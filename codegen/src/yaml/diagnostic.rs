//! Mistakes in specs, drawn as rustc draws them.

mod drawn;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::ops::Range;

use annotate_snippets::Renderer;

use crate::yaml::hidden::visible;
use crate::yaml::source::Source;
use drawn::Lines;

/// A mistake in a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, in one line.
    pub title: String,
    /// The spec's path.
    pub path: String,
    /// The first place, from 1 and in characters; where a file is wrong as a whole, its start.
    pub line: usize,
    /// See [`Diagnostic::line`].
    pub column: usize,
    /// The places in the text, the one to mend first.
    pub labels: Vec<Label>,
    /// What would be right.
    pub help: Option<String>,
}

/// A place in a spec, and what is said there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes that are underlined.
    pub span: Range<usize>,
    /// What is said of them; may be empty.
    pub text: String,
}

/// Every mistake of a run.
///
/// `Debug` prints what `Display` does, as that is what a `build.rs` shows that returns it from `main`.
#[derive(Clone, Default)]
pub struct Report {
    found: Vec<(usize, Diagnostic)>,
    pub(crate) sources: Vec<Source>,
    /// Of the sources with mistakes.
    lines: BTreeMap<usize, Lines>,
}

impl Report {
    /// A report of specs without mistakes of their own, for what is found with more than their text.
    #[must_use]
    pub fn new(sources: &[Source]) -> Self {
        Self {
            found: Vec::new(),
            sources: sources.to_vec(),
            lines: BTreeMap::new(),
        }
    }

    /// A report of one spec.
    pub(crate) fn of(source: &Source) -> Self {
        Self::new(std::slice::from_ref(source))
    }

    /// Adds a mistake of the only source.
    pub(crate) fn add(
        &mut self,
        title: impl Into<String>,
        labels: Vec<Label>,
        help: Option<String>,
    ) {
        self.add_to(0, title, labels, help);
    }

    /// Adds what is reported of the source with this index.
    pub(crate) fn add_all(&mut self, source: usize, of_one: Report) {
        self.lines
            .extend(of_one.lines.into_values().map(|lines| (source, lines)));
        let found = of_one.found.into_iter();
        self.found
            .extend(found.map(|(_, diagnostic)| (source, diagnostic)));
    }

    /// Adds a mistake of the source with this index.
    pub(crate) fn add_to(
        &mut self,
        source: usize,
        title: impl Into<String>,
        labels: Vec<Label>,
        help: Option<String>,
    ) {
        let Source { path, text, .. } = &self.sources[source];
        let start = labels.first().map_or(0, |label| label.span.start);
        let lines = self.lines.entry(source).or_insert_with(|| Lines::of(text));
        let (line, column) = lines.place(text, start);
        let diagnostic = Diagnostic {
            title: visible(title.into()),
            path: visible(path.clone()),
            line,
            column,
            labels,
            help: help.map(visible),
        };
        if !self.found.iter().any(|(_, known)| *known == diagnostic) {
            self.found.push((source, diagnostic));
        }
    }

    pub(crate) fn sort(&mut self) {
        self.found
            .sort_by_key(|(source, found)| (*source, found.line, found.column));
    }

    /// The mistakes in the order of files and lines.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter().map(|(_, diagnostic)| diagnostic)
    }

    /// How many mistakes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The mistakes as text, with the lines they stand on. `styled` adds terminal colours.
    #[must_use]
    pub fn render(&self, styled: bool) -> String {
        let renderer = if styled {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let mut text = String::new();
        for (source, diagnostic) in &self.found {
            let lines = &self.lines[source];
            text += &drawn::draw(&renderer, &self.sources[*source].text, lines, diagnostic);
            text += "\n\n";
        }
        text
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.render(false).trim_end())
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\n{self}")
    }
}

impl Error for Report {}
