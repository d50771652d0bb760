//! A spec from metadata: what it says, what it leaves open, and what no key can say.

use serde_json::Value;

use oauth_atlas_codegen::writing;
use oauth_atlas_runtime::is_loopback;

use super::arguments::{Arguments, ClientType, Template, word};
use super::draft::{Draft, Entry, Extension, Remarks, Scope, Source, Url};
use super::template::{clients, head, known_or, methods, scope, title};
use crate::metadata::{DEVICE_CODE, Metadata};

/// The client authentication methods of RFC 8414 that a spec has a key for, but for `none`.
const SECRETS: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The grants of a spec, by their name in metadata.
const GRANTS: [(&str, &str); 4] = [
    ("authorization_code", "authorization_code"),
    ("refresh_token", "refresh_token"),
    ("client_credentials", "client_credentials"),
    (DEVICE_CODE, "device_code"),
];

/// The members that become keys of the spec; the rest are left over.
const READ: [&str; 15] = [
    "issuer",
    "service_documentation",
    "authorization_endpoint",
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "userinfo_endpoint",
    "scopes_supported",
    "grant_types_supported",
    "token_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_methods_supported",
    "code_challenge_methods_supported",
    "authorization_response_iss_parameter_supported",
];

/// What is asked of every client where it is true, whether that concerns logins alone, and why no
/// client can do it.
const REQUIRED: [(&str, bool, &str); 3] = [
    (
        "require_pushed_authorization_requests",
        true,
        "no client pushes its authorization requests (RFC 9126)",
    ),
    (
        "require_signed_request_object",
        true,
        "no client signs its authorization requests (RFC 9101)",
    ),
    (
        "dpop_bound_access_tokens",
        false,
        "no client proves that it holds a key (DPoP, RFC 9449)",
    ),
];

/// Longer values of members that are left over are cut.
const MAX_LEFTOVER: usize = 300;

/// Of more scopes the first are listed, so that the spec is not too large to be one.
const MAX_SCOPES: usize = 1000;

/// The most bytes of their names.
const MAX_SCOPE_BYTES: usize = 64 * 1024;

/// Grants beyond those that a spec has keys for, with what their standards say that they take.
const EXTENSIONS: [Extension; 6] = [
    Extension {
        key: "token_exchange",
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        description: "Exchanges a token for another (RFC 8693).",
        parameters: &[
            ("subject_token", "The token."),
            ("subject_token_type", "What it is, as a URI of RFC 8693 §3."),
        ],
    },
    Extension {
        key: "jwt_bearer",
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        description: "Gets tokens for a signed assertion (RFC 7523 §2.1).",
        parameters: &[("assertion", "The assertion, a JWT.")],
    },
    Extension {
        key: "saml2_bearer",
        grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
        description: "Gets tokens for a SAML assertion (RFC 7522 §2.1).",
        parameters: &[("assertion", "The assertion, base64url-encoded.")],
    },
    Extension {
        key: "ciba",
        grant_type: "urn:openid:params:grant-type:ciba",
        description: "Gets tokens for a login that the user approves elsewhere (OpenID Connect CIBA §10.1).",
        parameters: &[("auth_req_id", "The id of the authentication request.")],
    },
    Extension {
        key: "uma_ticket",
        grant_type: "urn:ietf:params:oauth:grant-type:uma-ticket",
        description: "Gets a token for a permission ticket (UMA 2.0 Grant §3.3.1).",
        parameters: &[("ticket", "The permission ticket.")],
    },
    Extension {
        key: "pre_authorized_code",
        grant_type: "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        description: "Gets tokens for the offer of a credential (OpenID4VCI §6.1).",
        parameters: &[("pre-authorized_code", "The code of the offer.")],
    },
];

