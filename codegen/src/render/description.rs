//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.

use oauth_atlas_description::{Member, Node};

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
        Node::Some(value) => Literal::Call("Some", vec![literal(value)]),
        Node::Flag(flag) => Literal::Word(flag.to_string()),
        Node::Number(number) => Literal::Word(number.to_string()),
        Node::Text(text) => Literal::text(text),
        Node::Word { kind, variant, .. } => {
            Literal::Word(["provider::", kind, "::", variant].concat())
        }
        Node::List(items) => Literal::List(items.iter().map(literal).collect()),
        Node::Pairs(pairs) => {
            let pair = |(name, value): &(String, String)| {
                Literal::Tuple(vec![Literal::text(name), Literal::text(value)])
            };
            Literal::List(pairs.iter().map(pair).collect())
        }
        Node::Record { kind, members } => {
            if let Some(row) = scope(kind, members) {
                return row;
            }
            let fields = members.iter().filter(|member| !member.is_standard);
            let fields = fields.map(|member| (member.name, literal(&member.node)));
            Literal::Record(["provider::", kind].concat(), fields.collect())
        }
    }
}

/// A scope as most are: a call. The table of scopes is most of a description, and a call takes half of
/// the time that a compiler needs for a literal.
fn scope(kind: &str, members: &[Member]) -> Option<Literal> {
    if kind != "Scope" {
        return None;
    }
    let given: Vec<_> = members
        .iter()
        .filter(|member| !member.is_standard)
        .collect();
    let text = |member: &Member| match &member.node {
        Node::Text(text) => Some(Literal::text(text)),
        Node::Some(inner) => match &**inner {
            Node::Text(text) => Some(Literal::text(text)),
            _ => None,
        },
        _ => None,
    };
    let names: Vec<_> = given.iter().map(|member| member.name).collect();
    let function = match *names {
        ["name", "description"] => "provider::scope",
        ["name", "description", "category"] => "provider::scope_of_category",
        _ => return None,
    };
    let arguments: Option<Vec<_>> = given.into_iter().map(text).collect();
    Some(Literal::Call(function, arguments?))
}
