//! Where requests go, with the hosts of each environment filled in.

use maud::{Markup, html};
use oauth_atlas_codegen::facts;
use oauth_atlas_codegen::model::{Endpoint, Environment, Provider, Variable};
use oauth_atlas_codegen::prose::code;

use crate::site::prose::{capital, citations, cited, prose};

/// An endpoint, with what differs from one to another and not from one environment to another.
struct Row<'a> {
    name: &'static str,
    method: &'static str,
    url: &'a str,
    remarks: Vec<String>,
    description: Option<&'a str>,
    sources: &'a [String],
}

pub fn body(provider: &Provider) -> Markup {
    let rows = rows(provider);
    html! {
        @if provider.environments.is_empty() {
            (table(provider, &rows, None))
        }
        @for (index, environment) in provider.environments.iter().enumerate() {
            h3 {
                (environment.name)
                @if index == 0 { " " small { "default" } }
            }
            @if let Some(description) = &environment.description {
                p { (cited(provider, description, &environment.sources)) }
            }
            (table(provider, &rows, Some(environment)))
        }
        (remarks(provider, &rows))
        (variables(provider))
    }
}

fn rows(provider: &Provider) -> Vec<Row<'_>> {
    let authorization = provider.authorization.iter().map(|endpoint| Row {
        name: "authorization",
        method: "GET",
        url: &endpoint.url,
        remarks: Vec::new(),
        description: None,
        sources: &endpoint.sources,
    });
    let called = provider
        .called_endpoints()
        .map(|(kind, endpoint)| row(kind.name(), endpoint));
    authorization.chain(called).collect()
}

fn row<'a>(name: &'static str, endpoint: &'a Endpoint) -> Row<'a> {
    let mut remarks = facts::remarks(endpoint);
    let scopes: Vec<_> = endpoint.scopes.iter().map(|scope| code(scope)).collect();
    match scopes.as_slice() {
        [] => {}
        [one] => remarks.push(format!("requires the scope {one}")),
        _ => remarks.push(format!("requires the scopes {}", scopes.join(" and "))),
    }
    Row {
        name,
        method: endpoint.method.word(),
        url: &endpoint.url,
        remarks,
        description: endpoint.description.as_deref(),
        sources: &endpoint.sources,
    }
}

fn table(provider: &Provider, rows: &[Row], environment: Option<&Environment>) -> Markup {
    let label = environment.map_or_else(
        || "Endpoints".to_owned(),
        |environment| format!("Endpoints of {}", environment.name),
    );
    html! {
        div class="scroll" role="region" tabindex="0" aria-label=(label) {
            table class="endpoints" {
                thead {
                    tr {
                        th scope="col" { "Endpoint" }
                        th scope="col" { "Method" }
                        th scope="col" { "URL" }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (capital(row.name)) (citations(provider, row.sources)) }
                            td { code { (row.method) } }
                            td {
                                code {
                                    @match environment {
                                        Some(environment) => (environment.fill_in(row.url)),
                                        None => (row.url),
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn remarks(provider: &Provider, rows: &[Row]) -> Markup {
    let with_remarks = rows
        .iter()
        .filter(|row| !row.remarks.is_empty() || row.description.is_some());
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let rows: Vec<_> = with_remarks.collect();
    let options: Vec<_> = options.collect();
    html! {
        @if !rows.is_empty() {
            dl class="facts" {
                @for row in rows {
                    div {
                        dt { (capital(row.name)) }
                        dd {
                            (capital(&row.remarks.join(", ")))
                            @if !row.remarks.is_empty() { ". " }
                            @if let Some(description) = row.description { (prose(description)) }
                        }
                    }
                }
            }
        }
        @if !options.is_empty() {
            h3 { "Parameters of the authorization request" }
            dl class="facts" {
                @for option in options {
                    div {
                        dt { code { (option.name) } @if option.required { " " small { "required" } } }
                        dd {
                            (prose(&option.description))
                            (citations(provider, &option.sources))
                        }
                    }
                }
            }
        }
    }
}

fn variables(provider: &Provider) -> Markup {
    html! {
        @if !provider.variables.is_empty() {
            h3 { "Variables" }
            dl class="facts" {
                @for variable in &provider.variables {
                    div {
                        dt { code { "{" (variable.name) "}" } }
                        dd {
                            (prose(&variable.description)) " "
                            (allowed(variable))
                            @if let Some(default) = &variable.default {
                                " Default: " code { (default) } "."
                            }
                            (citations(provider, &variable.sources))
                        }
                    }
                }
            }
        }
    }
}

fn allowed(variable: &Variable) -> Markup {
    match variable.values.as_slice() {
        [] => html! { "Such as " code { (variable.example) } "." },
        values => html! {
            "One of "
            @for (index, value) in values.iter().enumerate() {
                @if index > 0 { ", " }
                code { (value) }
            }
            "."
        },
    }
}