/// What opens the URLs of a server that each customer has.
const BASE_URL: &str = "{base_url}";

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
            "the metadata has the client credentials grant, and no way to authenticate that a spec \
             can hold: token_endpoint_auth_methods_supported"
                .to_owned(),
        );
    }
    if address.is_none() {
        remarks.head.push(
            "The source has no address that everybody can read: see where the documentation says \
             it is."
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

/// The server that the metadata is of, where each customer has one.
struct Server {
    /// What the URLs of all servers begin with: the issuer, or its origin where endpoints are beside
    /// it.
    base: String,
}

impl Server {
    /// Nothing where no endpoint is at it.
    fn of(metadata: &Metadata) -> Option<Self> {
        let issuer = metadata.issuer.trim_end_matches('/');
        let members = READ.iter().filter(|key| key.ends_with("_endpoint"));
        let urls: Vec<_> = members.filter_map(|key| metadata.text(key)).collect();
        let origin = origin(issuer);
        let is_beside = |url: &&str| below(url, origin).is_some() && below(url, issuer).is_none();
        let base = match urls.iter().any(is_beside) {
            true => origin,
            false => issuer,
        };
        let server = Self {
            base: base.to_owned(),
        };
        let is_there = urls.iter().any(|url| server.template(url).is_some());
        is_there.then_some(server)
    }

    /// The URL with the variable in the place of the base; nothing where it is elsewhere, or where a
    /// spec cannot hold the rest.
    fn template(&self, url: &str) -> Option<String> {
        let rest = below(url, &self.base)?;
        // A slash at the end of an issuer is not one of a path.
        let template = format!("{BASE_URL}{rest}");
        let is_plain = !rest.contains(['{', '}']);
        (is_plain && writing::endpoint_variables(&template).is_ok()).then_some(template)
    }
}

/// What follows a URL in one that is below it.
fn below<'u>(url: &'u str, base: &str) -> Option<&'u str> {
    let rest = url.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// The scheme and the host.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |colon| colon + "://".len());
    let end = url[start..].find(['/', '?', '#']);
    &url[..end.map_or(url.len(), |end| start + end)]
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

    /// The grants that have a standard of their own and no key.
    fn extensions(&mut self) -> Vec<Extension> {
        let listed = self.metadata.grants().unwrap_or_default();
        let known = EXTENSIONS.iter().copied();
        known
            .filter(|extension| listed.contains(&extension.grant_type))
            .collect()
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

    fn grants(&mut self, has_extensions: bool) -> Result<Vec<Entry>, String> {
        let listed = self.metadata.grants();
        // RFC 8414 §2: left out, it stands for these two, of which a spec has no `implicit`.
        let names = listed
            .clone()
            .unwrap_or_else(|| vec!["authorization_code", "implicit"]);
        let is_of_logins = self.lists("response_types_supported", "code")
            && self.metadata.text("authorization_endpoint").is_some();
        let mut grants = Vec::new();
        for (name, key) in GRANTS {
            let by_response_type = key == "authorization_code" && is_of_logins;
            if !names.contains(&name) && !by_response_type {
                continue;
            }
            if key == "client_credentials" && self.answers.client == Some(ClientType::Public) {
                let value = format!("{name} (for confidential clients, RFC 6749 §4.4)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let device = self.metadata.text("device_authorization_endpoint");
            let server = self.server.as_ref();
            let is_wrong = |url: &str| {
                let template = server.and_then(|server| server.template(url));
                template.is_none() && writing::endpoint_complaint(url).is_some()
            };
            if key == "device_code" && device.is_none_or(is_wrong) {
                let value = format!("{name} (and no device_authorization_endpoint)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let entry = Entry::new(key);
            grants.push(match key {
                "authorization_code" if !names.contains(&name) => self.pkce(entry).remark(
                    "grant_types_supported does not list it, and response_types_supported has its \
                     `code`: see whether there are logins.",
                ),
                "authorization_code" => self.pkce(entry),
                _ => entry,
            });
        }
        let is_extension = |name: &str| EXTENSIONS.iter().any(|one| one.grant_type == name);
        let others: Vec<_> = names
            .iter()
            .filter(|name| !GRANTS.iter().any(|(known, _)| known == *name) && !is_extension(name))
            .map(|name| match *name {
                "password" => "password (which OAuth 2.1 gives up: a spec has no key for it)",
                other => other,
            })
            .collect();
        if !others.is_empty() && listed.is_some() {
            let value = cut(&others.join(", "));
            self.leftovers
                .push(("grant_types_supported".to_owned(), value));
        }
        if !has_extensions && !grants.iter().any(|grant| grant.key != "refresh_token") {
            return Err(format!(
                "the metadata has no grant that gives a first token and that a spec can hold: \
                 grant_types_supported is {}",
                cut(&names.join(", "))
            ));
        }
        if listed.is_none()
            && let Some(first) = grants.first_mut()
        {
            first.remarks.push(
                "grant_types_supported is not there, which stands for authorization_code and \
                 implicit (RFC 8414 §2). Add refresh_token, client_credentials or device_code \
                 where the documentation has them."
                    .to_owned(),
            );
        }
        Ok(grants)
    }

    fn pkce(&mut self, entry: Entry) -> Entry {
        if let Some(pkce) = &self.answers.pkce {
            return entry.with("pkce", &word(*pkce));
        }
        match self.metadata.texts("code_challenge_methods_supported") {
            Some(methods) if methods.contains(&"S256") => entry.with("pkce", "optional").remark(
                "Documented, since S256 is listed; `required` where the documentation says so.",
            ),
            Some(methods) if methods.contains(&"plain") => entry
                .with("pkce", "optional")
                .with("challenge", "plain")
                .remark("code_challenge_methods_supported lists plain alone."),
            Some(methods) => entry.with("pkce", "unknown").remark(format!(
                "code_challenge_methods_supported lists neither S256 nor plain, but [{}].",
                cut(&methods.join(", "))
            )),
            None => entry.with("pkce", "unknown").remark(
                "code_challenge_methods_supported is not there: nothing is said of PKCE, which is \
                 not a no.",
            ),
        }
    }

    fn endpoints(&mut self, has: &dyn Fn(&str) -> bool) -> Vec<Entry> {
        let mut endpoints = Vec::new();
        let authorization = self
            .answers
            .authorization_endpoint
            .clone()
            .or_else(|| self.url("authorization_endpoint"));
        match (has("authorization_code"), authorization) {
            (true, url) => {
                let url = known_or(url.as_ref(), "/authorize");
                endpoints.push(self.placed(Entry::at("authorization", url)));
            }
            (false, Some(url)) => {
                let value = format!("{url} (and no authorization_code in grant_types_supported)");
                self.leftovers
                    .push(("authorization_endpoint".to_owned(), value));
            }
            (false, None) => {}
        }
        let token = self.answers.token_endpoint.clone();
        let token = token.or_else(|| self.url("token_endpoint"));
        endpoints.push(self.placed(Entry::at("token", known_or(token.as_ref(), "/token"))));
        for (key, member) in [
            ("revocation", "revocation_endpoint"),
            ("introspection", "introspection_endpoint"),
            ("device_authorization", "device_authorization_endpoint"),
        ] {
            if let Some(url) = self.url(member) {
                let entry = self.placed(Entry::at(key, Url::Known(url)));
                let entry = self.own_auth(entry);
                endpoints.push(if key == "device_authorization" && !has("device_code") {
                    entry.remark(
                        "grant_types_supported does not list the grant of this endpoint: see \
                         whether it is device_code.",
                    )
                } else {
                    entry
                });
            }
        }
        if let Some(url) = self.url("userinfo_endpoint") {
            let mut entry = self.placed(Entry::at("userinfo", Url::Known(url)));
            if self.lists("scopes_supported", "openid") {
                entry = entry.with("scope", "openid");
            }
            endpoints.push(entry);
        }
        endpoints
    }

    /// An endpoint elsewhere than the issuer is often right, and always worth a look.
    fn placed(&self, entry: Entry) -> Entry {
        let issuer = host(&self.metadata.issuer);
        match &entry.url {
            Some(Url::Known(url)) if url.starts_with(BASE_URL) || host(url) == issuer => entry,
            Some(Url::Known(_)) if self.server.is_some() => {
                entry.remark("Elsewhere than at the customer's server.")
            }
            Some(Url::Known(_)) => {
                entry.remark(format!("Another host than the issuer's, {issuer}."))
            }
            _ => entry,
        }
    }

    /// Where an endpoint does not take the token endpoint's first method, it has its own.
    fn own_auth(&mut self, entry: Entry) -> Entry {
        let member = format!("{}_endpoint_auth_methods_supported", entry.key);
        let Some(methods) = self.metadata.texts(&member) else {
            return entry;
        };
        self.left_over_methods(&member, &methods);
        let token = self.secrets();
        let preferred = token.first().map_or("none", String::as_str);
        if methods.contains(&preferred) {
            return entry;
        }
        let possible = if token.is_empty() { &[] } else { &SECRETS[..] };
        let mut possible = possible.iter().copied().chain(["none"]);
        let Some(method) = possible.find(|method| methods.contains(method)) else {
            return entry.remark(format!("TODO: {member} is [{}].", cut(&methods.join(", "))));
        };
        let entry = entry.with("auth", method);
        if method != "none" && self.lists("token_endpoint_auth_methods_supported", "none") {
            return entry.remark("A public client has no secret for this: see what it does here.");
        }
        entry
    }

    /// The client authentication methods that a spec has no word for.
    fn left_over_methods(&mut self, member: &str, methods: &[&str]) {
        let others: Vec<_> = methods
            .iter()
            .filter(|method| !SECRETS.contains(method) && **method != "none")
            .copied()
            .collect();
        if !others.is_empty() {
            let value = cut(&others.join(", "));
            self.leftovers.push((member.to_owned(), value));
        }
    }

    /// The methods of confidential clients at the token endpoint; none where there are no such
    /// clients.
    fn secrets(&self) -> Vec<String> {
        if self.answers.client == Some(ClientType::Public) {
            return Vec::new();
        }
        if !self.answers.auth.is_empty() {
            return methods(self.answers);
        }
        let listed = self.metadata.texts("token_endpoint_auth_methods_supported");
        // RFC 8414 §2: left out, it stands for this one.
        let listed = listed.unwrap_or_else(|| vec!["client_secret_basic"]);
        let listed = listed.into_iter().filter(|method| SECRETS.contains(method));
        listed.map(str::to_owned).collect()
    }

    fn clients(&mut self) -> Vec<Entry> {
        let member = "token_endpoint_auth_methods_supported";
        let listed = self.metadata.texts(member);
        self.left_over_methods(member, listed.as_deref().unwrap_or_default());
        if self.answers.client.is_some() || !self.answers.auth.is_empty() {
            return clients(self.answers, Template::Plain);
        }
        let secrets = self.secrets();
        let public = listed
            .as_ref()
            .is_some_and(|methods| methods.contains(&"none"));
        let mut entries = Vec::new();
        if !secrets.is_empty() || !public {
            let mut entry = Entry::new("confidential");
            if !secrets.is_empty() {
                entry.settings.push(("auth", secrets));
            }
            entries.push(match listed {
                None => entry.remark(format!(
                    "{member} is not there, which stands for client_secret_basic (RFC 8414 §2)."
                )),
                Some(_) if entry.settings.is_empty() => entry.remark(format!(
                    "TODO: {member} lists none that a spec has a word for."
                )),
                Some(_) => entry,
            });
        }
        if public {
            entries.push(Entry::new("public"));
        }
        entries
    }

    fn scopes(&mut self) -> (Vec<Scope>, bool) {
        let listed = self.metadata.texts("scopes_supported").unwrap_or_default();
        let (templates, listed): (Vec<_>, Vec<_>) = listed
            .into_iter()
            .partition(|name| writing::is_scope_template(name));
        if !templates.is_empty() {
            let value = format!("{} (with variables)", cut(&templates.join(", ")));
            self.leftovers.push(("scopes_supported".to_owned(), value));
        }
        // RFC 8414 §2: the server may keep scopes to itself.
        let partial = !listed.is_empty();
        let mut bytes = 0;
        let fit = listed.iter().take(MAX_SCOPES).take_while(|name| {
            bytes += name.len();
            bytes <= MAX_SCOPE_BYTES
        });
        let mut names: Vec<String> = fit.map(|name| (*name).to_owned()).collect();
        if names.len() < listed.len() {
            let value = format!("{} more than those above", listed.len() - names.len());
            self.leftovers.push(("scopes_supported".to_owned(), value));
        }
        for name in &self.answers.scopes {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        (names.into_iter().map(scope).collect(), partial)
    }

    fn remarks(&self, issuer: &Option<Url>) -> Remarks {
        let mut remarks = Remarks {
            head: head(&title(self.answers)),
            ..Remarks::default()
        };
        remarks.head.push(
            "All of it is from its metadata; the documentation has the rest, and counts for more \
             where the two differ (`conflicts`)."
                .to_owned(),
        );
        match (&self.server, issuer) {
            (Some(_), Some(_)) => remarks.head.push(
                "Each customer has a server of their own: {base_url} is in the place of the address \
                 whose metadata this is."
                    .to_owned(),
            ),
            (None, Some(_)) => remarks.head.push(
                "Where each customer has a server of their own, begin again with --self-hosted, which \
                 makes its address a variable."
                    .to_owned(),
            ),
            (_, None) => {}
        }
        if issuer.is_none() {
            remarks
                .head
                .push("The issuer is none that a spec can hold; it is below.".to_owned());
        }
        let types = self.metadata.texts("response_types_supported");
        if types.is_some_and(|types| !types.contains(&"code")) {
            remarks.endpoints.push(
                "response_types_supported has no `code`: see whether there is an authorization code \
                 grant at all."
                    .to_owned(),
            );
        }
        remarks.scopes.push(
            match self.metadata.texts("scopes_supported") {
                None => "scopes_supported is not there: look for \"scopes\" or \"permissions\".",
                Some(_) => {
                    "Metadata need not list every scope (RFC 8414 §2), and never says what one \
                     allows: look for \"scopes\" or \"permissions\"."
                }
            }
            .to_owned(),
        );
        if self.answers.auth.is_empty() && self.secrets().len() > 1 {
            remarks.clients.push(
                "The first one is used unless the caller chooses: put the one first that the \
                 documentation shows."
                    .to_owned(),
            );
        }
        remarks.end.push(
            "Further on, where the documentation says it: rotation of refresh tokens, lifetimes, \
             errors, api (how the token is sent), token_response, examples."
                .to_owned(),
        );
        remarks
    }

    fn lists(&self, key: &str, value: &str) -> bool {
        let texts = self.metadata.texts(key);
        texts.is_some_and(|texts| texts.contains(&value))
    }

    /// What the provider asks of every client, and none does.
    fn obstacles(&self, has_login: bool) -> Vec<String> {
        let required = REQUIRED.iter();
        let required = required
            .filter(|(key, of_login, _)| self.metadata.is_true(key) && (has_login || !of_login));
        let mut obstacles: Vec<_> = required
            .map(|(key, _, why)| format!("`{key}` is true, and {why}"))
            .collect();
        let member = "token_endpoint_auth_methods_supported";
        let methods = self.metadata.texts(member).unwrap_or_default();
        let of_certificates = |method: &&str| method.contains("tls_client_auth");
        if !methods.is_empty() && methods.iter().all(of_certificates) {
            obstacles.push(format!(
                "`{member}` lists nothing but mutual TLS ({}), and no client shows a certificate \
                 (RFC 8705)",
                cut(&methods.join(", "))
            ));
        }
        obstacles
    }

    /// What was not read, and what has the wrong type.
    fn rest(&mut self) {
        for (key, expected) in &self.metadata.wrong {
            let value = format!("(not {expected}, as RFC 8414 has it)");
            self.leftovers.push((key.clone(), value));
        }
        for (key, value) in self.metadata.members() {
            let says_more = key != "response_types_supported" || short(value) != "code";
            if !READ.contains(&key) && says_more {
                self.leftovers.push((key.to_owned(), short(value)));
            }
        }
        self.leftovers.sort();
        self.leftovers.dedup();
    }
}

/// A value on one line, and of a list of texts just those.
fn short(value: &Value) -> String {
    let texts: Option<Vec<_>> = value
        .as_array()
        .and_then(|items| items.iter().map(Value::as_str).collect());
    let text = match (value, texts) {
        (Value::String(text), _) => text.clone(),
        (_, Some(texts)) => texts.join(", "),
        _ => value.to_string(),
    };
    cut(&text)
}

/// What fits into a remark.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_LEFTOVER) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
