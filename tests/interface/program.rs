// A program of a user, as the README has it. It is compiled against the module of each spec in
// `interface.rs`, and has to compile and to do the same whatever was added there.

use oauth_atlas::{
    ApiCall, Core, Error, HeaderMap, Login, Method, Pending, ProviderClient, Settings, TokenRequest,
    TokenSet, TokenSource,
};

use super::acme::{Authorize, Client, Environment, Scope};

#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    source: TokenSource,
    asked: Vec<Scope>,
}

pub fn client(settings: Settings) -> Client {
    Client::confidential("id", "secret")
        .redirect_uri("https://app.example/callback")
        .environment(Environment::Production)
        .with_settings(settings)
}

pub fn request(client: &Client) -> Authorize {
    client.authorize([])
}

pub fn log_in(client: &Client) -> Result<Login, Error> {
    let request = request(client).scope("anvils:read").param("audience", "anvils");
    request.redirect_uri("https://app.example/other").start()
}

pub fn log_in_with(client: &Client, scopes: &[Scope]) -> Result<Login, Error> {
    client.authorize(scopes.iter().copied()).start()
}

pub fn finish(client: &Client, pending: Pending, callback: &str) -> TokenRequest {
    client.finish(pending, callback)
}

pub fn own_tokens(client: &Client) -> TokenSource {
    client.client_credentials([]).scope("anvils:read").token_source()
}

pub async fn renew(client: &Client, tokens: &TokenSet) -> Result<TokenSet, Error> {
    client.refresh(tokens).await
}

pub fn session(client: &Client, tokens: TokenSet) -> Session {
    Session {
        client: client.clone(),
        asked: tokens.granted().collect(),
        source: client.token_source(tokens),
    }
}

pub fn call(session: &Session, tokens: &TokenSet) -> Result<(ApiCall, HeaderMap), Error> {
    let client = &session.client;
    let call = client.call_api(Method::GET, "https://api.acme.example/anvils", tokens);
    Ok((call, client.api_headers(tokens)?))
}

pub fn describe(scopes: &[Scope]) -> Vec<String> {
    let known = scopes.iter().chain(Scope::all());
    known
        .map(|scope| format!("{scope} {:?}", scope.details().description))
        .collect()
}

pub fn granted(tokens: &TokenSet, scope: Scope) -> bool {
    tokens.has_scope(scope)
}

/// Code over several providers.
pub fn served<C: ProviderClient>(clients: &[C]) -> Vec<&'static str> {
    clients.iter().map(|client| client.provider().name).collect()
}

pub fn core(client: &Client) -> &Core {
    client.core()
}
