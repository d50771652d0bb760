//! The scope enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::model::{Provider, Scope};
use crate::prose::{code, to_markdown};
use crate::render::{doc, ident};

pub(super) fn scopes(provider: &Provider) -> TokenStream {
    let name = to_markdown(&provider.name);
    let mut about = format!("What a {name} token may do.");
    if let Some(description) = &provider.scopes.description {
        about += &format!("\n\n{}", to_markdown(description));
    }
    for bundle in &provider.scopes.bundles {
        let names: Vec<_> = bundle.scopes.iter().map(|scope| code(scope)).collect();
        let when = bundle.description.as_deref().map(to_markdown);
        about += &format!(
            "\n\nOffered as a set: {}. {}",
            names.join(", "),
            when.unwrap_or_default()
        );
    }
    about += match provider.scopes.values.as_slice() {
        [] => "\n\nNo scope is published. One that you know",
        _ => "\n\nA scope that is not listed here",
    };
    about += " can be requested by name with `scope` on the request; granted, it is in \
              [`TokenSet::scopes`](oauth_atlas::TokenSet::scopes).";
    let main = scope_enum(
        &name,
        "Scope",
        &about,
        &provider.scopes.values,
        &quote!(PROVIDER.scopes.values),
    );
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
    let type_name = ident(type_name);
    let variants: Vec<_> = scopes.iter().map(|scope| ident(&scope.variant)).collect();
    let attributes = scopes.iter().map(variant_attributes);
    // What is deprecated is in the list of all nevertheless.
    let allow = scopes
        .iter()
        .any(|scope| scope.deprecated.is_some())
        .then(|| quote!(#[allow(deprecated)]));
    let (derived, implement) = match scopes {
        [] => (
            quote!(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash),
            quote!(oauth_atlas::runtime::scope_enum!(#type_name);),
        ),
        _ => (
            quote!(PartialEq),
            quote!(oauth_atlas::runtime::scopes!(#type_name, #table);),
        ),
    };
    quote! {
        #about
        #[derive(#derived)]
        #[non_exhaustive]
        pub enum #type_name {
            #(#attributes #variants,)*
        }

        impl #type_name {
            #all
            #allow
            pub const ALL: &[#type_name] = &[#(#type_name::#variants),*];
        }

        #implement
    }
}

fn variant_attributes(scope: &Scope) -> TokenStream {
    let category = scope
        .category
        .as_deref()
        .map(|text| format!("\n\n{}.", to_markdown(text)));
    let excluded: Vec<_> = scope.excludes.iter().map(|other| code(other)).collect();
    let excluded = match excluded.as_slice() {
        [] => String::new(),
        others => format!("\n\nNot together with {}.", others.join(", ")),
    };
    let about = doc(&format!(
        "{}: {}{}{excluded}",
        code(&scope.name),
        capital(&to_markdown(&scope.description)),
        category.unwrap_or_default(),
    ));
    let deprecated = scope.deprecated.as_deref();
    let deprecated = deprecated.map(|note| quote!(#[deprecated(note = #note)]));
    quote!(#about #deprecated)
}

/// The same with its first letter in upper case.
fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().collect::<String>() + characters.as_str(),
        None => String::new(),
    }
}
