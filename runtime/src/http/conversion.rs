//! Conversions from and to the types of the crate `http`, which other HTTP clients speak.

use std::mem;

use http::{Request, Response, StatusCode, Uri};
use url::{ParseError, Url};

use crate::http::message::{HttpRequest, HttpResponse};
use crate::text::secret::Secret;

/// Method, URL, headers and body as they are. Values of headers stay marked sensitive.
///
/// URL and body, which hold codes, secrets and tokens, are no longer overwritten. Headers that this
/// library made from secrets still are, when their last copy is dropped.
///
/// Fails if the URL is not a valid [`Uri`], which has at most 65,534 bytes.
impl TryFrom<HttpRequest> for Request<Vec<u8>> {
    type Error = http::Error;

    fn try_from(request: HttpRequest) -> Result<Self, http::Error> {
        let (method, url, headers, body) = request.into_parts();
        let uri = Uri::try_from(String::from(url))?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Method, URL, headers and body as they are; the version and the extensions are dropped. The body
/// and the URL's query are overwritten on drop; the text of the [`Uri`] is not.
///
/// Fails if the URI is not an absolute URL.
impl TryFrom<Request<Vec<u8>>> for HttpRequest {
    type Error = ParseError;

    fn try_from(request: Request<Vec<u8>>) -> Result<Self, ParseError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(Secret::new(parts.uri.to_string()).expose())?;
        let mut request = Self::new(parts.method, url).with_body(body);
        *request.headers_mut() = parts.headers;
        Ok(request)
    }
}

/// Status, headers and body as they are. The body, which may hold tokens, is no longer overwritten.
///
/// Fails if the status is not one of 100 to 999.
impl TryFrom<HttpResponse> for Response<Vec<u8>> {
    type Error = http::Error;

    fn try_from(response: HttpResponse) -> Result<Self, http::Error> {
        let status = StatusCode::from_u16(response.status())?;
        let headers = response.headers().clone();
        let mut response = Response::new(response.into_body());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Status, headers and body as they are; the version and the extensions are dropped. The body is
/// overwritten on drop.
impl From<Response<Vec<u8>>> for HttpResponse {
    fn from(mut response: Response<Vec<u8>>) -> Self {
        let headers = mem::take(response.headers_mut());
        Self::new(response.status().as_u16(), headers, response.into_body())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::header::{AUTHORIZATION, CONTENT_TYPE};
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;
    use crate::http::block_on::block_on;
    use crate::http::message::{HttpClient, ResponseFuture, TransportError, TransportErrorKind};

    #[test]
    fn a_request_survives_the_way_there_and_back() {
        let url = Url::parse("https://acme.example:8443/token?a=%2B&b=x y#f").unwrap();
        let mut request = HttpRequest::new(Method::POST, url.clone()).with_body("code=x");
        let mut secret = HeaderValue::from_static("Basic eDp5");
        secret.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, secret);
        let there = Request::try_from(request).unwrap();
        assert_eq!(there.method(), Method::POST);
        assert_eq!(there.uri(), "https://acme.example:8443/token?a=%2B&b=x%20y");
        assert_eq!(there.body(), b"code=x");
        assert!(there.headers()[AUTHORIZATION].is_sensitive());
        let back = HttpRequest::try_from(there).unwrap();
        assert_eq!(back.url().query(), url.query());
        assert_eq!(
            (back.method(), back.body()),
            (&Method::POST, &b"code=x"[..])
        );
        assert!(back.headers()[AUTHORIZATION].is_sensitive());
    }

    #[test]
    fn what_has_no_counterpart_is_an_error() {
        let url = format!("https://acme.example/{}", "a".repeat(70_000));
        let long = HttpRequest::new(Method::GET, Url::parse(&url).unwrap());
        assert!(Request::try_from(long).is_err());
        let mut relative = Request::new(Vec::new());
        *relative.uri_mut() = Uri::from_static("/token");
        assert!(HttpRequest::try_from(relative).is_err());
        let odd = HttpResponse::new(99, HeaderMap::new(), "");
        assert!(Response::try_from(odd).is_err());
    }

    #[test]
    fn a_response_survives_the_way_there_and_back() {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/x"))]);
        let there = Response::try_from(HttpResponse::new(429, headers, "body")).unwrap();
        assert_eq!(there.status(), StatusCode::TOO_MANY_REQUESTS);
        let back = HttpResponse::from(there);
        assert_eq!((back.status(), back.body()), (429, &b"body"[..]));
        assert_eq!(back.headers()[CONTENT_TYPE], "text/x");
    }

    /// What an HTTP client that speaks `http` comes to.
    #[test]
    fn a_client_of_another_crate_is_a_few_lines() {
        struct Theirs;

        impl HttpClient for Theirs {
            fn send(self: Arc<Self>, request: HttpRequest) -> ResponseFuture {
                Box::pin(async move {
                    let request = Request::try_from(request).map_err(|error| {
                        TransportError::new(TransportErrorKind::Other).with_source(error)
                    })?;
                    Ok(Response::new(request.into_body()).into())
                })
            }
        }

        let url = Url::parse("https://acme.example/").unwrap();
        let request = HttpRequest::new(Method::POST, url).with_body("echo");
        let response = block_on(Arc::new(Theirs).send(request)).unwrap();
        assert_eq!((response.status(), response.body()), (200, &b"echo"[..]));
    }
}
