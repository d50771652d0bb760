//! The provider: a request in, an answer out, and what was given out in between. It does no IO.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::Method;

use crate::error::EndpointKind;
use crate::fake::FakeEndpoint;
use crate::fake::answer::{Answer, refused};
use crate::fake::client::{Asked, Assertions, Client, Registered};
use crate::fake::description::{
    ClaimsFrom, Description, Endpoint, Grant, HttpMethod, OperationKind, Pairs, VariableKind,
    required,
};
#[cfg(feature = "jose")]
use crate::fake::dpop::Proofs;
use crate::fake::filled::Known;
use crate::fake::grants;
use crate::fake::identity::{self, Lie, Told};
use crate::fake::journal::Seen;
use crate::fake::metadata;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::route::Route;
use crate::fake::store::Store;

/// A provider and everything that it has given out.
pub(super) struct Provider {
    pub(super) description: Arc<Description>,
    pub(super) registered: Registered,
    pub(super) assertions: Assertions,
    /// The one redirect URI that is taken; any where there is none.
    pub(super) redirect_uri: Option<String>,
    pub(super) origin: String,
    pub(super) token_lifetime: Option<Duration>,
    /// How long a pushed login waits for its browser.
    pub(super) pushed_lifetime: Duration,
    /// How often a device may ask.
    pub(super) device_interval: Duration,
    /// How many of the next logins the user denies.
    pub(super) denials: u32,
    /// Answers of the API, by path.
    pub(super) resources: Vec<(String, String)>,
    pub(super) userinfo: Option<String>,
    /// In which way ID tokens are wrong.
    pub(super) lie: Option<Lie>,
    /// Which keys sign.
    pub(super) key_generation: usize,
    pub(super) store: Store,
    /// The thumbprint of the key that the latest token request has proven to hold.
    pub(super) proven: Option<String>,
    #[cfg(feature = "jose")]
    pub(super) proofs: Proofs,
    /// Values of URL variables that a path does not tell.
    pub(super) variables: Pairs,
    /// The environment of the clients, if it is not the first.
    pub(super) environment: Option<String>,
    /// The issuer identifier of the server that the latest request was to.
    pub(super) issuer: Option<String>,
    /// The issuer of ID tokens there, where it is another.
    pub(super) token_issuer: Option<String>,
    routes: Arc<Vec<Place>>,
    /// Where browsers log out.
    pub(super) logout: Option<Arc<Route>>,
}

/// An endpoint and its paths.
struct Place {
    kind: EndpointKind,
    /// The first of the operations whose requests come here. The others are of the same endpoint.
    first: OperationKind,
    endpoint: Option<Endpoint>,
    route: Route,
    /// The name of the request for claims beside the one to the UserInfo endpoint.
    request: Option<String>,
    /// The places of the grants that are asked for here.
    grants: Vec<usize>,
}

/// An answer, and what is said of it.
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) callback: Option<String>,
    pub(super) seen: Seen,
}

impl Provider {
    pub(super) fn new(
        description: Description,
        registered: Registered,
        redirect_uri: Option<String>,
    ) -> Self {
        let routes = places(&description, &registered);
        let ids = [
            registered.confidential_id.clone(),
            registered.public_id.clone(),
        ];
        let logout = description.end_session.as_ref();
        let logout = logout.map(|url| Arc::new(Route::new(url, &description, &ids)));
        Self {
            description: Arc::new(description),
            registered,
            assertions: Assertions::default(),
            redirect_uri,
            origin: String::new(),
            token_lifetime: None,
            pushed_lifetime: Duration::from_secs(60),
            device_interval: Duration::from_secs(1),
            denials: 0,
            resources: Vec::new(),
            userinfo: None,
            lie: None,
            key_generation: 0,
            store: Store::default(),
            proven: None,
            #[cfg(feature = "jose")]
            proofs: Proofs::default(),
            variables: Vec::new(),
            environment: None,
            issuer: None,
            token_issuer: None,
            routes: Arc::new(routes),
            logout,
        }
    }

    /// The endpoints that answer.
    pub(super) fn endpoints(&self) -> Vec<FakeEndpoint> {
        let shown = |place: &Place| {
            let method = place.endpoint.as_ref();
            let method = method.map_or(HttpMethod::Get, |one| one.method);
            // The caller's own base URL may be the origin alone.
            let path = match place.route.shown.split_once('}') {
                Some((_, path)) if place.route.shown.starts_with('{') => path,
                _ => &place.route.shown,
            };
            FakeEndpoint {
                kind: place.kind,
                method: match method {
                    HttpMethod::Get => Method::GET,
                    HttpMethod::Post => Method::POST,
                    HttpMethod::Delete => Method::DELETE,
                },
                url: format!("{}{path}", self.origin),
            }
        };
        self.routes.iter().map(shown).collect()
    }

