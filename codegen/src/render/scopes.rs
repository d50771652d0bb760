//! The scope enum.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Provider, Scope};
use crate::render::docs::{capital, prose};
use crate::render::{doc, ident};

pub(super) fn scopes(provider: &Provider) -> TokenStream {
    let scopes = &provider.scopes.values;
    if scopes.is_empty() {
        return TokenStream::new();
    }
    let name = prose(&provider.name);
    let about = doc(&format!(
        "What a {name} token may do.\n\nA scope that is not listed here can be asked for by its \
         text, with `scope` on the request; one that is granted stays in \
         [`TokenSet::scopes`](runtime::TokenSet::scopes)."
    ));
    let all = doc(&format!(
        "Every scope, in the order of {name}'s documentation."
    ));
    let spelt = doc(&format!("The scope as {name} spells it."));
    let category = doc(&format!("The heading under which {name} lists the scope."));
    let variants: Vec<_> = scopes.iter().map(|scope| ident(&scope.variant)).collect();
    let docs = scopes.iter().map(variant_doc);
    let table = scopes.iter().map(row);
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Scope {
            #(#docs #variants,)*
        }

        impl Scope {
            #all
            pub const ALL: &[Scope] = &[#(Scope::#variants),*];

            const TABLE: &[provider::Scope] = &[#(#table),*];

            #spelt
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::TABLE[self as usize].name
            }

            #category
            #[inline]
            #[must_use]
            pub const fn category(self) -> Option<&'static str> {
                Self::TABLE[self as usize].category
            }

            #[doc = " What the scope allows."]
            #[inline]
            #[must_use]
            pub const fn description(self) -> &'static str {
                Self::TABLE[self as usize].description
            }
        }

        impl AsRef<str> for Scope {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for Scope {
            #[inline]
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for Scope {
            type Err = runtime::UnknownScope;

            #[inline]
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                provider::Scope::find(Self::TABLE, text).map(|index| Self::ALL[index])
            }
        }
    }
}

fn variant_doc(scope: &Scope) -> TokenStream {
    let category = scope
        .category
        .as_deref()
        .map(|text| format!("\n\n{}.", prose(text)));
    doc(&format!(
        "`{}`: {}{}",
        scope.wire,
        capital(&prose(&scope.description)),
        category.unwrap_or_default()
    ))
}

fn row(scope: &Scope) -> TokenStream {
    let Scope {
        wire, description, ..
    } = scope;
    let category = match &scope.category {
        Some(category) => quote!(Some(#category)),
        None => quote!(None),
    };
    quote! {
        provider::Scope { name: #wire, category: #category, description: #description }
    }
}
