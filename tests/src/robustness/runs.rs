//! Whatever a right spec says, its client works with its fake: what `check` accepts fails nowhere
//! later. The client is one that a program makes of the provider's JSON while it runs.

use oauth_atlas::fake::{Fake, FakeServer};
use oauth_atlas::provider::{self, from_json};
use oauth_atlas::{
    Authorize, Core, DeviceAnswer, Error, HttpResponse, Login, Method, Secret, TokenSet,
};
use oauth_atlas_codegen::model::{
    ClientKind, OmittedScope, OperationKind, ParameterType, Presence, Provider, VariableKind,
};

const REDIRECT_URI: &str = "https://app.example/callback";

/// What a client did, or what failed.
pub type Outcome = Result<usize, String>;

/// Drives each client of a provider through all of its operations.
pub fn run(model: &Provider) -> Outcome {
    let text = model.description().to_json();
    let provider = from_json(&text).map_err(|error| format!("the description: {error}"))?;
    let mut done = 0;
    for (kind, _) in model.clients() {
        let mut fake = Fake::new(provider).redirect_uri(REDIRECT_URI);
        for variable in model.required_variables().chain(model.values()) {
            let value = variable.values.first().unwrap_or(&variable.example);
            fake = fake.variable(variable.name.as_str(), value);
        }
        let fake = fake.start_blocking();
        let fake = fake.map_err(|error| format!("the fake: {error}"))?;
        let core = core(model, provider, kind, &fake);
        let core = core.map_err(|error| format!("the {} client: {error}", kind.word()))?;
        let mut run = Run {
            model,
            kind,
            fake,
            core,
            done: 0,
        };
        run.all()?;
        done += run.done;
    }
    Ok(done)
}

fn core(
    model: &Provider,
    provider: &'static provider::Provider,
    kind: ClientKind,
    fake: &FakeServer,
) -> Result<Core, Error> {
    let core = match kind {
        ClientKind::Confidential => {
            Core::confidential(provider, fake.client_id(), fake.client_secret())
        }
        ClientKind::Public => Core::public(provider, fake.public_client_id()),
    };
    let mut core = core.redirect_uri(REDIRECT_URI);
    for variable in model.required_variables().chain(model.values()) {
        let value = variable.values.first().unwrap_or(&variable.example);
        core = match variable.kind {
            VariableKind::BaseUrl => core.base_url(&variable.name, value)?,
            _ => core.variable(&variable.name, value),
        };
    }
    Ok(core.with_settings(crate::fakes::named(fake.settings())))
}

/// One client at its fake.
struct Run<'m> {
    model: &'m Provider,
    kind: ClientKind,
    fake: FakeServer,
    core: Core,
    done: usize,
}

