//! The grammar of function names, written down a second time, and texts made from it.
//!
//! The parser under test reads from left to right and decides as it goes. Here the whole language
//! is a table of shapes instead, and what a text prints as is found by filling in zeros, without
//! reading a number. The two have nothing in common but the language.

use crate::Bdf;

/// Every shape of a legal text. `h` is any hexadecimal digit, `d` the first digit of a device
/// number of two digits, `f` a function number; the rest stands for itself.
const SHAPES: [&str; 20] = [
    "h:h.f",
    "h:dh.f",
    "hh:h.f",
    "hh:dh.f",
    "h:h:h.f",
    "h:h:dh.f",
    "h:hh:h.f",
    "h:hh:dh.f",
    "hh:h:h.f",
    "hh:h:dh.f",
    "hh:hh:h.f",
    "hh:hh:dh.f",
    "hhh:h:h.f",
    "hhh:h:dh.f",
    "hhh:hh:h.f",
    "hhh:hh:dh.f",
    "hhhh:h:h.f",
    "hhhh:h:dh.f",
    "hhhh:hh:h.f",
    "hhhh:hh:dh.f",
];

/// Whether the text has one of the shapes.
pub(super) fn is_legal(text: &[u8]) -> bool {
    SHAPES.iter().any(|shape| has_shape(text, shape.as_bytes()))
}

fn has_shape(text: &[u8], shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.iter().zip(shape).all(|(&byte, &class)| match class {
            b'h' => byte.is_ascii_hexdigit(),
            b'd' => byte == b'0' || byte == b'1',
            b'f' => (b'0'..=b'7').contains(&byte),
            separator => byte == separator,
        })
}

/// The text in lower case, its numbers filled up with zeros to 4, 2, 2 and 1 digits, and with a
/// segment of zeros when it has three numbers. Separators stay what they are.
pub(super) fn normalised(text: &[u8]) -> Vec<u8> {
    let text = text.to_ascii_lowercase();
    let is_separator = |byte: &u8| *byte == b':' || *byte == b'.';
    let parts: Vec<&[u8]> = text.split_inclusive(is_separator).collect();

    let mut normalised = Vec::new();
    // Each width counts the separator that ends the part.
    let widths: &[usize] = if parts.len() == 3 {
        normalised.extend_from_slice(b"0000:");
        &[3, 3, 1]
    } else {
        &[5, 3, 3, 1]
    };
    for (part, &width) in parts.iter().zip(widths) {
        let missing = width.saturating_sub(part.len());
        normalised.extend(std::iter::repeat_n(b'0', missing));
        normalised.extend_from_slice(part);
    }
    normalised
}

/// How to write a function's name: the number of digits for each of its numbers, and their case.
/// Digits that a number does not need are zeros; it must not need more than it is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spelling {
    /// 0 leaves the segment out.
    pub(super) segment_digits: u8,
    pub(super) bus_digits: u8,
    pub(super) device_digits: u8,
    pub(super) is_upper_case: bool,
}

/// The spelling that the kernel uses in sysfs.
pub(super) const SYSFS: Spelling = Spelling {
    segment_digits: 4,
    bus_digits: 2,
    device_digits: 2,
    is_upper_case: false,
};

impl Spelling {
    /// Writes the name of a function.
    pub(super) fn write(self, bdf: Bdf) -> String {
        let mut text = String::new();
        if self.segment_digits > 0 {
            self.push_number(&mut text, bdf.segment(), self.segment_digits);
            text.push(':');
        }
        self.push_number(&mut text, u16::from(bdf.bus()), self.bus_digits);
        text.push(':');
        self.push_number(&mut text, u16::from(bdf.device()), self.device_digits);
        text.push('.');
        self.push_number(&mut text, u16::from(bdf.function()), 1);
        text
    }

    fn push_number(self, text: &mut String, number: u16, digits: u8) {
        for place in (0..u32::from(digits)).rev() {
            let value = u32::from(number / 16_u16.pow(place) % 16);
            let digit = char::from_digit(value, 16).expect("a value below 16 is a digit");
            text.push(if self.is_upper_case {
                digit.to_ascii_uppercase()
            } else {
                digit
            });
        }
    }
}

/// The table, the filling up and the spelling, by example.
#[test]
fn the_second_grammar_is_the_language() {
    for (text, normal) in [
        ("0:0.0", "0000:00:00.0"),
        ("A:1F.7", "0000:0a:1f.7"),
        ("1:2:3.4", "0001:02:03.4"),
        ("Fedc:bA:09.5", "fedc:ba:09.5"),
    ] {
        assert!(is_legal(text.as_bytes()), "{text}");
        assert_eq!(normalised(text.as_bytes()), normal.as_bytes());
    }
    for text in [
        "", "0", "0:0", "0:0.8", "0:20.0", "0:0:0", "123:0.0", "0:0.0 ", "+:0.0",
    ] {
        assert!(!is_legal(text.as_bytes()), "{text}");
    }
    let bdf = Bdf::new(0xa, 0xb, 0x1c, 7).unwrap();
    assert_eq!(SYSFS.write(bdf), "000a:0b:1c.7");
    let short = Spelling {
        segment_digits: 1,
        bus_digits: 1,
        is_upper_case: true,
        ..SYSFS
    };
    assert_eq!(short.write(bdf), "A:B:1C.7");
    let omitted = Spelling {
        segment_digits: 0,
        ..SYSFS
    };
    assert_eq!(omitted.write(Bdf::new(0, 1, 2, 3).unwrap()), "01:02.3");
}
