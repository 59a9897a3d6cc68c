//! A kernel that writes down what it was asked and what it answered, and the replay of that.
//!
//! A log of real hardware replayed on the simulation tells where the two disagree.
//!
//! # Invariants
//!
//! - The log holds every call in order, refused ones too, and nothing else.
//! - Wrapping changes no answer.

use std::fmt;

use crate::kernel::{
    DeviceHandle, DirtyRequest, Errno, EventHandle, GroupHandle, IommuInfo, IommuType, IrqIndex,
    IrqInfo, IrqSet, MapRequest, RegionInfo, RegionPlace, UnmapRequest, VfioKernel,
};
use crate::{Bdf, RegionIndex};

/// One call to the kernel, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the method of `VfioKernel` of that name"
)]
pub enum Call {
    ApiVersion,
    Supports(IommuType),
    SetIommu(IommuType),
    IommuInfo,
    MapDma(MapRequest),
    UnmapDma(UnmapRequest),
    StartDirtyTracking,
    StopDirtyTracking,
    DirtyPages(DirtyRequest, usize),
    UnmapDmaDirty(DirtyRequest, usize),
    OpenGroup(u32),
    GroupIsViable(GroupHandle),
    AttachGroup(GroupHandle),
    DetachGroup(GroupHandle),
    CloseGroup(GroupHandle),
    OpenDevice(GroupHandle, Bdf),
    CloseDevice(DeviceHandle),
    ResetDevice(DeviceHandle),
    RegionInfo(DeviceHandle, RegionIndex),
    ReadRegion(DeviceHandle, RegionPlace, usize),
    WriteRegion(DeviceHandle, RegionPlace, Vec<u8>),
    IrqInfo(DeviceHandle, IrqIndex),
    SetIrqs(DeviceHandle, IrqSet),
    OpenEvent,
    CloseEvent(EventHandle),
}

/// What the kernel answered to a [`Call`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is what the methods of `VfioKernel` return"
)]
pub enum Answer {
    Done,
    Refused(Errno),
    Version(i32),
    Flag(bool),
    Bytes(u64),
    Bitmap(Vec<u64>),
    Unmapped(u64, Vec<u64>),
    Iommu(IommuInfo),
    Group(GroupHandle),
    Device(DeviceHandle),
    Region(RegionInfo),
    Content(Vec<u8>),
    Interrupts(IrqInfo),
    Event(EventHandle),
}

impl Answer {
    fn of<T>(result: Result<T, Errno>, wrap: impl FnOnce(T) -> Self) -> Self {
        match result {
            Ok(value) => wrap(value),
            Err(errno) => Self::Refused(errno),
        }
    }
}

impl Call {
    /// Makes the call.
    pub fn make(&self, kernel: &mut impl VfioKernel) -> Answer {
        let done = |()| Answer::Done;
        match self {
            Self::ApiVersion => Answer::of(kernel.api_version(), Answer::Version),
            Self::Supports(iommu) => Answer::of(kernel.supports(*iommu), Answer::Flag),
            Self::SetIommu(iommu) => Answer::of(kernel.set_iommu(*iommu), done),
            Self::IommuInfo => Answer::of(kernel.iommu_info(), Answer::Iommu),
            Self::MapDma(request) => Answer::of(kernel.map_dma(request), done),
            Self::UnmapDma(request) => Answer::of(kernel.unmap_dma(request), Answer::Bytes),
            Self::StartDirtyTracking => Answer::of(kernel.start_dirty_tracking(), done),
            Self::StopDirtyTracking => Answer::of(kernel.stop_dirty_tracking(), done),
            Self::DirtyPages(request, words) => {
                let mut bitmap = vec![0; *words];
                let result = kernel.dirty_pages(request, &mut bitmap);
                Answer::of(result, |()| Answer::Bitmap(bitmap))
            }
            Self::UnmapDmaDirty(request, words) => {
                let mut bitmap = vec![0; *words];
                let result = kernel.unmap_dma_dirty(request, &mut bitmap);
                Answer::of(result, |bytes| Answer::Unmapped(bytes, bitmap))
            }
            Self::OpenGroup(number) => Answer::of(kernel.open_group(*number), Answer::Group),
            Self::GroupIsViable(group) => Answer::of(kernel.group_is_viable(*group), Answer::Flag),
            Self::AttachGroup(group) => Answer::of(kernel.attach_group(*group), done),
            Self::DetachGroup(group) => Answer::of(kernel.detach_group(*group), done),
            Self::CloseGroup(group) => {
                kernel.close_group(*group);
                Answer::Done
            }
            Self::OpenDevice(group, name) => {
                Answer::of(kernel.open_device(*group, *name), Answer::Device)
            }
            Self::CloseDevice(device) => {
                kernel.close_device(*device);
                Answer::Done
            }
            Self::ResetDevice(device) => Answer::of(kernel.reset_device(*device), done),
            Self::RegionInfo(device, region) => {
                Answer::of(kernel.region_info(*device, *region), Answer::Region)
            }
            Self::ReadRegion(device, place, length) => {
                let mut bytes = vec![0; *length];
                let result = kernel.read_region(*device, *place, &mut bytes);
                Answer::of(result, |()| Answer::Content(bytes))
            }
            Self::WriteRegion(device, place, bytes) => {
                Answer::of(kernel.write_region(*device, *place, bytes), done)
            }
            Self::IrqInfo(device, index) => {
                Answer::of(kernel.irq_info(*device, *index), Answer::Interrupts)
            }
            Self::SetIrqs(device, set) => Answer::of(kernel.set_irqs(*device, set), done),
            Self::OpenEvent => Answer::of(kernel.open_event(), Answer::Event),
            Self::CloseEvent(event) => {
                kernel.close_event(*event);
                Answer::Done
            }
        }
    }
}

