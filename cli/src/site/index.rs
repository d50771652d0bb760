//! The index: every provider, and what finds one.

use std::collections::BTreeMap;
use std::fmt::Write;

use maud::{Markup, html};
use oauth_atlas_codegen::model::Provider;

use super::facets;
use super::page::{self, Page};
use super::prose::prose;
use super::quirks::Quirks;

/// The file with what the search knows and nobody reads.
pub const SEARCHED: &str = "search.js";

/// Its text. What the filters choose from stands once: few words make up most of what is known.
pub fn searched(providers: &[&Provider], quirks: &Quirks) -> String {
    let mut words = Vec::new();
    let mut indices = |own: Vec<&str>| -> Vec<usize> {
        let places = own.into_iter().map(|word| {
            let place = words.iter().position(|known| known == word);
            place.unwrap_or_else(|| {
                words.push(word.to_owned());
                words.len() - 1
            })
        });
        places.collect()
    };
    let mut lines = String::new();
    for provider in providers {
        let scopes: Vec<_> = facets::scope_names(provider).collect();
        let own = quirks.of_provider(provider);
        let known = (
            scopes.join(" "),
            indices(facets::grants(provider)),
            indices(facets::client_auth(provider)),
            indices(facets::pkce(provider).into_iter().collect()),
            indices(own.map(|quirk| quirk.name.as_str()).collect()),
        );
        // JSON is JavaScript.
        let known = serde_json::to_string(&known).unwrap_or_default();
        let _ = writeln!(lines, "  \"{}\": {known},", page::address(provider));
    }
    let words = serde_json::to_string(&words).unwrap_or_default();
    format!(
        "\"use strict\";\n\nconst WORDS = {words};\n\n\
         // By page: scopes; grants, client authentication, PKCE and quirks by their places above.\n\
         const SEARCHED = {{\n{lines}}};\n"
    )
}

pub fn page(providers: &[&Provider], quirks: &Quirks) -> Markup {
    let count = providers.len();
    page::page(Page {
        title: "Oauth Atlas",
        description: "How OAuth 2.0 providers differ: endpoints, grants, scopes and quirks.",
        data: Some(SEARCHED),
        body: html! {
            main id="content" class="index" {
                h1 { "How " (count) " OAuth 2.0 providers work" }
                p class="lead" {
                    "Endpoints, client authentication, scopes, requests and errors of each, with \
                     the pages that say so. "
                    "The Rust clients of " code { "oauth-atlas" } " are made from the same specs."
                }
                (search(providers, quirks))
                p id="count" class="count" role="status" aria-live="polite" {
                    (count) " providers"
                }
                ul id="providers" class="providers" {
                    @for provider in providers { (row(provider, quirks)) }
                }
                div id="nothing" class="nothing" hidden {
                    h2 { "No provider matches" }
                    p { "Try fewer letters or fewer filters." }
                    button type="button" class="clear" { "Show all providers" }
                }
            }
        },
    })
}

fn row(provider: &Provider, quirks: &Quirks) -> Markup {
    let grants = facets::grants(provider);
    let methods = facets::client_auth(provider);
    let pkce = facets::pkce(provider);
    let own: Vec<_> = quirks.of_provider(provider).collect();
    html! {
        li {
            div {
                h2 { a href=(page::address(provider)) { (provider.name) } }
                p { (prose(&provider.summary)) }
            }
            ul class="facets" {
                li { (grants.join(", ")) }
                li { (methods.join(" or ")) }
                @if let Some(status) = pkce { li { "PKCE " (status) } }
                li { (facets::scopes(provider)) }
                @match own.len() {
                    0 => {},
                    1 => li { "1 quirk" },
                    many => li { (many) " quirks" },
                }
            }
        }
    }
}

/// Hidden until there is a script that can search.
fn search(providers: &[&Provider], quirks: &Quirks) -> Markup {
    let grants = counted(providers, facets::grants);
    let methods = counted(providers, facets::client_auth);
    let pkce = counted(providers, |provider| {
        facets::pkce(provider).into_iter().collect()
    });
    html! {
        form id="search" class="search" role="search" hidden {
            label class="wide" {
                span { "Search" }
                input type="search" name="q" autocomplete="off" spellcheck="false"
                    placeholder="Name, purpose, grant or scope, such as client_credentials";
            }
            (choice("Grant", "grant", &grants))
            (choice("Client authentication", "auth", &methods))
            (choice("PKCE", "pkce", &pkce))
            label {
                span { "Quirk" }
                select name="quirk" {
                    option value="" { "any" }
                    @for group in quirks.all().chunk_by(|one, other| one.record == other.record) {
                        optgroup label=(group[0].record) {
                            @for quirk in group {
                                option value=(quirk.name) {
                                    (quirk.key) ": " (quirk.about.trim_end_matches('.')) " ("
                                    (quirk.count()) ")"
                                }
                            }
                        }
                    }
                }
            }
            button type="reset" class="clear" { "Clear" }
        }
    }
}

fn choice(title: &str, name: &str, values: &[(&str, usize)]) -> Markup {
    html! {
        label {
            span { (title) }
            select name=(name) {
                option value="" { "any" }
                @for (value, count) in values {
                    option value=(value) { (value) " (" (count) ")" }
                }
            }
        }
    }
}

/// Values and how many providers have them, the commonest first.
fn counted<'a>(
    providers: &[&'a Provider],
    values: impl Fn(&'a Provider) -> Vec<&'a str>,
) -> Vec<(&'a str, usize)> {
    let mut counts = BTreeMap::new();
    for value in providers.iter().flat_map(|provider| values(provider)) {
        *counts.entry(value).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
