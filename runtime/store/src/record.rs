//! Records and their bytes.
//!
//! # Format 2
//!
//! A line of text, then the payload:
//!
//! ```text
//! oauth-atlas 2 tokens - e42f2967
//! {"access_token":"a"}
//! ```
//!
//! The words are the name, the format, the kind (`tokens`, `pending` or `sealed:` and the id of a
//! key), the expiry (seconds since 1970, or `-`), and the CRC-32 of the line so far and of the
//! payload, in eight hexadecimal digits.
//!
//! # Format 1
//!
//! A bare JSON object, as programs store tokens without a store. Its kind is tokens; it has no
//! expiry and no checksum. Format 1 is read, but never written.
//!
//! A record of a later format is an error and is not overwritten.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zeroize::Zeroizing;

/// The longest record in bytes, payload and first line together.
pub const LONGEST_RECORD: usize = 1024 * 1024;

/// The format that is written.
const FORMAT: u32 = 2;
const NAME: &str = "oauth-atlas";

/// The longest first line: a sealed record's, with the longest id of a key.
const LONGEST_LINE: usize = 160;

/// A stored record.
///
/// The payload belongs to your program, such as a serialized token set. It is overwritten on drop,
/// and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    kind: Kind,
    /// Seconds since 1970.
    expires_at: Option<u64>,
    payload: Zeroizing<Vec<u8>>,
}

/// The kind of a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The tokens of an account.
    Tokens,
    /// A pending login, which is taken once.
    Pending,
    /// Either of them, encrypted with the key with this id.
    Sealed(String),
}

/// Why bytes are not a valid record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// They are something else.
    NotARecord,
    /// They have changed since they were written.
    Checksum,
    /// They are more than [`LONGEST_RECORD`].
    TooLong,
    /// A later version of this crate has written it.
    Format(u32),
}

impl Record {
    /// The tokens of an account.
    pub fn tokens(payload: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Tokens, None, payload.into())
    }

    /// A pending login. After `expires_at`, in whole seconds, it counts as deleted.
    pub fn pending(payload: impl Into<Vec<u8>>, expires_at: SystemTime) -> Self {
        let since = expires_at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::new(Kind::Pending, Some(since.as_secs()), payload.into())
    }

    pub(crate) fn new(kind: Kind, expires_at: Option<u64>, payload: Vec<u8>) -> Self {
        Self {
            kind,
            expires_at,
            payload: Zeroizing::new(payload),
        }
    }

    /// What the record holds.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The payload. It is a secret.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// When the record expires, if it does.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at?))
    }

    /// [`Record::expires_at`] in seconds since 1970.
    #[must_use]
    pub fn expires_at_unix(&self) -> Option<u64> {
        self.expires_at
    }

    /// Whether the record has expired, by this machine's clock.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.expires_at()
            .is_some_and(|expires_at| expires_at <= SystemTime::now())
    }

    /// The bytes to store, in format 2.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let head = self.head();
        let checksum = checksum(&head, &self.payload);
        let mut bytes = Vec::with_capacity(head.len() + 10 + self.payload.len());
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(format!(" {checksum:08x}\n").as_bytes());
        bytes.extend_from_slice(&self.payload);
        Zeroizing::new(bytes)
    }

    /// Parses a record in any format that this version reads.
    ///
    /// # Errors
    ///
    /// If the bytes are not a record. A store returns
    /// [`StoreError::malformed`](crate::StoreError::malformed) for it.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.len() > LONGEST_RECORD {
            return Err(Malformed::TooLong);
        }
        if bytes.first() == Some(&b'{') {
            return Ok(Self::tokens(bytes));
        }
        let end = bytes
            .iter()
            .take(LONGEST_LINE)
            .position(|byte| *byte == b'\n');
        let (line, payload) = bytes.split_at(end.ok_or(Malformed::NotARecord)?);
        let payload = &payload[1..];
        let line = str::from_utf8(line).map_err(|_| Malformed::NotARecord)?;
        let mut words = line.split(' ');
        if words.next() != Some(NAME) {
            return Err(Malformed::NotARecord);
        }
        let format = words.next().and_then(|word| word.parse().ok());
        match format.ok_or(Malformed::NotARecord)? {
            FORMAT => {}
            later if later > FORMAT => return Err(Malformed::Format(later)),
            _ => return Err(Malformed::NotARecord),
        }
        let (head, expected) = line.rsplit_once(' ').ok_or(Malformed::NotARecord)?;
        if format!("{:08x}", checksum(head, payload)) != expected {
            return Err(Malformed::Checksum);
        }
        let (Some(kind), Some(expires_at)) = (words.next(), words.next()) else {
            return Err(Malformed::NotARecord);
        };
        let kind = match (kind, kind.strip_prefix("sealed:")) {
            ("tokens", _) => Kind::Tokens,
            ("pending", _) => Kind::Pending,
            (_, Some(key)) => Kind::Sealed(key.to_owned()),
            _ => return Err(Malformed::NotARecord),
        };
        let expires_at = match expires_at {
            "-" => None,
            seconds => Some(seconds.parse().map_err(|_| Malformed::NotARecord)?),
        };
        Ok(Self::new(kind, expires_at, payload.to_vec()))
    }

    /// The first line up to its checksum.
    fn head(&self) -> String {
        let (kind, key) = match &self.kind {
            Kind::Tokens => ("tokens", ""),
            Kind::Pending => ("pending", ""),
            Kind::Sealed(key) => ("sealed:", key.as_str()),
        };
        match self.expires_at {
            Some(seconds) => format!("{NAME} {FORMAT} {kind}{key} {seconds}"),
            None => format!("{NAME} {FORMAT} {kind}{key} -"),
        }
    }
}

