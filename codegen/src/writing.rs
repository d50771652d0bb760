//! What a program that writes specs has to know of the language.

use heck::ToSnakeCase;

use crate::spec::{Piece, Template};
use crate::yaml::hidden;
use crate::yaml::source::Source;
use crate::yaml::tree::{Node, Tree};
use crate::{check, model, name, spec};

/// The module's name that is nearest to a text, and the text itself where it is one already;
/// nothing where no letter or digit is left.
#[must_use]
pub fn module_name(text: &str) -> Option<String> {
    if check::is_module_name(text) {
        return Some(text.to_owned());
    }
    let ascii: String = text
        .chars()
        .map(|c| if c.is_ascii() { c } else { ' ' })
        .collect();
    let name = ascii.to_snake_case();
    let name = match name.chars().next()? {
        first if first.is_ascii_digit() => format!("n{name}"),
        _ if check::is_module_name(&name) => name,
        _ => format!("{name}_oauth"),
    };
    check::is_module_name(&name).then_some(name)
}

/// The variant of the scope enum that a scope becomes; nothing where no letter or digit is left,
/// or where the text cannot be a scope (RFC 6749 §3.3).
#[must_use]
pub fn scope_variant(scope: &str) -> Option<String> {
    check::is_scope(scope).then(|| name::variant(scope))?
}

/// Whether a text can be a scope (RFC 6749 §3.3).
#[must_use]
pub fn is_scope(text: &str) -> bool {
    check::is_scope(text)
}

