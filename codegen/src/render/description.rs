//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.

use oauth_atlas_description::{CALLS, Member, Node};

use crate::layout::Items;
use crate::layout::literal::Literal;
use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::lines;

pub(super) fn description(described: &Provider, items: &mut Items) {
    let about = format!(
        "The description of {}, from which [`Client`] works.",
        to_markdown(&described.name)
    );
    let value = literal(&described.description().to_node());
    let code = value.laid_out("pub static PROVIDER: provider::Provider = ", ";\n");
    items.add(lines(&about), &code);
}

/// A value as Rust writes it. Fields that are standard are left out, as each costs its reader a
/// line and its compiler a type check.
pub(super) fn literal(node: &Node) -> Literal {
    match node {
        Node::None => Literal::Word("None".to_owned()),
        Node::Some(value) => Literal::Call("Some".to_owned(), vec![literal(value)]),
        Node::Flag(flag) => Literal::Word(flag.to_string()),
        Node::Number(number) => Literal::Word(number.to_string()),
        Node::Text(text) => Literal::text(text),
        Node::Word { kind, variant, .. } => {
            Literal::Word(["provider::", kind, "::", variant].concat())
        }
        Node::List(items) => table_of_scopes(items)
            .unwrap_or_else(|| Literal::List(items.iter().map(literal).collect())),
        Node::Pairs(pairs) => {
            let pair = |(name, value): &(String, String)| {
                Literal::Tuple(vec![Literal::text(name), Literal::text(value)])
            };
            Literal::List(pairs.iter().map(pair).collect())
        }
        Node::Record { kind, members } => {
            if let Some(call) = call(kind, members) {
                return call;
            }
            let fields = members.iter().filter(|member| !member.is_standard);
            let fields = fields.map(|member| (member.name, literal(&member.node)));
            Literal::Record(provider(kind), fields.collect())
        }
    }
}

/// A record that says no more than most, as the function that makes it and the values of its fields.
fn call(kind: &str, members: &[Member]) -> Option<Literal> {
    let given = members.iter().filter(|member| !member.is_standard);
    let names = given.clone().map(|member| member.name);
    let call = CALLS
        .iter()
        .find(|call| call.record == kind && names.clone().eq(call.fields.iter().copied()))?;
    let arguments = given.map(|member| literal(&member.node)).collect();
    Some(Literal::Call(provider(call.function), arguments))
}

/// Scopes as a table of texts, if these are scopes.
fn table_of_scopes(items: &[Node]) -> Option<Literal> {
    let rows: Option<Vec<_>> = items.iter().map(scope).collect();
    let rows = rows.filter(|rows| !rows.is_empty())?;
    let deprecated: Vec<_> = rows.iter().enumerate().filter_map(deprecation).collect();
    let has_categories = rows.iter().any(|row| !row.category.is_empty());
    let (function, columns) = match (deprecated.is_empty(), has_categories) {
        (true, false) => ("scopes", 2),
        (true, true) => ("scopes_of_categories", 3),
        (false, _) => ("scopes_with_deprecated", 3),
    };
    let texts = rows.iter().flat_map(|row| {
        let columns = [row.name, row.description, row.category]
            .into_iter()
            .take(columns);
        columns.map(Literal::text)
    });
    let mut arguments = vec![Literal::List(texts.collect())];
    if !deprecated.is_empty() {
        arguments.push(Literal::List(deprecated));
    }
    Some(Literal::Call(provider(function), arguments))
}

/// A row of a table of scopes.
struct Row<'a> {
    name: &'a str,
    description: &'a str,
    category: &'a str,
    deprecated: Option<&'a str>,
}

fn scope(item: &Node) -> Option<Row<'_>> {
    let Node::Record {
        kind: "Scope",
        members,
    } = item
    else {
        return None;
    };
    let text = |name| {
        let member = members.iter().find(|member| member.name == name)?;
        match &member.node {
            Node::Text(text) => Some(text.as_str()),
            Node::Some(value) => match &**value {
                Node::Text(text) => Some(text.as_str()),
                _ => None,
            },
            _ => None,
        }
    };
    Some(Row {
        name: text("name")?,
        description: text("description")?,
        category: text("category").unwrap_or_default(),
        deprecated: text("deprecated"),
    })
}

fn deprecation((index, row): (usize, &Row<'_>)) -> Option<Literal> {
    let replacement = Literal::text(row.deprecated?);
    Some(Literal::Tuple(vec![
        Literal::Word(index.to_string()),
        replacement,
    ]))
}

/// The path of what the runtime has for descriptions.
fn provider(name: &str) -> String {
    ["provider::", name].concat()
}
