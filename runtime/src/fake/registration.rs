//! The registration endpoint (RFC 7591), and what becomes of registrations (RFC 7592).

use std::time::{SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use crate::error::EndpointKind;
use crate::fake::answer::{Answer, refused, told};
use crate::fake::client::{Client, Dynamic, Registered};
use crate::fake::description::{ClientAuth, ClientKind, Encoding, Endpoint, GrantKind, Proof};
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::Request;
use crate::fake::scope;

/// The token that the fake takes from a program that may register.
pub(super) const INITIAL_ACCESS_TOKEN: &str = "fake-initial.access-token";

/// Where registrations are managed, with the client's id behind it.
const MANAGED: &str = "/fake-registration/";

type Metadata = Map<String, Value>;

/// What is registered of a client, once that is found to be allowed.
struct Allowed {
    /// How the client proves who it is.
    proof: Proof,
    kind: ClientKind,
    grants: Vec<String>,
    redirect_uris: Vec<String>,
    metadata: Metadata,
}

impl Provider {
    /// Registers a client.
    pub(super) fn register(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
    ) -> Result<Answer, Refusal> {
        if endpoint.auth == Some(ClientAuth::AccessToken)
            && bearer(request) != Some(INITIAL_ACCESS_TOKEN)
        {
            return Err(Refusal::token(
                "the initial access token is missing or wrong",
            ));
        }
        self.check_headers(&endpoint.headers, Client::Anybody, request)?;
        let allowed = self.allowed(request, endpoint)?;
        let id = format!("fake-client.{}", self.store.number());
        let secret = self.store.secret("client");
        let access_token = self.store.secret("registration");
        let dynamic = Dynamic {
            registered: Registered {
                #[cfg(feature = "jose")]
                key: allowed.metadata.get("jwks").and_then(|jwks| {
                    let keys = jwks.get("keys")?.as_array()?;
                    keys.first().cloned()
                }),
                has_certificate: matches!(
                    allowed.proof,
                    Proof::Certificate | Proof::OwnCertificate
                ),
                ..match allowed.kind {
                    ClientKind::Public => Registered {
                        public_id: id.clone(),
                        ..Registered::default()
                    },
                    _ => Registered {
                        confidential_id: id.clone(),
                        secret: secret.clone(),
                        ..Registered::default()
                    },
                }
            },
            kind: allowed.kind,
            has_secret: allowed.kind == ClientKind::Confidential
                && matches!(allowed.proof, Proof::Sent | Proof::Mac),
            grants: allowed.grants,
            redirect_uris: allowed.redirect_uris,
            metadata: allowed.metadata,
            access_token,
        };
        let answer = self.information(&dynamic, endpoint);
        let number = self.store.number();
        self.registered.dynamic.insert(number, dynamic);
        Ok(Answer {
            status: 201,
            ..answer
        })
    }

    /// The answer to a request about a registration, if that is what a request is.
    pub(super) fn managed(&mut self, request: &Request) -> Option<Answer> {
        let endpoint = self.description.registration.clone()?;
        let id = request.path.strip_prefix(MANAGED)?.to_owned();
        Some(match self.manage(request, &endpoint, &id) {
            Ok(answer) => answer,
            Err(refusal) => {
                let refusal = refusal.of(EndpointKind::Registration.word());
                refused(&self.description, &refusal)
            }
        })
    }

    fn manage(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
        id: &str,
    ) -> Result<Answer, Refusal> {
        // RFC 7592 §2.1: of a client that is unknown, the token is as well.
        let wrong = || Refusal::token("the registration access token is missing or wrong");
        let number = self.registered.number_of(id).ok_or_else(wrong)?;
        let known = self.registered.dynamic.get(&number).ok_or_else(wrong)?;
        if bearer(request) != Some(&*known.access_token) {
            return Err(wrong());
        }
        if request.method == Method::DELETE {
            self.registered.dynamic.remove(&number);
            return Ok(Answer {
                status: 204,
                ..Answer::default()
            });
        }
        if request.method == Method::PUT {
            let (kind, has_secret) = (known.kind, known.has_secret);
            let secret = known.registered.secret.clone();
            let allowed = self.allowed(request, endpoint)?;
            let sent: Metadata = serde_json::from_slice(&request.body).unwrap_or_default();
            let names =
                |name: &str, value: &str| sent.get(name).and_then(Value::as_str) == Some(value);
            if !names("client_id", id) {
                return Err(metadata("`client_id` is missing or another client's"));
            }
            if sent.contains_key("client_secret")
                && !(has_secret && names("client_secret", &secret))
            {
                return Err(metadata("`client_secret` is another one"));
            }
            let own = ["registration_client_uri", "registration_access_token"];
            if let Some(name) = own.iter().find(|name| sent.contains_key(**name)) {
                return Err(metadata(format!("`{name}` is not for the client to set")));
            }
            if allowed.kind != kind {
                return Err(metadata("the client type cannot be changed"));
            }
            if let Some(known) = self.registered.dynamic.get_mut(&number) {
                known.grants = allowed.grants;
                known.redirect_uris = allowed.redirect_uris;
                known.metadata = allowed.metadata;
            }
        } else if request.method != Method::GET {
            return Err(Refusal::request("the method here is GET, PUT or DELETE").status(405));
        }
        let known = self.registered.dynamic.get(&number).ok_or_else(wrong)?;
        Ok(self.information(known, endpoint))
    }

    /// A client information response (RFC 7591 §3.2.1).
    fn information(&self, client: &Dynamic, endpoint: &Endpoint) -> Answer {
        let mut body = client.metadata.clone();
        let id = client.id();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        let mut add = |name: &str, value: Value| body.insert(name.to_owned(), value);
        add("client_id", json!(id));
        add("client_id_issued_at", json!(now));
        if client.has_secret {
            add("client_secret", json!(client.registered.secret));
            add("client_secret_expires_at", json!(0));
        }
        add("registration_access_token", json!(client.access_token));
        let uri = format!("{}{MANAGED}{id}", self.origin);
        add("registration_client_uri", json!(uri));
        let answer = told(&self.description, endpoint, Value::Object(body));
        answer.header("cache-control", "no-store")
    }

    /// Checks client metadata (RFC 7591 §2).
    fn allowed(&self, request: &Request, endpoint: &Endpoint) -> Result<Allowed, Refusal> {
        if request.encoding() != Some(Encoding::Json) {
            return Err(metadata("the body is not JSON (RFC 7591 §3.1)"));
        }
        let sent: Metadata = serde_json::from_slice(&request.body)
            .map_err(|_| metadata("the body is no JSON object"))?;
        let known = self.known(Client::Anybody);
        for (name, value) in &endpoint.parameters {
            let told = sent.get(name).and_then(Value::as_str);
            if !known.is(value, told) {
                return Err(metadata(format!("`{name}` has to be sent, as `{value}`")));
            }
        }
        if let Some(name) = endpoint.omit.iter().find(|name| sent.contains_key(*name)) {
            return Err(metadata(format!("`{name}` is not taken here")));
        }
        let mut named: Metadata = sent.clone();
        for (standard, here) in &endpoint.rename {
            if let Some(value) = named.remove(here) {
                named.insert(standard.clone(), value);
            } else if named.remove(standard).is_some() {
                return Err(metadata(format!("`{standard}` is `{here}` here")));
            }
        }
        for name in ["client_name", "scope", "token_endpoint_auth_method"] {
            if named.get(name).is_some_and(|value| !value.is_string()) {
                return Err(metadata(format!("`{name}` is no text")));
            }
        }
        let grants = match texts(&named, "grant_types")? {
            Some(grants) => grants,
            // RFC 7591 §2.
            None => vec!["authorization_code".to_owned()],
        };
        let supported = |name: &String| {
            let mut grants = self.description.grants.iter();
            grants.any(|grant| grant.kind.standard_grant_type() == Some(name))
        };
        if !grants.iter().all(supported) {
            return Err(metadata("the provider does not have one of `grant_types`"));
        }
        let code = GrantKind::AuthorizationCode.word();
        let logs_in = grants.iter().any(|grant| grant == code);
        let types = texts(&named, "response_types")?;
        let types = types.unwrap_or_else(|| vec!["code".to_owned()]);
        // RFC 7591 §2.1.
        if types.iter().any(|one| one == "code") != logs_in {
            return Err(metadata(
                "`response_types` and `grant_types` contradict each other",
            ));
        }
        let redirect_uris = self.redirect_uris(&named, logs_in)?;
        let (method, proof, kind) = self.method(&named)?;
        if kind == ClientKind::Public && grants.iter().any(|one| one == "client_credentials") {
            return Err(metadata("a public client cannot have `client_credentials`"));
        }
        if let Some(scope) = named.get("scope").and_then(Value::as_str)
            && scope::read(&known, scope).is_err()
        {
            return Err(metadata("one of the scopes is unknown"));
        }
        named.insert("grant_types".to_owned(), json!(grants));
        named.insert("response_types".to_owned(), json!(types));
        named.insert("token_endpoint_auth_method".to_owned(), json!(method));
        for name in ["client_id", "client_secret"] {
            named.remove(name);
        }
        Ok(Allowed {
            proof,
            kind,
            grants,
            redirect_uris,
            metadata: named,
        })
    }

    fn redirect_uris(&self, sent: &Metadata, logs_in: bool) -> Result<Vec<String>, Refusal> {
        let wrong = |reason: &str| Refusal::new("invalid_redirect_uri", reason);
        let uris = match sent.get("redirect_uris") {
            None => Vec::new(),
            Some(uris) => serde_json::from_value::<Vec<String>>(uris.clone())
                .map_err(|_| wrong("`redirect_uris` is no list of texts"))?,
        };
        if logs_in && uris.is_empty() {
            return Err(wrong("`redirect_uris` is missing, which logins need"));
        }
        for uri in &uris {
            let Ok(url) = Url::parse(uri) else {
                return Err(wrong("a redirect URI is no absolute URI"));
            };
            if url.fragment().is_some() {
                return Err(wrong("a redirect URI has a fragment (RFC 6749 §3.1.2)"));
            }
            let host = url.host_str().unwrap_or_default();
            let is_loopback = ["127.0.0.1", "[::1]", "localhost"].contains(&host);
            let is_allowed = match url.scheme() {
                "https" => true,
                "http" => is_loopback,
                // RFC 8252 §7.1: a scheme of the program's own has a dot.
                own => own.contains('.'),
            };
            if !is_allowed {
                return Err(wrong("a redirect URI is neither https nor of this machine"));
            }
            if self.redirect_uri.as_ref().is_some_and(|only| only != uri) {
                return Err(wrong("the redirect URI is not allowed"));
            }
        }
        Ok(uris)
    }

    /// The client authentication method as it is registered, how it proves who the client is, and
    /// the client type that has it.
    fn method(&self, sent: &Metadata) -> Result<(&'static str, Proof, ClientKind), Refusal> {
        let asked = sent.get("token_endpoint_auth_method");
        let asked = asked.and_then(Value::as_str);
        let types = [
            (ClientKind::Confidential, &self.description.confidential),
            (ClientKind::Public, &self.description.public),
        ];
        let mut methods = types.into_iter().flat_map(|(kind, client)| {
            let methods = client.iter().flat_map(|client| &client.auth);
            methods.filter_map(move |method| {
                Some((method.registered_as()?, method.record()?.proof, kind))
            })
        });
        let found = match asked {
            Some(asked) => methods.find(|(name, ..)| *name == asked),
            // The standard's default (RFC 7591 §2), if the provider has it.
            None => {
                let all: Vec<_> = methods.collect();
                let default = all.iter().find(|(name, ..)| *name == "client_secret_basic");
                default.or(all.first()).copied()
            }
        };
        found
            .ok_or_else(|| metadata("the provider does not have this `token_endpoint_auth_method`"))
    }
}

fn metadata(reason: impl Into<String>) -> Refusal {
    Refusal::new("invalid_client_metadata", reason)
}

fn texts(sent: &Metadata, name: &str) -> Result<Option<Vec<String>>, Refusal> {
    let Some(value) = sent.get(name) else {
        return Ok(None);
    };
    serde_json::from_value(value.clone())
        .map(Some)
        .map_err(|_| metadata(format!("`{name}` is no list of texts")))
}

fn bearer(request: &Request) -> Option<&str> {
    request.authorization()?.strip_prefix("Bearer ")
}
