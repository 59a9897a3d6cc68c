//! The properties themselves, the same for every library, and the count of what they were given.
//!
//! Some libraries accept only plain functions, so the count is kept on the thread.
//!
//! # Invariants
//!
//! - Counting costs a few additions a case, the same for every library.

use std::cell::Cell;
use std::hint::black_box;

/// What bodies were given since the last `reset`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Bodies that ran.
    pub(crate) executions: u64,
    length: u64,
    bytes: u64,
    /// A bit for each `u8` that was seen.
    seen: [u64; 4],
}

impl Tally {
    /// Joins two counts.
    pub(crate) fn add(&mut self, other: &Self) {
        let Self {
            executions,
            length,
            bytes,
            seen,
        } = other;
        self.executions += executions;
        self.length += length;
        self.bytes += bytes;
        self.seen
            .iter_mut()
            .zip(seen)
            .for_each(|(ours, theirs)| *ours |= theirs);
    }

    /// Elements or characters of an input.
    pub(crate) fn mean_length(&self) -> f64 {
        self.length as f64 / self.executions as f64
    }

    /// Bytes of an input.
    pub(crate) fn mean_bytes(&self) -> f64 {
        self.bytes as f64 / self.executions as f64
    }

    /// How many different `u8` there were.
    pub(crate) fn different_bytes(&self) -> u64 {
        self.seen
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }
}

thread_local! {
    static EXECUTIONS: Cell<u64> = const { Cell::new(0) };
    static LENGTH: Cell<u64> = const { Cell::new(0) };
    static BYTES: Cell<u64> = const { Cell::new(0) };
    static SEEN: Cell<[u64; 4]> = const { Cell::new([0; 4]) };
}

/// Forgets what was counted.
pub(crate) fn reset() {
    EXECUTIONS.set(0);
    LENGTH.set(0);
    BYTES.set(0);
    SEEN.set([0; 4]);
}

/// What was counted since the last `reset`.
pub(crate) fn take() -> Tally {
    let tally = Tally {
        executions: EXECUTIONS.get(),
        length: LENGTH.get(),
        bytes: BYTES.get(),
        seen: SEEN.get(),
    };
    reset();
    tally
}

/// Addition commutes.
#[inline]
pub(crate) fn pair(left: u64, right: u64) -> bool {
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    let (left, right) = (black_box(left), black_box(right));
    left.wrapping_add(right) == right.wrapping_add(left)
}

/// Sorting what is sorted changes nothing.
#[inline]
pub(crate) fn sort(values: Vec<u32>) -> bool {
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    LENGTH.set(LENGTH.get() + values.len() as u64);
    let mut once = black_box(values);
    once.sort_unstable();
    let mut twice = once.clone();
    twice.sort_unstable();
    black_box(once) == black_box(twice)
}

/// UTF-16 holds what UTF-8 holds.
#[inline]
pub(crate) fn text(text: &str) -> bool {
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    let mut characters = 0;
    let units: Vec<u16> = text.encode_utf16().inspect(|_| characters += 1).collect();
    // A character beyond the basic plane has two units and four bytes; it was counted twice.
    let beyond = text.bytes().filter(|byte| *byte >= 0xf0).count();
    LENGTH.set(LENGTH.get() + (characters - beyond) as u64);
    BYTES.set(BYTES.get() + text.len() as u64);
    String::from_utf16(black_box(&units)).is_ok_and(|back| back == black_box(text))
}

/// A byte is the sum of its halves.
#[inline]
pub(crate) fn byte(value: u8) -> bool {
    EXECUTIONS.set(EXECUTIONS.get() + 1);
    let mut seen = SEEN.get();
    seen[usize::from(value) / 64] |= 1 << (value % 64);
    SEEN.set(seen);
    let value = black_box(value);
    (value & 0xf0) + (value & 0x0f) == value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_hold_and_count() {
        reset();
        assert!(pair(u64::MAX, 3));
        assert!(sort(vec![3, 1, 2]));
        assert!(text("aß語😀"));
        assert!((0..=255).all(byte));
        let tally = take();
        assert_eq!(
            (tally.executions, tally.length, tally.bytes),
            (259, 3 + 4, 1 + 2 + 3 + 4)
        );
        assert_eq!(tally.different_bytes(), 256);
        assert_eq!(take().executions, 0);
    }
}
