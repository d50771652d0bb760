//! Text that must never be shown.

use std::borrow::Cow;
use std::fmt;
use std::hint::black_box;
use std::mem;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use http::HeaderValue;
use http::header::InvalidHeaderValue;
use url::Url;
use zeroize::Zeroize;

/// A token, a client secret, or any other text that must not be shown.
///
/// `Debug` prints `[redacted]`; there is no `Display` and no `Serialize`. The memory is overwritten
/// on drop. Comparing two secrets takes a time that depends only on their lengths.
///
/// ```
/// use oauth_atlas_runtime::Secret;
///
/// let secret = Secret::new("s3cr3t");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "s3cr3t");
/// ```
#[derive(Clone)]
pub struct Secret(
    /// Borrowed only where it is a word that everybody knows.
    Cow<'static, str>,
);

impl Drop for Secret {
    fn drop(&mut self) {
        if let Cow::Owned(text) = mem::take(&mut self.0) {
            drop(SecretBytes(text.into_bytes()));
        }
    }
}

/// Bytes that are overwritten on drop.
///
/// `Zeroizing<Vec<u8>>` overwrites them one by one, and a slice of them all at once, which is a
/// third of the cost of reading a long token.
#[derive(Clone, Default)]
pub(crate) struct SecretBytes(pub(crate) Vec<u8>);

impl Drop for SecretBytes {
    fn drop(&mut self) {
        // What lies beyond the length may hold what was there before.
        self.0.resize(self.0.capacity(), 0);
        self.0.as_mut_slice().zeroize();
    }
}

impl Deref for SecretBytes {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for SecretBytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl AsRef<[u8]> for SecretBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl SecretBytes {
    /// Adds bytes. Where there is no room for them, all moves, and its old place is overwritten.
    #[cfg(feature = "reqwest")]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let length = self.0.len() + bytes.len();
        if length > self.0.capacity() {
            let mut larger = Vec::with_capacity(length.max(self.0.capacity() * 2));
            larger.extend_from_slice(&self.0);
            drop(Self(mem::replace(&mut self.0, larger)));
        }
        self.0.extend_from_slice(bytes);
    }

    /// The text, in which what is not UTF-8 is replaced.
    pub(crate) fn into_text(mut self) -> String {
        match String::from_utf8(mem::take(&mut self.0)) {
            Ok(text) => text,
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                drop(Self(error.into_bytes()));
                text
            }
        }
    }

    /// The value of a header, overwritten when its last clone is dropped.
    pub(crate) fn into_header(self) -> Result<HeaderValue, InvalidHeaderValue> {
        HeaderValue::from_maybe_shared(Bytes::from_owner(self))
    }

    /// The value of a header that holds a secret: these texts, one behind the other.
    pub(crate) fn header_of(texts: &[&str]) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = Self(texts.concat().into_bytes()).into_header()?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// A URL that is overwritten on drop, as a token may stand in its query.
#[derive(Clone)]
pub(crate) struct SecretUrl(
    /// Gone only while this is dropped or taken apart: a URL gives its text away with itself alone.
    Option<Url>,
);

impl SecretUrl {
    pub(crate) fn new(url: Url) -> Self {
        Self(Some(url))
    }

    pub(crate) fn get(&self) -> &Url {
        self.0.as_ref().expect("it is there until it is taken")
    }

    pub(crate) fn get_mut(&mut self) -> &mut Url {
        self.0.as_mut().expect("it is there until it is taken")
    }

    /// The URL, which is the caller's from here on.
    pub(crate) fn into_inner(mut self) -> Url {
        self.0.take().expect("it is there until it is taken")
    }
}

impl Drop for SecretUrl {
    fn drop(&mut self) {
        // Only the query is ever made of a secret.
        if let Some(url) = self.0.take_if(|url| url.query().is_some()) {
            drop(SecretBytes(String::from(url).into_bytes()));
        }
    }
}

impl Secret {
    /// Wraps `text`. A `String` is moved, which leaves no copy behind.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// A copy of the text. The words that nearly every token response has take no allocation.
    pub(crate) fn copy_of(text: &str) -> Self {
        Self(match text {
            "Bearer" => Cow::Borrowed("Bearer"),
            "bearer" => Cow::Borrowed("bearer"),
            _ => Cow::Owned(text.to_owned()),
        })
    }

    /// The text itself. Keep it out of logs and messages.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, which turned out to be none that must not be shown.
    pub(crate) fn into_text(mut self) -> Cow<'static, str> {
        mem::take(&mut self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(self.0.as_bytes(), other.0.as_bytes())
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<&Secret> for Secret {
    fn from(secret: &Secret) -> Self {
        secret.clone()
    }
}

/// Whether both are the same, in a time that depends on their lengths alone.
pub(crate) fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    // Without black_box the compiler may leave the loop at the first difference.
    let differences = left
        .iter()
        .zip(right)
        .fold(0, |differences, (left, right)| {
            black_box(differences | (left ^ right))
        });
    left.len() == right.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted() {
        let secret = Secret::new("canary");
        assert_eq!(format!("{secret:?} {secret:#?}"), "[redacted] [redacted]");
    }

    #[test]
    fn a_word_that_everybody_knows_is_a_text_like_any_other() {
        for text in ["Bearer", "bearer", "BEARER", "", "canary"] {
            let secret = Secret::copy_of(text);
            assert_eq!(secret.expose(), text);
            assert_eq!(secret, Secret::new(text));
            assert_eq!(secret.clone().into_text(), text);
        }
    }

    #[test]
    fn equality_is_that_of_the_text() {
        assert_eq!(Secret::from("a"), Secret::from(&String::from("a")));
        assert_ne!(Secret::from("a"), Secret::from("b"));
        assert_ne!(Secret::from("a"), Secret::from("aa"));
    }

    #[cfg(feature = "reqwest")]
    #[test]
    fn bytes_are_added_whether_there_is_room_or_not() {
        let mut bytes = SecretBytes(Vec::with_capacity(4));
        bytes.extend(b"abcd");
        assert_eq!(bytes.capacity(), 4);
        bytes.extend(b"e");
        assert_eq!((bytes.as_slice(), bytes.capacity()), (&b"abcde"[..], 8));
        bytes.extend(&[b'f'; 20]);
        assert_eq!((bytes.len(), bytes.capacity()), (25, 25));
    }

    #[test]
    fn a_text_is_what_it_can_be() {
        assert_eq!(SecretBytes("ä".into()).into_text(), "ä");
        assert_eq!(SecretBytes(vec![b'a', 0xff]).into_text(), "a\u{fffd}");
    }

    #[test]
    fn a_url_is_given_away_whole() {
        let url = Url::parse("https://a.example/?b=c").unwrap();
        assert_eq!(SecretUrl::new(url.clone()).clone().into_inner(), url);
    }

    #[test]
    fn constant_time_equality_is_equality() {
        assert!(constant_time_eq(b"", b""));
        assert!(constant_time_eq(b"state", b"state"));
        assert!(!constant_time_eq(b"state", b"stats"));
        assert!(!constant_time_eq(b"state", b"state2"));
        assert!(!constant_time_eq(b"", b"state"));
    }
}
