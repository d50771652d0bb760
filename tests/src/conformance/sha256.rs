//! SHA-256 once more, so that the library's is not checked by itself.

use std::array;

/// The hash of a text that fits into one block, by FIPS 180-4.
pub fn sha256(text: &str) -> [u8; 32] {
    let length = text.len();
    assert!(length < 56, "one block");
    let mut block = [0; 64];
    block[..length].copy_from_slice(text.as_bytes());
    block[length] = 0x80;
    block[56..].copy_from_slice(&(length as u64 * 8).to_be_bytes());

    let is_prime = |number: &u32| (2..*number).all(|divisor| !number.is_multiple_of(divisor));
    let primes: Vec<_> = (2..).filter(is_prime).take(64).map(f64::from).collect();
    let fraction = |number: f64| (number.fract() * 2f64.powi(32)) as u32;
    let initial: [u32; 8] = array::from_fn(|index| fraction(primes[index].sqrt()));

    let mut words: Vec<u32> = Vec::with_capacity(64);
    let mut state = initial;
    for round in 0..64 {
        let word = match round {
            0..16 => u32::from_be_bytes(array::from_fn(|byte| block[round * 4 + byte])),
            _ => {
                let (near, far) = (words[round - 2], words[round - 15]);
                words[round - 16]
                    .wrapping_add(far.rotate_right(7) ^ far.rotate_right(18) ^ (far >> 3))
                    .wrapping_add(words[round - 7])
                    .wrapping_add(near.rotate_right(17) ^ near.rotate_right(19) ^ (near >> 10))
            }
        };
        words.push(word);
        // The letters of the standard.
        let [a, b, c, d, e, f, g, h] = state;
        let first = h
            .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
            .wrapping_add((e & f) ^ (!e & g))
            .wrapping_add(fraction(primes[round].cbrt()))
            .wrapping_add(word);
        let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
            .wrapping_add((a & b) ^ (a & c) ^ (b & c));
        state = [
            first.wrapping_add(second),
            a,
            b,
            c,
            d.wrapping_add(first),
            e,
            f,
            g,
        ];
    }
    let mut hash = [0; 32];
    for (index, bytes) in hash.chunks_exact_mut(4).enumerate() {
        bytes.copy_from_slice(&initial[index].wrapping_add(state[index]).to_be_bytes());
    }
    hash
}
