//! A kernel in pure Rust: the same rules and error numbers, no machine needed.
//!
//! It is what the properties run against, and what a virtual machine monitor can be tested with
//! where there is no device to give away.
//!
//! # Invariants
//!
//! - Deterministic: equal calls on equal kernels give equal answers. No clock, no random numbers,
//!   no addresses of this process.
//! - Handles are numbered in order of opening and are never used again.
//! - The call that was chosen to fail does nothing.
//!
//! # Not here
//!
//! Memory: devices read and write through mappings ([`SimKernel::device_access`]), but what they
//! read or write is not kept.

mod device;
mod type1;

use crate::kernel::{
    API_VERSION, DeviceHandle, DirtyRequest, Errno, EventHandle, GroupHandle, IommuInfo, IommuType,
    IrqData, IrqIndex, IrqInfo, IrqSet, MapRequest, RegionInfo, RegionPlace, UnmapRequest,
    VfioKernel,
};
use crate::{Access, Bdf, Iova, RegionIndex};
use device::Plugged;

pub use device::SimDevice;
pub use type1::{DmaFault, Type1, Type1Mapping, Type1Settings};

/// What is open in a simulated kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct OpenHandles {
    /// Groups.
    pub groups: usize,
    /// Groups in the container.
    pub attached: usize,
    /// Devices.
    pub devices: usize,
    /// Events.
    pub events: usize,
    /// Events that interrupts of devices are connected to.
    pub connected: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenGroup {
    handle: GroupHandle,
    number: u32,
    is_attached: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenDevice {
    handle: DeviceHandle,
    group: GroupHandle,
    plugged: usize,
}

/// The simulated kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimKernel {
    supported: Vec<IommuType>,
    settings: Type1Settings,
    iommu: Option<Type1>,
    plugged: Vec<Plugged>,
    groups: Vec<OpenGroup>,
    devices: Vec<OpenDevice>,
    events: Vec<EventHandle>,
    next_handle: u32,
    calls: u64,
    failing: Option<(u64, Errno)>,
}

impl SimKernel {
    /// A kernel without devices that offers both versions of the IOMMU.
    pub fn new(settings: Type1Settings) -> Self {
        Self {
            supported: vec![IommuType::Type1, IommuType::Type1v2],
            settings,
            iommu: None,
            plugged: Vec::new(),
            groups: Vec::new(),
            devices: Vec::new(),
            events: Vec::new(),
            next_handle: 1,
            calls: 0,
            failing: None,
        }
    }

    /// The same kernel offering only one version of the IOMMU.
    #[must_use]
    pub fn offering(mut self, iommu: IommuType) -> Self {
        self.supported = vec![iommu];
        self
    }

    /// Plugs a device in.
    pub fn plug(&mut self, device: SimDevice) {
        self.plugged.push(Plugged::new(device));
    }

    /// Lets a call fail: 0 is the next one. Closing does not count, since it cannot fail.
    pub fn fail_call(&mut self, calls_before: u64, errno: Errno) {
        self.failing = Some((self.calls.saturating_add(calls_before), errno));
    }

    /// Whether the call chosen to fail has been made.
    pub fn has_failed(&self) -> bool {
        self.failing.is_some_and(|(call, _)| call < self.calls)
    }

    /// How many calls were made, those that close not counted.
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// The mappings, once the IOMMU was chosen.
    pub const fn iommu(&self) -> Option<&Type1> {
        self.iommu.as_ref()
    }

    /// What is open.
    pub fn open_handles(&self) -> OpenHandles {
        let connected = |plugged: &Plugged| {
            let kinds = [IrqIndex::Intx, IrqIndex::Msi, IrqIndex::Msix];
            let events = kinds.iter().flat_map(|&kind| plugged.events(kind));
            events.flatten().count()
        };
        OpenHandles {
            groups: self.groups.len(),
            attached: self.groups.iter().filter(|group| group.is_attached).count(),
            devices: self.devices.len(),
            events: self.events.len(),
            connected: self.plugged.iter().map(connected).sum(),
        }
    }

    /// The events that a plugged device's interrupts of a kind are connected to, as many as are in
    /// use; empty for a device that is not plugged in.
    pub fn connected_events(&self, name: Bdf, index: IrqIndex) -> &[Option<EventHandle>] {
        let plugged = self.plugged.iter().find(|slot| slot.device.name == name);
        plugged.map_or(&[], |slot| slot.events(index))
    }

