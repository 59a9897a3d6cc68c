//! Reads the text form of a function's name.
//!
//! One pass from left to right over the bytes, which stops at the first that no legal text has
//! there. The numbers are read by hand: the integer parsers of the standard library take a leading
//! `+`, and a reader that first splits and then counts has to be asked about every empty part.
//!
//! # Invariants
//!
//! - Accepts `[SSSS:]BB:DD.F` as [`Bdf::from_ascii`] describes it, and nothing else.
//! - Never masks: a number out of range is an error.
//! - An error's position is within the text, or just behind it.

use super::Bdf;
use crate::Error;

/// The most digits of a segment.
const SEGMENT_DIGITS_MAX: usize = 4;
/// The most digits of a bus or device number.
const BYTE_DIGITS_MAX: usize = 2;
/// The digits of a function number.
const FUNCTION_DIGITS_MAX: usize = 1;

/// Reads a whole text.
pub(super) fn parse(text: &[u8]) -> Result<Bdf, Error> {
    let mut scanner = Scanner { text, position: 0 };

    // Whether the first number is the segment or the bus shows only behind the second.
    let first = scanner.number(SEGMENT_DIGITS_MAX)?;
    scanner.separator(b':')?;
    let second = scanner.number(BYTE_DIGITS_MAX)?;
    let (segment, bus, device) = if scanner.peek() == Some(b':') {
        scanner.separator(b':')?;
        (
            first.value,
            second.byte()?,
            scanner.number(BYTE_DIGITS_MAX)?.byte()?,
        )
    } else {
        (0, first.byte()?, second.byte()?)
    };
    scanner.separator(b'.')?;
    let function = scanner.number(FUNCTION_DIGITS_MAX)?.byte()?;
    scanner.end()?;

    Bdf::new(segment, bus, device, function)
}

/// A number as it was read.
struct Number {
    value: u16,
    position: usize,
    digits: usize,
}

impl Number {
    /// The number in a place of at most two digits, which a byte holds.
    fn byte(&self) -> Result<u8, Error> {
        if self.digits > BYTE_DIGITS_MAX {
            let digits_max = BYTE_DIGITS_MAX;
            return Err(Error::BdfTooManyDigits {
                position: self.position,
                digits_max,
            });
        }
        let [low, _high] = self.value.to_le_bytes();
        Ok(low)
    }
}

/// The text and how far it has been read.
struct Scanner<'text> {
    text: &'text [u8],
    position: usize,
}

impl Scanner<'_> {
    /// The next byte; `None` at the end.
    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    /// Reads digits up to a separator or the end: at least one, at most `digits_max` (itself at
    /// most 4, so that the value fits).
    fn number(&mut self, digits_max: usize) -> Result<Number, Error> {
        let position = self.position;
        let mut value = 0;
        while let Some(byte) = self.peek()
            && !matches!(byte, b':' | b'.')
        {
            let digit = self.digit(byte)?;
            if self.position - position == digits_max {
                return Err(Error::BdfTooManyDigits {
                    position,
                    digits_max,
                });
            }
            value = value << 4 | u16::from(digit);
            self.position += 1;
        }
        let digits = self.position - position;
        if digits == 0 {
            return Err(Error::BdfPartEmpty { position });
        }
        Ok(Number {
            value,
            position,
            digits,
        })
    }

    /// What the byte at the current position is worth as a digit.
    fn digit(&self, byte: u8) -> Result<u8, Error> {
        let position = self.position;
        match hexadecimal_value(byte) {
            Some(value) => Ok(value),
            None if matches!(byte, b'+' | b'-') => Err(Error::BdfSign { position }),
            None => Err(Error::BdfNotHexadecimal { position, byte }),
        }
    }

    /// Steps over the separator that must come next.
    fn separator(&mut self, wanted: u8) -> Result<(), Error> {
        if self.peek() != Some(wanted) {
            return Err(Error::BdfPartCount {
                position: self.position,
            });
        }
        self.position += 1;
        Ok(())
    }

    /// Checks that nothing is left.
    fn end(&self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Error::BdfPartCount {
                position: self.position,
            }),
        }
    }
}

/// The value of a hexadecimal digit of either case.
fn hexadecimal_value(byte: u8) -> Option<u8> {
    // Bit 5 is what tells `a` from `A`; setting it maps no other byte into `a..=f`.
    let letter = (byte | 0x20).wrapping_sub(b'a');
    let decimal = byte.wrapping_sub(b'0');
    if decimal < 10 {
        Some(decimal)
    } else if letter < 6 {
        Some(letter.wrapping_add(10))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All 256 bytes against the standard library's notion of a digit.
    #[test]
    fn digits_are_those_of_the_standard_library() {
        for byte in 0..=u8::MAX {
            let expected = char::from(byte).to_digit(16).map(|digit| digit as u8);
            assert_eq!(hexadecimal_value(byte), expected, "byte {byte:#x}");
        }
    }

    #[test]
    fn legal_texts_are_read() {
        for (text, packed) in [
            ("0000:00:00.0", 0),
            ("0:0.0", 0),
            ("65:00.1", 0x6501),
            ("1:2:3.4", 0x1_021c),
            ("ABCD:EF:1F.7", 0xabcd_efff),
            ("abcd:ef:1f.7", 0xabcd_efff),
            ("00Ff:0a:B.2", 0x00ff_0a5a),
        ] {
            assert_eq!(
                parse(text.as_bytes()).map(Bdf::packed),
                Ok(packed),
                "{text}"
            );
        }
    }

    /// One row for each way to be wrong, with the place that is reported.
    #[test]
    fn illegal_texts_are_refused_for_what_is_wrong() {
        let part_count = |position| Error::BdfPartCount { position };
        let part_empty = |position| Error::BdfPartEmpty { position };
        let too_many = |position, digits_max| Error::BdfTooManyDigits {
            position,
            digits_max,
        };
        let not_digit = |position, byte| Error::BdfNotHexadecimal { position, byte };
        for (text, error) in [
            ("", part_empty(0)),
            (":00.0", part_empty(0)),
            ("00:.0", part_empty(3)),
            ("00::00.0", part_empty(3)),
            ("00:00.", part_empty(6)),
            ("00", part_count(2)),
            ("00.0", part_count(2)),
            ("00:00", part_count(5)),
            ("00:00:00:0", part_count(8)),
            ("0:0:0:0.0", part_count(5)),
            ("0:0.0.0", part_count(5)),
            ("0:0.0:", part_count(5)),
            ("+0:0.0", Error::BdfSign { position: 0 }),
            ("0:0.-0", Error::BdfSign { position: 4 }),
            ("0:+0.0", Error::BdfSign { position: 2 }),
            ("0x0:0.0", not_digit(1, b'x')),
            (" 0:0.0", not_digit(0, b' ')),
            ("0:0.0\n", not_digit(5, b'\n')),
            ("0:\u{660}.0", not_digit(2, 0xd9)),
            ("00000:00:00.0", too_many(0, 4)),
            ("123:00.0", too_many(0, 2)),
            ("0:000.0", too_many(2, 2)),
            ("0:0:000.0", too_many(4, 2)),
            ("0:0.00", too_many(4, 1)),
            ("0:20.0", Error::BdfDeviceOutOfRange { device: 0x20 }),
            ("0000:00:ff.0", Error::BdfDeviceOutOfRange { device: 0xff }),
            ("0:0.8", Error::BdfFunctionOutOfRange { function: 8 }),
            ("0:0.f", Error::BdfFunctionOutOfRange { function: 15 }),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(error), "{text}");
        }
    }
}
