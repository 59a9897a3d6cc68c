//! The plain data types of PCI passthrough: addresses, ranges, device names, slots, guest memory.
//!
//! Handing a physical PCI device to a virtual machine is arithmetic on addresses and on names, and
//! the mistakes are of one kind: a wrapped end, a masked number, an address taken for one of
//! another space. So every quantity here is a type of its own that can hold legal values only; what
//! is illegal is refused where it is built, and nothing later has to check again.
//!
//! # Invariants
//!
//! - Arithmetic never wraps: what does not fit is `None` or an [`Error`].
//! - The three address spaces do not mix. Only the identity map leads from one to another, and it
//!   is spelled out ([`Iova::from_gpa`]).
//! - A [`Range`] holds its last address, so the empty range cannot be built and the range that ends
//!   at the top of the address space can.
//! - Text is read exactly: a [`Bdf`] is never made from text that its grammar does not hold.
//! - Nothing here panics, whatever the input.
//!
//! # Not here
//!
//! Devices, kernels and state: configuration space, BAR sizing, MSI-X and DMA mappings.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.1 (header type 0); the Linux kernel's
//! `include/uapi/linux/vfio.h` (region numbers) and its sysfs names of PCI devices.

#![cfg_attr(not(feature = "vfio"), forbid(unsafe_code))]

mod address;
mod alignment;
mod bar;
mod bar_slot;
mod bdf;
mod config;
mod container;
mod device;
mod device_ids;
mod dma;
mod error;
mod guest_layout;
mod guest_memory;
pub mod kernel;
mod msix;
mod page_size;
mod range;
mod region_index;

#[cfg(test)]
mod properties;

pub use address::{Address, Gpa, Hva, Iova};
pub use alignment::Alignment;
pub use bar::{
    AddressMap, AddressPool, Area, Bar, BarError, BarKind, BarRegisters, BarWindows, Bars, Bus,
    BusOwner, mappable_areas,
};
pub use bar_slot::BarSlot;
pub use bdf::Bdf;
pub use config::{
    Capability, ConfigChange, ConfigSpace, extended_capabilities, standard_capabilities,
};
pub use container::{Container, ContainerError};
pub use device::{DeviceError, Machine, PassthroughDevice};
pub use device_ids::DeviceIds;
pub use dma::{Access, DmaMap, DmaSpace};
pub use error::Error;
pub use guest_layout::{GuestLayout, ReservedWindow};
pub use guest_memory::{GuestMemory, RamRegion};
pub use msix::{
    GsiTable, MsixCapability, MsixEntry, MsixError, MsixMessage, MsixPlace, MsixRouting, MsixTable,
    MsixVectors, RaiseStep, Route, RouteSource, SharedVector, UnmaskStep, VectorState,
};
pub use page_size::PageSize;
pub use range::Range;
pub use region_index::RegionIndex;