impl Run<'_> {
    fn all(&mut self) -> Result<(), String> {
        let offers: Vec<_> = self.model.operations();
        let described = self.model.description();
        // What only a client with a secret may ask tells another so before it sends anything.
        let offers = offers
            .iter()
            .filter(|one| described.is_for(***one, self.kind));
        let kinds: Vec<_> = offers.map(|one| one.kind).collect();
        let has = |kind| kinds.contains(&kind);
        if has(OperationKind::Register) {
            let request = self.core.register("Acme");
            let request = request.initial_access_token(self.fake.initial_access_token());
            self.well("registration", request.send_blocking())?;
        }
        if has(OperationKind::Authorize) && self.model.callback.code_presence != Presence::Always {
            self.consented()?;
        }
        if has(OperationKind::PushAuthorization) {
            let login = self.authorize().push().send_blocking();
            let login = self.well("pushed login", login)?;
            let callback = self.fake.approve(&login.url);
            callback.map_err(|error| format!("the page of the pushed login: {error}"))?;
        }
        if has(OperationKind::ExchangeCode) {
            let tokens = self.logged_in()?;
            self.with_tokens(&tokens, &has)?;
        }
        if has(OperationKind::ClientCredentials) {
            let scopes = self.scopes();
            let request = self.core.client_credentials(scopes);
            let tokens = self.well("client credentials", request.send_blocking())?;
            self.call(&tokens)?;
        }
        if has(OperationKind::AuthorizeDevice) {
            let tokens = self.device()?;
            self.call(&tokens)?;
        }
        for extension in &self.model.extensions {
            let arguments = extension.value.arguments.iter();
            let arguments = arguments.map(|name| (name.as_str(), Secret::from("value")));
            let request = self.core.extension(&extension.name, arguments);
            let tokens = self.well("extension", request.send_blocking())?;
            self.call(&tokens)?;
        }
        Ok(())
    }

    fn well<T>(&mut self, what: &str, answer: Result<T, Error>) -> Result<T, String> {
        self.done += 1;
        answer.map_err(|error| {
            let seen = self.fake.requests();
            let seen = seen.last().and_then(|seen| seen.refusal.clone());
            let kind = self.kind.word();
            format!("{kind}, {what}: {error} ({})", seen.unwrap_or_default())
        })
    }

    /// One of the provider's, and those that user info asks for.
    fn scopes(&self) -> Vec<&str> {
        let scopes = &self.model.scopes;
        let first = scopes.values.first().map(|scope| scope.name.as_str());
        let grants = &self.model.description().grants;
        let is_scope = |name: &String| name == "scope";
        let mut required = grants.iter().flat_map(|grant| &grant.requires);
        let login = self.model.authorization.iter();
        let mut of_login = login.flat_map(|endpoint| &endpoint.requires);
        let is_needed = scopes.omitted == OmittedScope::Refused
            || required.any(is_scope)
            || of_login.any(is_scope);
        let any = is_needed.then_some("any");
        let userinfo = self.model.userinfo.iter();
        let userinfo = userinfo.flat_map(|endpoint| endpoint.scopes.iter().map(String::as_str));
        first.or(any).into_iter().chain(userinfo).collect()
    }

    fn authorize(&self) -> Authorize {
        let authorize = self.core.authorize(self.scopes());
        let authorize = match self.model.offline {
            Some(_) => authorize.offline(),
            None => authorize,
        };
        let options = self.model.authorization.iter();
        let options = options.flat_map(|endpoint| &endpoint.options);
        let required = options.filter(|option| option.required);
        required.fold(authorize, |authorize, option| {
            let value = match (option.values.first(), option.r#type) {
                (Some(value), _) => value,
                (None, ParameterType::Text) => "text",
                (None, ParameterType::Integer) => "7",
                (None, ParameterType::Boolean) => "true",
                (None, ParameterType::Json) => "{}",
            };
            authorize.option(&option.name, value)
        })
    }

    /// A login that is pushed where the provider takes no other.
    fn begun(&self, authorize: Authorize) -> Result<Login, Error> {
        match self.model.require_pushed_requests {
            true => authorize.push().send_blocking(),
            false => authorize.start(),
        }
    }

    fn logged_in(&mut self) -> Result<TokenSet, String> {
        let login = self.begun(self.authorize());
        let login = self.well("login", login)?;
        let callback = self.fake.approve(&login.url);
        let callback = callback.map_err(|error| format!("the login page: {error}"))?;
        let request = self.core.finish(login.pending, callback);
        self.well("exchange of the code", request.send_blocking())
    }

    /// Consents, and goes on as who has consented.
    fn consented(&mut self) -> Result<(), String> {
        let login = self.begun(self.authorize());
        let login = self.well("login", login)?;
        let callback = self.fake.approve(&login.url);
        let callback = callback.map_err(|error| format!("the login page: {error}"))?;
        let code = format!("{}=", self.model.callback.code);
        let (uri, query) = callback.split_once('?').unwrap_or((&callback, ""));
        let others = query.split('&').filter(|pair| !pair.starts_with(&code));
        let callback = format!("{uri}?{}", others.collect::<Vec<_>>().join("&"));
        let consent = self.core.finish_without_code(login.pending, callback);
        let consent = self.well("consent", consent)?;
        let core = self.core.clone().with_consent(&consent);
        self.core = self.well("client of the consent", core)?;
        Ok(())
    }

    fn device(&mut self) -> Result<TokenSet, String> {
        self.fake.set_device_interval(std::time::Duration::ZERO);
        let request = self.core.authorize_device(self.scopes());
        let mut login = self.well("device authorization", request.send_blocking())?;
        for _ in 0..3 {
            self.fake.approve_device(login.user_code());
            let poll = self.core.poll_device(&mut login).send_blocking();
            if let DeviceAnswer::Tokens(tokens) = self.well("poll", poll)? {
                return Ok(tokens);
            }
        }
        Err("poll: the user has agreed".to_owned())
    }

    fn with_tokens(
        &mut self,
        tokens: &TokenSet,
        has: &dyn Fn(OperationKind) -> bool,
    ) -> Result<(), String> {
        self.call(tokens)?;
        let mut latest = tokens.clone();
        if has(OperationKind::Refresh) && tokens.refresh_token().is_some() {
            let request = self.core.refresh(tokens);
            latest = self.well("refresh", request.send_blocking())?;
            self.call(&latest)?;
        }
        if has(OperationKind::UserInfo) {
            let answer = self.core.userinfo(&latest).send_blocking();
            let answer = self.well("user info", answer)?;
            self.is_success("user info", &answer)?;
        }
        if has(OperationKind::Introspect) {
            let request = self.core.introspect(latest.access_token().expose());
            self.well("introspection", request.send_blocking())?;
        }
        if has(OperationKind::RevokeAccessToken) {
            let request = self
                .core
                .revoke_access_token(latest.access_token().expose());
            self.well("revocation", request.send_blocking())?;
        }
        if has(OperationKind::RevokeRefreshToken)
            && let Some(token) = self.logged_in()?.refresh_token()
        {
            let request = self.core.revoke_refresh_token(token.expose());
            self.well("revocation of the refresh token", request.send_blocking())?;
        }
        Ok(())
    }

    fn call(&mut self, tokens: &TokenSet) -> Result<(), String> {
        let url = match self.model.api.url {
            Some(_) => "/any".to_owned(),
            None => "https://api.example/any".to_owned(),
        };
        let answer = self
            .core
            .call_api(Method::GET, &url, tokens)
            .send_blocking();
        let answer = self.well("API call", answer)?;
        self.is_success("API call", &answer)
    }

    fn is_success(&self, what: &str, answer: &HttpResponse) -> Result<(), String> {
        match answer.status() {
            200..300 => Ok(()),
            status => {
                let seen = self.fake.requests().pop();
                let refusal = seen.and_then(|seen| seen.refusal).unwrap_or_default();
                Err(format!("{what}: HTTP {status} ({refusal})"))
            }
        }
    }
}
