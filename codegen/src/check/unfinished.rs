//! What was begun and not finished, and texts that are no sentence of the documentation yet.

use crate::decode::{Place, Reader};
use crate::spec::Spec;
use crate::writing;
use crate::yaml::tree::NodeId;

pub(super) fn check(spec: &Spec, reader: &mut Reader) {
    let begun: Vec<NodeId> = reader.tree.texts(is_begun).collect();
    for node in begun {
        reader.mistake_with_help(
            Place::At(node),
            "this is still to be filled in",
            "write what the provider's pages say, or leave the key out: unknown is fine",
        );
    }
    summary(spec, reader);
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
    let right = writing::summary(phrase);
    if right != written {
        reader.mistake_with_help(
            summary.place(),
            "a summary is a noun phrase in lower case, without a full stop",
            format!("it reads on after the name; write `{right}`"),
        );
    }
}

/// Whether a text is a reminder.
fn is_begun(text: &str) -> bool {
    let starts = text.trim_start().strip_prefix("TODO");
    let is_word = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    starts.is_some_and(is_word) || text.contains("TODO:")
}
