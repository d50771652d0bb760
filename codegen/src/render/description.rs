//! The description that the runtime reads, as a `static`: a walk over the fields of the lowered one.

use oauth_atlas_description::{Member, Node};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::Provider;
use crate::prose::to_markdown;
use crate::render::ident;

pub(super) fn description(provider: &Provider) -> TokenStream {
    let value = literal(&provider.description().to_node());
    let about = format!(
        " The description of {}, from which [`Client`] works.",
        to_markdown(&provider.name)
    );
    quote! {
        #[doc = #about]
        pub static PROVIDER: provider::Provider = #value;
    }
}

/// A value as Rust writes it. Fields that are standard are left out, as each costs its reader a
/// line and its compiler a type check.
pub(super) fn literal(node: &Node) -> TokenStream {
    match node {
        Node::None => quote!(None),
        Node::Some(value) => {
            let value = literal(value);
            quote!(Some(#value))
        }
        Node::Flag(flag) => quote!(#flag),
        Node::Number(number) => {
            let number = Literal::u64_unsuffixed(*number);
            quote!(#number)
        }
        Node::Text(text) => quote!(#text),
        Node::Word { kind, variant, .. } => {
            let (kind, variant) = (ident(kind), ident(variant));
            quote!(provider::#kind::#variant)
        }
        Node::List(items) => {
            let items = items.iter().map(literal);
            quote!(&[#(#items),*])
        }
        Node::Pairs(pairs) => {
            let pairs = pairs.iter().map(|(name, value)| quote!((#name, #value)));
            quote!(&[#(#pairs),*])
        }
        Node::Record { kind, members } => {
            let kind = ident(kind);
            let fields = members.iter().filter(|member| !member.is_standard);
            let fields = fields.map(field);
            quote!(provider::#kind { #(#fields,)* ..provider::#kind::STANDARD })
        }
    }
}

fn field(member: &Member) -> TokenStream {
    let value = literal(&member.node);
    let name = match member.name.strip_prefix("r#") {
        Some(keyword) => proc_macro2::Ident::new_raw(keyword, proc_macro2::Span::call_site()),
        None => ident(member.name),
    };
    quote!(#name: #value)
}
