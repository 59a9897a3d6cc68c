//! Vendor and device numbers.

use proofhouse::prelude::*;

use crate::DeviceIds;

/// The vendor is the first two bytes of configuration space and the device the next two, the low
/// byte first; fewer than four bytes are refused.
#[property]
fn prop_vendor_device_id_le(config: Vec<u8>) {
    match DeviceIds::from_config(&config) {
        Ok(ids) => {
            assert_eq!(
                u32::from(ids.vendor),
                u32::from(config[0]) + 256 * u32::from(config[1])
            );
            assert_eq!(
                u32::from(ids.device),
                u32::from(config[2]) + 256 * u32::from(config[3])
            );
        }
        Err(_) => assert!(config.len() < 4),
    }
}
