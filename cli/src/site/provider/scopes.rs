//! The tables of scopes.

use maud::{Markup, html};
use oauth_atlas_codegen::facts::{Fact, Topic};
use oauth_atlas_codegen::model::{Provider, Scope};

use crate::site::prose::{capital, citations, prose};

/// From how many rows on a table gets a filter.
const LONG: usize = 20;

pub fn body(provider: &Provider, facts: &[Fact]) -> Markup {
    let scopes = &provider.scopes;
    html! {
        @if let Some(facts) = super::list_of_facts(provider, facts, &[Topic::Scopes]) { (facts) }
        @if !scopes.values.is_empty() {
            (table(provider, "Scopes", "Scope", &scopes.values))
        }
        @for group in &scopes.groups {
            h3 { "In " code { (group.parameter) } }
            p { (capital(&group.description)) (citations(provider, &group.sources)) }
            (table(provider, &format!("Scopes in {}", group.parameter), &group.type_name, &group.values))
        }
    }
}

fn table(provider: &Provider, label: &str, type_name: &str, scopes: &[Scope]) -> Markup {
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
                            td { (meaning(provider, scope)) }
                        }
                    }
                }
            }
        }
    }
}

fn meaning(provider: &Provider, scope: &Scope) -> Markup {
    html! {
        (capital(&scope.description))
        @if scope.required { " " span class="mark" { "required" } }
        @if let Some(instead) = &scope.deprecated {
            " " span class="mark" { "deprecated" } " " (prose(instead))
        }
        (citations(provider, &scope.sources))
    }
}
