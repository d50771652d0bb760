//! The token endpoint and its grants (RFC 6749 §4).

use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::fake::answer::{self, Answer, Issued, captured, is_always, is_never};
#[cfg(feature = "jose")]
use crate::fake::assertion::{Expected, Key};
use crate::fake::client::Client;
use crate::fake::description::{
    Answer as Documented, CaptureFrom, ChallengeMethod, ClientKind, Description, Endpoint, Grant,
    GrantKind, LifetimeOf, Nonce, Pairs, Rotation, Template, answers, grant, grant_type, lifetime,
    operation, required,
};
use crate::fake::filled::Known;
use crate::fake::hmac::hexadecimal;
use crate::fake::identity::{self, IdToken};
use crate::fake::indicators;
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::scope;
use crate::fake::store::{Decision, Session, Token, ends_after};

/// The grant that a request is for.
pub(super) fn pick<'g>(
    grants: &[&'g Grant],
    parameters: &Parameters<'_>,
    known: &Known<'_>,
) -> Result<&'g Grant, Refusal> {
    let said = parameters
        .get("grant_type")
        .filter(|_| parameters.takes("grant_type"));
    let fits = |grant: &&&Grant| match said {
        Some(said) => grant_type(grant) == said,
        None if !parameters.takes("grant_type") || grant_type(grant).is_empty() => {
            let of_grant = parameters.of_grant(grant);
            let has = |name: &str| of_grant.get(name).is_some();
            match grant.kind {
                GrantKind::AuthorizationCode => has("code"),
                GrantKind::RefreshToken => has("refresh_token"),
                GrantKind::DeviceCode => has("device_code"),
                GrantKind::ClientCredentials => !has("code") && !has("refresh_token"),
                GrantKind::Extension => required(grant).all(|name| has(name)),
            }
        }
        None => false,
    };
    // Several may share a type; the one whose parameters are there is meant.
    let score = |grant: &Grant| {
        let of_grant = parameters.of_grant(grant);
        let has = |name: &str| of_grant.get(name).is_some();
        let fixed = grant.parameters.iter();
        let fixed = fixed.filter(|(name, value)| known.is(value, parameters.own(name)));
        let given = required(grant).filter(|name| has(name));
        let missing = required(grant).count() + grant.parameters.len();
        let is_whole = required(grant).all(|name| has(name));
        let score = 2 * (fixed.count() + given.count()) as i64 - missing as i64;
        // One that lacks nothing is meant before one that has more in common.
        (is_whole, score)
    };
    let best = grants
        .iter()
        .rev()
        .filter(fits)
        .max_by_key(|grant| score(grant));
    match (best, said) {
        (Some(grant), _) => Ok(grant),
        (None, Some(_)) => Err(Refusal::new(
            "unsupported_grant_type",
            "the provider does not have this grant here",
        )
        .about("grant")),
        (None, None) => Err(Refusal::request("`grant_type` is missing")),
    }
}

impl Provider {
    pub(super) fn token(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
        grants: &[&Grant],
    ) -> Result<Answer, Refusal> {
        let parameters = request.parameters(endpoint, query)?;
        let grant = pick(grants, &parameters, &self.known(Client::Anybody));
        let asked = grant.clone().map_or("", operation);
        let refused = |refusal: Refusal| refusal.of(asked);
        let client = self
            .client(request, &parameters, endpoint)
            .map_err(refused)?;
        self.check_headers(&endpoint.headers, client, request)
            .map_err(refused)?;
        #[cfg(feature = "jose")]
        {
            self.proven = self.token_proof(request).map_err(refused)?;
        }
        self.of_grant(grant?, endpoint, parameters, client)
            .map_err(refused)
    }

