//! A spec from metadata: what it says, what it leaves open, and what no key can say.

use serde_json::Value;

use oauth_atlas_codegen::writing;
use oauth_atlas_runtime::is_loopback;

use super::arguments::Arguments;
use super::draft::{Draft, Entry, Remarks, Source, Url};
use super::template::{head, known_or, title};
use crate::metadata::{CERTIFICATE_ENDPOINTS, Metadata};
use leftover::short;
use server::{BASE_URL, Server};

mod clients;
mod endpoints;
mod grants;
mod leftover;
mod obstacles;
mod scopes;
mod server;

/// The members that become keys of the spec; the rest are left over.
const READ: [&str; 19] = [
    "issuer",
    "service_documentation",
    "registration_endpoint",
    "authorization_endpoint",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "userinfo_endpoint",
    "scopes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "revocation_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "authorization_response_iss_parameter_supported",
];

/// The spec that metadata and these answers begin; an answer counts for more. `address` is where
/// the metadata is. The error says why there can be none.
pub fn draft(
    answers: &Arguments,
    metadata: &Metadata,
    address: Option<&String>,
) -> Result<Draft, String> {
    let is_here = |url: &str| {
        let url = oauth_atlas_runtime::Url::parse(url);
        url.is_ok_and(|url| is_loopback(&url))
    };
    // A page that only this machine reaches is no source.
    let address = address.filter(|address| address.starts_with("https://") && !is_here(address));
    let is_loopback = is_here(&metadata.issuer);
    let mut writer = Writer {
        answers,
        metadata,
        server: (answers.self_hosted || is_loopback)
            .then(|| Server::of(metadata))
            .flatten(),
        leftovers: Vec::new(),
    };
    let extensions = writer.extensions();
    let grants = writer.grants(!extensions.is_empty())?;
    let has = |name: &str| grants.iter().any(|grant| grant.key == name);
    let endpoints = writer.endpoints(&has);
    let clients = writer.clients();
    let (scopes, partial_scopes) = writer.scopes();
    let offline_access =
        has("refresh_token") && scopes.iter().any(|scope| scope.name == "offline_access");
    let issuer = writer.issuer(&endpoints);
    let documentation = writer.documentation();
    let mut remarks = writer.remarks(&issuer);
    if !clients.iter().any(|client| client.key == "confidential") && has("client_credentials") {
        return Err(
            "the metadata has the client credentials grant, but no authentication method that a \
             spec can express: token_endpoint_auth_methods_supported"
                .to_owned(),
        );
    }
    if address.is_none() {
        remarks.head.push(
            "The source has no public address: replace it with the one in the documentation."
                .to_owned(),
        );
    }
    writer.rest();
    let obstacles = writer.obstacles(has("authorization_code"));
    Ok(Draft {
        id: answers.name.clone(),
        title: title(answers),
        summary: answers.summary.clone(),
        documentation,
        issuer_in_callback: issuer.is_some()
            && metadata.is_true("authorization_response_iss_parameter_supported"),
        requires_pushed_logins: endpoints
            .iter()
            .any(|one| one.key == "pushed_authorization_request")
            && metadata.is_true("require_pushed_authorization_requests"),
        issuer,
        source: Source {
            name: "metadata",
            title: if metadata.is_openid() {
                "Discovery document of OpenID Connect"
            } else {
                "Authorization server metadata (RFC 8414)"
            }
            .to_owned(),
            url: known_or(address, "/.well-known/openid-configuration"),
            checked: answers.today,
        },
        endpoints,
        clients,
        grants,
        scopes,
        partial_scopes,
        extensions,
        offline_access,
        remarks,
        leftovers: writer.leftovers,
        obstacles,
    })
}

struct Writer<'a> {
    answers: &'a Arguments,
    metadata: &'a Metadata,
    /// The server, where each customer has one.
    server: Option<Server>,
    leftovers: Vec<(String, String)>,
}

