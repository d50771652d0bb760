//! What every operation of every provider sends, as bytes over a socket. The calls are generated
//! from the specs; the snapshots are one a provider.

use std::fmt::{Debug, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas::provider::{Nonce, Provider};
use oauth_atlas::{
    ApiCall, DeviceLogin, DevicePoll, DeviceRequest, Error, ErrorKind, HeaderMap, HttpRequest,
    HttpResponse, Introspection, Login, PushedAuthorizationRequest, RegistrationRequest,
    ReqwestClient, Revocation, Settings, TokenRequest, TokenSet,
};

use oauth_atlas_codegen::Source;
use serde_json::json;

use crate::driven::{COVERED, Covered, Given, How};
use crate::responses;
use crate::server::{Answer, Received, Server};

mod run_time;
mod walk;

/// With characters that every encoding writes differently.
pub const CLIENT_ID: &str = "client/id+1";
pub const CLIENT_SECRET: &str = "s3cret &\"+=%é";
/// For clients whose secret goes into a header as it is.
pub const PLAIN_SECRET: &str = "plain-s3cret";
pub const REDIRECT_URI: &str = "https://app.example/callback?tenant=1";
pub const ACCESS_TOKEN: &str = "access.token~1";
pub const REFRESH_TOKEN: &str = "refresh/token+1=";
const CODE: &str = "code/1+2=";

/// Records what is sent.
pub struct Wire {
    provider: &'static Provider,
    server: Server,
    http: ReqwestClient,
    /// Whether the server refuses everything, and there is nothing to record.
    refuses: bool,
    /// How many errors said that something was left out of them.
    redacted: usize,
    text: String,
    secrets: Vec<(String, &'static str)>,
}

impl Wire {
    fn new(provider: &'static Provider) -> Self {
        let answer = responses::success(provider, ACCESS_TOKEN);
        Self::with(provider, Server::start([Answer::new(200, &[], answer)]))
    }

    fn with(provider: &'static Provider, server: Server) -> Self {
        let proof = |secret| responses::hmac_in_hex(ACCESS_TOKEN, secret);
        // It speaks to one server on this machine, and there are thousands of it: each would read the
        // system's certificates.
        let client = reqwest::Client::builder()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none());
        Self {
            provider,
            server,
            http: ReqwestClient::new(client.build().expect("a client")),
            refuses: false,
            redacted: 0,
            text: String::new(),
            secrets: vec![
                (CLIENT_SECRET.to_owned(), "client_secret"),
                (PLAIN_SECRET.to_owned(), "client_secret"),
                (proof(CLIENT_SECRET), "access_token_hmac"),
                (proof(PLAIN_SECRET), "access_token_hmac"),
                (CLIENT_ID.to_owned(), "client_id"),
                (ACCESS_TOKEN.to_owned(), "access_token"),
                (REFRESH_TOKEN.to_owned(), "refresh_token"),
                (REDIRECT_URI.to_owned(), "redirect_uri"),
                (CODE.to_owned(), "code"),
                (responses::DEVICE_CODE.to_owned(), "device_code"),
            ],
        }
    }

    /// The tokens that a user of the provider already has.
    fn owned(&self) -> TokenSet {
        let tokens = TokenSet::new(ACCESS_TOKEN).with_refresh_token(REFRESH_TOKEN);
        self.provider
            .captures
            .iter()
            .fold(tokens, |tokens, capture| {
                tokens.with_extra(capture.name, responses::captured(self.provider, capture))
            })
    }

    /// The callback of a login that the user agreed to.
    fn callback(&mut self, login: &Login, issuer: Option<&str>) -> String {
        self.remember(&login.url);
        let secret = self.given(Settings::new()).secret;
        let redirect_uri =
            pair(&login.url, &renamed(self.provider, "redirect_uri")).unwrap_or_default();
        let state = pair(&login.url, &renamed(self.provider, "state"));
        let pushed = self.provider.require_pushed_authorization_requests;
        let state = state.or_else(|| pushed.then(|| login.pending.state().to_owned()));
        let callback = responses::callback(self.provider, issuer, CODE, state.as_deref(), secret);
        let separator = if redirect_uri.contains('?') { '&' } else { '?' };
        format!("{redirect_uri}{separator}{callback}")
    }

    /// What a client is made of.
    fn given(&self, settings: Settings) -> Given<'static> {
        Given {
            settings,
            id: CLIENT_ID,
            secret: match self.provider.has_secret_in_header() {
                true => PLAIN_SECRET,
                false => CLIENT_SECRET,
            },
            redirect_uri: REDIRECT_URI,
        }
    }

    /// A login; one that is pushed is answered at once.
    fn begun(&self, how: How) -> Result<Login, Error> {
        match how {
            How::Started(login) => login,
            How::Pushed(request) => {
                let body = responses::success(self.provider, ACCESS_TOKEN);
                request.read_http_response(HttpResponse::new(201, HeaderMap::new(), body))
            }
        }
    }

    async fn push(&mut self, title: &str, request: PushedAuthorizationRequest) {
        self.assert_hidden(title, &request);
        let built = request.to_http_request().expect("a request");
        let body = String::from_utf8_lossy(built.body()).into_owned();
        self.remember(&format!("https://pushed.example/?{body}"));
        self.sent(title, request.await);
    }

    /// What a login made up, to be hidden by its name.
    fn remember(&mut self, url: &str) {
        for name in ["state", "code_challenge", "nonce"] {
            let rules = self.provider.id_token.as_ref();
            let is_made = rules.is_some_and(|rules| rules.nonce == Nonce::Repeated);
            let is_caller_s = name == "nonce" && !is_made;
            let value = pair(url, &renamed(self.provider, name));
            if let Some(value) = value.filter(|_| !is_caller_s) {
                assert!(value.len() >= 22, "{name} has 128 bits");
                self.secrets.push((value, name));
            }
        }
        if !self.provider.state.echoed {
            let redirect_uri = pair(url, &renamed(self.provider, "redirect_uri"));
            let state = redirect_uri
                .and_then(|uri| pair(&uri, "state"))
                .expect("a state");
            self.secrets.push((state, "state"));
        }
    }

    fn login(&mut self, title: &str, login: Result<Login, Error>) {
        let login = login.expect("a login");
        self.remember(&login.url);
        self.assert_hidden(title, &login);
        let (url, query) = login.url.split_once('?').unwrap_or((&login.url, ""));
        let pairs = query.replace('&', "\n    &").replacen("", "?", 1);
        let text = format!("GET {url}\n    {pairs}\n");
        self.keep(title, &text);
    }

    async fn device(&mut self, title: &str, request: DeviceRequest) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    /// A login on a device that the provider has begun.
    fn device_login(&self, request: &DeviceRequest) -> DeviceLogin {
        let body = responses::success(self.provider, ACCESS_TOKEN);
        let answer = HttpResponse::new(200, HeaderMap::new(), body);
        request.clone().read_http_response(answer).expect("a login")
    }

    async fn poll(&mut self, title: &str, request: DevicePoll<'_>) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    async fn tokens(&mut self, title: &str, request: TokenRequest) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    async fn revocation(&mut self, title: &str, request: Revocation) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    async fn registration(&mut self, title: &str, request: RegistrationRequest) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    async fn introspection(&mut self, title: &str, request: Introspection) {
        self.assert_hidden(title, &request);
        self.sent(title, request.await);
    }

    async fn api(&mut self, title: &str, call: ApiCall) {
        self.assert_hidden(title, &call);
        self.sent(title, call.await);
    }

    /// Checks what is shown of a client or of what it is asked for.
    fn assert_hidden(&self, title: &str, value: &dyn Debug) {
        self.assert_silent(title, &format!("{value:?} {value:#?}"));
    }

    fn assert_silent(&self, title: &str, shown: &str) {
        for (secret, name) in self.secrets.iter().filter(|(_, name)| hidden(name)) {
            let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let id: String = form_urlencoded::byte_serialize(CLIENT_ID.as_bytes()).collect();
            let credentials = [format!("{CLIENT_ID}:{secret}"), format!("{id}:{form}")];
            let basic = credentials.map(|pair| STANDARD.encode(pair));
            let spelled = [secret, &form].into_iter().chain(&basic);
            for spelling in spelled {
                assert!(!shown.contains(spelling), "{title}: {name} in {shown}");
            }
        }
    }

    fn url(&mut self, title: &str, request: Result<HttpRequest, Error>) {
        let request = request.expect("a request");
        self.keep(title, &format!("{} {}\n", request.method(), request.url()));
    }

    fn sent<T: Debug>(&mut self, title: &str, answer: Result<T, Error>) {
        let shown = match &answer {
            Ok(answer) => format!("{answer:?} {answer:#?}"),
            Err(error) => format!("{error} {error:?} {error:#?}"),
        };
        self.assert_silent(title, &shown);
        let received = self.server.received().pop();
        let received = received.unwrap_or_else(|| panic!("{title}: a request, not {shown}"));
        let query = format!("http://server{}", received.target());
        let verifier = received
            .form_value("code_verifier")
            .or_else(|| pair(&query, "code_verifier"))
            .or_else(|| {
                let body: serde_json::Value = serde_json::from_str(&received.body).ok()?;
                Some(body.get("code_verifier")?.as_str()?.to_owned())
            });
        self.secrets
            .extend(verifier.map(|verifier| (verifier, "code_verifier")));
        self.assert_silent(title, &shown);
        if self.refuses {
            self.refused(title, answer.err());
            return;
        }
        assert!(answer.is_ok(), "{title}: {shown}");
        let text = self.show(&received);
        self.keep(title, &text);
    }

    /// Checks the error about an answer that refuses; an API's answer is a result.
    fn refused(&mut self, title: &str, error: Option<Error>) {
        let Some(error) = error else {
            assert!(
                title.contains("API call") || title.contains("user info"),
                "{title}"
            );
            return;
        };
        assert_eq!(error.kind(), ErrorKind::Refused, "{title}: {error}");
        assert_eq!(error.provider(), self.provider.name, "{title}");
        self.redacted += usize::from(error.to_string().contains("[redacted]"));
    }

    fn show(&self, received: &Received) -> String {
        let line = received.line.trim_end_matches(" HTTP/1.1");
        let mut text = format!("{line}\n");
        for (name, value) in &received.headers {
            let value = match (name.as_str(), value.strip_prefix("Basic ")) {
                // The port, the version and the length change without meaning anything.
                ("host" | "user-agent" | "content-length", _) => continue,
                ("authorization", Some(credentials)) => {
                    let decoded = STANDARD.decode(credentials).expect("base64");
                    format!(
                        "Basic base64({})",
                        String::from_utf8(decoded).expect("UTF-8")
                    )
                }
                _ => value.clone(),
            };
            let _ = writeln!(text, "{name}: {value}");
        }
        let mut text = self.hide(&text);
        if !received.body.is_empty() {
            let body = self
                .hide(&received.body)
                .replace('&', "\n&")
                .replace(",\"", ",\n \"");
            let _ = writeln!(text, "\n{body}");
        }
        text
    }

    /// Adds a request to the record.
    fn keep(&mut self, title: &str, text: &str) {
        let text = self.hide(text);
        let _ = writeln!(self.text, "# {title}\n\n{text}");
    }

    /// The text with secrets replaced by their names.
    fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (secret, name) in &self.secrets {
            let form: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
            let json = serde_json::to_string(secret).expect("a text is JSON");
            let json = json.trim_matches('"');
            let query = form.replace('+', "%20");
            for (spelt, how) in [
                (form.as_str(), ", form-encoded"),
                (&query, ", encoded"),
                (json, ", escaped"),
            ] {
                if spelt != secret {
                    text = text.replace(spelt, &format!("{{{name}{how}}}"));
                }
            }
            text = text.replace(secret, &format!("{{{name}}}"));
        }
        without_uuids(&text)
    }

    /// What a program says of itself where the provider asks, and nothing else.
    fn program(&self) -> Settings {
        self.named(Settings::new())
    }

    fn named(&self, settings: Settings) -> Settings {
        match self.provider.user_agent {
            true => crate::fakes::named(settings),
            false => settings,
        }
    }

    /// One HTTP client for all calls, as each one that is made loads the platform's certificates.
    fn settings(&self) -> Settings {
        let settings = Settings::new().http_client(self.http.clone());
        let settings = settings.replace_origin(&self.server.origin);
        self.named(settings.expect("a loopback origin"))
    }
}

