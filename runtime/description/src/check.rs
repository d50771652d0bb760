//! What a description must not say: contradictions, and what would make a client unsafe.
//!
//! A spec is checked before it is lowered, with places and cures; this is for descriptions that
//! come from elsewhere, and holds for every description that a spec gives.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

mod assertions;

use crate::owned::{
    Authentication, Capture, Endpoint, Environment, Grant, Provider, RefusalRule, Scope, Variable,
};
use crate::{ClientAuth, EndpointKind, GrantKind, Template, VariableKind};

/// Something that a description must not say. `Display` says where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// The fewest characters of a state that hold 128 bits as base64url.
const SHORTEST_STATE: u64 = 22;

/// Members and parameters that hold a token or a secret wherever they stand, as the standards
/// define them so (RFC 6749 §2.3.1, §5.1, RFC 7592 §3, OpenID Connect Core §3.1.3.3).
pub const SECRET_MEMBERS: [&str; 5] = [
    "access_token",
    "client_secret",
    "id_token",
    "refresh_token",
    "registration_access_token",
];

/// What stands for something in requests that are sent with an access token.
const WITH_TOKEN: &[&str] = &[Template::ACCESS_TOKEN_HMAC];

/// The most variables, and the most hosts of an environment: each request looks for each of its
/// names in braces among all of them. Providers have a handful.
pub const MOST_NAMES: usize = 100;

impl Provider {
    /// Everything that is wrong.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut check = Check {
            provider: self,
            variables: self.variables.iter().map(|one| (&*one.name, one)).collect(),
            hosts: hosts(&self.environments),
            problems: Vec::new(),
        };
        check.provider();
        check.problems
    }
}

struct Check<'p> {
    provider: &'p Provider,
    /// By their names, as texts may have as many names in braces as there are variables.
    variables: BTreeMap<&'p str, &'p Variable>,
    /// The names of the hosts that every environment has.
    hosts: BTreeSet<&'p str>,
    problems: Vec<Problem>,
}

fn hosts(environments: &[Environment]) -> BTreeSet<&str> {
    let mut all = environments
        .iter()
        .map(|one| -> BTreeSet<&str> { one.hosts.iter().map(|(name, _)| &**name).collect() });
    let first = all.next().unwrap_or_default();
    all.fold(first, |known, own| &known & &own)
}

