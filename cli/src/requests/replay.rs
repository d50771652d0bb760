//! The examples of specs, made again: what a client sends where a provider's document shows a
//! request. The workspace's tests read this file as well, and send what is made here.

use oauth_atlas_codegen::model::{
    ClientKind, Example, OmittedScope, Operation, Provider, VariableKind,
};
use oauth_atlas_runtime::{
    ApiCall, Authorize, Callback, Core, DeviceLogin, DeviceRequest, Error, HeaderMap, HttpRequest,
    HttpResponse, Introspection, Login, Method, PushedAuthorizationRequest, Revocation, Settings,
    TokenRequest, TokenSet, provider,
};

/// What the client sends on top of a provider's example, because no document of a provider has to
/// ask for it: PKCE (RFC 7636), state (RFC 6749 §10.12) and nonce (OpenID Connect Core §3.1.2.1).
const ON_TOP: [&str; 5] = [
    "code_verifier",
    "code_challenge",
    "code_challenge_method",
    "state",
    "nonce",
];

/// Where a user comes back to, if no example says so.
const REDIRECT_URI: &str = "https://app.example/callback";

/// A secret, if no example says one: not a word that an error may tell, and that would be redacted.
pub const SECRET: &str = "s3cr3t";

/// What a callback says.
pub struct Answered<'a> {
    pub issuer: Option<&'a str>,
    pub code: &'a str,
    pub state: Option<&'a str>,
}

/// An example, and what its caller passes.
pub struct Inputs<'e> {
    pub example: &'e Example,
    pub spec: &'e Provider,
    pub provider: &'static provider::Provider,
    /// The callback of a user who agreed.
    pub callback: &'e dyn Fn(&Answered) -> Callback,
}

/// The request of an example that is no login.
pub enum Sending {
    Push(PushedAuthorizationRequest),
    Tokens(TokenRequest),
    Revocation(Revocation),
    Introspection(Introspection),
    Device(DeviceRequest),
    Poll(Core, DeviceLogin),
    Api(ApiCall),
}

impl Sending {
    pub fn build(self) -> Result<HttpRequest, Error> {
        match self {
            Self::Push(request) => request.to_http_request(),
            Self::Tokens(request) => request.to_http_request(),
            Self::Revocation(request) => request.to_http_request(),
            Self::Introspection(request) => request.to_http_request(),
            Self::Device(request) => request.to_http_request(),
            Self::Poll(core, mut login) => core.poll_device(&mut login).to_http_request(),
            Self::Api(call) => call.to_http_request(),
        }
    }
}