/// Refuses everything that the provider's client can send, in words that repeat the secrets.
async fn refuse(covered: &'static Covered) {
    let provider = covered.provider;
    let server = Server::with(move |_, request| echo(provider, request));
    let mut wire = Wire::with(provider, server);
    wire.refuses = true;
    walk::generated(&mut wire, covered).await;
    assert!(
        wire.redacted > 0,
        "{}: no error repeats anything",
        covered.id
    );
}

/// The answer of a server that tells what it was sent, wherever this provider's errors have texts.
fn echo(provider: &Provider, request: &Received) -> Answer {
    let (_, query) = request.target().split_once('?').unwrap_or_default();
    let told = |pair: &&str| {
        let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
        // The verifier last, as a long text is cut.
        !matches!(name, "grant_type" | "redirect_uri" | "scope" | "client_id")
    };
    let pairs = |text: &str| text.split('&').filter(told).collect::<Vec<_>>().join("&");
    let authorization = request.header("authorization").unwrap_or_default();
    let sent = [authorization, &pairs(&request.body), &pairs(query)];
    let sent = sent.map(str::to_owned);
    let read = sent.each_ref().map(|text| {
        let pairs = form_urlencoded::parse(text.as_bytes());
        pairs
            .map(|(_, value)| value.into_owned())
            .collect::<Vec<_>>()
            .join(" ")
    });
    let mut body = json!({
        "error": format!("invalid_request {}", sent[0]),
        "error_description": sent[1..].join(" "),
        "error_uri": read[1..].join(" "),
    });
    if let Some(rule) = &provider.token_response.error {
        if rule.success != ["absent"] {
            responses::put(&mut body, rule.member, json!("no success"));
        }
        for (path, text) in [
            (rule.code, read[1..].join(" ")),
            (rule.description, sent.join(" ")),
        ] {
            if !path.is_empty() {
                responses::put(&mut body, path, json!(text));
            }
        }
    }
    // No provider has a rule for this status.
    Answer::json(422, body.to_string())
}

