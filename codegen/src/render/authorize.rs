//! The authorization request: what every login has, and the choices of this provider.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{AuthorizeOption, Offline, ParameterType, Provider, ScopeGroup};
use crate::prose::{code, to_markdown};
use crate::render::client::variable_setter;
use crate::render::{doc, ident};

/// The authorization request. It has a type of its own even where there is no choice, so that the
/// first one changes no signature.
pub(super) fn authorize(provider: &Provider) -> TokenStream {
    if provider.authorization_code.is_none() {
        return TokenStream::new();
    }
    let options = provider
        .authorization
        .iter()
        .flat_map(|endpoint| &endpoint.options);
    let options = options.map(option);
    let groups = provider.scopes.groups.iter().map(group);
    let offline = provider.offline.as_ref().map(offline);
    let variables = provider
        .variables
        .iter()
        .filter(|variable| variable.by_login);
    let variables = variables.filter_map(variable_setter);
    let start = start(provider);
    let about = doc(&format!(
        "A login at {} that has not started yet.",
        to_markdown(&provider.name)
    ));
    quote! {
        #about
        #[derive(Debug)]
        #[must_use = "a login begins with `start`"]
        pub struct Authorize(oauth_atlas::Authorize);

        impl Authorize {
            #(#options)*
            #(#groups)*
            #offline
            #(#variables)*

            #[doc = " Adds a scope that [`Scope`] does not list."]
            #[inline]
            pub fn scope(self, scope: impl Into<String>) -> Self {
                Self(self.0.scope(scope))
            }

            #[doc = " Overrides the redirect URI of the client."]
            #[inline]
            pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
                Self(self.0.redirect_uri(uri))
            }

            #[doc = " Adds any other parameter."]
            #[inline]
            pub fn param(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                Self(self.0.param(name, value))
            }

            #start
        }
    }
}

/// How a login begins.
fn start(provider: &Provider) -> TokenStream {
    let errors = match provider.require_pushed_requests {
        true => "Always: this provider requires [`Authorize::push`].",
        false => "A configuration error if a required value is missing.",
    };
    let about = doc(&format!(
        "Creates `state` and the PKCE verifier, and returns the URL to send the browser to.\n\n\
         # Errors\n\n{errors}"
    ));
    let endpoint = provider.pushed_authorization_request.as_ref();
    let push = endpoint.map(|endpoint| {
        let more = endpoint.description.as_deref().map(to_markdown);
        let more = more.map_or_else(String::new, |more| format!("\n\n{more}"));
        let about = doc(&format!(
            "Sends the parameters to the provider first, so that the URL to send the browser to has \
             none of them (RFC 9126).{more}"
        ));
        quote! {
            #about
            #[inline]
            pub fn push(self) -> oauth_atlas::PushedAuthorizationRequest {
                self.0.push()
            }
        }
    });
    quote! {
        #about
        #[inline]
        pub fn start(self) -> Result<oauth_atlas::Login, oauth_atlas::Error> {
            self.0.start()
        }

        #push
    }
}

fn option(option: &AuthorizeOption) -> TokenStream {
    let required = if option.required {
        "\n\nRequired: the provider refuses a login without it."
    } else {
        ""
    };
    let json = match option.r#type {
        ParameterType::Json => "\n\nIt is JSON; a login with anything else does not start.",
        _ => "",
    };
    let about = format!("{}{json}{required}", to_markdown(&option.description));
    let about = doc(&about);
    let method = ident(&option.method);
    let wire = &option.name;
    let (argument, call) = match (&option.choice, option.r#type) {
        (Some(choice), _) => {
            let type_name = ident(&choice.type_name);
            (quote!(#type_name), quote!(option(#wire, value.as_str())))
        }
        (None, ParameterType::Text | ParameterType::Json) => {
            (quote!(impl Into<String>), quote!(option(#wire, value)))
        }
        (None, ParameterType::Integer) => (quote!(u64), quote!(option(#wire, value.to_string()))),
        (None, ParameterType::Boolean) => (quote!(bool), quote!(option(#wire, value.to_string()))),
    };
    quote! {
        #about
        #[inline]
        pub fn #method(self, value: #argument) -> Self {
            Self(self.0.#call)
        }
    }
}

fn group(group: &ScopeGroup) -> TokenStream {
    let about = doc(&format!(
        "{}\n\nSent as {}.",
        to_markdown(&group.description),
        code(&group.parameter)
    ));
    let method = ident(&group.method);
    let type_name = ident(&group.type_name);
    let wire = &group.parameter;
    quote! {
        #about
        #[inline]
        pub fn #method(self, scopes: impl IntoIterator<Item = #type_name>) -> Self {
            Self(self.0.group(#wire, scopes))
        }
    }
}

fn offline(offline: &Offline) -> TokenStream {
    let more = offline
        .description
        .as_deref()
        .map(to_markdown)
        .unwrap_or_default();
    let about = doc(format!("Also requests a refresh token. {more}").trim_end());
    quote! {
        #about
        #[inline]
        pub fn offline(self) -> Self {
            Self(self.0.offline())
        }
    }
}
