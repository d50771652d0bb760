//! What providers are told apart by.

use oauth_atlas_codegen::model::{AuthorizationCode, ClientAuth, Provider, Scope};

/// How many scopes a page has. A provider with more has further pages.
pub const ROWS: usize = 100;

/// The grants, as the spec names them.
pub fn grants(provider: &Provider) -> Vec<&str> {
    provider.grants().map(|grant| grant.word()).collect()
}

/// The client authentication methods of all client types, the preferred ones first.
pub fn client_auth(provider: &Provider) -> Vec<&str> {
    let mut methods = Vec::new();
    for (_, client) in provider.clients() {
        for method in client.auth.iter().copied().map(ClientAuth::word) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    methods
}

/// The PKCE status; none where there is no authorization code grant.
pub fn pkce(provider: &Provider) -> Option<&'static str> {
    let grant: Option<&AuthorizationCode> = provider.authorization_code.as_ref();
    grant.map(|grant| grant.pkce.status.word())
}

/// How many scopes there are, in words.
pub fn scopes(provider: &Provider) -> String {
    let scopes = &provider.scopes;
    match (scopes.values.len(), scopes.of) {
        (0, _) => "no scopes published".to_owned(),
        (known, Some(all)) => format!("{known} of {all} scopes"),
        (known, None) if scopes.partial => format!("{known} known scopes"),
        (1, None) => "1 scope".to_owned(),
        (all, None) => format!("{all} scopes"),
    }
}

/// The scopes on the provider's own page.
pub fn first_scopes(scopes: &[Scope]) -> &[Scope] {
    &scopes[..scopes.len().min(ROWS)]
}

/// How many scopes of a provider the index has: every visitor loads it.
const INDEXED: usize = 20;

/// The scopes that the index has, as the provider spells them, with those of other parameters.
pub fn scope_names(provider: &Provider) -> impl Iterator<Item = &str> {
    let groups = provider.scopes.groups.iter();
    let grouped = groups.flat_map(|group| &group.values);
    let all = provider.scopes.values.iter().take(INDEXED);
    all.chain(grouped).map(|scope| scope.name.as_str())
}
