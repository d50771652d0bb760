//! The documentation of a module: an example, and the facts of the spec.

use std::fmt::Write;

use proc_macro2::TokenStream;
use quote::quote;

use crate::facts::{Fact, facts};
use crate::model::{Conflict, Provider};
use crate::prose::{code, link, to_label, to_markdown};
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
        "{}, {}.\n\n",
        link(name, documentation),
        to_markdown(summary)
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
        let description = error
            .description
            .as_deref()
            .map(to_markdown)
            .unwrap_or_default();
        let hint = cited(&error.hint, &error.sources);
        format!("{}{status}: {description} {hint}", code(&error.code))
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
            "[{}], {}, read on {}.",
            to_label(&source.name),
            to_markdown(&source.title),
            source.checked
        )
    });
    list(&mut text, "Sources", named.collect());
    text.push('\n');
    for source in sources {
        let _ = writeln!(text, "[{}]: {}", to_label(&source.name), source.url);
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
    format!(
        "{}: {}",
        to_markdown(&fact.about),
        cited(&fact.text, sources)
    )
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
    let about = capital(&to_markdown(&conflict.about));
    format!(
        "{about}: {}. {}",
        versions.join("; "),
        to_markdown(&conflict.reason)
    )
}

/// A sentence and links to its sources.
pub(super) fn cited(text: &str, sources: &[String]) -> String {
    match sources {
        [] => to_markdown(text),
        names => {
            let names: Vec<_> = names.iter().map(|name| to_label(name)).collect();
            format!("{} ([{}])", to_markdown(text), names.join("], ["))
        }
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
