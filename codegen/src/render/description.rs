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
        " {} as data: all that [`Client`] knows.",
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
        Node::Some(value) => Expr::Call(ExprCall {
            attrs: Vec::new(),
            func: Box::new(named(&["Some"])),
            paren_token: Paren::default(),
            args: std::iter::once(literal(value)).collect(),
        }),
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
