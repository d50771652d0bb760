//! Runs of a string that stand for themselves, which most strings are as a whole.

/// How many bytes come before the first that means something within a JSON string.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((block, behind)) = rest.split_first_chunk() {
        if !is_plain_block(block) {
            return bytes.len() - rest.len() + first_special(block);
        }
        rest = behind;
    }
    // Less than a block is left only where the string is the last of its document.
    bytes.len() - rest.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Where the first special byte is of a block that has one.
#[inline]
fn first_special(block: &[u8; 16]) -> usize {
    let (words, _) = block.as_chunks();
    match special_bytes(words[0]) {
        0 => 8 + special_bytes(words[1]).trailing_zeros() as usize / 8,
        special => special.trailing_zeros() as usize / 8,
    }
}

/// How many bytes mean something within a string. It takes less than to look at each string by itself.
pub(crate) fn special_count(bytes: &[u8]) -> usize {
    // What a byte can count, so that the compiler adds sixteen at once.
    let parts = bytes.chunks(usize::from(u8::MAX));
    let in_part = |part: &[u8]| {
        let special = part.iter().map(|byte| u8::from(is_special(byte)));
        usize::from(special.sum::<u8>())
    };
    parts.map(in_part).sum()
}

/// Without an early exit the compiler compares all bytes at once.
#[inline]
fn is_plain_block(block: &[u8; 16]) -> bool {
    !block.iter().fold(false, |all, byte| all | is_special(byte))
}

/// A word whose lowest set bit is in the first special byte of this one. Bytes above it may be wrong:
/// each subtraction borrows from the next byte where it finds something.
fn special_bytes(word: [u8; 8]) -> u64 {
    const fn all(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }
    let word = u64::from_le_bytes(word);
    // A subtraction sets the highest bit of a byte that is below what is subtracted, if the byte had
    // it not before.
    let below_space = word.wrapping_sub(all(b' '));
    let quotes = (word ^ all(b'"')).wrapping_sub(all(1));
    let backslashes = (word ^ all(b'\\')).wrapping_sub(all(1));
    (below_space | quotes | backslashes) & !word & all(0x80)
}

fn is_special(byte: &u8) -> bool {
    (*byte == b'"') | (*byte == b'\\') | (*byte < 0x20)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte, in every place of texts of every length around the sizes of words and blocks.
    #[test]
    fn the_first_special_byte_is_found() {
        for length in 0..100 {
            let plain = vec![b'a'; length];
            assert_eq!(plain_length(&plain), length);
            assert_eq!(special_count(&plain), 0);
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = plain.clone();
                    bytes[place] = byte;
                    let expected = if is_special(&byte) { place } else { length };
                    assert_eq!(
                        plain_length(&bytes),
                        expected,
                        "{byte} at {place} of {length}"
                    );
                    let count = usize::from(is_special(&byte));
                    assert_eq!(special_count(&bytes), count, "{byte} at {place}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_special_bytes_is_found() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        for start in 0..bytes.len() {
            let expected = bytes[start..].iter().position(is_special);
            let expected = expected.unwrap_or(bytes.len() - start);
            assert_eq!(plain_length(&bytes[start..]), expected);
            let count = bytes[start..].iter().filter(|byte| is_special(byte));
            assert_eq!(special_count(&bytes[start..]), count.count());
            let mut reversed = bytes[start..].to_vec();
            reversed.reverse();
            let expected = reversed.iter().position(is_special);
            assert_eq!(plain_length(&reversed), expected.unwrap_or(reversed.len()));
        }
    }
}
