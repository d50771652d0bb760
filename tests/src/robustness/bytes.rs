//! Changes of bytes, as a broken server or an attacker makes them.

use fastrand::Rng;

/// What readers of JSON, forms, headers and URLs look for.
const WORDS: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"=",
    b"&",
    b"?",
    b"#",
    b"%",
    b"%00",
    b"%ff",
    b"+",
    b" ",
    b"\t",
    b"\r\n",
    b"\0",
    b"/",
    b"//",
    b"..",
    b"%2e%2e",
    b"@",
    b";",
    b"<",
    b">",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\\u0000",
    b"\\ud800",
    b"\xEF\xBB\xBF",
    b"\xff",
    "\u{202e}".as_bytes(),
    "\u{85}".as_bytes(),
    "\u{3002}".as_bytes(),
    "\u{ff0e}".as_bytes(),
    b"xn--",
    b"127.0.0.1",
    b"[::1]",
    b"localhost",
    b"https://",
    b"http:",
    b"access_token",
    b"refresh_token",
    b"expires_in",
    b"token_type",
    b"scope",
    b"error",
    b"error_description",
    b"state",
    b"code",
    b"iss",
    b"active",
    b"Bearer",
];

/// The bytes with one to four changes; the same for the same state of `rng`.
pub fn change(bytes: &[u8], others: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..=4) {
        change_once(&mut bytes, others, rng);
    }
    bytes
}

fn change_once(bytes: &mut Vec<u8>, others: &[Vec<u8>], rng: &mut Rng) {
    let at = rng.usize(..=bytes.len());
    let end = at + rng.usize(..=(bytes.len() - at).min(24));
    match rng.u8(..7) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
        1 if at < bytes.len() => bytes[at] = rng.u8(..),
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        4 => bytes.truncate(at),
        5 => {
            let other = &others[rng.usize(..others.len())];
            let from = rng.usize(..=other.len());
            let to = from + rng.usize(..=(other.len() - from).min(48));
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            let word = WORDS[rng.usize(..WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
    }
}
