//! A fast hash without a random seed, for tables keyed by small integers.
//!
//! The standard library's hash resists attackers, which costs time that term construction would
//! feel. Nothing in this crate iterates over a hash table, so the order never shows.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A hash map without a random seed.
pub(crate) type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;

/// Multiplies and folds one word at a time.
#[derive(Default)]
pub(crate) struct FastHasher(u64);

/// 2^64 divided by the golden ratio, made odd: spreads neighbouring numbers far apart.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        // The table takes its bucket from the low bits and its tag from the high bits; the
        // product alone has weak low bits.
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(23) ^ number).wrapping_mul(SPREAD);
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
        self.write_u64((number >> 64) as u64);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }
}