    /// The endpoint that a request is to.
    pub(super) fn endpoint(&self, request: &Request) -> EndpointKind {
        let place = self.place(request);
        place.map_or(EndpointKind::Api, |index| self.routes[index].kind)
    }

    pub(super) fn answer(&mut self, request: &Request, is_denied: bool) -> Answered {
        if let Some(answer) = self.logged_out(request) {
            return Answered {
                seen: Seen::new(request, EndpointKind::Api, answer.status, None),
                answer,
                callback: None,
            };
        }
        if let Some(answer) = self.managed(request) {
            return Answered {
                seen: Seen::new(request, EndpointKind::Registration, answer.status, None),
                answer,
                callback: None,
            };
        }
        let routes = Arc::clone(&self.routes);
        let place = self.place(request).and_then(|index| routes.get(index));
        let kind = place.map_or(EndpointKind::Api, |place| place.kind);
        let expanded = |issuer: &String| self.expanded(issuer, place, request);
        let issuer = self.description.issuer.as_ref().map(expanded);
        let rules = self.description.id_token.as_ref();
        self.token_issuer = rules.and_then(|rules| rules.issuers.first().map(expanded));
        self.issuer = issuer;
        let mut callback = None;
        let (answer, refusal) = if kind == EndpointKind::Authorization {
            let is_denied = self.is_denied() || is_denied;
            let outcome = self.authorize(request, is_denied);
            callback = outcome.callback;
            (outcome.answer, outcome.refusal)
        } else {
            let outcome = self.check_program(request);
            #[cfg(feature = "jose")]
            let outcome = outcome.and_then(|()| match kind {
                EndpointKind::Api | EndpointKind::UserInfo => self.check_call(request),
                _ => Ok(()),
            });
            let outcome = outcome.and_then(|()| match place {
                Some(place) => self.at(place, request),
                None => self.api(request),
            });
            match outcome {
                Ok(answer) => (answer, None),
                Err(refusal) => {
                    // A token request is known by its grant.
                    let refusal = match kind {
                        EndpointKind::Token | EndpointKind::Refresh => refusal,
                        kind => refusal.of(kind.word()),
                    };
                    // How the OAuth endpoints tell errors is not how the API does.
                    let is_api = matches!(kind, EndpointKind::Api | EndpointKind::UserInfo);
                    let refusal = match refusal.status {
                        None if is_api => refusal.status(400),
                        _ => refusal,
                    };
                    let answer = refused(&self.description, &refusal);
                    #[cfg(feature = "jose")]
                    let answer = self.challenged(answer, is_api, &refusal);
                    (answer, Some(refusal))
                }
            }
        };
        let refusal = refusal.map(|refusal| format!("{}: {}", refusal.code, refusal.reason));
        let seen = Seen::new(request, kind, answer.status, refusal);
        Answered {
            answer,
            callback,
            seen,
        }
    }

    /// Whether the user denies the login that begins, of which there may be some to come.
    pub(super) fn is_denied(&mut self) -> bool {
        let is_denied = self.denials > 0;
        self.denials = self.denials.saturating_sub(1);
        is_denied
    }

    /// An issuer identifier, with the values of its variables: those that were told, and otherwise
    /// those of the path that was asked for.
    fn expanded(&self, issuer: &str, place: Option<&Place>, request: &Request) -> String {
        let mut issuer = issuer.to_owned();
        let of_path = place.and_then(|place| place.route.values(&request.path));
        let is_base_url = |name: &str| {
            let mut variables = self.description.variables.iter();
            variables
                .any(|variable| variable.name == name && variable.kind == VariableKind::BaseUrl)
        };
        let of_path = of_path.into_iter().flatten().map(|(name, value)| {
            let value = match is_base_url(&name) {
                true => format!("{}{value}", self.origin),
                false => value,
            };
            (name, value)
        });
        let mut environments = self.description.environments.iter();
        let environment = match &self.environment {
            Some(name) => environments.find(|environment| environment.name == *name),
            None => environments.next(),
        };
        let hosts = environment.map(|environment| environment.hosts.clone());
        let told = self.variables.iter().cloned();
        let variables = self.description.variables.iter();
        let usual = variables.filter_map(|one| Some((one.name.clone(), one.default.clone()?)));
        // What a host stands for may have variables.
        for (name, value) in hosts
            .into_iter()
            .flatten()
            .chain(told)
            .chain(of_path)
            .chain(usual)
        {
            issuer = issuer.replace(&format!("{{{name}}}"), &value);
        }
        issuer
    }

