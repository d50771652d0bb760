//! Every client of every provider in one shape, so that one test drives them all: those that are
//! generated, by code that is generated from the specs, and those that are made at run time.

use std::fmt::Debug;

use oauth_atlas::fake::Fake;
use oauth_atlas::provider::{ClientAuth, ClientKind, Encoding, Provider, Separator};
use oauth_atlas::{
    ApiCall, Authorize, Core, DeviceLogin, DevicePoll, DeviceRequest, Error, Introspection, Login,
    Pending, PushedAuthorizationRequest, RegistrationRequest, Revocation, Settings, TokenRequest,
    TokenSet,
};

mod loaded;

pub use loaded::{Loaded, loaded};

/// A provider with its clients and its fake.
pub struct Covered {
    /// The module's name.
    pub id: &'static str,
    /// Whether it is in the published crate, and not a fixture.
    pub published: bool,
    pub provider: &'static Provider,
    pub fake: fn() -> Fake,
    /// Whether a login gives a refresh token.
    pub refreshes: bool,
    /// Whether a refresh ends the refresh token, as the spec says.
    pub rotates: bool,
    /// Whether a refresh ends the access token, as the spec says.
    pub ends_access_token: bool,
    pub knows_every_scope: bool,
    /// What a client cannot be made without.
    pub variables: &'static [(&'static str, &'static str)],
    /// Makes the choices of a login.
    pub choose: fn(Authorize, Choices) -> Authorize,
    /// Whether a login may choose anything.
    pub has_options: bool,
    /// The generated client in each of the ways in which it can be made.
    pub trials: &'static [Trial],
}

impl Covered {
    /// The ways in which its description says that a client can be made, with the generated ones.
    pub fn ways(&self) -> impl Iterator<Item = (Way, &'static Trial)> {
        let ways = ways(self.provider);
        let titles: Vec<_> = ways.iter().map(|way| way.title.as_str()).collect();
        let tried: Vec<_> = self.trials.iter().map(|trial| trial.title).collect();
        assert_eq!(titles, tried, "{}", self.id);
        ways.into_iter().zip(self.trials)
    }

    /// The first scopes of its table, at most so many.
    pub fn scopes(&self, most: usize) -> impl Iterator<Item = &'static str> {
        let scopes = self.provider.scopes.values.iter().take(most);
        scopes.map(|scope| scope.name)
    }
}

/// Where the API is called: below its URL, if the provider has one.
pub fn api_target(provider: &Provider) -> &'static str {
    match provider.api.url {
        Some(_) => "/path?query=1",
        None => "https://api.example/path",
    }
}

/// How a client can be made.
pub struct Way {
    pub title: String,
    pub kind: ClientKind,
    pub variation: Variation,
}

/// In what a client differs from the one that is made without a choice.
#[derive(Clone, Copy)]
pub enum Variation {
    Nothing,
    ClientAuth(ClientAuth),
    Encoding(Encoding),
    Separator(Separator),
    /// It is in this environment, which may be the usual one.
    Environment(&'static str),
}

/// Every way in which a client of this provider can be made.
pub fn ways(provider: &Provider) -> Vec<Way> {
    let confidential = provider.confidential.iter();
    let confidential = confidential.map(|client| (ClientKind::Confidential, client));
    let public = provider.public.iter();
    let public = public.map(|client| (ClientKind::Public, client));
    let mut ways = Vec::new();
    for (kind, client) in confidential.chain(public) {
        let word = kind.word();
        let mut add = |title: String, variation| {
            ways.push(Way {
                title,
                kind,
                variation,
            });
        };
        add(word.to_owned(), Variation::Nothing);
        for method in client.auth.iter().skip(1) {
            let title = format!("{word}, {}", method.word());
            add(title, Variation::ClientAuth(*method));
        }
        let encodings = provider.token.iter().flat_map(|token| token.encodings);
        for encoding in encodings.skip(1) {
            let title = format!("{word}, {} body", encoding.word());
            add(title, Variation::Encoding(*encoding));
        }
        for separator in provider.scopes.request_separators.iter().skip(1) {
            let title = format!("{word}, {} between scopes", separator.word());
            add(title, Variation::Separator(*separator));
        }
        for environment in provider.environments {
            let title = format!("{word}, {}", environment.name);
            add(title, Variation::Environment(environment.name));
        }
    }
    ways
}

/// A generated client in one of the ways in which it can be made.
pub struct Trial {
    title: &'static str,
    pub make: fn(&Given<'_>) -> Box<dyn Driven>,
}

/// What a client is made of.
pub struct Given<'a> {
    pub settings: Settings,
    pub id: &'a str,
    pub secret: &'a str,
    pub redirect_uri: &'a str,
}

/// What a login asks for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// How many of the first scopes.
    pub scopes: usize,
    /// A scope that has no type.
    pub by_text: Option<&'static str>,
    pub choices: Choices,
}

