//! A web application whose users log in at GitHub.
//!
//! ```sh
//! CLIENT_ID=… CLIENT_SECRET=… cargo run -p oauth-atlas-examples --example web_login
//! ```
//!
//! Register `http://127.0.0.1:3000/callback` as the redirect URI of the app at GitHub. To try it without an
//! app, run `oauth-atlas fake github`, which prints an id, a secret and the address to set as `ORIGIN`.

use std::collections::HashMap;
use std::env;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use oauth_atlas::github::{Client, Scope};
use oauth_atlas::{Callback, Pending, Settings, Verdict};

const COOKIE: &str = "session";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let mut settings = Settings::new();
    if let Ok(fake) = env::var("ORIGIN") {
        settings = settings.replace_origin(&fake)?;
    }
    let github = Client::confidential(env::var("CLIENT_ID")?, env::var("CLIENT_SECRET")?)
        .redirect_uri(format!("{origin}/callback"))
        .with_settings(settings);
    let app = App {
        github,
        sessions: Arc::default(),
    };
    let router = Router::new()
        .route("/", get(home))
        .route("/login", get(log_in))
        .route("/callback", get(callback))
        .with_state(app);
    println!("open {origin}/");
    axum::serve(listener, router).await?;
    Ok(())
}

#[derive(Clone)]
struct App {
    github: Client,
    /// In memory, where a real application has a database.
    sessions: Arc<Mutex<HashMap<String, Session>>>,
}

#[derive(Default)]
struct Session {
    /// The logins that were started in this browser, by their state: one a tab.
    logins: HashMap<String, Pending>,
    user: Option<String>,
}

impl App {
    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn home(State(app): State<App>, jar: CookieJar) -> Response {
    let sessions = app.sessions();
    let session = jar.get(COOKIE).and_then(|id| sessions.get(id.value()));
    match session.and_then(|session| session.user.as_ref()) {
        // Plain text, so that no name is taken for HTML.
        Some(user) => format!("Hello, {user}!").into_response(),
        None => Html("<a href=/login>Log in with GitHub</a>").into_response(),
    }
}

async fn log_in(State(app): State<App>, jar: CookieJar) -> Result<Response, Failure> {
    let login = app.github.authorize([Scope::ReadUser]).start()?;
    let mut sessions = app.sessions();
    let known = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
    let known = known.filter(|id| sessions.contains_key(id));
    let id = known.unwrap_or_else(new_id);
    let logins = &mut sessions.entry(id.clone()).or_default().logins;
    logins.retain(|_, pending| !pending.is_expired());
    logins.insert(login.pending.state().to_owned(), login.pending);
    Ok((jar.add(cookie(id)), Redirect::to(&login.url)).into_response())
}

async fn callback(
    State(app): State<App>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let callback = Callback::from(query.unwrap_or_default());
    let id = jar.get(COOKIE).map(|cookie| cookie.value().to_owned());
    let id = id.unwrap_or_default();
    let pending = {
        let mut sessions = app.sessions();
        let session = sessions.get_mut(&id);
        let state = callback.state();
        session.and_then(|session| session.logins.remove(state?))
    };
    // A forged callback, one that comes twice, or a login of before the restart.
    let Some(pending) = pending else {
        return Ok(Redirect::to("/").into_response());
    };
    let tokens = app.github.finish(pending, callback).await?;
    let user = app.github.userinfo(&tokens).await?.json().ok();
    let user = user.and_then(|user| Some(user.get("login")?.as_str()?.to_owned()));
    // An id of its own for what follows, so that nobody who knew the first one is logged in as well.
    let new = new_id();
    let mut sessions = app.sessions();
    let mut session = sessions.remove(&id).unwrap_or_default();
    session.user = user;
    sessions.insert(new.clone(), session);
    Ok((jar.add(cookie(new)), Redirect::to("/")).into_response())
}

/// A cookie that scripts cannot read. `Lax` lets it come along when GitHub sends the user back. Behind
/// https, add `secure`.
fn cookie(id: String) -> Cookie<'static> {
    Cookie::build((COOKIE, id))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .build()
}

fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

struct Failure(oauth_atlas::Error);

impl From<oauth_atlas::Error> for Failure {
    fn from(error: oauth_atlas::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // One line with provider, endpoint, code and advice, and without secrets.
        eprintln!("{}", self.0);
        let (status, text) = match self.0.verdict() {
            Verdict::Retry { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "GitHub is busy. Please try again soon.",
            ),
            Verdict::LogIn => (StatusCode::UNAUTHORIZED, "Please log in again."),
            Verdict::Denied => (StatusCode::FORBIDDEN, "You did not give us access."),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This is our mistake, and we have been told.",
            ),
        };
        (status, text).into_response()
    }
}
