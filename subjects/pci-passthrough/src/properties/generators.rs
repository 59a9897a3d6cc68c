//! Where the inputs of the properties come from.
//!
//! # Invariants
//!
//! - The generator of each type of the crate can make every value of it.
//! - Every legal text is made by exactly one sequence of choices (`LegalText`).

use proofhouse::generator::Select;
use proofhouse::prelude::*;

use super::grammar::Spelling;
use crate::{BarSlot, Bdf};

impl Generate for Bdf {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let segment = source.draw(any::<u16>());
            let bus = source.draw(any::<u8>());
            let device = source.draw(0..=31_u8);
            let function = source.draw(0..=7_u8);
            legal(segment, bus, device, function)
        })
    }
}

impl Generate for BarSlot {
    type Generator = Select<[Self; 7]>;

    fn generator() -> Self::Generator {
        select(Self::ALL)
    }
}

/// A function and one of the texts that name it.
#[derive(Debug)]
pub(super) struct LegalText {
    pub(super) bdf: Bdf,
    pub(super) text: String,
    /// Whether the text names the segment.
    pub(super) has_segment: bool,
}

impl Generate for LegalText {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    /// Draws the numbers of digits first, so that short texts are as frequent as long ones.
    fn generator() -> Self::Generator {
        from_fn(|source| {
            let spelling = Spelling {
                segment_digits: source.draw(0..=4_u8),
                bus_digits: source.draw(1..=2_u8),
                device_digits: source.draw(1..=2_u8),
                is_upper_case: source.draw(any::<bool>()),
            };
            let segment = source
                .draw(0..=[0, 0xf, 0xff, 0xfff, 0xffff_u16][usize::from(spelling.segment_digits)]);
            let bus = source.draw(
                0..=if spelling.bus_digits == 1 {
                    0xf
                } else {
                    0xff_u8
                },
            );
            let device = source.draw(
                0..=if spelling.device_digits == 1 {
                    0xf
                } else {
                    0x1f_u8
                },
            );
            let function = source.draw(0..=7_u8);
            let bdf = legal(segment, bus, device, function);
            Self {
                bdf,
                text: spelling.write(bdf),
                has_segment: spelling.segment_digits > 0,
            }
        })
    }
}

/// A legal text with one or two characters replaced, put in or taken out; it may be legal still.
#[derive(Debug)]
pub(super) struct NearLegalText {
    pub(super) text: String,
}

impl Generate for NearLegalText {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let mut text = source.draw(any::<LegalText>()).text.into_bytes();
            for _ in 0..source.draw(1..=2_u8) {
                edit(&mut text, source);
            }
            let text = String::from_utf8(text).expect("texts and intruders are ASCII");
            Self { text }
        })
    }
}

/// What is put into legal texts: separators, what other parsers of numbers take, digits, and the
/// neighbours of the digits in ASCII.
const INTRUDERS: [u8; 32] = *b"::..++-_ xX08129afAFgG/@`\t\n\0\x7f,;'";

/// Changes one character.
fn edit(text: &mut Vec<u8>, source: &mut Source) {
    // The longest text has twelve characters, one more than the last edit could have put in.
    let position = usize::from(source.draw(0..=13_u8)).min(text.len());
    let kind = source.draw(0..=2_u8);
    let intruder = INTRUDERS[usize::from(source.draw(0..=31_u8))];
    if kind == 0 {
        text.insert(position, intruder);
    } else if let Some(byte) = text.get_mut(position) {
        if kind == 1 {
            *byte = intruder;
        } else {
            text.remove(position);
        }
    }
}

/// Whole pages of RAM up to 64 TiB, half of the time near where the regions change.
pub(super) fn ram_pages() -> impl Generator<Value = u64> {
    const PAGES_MAX: u64 = (64 << 40) / 4096;
    const PAGES_LOW: u64 = (3 << 30) / 4096;
    one_of((1..=PAGES_LOW, PAGES_LOW - 2..=PAGES_LOW + 2, 1..=PAGES_MAX))
}

fn legal(segment: u16, bus: u8, device: u8, function: u8) -> Bdf {
    Bdf::new(segment, bus, device, function).expect("the numbers are drawn in range")
}
