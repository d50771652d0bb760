//! Each operation that a provider has, done once with placeholders and recorded before it is sent.

use oauth_atlas_codegen::model::{
    self, Capture, CaptureFrom, ClientKind, OmittedScope, ParameterType, TokenKind, VariableKind,
};
use oauth_atlas_runtime::provider::Provider;
use oauth_atlas_runtime::{
    Authorize, Callback, Core, Error, HeaderMap, HttpRequest, HttpResponse, Login, Method, Secret,
    Settings, TokenSet, Url,
};

use super::placeholder::{self, named};
use super::{Recorded, Request};

/// A provider and what was recorded of it so far.
pub(super) struct Operations<'m> {
    model: &'m model::Provider,
    provider: &'static Provider,
    environment: Option<String>,
    origin: Option<String>,
    requests: Vec<Request>,
}

/// A client of one type, and how its token requests differ from those that it prefers.
struct Client {
    core: Core,
    kind: ClientKind,
    variant: Option<String>,
}

impl<'m> Operations<'m> {
    pub(super) fn new(model: &'m model::Provider, environment: Option<&str>) -> Self {
        let mut description = model.description();
        // The callbacks that are made up here need no signature.
        description.callback.signature = None;
        Self {
            model,
            provider: description.constant(),
            environment: environment.map(str::to_owned),
            origin: None,
            requests: Vec::new(),
        }
    }

    /// All at this origin instead of the provider's hosts.
    pub(super) fn at(self, origin: &str) -> Self {
        Self {
            origin: Some(origin.to_owned()),
            ..self
        }
    }

    pub(super) fn requests(mut self) -> Result<Vec<Request>, Error> {
        for (kind, described) in self.model.clients() {
            let core = self.core(kind)?;
            let client = Client {
                core: core.clone(),
                kind,
                variant: None,
            };
            self.login(&client)?;
            self.offline_login(&client)?;
            for separator in self.model.selectable_separators().iter().skip(1) {
                self.login(&Client {
                    core: core.clone().scope_separator(*separator),
                    kind,
                    variant: Some(format!("with a {} between scopes", separator.word())),
                })?;
            }
            self.token_requests(&client)?;
            for method in described.auth.iter().skip(1) {
                self.token_requests(&Client {
                    core: core.clone().client_auth(*method),
                    kind,
                    variant: Some(format!("with {}", method.word())),
                })?;
            }
            for encoding in self.model.selectable_encodings().iter().skip(1) {
                self.token_requests(&Client {
                    core: core.clone().encoding(*encoding),
                    kind,
                    variant: Some(format!("with parameters as {}", encoding.word())),
                })?;
            }
            self.device(&client)?;
            self.extensions(&client)?;
            self.tokens(&client)?;
        }
        Ok(self.requests)
    }

    /// A client with placeholders, and the spec's examples where a URL takes nothing else.
    fn core(&self, kind: ClientKind) -> Result<Core, Error> {
        let core = match kind {
            ClientKind::Confidential => Core::confidential(
                self.provider,
                placeholder::CLIENT_ID,
                placeholder::CLIENT_SECRET,
            ),
            ClientKind::Public => Core::public(self.provider, placeholder::CLIENT_ID),
        };
        let mut core = match self.model.authorization_code {
            Some(_) => core.redirect_uri(placeholder::REDIRECT_URI),
            None => core,
        };
        if let Some(environment) = &self.environment {
            core = core.environment(environment);
        }
        for variable in self.model.required_variables() {
            let (name, example) = (&variable.name, &variable.example);
            core = match variable.kind {
                VariableKind::BaseUrl => core.base_url(name, example)?,
                _ => core.variable(name, example),
            };
        }
        match &self.origin {
            Some(origin) => Ok(core.with_settings(Settings::new().replace_origin(origin)?)),
            None => Ok(core),
        }
    }

    fn add(&mut self, client: &Client, operation: &str, recorded: Recorded) {
        let mut notes: Vec<_> = client.variant.iter().cloned().collect();
        let is_encoded = |pair: &String| pair.contains('%');
        if recorded.basic.as_ref().is_some_and(is_encoded) {
            notes.push("id and secret form-encoded first, which curl leaves to you".to_owned());
        }
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        let request = Request::new(operation, client.kind.word(), note, recorded);
        self.requests.push(request);
    }

    fn add_built(&mut self, client: &Client, operation: &str, request: &HttpRequest) {
        self.add(client, operation, Recorded::of(request));
    }

    fn login(&mut self, client: &Client) -> Result<(), Error> {
        if self.model.authorization_code.is_some() {
            let login = self.authorize(client, 2).start()?;
            let recorded = self.browser(&login);
            self.add(client, "send the browser", recorded);
        }
        Ok(())
    }

