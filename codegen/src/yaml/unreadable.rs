//! Why a text is no tree, in words that say what to write instead.

use std::ops::Range;

use crate::yaml::diagnostic::Label;

/// Why a text is no tree.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) title: String,
    /// The place to mend first; none where the text is wrong as a whole.
    pub(crate) labels: Vec<Label>,
    pub(crate) help: Option<String>,
    /// A byte of the part of the text that is wrong.
    pub(crate) within: usize,
}

impl Unreadable {
    /// The text is wrong as a whole.
    pub(crate) fn whole(title: impl Into<String>, help: &str) -> Self {
        Self {
            title: title.into(),
            labels: Vec::new(),
            help: Some(help.to_owned()),
            within: 0,
        }
    }

    pub(crate) fn at(
        span: Range<usize>,
        title: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            within: span.start,
            title: title.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: Some(help.into()),
        }
    }

    pub(crate) fn nested(span: Range<usize>) -> Self {
        Self::at(
            span,
            "lists and mappings stand inside each other more than 128 deep",
            "a spec needs no more than ten",
        )
    }

    /// Shows another place, where it is one.
    pub(crate) fn and(mut self, span: Range<usize>, text: &str) -> Self {
        if self.labels.iter().any(|label| label.span == span) {
            return self;
        }
        self.labels.push(Label {
            span,
            text: text.to_owned(),
        });
        self
    }

    pub(crate) fn say(mut self, text: &str) -> Self {
        if let Some(first) = self.labels.first_mut() {
            text.clone_into(&mut first.text);
        }
        self
    }
}

/// What our own visitors complain of, as the parser carries it.
pub(crate) const TAG: &str = "a tag";
pub(crate) const KEY: &str = "a key";
pub(crate) const MERGE_KEY: &str = "a merge key";
pub(crate) const TOO_MANY_NODES: &str = "too many values";
