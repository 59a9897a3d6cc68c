//! MSI: interrupts that a device sends as writes to one address, with a number in the data.
//!
//! The older sibling of MSI-X. There is no table: [`MsiCapability`] is what a device tells (how many
//! vectors, which registers there are), [`MsiRegisters`] is what the guest sets and when a message
//! is sent.
//!
//! # Not here
//!
//! Showing it to a guest: in a [`ConfigSpace`](crate::ConfigSpace) the capability is a read-only
//! copy, as a device with MSI-X needs no MSI. Who wants both hands the accesses to the capability's
//! bytes to [`MsiRegisters`]. Extended message data (bits 9 and 10 of message control) is not known.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.8.1.

mod capability;
mod error;
mod registers;

pub use capability::{MsiCapability, MsiField};
pub use error::MsiError;
pub use registers::{MsiMessage, MsiRegisters};
