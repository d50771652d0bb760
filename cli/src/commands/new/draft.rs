//! A spec that is being begun, and its text.

use std::collections::HashMap;
use std::fmt::Write as _;

use oauth_atlas_codegen::writing::{self, Variable};

use crate::day::Day;
use crate::yaml::{WIDTH, comment, quoted, scalar};

/// What is known of a provider so far.
#[derive(Debug)]
pub struct Draft {
    pub id: String,
    pub title: String,
    pub summary: Option<String>,
    pub documentation: Url,
    pub issuer: Option<Url>,
    pub issuer_in_callback: bool,
    pub requires_pushed_logins: bool,
    pub source: Source,
    pub endpoints: Vec<Entry>,
    pub clients: Vec<Entry>,
    pub grants: Vec<Entry>,
    pub scopes: Vec<Scope>,
    /// Whether there are more scopes than these.
    pub partial_scopes: bool,
    /// Grants of the provider's own, below the others.
    pub extensions: Vec<Extension>,
    /// Whether `offline_access` asks for a refresh token.
    pub offline_access: bool,
    /// What is said above each section.
    pub remarks: Remarks,
    /// What the metadata says and no key does.
    pub leftovers: Vec<(String, String)>,
    /// Why no client of this spec can get a token yet.
    pub obstacles: Vec<String>,
}

/// The page that the facts come from.
#[derive(Debug)]
pub struct Source {
    pub name: &'static str,
    pub title: String,
    pub url: Url,
    pub checked: Day,
}

/// A URL, or the place of one.
#[derive(Clone, Debug)]
pub enum Url {
    Known(String),
    /// A path below a host that cannot exist.
    Missing(&'static str),
}

/// A key with its settings: `token: https://…`, or `confidential:` and `auth: …` below it.
#[derive(Debug)]
pub struct Entry {
    pub key: &'static str,
    pub url: Option<Url>,
    pub settings: Vec<(&'static str, Vec<String>)>,
    pub remarks: Vec<String>,
}

/// A grant beyond those that a spec has keys for.
#[derive(Clone, Copy, Debug)]
pub struct Extension {
    pub key: &'static str,
    pub grant_type: &'static str,
    pub description: &'static str,
    /// What the caller gives, by the name at the provider, with what it is.
    pub parameters: &'static [(&'static str, &'static str)],
}

#[derive(Debug)]
pub struct Scope {
    pub name: String,
    pub description: Option<String>,
}

#[derive(Debug, Default)]
pub struct Remarks {
    pub head: Vec<String>,
    pub endpoints: Vec<String>,
    pub clients: Vec<String>,
    pub grants: Vec<String>,
    pub scopes: Vec<String>,
    pub end: Vec<String>,
}

impl Entry {
    pub fn new(key: &'static str) -> Self {
        Self {
            key,
            url: None,
            settings: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub fn at(key: &'static str, url: Url) -> Self {
        Self {
            url: Some(url),
            ..Self::new(key)
        }
    }

    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        self.settings.push((key, vec![value.to_owned()]));
        self
    }

    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }
}

impl Draft {
    /// The YAML, in which an obstacle is a mistake until somebody has removed it.
    pub fn to_yaml(&self) -> String {
        let mut text = self.facts();
        if self.obstacles.is_empty() {
            return text;
        }
        text.push('\n');
        text += &comment(
            "What no client does, and the provider asks for. Each of these is a mistake, so that \
             nobody takes this spec for one that works.",
            0,
        );
        text += "notes:\n";
        for obstacle in &self.obstacles {
            line(
                &mut text,
                format_args!("  - text: {}", quoted(&format!("TODO: {obstacle}"))),
            );
            text += "    reason: The metadata says so.\n";
        }
        text
    }

