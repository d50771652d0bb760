//! Forms (RFC 6749 appendix B, WHATWG URL §5.1), as browsers and servers send them.

use crate::text::secret::{Secret, SecretBytes};

/// The pairs of a form, decoded. A name without `=` has an empty value.
///
/// Each value is decoded in one place of its full length: what decodes a value piece by piece leaves
/// pieces of a code or a token in memory.
pub(crate) fn pairs(form: &[u8]) -> impl Iterator<Item = (String, Secret)> {
    form.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let end = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = match end {
                Some(end) => (&pair[..end], &pair[end + 1..]),
                None => (pair, &[][..]),
            };
            (text(name), Secret::from(text(value)))
        })
}

fn text(encoded: &[u8]) -> String {
    let mut bytes = SecretBytes(Vec::with_capacity(encoded.len()));
    let mut rest = encoded;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'+' | b'%')) {
        let (plain, tail) = rest.split_at(end);
        bytes.extend_from_slice(plain);
        let (byte, length) = match tail {
            [b'+', ..] => (b' ', 1),
            [_, high, low, ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, 3),
                // A percent sign that begins nothing stands for itself.
                _ => (b'%', 1),
            },
            _ => (b'%', 1),
        };
        bytes.push(byte);
        rest = &tail[length..];
    }
    bytes.extend_from_slice(rest);
    bytes.into_text()
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Form-encodes `text` (RFC 6749 appendix B). `~` stays, as everywhere else in a URL (RFC 3986
/// §2.3), and so do the characters that the WHATWG's form encoding leaves alone.
pub(crate) fn write_form_encoded(output: &mut String, text: &str) {
    write(output, text, "+");
}

/// Encodes `text` for the query of a URL: as in a form, but for a space. `%20` is one to those who
/// read a form and to those who read a URL. The latter take a plus for itself (RFC 3986): Apple's
/// login does in Safari, and then tells neither name nor e-mail address.
pub(crate) fn write_query_encoded(output: &mut String, text: &str) {
    write(output, text, "%20");
}

#[inline]
fn write(output: &mut String, text: &str, space: &str) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(length) = first_encoded(&bytes[start..]) {
        let end = start + length;
        // Between the bytes of one character there is nothing.
        if length > 0 {
            output.push_str(&text[start..end]);
        }
        match bytes[end] {
            b' ' => output.push_str(space),
            // Its length tells the compiler how to copy it.
            byte => output.push_str(&ENCODED[usize::from(byte)][..3]),
        }
        start = end + 1;
    }
    output.push_str(&text[start..]);
}

/// Where the first byte is that does not stand for itself. Looked up eight at a time: most of a token
/// is plain.
fn first_encoded(bytes: &[u8]) -> Option<usize> {
    let is_encoded = |byte: &u8| !PLAIN[usize::from(*byte)];
    let mut rest = bytes;
    while let Some((word, behind)) = rest.split_first_chunk::<8>() {
        if word.iter().fold(false, |any, byte| any | is_encoded(byte)) {
            break;
        }
        rest = behind;
    }
    let found = rest.iter().position(is_encoded)?;
    Some(bytes.len() - rest.len() + found)
}

/// Which bytes stand for themselves: a table, as every byte of every token is looked up.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        plain[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'*');
        byte += 1;
    }
    plain
};

/// Each byte as `%` and two digits.
static ENCODED: [&str; 256] = {
    let mut texts = ["%00"; 256];
    let mut byte = 0;
    while byte < texts.len() {
        if let Ok(text) = std::str::from_utf8(&DIGITS[byte]) {
            texts[byte] = text;
        }
        byte += 1;
    }
    texts
};

static DIGITS: [[u8; 3]; 256] = {
    const HEX_DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut all = [[b'%'; 3]; 256];
    let mut byte = 0;
    while byte < all.len() {
        all[byte][1] = HEX_DIGITS[byte >> 4];
        all[byte][2] = HEX_DIGITS[byte & 0xF];
        byte += 1;
    }
    all
};

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &[u8]) -> Vec<(String, String)> {
        pairs(form)
            .map(|(name, value)| (name, value.expose().to_owned()))
            .collect()
    }

    #[test]
    fn a_form_is_what_others_read_in_it() {
        for form in [
            &b""[..],
            b"&&=&%",
            b"a",
            b"a=",
            b"=a",
            b"a=b=c&d",
            b"code=4%2F0A&state=a+b%20c%2B",
            b"a=%",
            b"a=%4",
            b"a=%zz%41",
            b"a=%+41",
            b"%61+b=%C3%A4",
            b"a=\xff\xfe%ff&\xc3\xa4=1",
            b"a=%F0%9F%98&b=c",
        ] {
            let expected: Vec<_> = form_urlencoded::parse(form).into_owned().collect();
            assert_eq!(read(form), expected, "{form:?}");
        }
    }

    #[test]
    fn every_character_is_encoded_in_every_place() {
        for length in 0..20 {
            for place in 0..=length {
                for character in (0..=0xff).map(char::from).chain(['€', '\u{1f600}']) {
                    let mut text = "a".repeat(length);
                    text.insert(place, character);
                    let mut ours = String::new();
                    write_form_encoded(&mut ours, &text);
                    let theirs: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                    let theirs = theirs.replace("%7E", "~");
                    assert_eq!(ours, theirs);
                    let mut in_query = String::new();
                    write_query_encoded(&mut in_query, &text);
                    assert_eq!(in_query, theirs.replace('+', "%20"));
                }
            }
        }
    }

    #[test]
    fn a_value_never_grows() {
        let (_, value) = pairs(b"a=%41%41%41+x").next().unwrap();
        assert_eq!(value.expose(), "AAA x");
        let text = value.into_text().into_owned();
        assert_eq!(text.capacity(), "%41%41%41+x".len());
    }
}