/// Calls with their answers, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// What was asked, and what was answered.
    pub entries: Vec<(Call, Answer)>,
}

/// A kernel that answers otherwise than a log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayError {
    /// Which call of the log it was.
    pub position: usize,
    /// The call.
    pub call: Call,
    /// What the log says.
    pub recorded: Answer,
    /// What the kernel says.
    pub given: Answer,
}

impl ReplayError {
    /// A stable name.
    pub const fn code(&self) -> &'static str {
        "kernel/replay-differs"
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        "start both kernels with the same devices and settings; if they were, one of them is wrong"
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            position,
            call,
            recorded,
            given,
        } = self;
        write!(
            f,
            "call {position}, {call:?}, was recorded as {recorded:?} and now gives {given:?}"
        )
    }
}

impl std::error::Error for ReplayError {}

/// Makes every call of the log on the kernel.
///
/// # Errors
///
/// [`ReplayError`] at the first answer that is not the recorded one.
pub fn replay(log: &Log, kernel: &mut impl VfioKernel) -> Result<(), Box<ReplayError>> {
    for (position, (call, recorded)) in log.entries.iter().enumerate() {
        let given = call.make(kernel);
        if given != *recorded {
            return Err(Box::new(ReplayError {
                position,
                call: call.clone(),
                recorded: recorded.clone(),
                given,
            }));
        }
    }
    Ok(())
}

/// A kernel that keeps a log.
#[derive(Debug, Clone)]
pub struct RecordKernel<K> {
    kernel: K,
    log: Log,
}

impl<K: VfioKernel> RecordKernel<K> {
    /// Starts an empty log.
    pub fn new(kernel: K) -> Self {
        Self {
            kernel,
            log: Log::default(),
        }
    }

    /// The log so far.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The kernel that answers.
    pub const fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The kernel that answers, for what is no call: a simulated device, for one.
    pub const fn kernel_mut(&mut self) -> &mut K {
        &mut self.kernel
    }

    /// The kernel and the log.
    pub fn into_parts(self) -> (K, Log) {
        (self.kernel, self.log)
    }

    fn ask<T>(
        &mut self,
        call: Call,
        unwrap: impl FnOnce(&Answer) -> Option<T>,
    ) -> Result<T, Errno> {
        let answer = call.make(&mut self.kernel);
        let result = match &answer {
            Answer::Refused(errno) => Err(*errno),
            other => Ok(unwrap(other).expect("each call has one kind of answer")),
        };
        self.log.entries.push((call, answer));
        result
    }

    fn tell(&mut self, call: Call) -> Result<(), Errno> {
        self.ask(call, |_| Some(()))
    }
}

/// Takes the content out of one kind of answer.
macro_rules! only {
    ($kind:ident) => {
        |answer| match answer {
            Answer::$kind(content) => Some(content.clone()),
            _ => None,
        }
    };
}

