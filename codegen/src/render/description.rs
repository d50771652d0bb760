//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.

use oauth_atlas_description::{CALLS, Member, Node};

use crate::layout::Items;
use crate::layout::literal::Literal;
use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::lines;

pub(super) fn description(provider: &Provider, items: &mut Items) {
    let about = format!(
        "The description of {}, from which [`Client`] works.",
        to_markdown(&provider.name)
    );
    let value = literal(&provider.description().to_node());
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
            if let Some((function, arguments)) = call(kind, members) {
                return Literal::Call(["provider::", function].concat(), arguments);
            }
            let fields = members.iter().filter(|member| !member.is_standard);
            let fields = fields.map(|member| (member.name, literal(&member.node)));
            Literal::Record(["provider::", kind].concat(), fields.collect())
        }
    }
}

/// A record that says no more than most, as the function that makes it and the values of its fields.
fn call(kind: &str, members: &[Member]) -> Option<(&'static str, Vec<Literal>)> {
    let given = members.iter().filter(|member| !member.is_standard);
    let names = given.clone().map(|member| member.name);
    let call = CALLS
        .iter()
        .find(|call| call.record == kind && names.clone().eq(call.fields.iter().copied()))?;
    let arguments = given.map(|member| match &member.node {
        // Only a scope of a category is called for with the text that the field may have.
        Node::Some(text) if kind == "Scope" => literal(text),
        value => literal(value),
    });
    Some((call.function, arguments.collect()))
}

/// Scopes that all have the same fields, a row each. The table of scopes is most of a description, and a
/// row takes two thirds of the time that a compiler needs for a call.
fn table_of_scopes(items: &[Node]) -> Option<Literal> {
    let mut function = None;
    let mut rows = Vec::new();
    for item in items {
        let Node::Record { kind, members } = item else {
            return None;
        };
        let (one, texts) = call(kind, members)?;
        let all = match one {
            "scope" => "&provider::scopes",
            "scope_of_category" => "&provider::scopes_of_categories",
            _ => return None,
        };
        if *function.get_or_insert(all) != all {
            return None;
        }
        rows.push(Literal::Tuple(texts));
    }
    Some(Literal::Call(
        function?.to_owned(),
        vec![Literal::Array(rows)],
    ))
}
