//! Why a value could not be built.
//!
//! # Invariants
//!
//! - Each variant has a code of its own and a help text (`tests::every_error_is_explained`).

use std::fmt;

/// Why a value could not be built. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum Error {
    /// A rounding unit that is not a power of two.
    AlignmentNotPowerOfTwo { bytes: u64 },
    /// A page of fewer than 4096 bytes.
    PageTooSmall { bytes: u64 },
    /// A bitmap of page sizes that names none of 4096 bytes or more.
    NoPageSize { bitmap: u64 },

    /// A range without addresses.
    RangeEmpty { start: u64 },
    /// A range that goes past the last address.
    RangeWraps { start: u64, length: u64 },
    /// A range whose last address is below its first.
    RangeReversed { first: u64, last: u64 },

    /// A device name in which a `:` or `.` is missing, doubled or in the other's place.
    BdfPartCount { position: usize },
    /// A device name with nothing where a number belongs.
    BdfPartEmpty { position: usize },
    /// A device name with a plus or minus.
    BdfSign { position: usize },
    /// A device name with a byte that is neither a hexadecimal digit nor a separator.
    BdfNotHexadecimal { position: usize, byte: u8 },
    /// A device name with a number of more digits than its place has.
    BdfTooManyDigits { position: usize, digits_max: usize },
    /// A device number above 31.
    BdfDeviceOutOfRange { device: u8 },
    /// A function number above 7.
    BdfFunctionOutOfRange { function: u8 },

    /// A slot number above 6.
    NoSuchBarSlot { number: u8 },
    /// A configuration space that ends before what was asked of it.
    ConfigTruncated { bytes: usize, bytes_min: usize },
    /// A bridge, or another device whose header is not that of a function.
    NotHeaderType0 { header: u8 },

    /// A guest without memory.
    RamEmpty,
    /// A memory size that is not whole pages.
    RamMisaligned { bytes: u64 },
    /// More memory than a layout is made for.
    RamTooLarge { bytes: u64, bytes_max: u64 },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AlignmentNotPowerOfTwo { bytes } => write!(f, "{bytes} is not a power of two"),
            Self::PageTooSmall { bytes } => write!(f, "a page of {bytes} bytes is too small"),
            Self::NoPageSize { bitmap } => write!(f, "bitmap {bitmap:#x} names no page size"),
            Self::RangeEmpty { start } => write!(f, "the range at {start:#x} has no addresses"),
            Self::RangeWraps { start, length } => {
                write!(f, "{length:#x} bytes from {start:#x} pass the last address")
            }
            Self::RangeReversed { first, last } => {
                write!(f, "the range ends at {last:#x}, below its start {first:#x}")
            }
            Self::BdfPartCount { position } => {
                write!(f, "byte {position} is not the separator that belongs there")
            }
            Self::BdfPartEmpty { position } => write!(f, "no number at byte {position}"),
            Self::BdfSign { position } => write!(f, "a sign at byte {position}"),
            Self::BdfNotHexadecimal { position, byte } => {
                write!(
                    f,
                    "byte {position}, {byte:#04x}, is not a hexadecimal digit"
                )
            }
            Self::BdfTooManyDigits {
                position,
                digits_max,
            } => {
                write!(
                    f,
                    "more than {digits_max} digits in the number at byte {position}"
                )
            }
            Self::BdfDeviceOutOfRange { device } => write!(f, "device {device:#x} is above 0x1f"),
            Self::BdfFunctionOutOfRange { function } => write!(f, "function {function} is above 7"),
            Self::NoSuchBarSlot { number } => write!(f, "no register has the slot number {number}"),
            Self::ConfigTruncated { bytes, bytes_min } => {
                write!(
                    f,
                    "{bytes} bytes of configuration space, {bytes_min} needed"
                )
            }
            Self::NotHeaderType0 { header } => write!(f, "the header is of type {header}"),
            Self::RamEmpty => write!(f, "the guest has no memory"),
            Self::RamMisaligned { bytes } => write!(f, "{bytes} bytes of memory end within a page"),
            Self::RamTooLarge { bytes, bytes_max } => {
                write!(f, "{bytes} bytes of memory exceed {bytes_max}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl Error {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlignmentNotPowerOfTwo { .. } => "pci/alignment-not-power-of-two",
            Self::PageTooSmall { .. } => "pci/page-too-small",
            Self::NoPageSize { .. } => "pci/no-page-size",
            Self::RangeEmpty { .. } => "pci/range-empty",
            Self::RangeWraps { .. } => "pci/range-wraps",
            Self::RangeReversed { .. } => "pci/range-reversed",
            Self::BdfPartCount { .. } => "pci/bdf-part-count",
            Self::BdfPartEmpty { .. } => "pci/bdf-part-empty",
            Self::BdfSign { .. } => "pci/bdf-sign",
            Self::BdfNotHexadecimal { .. } => "pci/bdf-not-hexadecimal",
            Self::BdfTooManyDigits { .. } => "pci/bdf-too-many-digits",
            Self::BdfDeviceOutOfRange { .. } => "pci/bdf-device-out-of-range",
            Self::BdfFunctionOutOfRange { .. } => "pci/bdf-function-out-of-range",
            Self::NoSuchBarSlot { .. } => "pci/no-such-bar-slot",
            Self::ConfigTruncated { .. } => "pci/config-truncated",
            Self::NotHeaderType0 { .. } => "pci/not-header-type-0",
            Self::RamEmpty => "pci/ram-empty",
            Self::RamMisaligned { .. } => "pci/ram-misaligned",
            Self::RamTooLarge { .. } => "pci/ram-too-large",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::AlignmentNotPowerOfTwo { .. } => "align to a power of two between 1 and 2^63",
            Self::PageTooSmall { .. } => "use pages of 4096 bytes or more",
            Self::NoPageSize { .. } => "check that the bitmap is the one that the IOMMU reported",
            Self::RangeEmpty { .. } => "leave the range out, or make it one byte or longer",
            Self::RangeWraps { .. } => "shorten the range so that it ends at 2^64 - 1 or below",
            Self::RangeReversed { .. } => "swap the addresses; both are part of the range",
            Self::BdfPartCount { .. } => "write bus:device.function or segment:bus:device.function",
            Self::BdfPartEmpty { .. } => "write a 0 where the number is zero",
            Self::BdfSign { .. } => "write the numbers without signs",
            Self::BdfNotHexadecimal { .. } => "write hexadecimal digits only, without 0x or spaces",
            Self::BdfTooManyDigits { .. } => {
                "write at most 4 digits for the segment, 2 for bus and device, 1 for the function"
            }
            Self::BdfDeviceOutOfRange { .. } => "use a device number from 0 to 1f, hexadecimal",
            Self::BdfFunctionOutOfRange { .. } => "use a function number from 0 to 7",
            Self::NoSuchBarSlot { .. } => "use 0 to 5, or 6 for the expansion ROM",
            Self::ConfigTruncated { .. } => "read the whole header, 64 bytes, before parsing it",
            Self::NotHeaderType0 { .. } => "pass functions through, not bridges",
            Self::RamEmpty => "give the guest at least one page of memory",
            Self::RamMisaligned { .. } => "round the memory size to a multiple of 4096",
            Self::RamTooLarge { .. } => "give the guest less memory",
        }
    }
}

