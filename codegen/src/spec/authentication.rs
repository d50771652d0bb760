//! What is sent by the client authentication that a spec says, by a word or in full.

use oauth_atlas_description::owned::Authentication;

use crate::decode::{Maybe, Spanned};
use crate::spec::{Client, ClientAuth, ClientAuthentication, Clients, Endpoint, Spec};

/// A method by its name, and what it sends where it has none.
pub(crate) type Method = (ClientAuth, Option<Authentication>);

impl Clients {
    /// The methods of confidential clients, the preferred one first; none without such clients.
    pub(crate) fn confidential_methods(&self) -> Vec<Method> {
        methods(self.confidential.given(), ClientAuth::Basic)
    }

    /// The methods of public clients, the preferred one first; none without such clients.
    pub(crate) fn public_methods(&self) -> Vec<Method> {
        methods(self.public.given(), ClientAuth::None)
    }
}

impl Spec {
    /// What clients may send to an endpoint to say who they are.
    pub(crate) fn authentications(&self, endpoint: &Endpoint) -> Vec<Authentication> {
        let clients = self.clients.iter();
        let of_clients =
            clients.flat_map(|all| [all.confidential_methods(), all.public_methods()].concat());
        let methods = match endpoint.auth.given() {
            Some(own) => vec![own.value.named()],
            None => of_clients.collect(),
        };
        let record = |(name, own): Method| own.or_else(|| name.record().map(Authentication::from));
        methods.into_iter().filter_map(record).collect()
    }
}

fn methods(client: Option<&Client>, standard: ClientAuth) -> Vec<Method> {
    let Some(client) = client else {
        return Vec::new();
    };
    let named = client.auth.given().into_iter().flat_map(|many| &many.0);
    let named: Vec<_> = named.map(|method| method.value.named()).collect();
    match named.is_empty() {
        true => vec![(standard, None)],
        false => named,
    }
}

/// The word for a header without a word before its value.
const NO_SCHEME: &str = "none";

impl ClientAuthentication {
    /// What is sent.
    pub(crate) fn record(&self) -> Authentication {
        let named = self.method.given().and_then(|method| method.value.record());
        let mut record = match named {
            Some(named) => Authentication::from(named),
            None => Authentication::default(),
        };
        // A method like one without a header has the usual one, if anything is to stand in it.
        if record.header.is_empty() && !self.user.is_absent() {
            let usual = Authentication::default();
            (record.header, record.scheme) = (usual.header, usual.scheme);
        }
        or(&self.header, &mut record.header);
        or(&self.scheme, &mut record.scheme);
        if record.scheme == NO_SCHEME {
            record.scheme.clear();
        }
        or(&self.user, &mut record.user);
        if let Some(password) = self.password.given() {
            record.password = Some(password.value.clone());
        }
        record
    }

    /// The name of what is sent; where it has none, what is sent.
    pub(crate) fn named(&self) -> (ClientAuth, Option<Authentication>) {
        let record = self.record();
        let is = |name: &&ClientAuth| {
            let named = name.record();
            named.is_some_and(|named| Authentication::from(named) == record)
        };
        match ClientAuth::ALL.iter().find(is) {
            Some(name) => (*name, None),
            None => (ClientAuth::Own, Some(record)),
        }
    }

    /// The texts that are filled in.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.user.given().into_iter().chain(self.password.given())
    }
}

fn or(given: &Maybe<Spanned<String>>, text: &mut String) {
    if let Some(given) = given.given() {
        text.clone_from(&given.value);
    }
}
