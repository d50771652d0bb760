//! The fake itself, by mutation: a client that says who it is in another way, writes its parameters
//! otherwise, or joins scopes by another separator than the provider's is refused. What is taken
//! all the same is listed here, with the reason.

use oauth_atlas::provider::{ClientAuth, Encoding, OperationKind, Pkce, PkceClients, Separator};
use oauth_atlas::{Core, Error, ErrorCode, ErrorKind, Login, ReqwestClient, TokenRequest};
use url::Url;

use super::{REDIRECT_URI, has, has_code, http, named, start};
use crate::driven::{Begun, COVERED, Choices, Covered};

const METHODS: [ClientAuth; 6] = [
    ClientAuth::Basic,
    ClientAuth::BasicRaw,
    ClientAuth::Post,
    ClientAuth::None,
    ClientAuth::BasicWithId,
    ClientAuth::BearerSecret,
];

struct Mutant {
    fake: oauth_atlas::fake::FakeServer,
    core: Core,
}

impl Mutant {
    fn new(
        covered: &'static Covered,
        http: &ReqwestClient,
        change: impl FnOnce(Core) -> Core,
    ) -> Self {
        let fake = start(covered, None);
        let core = match covered.provider.confidential {
            Some(_) => Core::confidential(covered.provider, fake.client_id(), fake.client_secret()),
            None => Core::public(covered.provider, fake.public_client_id()),
        };
        let core = covered
            .variables
            .iter()
            .fold(core, |core, (name, value)| core.variable(name, *value));
        let core = core.redirect_uri(REDIRECT_URI);
        let core = change(core).with_settings(named(fake.settings().http_client(http.clone())));
        Self { fake, core }
    }

    /// A request for the first tokens, if the provider has a standard way to them.
    fn request(&self, covered: &Covered) -> Option<TokenRequest> {
        if !has_code(covered.provider) {
            let has_own = has(covered.provider, OperationKind::ClientCredentials, |_| true);
            return has_own.then(|| self.core.client_credentials(covered.scopes(2)));
        }
        let login = self.login(covered);
        let callback = self.fake.approve(&login.url).ok()?;
        Some(self.core.finish(login.pending, callback))
    }

    fn login(&self, covered: &Covered) -> Login {
        self.begun(covered).expect("a login")
    }

    fn begun(&self, covered: &Covered) -> Result<Login, Error> {
        let login = (covered.choose)(self.core.authorize(covered.scopes(2)), Choices::Required);
        match covered.provider.require_pushed_authorization_requests {
            true => Begun::pushed(String::new(), login.push()).login(),
            false => login.start(),
        }
    }
}

fn is_refused(name: &str, answer: Result<impl Sized, Error>, code: ErrorCode<'_>) {
    let Err(error) = answer else {
        panic!("{name} is taken")
    };
    assert_eq!(error.kind(), ErrorKind::Refused, "{name}: {error}");
    // What the provider's spec takes the code for.
    let told = error.code_text().map(ErrorCode::from);
    assert!(
        error.code() == Some(code) || told == Some(code),
        "{name}: {error}"
    );
}

/// Whether what a client of one method sends is also what a client of another sends.
fn includes(sent: ClientAuth, accepted: ClientAuth, is_public: bool) -> bool {
    match (sent, accepted) {
        // An id beside the header does no harm.
        (ClientAuth::BasicWithId, ClientAuth::Basic) => true,
        // Without a secret there is nothing to tell these apart.
        (ClientAuth::Post | ClientAuth::None, ClientAuth::Post | ClientAuth::None) if is_public => {
            true
        }
        _ => sent == accepted,
    }
}

#[tokio::test]
async fn another_client_authentication_method_is_refused() {
    let http = http();
    let mut refused = 0;
    for covered in COVERED.iter().copied() {
        let provider = covered.provider;
        let client = provider.confidential.as_ref().or(provider.public.as_ref());
        let accepted = client.expect("a client type").auth;
        let is_public = provider.confidential.is_none();
        let own = provider.token.as_ref().and_then(|endpoint| endpoint.auth);
        if own.is_some() || accepted.contains(&ClientAuth::Nothing) {
            continue;
        }
        for method in METHODS {
            let is_without_secret = is_public && method == ClientAuth::BearerSecret;
            if is_without_secret || accepted.iter().any(|one| includes(method, *one, is_public)) {
                continue;
            }
            let mutant = Mutant::new(covered, &http, |core| core.client_auth(method));
            let name = format!("{}: {method:?}", covered.id);
            if provider.require_pushed_authorization_requests {
                is_refused(&name, mutant.begun(covered), ErrorCode::InvalidClient);
                refused += 1;
                continue;
            }
            let Some(request) = mutant.request(covered) else {
                continue;
            };
            // Without a trace of the client, it is a public one, with a code of somebody else.
            let token = provider.token.as_ref();
            let is_nobody = method == ClientAuth::None
                && provider.public.is_some()
                && token.is_some_and(|endpoint| endpoint.omit.contains(&"client_id"));
            let code = match is_nobody {
                true => ErrorCode::InvalidGrant,
                false => ErrorCode::InvalidClient,
            };
            is_refused(&name, request.await, code);
            refused += 1;
        }
    }
    assert!(refused > 400, "{refused}");
}

#[tokio::test]
async fn another_encoding_is_refused() {
    let http = http();
    let mut refused = 0;
    for covered in COVERED.iter().copied() {
        let Some(endpoint) = &covered.provider.token else {
            continue;
        };
        if endpoint.method == oauth_atlas::provider::HttpMethod::Get {
            // There is but one way to write a query.
            continue;
        }
        for encoding in [Encoding::Form, Encoding::Json, Encoding::Query] {
            if endpoint.encodings.contains(&encoding) {
                continue;
            }
            let mutant = Mutant::new(covered, &http, |core| core.token_encoding(encoding));
            let Some(request) = mutant.request(covered) else {
                continue;
            };
            let name = format!("{}: {encoding:?}", covered.id);
            is_refused(&name, request.await, ErrorCode::InvalidRequest);
            refused += 1;
        }
    }
    assert!(refused > 150, "{refused}");
}

