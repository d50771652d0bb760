//! The client. Every method is one call into the hand-written core and `#[inline]`, so that a method nobody calls costs nobody compile time.

use std::collections::BTreeSet;

use crate::facts::identity::told;
use crate::layout::Items;
use crate::layout::known::{item, method};
use crate::model::{GrantOption, Offered, OperationKind, Presence, Provider, User};
use crate::prose::{code, to_markdown};
use crate::render::constructors::constructors;
use crate::render::described;
use crate::render::extension::extension;
use crate::render::settings::settings;

pub(super) fn client(provider: &Provider, items: &mut Items) {
    let about = format!(
        "A client of {}: your application, as registered there.",
        to_markdown(&provider.name)
    );
    let code = item! {
        []
        #[derive(Clone, Debug)]
        pub struct Client(oauth_atlas::Core);
    };
    items.add(&about, &code);
    let mut members = Items::in_block();
    constructors(provider, &mut members);
    settings(provider, &mut members);
    for operation in &provider.operations() {
        methods(provider, operation, &mut members);
    }
    if let Some(told) = &provider.user {
        user(provider, told, &mut members);
    }
    if provider.end_session.is_some() {
        log_out(&mut members);
    }
    items.add_block("impl Client", &members);
    let code = item! {
        []
        impl oauth_atlas::ProviderClient for Client {
            type Scope = Scope;

            #[inline]
            fn core(&self) -> &oauth_atlas::Core {
                &self.0
            }
        }
    };
    items.add("", &code);
}

/// The methods of one operation.
fn methods(provider: &Provider, operation: &Offered, members: &mut Items) {
    let mut add = |about: &str, code: &str| members.add(about, code);
    let about = |text: &str| about(text, operation);
    match operation.kind {
        OperationKind::Register => registration(operation, members),
        // It is a method of the login.
        OperationKind::PushAuthorization => {}
        OperationKind::Authorize => {
            let code = method! {
                []
                #[inline]
                pub fn authorize(&self, scopes: impl IntoIterator<Item = Scope>) -> Authorize {
                    Authorize(self.0.authorize(scopes))
                }
            };
            let text = "Starts a login: the user is asked for access (RFC 6749 §4.1).";
            add(&about(text), &code);
            without_code(provider, members);
        }
        OperationKind::ExchangeCode => {
            let about = format!(
                "Finishes a login: checks the callback, and exchanges its code for tokens.\n\nThe \
                 callback is a URL, a query string or a form body. State and issuer are checked\n\
                 before any request.{}",
                optional(operation.options)
            );
            let code = method! {
                []
                #[inline]
                pub fn finish(
                    &self,
                    pending: oauth_atlas::Pending,
                    callback: impl Into<oauth_atlas::Callback>,
                ) -> oauth_atlas::TokenRequest {
                    self.0.finish(pending, callback)
                }
            };
            add(&about, &code);
        }
        OperationKind::Refresh => {
            let code = method! {
                []
                #[inline]
                pub fn refresh(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::TokenRequest {
                    self.0.refresh(tokens)
                }
            };
            let text = "Exchanges the refresh token for new tokens (RFC 6749 §6). If no new refresh \
                        token is returned, the current one is kept.";
            add(&about(text), &code);
            let code = method! {
                []
                #[inline]
                #[must_use]
                pub fn token_source(&self, tokens: oauth_atlas::TokenSet) -> oauth_atlas::TokenSource {
                    self.0.token_source(tokens)
                }
            };
            let text = "Keeps these tokens fresh: refreshes them before they expire, once however many \
                        tasks wait.";
            add(text, &code);
        }
        OperationKind::ClientCredentials => {
            let code = method! {
                []
                #[inline]
                pub fn client_credentials(
                    &self,
                    scopes: impl IntoIterator<Item = Scope>,
                ) -> oauth_atlas::TokenRequest {
                    self.0.client_credentials(scopes)
                }
            };
            let text = "Requests tokens for the application itself (RFC 6749 §4.4).";
            add(&about(text), &code);
        }
        OperationKind::AuthorizeDevice => {
            let code = method! {
                []
                #[inline]
                pub fn authorize_device(
                    &self,
                    scopes: impl IntoIterator<Item = Scope>,
                ) -> oauth_atlas::DeviceRequest {
                    self.0.authorize_device(scopes)
                }
            };
            let text =
                "Starts a login with a code that the user enters on another device (RFC 8628).";
            add(&about(text), &code);
        }
        OperationKind::PollDevice => {
            let code = method! {
                []
                #[inline]
                pub fn poll_device<'login>(
                    &self,
                    login: &'login mut oauth_atlas::DeviceLogin,
                ) -> oauth_atlas::DevicePoll<'login> {
                    self.0.poll_device(login)
                }
            };
            let text = "Asks once whether the user has entered the code, for a loop of your own.";
            add(text, &code);
            let code = method! {
                []
                #[inline]
                pub fn finish_device(&self, login: oauth_atlas::DeviceLogin) -> oauth_atlas::DeviceWait {
                    self.0.finish_device(login)
                }
            };
            let text = "Waits until the user has entered the code, and returns the tokens.";
            add(text, &code);
        }
        OperationKind::Extension => {
            if let Some(own) = operation.extension {
                extension(own, operation.options, members);
            }
        }
        OperationKind::RevokeAccessToken => {
            let code = method! {
                []
                #[inline]
                pub fn revoke_access_token(
                    &self,
                    token: impl Into<oauth_atlas::Secret>,
                ) -> oauth_atlas::Revocation {
                    self.0.revoke_access_token(token)
                }
            };
            add(&about("Revokes an access token (RFC 7009)."), &code);
        }
        OperationKind::RevokeRefreshToken => {
            let code = method! {
                []
                #[inline]
                pub fn revoke_refresh_token(
                    &self,
                    token: impl Into<oauth_atlas::Secret>,
                ) -> oauth_atlas::Revocation {
                    self.0.revoke_refresh_token(token)
                }
            };
            add(&about("Revokes a refresh token (RFC 7009)."), &code);
        }
        OperationKind::Introspect => {
            let code = method! {
                []
                #[inline]
                pub fn introspect(
                    &self,
                    token: impl Into<oauth_atlas::Secret>,
                ) -> oauth_atlas::Introspection {
                    self.0.introspect(token)
                }
            };
            add(&about("Asks whether a token is active (RFC 7662)."), &code);
        }
        OperationKind::UserInfo => userinfo(provider, operation, members),
        OperationKind::CallApi => api(provider, members),
    }
}