impl Check<'_> {
    fn problem(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem {
            path: path.into(),
            message: message.into(),
        });
    }

    fn provider(&mut self) {
        let provider = self.provider;
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !provider.id.starts_with(|c: char| c.is_ascii_lowercase())
            || !provider.id.chars().all(is_id)
        {
            self.problem("id", "expected lower case letters, digits and `_`");
        }
        if provider.name.trim().is_empty() || provider.name.chars().any(char::is_control) {
            self.problem("name", "expected a text in one line");
        }
        if !provider.documentation.is_empty() && !is_https(&provider.documentation) {
            self.problem("documentation", "expected an https URL");
        }
        self.environments(&provider.environments);
        for (index, variable) in provider.variables.iter().enumerate() {
            self.variable(&format!("variables[{index}]"), variable);
        }
        self.unique("variables", provider.variables.iter().map(|one| &one.name));
        self.few("variables", provider.variables.len());
        if let Some(issuer) = &provider.issuer {
            self.template("issuer", issuer);
        }
        if let Some(endpoint) = &provider.authorization {
            self.template("authorization.url", &endpoint.url);
            self.sent("authorization.parameters", &endpoint.parameters);
            self.browser("authorization.parameters", &endpoint.parameters);
            self.pairs("authorization.rename", &endpoint.rename);
            let options = endpoint.options.iter().map(|option| &option.name);
            self.unique("authorization.options", options);
        }
        for kind in EndpointKind::ALL {
            if let Some(endpoint) = provider.endpoint(*kind) {
                let also = match kind {
                    EndpointKind::UserInfo => WITH_TOKEN,
                    _ => &[],
                };
                self.endpoint(kind.word(), endpoint, also);
            }
        }
        for (name, client) in [
            ("confidential", &provider.confidential),
            ("public", &provider.public),
        ] {
            let Some(client) = client else { continue };
            let path = format!("{name}.auth");
            self.authentication(&format!("{name}.own_auth"), client.own_auth.as_ref());
            let has_own = client.own_auth.is_some();
            if client.auth.contains(&ClientAuth::Own) != has_own {
                self.problem(&path, "`own` and the record `own_auth` belong together");
            }
            let by_token = |own: &Authentication| own.has(Template::ACCESS_TOKEN);
            if client.own_auth.as_ref().is_some_and(by_token) {
                self.problem(path, "`{access_token}` belongs to an endpoint alone");
            } else if client.auth.is_empty() {
                self.problem(path, "expected at least one method");
            } else if client.auth.contains(&ClientAuth::AccessToken) {
                self.problem(path, "`access_token` belongs to an endpoint alone");
            }
        }
        if provider.confidential.is_none() && provider.public.is_none() {
            self.problem(
                "confidential",
                "there is neither a confidential nor a public client",
            );
        }
        let state = provider.state.max_length;
        if state.is_some_and(|length| length < SHORTEST_STATE) {
            self.problem(
                "state.max_length",
                format!("{SHORTEST_STATE} characters are needed for 128 bits"),
            );
        }
        self.grants(&provider.grants);
        self.assertions();
        for (index, rule) in provider.refusals.iter().enumerate() {
            self.refusal(&format!("refusals[{index}]"), rule);
        }
        for (index, error) in provider.errors.iter().enumerate() {
            if error.status == Some(0) {
                self.problem(format!("errors[{index}].status"), "expected an HTTP status");
            }
        }
        for (index, capture) in provider.captures.iter().enumerate() {
            self.capture(&format!("captures[{index}]"), capture);
        }
        self.unique("captures", provider.captures.iter().map(|one| &one.name));
        if provider.scopes.request_separators.is_empty() {
            self.problem(
                "scopes.request_separators",
                "expected at least one separator",
            );
        }
        self.unique(
            "scopes.values",
            provider.scopes.values.iter().map(|one| &one.name),
        );
        self.categories("scopes.values", &provider.scopes.values);
        for (index, group) in provider.scopes.groups.iter().enumerate() {
            self.categories(&format!("scopes.groups[{index}].values"), &group.values);
        }
        self.api();
    }

    /// The constant form has an empty text where there is no category.
    fn categories(&mut self, path: &str, scopes: &[Scope]) {
        let is_empty = |scope: &Scope| scope.category.as_deref() == Some("");
        if let Some(index) = scopes.iter().position(is_empty) {
            self.problem(format!("{path}[{index}].category"), "expected a text");
        }
    }

    fn environments(&mut self, environments: &[Environment]) {
        self.unique("environments", environments.iter().map(|one| &one.name));
        for (index, environment) in environments.iter().enumerate() {
            let path = format!("environments[{index}].hosts");
            self.pairs(&path, &environment.hosts);
            self.few(&path, environment.hosts.len());
            let mut names = environment.hosts.iter().map(|(name, _)| name.as_str());
            if names.any(|name| !self.hosts.contains(name)) {
                self.problem(&path, "the environments name different hosts");
            }
            for (name, host) in &environment.hosts {
                let path = format!("{path}.{name}");
                if !is_https(host) || host.ends_with('/') {
                    let message = "expected an https URL without a slash at the end";
                    self.problem(&path, message);
                }
                self.template(&path, host);
            }
        }
    }

    fn variable(&mut self, path: &str, variable: &Variable) {
        let is_choice = variable.kind == VariableKind::OneOf;
        if is_choice == variable.values.is_empty() {
            let message = "`values` and the kind `one_of` belong together";
            self.problem(format!("{path}.values"), message);
        }
        let is_of_host = matches!(variable.kind, VariableKind::Host | VariableKind::Label);
        let has_host = is_of_host || variable.kind == VariableKind::BaseUrl;
        if !variable.suffixes.is_empty() && !has_host {
            let message = "`suffixes` belong to a variable that is a host or a part of one";
            self.problem(format!("{path}.suffixes"), message);
        }
        if !variable.normalize.is_empty() && !is_of_host {
            let message = "only what becomes a part of a host is normalized";
            self.problem(format!("{path}.normalize"), message);
        }
        if let Some(default) = &variable.default
            && is_choice
            && !variable.values.contains(default)
        {
            self.problem(format!("{path}.default"), "expected one of `values`");
        }
    }

    /// An endpoint, in whose requests these names stand for something as well.
    fn endpoint(&mut self, path: &str, endpoint: &Endpoint, also: &[&str]) {
        self.template(&format!("{path}.url"), &endpoint.url);
        if endpoint.encodings.is_empty() {
            let message = "expected at least one encoding";
            self.problem(format!("{path}.encodings"), message);
        }
        self.authentication(&format!("{path}.own_auth"), endpoint.own_auth.as_ref());
        if (endpoint.auth == Some(ClientAuth::Own)) != endpoint.own_auth.is_some() {
            let message = "`own` and the record `own_auth` belong together";
            self.problem(format!("{path}.auth"), message);
        }
        self.pairs(&format!("{path}.rename"), &endpoint.rename);
        self.sent_with(&format!("{path}.parameters"), &endpoint.parameters, also);
        self.headers(&format!("{path}.headers"), &endpoint.headers, also);
    }

    fn grants(&mut self, grants: &[Grant]) {
        let provider = self.provider;
        // What the description lacks, the issuer's metadata may have (RFC 8414 §2).
        let is_discovered = provider.issuer.is_some();
        let mut known = BTreeSet::new();
        for (index, grant) in grants.iter().enumerate() {
            let path = format!("grants[{index}]");
            let is_extension = grant.kind == GrantKind::Extension;
            if is_extension == grant.name.is_empty() {
                let message = "an extension has a name, and no other grant has one";
                self.problem(format!("{path}.name"), message);
            }
            if !known.insert((grant.kind.word(), &grant.name)) {
                self.problem(&path, "the grant stands here twice");
            }
            if let Some(endpoint) = &grant.endpoint {
                self.endpoint(&format!("{path}.endpoint"), endpoint, &[]);
            } else if provider.token.is_none() && !is_discovered {
                self.problem(&path, "there is no token endpoint");
            }
            let also = match grant.kind {
                GrantKind::AuthorizationCode => &[Template::STATE] as &[_],
                _ => &[],
            };
            self.sent_with(&format!("{path}.parameters"), &grant.parameters, also);
            let lacks = match grant.kind {
                GrantKind::AuthorizationCode
                    if provider.authorization.is_none() && !is_discovered =>
                {
                    Some("there is no authorization endpoint")
                }
                GrantKind::DeviceCode
                    if provider.device_authorization.is_none() && !is_discovered =>
                {
                    Some("there is no device authorization endpoint")
                }
                GrantKind::ClientCredentials if provider.confidential.is_none() => {
                    Some("there is no confidential client")
                }
                _ => None,
            };
            if let Some(message) = lacks {
                self.problem(&path, message);
            }
        }
    }

    fn refusal(&mut self, path: &str, rule: &RefusalRule) {
        let is_revocation = matches!(rule.operations.as_slice(), [only] if only == "revocation");
        if rule.means.is_empty() {
            self.problem(format!("{path}.means"), "expected an error code");
        } else if rule.means == crate::RefusalRule::SUCCESS && !is_revocation {
            let message = "only a revocation can be done already";
            self.problem(format!("{path}.means"), message);
        }
        let is_narrow = rule.status.is_some() || !rule.codes.is_empty() && !rule.any_code;
        if !is_narrow {
            self.problem(path, "nothing says which answers this is for");
        }
    }

    fn capture(&mut self, path: &str, capture: &Capture) {
        let member = capture.path.rsplit('.').next().unwrap_or_default();
        if SECRET_MEMBERS.contains(&member) && !capture.secret {
            let message = format!("`{member}` would be shown in logs: set `secret`");
            self.problem(format!("{path}.secret"), message);
        }
        let Some(name) = &capture.variable else {
            return;
        };
        let filled = self.variables.get(name.as_str()).copied();
        if capture.secret && filled.is_none_or(|filled| filled.kind != VariableKind::Secret) {
            let message = "a URL is shown, and a secret is not";
            self.problem(format!("{path}.variable"), message);
        }
        match filled {
            None => self.problem(
                format!("{path}.variable"),
                format!("there is no variable `{name}`"),
            ),
            // What an answer names becomes the host of later requests, with their credentials.
            Some(variable)
                if matches!(variable.kind, VariableKind::BaseUrl | VariableKind::Host) =>
            {
                if capture.allowed_hosts.is_empty() && variable.suffixes.is_empty() {
                    let message = "a captured host needs `allowed_hosts`";
                    self.problem(format!("{path}.allowed_hosts"), message);
                }
            }
            Some(_) => {}
        }
    }

    fn api(&mut self) {
        let api = &self.provider.api;
        if let Some(url) = &api.url {
            self.template("api.url", url);
            if url.contains('?') {
                self.problem("api.url", "paths are appended to it, so it has no query");
            }
        }
        if api.header.is_empty() == api.query.is_empty() {
            let message = "either a header or a query parameter carries the token";
            self.problem("api.header", message);
        }
        if !api.header.is_empty() && !is_token(&api.header) {
            self.problem("api.header", "expected the name of a header in lower case");
        }
        self.headers("api.headers", &api.headers, WITH_TOKEN);
        self.sent_with("api.parameters", &api.parameters, WITH_TOKEN);
    }

    fn headers(&mut self, path: &str, headers: &[(String, String)], also: &[&str]) {
        self.sent_with(path, headers, also);
        for (name, value) in headers {
            if !is_token(name) {
                let message = "expected the name of a header in lower case";
                self.problem(format!("{path}.{name}"), message);
            }
            if value.chars().any(|c| c.is_control() || !c.is_ascii()) {
                self.problem(
                    format!("{path}.{name}"),
                    "expected visible ASCII characters",
                );
            }
        }
    }

    /// What is sent, in which each name stands for something.
    fn sent(&mut self, path: &str, pairs: &[(String, String)]) {
        self.sent_with(path, pairs, &[]);
    }

    /// The same where more names stand for something.
    fn sent_with(&mut self, path: &str, pairs: &[(String, String)], also: &[&str]) {
        self.pairs(path, pairs);
        for (at, text) in pairs {
            for name in Template::of(text).names() {
                if !Template::BUILT_IN.contains(&name)
                    && !also.contains(&name)
                    && !self.variables.contains_key(name)
                    && !self.hosts.contains(name)
                {
                    let message = format!("there is no variable `{name}`");
                    self.problem(format!("{path}.{at}"), message);
                }
            }
        }
    }

    /// What a client sends to say who it is.
    fn authentication(&mut self, path: &str, own: Option<&Authentication>) {
        let Some(own) = own else { return };
        if !own.header.is_empty() && !is_token(&own.header) {
            let message = "expected the name of a header in lower case";
            self.problem(format!("{path}.header"), message);
        }
        if own.header.is_empty() != own.user.is_empty() {
            let message = "a header and what it carries belong together";
            self.problem(format!("{path}.user"), message);
        }
        if !own.scheme.is_empty() && !is_token(&own.scheme.to_ascii_lowercase()) {
            self.problem(format!("{path}.scheme"), "expected one word");
        }
        let user = Some(&own.user).into_iter();
        let texts = user.chain(&own.password);
        let texts = texts.chain(own.parameters.iter().map(|(_, text)| text));
        for text in texts {
            for name in Template::of(text).names() {
                if !Template::BUILT_IN.contains(&name)
                    && name != Template::ACCESS_TOKEN
                    && !self.variables.contains_key(name)
                {
                    self.problem(path, format!("there is no variable `{name}`"));
                }
            }
        }
        self.pairs(&format!("{path}.parameters"), &own.parameters);
    }

    /// What a browser keeps, in which no secret stands.
    fn browser(&mut self, path: &str, pairs: &[(String, String)]) {
        for (at, text) in pairs {
            for name in Template::of(text).names() {
                if name == Template::CLIENT_SECRET || self.is_of(VariableKind::Secret, name) {
                    let message = format!("a browser keeps the URL, and `{name}` is secret");
                    self.problem(format!("{path}.{at}"), message);
                }
            }
        }
    }

    fn pairs(&mut self, path: &str, pairs: &[(String, String)]) {
        self.unique(path, pairs.iter().map(|(name, _)| name));
    }

    fn few(&mut self, path: &str, count: usize) {
        if count > MOST_NAMES {
            self.problem(path, format!("{count} names, and {MOST_NAMES} at most"));
        }
    }

    fn unique<'n>(&mut self, path: &str, names: impl Iterator<Item = &'n String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if name.is_empty() {
                self.problem(path, "a name is empty");
            } else if !seen.insert(name) {
                self.problem(path, format!("`{name}` stands here twice"));
            }
        }
    }

    /// A URL that begins with `https://`, a host of the environments or a base URL, and whose
    /// `{names}` are all known.
    fn template(&mut self, path: &str, url: &str) {
        let (opening, mut rest) = match url.strip_prefix("https://") {
            Some(rest) => (None, rest),
            None => match url.strip_prefix('{').and_then(|url| url.split_once('}')) {
                Some((name, rest)) => (Some(name), rest),
                None => return self.problem(path, "expected an https URL"),
            },
        };
        if let Some(name) = opening {
            if !self.is_of(VariableKind::BaseUrl, name) && !self.hosts.contains(name) {
                let message =
                    format!("`{{{name}}}` opens a URL, and is neither a host nor a base URL");
                self.problem(path, message);
            }
            if !rest.is_empty() && !rest.starts_with(['/', '?']) {
                self.problem(path, format!("expected `/` after `{{{name}}}`"));
            }
        } else {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            if authority.is_empty() || authority.contains('@') {
                self.problem(path, "expected a host after `https://`");
            }
        }
        if url.contains('#') || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            self.problem(
                path,
                "a URL has no fragment, no spaces and no control characters",
            );
        }
        let mut in_query = false;
        while let Some((before, inside)) = rest.split_once('{') {
            in_query |= before.contains('?');
            let Some((name, after)) = inside.split_once('}') else {
                return self.problem(path, "`{` without `}`");
            };
            let is_of_url =
                |kind: VariableKind| !kind.is_of_text() || in_query && kind == VariableKind::Text;
            let variable = self.variables.get(name);
            if !variable.is_some_and(|one| is_of_url(one.kind)) && name != "client_id" {
                self.problem(path, format!("there is no variable `{name}`"));
            }
            rest = after;
        }
    }

    fn is_of(&self, kind: VariableKind, name: &str) -> bool {
        self.variables.get(name).is_some_and(|one| one.kind == kind)
    }
}

fn is_https(url: &str) -> bool {
    let rest = url.strip_prefix("https://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !authority.is_empty()
        && !authority.contains('@')
        && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

fn is_token(name: &str) -> bool {
    let is_allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_allowed)
}
