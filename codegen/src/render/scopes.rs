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
            scope_enum(
                &name,
                "Scope",
                &about,
                scopes,
                &quote!(PROVIDER.scopes.values),
            )
        }
    };
    let groups = provider.scopes.groups.iter().enumerate();
    let groups = groups.map(|(index, group)| {
        let index = Literal::usize_unsuffixed(index);
        scope_enum(
            &name,
            &group.type_name,
            &to_markdown(&group.description),
            &group.values,
            &quote!(PROVIDER.scopes.groups[#index].values),
        )
    });
    quote!(#main #(#groups)*)
}

/// An enum whose variants are the rows of a table in the description, in the same order.
fn scope_enum(
    provider: &str,
    type_name: &str,
    about: &str,
    scopes: &[Scope],
    table: &TokenStream,
) -> TokenStream {
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

            #spelt
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                #table[self as usize].name
            }

            #category
            #[inline]
            #[must_use]
            pub const fn category(self) -> Option<&'static str> {
                #table[self as usize].category
            }

            #[doc = " What the scope allows."]
            #[inline]
            #[must_use]
            pub const fn description(self) -> &'static str {
                #table[self as usize].description
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
                provider::find_scope(Self::ALL, #table, text)
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
        code(&scope.name),
        capital(&to_markdown(&scope.description)),
        category.unwrap_or_default(),
        deprecated.unwrap_or_default()
    ))
}
