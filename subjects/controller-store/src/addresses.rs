//! The addresses of a network: which there are, and which one comes next. On numbers alone.
//!
//! # Invariants
//!
//! - The network's own address, its broadcast address and its gateway are never handed out.
//! - The lowest free address is handed out, so what is given back is used again.

use crate::error::InputError;

/// An IPv4 network with the range that addresses are handed out from.
///
/// ```
/// use controller_store::AddressPlan;
///
/// let plan = AddressPlan::new(0x0a00_0000, 24, 0x0a00_0001, 0x0a00_00fe, 0x0a00_0001).unwrap();
/// assert_eq!(plan.next_free([]), Some(0x0a00_0002)); // the first one is the gateway
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressPlan {
    base: u32,
    prefix_length: u8,
    first: u32,
    last: u32,
    gateway: u32,
}

impl AddressPlan {
    /// A plan. The range includes `first` and `last`; the gateway may lie in it.
    ///
    /// # Errors
    ///
    /// When the numbers make no network; see [`InputError`].
    pub const fn new(
        base: u32,
        prefix_length: u8,
        first: u32,
        last: u32,
        gateway: u32,
    ) -> Result<Self, InputError> {
        if prefix_length == 0 || prefix_length > 30 {
            let length = prefix_length;
            return Err(InputError::PrefixLength { length });
        }
        let host_bits = u32::MAX >> prefix_length;
        if base & host_bits != 0 {
            return Err(InputError::BaseUnaligned);
        }
        let broadcast = base | host_bits;
        if first <= base || last >= broadcast || first > last {
            return Err(InputError::RangeOutside);
        }
        if gateway <= base || gateway >= broadcast {
            return Err(InputError::GatewayOutside);
        }
        Ok(Self {
            base,
            prefix_length,
            first,
            last,
            gateway,
        })
    }

    /// The network's own address.
    #[must_use]
    pub const fn base(&self) -> u32 {
        self.base
    }

    /// How many bits all addresses of the network share.
    #[must_use]
    pub const fn prefix_length(&self) -> u8 {
        self.prefix_length
    }

    /// The first address of the range.
    #[must_use]
    pub const fn first(&self) -> u32 {
        self.first
    }

    /// The last address of the range.
    #[must_use]
    pub const fn last(&self) -> u32 {
        self.last
    }

    /// The router's address.
    #[must_use]
    pub const fn gateway(&self) -> u32 {
        self.gateway
    }

    /// The lowest address that is not taken. `taken` has to be ascending.
    pub fn next_free(&self, taken: impl IntoIterator<Item = u32>) -> Option<u32> {
        let mut next = Some(self.skip_gateway(self.first));
        for taken in taken {
            match next {
                Some(address) if address == taken => {
                    // No host address is the greatest number there is.
                    next = address
                        .checked_add(1)
                        .map(|address| self.skip_gateway(address));
                }
                Some(address) if address > taken => {}
                _ => break,
            }
        }
        next.filter(|address| *address <= self.last)
    }

    /// The address, or the one behind it if it is the gateway's.
    const fn skip_gateway(&self, address: u32) -> u32 {
        if address == self.gateway {
            // The broadcast address, at most.
            address + 1
        } else {
            address
        }
    }
}
