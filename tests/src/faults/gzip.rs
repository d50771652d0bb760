//! A small body that a decoder makes large.

/// About half a MiB that unpacks to 80 MiB of one letter (RFC 1951, RFC 1952).
pub fn bomb() -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with the codes that are fixed.
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    // The letter `x`, whose code is its number and 0x30 more.
    bits.push_code(0x30 + u16::from(b'x'), 8);
    for _ in 0..325_000 {
        // The 258 bytes that begin one byte ago.
        bits.push_code(0b1100_0101, 8);
        bits.push_code(0, 5);
    }
    // The end of the block.
    bits.push_code(0, 7);
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bomb.extend(bits.bytes);
    // No decoder comes as far as the checksum and the length.
    bomb.extend([0; 8]);
    bomb
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    /// Adds a number, its lowest bit first.
    fn push(&mut self, number: u16, count: u32) {
        for index in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= u8::from(number >> index & 1 == 1) << (self.used % 8);
            }
            self.used += 1;
        }
    }

    /// Adds a code, its highest bit first.
    fn push_code(&mut self, code: u16, count: u32) {
        self.push(code.reverse_bits() >> (16 - count), count);
    }
}
