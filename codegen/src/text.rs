//! Texts that are shared: what is made once is in several files, and a part of what was read.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Whether all bytes of a text are of this pattern: a loop, as an iterator's steps take ten times as long
/// where they are not optimised.
macro_rules! is_all {
    ($text:expr, $pattern:pat) => {{
        let bytes = $text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && matches!(bytes[at], $pattern) {
            at += 1;
        }
        at == bytes.len()
    }};
}
pub(crate) use is_all;

/// Texts one after another. `concat` of slices is generic, and where it is not optimised takes three
/// times as long.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut length = 0;
    for part in parts {
        length += part.len();
    }
    let mut text = String::with_capacity(length);
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A text, or a part of one, as a `str`. A clone costs no copy.
#[derive(Clone, Default)]
pub struct Text {
    whole: Arc<String>,
    range: Range<usize>,
}

impl Text {
    /// A part of `whole`; `None` where it does not begin and end between characters.
    pub(crate) fn part(whole: &Arc<String>, range: Range<usize>) -> Option<Self> {
        whole.get(range.clone())?;
        Some(Self {
            whole: Arc::clone(whole),
            range,
        })
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.whole[self.range.clone()]
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Text {
    /// Kept until all is written, so without what a text that grew has left over.
    fn from(mut text: String) -> Self {
        text.shrink_to_fit();
        Self {
            range: 0..text.len(),
            whole: Arc::new(text),
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}