impl<K: VfioKernel> VfioKernel for RecordKernel<K> {
    fn api_version(&mut self) -> Result<i32, Errno> {
        self.ask(Call::ApiVersion, only!(Version))
    }

    fn supports(&mut self, iommu: IommuType) -> Result<bool, Errno> {
        self.ask(Call::Supports(iommu), only!(Flag))
    }

    fn set_iommu(&mut self, iommu: IommuType) -> Result<(), Errno> {
        self.tell(Call::SetIommu(iommu))
    }

    fn iommu_info(&mut self) -> Result<IommuInfo, Errno> {
        self.ask(Call::IommuInfo, only!(Iommu))
    }

    fn map_dma(&mut self, request: &MapRequest) -> Result<(), Errno> {
        self.tell(Call::MapDma(*request))
    }

    fn unmap_dma(&mut self, request: &UnmapRequest) -> Result<u64, Errno> {
        self.ask(Call::UnmapDma(*request), only!(Bytes))
    }

    fn start_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.tell(Call::StartDirtyTracking)
    }

    fn stop_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.tell(Call::StopDirtyTracking)
    }

    fn dirty_pages(&mut self, request: &DirtyRequest, bitmap: &mut [u64]) -> Result<(), Errno> {
        let call = Call::DirtyPages(*request, bitmap.len());
        let words = self.ask(call, only!(Bitmap))?;
        bitmap.copy_from_slice(&words);
        Ok(())
    }

    fn unmap_dma_dirty(
        &mut self,
        request: &DirtyRequest,
        bitmap: &mut [u64],
    ) -> Result<u64, Errno> {
        let call = Call::UnmapDmaDirty(*request, bitmap.len());
        let (bytes, words) = self.ask(call, |answer| match answer {
            Answer::Unmapped(bytes, words) => Some((*bytes, words.clone())),
            _ => None,
        })?;
        bitmap.copy_from_slice(&words);
        Ok(bytes)
    }

    fn open_group(&mut self, number: u32) -> Result<GroupHandle, Errno> {
        self.ask(Call::OpenGroup(number), only!(Group))
    }

    fn group_is_viable(&mut self, group: GroupHandle) -> Result<bool, Errno> {
        self.ask(Call::GroupIsViable(group), only!(Flag))
    }

    fn attach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        self.tell(Call::AttachGroup(group))
    }

    fn detach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        self.tell(Call::DetachGroup(group))
    }

    fn close_group(&mut self, group: GroupHandle) {
        // Closing is never refused.
        let _ = self.tell(Call::CloseGroup(group));
    }

    fn open_device(&mut self, group: GroupHandle, name: Bdf) -> Result<DeviceHandle, Errno> {
        self.ask(Call::OpenDevice(group, name), only!(Device))
    }

    fn close_device(&mut self, device: DeviceHandle) {
        let _ = self.tell(Call::CloseDevice(device));
    }

    fn reset_device(&mut self, device: DeviceHandle) -> Result<(), Errno> {
        self.tell(Call::ResetDevice(device))
    }

    fn region_info(
        &mut self,
        device: DeviceHandle,
        region: RegionIndex,
    ) -> Result<RegionInfo, Errno> {
        self.ask(Call::RegionInfo(device, region), only!(Region))
    }

    fn read_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &mut [u8],
    ) -> Result<(), Errno> {
        let content = self.ask(Call::ReadRegion(device, place, bytes.len()), only!(Content))?;
        bytes.copy_from_slice(&content);
        Ok(())
    }

    fn write_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        self.tell(Call::WriteRegion(device, place, bytes.to_vec()))
    }

    fn irq_info(&mut self, device: DeviceHandle, index: IrqIndex) -> Result<IrqInfo, Errno> {
        self.ask(Call::IrqInfo(device, index), only!(Interrupts))
    }

    fn set_irqs(&mut self, device: DeviceHandle, set: &IrqSet) -> Result<(), Errno> {
        self.tell(Call::SetIrqs(device, set.clone()))
    }

    fn open_event(&mut self) -> Result<EventHandle, Errno> {
        self.ask(Call::OpenEvent, only!(Event))
    }

    fn close_event(&mut self, event: EventHandle) {
        let _ = self.tell(Call::CloseEvent(event));
    }
}
