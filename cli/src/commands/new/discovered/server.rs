//! The server of one customer, whose address becomes a variable.

use oauth_atlas_codegen::writing;

use super::READ;
use crate::metadata::Metadata;

/// What opens the URLs of a server that each customer has.
pub(super) const BASE_URL: &str = "{base_url}";

/// The server that the metadata is of, where each customer has one.
pub(super) struct Server {
    /// What the URLs of all servers begin with: the issuer, or its origin where endpoints are beside
    /// it.
    base: String,
}

impl Server {
    /// Nothing where no endpoint is at it.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let issuer = metadata.issuer.trim_end_matches('/');
        let members = READ.iter().filter(|key| key.ends_with("_endpoint"));
        let urls: Vec<_> = members.filter_map(|key| metadata.text(key)).collect();
        let origin = origin(issuer);
        let is_beside = |url: &&str| below(url, origin).is_some() && below(url, issuer).is_none();
        let base = match urls.iter().any(is_beside) {
            true => origin,
            false => issuer,
        };
        let server = Self {
            base: base.to_owned(),
        };
        let is_there = urls.iter().any(|url| server.template(url).is_some());
        is_there.then_some(server)
    }

    /// The URL with the variable in the place of the base; nothing where it is elsewhere, or where a
    /// spec cannot hold the rest.
    pub(super) fn template(&self, url: &str) -> Option<String> {
        let rest = below(url, &self.base)?;
        // A slash at the end of an issuer is not one of a path.
        let template = format!("{BASE_URL}{rest}");
        let is_plain = !rest.contains(['{', '}']);
        (is_plain && writing::endpoint_variables(&template).is_ok()).then_some(template)
    }
}

/// What follows a URL in one that is below it.
fn below<'u>(url: &'u str, base: &str) -> Option<&'u str> {
    let rest = url.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// The scheme and the host.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |colon| colon + "://".len());
    let end = url[start..].find(['/', '?', '#']);
    &url[..end.map_or(url.len(), |end| start + end)]
}