#[tokio::test]
async fn no_error_of_a_provider_repeats_a_secret() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let specs = Source::read_dir(&folder);
    let published = COVERED.iter().filter(|covered| covered.published).count();
    assert_eq!(published, specs.expect("readable specs").len());
    for covered in COVERED.iter().copied() {
        refuse(covered).await;
    }
}

/// Everything that the provider's client can send, with secrets replaced by their names.
async fn record(covered: &'static Covered) -> String {
    let mut wire = Wire::new(covered.provider);
    walk::generated(&mut wire, covered).await;
    wire.text
}

#[tokio::test]
async fn requests_are_as_recorded() {
    for covered in COVERED.iter().copied() {
        let folder = if covered.published {
            "providers"
        } else {
            "fixtures"
        };
        let record = record(covered).await;
        insta::with_settings!({
            snapshot_path => format!("../snapshots/requests/{folder}"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(covered.id, record);
        });
    }
}

/// The name of a standard parameter of the authorization request.
fn renamed(provider: &Provider, name: &str) -> String {
    let rename = provider
        .authorization
        .as_ref()
        .map_or(&[] as &[_], |endpoint| endpoint.rename);
    let renamed = rename.iter().find(|(standard, _)| *standard == name);
    renamed.map_or(name, |(_, other)| other).to_owned()
}

/// The text with the random UUIDs (RFC 9562 §5.4) of requests replaced by their name.
fn without_uuids(text: &str) -> String {
    let is_uuid = |text: &str| {
        text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
    };
    let mut shown = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        match rest.split_at_checked(36) {
            Some((uuid, after)) if is_uuid(uuid) => {
                shown.push_str("{uuid}");
                rest = after;
            }
            _ => {
                shown.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    shown
}

fn hidden(name: &str) -> bool {
    !matches!(
        name,
        "client_id" | "redirect_uri" | "state" | "code_challenge" | "nonce"
    )
}

fn pair(url: &str, name: &str) -> Option<String> {
    let mut url = url::Url::parse(url).expect("a URL");
    // A query that stands in the fragment.
    let fragment = url.fragment().and_then(|text| text.split_once('?'));
    if let Some((_, query)) = fragment.map(|(path, query)| (path.to_owned(), query.to_owned())) {
        url.set_query(Some(&query));
    }
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}
