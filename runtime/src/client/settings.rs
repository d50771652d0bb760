//! Settings of the transport, the same for every provider.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use url::Url;

use crate::client::endpoint_url;
use crate::client::metadata::Metadata;
use crate::error::{EndpointKind, Error, NO_PROVIDER};
use crate::http::message::{BlockingHttpClient, HttpClient};
use crate::http::reach::Hosts;

/// Where requests go and which HTTP client sends them, the same for every provider. Pass them to a
/// client's `with_settings`; many clients can share one value.
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
pub struct Settings(
    /// Nothing where nothing is set, as in most clients. The clients of a thousand tenants share it.
    Option<Arc<Set>>,
);

#[derive(Clone, Default)]
struct Set {
    origin: Option<Url>,
    endpoints: Vec<(EndpointKind, Url)>,
    http_client: Option<Arc<dyn HttpClient>>,
    blocking_http_client: Option<Arc<dyn BlockingHttpClient>>,
    public_hosts_only: bool,
    user_agent: Option<HeaderValue>,
    /// What the server of one client has told of itself. It is here so that a client without any
    /// is no larger for it.
    metadata: Option<Arc<Metadata>>,
}

impl Settings {
    /// Settings that change nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces scheme, host and port of every URL and keeps paths and queries, for test servers
    /// and proxies. This includes the URL for the user's browser and absolute URLs of API calls,
    /// but not an endpoint set with [`Settings::replace_endpoint`].
    ///
    /// # Errors
    ///
    /// If `url` is not an https URL (http is allowed on loopback), or is more than an origin.
    pub fn replace_origin(mut self, url: &str) -> Result<Self, Error> {
        self.set().origin = Some(endpoint_url::origin(&NO_PROVIDER, url)?);
        Ok(self)
    }

    /// Replaces the URL of one endpoint. [`EndpointKind::Api`] is the URL to which paths of API
    /// calls are appended, [`EndpointKind::Metadata`] the one at which [`Core::discover`] reads. An endpoint that the provider does not have uses form encoding and the
    /// client's authentication method.
    ///
    /// # Errors
    ///
    /// If `url` is not an https URL (http is allowed on loopback), has a user or a fragment, or,
    /// for the API, a query.
    ///
    /// [`Core::discover`]: crate::Core::discover
    pub fn replace_endpoint(mut self, endpoint: EndpointKind, url: &str) -> Result<Self, Error> {
        let url = endpoint_url::endpoint_url(&NO_PROVIDER, url)?;
        if endpoint == EndpointKind::Api && url.query().is_some() {
            let message = "the API's URL has a query: give its parameters to each call instead";
            return Err(Error::configuration(&NO_PROVIDER, message));
        }
        self.set().endpoints.push((endpoint, url));
        Ok(self)
    }

    /// Rejects hosts outside the public internet, before each request and in the URL for the user's
    /// browser. Use it if *users* enter the address of a server: otherwise a user could make your
    /// program send requests to internal servers and read their responses in error messages (SSRF,
    /// CWE-918).
    ///
    /// Rejects IP addresses in any spelling (`127.0.0.1`, `0x7f.1`, `[::1]`, and public ones too),
    /// `localhost`, names of one label, and names below `local`, `internal`, `localdomain`,
    /// `intranet`, `private`, `corp`, `home`, `lan`, `home.arpa` and `onion`. The default HTTP
    /// client also never connects to a loopback, private, link-local or otherwise reserved address,
    /// whatever a name resolves to.
    ///
    /// Its limits:
    ///
    /// - An HTTP client of your own ([`Settings::http_client`]) resolves names itself and must
    ///   check the addresses.
    /// - If the environment sets a proxy, the proxy resolves names and must restrict its
    ///   connections. The proxy itself must have a public address or be given by IP address.
    /// - Public addresses are allowed at any port, even those of your own servers. Networks with
    ///   public addresses need a firewall.
    /// - Pages that the user opens, such as `verification_uri`, are not checked.
    #[must_use]
    pub fn public_hosts_only(mut self) -> Self {
        self.set().public_hosts_only = true;
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
        self.set().user_agent = Some(value);
        Ok(self)
    }

    /// Sends the requests of async code with this HTTP client instead of the default one.
    #[must_use]
    pub fn http_client(mut self, client: impl HttpClient) -> Self {
        self.set().http_client = Some(Arc::new(client));
        self
    }

    /// Sends the requests of blocking code with this HTTP client instead of the default one.
    #[must_use]
    pub fn blocking_http_client(mut self, client: impl BlockingHttpClient) -> Self {
        self.set().blocking_http_client = Some(Arc::new(client));
        self
    }

    /// Takes what the others set, and keeps the rest.
    pub(crate) fn add(&mut self, others: Self) {
        let Some(set) = &mut self.0 else {
            *self = others;
            return;
        };
        let Some(others) = others.0 else {
            return;
        };
        let Set {
            origin,
            endpoints,
            http_client,
            blocking_http_client,
            public_hosts_only,
            user_agent,
            metadata: _,
        } = Arc::unwrap_or_clone(others);
        let set = Arc::make_mut(set);
        set.public_hosts_only |= public_hosts_only;
        set.endpoints.extend(endpoints);
        if origin.is_some() {
            set.origin = origin;
        }
        if http_client.is_some() {
            set.http_client = http_client;
        }
        if blocking_http_client.is_some() {
            set.blocking_http_client = blocking_http_client;
        }
        if user_agent.is_some() {
            set.user_agent = user_agent;
        }
    }

    fn set(&mut self) -> &mut Set {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    pub(crate) fn set_metadata(&mut self, metadata: Metadata) {
        self.set().metadata = Some(Arc::new(metadata));
    }

    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.0.as_ref()?.metadata.as_deref()
    }

    pub(crate) fn hosts(&self) -> Hosts {
        match &self.0 {
            Some(set) if set.public_hosts_only => Hosts::Public,
            _ => Hosts::Any,
        }
    }

    /// What names the program.
    pub(crate) fn program(&self) -> Option<&HeaderValue> {
        self.0.as_ref()?.user_agent.as_ref()
    }

    pub(crate) fn origin_url(&self) -> Option<&Url> {
        self.0.as_ref()?.origin.as_ref()
    }

    /// The URL that an endpoint was given last.
    pub(crate) fn endpoint_url(&self, endpoint: EndpointKind) -> Option<&Url> {
        let mut endpoints = self.0.as_ref()?.endpoints.iter().rev();
        let found = endpoints.find(|(replaced, _)| *replaced == endpoint);
        found.map(|(_, url)| url)
    }

    pub(crate) fn asynchronous_client(&self) -> Option<&Arc<dyn HttpClient>> {
        self.0.as_ref()?.http_client.as_ref()
    }

    pub(crate) fn blocking_client(&self) -> Option<&dyn BlockingHttpClient> {
        self.0.as_ref()?.blocking_http_client.as_deref()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = Set::default();
        let set = self.0.as_deref().unwrap_or(&nothing);
        let origin = set.origin.as_ref().map(Url::as_str);
        let endpoints = set.endpoints.iter().map(|(endpoint, _)| endpoint);
        formatter
            .debug_struct("Settings")
            .field("origin", &origin)
            .field("endpoints", &endpoints.collect::<Vec<_>>())
            .field("public_hosts_only", &set.public_hosts_only)
            .field("user_agent", &set.user_agent)
            .field("has_metadata", &set.metadata.is_some())
            .field("http_client", &set.http_client.is_some())
            .field("blocking_http_client", &set.blocking_http_client.is_some())
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
