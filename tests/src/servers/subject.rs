//! The generated clients behind one interface, so that one suite calls all of them. The build script
//! implements it for each; what a server lacks panics, and the suite does not ask for it.

use std::pin::Pin;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use oauth_atlas::runtime::provider::ClientAuth;
use oauth_atlas::{
    ApiCall, Callback, ClientCredential, Deregistration, DeviceLogin, DevicePoll, DeviceRequest,
    DeviceWait, Error, Introspection, Login, Pending, PushedAuthorizationRequest, Registration,
    RegistrationLookup, RegistrationRequest, Revocation, Secret, Settings, SignedAuthorization,
    TokenRequest, TokenSet, TokenSource,
};

/// A login to begin.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub scopes: Vec<String>,
    pub offline: bool,
    /// What the server's own pages or hooks are told.
    pub parameters: Vec<(String, String)>,
}

/// A client that its server has told of itself.
type Discovered = Pin<Box<dyn Future<Output = Result<Box<dyn Subject>, Error>>>>;

/// A generated client.
pub trait Subject: Send + Sync {
    fn client_auth(self: Box<Self>, method: ClientAuth) -> Box<dyn Subject>;

    fn with_settings(self: Box<Self>, settings: Settings) -> Box<dyn Subject>;

    fn with_dpop(self: Box<Self>) -> Box<dyn Subject> {
        lacks("with_dpop")
    }

    fn redirect_uri(self: Box<Self>, uri: &str) -> Box<dyn Subject>;

    fn discover(self: Box<Self>) -> Discovered {
        lacks("discover")
    }

    fn authorize(&self, _: &Ask) -> Result<Login, Error> {
        lacks("authorize")
    }

    fn register(&self, _: &str) -> RegistrationRequest {
        lacks("register")
    }

    fn with_registration(self: Box<Self>, _: &Registration) -> Box<dyn Subject> {
        lacks("with_registration")
    }

    fn read_registration(&self, _: &Registration) -> RegistrationLookup {
        lacks("read_registration")
    }

    fn change_registration(&self, _: &Registration) -> RegistrationRequest {
        lacks("change_registration")
    }

    fn delete_registration(&self, _: &Registration) -> Deregistration {
        lacks("delete_registration")
    }

    fn push(&self, _: &Ask) -> PushedAuthorizationRequest {
        lacks("push")
    }

    fn sign(&self, _: &Ask) -> SignedAuthorization {
        lacks("sign")
    }

    fn finish(&self, _: Pending, _: Callback) -> TokenRequest {
        lacks("finish")
    }

    fn refresh(&self, _: &TokenSet) -> TokenRequest {
        lacks("refresh")
    }

    fn token_source(&self, _: TokenSet) -> TokenSource {
        lacks("token_source")
    }

    fn client_credentials(&self, _: &[String]) -> TokenRequest {
        lacks("client_credentials")
    }

    fn device(&self, _: &[String]) -> DeviceRequest {
        lacks("device")
    }

    fn poll<'login>(&self, _: &'login mut DeviceLogin) -> DevicePoll<'login> {
        lacks("poll")
    }

    fn finish_device(&self, _: DeviceLogin) -> DeviceWait {
        lacks("finish_device")
    }

    fn revoke_access_token(&self, _: Secret) -> Revocation {
        lacks("revoke_access_token")
    }

    fn revoke_refresh_token(&self, _: Secret) -> Revocation {
        lacks("revoke_refresh_token")
    }

    fn introspect(&self, _: Secret) -> Introspection {
        lacks("introspect")
    }

    fn userinfo(&self, _: &TokenSet) -> ApiCall {
        lacks("userinfo")
    }

    /// A grant of the spec's own.
    fn extension(&self, name: &str, _: &[&str]) -> TokenRequest {
        lacks(name)
    }
}

/// How the clients of a server are made: of its address, an id, a secret or a key where it has one,
/// and a redirect URI.
pub struct Generated {
    pub name: &'static str,
    pub confidential: Option<Confidential>,
    pub public: Option<Public>,
}

type Confidential = fn(&str, &str, ClientCredential, &str) -> Box<dyn Subject>;
type Public = fn(&str, &str, &str) -> Box<dyn Subject>;

include!(concat!(env!("OUT_DIR"), "/servers.rs"));

fn lacks(what: &str) -> ! {
    panic!("the spec of this server has no `{what}`")
}

/// The scopes that have a variant, and the texts of the others.
fn split<Scope: FromStr>(scopes: &[String]) -> (Vec<Scope>, Vec<&str>) {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for scope in scopes {
        match scope.parse() {
            Ok(scope) => known.push(scope),
            Err(_) => others.push(scope.as_str()),
        }
    }
    (known, others)
}

/// A text that no request of this process has had.
pub fn another_text() -> String {
    static TEXTS: AtomicUsize = AtomicUsize::new(0);
    format!("text {}", TEXTS.fetch_add(1, Ordering::Relaxed))
}
