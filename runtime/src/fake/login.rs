//! The authorization endpoint (RFC 6749 §4.1.1): a user who agrees to everything, unless told to
//! deny.

use std::borrow::Cow;
use std::time::Duration;

use url::Url;

use crate::error::EndpointKind;
use crate::fake::answer::{Answer, Said, captured, html};
use crate::fake::client::Client;
use crate::fake::description::{
    Authorization, CaptureFrom, ChallengeMethod, Choice, ClientKind, IN_FRAGMENT, LifetimeOf,
    Pairs, ParameterType, Pkce, PkceClients, Presence, lifetime, login_requires,
};
use crate::fake::hmac::hmac_sha256;
use crate::fake::indicators;
use crate::fake::provider::Provider;
use crate::fake::refusal::Refusal;
use crate::fake::request::{Parameters, Request};
use crate::fake::scope;
use crate::fake::store::{Code, Session, ends_after};
use crate::provider::query_in_fragment;

/// Where the user is sent back to by a client that names no place.
const REDIRECT_URI: &str = "https://app.example/callback";

/// The longest value of a login that is kept.
const LONGEST: usize = 4096;

/// What the endpoint did: an answer for the browser, the callback that it leads to, and why the
/// login was refused.
pub(super) struct Outcome {
    pub(super) answer: Answer,
    pub(super) callback: Option<String>,
    pub(super) refusal: Option<Refusal>,
}

