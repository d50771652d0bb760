//! Every operation of a client, in every way in which one may be made.

use oauth_atlas::Settings;
use oauth_atlas::provider::{
    EndpointKind, OmittedScope, Operation, OperationKind, Proof, Provider,
};

use crate::driven::{Asked, Choices, Covered, Driven, Given, Variation, Way, api_target, ways};

use super::Wire;

/// Makes the client of a way.
type Make<'m> = &'m (dyn Fn(&Way, &Given<'_>) -> Box<dyn Driven> + 'm);

/// Calls all that the generated client has.
pub async fn generated(wire: &mut Wire, covered: &'static Covered) {
    let made: Vec<_> = covered.ways().collect();
    let make = |wanted: &Way, given: &Given<'_>| {
        let (_, trial) = made
            .iter()
            .find(|(way, _)| way.title == wanted.title)
            .expect("a client of each way");
        (trial.make)(given)
    };
    walk(wire, covered, covered.provider, &make).await;
}

/// Calls all that the provider's list of operations has.
pub async fn walk(
    wire: &mut Wire,
    covered: &'static Covered,
    provider: &'static Provider,
    make: Make<'_>,
) {
    let all = ways(provider);
    let is_usual = |way: &&Way| matches!(way.variation, Variation::Nothing);
    for usual in all.iter().filter(is_usual) {
        let mut walk = Walk {
            wire: &mut *wire,
            covered,
            provider,
            way: usual,
            make,
        };
        walk.all().await;
        for way in all.iter().filter(|way| way.kind == usual.kind) {
            walk.way = way;
            match way.variation {
                Variation::Nothing => {}
                // An HMAC is another one each time.
                Variation::ClientAuth(method)
                    if method.record().is_some_and(|one| one.proof == Proof::Mac) => {}
                Variation::ClientAuth(_) | Variation::Encoding(_) => walk.token_requests().await,
                Variation::Separator(_) => walk.logins(),
                Variation::Environment(_) => walk.urls(),
            }
        }
        walk.way = usual;
        if provider.environments.is_empty() {
            walk.urls();
        }
    }
}

struct Walk<'w, 'm> {
    wire: &'w mut Wire,
    covered: &'static Covered,
    provider: &'static Provider,
    way: &'w Way,
    make: Make<'m>,
}

fn asked(scopes: usize, choices: Choices) -> Asked {
    Asked {
        scopes,
        by_text: None,
        choices,
    }
}

impl Walk<'_, '_> {
    fn client(&self, settings: Settings) -> Box<dyn Driven> {
        (self.make)(self.way, &self.wire.given(settings))
    }

    fn named(&self, name: &str) -> String {
        format!("{}: {name}", self.way.title)
    }

    async fn all(&mut self) {
        for operation in self.operations() {
            self.call(operation).await;
        }
    }

    /// What is sent in each way in which a token request can be; others vary as these do.
    async fn token_requests(&mut self) {
        for operation in self.operations() {
            let varies = matches!(
                operation.kind,
                OperationKind::ExchangeCode
                    | OperationKind::Refresh
                    | OperationKind::ClientCredentials
            );
            if varies {
                self.call(operation).await;
            }
        }
    }

    fn operations(&self) -> Vec<Operation> {
        let operations = self.provider.operations().into_iter();
        let own = operations.filter(|one| self.provider.is_for(*one, self.way.kind));
        own.collect()
    }

