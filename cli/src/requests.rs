//! Every request that a provider's client sends, as the runtime builds it: what people are shown is
//! what goes over the wire.

mod curl;
pub mod examples;
mod made_up;
mod operations;
mod placeholder;
mod replay;
#[cfg(test)]
pub mod tests;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oauth_atlas_codegen::model::{
    ClientAuth, ClientKind, Encoding, OperationKind, Provider, Separator,
};
use oauth_atlas_runtime::provider::query_in_fragment;
use oauth_atlas_runtime::{Error, HttpRequest};

use operations::Operations;
use placeholder::Piece;

/// A request, with `$NAMES` in the place of values that are a user's.
#[derive(Clone, Debug)]
pub struct Request {
    /// What it is for.
    pub operation: OperationKind,
    /// The name of the grant of the provider's own, where it is for one.
    pub extension: Option<String>,
    /// The client type that sends it.
    pub client: ClientKind,
    /// How it differs from the one that clients prefer.
    pub variant: Variant,
    /// What is special of this one, or worth knowing.
    pub note: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The URL, encoded as it is sent.
    pub url: String,
    /// Names in lower case. Credentials are shown before the base64.
    pub headers: Vec<(String, String)>,
    /// The body, encoded as it is sent.
    pub body: Option<String>,
    recorded: Recorded,
}

/// One of the ways in which a provider takes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The one that clients prefer.
    Usual,
    /// A login that asks for a refresh token.
    Offline,
    /// With another separator than the first.
    ScopeSeparator(Separator),
    /// With another client authentication method than the first.
    ClientAuth(ClientAuth),
    /// With another encoding than the first.
    Encoding(Encoding),
}

impl Variant {
    fn note(self) -> Option<String> {
        match self {
            // A login has a name of its own for that.
            Self::Usual | Self::Offline => None,
            Self::ScopeSeparator(one) => Some(format!("with a {} between scopes", one.word())),
            Self::ClientAuth(method) => Some(format!("with {}", method.word())),
            Self::Encoding(encoding) => Some(format!("with parameters as {}", encoding.word())),
        }
    }
}

/// A request with placeholders.
#[derive(Clone, Debug)]
struct Recorded {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    /// Id and secret of HTTP Basic.
    basic: Option<String>,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    None,
    Form(String),
    Json(String),
}

/// The shell's variable for a value that has this name at the provider.
pub fn variable(name: &str) -> String {
    placeholder::variable(name)
}

impl Request {
    /// The request as a `curl` command for a shell in which the `$NAMES` are variables. It can be
    /// pasted into a terminal.
    pub fn curl(&self) -> String {
        curl::command(&self.recorded)
    }

    /// The request that the script of a login's page makes, where the parameters are in the fragment of the
    /// page's URL: curl runs no script.
    pub fn out_of_fragment(mut self, fragment: &str) -> Self {
        for url in [&mut self.url, &mut self.recorded.url] {
            let moved = url.split_once('#').and_then(|(page, text)| {
                Some(format!("{page}?{}", query_in_fragment(fragment, text)?))
            });
            if let Some(moved) = moved {
                *url = moved;
            }
        }
        self
    }

    /// The names of the variables in the command.
    pub fn variables(&self) -> BTreeSet<&str> {
        let Recorded {
            url,
            headers,
            basic,
            content,
            ..
        } = &self.recorded;
        let headers = headers.iter().map(|(_, value)| value);
        let body = match content {
            Content::None => None,
            Content::Form(body) | Content::Json(body) => Some(body),
        };
        let texts = [url].into_iter().chain(headers).chain(basic).chain(body);
        let pieces = texts.flat_map(|text| placeholder::pieces(text));
        pieces
            .filter_map(|piece| match piece {
                Piece::Variable { name, .. } => Some(name),
                Piece::Literal(_) => None,
            })
            .collect()
    }

    /// What it is for, in words: `exchange the code`.
    pub fn title(&self) -> String {
        let title = match (self.operation, self.variant) {
            (OperationKind::Register, _) => "register the client",
            (OperationKind::PushAuthorization, _) => "push the login",
            (OperationKind::Authorize, Variant::Offline) => {
                "send the browser, and ask for a refresh token"
            }
            (OperationKind::Authorize, _) => "send the browser",
            (OperationKind::ExchangeCode, _) => "exchange the code",
            (OperationKind::Refresh, _) => "refresh",
            (OperationKind::ClientCredentials, _) => "client credentials",
            (OperationKind::AuthorizeDevice, _) => "start a login on a device",
            (OperationKind::PollDevice, _) => "ask whether the user has decided",
            (OperationKind::Extension, _) => {
                return format!("grant {}", self.extension.as_deref().unwrap_or_default());
            }
            (OperationKind::RevokeAccessToken, _) => "revoke the access token",
            (OperationKind::RevokeRefreshToken, _) => "revoke the refresh token",
            (OperationKind::Introspect, _) => "introspect the access token",
            (OperationKind::UserInfo, _) => "ask who the user is",
            (OperationKind::CallApi, _) => "call the API",
        };
        title.to_owned()
    }

