//! What a client can send, each operation with secrets of its own.

use std::fmt::Debug;
use std::future::IntoFuture;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

use oauth_atlas::provider::OperationKind;
use oauth_atlas::{
    Callback, Core, EndpointKind, Error, HeaderMap, HttpResponse, Method, Provider, TokenSet,
};
use tokio::runtime::Runtime;

use crate::fixtures::{
    device_login, extension_grants, open_registration, pushed_logins_only, standard, token_in_query,
};

const CLIENT_ID: &str = "client/id";

/// With characters that every encoding writes differently, as the other secrets are.
pub const CLIENT_SECRET: &str = "canary-secret/+=&é \"";
const CODE: &str = "canary-code/+=";
const REFRESH_TOKEN: &str = "canary-refresh/+=";
const ACCESS_TOKEN: &str = "canary-access/+=";
const DEVICE_CODE: &str = "canary-device/+=";
const INITIAL_ACCESS_TOKEN: &str = "canary-initial/+=";
const ASSERTION: &str = "canary-assertion/+=";

/// The connections of all clients, whose threads the cells only wait on.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// How a client waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    Asynchronous,
    Blocking,
}

/// Operations that read their answers by the same rules: a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Registration,
    PushedLogin,
    Tokens,
    /// A refusal of a refresh is one whatever its body says.
    Renewal,
    DeviceLogin,
    Introspection,
    Revocation,
    Api,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Registration,
    PushedLogin,
    CodeExchange,
    Refresh,
    Renewal,
    ClientCredentials,
    Extension,
    Poll,
    DeviceAuthorization,
    Introspection,
    Revocation,
    UserInfo,
    ApiCall,
    ApiCallWithQuery,
}

/// What came of an operation.
pub struct Outcome {
    /// The result, or the error.
    pub result: Result<Box<dyn Debug + Send>, Error>,
    /// The status of an API call's result.
    pub status: Option<u16>,
    /// What the operation made up and may not be shown.
    pub secrets: Vec<String>,
}

impl Operation {
    pub const ALL: [Self; 14] = [
        Self::Registration,
        Self::PushedLogin,
        Self::CodeExchange,
        Self::Refresh,
        Self::Renewal,
        Self::ClientCredentials,
        Self::Extension,
        Self::Poll,
        Self::DeviceAuthorization,
        Self::Introspection,
        Self::Revocation,
        Self::UserInfo,
        Self::ApiCall,
        Self::ApiCallWithQuery,
    ];

    /// Which of these stands for an operation of a provider; none where nothing is sent.
    pub fn of(kind: OperationKind) -> Option<Self> {
        match kind {
            OperationKind::Register => Some(Self::Registration),
            OperationKind::PushAuthorization => Some(Self::PushedLogin),
            OperationKind::Authorize => None,
            OperationKind::ExchangeCode => Some(Self::CodeExchange),
            OperationKind::Refresh => Some(Self::Refresh),
            OperationKind::ClientCredentials => Some(Self::ClientCredentials),
            OperationKind::AuthorizeDevice => Some(Self::DeviceAuthorization),
            OperationKind::PollDevice => Some(Self::Poll),
            OperationKind::Extension => Some(Self::Extension),
            // They differ in a word of the request.
            OperationKind::RevokeAccessToken | OperationKind::RevokeRefreshToken => {
                Some(Self::Revocation)
            }
            OperationKind::Introspect => Some(Self::Introspection),
            OperationKind::UserInfo => Some(Self::UserInfo),
            OperationKind::CallApi => Some(Self::ApiCall),
        }
    }

    pub fn class(self) -> Class {
        match self {
            Self::Registration => Class::Registration,
            Self::PushedLogin => Class::PushedLogin,
            Self::CodeExchange | Self::ClientCredentials | Self::Extension | Self::Poll => {
                Class::Tokens
            }
            Self::Refresh | Self::Renewal => Class::Renewal,
            Self::DeviceAuthorization => Class::DeviceLogin,
            Self::Introspection => Class::Introspection,
            Self::Revocation => Class::Revocation,
            Self::UserInfo | Self::ApiCall | Self::ApiCallWithQuery => Class::Api,
        }
    }

    pub fn endpoint(self) -> EndpointKind {
        match self {
            Self::Registration => EndpointKind::Registration,
            Self::PushedLogin => EndpointKind::PushedAuthorizationRequest,
            Self::DeviceAuthorization => EndpointKind::DeviceAuthorization,
            Self::Introspection => EndpointKind::Introspection,
            Self::Revocation => EndpointKind::Revocation,
            Self::UserInfo => EndpointKind::UserInfo,
            Self::ApiCall | Self::ApiCallWithQuery => EndpointKind::Api,
            _ => EndpointKind::Token,
        }
    }