/// The scopes that a spec lists itself, in its order; none where it is no YAML.
#[must_use]
pub fn scopes(source: &Source) -> Vec<String> {
    let Ok(tree) = Tree::parse(source) else {
        return Vec::new();
    };
    let path = ["scopes", "values"];
    let values = tree.find(&path);
    match tree.node(values) {
        Node::Map(entries) if tree.path(values).len() == path.len() => {
            entries.iter().map(|(scope, _)| scope.clone()).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a spec names the source of the table of scopes beside it.
#[must_use]
pub fn imports_scopes(source: &Source) -> bool {
    let path = ["scopes", "imported"];
    Tree::parse(source).is_ok_and(|tree| tree.path(tree.find(&path)).len() == path.len())
}

/// Whether a scope has a `{name}` in which something else is sent: a spec has whole names alone.
#[must_use]
pub fn is_scope_template(scope: &str) -> bool {
    check::has_variable(scope)
}

/// A summary as a spec has it, which reads on after "Acme,": a noun phrase in lower case, without a
/// full stop. What may be a name keeps its capitals.
#[must_use]
pub fn summary(text: &str) -> String {
    check::summary(text)
}

/// What is wrong with the address of a page, and what would be right; nothing where a spec takes
/// it.
#[must_use]
pub fn page_complaint(url: &str) -> Option<(String, &'static str)> {
    spec::complaint(url, false).map(|complaint| (complaint.title, complaint.help))
}

/// What is wrong with the URL of an endpoint that has no variables, as a document of the provider
/// has it, and what would be right; nothing where a spec takes it.
#[must_use]
pub fn endpoint_complaint(url: &str) -> Option<(String, &'static str)> {
    if url.contains(['{', '}']) {
        return Some((
            format!("`{url}` has a variable"),
            "name it in the spec's `variables`, with what may stand for it",
        ));
    }
    spec::complaint(url, true).map(|complaint| (complaint.title, complaint.help))
}

/// Whether no reader of a text sees a character: it turns the direction of the text around it, is
/// invisible or a control character. A spec has it nowhere, unless it joins two letters or symbols.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    hidden::is_hidden(character)
}

/// A text for people, in which each such character is written as `\u{202e}`.
#[must_use]
pub fn visible(text: impl Into<String>) -> String {
    hidden::visible(text.into())
}

/// A `{variable}` in the URL of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name between the braces.
    pub name: String,
    /// The `kind` that belongs to its place; nothing where only one of listed `values` can stand
    /// there.
    pub kind: Option<&'static str>,
}

/// The variables of an endpoint's URL that a spec has to have an entry for, in order.
///
/// # Errors
///
/// What is wrong with the URL, and what would be right.
pub fn endpoint_variables(url: &str) -> Result<Vec<Variable>, (String, String)> {
    let template = Template::parse(url.to_owned())
        .map_err(|complaint| (complaint.title, complaint.help.to_owned()))?;
    let mut variables: Vec<Variable> = Vec::new();
    for (index, piece) in template.pieces.iter().enumerate() {
        let name = match piece {
            Piece::Literal(text) if text.contains('}') => {
                return Err((
                    "`}` without `{`".to_owned(),
                    "write a variable as `{name}`".to_owned(),
                ));
            }
            Piece::Literal(_) => continue,
            Piece::Variable(name) => name,
        };
        let form = check::form_at(name, &template.pieces, index)?;
        let is_there = variables.iter().any(|one| one.name == *name);
        if !is_there && !check::is_known_anyway(name) {
            variables.push(Variable {
                name: name.clone(),
                kind: form.map(spec::VariableKind::word),
            });
        }
    }
    Ok(variables)
}

/// The top-level domain that cannot exist (RFC 2606 §2): a URL below it has yet to be filled in.
pub const PLACEHOLDER: &str = ".invalid";

impl model::Provider {
    /// The URLs that are to be replaced by those of the provider: all below [`PLACEHOLDER`].
    #[must_use]
    pub fn placeholders(&self) -> Vec<&str> {
        let endpoints = self.called_endpoints().map(|(_, endpoint)| &endpoint.url);
        let hosts = self
            .environments
            .iter()
            .flat_map(|environment| &environment.hosts);
        let mut urls: Vec<&str> = std::iter::once(&self.documentation)
            .chain(&self.issuer)
            .chain(self.sources.iter().map(|source| &source.url))
            .chain(hosts.map(|(_, url)| url))
            .chain(self.authorization.iter().map(|endpoint| &endpoint.url))
            .chain(endpoints)
            .chain(&self.api.url)
            .map(String::as_str)
            .filter(|url| host(url).ends_with(PLACEHOLDER))
            .collect();
        urls.sort_unstable();
        urls.dedup();
        urls
    }
}

fn host(url: &str) -> &str {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    rest.split(['/', ':', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_module_name_is_legal() {
        for (text, expected) in [
            ("acme", Some("acme")),
            ("box_com", Some("box_com")),
            ("Acme", Some("acme")),
            ("Acme Corp.", Some("acme_corp")),
            ("my-provider", Some("my_provider")),
            ("37signals", Some("n37signals")),
            ("box", Some("box_oauth")),
            ("runtime", Some("runtime_oauth")),
            ("../../etc/passwd", Some("etc_passwd")),
            ("Sören", Some("s_ren")),
            ("…", None),
            ("", None),
        ] {
            assert_eq!(module_name(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_summary_is_the_rest_of_a_sentence() {
        for (text, expected) in [
            ("a marketplace for anvils", "a marketplace for anvils"),
            ("A marketplace for anvils.", "a marketplace for anvils"),
            ("THE MARKETPLACE", "the marketplace"),
            ("the login of VK", "the login of VK"),
            ("Acme's login", "Acme's login"),
            ("...", ""),
        ] {
            assert_eq!(summary(text), expected);
        }
    }

    #[test]
    fn what_is_no_scope_has_no_variant() {
        assert_eq!(scope_variant("read:user").as_deref(), Some("ReadUser"));
        assert_eq!(scope_variant("a b"), None);
        assert_eq!(scope_variant("\""), None);
        assert_eq!(scope_variant("::"), None);
        assert_eq!(scope_variant(""), None);
    }

    #[test]
    fn an_endpoint_of_a_document_has_no_variables() {
        assert!(endpoint_complaint("https://acme.example/{tenant}/token").is_some());
        assert!(endpoint_complaint("http://acme.example/token").is_some());
        assert!(endpoint_complaint("https://acme.example/token#top").is_some());
        assert_eq!(page_complaint("https://acme.example/token#top"), None);
        assert_eq!(endpoint_complaint("https://acme.example/token"), None);
    }

    #[test]
    fn the_kind_of_a_variable_is_that_of_its_place() {
        for (url, expected) in [
            ("https://acme.example/token", &[][..]),
            ("{base}", &[("base", Some("base_url"))]),
            ("{base}/token?a=b", &[("base", Some("base_url"))]),
            ("https://{host}/token", &[("host", Some("host"))]),
            ("https://{shop}.acme.example/t", &[("shop", Some("label"))]),
            ("https://a.{eu}.acme.example/t", &[("eu", Some("label"))]),
            ("https://acme-{eu}.example/t", &[("eu", Some("label"))]),
            ("https://{host}:8443/token", &[("host", Some("host"))]),
            (
                "https://{host}/{realm}/{host2}/{realm}",
                &[
                    ("host", Some("host")),
                    ("realm", Some("segment")),
                    ("host2", Some("segment")),
                ],
            ),
            ("https://acme.example/{client_id}/token", &[]),
        ] {
            let found = endpoint_variables(url).expect(url);
            let found: Vec<_> = found.iter().map(|v| (v.name.as_str(), v.kind)).collect();
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn a_variable_where_none_can_stand_is_refused() {
        for (url, title) in [
            ("http://{host}/token", "would be called over http"),
            ("{base}.example/token", "would change the host"),
            ("{base}{path}", "would change the host"),
            ("/{path}", "is not an https URL"),
            ("https://acme.example/a{b}", "only a part of a path segment"),
            (
                "https://acme.example/t?a=x{b}",
                "only a part of a value in the query",
            ),
            ("https://acme.example/{Realm}", "cannot name a variable"),
            ("https://acme.example/{type}", "cannot name a variable"),
            ("https://acme.example/{}", "cannot name a variable"),
            ("https://acme.example/{{a}}", "is not how a variable"),
            ("https://acme.example/{a", "`{` without `}`"),
            ("https://acme.example/a}", "`}` without `{`"),
            ("https://acme.example/{a}#top", "has no fragment"),
            ("https://acme.example/{a} b", "cannot hold a space"),
        ] {
            let (found, _) = endpoint_variables(url).expect_err(url);
            assert!(found.contains(title), "{url}: {found}");
        }
    }
}