    /// The YAML of what is known, with a comment wherever somebody has to look something up. It has no
    /// mistakes.
    pub fn facts(&self) -> String {
        let mut text = String::new();
        self.head(&mut text);
        self.sources(&mut text);
        self.variables(&mut text);
        self.section(
            &mut text,
            "endpoints",
            &self.remarks.endpoints,
            &self.endpoints,
        );
        self.section(&mut text, "clients", &self.remarks.clients, &self.clients);
        self.section(&mut text, "grants", &self.remarks.grants, &self.grants);
        self.extensions(&mut text);
        self.scope_table(&mut text);
        if self.offline_access {
            text += "\n# The scope that asks for a refresh token (OpenID Connect Core §11).\n";
            text += "offline:\n  scopes: offline_access\n";
        }
        if !self.remarks.end.is_empty() {
            text.push('\n');
            text += &comments(&self.remarks.end, 0);
        }
        if !self.leftovers.is_empty() {
            text.push('\n');
            text += &comment(
                "What the metadata also says, and no key of this spec: give it a key or a `notes` \
                 entry where a client has to know it, and then delete these lines.",
                0,
            );
            for (key, value) in &self.leftovers {
                text += &comment(&format!("{key}: {value}"), 0);
            }
        }
        text
    }

    fn head(&self, text: &mut String) {
        // Editors read it, and complete the rest.
        *text += "# yaml-language-server: $schema=schema.json\n";
        *text += &comments(&self.remarks.head, 0);
        text.push('\n');
        line(text, format_args!("name: {}", scalar(&self.title)));
        match &self.summary {
            Some(summary) => line(text, format_args!("summary: {}", scalar(summary))),
            None => {
                *text += &comment(
                    "What it is: a lower-case noun phrase without a full stop.",
                    0,
                );
                *text += "summary: an OAuth 2.0 provider # TODO: a marketplace for …\n";
            }
        }
        if matches!(self.documentation, Url::Missing(_)) {
            *text += &comment("The page on which its documentation of OAuth begins.", 0);
        }
        line(
            text,
            format_args!("documentation: {}", self.url(&self.documentation)),
        );
        if let Some(issuer) = &self.issuer {
            line(text, format_args!("issuer: {}", self.url(issuer)));
        }
        if self.issuer_in_callback {
            *text += "authorization_response_iss_parameter_supported: true\n";
        }
        if self.requires_pushed_logins {
            *text += "require_pushed_authorization_requests: true\n";
        }
    }

    fn sources(&self, text: &mut String) {
        let Source {
            name,
            title,
            url,
            checked,
        } = &self.source;
        text.push('\n');
        *text += &comment(
            &format!(
                "The pages that the facts come from, and the day you read them. As soon as there \
                 are two, each fact names its own: `source: {name}`."
            ),
            0,
        );
        *text += "sources:\n";
        let (url, todo) = self.url_and_todo(url);
        let title = scalar(title);
        let quoted = quoted(&url);
        let short = format!("  {name}: {{ title: {title}, url: {quoted}, checked: {checked} }}");
        if short.len() <= WIDTH {
            return line(text, format_args!("{short}{todo}"));
        }
        let url = scalar(&url);
        line(
            text,
            format_args!(
                "  {name}:\n    title: {title}\n    url: {url}{todo}\n    checked: {checked}"
            ),
        );
    }

    /// An entry for each `{variable}`, which is a spec already and waits for words.
    fn variables(&self, text: &mut String) {
        let mut variables: Vec<Variable> = Vec::new();
        for entry in &self.endpoints {
            let Some(Url::Known(url)) = &entry.url else {
                continue;
            };
            for variable in writing::endpoint_variables(url).unwrap_or_default() {
                if !variables.iter().any(|one| one.name == variable.name) {
                    variables.push(variable);
                }
            }
        }
        if variables.is_empty() {
            return;
        }
        text.push('\n');
        *text += &comment(
            "What the {variables} of URLs stand for. The kind is that of its place; where the \
             documentation lists all that can stand there, write `values: [eu, us]` instead; where \
             it has a value for whoever gives none, add `default`.",
            0,
        );
        *text += "variables:\n";
        for variable in &variables {
            *text += &variable_entry(variable);
        }
    }

    fn section(&self, text: &mut String, name: &str, remarks: &[String], entries: &[Entry]) {
        text.push('\n');
        *text += &comments(remarks, 0);
        line(text, format_args!("{name}:"));
        for entry in entries {
            *text += &comments(&entry.remarks, 2);
            *text += &self.entry(entry);
        }
    }

