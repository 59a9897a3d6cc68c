//! The name of a PCI function: segment, bus, device, function.
//!
//! Passing through the wrong device is the worst a host can do, and it needs no more than a number
//! that was masked to fit or a text that was read generously. A [`Bdf`] therefore holds only
//! numbers in range, and is read only from exactly the texts of its grammar.
//!
//! # Invariants
//!
//! - `device <= 31` and `function <= 7`, always.
//! - [`Bdf::packed`] is a bijection between all functions and all 32-bit numbers; the order of the
//!   type is the order of the packed numbers.
//! - The printed form is canonical: lower case, 4, 2, 2 and 1 digits. Whatever is read from a text
//!   prints as that text in lower case with the zeros filled in.
//!
//! # Not here
//!
//! Alternative routing identifiers, where a device is 0 and a function has 8 bits: refused.
//!
//! # Source
//!
//! The kernel's names of PCI functions in sysfs; the packed form is PCI Express' requester
//! identifier below the segment.

mod parser;

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// One function of one device on one bus of one segment.
///
/// The fields' order makes the derived order that of the packed numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bdf {
    segment: u16,
    bus: u8,
    device: u8,
    function: u8,
}

impl Bdf {
    /// The greatest device number.
    pub const DEVICE_MAX: u8 = 31;
    /// The greatest function number.
    pub const FUNCTION_MAX: u8 = 7;

    /// The function of those numbers.
    ///
    /// # Errors
    ///
    /// [`Error::BdfDeviceOutOfRange`], [`Error::BdfFunctionOutOfRange`].
    pub const fn new(segment: u16, bus: u8, device: u8, function: u8) -> Result<Self, Error> {
        if device > Self::DEVICE_MAX {
            return Err(Error::BdfDeviceOutOfRange { device });
        }
        if function > Self::FUNCTION_MAX {
            return Err(Error::BdfFunctionOutOfRange { function });
        }
        Ok(Self {
            segment,
            bus,
            device,
            function,
        })
    }

    /// Reads `[SSSS:]BB:DD.F`; bytes that are not ASCII are refused like any other.
    ///
    /// All numbers are hexadecimal in either case, without sign, space or prefix: 1 to 4 digits of
    /// segment (0 when left out), 1 or 2 of bus, 1 or 2 of device up to 1f, one of function up to
    /// 7.
    ///
    /// # Errors
    ///
    /// A `Bdf…` variant of [`Error`], for the leftmost place where no legal text goes on.
    pub fn from_ascii(text: &[u8]) -> Result<Self, Error> {
        parser::parse(text)
    }

    /// The segment, one for each PCI host bridge domain.
    pub const fn segment(self) -> u16 {
        self.segment
    }

    /// The bus within the segment.
    pub const fn bus(self) -> u8 {
        self.bus
    }

    /// The device on the bus, 0 to 31.
    pub const fn device(self) -> u8 {
        self.device
    }

    /// The function of the device, 0 to 7.
    pub const fn function(self) -> u8 {
        self.function
    }

    /// All four numbers in 32 bits, from the top: 16 of segment, 8 of bus, 5 of device, 3 of
    /// function.
    pub fn packed(self) -> u32 {
        u32::from(self.segment) << 16
            | u32::from(self.bus) << 8
            | u32::from(self.device) << 3
            | u32::from(self.function)
    }

    /// The function whose [`packed`](Self::packed) form this is; there is one for every number.
    pub const fn from_packed(packed: u32) -> Self {
        let [segment_high, segment_low, bus, device_function] = packed.to_be_bytes();
        Self {
            segment: u16::from_be_bytes([segment_high, segment_low]),
            bus,
            device: device_function >> 3,
            function: device_function & 7,
        }
    }

    /// The name of the function's folder in sysfs, `ssss:bb:dd.f` in lower case.
    pub fn to_sysfs(self) -> [u8; 12] {
        let [segment_high, segment_low] = self.segment.to_be_bytes();
        let [s3, s2] = hexadecimal_pair(segment_high);
        let [s1, s0] = hexadecimal_pair(segment_low);
        let [b1, b0] = hexadecimal_pair(self.bus);
        let [d1, d0] = hexadecimal_pair(self.device);
        let [_, f0] = hexadecimal_pair(self.function);
        [s3, s2, s1, s0, b':', b1, b0, b':', d1, d0, b'.', f0]
    }
}

/// The two hexadecimal digits of a byte, as ASCII in lower case.
fn hexadecimal_pair(byte: u8) -> [u8; 2] {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    [
        DIGITS[usize::from(byte >> 4)],
        DIGITS[usize::from(byte & 0xf)],
    ]
}

impl fmt::Display for Bdf {
    /// The name in sysfs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.to_sysfs();
        let name = std::str::from_utf8(&name).expect("digits and separators are ASCII");
        f.pad(name)
    }
}

impl FromStr for Bdf {
    type Err = Error;

    /// See [`Bdf::from_ascii`].
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::from_ascii(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printed form is what `format!` makes of the numbers, and of the pattern that the
    /// kernel uses.
    #[test]
    fn prints_as_the_kernel_does() {
        for packed in (0..=u32::MAX).step_by(65_521) {
            let bdf = Bdf::from_packed(packed);
            let (segment, bus, device) = (bdf.segment(), bdf.bus(), bdf.device());
            let expected = format!("{segment:04x}:{bus:02x}:{device:02x}.{}", bdf.function());
            assert_eq!(bdf.to_string(), expected);
            assert_eq!(bdf.to_sysfs(), *expected.as_bytes());
        }
    }

    #[test]
    fn packs_as_a_requester_identifier() {
        let bdf = Bdf::new(0x1234, 0xab, 0x1f, 7).unwrap();
        assert_eq!(bdf.packed(), 0x1234_abff);
        assert_eq!(Bdf::new(0, 0x65, 0, 1).unwrap().packed(), 0x6501);
        assert_eq!(Bdf::new(0, 0, 2, 0).unwrap().packed(), 0x10);
    }
}
