//! The client types of metadata, and how they authenticate.

use oauth_atlas_runtime::SigningAlgorithm;

use super::Writer;
use super::leftover::cut;
use crate::commands::new::arguments::{ClientType, Template};
use crate::commands::new::draft::Entry;
use crate::commands::new::template::{clients, methods};
use crate::metadata::CLIENT_AUTH_METHODS;

/// The methods that send a JWT, and whether the client's secret is its key.
const JWT_METHODS: [(&str, bool); 2] = [("private_key_jwt", false), ("client_secret_jwt", true)];

impl Writer<'_> {
    /// Where an endpoint does not take the token endpoint's first method, it has its own.
    pub(super) fn own_auth(&mut self, entry: Entry) -> Entry {
        let member = format!("{}_endpoint_auth_methods_supported", entry.key);
        let Some(methods) = self.metadata.texts(&member) else {
            return entry;
        };
        self.left_over_methods(&member, &methods);
        let token = self.secrets();
        let preferred = token.first().map_or("none", String::as_str);
        if methods.contains(&preferred) {
            return entry;
        }
        let mut possible = CLIENT_AUTH_METHODS.into_iter();
        let is_possible =
            |method: &&str| (!token.is_empty() || *method == "none") && methods.contains(method);
        let Some(method) = possible.find(is_possible) else {
            return entry.remark(format!("TODO: {member} is [{}].", cut(&methods.join(", "))));
        };
        let entry = entry.with("auth", method);
        if method != "none" && self.lists("token_endpoint_auth_methods_supported", "none") {
            return entry
                .remark("A public client has no secret for this: check what it sends here.");
        }
        entry
    }

    /// The client authentication methods that a spec has no word for.
    fn left_over_methods(&mut self, member: &str, methods: &[&str]) {
        let others: Vec<_> = methods
            .iter()
            .filter(|method| !CLIENT_AUTH_METHODS.contains(method))
            .copied()
            .collect();
        if !others.is_empty() {
            let value = cut(&others.join(", "));
            self.leftovers.push((member.to_owned(), value));
        }
    }

    /// The methods of confidential clients at the token endpoint; none where there are no such
    /// clients.
    pub(super) fn secrets(&self) -> Vec<String> {
        if self.answers.client == Some(ClientType::Public) {
            return Vec::new();
        }
        if !self.answers.auth.is_empty() {
            return methods(self.answers);
        }
        let listed = self.metadata.texts("token_endpoint_auth_methods_supported");
        // RFC 8414 §2: left out, it stands for this one.
        let listed = listed.unwrap_or_else(|| vec!["client_secret_basic"]);
        let is_secret = |method: &&str| *method != "none" && CLIENT_AUTH_METHODS.contains(method);
        let listed = listed.into_iter().filter(is_secret);
        listed.map(str::to_owned).collect()
    }

    /// The algorithms of the JWTs that these methods send.
    fn assertion(&self, methods: &[String]) -> Option<(&'static str, Vec<String>)> {
        let member = "token_endpoint_auth_signing_alg_values_supported";
        let listed = self.metadata.texts(member)?;
        let listed = listed.into_iter().filter_map(SigningAlgorithm::from_word);
        let sends = |method: &str| methods.iter().any(|one| one == method);
        let mut known = Vec::new();
        for (_, is_of_secret) in JWT_METHODS.iter().filter(|(method, _)| sends(method)) {
            let of_method = listed
                .clone()
                .filter(|one| one.is_of_secret() == *is_of_secret);
            let words: Vec<_> = of_method.map(SigningAlgorithm::word).collect();
            // Where the document has none for a method, it does not say which.
            if words.is_empty() {
                return None;
            }
            known.extend(words);
        }
        let list = (!known.is_empty()).then(|| known.join(", "))?;
        Some(("assertion", vec![format!("{{ algorithms: [{list}] }}")]))
    }

    pub(super) fn clients(&mut self) -> Vec<Entry> {
        let member = "token_endpoint_auth_methods_supported";
        let listed = self.metadata.texts(member);
        self.left_over_methods(member, listed.as_deref().unwrap_or_default());
        if self.answers.client.is_some() || !self.answers.auth.is_empty() {
            return clients(self.answers, Template::Plain);
        }
        let secrets = self.secrets();
        let public = listed
            .as_ref()
            .is_some_and(|methods| methods.contains(&"none"));
        let mut entries = Vec::new();
        if !secrets.is_empty() || !public {
            let mut entry = Entry::new("confidential");
            let assertion = self.assertion(&secrets);
            if !secrets.is_empty() {
                entry.settings.push(("auth", secrets));
            }
            entry.settings.extend(assertion);
            entries.push(match listed {
                None => entry.remark(format!(
                    "{member} is missing, which means client_secret_basic (RFC 8414 §2)."
                )),
                Some(_) if entry.settings.is_empty() => entry.remark(format!(
                    "TODO: {member} lists no method that a spec can express."
                )),
                Some(_) => entry,
            });
        }
        if public {
            entries.push(Entry::new("public"));
        }
        entries
    }
}
