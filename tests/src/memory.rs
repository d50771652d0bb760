//! What stays in memory of secrets: a process uses marked ones, drops all that has to do with them,
//! and looks for them in all of its memory that can be written to.

use std::collections::VecDeque;
use std::env;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use oauth_atlas::{
    BlockingHttpClient, Callback, ClientAuth, Core, HttpClient, HttpRequest, HttpResponse, Method,
    Provider, ResponseFuture, Secret, Settings, SigningKey, TokenSet, TransportError, keycloak,
};

use crate::fixtures::{extension_grants, form_response, standard, token_in_query};
use crate::server::{Answer, Server};

/// Gives a process its secrets, so changed that they are not found where the environment is kept.
const SECRETS: &str = "OAUTH_ATLAS_TESTS_CHANGED_SECRETS";

/// The server that a process asks with the default HTTP client.
const ORIGIN: &str = "OAUTH_ATLAS_TESTS_ORIGIN";

const NAMES: [&str; 12] = [
    "client_secret",
    "code",
    "access",
    "refresh",
    "id",
    "escaped",
    "form",
    "query",
    "assertion",
    "parameter",
    "header",
    "body",
];

/// What each byte of a secret is changed by.
const CHANGE: u8 = 0x55;

/// How much of a secret is found: a part is as telling as the whole.
const PART: usize = 16;

/// Bytes as the environment holds them.
fn written<'s>(all: impl Iterator<Item = &'s Vec<u8>>) -> String {
    let digits = |bytes: &Vec<u8>| {
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<String>()
    };
    all.map(digits).collect::<Vec<_>>().join(" ")
}

fn read(text: &str) -> impl Iterator<Item = Vec<u8>> {
    text.split(' ').map(|digits| {
        let pairs = digits.as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16);
        pairs.map(|pair| byte(pair).expect("digits")).collect()
    })
}

/// The secrets by their names, each byte changed.
struct Changed(Vec<(&'static str, Vec<u8>)>);

impl Changed {
    fn generate() -> Self {
        let secret = |name| {
            let letters = (0..72).map(|_| fastrand::alphanumeric() as u8 ^ CHANGE);
            (name, letters.collect())
        };
        Self(NAMES.map(secret).into())
    }

    fn write(&self) -> String {
        written(self.0.iter().map(|(_, secret)| secret))
    }

    fn read(text: &str) -> Self {
        Self(NAMES.into_iter().zip(read(text)).collect())
    }

    fn changed(&self, name: &str) -> &[u8] {
        let (_, secret) = self.0.iter().find(|(other, _)| *other == name).expect(name);
        secret
    }

    /// A text with the secrets in the place of their names in brackets, which is made in one place and
    /// never moves.
    fn text(&self, template: &str) -> String {
        let mut text = Vec::with_capacity(template.len() + 1024);
        let mut rest = template;
        while let Some((plain, tail)) = rest.split_once('<') {
            text.extend_from_slice(plain.as_bytes());
            let (name, tail) = tail.split_once('>').expect("a name");
            text.extend(self.changed(name).iter().map(|byte| byte ^ CHANGE));
            rest = tail;
        }
        text.extend_from_slice(rest.as_bytes());
        assert!(text.capacity() == template.len() + 1024, "it moved");
        String::from_utf8(text).expect("UTF-8")
    }
}

/// Answers with what it is told to, and keeps nothing.
struct Canned {
    secrets: Arc<Changed>,
    answers: Mutex<VecDeque<(u16, &'static str)>>,
}

impl Canned {
    fn answer(&self, request: HttpRequest) -> HttpResponse {
        assert!(request.url().as_str().starts_with("https://"));
        let answer = self.answers.lock().expect("no panic").pop_front();
        let (status, template) = answer.expect("an answer");
        HttpResponse::new(status, HeaderMap::new(), self.secrets.text(template))
    }
}

impl HttpClient for Canned {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move { Ok(self.answer(request)) })
    }
}

impl BlockingHttpClient for Canned {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        Ok(self.answer(request))
    }
}

const TOKENS: &str = r#"{"access_token":"<access>","refresh_token":"<refresh>","id_token":"<id>","token_type":"Bearer","expires_in":3600,"more":"\u0041\/<escaped>\/<escaped>"}"#;
const REFUSED: &str =
    r#"{"error":"invalid_grant","error_description":"<refresh> of <client_secret>"}"#;
const FORM: &str = "access_token=<form>%2F%2B&token_type=bearer";