#[tokio::test]
async fn another_separator_is_refused() {
    let http = http();
    let mut refused = 0;
    for covered in COVERED.iter().copied() {
        let provider = covered.provider;
        let takes_scope = |omit: &[&str]| !omit.contains(&"scope");
        let endpoint = provider.authorization.as_ref();
        if covered.scopes(2).count() < 2 || !endpoint.is_some_and(|one| takes_scope(one.omit)) {
            continue;
        }
        // A colon is a part of many scopes.
        let others = Separator::ALL.iter().copied();
        for separator in others.filter(|separator| *separator != Separator::Colon) {
            if provider.scopes.request_separators.contains(&separator) {
                continue;
            }
            let mutant = Mutant::new(covered, &http, |core| core.scope_separator(separator));
            let name = format!("{}: {:?}", covered.id, separator.as_str());
            if provider.require_pushed_authorization_requests {
                is_refused(&name, mutant.begun(covered), ErrorCode::InvalidScope);
                refused += 1;
                continue;
            }
            let login = mutant.login(covered);
            let callback = mutant.fake.approve(&login.url).expect("a callback");
            let answer = mutant.core.finish(login.pending, callback).await;
            is_refused(&name, answer, ErrorCode::InvalidScope);
            refused += 1;
        }
    }
    assert!(refused > 200, "{refused}");
}

#[tokio::test]
async fn a_missing_challenge_is_refused() {
    let http = http();
    let mut refused = 0;
    for covered in COVERED.iter().copied() {
        let provider = covered.provider;
        let is_for_all = provider.public.is_none() || provider.pkce.clients == PkceClients::All;
        // What is pushed is in no URL.
        let is_pushed = provider.require_pushed_authorization_requests;
        let has_login = provider.authorization.is_some() && !is_pushed;
        if !has_login || provider.pkce.status != Pkce::Required || !is_for_all {
            continue;
        }
        let mutant = Mutant::new(covered, &http, |core| core);
        let login = mutant.login(covered);
        let mut url = Url::parse(&login.url).expect("a URL");
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        url.query_pairs_mut().clear().extend_pairs(
            pairs
                .iter()
                .filter(|(name, _)| !name.starts_with("code_challenge")),
        );
        assert_ne!(url.as_str(), login.url, "{}", covered.id);
        let callback = mutant.fake.approve(url.as_str()).expect("a callback");
        let answer = mutant.core.finish(login.pending, callback).await;
        is_refused(covered.id, answer, ErrorCode::InvalidRequest);
        refused += 1;
    }
    assert!(refused >= 7, "{refused}");
}

/// The token in another place than the provider's API takes it from.
#[tokio::test]
async fn another_place_of_the_token_is_refused() {
    let (http, plain) = (http(), reqwest::Client::new());
    for covered in COVERED
        .iter()
        .copied()
        .filter(|covered| has_code(covered.provider))
    {
        let mutant = Mutant::new(covered, &http, |core| core);
        let request = mutant.request(covered).expect("there are logins");
        let tokens = request
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", covered.id));
        let token = tokens.access_token().expose().to_owned();
        let api = &covered.provider.api;
        let url = format!("{}/path", mutant.fake.origin());
        let wrong = [
            ("authorization", format!("Bearer {token}")),
            ("authorization", format!("Token {token}")),
            ("authorization", token.clone()),
            ("x-access-token", token.clone()),
        ];
        for (name, value) in wrong {
            if name == api.header && value == format!("{}{token}", api.prefix) {
                continue;
            }
            let mut request = plain.get(&url).header(name, &value);
            for (header, value) in api.headers {
                let value = value.replace("{client_id}", mutant.fake.client_id());
                request = request.header(*header, value);
            }
            let status = request.send().await.expect("an answer").status();
            assert!(!status.is_success(), "{}: {name}", covered.id);
        }
    }
}

/// Headers that the API asks for beside the token.
#[tokio::test]
async fn a_missing_companion_header_is_refused() {
    let (http, plain) = (http(), reqwest::Client::new());
    let mut refused = 0;
    for covered in COVERED
        .iter()
        .copied()
        .filter(|covered| has_code(covered.provider))
    {
        let api = &covered.provider.api;
        let may_be_left_out = |text: &str| {
            let variables = covered.provider.variables.iter();
            let mut optional = variables.filter(|variable| variable.optional);
            optional.any(|variable| text.contains(&format!("{{{}}}", variable.name)))
        };
        let mut needed = api.headers.iter();
        if !needed.any(|(_, text)| !may_be_left_out(text)) || api.header.is_empty() {
            continue;
        }
        let mutant = Mutant::new(covered, &http, |core| core);
        let request = mutant.request(covered).expect("there are logins");
        let tokens = request
            .await
            .unwrap_or_else(|error| panic!("{}: {error}", covered.id));
        let token = tokens.access_token().expose();
        let response = plain
            .get(format!("{}/path", mutant.fake.origin()))
            .header(api.header, format!("{}{token}", api.prefix))
            .send()
            .await
            .expect("an answer");
        assert!(!response.status().is_success(), "{}", covered.id);
        let seen = mutant.fake.requests().pop().and_then(|seen| seen.refusal);
        assert!(
            seen.is_some_and(|seen| seen.contains("header")),
            "{}",
            covered.id
        );
        refused += 1;
    }
    assert!(refused >= 4, "{refused}");
}
