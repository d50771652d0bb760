//! A server with all that the suite knows of it: what its folder says, and where it runs.

use std::fs;
use std::path::{Path, PathBuf};

use oauth_atlas::{Callback, ClientCredential, Login, Settings, TokenSet};
use oauth_atlas_codegen::model::Provider;
use oauth_atlas_codegen::{Source, load};

use crate::browser::{Browser, Decision};
use crate::certificates::{Shown, showing};
use crate::expectations::Expectations;
use crate::process::Process;
use crate::registration::{certified_id, id, redirect_uri, secret, signing_id};
use crate::subject::{ALL, Ask, Generated, Subject};

/// The folders of all servers.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("servers")
}

pub struct Server {
    pub name: &'static str,
    pub spec: Provider,
    pub expected: Expectations,
    clients: &'static Generated,
    process: Process,
}

impl Server {
    /// Every server that the build script has found.
    pub fn all() -> Result<Vec<Self>, String> {
        ALL.iter().map(Self::read).collect()
    }

    fn read(clients: &'static Generated) -> Result<Self, String> {
        let folder = folder().join(clients.name);
        let spec = folder.join("provider.yaml");
        let text = fs::read_to_string(&spec)
            .map_err(|error| format!("cannot read {}: {error}", spec.display()))?;
        let source = Source::new(format!("{}.yaml", clients.name), text);
        let mut specs = load(&[source]).map_err(|report| report.render(false))?;
        Ok(Self {
            name: clients.name,
            spec: specs.remove(0),
            expected: Expectations::read(&folder)?,
            clients,
            process: Process::new(clients.name),
        })
    }

    pub fn is_installed(&self) -> bool {
        self.process.is_installed()
    }

    /// Where it runs, which it does from now on.
    pub fn origin(&self) -> &str {
        self.process.origin()
    }

    /// The UserInfo endpoint, for calls that are made of a URL.
    pub fn userinfo(&self) -> String {
        let endpoint = self.spec.userinfo.as_ref().expect("the spec has one");
        endpoint.url.replace("{server}", self.origin())
    }

    pub fn confidential(&self, client: &str) -> Box<dyn Subject> {
        self.with_secret(client, secret(client))
    }

    pub fn with_secret(&self, client: &str, secret: &str) -> Box<dyn Subject> {
        let make = self.clients.confidential.expect("confidential clients");
        make(self.origin(), id(client), secret.into(), redirect_uri())
    }

    /// The client that signs in this way.
    pub fn signing(
        &self,
        client: &str,
        credential: impl Into<ClientCredential>,
    ) -> Box<dyn Subject> {
        let make = self.clients.confidential.expect("confidential clients");
        make(
            self.origin(),
            signing_id(client),
            credential.into(),
            redirect_uri(),
        )
    }

    /// The client that shows this certificate, where the server wants one: at the endpoints that its
    /// metadata has for that (RFC 8705 §5).
    pub async fn certified(&self, client: &str, shown: Shown) -> Box<dyn Subject> {
        let settings = Settings::new().http_client(showing(shown));
        let make = self.clients.confidential.expect("confidential clients");
        let id = certified_id(client);
        let certificate = ClientCredential::certificate();
        let client = make(self.origin(), id, certificate, redirect_uri()).with_settings(settings);
        client.discover().await.expect("metadata")
    }

    pub fn public(&self, client: &str) -> Box<dyn Subject> {
        let make = self.clients.public.expect("public clients");
        make(self.origin(), id(client), redirect_uri())
    }

    /// The login that all flows begin with.
    pub fn ask(&self) -> Ask {
        Ask {
            scopes: self.expected.login.scopes.clone(),
            offline: self.expected.login.offline,
            parameters: Vec::new(),
        }
    }

    /// The login with parameters of the server's own.
    pub fn ask_with(&self, parameters: impl IntoIterator<Item = (String, String)>) -> Ask {
        Ask {
            parameters: parameters.into_iter().collect(),
            ..self.ask()
        }
    }

    /// What comes back when the user agrees.
    pub async fn callback(&self, client: &dyn Subject) -> (Login, String) {
        let login = client.authorize(&self.ask()).expect("a login begins");
        let callback = Browser::new(Decision::Allow).callback(&login).await;
        (login, callback)
    }

    /// The tokens of a user who agrees.
    pub async fn log_in(&self, client: &dyn Subject) -> TokenSet {
        let (login, callback) = self.callback(client).await;
        let callback = Callback::from(callback);
        let tokens = client.finish(login.pending, callback).await;
        tokens.expect("the login succeeds")
    }

    /// Where the spec and the expectations do not go together.
    pub fn contradiction(&self) -> Option<String> {
        let (spec, expected) = (&self.spec, &self.expected);
        let has_extension = |name| spec.extensions.iter().any(|one| one.name == name);
        let required = [
            ("clients.confidential", spec.confidential.is_some()),
            ("clients.public", spec.public.is_some()),
            ("authorization_code", spec.authorization_code.is_some()),
            ("refresh_token", spec.refresh_token.is_some()),
            ("client_credentials", spec.client_credentials.is_some()),
            ("extensions.magic", has_extension("magic")),
            ("userinfo", spec.userinfo.is_some()),
            ("issuer", spec.issuer.is_some() || !spec.issuer_in_callback),
        ];
        if let Some((missing, _)) = required.into_iter().find(|(_, is_there)| !is_there) {
            return Some(format!("its spec lacks `{missing}`"));
        }
        let same = [
            (
                "revocation",
                spec.revocation.is_some(),
                expected.revocation.is_some(),
            ),
            (
                "introspection",
                spec.introspection.is_some(),
                expected.introspection.is_some(),
            ),
            (
                "device",
                spec.device_code.is_some(),
                expected.device.is_some(),
            ),
            (
                "password",
                has_extension("password"),
                expected.password.is_some(),
            ),
            (
                "login.offline",
                spec.offline.is_some(),
                expected.login.offline,
            ),
        ];
        let (what, in_spec, _) = same.into_iter().find(|(_, one, other)| one != other)?;
        Some(match in_spec {
            true => format!("its expectations lack `{what}`, which its spec has"),
            false => format!("its expectations have `{what}`, which its spec lacks"),
        })
    }
}