/// What every error type of the crate keeps: a code of its own below `area`, a help, and a text of one clause
/// that reads after "error: ", without a capital or a full stop. Each error comes as code, help and text.
#[cfg(test)]
pub(crate) fn assert_explained(
    area: &str,
    errors: impl IntoIterator<Item = (&'static str, &'static str, String)>,
) {
    let mut codes = std::collections::HashSet::new();
    for (code, help, text) in errors {
        assert!(code.starts_with(area), "{code}");
        assert!(codes.insert(code), "{code} is used twice");
        assert!(!help.is_empty(), "{code}");
        assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
        assert!(!text.starts_with(char::is_uppercase), "{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_ERROR: [Error; 19] = [
        Error::AlignmentNotPowerOfTwo { bytes: 3 },
        Error::PageTooSmall { bytes: 2048 },
        Error::NoPageSize { bitmap: 0 },
        Error::RangeEmpty { start: 0 },
        Error::RangeWraps {
            start: u64::MAX,
            length: 2,
        },
        Error::RangeReversed { first: 1, last: 0 },
        Error::BdfPartCount { position: 2 },
        Error::BdfPartEmpty { position: 0 },
        Error::BdfSign { position: 0 },
        Error::BdfNotHexadecimal {
            position: 0,
            byte: b'g',
        },
        Error::BdfTooManyDigits {
            position: 0,
            digits_max: 4,
        },
        Error::BdfDeviceOutOfRange { device: 32 },
        Error::BdfFunctionOutOfRange { function: 8 },
        Error::NoSuchBarSlot { number: 7 },
        Error::ConfigTruncated {
            bytes: 3,
            bytes_min: 4,
        },
        Error::NotHeaderType0 { header: 1 },
        Error::RamEmpty,
        Error::RamMisaligned { bytes: 1 },
        Error::RamTooLarge {
            bytes: 1 << 60,
            bytes_max: 1 << 46,
        },
    ];

    #[test]
    fn every_error_is_explained() {
        assert_explained(
            "pci/",
            EVERY_ERROR.map(|error| (error.code(), error.help(), error.to_string())),
        );
    }
}
