//! The table of providers, for README.md, and for the terminal as far as it fits there.
//!
//! It is here and not in codegen because it is a view of the model for people, as
//! everything else in this crate is; codegen knows neither a terminal nor the README.

use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::prose::to_cell;

const HEADER: [&str; 7] = [
    "provider",
    "module",
    "grants",
    "clients",
    "PKCE",
    "scopes",
    "environments",
];

const DOES_NOT_APPLY: &str = "-";

/// A cell a column.
pub type Row = [String; HEADER.len()];

/// A line a provider.
#[derive(Debug)]
pub struct ProviderTable {
    rows: Vec<Row>,
}

impl ProviderTable {
    /// The table of these providers, in their order.
    #[must_use]
    pub fn of(providers: &[Provider]) -> Self {
        Self {
            rows: providers.iter().map(row).collect(),
        }
    }

    /// The header, and a row a provider.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        std::iter::once(HEADER.map(str::to_owned)).chain(self.rows.iter().cloned())
    }

    /// The table as Markdown, without padding: a new provider changes one line.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown(self.rows.iter().map(line))
    }
}

/// The table of these lines as Markdown.
pub fn markdown(lines: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut text = line(&HEADER.map(str::to_owned)) + &line(&HEADER.map(|_| "---".to_owned()));
    for line in lines {
        text += line.as_ref();
    }
    text
}

/// The line of a provider in the table as Markdown.
#[must_use]
pub fn markdown_line(provider: &Provider) -> String {
    line(&row(provider))
}

fn line(row: &Row) -> String {
    let cells = row.each_ref().map(|cell| to_cell(cell));
    format!("| {} |\n", cells.join(" | "))
}

fn row(provider: &Provider) -> Row {
    [
        provider.name.clone(),
        provider.id.clone(),
        grants(provider),
        clients(provider),
        pkce(provider).to_owned(),
        scopes(provider),
        environments(provider),
    ]
}

fn grants(provider: &Provider) -> String {
    let grants = provider.grants().map(|grant| grant.word());
    grants.collect::<Vec<_>>().join(", ")
}

fn clients(provider: &Provider) -> String {
    let clients = provider.clients().map(|(kind, client)| {
        let methods: Vec<_> = client.auth.iter().map(|method| method.word()).collect();
        format!("{}: {}", kind.word(), methods.join(" or "))
    });
    clients.collect::<Vec<_>>().join("; ")
}

fn pkce(provider: &Provider) -> &'static str {
    match &provider.authorization_code {
        Some(grant) => grant.pkce.status.word(),
        None => DOES_NOT_APPLY,
    }
}

fn scopes(provider: &Provider) -> String {
    let scopes = &provider.scopes;
    match (scopes.values.len(), scopes.of) {
        (0, _) => "none published".to_owned(),
        (known, Some(all)) => format!("{known} of {all}"),
        (known, None) if scopes.partial => format!("{known} known"),
        (all, None) => all.to_string(),
    }
}

fn environments(provider: &Provider) -> String {
    if provider.environments.is_empty() {
        return DOES_NOT_APPLY.to_owned();
    }
    let names = provider
        .environments
        .iter()
        .map(|environment| environment.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> ProviderTable {
        let row = ["A|B", "ab", "-", "", "é", "12", "x"].map(str::to_owned);
        ProviderTable { rows: vec![row] }
    }

    #[test]
    fn a_cell_cannot_end_its_column() {
        let markdown = table().to_markdown();
        assert!(
            markdown.ends_with("| A\\|B | ab | - |  | é | 12 | x |\n"),
            "{markdown}"
        );
    }
}
