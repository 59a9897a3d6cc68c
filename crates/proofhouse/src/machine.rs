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

/// The range of a floating-point number that the machine should choose. Bounds are the bits of the
/// type, in the low part of the word, and no NaNs; -0 is below 0.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FloatRequest {
    /// The smallest number.
    pub minimum: u64,
    /// The greatest number.
    pub maximum: u64,
    /// The width of the Rust type, 32 or 64.
    pub width_bits: u32,
    /// 0 for no NaN, 1 for the positive quiet one without payload, 2 for all of them.
    pub nans: u32,
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

/// Asks for a floating-point number, as its bits. A machine that does not know this call may run its
/// body instead, which asks for the bits as an integer and rules out what is not in the range, by
/// integer arithmetic alone and without a branch. In the choice sequence it is one choice, either
/// way.
#[inline(never)]
pub fn choose_float(domain: &FloatRequest, result: &mut u64) {
    let unused_bits = 64 - domain.width_bits;
    let request = IntegerRequest {
        minimum: [0, 0],
        maximum: [u64::MAX >> unused_bits, 0],
        width_bits: domain.width_bits,
        signed: 0,
    };
    let mut words = [0, 0];
    choose_integer(&request, &mut words);
    // Left-aligned, both widths have the sign on top.
    let bits = words[0] << unused_bits;
    let is_in_range = (order_of_bits(domain.minimum << unused_bits) <= order_of_bits(bits))
        & (order_of_bits(bits) <= order_of_bits(domain.maximum << unused_bits));
    let infinity = if domain.width_bits == 32 {
        0xff << 55
    } else {
        0x7ff << 52
    };
    let simple_nan = if domain.width_bits == 32 {
        0x1ff << 54
    } else {
        0xfff << 51
    };
    let is_simple_nan = (domain.nans == 1) & (bits == simple_nan);
    let is_any_nan = (domain.nans == 2) & (bits & (u64::MAX >> 1) > infinity);
    assume(is_in_range | is_simple_nan | is_any_nan);
    *black_box(result) = words[0];
}

/// A number that orders as the floating-point numbers with these left-aligned bits do.
fn order_of_bits(bits: u64) -> i64 {
    let bits = bits.cast_signed();
    // All ones for negative numbers, whose order is the other way round.
    let sign = bits >> 63;
    bits ^ (sign & i64::MAX)
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

/// Asks for the number of steps of a run, which is a length with a unit of its own.
#[inline(never)]
pub fn choose_step_count(minimum: usize, maximum: usize) -> usize {
    black_box((minimum, maximum));
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

/// Notes whether the condition can hold here. The path goes on either way.
#[inline(never)]
pub fn cover(condition: bool, label: *const u8, label_length: usize) {
    black_box((condition, label, label_length));
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

/// From here on a loop whose head is reached more often than `most` times refutes the property.
#[inline(never)]
pub fn bound_loops(most: usize) {
    black_box(most);
}

/// From here on calls of a function go to another one.
#[inline(never)]
pub fn replace_function(original: *const (), replacement: *const ()) {
    black_box((original, replacement));
}

/// From here on the contract of the function with this name stands for its body.
#[inline(never)]
pub fn assume_contract(name: *const u8, length: usize) {
    black_box((name, length));
}

/// The next call of the function with this name is the one whose contract is checked.
#[inline(never)]
pub fn check_contract(name: *const u8, length: usize) {
    black_box((name, length));
}

/// What a call is that has just been made of the function with this name: 0 for one like any other, 1
/// for the one whose contract is checked, 2 for one that the contract stands for.
#[inline(never)]
pub fn role_in_contract(name: *const u8, length: usize) -> u64 {
    black_box((name, length));
    black_box(0)
}

/// From here on choices are what a contract leaves open, and no part of the input; or they are again.
#[inline(never)]
pub fn leave_open(is_left_open: bool) {
    black_box(is_left_open);
}

/// From here on it matters what the function changes that called the one which calls this; it is named by
/// its path. Returns the number of the scope.
#[inline(never)]
pub fn begin_scope(name: *const u8, length: usize) -> u64 {
    black_box((name, length));
    black_box(0)
}

/// Says what a part of the memory is for a scope: 0 for where an argument lies, 1 for a place that may
/// change, 2 for an argument that was given by value, 3 for one that may only be dropped.
#[inline(never)]
pub fn add_to_scope(scope: u64, part: u32, address: *const u8, size: usize) {
    black_box((scope, part, address, size));
}

/// Ends a scope: what changed besides refutes the property. The result's place is the function's own;
/// where the function is left by a panic, there is none.
#[inline(never)]
pub fn end_scope(scope: u64, result: *const u8, size: usize, is_unwinding: bool) {
    black_box((scope, result, size, is_unwinding));
}

/// Every static of the program that can change holds any value from now on.
#[inline(never)]
pub fn leave_statics_open() {
    black_box(());
}

/// Ends a scope before its body: a contract stands for it, and what the body may have changed is unknown
/// as soon as the function is left.
#[inline(never)]
pub fn assume_scope(scope: u64) {
    black_box(scope);
}

/// Asks that some path gets here with `is_met`; the label says in a clause what is missing otherwise.
#[inline(never)]
pub fn require_once(is_met: bool, label: *const u8, label_length: usize) {
    black_box((is_met, label, label_length));
}

/// Ends this path; nothing can be said about it, for a reason that is a clause.
#[inline(never)]
pub fn unsupported(what: *const u8, length: usize) -> ! {
    black_box((what, length));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_ordered_as_numbers_are() {
        let numbers = [
            f64::NEG_INFINITY,
            -1.5,
            -0.0,
            0.0,
            5e-324,
            1.0,
            f64::INFINITY,
        ];
        for pair in numbers.windows(2) {
            assert!(order_of_bits(pair[0].to_bits()) < order_of_bits(pair[1].to_bits()));
        }
        let aligned = |number: f32| u64::from(number.to_bits()) << 32;
        for pair in numbers.map(|number| number as f32).windows(2) {
            assert!(order_of_bits(aligned(pair[0])) <= order_of_bits(aligned(pair[1])));
        }
    }
}
