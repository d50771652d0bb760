//! The client. Every method is one call into the runtime and `#[inline]`, so that a method nobody calls costs nobody compile time.

use proc_macro2::TokenStream;
use quote::quote;

use oauth_atlas_description::{ClientAuth, Encoding, Separator};

use crate::model::{Extension, Provider, TokenKind, Variable, VariableKind};
use crate::prose::{code, to_markdown};
use crate::render::constructors::constructors;
use crate::render::{doc, ident};

pub(super) fn client(provider: &Provider) -> TokenStream {
    let about = doc(&format!(
        "An application registered with {}.",
        to_markdown(&provider.name)
    ));
    let constructors = constructors(provider);
    let settings = settings(provider);
    let grants = grants(provider);
    let endpoints = endpoints(provider);
    quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct Client(runtime::Core);

        impl Client {
            #constructors
            #settings
            #grants
            #endpoints
        }
    }
}

fn settings(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    if provider.authorization_code.is_some() {
        tokens.extend(quote! {
            #[doc = " Where the user comes back to."]
            #[inline]
            #[must_use]
            pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
                Self(self.0.redirect_uri(uri))
            }
        });
    }
    if !provider.environments.is_empty() {
        let first = doc(&format!(
            "Uses other hosts than those of [`Environment::{}`].",
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
    if provider.has_hosts_of_users() {
        tokens.extend(quote! {
            #[doc = " Asks servers on the public internet only: for programs in which users type the server's"]
            #[doc = " address. [`runtime::Core::public_hosts_only`] says what is refused and what is not."]
            #[inline]
            #[must_use]
            pub fn public_hosts_only(self) -> Self {
                Self(self.0.public_hosts_only())
            }
        });
    }
    let variables = provider
        .variables
        .iter()
        .filter(|one| (one.optional || one.default.is_some()) && !one.by_login);
    tokens.extend(variables.filter_map(variable_setter));
    tokens.extend(choices(provider));
    quote! {
        #tokens

        #[doc = " Sends every request to another origin, with the paths that it has: a test server"]
        #[doc = " or a proxy."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " A configuration error where `url` is not the origin of an `https` or loopback URL."]
        #[inline]
        pub fn origin(self, url: &str) -> Result<Self, runtime::Error> {
            self.0.origin(url).map(Self)
        }

        #[doc = " Replaces the URL of one endpoint."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " A configuration error where `url` is not `https` or loopback."]
        #[inline]
        pub fn endpoint(
            self,
            endpoint: runtime::EndpointKind,
            url: &str,
        ) -> Result<Self, runtime::Error> {
            self.0.endpoint(endpoint, url).map(Self)
        }

        #[doc = " Sends requests with another HTTP client than the default one."]
        #[inline]
        #[must_use]
        pub fn http_client(self, client: impl runtime::HttpClient) -> Self {
            Self(self.0.http_client(client))
        }

        #[doc = " Sends blocking requests with another HTTP client than the default one."]
        #[inline]
        #[must_use]
        pub fn blocking_http_client(self, client: impl runtime::BlockingHttpClient) -> Self {
            Self(self.0.blocking_http_client(client))
        }
    }
}

fn choices(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    let methods = provider.selectable_auth();
    if !methods.is_empty() {
        let accepted = methods.iter().map(|method| {
            format!(
                "[`{}`](provider::ClientAuth::{})",
                method.word(),
                variant(*method)
            )
        });
        let about = doc(&format!(
            "Says who it is in another way. {} accepts {}; the first is the default.",
            to_markdown(&provider.name),
            accepted.collect::<Vec<_>>().join(", ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn client_auth(self, method: provider::ClientAuth) -> Self {
                Self(self.0.client_auth(method))
            }
        });
    }
    let encodings = provider.selectable_encodings();
    if !encodings.is_empty() {
        let words: Vec<_> = encodings.iter().copied().map(Encoding::word).collect();
        let about = doc(&format!(
            "Writes token requests in another encoding. {} accepts {}; the first is the default.",
            to_markdown(&provider.name),
            words.join(" and ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn token_encoding(self, encoding: provider::Encoding) -> Self {
                Self(self.0.encoding(encoding))
            }
        });
    }
    let separators = provider.selectable_separators();
    if !separators.is_empty() {
        let words: Vec<_> = separators.iter().copied().map(Separator::word).collect();
        let about = doc(&format!(
            "Separates scopes in another way. {} takes a {}; the first is the default.",
            to_markdown(&provider.name),
            words.join(" or a ")
        ));
        tokens.extend(quote! {
            #about
            #[inline]
            #[must_use]
            pub fn scope_separator(self, separator: provider::Separator) -> Self {
                Self(self.0.scope_separator(separator))
            }
        });
    }
    tokens
}

/// The method that chooses a variable, of the client or of a login.
pub(super) fn variable_setter(variable: &Variable) -> Option<TokenStream> {
    let (argument, value) = match (&variable.choice, variable.kind) {
        (Some(choice), _) => {
            let type_name = ident(&choice.type_name);
            (quote!(#type_name), quote!(value.as_str()))
        }
        (None, VariableKind::BaseUrl) => return None,
        (None, _) => (quote!(impl Into<String>), quote!(value)),
    };
    let about = doc(&to_markdown(&variable.description));
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
            Self(self.0.variable(#wire, #value))
        }
    })
}

/// The argument of a method that asks for scopes, and what it hands to the runtime.
fn scopes(provider: &Provider) -> (TokenStream, TokenStream) {
    if provider.scopes.values.is_empty() {
        return (TokenStream::new(), quote!(&mut std::iter::empty()));
    }
    (
        quote!(scopes: impl IntoIterator<Item = Scope>),
        quote!(&mut scopes.into_iter().map(Scope::as_str)),
    )
}

fn grants(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    let (argument, value) = scopes(provider);
    if let Some(grant) = &provider.authorization_code {
        let (type_name, made) = match provider.has_authorize_options() {
            true => (
                quote!(Authorize),
                quote!(Authorize(self.0.authorize(#value))),
            ),
            false => (quote!(runtime::Authorize), quote!(self.0.authorize(#value))),
        };
        let about = about(
            "Asks the user for access (RFC 6749 §4.1).",
            &grant.description,
        );
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn authorize(&self, #argument) -> #type_name {
                #made
            }

            #[doc = " Reads the callback that the user came back with, and exchanges its code for tokens."]
            #[doc = ""]
            #[doc = " The callback is a URL, a query string or a form body. State and issuer are checked"]
            #[doc = " before any request."]
            #[inline]
            pub fn finish(
                &self,
                pending: runtime::Pending,
                callback: impl Into<runtime::Callback>,
            ) -> runtime::TokenRequest {
                self.0.finish(pending, callback)
            }
        });
    }
    if let Some(grant) = &provider.refresh_token {
        let about = about(
            "Trades the refresh token for new tokens (RFC 6749 §6). A refresh token that does not \
             come back is kept.",
            &grant.description,
        );
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn refresh(&self, tokens: &runtime::TokenSet) -> runtime::TokenRequest {
                self.0.refresh(tokens)
            }

            #[doc = " Keeps these tokens fresh: renews them before they expire, once however many tasks wait."]
            #[inline]
            #[must_use]
            pub fn token_source(&self, tokens: runtime::TokenSet) -> runtime::TokenSource {
                self.0.token_source(tokens)
            }
        });
    }
    if let Some(grant) = &provider.client_credentials {
        let about = about(
            "Gets tokens for the application itself (RFC 6749 §4.4).",
            &grant.description,
        );
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn client_credentials(&self, #argument) -> runtime::TokenRequest {
                self.0.client_credentials(#value)
            }
        });
    }
    if let Some(grant) = &provider.device_code {
        let about = about(
            "Asks for a code that the user types in on another device (RFC 8628).",
            &grant.description,
        );
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn device(&self, #argument) -> runtime::DeviceRequest {
                self.0.device(#value)
            }

            #[doc = " Asks once whether the user has typed the code in, for a loop of your own."]
            #[inline]
            pub fn poll<'login>(
                &self,
                login: &'login mut runtime::DeviceLogin,
            ) -> runtime::DevicePoll<'login> {
                self.0.poll(login)
            }

            #[doc = " Waits until the user has typed the code in, and asks for tokens."]
            #[inline]
            pub fn finish_device(&self, login: runtime::DeviceLogin) -> runtime::DeviceWait {
                self.0.finish_device(login)
            }
        });
    }
    tokens.extend(provider.extensions.iter().map(extension));
    tokens
}

/// A grant of the provider's own.
fn extension(extension: &Extension) -> TokenStream {
    let mut text = to_markdown(&extension.description);
    for argument in &extension.arguments {
        if let Some(description) = &argument.description {
            text += &format!("\n\n`{}`: {}", argument.argument, to_markdown(description));
        }
    }
    let about = doc(&text);
    let (method, name) = (ident(&extension.method), &extension.name);
    let arguments: Vec<_> = extension
        .arguments
        .iter()
        .map(|one| ident(&one.argument))
        .collect();
    let wires = &extension.value.arguments;
    quote! {
        #about
        #[inline]
        pub fn #method(&self, #(#arguments: impl Into<runtime::Secret>),*) -> runtime::TokenRequest {
            self.0.extension(#name, &mut [#((#wires, #arguments.into())),*].into_iter())
        }
    }
}

/// The name of a method's variant.
fn variant(method: ClientAuth) -> String {
    format!("{method:?}")
}

fn about(text: &str, description: &Option<String>) -> TokenStream {
    match description {
        Some(description) => doc(&format!("{text}\n\n{}", to_markdown(description))),
        None => doc(text),
    }
}

fn endpoints(provider: &Provider) -> TokenStream {
    let mut tokens = TokenStream::new();
    if let Some(endpoint) = &provider.revocation {
        let access = about("Revokes an access token (RFC 7009).", &endpoint.description);
        let refresh = about("Revokes a refresh token (RFC 7009).", &endpoint.description);
        if provider.revokes(TokenKind::AccessToken) {
            tokens.extend(quote! {
                #access
                #[inline]
                pub fn revoke_access_token(
                    &self,
                    token: impl Into<runtime::Secret>,
                ) -> runtime::Revocation {
                    self.0.revoke_access_token(token)
                }
            });
        }
        if provider.revokes(TokenKind::RefreshToken) {
            tokens.extend(quote! {
                #refresh
                #[inline]
                pub fn revoke_refresh_token(
                    &self,
                    token: impl Into<runtime::Secret>,
                ) -> runtime::Revocation {
                    self.0.revoke_refresh_token(token)
                }
            });
        }
    }
    if let Some(endpoint) = &provider.introspection {
        let about = about(
            "Asks whether a token is active (RFC 7662).",
            &endpoint.description,
        );
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn introspect(&self, token: impl Into<runtime::Secret>) -> runtime::Introspection {
                self.0.introspect(token)
            }
        });
    }
    if let Some(endpoint) = &provider.userinfo {
        let scope = endpoint.scope.iter().filter_map(|wire| {
            let known = provider
                .scopes
                .values
                .iter()
                .find(|scope| scope.name == *wire)?;
            Some(format!("Needs [`Scope::{}`].", known.variant))
        });
        let mut text = "Asks who the user is.".to_owned();
        for more in endpoint
            .description
            .iter()
            .map(|text| to_markdown(text))
            .chain(scope)
        {
            text = format!("{text}\n\n{more}");
        }
        let about = doc(&text);
        tokens.extend(quote! {
            #about
            #[inline]
            pub fn userinfo(&self, tokens: &runtime::TokenSet) -> runtime::ApiCall {
                self.0.userinfo(tokens)
            }
        });
    }
    for capture in &provider.captures {
        let about = doc(&to_markdown(&capture.description));
        let (method, name) = (ident(&capture.method), &capture.name);
        tokens.extend(match capture.secret {
            true => quote! {
                #about
                #[inline]
                pub fn #method(&self, tokens: &runtime::TokenSet) -> Option<runtime::Secret> {
                    tokens.captured_secret(#name)
                }
            },
            false => quote! {
                #about
                #[inline]
                pub fn #method<'t>(
                    &self,
                    tokens: &'t runtime::TokenSet,
                ) -> Option<std::borrow::Cow<'t, str>> {
                    tokens.captured(#name)
                }
            },
        });
    }
    let base = match &provider.api.url {
        Some(url) => format!("A path is joined to {}.", code(url)),
        None => "The URL is absolute.".to_owned(),
    };
    let place = match provider.api.query.as_str() {
        "" => format!(
            "{}: {}<access token>",
            provider.api.header, provider.api.prefix
        ),
        query => format!("?{query}=<access token>"),
    };
    let call = doc(&format!(
        "Calls {}'s API with the access token as it wants it: {}. {base}",
        to_markdown(&provider.name),
        code(&place),
    ));
    quote! {
        #tokens

        #call
        #[inline]
        pub fn call(
            &self,
            method: runtime::Method,
            url: &str,
            tokens: &runtime::TokenSet,
        ) -> runtime::ApiCall {
            self.0.call(method, url, tokens)
        }

        #[doc = " The headers of an API call, for an HTTP client of your own."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " A configuration error where the token cannot stand in a header."]
        #[inline]
        pub fn headers(&self, tokens: &runtime::TokenSet) -> Result<runtime::HeaderMap, runtime::Error> {
            self.0.headers(tokens)
        }
    }
}
