//! What a spec leaves out, and what the generated client does about it.

use oauth_atlas_codegen::model::{Endpoint, EndpointKind, HttpMethod, Pkce, Provider};
use oauth_atlas_codegen::prose::code;

/// What a spec does not say.
pub(super) struct LeftOut {
    /// What it is about.
    pub(super) what: String,
    /// What holds instead.
    pub(super) instead: String,
    /// Whether the standard fills the gap. Otherwise nobody knows.
    pub(super) is_standard: bool,
}

struct List<'p> {
    provider: &'p Provider,
    found: Vec<LeftOut>,
}

/// All of it, in the order of a spec.
pub(super) fn left_out(provider: &Provider) -> Vec<LeftOut> {
    let mut list = List {
        provider,
        found: Vec::new(),
    };
    list.unknown(
        &["registration"],
        "registration of a client",
        "the provider's documentation may say",
    );
    list.clients();
    list.endpoints();
    list.login();
    list.refresh();
    list.scopes();
    list.lifetimes();
    list.answers();
    list.found
}

impl List<'_> {
    fn standard(&mut self, keys: &[&str], what: &str, instead: impl Into<String>) {
        self.add(keys, what, instead.into(), true);
    }

    fn unknown(&mut self, keys: &[&str], what: &str, instead: impl Into<String>) {
        self.add(keys, what, instead.into(), false);
    }

    /// Adds what none of the keys says.
    fn add(&mut self, keys: &[&str], what: &str, instead: String, is_standard: bool) {
        if !keys.iter().any(|key| self.provider.says(key)) {
            self.found.push(LeftOut {
                what: what.to_owned(),
                instead,
                is_standard,
            });
        }
    }

    fn clients(&mut self) {
        for (kind, client) in self.provider.clients() {
            let methods: Vec<_> = client.auth.iter().map(|method| method.word()).collect();
            let key = format!("clients.{}.auth", kind.word());
            let what = format!("authentication of {} clients", kind.word());
            self.standard(&[&key], &what, format!("`{}`", methods.join("`, `")));
        }
    }

    fn endpoints(&mut self) {
        let provider = self.provider;
        for (kind, endpoint) in provider.called_endpoints() {
            self.endpoint(kind, endpoint);
        }
        let missing: Vec<_> = EndpointKind::ALL
            .iter()
            .filter(|kind| is_expected(**kind) && provider.endpoint(**kind).is_none())
            .map(|kind| kind.name())
            .collect();
        if !missing.is_empty() {
            self.unknown(
                &[],
                "other endpoints",
                format!("no {}: clients have no such method", missing.join(", ")),
            );
        }
        self.unknown(
            &["issuer"],
            "issuer",
            "none: `iss` in callbacks is not checked",
        );
    }

    fn endpoint(&mut self, kind: EndpointKind, endpoint: &Endpoint) {
        let what = kind.to_string();
        let key = |key: &str| format!("endpoints.{}.{key}", kind.word());
        let method = (key("method"), endpoint.method.word().to_owned());
        let encodings: Vec<_> = endpoint.encodings.iter().map(|one| one.word()).collect();
        let encoding = (
            key("encoding"),
            format!("parameters as {}", encodings.join(" or ")),
        );
        // What is asked for by `GET` has parameters in its URL, whatever is said.
        let encoding = Some(encoding).filter(|_| endpoint.method != HttpMethod::Get);
        let left: Vec<_> = std::iter::once(method)
            .chain(encoding)
            .filter(|(key, _)| !self.provider.says(key))
            .map(|(_, value)| value)
            .collect();
        if !left.is_empty() {
            self.standard(&[], &what, left.join(", "));
        }
    }

    fn login(&mut self) {
        let Some(grant) = &self.provider.authorization_code else {
            return;
        };
        let key = |key: &str| format!("grants.authorization_code.{key}");
        let challenge = grant.pkce.challenge.word();
        self.unknown(
            &[&key("pkce")],
            "PKCE",
            format!("{}; sent with `{challenge}`", grant.pkce.status.word()),
        );
        if grant.pkce.status != Pkce::Unsupported && self.provider.says(&key("pkce")) {
            let instead = format!("`{challenge}`");
            self.standard(&[&key("challenge")], "PKCE challenge", instead);
        }
        if !self.provider.description().requires_redirect_uri() {
            self.unknown(
                &[&key("authorization_requires")],
                "`redirect_uri`",
                "may be required or not; sent if the client has one",
            );
        }
        self.standard(&["state"], "`state`", "returned, of any length");
        self.standard(&["callback"], "callback", "as in RFC 6749 §4.1.2");
    }

    fn refresh(&mut self) {
        if self.provider.refresh_token.is_some() {
            self.unknown(
                &["grants.refresh_token.rotation"],
                "refresh token after a refresh",
                "a new one replaces it; otherwise it is kept",
            );
            self.unknown(
                &["grants.refresh_token.ends_access_token"],
                "old access token after a refresh",
                "no longer used either way",
            );
        }
    }

    fn scopes(&mut self) {
        let scopes = &self.provider.scopes;
        let separators: Vec<_> = scopes
            .request_separators
            .iter()
            .map(|one| one.word())
            .collect();
        self.standard(
            &["scopes.separator"],
            "scope separator",
            format!("a {}", separators.join(" or a ")),
        );
        self.unknown(
            &["scopes.omitted"],
            "a request without scopes",
            "sent as it is",
        );
        if !scopes.values.is_empty() {
            self.standard(&["scopes.partial"], "the list of scopes", "complete");
        }
    }

    fn lifetimes(&mut self) {
        let code = self.provider.authorization_code.is_some();
        let refresh = self.provider.refresh_token.is_some();
        let tokens = [
            ("access_token", true),
            ("refresh_token", refresh),
            ("authorization_code", code),
        ];
        for (token, is_there) in tokens {
            if is_there {
                let what = format!("{} lifetime", token.replace('_', " "));
                let key = format!("lifetimes.{token}");
                self.unknown(&[&key], &what, "as the response states, if it does");
            }
        }
    }

    fn answers(&mut self) {
        let api = &self.provider.api;
        self.standard(
            &["api.header", "api.prefix", "api.query"],
            "access token in API calls",
            code(&format!("{}: {}<access token>", api.header, api.prefix)),
        );
        self.unknown(&["api.url"], "API URL", "none: calls take absolute URLs");
        let response = &self.provider.token_response;
        self.standard(
            &["token_response.format"],
            "body of a token response",
            response.format.word(),
        );
        self.standard(
            &["token_response.expiry"],
            "unit of `expires_in`",
            response.expiry.word(),
        );
    }
}

/// Whether a provider may be expected to have this endpoint. Tokens are refreshed where they come from
/// unless a spec says otherwise; the other two are told of elsewhere.
fn is_expected(kind: EndpointKind) -> bool {
    !matches!(
        kind,
        EndpointKind::Refresh
            | EndpointKind::Authorization
            | EndpointKind::Metadata
            | EndpointKind::Api
    )
}
