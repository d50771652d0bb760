//! The endpoints of metadata.

use super::Writer;
use super::server::BASE_URL;
use crate::commands::new::draft::{Entry, Url};
use crate::commands::new::template::known_or;

impl Writer<'_> {
    pub(super) fn endpoints(&mut self, has: &dyn Fn(&str) -> bool) -> Vec<Entry> {
        let mut endpoints = Vec::new();
        if let Some(url) = self.url("registration_endpoint") {
            let entry = self.placed(Entry::at("registration", Url::Known(url)));
            endpoints.push(entry.remark(
                "The metadata does not say who may register: add `auth: access_token` if a program \
                 needs an initial access token, and leave the endpoint out if it is closed.",
            ));
        }
        let authorization = self
            .answers
            .authorization_endpoint
            .clone()
            .or_else(|| self.url("authorization_endpoint"));
        match (has("authorization_code"), authorization) {
            (true, url) => {
                let url = known_or(url.as_ref(), "/authorize");
                endpoints.push(self.placed(Entry::at("authorization", url)));
            }
            (false, Some(url)) => {
                let value = format!("{url} (and no authorization_code in grant_types_supported)");
                self.leftovers
                    .push(("authorization_endpoint".to_owned(), value));
            }
            (false, None) => {}
        }
        let token = self.answers.token_endpoint.clone();
        let token = token.or_else(|| self.url("token_endpoint"));
        endpoints.push(self.placed(Entry::at("token", known_or(token.as_ref(), "/token"))));
        for (key, member) in [
            (
                "pushed_authorization_request",
                "pushed_authorization_request_endpoint",
            ),
            ("revocation", "revocation_endpoint"),
            ("introspection", "introspection_endpoint"),
            ("device_authorization", "device_authorization_endpoint"),
        ] {
            if key == "pushed_authorization_request" && !has("authorization_code") {
                continue;
            }
            if let Some(url) = self.url(member) {
                let entry = self.placed(Entry::at(key, Url::Known(url)));
                let entry = self.own_auth(entry);
                endpoints.push(if key == "device_authorization" && !has("device_code") {
                    entry.remark(
                        "grant_types_supported does not list the grant of this endpoint: check \
                         whether it is device_code.",
                    )
                } else {
                    entry
                });
            }
        }
        if let Some(url) = self.url("userinfo_endpoint") {
            let mut entry = self.placed(Entry::at("userinfo", Url::Known(url)));
            if self.lists("scopes_supported", "openid") {
                entry = entry.with("scope", "openid");
            }
            endpoints.push(entry);
        }
        endpoints
    }

    /// An endpoint elsewhere than the issuer is often right, and always worth a look.
    fn placed(&self, entry: Entry) -> Entry {
        let issuer = host(&self.metadata.issuer);
        match &entry.url {
            Some(Url::Known(url)) if url.starts_with(BASE_URL) || host(url) == issuer => entry,
            Some(Url::Known(_)) if self.server.is_some() => {
                entry.remark("Not on the customer's server.")
            }
            Some(Url::Known(_)) => entry.remark(format!("Not on the issuer's host, {issuer}.")),
            _ => entry,
        }
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}
