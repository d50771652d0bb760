//! Names of files for keys.

use crate::key::Key;

/// The longest name before its ending. File systems allow 255 bytes.
const LONGEST: usize = 200;

/// A name that no other key has, also where case does not count and where some names are taken (`con`):
/// lower-case letters, digits, `_`, `-` and `.` stand for themselves, each other byte is `%` and two
/// hexadecimal digits. A longer name is a digest of the key.
pub(crate) fn of(key: &Key) -> String {
    let mut name = String::from("k-");
    for byte in key.as_str().bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    if name.len() <= LONGEST {
        return name;
    }
    let digest = hmac_sha256::Hash::hash(key.as_str().as_bytes());
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    format!("sha256-{}", digits.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_keys() {
        let name = |text: &str| of(&Key::new(text).unwrap());
        assert_eq!(name("kraken/User 42"), "k-kraken%2f%55ser%2042");
        assert_eq!(name("../x"), "k-..%2fx");
        assert_ne!(name("A"), name("a"));
        let long = "/".repeat(512);
        assert_eq!(name(&long).len(), 71);
        assert_ne!(name(&long), name(&long[1..]));
    }
}
