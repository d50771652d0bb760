//! Through a generated client, with what its default HTTP client does before and after sending.

use std::borrow::Cow;
use std::mem;

use bytes::Bytes;
use oauth_atlas::{HttpResponse, TokenRequest, TokenSet};
use url::Url;
use zeroize::Zeroizing;

use super::{CLIENT_ID, CLIENT_SECRET, CODE, Operation, REDIRECT_URI, REFRESH_TOKEN, parameter};
use crate::fixtures::standard::{Client, Scope};

const SCOPES: [Scope; 2] = [Scope::Read, Scope::Write];

pub struct Ours {
    client: Client,
    tokens: TokenSet,
    /// Made once: the callback that makes it is checked, which nobody does by hand.
    code_exchange: TokenRequest,
}

impl Ours {
    pub fn new() -> Self {
        let client = Client::confidential(CLIENT_ID, CLIENT_SECRET).redirect_uri(REDIRECT_URI);
        let login = client.authorize(SCOPES).start().unwrap();
        let login_url = Url::parse(&login.url).unwrap();
        let state = parameter(login_url.query().unwrap().as_bytes(), "state");
        let callback = format!("{REDIRECT_URI}?code={CODE}&state={state}");
        Self {
            code_exchange: client.finish(login.pending, callback),
            tokens: TokenSet::new("access token").with_refresh_token(REFRESH_TOKEN),
            client,
        }
    }

    pub fn request(&self, operation: Operation) -> Cow<'_, TokenRequest> {
        match operation {
            Operation::CodeExchange => Cow::Borrowed(&self.code_exchange),
            Operation::Refresh => Cow::Owned(self.client.refresh(&self.tokens)),
            Operation::ClientCredentials => Cow::Owned(self.client.client_credentials(SCOPES)),
        }
    }

    pub fn build(request: &TokenRequest) -> reqwest::Request {
        let (method, url, headers, body) = request.to_http_request().unwrap().into_parts();
        // It keeps the URL, to see whether the response came from there.
        let mut request = reqwest::Request::new(method, url.clone());
        *request.headers_mut() = headers;
        *request.body_mut() = Some(Bytes::from_owner(Zeroizing::new(body)).into());
        request
    }

    pub async fn read(request: &TokenRequest, mut response: reqwest::Response) -> TokenSet {
        let length = response.content_length().unwrap();
        let mut body = Vec::with_capacity(length as usize);
        while let Some(chunk) = response.chunk().await.unwrap() {
            body.extend_from_slice(&chunk);
        }
        let headers = mem::take(response.headers_mut());
        let response = HttpResponse::new(response.status().as_u16(), headers, body);
        request.read_http_response(response).unwrap()
    }
}
