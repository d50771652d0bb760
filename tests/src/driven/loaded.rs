//! Clients that are made while the program runs, of a provider's JSON.

use oauth_atlas::provider::{ClientKind, OperationKind, Provider, VariableKind, from_json};
use oauth_atlas::{
    ApiCall, Authorize, Core, DeviceLogin, DevicePoll, DeviceRequest, Introspection, Method,
    Pending, PushedAuthorizationRequest, RegistrationRequest, Revocation, TokenRequest, TokenSet,
};

use super::{Asked, Begun, Covered, Driven, Given, Variation, Way, shown};

/// What a program that has read the provider's JSON knows of it.
pub fn loaded(provider: &Provider) -> &'static Provider {
    let loaded = from_json(&oauth_atlas_codegen::json(provider));
    loaded.unwrap_or_else(|error| panic!("{}: {error}", provider.id))
}

/// A client that knows its provider from JSON.
pub struct Loaded {
    covered: &'static Covered,
    provider: &'static Provider,
    core: Core,
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.core.fmt(formatter)
    }
}

impl Loaded {
    pub fn new(
        covered: &'static Covered,
        provider: &'static Provider,
        way: &Way,
        given: &Given<'_>,
    ) -> Self {
        let core = match way.kind {
            ClientKind::Confidential => Core::confidential(provider, given.id, given.secret),
            ClientKind::Public => Core::public(provider, given.id),
        };
        let core = covered.variables.iter().fold(core, |core, (name, value)| {
            let mut known = provider.variables.iter();
            let known = known.find(|known| known.name == *name).expect("a variable");
            match known.kind {
                VariableKind::BaseUrl => core.base_url(name, value).expect("a base URL"),
                _ => core.variable(name, *value),
            }
        });
        let operations = provider.operations();
        let mut kinds = operations.iter().map(|one| one.kind);
        let core = match kinds.any(|kind| kind == OperationKind::Authorize) {
            true => core.redirect_uri(given.redirect_uri),
            false => core,
        };
        let core = match way.variation {
            Variation::Nothing => core,
            Variation::ClientAuth(method) => core.client_auth(method),
            Variation::Encoding(encoding) => core.token_encoding(encoding),
            Variation::Separator(separator) => core.scope_separator(separator),
            Variation::Environment(name) => core.environment(name),
        };
        Self {
            covered,
            provider,
            core: core.with_settings(given.settings.clone()),
        }
    }

    fn asked(&self, asked: Asked) -> Authorize {
        let login = self.core.authorize(self.covered.scopes(asked.scopes));
        let login = (self.covered.choose)(login, asked.choices);
        asked.by_text.into_iter().fold(login, Authorize::scope)
    }
}

impl Driven for Loaded {
    fn core(&self) -> &Core {
        &self.core
    }
    fn register(&self) -> Option<RegistrationRequest> {
        let request = self.core.register("Acme");
        Some(request.initial_access_token("initial-token"))
    }
    fn push(&self, asked: Asked) -> Option<PushedAuthorizationRequest> {
        Some(self.asked(asked).push())
    }
    fn login(&self, asked: Asked) -> Option<Begun> {
        let login = self.asked(asked);
        let shown = shown(&login);
        Some(match self.provider.require_pushed_authorization_requests {
            true => Begun::pushed(shown, login.push()),
            false => Begun::started(shown, login.start()),
        })
    }
    fn exchange(&self, pending: Pending, callback: String) -> Option<TokenRequest> {
        Some(self.core.finish(pending, callback))
    }
    fn renew(&self, tokens: &TokenSet) -> Option<TokenRequest> {
        Some(self.core.refresh(tokens))
    }
    fn own_tokens(&self, scopes: usize) -> Option<TokenRequest> {
        Some(self.core.client_credentials(self.covered.scopes(scopes)))
    }
    fn start_device(&self, scopes: usize) -> Option<DeviceRequest> {
        Some(self.core.authorize_device(self.covered.scopes(scopes)))
    }
    fn ask_device<'l>(&self, login: &'l mut DeviceLogin) -> Option<DevicePoll<'l>> {
        Some(self.core.poll_device(login))
    }
    fn user(&self, tokens: &TokenSet) -> Option<ApiCall> {
        Some(self.core.userinfo(tokens))
    }
    fn look_up(&self, tokens: &TokenSet) -> Option<Introspection> {
        Some(self.core.introspect(tokens.access_token().clone()))
    }
    fn end_access(&self, tokens: &TokenSet) -> Option<Revocation> {
        let token = tokens.access_token().clone();
        Some(self.core.revoke_access_token(token))
    }
    fn end_refresh(&self, tokens: &TokenSet) -> Option<Revocation> {
        let token = tokens.refresh_token()?.clone();
        Some(self.core.revoke_refresh_token(token))
    }
    fn extensions(&self) -> Vec<(&'static str, TokenRequest)> {
        let operations = self.provider.operations().into_iter();
        let own = operations.filter(|one| one.kind == OperationKind::Extension);
        let requests = own.map(|operation| {
            let grant = self.provider.grant_of(operation).expect("a grant");
            let arguments = grant.arguments.iter().map(|name| (*name, "value".into()));
            (grant.name, self.core.extension(grant.name, arguments))
        });
        requests.collect()
    }
    fn resource(&self, url: &str, tokens: &TokenSet) -> ApiCall {
        self.core.call_api(Method::GET, url, tokens)
    }
}
