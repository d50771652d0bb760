//! Each operation that a provider has, done once with placeholders and recorded before it is sent.

use oauth_atlas_codegen::model::owned::{ErrorRule, TokenResponse};
use oauth_atlas_codegen::model::{
    self, Capture, CaptureFrom, ClientAuth, ClientKind, Offered, OmittedScope, OperationKind,
    ParameterType, Proof, VariableKind, owned,
};
use oauth_atlas_runtime::provider::{Provider, Template};
use oauth_atlas_runtime::{
    Authorize, Callback, Core, DeviceLogin, Error, HeaderMap, HttpResponse, Login, Method, Secret,
    Settings, TokenSet,
};

use super::made_up::MadeUp;
use super::placeholder::{self, named};
use super::{Recorded, Request, Variant};

/// A provider and what was recorded of it so far.
pub(super) struct Operations<'m> {
    model: &'m model::Provider,
    provider: &'static Provider,
    environment: Option<String>,
    origin: Option<String>,
    requests: Vec<Request>,
}

/// A client of one type, in one of the ways in which it can send a request.
struct Client {
    core: Core,
    kind: ClientKind,
    variant: Variant,
}

impl<'m> Operations<'m> {
    pub(super) fn new(model: &'m model::Provider, environment: Option<&str>) -> Self {
        let mut description = model.description();
        // The callbacks that are made up here need no signature.
        description.callback.signature = None;
        // A new one for each request is nothing to show.
        for text in sent(&mut description) {
            let uuid = format!("{{{}}}", Template::UUID);
            *text = text.replace(&uuid, placeholder::UUID);
        }
        Self {
            model,
            provider: description.constant(),
            environment: environment.map(str::to_owned),
            origin: None,
            requests: Vec::new(),
        }
    }

