//! The scope enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{Provider, Scope};
use crate::prose::{code, to_markdown};
use crate::render::docs::capital;
use crate::render::{doc, ident};

pub(super) fn scopes(provider: &Provider) -> TokenStream {
    let name = to_markdown(&provider.name);
    let main = match provider.scopes.values.as_slice() {
        [] => TokenStream::new(),
        scopes => {
            let about = format!(
                "What a {name} token may do.\n\nA scope that is not listed here can be asked for \
                 by its text, with `scope` on the request; one that is granted stays in \
                 [`TokenSet::scopes`](runtime::TokenSet::scopes)."
            );
            scope_enum(&name, "Scope", &about, scopes)
        }
    };
    let groups = provider.scopes.groups.iter().map(|group| {
        scope_enum(
            &name,
            &group.type_name,
            &to_markdown(&group.description),
            &group.values,
        )
    });
    quote!(#main #(#groups)*)
}

fn scope_enum(provider: &str, type_name: &str, about: &str, scopes: &[Scope]) -> TokenStream {
    let about = doc(about);
    let all = doc(&format!(
        "Every scope, in the order of {provider}'s documentation."
    ));
    let spelt = doc(&format!("The scope as {provider} spells it."));
    let category = doc(&format!(
        "The heading under which {provider} lists the scope."
    ));
    let type_name = ident(type_name);
    let variants: Vec<_> = scopes.iter().map(|scope| ident(&scope.variant)).collect();
    let docs = scopes.iter().map(variant_doc);
    let names = scopes.iter().map(|scope| &scope.wire);
    let descriptions = scopes.iter().map(|scope| &scope.description);
    let category_of = category_of(scopes);
    quote! {
        #about
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum #type_name {
            #(#docs #variants,)*
        }

        impl #type_name {
            #all
            pub const ALL: &[#type_name] = &[#(#type_name::#variants),*];

            const NAMES: &[&str] = &[#(#names),*];

            const DESCRIPTIONS: &[&str] = &[#(#descriptions),*];

            #spelt
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            #category
            #[inline]
            #[must_use]
            pub const fn category(self) -> Option<&'static str> {
                #category_of
            }

            #[doc = " What the scope allows."]
            #[inline]
            #[must_use]
            pub const fn description(self) -> &'static str {
                Self::DESCRIPTIONS[self as usize]
            }
        }

        impl std::fmt::Debug for #type_name {
            #[inline]
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::fmt::Display for #type_name {
            #[inline]
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for #type_name {
            type Err = runtime::UnknownScope;

            #[inline]
            fn from_str(text: &str) -> Result<Self, runtime::UnknownScope> {
                provider::find_scope(Self::ALL, Self::NAMES, text)
            }
        }
    }
}

fn variant_doc(scope: &Scope) -> TokenStream {
    let deprecated = scope
        .deprecated
        .as_deref()
        .map(|text| format!("\n\nGiven up by the provider: {}", to_markdown(text)));
    let category = scope
        .category
        .as_deref()
        .map(|text| format!("\n\n{}.", to_markdown(text)));
    doc(&format!(
        "{}: {}{}{}",
        code(&scope.wire),
        capital(&to_markdown(&scope.description)),
        category.unwrap_or_default(),
        deprecated.unwrap_or_default()
    ))
}

/// Where the category of a scope is found: providers list scopes by category, so there are fewer
/// categories than scopes to type check.
fn category_of(scopes: &[Scope]) -> TokenStream {
    let rows = scopes.chunk_by(|one, next| one.category == next.category);
    let mut start = 0;
    let mut arms: Vec<_> = rows
        .map(|row| {
            let end = Literal::usize_unsuffixed(start + row.len());
            let from = Literal::usize_unsuffixed(start);
            start += row.len();
            let category = match row.first().and_then(|scope| scope.category.as_ref()) {
                Some(category) => quote!(Some(#category)),
                None => quote!(None),
            };
            (quote!(#from..#end), category)
        })
        .collect();
    let Some((_, last)) = arms.pop() else {
        return quote!(None);
    };
    if arms.is_empty() {
        return last;
    }
    let arms = arms
        .iter()
        .map(|(range, category)| quote!(#range => #category,));
    quote!(match self as usize { #(#arms)* _ => #last })
}
