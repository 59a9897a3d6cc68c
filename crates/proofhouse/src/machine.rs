//! The calls by which a property asks the machine instead of a native engine.
//!
//! The machine executes the property's own code. When that code needs a value it calls one of these
//! functions; the machine recognises them by name, answers with symbols, and never runs their
//! bodies. Natively nothing calls them while [`is_active`] says no.
//!
//! # Invariants
//!
//! - Names, argument order and layout are an agreement with the machine; a change needs its twin
//!   there.
//! - Natively every body is opaque to the optimiser: no caller may be compiled as if the answer
//!   were known (`std::hint::black_box`), and only those that say so never return.
//! - Nothing here reads the environment, a clock, a thread-local or a file.
//!
//! # Not here
//!
//! Which value to draw when; see `Source`.

#![expect(unsafe_code, reason = "text from the machine is UTF-8 by agreement")]

use std::hint::black_box;

/// The range of an integer that the machine should choose: two's complement, low word first.
/// The bounds themselves may be symbols.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct IntegerRequest {
    /// The smallest value, sign- or zero-extended to 128 bits.
    pub minimum: [u64; 2],
    /// The largest value, sign- or zero-extended to 128 bits.
    pub maximum: [u64; 2],
    /// The width of the Rust type.
    pub width_bits: u32,
    /// 1 for a signed type, 0 for an unsigned one.
    pub signed: u32,
}

/// Whether this code runs in the machine.
#[inline(never)]
pub fn is_active() -> bool {
    black_box(false)
}

/// Asks for a boolean, stored as 0 or 1.
#[inline(never)]
pub fn choose_boolean(result: &mut u8) {
    *black_box(result) = black_box(0);
}

/// Asks for an integer, sign- or zero-extended to 128 bits, low word first.
#[inline(never)]
pub fn choose_integer(domain: &IntegerRequest, result: &mut [u64; 2]) {
    black_box(domain);
    *black_box(result) = black_box([0, 0]);
}

/// Asks for the length of a collection. The label says which, for the name of a bound.
#[inline(never)]
pub fn choose_length(
    minimum: usize,
    maximum: usize,
    label: *const u8,
    label_length: usize,
) -> usize {
    black_box((minimum, maximum, label, label_length));
    black_box(0)
}

/// Asks for a byte string and returns its length; [`fill_bytes`] must follow.
#[inline(never)]
pub fn choose_bytes(minimum: usize, maximum: usize) -> usize {
    black_box((minimum, maximum));
    black_box(0)
}

/// Asks for a text over inclusive ranges of code points and returns its length in bytes;
/// [`fill_bytes`] must follow.
#[inline(never)]
pub fn choose_text(
    minimum_chars: usize,
    maximum_chars: usize,
    ranges: *const [u32; 2],
    range_count: usize,
) -> usize {
    black_box((minimum_chars, maximum_chars, ranges, range_count));
    black_box(0)
}

/// Stores the contents of the byte string or text that was chosen last.
#[inline(never)]
pub fn fill_bytes(destination: *mut u8, length: usize) {
    black_box((destination, length));
}

/// Continues only where the condition holds.
#[inline(never)]
pub fn assume(condition: bool) {
    black_box(condition);
}

/// Ends this path; it counts as rejected.
#[inline(never)]
pub fn reject() -> ! {
    panic!("only the machine can end a path here")
}

/// Ends this path; the property is refuted.
#[inline(never)]
pub fn fail(message: *const u8, length: usize) -> ! {
    black_box((message, length));
    panic!("only the machine can end a path here")
}

/// The bytes of a whole choice, whose length [`choose_bytes`] gave.
pub(crate) fn read_bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    fill_bytes(bytes.as_mut_ptr(), length);
    bytes
}

/// The text of a whole choice, whose length [`choose_text`] gave.
pub(crate) fn read_text(length: usize) -> String {
    let bytes = read_bytes(length);
    // SAFETY: the machine stores UTF-8 (checking it would fork on every byte), and natively the
    // bytes are still the zeros of `read_bytes`, which are UTF-8 too.
    unsafe { String::from_utf8_unchecked(bytes) }
}
