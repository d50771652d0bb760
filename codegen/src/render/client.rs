//! The client. Every method is one call into the hand-written core and `#[inline]`, so that a method nobody calls costs nobody compile time.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use oauth_atlas_description::{ClientAuth, Encoding, Separator};

use crate::facts::identity::told;
use crate::model::{
    Argument, Offered, OperationKind, Presence, Provider, User, Variable, VariableKind,
};
use crate::prose::{code, to_markdown};
use crate::render::constructors::{BASE_URL_ERRORS, constructors};
use crate::render::extension::extension;
use crate::render::{doc, ident};

pub(super) fn client(provider: &Provider) -> TokenStream {
    let about = doc(&format!(
        "A client of {}: your application, as registered there.",
        to_markdown(&provider.name)
    ));
    let constructors = constructors(provider);
    let settings = settings(provider);
    let operations = provider.operations();
    let methods = operations.iter().map(|one| methods(provider, one));
    let user = provider.user.as_ref().map(|told| user(provider, told));
    let log_out = provider.end_session.as_ref().map(|_| log_out());
    quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Client(oauth_atlas::Core);

        impl Client {
            #constructors
            #settings
            #(#methods)*
            #user
            #log_out
        }

        impl oauth_atlas::ProviderClient for Client {
            type Scope = Scope;

            #[inline]
            fn core(&self) -> &oauth_atlas::Core {
                &self.0
            }
        }
    }
}

fn settings(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    if provider.authorization_code.is_some() {
        tokens.extend(quote! {
            #[doc = " Sets the redirect URI, to which the browser returns after the login."]
            #[inline]
            #[must_use]
            pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
                Self(self.0.redirect_uri(uri))
            }
        });
    }
    if !provider.environments.is_empty() {
        let first = doc(&format!(
            "Selects the environment; the default is [`Environment::{}`].",
            provider.environments[0].variant
        ));
        tokens.extend(quote! {
            #first
            #[inline]
            #[must_use]
            pub fn environment(self, environment: Environment) -> Self {
                Self(self.0.environment(environment.as_str()))
            }
        });
    }
    tokens.extend(provider.set_variables().filter_map(variable_setter));
    tokens.extend(choices(provider));
    quote! {
        #tokens

        #[doc = " Applies settings: another origin, other endpoints, another HTTP client."]
        #[inline]
        #[must_use]
        pub fn with_settings(self, settings: oauth_atlas::Settings) -> Self {
            Self(self.0.with_settings(settings))
        }
    }
}

fn choices(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    let methods = provider.selectable_auth();
    if !methods.is_empty() {
        let accepted = methods.iter().map(|method| {
            format!(
                "[`{}`](oauth_atlas::ClientAuth::{})",
                method.word(),
                variant(*method)
            )
        });
        let about = doc(&format!(
            "Overrides the client authentication method. {} accepts {}; the first is the default.",
            to_markdown(&provider.name),
            accepted.collect::<Vec<_>>().join(", ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn client_auth(self, method: oauth_atlas::ClientAuth) -> Self {
                Self(self.0.client_auth(method))
            }
        });
    }
    let encodings = provider.selectable_encodings();
    if !encodings.is_empty() {
        let words: Vec<_> = encodings.iter().copied().map(Encoding::word).collect();
        let about = doc(&format!(
            "Overrides the encoding of token requests. {} accepts {}; the first is the default.",
            to_markdown(&provider.name),
            words.join(" and ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn token_encoding(self, encoding: oauth_atlas::Encoding) -> Self {
                Self(self.0.token_encoding(encoding))
            }
        });
    }
    let separators = provider.selectable_separators();
    if !separators.is_empty() {
        let words: Vec<_> = separators.iter().copied().map(Separator::word).collect();
        let about = doc(&format!(
            "Overrides the scope separator. {} accepts a {}; the first is the default.",
            to_markdown(&provider.name),
            words.join(" or a ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn scope_separator(self, separator: oauth_atlas::Separator) -> Self {
                Self(self.0.scope_separator(separator))
            }
        });
    }
    tokens
}

