//! A provider's page.

mod endpoints;
mod requests;
pub mod scopes;

use form_urlencoded::byte_serialize;
use maud::{Markup, html};
use oauth_atlas_codegen::facts::{self, Fact, Topic};
use oauth_atlas_codegen::model::{Conflict, Provider};
use oauth_atlas_codegen::{self as codegen, Options};

use super::facets;
use super::page;
use super::prose::{capital, citations, cited, link, prose};
use super::quirks::{Quirk, Quirks};
use crate::requests::Request;

/// A part of the page with a heading of its own.
struct Section {
    id: &'static str,
    title: &'static str,
    body: Markup,
}

/// What a page shows, and where it leads.
pub struct Page<'a> {
    pub provider: &'a Provider,
    pub requests: &'a [Request],
    pub quirks: &'a Quirks,
    /// Whether the crate `oauth-atlas` has it.
    pub is_published: bool,
    pub previous: Option<&'a Provider>,
    pub next: Option<&'a Provider>,
}

impl Page<'_> {
    pub fn render(&self) -> Markup {
        let provider = self.provider;
        let sections = sections(self);
        let description = format!(
            "OAuth 2.0 at {}, {}: endpoints, client authentication, scopes, requests and errors.",
            provider.name, provider.summary
        );
        page::page(page::Page {
            data: None,
            title: &provider.name,
            description: &description,
            body: html! {
                main id="content" class="provider" {
                    div { (head(provider)) }
                    nav class="contents" aria-label="On this page" {
                        ul {
                            @for section in &sections {
                                li { a href={ "#" (section.id) } { (section.title) } }
                            }
                        }
                    }
                    div {
                        @for section in &sections {
                            section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                                h2 id={ (section.id) "-title" } { (section.title) }
                                (section.body)
                            }
                        }
                        (self.neighbours())
                    }
                }
            },
        })
    }

    fn neighbours(&self) -> Markup {
        html! {
            nav class="neighbours" aria-label="Other providers" {
                @if let Some(previous) = self.previous {
                    a rel="prev" href=(page::address(previous)) { "← " (previous.name) }
                }
                a href="index.html" { "All providers" }
                @if let Some(next) = self.next {
                    a rel="next" href=(page::address(next)) { (next.name) " →" }
                }
            }
        }
    }
}

fn head(provider: &Provider) -> Markup {
    let grants = facets::grants(provider);
    let methods = facets::client_auth(provider);
    html! {
        h1 { (provider.name) }
        p class="lead" { (capital(&provider.summary)) "." }
        dl class="glance" {
            div {
                dt { "Grants" }
                dd { (filters("grant", &grants)) }
            }
            div {
                dt { "Client authentication" }
                dd { (filters("auth", &methods)) }
            }
            @if let Some(status) = facets::pkce(provider) {
                div {
                    dt { "PKCE" }
                    dd { (filters("pkce", &[status])) }
                }
            }
            div {
                dt { "Documentation" }
                dd { (link(&provider.documentation, html! { (host(&provider.documentation)) })) }
            }
            @if let Some(issuer) = &provider.issuer {
                div {
                    dt { "Issuer" }
                    dd { code { (issuer) } }
                }
            }
        }
    }
}

