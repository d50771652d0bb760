//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.
//! It is half of a module and always of the same few forms, so it is made as syntax, which no parser
//! has to read again.

use oauth_atlas_description::{Member, Node};
use proc_macro2::{Ident, Span};
use syn::punctuated::Punctuated;
use syn::token::{Brace, Bracket, Paren};
use syn::{
    Expr, ExprArray, ExprCall, ExprLit, ExprPath, ExprReference, ExprStruct, ExprTuple, FieldValue,
    ItemStatic, Lit, LitBool, LitInt, LitStr, Path, PathSegment, parse_quote,
};

use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::ident;

pub(super) fn description(provider: &Provider) -> ItemStatic {
    let about = format!(
        " The description of {}, from which [`Client`] works.",
        to_markdown(&provider.name)
    );
    let mut item: ItemStatic = parse_quote! {
        #[doc = #about]
        pub static PROVIDER: provider::Provider = provider::Provider::STANDARD;
    };
    *item.expr = literal(&provider.description().to_node());
    item
}

/// A value as Rust writes it. Fields that are standard are left out, as each costs its reader a
/// line and its compiler a type check.
pub(super) fn literal(node: &Node) -> Expr {
    match node {
        Node::None => named(&["None"]),
        Node::Some(value) => call(&["Some"], [literal(value)]),
        Node::Flag(flag) => constant(Lit::Bool(LitBool::new(*flag, Span::call_site()))),
        Node::Number(number) => {
            let number = LitInt::new(&number.to_string(), Span::call_site());
            constant(Lit::Int(number))
        }
        Node::Text(text) => quoted(text),
        Node::Word { kind, variant, .. } => named(&["provider", kind, variant]),
        Node::List(items) => list(items.iter().map(literal)),
        Node::Pairs(pairs) => list(pairs.iter().map(|(name, value)| {
            Expr::Tuple(ExprTuple {
                attrs: Vec::new(),
                paren_token: Paren::default(),
                elems: [quoted(name), quoted(value)].into_iter().collect(),
            })
        })),
        Node::Record { kind, members } => {
            if let Some(row) = scope(kind, members) {
                return row;
            }
            let fields = members.iter().filter(|member| !member.is_standard);
            let mut fields: Punctuated<_, _> = fields.map(field).collect();
            if !fields.empty_or_trailing() {
                // Nothing else parts the last one from what follows, where this becomes tokens.
                fields.push_punct(Default::default());
            }
            Expr::Struct(ExprStruct {
                attrs: Vec::new(),
                qself: None,
                path: path(&["provider", kind]),
                brace_token: Brace::default(),
                fields,
                dot2_token: Some(Default::default()),
                rest: Some(Box::new(named(&["provider", kind, "STANDARD"]))),
            })
        }
    }
}

/// A scope as most are: a call. The table of scopes is most of a description, and a call takes half of
/// the time that a compiler needs for a literal.
fn scope(kind: &str, members: &[Member]) -> Option<Expr> {
    let given: Vec<_> = members
        .iter()
        .filter(|member| !member.is_standard)
        .collect();
    let text = |member: &Member| match &member.node {
        Node::Text(text) => Some(quoted(text)),
        Node::Some(inner) => match &**inner {
            Node::Text(text) => Some(quoted(text)),
            _ => None,
        },
        _ => None,
    };
    let names: Vec<_> = given.iter().map(|member| member.name).collect();
    let function = match (kind, &*names) {
        ("Scope", ["name", "description"]) => "scope",
        ("Scope", ["name", "description", "category"]) => "scope_of_category",
        _ => return None,
    };
    let arguments: Option<Vec<_>> = given.into_iter().map(text).collect();
    Some(call(&["provider", function], arguments?))
}

fn call(function: &[&str], arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(ExprCall {
        attrs: Vec::new(),
        func: Box::new(named(function)),
        paren_token: Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

fn list(items: impl Iterator<Item = Expr>) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: Default::default(),
        mutability: None,
        expr: Box::new(Expr::Array(ExprArray {
            attrs: Vec::new(),
            bracket_token: Bracket::default(),
            elems: items.collect(),
        })),
    })
}

fn quoted(text: &str) -> Expr {
    constant(Lit::Str(LitStr::new(text, Span::call_site())))
}

fn constant(lit: Lit) -> Expr {
    Expr::Lit(ExprLit {
        attrs: Vec::new(),
        lit,
    })
}

fn named(names: &[&str]) -> Expr {
    Expr::Path(ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: path(names),
    })
}

fn path(names: &[&str]) -> Path {
    let names = names.iter().map(|name| PathSegment::from(ident(name)));
    Path {
        leading_colon: None,
        segments: names.collect(),
    }
}

fn field(member: &Member) -> FieldValue {
    let name = match member.name.strip_prefix("r#") {
        Some(keyword) => Ident::new_raw(keyword, Span::call_site()),
        None => ident(member.name),
    };
    FieldValue {
        attrs: Vec::new(),
        member: name.into(),
        colon_token: Some(Default::default()),
        expr: literal(&member.node),
    }
}
