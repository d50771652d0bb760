//! The operations of OAuth 2.0. Each makes a request and reads its response.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::client::signing::Signing;
use crate::error::Error;
#[cfg(feature = "jose")]
use crate::http::block_on::block_on;
use crate::http::message::{HttpRequest, HttpResponse, ResponseFuture, TransportError};

pub(crate) mod api;
pub(crate) mod authorize;
pub(crate) mod device;
pub(crate) mod discovery;
#[cfg(feature = "jose")]
pub(crate) mod id_token;
pub(crate) mod introspection;
pub(crate) mod login;
pub(crate) mod logout;
#[cfg(feature = "jose")]
pub(crate) mod logout_token;
pub(crate) mod pushed;
pub(crate) mod registration;
pub(crate) mod revocation;
pub(crate) mod signed_login;
pub(crate) mod source;
pub(crate) mod source_call;
#[cfg(feature = "store")]
mod stored_login;
pub(crate) mod token;
pub(crate) mod user;

/// The common interface of [`TokenRequest`], [`ApiCall`] and the other operations, for programs
/// with an HTTP stack of their own: build a request, read its response.
///
/// Neither does IO, so one function can drive every operation. Each type also has both as inherent
/// methods.
///
/// ```
/// use oauth_atlas_runtime::{Error, HttpRequest, HttpResponse, Operation};
///
/// fn run<O: Operation>(
///     mut operation: O,
///     exchange: impl FnOnce(HttpRequest) -> HttpResponse,
/// ) -> Result<O::Output, Error> {
///     let response = exchange(operation.to_http_request()?);
///     operation.read_http_response(response)
/// }
/// ```
///
/// Whoever sends the request must follow the rules of [`HttpClient`](crate::HttpClient).
///
/// [`TokenRequest`]: crate::TokenRequest
/// [`ApiCall`]: crate::ApiCall
pub trait Operation: sealed::Sending {
    /// The value of a successful response.
    type Output;

    /// The HTTP request.
    ///
    /// # Errors
    ///
    /// If a setting is missing or invalid; see each type.
    fn to_http_request(&self) -> Result<HttpRequest, Error>;

    /// Reads the response to the request. Call it right after the response arrives: expiry is
    /// counted from now.
    ///
    /// # Errors
    ///
    /// If the provider refused the request or failed, or if the response violates the protocol; see
    /// each type.
    fn read_http_response(&mut self, response: HttpResponse) -> Result<Self::Output, Error>;
}

/// Internal to this library.
pub(crate) mod sealed {
    use crate::client::handle::Core;
    use crate::client::signing::Signing;
    use crate::error::{EndpointKind, Error};
    use crate::http::message::HttpRequest;
    #[cfg(feature = "jose")]
    use crate::http::message::HttpResponse;

    /// What it takes to send an operation.
    pub trait Sending: Sized {
        /// The client whose operation it is.
        fn client(&self) -> &Core;

        /// Where the request goes.
        fn endpoint(&self) -> EndpointKind;

        /// Whether the provider asks for the request once more, with what this response brings.
        #[cfg(feature = "jose")]
        fn asks_again(&self, response: &HttpResponse) -> bool {
            let _ = response;
            false
        }
        /// The request, with signatures that are made already.
        fn request(&self, signing: &Signing) -> Result<HttpRequest, Error>;

        /// Is told that no whole response came back.
        fn not_sent(&mut self, error: &Error) {
            let _ = error;
        }
    }
}

/// Builds the request, with the signatures that are made already, and begins to send it.
fn begin<O: Operation>(operation: &O, signing: Signing) -> Result<Stage, Error> {
    let built = operation.request(&signing);
    #[cfg(feature = "jose")]
    if signing.is_waiting() {
        let provider = operation.client().provider();
        return Ok(Stage::Signing(Box::pin(signing.finished(provider))));
    }
    Ok(
        match operation.client().send(operation.endpoint(), built?) {
            Ok(sending) => Stage::Sending(sending),
            Err(error) => Stage::NotSent(error),
        },
    )
}

