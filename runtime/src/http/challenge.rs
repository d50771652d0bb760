//! `WWW-Authenticate` challenges (RFC 9110 §11.6.1, RFC 6750 §3).

use std::fmt;

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// One challenge of a `WWW-Authenticate` header.
///
/// `Debug` shows only the scheme and the names of the parameters: a server may repeat the rejected
/// token, and some schemes carry secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token68: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The scheme as the server spells it, such as `Bearer`. Case is not significant.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Whether this is a challenge of the scheme `Bearer` (RFC 6750 §3).
    #[must_use]
    pub fn is_bearer(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("Bearer")
    }

    /// The single value that some schemes have instead of parameters (RFC 9110 §11.2).
    #[must_use]
    pub fn token68(&self) -> Option<&str> {
        self.token68.as_deref()
    }

    /// The first parameter of this name, case-insensitive and unescaped.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters()
            .find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value))
    }

    /// All parameters, in the server's order.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The error code, such as `invalid_token` (RFC 6750 §3.1).
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.parameter("error")
    }

    /// The server's description of the error.
    #[must_use]
    pub fn error_description(&self) -> Option<&str> {
        self.parameter("error_description")
    }

    /// The scopes that the request needs, separated by spaces.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.parameter("scope")
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.parameters().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Challenge")
            .field("scheme", &self.scheme)
            .field("parameters", &names)
            .finish_non_exhaustive()
    }
}

/// Parses every `WWW-Authenticate` header.
///
/// Servers often get this header wrong, and the status matters more, so malformed parts are skipped
/// without an error: parameters before the first scheme, an unterminated quoted value, and anything
/// between a value and the next comma.
#[must_use]
pub fn challenges(headers: &HeaderMap) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    for value in headers.get_all(WWW_AUTHENTICATE) {
        read_header(&String::from_utf8_lossy(value.as_bytes()), &mut challenges);
    }
    challenges
}