/// Registration, and what becomes of one.
fn registration(operation: &Offered, members: &mut Items) {
    let code = method! {
        []
        #[inline]
        pub fn register(&self, name: impl Into<String>) -> oauth_atlas::RegistrationRequest {
            self.0.register(name)
        }
    };
    let text = "Registers your application as a client (RFC 7591), under a name that users are shown.\n\
                Store the result, and give it to [`Client::with_registration`].";
    members.add(&about(text, operation), &code);
    let code = method! {
        []
        #[inline]
        #[must_use]
        pub fn with_registration(self, registration: &oauth_atlas::Registration) -> Self {
            Self(self.0.with_registration(registration))
        }
    };
    let text =
        "Takes the id, the secret and the authentication method of a registration. Call it last.";
    members.add(text, &code);
    let code = method! {
        []
        #[inline]
        pub fn read_registration(
            &self,
            registration: &oauth_atlas::Registration,
        ) -> oauth_atlas::RegistrationLookup {
            self.0.read_registration(registration)
        }
    };
    members.add("Reads a registration as it is now (RFC 7592 §2.1).", &code);
    let code = method! {
        []
        #[inline]
        pub fn change_registration(
            &self,
            registration: &oauth_atlas::Registration,
        ) -> oauth_atlas::RegistrationRequest {
            self.0.change_registration(registration)
        }
    };
    let text =
        "Changes a registration (RFC 7592 §2.2). What the request does not set stays as it is.";
    members.add(text, &code);
    let code = method! {
        []
        #[inline]
        pub fn delete_registration(
            &self,
            registration: &oauth_atlas::Registration,
        ) -> oauth_atlas::Deregistration {
            self.0.delete_registration(registration)
        }
    };
    members.add("Deletes a registration (RFC 7592 §2.3).", &code);
}

/// How a login ends that may end without a code.
fn without_code(provider: &Provider, members: &mut Items) {
    let about = match provider.callback.code_presence {
        Presence::Always => return,
        Presence::Optional => "Finishes a login whose callback has no code.",
        Presence::Never => "Finishes a login.",
    };
    let about = format!(
        "{about} Nothing is sent: state and issuer are checked, and what the provider's\ncallback \
         brings is returned.\n\n# Errors\n\nIf the callback does not belong to this login, or tells \
         an error."
    );
    let code = method! {
        []
        #[inline]
        pub fn finish_without_code(
            &self,
            pending: oauth_atlas::Pending,
            callback: impl Into<oauth_atlas::Callback>,
        ) -> Result<oauth_atlas::Consent, oauth_atlas::Error> {
            self.0.finish_without_code(pending, callback)
        }
    };
    members.add(&about, &code);
    let about = "A client for what a user has consented to, which sends the values of that callback.\n\n\
                 # Errors\n\nIf a value names a host that is not the provider's.";
    let code = method! {
        []
        #[inline]
        pub fn with_consent(self, consent: &oauth_atlas::Consent) -> Result<Self, oauth_atlas::Error> {
            self.0.with_consent(consent).map(Self)
        }
    };
    members.add(about, &code);
}