/// The future of an operation, and the operation itself: nothing is built or sent before it is first
/// polled.
///
/// It allocates nothing, so that an operation that is awaited costs no more than the same by hand.
#[must_use = "futures do nothing unless they are awaited"]
pub struct OperationFuture<O> {
    operation: O,
    stage: Stage,
    /// Whether the provider has asked for the request once more, which it may do once.
    #[cfg(feature = "jose")]
    is_repeated: bool,
}

/// How far an operation has got.
enum Stage {
    Idle,
    /// A signature takes its time. Rare, and so in a box of its own.
    #[cfg(feature = "jose")]
    Signing(Pin<Box<dyn Future<Output = Result<Signing, Error>> + Send>>),
    Sending(ResponseFuture),
    /// There is no HTTP client.
    NotSent(Error),
    Over,
}

/// No part of it is pinned.
impl<O> Unpin for OperationFuture<O> {}

impl<O: Operation> OperationFuture<O> {
    #[inline]
    pub(crate) fn new(operation: O) -> Self {
        Self {
            operation,
            stage: Stage::Idle,
            #[cfg(feature = "jose")]
            is_repeated: false,
        }
    }

    /// Builds the request and begins to send it. What fails here is the operation's end.
    fn start(&mut self, signing: Signing) -> Result<(), Error> {
        self.stage = Stage::Over;
        self.stage = begin(&self.operation, signing)?;
        Ok(())
    }
}

impl<O: Operation> Future for OperationFuture<O> {
    type Output = Result<O::Output, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            let sent = match &mut this.stage {
                Stage::Idle => {
                    this.start(Signing::default())?;
                    continue;
                }
                #[cfg(feature = "jose")]
                Stage::Signing(signing) => {
                    let signed = ready!(signing.as_mut().poll(context));
                    this.stage = Stage::Over;
                    this.start(signed?)?;
                    continue;
                }
                Stage::Sending(sending) => {
                    let sent = ready!(sending.as_mut().poll(context));
                    this.stage = Stage::Over;
                    sent.map_err(|error| failed(&this.operation, error))
                }
                stage @ Stage::NotSent(_) => match mem::replace(stage, Stage::Over) {
                    Stage::NotSent(error) => Err(error),
                    _ => unreachable!("it is what was matched"),
                },
                Stage::Over => panic!("an operation was polled after its end"),
            };
            match sent {
                #[cfg(feature = "jose")]
                Ok(response) if !this.is_repeated && this.operation.asks_again(&response) => {
                    this.is_repeated = true;
                    this.stage = Stage::Idle;
                }
                Ok(response) => return Poll::Ready(this.operation.read_http_response(response)),
                Err(error) => {
                    this.operation.not_sent(&error);
                    return Poll::Ready(Err(error));
                }
            }
        }
    }
}

impl<O: fmt::Debug> fmt::Debug for OperationFuture<O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("OperationFuture")
            .field(&self.operation)
            .finish()
    }
}

/// The future of what takes several steps, such as a [`UserLookup`](crate::UserLookup).
pub type StepsFuture<Output> = Pin<Box<dyn Future<Output = Result<Output, Error>> + Send>>;

#[cold]
fn failed<O: Operation>(operation: &O, error: TransportError) -> Error {
    let provider = operation.client().provider();
    Error::of_transport(provider, operation.endpoint(), error)
}

#[cfg(not(feature = "jose"))]
fn signed_request<O: Operation>(operation: &O) -> Result<HttpRequest, Error> {
    operation.request(&Signing::default())
}

/// The request, after its signatures.
#[cfg(feature = "jose")]
fn signed_request<O: Operation>(operation: &O) -> Result<HttpRequest, Error> {
    let mut signing = Signing::default();
    loop {
        let built = operation.request(&signing);
        if !signing.is_waiting() {
            return built;
        }
        block_on(signing.finish(operation.client().provider()))?;
    }
}

pub(crate) fn send_blocking<O: Operation>(mut operation: O) -> Result<O::Output, Error> {
    let request = signed_request(&operation)?;
    let sent = operation
        .client()
        .send_blocking(operation.endpoint(), request);
    #[cfg(feature = "jose")]
    let sent = match sent {
        Ok(response) if operation.asks_again(&response) => {
            let request = signed_request(&operation)?;
            let (client, endpoint) = (operation.client(), operation.endpoint());
            client.send_blocking(endpoint, request)
        }
        sent => sent,
    };
    match sent {
        Ok(response) => operation.read_http_response(response),
        Err(error) => {
            operation.not_sent(&error);
            Err(error)
        }
    }
}

