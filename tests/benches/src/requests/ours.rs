//! Through generated clients, with all that `await` does: the default HTTP client's conversions to and
//! from reqwest's types, and a response in the place of what a server would send.

use std::cell::RefCell;
use std::hint::black_box;
use std::mem;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use oauth_atlas::{
    HttpClient, HttpRequest, HttpResponse, Method, Pending, ResponseFuture, Settings, TokenRequest,
    TokenSet,
};
use tokio::runtime::{EnterGuard, Handle, Runtime};
use zeroize::Zeroize as _;

use super::rows::{Grant, Style};
use super::values::{
    ACCESS_TOKEN, Answer, CLIENT_ID, CLIENT_SECRET, CODE, REDIRECT_URI, REFRESH_TOKEN, parameter,
    response,
};
use crate::providers::{basic, json, post};

/// What the server answers next.
static ANSWER: AtomicU8 = AtomicU8::new(0);

/// What the default client does before and after it sends.
struct Unsent;

impl HttpClient for Unsent {
    fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
        Box::pin(async move {
            black_box(Handle::try_current().is_err());
            black_box(converted(request));
            let answer = match ANSWER.load(Ordering::Relaxed) {
                0 => Answer::Opaque,
                1 => Answer::Jwt,
                _ => Answer::Introspection,
            };
            let mut response = reqwest::Response::from(response(answer));
            black_box(response.url());
            let length = response.content_length().unwrap_or_default();
            let mut body = Vec::with_capacity(length as usize);
            while let Some(chunk) = response.chunk().await.expect("a body") {
                body.extend_from_slice(&chunk);
            }
            let headers = mem::take(response.headers_mut());
            Ok(HttpResponse::new(response.status().as_u16(), headers, body))
        })
    }
}

fn converted(request: HttpRequest) -> reqwest::Request {
    let (method, url, headers, body) = request.into_parts();
    let mut request = reqwest::Request::new(method, url);
    *request.headers_mut() = headers;
    if !body.is_empty() {
        *request.body_mut() = Some(Bytes::from_owner(Overwritten(body)).into());
    }
    request
}

/// A body as the default client keeps it.
struct Overwritten(Vec<u8>);

impl Drop for Overwritten {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl AsRef<[u8]> for Overwritten {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Debug)]
pub struct Ours {
    /// Programs await in one.
    _runtime: EnterGuard<'static>,
    basic: basic::Client,
    post: post::Client,
    json: json::Client,
    /// Made once: the callback that makes one is a row of its own.
    code_exchanges: [TokenRequest; 3],
    /// Copies of one of them that were made before anything is measured: a program has what is in them
    /// from its callback, and copies nothing.
    ready: RefCell<Vec<TokenRequest>>,
    tokens: TokenSet,
    pending: Pending,
    callback: String,
}

macro_rules! client {
    ($module:ident) => {
        $module::Client::confidential(CLIENT_ID, CLIENT_SECRET)
            .redirect_uri(REDIRECT_URI)
            .with_settings(Settings::new().http_client(Unsent))
    };
}

macro_rules! login {
    ($client:expr, $module:ident) => {{
        let login = $client
            .authorize($module::Scope::all().iter().copied())
            .start()
            .expect("a login");
        let (_, query) = login.url.split_once('?').expect("a query");
        let state = parameter(query.as_bytes(), "state");
        let mut callback = form_urlencoded::Serializer::new(format!("{REDIRECT_URI}?"));
        callback
            .append_pair("code", CODE)
            .append_pair("state", &state);
        (login.pending, callback.finish())
    }};
}

macro_rules! code_exchange {
    ($client:expr, $module:ident) => {{
        let (pending, callback) = login!($client, $module);
        $client.finish(pending, callback)
    }};
}

fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime")
    });
    &RUNTIME
}

impl Ours {
    pub fn new() -> Self {
        let (basic, post, json) = (client!(basic), client!(post), client!(json));
        let (pending, callback) = login!(basic, basic);
        Self {
            _runtime: runtime().enter(),
            code_exchanges: [
                code_exchange!(basic, basic),
                code_exchange!(post, post),
                code_exchange!(json, json),
            ],
            ready: RefCell::default(),
            tokens: TokenSet::new(ACCESS_TOKEN).with_refresh_token(REFRESH_TOKEN),
            basic,
            post,
            json,
            pending,
            callback,
        }
    }

    /// Makes ready for so many code exchanges.
    pub fn prepare(&self, style: Style, times: usize) {
        let one = self.code_exchanges[style as usize].clone();
        self.ready.replace(vec![one; times]);
    }

    pub fn token_request(&self, style: Style, grant: Grant) -> TokenRequest {
        use Grant::{ClientCredentials, Code, Refresh};
        match (grant, style) {
            (Code, _) => {
                let ready = self.ready.borrow_mut().pop();
                ready.unwrap_or_else(|| self.code_exchanges[style as usize].clone())
            }
            (Refresh, Style::Basic) => self.basic.refresh(&self.tokens),
            (Refresh, Style::Body) => self.post.refresh(&self.tokens),
            (Refresh, Style::Json) => self.json.refresh(&self.tokens),
            (ClientCredentials, Style::Basic) => self
                .basic
                .client_credentials(basic::Scope::all().iter().copied()),
            (ClientCredentials, Style::Body) => self
                .post
                .client_credentials(post::Scope::all().iter().copied()),
            (ClientCredentials, Style::Json) => self
                .json
                .client_credentials(json::Scope::all().iter().copied()),
        }
    }

    pub async fn token(&self, style: Style, grant: Grant, answer: Answer) {
        ANSWER.store(answer as u8, Ordering::Relaxed);
        black_box(self.token_request(style, grant).await.expect("tokens"));
    }

    /// The request as the default client hands it on.
    pub fn sent(&self, style: Style, grant: Grant) -> reqwest::Request {
        let request = self.token_request(style, grant).to_http_request();
        converted(request.expect("a request"))
    }

    pub fn authorization_url(&self) -> String {
        let authorize = self.basic.authorize(basic::Scope::all().iter().copied());
        let login = authorize.start().expect("a login");
        black_box(login.pending);
        login.url
    }

    /// With the clone of what a session hands over.
    pub fn callback(&self) {
        let pending = self.pending.clone();
        drop(black_box(self.basic.finish(pending, &*self.callback)));
    }

    pub fn api_call(&self) -> reqwest::Request {
        let path = "/v1/calendars?limit=10";
        let call = self.basic.call_api(Method::GET, path, &self.tokens);
        converted(call.to_http_request().expect("a request"))
    }

    pub async fn introspection(&self) {
        ANSWER.store(Answer::Introspection as u8, Ordering::Relaxed);
        black_box(
            self.basic
                .introspect(ACCESS_TOKEN)
                .await
                .expect("an answer"),
        );
    }
}
