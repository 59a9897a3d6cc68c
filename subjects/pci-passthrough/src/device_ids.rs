//! A device's vendor and device number, as its configuration space holds them.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.2.1: vendor at offset 0, device at offset 2, both
//! little-endian.

use crate::Error;

/// Who made a device, and which of the maker's devices it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIds {
    /// The maker's number; 0xffff is what a read of an absent device gives.
    pub vendor: u16,
    /// The maker's number for the device.
    pub device: u16,
}

impl DeviceIds {
    /// Reads the numbers from the first bytes of a configuration space.
    ///
    /// # Errors
    ///
    /// [`Error::ConfigTruncated`] below four bytes.
    pub const fn from_config(bytes: &[u8]) -> Result<Self, Error> {
        match *bytes {
            [vendor_low, vendor_high, device_low, device_high, ..] => Ok(Self {
                vendor: u16::from_le_bytes([vendor_low, vendor_high]),
                device: u16::from_le_bytes([device_low, device_high]),
            }),
            _ => Err(Error::ConfigTruncated {
                bytes: bytes.len(),
                bytes_min: 4,
            }),
        }
    }
}
