//! What is done with tokens: calls of the API, revocation (RFC 7009), introspection (RFC 7662). And
//! how a device begins (RFC 8628 §3.1).

use std::borrow::Cow;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::fake::answer::{Answer, success, told};
use crate::fake::client::{Client, authorizing_token};
use crate::fake::description::{
    ClaimsFrom, ClientKind, Endpoint, GrantKind, Pairs, Template, grant,
};
use crate::fake::filled::Known;
use crate::fake::hmac::hmac_sha256;
use crate::fake::identity::{Told, claims};
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::scope;
use crate::fake::store::{Decision, Device, Session, Token, USER};
use crate::provider::RefusalRule;

/// What a request with an access token has.
struct Bearer<'p, 'r> {
    token: &'r str,
    session: &'p Session,
}

impl Provider {
    /// The access token that a call of the API has, and its session.
    fn bearer<'p, 'r>(&'p self, request: &'r Request) -> Result<Bearer<'p, 'r>, Refusal> {
        let api = &self.description.api;
        // Its proof was verified before.
        let bound = request.authorization();
        if let Some(token) = bound.and_then(|sent| sent.strip_prefix("DPoP ")) {
            return match self.store.access.get(token) {
                Some(known) if known.key.is_none() => {
                    Err(Refusal::token("the access token is bound to no key"))
                }
                _ => self.live(token),
            };
        }
        let token = if api.query.is_empty() {
            let header = request.header(&api.header);
            header
                .and_then(|header| self.behind_prefix(header))
                .ok_or_else(|| {
                    Refusal::token(format!(
                        "the access token belongs in the header `{}`, after \"{}\"",
                        api.header, api.prefix
                    ))
                })?
        } else {
            let mut query = request.query.iter();
            let found = query.find(|(name, _)| *name == api.query);
            let missing = || {
                Refusal::token(format!(
                    "the access token belongs in the query, as `{}`",
                    api.query
                ))
            };
            found.map(|(_, token)| token.as_str()).ok_or_else(missing)?
        };
        match self.store.access.get(token) {
            Some(known) if known.key.is_some() => Err(Refusal::token(
                "the access token is bound to a key, and nothing proves it",
            )),
            _ => self.live(token),
        }
    }

