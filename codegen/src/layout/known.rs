//! Code that is the same in many modules but for a few names. Making tokens, parsing and printing them
//! is most of the work of a generator, so it is done once for each choice of names.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;

use crate::layout;
use crate::text::Text as Shared;

/// The texts that one place of the generator has made, by what they were made of.
pub(crate) struct Known(Mutex<BTreeMap<String, Shared>>);

impl Known {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// The text that `make` makes, which nothing but `of` may decide.
    pub(crate) fn text(&self, of: &[&str], make: impl FnOnce() -> String) -> Shared {
        // With their lengths, as two lists of texts may read the same when they are joined.
        let mut key = String::new();
        for name in of {
            key += &name.len().to_string();
            key.push(':');
            key += name;
        }
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known().get(&key) {
            return text.clone();
        }
        let text = Shared::from(make());
        known().insert(key, text.clone());
        text
    }
}

/// A name in generated code.
#[derive(Clone, Copy)]
pub(crate) struct Name<'n>(pub(crate) &'n str);

/// A text in quotes in generated code.
#[derive(Clone, Copy)]
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

/// Any Rust, as text.
#[derive(Clone, Copy)]
pub(crate) struct Rust<'r>(pub(crate) &'r str);

impl ToTokens for Name<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        Ident::new(self.0, Span::call_site()).to_tokens(tokens);
    }
}

impl ToTokens for Quoted<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl ToTokens for Rust<'_> {
    /// # Panics
    ///
    /// Where the text is no Rust: a mistake in this crate, never in a spec.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let text: Result<TokenStream, _> = self.0.parse();
        match text {
            Ok(text) => tokens.extend(text),
            Err(error) => panic!("{:?} is no Rust: {error}", self.0),
        }
    }
}

/// The members of an `impl` or an enum, as they stand inside of it.
pub(crate) fn members(block: TokenStream) -> String {
    let block = layout::items(block);
    let inside = block.split_once("{\n").map(|(_, inside)| inside);
    let inside = inside.and_then(|inside| inside.trim_end().strip_suffix('}'));
    inside.unwrap_or_default().to_owned()
}

/// The text of an item of these names, each declared as what it is: a [`Name`], a [`Quoted`] text, or
/// any [`Rust`]. The tokens can hold nothing else that changes.
macro_rules! item {
    ([$($name:ident: $kind:ident = $value:expr),*] $($body:tt)*) => {{
        static KNOWN: $crate::layout::known::Known = $crate::layout::known::Known::new();
        fn tokens($($name: $crate::layout::known::$kind<'_>),*) -> proc_macro2::TokenStream {
            quote::quote!($($body)*)
        }
        $(let $name: &str = $value;)*
        KNOWN.text(&[$($name),*], || {
            $crate::layout::items(tokens($($crate::layout::known::$kind($name)),*))
        })
    }};
}
pub(crate) use item;

/// The same of a method, indented as in its `impl`.
macro_rules! method {
    ([$($name:ident: $kind:ident = $value:expr),*] $($body:tt)*) => {{
        static KNOWN: $crate::layout::known::Known = $crate::layout::known::Known::new();
        fn tokens($($name: $crate::layout::known::$kind<'_>),*) -> proc_macro2::TokenStream {
            quote::quote!(impl Any { $($body)* })
        }
        $(let $name: &str = $value;)*
        KNOWN.text(&[$($name),*], || {
            $crate::layout::known::members(tokens($($crate::layout::known::$kind($name)),*))
        })
    }};
}
pub(crate) use method;