    fn offline_login(&mut self, client: &Client) -> Result<(), Error> {
        if self.model.authorization_code.is_some() && self.model.offline.is_some() {
            let login = self.authorize(client, 2).offline().start()?;
            let recorded = self.browser(&login);
            let operation = "send the browser, and ask for a refresh token";
            self.add(client, operation, recorded);
        }
        Ok(())
    }

    /// A login with some of the scopes and with what the provider insists on.
    fn authorize(&self, client: &Client, scopes: usize) -> Authorize {
        let authorize = client.core.authorize(self.scopes(scopes));
        let scopes = &self.model.scopes;
        let authorize = match scopes.values.is_empty() && scopes.omitted == OmittedScope::Refused {
            true => authorize.scope(placeholder::SCOPE),
            false => authorize,
        };
        let options = self
            .model
            .authorization
            .iter()
            .flat_map(|endpoint| &endpoint.options);
        let required = options.filter(|option| option.required);
        required.fold(authorize, |authorize, option| {
            let value = match (option.values.first(), option.r#type) {
                (Some(value), _) => value.clone(),
                (None, ParameterType::Text) => named(&option.name),
                (None, ParameterType::Integer) => "1".to_owned(),
                (None, ParameterType::Boolean) => "true".to_owned(),
            };
            authorize.option(&option.name, value)
        })
    }

    /// The request that the user's browser makes.
    fn browser(&self, login: &Login) -> Recorded {
        let url = Recorded {
            method: "GET".to_owned(),
            url: login.url.clone(),
            headers: Vec::new(),
            basic: None,
            content: super::Content::None,
        };
        let MadeUp { state, challenge } = self.made_up(login);
        let url = match state {
            Some(state) => url.with_placeholder(&state, placeholder::STATE),
            None => url,
        };
        match challenge {
            Some(challenge) => url.with_placeholder(&challenge, placeholder::CODE_CHALLENGE),
            None => url,
        }
    }

