//! The pushed authorization request endpoint (RFC 9126).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use crate::fake::answer::{Answer, told};
use crate::fake::client::Client;
use crate::fake::description::{Endpoint, Pairs};
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::store::{Pushed, ends_after};

/// What says who the client is, and is no part of the login.
const OF_CLIENT: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

impl Provider {
    /// Keeps a login whose parameters the client sends itself.
    pub(super) fn push(
        &mut self,
        request: &Request,
        endpoint: &Endpoint,
        query: &Pairs,
    ) -> Result<Answer, Refusal> {
        let description = Arc::clone(&self.description);
        let Some(authorization) = &description.authorization else {
            return Err(Refusal::request("there is no authorization endpoint"));
        };
        let mut sent = request.parameters(endpoint, query)?;
        // The parameters of a login have the names that they have in its URL.
        sent.rename = Cow::Owned([&*endpoint.rename, &*authorization.rename].concat());
        let client = self.client(request, &sent, endpoint)?;
        self.check_headers(&endpoint.headers, client, request)?;
        self.known(client).hold_to(&sent, &[&endpoint.parameters])?;
        if sent.own("request_uri").is_some() {
            let reason = "`request_uri` is what this endpoint gives (RFC 9126 §2.1)";
            return Err(Refusal::request(reason));
        }
        let pairs = sent.pairs.iter();
        let is_of_client = |name: &str| OF_CLIENT.iter().any(|one| sent.name(one) == name);
        let pairs = pairs.filter(|(name, _)| !is_of_client(name)).cloned();
        let login = Parameters {
            pairs: self.unsigned(pairs.collect())?,
            rename: Cow::Borrowed(&authorization.rename),
            omit: &authorization.omit,
        };
        // It is checked as one that a browser brings (RFC 9126 §2.1).
        let named = self.login_client(&login)?;
        if !client.may_use_what_is_of(named) {
            return Err(Refusal::client("`client_id` is another client's"));
        }
        self.redirect_uri(&login, named)?;
        self.agreed(authorization, &login, named)?;
        let lifetime = self.pushed_lifetime;
        let request_uri = format!(
            "urn:ietf:params:oauth:request_uri:{}",
            self.store.secret("pushed")
        );
        let pushed = Pushed {
            pairs: login.pairs.clone(),
            client: named,
            expires_at: ends_after(lifetime),
            is_used: false,
        };
        self.store.pushed.insert(request_uri.clone(), pushed);
        let body = json!({
            "request_uri": request_uri,
            "expires_in": lifetime.as_secs().max(1),
        });
        let answer = told(&description, endpoint, body);
        Ok(Answer {
            status: 201,
            ..answer.header("cache-control", "no-store")
        })
    }

    /// The parameters of a login that was pushed, or `None` if the browser brings them itself.
    pub(super) fn pulled(&mut self, query: &Pairs) -> Result<Option<Pairs>, Refusal> {
        if self.description.pushed_authorization_request.is_none() {
            return Ok(None);
        }
        let sent = |name: &str| {
            let found = query.iter().find(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str())
        };
        let Some(request_uri) = sent("request_uri") else {
            return match self.description.require_pushed_authorization_requests {
                true => Err(Refusal::request("the login was not pushed (RFC 9126 §5)")),
                false => Ok(None),
            };
        };
        let refused = |reason: &str| Err(Refusal::new("invalid_request_uri", reason));
        let endpoint = self.description.authorization.as_ref();
        let rename = endpoint.map_or(&[][..], |endpoint| &endpoint.rename);
        let renamed = rename.iter().find(|(standard, _)| standard == "client_id");
        let client_id = sent(renamed.map_or("client_id", |(_, name)| name));
        let client = client_id.and_then(|id| self.registered.by_id(id, &self.description));
        let takes_id = endpoint.is_none_or(|one| !one.omit.iter().any(|name| name == "client_id"));
        let Some(pushed) = self.store.pushed.get_mut(request_uri) else {
            return refused("the login was not pushed here");
        };
        let is_of_client = match takes_id {
            true => client.is_some_and(|client| client == pushed.client),
            false => client.is_none_or(|client| client == pushed.client),
        };
        if !is_of_client && pushed.client != Client::Anybody {
            return refused("the login was pushed by another client");
        }
        if pushed.is_used {
            return refused("the login was started before");
        }
        if pushed.expires_at.is_some_and(|at| at <= Instant::now()) {
            return refused("the login has expired");
        }
        pushed.is_used = true;
        Ok(Some(pushed.pairs.clone()))
    }
}