    /// The place that a path and the parameters mean, where several endpoints share a path.
    fn place(&self, request: &Request) -> Option<usize> {
        let score = |place: &Place| {
            let has = |name: &str| request.anywhere(name).is_some();
            let Some(endpoint) = &place.endpoint else {
                return i64::from(request.method == Method::GET && !has("grant_type"));
            };
            let is_method = request.method.as_str() == endpoint.method.word();
            let mut fixed = endpoint.parameters.iter();
            let known = self.known(Client::Anybody);
            let is_fixed = !endpoint.parameters.is_empty()
                && fixed.all(|(name, value)| known.is(value, request.anywhere(name).as_deref()));
            let grants: Vec<_> = place
                .grants
                .iter()
                .map(|index| self.grant(*index))
                .collect();
            let parameters = Parameters {
                pairs: request.pairs().collect(),
                rename: Cow::Borrowed(&endpoint.rename),
                omit: &endpoint.omit,
            };
            let is_granted = match grants::pick(&grants, &parameters, &known) {
                Ok(grant) => parameters.of_grant(grant).require(required(grant)).is_ok(),
                Err(_) => place.grants.is_empty() && parameters.get("token").is_some(),
            };
            let encoding = request.encoding();
            let is_encoded = encoding.is_some_and(|one| endpoint.encodings.contains(&one));
            let fits = [is_method, is_fixed, is_granted, is_encoded];
            fits.iter()
                .fold(0, |score, fits| 2 * score + i64::from(*fits))
        };
        // A browser that comes to log in has no token, wherever the caller says that it goes.
        let header = &self.description.api.header;
        let has_token = !header.is_empty() && request.header(header).is_some();
        let places = self.routes.iter().enumerate();
        let fitting = places.filter(|(_, place)| {
            place.route.is(&request.path) && (place.endpoint.is_some() || !has_token)
        });
        // Of several that fit as well, the first.
        let best = fitting.rev().max_by_key(|(_, place)| score(place));
        best.map(|(index, _)| index)
    }

    fn grant(&self, index: usize) -> &Grant {
        &self.description.grants[index]
    }

    fn at(&mut self, place: &Place, request: &Request) -> Result<Answer, Refusal> {
        let Some(endpoint) = &place.endpoint else {
            return Err(Refusal::request("there is nothing here"));
        };
        if request.method.as_str() != endpoint.method.word() {
            let reason = format!("the method here is {}", endpoint.method.word());
            return Err(Refusal::request(reason).status(405));
        }
        if place.kind == EndpointKind::Jwks {
            let keys = identity::published(&self.description, self.key_generation);
            return Ok(Answer::json(200, &keys));
        }
        if place.kind == EndpointKind::Metadata {
            let expanded = |text: &str| self.expanded(text, Some(place), request);
            let told = metadata::document(&self.description, expanded);
            return Ok(Answer::json(200, &told));
        }
        let query = &self.own_query(&place.route.query, request);
        match place.first {
            OperationKind::Register => self.register(request, endpoint),
            OperationKind::ExchangeCode
            | OperationKind::Refresh
            | OperationKind::ClientCredentials
            | OperationKind::PollDevice
            | OperationKind::Extension => {
                let description = Arc::clone(&self.description);
                let grants = place.grants.iter();
                let grants: Vec<_> = grants.map(|index| &description.grants[*index]).collect();
                self.token(request, endpoint, query, &grants)
            }
            OperationKind::RevokeAccessToken | OperationKind::RevokeRefreshToken => {
                self.revoke(request, endpoint, query)
            }
            OperationKind::Introspect => self.introspect(request, endpoint, query),
            OperationKind::AuthorizeDevice => self.start_device(request, endpoint, query),
            OperationKind::PushAuthorization => self.push(request, endpoint, query),
            OperationKind::UserInfo => {
                let told = match &place.request {
                    Some(name) => Told::InAnswerTo(name),
                    None => Told::By(ClaimsFrom::UserInfo),
                };
                self.user(request, endpoint, query, told)
            }
            OperationKind::Authorize | OperationKind::CallApi => self.api(request),
        }
    }

