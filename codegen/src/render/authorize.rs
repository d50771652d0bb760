//! The authorization request of a provider whose logins have choices beyond the standard.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Provider;
use crate::render::client::variable_setter;
use crate::render::docs::prose;
use crate::render::{doc, ident};

/// The authorization request of a provider whose logins have choices beyond the standard.
pub(super) fn authorize(provider: &Provider) -> TokenStream {
    if !provider.has_authorize_options() {
        return TokenStream::new();
    }
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let options = options.map(|option| {
        let about = doc(&prose(&option.description));
        let method = ident(&option.method);
        let type_name = ident(&option.choice.type_name);
        let wire = &option.name;
        quote! {
            #about
            #[inline]
            pub fn #method(self, value: #type_name) -> Self {
                Self(self.0.option(#wire, value.as_str()))
            }
        }
    });
    let variables = provider
        .variables
        .iter()
        .filter(|variable| variable.by_login);
    let variables = variables.filter_map(variable_setter);
    let about = doc(&format!(
        "A request for the user's access to {}, with its choices.",
        prose(&provider.name)
    ));
    quote! {
        #about
        #[derive(Debug)]
        #[must_use = "a login begins with `start`"]
        pub struct Authorize(runtime::Authorize);

        impl Authorize {
            #(#options)*
            #(#variables)*

            #[doc = " Asks for a scope by its text, for one that [`Scope`] does not know."]
            #[inline]
            pub fn scope(self, scope: impl Into<String>) -> Self {
                Self(self.0.scope(scope))
            }

            #[doc = " Sends the user back to another address than the client's."]
            #[inline]
            pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
                Self(self.0.redirect_uri(uri))
            }

            #[doc = " Adds a parameter that is not described here."]
            #[inline]
            pub fn param(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                Self(self.0.param(name, value))
            }

            #[doc = " Makes the state and the PKCE verifier, and the URL to send the browser to."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " A configuration error where a required value is missing."]
            #[inline]
            pub fn start(self) -> Result<runtime::Login, runtime::Error> {
                self.0.start()
            }
        }
    }
}
