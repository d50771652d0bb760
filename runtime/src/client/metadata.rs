//! What a server has told of itself (RFC 8414, OpenID Connect Discovery).

use url::Url;

use crate::error::EndpointKind;
use crate::provider::SigningAlgorithm;

/// What a client needs of the metadata of its server.
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    /// The endpoints that the description lacks, and the aliases for a client with a certificate.
    pub(crate) endpoints: Vec<(EndpointKind, Url)>,
    pub(crate) end_session: Option<Url>,
    /// The algorithms of ID tokens; empty if it names none that this library knows.
    pub(crate) algorithms: Vec<SigningAlgorithm>,
    /// Whether every callback carries `iss` (RFC 9207 §3).
    pub(crate) names_issuer: bool,
}

impl Metadata {
    pub(crate) fn endpoint(&self, kind: EndpointKind) -> Option<&Url> {
        let mut endpoints = self.endpoints.iter();
        let found = endpoints.find(|(other, _)| *other == kind);
        found.map(|(_, url)| url)
    }
}
