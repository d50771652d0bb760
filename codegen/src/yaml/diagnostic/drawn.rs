//! The lines of a spec around a mistake. A mistake costs what is shown of them, however long the spec
//! and its lines are.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::yaml::diagnostic::{Diagnostic, Label};

/// What is read of a line on both sides of a place, in bytes: more than the 140 columns that are shown,
/// whatever their characters.
const AROUND: usize = 600;

/// Places further apart than this are drawn apart.
const APART: usize = 1_000;

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let ends = text.match_indices('\n');
        Self(
            std::iter::once(0)
                .chain(ends.map(|(end, _)| end + 1))
                .collect(),
        )
    }

    /// The line and the column of a byte, from 1 and in characters.
    pub(super) fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let column = text[self.0[line - 1]..at].chars().count() + 1;
        (line, column)
    }

    fn line(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }

    /// The whole lines that these bytes are in.
    fn around(&self, text: &str, span: &Range<usize>) -> Range<usize> {
        let start = self.0[self.line(span.start) - 1];
        let end = self.0.get(self.line(span.end)).copied();
        start..end.unwrap_or(text.len())
    }
}

pub(super) fn draw(renderer: &Renderer, text: &str, lines: &Lines, found: &Diagnostic) -> String {
    let path = found.path.as_str();
    let title = Level::ERROR.primary_title(found.title.as_str());
    let mut group = Group::with_title(title);
    if found.labels.is_empty() {
        // Tools that read `path:line:column` need all three.
        group = group.element(Origin::path(path).line(1).char_column(1));
    }
    let mut columns = Vec::new();
    for part in parts(text, &found.labels) {
        let whole = lines.around(text, &part.span);
        let shown = near(text, &whole, &part.span);
        if shown.start > whole.start {
            // The renderer counts from the start of what it is given.
            let first = part.first();
            let (line, column) = lines.place(text, first);
            let counted = text[shown.start..first].chars().count() + 1;
            let place = |column| format!("{path}:{line}:{column}");
            columns.push((place(counted), place(column)));
        }
        let snippet = Snippet::source(&text[shown.clone()]).line_start(lines.line(shown.start));
        let annotations = part.labels.iter();
        let annotations =
            annotations.map(|(index, label)| annotation(text, *index, label, shown.start));
        group = group.element(snippet.path(path).annotations(annotations));
    }
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let drawn = renderer.render(&[group]);
    let columns = columns.into_iter();
    columns.fold(drawn, |drawn, (counted, right)| {
        drawn.replacen(&counted, &right, 1)
    })
}

/// Labels that are drawn together.
struct Part<'l> {
    span: Range<usize>,
    /// Each with its index, the first of all being the one to mend first.
    labels: Vec<(usize, &'l Label)>,
}

impl Part<'_> {
    /// Where the label begins whose place is shown.
    fn first(&self) -> usize {
        let first = self.labels.iter().min_by_key(|(index, _)| *index);
        first.map_or(self.span.start, |(_, label)| label.span.start)
    }
}

fn parts<'l>(text: &str, labels: &'l [Label]) -> Vec<Part<'l>> {
    let mut parts = Vec::<Part<'_>>::new();
    for (index, label) in labels.iter().enumerate() {
        let span = drawn(text, label);
        let near = parts.iter_mut().find(|part| {
            let gap = span
                .start
                .max(part.span.start)
                .saturating_sub(span.end.min(part.span.end));
            gap <= APART
        });
        if let Some(part) = near {
            part.span = part.span.start.min(span.start)..part.span.end.max(span.end);
            part.labels.push((index, label));
        } else {
            let labels = vec![(index, label)];
            parts.push(Part { span, labels });
        }
    }
    parts
}

/// What is underlined.
fn drawn(text: &str, label: &Label) -> Range<usize> {
    let Range { start, end } = label.span;
    start..boundary(text, end.min(start + AROUND))
}

fn annotation<'a>(text: &str, index: usize, label: &'a Label, start: usize) -> Annotation<'a> {
    let kind = match index {
        0 => AnnotationKind::Primary,
        _ => AnnotationKind::Context,
    };
    let Range {
        start: from,
        end: to,
    } = drawn(text, label);
    kind.span(from - start..to - start)
        .label(label.text.as_str())
}

/// As much of `whole` as is read around a place in it.
fn near(text: &str, whole: &Range<usize>, span: &Range<usize>) -> Range<usize> {
    let start = whole.start.max(span.start.saturating_sub(AROUND));
    let end = whole.end.min(span.end + AROUND);
    boundary(text, start)..boundary(text, end)
}

/// The end of the last whole character before this byte.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
