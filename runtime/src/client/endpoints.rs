//! Which URL each endpoint of a client has.

use std::borrow::Cow;
use std::sync::OnceLock;

use oauth_atlas_description::Template;
use url::Url;

use crate::client::configuration::Configuration;
use crate::client::endpoint_url::{endpoint_url, move_to};
use crate::client::metadata::Metadata;
use crate::client::template::expand;
use crate::error::{EndpointKind, Error};
use crate::http::reach::Hosts;
use crate::http::reach::has_public_name;
use crate::text::secret::Secret;

/// The URLs of a client's endpoints, each worked out once: a list, as most clients need two or three.
#[derive(Default)]
pub(crate) struct EndpointUrls(OnceLock<Box<Resolved>>);

struct Resolved {
    endpoint: EndpointKind,
    url: Url,
    others: EndpointUrls,
}

impl EndpointUrls {
    pub(crate) fn get(
        &self,
        configuration: &Configuration,
        endpoint: EndpointKind,
    ) -> Result<&Url, Error> {
        let mut urls = self;
        while let Some(resolved) = urls.0.get() {
            if resolved.endpoint == endpoint {
                return Ok(&resolved.url);
            }
            urls = &resolved.others;
        }
        let url = configuration.endpoint_url(endpoint, &[])?;
        Ok(urls.add(endpoint, url))
    }

    /// Adds a URL at the end of the list, where other threads may add theirs meanwhile.
    fn add(&self, endpoint: EndpointKind, url: Url) -> &Url {
        let mut new = Some(Box::new(Resolved {
            endpoint,
            url,
            others: Self::default(),
        }));
        let mut urls = self;
        loop {
            let resolved = urls.0.get_or_init(|| new.take().expect("it is added once"));
            if resolved.endpoint == endpoint {
                return &resolved.url;
            }
            urls = &resolved.others;
        }
    }
}

impl Configuration {
    /// The URL of an endpoint, with variables that hold for one request only.
    pub(crate) fn endpoint_url(
        &self,
        endpoint: EndpointKind,
        request: &[(&'static str, Secret)],
    ) -> Result<Url, Error> {
        if let Some(mistake) = &self.mistake {
            return Err(Error::configuration(self.provider, mistake.to_string()));
        }
        if self.provider.registration.is_some()
            && self.credentials.id.is_empty()
            && endpoint != EndpointKind::Registration
        {
            let message = "the client is not registered: `register` it, and give it the result by \
                           `with_registration`";
            return Err(Error::configuration(self.provider, message));
        }
        if let Some(url) = self.settings.endpoint_url(endpoint) {
            return self.reachable(url.clone());
        }
        if let Some(url) = self.discovered_url(endpoint) {
            return self.at_origin(url.clone());
        }
        if endpoint == EndpointKind::Metadata {
            return self.metadata_url();
        }
        let Some(template) = self.provider.endpoint_url(endpoint) else {
            return Err(Error::configuration(
                self.provider,
                format!("there is no {endpoint}"),
            ));
        };
        self.expanded_url(template, request)
    }

    /// The URL that the client was given for an endpoint, by the program or by the server's
    /// metadata.
    pub(crate) fn given_url(&self, endpoint: EndpointKind) -> Option<&Url> {
        let replaced = self.settings.endpoint_url(endpoint);
        replaced.or_else(|| self.discovered_url(endpoint))
    }

    fn discovered_url(&self, endpoint: EndpointKind) -> Option<&Url> {
        self.metadata()?.endpoint(endpoint)
    }

    /// What the client's server has told of itself: nothing of another one, which the client was
    /// for before its variables were changed.
    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        let metadata = self.settings.metadata()?;
        let issuer = self.issuer().ok()??;
        Some(metadata).filter(|metadata| metadata.issuer == *issuer)
    }

    /// Where the issuer's metadata is (OpenID Connect Discovery §4, RFC 8414 §3.1).
    fn metadata_url(&self) -> Result<Url, Error> {
        let Some(issuer) = self.issuer()? else {
            let message = "nothing is known of its issuer, whose metadata could be read";
            return Err(Error::configuration(self.provider, message));
        };
        let mut url = endpoint_url(self.provider, &issuer)?;
        if url.query().is_some() {
            let message = "an issuer has no query (RFC 8414 §2)";
            return Err(Error::configuration(self.provider, message));
        }
        let path = url.path().trim_end_matches('/');
        let path = match self.provider.id_token {
            Some(_) => format!("{path}/.well-known/openid-configuration"),
            None => format!("/.well-known/oauth-authorization-server{path}"),
        };
        url.set_path(&path);
        self.at_origin(url)
    }

    /// The end session endpoint, if there is one.
    pub(crate) fn end_session_url(&self) -> Result<Option<Url>, Error> {
        let of_spec = self.provider.end_session;
        let told = self
            .metadata()
            .and_then(|metadata| metadata.end_session.as_ref());
        match (of_spec, told) {
            (Some(template), _) => self.expanded_url(template, &[]).map(Some),
            (None, Some(url)) => self.at_origin(url.clone()).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The URL that a template stands for, at the client's origin.
    pub(crate) fn expanded_url(
        &self,
        template: &str,
        request: &[(&'static str, Secret)],
    ) -> Result<Url, Error> {
        let url = expand(template, self.values(request))?;
        self.at_origin(endpoint_url(self.provider, &url)?)
    }

    /// Whether a template's name is one of the provider's variables or hosts.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        let mut variables = self.provider.variables.iter();
        let environments = self.provider.environments.iter();
        let mut hosts = environments.flat_map(|environment| environment.hosts);
        variables.any(|variable| variable.name == name) || hosts.any(|(host, _)| *host == name)
    }

    /// A template with the client's variables, which is compared and not called.
    pub(crate) fn expanded(&self, template: &str) -> Result<String, Error> {
        expand(template, self.values(&[]))
    }

    /// The issuer identifier, which is compared and not called: at no other origin, and as it is
    /// spelt.
    pub(crate) fn issuer(&self) -> Result<Option<Cow<'static, str>>, Error> {
        let Some(issuer) = self.provider.issuer else {
            return Ok(None);
        };
        if Template::of(issuer).is_plain() {
            return Ok(Some(Cow::Borrowed(issuer)));
        }
        Ok(Some(Cow::Owned(expand(issuer, self.values(&[]))?)))
    }

    /// The URL at the origin that the client was told to use instead, if it was.
    pub(crate) fn at_origin(&self, url: Url) -> Result<Url, Error> {
        self.reachable(match self.settings.origin_url() {
            Some(origin) => move_to(self.provider, url, origin)?,
            None => url,
        })
    }

    /// The URL, if this client may ask its host.
    fn reachable(&self, url: Url) -> Result<Url, Error> {
        if matches!(self.settings.hosts(), Hosts::Public) && !has_public_name(&url) {
            return Err(Error::configuration(
                self.provider,
                "a URL's host is an address or a name of a private network, and this client allows \
                 public hosts only",
            ));
        }
        Ok(url)
    }
}
