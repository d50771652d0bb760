//! Enums of closed lists: environments, URL variables and authorize options.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Provider, Value};
use crate::prose::{code, to_markdown};
use crate::render::{doc, ident};

pub(super) fn choices(provider: &Provider) -> TokenStream {
    let name = to_markdown(&provider.name);
    let environments = match provider.environments.as_slice() {
        [] => TokenStream::new(),
        environments => {
            let values: Vec<_> = environments
                .iter()
                .map(|environment| {
                    let about = environment.description.clone();
                    let value = Value {
                        wire: environment.name.clone(),
                        variant: environment.variant.clone(),
                    };
                    (value, about)
                })
                .collect();
            choice(
                "Environment",
                &format!("An environment of {name}: a set of hosts."),
                &values,
            )
        }
    };
    let variables = provider
        .variables
        .iter()
        .filter_map(|variable| Some((variable.choice.as_ref()?, &variable.description)));
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options)
        .filter_map(|option| Some((option.choice.as_ref()?, &option.description)));
    let others = variables.chain(options).map(|(values, description)| {
        let listed: Vec<_> = values
            .values
            .iter()
            .map(|value| (value.clone(), None))
            .collect();
        choice(&values.type_name, &to_markdown(description), &listed)
    });
    let others: TokenStream = others.collect();
    quote!(#environments #others)
}

fn choice(type_name: &str, about: &str, values: &[(Value, Option<String>)]) -> TokenStream {
    let type_name = ident(type_name);
    let about = doc(about);
    let variants: Vec<_> = values
        .iter()
        .map(|(value, _)| ident(&value.variant))
        .collect();
    let wires: Vec<_> = values.iter().map(|(value, _)| &value.wire).collect();
    let docs = values.iter().map(|(value, about)| match about {
        Some(about) => doc(&format!("{}: {}", code(&value.wire), to_markdown(about))),
        None => doc(&format!("{}.", code(&value.wire))),
    });
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #type_name {
            #(#docs #variants,)*
        }

        impl #type_name {
            #[doc = " The value as the provider spells it."]
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                [#(#wires),*][self as usize]
            }
        }
    }
}
