//! The grants of metadata.

use super::Writer;
use super::leftover::cut;
use crate::commands::new::arguments::{ClientType, word};
use crate::commands::new::draft::{Entry, Extension};
use oauth_atlas_codegen::urn::{DEVICE_CODE, JWT_BEARER, SAML_BEARER, TOKEN_EXCHANGE};
use oauth_atlas_codegen::writing;

/// The grants of a spec, by their name in metadata.
const GRANTS: [(&str, &str); 4] = [
    ("authorization_code", "authorization_code"),
    ("refresh_token", "refresh_token"),
    ("client_credentials", "client_credentials"),
    (DEVICE_CODE, "device_code"),
];

/// Grants beyond those that a spec has keys for, with what their standards say that they take.
const EXTENSIONS: [Extension; 6] = [
    Extension {
        key: "token_exchange",
        grant_type: TOKEN_EXCHANGE,
        description: "Exchanges a token for another (RFC 8693).",
        parameters: &[
            ("subject_token", "The token."),
            ("subject_token_type", "What it is, as a URI of RFC 8693 §3."),
        ],
    },
    Extension {
        key: "jwt_bearer",
        grant_type: JWT_BEARER,
        description: "Gets tokens for a signed assertion (RFC 7523 §2.1).",
        parameters: &[("assertion", "The assertion, a JWT.")],
    },
    Extension {
        key: "saml2_bearer",
        grant_type: SAML_BEARER,
        description: "Gets tokens for a SAML assertion (RFC 7522 §2.1).",
        parameters: &[("assertion", "The assertion, base64url-encoded.")],
    },
    Extension {
        key: "ciba",
        grant_type: "urn:openid:params:grant-type:ciba",
        description: "Gets tokens for a login that the user approves elsewhere (OpenID Connect CIBA §10.1).",
        parameters: &[("auth_req_id", "The id of the authentication request.")],
    },
    Extension {
        key: "uma_ticket",
        grant_type: "urn:ietf:params:oauth:grant-type:uma-ticket",
        description: "Gets a token for a permission ticket (UMA 2.0 Grant §3.3.1).",
        parameters: &[("ticket", "The permission ticket.")],
    },
    Extension {
        key: "pre_authorized_code",
        grant_type: "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        description: "Gets tokens for the offer of a credential (OpenID4VCI §6.1).",
        parameters: &[("pre-authorized_code", "The code of the offer.")],
    },
];

impl Writer<'_> {
    /// The grants that have a standard of their own and no key.
    pub(super) fn extensions(&mut self) -> Vec<Extension> {
        let listed = self.metadata.grants().unwrap_or_default();
        let known = EXTENSIONS.iter().copied();
        known
            .filter(|extension| listed.contains(&extension.grant_type))
            .collect()
    }

    pub(super) fn grants(&mut self, has_extensions: bool) -> Result<Vec<Entry>, String> {
        let listed = self.metadata.grants();
        // RFC 8414 §2: left out, it stands for these two, of which a spec has no `implicit`.
        let names = listed
            .clone()
            .unwrap_or_else(|| vec!["authorization_code", "implicit"]);
        let is_of_logins = self.lists("response_types_supported", "code")
            && self.metadata.text("authorization_endpoint").is_some();
        let mut grants = Vec::new();
        for (name, key) in GRANTS {
            let by_response_type = key == "authorization_code" && is_of_logins;
            if !names.contains(&name) && !by_response_type {
                continue;
            }
            if key == "client_credentials" && self.answers.client == Some(ClientType::Public) {
                let value = format!("{name} (for confidential clients, RFC 6749 §4.4)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let device = self.metadata.text("device_authorization_endpoint");
            let server = self.server.as_ref();
            let is_wrong = |url: &str| {
                let template = server.and_then(|server| server.template(url));
                template.is_none() && writing::endpoint_complaint(url).is_some()
            };
            if key == "device_code" && device.is_none_or(is_wrong) {
                let value = format!("{name} (and no device_authorization_endpoint)");
                self.leftovers
                    .push(("grant_types_supported".to_owned(), value));
                continue;
            }
            let entry = Entry::new(key);
            grants.push(match key {
                "authorization_code" if !names.contains(&name) => self.pkce(entry).remark(
                    "grant_types_supported does not list it, but response_types_supported has its \
                     `code`: check whether there are logins.",
                ),
                "authorization_code" => self.pkce(entry),
                _ => entry,
            });
        }
        let is_extension = |name: &str| EXTENSIONS.iter().any(|one| one.grant_type == name);
        let others: Vec<_> = names
            .iter()
            .filter(|name| !GRANTS.iter().any(|(known, _)| known == *name) && !is_extension(name))
            .map(|name| match *name {
                "password" => "password (removed in OAuth 2.1; a spec has no key for it)",
                other => other,
            })
            .collect();
        if !others.is_empty() && listed.is_some() {
            let value = cut(&others.join(", "));
            self.leftovers
                .push(("grant_types_supported".to_owned(), value));
        }
        if !has_extensions && !grants.iter().any(|grant| grant.key != "refresh_token") {
            return Err(format!(
                "the metadata has no grant for a first token that a spec can express: \
                 grant_types_supported is {}",
                cut(&names.join(", "))
            ));
        }
        if listed.is_none()
            && let Some(first) = grants.first_mut()
        {
            first.remarks.push(
                "grant_types_supported is missing, which means authorization_code and implicit \
                 (RFC 8414 §2). Add refresh_token, client_credentials or device_code if they \
                 are documented."
                    .to_owned(),
            );
        }
        Ok(grants)
    }

    fn pkce(&mut self, entry: Entry) -> Entry {
        if let Some(pkce) = &self.answers.pkce {
            return entry.with("pkce", &word(*pkce));
        }
        match self.metadata.texts("code_challenge_methods_supported") {
            Some(methods) if methods.contains(&"S256") => entry.with("pkce", "optional").remark(
                "Supported, since S256 is listed. Write `required` if the documentation says so.",
            ),
            Some(methods) if methods.contains(&"plain") => entry
                .with("pkce", "optional")
                .with("challenge", "plain")
                .remark("code_challenge_methods_supported lists only plain."),
            Some(methods) => entry.with("pkce", "unknown").remark(format!(
                "code_challenge_methods_supported lists neither S256 nor plain, but [{}].",
                cut(&methods.join(", "))
            )),
            None => entry.with("pkce", "unknown").remark(
                "code_challenge_methods_supported is missing, so support for PKCE is unknown.",
            ),
        }
    }
}
