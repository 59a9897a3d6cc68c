//! A source's questions, put to the machine.
//!
//! Each is one call of [`crate::machine`] and a conversion without branches, because every branch
//! on a symbol is a path.

use proofhouse_choice::Nans;

use super::{Floating, Integral};
use crate::generator::Characters;
use crate::machine::{self, FloatRequest, IntegerRequest};

pub(super) fn boolean() -> bool {
    let mut result = 0;
    machine::choose_boolean(&mut result);
    result != 0
}

#[inline]
pub(super) fn integer<T: Integral>(minimum: T, maximum: T) -> T {
    let request = IntegerRequest {
        minimum: minimum.to_words(),
        maximum: maximum.to_words(),
        width_bits: T::WIDTH_BITS,
        signed: u32::from(T::IS_SIGNED),
    };
    let mut result = [0, 0];
    machine::choose_integer(&request, &mut result);
    T::from_words(result)
}

pub(super) fn float<T: Floating>(minimum: T, maximum: T, nans: Nans) -> T {
    let request = FloatRequest {
        minimum: minimum.to_word(),
        maximum: maximum.to_word(),
        width_bits: 8 * size_of::<T>() as u32,
        nans: match nans {
            Nans::None => 0,
            Nans::One => 1,
            Nans::All => 2,
        },
    };
    let mut result = 0;
    machine::choose_float(&request, &mut result);
    T::from_word(result)
}

pub(super) fn length(minimum: usize, maximum: usize, label: &'static str) -> usize {
    machine::choose_length(minimum, maximum, label.as_ptr(), label.len())
}

pub(super) fn step_count(minimum: usize, maximum: usize) -> usize {
    machine::choose_step_count(minimum, maximum)
}

/// One of the places whose flag is set. The flags may be unknown, so they are looked at without a
/// branch; the caller has made sure that one is set.
pub(super) fn enabled(flags: &[bool]) -> usize {
    let chosen = integer(0, flags.len() as u32 - 1);
    let mut is_enabled = false;
    for (at, flag) in flags.iter().enumerate() {
        is_enabled |= (at as u32 == chosen) & *flag;
    }
    machine::assume(is_enabled);
    chosen as usize
}

/// No fault, or one of `count`. What the machine chooses is the rank: 0 is none.
pub(super) fn fault(count: usize) -> Option<usize> {
    let rank = integer(0, count as u32);
    rank.checked_sub(1).map(|place| place as usize)
}

pub(super) fn bytes(minimum: usize, maximum: usize) -> Vec<u8> {
    machine::read_bytes(machine::choose_bytes(minimum, maximum))
}

pub(super) fn text(minimum: usize, maximum: usize, characters: &Characters) -> String {
    let ranges = characters.ranges();
    machine::read_text(machine::choose_text(
        minimum,
        maximum,
        ranges.as_ptr(),
        ranges.len(),
    ))
}