    pub fn provider(self) -> &'static Provider {
        match self {
            Self::Registration => &open_registration::PROVIDER,
            Self::PushedLogin => &pushed_logins_only::PROVIDER,
            Self::Extension => &extension_grants::PROVIDER,
            Self::Poll | Self::DeviceAuthorization => &device_login::PROVIDER,
            Self::ApiCallWithQuery => &token_in_query::PROVIDER,
            _ => &standard::PROVIDER,
        }
    }

    /// A client for this operation. Clones of it share connections.
    pub fn client(self) -> Core {
        static CLIENTS: LazyLock<Vec<Core>> = LazyLock::new(|| {
            let confidential = |provider| Core::confidential(provider, CLIENT_ID, CLIENT_SECRET);
            vec![
                confidential(&standard::PROVIDER).redirect_uri("https://client.example/callback"),
                confidential(&extension_grants::PROVIDER),
                confidential(&token_in_query::PROVIDER),
                Core::public(&device_login::PROVIDER, CLIENT_ID),
                confidential(&pushed_logins_only::PROVIDER)
                    .redirect_uri("https://client.example/callback"),
                Core::unregistered(&open_registration::PROVIDER)
                    .base_url("base_url", "https://workbench.example")
                    .expect("a base URL"),
            ]
        });
        let index = match self {
            Self::Extension => 1,
            Self::ApiCallWithQuery => 2,
            Self::Poll | Self::DeviceAuthorization => 3,
            Self::PushedLogin => 4,
            Self::Registration => 5,
            _ => 0,
        };
        CLIENTS[index].clone()
    }

    /// A right answer, with secrets in it.
    pub fn success(self) -> &'static str {
        match self.class() {
            Class::Tokens | Class::Renewal => {
                r#"{"access_token":"canary-new-access","token_type":"Bearer","expires_in":3600,"refresh_token":"canary-new-refresh","id_token":"canary-id","extra":"canary-extra"}"#
            }
            Class::Registration => {
                r#"{"client_id":"client","client_secret":"canary-new-secret","client_secret_expires_at":3600,"registration_access_token":"canary-registration"}"#
            }
            Class::PushedLogin => r#"{"request_uri":"urn:canary-pushed","expires_in":3600}"#,
            Class::DeviceLogin => {
                r#"{"device_code":"canary-new-device","user_code":"ABCD-EFGH","verification_uri":"https://device.example/","expires_in":3600}"#
            }
            Class::Introspection => {
                r#"{"active":true,"username":"canary-user","exp":3600,"sub":"canary-sub"}"#
            }
            Class::Revocation | Class::Api => r#"{"sub":"canary-sub","exp":3600}"#,
        }
    }

    /// The right answer, with this in the place of a time.
    pub fn with_time(self, time: &str) -> String {
        self.success().replace("3600", time)
    }

    /// Sends it with this client and waits.
    pub fn run(self, client: &Core, driver: Driver) -> Outcome {
        /// Both ways to send a request.
        macro_rules! sent {
            ($request:expr) => {{
                let request = $request;
                match driver {
                    Driver::Asynchronous => RUNTIME.block_on(request.into_future()),
                    Driver::Blocking => request.send_blocking(),
                }
            }};
        }
        let tokens = TokenSet::new(ACCESS_TOKEN).with_refresh_token(REFRESH_TOKEN);
        match self {
            Self::Registration => Outcome::of(sent!(
                client
                    .register("Acme")
                    .initial_access_token(INITIAL_ACCESS_TOKEN)
            )),
            Self::PushedLogin => Outcome::of(sent!(client.authorize(["read"]).push())),
            Self::CodeExchange => {
                let login = client.authorize(["read"]).start();
                let pending = login.expect("a login").pending;
                let stored = serde_json::to_value(&pending).expect("a login can be stored");
                let text = |name: &str| stored[name].as_str().expect("a text").to_owned();
                let callback = Callback::from_pairs([("code", CODE), ("state", &text("state"))]);
                let secrets = vec![text("state"), text("code_verifier")];
                let result = sent!(client.finish(pending, callback));
                Outcome {
                    secrets,
                    ..Outcome::of(result)
                }
            }
            Self::Refresh => Outcome::of(sent!(client.refresh(&tokens))),
            Self::Renewal => {
                let source = client.token_source(tokens.with_expires_at(UNIX_EPOCH));
                Outcome::of(match driver {
                    Driver::Asynchronous => RUNTIME.block_on(source.tokens()),
                    Driver::Blocking => source.tokens_blocking(),
                })
            }
            Self::ClientCredentials => Outcome::of(sent!(client.client_credentials(["read"]))),
            Self::Extension => {
                let parameters = [("assertion", ASSERTION.into())];
                Outcome::of(sent!(client.extension("on_behalf_of", parameters)))
            }
            Self::Poll => {
                let answer = serde_json::json!({
                    "device_code": DEVICE_CODE,
                    "user_code": "ABCD-EFGH",
                    "verification_uri": "https://device.example/",
                    "expires_in": 3600,
                    "interval": 5,
                });
                let answer = HttpResponse::new(200, HeaderMap::new(), answer.to_string());
                let login = client
                    .authorize_device(["watch"])
                    .read_http_response(answer);
                let mut login = login.expect("a login");
                Outcome::of(sent!(client.poll_device(&mut login)))
            }
            Self::DeviceAuthorization => Outcome::of(sent!(client.authorize_device(["watch"]))),
            Self::Introspection => Outcome::of(sent!(client.introspect(ACCESS_TOKEN))),
            Self::Revocation => Outcome::of(sent!(client.revoke_refresh_token(REFRESH_TOKEN))),
            Self::UserInfo => Outcome::of_response(sent!(client.userinfo(&tokens))),
            Self::ApiCall => {
                let url = "https://api.standard.example/items?page=canary-page";
                Outcome::of_response(sent!(client.call_api(Method::GET, url, &tokens)))
            }
            Self::ApiCallWithQuery => {
                let call = client.call_api(Method::POST, "/items", &tokens);
                Outcome::of_response(sent!(call.json_body(r#"{"a":"canary-item"}"#)))
            }
        }
    }
}

impl Outcome {
    fn of<Output: Debug + Send + 'static>(result: Result<Output, Error>) -> Self {
        Self {
            result: result.map(|output| Box::new(output) as _),
            status: None,
            secrets: Vec::new(),
        }
    }

    fn of_response(result: Result<HttpResponse, Error>) -> Self {
        let status = result.as_ref().ok().map(|response| response.status());
        Self {
            status,
            ..Self::of(result)
        }
    }
}