    async fn call(&mut self, operation: Operation) {
        if operation.kind == OperationKind::Authorize {
            return self.logins();
        }
        let client = self.client(self.wire.settings());
        self.wire.assert_hidden(&self.way.title, &client);
        let owned = self.wire.owned();
        let is_there = "a method for what there is";
        let usual = asked(2, Choices::Required);
        let word = operation.kind.word().replace('_', " ");
        let title = self.named(&word);
        let wire = &mut *self.wire;
        match operation.kind {
            OperationKind::Authorize => {}
            OperationKind::Register => {
                wire.registration(&title, client.register().expect(is_there))
                    .await;
            }
            OperationKind::PushAuthorization => {
                wire.push(&title, client.push(usual).expect(is_there)).await;
            }
            OperationKind::ExchangeCode => {
                let begun = client.login(usual).expect(is_there);
                let login = wire.begun(begun.how).expect("a login");
                let issuer = client.core().issuer().expect("an issuer");
                let callback = wire.callback(&login, issuer.as_deref());
                let request = client.exchange(login.pending, callback);
                wire.tokens(&title, request.expect(is_there)).await;
            }
            OperationKind::Refresh => {
                wire.tokens(&title, client.renew(&owned).expect(is_there))
                    .await;
            }
            OperationKind::ClientCredentials => {
                wire.tokens(&title, client.own_tokens(2).expect(is_there))
                    .await;
            }
            OperationKind::AuthorizeDevice => {
                wire.device(&title, client.start_device(1).expect(is_there))
                    .await;
            }
            OperationKind::PollDevice => {
                let mut login = wire.device_login(&client.start_device(1).expect(is_there));
                let request = client.ask_device(&mut login);
                wire.poll(&title, request.expect(is_there)).await;
            }
            OperationKind::Extension => {
                let grant = self.provider.grant_of(operation).expect("a grant");
                let mut grants = client.extensions().into_iter();
                let request = grants.find(|(name, _)| *name == grant.name);
                let title = format!("{}: grant {}", self.way.title, grant.name);
                wire.tokens(&title, request.expect(is_there).1).await;
            }
            OperationKind::RevokeAccessToken => {
                wire.revocation(&title, client.end_access(&owned).expect(is_there))
                    .await;
            }
            OperationKind::RevokeRefreshToken => {
                wire.revocation(&title, client.end_refresh(&owned).expect(is_there))
                    .await;
            }
            OperationKind::Introspect => {
                wire.introspection(&title, client.look_up(&owned).expect(is_there))
                    .await;
            }
            OperationKind::UserInfo => {
                wire.api(&title, client.user(&owned).expect(is_there)).await;
            }
            OperationKind::CallApi => {
                let title = format!("{}: API call", self.way.title);
                let target = api_target(self.provider);
                wire.api(&title, client.resource(target, &owned)).await;
            }
        }
    }

    /// Logins: with two scopes, with none, and with every option.
    fn logins(&mut self) {
        self.login("authorize", asked(2, Choices::Required));
        let scopes = &self.provider.scopes;
        let without = asked(0, Choices::Required);
        if !scopes.values.is_empty() && scopes.omitted != OmittedScope::Refused {
            self.login("authorize without scopes", without);
        }
        let by_text = Asked {
            by_text: Some("by:text"),
            ..without
        };
        self.login("authorize with a scope by its text", by_text);
        if self.covered.has_options {
            self.login("authorize with options", asked(1, Choices::Everything));
        }
    }

    fn login(&mut self, name: &str, asked: Asked) {
        let title = self.named(name);
        let begun = self.client(Settings::new()).login(asked);
        let begun = begun.expect("a method for what there is");
        self.wire.assert_silent(&title, &begun.shown);
        let login = self.wire.begun(begun.how);
        self.wire.login(&title, login);
    }

    /// The URLs that requests go to when nothing is replaced, each endpoint's once.
    fn urls(&mut self) {
        let client = self.client(self.wire.program());
        let owned = self.wire.owned();
        let mut seen = Vec::new();
        for operation in self.operations() {
            let request = match operation.kind {
                // A login's URL is recorded with the login, and those that need an answer first go
                // where others go.
                OperationKind::PushAuthorization
                | OperationKind::Authorize
                | OperationKind::ExchangeCode
                | OperationKind::AuthorizeDevice
                | OperationKind::PollDevice
                | OperationKind::Extension => continue,
                OperationKind::Register => client.register().map(|one| one.to_http_request()),
                OperationKind::Refresh => client.renew(&owned).map(|one| one.to_http_request()),
                OperationKind::ClientCredentials => {
                    client.own_tokens(0).map(|one| one.to_http_request())
                }
                OperationKind::RevokeAccessToken => {
                    client.end_access(&owned).map(|one| one.to_http_request())
                }
                OperationKind::RevokeRefreshToken => {
                    client.end_refresh(&owned).map(|one| one.to_http_request())
                }
                OperationKind::Introspect => {
                    client.look_up(&owned).map(|one| one.to_http_request())
                }
                OperationKind::UserInfo => client.user(&owned).map(|one| one.to_http_request()),
                OperationKind::CallApi if self.provider.api.url.is_none() => continue,
                OperationKind::CallApi => Some(client.resource("/path", &owned).to_http_request()),
            };
            // Where tokens are refreshed stands for where they come from.
            let name = match operation.endpoint {
                EndpointKind::Refresh => EndpointKind::Token,
                endpoint => endpoint,
            };
            if !seen.contains(&name) {
                seen.push(name);
                let request = request.expect("a method for what there is");
                self.wire.url(&self.named(&name.to_string()), request);
            }
        }
    }
}
