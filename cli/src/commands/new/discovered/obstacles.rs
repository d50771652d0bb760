//! What a provider requires of every client and no generated client does.

use super::Writer;

/// What is asked of every client where it is true, whether that concerns logins alone, and why no
/// client can do it.
const REQUIRED: [(&str, bool, &str); 1] = [(
    "require_signed_request_object",
    true,
    "no client signs its authorization requests (RFC 9101)",
)];

impl Writer<'_> {
    /// What the provider asks of every client, and none does.
    pub(super) fn obstacles(&self, has_login: bool) -> Vec<String> {
        let required = REQUIRED.iter();
        let required = required
            .filter(|(key, of_login, _)| self.metadata.is_true(key) && (has_login || !of_login));
        required
            .map(|(key, _, why)| format!("`{key}` is true, and {why}"))
            .collect()
    }
}
