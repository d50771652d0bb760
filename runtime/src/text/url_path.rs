//! Paths that lead elsewhere than they seem to.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// How often whoever passes a URL on may decode it before somebody takes its path apart: once by
/// right, and once more by mistake.
const DECODINGS: usize = 2;

/// Whether a text of a path has `..` as a segment, for whoever may read it: a URL's parser, which
/// takes `%2e` for a dot and `\` for a slash and passes over line breaks (WHATWG URL §4.4), or a
/// server, which may decode the path first and cut what stands behind a `;` off each segment.
pub(crate) fn climbs(path: &str) -> bool {
    let mut text = Cow::Borrowed(path.as_bytes());
    if has_parent(&text) {
        return true;
    }
    for _ in 0..DECODINGS {
        text = Cow::Owned(percent_decode(&text).collect());
        if has_parent(&text) {
            return true;
        }
    }
    false
}

fn has_parent(path: &[u8]) -> bool {
    path.split(|byte| matches!(byte, b'/' | b'\\'))
        .any(|segment| {
            let name = segment.split(|byte| *byte == b';').next();
            let mut name = name
                .unwrap_or_default()
                .iter()
                .filter(|byte| is_read(**byte));
            name.next() == Some(&b'.') && name.next() == Some(&b'.') && name.next().is_none()
        })
}

/// Whether a URL's parser reads the byte.
fn is_read(byte: u8) -> bool {
    !matches!(byte, b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_the_way_up_is_found() {
        for path in [
            "..",
            "../x",
            "x/..",
            "x/../y",
            "x\\..\\y",
            "%2e%2e/x",
            "%2E./x",
            ".%2e",
            "x/%2e%2e%2fy",
            "..%2Fx",
            "..%5cx",
            "x%2f..",
            "%252e%252e/x",
            "..%252fx",
            ".\t./x",
            ".%09./x",
            "\n..",
            "..;a=b/x",
            "x/..;/y",
        ] {
            assert!(climbs(path), "{path}");
        }
        for path in [
            "", ".", "./x", "...", "x..y", "..x", "x..", "a/.../b", "..a;x", "v1.0/x", "%2e",
            "%zz%2",
        ] {
            assert!(!climbs(path), "{path}");
        }
    }
}
