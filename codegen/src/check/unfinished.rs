//! What was begun and not finished, and texts that are no sentence of the documentation yet.

use crate::decode::{Place, Reader};
use crate::spec::Spec;
use crate::yaml::tree::{Node, NodeId};

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    for node in begun(reader) {
        let title = match reader.tree.node(node) {
            Node::Text(text) => still_to_do(text),
            _ => continue,
        };
        let help = "write what the provider's pages say, or leave the key out: unknown is fine";
        reader.mistake_with_help(Place::At(node), title, help);
    }
    summary(spec, reader);
}

fn begun(reader: &Reader) -> Vec<NodeId> {
    let written = &reader.source.text;
    // A text has no word that its file has not, unless there are escapes.
    if !written.contains("TODO") && !written.contains('\\') {
        return Vec::new();
    }
    reader.tree.texts(is_begun).collect()
}

fn summary(spec: &Spec, reader: &mut Reader) {
    let Some(summary) = &spec.summary else { return };
    let written = summary.value.0.as_str();
    if is_begun(written) {
        return;
    }
    let named = spec.name.as_ref().map_or("", |name| name.value.0.as_str());
    let phrase = match written
        .strip_prefix(named)
        .and_then(|rest| rest.strip_prefix(" is "))
    {
        Some(phrase) => phrase,
        None => written,
    };
    let right = summary_of(phrase);
    if right != written {
        reader.mistake_with_help(
            summary.place(),
            "a summary is a noun phrase in lower case, without a full stop",
            format!("it reads on after the name; write `{right}`"),
        );
    }
}

/// The most characters of a reminder that its message repeats.
const LONGEST: usize = 200;

fn still_to_do(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.split_once("TODO: ") {
        Some(("", what)) if what.chars().count() <= LONGEST => format!("still to do: {what}"),
        _ => "this is still to be filled in".to_owned(),
    }
}

/// Whether a text is a reminder.
fn is_begun(text: &str) -> bool {
    let starts = text.trim_start().strip_prefix("TODO");
    let is_word = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    // Capitals are few, and all texts of all specs come this way.
    let mut capitals = text.match_indices('T');
    starts.is_some_and(is_word) || capitals.any(|(at, _)| text[at..].starts_with("TODO:"))
}

/// A summary as a spec has it. What may be a name keeps its capitals.
pub(super) fn summary_of(text: &str) -> String {
    let phrase = text.trim().trim_end_matches('.').trim_end();
    let is_shouted = phrase.contains(' ') && !phrase.contains(char::is_lowercase);
    if is_shouted && phrase.contains(char::is_uppercase) {
        return phrase.to_lowercase();
    }
    match phrase.split_once(' ') {
        Some((article @ ("A" | "An" | "The"), rest)) => {
            format!("{} {rest}", article.to_ascii_lowercase())
        }
        _ => phrase.to_owned(),
    }
}