    fn extensions(&self, text: &mut String) {
        if self.extensions.is_empty() {
            return;
        }
        *text += &comment(
            "TODO: the metadata lists these grants, and not what they take here beyond their standards. \
             Keep those that the documentation has.",
            2,
        );
        *text += "  extensions:\n";
        for extension in &self.extensions {
            let Extension {
                key,
                grant_type,
                description,
                parameters,
            } = extension;
            line(
                text,
                format_args!(
                    "    {key}:\n      description: {description}\n      grant_type: {grant_type}\n      \
                     parameters:"
                ),
            );
            for (name, meaning) in *parameters {
                line(
                    text,
                    format_args!("        {name}: {{ description: {} }}", quoted(meaning)),
                );
            }
        }
    }

    /// In block style, where an editor completes further keys.
    fn entry(&self, entry: &Entry) -> String {
        let key = entry.key;
        let mut lines = match &entry.url {
            Some(url) if entry.settings.is_empty() => {
                return format!("  {key}: {}\n", self.url(url));
            }
            Some(url) => format!("  {key}:\n    url: {}\n", self.url(url)),
            None => format!("  {key}:\n"),
        };
        for (key, values) in &entry.settings {
            match values.as_slice() {
                [value] => line(&mut lines, format_args!("    {key}: {value}")),
                values => line(
                    &mut lines,
                    format_args!("    {key}: [{}]", values.join(", ")),
                ),
            }
        }
        lines
    }

    fn scope_table(&self, text: &mut String) {
        text.push('\n');
        *text += &comments(&self.remarks.scopes, 0);
        let mut known: HashMap<String, &str> = HashMap::new();
        let mut table = String::new();
        for scope in &self.scopes {
            let Some(variant) = writing::scope_variant(&scope.name) else {
                let remark = format!(
                    "No scope, or without a letter to be named by: {}",
                    scope.name
                );
                table += &comment(&remark, 4);
                continue;
            };
            let name = scalar(&scope.name);
            let description = match &scope.description {
                Some(description) => description.clone(),
                None => format!("{UNDESCRIBED} {IN_OWN_WORDS}"),
            };
            if let Some(first) = known.get(&variant) {
                let remark = format!(
                    "Named as {first} is in Rust; with a name of its own it belongs here: \
                     {name}: {{ rust_name: …, description: … }}"
                );
                table += &comment(&remark, 4);
                continue;
            }
            line(&mut table, format_args!("    {name}: {description}"));
            known.insert(variant, &scope.name);
        }
        if known.is_empty() {
            *text += "# scopes:\n#   values:\n#     orders:read: Read orders.\n";
            // What cannot be a scope is still to be seen.
            *text += &table;
            return;
        }
        *text += "scopes:\n";
        if self.partial_scopes {
            *text += "  partial: true\n";
        }
        *text += "  values:\n";
        *text += &table;
    }

    fn url(&self, url: &Url) -> String {
        let (address, todo) = self.url_and_todo(url);
        format!("{}{todo}", scalar(&address))
    }

    fn url_and_todo(&self, url: &Url) -> (String, &'static str) {
        match url {
            Url::Known(url) => (url.clone(), ""),
            Url::Missing(path) => {
                // A host name has no `_`.
                let host = self.id.replace('_', "-");
                (
                    format!("https://{host}{}{path}", writing::PLACEHOLDER),
                    " # TODO",
                )
            }
        }
    }
}

fn variable_entry(Variable { name, kind }: &Variable) -> String {
    // A host name has no `_`.
    let label = name.replace('_', "-");
    let example = match *kind {
        Some("base_url") => format!("https://{label}.example"),
        Some("host") => format!("{label}.example"),
        _ => label,
    };
    let what = match kind {
        Some(kind) => format!("    kind: {kind}\n    example: {example} # TODO\n"),
        None => format!("    values: [{example}] # TODO: all that can stand there\n"),
    };
    format!("  {name}:\n    description: {UNDESCRIBED} # TODO: what the caller gives\n{what}")
}

/// True of any scope and variable that only its name is known of.
const UNDESCRIBED: &str = "Named without a description.";

/// What to do about it.
const IN_OWN_WORDS: &str = "# TODO: in your own words; leave it, if the page describes none";

fn comments(remarks: &[String], indentation: usize) -> String {
    remarks
        .iter()
        .map(|remark| comment(remark, indentation))
        .collect()
}

fn line(text: &mut String, line: std::fmt::Arguments) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}