    /// Whether the other client type does and sends the same.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.operation, &self.extension, self.variant)
            == (other.operation, &other.extension, other.variant)
            && self.note == other.note
            && (&self.method, &self.url) == (&other.method, &other.url)
            && (&self.headers, &self.body) == (&other.headers, &other.body)
    }

    fn new(
        operation: OperationKind,
        extension: Option<String>,
        client: ClientKind,
        variant: Variant,
        note: Option<String>,
        recorded: Recorded,
    ) -> Self {
        let shown = |(name, value): &(String, String)| {
            let value = match (name.as_str(), &recorded.basic) {
                ("authorization", Some(pair)) => {
                    format!("Basic base64({})", placeholder::shown_with_encoding(pair))
                }
                _ => match in_base64(value) {
                    Some((before, text)) => {
                        let text = placeholder::shown_with_encoding(&text);
                        format!("{before}base64({text})")
                    }
                    None => placeholder::shown(value),
                },
            };
            (name.clone(), value)
        };
        Self {
            operation,
            extension,
            client,
            variant,
            note,
            method: recorded.method.clone(),
            url: placeholder::shown(&recorded.url),
            headers: recorded.headers.iter().map(shown).collect(),
            body: match &recorded.content {
                Content::None => None,
                Content::Form(body) | Content::Json(body) => Some(placeholder::shown(body)),
            },
            recorded,
        }
    }
}

/// What stands before the base64 of a value of the user's, and the value.
fn in_base64(header: &str) -> Option<(&str, String)> {
    let start = header.rfind(' ').map_or(0, |space| space + 1);
    let decoded = STANDARD.decode(&header[start..]).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    placeholder::is_in(&text).then_some((&header[..start], text))
}

impl Recorded {
    fn of(request: &HttpRequest) -> Self {
        let mut basic = None;
        let mut headers = Vec::new();
        for (name, value) in request.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            if name == "authorization"
                && let Some(credentials) = value.strip_prefix("Basic ")
            {
                let decoded = STANDARD.decode(credentials).ok();
                basic = decoded.and_then(|pair| String::from_utf8(pair).ok());
            }
            headers.push((name.as_str().to_owned(), value));
        }
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let is_json = headers
            .iter()
            .any(|(name, value)| name == "content-type" && value.starts_with("application/json"));
        Self {
            method: request.method().to_string(),
            url: request.url().to_string(),
            basic,
            headers,
            content: match (body.is_empty(), is_json) {
                (true, _) => Content::None,
                (false, true) => Content::Json(body),
                (false, false) => Content::Form(body),
            },
        }
    }

    /// The same with a value replaced that the runtime has made up.
    fn with_placeholder(mut self, value: &str, placeholder: &str) -> Self {
        let texts = match &mut self.content {
            Content::None => vec![&mut self.url],
            Content::Form(body) | Content::Json(body) => vec![&mut self.url, body],
        };
        for text in texts {
            *text = text.replace(value, placeholder);
        }
        self
    }
}

/// Every request of a provider's client, of each client type, in the default environment and with
/// the examples of the spec as URL variables. Where the provider accepts more than one client
/// authentication method or encoding, token requests are there in each.
///
/// # Errors
///
/// When one cannot be built, so that the generated client would never send it either.
pub fn of(provider: &Provider) -> Result<Vec<Request>, Error> {
    Operations::new(provider, None).requests()
}

/// The same in another environment, by its name in the spec.
///
/// # Errors
///
/// Those of [`of`].
pub fn in_environment(provider: &Provider, environment: &str) -> Result<Vec<Request>, Error> {
    Operations::new(provider, Some(environment)).requests()
}

/// The same at a server that stands for the provider's hosts.
///
/// # Errors
///
/// Those of [`of`].
pub fn at(provider: &Provider, origin: &str) -> Result<Vec<Request>, Error> {
    Operations::new(provider, None).at(origin).requests()
}
