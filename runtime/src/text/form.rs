//! Forms (RFC 6749 appendix B, WHATWG URL §5.1), as browsers and servers send them.

use percent_encoding::percent_decode;

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
    for (index, part) in encoded.split(|byte| *byte == b'+').enumerate() {
        if index > 0 {
            bytes.push(b' ');
        }
        for byte in percent_decode(part) {
            bytes.push(byte);
        }
    }
    bytes.into_text()
}

/// Form-encodes `text` (RFC 6749 appendix B). `~` stays, as everywhere else in a URL (RFC 3986
/// §2.3), and so do the characters that the WHATWG's form encoding leaves alone.
pub(crate) fn write_form_encoded(output: &mut String, text: &str) {
    let mut rest = text;
    while let Some(end) = rest.bytes().position(|byte| !PLAIN[usize::from(byte)]) {
        let (plain, tail) = rest.split_at(end);
        output.push_str(plain);
        let mut characters = tail.chars();
        match characters.next() {
            Some(' ') => output.push('+'),
            Some(character) => write_percent_encoded(output, character),
            None => {}
        }
        rest = characters.as_str();
    }
    output.push_str(rest);
}

fn write_percent_encoded(output: &mut String, character: char) {
    const HEX_DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        output.push('%');
        output.push(HEX_DIGITS[usize::from(byte >> 4)]);
        output.push(HEX_DIGITS[usize::from(byte & 0xF)]);
    }
}

/// Which bytes stand for themselves: a table, as every byte of every token is looked up.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        plain[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'*');
        byte += 1;
    }
    plain
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
    fn a_value_never_grows() {
        let (_, value) = pairs(b"a=%41%41%41+x").next().unwrap();
        assert_eq!(value.expose(), "AAA x");
        assert_eq!(value.into_text().capacity(), "%41%41%41+x".len());
    }
}
