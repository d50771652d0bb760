//! The texts of a spec that are sent with `{names}` filled in.

use oauth_atlas_description::{GrantKind, Template};

use crate::decode::{Place, Spanned, Table};
use crate::spec::{Assertion, Endpoint, Header, Spec, Template as UrlTemplate};

/// The parameter that carries GraphQL.
const GRAPHQL: &str = "query";

/// A text that is sent.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'s> {
    pub(crate) text: &'s str,
    place: Place,
    pub(crate) with: With,
    /// Whether it may be GraphQL, which a request has in the parameter `query`.
    pub(crate) may_query: bool,
}

/// What is at hand where a text is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum With {
    /// A URL that a browser is sent to, and keeps.
    Browser,
    /// The credentials of the client.
    Credentials,
    /// The credentials, and where a code is exchanged, what was captured of the callback.
    Callback,
    /// The same of the exchange of a code alone, which knows the state of the login.
    Exchange,
    /// The credentials, and what was captured of tokens.
    Tokens,
    /// The same of what is sent with an access token.
    Access,
    /// The credentials, to say who the client is.
    Authentication,
    /// The credentials and the token that a request is about, to say who it is from.
    AuthenticationByToken,
    /// What the client may sign, for all to read.
    Assertion,
    /// The same to ask for tokens, and so for scopes.
    GrantAssertion,
    /// What may stand in the name of a scope.
    Scope,
}

impl<'s> Sent<'s> {
    /// Where a name stands in the text.
    pub(crate) fn place_of(self, name: &str) -> Place {
        let braced = format!("{{{name}}}");
        match self.text.find(&braced) {
            Some(start) => self.part(start, start + braced.len()),
            None => self.place,
        }
    }

    /// A part of the text.
    pub(crate) fn part(self, start: usize, end: usize) -> Place {
        match self.place {
            Place::At(at) => Place::Part(at, start, end),
            place => place,
        }
    }

    fn of(text: &'s Spanned<String>, with: With) -> Self {
        Self {
            text: &text.value,
            place: text.place(),
            with,
            may_query: false,
        }
    }
}

