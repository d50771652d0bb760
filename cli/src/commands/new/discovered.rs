//! A spec from metadata: what it says, what it leaves open, and what no key can say.

use serde_json::Value;

use oauth_atlas_codegen::writing;

use super::arguments::{Arguments, ClientType, Template, word};
use super::draft::{Draft, Entry, Remarks, Scope, Source, Url};
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

/// Longer values of members that are left over are cut.
const MAX_LEFTOVER: usize = 300;

/// The spec that metadata and these answers begin; an answer counts for more. `address` is where
/// the metadata is. The error says why there can be none.
pub fn draft(
    answers: &Arguments,
    metadata: &Metadata,
    address: Option<&String>,
) -> Result<Draft, String> {
    let mut writer = Writer {
        answers,
        metadata,
        leftovers: Vec::new(),
    };
    let grants = writer.grants()?;
    let has = |name: &str| grants.iter().any(|grant| grant.key == name);
    let endpoints = writer.endpoints(&has);
    let clients = writer.clients();
    let (scopes, partial_scopes) = writer.scopes();
    let offline_access =
        has("refresh_token") && scopes.iter().any(|scope| scope.name == "offline_access");
    let issuer = writer.issuer();
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
    Ok(Draft {
        id: answers.name.clone(),
        title: title(answers),
        summary: answers.summary.clone(),
        documentation,
        issuer,
        issuer_in_callback: metadata.is_true("authorization_response_iss_parameter_supported"),
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
        offline_access,
        remarks,
        leftovers: writer.leftovers,
    })
}

struct Writer<'a> {
    answers: &'a Arguments,
    metadata: &'a Metadata,
    leftovers: Vec<(String, String)>,
}

impl Writer<'_> {
    /// The URL in a member, if a spec can hold it; if not, it is left over with the reason.
    fn url(&mut self, key: &str) -> Option<String> {
        let url = self.metadata.text(key)?;
        match writing::endpoint_complaint(url) {
            None => Some(url.to_owned()),
            Some((complaint, _)) => {
                let value = format!("{} ({complaint})", short(&Value::from(url)));
                self.leftovers.push((key.to_owned(), value));
                None
            }
        }
    }

    fn issuer(&mut self) -> Option<Url> {
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

    fn grants(&mut self) -> Result<Vec<Entry>, String> {
        let listed = self.metadata.texts("grant_types_supported");
        // RFC 8414 §2: left out, it stands for these two, of which a spec has no `implicit`.
        let names = listed
            .clone()
            .unwrap_or_else(|| vec!["authorization_code", "implicit"]);
        let mut grants = Vec::new();
        for (name, key) in GRANTS {
            if !names.contains(&name) {
                continue;
            }
            if key == "client_credentials" && self.answers.client == Some(ClientType::Public) {
                let value = format!("{name} (for confidential clients, RFC 6749 §4.4)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let device = self.metadata.text("device_authorization_endpoint");
            if key == "device_code"
                && device.is_none_or(|url| writing::endpoint_complaint(url).is_some())
            {
                let value = format!("{name} (and no device_authorization_endpoint)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let entry = Entry::new(key);
            grants.push(match key {
                "authorization_code" => self.pkce(entry),
                _ => entry,
            });
        }
        let others: Vec<_> = names
            .iter()
            .filter(|name| !GRANTS.iter().any(|(known, _)| known == *name))
            .copied()
            .collect();
        if !others.is_empty() && listed.is_some() {
            let value = others.join(", ");
            self.leftovers
                .push(("grant_types_supported".to_owned(), value));
        }
        if !grants.iter().any(|grant| grant.key != "refresh_token") {
            return Err(format!(
                "the metadata has no grant that gives a first token and that a spec can hold: \
                 grant_types_supported is {}",
                names.join(", ")
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
                methods.join(", ")
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
            Some(Url::Known(url)) if host(url) != issuer => {
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
            return entry.remark(format!("TODO: {member} is [{}].", methods.join(", ")));
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
            self.leftovers.push((member.to_owned(), others.join(", ")));
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
        // RFC 8414 §2: the server may keep scopes to itself.
        let partial = !listed.is_empty();
        let mut names: Vec<String> = listed.into_iter().map(str::to_owned).collect();
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
    if text.chars().count() <= MAX_LEFTOVER {
        return text;
    }
    text.chars().take(MAX_LEFTOVER).chain(['…']).collect()
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
