//! Mistakes of characters that nobody sees.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::decode::{Place, Reader};
use crate::yaml::diagnostic::{Label, Report};
use crate::yaml::hidden::{Kind, found, is_hidden, without_hidden};
use crate::yaml::source::Source;
use crate::yaml::tree::{Hidden, Tree};

/// After so many the file is something else than a spec.
const MAX_MISTAKES: usize = 20;

/// Reports the hidden characters that stand in the file itself, comments included, except where
/// `complained` says that the parser did. Most control characters are no YAML, of which it always does.
/// Returns whether there is any.
pub(crate) fn report(
    source: &Source,
    report: &mut Report,
    complained: impl Fn(&Range<usize>) -> bool,
) -> bool {
    let text = &source.text;
    let mut found = found(text).peekable();
    if found.peek().is_none() {
        return false;
    }
    let found = found.filter(|(at, character, kind)| match character {
        // They end lines of YAML, comments too, where editors show none.
        '\u{85}' => true,
        '\r' => !text[at + 1..].starts_with('\n'),
        _ => *kind != Kind::Control,
    });
    let mut found = found
        .map(|(at, character, kind)| (at..at + character.len_utf8(), character, kind))
        .filter(|(span, ..)| !complained(span));
    for (span, character, kind) in found.by_ref().take(MAX_MISTAKES) {
        let text = String::new();
        let label = Label { span, text };
        let help = "leave it out".to_owned();
        report.add(kind.title(character), vec![label], Some(help));
    }
    let more = found.count();
    if more > 0 {
        let title = format!("and {more} more characters that nobody sees");
        let help = "leave them out".to_owned();
        report.add(title, Vec::new(), Some(help));
    }
    true
}

/// Whether the text has what becomes a hidden character, or a break in a key: an escape, a tab, or a key
/// of several lines, which begins with a question mark and a space.
fn may_come_from_visible(text: &str) -> bool {
    let mut questions = text.match_indices('?');
    text.contains('\\')
        || text.contains('\t')
        || questions.any(|(at, _)| !text[at + 1..].starts_with(|next: char| !next.is_whitespace()))
}

/// Takes the hidden characters out of the tree, so that nothing later sees or shows them.
pub(crate) fn take_out(tree: &mut Tree, source: &Source, are_in_file: bool) -> Vec<Hidden> {
    if !are_in_file && !may_come_from_visible(&source.text) {
        return Vec::new();
    }
    tree.clean(|text, is_key| {
        // A name is on one line.
        let has_breaks = |text: &str| is_key && (text.contains('\n') || text.contains('\t'));
        match without_hidden(text) {
            clean if has_breaks(&clean) => Some(clean.replace(['\n', '\t'], " ")),
            Cow::Owned(clean) => Some(clean),
            Cow::Borrowed(_) => None,
        }
    })
}

/// Reports those of them that are written as escapes.
pub(crate) fn report_escaped(hidden: &[Hidden], reader: &mut Reader) {
    if hidden.is_empty() {
        return;
    }
    let in_file = hidden_in(&reader.source.text);
    for one in hidden {
        let place = match one.is_key {
            true => Place::KeyOf(one.node),
            false => Place::At(one.node),
        };
        // What stands in the file itself was reported.
        let quoted = reader.quoted(place).map(hidden_in);
        let reported = quoted.as_ref().unwrap_or(&in_file);
        let mut breaks = one.text.chars().filter(|c| matches!(c, '\n' | '\t'));
        let breaks = breaks.find(|_| one.is_key).map(|c| (c, Kind::Control));
        let mut found = found(&one.text).map(|(_, character, kind)| (character, kind));
        let escaped = found.find(|(character, _)| !reported.contains(character));
        if let Some((character, kind)) = escaped.or(breaks) {
            reader.mistake_with_help(place, kind.title(character), "leave out its escape");
        }
    }
}

fn hidden_in(text: &str) -> BTreeSet<char> {
    text.chars()
        .filter(|character| is_hidden(*character))
        .collect()
}
