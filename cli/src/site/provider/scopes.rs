//! The tables of scopes.

use maud::{Markup, html};
use oauth_atlas_codegen::facts::{Fact, Topic};
use oauth_atlas_codegen::model::{Provider, Scope};

use crate::site::facets::{ROWS, first_scopes};
use crate::site::page::{self, Page};
use crate::site::prose::{capital, citations, citations_on, prose};

/// From how many rows on a table gets a filter.
const LONG: usize = 20;

pub fn body(provider: &Provider, facts: &[Fact]) -> Markup {
    let scopes = &provider.scopes;
    html! {
        @if let Some(facts) = super::list_of_facts(provider, facts, &[Topic::Scopes]) { (facts) }
        @if !scopes.values.is_empty() {
            (table(provider, "", "Scopes", "Scope", first_scopes(&scopes.values)))
            (further(provider))
        }
        @for group in &scopes.groups {
            h3 { "In " code { (group.parameter) } }
            p { (capital(&group.description)) (citations(provider, &group.sources)) }
            (table(provider, "", &format!("Scopes in {}", group.parameter), &group.type_name, &group.values))
        }
    }
}

/// Links to the pages of the other rows.
fn further(provider: &Provider) -> Markup {
    let pages = further_pages(provider);
    html! {
        @if pages.len() > 0 {
            p {
                "Further scopes:"
                @for (number, scopes) in pages {
                    " " a href=(address(provider, number)) {
                        code { (scopes[0].name) } " …"
                    }
                }
            }
        }
    }
}

/// The rows behind those of the provider's own page, with the numbers of their pages.
fn further_pages(provider: &Provider) -> impl ExactSizeIterator<Item = (usize, &[Scope])> {
    let chunks = provider.scopes.values.chunks(ROWS);
    chunks
        .enumerate()
        .skip(1)
        .map(|(index, scopes)| (index + 1, scopes))
}

/// No module has a hyphen in its name.
fn address(provider: &Provider, number: usize) -> String {
    format!("{}-scopes-{number}.html", provider.id)
}

/// The pages of the rows that the provider's own page does not have.
pub fn files(provider: &Provider) -> impl Iterator<Item = (String, Markup)> {
    further_pages(provider).map(move |(number, scopes)| {
        let title = format!("{}: further scopes, page {number}", provider.name);
        let page = page::page(Page {
            data: None,
            title: &title,
            description: &format!("Scopes of {}, from {} on.", provider.name, scopes[0].name),
            body: html! {
                main id="content" class="provider" {
                    div { h1 { (title) } }
                    p { a href={ (page::address(provider)) "#scopes" } { (provider.name) } }
                    (table(provider, &page::address(provider), "Scopes", "Scope", scopes))
                }
            },
        });
        (address(provider, number), page)
    })
}

fn table(
    provider: &Provider,
    page: &str,
    label: &str,
    type_name: &str,
    scopes: &[Scope],
) -> Markup {
    let has_categories = scopes.iter().any(|scope| scope.category.is_some());
    html! {
        div class="scroll" role="region" tabindex="0" aria-label=(label)
            data-filter=[(scopes.len() >= LONG).then_some(label)]
        {
            table class="scopes" {
                thead {
                    tr {
                        th scope="col" { "Scope" }
                        th scope="col" { "Rust" }
                        @if has_categories { th scope="col" { "Category" } }
                        th scope="col" { "Permission" }
                    }
                }
                tbody {
                    @for scope in scopes {
                        tr {
                            th scope="row" { code { (scope.name) } }
                            td { code { (type_name) "::" (scope.variant) } }
                            @if has_categories {
                                td { (scope.category.as_deref().unwrap_or_default()) }
                            }
                            td { (meaning(provider, page, scope)) }
                        }
                    }
                }
            }
        }
    }
}

fn meaning(provider: &Provider, page: &str, scope: &Scope) -> Markup {
    html! {
        (capital(&scope.description))
        @if scope.required { " " span class="mark" { "required" } }
        @if let Some(instead) = &scope.deprecated {
            " " span class="mark" { "deprecated" } " " (prose(instead))
        }
        (citations_on(page, provider, &scope.sources))
    }
}