/// Everything that a program does with secrets.
fn use_all(secrets: &Arc<Changed>) {
    let client = |provider: &'static Provider, answers: &[(u16, &'static str)]| {
        let canned = Arc::new(Canned {
            secrets: Arc::clone(secrets),
            answers: Mutex::new(answers.iter().copied().collect()),
        });
        Core::confidential(provider, "client", secrets.text("<client_secret>"))
            .redirect_uri("https://app.example/cb")
            .with_settings(
                Settings::new()
                    .http_client(Arc::clone(&canned))
                    .blocking_http_client(canned),
            )
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");
    let answers = [
        (200, TOKENS),
        (200, TOKENS),
        (400, REFUSED),
        (200, "<access>"),
        (200, ""),
        (200, r#"{"active":true,"sub":"<id>"}"#),
    ];
    for method in [ClientAuth::Basic, ClientAuth::Post] {
        let client = client(&standard::PROVIDER, &answers).client_auth(method);
        let login = client.authorize(["read"]).start().expect("a login");
        let (_, state) = login.url.split_once("&state=").expect("a state");
        let state = state.split('&').next().unwrap_or_default();
        let callback = secrets.text(&format!(
            "https://app.example/cb?code=<code>%2B&state={state}"
        ));
        let tokens = runtime
            .block_on(
                client
                    .finish(login.pending, Callback::from(callback))
                    .into_future(),
            )
            .expect("tokens");
        let tokens = client
            .refresh(&tokens)
            .param("more", secrets.text("<parameter>"))
            .send_blocking()
            .expect("tokens");
        let refused = client
            .refresh(&tokens)
            .send_blocking()
            .expect_err("a refusal");
        assert!(refused.to_string().contains("[redacted]"), "{refused}");
        let url = "https://api.standard.example/items";
        let response = client
            .call_api(Method::POST, url, &tokens)
            .header("x-key", Secret::new(secrets.text("<header>")).expose())
            .query("key", Secret::new(secrets.text("<query>/")).expose())
            .body("text/plain", secrets.text("<body>"))
            .send_blocking()
            .expect("a response");
        assert_eq!(response.body().len(), 72);
        client
            .revoke_access_token(tokens.access_token())
            .send_blocking()
            .expect("no error");
        let found = client.introspect(tokens.access_token()).send_blocking();
        assert!(found.expect("a response").active());
    }
    let queried = client(&token_in_query::PROVIDER, &[(200, ""), (200, "")]);
    let tokens = TokenSet::new(secrets.text("<query>/+"));
    for call in [
        queried.call_api(Method::GET, "items", &tokens),
        queried.userinfo(&tokens),
    ] {
        assert!(
            call.query("a", "b")
                .send_blocking()
                .expect("a response")
                .is_success()
        );
    }
    let forms = client(&form_response::PROVIDER, &[(200, FORM)]);
    let tokens = forms
        .client_credentials([""; 0])
        .send_blocking()
        .expect("tokens");
    assert_eq!(tokens.access_token().expose().len(), 74);
    let exchanged = client(&extension_grants::PROVIDER, &[(200, TOKENS)]);
    let assertion = Secret::new(secrets.text("<assertion>/"));
    let parameters = [("assertion", assertion)];
    exchanged
        .extension("on_behalf_of", parameters)
        .send_blocking()
        .expect("tokens");
}

/// The same with the default HTTP client, over a connection without TLS.
fn use_default_client(secrets: &Changed, origin: &str) {
    let client = Core::confidential(
        &standard::PROVIDER,
        "client",
        secrets.text("<client_secret>"),
    )
    .redirect_uri("https://app.example/cb")
    .client_auth(ClientAuth::Post)
    .with_settings(
        Settings::new()
            .replace_origin(origin)
            .expect("a loopback origin"),
    );
    let login = client.authorize(["read"]).start().expect("a login");
    let (_, state) = login.url.split_once("&state=").expect("a state");
    let state = state.split('&').next().unwrap_or_default();
    let callback = secrets.text(&format!("https://app.example/cb?code=<code>&state={state}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let exchange = client.finish(login.pending, Callback::from(callback));
    let tokens = runtime.expect("a runtime").block_on(exchange.into_future());
    let tokens = tokens.expect("tokens");
    client.refresh(&tokens).send_blocking().expect("tokens");
    client
        .call_api(Method::GET, "https://api.standard.example/items", &tokens)
        .send_blocking()
        .expect("a response");
}

#[cfg(target_os = "linux")]
mod scan {
    use std::fs::{self, File};
    use std::os::unix::fs::FileExt as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::{CHANGE, Changed, NAMES, PART};

    /// What is looked for, each byte changed: three parts of each secret, and of the credentials of
    /// HTTP Basic (RFC 7617 §2).
    fn parts(secrets: &Changed) -> Vec<(&'static str, Vec<u8>)> {
        let mut whole: Vec<_> = NAMES
            .map(|name| (name, secrets.changed(name).to_vec()))
            .into();
        let mut basic = secrets.text("client:<client_secret>").into_bytes();
        let mut encoded = vec![0; 4 * basic.len()];
        let length = STANDARD.encode_slice(&basic, &mut encoded).expect("room");
        encoded.truncate(length - 4);
        basic.fill(0);
        encoded.iter_mut().for_each(|byte| *byte ^= CHANGE);
        whole.push(("basic", encoded.split_off(12)));
        let three = |(name, secret): (_, Vec<u8>)| {
            let last = secret.len() - PART;
            [0, last / 2, last].map(|start| (name, secret[start..start + PART].to_vec()))
        };
        whole.into_iter().flat_map(three).collect()
    }

    /// The names of what is in memory.
    pub fn found(secrets: &Changed) -> Vec<&'static str> {
        found_of(&parts(secrets))
    }

    /// The names of these parts that are in memory, each byte changed.
    pub fn found_of(parts: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
        let mut begins = [false; 256];
        for (_, part) in parts {
            begins[usize::from(part[0] ^ CHANGE)] = true;
        }
        let mut found = Vec::new();
        let memory = File::open("/proc/self/mem").expect("Linux");
        let mut buffer = vec![0; 1024 * 1024];
        let own =
            buffer.as_ptr().addr() as u64..buffer.as_ptr().addr() as u64 + buffer.len() as u64;
        let maps = fs::read_to_string("/proc/self/maps").expect("Linux");
        let mut read = 0;
        for line in maps.lines().filter(|line| line.contains(" rw")) {
            let (range, _) = line.split_once(' ').expect("a range");
            let (start, end) = range.split_once('-').expect("two addresses");
            let address = |text| u64::from_str_radix(text, 16).expect("an address");
            let (mut start, end) = (address(start), address(end));
            while start < end {
                let length = buffer.len().min((end - start) as usize);
                let Ok(length) = memory.read_at(&mut buffer[..length], start) else {
                    break;
                };
                read += length;
                for at in 0..length.saturating_sub(PART) {
                    let here = start + at as u64;
                    if !begins[usize::from(buffer[at])] || own.contains(&here) {
                        continue;
                    }
                    let bytes = &buffer[at..at + PART];
                    let is_here =
                        |part: &[u8]| bytes.iter().zip(part).all(|(a, b)| a ^ CHANGE == *b);
                    let names = parts.iter().filter(|(_, part)| is_here(part));
                    found.extend(names.map(|(name, _)| *name));
                }
                if length <= PART {
                    break;
                }
                // What stands across the border is found the next time.
                start += (length - PART).max(1) as u64;
                if start + PART as u64 >= end {
                    break;
                }
            }
        }
        assert!(read > 100_000, "only {read} bytes were read");
        found.sort_unstable();
        found.dedup();
        found
    }
}

#[cfg(not(target_os = "linux"))]
mod scan {
    pub fn found(_: &super::Changed) -> Vec<&'static str> {
        unreachable!("ignored elsewhere")
    }

    pub fn found_of(_: &[(&'static str, Vec<u8>)]) -> Vec<&'static str> {
        unreachable!("ignored elsewhere")
    }
}

/// This test in a process of its own, and what that wrote.
fn child(name: &str, secrets: &str, origin: Option<&str>) -> String {
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    child.env(SECRETS, secrets);
    child.envs(origin.map(|origin| (ORIGIN, origin)));
    let output = child.output().expect("this program");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}{complaint}");
    assert!(shown.contains("1 passed"), "{shown}");
    shown
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux shows a process its memory"
)]
fn nothing_of_a_secret_stays_in_what_is_ours() {
    let Ok(secrets) = env::var(SECRETS) else {
        child(
            "memory::nothing_of_a_secret_stays_in_what_is_ours",
            &Changed::generate().write(),
            None,
        );
        return;
    };
    let secrets = Arc::new(Changed::read(&secrets));
    // What is there is found.
    let all: Vec<_> = NAMES
        .map(|name| Secret::new(secrets.text(&format!("<{name}>"))))
        .into();
    let mut expected = NAMES.to_vec();
    expected.sort_unstable();
    assert_eq!(scan::found(&secrets), expected);
    drop(all);
    let nothing: [&str; 0] = [];
    assert_eq!(scan::found(&secrets), nothing);
    use_all(&secrets);
    assert_eq!(scan::found(&secrets), nothing);
}

/// What the runtime's documentation says that the default HTTP client leaves, and no more.
#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux shows a process its memory"
)]
fn the_default_client_leaves_what_is_documented() {
    let Ok(secrets) = env::var(SECRETS) else {
        let secrets = Changed::generate();
        let server = Server::start([Answer::json(200, secrets.text(TOKENS))]);
        child(
            "memory::the_default_client_leaves_what_is_documented",
            &secrets.write(),
            Some(&server.origin),
        );
        return;
    };
    let secrets = Changed::read(&secrets);
    use_default_client(&secrets, &env::var(ORIGIN).expect("an origin"));
    let left = scan::found(&secrets);
    let received = ["access", "refresh", "id", "escaped"];
    let undocumented: Vec<_> = left
        .iter()
        .filter(|name| !received.contains(name))
        .collect();
    assert!(undocumented.is_empty(), "{undocumented:?} of {left:?}");
}

