//! A device of the host in a guest: PCI passthrough by way of VFIO.
//!
//! Handing a physical PCI device to a virtual machine is arithmetic on addresses, bookkeeping beside
//! the kernel's, and a guest that writes whatever it likes. The mistakes are of few kinds: a wrapped
//! end, a masked number, a state that two sides keep differently, something that stays behind when a
//! step fails. So every quantity is a type of its own that holds legal values only, every state has
//! one owner, and every change happens completely or not at all.
//!
//! # Where to begin
//!
//! [`PassthroughDevice`] is a whole device. Below it, each usable by itself: [`Container`] (mappings),
//! [`ConfigSpace`], [`BarWindows`] and [`AddressMap`] (registers), [`MsixRouting`] (interrupts),
//! [`GuestMemory`]. Beside it are [`DeviceSnapshot`] (its state as data), [`SharedDmaSpace`] (lookups by
//! several threads) and [`MsiRegisters`]. Under all of them is [`kernel`], the border to Linux, with a
//! simulation.
//!
//! # Invariants
//!
//! - Arithmetic never wraps: what does not fit is `None` or an error.
//! - The three address spaces do not mix. Only the identity map leads from one to another, and it
//!   is spelled out ([`Iova::from_gpa`]).
//! - A [`Range`] holds its last address, so the empty range cannot be built and the range that ends
//!   at the top of the address space can.
//! - Nothing here panics, whatever guest, device or kernel do.
//! - Errors have a `code()` that stays and a `help()` that says what to do next.
//!
//! # Not here
//!
//! Hypervisors: running processors, allocating memory, delivering interrupts. Bridges, alternative
//! routing identifiers, legacy interrupts, what a device keeps in itself.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0; PCI Express Base Specification (extended capabilities); the Linux
//! kernel's `include/uapi/linux/vfio.h` and `drivers/vfio`.

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
mod dirty;
mod dma;
mod error;
mod guest_layout;
mod guest_memory;
pub mod kernel;
mod msi;
mod msix;
mod page_size;
mod range;
mod region_index;
mod shared_space;
mod snapshot;

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
pub use dirty::DirtyBitmap;
pub use dma::{Access, DmaMap, DmaSpace};
pub use error::Error;
pub use guest_layout::{GuestLayout, ReservedWindow};
pub use guest_memory::{GuestMemory, RamRegion};
pub use msi::{MsiCapability, MsiError, MsiField, MsiMessage, MsiRegisters};
pub use msix::{
    GsiTable, MsixCapability, MsixEntry, MsixError, MsixMessage, MsixPlace, MsixRouting, MsixTable,
    MsixVectors, RaiseStep, Route, RouteSource, SharedVector, UnmaskStep, VectorState,
};
pub use page_size::PageSize;
pub use range::Range;
pub use region_index::RegionIndex;
pub use shared_space::{
    Held, LookupStep, SharedDmaError, SharedDmaSpace, SharedMapping, UnmapStep,
};
pub use snapshot::{DeviceSnapshot, MsixSnapshot, SnapshotError, WindowSnapshot};

/// The README's example, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
