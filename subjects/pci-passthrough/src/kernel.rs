//! The border to the kernel, as a trait with three back ends.
//!
//! Everything that this library wants from Linux goes through [`VfioKernel`]. [`SimKernel`] is a
//! complete, deterministic stand-in that says what the kernel would say; `RealKernel` (feature
//! `vfio`) asks `/dev/vfio`; [`RecordKernel`] wraps either and writes down what was asked and
//! answered, so that a session on real hardware can be held against the simulation.
//!
//! # Invariants
//!
//! - A call that returns an error has changed nothing.
//! - Closing cannot fail, as `close(2)` cannot be undone either.
//!
//! # Not here
//!
//! The state of a device's own memory (`VFIO_DEVICE_FEATURE_MIGRATION`), and the newer interface of
//! `iommufd`.
//!
//! # Source
//!
//! `include/uapi/linux/vfio.h` and `Documentation/driver-api/vfio.rst`, Linux.

mod errno;
mod irq_record;
#[cfg(feature = "vfio")]
mod real;
mod record;
mod requests;
mod sim;

use crate::{Bdf, RegionIndex};

pub use errno::Errno;
pub use irq_record::IrqSetError;
#[cfg(feature = "vfio")]
pub use real::RealKernel;
pub use record::{Answer, Call, Log, RecordKernel, ReplayError, replay};
pub use requests::{
    API_VERSION, DeviceHandle, DirtyLimits, DirtyRequest, EventHandle, GroupHandle, IommuInfo,
    IommuType, IrqAction, IrqData, IrqIndex, IrqInfo, IrqSet, MAP_READ, MAP_VADDR, MAP_WRITE,
    MapRequest, RegionInfo, RegionPlace, UNMAP_ALL, UnmapRequest,
};
pub use sim::{DmaFault, OpenHandles, SimDevice, SimKernel, Type1, Type1Mapping, Type1Settings};

/// One container of VFIO, with the groups, devices and events that are used with it.
///
/// Every method returns the kernel's error number when it refuses.
#[expect(
    clippy::missing_errors_doc,
    reason = "the same for all, said above: what the kernel refuses"
)]
pub trait VfioKernel {
    /// The version of the interface; [`API_VERSION`] is the one understood here.
    fn api_version(&mut self) -> Result<i32, Errno>;

    /// Whether the kernel offers that type of IOMMU.
    fn supports(&mut self, iommu: IommuType) -> Result<bool, Errno>;

    /// Chooses how mappings behave. A group has to be attached before.
    fn set_iommu(&mut self, iommu: IommuType) -> Result<(), Errno>;

    /// Page sizes, mappable ranges and the budget.
    fn iommu_info(&mut self) -> Result<IommuInfo, Errno>;

    /// Lets devices reach memory.
    fn map_dma(&mut self, request: &MapRequest) -> Result<(), Errno>;

    /// Takes mappings away; the number of bytes that vanished, modulo 2^64, which need not be the
    /// number asked for.
    fn unmap_dma(&mut self, request: &UnmapRequest) -> Result<u64, Errno>;

    /// Starts to track which pages devices write.
    fn start_dirty_tracking(&mut self) -> Result<(), Errno>;

    /// Stops tracking, and forgets what was written.
    fn stop_dirty_tracking(&mut self) -> Result<(), Errno>;

    /// Tells which pages of a range, which must cut no mapping, were written since they were last
    /// asked for: a bit for each, the first page in the first word's lowest. Bits behind the last
    /// page are cleared; a refused call leaves the bitmap as it was.
    fn dirty_pages(&mut self, request: &DirtyRequest, bitmap: &mut [u64]) -> Result<(), Errno>;

    /// The same together with unmapping the range, so that no write falls between the two; the
    /// number of bytes that vanished, modulo 2^64.
    fn unmap_dma_dirty(&mut self, request: &DirtyRequest, bitmap: &mut [u64])
    -> Result<u64, Errno>;

    /// Opens a group by its number.
    fn open_group(&mut self, number: u32) -> Result<GroupHandle, Errno>;

    /// Whether every device of the group is bound to a driver that lets go of it.
    fn group_is_viable(&mut self, group: GroupHandle) -> Result<bool, Errno>;

    /// Puts the group into the container.
    fn attach_group(&mut self, group: GroupHandle) -> Result<(), Errno>;

    /// Takes the group out of the container. With the last group, every mapping goes.
    fn detach_group(&mut self, group: GroupHandle) -> Result<(), Errno>;

    /// Closes the group.
    fn close_group(&mut self, group: GroupHandle);

    /// Opens a device of an attached group.
    fn open_device(&mut self, group: GroupHandle, name: Bdf) -> Result<DeviceHandle, Errno>;

    /// Closes the device.
    fn close_device(&mut self, device: DeviceHandle);

    /// Brings the device to its state after power-on.
    fn reset_device(&mut self, device: DeviceHandle) -> Result<(), Errno>;

    /// What a region is like.
    fn region_info(
        &mut self,
        device: DeviceHandle,
        region: RegionIndex,
    ) -> Result<RegionInfo, Errno>;

    /// Fills `bytes` from a region.
    fn read_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &mut [u8],
    ) -> Result<(), Errno>;

    /// Writes `bytes` to a region.
    fn write_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &[u8],
    ) -> Result<(), Errno>;

    /// What a kind of interrupt is like.
    fn irq_info(&mut self, device: DeviceHandle, index: IrqIndex) -> Result<IrqInfo, Errno>;

    /// Connects, masks or signals interrupts.
    fn set_irqs(&mut self, device: DeviceHandle, set: &IrqSet) -> Result<(), Errno>;

    /// Opens an event.
    fn open_event(&mut self) -> Result<EventHandle, Errno>;

    /// Closes an event.
    fn close_event(&mut self, event: EventHandle);
}