/// Private keys of each kind, in PKCS#8, each byte changed.
fn keys() -> Vec<Vec<u8>> {
    let kinds = [
        &rcgen::PKCS_ECDSA_P256_SHA256,
        &rcgen::PKCS_ED25519,
        &rcgen::PKCS_RSA_SHA256,
    ];
    let keys = kinds.map(|kind| {
        let key = rcgen::KeyPair::generate_for(kind).expect("a key");
        let key = key.serialize_der();
        key.into_iter().map(|byte| byte ^ CHANGE).collect()
    });
    keys.into()
}

/// Two parts of a key in the forms that it can have: as it is written, in the other order of bytes,
/// as big numbers are kept, and in base64.
fn parts_of_key(name: &'static str, key: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    // An elliptic curve's key is an octet string of 32 (RFC 5915 §3, RFC 8410 §7). What stands in
    // the middle of an RSA key is private.
    let octets = [0x04, 32].map(|byte| byte ^ CHANGE);
    let start = match key.len() {
        ..200 => {
            key.windows(2)
                .position(|pair| pair == octets)
                .expect("a key")
                + 2
        }
        length => length / 2,
    };
    let mut parts = Vec::new();
    for start in [start, start + PART] {
        let part = key[start..start + PART].to_vec();
        parts.push((name, part.iter().rev().copied().collect()));
        parts.push((name, part));
    }
    let mut text = pem(key).into_bytes();
    let at =
        text.iter().position(|byte| *byte == b'\n').expect("a line") + 1 + start.div_ceil(3) * 4;
    parts.push((
        name,
        text[at..at + PART]
            .iter()
            .map(|byte| byte ^ CHANGE)
            .collect(),
    ));
    text.fill(0);
    parts
}