    fn of_grant(
        &mut self,
        grant: &Grant,
        endpoint: &Endpoint,
        parameters: Parameters<'_>,
        client: Client,
    ) -> Result<Answer, Refusal> {
        let parameters = parameters.of_grant(grant);
        // What an extension asks for is its own, even where the endpoint has no such parameter.
        let is_of_code = grant.kind == GrantKind::AuthorizationCode;
        let code = parameters.get("code").filter(|_| is_of_code);
        let login = code.and_then(|code| self.store.codes.get(code));
        self.known(client)
            .with(Template::STATE, login.and_then(|login| login.state.clone()))
            .hold_to(&parameters, &[&endpoint.parameters, &grant.parameters])?;
        parameters.require(required(grant))?;
        let registered = self.registered.dynamic(client);
        if registered.is_some_and(|own| !own.grants.iter().any(|one| one == grant_type(grant))) {
            let reason = "the client is not registered with this grant";
            return Err(Refusal::new("unauthorized_client", reason));
        }
        let description = Arc::clone(&self.description);
        match grant.kind {
            GrantKind::AuthorizationCode => self.of_code(&description, grant, &parameters, client),
            GrantKind::RefreshToken => {
                self.of_refresh_token(&description, grant, &parameters, client)
            }
            GrantKind::ClientCredentials if client.kind() == ClientKind::Public => {
                Err(Refusal::new(
                    "unauthorized_client",
                    "the client credentials grant is for confidential clients",
                ))
            }
            GrantKind::ClientCredentials | GrantKind::Extension => {
                if grant.kind == GrantKind::ClientCredentials {
                    indicators::named(&description, &parameters, &[])?;
                }
                let signed = self.signed_scope(grant, &parameters, client)?;
                let scope = match parameters.get("scope") {
                    _ if signed.is_some() => signed.unwrap_or_default(),
                    Some(text) if grant.kind == GrantKind::ClientCredentials => {
                        scope::read(&self.known(client), text)?
                    }
                    // An extension may have scopes of its own.
                    Some(text) => vec![text.chars().take(4096).collect()],
                    None => Vec::new(),
                };
                let session = Session {
                    client,
                    scope,
                    has_refresh_token: is_always(answers(&description, grant), "refresh_token"),
                    nonce: None,
                    details: None,
                    tells_time: false,
                    issued: self.exchanged(grant, &parameters)?,
                    resources: Vec::new(),
                    refreshes: 0,
                };
                let session = self.store.open(session);
                Ok(self.issue(&description, grant, session, None))
            }
            GrantKind::DeviceCode => self.of_device_code(&description, grant, &parameters, client),
        }
    }

