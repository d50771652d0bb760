//! The scope enum.

use quote::quote;

use crate::layout::Items;
use crate::layout::known::{item, members};
use crate::layout::literal::Literal;
use crate::model::{Provider, Scope};
use crate::prose::{code, to_markdown};
use crate::render::{enumeration, ident};
use crate::text::concat;

pub(super) fn scopes(provider: &Provider, items: &mut Items) {
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
    scope_enum(
        &name,
        "Scope",
        &about,
        &provider.scopes.values,
        "PROVIDER.scopes.values",
        items,
    );
    for (index, group) in provider.scopes.groups.iter().enumerate() {
        scope_enum(
            &name,
            &group.type_name,
            &to_markdown(&group.description),
            &group.values,
            &format!("PROVIDER.scopes.groups[{index}].values"),
            items,
        );
    }
}

/// An enum whose variants are the rows of a table in the description, in the same order.
fn scope_enum(
    provider: &str,
    type_name: &str,
    about: &str,
    scopes: &[Scope],
    table: &str,
    items: &mut Items,
) {
    let head = match scopes {
        [] => item! {
            [name: Name = type_name]
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {}
        },
        _ => item! {
            [name: Name = type_name]
            #[derive(PartialEq)]
            #[non_exhaustive]
            pub enum #name {}
        },
    };
    let mut variants = Items::in_block();
    for scope in scopes {
        variants.add(&documentation(scope), &variant(scope));
    }
    items.add(about, &enumeration(&head, &variants));

    let named = |scope: &Scope| Literal::Word(concat(&[type_name, "::", &scope.variant]));
    let all = Literal::List(scopes.iter().map(named).collect());
    let all = all.laid_out("        ", "\n");
    // What is deprecated is in the list of all nevertheless.
    let allowed = match scopes.iter().any(|scope| scope.deprecated.is_some()) {
        true => "    #[allow(deprecated)]\n",
        false => "",
    };
    // No constant: a compiler would look for each of its values among all variants.
    let all = format!(
        "    #[inline]\n    #[must_use]\n{allowed}    pub fn all() -> &'static [{type_name}] {{\n{all}    }}\n"
    );
    let about = format!("Every scope, in the order of {provider}'s documentation.");
    let mut methods = Items::in_block();
    methods.add(&about, &all);
    items.add_block(&format!("impl {type_name}"), &methods);

    let implemented = match scopes {
        [] => item! {
            [name: Name = type_name]
            oauth_atlas::runtime::scope_enum!(#name);
        },
        _ => item! {
            [name: Name = type_name, table: Rust = table]
            oauth_atlas::runtime::scopes!(#name, #table);
        },
    };
    items.add("", &implemented);
}

fn documentation(scope: &Scope) -> String {
    let mut text = code(&scope.name);
    text.push_str(": ");
    text.push_str(&capital(to_markdown(&scope.description)));
    if let Some(category) = &scope.category {
        text.push_str("\n\n");
        text.push_str(&to_markdown(category));
        text.push('.');
    }
    if !scope.excludes.is_empty() {
        let excluded: Vec<_> = scope.excludes.iter().map(|other| code(other)).collect();
        text.push_str("\n\nNot together with ");
        text.push_str(&excluded.join(", "));
        text.push('.');
    }
    text
}

/// The variant without its documentation.
fn variant(scope: &Scope) -> String {
    let name = &scope.variant;
    match scope.deprecated.as_deref() {
        None => concat(&["    ", name, ",\n"]),
        Some(note) => {
            let name = ident(name);
            members(quote!(pub enum Any { #[deprecated(note = #note)] #name, }))
        }
    }
}

/// The same with its first letter in upper case.
fn capital(mut text: String) -> String {
    match text.chars().next() {
        Some(first) if first.is_ascii() => {
            text[..1].make_ascii_uppercase();
            text
        }
        Some(first) => first.to_uppercase().collect::<String>() + &text[first.len_utf8()..],
        None => text,
    }
}
