//! Texts with `{names}`: how one is read. What a name stands for is known to whoever fills it in.

/// A text that is sent, or a URL, in which each `{name}` stands for a value.
///
/// A name is made of ASCII letters, digits and `_`. Any other brace is text like the rest, so that a
/// value may be JSON.
///
/// ```
/// use oauth_atlas_description::Template;
///
/// let template = Template::of(r#"{"app":"{client_id}"}"#);
/// assert_eq!(template.names().collect::<Vec<_>>(), ["client_id"]);
/// assert!(Template::of("plain").is_plain());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template<'t>(&'t str);

/// A template up to its first name, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateStart<'t> {
    /// The text before the name.
    pub before: &'t str,
    /// The name, without its braces.
    pub name: &'t str,
    /// The text behind the name, in which there may be more names.
    pub rest: &'t str,
}

impl<'t> Template<'t> {
    /// The client's id.
    pub const CLIENT_ID: &'static str = "client_id";
    /// The client's secret.
    pub const CLIENT_SECRET: &'static str = "client_secret";
    /// A random UUID (RFC 9562 §5.4), new for each request and one in all of it.
    pub const UUID: &'static str = "uuid";

    /// The access token that a request is about, in an [`Authentication`](crate::Authentication)
    /// alone.
    pub const ACCESS_TOKEN: &'static str = "access_token";

    /// The JWT that a client proves who it is with, in an
    /// [`Authentication`](crate::Authentication) alone.
    pub const CLIENT_ASSERTION: &'static str = "client_assertion";

    /// The scopes that are asked for, in the [`Assertion`](crate::Assertion) of a grant alone.
    pub const SCOPE: &'static str = "scope";

    /// The state of the login, in the parameters of its code's exchange alone.
    pub const STATE: &'static str = "state";

    /// HMAC-SHA256 (RFC 2104) of the access token that a request is sent with, in hexadecimal
    /// digits: the key is the client's secret. In requests to the API and for user info alone.
    pub const ACCESS_TOKEN_HMAC: &'static str = "access_token_hmac";

    /// The names that stand for something without an entry in `variables`.
    pub const BUILT_IN: [&'static str; 3] = [Self::CLIENT_ID, Self::CLIENT_SECRET, Self::UUID];

    /// Reads a text.
    #[must_use]
    pub const fn of(text: &'t str) -> Self {
        Self(text)
    }

    /// Whether the text is sent as it stands, since no brace is in it.
    #[must_use]
    pub fn is_plain(self) -> bool {
        !self.0.contains('{')
    }

    /// Takes the text apart at its first name.
    #[must_use]
    pub fn start(self) -> Option<TemplateStart<'t>> {
        let text = self.0;
        let mut from = 0;
        while let Some(open) = text[from..].find('{') {
            let open = from + open;
            let inside = &text[open + 1..];
            let length = inside.bytes().take_while(|byte| is_of_name(*byte)).count();
            if length > 0 && inside.as_bytes().get(length) == Some(&b'}') {
                return Some(TemplateStart {
                    before: &text[..open],
                    name: &inside[..length],
                    rest: &inside[length + 1..],
                });
            }
            from = open + 1;
        }
        None
    }

    /// The names, in their order.
    pub fn names(self) -> impl Iterator<Item = &'t str> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let start = rest.start()?;
            rest = Self(start.rest);
            Some(start.name)
        })
    }

    /// Whether the text has this name.
    #[must_use]
    pub fn has(self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    /// Whether a text is this one with values in the place of its names, whichever they are. A text
    /// without names fits none but itself.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        let Some(first) = self.start() else {
            return self.0 == text;
        };
        let Some(mut text) = text.strip_prefix(first.before) else {
            return false;
        };
        let mut rest = first.rest;
        loop {
            // A value is a character at least. The first place is as good as any that follows.
            let Some((value, _)) = text.char_indices().nth(1) else {
                return rest.is_empty() && !text.is_empty();
            };
            match Self(rest).start() {
                None => return text[value..].ends_with(rest),
                Some(next) => match text[value..].find(next.before) {
                    Some(at) => text = &text[value + at + next.before.len()..],
                    None => return false,
                },
            }
            rest = Self(rest).start().map_or("", |next| next.rest);
        }
    }
}

const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        Template::of(text).names().collect()
    }

    #[test]
    fn names_are_found_and_other_braces_are_text() {
        assert_eq!(names("{a}-{b_2}"), ["a", "b_2"]);
        assert_eq!(names(r#"{"x":{"y":"{client_id}"}}"#), ["client_id"]);
        for plain in ["", "a", "{", "}", "{}", "{a", "{a b}", "{{", "{ä}", "{a-b}"] {
            assert_eq!(names(plain), [""; 0], "{plain}");
        }
        assert_eq!(names("{{a}}"), ["a"]);
    }

    #[test]
    fn a_text_fits_with_any_values() {
        for (template, text) in [
            ("plain", "plain"),
            ("api://{client_id}/read", "api://0f-1/read"),
            ("{tenant}.write", "acme.eu.write"),
            ("read:{tenant}", "read:ü"),
            ("{a}-{b}", "x-y-z"),
            ("{a}{b}", "xy"),
            ("{a}.{a}.end", "1.2.3.end"),
        ] {
            assert!(Template::of(template).fits(text), "{template} {text}");
        }
        for (template, text) in [
            ("plain", "other"),
            ("api://{client_id}/read", "api:///read"),
            ("api://{client_id}/read", "api://a/write"),
            ("api://{client_id}/read", "xapi://a/read"),
            ("{tenant}.write", ".write"),
            ("read:{tenant}", "read:"),
            ("{a}{b}", "x"),
            ("{a}-{b}", "x-"),
            ("{a}", ""),
            ("{}", "x"),
        ] {
            assert!(!Template::of(template).fits(text), "{template} {text}");
        }
    }

    #[test]
    fn the_parts_make_the_whole() {
        let start = Template::of("x{{a}y").start().unwrap();
        assert_eq!((start.before, start.name, start.rest), ("x{", "a", "y"));
    }
}
