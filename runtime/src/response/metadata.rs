//! Reads what a server tells of itself (RFC 8414, OpenID Connect Discovery), and what of it a client
//! can trust.

use oauth_atlas_description::is_below_suffix;
use url::{Host, Url};

use crate::client::configuration::Configuration;
use crate::client::endpoint_url::endpoint_url;
use crate::client::metadata::Metadata;
use crate::client::template::expand;
use crate::error::EndpointKind;
use crate::provider::SigningAlgorithm;
use crate::text::json::Json;
use crate::text::printable::printable;

/// The other URLs of endpoints, for clients that show a certificate (RFC 8705 §5).
const ALIASES: &str = "mtls_endpoint_aliases";

/// Reads the metadata of one client's server.
pub(crate) struct Reader<'a> {
    configuration: &'a Configuration,
    issuer: &'a str,
    /// Hosts that endpoints may have.
    hosts: Vec<String>,
    metadata: &'a Json,
}

impl<'a> Reader<'a> {
    /// `allowed` are hosts beside the issuer's own, those below it, and those of the description.
    pub(crate) fn new(
        configuration: &'a Configuration,
        issuer: &'a str,
        allowed: &[String],
        metadata: &'a Json,
    ) -> Self {
        let provider = configuration.provider;
        let described = EndpointKind::ALL.iter();
        let described = described.filter_map(|kind| provider.endpoint_url(*kind));
        let described = described.chain(provider.end_session);
        let urls = described.filter_map(|template| {
            let url = expand(template, configuration.values(&[])).ok()?;
            host(&Url::parse(&url).ok()?)
        });
        Self {
            hosts: allowed.iter().cloned().chain(urls).collect(),
            configuration,
            issuer,
            metadata,
        }
    }

    /// What the metadata says as far as the description does not.
    ///
    /// # Errors
    ///
    /// When it is another issuer's, or an endpoint's URL cannot be trusted.
    pub(crate) fn read(self) -> Result<Metadata, String> {
        self.check_issuer()?;
        let has_certificate = self.configuration.credentials.is_certificate();
        let aliases = self.metadata.get(ALIASES).filter(|_| has_certificate);
        let mut endpoints = Vec::new();
        for kind in EndpointKind::ALL {
            let Some(member) = kind.metadata_member() else {
                continue;
            };
            let alias = aliases.map(|aliases| self.url(aliases, member));
            let url = match (
                alias.transpose()?.flatten(),
                self.configuration.provider.endpoint_url(*kind),
            ) {
                (Some(alias), _) => Some(alias),
                (None, Some(_)) => None,
                (None, None) => self.url(self.metadata, member)?,
            };
            endpoints.extend(url.map(|url| (*kind, url)));
        }
        let end_session = match self.configuration.provider.end_session {
            Some(_) => None,
            None => self.url(self.metadata, "end_session_endpoint")?,
        };
        Ok(Metadata {
            issuer: self.issuer.to_owned(),
            endpoints,
            end_session,
            algorithms: self.algorithms(),
            names_issuer: self.is("authorization_response_iss_parameter_supported"),
        })
    }

    /// RFC 8414 §3.3: equal, and no URL is normalized for that.
    fn check_issuer(&self) -> Result<(), String> {
        match self.metadata.get("issuer").and_then(Json::as_str) {
            Some(told) if told == self.issuer => Ok(()),
            Some(other) => Err(format!(
                "it is the metadata of another issuer, \"{}\" (RFC 8414 §3.3)",
                printable(other, &[])
            )),
            None => Err("it is no metadata: `issuer` is missing (RFC 8414 §2)".to_owned()),
        }
    }

    fn is(&self, member: &str) -> bool {
        let flag = self.metadata.get(member).and_then(Json::as_bool);
        flag == Some(true)
    }

    fn algorithms(&self) -> Vec<SigningAlgorithm> {
        let named = self.metadata.get("id_token_signing_alg_values_supported");
        let named = named.and_then(Json::as_array).unwrap_or_default().iter();
        let known = |named: &Json| SigningAlgorithm::from_word(named.as_str()?);
        let mut algorithms = Vec::new();
        for algorithm in named.filter_map(known) {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        algorithms
    }

    /// The URL of a member.
    fn url(&self, of: &Json, member: &str) -> Result<Option<Url>, String> {
        let told = match of.get(member) {
            None => return Ok(None),
            Some(told) if told.is_absent() => return Ok(None),
            Some(told) => told.as_str(),
        };
        let url = told.and_then(|told| endpoint_url(self.configuration.provider, told).ok());
        let Some(url) = url else {
            return Err(format!("`{member}` is no https URL of an endpoint"));
        };
        match self.is_ours(&url) {
            true => Ok(Some(url)),
            false => Err(format!(
                "`{member}` is at another host than the issuer, \"{}\": if it belongs to the \
                 provider, allow it with `allow_host`",
                printable(&host(&url).unwrap_or_default(), &[])
            )),
        }
    }

    /// Whether a URL is at the issuer's host, below it, or at a host that is known beforehand. An
    /// issuer that names the login page of another server would mix up their logins (RFC 9207 §1).
    fn is_ours(&self, url: &Url) -> bool {
        let (Some(told), Ok(issuer)) = (host(url), Url::parse(self.issuer)) else {
            return false;
        };
        let is_below = |issuer: Host<&str>| match issuer {
            Host::Domain(domain) => is_below_suffix(&told, domain),
            Host::Ipv4(_) | Host::Ipv6(_) => false,
        };
        host(&issuer).as_ref() == Some(&told)
            || issuer.host().is_some_and(is_below)
            || self.hosts.contains(&told)
    }
}

/// The host of a URL, as URLs spell it.
fn host(url: &Url) -> Option<String> {
    url.host_str().map(str::to_owned)
}