impl<'e> Inputs<'e> {
    fn used(&self, name: &str) -> Option<&'e str> {
        find(&self.example.using, name)
    }

    fn parameter(&self, name: &str) -> Option<&'e str> {
        let request = self.example.request.as_ref();
        request.and_then(|request| find(&request.parameters, name))
    }

    fn either(&self, name: &str, otherwise: &str) -> String {
        let found = self.used(name).or(self.parameter(name));
        found.unwrap_or(otherwise).to_owned()
    }

    fn redirect_uri(&self) -> Option<&'e str> {
        let endpoint = self.spec.token.as_ref();
        let renamed = endpoint.and_then(|endpoint| find(&endpoint.rename, "redirect_uri"));
        self.used("redirect_uri")
            .or(self.parameter("redirect_uri"))
            .or(renamed.and_then(|name| self.parameter(name)))
            .or(self.example.request.is_none().then_some(REDIRECT_URI))
    }

    /// The tokens that the requests of the example are made with.
    pub fn tokens(&self) -> TokenSet {
        let tokens = TokenSet::new(self.either("token", "token"))
            .with_refresh_token(self.either("refresh_token", "token"));
        let captures = self.spec.captures.iter();
        let of_variables = captures.filter_map(|capture| {
            let name = capture.variable.as_ref()?;
            let mut variables = self.spec.variables.iter();
            let variable = variables.find(|variable| variable.name == *name)?;
            Some((capture, self.used(name).unwrap_or(&variable.example)))
        });
        of_variables.fold(tokens, |tokens, (capture, value)| {
            tokens.with_extra(&capture.name, value)
        })
    }

    /// The client of the example.
    pub fn client(&self) -> Result<Core, Error> {
        let id = self.either("client_id", "client");
        let mut core = match self.example.client {
            ClientKind::Confidential => {
                Core::confidential(self.provider, id, self.either("client_secret", SECRET))
            }
            ClientKind::Public => Core::public(self.provider, id),
        };
        let required = self
            .provider
            .requires_redirect_uri()
            .then_some(REDIRECT_URI);
        if let Some(uri) = self.redirect_uri().or(required) {
            core = core.redirect_uri(uri);
        }
        if let Some(name) = self.used("environment") {
            core = core.environment(name);
        }
        if let Some(method) = self
            .used("client_auth")
            .and_then(provider::ClientAuth::from_word)
        {
            core = core.client_auth(method);
        }
        if let Some(encoding) = self
            .used("token_encoding")
            .and_then(provider::Encoding::from_word)
        {
            core = core.token_encoding(encoding);
        }
        let separator = self.used("scope_separator");
        if let Some(separator) = separator.and_then(provider::Separator::from_word) {
            core = core.scope_separator(separator);
        }
        if let Some(asked) = &self.spec.user_agent {
            core = core.with_settings(Settings::new().user_agent(&asked.example)?);
        }
        for variable in &self.spec.variables {
            let (name, example) = (&variable.name, &*variable.example);
            if variable.captured && !variable.in_url {
                continue;
            }
            core = match (variable.kind, self.used(name)) {
                (VariableKind::BaseUrl, used) => core.base_url(name, used.unwrap_or(example))?,
                _ if variable.by_login => core,
                (_, Some(value)) => core.variable(name, value),
                (_, None) if variable.optional || variable.default.is_some() => core,
                (_, None) => core.variable(name, example),
            };
        }
        Ok(core)
    }

    /// The login that an example of one shows.
    pub fn login(&self, core: &Core) -> Result<Login, Error> {
        self.begun(self.authorize(core))
    }

    /// A login that is pushed where the provider takes no other.
    fn begun(&self, authorize: Authorize) -> Result<Login, Error> {
        if !self.spec.require_pushed_requests {
            return authorize.start();
        }
        let answer =
            serde_json::json!({ "request_uri": self.either("request_uri", "urn:example") });
        let response = HttpResponse::new(201, HeaderMap::new(), answer.to_string());
        authorize.push().read_http_response(response)
    }

    fn authorize(&self, core: &Core) -> Authorize {
        let mut authorize = core.authorize([""; 0]);
        if let Some(scope) = self.parameter("scope") {
            authorize = authorize.scope(scope);
        }
        for variable in self
            .spec
            .variables
            .iter()
            .filter(|variable| variable.by_login)
        {
            if let Some(value) = self.used(&variable.name) {
                authorize = authorize.variable(&variable.name, value);
            }
        }
        let endpoint = self.spec.authorization.iter();
        for option in endpoint.flat_map(|endpoint| &endpoint.options) {
            let value = self.used(&option.name).or(self.parameter(&option.name));
            if let Some(value) = value {
                authorize = authorize.option(&option.name, value);
            }
        }
        let offline = self.spec.offline.iter();
        let mut offline = offline.flat_map(|offline| &offline.parameters).peekable();
        if offline.peek().is_some()
            && offline.all(|(name, value)| self.parameter(name) == Some(value))
        {
            authorize = authorize.offline();
        }
        authorize
    }

    /// A login with what the provider requires.
    fn start(&self, core: &Core) -> Result<Login, Error> {
        let scope = self.spec.scopes.values.first();
        let scope = scope.filter(|_| self.spec.scopes.omitted == OmittedScope::Refused);
        let authorize = core.authorize(scope.into_iter().map(|scope| scope.name.as_str()));
        let endpoint = self.spec.authorization.iter();
        let options = endpoint.flat_map(|endpoint| &endpoint.options);
        let required = options.filter(|option| option.required);
        let authorize = required.fold(authorize, |authorize, option| {
            authorize.option(&option.name, "value")
        });
        self.begun(authorize)
    }

    /// A login on a device, to whose request the example is the answer or the next one.
    fn device(&self, core: &Core) -> DeviceRequest {
        let request = core.authorize_device([""; 0]);
        let endpoint = self.spec.device_authorization.as_ref();
        let renamed = endpoint.and_then(|endpoint| find(&endpoint.rename, "scope"));
        match self.parameter(renamed.unwrap_or("scope")) {
            Some(scope) => request.scope(scope),
            None => request,
        }
    }

    /// The request of any other example.
    pub fn sending(&self, core: &Core) -> Result<Sending, Error> {
        let with_scope = |request: TokenRequest| match self.parameter("scope") {
            Some(scope) => request.scope(scope),
            None => request,
        };
        Ok(match self.example.operation {
            Operation::PushedAuthorizationRequest => Sending::Push(self.authorize(core).push()),
            Operation::AuthorizationCode | Operation::Authorization => {
                let login = self.start(core)?;
                let issuer = core.issuer()?;
                let callback = (self.callback)(&Answered {
                    issuer: issuer.as_deref(),
                    code: &self.either("code", "code"),
                    state: Some(login.pending.state()),
                });
                Sending::Tokens(core.finish(login.pending, callback))
            }
            Operation::RefreshToken => Sending::Tokens(with_scope(core.refresh(&self.tokens()))),
            Operation::ClientCredentials => {
                Sending::Tokens(with_scope(core.client_credentials([""; 0])))
            }
            Operation::Revocation => {
                let token = self.either("token", "token");
                Sending::Revocation(match self.parameter("token_type_hint") {
                    Some("refresh_token") => core.revoke_refresh_token(token),
                    _ => core.revoke_access_token(token),
                })
            }
            Operation::Introspection => {
                Sending::Introspection(core.introspect(self.either("token", "token")))
            }
            Operation::DeviceAuthorization => Sending::Device(self.device(core)),
            Operation::DeviceCode => {
                let renamed = self.spec.device_code.as_ref();
                let renamed = renamed.and_then(|grant| find(&grant.rename, "device_code"));
                let code = renamed.and_then(|name| self.parameter(name));
                let code = code.map_or_else(|| self.either("device_code", "code"), str::to_owned);
                let codes = serde_json::json!({
                    "device_code": code,
                    "user_code": "USER-CODE",
                    "verification_uri": "https://app.example/device",
                    "expires_in": 600,
                });
                let response = HttpResponse::new(200, HeaderMap::new(), codes.to_string());
                let login = self.device(core).read_http_response(response)?;
                Sending::Poll(core.clone(), login)
            }
            Operation::UserInfo => Sending::Api(core.userinfo(&self.tokens())),
            Operation::Api => {
                let request = self.example.request.as_ref();
                let method = request.and_then(|request| request.method.as_deref());
                let method = method.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
                let url = request.and_then(|request| request.url.as_deref());
                let method = method.unwrap_or(Method::GET);
                Sending::Api(core.call_api(method, url.unwrap_or_default(), &self.tokens()))
            }
        })
    }
}