    /// The scopes of an assertion that the client has signed, if its key is registered.
    #[cfg(feature = "jose")]
    fn signed_scope(
        &self,
        grant: &Grant,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<Option<Vec<String>>, Refusal> {
        let (Some(rules), Some(key)) = (&grant.assertion, &self.registered.key) else {
            return Ok(None);
        };
        // The client is known by what it signed, and not by what else it sent.
        let client = match client {
            Client::Anybody => Client::Confidential,
            other => other,
        };
        let endpoint = grant.endpoint.as_ref().or(self.description.token.as_ref());
        let expected = Expected {
            rules,
            known: self.known(client),
            key: Key::Registered(key),
            endpoints: endpoint.iter().map(|one| one.url.as_str()).collect(),
            is_secret: false,
            used: &self.assertions.used,
        };
        let claims = expected.check(parameters.own("assertion").unwrap_or_default());
        let claims = claims.map_err(|reason| Refusal::grant(reason).about("assertion"))?;
        let scope = claims["scope"].as_str().unwrap_or_default();
        Ok(Some(scope.split_whitespace().map(str::to_owned).collect()))
    }

    #[cfg(not(feature = "jose"))]
    fn signed_scope(
        &self,
        _: &Grant,
        _: &Parameters<'_>,
        _: Client,
    ) -> Result<Option<Vec<String>>, Refusal> {
        let _ = &self.assertions;
        Ok(None)
    }

    fn of_code(
        &mut self,
        description: &Description,
        grant: &Grant,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<Answer, Refusal> {
        let code = parameters
            .get("code")
            .ok_or_else(|| Refusal::request("`code` is missing"))?;
        self.check_relays(parameters)?;
        let refused = |reason: &str| Err(Refusal::grant(reason).about("code"));
        let Some(record) = self.store.codes.get(code) else {
            return refused("the code is unknown");
        };
        if let Some(session) = record.used {
            // Somebody else may have it (RFC 6749 §4.1.2).
            self.store.end(session);
            return refused("the code was exchanged already");
        }
        if !client.may_use_what_is_of(record.session.client) {
            return refused("the code is another client's");
        }
        if record.expires_at.is_some_and(|at| at <= Instant::now()) {
            return refused("the code has expired");
        }
        if parameters.takes("redirect_uri")
            && let Some(asked) = &record.redirect_uri
            && parameters.get("redirect_uri") != Some(asked)
        {
            let reason = "the redirect URI is missing or not that of the login";
            return Err(Refusal::grant(reason).about("redirect"));
        }
        if record.key.is_some() && record.key != self.proven {
            return refused("the key is not that of the login");
        }
        if grant.repeats_scope {
            let repeated = match parameters.get("scope") {
                Some(text) => scope::read(&self.known(client), text)?,
                None => scope::of_none(description)?,
            };
            if repeated != record.session.scope {
                return Err(Refusal::scope(
                    "the scopes of the login have to be sent again",
                ));
            }
        }
        indicators::named(description, parameters, &record.session.resources)?;
        let verifier = parameters.get("code_verifier");
        let is_verified = match (&record.challenge, verifier) {
            (None, None) => true,
            (Some(challenge), Some(verifier)) => {
                let hash = hmac_sha256::Hash::hash(verifier.as_bytes());
                let made = match description.pkce.challenge {
                    ChallengeMethod::Plain => verifier.to_owned(),
                    ChallengeMethod::S256Hex => hexadecimal(&hash),
                    ChallengeMethod::S256 => URL_SAFE_NO_PAD.encode(hash),
                };
                made == *challenge && (43..=128).contains(&verifier.len())
            }
            _ => false,
        };
        if !is_verified {
            let reason = "the PKCE verifier is missing or not that of the challenge";
            return Err(Refusal::grant(reason).about("verifier"));
        }
        let mut session = record.session.clone();
        if session.client == Client::Anybody {
            session.client = client;
        }
        let session = self.store.open(session);
        if let Some(record) = self.store.codes.get_mut(code) {
            record.used = Some(session);
        }
        Ok(self.issue(description, grant, session, None))
    }

    fn of_refresh_token(
        &mut self,
        description: &Description,
        grant: &Grant,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<Answer, Refusal> {
        let given = parameters
            .get("refresh_token")
            .ok_or_else(|| Refusal::request("`refresh_token` is missing"))?;
        self.check_relays(parameters)?;
        let refused = |reason: &str| Err(Refusal::grant(reason).about("refresh"));
        if grant.repeats_redirect_uri && parameters.get("redirect_uri").is_none() {
            return Err(Refusal::request("`redirect_uri` is missing"));
        }
        let Some(token) = self.store.refresh.get(given) else {
            return refused("the refresh token is unknown");
        };
        if !token.is_live() {
            return refused("the refresh token has expired, was revoked or was used before");
        }
        if token.key.is_some() && token.key != self.proven {
            return refused("the refresh token is bound to another key");
        }
        let index = token.session;
        let Some(session) = self.store.sessions.get_mut(&index) else {
            return refused("the refresh token is unknown");
        };
        if !client.may_use_what_is_of(session.client) {
            return refused("the refresh token is another client's");
        }
        match parameters.get("scope") {
            Some(text) => {
                let known = Known {
                    description,
                    registered: &self.registered,
                    variables: &self.variables,
                    client,
                    own: None,
                };
                let asked = scope::read(&known, text)?;
                if asked.iter().any(|scope| !session.scope.contains(scope)) {
                    return Err(Refusal::scope("the scope is beyond what was granted"));
                }
            }
            None if grant.repeats_scope && !session.scope.is_empty() => {
                return Err(Refusal::scope("the granted scopes have to be sent again"));
            }
            None => {}
        }
        indicators::named(description, parameters, &session.resources)?;
        session.refreshes += 1;
        let is_rotated = match description.rotation {
            Rotation::Always => true,
            Rotation::Never => false,
            Rotation::Sometimes => session.refreshes % 2 == 1,
            // A client that keeps the old one where none comes, and not where one does, is right
            // whatever the provider does.
            Rotation::Unknown => true,
        } && !is_never(answers(description, grant), "refresh_token");
        if description.ends_access_token == Documented::Yes {
            self.store.end_access_tokens(index);
        }
        if is_rotated && let Some(token) = self.store.refresh.get_mut(given) {
            token.is_dead = true;
        }
        let kept = (!is_rotated).then(|| given.to_owned());
        Ok(self.issue(description, grant, index, kept))
    }

    fn of_device_code(
        &mut self,
        description: &Description,
        grant: &Grant,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<Answer, Refusal> {
        let code = parameters
            .get("device_code")
            .ok_or_else(|| Refusal::request("`device_code` is missing"))?;
        let unknown = || Refusal::grant("the device code is unknown or used").about("device");
        let device = self.store.devices.get_mut(code).ok_or_else(unknown)?;
        if device.is_used || !client.may_use_what_is_of(device.session.client) {
            return Err(unknown());
        }
        let now = Instant::now();
        if device.expires_at <= now {
            return Err(Refusal::new("expired_token", "the device code has expired"));
        }
        // A clock that runs a little faster than the client's is no reason to refuse.
        let interval = self.device_interval.mul_f32(0.9);
        let polled_at = device.polled_at.replace(now);
        if polled_at.is_some_and(|earlier| now - earlier < interval) {
            return Err(Refusal::new("slow_down", "the device asks too often"));
        }
        match device.decision {
            Decision::Denied => return Err(Refusal::new("access_denied", "the user said no")),
            Decision::Open => {
                device.decision = Decision::Agreed;
                let reason = "the user has not decided yet";
                return Err(Refusal::new("authorization_pending", reason));
            }
            Decision::Agreed => {}
        }
        device.is_used = true;
        let session = device.session.clone();
        let session = self.store.open(session);
        Ok(self.issue(description, grant, session, None))
    }

    /// Values of the callback that the token request carries on.
    fn check_relays(&self, parameters: &Parameters<'_>) -> Result<(), Refusal> {
        for capture in self
            .description
            .captures
            .iter()
            .filter(|one| one.from == CaptureFrom::Callback)
        {
            let Some(relay) = &capture.relay else {
                continue;
            };
            if parameters.own(relay) != Some(&captured(&self.description, &capture.name)) {
                return Err(Refusal::request(format!(
                    "`{relay}` is missing or not that of the callback"
                )));
            }
        }
        Ok(())
    }

    /// New tokens for a session. A refresh token that is kept is not told again.
    fn issue(
        &mut self,
        description: &Description,
        asked: &Grant,
        index: u64,
        kept: Option<String>,
    ) -> Answer {
        let answers = answers(description, asked);
        let Some(session) = self.store.sessions.get(&index).cloned() else {
            return Answer::html(500, "");
        };
        let client = session.client.kind();
        let told = lifetime(description, LifetimeOf::AccessToken, client);
        let is_assumed = asked.kind != GrantKind::Extension
            && description.lifetimes.iter().any(|one| one.assumed)
            && !is_always(answers, "expires_in");
        let life = match self.token_lifetime {
            Some(lifetime) => Some(lifetime),
            // The life of a token whose expiry is never told is only known where a page says it.
            None if is_never(answers, "expires_in") => told.map(Duration::from_secs),
            None => Some(Duration::from_secs(told.unwrap_or(3600))),
        };
        let is_prolonged =
            asked.kind == GrantKind::RefreshToken && is_never(answers, "access_token");
        let access_token = self.store.secret("access");
        let key = self.proven.take();
        // A client that says who it is may refresh with another key (RFC 9449 §5).
        let refresh_key = key
            .clone()
            .filter(|_| session.client.kind() == ClientKind::Public);
        let token = |lifetime: Option<Duration>, key: Option<String>| Token {
            session: index,
            key,
            expires_at: lifetime.and_then(ends_after),
            is_dead: false,
        };
        match is_prolonged {
            true => self.store.prolong(index, life.and_then(ends_after)),
            false => {
                self.store
                    .access
                    .insert(access_token.clone(), token(life, key.clone()));
            }
        }
        let has_grant = grant(description, GrantKind::RefreshToken).is_some();
        let is_asked = session.has_refresh_token || is_always(answers, "refresh_token");
        let is_new = kept.is_none() && has_grant && is_asked;
        let refresh_lifetime = lifetime(description, LifetimeOf::RefreshToken, client);
        let refresh_token = (is_new && !is_never(answers, "refresh_token")).then(|| {
            let refresh_token = format!("{}/+=", self.store.secret("refresh"));
            let lifetime = refresh_lifetime.map(Duration::from_secs);
            self.store
                .refresh
                .insert(refresh_token.clone(), token(lifetime, refresh_key));
            refresh_token
        });
        let is_openid = session.scope.iter().any(|scope| scope == "openid");
        let id = self.registered.id(session.client);
        let issuer = self.token_issuer.as_deref().or(self.issuer.as_deref());
        let rules = description.id_token.as_ref();
        let nonce = session.nonce.as_deref();
        let id_token = IdToken {
            issuer: issuer.unwrap_or(&self.origin),
            client_id: id,
            secret: self.registered.secret(session.client),
            access_token: &access_token,
            lie: self.lie,
            key_generation: self.key_generation,
            tells_time: session.tells_time,
            nonce: nonce.filter(|_| rules.is_none_or(|rules| rules.nonce != Nonce::Unsupported)),
        };
        let mut scopes = description.scopes.values.iter();
        let has_openid = scopes.any(|scope| scope.name == "openid");
        let has_id_token = is_openid
            || is_always(answers, "id_token")
            || rules.is_some() && !has_openid && !is_never(answers, "id_token");
        let id_token = identity::id_token(description, &id_token);
        let issued = Issued {
            access_token,
            refresh_expires_in: refresh_token
                .as_ref()
                .map(|_| refresh_lifetime.unwrap_or(30 * 24 * 3600)),
            refresh_token,
            id_token: has_id_token.then_some(id_token),
            expires_in: life
                .filter(|_| !is_assumed)
                .map(|lifetime| lifetime.as_secs().max(1)),
            scope: session.scope,
            details: session.details,
            token_type: session.issued,
            is_bound: key.is_some(),
        };
        answer::tokens(description, answers, &issued)
    }
}