/// The method that chooses a variable, of the client or of a login.
pub(super) fn variable_setter(variable: &Variable) -> Option<TokenStream> {
    let set = match variable.kind {
        VariableKind::Secret => quote!(secret_variable),
        _ => quote!(variable),
    };
    let (argument, value) = match (&variable.choice, variable.kind) {
        (Some(choice), _) => {
            let type_name = ident(&choice.type_name);
            (quote!(#type_name), quote!(value.as_str()))
        }
        (None, VariableKind::BaseUrl) => return Some(base_url_setter(variable)),
        (None, VariableKind::Secret) => (quote!(impl Into<oauth_atlas::Secret>), quote!(value)),
        (None, _) => (quote!(impl Into<String>), quote!(value)),
    };
    let needed = match variable.is_needed() {
        true => "\n\nRequests need it: without it they end in an error that names it.",
        false if variable.signed_alone && !variable.optional => {
            "\n\nA client with a key needs it, and one with a secret does not."
        }
        false => "",
    };
    let about = doc(&format!("{}{needed}", to_markdown(&variable.description)));
    let method = ident(&variable.method);
    let wire = &variable.name;
    // `Authorize` must be used as a whole, so its methods need not say it again.
    let must_use = match variable.by_login {
        true => TokenStream::new(),
        false => quote!(#[must_use]),
    };
    Some(quote! {
        #about
        #[inline]
        #must_use
        pub fn #method(self, value: #argument) -> Self {
            Self(self.0.#set(#wire, #value))
        }
    })
}

fn base_url_setter(variable: &Variable) -> TokenStream {
    let about = doc(&format!(
        "{}\n\n# Errors\n\n{BASE_URL_ERRORS}",
        to_markdown(&variable.description)
    ));
    let method = ident(&variable.method);
    let wire = &variable.name;
    quote! {
        #about
        #[inline]
        pub fn #method(self, value: &str) -> Result<Self, oauth_atlas::Error> {
            self.0.base_url(#wire, value).map(Self)
        }
    }
}

/// The methods of one operation.
fn methods(provider: &Provider, operation: &Offered) -> TokenStream {
    let about = |text: &str| about(text, operation);
    match operation.kind {
        OperationKind::Authorize => {
            let about = about("Starts a login: the user is asked for access (RFC 6749 §4.1).");
            let without_code = without_code(provider);
            quote! {
                #about
                #[inline]
                pub fn authorize(&self, scopes: impl IntoIterator<Item = Scope>) -> Authorize {
                    Authorize(self.0.authorize(scopes))
                }

                #without_code
            }
        }
        OperationKind::ExchangeCode => {
            let about = doc(&format!(
                "Finishes a login: checks the callback, and exchanges its code for tokens.\n\nThe \
                 callback is a URL, a query string or a form body. State and issuer are checked\n\
                 before any request.{}",
                optional(operation.options)
            ));
            quote! {
            #about
            #[inline]
            pub fn finish(
                &self,
                pending: oauth_atlas::Pending,
                callback: impl Into<oauth_atlas::Callback>,
            ) -> oauth_atlas::TokenRequest {
                self.0.finish(pending, callback)
            }
            }
        }
        OperationKind::Refresh => {
            let about = about(
                "Exchanges the refresh token for new tokens (RFC 6749 §6). If no new refresh token \
                 is returned, the current one is kept.",
            );
            quote! {
                #about
                #[inline]
                pub fn refresh(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::TokenRequest {
                    self.0.refresh(tokens)
                }

                #[doc = " Keeps these tokens fresh: refreshes them before they expire, once however many tasks wait."]
                #[inline]
                #[must_use]
                pub fn token_source(&self, tokens: oauth_atlas::TokenSet) -> oauth_atlas::TokenSource {
                    self.0.token_source(tokens)
                }
            }
        }
        OperationKind::ClientCredentials => {
            let about = about("Requests tokens for the application itself (RFC 6749 §4.4).");
            quote! {
                #about
                #[inline]
                pub fn client_credentials(
                    &self,
                    scopes: impl IntoIterator<Item = Scope>,
                ) -> oauth_atlas::TokenRequest {
                    self.0.client_credentials(scopes)
                }
            }
        }
        OperationKind::AuthorizeDevice => {
            let about = about(
                "Starts a login with a code that the user enters on another device (RFC 8628).",
            );
            quote! {
                #about
                #[inline]
                pub fn authorize_device(
                    &self,
                    scopes: impl IntoIterator<Item = Scope>,
                ) -> oauth_atlas::DeviceRequest {
                    self.0.authorize_device(scopes)
                }
            }
        }
        OperationKind::PollDevice => quote! {
            #[doc = " Asks once whether the user has entered the code, for a loop of your own."]
            #[inline]
            pub fn poll_device<'login>(
                &self,
                login: &'login mut oauth_atlas::DeviceLogin,
            ) -> oauth_atlas::DevicePoll<'login> {
                self.0.poll_device(login)
            }

            #[doc = " Waits until the user has entered the code, and returns the tokens."]
            #[inline]
            pub fn finish_device(&self, login: oauth_atlas::DeviceLogin) -> oauth_atlas::DeviceWait {
                self.0.finish_device(login)
            }
        },
        OperationKind::Extension => {
            let own = operation.extension;
            own.map(|own| extension(own, operation.options))
                .unwrap_or_default()
        }
        OperationKind::RevokeAccessToken => {
            let about = about("Revokes an access token (RFC 7009).");
            quote! {
                #about
                #[inline]
                pub fn revoke_access_token(
                    &self,
                    token: impl Into<oauth_atlas::Secret>,
                ) -> oauth_atlas::Revocation {
                    self.0.revoke_access_token(token)
                }
            }
        }
        OperationKind::RevokeRefreshToken => {
            let about = about("Revokes a refresh token (RFC 7009).");
            quote! {
                #about
                #[inline]
                pub fn revoke_refresh_token(
                    &self,
                    token: impl Into<oauth_atlas::Secret>,
                ) -> oauth_atlas::Revocation {
                    self.0.revoke_refresh_token(token)
                }
            }
        }
        OperationKind::Introspect => {
            let about = about("Asks whether a token is active (RFC 7662).");
            quote! {
                #about
                #[inline]
                pub fn introspect(&self, token: impl Into<oauth_atlas::Secret>) -> oauth_atlas::Introspection {
                    self.0.introspect(token)
                }
            }
        }
        OperationKind::UserInfo => userinfo(provider, operation),
        OperationKind::CallApi => api(provider),
    }
}

/// How a login ends that may end without a code.
fn without_code(provider: &Provider) -> TokenStream {
    let about = match provider.callback.code_presence {
        Presence::Always => return TokenStream::new(),
        Presence::Optional => "Finishes a login whose callback has no code.",
        Presence::Never => "Finishes a login.",
    };
    let about = doc(&format!(
        "{about} Nothing is sent: state and issuer are checked, and what the provider's\ncallback \
         brings is returned.\n\n# Errors\n\nIf the callback does not belong to this login, or tells \
         an error."
    ));
    quote! {
        #about
        #[inline]
        pub fn finish_without_code(
            &self,
            pending: oauth_atlas::Pending,
            callback: impl Into<oauth_atlas::Callback>,
        ) -> Result<oauth_atlas::Consent, oauth_atlas::Error> {
            self.0.finish_without_code(pending, callback)
        }

        #[doc = " A client for what a user has consented to, which sends the values of that callback."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " If a value names a host that is not the provider's."]
        #[inline]
        pub fn with_consent(self, consent: &oauth_atlas::Consent) -> Result<Self, oauth_atlas::Error> {
            self.0.with_consent(consent).map(Self)
        }
    }
}

/// What a method's documentation says of parameters that the caller may add to its request.
pub(super) fn optional(options: &[Argument]) -> String {
    let mut text = String::new();
    for one in options {
        let call = code(&format!(".param(\"{}\", …)", one.name));
        let said = one.description.as_deref().map(to_markdown);
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        text += &format!("\n\nOptional, by {call}{said}");
    }
    text
}

fn userinfo(provider: &Provider, operation: &Offered) -> TokenStream {
    let endpoint = provider.endpoint(operation.endpoint);
    let scope = endpoint.and_then(|endpoint| endpoint.scope.as_ref());
    let scope = scope.and_then(|wire| {
        let mut scopes = provider.scopes.values.iter();
        let known = scopes.find(|scope| scope.name == *wire)?;
        Some(format!("Requires [`Scope::{}`].", known.variant))
    });
    let mut text = "Requests the claims of the user.".to_owned();
    let description = operation.description.map(to_markdown);
    for more in description.into_iter().chain(scope) {
        text = format!("{text}\n\n{more}");
    }
    let about = doc(&text);
    quote! {
        #about
        #[inline]
        pub fn userinfo(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::ApiCall {
            self.0.userinfo(tokens)
        }
    }
}

fn log_out() -> TokenStream {
    quote! {
        #[doc = " Ends the user's session at the provider (OpenID Connect RP-Initiated Logout)."]
        #[inline]
        pub fn log_out(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::Logout {
            self.0.log_out(tokens)
        }
    }
}

/// Who logged in, whatever it takes to know.
fn user(provider: &Provider, user: &User) -> TokenStream {
    let (methods, verified) = told(user);
    let mut text = format!("Looks up who logged in: {methods}.");
    if !verified.is_empty() {
        text = format!("{text} {verified}");
    }
    let scopes: BTreeSet<_> = user
        .claims
        .iter()
        .filter_map(|claim| claim.scope.as_ref())
        .collect();
    let known = provider.scopes.values.iter();
    let known = known.filter(|scope| scopes.contains(&scope.name));
    let known: Vec<_> = known
        .map(|scope| format!("[`Scope::{}`]", scope.variant))
        .collect();
    if !known.is_empty() {
        text += &format!("\n\nSome of this requires {}.", known.join(", "));
    }
    let about = doc(&text);
    quote! {
        #about
        #[inline]
        pub fn user(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::UserLookup {
            self.0.user(tokens)
        }
    }
}

/// A paragraph of its own.
fn described(description: Option<&str>) -> String {
    let text = description.map(to_markdown);
    text.map_or_else(String::new, |text| format!("\n\n{text}"))
}

fn about(text: &str, operation: &Offered) -> TokenStream {
    let description = described(operation.description);
    doc(&format!(
        "{text}{description}{}",
        optional(operation.options)
    ))
}

fn api(provider: &Provider) -> TokenStream {
    let base = match &provider.api.url {
        Some(url) => format!("A path is appended to {}.", code(url)),
        None => "The URL must be absolute.".to_owned(),
    };
    let place = match provider.api.query.as_str() {
        "" => format!(
            "{}: {}<access token>",
            provider.api.header, provider.api.prefix
        ),
        query => format!("?{query}=<access token>"),
    };
    let call = format!(
        "Sends an authenticated request to the {} API, with {}. {base}",
        to_markdown(&provider.name),
        code(&place),
    );
    let call = doc(&(call + &described(provider.api.description.as_deref())));
    quote! {
        #call
        #[inline]
        pub fn call_api(
            &self,
            method: oauth_atlas::Method,
            url: &str,
            tokens: &oauth_atlas::TokenSet,
        ) -> oauth_atlas::ApiCall {
            self.0.call_api(method, url, tokens)
        }

        #[doc = " Returns the headers of an API call, for an HTTP client of your own."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " A configuration error if the token is not a valid header value."]
        #[inline]
        pub fn api_headers(&self, tokens: &oauth_atlas::TokenSet) -> Result<oauth_atlas::HeaderMap, oauth_atlas::Error> {
            self.0.api_headers(tokens)
        }
    }
}

/// The name of a method's variant.
fn variant(method: ClientAuth) -> String {
    format!("{method:?}")
}
