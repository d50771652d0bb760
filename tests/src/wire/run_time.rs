//! The same with clients that are made while the program runs, of a provider's JSON: whatever the
//! list of operations has, in every way in which a client may be made, is the request of the
//! generated client.

use oauth_atlas::provider::{
    ClientKind, ClientType, EndpointKind, Environment, OmittedScope, Operation, OperationKind,
    Proof, Provider, VariableKind, from_json,
};
use oauth_atlas::{ClientAuth, Core, Method};

use super::{
    ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, COVERED, Covered, PLAIN_SECRET, REDIRECT_URI,
    REFRESH_TOKEN, Wire, record,
};

/// A provider whose clients know it from its JSON.
struct Loaded<'w> {
    covered: &'static Covered,
    provider: &'static Provider,
    wire: &'w mut Wire,
}

impl Loaded<'_> {
    async fn calls(&mut self) {
        let provider = self.provider;
        for (kind, client) in clients(provider) {
            let core = self.core(kind);
            let title = kind.word();
            for operation in provider.operations() {
                if operation.kind.is_for(kind) {
                    self.call(title, &core, operation).await;
                }
            }
            let is_same = |method: &&ClientAuth| {
                let record = method.record();
                record.is_none_or(|record| record.proof != Proof::Mac)
            };
            for method in client.auth.iter().skip(1).filter(is_same) {
                let core = core.clone().client_auth(*method);
                self.token_requests(&format!("{title}, {}", method.word()), kind, &core)
                    .await;
            }
            let encodings = provider.token.iter().flat_map(|token| token.encodings);
            for encoding in encodings.skip(1) {
                let core = core.clone().token_encoding(*encoding);
                self.token_requests(&format!("{title}, {} body", encoding.word()), kind, &core)
                    .await;
            }
            for separator in provider.scopes.request_separators.iter().skip(1) {
                let title = format!("{title}, {} between scopes", separator.word());
                self.logins(&title, &core.clone().scope_separator(*separator));
            }
            for Environment { name, .. } in provider.environments {
                let core = core.clone().environment(name);
                self.urls(&format!("{title}, {name}"), &core);
            }
            if provider.environments.is_empty() {
                self.urls(title, &core);
            }
        }
    }

    /// A client at the provider's own URLs.
    fn core(&self, kind: ClientKind) -> Core {
        let provider = self.provider;
        let secret = match self.wire.uses_plain_secret() {
            true => PLAIN_SECRET,
            false => CLIENT_SECRET,
        };
        let core = match kind {
            ClientKind::Confidential => Core::confidential(provider, CLIENT_ID, secret),
            ClientKind::Public => Core::public(provider, CLIENT_ID),
        };
        let variables = self.covered.variables.iter();
        let core = variables.fold(core, |core, (name, value)| {
            let mut known = provider.variables.iter();
            let known = known.find(|known| known.name == *name).expect("a variable");
            match known.kind {
                VariableKind::BaseUrl => core.base_url(name, value).expect("a base URL"),
                _ => core.variable(name, *value),
            }
        });
        let has_logins = provider
            .operations()
            .iter()
            .any(|one| one.kind == OperationKind::Authorize);
        match has_logins {
            true => core.redirect_uri(REDIRECT_URI),
            false => core,
        }
    }

    fn scopes(&self, count: usize) -> Vec<&'static str> {
        let scopes = self.provider.scopes.values.iter().take(count);
        scopes.map(|scope| scope.name).collect()
    }

    async fn call(&mut self, title: &str, core: &Core, operation: Operation) {
        let word = operation.kind.word().replace('_', " ");
        let named = |name: &str| format!("{title}: {name}");
        let owned = self.wire.owned();
        let unmoved = core;
        let core = &core.clone().with_settings(self.wire.settings());
        match operation.kind {
            OperationKind::PushAuthorization => {
                let login = (self.covered.required)(core.authorize(self.scopes(2)));
                self.wire.push(&named(&word), login.push()).await;
            }
            OperationKind::Authorize => self.logins(title, unmoved),
            OperationKind::ExchangeCode => {
                let login = (self.covered.required)(core.authorize(self.scopes(2)));
                let login = self.wire.begun(login).expect("a login");
                let issuer = core.issuer().expect("an issuer");
                let callback = self.wire.callback(&login, issuer.as_deref());
                let request = core.finish(login.pending, callback);
                self.wire.tokens(&named(&word), request).await;
            }
            OperationKind::Refresh => self.wire.tokens(&named(&word), core.refresh(&owned)).await,
            OperationKind::ClientCredentials => {
                let request = core.client_credentials(self.scopes(2));
                self.wire.tokens(&named(&word), request).await;
            }
            OperationKind::AuthorizeDevice => {
                let request = core.authorize_device(self.scopes(1));
                self.wire.device(&named(&word), request).await;
            }
            OperationKind::PollDevice => {
                let request = core.authorize_device(self.scopes(1));
                let mut login = self.wire.device_login(&request);
                let request = core.poll_device(&mut login);
                self.wire.poll(&named(&word), request).await;
            }
            OperationKind::Extension => {
                let grant = self.provider.grant_of(operation).expect("a grant");
                let arguments = grant.arguments.iter().map(|name| (*name, "value".into()));
                let request = core.extension(grant.name, arguments);
                let name = named(&format!("grant {}", grant.name));
                self.wire.tokens(&name, request).await;
            }
            OperationKind::RevokeAccessToken => {
                let request = core.revoke_access_token(ACCESS_TOKEN);
                self.wire.revocation(&named(&word), request).await;
            }
            OperationKind::RevokeRefreshToken => {
                let request = core.revoke_refresh_token(REFRESH_TOKEN);
                self.wire.revocation(&named(&word), request).await;
            }
            OperationKind::Introspect => {
                let request = core.introspect(ACCESS_TOKEN);
                self.wire.introspection(&named(&word), request).await;
            }
            OperationKind::UserInfo => self.wire.api(&named(&word), core.userinfo(&owned)).await,
            OperationKind::CallApi => {
                let url = match self.provider.api.url {
                    Some(_) => "/path?query=1",
                    None => "https://api.example/path",
                };
                let request = core.call_api(Method::GET, url, &owned);
                self.wire.api(&named("API call"), request).await;
            }
        }
    }

    /// Logins: with two scopes, with none, and with every option.
    fn logins(&mut self, title: &str, core: &Core) {
        let required = self.covered.required;
        let mut login = |name: &str, login| {
            let login = self.wire.begun(login);
            self.wire.login(&format!("{title}: {name}"), login);
        };
        let scopes = &self.provider.scopes;
        let first = |count| scopes.values.iter().take(count).map(|scope| scope.name);
        login("authorize", required(core.authorize(first(2))));
        let without = || required(core.authorize(first(0)));
        if !scopes.values.is_empty() && scopes.omitted != OmittedScope::Refused {
            login("authorize without scopes", without());
        }
        let by_text = without().scope("by:text");
        login("authorize with a scope by its text", by_text);
        if self.covered.has_options {
            let all = (self.covered.everything)(core.authorize(first(1)));
            login("authorize with options", all);
        }
    }

    /// What is sent in each way in which a token request can be.
    async fn token_requests(&mut self, title: &str, kind: ClientKind, core: &Core) {
        for operation in self.provider.operations() {
            let varies = matches!(
                operation.kind,
                OperationKind::ExchangeCode
                    | OperationKind::Refresh
                    | OperationKind::ClientCredentials
            );
            if varies && operation.kind.is_for(kind) {
                self.call(title, core, operation).await;
            }
        }
    }

    /// The URLs that requests go to when nothing is replaced, each endpoint's once.
    fn urls(&mut self, title: &str, core: &Core) {
        let owned = self.wire.owned();
        let core = &core.clone().with_settings(self.wire.program());
        let mut seen = Vec::new();
        for operation in self.provider.operations() {
            let request = match operation.kind {
                OperationKind::PushAuthorization
                | OperationKind::Authorize
                | OperationKind::ExchangeCode
                | OperationKind::AuthorizeDevice
                | OperationKind::PollDevice
                | OperationKind::Extension => continue,
                OperationKind::Refresh => core.refresh(&owned).to_http_request(),
                OperationKind::ClientCredentials => {
                    core.client_credentials([""; 0]).to_http_request()
                }
                OperationKind::RevokeAccessToken => {
                    core.revoke_access_token(ACCESS_TOKEN).to_http_request()
                }
                OperationKind::RevokeRefreshToken => {
                    core.revoke_refresh_token(REFRESH_TOKEN).to_http_request()
                }
                OperationKind::Introspect => core.introspect(ACCESS_TOKEN).to_http_request(),
                OperationKind::UserInfo => core.userinfo(&owned).to_http_request(),
                OperationKind::CallApi if self.provider.api.url.is_none() => continue,
                OperationKind::CallApi => core
                    .call_api(Method::GET, "/path", &owned)
                    .to_http_request(),
            };
            let name = match operation.endpoint {
                EndpointKind::Refresh => EndpointKind::Token,
                endpoint => endpoint,
            };
            if !seen.contains(&name) {
                seen.push(name);
                self.wire.url(&format!("{title}: {name}"), request);
            }
        }
    }
}