impl Asked {
    /// Two scopes, and all that the user's data asks for, with what gives a refresh token.
    pub const USUAL: Self = Self {
        scopes: usize::MAX,
        by_text: None,
        choices: Choices::Usual,
    };
}

/// Which options a login chooses.
#[derive(Clone, Copy)]
pub enum Choices {
    /// Without which it does not begin.
    Required,
    /// Those, and what gives a refresh token.
    Usual,
    Everything,
}

/// A login that was asked for.
pub struct Begun {
    /// What was asked, as `Debug` shows it.
    pub shown: String,
    pub how: How,
}

/// How a login begins.
pub enum How {
    Started(Result<Login, Error>),
    Pushed(PushedAuthorizationRequest),
}

/// All that `Debug` shows.
pub fn shown(value: &dyn Debug) -> String {
    format!("{value:?} {value:#?}")
}

impl Begun {
    pub fn started(shown: String, login: Result<Login, Error>) -> Self {
        let how = How::Started(login);
        Self { shown, how }
    }

    pub fn pushed(shown: String, request: PushedAuthorizationRequest) -> Self {
        let how = How::Pushed(request);
        Self { shown, how }
    }

    /// The login. One that is pushed is sent on a thread of its own, as the tests are asynchronous
    /// and logins begin at once elsewhere.
    pub fn login(self) -> Result<Login, Error> {
        match self.how {
            How::Started(login) => login,
            How::Pushed(request) => {
                let sent = std::thread::spawn(|| request.send_blocking());
                sent.join().expect("no panic")
            }
        }
    }
}

/// A client, whose operations may be there or not.
pub trait Driven: Debug + Send + Sync {
    fn core(&self) -> &Core;
    fn register(&self) -> Option<RegistrationRequest> {
        None
    }
    fn push(&self, _: Asked) -> Option<PushedAuthorizationRequest> {
        None
    }
    fn login(&self, _: Asked) -> Option<Begun> {
        None
    }
    fn exchange(&self, _: Pending, _: String) -> Option<TokenRequest> {
        None
    }
    fn renew(&self, _: &TokenSet) -> Option<TokenRequest> {
        None
    }
    /// With so many of the first two scopes.
    fn own_tokens(&self, _: usize) -> Option<TokenRequest> {
        None
    }
    /// With so many of the scopes that a login has.
    fn start_device(&self, _: usize) -> Option<DeviceRequest> {
        None
    }
    fn ask_device<'l>(&self, _: &'l mut DeviceLogin) -> Option<DevicePoll<'l>> {
        None
    }
    fn user(&self, _: &TokenSet) -> Option<ApiCall> {
        None
    }
    fn look_up(&self, _: &TokenSet) -> Option<Introspection> {
        None
    }
    fn end_access(&self, _: &TokenSet) -> Option<Revocation> {
        None
    }
    fn end_refresh(&self, _: &TokenSet) -> Option<Revocation> {
        None
    }
    /// Each grant of the provider's own, by its name.
    fn extensions(&self) -> Vec<(&'static str, TokenRequest)>;
    fn resource(&self, url: &str, tokens: &TokenSet) -> ApiCall;
}

include!(concat!(env!("OUT_DIR"), "/driven.rs"));