    /// What a login has made up.
    fn made_up(&self, login: &Login) -> MadeUp {
        let renamed = |standard: &'static str| {
            let endpoint = self.provider.authorization.as_ref();
            let mut rename = endpoint.iter().flat_map(|endpoint| endpoint.rename);
            let renamed = rename.find(|(name, _)| *name == standard);
            renamed.map_or(standard, |(_, name)| name)
        };
        let state = match self.provider.state.echoed {
            true => pair(&login.url, renamed("state")),
            // The placeholder of the redirect URI is no URL, and the state is its last pair.
            false => pair(&login.url, renamed("redirect_uri"))
                .and_then(|uri| Some(uri.rsplit_once("state=")?.1.to_owned())),
        };
        MadeUp {
            state,
            challenge: pair(&login.url, renamed("code_challenge")),
        }
    }

    fn token_requests(&mut self, client: &Client) -> Result<(), Error> {
        if self.model.authorization_code.is_some() {
            let login = self.authorize(client, 1).start()?;
            let MadeUp { state, .. } = self.made_up(&login);
            let issuer = client.core.issuer()?;
            let callback = self.callback(state.as_deref(), issuer.as_deref());
            let verifier = verifier(&login);
            let request = client.core.finish(login.pending, callback).to_http_request()?;
            let mut recorded = Recorded::of(&request);
            let made_up = [
                (state, placeholder::STATE),
                (verifier, placeholder::CODE_VERIFIER),
            ];
            for (value, placeholder) in made_up {
                if let Some(value) = value {
                    recorded = recorded.with_placeholder(&value, placeholder);
                }
            }
            self.add(client, "exchange the code", recorded);
        }
        if self.model.refresh_token.is_some() {
            let request = client.core.refresh(&self.owned()).to_http_request()?;
            self.add_built(client, "refresh", &request);
        }
        if self.model.client_credentials.is_some() && client.kind == ClientKind::Confidential {
            let scopes = self.scopes(2);
            let request = client.core.client_credentials(scopes).to_http_request()?;
            self.add_built(client, "client credentials", &request);
        }
        Ok(())
    }

    /// What comes back after the user agreed.
    fn callback(&self, state: Option<&str>, issuer: Option<&str>) -> Callback {
        let code = (self.provider.callback.code, placeholder::CODE.to_owned());
        let state = state.map(|state| ("state", state.to_owned()));
        let issuer = issuer.map(|issuer| ("iss", issuer.to_owned()));
        let captures = self.model.captures.iter();
        let captures = captures
            .filter(|capture| capture.from == CaptureFrom::Callback)
            .map(|capture| (capture.path.as_str(), self.captured(capture)));
        Callback::from_pairs(
            [code]
                .into_iter()
                .chain(state)
                .chain(issuer)
                .chain(captures),
        )
    }

    fn device(&mut self, client: &Client) -> Result<(), Error> {
        if self.model.device_code.is_none() {
            return Ok(());
        }
        let device = client.core.authorize_device(self.scopes(1));
        let request = device.to_http_request()?;
        self.add_built(client, "start a login on a device", &request);
        let answer = format!(
            r#"{{"device_code":"{}","user_code":"-","verification_uri":"-","expires_in":600}}"#,
            placeholder::DEVICE_CODE
        );
        let success = self.in_a_success(&answer);
        let mut login = device.read_http_response(HttpResponse::new(200, HeaderMap::new(), success))?;
        let request = client.core.poll_device(&mut login).to_http_request()?;
        self.add_built(client, "ask whether the user has decided", &request);
        Ok(())
    }

    /// The members in a body that this provider's rules take for a success.
    fn in_a_success(&self, members: &str) -> String {
        match &self.model.token_response.error {
            Some(rule) if !rule.success.is_empty() && !rule.member.contains('.') => {
                let rest = members.trim_start_matches('{');
                format!(r#"{{"{}":{},{rest}"#, rule.member, rule.success)
            }
            _ => members.to_owned(),
        }
    }

    fn extensions(&mut self, client: &Client) -> Result<(), Error> {
        for extension in &self.model.extensions {
            let arguments = extension.value.arguments.iter();
            let arguments = arguments.map(|name| (name.as_str(), Secret::from(named(name))));
            let name = &extension.name;
            let request = client.core.extension(name, &mut { arguments });
            let operation = format!("grant {name}");
            self.add_built(client, &operation, &request.to_http_request()?);
        }
        Ok(())
    }

    /// What is done with tokens.
    fn tokens(&mut self, client: &Client) -> Result<(), Error> {
        let core = &client.core;
        if self.model.revokes(TokenKind::AccessToken) {
            let request = core.revoke_access_token(placeholder::ACCESS_TOKEN);
            self.add_built(client, "revoke the access token", &request.to_http_request()?);
        }
        if self.model.revokes(TokenKind::RefreshToken) {
            let request = core.revoke_refresh_token(placeholder::REFRESH_TOKEN);
            self.add_built(client, "revoke the refresh token", &request.to_http_request()?);
        }
        if self.model.introspection.is_some() {
            let request = core.introspect(placeholder::ACCESS_TOKEN).to_http_request()?;
            self.add_built(client, "introspect the access token", &request);
        }
        if self.model.userinfo.is_some() {
            let request = core.userinfo(&self.owned()).to_http_request()?;
            self.add_built(client, "ask who the user is", &request);
        }
        let url = match self.model.api.url {
            Some(_) => format!("/{}", placeholder::API_PATH),
            None => format!("https://api.example/{}", placeholder::API_PATH),
        };
        let request = core.call_api(Method::GET, &url, &self.owned()).to_http_request()?;
        self.add_built(client, "call the API", &request);
        if self.model.api.url.is_none()
            && let Some(call) = self.requests.last_mut()
        {
            call.note = Some("the spec has no URL of the API".to_owned());
        }
        Ok(())
    }

    /// The tokens that a user of the provider already has.
    fn owned(&self) -> TokenSet {
        let tokens =
            TokenSet::new(placeholder::ACCESS_TOKEN).with_refresh_token(placeholder::REFRESH_TOKEN);
        let scope = self
            .scopes(1)
            .next()
            .map(|scope| tokens.clone().with_scope(scope));
        let tokens = scope.unwrap_or(tokens);
        self.model.captures.iter().fold(tokens, |tokens, capture| {
            tokens.with_extra(capture.name.as_str(), self.captured(capture))
        })
    }

    /// A value that the capture accepts: a placeholder, unless it is a part of a URL.
    fn captured(&self, capture: &Capture) -> String {
        let mut variables = self.model.variables.iter();
        let variable = capture.variable.as_ref();
        let variable = variables.find(|one| Some(&one.name) == variable);
        match (capture.allowed_hosts.first(), variable) {
            (Some(host), Some(variable)) if variable.kind == VariableKind::Host => {
                host.replace('*', "tenant")
            }
            (Some(host), _) => format!("https://{}", host.replace('*', "tenant")),
            (None, Some(variable)) => match variable.kind {
                VariableKind::Segment => named(&capture.name),
                _ => variable.example.clone(),
            },
            (None, None) => named(&capture.name),
        }
    }

    /// The first scopes that the provider has.
    fn scopes(&self, count: usize) -> impl Iterator<Item = &'static str> + use<> {
        let scopes = self.provider.scopes.values.iter().take(count);
        scopes.map(|scope| scope.name)
    }
}

struct MadeUp {
    state: Option<String>,
    challenge: Option<String>,
}

fn pair(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let found = url.query_pairs().find(|(other, _)| other == name);
    found.map(|(_, value)| value.into_owned())
}

/// The PKCE verifier, which a program keeps between a login and its callback.
fn verifier(login: &Login) -> Option<String> {
    let stored = serde_yaml::to_value(&login.pending).ok()?;
    stored.get("code_verifier")?.as_str().map(str::to_owned)
}