/// What a method's documentation says of parameters that the caller may add to its request.
pub(super) fn optional(options: &[GrantOption]) -> String {
    let mut text = String::new();
    for one in options {
        let call = match one.name.as_str() {
            "actor_token" => code(".actor_token(…, …)"),
            // It goes with that.
            "actor_token_type" => continue,
            name => code(&format!(".param(\"{name}\", …)")),
        };
        let said = one.description.as_deref().map(to_markdown);
        let said = said.map_or_else(String::new, |said| format!(": {said}"));
        text += &format!("\n\nOptional, by {call}{said}");
    }
    text
}

fn userinfo(provider: &Provider, operation: &Offered, members: &mut Items) {
    let endpoint = provider.endpoint(operation.endpoint);
    let needed = endpoint.map_or(&[][..], |endpoint| &endpoint.scopes);
    let known = scopes(provider, |name| needed.contains(name));
    let scope = (!known.is_empty()).then(|| format!("Requires {}.", known.join(" and ")));
    let mut text = "Requests the claims of the user.".to_owned();
    let description = operation.description.map(to_markdown);
    for more in description.into_iter().chain(scope) {
        text = format!("{text}\n\n{more}");
    }
    let code = method! {
        []
        #[inline]
        pub fn userinfo(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::ApiCall {
            self.0.userinfo(tokens)
        }
    };
    members.add(&text, &code);
}

fn log_out(members: &mut Items) {
    let code = method! {
        []
        #[inline]
        pub fn log_out(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::Logout {
            self.0.log_out(tokens)
        }
    };
    let about = "Ends the user's session at the provider (OpenID Connect RP-Initiated Logout).";
    members.add(about, &code);
}

/// Links to the scopes of these names, in the order of the table.
fn scopes(provider: &Provider, is_meant: impl Fn(&String) -> bool) -> Vec<String> {
    let known = provider.scopes.values.iter();
    let meant = known.filter(|scope| is_meant(&scope.name));
    meant
        .map(|scope| format!("[`Scope::{}`]", scope.variant))
        .collect()
}

/// Who logged in, whatever it takes to know.
fn user(provider: &Provider, user: &User, members: &mut Items) {
    let (methods, verified) = told(user);
    let mut text = format!("Looks up who logged in: {methods}.");
    if !verified.is_empty() {
        text = format!("{text} {verified}");
    }
    let needed = user.claims.iter();
    let needed: BTreeSet<_> = needed.filter_map(|claim| claim.scope.as_ref()).collect();
    let known = scopes(provider, |name| needed.contains(name));
    if !known.is_empty() {
        text += &format!("\n\nSome of this requires {}.", known.join(", "));
    }
    let code = method! {
        []
        #[inline]
        pub fn user(&self, tokens: &oauth_atlas::TokenSet) -> oauth_atlas::UserLookup {
            self.0.user(tokens)
        }
    };
    members.add(&text, &code);
}

fn about(text: &str, operation: &Offered) -> String {
    let description = described(operation.description);
    format!("{text}{description}{}", optional(operation.options))
}

fn api(provider: &Provider, members: &mut Items) {
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
    let about = call + &described(provider.api.description.as_deref());
    let code = method! {
        []
        #[inline]
        pub fn call_api(
            &self,
            method: oauth_atlas::Method,
            url: &str,
            tokens: &oauth_atlas::TokenSet,
        ) -> oauth_atlas::ApiCall {
            self.0.call_api(method, url, tokens)
        }
    };
    members.add(&about, &code);
    let about = "Returns the headers of an API call, for an HTTP client of your own.\n\n# Errors\n\n\
                 A configuration error if the token is not a valid header value.";
    let code = method! {
        []
        #[inline]
        pub fn api_headers(&self, tokens: &oauth_atlas::TokenSet) -> Result<oauth_atlas::HeaderMap, oauth_atlas::Error> {
            self.0.api_headers(tokens)
        }
    };
    members.add(about, &code);
}
