//! The authorization request: what every login has, and the choices of this provider.

use crate::layout::Items;
use crate::layout::known::{item, method};
use crate::model::{
    AuthorizeOption, Documented, Offline, ParameterType, Provider, ResourceStatus, ScopeGroup,
};
use crate::prose::{code, to_markdown};
use crate::render::settings::variable_setter;

/// The authorization request. It has a type of its own even where there is no choice, so that the
/// first one changes no signature.
pub(super) fn authorize(provider: &Provider, items: &mut Items) {
    if provider.authorization_code.is_none() {
        return;
    }
    let about = format!(
        "A login at {} that has not started yet.",
        to_markdown(&provider.name)
    );
    let code = item! {
        []
        #[derive(Debug)]
        #[must_use = "a login begins with `start`"]
        pub struct Authorize(oauth_atlas::Authorize);
    };
    items.add(&about, &code);
    let mut members = Items::in_block();
    let endpoint = provider.authorization.iter();
    for one in endpoint.flat_map(|endpoint| &endpoint.options) {
        option(one, &mut members);
    }
    for one in &provider.scopes.groups {
        group(one, &mut members);
    }
    if let Some(told) = &provider.offline {
        offline(told, &mut members);
    }
    if let Some(told) = &provider.resource {
        resource(told, &mut members);
    }
    let variables = provider.variables.iter();
    for variable in variables.filter(|variable| variable.by_login) {
        variable_setter(variable, &mut members);
    }
    common(&mut members);
    start(provider, &mut members);
    items.add_block("impl Authorize", &members);
}

/// What the tokens are for, where logins may name it.
fn resource(told: &Documented<ResourceStatus>, members: &mut Items) {
    if told.value != ResourceStatus::Supported {
        return;
    }
    let more = told.description.as_deref().map(to_markdown);
    let more = more.map_or_else(String::new, |more| format!("\n\n{more}"));
    let about = format!(
        "Names what the tokens are for, by its URI (RFC 8707). The exchange of the code repeats it; a \
         login that names several leaves the choice to [`TokenRequest::resource`]\
         (oauth_atlas::TokenRequest::resource).{more}"
    );
    let code = method! {
        []
        #[inline]
        pub fn for_resource(self, uri: impl Into<String>) -> Self {
            Self(self.0.resource(uri))
        }
    };
    members.add(&about, &code);
}

/// What every login has.
fn common(members: &mut Items) {
    let code = method! {
        []
        #[inline]
        pub fn scope(self, scope: impl Into<String>) -> Self {
            Self(self.0.scope(scope))
        }
    };
    members.add("Adds a scope that [`Scope`] does not list.", &code);
    let code = method! {
        []
        #[inline]
        pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
            Self(self.0.redirect_uri(uri))
        }
    };
    members.add("Overrides the redirect URI of the client.", &code);
    let code = method! {
        []
        #[inline]
        pub fn param(self, name: impl Into<String>, value: impl Into<String>) -> Self {
            Self(self.0.param(name, value))
        }
    };
    members.add("Adds any other parameter.", &code);
}

/// How a login begins.
fn start(provider: &Provider, members: &mut Items) {
    let errors = match provider.require_pushed_requests {
        true => "Always: this provider requires [`Authorize::push`].",
        false => "A configuration error if a required value is missing.",
    };
    let about = format!(
        "Creates `state` and the PKCE verifier, and returns the URL to send the browser to.\n\n\
         # Errors\n\n{errors}"
    );
    let code = method! {
        []
        #[inline]
        pub fn start(self) -> Result<oauth_atlas::Login, oauth_atlas::Error> {
            self.0.start()
        }
    };
    members.add(&about, &code);
    if provider.request_object.is_some() {
        let code = method! {
            []
            #[inline]
            pub fn sign(self) -> oauth_atlas::SignedAuthorization {
                self.0.sign()
            }
        };
        let about = "Signs the parameters with the client's key (RFC 9101, feature `jose`), so that \
                     nobody can change them on the way.";
        members.add(about, &code);
    }
    let Some(endpoint) = &provider.pushed_authorization_request else {
        return;
    };
    let more = endpoint.description.as_deref().map(to_markdown);
    let more = more.map_or_else(String::new, |more| format!("\n\n{more}"));
    let about = format!(
        "Sends the parameters to the provider first, so that the URL to send the browser to has none of \
         them (RFC 9126).{more}"
    );
    let code = method! {
        []
        #[inline]
        pub fn push(self) -> oauth_atlas::PushedAuthorizationRequest {
            self.0.push()
        }
    };
    members.add(&about, &code);
}

fn option(option: &AuthorizeOption, members: &mut Items) {
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
    let (argument, value) = match (&option.choice, option.r#type) {
        (Some(choice), _) => (&*choice.type_name, "value.as_str()"),
        (None, ParameterType::Text | ParameterType::Json) => ("impl Into<String>", "value"),
        (None, ParameterType::Integer) => ("u64", "value.to_string()"),
        (None, ParameterType::Boolean) => ("bool", "value.to_string()"),
    };
    let code = method! {
        [
            method: Name = &option.method,
            wire: Quoted = &option.name,
            argument: Rust = argument,
            value: Rust = value
        ]
        #[inline]
        pub fn #method(self, value: #argument) -> Self {
            Self(self.0.option(#wire, #value))
        }
    };
    members.add(&about, &code);
}

fn group(group: &ScopeGroup, members: &mut Items) {
    let about = format!(
        "{}\n\nSent as {}.",
        to_markdown(&group.description),
        code(&group.parameter)
    );
    let code = method! {
        [
            method: Name = &group.method,
            type_name: Name = &group.type_name,
            wire: Quoted = &group.parameter
        ]
        #[inline]
        pub fn #method(self, scopes: impl IntoIterator<Item = #type_name>) -> Self {
            Self(self.0.group(#wire, scopes))
        }
    };
    members.add(&about, &code);
}

fn offline(offline: &Offline, members: &mut Items) {
    let more = offline
        .description
        .as_deref()
        .map(to_markdown)
        .unwrap_or_default();
    let about = format!("Also requests a refresh token. {more}");
    let code = method! {
        []
        #[inline]
        pub fn offline(self) -> Self {
            Self(self.0.offline())
        }
    };
    members.add(about.trim_end(), &code);
}