    /// What stands behind the prefix of the API's header, in which the client's id may be filled in.
    fn behind_prefix<'h>(&self, header: &'h str) -> Option<&'h str> {
        let prefix = &self.description.api.prefix;
        let Some((_, end)) = prefix.rsplit_once('}') else {
            return header.strip_prefix(prefix);
        };
        let known = self.known(Client::Anybody);
        let ends = header
            .match_indices(end)
            .map(|(start, _)| start + end.len());
        let mut splits = ends.filter_map(|index| header.split_at_checked(index));
        let found = splits.find(|(before, _)| known.is(prefix, Some(before)));
        found.map(|(_, token)| token)
    }

    fn live<'p, 'r>(&'p self, token: &'r str) -> Result<Bearer<'p, 'r>, Refusal> {
        let known = self.store.access.get(token).filter(|token| token.is_live());
        let session = known.and_then(|token| self.store.session(token));
        match session {
            Some(session) => Ok(Bearer { token, session }),
            None => Err(Refusal::token(
                "the access token is unknown, expired or revoked",
            )),
        }
    }

    /// What is known of the values of a request that is sent with an access token.
    fn known_with(&self, bearer: &Bearer<'_, '_>) -> Known<'_> {
        let client = bearer.session.client;
        let secret = self.registered.secret(client).as_bytes();
        let hmac = match client.kind() {
            ClientKind::Confidential => Some(hmac_sha256(secret, bearer.token.as_bytes())),
            ClientKind::Public => None,
        };
        self.known(client).with(Template::ACCESS_TOKEN_HMAC, hmac)
    }

    /// Parameters that every call has in its query.
    fn check_query(
        known: &Known<'_>,
        parameters: &Pairs,
        request: &Request,
    ) -> Result<(), Refusal> {
        let sent = |name: &str| {
            let found = request.query.iter().find(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str())
        };
        let mut parameters = parameters.iter();
        match parameters.find(|(name, value)| !known.is(value, sent(name))) {
            Some((name, value)) => Err(Refusal::request(format!(
                "`{name}` has to be in the query, as `{value}`"
            ))),
            None => Ok(()),
        }
    }

    /// A call of the API.
    pub(super) fn resource(&self, request: &Request) -> Result<Answer, Refusal> {
        let known = self.known_with(&self.bearer(request)?);
        known.check_headers(&self.description.api.headers, request)?;
        Self::check_query(&known, &self.description.api.parameters, request)?;
        let mut resources = self.resources.iter().rev();
        let found = resources.find(|(path, _)| *path == request.path);
        Ok(match found {
            Some((_, body)) => as_json(body),
            None => Answer::json(200, &json!({ "path": request.path })),
        })
    }

    pub(super) fn user(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
        told: Told<'_>,
    ) -> Result<Answer, Refusal> {
        let api = &self.description.api;
        let is_own = |name: &String| endpoint.parameters.iter().any(|(own, _)| own == name);
        let always = api.parameters.iter().filter(|(name, _)| !is_own(name));
        let always: Pairs = always.cloned().collect();
        let sent = request.query.iter();
        let sent = sent.filter(|(name, _)| always.iter().any(|(always, _)| always == name));
        let query: &Pairs = &query.iter().chain(sent).cloned().collect();
        let parameters;
        let bearer = match endpoint.auth {
            None => {
                let bearer = self.bearer(request)?;
                let known = self.known_with(&bearer);
                let is_own = |name: &String| endpoint.headers.iter().any(|(own, _)| own == name);
                let of_api = api.headers.iter().filter(|(name, _)| !is_own(name));
                let of_api = of_api.cloned().collect();
                known.check_headers(&of_api, request)?;
                Self::check_query(&known, &always, request)?;
                bearer
            }
            Some(_) if endpoint.is_authorized_by_token() => {
                let token = authorizing_token(request, endpoint);
                let missing = || Refusal::token("the access token belongs in its header");
                self.live(token.ok_or_else(missing)?)?
            }
            Some(_) => {
                parameters = request.parameters(endpoint, query)?;
                self.client(request, &parameters, endpoint)?;
                let missing = || Refusal::token("the access token belongs among the parameters");
                self.live(parameters.get("access_token").ok_or_else(missing)?)?
            }
        };
        let session = bearer.session;
        let known = self.known_with(&bearer);
        known.check_headers(&endpoint.headers, request)?;
        let parameters = match api.query.is_empty() {
            true => request.parameters(endpoint, query)?,
            false => Parameters {
                pairs: request.pairs().collect(),
                rename: Cow::Borrowed(&endpoint.rename),
                omit: &endpoint.omit,
            },
        };
        known.hold_to(&parameters, &[&endpoint.parameters])?;
        let is_there = |needed: &&String| {
            let mut granted = session.scope.iter();
            granted.any(|scope| known.is(needed, Some(scope)))
        };
        let missing = endpoint.scopes.iter().find(|needed| !is_there(needed));
        if let Some(needed) = missing.filter(|_| !session.scope.is_empty()) {
            let reason = format!("the access token lacks the scope `{needed}`");
            return Err(Refusal::new("insufficient_scope", reason).status(403));
        }
        let is_userinfo = told == Told::By(ClaimsFrom::UserInfo);
        if let Some(body) = self.userinfo.as_ref().filter(|_| is_userinfo) {
            return Ok(as_json(body));
        }
        let unknown = || {
            json!({
                "sub": USER,
                "id": USER,
                "name": "Fake User",
                "email": "fake.user@example.com",
            })
        };
        let body = claims(&self.description, told).unwrap_or_else(unknown);
        Ok(match body.is_object() {
            true => success(&self.description.token_response, body),
            false => Answer::json(200, &body),
        })
    }

    pub(super) fn revoke(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
    ) -> Result<Answer, Refusal> {
        let (token, client) = self.about(request, endpoint, query)?;
        let is_own = |session: Option<&Session>| {
            session.is_some_and(|session| client.may_use_what_is_of(session.client))
        };
        // A token that is unknown is revoked already (RFC 7009 §2.2), which some do not take so well.
        let access = self.store.access.get(&token);
        let known = access.or_else(|| self.store.refresh.get(&token));
        let mut refusals = self.description.refusals.iter();
        if !known.is_some_and(Token::is_live)
            && refusals.any(|rule| rule.means == RefusalRule::SUCCESS)
        {
            return Err(Refusal::new(
                RefusalRule::SUCCESS,
                "the token is revoked already",
            ));
        }
        if let Some(known) = self.store.refresh.get(&token) {
            if is_own(self.store.session(known)) {
                self.store.end(known.session);
            }
        } else if let Some(known) = self.store.access.get(&token)
            && is_own(self.store.session(known))
            && let Some(known) = self.store.access.get_mut(&token)
        {
            known.is_dead = true;
        }
        Ok(told(&self.description, endpoint, json!({})))
    }

    pub(super) fn introspect(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
    ) -> Result<Answer, Refusal> {
        let (token, _) = self.about(request, endpoint, query)?;
        let access = self.store.access.get(&token);
        let known = access.or_else(|| self.store.refresh.get(&token));
        let session = known
            .filter(|token| token.is_live())
            .and_then(|token| self.store.session(token));
        let Some(session) = session else {
            let body = json!({ "active": false });
            return Ok(told(&self.description, endpoint, body));
        };
        let mut body = json!({
            "active": true,
            "client_id": self.registered.id(session.client),
            "sub": USER,
        });
        if let (false, Some(members)) = (session.scope.is_empty(), body.as_object_mut()) {
            members.insert("scope".to_owned(), json!(session.scope.join(" ")));
        }
        Ok(told(&self.description, endpoint, body))
    }

    /// The token that a request is about, and who sends it.
    fn about(
        &self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
    ) -> Result<(String, Client), Refusal> {
        let parameters = request.parameters(endpoint, query)?;
        let client = self.client(request, &parameters, endpoint)?;
        self.check_headers(&endpoint.headers, client, request)?;
        self.known(client)
            .hold_to(&parameters, &[&endpoint.parameters])?;
        let token = match parameters
            .get("token")
            .filter(|_| parameters.takes("token"))
        {
            Some(token) => token,
            None if parameters.takes("token") => {
                let name = parameters.name("token");
                return Err(Refusal::request(format!("`{name}` is missing")));
            }
            None => authorizing_token(request, endpoint)
                .ok_or_else(|| Refusal::request("the token belongs in its header"))?,
        };
        Ok((token.to_owned(), client))
    }

    pub(super) fn start_device(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
    ) -> Result<Answer, Refusal> {
        let parameters = request.parameters(endpoint, query)?;
        let client = self.client(request, &parameters, endpoint)?;
        self.check_headers(&endpoint.headers, client, request)?;
        self.known(client)
            .hold_to(&parameters, &[&endpoint.parameters])?;
        let scope = match parameters
            .get("scope")
            .filter(|_| parameters.takes("scope"))
        {
            Some(text) => scope::read(&self.known(client), text)?,
            None => scope::of_none(&self.description)?,
        };
        let device_code = format!("{}/+=", self.store.secret("device"));
        let user_code = format!("FAKE-{:04}", self.store.number());
        let session = Session {
            client,
            scope,
            has_refresh_token: grant(&self.description, GrantKind::RefreshToken).is_some(),
            nonce: None,
            details: None,
            tells_time: false,
            issued: None,
            resources: Vec::new(),
            refreshes: 0,
        };
        let verification_uri = format!("{}/.fake/device", self.origin);
        let body = json!({
            "device_code": device_code,
            "user_code": user_code,
            "verification_uri": verification_uri,
            "expires_in": 600,
            "interval": self.device_interval.as_secs(),
        });
        let device = Device {
            session,
            user_code,
            expires_at: Instant::now() + Duration::from_secs(600),
            polled_at: None,
            decision: match self.is_denied() {
                true => Decision::Denied,
                false => Decision::Open,
            },
            is_used: false,
        };
        self.store.devices.insert(device_code, device);
        Ok(told(&self.description, endpoint, body))
    }
}

fn as_json(body: &str) -> Answer {
    match serde_json::from_str::<Value>(body) {
        Ok(value) => Answer::json(200, &value),
        Err(_) => Answer {
            status: 200,
            headers: Vec::new(),
            body: body.to_owned(),
        },
    }
}