/// The value of a name in pairs.
pub fn find<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let found = pairs.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// In what a request differs from the one that a document shows.
#[derive(Debug)]
pub enum Difference {
    /// Sent, and not shown.
    Sent { name: String, value: String },
    /// Shown, and not sent.
    Shown { name: String, value: String },
    /// Shown, and sent with another value.
    Other {
        name: String,
        shown: String,
        sent: String,
    },
}

impl Difference {
    pub fn name(&self) -> &str {
        match self {
            Self::Sent { name, .. } | Self::Shown { name, .. } | Self::Other { name, .. } => name,
        }
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sent { name, value } => {
                write!(
                    formatter,
                    "the client sends `{name}={value}`, which is not shown"
                )
            }
            Self::Shown { name, value } => {
                write!(formatter, "the client does not send `{name}={value}`")
            }
            Self::Other { name, shown, sent } => {
                write!(
                    formatter,
                    "the client sends `{name}={sent}` and not `{shown}`"
                )
            }
        }
    }
}

/// Compares parameters pair by pair. Of values that are made anew for each request, that they are
/// sent.
pub fn differences(sent: &[(String, String)], shown: &[(String, String)]) -> Vec<Difference> {
    let is_on_top = |name: &str| ON_TOP.contains(&name);
    let mut differences = Vec::new();
    for pair in sent {
        let (name, value) = pair.clone();
        let is_other = |one: &(String, String)| one.0 == name && !sent.contains(one);
        if !is_on_top(&name) && !shown.contains(pair) && !shown.iter().any(is_other) {
            differences.push(Difference::Sent { name, value });
        }
    }
    for pair in shown {
        let (name, value) = pair.clone();
        match find(sent, &name) {
            None => differences.push(Difference::Shown { name, value }),
            Some(other) if !is_on_top(&name) && !sent.contains(pair) => {
                differences.push(Difference::Other {
                    name,
                    shown: value,
                    sent: other.to_owned(),
                });
            }
            Some(_) => {}
        }
    }
    differences
}

/// The keys of a spec that decide whether and how an operation's request has a parameter.
pub fn deciding_keys(operation: Operation, parameter: &str) -> String {
    let (endpoint, grant) = match operation {
        Operation::Authorization => ("authorization", "authorization_code"),
        Operation::PushedAuthorizationRequest => ("pushed_authorization_request", ""),
        Operation::AuthorizationCode => ("token", "authorization_code"),
        Operation::RefreshToken => ("token", "refresh_token"),
        Operation::ClientCredentials => ("token", "client_credentials"),
        Operation::DeviceAuthorization => ("device_authorization", ""),
        Operation::DeviceCode => ("token", "device_code"),
        Operation::Revocation => ("revocation", ""),
        Operation::Introspection => ("introspection", ""),
        Operation::UserInfo => ("userinfo", ""),
        Operation::Api => return "`api.query` and `api.headers`".to_owned(),
    };
    let endpoint = format!("endpoints.{endpoint}");
    match parameter {
        "client_id" | "client_secret" => {
            format!("`clients.<type>.auth`, or `auth`, `rename` and `omit` of `{endpoint}`")
        }
        "grant_type" => format!("`grants.{grant}.grant_type`"),
        "scope" => format!("`scopes.separator`, or `rename` and `omit` of `{endpoint}`"),
        "redirect_uri" if operation == Operation::RefreshToken => {
            "`grants.refresh_token.repeats_redirect_uri`".to_owned()
        }
        "redirect_uri" | "code" | "refresh_token" | "token" | "token_type_hint"
        | "response_type" => format!("`{endpoint}.rename` and `{endpoint}.omit`"),
        _ if operation == Operation::Authorization => {
            format!("`{endpoint}.parameters`, `{endpoint}.rename` and `offline.parameters`")
        }
        _ if operation == Operation::AuthorizationCode => {
            format!("`{endpoint}.parameters`, `{endpoint}.rename` and `grants.{grant}.parameters`")
        }
        _ => format!("`{endpoint}.parameters` and `{endpoint}.rename`"),
    }
}
