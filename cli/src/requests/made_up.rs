//! What a login makes up, which is another each time.

use oauth_atlas_runtime::Url;
use oauth_atlas_runtime::provider::{Nonce, Provider};

use super::{Recorded, placeholder};

/// What a login has made up.
pub(super) struct MadeUp {
    state: Option<String>,
    challenge: Option<String>,
    nonce: Option<String>,
}

impl MadeUp {
    /// What stands in the parameters of this URL.
    pub(super) fn of(provider: &Provider, url: &str) -> Self {
        let renamed = |standard: &'static str| {
            let endpoint = provider.authorization.as_ref();
            let mut rename = endpoint.iter().flat_map(|endpoint| endpoint.rename);
            let renamed = rename.find(|(name, _)| *name == standard);
            renamed.map_or(standard, |(_, name)| name)
        };
        let state = match provider.state.echoed {
            true => parameter(url, renamed("state")),
            // The placeholder of the redirect URI is no URL, and the state is its last pair.
            false => parameter(url, renamed("redirect_uri"))
                .and_then(|uri| Some(uri.rsplit_once("state=")?.1.to_owned())),
        };
        Self {
            state,
            challenge: parameter(url, renamed("code_challenge")),
            nonce: {
                let rules = provider.id_token.as_ref();
                let is_made = rules.is_some_and(|rules| rules.nonce == Nonce::Repeated);
                parameter(url, renamed("nonce")).filter(|_| is_made)
            },
        }
    }

    /// The request with placeholders for it.
    pub(super) fn hidden_in(self, request: Recorded) -> Recorded {
        let made_up = [
            (self.state, placeholder::STATE),
            (self.challenge, placeholder::CODE_CHALLENGE),
            (self.nonce, placeholder::NONCE),
        ];
        made_up
            .into_iter()
            .fold(request, |request, (value, placeholder)| match value {
                Some(value) => request.with_placeholder(&value, placeholder),
                None => request,
            })
    }
}

/// A parameter of a login's URL, wherever the provider has them.
fn parameter(url: &str, name: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    let fragment = url.fragment().and_then(|text| text.split_once('?'));
    if let Some(query) = fragment.map(|(_, query)| query.to_owned()) {
        url.set_query(Some(&query));
    }
    let found = url.query_pairs().find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}