/// A key as it is written in a file, on one line.
fn pem(key: &[u8]) -> String {
    let mut der: Vec<_> = key.iter().map(|byte| byte ^ CHANGE).collect();
    let mut pem = String::with_capacity(4 * der.len());
    pem.push_str("-----BEGIN PRIVATE KEY-----\n");
    STANDARD.encode_string(&der, &mut pem);
    pem.push_str("\n-----END PRIVATE KEY-----\n");
    assert!(pem.capacity() == 4 * der.len(), "it moved");
    der.fill(0);
    pem
}

/// In a thread of its own, as what the cryptography leaves on the stack is documented.
#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux shows a process its memory"
)]
fn nothing_of_a_signing_key_stays() {
    let Ok(changed) = env::var(SECRETS) else {
        let keys = written(keys().iter());
        child("memory::nothing_of_a_signing_key_stays", &keys, None);
        return;
    };
    let keys: Vec<_> = read(&changed).collect();
    let names = ["P-256", "Ed25519", "RSA"];
    let parts = names.iter().zip(&keys);
    let parts: Vec<_> = parts
        .flat_map(|(name, key)| parts_of_key(name, key))
        .collect();
    let nothing: [&str; 0] = [];
    assert_eq!(scan::found_of(&parts), nothing);
    let used = std::thread::spawn({
        let parts = parts.clone();
        move || {
            for (name, key) in names.iter().zip(&keys) {
                let mut text = pem(key);
                let key = SigningKey::from_pem(&text).expect("a key");
                // What is there is found, in the text at least.
                assert!(scan::found_of(&parts).contains(name));
                zeroize::Zeroize::zeroize(&mut text);
                let client = Core::confidential(&keycloak::PROVIDER, "client", key)
                    .variable("realm", "master")
                    .base_url("server", "https://id.example.com")
                    .expect("a URL")
                    .client_auth(ClientAuth::PrivateKeyJwt);
                let request = client.client_credentials([""; 0]).to_http_request();
                drop(request.expect("a signed request"));
            }
        }
    });
    used.join().expect("no panic");
    assert_eq!(scan::found_of(&parts), nothing);
}