impl Writer<'_> {
    /// The URL in a member, if a spec can hold it; if not, it is left over with the reason.
    fn url(&mut self, key: &str) -> Option<String> {
        let url = self.metadata.text(key)?;
        let server = self.server.as_ref();
        if let Some(template) = server.and_then(|server| server.template(url)) {
            return Some(template);
        }
        match writing::endpoint_complaint(url) {
            None => Some(url.to_owned()),
            Some((complaint, _)) => {
                let value = format!("{} ({complaint})", short(&Value::from(url)));
                self.leftovers.push((key.to_owned(), value));
                None
            }
        }
    }

    fn issuer(&mut self, endpoints: &[Entry]) -> Option<Url> {
        let is_at_server = |entry: &Entry| match &entry.url {
            Some(Url::Known(url)) => url.starts_with(BASE_URL),
            _ => false,
        };
        // Without an endpoint at it, the variable would be nobody's.
        if !endpoints.iter().any(is_at_server) {
            self.server = None;
        }
        self.url("issuer").map(Url::Known)
    }

    fn documentation(&mut self) -> Url {
        if let Some(page) = &self.answers.documentation {
            return Url::Known(page.clone());
        }
        let page = self.metadata.text("service_documentation");
        let complaint = page.and_then(writing::page_complaint);
        match (page, complaint) {
            (Some(page), None) => Url::Known(page.to_owned()),
            (Some(page), Some((complaint, _))) => {
                let value = format!("{} ({complaint})", short(&Value::from(page)));
                self.leftovers
                    .push(("service_documentation".to_owned(), value));
                Url::Missing("/documentation")
            }
            (None, _) => Url::Missing("/documentation"),
        }
    }

    fn remarks(&self, issuer: &Option<Url>) -> Remarks {
        let mut remarks = Remarks {
            head: head(&title(self.answers)),
            ..Remarks::default()
        };
        remarks.head.push(
            "All of this is from the provider's metadata. Add the rest from the documentation; if the \
             two differ, prefer the documentation (`conflicts`)."
                .to_owned(),
        );
        match (&self.server, issuer) {
            (Some(_), Some(_)) => remarks.head.push(
                "Each customer has a server of their own: {base_url} replaces the address that \
                 served this metadata."
                    .to_owned(),
            ),
            (None, Some(_)) => remarks.head.push(
                "If each customer has a server of their own, start again with --self-hosted, which \
                 makes its address a variable."
                    .to_owned(),
            ),
            (_, None) => {}
        }
        if issuer.is_none() {
            remarks
                .head
                .push("A spec cannot hold this issuer; see below.".to_owned());
        }
        if self.metadata.has_certificate_endpoints() {
            remarks.endpoints.push(
                match self.metadata.is_by_certificate() {
                    true => {
                        "Each client shows a certificate, so these are the URLs of \
                         mtls_endpoint_aliases where it has them (RFC 8705 §5)."
                    }
                    false => {
                        "A client that shows a certificate uses the URLs of mtls_endpoint_aliases \
                         below (RFC 8705 §5): `Settings::replace_endpoint` sets them."
                    }
                }
                .to_owned(),
            );
        }
        let types = self.metadata.texts("response_types_supported");
        if types.is_some_and(|types| !types.contains(&"code")) {
            remarks.endpoints.push(
                "response_types_supported has no `code`: check whether there is an authorization code \
                 grant at all."
                    .to_owned(),
            );
        }
        remarks.scopes.push(
            match self.metadata.texts("scopes_supported") {
                None => "scopes_supported is missing: look for \"scopes\" or \"permissions\".",
                Some(_) => {
                    "Metadata may omit scopes (RFC 8414 §2) and never describes them: \
                     look for \"scopes\" or \"permissions\"."
                }
            }
            .to_owned(),
        );
        if self.answers.auth.is_empty() && self.secrets().len() > 1 {
            remarks.clients.push(
                "The first one is the default: put the one first that the documentation \
                 shows."
                    .to_owned(),
            );
        }
        remarks.end.push(
            "Then add, if documented: rotation of refresh tokens, lifetimes, errors, api (how the token is sent), token_response, examples."
                .to_owned(),
        );
        remarks
    }

    fn lists(&self, key: &str, value: &str) -> bool {
        let texts = self.metadata.texts(key);
        texts.is_some_and(|texts| texts.contains(&value))
    }

    /// What was not read, and what has the wrong type.
    fn rest(&mut self) {
        for (key, expected) in &self.metadata.wrong {
            let value = format!("(not {expected}, as RFC 8414 has it)");
            self.leftovers.push((key.clone(), value));
        }
        for (key, value) in self.metadata.members() {
            let says_more = key != "response_types_supported" || short(value) != "code";
            let is_used = key == CERTIFICATE_ENDPOINTS && self.metadata.is_by_certificate();
            if !READ.contains(&key) && says_more && !is_used {
                self.leftovers.push((key.to_owned(), short(value)));
            }
        }
        self.leftovers.sort();
        self.leftovers.dedup();
    }
}