fn read_header(header: &str, challenges: &mut Vec<Challenge>) {
    let first = challenges.len();
    let mut cursor = Cursor { rest: header };
    while cursor.skip_to_element() {
        let Some(name) = cursor.token() else {
            cursor.skip_element();
            continue;
        };
        let spaced = cursor.skip_space();
        if cursor.skip('=') {
            // A parameter belongs to the last scheme of this header, not of an earlier one.
            if let Some(value) = cursor.value()
                && let Some(challenge) = challenges.get_mut(first..).and_then(<[_]>::last_mut)
            {
                challenge.parameters.push((name.to_owned(), value));
            }
        } else {
            let mut challenge = Challenge {
                scheme: name.to_owned(),
                token68: None,
                parameters: Vec::new(),
            };
            if spaced {
                cursor.credentials(&mut challenge);
            }
            challenges.push(challenge);
        }
        cursor.skip_element();
    }
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// Moves over commas and white space, and tells whether something is left.
    fn skip_to_element(&mut self) -> bool {
        self.rest = self.rest.trim_start_matches([',', ' ', '\t']);
        !self.rest.is_empty()
    }

    /// Moves to the next comma that is not quoted.
    fn skip_element(&mut self) {
        let mut quoted = false;
        let mut escaped = false;
        let end = self.rest.find(|character| {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ',' => return !quoted,
                _ => {}
            }
            false
        });
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
    }

    /// Moves over white space, and tells whether there was some.
    fn skip_space(&mut self) -> bool {
        let before = self.rest.len();
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        self.rest.len() != before
    }

    fn skip(&mut self, expected: char) -> bool {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A run of characters that `accepts` takes, which is not empty.
    fn run(&mut self, accepts: fn(char) -> bool) -> Option<&'a str> {
        let end = self
            .rest
            .find(|character| !accepts(character))
            .unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!run.is_empty()).then_some(run)
    }

    /// A token (RFC 9110 §5.6.2).
    fn token(&mut self) -> Option<&'a str> {
        self.run(|character| {
            character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character)
        })
    }

    /// What follows a scheme up to the next comma: the first parameter, or a token68.
    fn credentials(&mut self, challenge: &mut Challenge) {
        let start = self.rest;
        if let Some(name) = self.token() {
            self.skip_space();
            if self.skip('=')
                && let Some(value) = self.value()
            {
                challenge.parameters.push((name.to_owned(), value));
                return;
            }
        }
        self.rest = start;
        challenge.token68 = self.token68().map(str::to_owned);
    }

    /// A token68, the last thing before a comma (RFC 9110 §11.2).
    fn token68(&mut self) -> Option<&'a str> {
        let value = self
            .run(|character| character.is_ascii_alphanumeric() || "-._~+/=".contains(character))?;
        self.skip_space();
        (self.rest.is_empty() || self.rest.starts_with(',')).then_some(value)
    }

    /// The value of a parameter, quoted or not.
    fn value(&mut self) -> Option<String> {
        self.skip_space();
        if self.rest.starts_with('"') {
            self.quoted()
        } else {
            self.token().map(str::to_owned)
        }
    }

    /// A quoted value with its escapes undone (RFC 9110 §5.6.4), where its end is there.
    fn quoted(&mut self) -> Option<String> {
        let mut value = String::new();
        let mut characters = self.rest.strip_prefix('"')?.chars();
        loop {
            match characters.next() {
                Some('"') => {
                    self.rest = characters.as_str();
                    return Some(value);
                }
                Some('\\') => value.extend(characters.next()),
                Some(character) => value.push(character),
                None => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(header: &str) -> Vec<Challenge> {
        challenges(&HeaderMap::from_iter([(
            WWW_AUTHENTICATE,
            HeaderValue::from_str(header).unwrap(),
        )]))
    }

    fn challenge(scheme: &str, parameters: &[(&str, &str)]) -> Challenge {
        let parameters = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Challenge {
            scheme: scheme.to_owned(),
            token68: None,
            parameters: parameters.collect(),
        }
    }

    #[test]
    fn n04_bearer_with_error_and_description() {
        let read =
            read(r#"Bearer error="invalid_token", error_description="The access token expired""#);
        assert_eq!(read.len(), 1);
        assert!(read[0].is_bearer());
        assert_eq!(read[0].error(), Some("invalid_token"));
        assert_eq!(
            read[0].error_description(),
            Some("The access token expired")
        );
        assert_eq!(read[0].scope(), None);
    }

    #[test]
    fn n05_two_challenges_in_one_header() {
        assert_eq!(
            read(
                r#"Bearer error="invalid_token", error_description="bad stuff", Basic realm="simple""#
            ),
            [
                challenge(
                    "Bearer",
                    &[
                        ("error", "invalid_token"),
                        ("error_description", "bad stuff")
                    ]
                ),
                challenge("Basic", &[("realm", "simple")]),
            ]
        );
    }

    #[test]
    fn n06_escapes_are_undone() {
        assert_eq!(
            read(
                r#"Newauth realm="apps", type=1, title="Login to \"apps\"", Scheme realm="simple" "#
            ),
            [
                challenge(
                    "Newauth",
                    &[
                        ("realm", "apps"),
                        ("type", "1"),
                        ("title", r#"Login to "apps""#)
                    ]
                ),
                challenge("Scheme", &[("realm", "simple")]),
            ]
        );
    }

    #[test]
    fn n07_spaces_and_commas_in_odd_places() {
        assert_eq!(
            read(r#"Scheme realm = "foo""#),
            [challenge("Scheme", &[("realm", "foo")])]
        );
        assert_eq!(
            read(r#",Scheme realm="basic""#),
            [challenge("Scheme", &[("realm", "basic")])]
        );
        assert_eq!(
            read(r#"Scheme realm="foo", bar="xyz",, a=b,,,c=d"#),
            [challenge(
                "Scheme",
                &[("realm", "foo"), ("bar", "xyz"), ("a", "b"), ("c", "d")]
            )]
        );
    }

    #[test]
    fn n08_malformed_headers_lose_what_cannot_be_read() {
        assert_eq!(read(""), []);
        assert_eq!(read(","), []);
        assert_eq!(read(r#"Scheme realm="basic"#), [challenge("Scheme", &[])]);
        assert_eq!(
            read("error=invalid_request,error_description=Invalid request"),
            []
        );
    }

    #[test]
    fn a_scheme_alone_and_a_token68() {
        assert_eq!(read("Negotiate"), [challenge("Negotiate", &[])]);
        let read = read("Negotiate YII/+A==, Basic realm=x");
        assert_eq!(read[0].token68(), Some("YII/+A=="));
        assert_eq!(read[1], challenge("Basic", &[("realm", "x")]));
    }

    #[test]
    fn a_parameter_does_not_cross_into_another_header() {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
        headers.append(
            WWW_AUTHENTICATE,
            HeaderValue::from_static("error=x, Bearer error=y"),
        );
        assert_eq!(
            challenges(&headers),
            [
                challenge("Basic", &[]),
                challenge("Bearer", &[("error", "y")])
            ]
        );
    }

    #[test]
    fn random_headers_do_not_panic() {
        const PIECES: [&[u8]; 14] = [
            b"Bearer",
            b" ",
            b",",
            b"=",
            b"\"",
            b"\\",
            b"realm",
            b"\t",
            b"/+",
            b"==",
            b"\xff",
            b"\xc3\xa9",
            b"{",
            b"a",
        ];
        let mut random: u64 = 0x9E37_79B9_7F4A_7C15;
        for _ in 0..20_000 {
            let mut header = Vec::new();
            for _ in 0..16 {
                // xorshift64, so that a failure can be repeated.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                header.extend_from_slice(PIECES[(random % PIECES.len() as u64) as usize]);
            }
            let value = HeaderValue::from_bytes(&header).unwrap();
            let _ = challenges(&HeaderMap::from_iter([(WWW_AUTHENTICATE, value)]));
        }
    }
}