impl Spec {
    /// Every text that is sent with its names filled in, but for URLs.
    pub(crate) fn sent(&self) -> Vec<Sent<'_>> {
        let of_login = self.authorization_parameters();
        let of_login = of_login.filter_map(|one| one.value.value.given());
        let of_login = of_login.map(|text| Sent::of(text, With::Browser));
        let offline = self.offline.given().into_iter();
        let offline = offline.flat_map(|offline| &offline.parameters.0);
        let offline = offline.map(|entry| Sent {
            text: &entry.value,
            place: Place::At(entry.at),
            with: With::Browser,
            may_query: false,
        });
        let endpoints = self.endpoints.as_ref();
        let userinfo = endpoints.and_then(|all| all.userinfo.given()).into_iter();
        let with_access: Vec<_> = userinfo.chain(self.user_requests()).collect();
        let refresh = endpoints.and_then(|all| all.refresh.given());
        let token = endpoints.and_then(|all| all.token.given());
        let called = self.called_endpoints().into_iter().flat_map(|endpoint| {
            let is = |other: &Endpoint| other.at == endpoint.at;
            let with = match () {
                () if with_access.iter().any(|one| is(one)) => With::Access,
                () if refresh.is_some_and(is) => With::Tokens,
                () if token.is_some_and(is) => With::Callback,
                () => With::Credentials,
            };
            let parameters = endpoint.parameters.0.iter().map(move |entry| Sent {
                may_query: entry.key == GRAPHQL,
                ..Sent::of(&entry.value.value, with)
            });
            let headers = values(&endpoint.headers);
            parameters.chain(headers.map(move |text| Sent::of(text, with)))
        });
        let grants = self.grants.iter().flat_map(|grants| {
            grants.parameters().into_iter().flat_map(|(kind, table)| {
                let with = match kind {
                    GrantKind::AuthorizationCode => With::Exchange,
                    GrantKind::RefreshToken => With::Tokens,
                    _ => With::Credentials,
                };
                let texts = table.0.iter().filter_map(|one| one.value.value.given());
                texts.map(move |text| Sent::of(text, with))
            })
        });
        let api = self.api.given().into_iter();
        let api = api.flat_map(|api| {
            let prefix = api.prefix.given().filter(|text| text.value.contains('{'));
            let texts = values(&api.headers).chain(values(&api.parameters));
            texts.chain(prefix)
        });
        let api = api.map(|text| Sent::of(text, With::Access));
        let clients = self.clients.iter();
        let clients = clients
            .flat_map(|all| [all.confidential.given(), all.public.given()])
            .flatten();
        let methods = clients.filter_map(|client| client.auth.given());
        let methods = methods.flat_map(|methods| &methods.0);
        let of_clients = methods.flat_map(|method| method.value.texts());
        let of_clients = of_clients.map(|text| Sent::of(text, With::Authentication));
        let endpoints = self.called_endpoints().into_iter();
        let methods = endpoints.filter_map(|endpoint| endpoint.auth.given());
        let of_endpoints = methods.flat_map(|method| method.value.texts());
        let of_endpoints = of_endpoints.map(|text| Sent::of(text, With::AuthenticationByToken));
        let signed = self
            .client_assertions()
            .into_iter()
            .flat_map(Assertion::texts);
        let signed = signed.map(|text| Sent::of(text, With::Assertion));
        let of_grants = self.grant_assertions().flat_map(Assertion::texts);
        let of_grants = of_grants.map(|text| Sent::of(text, With::GrantAssertion));
        let signed = signed.chain(of_grants);
        let auth = of_clients.chain(of_endpoints).chain(signed);
        let scopes = self.scopes.given().into_iter().flat_map(|scopes| {
            let groups = scopes.groups.0.iter();
            let groups = groups.flat_map(|group| &group.value.values.0);
            scopes.values.0.iter().chain(groups)
        });
        let scopes = scopes.map(|scope| Sent {
            text: &scope.key,
            place: scope.key_place(),
            with: With::Scope,
            may_query: false,
        });
        let logins = of_login.chain(offline).chain(scopes);
        logins
            .chain(called)
            .chain(grants)
            .chain(api)
            .chain(auth)
            .collect()
    }

    /// Every JWT that a client signs.
    pub(crate) fn assertions(&self) -> Vec<&Assertion> {
        let of_clients = self.client_assertions().into_iter();
        of_clients.chain(self.grant_assertions()).collect()
    }

    fn grant_assertions(&self) -> impl Iterator<Item = &Assertion> {
        let grants = self.grants.iter();
        let extensions = grants.flat_map(|grants| &grants.extensions.0);
        extensions.filter_map(|entry| entry.value.assertion.given())
    }

    /// Those that prove who it is.
    fn client_assertions(&self) -> Vec<&Assertion> {
        let clients = self.clients.iter();
        let clients = clients.flat_map(|all| [all.confidential.given(), all.public.given()]);
        let both = clients.flatten();
        let both = both.flat_map(|client| [&client.assertion, &client.signed_secret]);
        let login = self.request_object.given();
        both.filter_map(|one| one.given()).chain(login).collect()
    }

    /// Whether nothing but a JWT that the client signs has this name.
    pub(crate) fn is_signed_alone(&self, name: &str) -> bool {
        let sent = self.sent();
        let mut with_name = sent.iter().filter(|sent| Template::of(sent.text).has(name));
        !self.is_in_url(name)
            && self.is_sent(name)
            && with_name.all(|sent| matches!(sent.with, With::Assertion | With::GrantAssertion))
    }

    /// Whether a URL has this name.
    pub(crate) fn is_in_url(&self, name: &str) -> bool {
        let has = |url: &&Spanned<UrlTemplate>| url.value.variables().any(|other| other == name);
        self.templates().iter().any(has)
    }

    /// Whether a text that is sent has this name.
    pub(crate) fn is_sent(&self, name: &str) -> bool {
        let has = |sent: &Sent| Template::of(sent.text).has(name);
        self.sent().iter().any(has)
    }
}

impl Assertion {
    /// The texts that are filled in.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Spanned<String>> {
        let claims = [&self.audience, &self.issuer, &self.subject].into_iter();
        let claims = claims.filter_map(|one| one.given());
        claims.chain(values(&self.claims))
    }
}

fn values(table: &Table<Header>) -> impl Iterator<Item = &Spanned<String>> {
    table.0.iter().map(|entry| &entry.value.value)
}