    /// The provider as clients have it.
    pub(super) fn provider(&self) -> &'static Provider {
        self.provider
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
            for operation in self.model.operations() {
                if !self.provider.is_for(*operation, kind) {
                    continue;
                }
                for variant in self.variants(operation.kind, described) {
                    let core = core.clone();
                    let core = match variant {
                        Variant::Usual | Variant::Offline => core,
                        Variant::ScopeSeparator(separator) => core.scope_separator(separator),
                        Variant::ClientAuth(method) => core.client_auth(method),
                        Variant::Encoding(encoding) => core.token_encoding(encoding),
                    };
                    let client = Client {
                        core,
                        kind,
                        variant,
                    };
                    let recorded = self.recorded(&client, &operation)?;
                    let request = self.request(&client, &operation, recorded);
                    self.requests.push(request);
                }
            }
        }
        Ok(self.requests)
    }

    /// The ways in which the provider takes a request, the one that clients prefer first.
    fn variants(&self, operation: OperationKind, client: &model::Client) -> Vec<Variant> {
        let mut variants = vec![Variant::Usual];
        match operation {
            OperationKind::Authorize => {
                variants.extend(self.model.offline.as_ref().map(|_| Variant::Offline));
                let separators = self.model.selectable_separators().iter().skip(1);
                variants.extend(separators.copied().map(Variant::ScopeSeparator));
            }
            OperationKind::ExchangeCode
            | OperationKind::Refresh
            | OperationKind::ClientCredentials => {
                // An HMAC is another one each time.
                let is_same = |method: &&ClientAuth| {
                    let record = method.record();
                    record.is_none_or(|record| record.proof != Proof::Mac)
                };
                let methods = client.auth.iter().skip(1).filter(is_same);
                variants.extend(methods.copied().map(Variant::ClientAuth));
                let encodings = self.model.selectable_encodings().iter().skip(1);
                variants.extend(encodings.copied().map(Variant::Encoding));
            }
            // They are sent in the same ways, which is shown often enough.
            OperationKind::Register
            | OperationKind::PushAuthorization
            | OperationKind::AuthorizeDevice
            | OperationKind::PollDevice
            | OperationKind::Extension
            | OperationKind::RevokeAccessToken
            | OperationKind::RevokeRefreshToken
            | OperationKind::Introspect
            | OperationKind::UserInfo
            | OperationKind::CallApi => {}
        }
        variants
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
        if let Some(asked) = &self.model.user_agent {
            core = core.with_settings(Settings::new().user_agent(&asked.example)?);
        }
        for variable in self.model.values() {
            core = core.variable(&variable.name, value_of(variable));
        }
        match &self.origin {
            Some(origin) => Ok(core.with_settings(Settings::new().replace_origin(origin)?)),
            None => Ok(core),
        }
    }

    fn request(&self, client: &Client, operation: &Offered, recorded: Recorded) -> Request {
        let mut notes: Vec<_> = client.variant.note().into_iter().collect();
        let is_encoded = |pair: &String| pair.contains('%');
        if recorded.basic.as_ref().is_some_and(is_encoded) {
            notes.push("form-encode id and secret first: curl does not".to_owned());
        }
        if operation.kind == OperationKind::CallApi && self.model.api.url.is_none() {
            notes.push("the spec has no URL of the API".to_owned());
        }
        Request::new(
            operation.kind,
            operation.extension.map(|grant| grant.name.clone()),
            client.kind,
            client.variant,
            (!notes.is_empty()).then(|| notes.join("; ")),
            recorded,
        )
    }

    /// The request of an operation.
    fn recorded(&self, client: &Client, operation: &Offered) -> Result<Recorded, Error> {
        let core = &client.core;
        let request = match operation.kind {
            OperationKind::Register => {
                let endpoint = self.provider.registration.as_ref();
                let needs_token = endpoint.is_some_and(|endpoint| endpoint.auth.is_some());
                let request = core.register(placeholder::named("client_name"));
                match needs_token {
                    true => {
                        request.initial_access_token(placeholder::named("initial_access_token"))
                    }
                    false => request,
                }
                .to_http_request()?
            }
            OperationKind::PushAuthorization => return self.push(core),
            OperationKind::Authorize => {
                let authorize = self.authorize(core, 2);
                let authorize = match client.variant {
                    Variant::Offline => authorize.offline(),
                    _ => authorize,
                };
                return Ok(self.browser(&self.begun(authorize)?));
            }
            OperationKind::ExchangeCode => return self.exchange(core),
            OperationKind::Refresh => core.refresh(&self.owned()).to_http_request()?,
            OperationKind::ClientCredentials => {
                core.client_credentials(self.scopes(2)).to_http_request()?
            }
            OperationKind::AuthorizeDevice => {
                core.authorize_device(self.scopes(1)).to_http_request()?
            }
            OperationKind::PollDevice => {
                let mut login = self.device(core)?;
                core.poll_device(&mut login).to_http_request()?
            }
            OperationKind::Extension => {
                let grant = operation.extension.map(|grant| &grant.value);
                let arguments = grant.iter().flat_map(|grant| &grant.arguments);
                let arguments = arguments.map(|name| (name.as_str(), Secret::from(named(name))));
                let name = grant.map_or("", |grant| &grant.name);
                core.extension(name, arguments).to_http_request()?
            }
            OperationKind::RevokeAccessToken => core
                .revoke_access_token(placeholder::ACCESS_TOKEN)
                .to_http_request()?,
            OperationKind::RevokeRefreshToken => core
                .revoke_refresh_token(placeholder::REFRESH_TOKEN)
                .to_http_request()?,
            OperationKind::Introspect => core
                .introspect(placeholder::ACCESS_TOKEN)
                .to_http_request()?,
            OperationKind::UserInfo => core.userinfo(&self.owned()).to_http_request()?,
            OperationKind::CallApi => {
                let url = match self.model.api.url {
                    Some(_) => format!("/{}", placeholder::API_PATH),
                    None => format!("https://api.example/{}", placeholder::API_PATH),
                };
                core.call_api(Method::GET, &url, &self.owned())
                    .to_http_request()?
            }
        };
        Ok(Recorded::of(&request))
    }

    /// A login with some of the scopes and with what the provider insists on.
    fn authorize(&self, core: &Core, scopes: usize) -> Authorize {
        let authorize = core.authorize(self.scopes(scopes));
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
                (None, ParameterType::Json) => "{}".to_owned(),
            };
            authorize.option(&option.name, value)
        })
    }

    /// A login that is pushed where the provider takes no other, and answered.
    fn begun(&self, authorize: Authorize) -> Result<Login, Error> {
        if !self.provider.require_pushed_authorization_requests {
            return authorize.start();
        }
        let endpoint = self.model.pushed_authorization_request.as_ref();
        let own = endpoint.and_then(|endpoint| endpoint.response.as_ref());
        let value = format!("\"{}\"", placeholder::REQUEST_URI);
        let answer = self.answer(own, &[member(own, "request_uri", &value)]);
        let push = authorize.push();
        push.read_http_response(HttpResponse::new(201, HeaderMap::new(), answer))
    }

    /// The request that pushes a login.
    fn push(&self, core: &Core) -> Result<Recorded, Error> {
        let request = self.authorize(core, 2).push().to_http_request()?;
        let sent = Recorded::of(&request);
        let url = match &sent.content {
            super::Content::Form(body) => format!("{}?{body}", sent.url),
            _ => sent.url.clone(),
        };
        Ok(MadeUp::of(self.provider, &url).hidden_in(sent))
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
        MadeUp::of(self.provider, &login.url).hidden_in(url)
    }

    /// The token request that ends a login.
    fn exchange(&self, core: &Core) -> Result<Recorded, Error> {
        let login = self.begun(self.authorize(core, 2))?;
        let state = login.pending.state().to_owned();
        let issuer = core.issuer()?;
        let callback = self.answered(placeholder::CODE, Some(&state), issuer.as_deref());
        let verifier = verifier(&login);
        let request = core.finish(login.pending, callback).to_http_request()?;
        let mut recorded = Recorded::of(&request);
        let made_up = [
            (Some(state), placeholder::STATE),
            (verifier, placeholder::CODE_VERIFIER),
        ];
        for (value, placeholder) in made_up {
            if let Some(value) = value {
                recorded = recorded.with_placeholder(&value, placeholder);
            }
        }
        Ok(recorded)
    }

    /// What comes back after the user agreed.
    pub(super) fn answered(
        &self,
        code: &str,
        state: Option<&str>,
        issuer: Option<&str>,
    ) -> Callback {
        let code = (self.provider.callback.code, code.to_owned());
        let state = state.map(|state| (self.provider.callback.state, state.to_owned()));
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

    /// A login on a device that was answered.
    fn device(&self, core: &Core) -> Result<DeviceLogin, Error> {
        let endpoint = self.model.device_authorization.as_ref();
        let own = endpoint.and_then(|endpoint| endpoint.response.as_ref());
        let member = |name: &str, value: &str| member(own, name, value);
        let members = [
            member("device_code", &format!("\"{}\"", placeholder::DEVICE_CODE)),
            member("user_code", r#""-""#),
            member("verification_uri", r#""-""#),
            member("expires_in", "4102444800"),
        ];
        let success = self.answer(own, &members);
        let device = core.authorize_device(self.scopes(1));
        device.read_http_response(HttpResponse::new(200, HeaderMap::new(), success))
    }

    /// A success of an endpoint that gives no tokens.
    fn answer(&self, own: Option<&TokenResponse>, members: &[String]) -> String {
        let mut answer = format!("{{{}}}", members.join(","));
        for name in own.iter().flat_map(|own| own.root.iter().rev()) {
            answer = format!(r#"{{"{name}":{answer}}}"#);
        }
        let rule = match own {
            Some(own) => own.error.as_ref(),
            None => self.model.token_response.error.as_ref(),
        };
        in_a_success(rule, &answer)
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
                VariableKind::Segment | VariableKind::Text | VariableKind::Secret => {
                    named(&capture.name)
                }
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

/// The PKCE verifier, which a program keeps between a login and its callback.
fn verifier(login: &Login) -> Option<String> {
    let stored = serde_yaml::to_value(&login.pending).ok()?;
    stored.get("code_verifier")?.as_str().map(str::to_owned)
}

/// A member under the name or at the path that it has in an answer of a shape of its own.
fn member(own: Option<&TokenResponse>, standard: &str, value: &str) -> String {
    let mut rename = own.iter().flat_map(|own| &own.rename);
    let renamed = rename.find(|(name, _)| name == standard);
    let path = renamed.map_or(standard, |(_, path)| path.as_str());
    let (first, inner) = path.split_once('.').unwrap_or((path, ""));
    let below = inner.rsplit('.').filter(|name| !name.is_empty());
    let value = below.fold(value.to_owned(), |value, name| {
        format!(r#"{{"{name}":{value}}}"#)
    });
    format!(r#""{first}":{value}"#)
}

/// The members in a body that a rule takes for a success.
fn in_a_success(rule: Option<&ErrorRule>, members: &str) -> String {
    match rule {
        Some(rule) if !rule.member.contains('.') => {
            match rule.success.iter().find(|told| *told != "absent") {
                Some(told) => {
                    let rest = members.trim_start_matches('{');
                    format!(r#"{{"{}":{told},{rest}"#, rule.member)
                }
                None => members.to_owned(),
            }
        }
        _ => members.to_owned(),
    }
}

/// Every value of a parameter or a header that is sent.
fn sent(description: &mut owned::Provider) -> impl Iterator<Item = &mut String> {
    let owned::Provider {
        authorization,
        registration,
        pushed_authorization_request,
        token,
        refresh,
        revocation,
        introspection,
        device_authorization,
        userinfo,
        grants,
        offline,
        api,
        ..
    } = description;
    let endpoints = [
        registration,
        pushed_authorization_request,
        token,
        refresh,
        revocation,
        introspection,
        device_authorization,
        userinfo,
    ];
    let mut pairs: Vec<&mut (String, String)> = Vec::new();
    let mut called: Vec<&mut owned::Endpoint> = endpoints.into_iter().flatten().collect();
    for grant in grants {
        pairs.extend(&mut grant.parameters);
        called.extend(&mut grant.endpoint);
    }
    for endpoint in called {
        pairs.extend(&mut endpoint.parameters);
        pairs.extend(&mut endpoint.headers);
    }
    pairs.extend(authorization.iter_mut().flat_map(|one| &mut one.parameters));
    pairs.extend(offline.iter_mut().flat_map(|one| &mut one.parameters));
    pairs.extend(api.headers.iter_mut().chain(&mut api.parameters));
    pairs.into_iter().map(|(_, value)| value)
}

/// What stands for a value of the user's: one of a closed list, and otherwise a placeholder.
fn value_of(variable: &model::Variable) -> String {
    match variable.values.first() {
        Some(value) => value.clone(),
        None => named(&variable.name),
    }
}