    /// The query that the URL itself has, as far as a request may have it: with the values that were
    /// sent for its names.
    fn own_query(&self, templates: &Pairs, request: &Request) -> Pairs {
        let known = self.known(Client::Anybody);
        let own = templates.iter().filter_map(|(name, template)| {
            let mut sent = request.query.iter().filter(|(other, _)| other == name);
            let fitting = sent.find(|(_, value)| known.is(template, Some(value)));
            match fitting {
                Some(pair) => Some(pair.clone()),
                None if known.is(template, None) => None,
                None => Some((name.clone(), template.clone())),
            }
        });
        own.collect()
    }

    fn api(&mut self, request: &Request) -> Result<Answer, Refusal> {
        if request.anywhere("grant_type").is_some() {
            return Err(Refusal::request("there is no token endpoint at this path").status(404));
        }
        self.resource(request)
    }

    /// Who a request is from.
    pub(super) fn client(
        &self,
        request: &Request,
        parameters: &Parameters<'_>,
        endpoint: &Endpoint,
    ) -> Result<Client, Refusal> {
        let asked = Asked {
            request,
            parameters,
            endpoint,
            description: &self.description,
            variables: &self.variables,
            assertions: &self.assertions,
        };
        let is_live = |token: &str| self.store.is_live(token);
        self.registered.identify(asked, is_live)
    }

    /// What is known of the values that a client fills in.
    pub(super) fn known(&self, client: Client) -> Known<'_> {
        Known {
            description: &self.description,
            registered: &self.registered,
            variables: &self.variables,
            client,
            own: None,
        }
    }

    /// The header by which a program says what it is, where that is asked for. That of a library
    /// tells nothing of the program.
    fn check_program(&self, request: &Request) -> Result<(), Refusal> {
        let named = request.header("user-agent").map(str::trim);
        let is_named =
            named.is_some_and(|named| !named.is_empty() && !named.starts_with("oauth-atlas/"));
        match self.description.user_agent && !is_named {
            true => Err(Refusal::request(
                "the header `user-agent` does not name the program",
            )),
            false => Ok(()),
        }
    }

    /// Headers that the endpoint asks for.
    pub(super) fn check_headers(
        &self,
        headers: &Pairs,
        client: Client,
        request: &Request,
    ) -> Result<(), Refusal> {
        self.known(client).check_headers(headers, request)
    }
}

fn places(description: &Description, registered: &Registered) -> Vec<Place> {
    let ids = match &description.registration {
        // Of any id, since there will be others.
        Some(_) => Vec::new(),
        None => vec![
            registered.confidential_id.clone(),
            registered.public_id.clone(),
        ],
    };
    let mut places: Vec<Place> = Vec::new();
    for operation in description.operations() {
        let grant = operation.kind.gives_tokens().then_some(operation.grant);
        let grant = grant.flatten();
        let own = grant.and_then(|index| description.grants[index].endpoint.as_ref());
        let endpoint = own.or(description.endpoint(operation.endpoint));
        let url = match (operation.kind, endpoint) {
            (_, Some(endpoint)) => &endpoint.url,
            (OperationKind::Authorize, None) => match &description.authorization {
                Some(authorization) => &authorization.url,
                None => continue,
            },
            // The API is wherever nothing else is.
            _ => continue,
        };
        let is_there = |place: &&mut Place| {
            place.kind == operation.endpoint && place.endpoint.as_ref() == endpoint
        };
        match places.iter_mut().find(is_there) {
            Some(place) => place.grants.extend(grant),
            None => places.push(Place {
                kind: operation.endpoint,
                first: operation.kind,
                endpoint: endpoint.cloned(),
                route: Route::new(url, description, &ids),
                request: None,
                grants: grant.into_iter().collect(),
            }),
        }
    }
    let keys = description.id_token.iter();
    let keys = keys.filter_map(|rules| Some((EndpointKind::Jwks, rules.jwks_uri.clone()?)));
    let metadata = metadata::urls(description).into_iter();
    let metadata = metadata.map(|url| (EndpointKind::Metadata, url));
    places.extend(keys.chain(metadata).map(|(kind, url)| Place {
        kind,
        first: OperationKind::CallApi,
        route: Route::new(&url, description, &ids),
        endpoint: Some(Endpoint {
            url,
            method: HttpMethod::Get,
            ..Endpoint::default()
        }),
        request: None,
        grants: Vec::new(),
    }));
    let further = description.user.iter().flat_map(|user| &user.requests);
    places.extend(further.map(|request| Place {
        kind: EndpointKind::UserInfo,
        first: OperationKind::UserInfo,
        endpoint: Some(request.endpoint.clone()),
        route: Route::new(&request.endpoint.url, description, &ids),
        request: Some(request.name.clone()),
        grants: Vec::new(),
    }));
    places
}