/// Values, each a link to the providers that have it too.
fn filters(key: &str, values: &[&str]) -> Markup {
    html! {
        ul {
            @for value in values {
                @let encoded: String = byte_serialize(value.as_bytes()).collect();
                li { a href={ "index.html?" (key) "=" (encoded) } { (value) } }
            }
        }
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

fn sections(page: &Page) -> Vec<Section> {
    let provider = page.provider;
    let facts = facts::facts(provider);
    let about = |topics: &[Topic]| list_of_facts(provider, &facts, topics);
    let quirks: Vec<_> = page.quirks.of_provider(provider).collect();
    let all = [
        ("rust", "In Rust", Some(rust(page))),
        (
            "registration",
            "Registration",
            about(&[Topic::Registration]),
        ),
        ("endpoints", "Endpoints", Some(endpoints::body(provider))),
        ("requests", "Requests", requests::body(page.requests)),
        ("clients", "Client types", about(&[Topic::Clients])),
        (
            "grants",
            "Grants",
            about(&[Topic::Grants, Topic::Lifetimes]),
        ),
        ("user", "Who logged in", about(&[Topic::Identity])),
        ("deviations", "Deviations", about(&[Topic::Deviations])),
        (
            "answers",
            "Tokens and API calls",
            about(&[Topic::TokenResponse, Topic::Api]),
        ),
        ("scopes", "Scopes", Some(scopes::body(provider, &facts))),
        ("errors", "Errors", errors(provider)),
        ("limits", "Limits", limits(provider)),
        (
            "conflicts",
            "Where the sources disagree",
            conflicts(provider),
        ),
        ("notes", "Notes", notes(provider)),
        ("quirks", "Quirks", list_of_quirks(&quirks)),
        ("sources", "Sources", Some(sources(provider))),
    ];
    let there = all
        .into_iter()
        .filter_map(|(id, title, body)| body.map(|body| Section { id, title, body }));
    there.collect()
}

fn rust(page: &Page) -> Markup {
    let id = &page.provider.id;
    let module = format!("https://docs.rs/oauth-atlas/latest/oauth_atlas/{id}/");
    let spec = format!("{}/blob/HEAD/specs/{id}.yaml", env!("CARGO_PKG_REPOSITORY"));
    html! {
        (page::code(&codegen::example(page.provider, &Options::published()), "the example"))
        @if page.is_published {
            p {
                "Reference of the module: " (link(&module, html! { code { "oauth_atlas::" (id) } }))
                ". Source of this page: " (link(&spec, html! { code { "specs/" (id) ".yaml" } })) "."
            }
        }
    }
}

fn list_of_facts(provider: &Provider, facts: &[Fact], topics: &[Topic]) -> Option<Markup> {
    let facts: Vec<_> = topics
        .iter()
        .flat_map(|topic| facts.iter().filter(move |fact| fact.topic == *topic))
        .collect();
    (!facts.is_empty()).then(|| {
        html! {
            dl class="facts" {
                @for fact in facts { (fact_row(provider, fact)) }
            }
        }
    })
}

fn fact_row(provider: &Provider, fact: &Fact) -> Markup {
    html! {
        div {
            dt { (capital(&fact.about)) }
            dd {
                (capital(&fact.text))
                // Of a text of more than one sentence, the last is one as well.
                @if fact.text.contains(". ") { "." }
                @if !fact.repeats_sources { (citations(provider, &fact.sources)) }
            }
        }
    }
}

fn errors(provider: &Provider) -> Option<Markup> {
    (!provider.errors.is_empty()).then(|| {
        html! {
            dl class="facts" {
                @for error in &provider.errors {
                    div {
                        dt {
                            code { (error.code) }
                            @if let Some(status) = error.status { " " small { "HTTP " (status) } }
                        }
                        dd {
                            @if let Some(description) = &error.description {
                                p { (capital(description)) }
                            }
                            p {
                                span class="label" { "What to do " }
                                (cited(provider, &error.hint, &error.sources))
                            }
                        }
                    }
                }
            }
        }
    })
}

fn limits(provider: &Provider) -> Option<Markup> {
    let limits = provider.limits.iter();
    let limits: Vec<_> = limits
        .map(|limit| cited(provider, &limit.text, &limit.sources))
        .collect();
    list(&limits)
}

fn notes(provider: &Provider) -> Option<Markup> {
    let notes = provider.notes.iter();
    let notes: Vec<_> = notes
        .map(|note| cited(provider, &note.text, &note.sources))
        .collect();
    list(&notes)
}

fn list(items: &[Markup]) -> Option<Markup> {
    (!items.is_empty()).then(|| {
        html! { ul class="prose" { @for item in items { li { (item) } } } }
    })
}

fn conflicts(provider: &Provider) -> Option<Markup> {
    (!provider.conflicts.is_empty()).then(|| {
        html! { @for one in &provider.conflicts { (conflict(provider, one)) } }
    })
}

fn conflict(provider: &Provider, conflict: &Conflict) -> Markup {
    html! {
        article class="conflict" {
            h3 { (capital(&conflict.about)) }
            ul {
                @for version in &conflict.versions {
                    li class=[version.taken.then_some("taken")] {
                        (cited(provider, &version.text, &version.sources))
                        @if version.taken {
                            " " span class="mark" { "used here" }
                        } @else if version.selectable {
                            " " span class="mark" { "selectable" }
                        }
                    }
                }
            }
            p { span class="label" { "Why " } (prose(&conflict.reason)) }
        }
    }
}

fn list_of_quirks(quirks: &[&Quirk]) -> Option<Markup> {
    (!quirks.is_empty()).then(|| {
        html! {
            p { "Keys of the spec that most providers do not need, and how many other providers have them." }
            dl class="facts" {
                @for quirk in quirks {
                    div {
                        dt { code { (quirk.record) "." wbr; (quirk.key) } }
                        dd {
                            (prose(quirk.about)) " "
                            @match quirk.count() - 1 {
                                0 => span class="label" { "no other provider" },
                                others => a href={ "index.html?quirk=" (quirk.name) } {
                                    (others) @if others == 1 { " other" } @else { " others" }
                                },
                            }
                        }
                    }
                }
            }
        }
    })
}

fn sources(provider: &Provider) -> Markup {
    html! {
        ol class="sources" {
            @for source in &provider.sources {
                li id={ "source-" (source.name) } {
                    (link(&source.url, html! { (source.title) }))
                    span class="label" {
                        (host(&source.url)) ", read on "
                        time datetime=(source.checked) { (source.checked) }
                        @if let Some(state) = &source.state { ": " (state) }
                    }
                }
            }
        }
    }
}
