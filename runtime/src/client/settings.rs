//! What a client of any provider can be told about how its requests travel.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use url::Url;

use crate::client::endpoint_url;
use crate::error::{EndpointKind, Error, NO_PROVIDER};
use crate::http::message::{BlockingHttpClient, HttpClient};
use crate::http::reach::Hosts;

/// Where a client's requests go and what carries them: settings that are the same at every
/// provider. A client takes them with its method `with_settings`, and one value can serve many clients.
///
/// ```
/// # use oauth_atlas_runtime::{Error, Settings};
/// # fn example() -> Result<(), Error> {
/// let settings = Settings::new().replace_origin("https://proxy.example")?;
/// # drop(settings);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Settings {
    origin: Option<Url>,
    endpoints: Vec<(EndpointKind, Url)>,
    http_client: Option<Arc<dyn HttpClient>>,
    blocking_http_client: Option<Arc<dyn BlockingHttpClient>>,
    public_hosts_only: bool,
    user_agent: Option<HeaderValue>,
}

impl Settings {
    /// Settings that change nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the origin (scheme, host and port) of every URL, and keeps paths and queries: for
    /// test servers and proxies. It also holds for the URL that the user's browser is sent to, and
    /// for absolute URLs of API calls. Only an endpoint set with [`Settings::replace_endpoint`] stays where
    /// it is.
    ///
    /// # Errors
    ///
    /// When `url` is not an https URL (http is fine on this machine's own addresses), or has more
    /// than an origin.
    pub fn replace_origin(mut self, url: &str) -> Result<Self, Error> {
        self.origin = Some(endpoint_url::origin(&NO_PROVIDER, url)?);
        Ok(self)
    }

    /// Replaces the URL of one endpoint. [`EndpointKind::Api`] stands for the URL that relative
    /// paths of API calls are appended to. An endpoint that the provider does not have gets the
    /// standard's encoding and the client's authentication.
    ///
    /// # Errors
    ///
    /// When `url` is not an https URL (http is fine on this machine's own addresses), or has a user
    /// or a fragment; and when that of the API has a query, behind which no path could follow.
    pub fn replace_endpoint(mut self, endpoint: EndpointKind, url: &str) -> Result<Self, Error> {
        let url = endpoint_url::endpoint_url(&NO_PROVIDER, url)?;
        if endpoint == EndpointKind::Api && url.query().is_some() {
            let message = "the API's URL has a query: give its parameters to each call instead";
            return Err(Error::configuration(&NO_PROVIDER, message));
        }
        self.endpoints.push((endpoint, url));
        Ok(self)
    }

    /// Refuses hosts that are not of the public internet, before each request and for the URL that
    /// the user's browser is sent to: for programs in which *users* type the address of a server.
    /// Without it, a user can have this program ask servers that only this program reaches (SSRF,
    /// CWE-918), and read in an error what they answer.
    ///
    /// Refused are addresses in any spelling (`127.0.0.1`, `0x7f.1`, `[::1]`, and public ones as
    /// well), `localhost`, names of one label, and names below `local`, `internal`, `localdomain`,
    /// `intranet`, `private`, `corp`, `home`, `lan`, `home.arpa` and `onion`. The default HTTP client
    /// also connects to no address that is loopback, private, link-local or otherwise reserved,
    /// whatever a name resolves to.
    ///
    /// What it does not do:
    ///
    /// - An HTTP client of your own ([`Settings::http_client`]) resolves names by itself, and has to
    ///   check the addresses itself.
    /// - Where the environment names a proxy, the proxy resolves the names, and has to limit what it
    ///   connects to. The proxy itself must have a public address or be named by its address.
    /// - A public address is reached at any port, and may be one of your own servers. Networks with
    ///   public addresses of their own need a firewall.
    /// - A page that a user opens, such as `verification_uri`, is checked by nobody.
    #[must_use]
    pub fn public_hosts_only(mut self) -> Self {
        self.public_hosts_only = true;
        self
    }

    /// Names this program in the header `User-Agent` of every request (RFC 9110 §10.1.5). Some
    /// providers refuse requests without it; their clients then make none before it is set. Whatever
    /// an HTTP client would send by itself is replaced.
    ///
    /// ```
    /// # use oauth_atlas_runtime::{Error, Settings};
    /// # fn example() -> Result<(), Error> {
    /// let settings = Settings::new().user_agent("acme-calendar/1.0 (it@acme.example)")?;
    /// # drop(settings);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// When `program` is empty, or has a character that may not stand in a header.
    pub fn user_agent(mut self, program: &str) -> Result<Self, Error> {
        let is_visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        let value =
            Some(program.trim()).filter(|text| !text.is_empty() && text.bytes().all(is_visible));
        let Some(Ok(value)) = value.map(HeaderValue::from_str) else {
            let message =
                "the user agent is empty, or has a character that may not stand in a header";
            return Err(Error::configuration(&NO_PROVIDER, message));
        };
        self.user_agent = Some(value);
        Ok(self)
    }

