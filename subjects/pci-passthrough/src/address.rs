//! Addresses of the three spaces that passthrough joins, one type each.
//!
//! The same 64 bits mean another place to the guest, to the virtual machine monitor and to the
//! device. A mapping call takes one of each, and nothing but its types keeps a caller from
//! swapping them.
//!
//! # Invariants
//!
//! - No operators and no `Deref`: arithmetic is checked, and its result stays in its space.
//! - The order is that of the numbers.
//! - One conversion between spaces exists, the identity map of guest memory to device addresses.
//!
//! # Not here
//!
//! Translation between guest and host addresses, which depends on a memory layout.

use std::fmt;

use crate::Alignment;

mod sealed {
    /// Keeps the address spaces to those of this module.
    pub trait Sealed {}
}

/// An address of one of the three spaces; lets [`Range`](crate::Range) be written once.
pub trait Address: sealed::Sealed + Copy + Ord + fmt::Debug {
    /// The address of that number.
    fn from_number(number: u64) -> Self;

    /// The number of the address.
    fn number(self) -> u64;
}

macro_rules! address_space {
    ($(#[$documentation:meta])* $name:ident) => {
        $(#[$documentation])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The address of that number.
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// The number of the address.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The address `bytes` above; `None` past the end of the space.
            pub fn checked_add(self, bytes: u64) -> Option<Self> {
                self.0.checked_add(bytes).map(Self)
            }

            /// The address `bytes` below; `None` before the start of the space.
            pub fn checked_sub(self, bytes: u64) -> Option<Self> {
                self.0.checked_sub(bytes).map(Self)
            }

            /// The greatest aligned address that is not above this one.
            pub const fn align_down(self, alignment: Alignment) -> Self {
                Self(alignment.round_down(self.0))
            }

            /// The least aligned address that is not below this one; `None` when the space ends
            /// before it.
            pub fn align_up(self, alignment: Alignment) -> Option<Self> {
                alignment.round_up(self.0).map(Self)
            }

            /// Whether the address is a multiple of the alignment.
            pub const fn is_aligned(self, alignment: Alignment) -> bool {
                alignment.divides(self.0)
            }
        }

        impl sealed::Sealed for $name {}

        impl Address for $name {
            fn from_number(number: u64) -> Self {
                Self(number)
            }

            fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            /// Hexadecimal, as addresses are read everywhere else.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:#x}", self.0)
            }
        }
    };
}

address_space! {
    /// A guest-physical address: where the guest's processor sees memory.
    Gpa
}

address_space! {
    /// A host-virtual address: where the virtual machine monitor sees the same memory.
    Hva
}

address_space! {
    /// An input/output virtual address: where the device sees it, on its side of the IOMMU.
    Iova
}

impl Iova {
    /// The device address of guest memory under the identity map, by which a guest's driver can
    /// hand its own addresses to the device.
    pub const fn from_gpa(address: Gpa) -> Self {
        Self(address.0)
    }

    /// The guest address that the identity map gave this device address.
    pub const fn identity_gpa(self) -> Gpa {
        Gpa(self.0)
    }
}

impl From<Gpa> for Iova {
    fn from(address: Gpa) -> Self {
        Self::from_gpa(address)
    }
}