fn checksum(head: &str, payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head.as_bytes());
    hasher.update(payload);
    hasher.finalize()
}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.expires_at.hash(state);
        self.payload.as_slice().hash(state);
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("kind", &self.kind)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARecord => formatter.write_str("what is stored is not a record"),
            Self::Checksum => {
                formatter.write_str("the record is damaged: its checksum does not match")
            }
            Self::TooLong => formatter.write_str("the record is longer than 1 MiB"),
            Self::Format(format) => write!(
                formatter,
                "the record has format {format}, which a later version of this program writes; \
                 this version reads formats 1 and 2"
            ),
        }
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(record: &Record) -> String {
        String::from_utf8(record.encode().to_vec()).unwrap()
    }

    #[test]
    fn a_record_is_a_line_and_the_payload() {
        let tokens = Record::tokens(r#"{"access_token":"a"}"#);
        assert_eq!(
            text(&tokens),
            "oauth-atlas 2 tokens - e42f2967\n{\"access_token\":\"a\"}"
        );
        let at = UNIX_EPOCH + Duration::from_millis(1_700_000_000_999);
        let pending = Record::pending("p", at);
        assert_eq!(
            text(&pending),
            "oauth-atlas 2 pending 1700000000 ce24a80c\np"
        );
        let sealed = Record::new(
            Kind::Sealed("2026-11".to_owned()),
            None,
            vec![0, b'\n', 255],
        );
        for record in [tokens, pending, sealed, Record::tokens("")] {
            assert_eq!(Record::decode(&record.encode()), Ok(record));
        }
    }

    #[test]
    fn the_first_format_is_read() {
        let json = br#"{"access_token":"a"}"#;
        assert_eq!(Record::decode(json), Ok(Record::tokens(&json[..])));
    }

    #[test]
    fn a_later_format_says_so() {
        let later = b"oauth-atlas 3 what ever comes\n";
        assert_eq!(Record::decode(later), Err(Malformed::Format(3)));
    }

    #[test]
    fn every_changed_byte_is_found() {
        let bytes = Record::tokens("canary").encode();
        for index in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[index] ^= 1 << bit;
                assert!(Record::decode(&changed).is_err(), "byte {index}, bit {bit}");
            }
            assert!(Record::decode(&bytes[..index]).is_err(), "{index} bytes");
        }
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for bytes in [
            &b""[..],
            b"\n",
            b"oauth-atlas\n",
            b"oauth-atlas 2 tokens\n",
            b"a b c d e\n",
        ] {
            assert!(Record::decode(bytes).is_err(), "{bytes:?}");
        }
        let long = vec![b'{'; LONGEST_RECORD + 1];
        assert_eq!(Record::decode(&long), Err(Malformed::TooLong));
    }

    #[test]
    fn debug_shows_no_payload() {
        let debug = format!("{:?}", Record::tokens("canary"));
        assert!(
            !debug.contains("canary") && !debug.contains("99, 97"),
            "{debug}"
        );
    }
}