    /// `VFIO_DEVICE_SET_IRQS` with the record's own bytes, as a program in any language would ask. The
    /// file number of an event is its handle's.
    ///
    /// # Errors
    ///
    /// [`IrqSetError::errno`](crate::kernel::IrqSetError::errno) for bytes that are no request, and
    /// those of [`VfioKernel::set_irqs`].
    pub fn set_irqs_record(&mut self, device: DeviceHandle, record: &[u8]) -> Result<(), Errno> {
        self.enter()?;
        let set = IrqSet::decode(record, |file| {
            let event = EventHandle::new(u32::try_from(file).ok()?);
            self.events.contains(&event).then_some(event)
        })?;
        self.obey_irqs(device, &set)
    }

    fn obey_irqs(&mut self, device: DeviceHandle, set: &IrqSet) -> Result<(), Errno> {
        if let IrqData::Events(events) = &set.data {
            let mut named = events.iter().flatten();
            if named.any(|event| !self.events.contains(event)) {
                return Err(Errno::EBADF);
            }
        }
        self.device(device)?.set_irqs(set)
    }

    /// An open device reads or writes some bytes of memory by itself. That is no call.
    ///
    /// # Errors
    ///
    /// [`DmaFault`]; nothing is reached then.
    pub fn device_access(
        &mut self,
        device: DeviceHandle,
        first: Iova,
        bytes: u16,
        access: Access,
    ) -> Result<(), DmaFault> {
        self.device(device).map_err(|_| DmaFault::NoDevice)?;
        let iommu = self.working_iommu().map_err(|_| DmaFault::NoDevice)?;
        iommu.access(first, bytes, access)
    }

    /// Counts a call, and fails the one that was chosen.
    fn enter(&mut self) -> Result<(), Errno> {
        let call = self.calls;
        self.calls += 1;
        match self.failing {
            Some((failing, errno)) if failing == call => Err(errno),
            _ => Ok(()),
        }
    }

    fn new_handle(&mut self) -> u32 {
        let handle = self.next_handle;
        self.next_handle += 1;
        handle
    }

    fn group(&mut self, handle: GroupHandle) -> Result<&mut OpenGroup, Errno> {
        let mut groups = self.groups.iter_mut();
        groups
            .find(|group| group.handle == handle)
            .ok_or(Errno::EBADF)
    }

    fn device(&mut self, handle: DeviceHandle) -> Result<&mut Plugged, Errno> {
        let device = self.devices.iter().find(|device| device.handle == handle);
        let plugged = device.ok_or(Errno::EBADF)?.plugged;
        Ok(&mut self.plugged[plugged])
    }

    fn attached(&self) -> usize {
        self.groups.iter().filter(|group| group.is_attached).count()
    }

    fn working_iommu(&mut self) -> Result<&mut Type1, Errno> {
        self.iommu.as_mut().ok_or(Errno::EINVAL)
    }
}

impl VfioKernel for SimKernel {
    fn api_version(&mut self) -> Result<i32, Errno> {
        self.enter()?;
        Ok(API_VERSION)
    }

    fn supports(&mut self, iommu: IommuType) -> Result<bool, Errno> {
        self.enter()?;
        Ok(self.supported.contains(&iommu))
    }

    fn set_iommu(&mut self, iommu: IommuType) -> Result<(), Errno> {
        self.enter()?;
        if !self.supported.contains(&iommu) || self.iommu.is_some() || self.attached() == 0 {
            return Err(Errno::EINVAL);
        }
        self.iommu = Some(Type1::new(iommu, self.settings.clone())?);
        Ok(())
    }

    fn iommu_info(&mut self) -> Result<IommuInfo, Errno> {
        self.enter()?;
        Ok(self.working_iommu()?.info())
    }

    fn map_dma(&mut self, request: &MapRequest) -> Result<(), Errno> {
        self.enter()?;
        self.working_iommu()?.map(request)
    }

    fn unmap_dma(&mut self, request: &UnmapRequest) -> Result<u64, Errno> {
        self.enter()?;
        self.working_iommu()?.unmap(request)
    }