fn clients(provider: &Provider) -> impl Iterator<Item = (ClientKind, &ClientType)> {
    let confidential = provider.confidential.iter();
    let confidential = confidential.map(|client| (ClientKind::Confidential, client));
    let public = provider.public.iter();
    confidential.chain(public.map(|client| (ClientKind::Public, client)))
}

/// What a program that has read the provider's JSON knows of it.
pub(crate) fn loaded(provider: &Provider) -> &'static Provider {
    let loaded = from_json(&oauth_atlas_codegen::json(provider));
    loaded.unwrap_or_else(|error| panic!("{}: {error}", provider.id))
}

#[tokio::test]
async fn a_client_made_at_run_time_sends_what_the_generated_one_sends() {
    let mut requests = 0;
    for covered in COVERED {
        let provider = loaded(covered.provider);
        let mut wire = Wire::new(provider);
        let mut calls = Loaded {
            covered,
            provider,
            wire: &mut wire,
        };
        calls.calls().await;
        let (typed, loaded) = (record(covered).await, wire.text);
        let mut lines = typed.lines().zip(loaded.lines());
        let different = lines.find(|(one, other)| one != other);
        assert_eq!(different, None, "{}", covered.id);
        assert_eq!(
            typed.lines().count(),
            loaded.lines().count(),
            "{}",
            covered.id
        );
        for operation in provider.operations() {
            let name = match operation.kind {
                OperationKind::CallApi => "API call".to_owned(),
                OperationKind::Extension => {
                    format!(
                        "grant {}",
                        provider.grant_of(operation).expect("a grant").name
                    )
                }
                kind => kind.word().replace('_', " "),
            };
            let title = format!(": {name}\n");
            assert!(typed.contains(&title), "{}: {name}", covered.id);
        }
        requests += typed.matches("\n# ").count() + 1;
    }
    assert!(requests > 1800, "{requests} requests");
}
