//! The operations of OAuth 2.0. Each makes a request and reads its response.

use std::pin::Pin;

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

/// A request on its way, or why there is none.
type Started<'a> = Result<ResponseFuture<'a>, Error>;

/// How far an operation gets before anything is awaited.
enum Begun<'a> {
    Sending(Started<'a>),
    /// A signature takes its time.
    #[cfg(feature = "jose")]
    Signing(Signing),
}

/// Builds the request, with the signatures that are made already, and begins to send it.
fn begin<O: Operation>(operation: &O, signing: Signing) -> Result<Begun<'_>, Error> {
    let built = operation.request(&signing);
    #[cfg(feature = "jose")]
    if signing.is_waiting() {
        return Ok(Begun::Signing(signing));
    }
    let sending = operation.client().send(operation.endpoint(), built?);
    Ok(Begun::Sending(sending))
}

#[cfg(feature = "jose")]
async fn begun<O: Operation>(operation: &O) -> Result<Started<'_>, Error> {
    match begin(operation, Signing::default())? {
        Begun::Sending(sending) => Ok(sending),
        // Rare, and so not in every future.
        Begun::Signing(signing) => Box::pin(signed(operation, signing)).await,
    }
}

/// The same, after the signatures that take their time.
#[cfg(feature = "jose")]
async fn signed<O: Operation>(operation: &O, mut signing: Signing) -> Result<Started<'_>, Error> {
    loop {
        signing.finish(operation.client().provider()).await?;
        match begin(operation, signing)? {
            Begun::Sending(sending) => return Ok(sending),
            Begun::Signing(waiting) => signing = waiting,
        }
    }
}

/// The response to the request as the provider asks for it once more.
#[cfg(feature = "jose")]
async fn sent_again<O: Operation>(operation: &O) -> Result<Result<HttpResponse, Error>, Error> {
    let sending = begun(operation).await?;
    Ok(received(operation, sending).await)
}

async fn received<O: Operation>(
    operation: &O,
    sending: Started<'_>,
) -> Result<HttpResponse, Error> {
    sending?.await.map_err(|error| failed(operation, error))
}

#[allow(
    clippy::manual_async_fn,
    reason = "an `async fn` keeps its argument twice, and each future is moved and allocated"
)]
pub(crate) fn send<O: Operation>(
    mut operation: O,
) -> impl Future<Output = Result<O::Output, Error>> {
    async move {
        #[cfg(feature = "jose")]
        let sending = begun(&operation).await?;
        #[cfg(not(feature = "jose"))]
        let Begun::Sending(sending) = begin(&operation, Signing::default())?;
        let sent = received(&operation, sending).await;
        #[cfg(feature = "jose")]
        let sent = match sent {
            Ok(response) if operation.asks_again(&response) => {
                drop(response);
                Box::pin(sent_again(&operation)).await?
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
}

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
        operation!(@implement [] $name, 'static, $output);
    };
    ($name:ident<$lifetime:lifetime> => $output:ty) => {
        operation!(@implement [<$lifetime>] $name<$lifetime>, $lifetime, $output);
    };
    ($name:ident<$type:ident: 'static> => $output:ty) => {
        operation!(@implement [<$type: 'static>] $name<$type>, 'static, $output);
    };
    (@implement [$($generics:tt)*] $name:ty, $lifetime:lifetime, $output:ty) => {
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
            type IntoFuture = $crate::operation::OperationFuture<$lifetime, $output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin($crate::operation::send(self))
            }
        }
    };
}
pub(crate) use operation;

/// The future of an operation.
pub type OperationFuture<'operation, Output> =
    Pin<Box<dyn Future<Output = Result<Output, Error>> + Send + 'operation>>;

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
