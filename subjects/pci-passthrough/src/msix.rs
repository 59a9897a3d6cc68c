//! MSI-X: interrupts that a device sends as writes to memory.
//!
//! Two layers. [`MsixTable`] is what the guest sees: a table of messages, masks and pending bits, by
//! the rules of the specification. [`MsixVectors`] is what the host has: for each vector an event
//! and an interrupt line of the guest, or none. [`MsixRouting`] keeps the second in the state that
//! the first asks for.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.8.2; the form of messages is that of the *Intel 64 and
//! IA-32 Architectures Software Developer's Manual*, volume 3, section "Message Signalled
//! Interrupts".

mod capability;
mod error;
mod gsi;
mod routing;
mod shared;
mod table;
mod vectors;

pub use capability::{MsixCapability, MsixPlace};
pub use error::MsixError;
pub use gsi::GsiTable;
pub use routing::{MsixRouting, RouteSource};
pub use shared::{RaiseStep, SharedVector, UnmaskStep};
pub use table::{MsixEntry, MsixMessage, MsixTable};
pub use vectors::{MsixVectors, Route, VectorState};
