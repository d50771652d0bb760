//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.

use oauth_atlas_description::{CALLS, Member, Node};

use crate::layout::Items;
use crate::layout::literal::Literal;
use crate::prose::to_markdown;
use crate::text::concat;

pub(super) fn description(name: &str, described: &Node, items: &mut Items) {
    let about = format!(
        "The description of {}, from which [`Client`] works.",
        to_markdown(name)
    );
    let code = literal(described).laid_out("pub static PROVIDER: provider::Provider = ", ";\n");
    items.add(&about, &code);
}

/// A value as Rust writes it. Fields that are standard are left out, as each costs its reader a
/// line and its compiler a type check.
pub(super) fn literal(node: &Node) -> Literal {
    match node {
        Node::None => Literal::Word("None".to_owned()),
        Node::Some(value) => Literal::Call("Some".to_owned(), vec![literal(value)]),
        Node::Rare(value) => {
            let value = Literal::Reference(Box::new(literal(value)));
            Literal::Call("Some".to_owned(), vec![value])
        }
        Node::Flag(flag) => Literal::Word(flag.to_string()),
        Node::Number(number) => Literal::Word(number.to_string()),
        Node::Text(text) => Literal::text(text),
        Node::Word { kind, variant, .. } => {
            Literal::Word(concat(&["provider::", kind, "::", variant]))
        }
        Node::List(items) => {
            table(items).unwrap_or_else(|| Literal::List(items.iter().map(literal).collect()))
        }
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

/// Records of which there are many, as a table of texts.
fn table(items: &[Node]) -> Option<Literal> {
    let Some(Node::Record { kind, .. }) = items.first() else {
        return None;
    };
    let rows: Vec<_> = items.iter().map(Row::of).collect();
    let (function, arguments) = match *kind {
        "Scope" => scopes(&rows),
        "ResponseMember" => ("members", vec![members(&rows)]),
        "ErrorCode" => error_codes(&rows),
        _ => return None,
    };
    Some(Literal::Call(provider(function), arguments))
}

fn scopes(rows: &[Row<'_>]) -> (&'static str, Vec<Literal>) {
    let deprecation = |(index, row): (usize, &Row<'_>)| {
        let replacement = Literal::text(row.optional_text("deprecated")?);
        Some(Literal::Tuple(vec![
            Literal::Word(index.to_string()),
            replacement,
        ]))
    };
    let deprecated: Vec<_> = rows.iter().enumerate().filter_map(deprecation).collect();
    let has_categories = rows
        .iter()
        .any(|row| row.optional_text("category").is_some());
    let (function, columns) = match (deprecated.is_empty(), has_categories) {
        (true, false) => ("scopes", &["name", "description"][..]),
        (true, true) => ("scopes_of_categories", &SCOPE[..]),
        (false, _) => ("scopes_with_deprecated", &SCOPE[..]),
    };
    let mut arguments = vec![texts(rows, columns)];
    if !deprecated.is_empty() {
        arguments.push(Literal::List(deprecated));
    }
    (function, arguments)
}

const SCOPE: [&str; 3] = ["name", "description", "category"];

/// Names that are present alike stand together.
fn members(rows: &[Row<'_>]) -> Literal {
    let runs = rows.chunk_by(|one, next| one.get("presence") == next.get("presence"));
    let run = |run: &[Row<'_>]| {
        let presence = literal(run[0].get("presence"));
        Literal::Tuple(vec![presence, texts(run, &["name"])])
    };
    Literal::List(runs.map(run).collect())
}

fn error_codes(rows: &[Row<'_>]) -> (&'static str, Vec<Literal>) {
    let mut arguments = vec![texts(rows, &["code", "hint"])];
    let statuses: Vec<_> = rows
        .iter()
        .map(|row| row.optional_number("status"))
        .collect();
    if statuses.iter().all(Option::is_none) {
        return ("error_codes", arguments);
    }
    let statuses = statuses.into_iter().map(Option::unwrap_or_default);
    let statuses = statuses.map(|status| Literal::Word(status.to_string()));
    arguments.push(Literal::List(statuses.collect()));
    ("error_codes_with_statuses", arguments)
}

/// The texts of the rows, one after another.
fn texts(rows: &[Row<'_>], columns: &[&str]) -> Literal {
    let of_row = |row| columns.iter().map(move |column| Row::text(row, column));
    let texts = rows.iter().flat_map(of_row);
    Literal::List(texts.map(Literal::text).collect())
}

/// A record in a table.
struct Row<'a>(&'a [Member]);

impl<'a> Row<'a> {
    fn of(item: &'a Node) -> Self {
        match item {
            Node::Record { members, .. } => Self(members),
            _ => Self(&[]),
        }
    }

    /// The value of a field, within `Some` where it is optional.
    fn get(&self, field: &str) -> &'a Node {
        let member = self.0.iter().find(|member| member.name == field);
        match member.map(|member| &member.node) {
            Some(Node::Some(value)) => value,
            Some(value) => value,
            None => &Node::None,
        }
    }

    fn optional_text(&self, field: &str) -> Option<&'a str> {
        match self.get(field) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    fn text(&self, field: &str) -> &'a str {
        self.optional_text(field).unwrap_or_default()
    }

    fn optional_number(&self, field: &str) -> Option<u64> {
        match self.get(field) {
            Node::Number(number) => Some(*number),
            _ => None,
        }
    }
}

/// The path of what the runtime has for descriptions.
fn provider(name: &str) -> String {
    concat(&["provider::", name])
}
