//! SAML assertions, as token requests carry them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::text::secret::Secret;

/// A SAML 2.0 assertion that tokens are asked for with (RFC 7522 §2.1).
///
/// From a text that begins with `<`, it is the XML, which is encoded in base64url as the standard
/// says. Any other text is taken as encoded already, and sent as it is.
///
/// ```
/// use oauth_atlas_runtime::SamlAssertion;
///
/// let xml = SamlAssertion::from("<saml:Assertion/>");
/// assert_eq!(xml.encoded().expose(), "PHNhbWw6QXNzZXJ0aW9uLz4");
/// assert_eq!(format!("{xml:?}"), "SamlAssertion([redacted])");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SamlAssertion(Secret);

impl SamlAssertion {
    /// The assertion as it is sent.
    #[must_use]
    pub fn encoded(&self) -> &Secret {
        &self.0
    }
}

impl From<Secret> for SamlAssertion {
    fn from(text: Secret) -> Self {
        // No text in base64url has this character.
        match text.expose().trim_start().starts_with('<') {
            true => Self(Secret::new(URL_SAFE_NO_PAD.encode(text.expose()))),
            false => Self(text),
        }
    }
}

impl From<String> for SamlAssertion {
    fn from(text: String) -> Self {
        Self::from(Secret::from(text))
    }
}

impl From<&str> for SamlAssertion {
    fn from(text: &str) -> Self {
        Self::from(Secret::from(text))
    }
}

impl From<SamlAssertion> for Secret {
    fn from(assertion: SamlAssertion) -> Self {
        assertion.0
    }
}

impl fmt::Debug for SamlAssertion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("SamlAssertion")
            .field(&self.0)
            .finish()
    }
}
