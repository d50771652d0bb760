//! The methods by which a program chooses what its client does.

use oauth_atlas_description::{ClientAuth, DpopStatus, Encoding};

use crate::layout::Items;
use crate::layout::known::method;
use crate::model::{Provider, Variable, VariableKind};
use crate::prose::to_markdown;
use crate::render::constructors::BASE_URL_ERRORS;
use crate::render::described;

pub(super) fn settings(provider: &Provider, members: &mut Items) {
    if provider.authorization_code.is_some() {
        let code = method! {
            []
            #[inline]
            #[must_use]
            pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
                Self(self.0.redirect_uri(uri))
            }
        };
        let about = "Sets the redirect URI, to which the browser returns after the login.";
        members.add(about, &code);
    }
    if let Some(first) = provider.environments.first() {
        let code = method! {
            []
            #[inline]
            #[must_use]
            pub fn environment(self, environment: Environment) -> Self {
                Self(self.0.environment(environment.as_str()))
            }
        };
        let about = format!(
            "Selects the environment; the default is [`Environment::{}`].",
            first.variant
        );
        members.add(&about, &code);
    }
    for variable in provider.set_variables() {
        variable_setter(variable, members);
    }
    choices(provider, members);
    with_dpop(provider, members);
    let code = method! {
        []
        #[inline]
        #[must_use]
        pub fn with_settings(self, settings: oauth_atlas::Settings) -> Self {
            Self(self.0.with_settings(settings))
        }
    };
    let about = "Applies settings: another origin, other endpoints, another HTTP client.";
    members.add(about, &code);
    if provider.has_issuer_of_tenant() {
        discover(members);
    }
}

fn discover(members: &mut Items) {
    let code = method! {
        []
        #[inline]
        pub fn discover(self) -> oauth_atlas::Discovery<Self> {
            self.0.discover().map(Self)
        }
    };
    let about = "Reads what the server tells of itself (RFC 8414): endpoints that are not known here, \
                 and those for TLS certificates. It is one request; keep the client that it returns.";
    members.add(about, &code);
}

/// What a program may choose among, where the provider accepts several.
fn choices(provider: &Provider, members: &mut Items) {
    let mut add = |names, what: &str, accepted: String| {
        if !accepted.is_empty() {
            let name = to_markdown(&provider.name);
            let about = format!(
                "Overrides the {what}. {name} accepts {accepted}; the first is the default."
            );
            choice(names, &about, members);
        }
    };
    let methods = provider.selectable_auth();
    let methods = methods.iter().map(|method| {
        let (word, variant) = (method.word(), variant(*method));
        format!("[`{word}`](oauth_atlas::ClientAuth::{variant})")
    });
    add(
        ["client_auth", "method", "ClientAuth"],
        "client authentication method",
        methods.collect::<Vec<_>>().join(", "),
    );
    let encodings = provider.selectable_encodings();
    let encodings: Vec<_> = encodings.iter().copied().map(Encoding::word).collect();
    add(
        ["token_encoding", "encoding", "Encoding"],
        "encoding of token requests",
        encodings.join(" and "),
    );
    let separators = provider.selectable_separators();
    let separators = separators.iter().map(|one| format!("a {}", one.word()));
    add(
        ["scope_separator", "separator", "Separator"],
        "scope separator",
        separators.collect::<Vec<_>>().join(" or "),
    );
}

/// A method that chooses a value of one of the library's types.
fn choice([method, argument, type_name]: [&str; 3], about: &str, members: &mut Items) {
    let code = method! {
        [method: Name = method, argument: Name = argument, type_name: Name = type_name]
        #[inline]
        #[must_use]
        pub fn #method(self, #argument: oauth_atlas::#type_name) -> Self {
            Self(self.0.#method(#argument))
        }
    };
    members.add(about, &code);
}

/// The switch for tokens that are bound to a key, where they may be and need not.
fn with_dpop(provider: &Provider, members: &mut Items) {
    let Some(rules) = &provider.dpop else { return };
    if rules.status != DpopStatus::Supported {
        return;
    }
    let more = described(rules.description.as_deref());
    let about = format!(
        "Binds tokens to a key that is kept with them, so that nobody can use a stolen one (DPoP, RFC \
         9449). It requires the feature `jose`.{more}"
    );
    let code = method! {
        []
        #[inline]
        #[must_use]
        pub fn with_dpop(self) -> Self {
            Self(self.0.with_dpop())
        }
    };
    members.add(&about, &code);
}

/// The method that chooses a variable, of the client or of a login.
pub(super) fn variable_setter(variable: &Variable, members: &mut Items) {
    let set = match variable.kind {
        VariableKind::Secret => "secret_variable",
        _ => "variable",
    };
    let (argument, value) = match (&variable.choice, variable.kind) {
        (Some(choice), _) => (&*choice.type_name, "value.as_str()"),
        (None, VariableKind::BaseUrl) => return base_url_setter(variable, members),
        (None, VariableKind::Secret) => ("impl Into<oauth_atlas::Secret>", "value"),
        (None, _) => ("impl Into<String>", "value"),
    };
    let needed = match variable.is_needed() {
        true => "\n\nRequests need it: without it they end in an error that names it.",
        false if variable.signed_alone && !variable.optional => {
            "\n\nA client with a key needs it, and one with a secret does not."
        }
        false => "",
    };
    let about = format!("{}{needed}", to_markdown(&variable.description));
    // `Authorize` must be used as a whole, so its methods need not say it again.
    let must_use = match variable.by_login {
        true => "",
        false => "#[must_use]",
    };
    let code = method! {
        [
            method: Name = &variable.method,
            wire: Quoted = &variable.name,
            must_use: Rust = must_use,
            argument: Rust = argument,
            set: Name = set,
            value: Rust = value
        ]
        #[inline]
        #must_use
        pub fn #method(self, value: #argument) -> Self {
            Self(self.0.#set(#wire, #value))
        }
    };
    members.add(&about, &code);
}

fn base_url_setter(variable: &Variable, members: &mut Items) {
    let about = format!(
        "{}\n\n# Errors\n\n{BASE_URL_ERRORS}",
        to_markdown(&variable.description)
    );
    let code = method! {
        [method: Name = &variable.method, wire: Quoted = &variable.name]
        #[inline]
        pub fn #method(self, value: &str) -> Result<Self, oauth_atlas::Error> {
            self.0.base_url(#wire, value).map(Self)
        }
    };
    members.add(&about, &code);
}

/// The name of a method's variant.
fn variant(method: ClientAuth) -> String {
    format!("{method:?}")
}