/// Makes an operation of a type that has the two halves as methods: it can be awaited, sent by blocking
/// code, and driven by whoever knows the trait.
macro_rules! operation {
    ($name:ident => $output:ty) => {
        operation!(@implement [] $name, $output);
    };
    ($name:ident<$lifetime:lifetime> => $output:ty) => {
        operation!(@implement [<$lifetime>] $name<$lifetime>, $output);
    };
    ($name:ident<$type:ident: 'static> => $output:ty) => {
        operation!(@implement [<$type: 'static>] $name<$type>, $output);
    };
    (@implement [$($generics:tt)*] $name:ty, $output:ty) => {
        impl $($generics)* $name {
            /// Sends the request and waits, for programs without an async runtime: with the client
            /// given to [`blocking_http_client`](crate::Settings::blocking_http_client), or else the
            /// default one of the feature `blocking`.
            ///
            /// # Errors
            ///
            /// Those of [`to_http_request`](Self::to_http_request) and
            /// [`read_http_response`](Self::read_http_response), when no whole response came back,
            /// and when there is no blocking HTTP client.
            pub fn send_blocking(self) -> Result<$output, $crate::error::Error> {
                $crate::operation::send_blocking(self)
            }
        }

        impl $($generics)* $crate::operation::Operation for $name {
            type Output = $output;

            fn to_http_request(
                &self,
            ) -> Result<$crate::http::message::HttpRequest, $crate::error::Error> {
                <$name>::to_http_request(self)
            }

            fn read_http_response(
                &mut self,
                response: $crate::http::message::HttpResponse,
            ) -> Result<$output, $crate::error::Error> {
                <$name>::read_http_response(self, response)
            }
        }

        impl $($generics)* IntoFuture for $name {
            type Output = Result<$output, $crate::error::Error>;
            type IntoFuture = $crate::operation::OperationFuture<Self>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                $crate::operation::OperationFuture::new(self)
            }
        }
    };
}
pub(crate) use operation;

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;
    use crate::client::handle::Core;
    use crate::fixtures::ACME;
    use crate::kept::token_set::TokenSet;
    use crate::operation::device::DeviceAnswer;

    /// A program's own HTTP stack: the request's path, and what the answer comes to.
    fn run<O: Operation>(mut operation: O, body: &str) -> (String, Result<O::Output, Error>) {
        let request = operation.to_http_request().unwrap();
        let response = HttpResponse::new(200, HeaderMap::new(), body);
        let path = request.url().path().to_owned();
        (path, operation.read_http_response(response))
    }

    #[test]
    fn one_function_drives_every_operation() {
        let client = Core::public(&ACME, "id");
        let tokens = TokenSet::new("a").with_refresh_token("r");
        let answer = r#"{"access_token":"new","token_type":"bearer"}"#;
        let (path, renewed) = run(client.refresh(&tokens), answer);
        assert_eq!(
            (&*path, renewed.unwrap().access_token().expose()),
            ("/token", "new")
        );

        let (path, revoked) = run(client.revoke_access_token("a"), "");
        assert_eq!((&*path, revoked.unwrap()), ("/revoke", ()));

        let (path, found) = run(client.introspect("a"), r#"{"active":true}"#);
        assert_eq!((&*path, found.unwrap().active()), ("/introspect", true));

        let codes = r#"{"device_code":"d","user_code":"u","verification_uri":"v","expires_in":60}"#;
        let (path, login) = run(client.authorize_device([""; 0]), codes);
        let mut login = login.unwrap();
        assert_eq!((&*path, login.user_code()), ("/device", "u"));

        let slower = r#"{"error":"slow_down"}"#;
        let (path, asked) = run(client.poll_device(&mut login), slower);
        assert!(matches!(asked, Ok(DeviceAnswer::Pending { .. })));
        assert_eq!((&*path, login.interval().as_secs()), ("/token", 10));

        let (path, items) = run(client.call_api(Method::GET, "items", &tokens), "[]");
        assert_eq!((&*path, items.unwrap().body()), ("/v1/items", &b"[]"[..]));
    }
}