    fn start_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.enter()?;
        self.working_iommu()?.start_dirty_tracking()
    }

    fn stop_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.enter()?;
        self.working_iommu()?.stop_dirty_tracking()
    }

    fn dirty_pages(&mut self, request: &DirtyRequest, bitmap: &mut [u64]) -> Result<(), Errno> {
        self.enter()?;
        self.working_iommu()?.dirty_pages(request, bitmap)
    }

    fn unmap_dma_dirty(
        &mut self,
        request: &DirtyRequest,
        bitmap: &mut [u64],
    ) -> Result<u64, Errno> {
        self.enter()?;
        self.working_iommu()?.unmap_dirty(request, bitmap)
    }

    fn open_group(&mut self, number: u32) -> Result<GroupHandle, Errno> {
        self.enter()?;
        let mut plugged = self.plugged.iter();
        if !plugged.any(|plugged| plugged.device.group == number) {
            return Err(Errno::ENOENT);
        }
        if self.groups.iter().any(|group| group.number == number) {
            return Err(Errno::EBUSY);
        }
        let handle = GroupHandle::new(self.new_handle());
        self.groups.push(OpenGroup {
            handle,
            number,
            is_attached: false,
        });
        Ok(handle)
    }

    fn group_is_viable(&mut self, group: GroupHandle) -> Result<bool, Errno> {
        self.enter()?;
        self.group(group).map(|_| true)
    }

    fn attach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        self.enter()?;
        let group = self.group(group)?;
        if group.is_attached {
            return Err(Errno::EINVAL);
        }
        group.is_attached = true;
        Ok(())
    }

    fn detach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        self.enter()?;
        if self.devices.iter().any(|device| device.group == group) {
            return Err(Errno::EBUSY);
        }
        let group = self.group(group)?;
        if !group.is_attached {
            return Err(Errno::EINVAL);
        }
        group.is_attached = false;
        if self.attached() == 0
            && let Some(mut iommu) = self.iommu.take()
        {
            iommu.clear();
        }
        Ok(())
    }

    fn close_group(&mut self, group: GroupHandle) {
        self.groups.retain(|open| open.handle != group);
        if self.attached() == 0 {
            self.iommu = None;
        }
    }

    fn open_device(&mut self, group: GroupHandle, name: Bdf) -> Result<DeviceHandle, Errno> {
        self.enter()?;
        let OpenGroup {
            number,
            is_attached,
            ..
        } = *self.group(group)?;
        if !is_attached || self.iommu.is_none() {
            return Err(Errno::EINVAL);
        }
        let is_named =
            |plugged: &Plugged| plugged.device.group == number && plugged.device.name == name;
        let plugged = self
            .plugged
            .iter()
            .position(is_named)
            .ok_or(Errno::ENODEV)?;
        let handle = DeviceHandle::new(self.new_handle());
        self.devices.push(OpenDevice {
            handle,
            group,
            plugged,
        });
        Ok(handle)
    }

    fn close_device(&mut self, device: DeviceHandle) {
        let Some(place) = self.devices.iter().position(|open| open.handle == device) else {
            return;
        };
        let OpenDevice { plugged, .. } = self.devices.remove(place);
        let is_open = self.devices.iter().any(|open| open.plugged == plugged);
        if !is_open {
            self.plugged[plugged].reset();
        }
    }

    fn reset_device(&mut self, device: DeviceHandle) -> Result<(), Errno> {
        self.enter()?;
        self.device(device)?.reset();
        Ok(())
    }

    fn region_info(
        &mut self,
        device: DeviceHandle,
        region: RegionIndex,
    ) -> Result<RegionInfo, Errno> {
        self.enter()?;
        Ok(self.device(device)?.region_info(region))
    }

    fn read_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &mut [u8],
    ) -> Result<(), Errno> {
        self.enter()?;
        self.device(device)?.read(place, bytes)
    }

    fn write_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        self.enter()?;
        self.device(device)?.write(place, bytes)
    }

    fn irq_info(&mut self, device: DeviceHandle, index: IrqIndex) -> Result<IrqInfo, Errno> {
        self.enter()?;
        Ok(self.device(device)?.device.interrupts[index as usize])
    }

    fn set_irqs(&mut self, device: DeviceHandle, set: &IrqSet) -> Result<(), Errno> {
        self.enter()?;
        self.obey_irqs(device, set)
    }

    fn open_event(&mut self) -> Result<EventHandle, Errno> {
        self.enter()?;
        let handle = EventHandle::new(self.new_handle());
        self.events.push(handle);
        Ok(handle)
    }

    fn close_event(&mut self, event: EventHandle) {
        self.events.retain(|open| *open != event);
    }
}
