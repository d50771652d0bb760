//! A web application on several servers behind one address. Users log in at GitLab; sessions, logins that have begun
//! and tokens are in PostgreSQL, so each request may reach another server.
//!
//! ```sh
//! DATABASE='host=127.0.0.1 user=postgres' PUBLIC_URL=http://127.0.0.1:3000 ADDRESS=127.0.0.1:3000 \
//!     CLIENT_ID=… CLIENT_SECRET=… cargo run -p oauth-atlas-store-examples --example web_servers
//! ```
//!
//! Register `/callback` below `PUBLIC_URL` as the redirect URI at GitLab. To try it without an app, run
//! `oauth-atlas fake gitlab`, which prints an id, a secret and the address to set as `ORIGIN`.

use std::env;
use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use oauth_atlas::gitlab::{Client, Scope};
use oauth_atlas::{Callback, Method, Pending, Settings, TokenSource, Verdict};
use oauth_atlas_store::postgres::Reconnecting;
use oauth_atlas_store::{Key, Postgres};
use tokio_postgres::NoTls;

const SESSION: &str = "session";

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Fallible {
    let listener = tokio::net::TcpListener::bind(env::var("ADDRESS")?).await?;
    let mut settings = Settings::new();
    if let Ok(fake) = env::var("ORIGIN") {
        settings = settings.replace_origin(&fake)?;
    }
    let gitlab = Client::confidential(env::var("CLIENT_ID")?, env::var("CLIENT_SECRET")?)
        .redirect_uri(format!("{}/callback", env::var("PUBLIC_URL")?))
        .with_settings(settings);
    let database: tokio_postgres::Config = env::var("DATABASE")?.parse()?;
    let store = Postgres::new(Reconnecting::new(database.clone(), NoTls));
    let (sessions, connection) = database.connect(NoTls).await?;
    tokio::spawn(connection);
    // A real application does both in its migrations.
    store.create_table().await?;
    create_sessions(&sessions).await?;
    let app = App {
        gitlab,
        store,
        sessions: Arc::new(sessions),
    };
    let router = Router::new()
        .route("/", get(home))
        .route("/login", get(log_in))
        .route("/callback", get(callback))
        .route("/logout", post(log_out))
        .with_state(app);
    println!("listening at {}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// One server after the other: `if not exists` looks before it creates.
async fn create_sessions(database: &tokio_postgres::Client) -> Result<(), tokio_postgres::Error> {
    database
        .batch_execute("begin; select pg_advisory_xact_lock(1)")
        .await?;
    let table = "create table if not exists sessions (id bytea primary key, account text not null)";
    database.batch_execute(table).await?;
    database.batch_execute("commit").await
}

#[derive(Clone)]
struct App {
    gitlab: Client,
    store: Postgres,
    /// A real application has a pool.
    sessions: Arc<tokio_postgres::Client>,
}

impl App {
    /// The tokens of an account, whichever server has renewed them last. A busy server keeps its sources.
    fn source(&self, account: &str) -> Result<TokenSource, Failure> {
        let key = Key::new(account)?;
        Ok(TokenSource::stored(&self.gitlab, self.store.clone(), key))
    }

    /// Who is logged in with this browser.
    async fn account(&self, jar: &CookieJar) -> Result<Option<String>, Failure> {
        let Some(cookie) = jar.get(SESSION) else {
            return Ok(None);
        };
        // Whoever can read the database should not be able to use the sessions in it.
        let sql = "select account from sessions where id = sha256(convert_to($1, 'UTF8'))";
        let row = self.sessions.query_opt(sql, &[&cookie.value()]).await?;
        Ok(row.map(|row| row.get(0)))
    }
}

async fn home(State(app): State<App>, jar: CookieJar) -> Result<Response, Failure> {
    let Some(account) = app.account(&jar).await? else {
        return Ok(Html("<a href=/login>Log in with GitLab</a>").into_response());
    };
    // Refreshed if need be, once for all servers.
    let call = app.source(&account)?.call_api(Method::GET, "/user");
    let user = call.await?.json()?;
    let name = user.get("username").and_then(|name| name.as_str());
    // Plain text, so that no name is taken for HTML.
    Ok(format!("Hello, {}!", name.unwrap_or("whoever you are")).into_response())
}

async fn log_in(State(app): State<App>, jar: CookieJar) -> Result<Response, Failure> {
    let scopes = [Scope::Openid, Scope::ReadUser];
    let login = app.gitlab.authorize(scopes).start()?;
    login.pending.store_in(&app.store).await?;
    // One a tab. It binds the login to this browser: another one that gets the callback's URL cannot finish it.
    let bound = cookie(login_cookie(login.pending.state()), String::new());
    Ok((jar.add(bound), Redirect::to(&login.url)).into_response())
}

async fn callback(
    State(app): State<App>,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let callback = Callback::from(query.unwrap_or_default());
    let bound = login_cookie(callback.state().unwrap_or_default());
    if jar.get(&bound).is_none() {
        return Ok(Redirect::to("/").into_response());
    }
    // Whichever server it began at. A callback that comes twice finds nothing.
    let Some(pending) = Pending::take_from(&app.store, &callback).await? else {
        return Ok(Redirect::to("/").into_response());
    };
    let tokens = app.gitlab.finish(pending, callback).await?;
    let user = app.gitlab.userinfo(&tokens).await?.json()?;
    let id = user.get("sub").and_then(|id| id.as_str());
    let id = id.ok_or_else(|| Failure("GitLab did not say who it is".into()))?;
    let account = format!("gitlab/{id}");
    app.source(&account)?.log_in(tokens).await?;
    let session = random();
    let sql = "insert into sessions (id, account) values (sha256(convert_to($1, 'UTF8')), $2)";
    app.sessions.execute(sql, &[&session, &account]).await?;
    let jar = jar
        .remove(Cookie::build(bound).path("/"))
        .add(cookie(SESSION.to_owned(), session));
    Ok((jar, Redirect::to("/")).into_response())
}

/// Of this user everywhere. The cookie is `Lax`, so no other site can send this request.
async fn log_out(State(app): State<App>, jar: CookieJar) -> Result<Response, Failure> {
    if let Some(account) = app.account(&jar).await? {
        let sql = "delete from sessions where account = $1";
        app.sessions.execute(sql, &[&account]).await?;
        let source = app.source(&account)?;
        // Tokens that are too old to be refreshed need not be revoked.
        if let Ok(tokens) = source.tokens().await
            && let Some(token) = tokens.refresh_token()
        {
            app.gitlab.revoke_refresh_token(token.clone()).await?;
        }
        source.log_out().await?;
    }
    let jar = jar.remove(Cookie::build(SESSION).path("/"));
    Ok((jar, Redirect::to("/")).into_response())
}

fn login_cookie(state: &str) -> String {
    format!("login-{state}")
}

/// A cookie that scripts cannot read. `Lax` lets it come along when GitLab sends the user back. Behind https, add
/// `secure`.
fn cookie(name: String, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .build()
}

fn random() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

struct Failure(Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // One line without secrets, whether it is of GitLab or of PostgreSQL.
        eprintln!("{}", self.0);
        let of_gitlab = self.0.downcast_ref::<oauth_atlas::Error>();
        let verdict = of_gitlab.map_or(Verdict::Retry { after: None }, oauth_atlas::Error::verdict);
        let (status, text) = match verdict {
            Verdict::Retry { .. } => (StatusCode::SERVICE_UNAVAILABLE, "Please try again soon."),
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