impl Provider {
    /// The parameters of a login whose URL has them in its fragment, if that is where they are.
    pub(super) fn query_in_fragment(&self, fragment: Option<&str>) -> Option<Pairs> {
        let endpoint = self.description.authorization.as_ref()?;
        let query = query_in_fragment(endpoint.fragment.as_deref()?, fragment?)?;
        Some(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    fn fragment_of_login(&self) -> Option<(&str, &str)> {
        let endpoint = self.description.authorization.as_ref()?;
        endpoint.fragment.as_deref()?.split_once(IN_FRAGMENT)
    }

    pub(super) fn authorize(&mut self, request: &Request, is_denied: bool) -> Outcome {
        let description = std::sync::Arc::clone(&self.description);
        let Some(endpoint) = &description.authorization else {
            return page(Refusal::request("there is no authorization endpoint"));
        };
        if let (Some((before, after)), true) = (self.fragment_of_login(), request.query.is_empty())
        {
            return script(before, after);
        }
        let pairs = self.pulled(&request.query).and_then(|pushed| match pushed {
            Some(pushed) => Ok(pushed),
            None => self.unsigned(request.query.clone()),
        });
        let pairs = match pairs {
            Ok(pairs) => pairs,
            Err(refusal) => return page(refusal),
        };
        let parameters = Parameters {
            pairs,
            rename: Cow::Borrowed(&endpoint.rename),
            omit: &endpoint.omit,
        };
        // Before the client and its redirect URI are known, no browser is sent anywhere
        // (RFC 6749 §4.1.2.1).
        let place = parameters
            .check()
            .and_then(|()| self.login_client(&parameters))
            .and_then(|client| Ok((client, self.redirect_uri(&parameters, client)?)));
        let (client, redirect_uri) = match place {
            Ok((client, uri)) if Url::parse(&uri).is_ok() => (client, uri),
            // A name, for which the provider knows the URL.
            Ok((client, _)) => (client, REDIRECT_URI.to_owned()),
            Err(refusal) => return page(refusal),
        };
        let outcome = if is_denied {
            Err(Refusal::new("access_denied", "the user said no"))
        } else {
            self.code(endpoint, &parameters, client)
        };
        let rules = &description.callback;
        let mut pairs: Pairs = Vec::new();
        let refusal = match outcome {
            Ok(code) => {
                if rules.code_presence != Presence::Never {
                    pairs.push((rules.code.clone(), code));
                }
                let captures = description.captures.iter();
                for capture in captures.filter(|one| one.from == CaptureFrom::Callback) {
                    let value = captured(&description, &capture.name);
                    pairs.push((capture.path.clone(), value));
                }
                None
            }
            Err(refusal) => {
                let refusal = refusal.of(EndpointKind::Authorization.word());
                let said = Said::of(&description, &refusal);
                let code = said.code.unwrap_or(refusal.code);
                pairs.push((rules.error.clone(), code.to_owned()));
                pairs.push((rules.error_description.clone(), refusal.reason.clone()));
                Some(refusal)
            }
        };
        if let (Some(state), true) = (parameters.get("state"), description.state.echoed) {
            pairs.push((rules.state.clone(), state.to_owned()));
        }
        let names_issuer = description.authorization_response_iss_parameter_supported;
        if let (Some(issuer), true) = (&self.issuer, names_issuer) {
            pairs.push(("iss".to_owned(), issuer.clone()));
        }
        if rules.signature.is_some() {
            let signature = self.signature(&redirect_uri, &pairs);
            pairs.push(("hmac".to_owned(), signature));
        }
        let is_posted = parameters.own("response_mode") == Some("form_post");
        send_back(&redirect_uri, &pairs, is_posted, refusal)
    }

    pub(super) fn login_client(&self, parameters: &Parameters<'_>) -> Result<Client, Refusal> {
        let description = &self.description;
        if !parameters.takes("client_id") {
            return Ok(match (&description.confidential, &description.public) {
                // Who it was is seen when the code is exchanged.
                (Some(_), Some(_)) => Client::Anybody,
                (Some(_), None) => Client::Confidential,
                (None, _) => Client::Public,
            });
        }
        let id = parameters
            .get("client_id")
            .ok_or_else(|| Refusal::request("the client id is missing"))?;
        self.registered
            .by_id(id, description)
            .ok_or_else(|| Refusal::client("the client id is unknown"))
    }

    pub(super) fn redirect_uri(
        &self,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<String, Refusal> {
        let registered = self.redirect_uri.as_deref();
        let given = parameters
            .get("redirect_uri")
            .filter(|_| parameters.takes("redirect_uri"));
        let Some(given) = given else {
            let requires = login_requires(&self.description);
            let is_required = requires.iter().any(|name| name == "redirect_uri");
            if is_required && parameters.takes("redirect_uri") {
                return Err(Refusal::request("the redirect URI is missing"));
            }
            return Ok(registered.unwrap_or(REDIRECT_URI).to_owned());
        };
        let is_absolute = Url::parse(given).is_ok_and(|url| url.fragment().is_none());
        // Of what is no URL, only a name that was registered is known to be one.
        let is_name = registered == Some(given) && Url::parse(given).is_err();
        let is_absolute = given.len() <= LONGEST && (is_absolute || is_name);
        let is_registered = match registered {
            None => true,
            // The state is a part of it where the provider does not send it back.
            Some(registered) if !self.description.state.echoed => given.starts_with(registered),
            Some(registered) => given == registered,
        };
        let own = self.registered.dynamic(client);
        let is_own = own.is_none_or(|own| own.redirect_uris.iter().any(|one| one == given));
        if is_absolute && is_registered && is_own {
            Ok(given.to_owned())
        } else {
            Err(Refusal::request("the redirect URI is not registered"))
        }
    }

    /// A code for a request without mistakes.
    fn code(
        &mut self,
        endpoint: &Authorization,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<String, Refusal> {
        let (session, challenge) = self.agreed(endpoint, parameters, client)?;
        let lifetime = lifetime(
            &self.description,
            LifetimeOf::AuthorizationCode,
            client.kind(),
        );
        let code = format!("{}/+=", self.store.secret("code"));
        let record = Code {
            session,
            redirect_uri: parameters
                .get("redirect_uri")
                .filter(|_| parameters.takes("redirect_uri"))
                .map(str::to_owned),
            challenge,
            state: parameters.get("state").map(str::to_owned),
            key: parameters
                .own("dpop_jkt")
                .filter(|_| self.description.dpop.is_some())
                .map(str::to_owned),
            expires_at: ends_after(Duration::from_secs(lifetime.unwrap_or(600))),
            used: None,
        };
        self.store.codes.insert(code.clone(), record);
        Ok(code)
    }

    /// What the user agrees to by a request without mistakes, and its PKCE challenge.
    pub(super) fn agreed(
        &self,
        endpoint: &Authorization,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<(Session, Option<String>), Refusal> {
        let description = &*self.description;
        let offline = description.offline.as_ref();
        self.check_fixed(endpoint, parameters, client)?;
        let has_type = endpoint
            .parameters
            .iter()
            .any(|(name, _)| name == "response_type");
        if parameters.takes("response_type")
            && !has_type
            && parameters.get("response_type") != Some("code")
        {
            return Err(Refusal::new(
                "unsupported_response_type",
                "`response_type` is not `code`",
            ));
        }
        let is_of_pkce = |name: &str| name.starts_with("code_challenge");
        let requires = login_requires(description).iter();
        parameters.require(requires.filter(|name| !is_of_pkce(name)))?;
        for choice in &endpoint.options {
            check_choice(choice, parameters)?;
        }
        let state = parameters
            .get("state")
            .map_or(0, |state| state.chars().count() as u64);
        if description
            .state
            .max_length
            .is_some_and(|length| state > length)
        {
            return Err(Refusal::request("`state` is too long"));
        }
        let scope = match parameters
            .get("scope")
            .filter(|_| parameters.takes("scope"))
        {
            Some(text) => scope::read(&self.known(client), text)?,
            None if parameters.takes("scope") => scope::of_none(description)?,
            None => Vec::new(),
        };
        let known = self.known(client);
        let is_asked = |name: &String| scope.iter().any(|scope| known.is(name, Some(scope)));
        let mut required = description.scopes.required.iter();
        if parameters.takes("scope") && required.any(|required| !is_asked(required)) {
            return Err(Refusal::scope(
                "a scope is missing that every login has to ask for",
            ));
        }
        for group in &description.scopes.groups {
            if let Some(text) = parameters.own(&group.parameter) {
                scope::check_group(group, text, &known)?;
            }
        }
        let challenge = self.challenge(parameters, client)?;
        let has_refresh_token = offline.is_none_or(|offline| {
            let mut asked = offline.parameters.iter();
            let mut scopes = offline.scopes.iter();
            asked.all(|(name, value)| self.known(client).is(value, parameters.own(name)))
                && scopes.all(is_asked)
        });
        let nonce = parameters.own("nonce").map(str::to_owned);
        if nonce.as_ref().is_some_and(|nonce| nonce.len() > LONGEST) {
            return Err(Refusal::request("`nonce` is too long"));
        }
        let session = Session {
            client,
            scope,
            has_refresh_token,
            nonce,
            details: parameters.own("authorization_details").map(str::to_owned),
            tells_time: parameters.own("max_age").is_some(),
            issued: None,
            resources: indicators::named(description, parameters, &[])?,
            refreshes: 0,
        };
        Ok((session, challenge))
    }

    /// Parameters that are always sent, which the way to a refresh token may replace; and those
    /// that are not taken.
    fn check_fixed(
        &self,
        endpoint: &Authorization,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<(), Refusal> {
        let known = self.known(client);
        let offline = self.description.offline.as_ref();
        let is_offline = |name: &str, value: &str| {
            let mut asked = offline.iter().flat_map(|offline| &offline.parameters);
            asked.any(|(other, asked)| other == name && known.is(asked, Some(value)))
        };
        let fixed: Pairs = endpoint
            .parameters
            .iter()
            .map(|(name, value)| match parameters.own(name) {
                Some(sent) if is_offline(name, sent) => (name.clone(), sent.to_owned()),
                _ => (name.clone(), value.clone()),
            })
            .collect();
        let of_choices = endpoint.options.iter();
        let chosen: Pairs = of_choices
            .filter_map(|choice| {
                let sent = parameters.own(&choice.name)?;
                Some((choice.name.clone(), sent.to_owned()))
            })
            .collect();
        known.hold_to(parameters, &[&fixed, &chosen])
    }

    /// The PKCE challenge (RFC 7636 §4.4).
    fn challenge(
        &self,
        parameters: &Parameters<'_>,
        client: Client,
    ) -> Result<Option<String>, Refusal> {
        let rules = &self.description.pkce;
        let refused = |reason: &str| Err(Refusal::request(reason).about("challenge"));
        let Some(challenge) = parameters.get("code_challenge") else {
            let is_asked = rules.clients == PkceClients::All || client.kind() == ClientKind::Public;
            let is_named = login_requires(&self.description)
                .iter()
                .any(|name| name == "code_challenge");
            if is_asked && (rules.status == Pkce::Required || is_named) {
                return refused("the PKCE challenge is missing");
            }
            return Ok(None);
        };
        if rules.status == Pkce::Unsupported {
            return refused("PKCE is not taken here");
        }
        let method = parameters
            .get("code_challenge_method")
            .filter(|_| parameters.takes("code_challenge_method"));
        let is_right = match rules.challenge {
            ChallengeMethod::Plain => {
                method.is_none_or(|method| method == "plain")
                    && (43..=128).contains(&challenge.len())
            }
            kind => {
                let is_hash = match kind {
                    ChallengeMethod::S256Hex => {
                        challenge.len() == 64
                            && challenge.bytes().all(|byte| byte.is_ascii_hexdigit())
                    }
                    _ => {
                        challenge.len() == 43
                            && challenge
                                .bytes()
                                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
                    }
                };
                let takes_method = parameters.takes("code_challenge_method");
                is_hash && (!takes_method || method == Some("S256"))
            }
        };
        match is_right {
            true => Ok(Some(challenge.to_owned())),
            false => refused("the PKCE challenge or its method is not the provider's"),
        }
    }

    /// HMAC-SHA256 over all pairs of the callback, the redirect URI's own among them.
    fn signature(&self, redirect_uri: &str, pairs: &Pairs) -> String {
        let own = Url::parse(redirect_uri);
        let own = own.iter().flat_map(|url| url.query_pairs().into_owned());
        let mut all: Pairs = own.chain(pairs.iter().cloned()).collect();
        all.sort_by(|left, right| left.0.cmp(&right.0));
        let joined: Vec<_> = all
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let secret = self.registered.secret.as_bytes();
        hmac_sha256(secret, joined.join("&").as_bytes())
    }
}

fn check_choice(choice: &Choice, parameters: &Parameters<'_>) -> Result<(), Refusal> {
    let name = &choice.name;
    let Some(value) = parameters.own(name) else {
        return match choice.required {
            true => Err(Refusal::request(format!("`{name}` is missing"))),
            false => Ok(()),
        };
    };
    let is_right = match choice.r#type {
        ParameterType::Integer => value.parse::<i64>().is_ok(),
        ParameterType::Boolean => matches!(value, "true" | "false"),
        ParameterType::Json => serde_json::from_str::<serde_json::Value>(value).is_ok(),
        ParameterType::Text => {
            choice.values.is_empty() || choice.values.iter().any(|one| one == value)
        }
    };
    match is_right {
        true => Ok(()),
        false => Err(Refusal::request(format!(
            "`{name}` is none of the values that it may have"
        ))),
    }
}

/// The page of a login whose parameters only the browser knows, as they stand in the fragment: a
/// script reads them there.
fn script(before: &str, after: &str) -> Outcome {
    let mut answer = Answer::html(200, "");
    let text = |text: &str| serde_json::json!(text).to_string().replace('<', "\\u003c");
    answer.body = format!(
        "<!doctype html>\n<script>\nconst hash = location.hash.slice(1), before = {}, after = {};\n\
         if (hash.startsWith(before) && hash.endsWith(after)) {{\n  \
         location.replace(location.pathname + '?' + hash.slice(before.length, hash.length - after.length));\n\
         }}\n</script>\n",
        text(before),
        text(after)
    );
    Outcome {
        answer,
        callback: None,
        refusal: None,
    }
}

/// What the user is shown where the browser cannot be sent back.
fn page(refusal: Refusal) -> Outcome {
    Outcome {
        answer: Answer::html(400, &refusal.reason),
        callback: None,
        refusal: Some(refusal),
    }
}

fn send_back(
    redirect_uri: &str,
    pairs: &Pairs,
    is_posted: bool,
    refusal: Option<Refusal>,
) -> Outcome {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    if is_posted {
        let inputs: String = pairs
            .iter()
            .map(|(name, value)| {
                format!(
                    "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                    html(name),
                    html(value)
                )
            })
            .collect();
        let mut answer = Answer::html(200, "");
        answer.body = format!(
            "<!doctype html>\n<form method=\"post\" action=\"{}\">{inputs}</form>\n\
             <script>document.forms[0].submit()</script>\n",
            html(redirect_uri)
        );
        return Outcome {
            answer,
            callback: Some(query),
            refusal,
        };
    }
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let callback = format!("{redirect_uri}{separator}{query}");
    let answer = Answer {
        status: 302,
        ..Answer::default()
    };
    Outcome {
        answer: answer.header("location", callback.clone()),
        callback: Some(callback),
        refusal,
    }
}
