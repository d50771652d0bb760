//! The documentation of a module: an example, and the facts of the spec.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote;

use crate::facts::{Fact, facts};
use crate::model::{Conflict, Provider};
use crate::render::{Options, example, lines};

/// The module's `//!` lines.
pub(super) fn module(provider: &Provider, options: &Options) -> TokenStream {
    lines(&text(provider, options))
        .map(|line| quote!(#![doc = #line]))
        .collect()
}

fn text(provider: &Provider, options: &Options) -> String {
    let Provider {
        name,
        summary,
        documentation,
        ..
    } = provider;
    let mut text = format!(
        "[{}]({documentation}), {}.\n\n",
        prose(name),
        prose(summary)
    );
    text += &example::example(provider, options);
    list(
        &mut text,
        "Facts",
        facts(provider).iter().map(fact).collect(),
    );
    let limits = provider
        .limits
        .iter()
        .map(|limit| cited(&limit.text, &limit.sources));
    list(&mut text, "Limits", limits.collect());
    let errors = provider.errors.iter().map(|error| {
        let status = error
            .status
            .map(|status| format!(" (HTTP {status})"))
            .unwrap_or_default();
        let description = error.description.as_deref().map(prose).unwrap_or_default();
        let hint = cited(&error.hint, &error.sources);
        format!("`{}`{status}: {description} {hint}", error.code)
    });
    list(&mut text, "Errors", errors.collect());
    let conflicts = provider.conflicts.iter().map(conflict);
    list(&mut text, "Where the sources disagree", conflicts.collect());
    let notes = provider
        .notes
        .iter()
        .map(|note| cited(&note.text, &note.sources));
    list(&mut text, "Notes", notes.collect());
    let sources = &provider.sources;
    let named = sources.iter().map(|source| {
        format!(
            "[{}]: {}, read on {}.",
            source.name,
            prose(&source.title),
            source.checked
        )
    });
    list(
        &mut text,
        "Sources",
        named.map(|line| line.replacen("]:", "],", 1)).collect(),
    );
    text.push('\n');
    for source in sources {
        let _ = writeln!(text, "[{}]: {}", source.name, source.url);
    }
    text
}

fn list(text: &mut String, title: &str, items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    let _ = write!(text, "\n# {title}\n\n");
    for item in items {
        let _ = writeln!(
            text,
            "- {}",
            item.split_whitespace().collect::<Vec<_>>().join(" ")
        );
    }
}

fn fact(fact: &Fact) -> String {
    let sources = match fact.repeats_sources {
        true => &[],
        false => fact.sources.as_slice(),
    };
    format!("{}: {}", fact.about, cited(&fact.text, sources))
}

fn conflict(conflict: &Conflict) -> String {
    let versions = conflict.versions.iter().map(|version| {
        let mark = match (version.taken, version.selectable) {
            (true, _) => ", taken here",
            (false, true) => ", yours to choose",
            (false, false) => "",
        };
        cited(version.text.trim_end_matches('.'), &version.sources) + mark
    });
    let versions: Vec<_> = versions.collect();
    let about = capital(&prose(&conflict.about));
    format!(
        "{about}: {}. {}",
        versions.join("; "),
        prose(&conflict.reason)
    )
}

/// A sentence and links to its sources.
pub(super) fn cited(text: &str, sources: &[String]) -> String {
    match sources {
        [] => prose(text),
        names => format!("{} ([{}])", prose(text), names.join("], [")),
    }
}

/// Prose as rustdoc reads it as prose: addresses are links, brackets are brackets. What stands
/// between backticks stays as it is.
pub(super) fn prose(text: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(escaped, "`{part}`");
            continue;
        }
        for word in part.split_inclusive(' ') {
            let start = word.find("https://").or_else(|| word.find("http://"));
            let Some(start) = start else {
                escape(&mut escaped, word);
                continue;
            };
            let url = word[start..].trim_end_matches([' ', '.', ',', ';', ')', ':']);
            escape(&mut escaped, &word[..start]);
            let _ = write!(escaped, "<{url}>");
            escape(&mut escaped, &word[start + url.len()..]);
        }
    }
    escaped
}

fn escape(to: &mut String, text: &str) {
    for character in text.chars() {
        if matches!(character, '<' | '>' | '[' | ']' | '*' | '\\') {
            to.push('\\');
        }
        to.push(character);
    }
}

/// The same with its first letter in upper case.
pub(super) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + characters.as_str(),
        None => String::new(),
    }
}