    /// Sends the requests of async code with this HTTP client instead of the default one.
    #[must_use]
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.http_client = Some(Arc::new(client));
        self
    }

    /// Sends the requests of blocking code with this HTTP client instead of the default one.
    #[must_use]
    pub fn blocking_http_client(mut self, client: impl BlockingHttpClient) -> Self {
        self.blocking_http_client = Some(Arc::new(client));
        self
    }

    /// Takes what the others set, and keeps the rest.
    pub(crate) fn add(&mut self, others: Self) {
        let Self {
            origin,
            endpoints,
            http_client,
            blocking_http_client,
            public_hosts_only,
            user_agent,
        } = others;
        self.public_hosts_only |= public_hosts_only;
        self.endpoints.extend(endpoints);
        if origin.is_some() {
            self.origin = origin;
        }
        if http_client.is_some() {
            self.http_client = http_client;
        }
        if blocking_http_client.is_some() {
            self.blocking_http_client = blocking_http_client;
        }
        if user_agent.is_some() {
            self.user_agent = user_agent;
        }
    }

    pub(crate) fn hosts(&self) -> Hosts {
        match self.public_hosts_only {
            true => Hosts::Public,
            false => Hosts::Any,
        }
    }

    /// What names the program.
    pub(crate) fn program(&self) -> Option<&HeaderValue> {
        self.user_agent.as_ref()
    }

    pub(crate) fn origin_url(&self) -> Option<&Url> {
        self.origin.as_ref()
    }

    /// The URL that an endpoint was given last.
    pub(crate) fn endpoint_url(&self, endpoint: EndpointKind) -> Option<&Url> {
        let mut endpoints = self.endpoints.iter().rev();
        let found = endpoints.find(|(replaced, _)| *replaced == endpoint);
        found.map(|(_, url)| url)
    }

    pub(crate) fn asynchronous_client(&self) -> Option<&dyn HttpClient> {
        self.http_client.as_deref()
    }

    pub(crate) fn blocking_client(&self) -> Option<&dyn BlockingHttpClient> {
        self.blocking_http_client.as_deref()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.as_ref().map(Url::as_str);
        let endpoints = self.endpoints.iter().map(|(endpoint, _)| endpoint);
        formatter
            .debug_struct("Settings")
            .field("origin", &origin)
            .field("endpoints", &endpoints.collect::<Vec<_>>())
            .field("public_hosts_only", &self.public_hosts_only)
            .field("user_agent", &self.user_agent)
            .field("http_client", &self.http_client.is_some())
            .field("blocking_http_client", &self.blocking_http_client.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path behind a query would be a part of it.
    #[test]
    fn paths_are_appended_to_no_query() {
        let set = |endpoint, url| Settings::new().replace_endpoint(endpoint, url);
        for url in ["https://api.example/v1?version=2", "https://api.example?"] {
            let error = set(EndpointKind::Api, url).unwrap_err();
            assert!(error.to_string().contains("query"), "{error}");
            assert!(set(EndpointKind::Token, url).is_ok());
        }
        assert!(set(EndpointKind::Api, "https://api.example/v1").is_ok());
    }

    #[test]
    fn settings_that_come_later_replace_what_they_name_and_nothing_else() {
        let endpoint = |settings: &Settings, kind| settings.endpoint_url(kind).map(Url::to_string);
        let mut settings = Settings::new()
            .replace_origin("https://one.example")
            .unwrap()
            .replace_endpoint(EndpointKind::Token, "https://one.example/token")
            .unwrap();
        settings.add(
            Settings::new()
                .replace_endpoint(EndpointKind::Token, "https://two.example/token")
                .unwrap(),
        );
        assert_eq!(
            settings.origin_url().map(Url::as_str),
            Some("https://one.example/")
        );
        assert_eq!(
            endpoint(&settings, EndpointKind::Token).as_deref(),
            Some("https://two.example/token")
        );
        assert_eq!(endpoint(&settings, EndpointKind::Api), None);
        settings.add(
            Settings::new()
                .replace_origin("https://two.example")
                .unwrap(),
        );
        assert_eq!(
            settings.origin_url().map(Url::as_str),
            Some("https://two.example/")
        );
    }

    #[test]
    fn a_mistake_is_told_without_a_provider_and_without_the_url() {
        let error = Settings::new()
            .replace_origin("http://canary.example")
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "settings: an endpoint's URL is neither https nor on this machine, so secrets would \
             travel in clear"
        );
        assert_eq!(error.provider(), "");
    }
}
