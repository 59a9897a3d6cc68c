//! The kernel of this machine, by way of `/dev/vfio`.
//!
//! The records and numbers are those of the crate `vfio-bindings`. The calls themselves are made
//! here and not by `vfio-ioctls`, which keeps back two things that this library is about: the number
//! of bytes that an unmap took away, and the error number where a group or an interrupt is refused.
//!
//! # Invariants
//!
//! - Every handle is a file of its own, closed once.
//! - Every buffer that the kernel fills is as long as it was told.
//!
//! # Source
//!
//! `include/uapi/linux/vfio.h`, Linux.

#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::fs::FileExt;

use vfio_bindings::bindings::vfio::{
    VFIO_BASE, VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, VFIO_GROUP_FLAGS_VIABLE,
    VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, VFIO_IOMMU_DIRTY_PAGES_FLAG_START,
    VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP, VFIO_IRQ_INFO_NORESIZE, VFIO_REGION_INFO_FLAG_MMAP,
    VFIO_REGION_INFO_FLAG_READ, VFIO_REGION_INFO_FLAG_WRITE, VFIO_TYPE, vfio_bitmap,
    vfio_group_status, vfio_iommu_type1_dirty_bitmap, vfio_iommu_type1_dirty_bitmap_get,
    vfio_iommu_type1_dma_map, vfio_iommu_type1_dma_unmap, vfio_irq_info, vfio_region_info,
};
use vmm_sys_util::eventfd::EventFd;
use vmm_sys_util::ioctl::{
    ioctl, ioctl_with_mut_ptr, ioctl_with_mut_ref, ioctl_with_ptr, ioctl_with_ref, ioctl_with_val,
};

use crate::kernel::{
    DeviceHandle, DirtyLimits, DirtyRequest, Errno, EventHandle, GroupHandle, IommuInfo, IommuType,
    IrqIndex, IrqInfo, IrqSet, MapRequest, RegionInfo, RegionPlace, UnmapRequest, VfioKernel,
};
use crate::{Bdf, Iova, Range, RegionIndex};

/// The node of containers.
const CONTAINER: &str = "/dev/vfio/vfio";

/// The numbers of the calls, counted from the interface's base.
const API_VERSION: u32 = 0;
const CHECK_EXTENSION: u32 = 1;
const SET_IOMMU: u32 = 2;
const GROUP_STATUS: u32 = 3;
const GROUP_SET_CONTAINER: u32 = 4;
const GROUP_UNSET_CONTAINER: u32 = 5;
const GROUP_DEVICE: u32 = 6;
const REGION_INFO: u32 = 8;
const IRQ_INFO: u32 = 9;
const SET_IRQS: u32 = 10;
const RESET: u32 = 11;
const IOMMU_INFO: u32 = 12;
const MAP: u32 = 13;
const UNMAP: u32 = 14;
const DIRTY_PAGES: u32 = 17;

/// The bytes that are offered for what the IOMMU tells about itself.
const IOMMU_INFO_BYTES: usize = 8192;

/// The request number of a call.
fn request(call: u32) -> std::ffi::c_ulong {
    u64::from(VFIO_TYPE) << 8 | u64::from(VFIO_BASE + call)
}

/// What a call returned, or why it was refused.
fn answer(returned: i32) -> Result<i32, Errno> {
    if returned < 0 {
        return Err(errno(&io::Error::last_os_error()));
    }
    Ok(returned)
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::new)
}

fn bytes_of<T>() -> u32 {
    size_of::<T>() as u32
}

/// The record of `VFIO_IOMMU_DIRTY_PAGES` that asks for written pages.
#[repr(C)]
struct GetDirtyPages {
    header: vfio_iommu_type1_dirty_bitmap,
    range: vfio_iommu_type1_dirty_bitmap_get,
}

/// The record of `VFIO_IOMMU_UNMAP_DMA` that asks for written pages, too.
#[repr(C)]
struct UnmapDirtyPages {
    unmap: vfio_iommu_type1_dma_unmap,
    bitmap: vfio_bitmap,
}

/// A bitmap for the kernel to fill: as many words, whose place it is told.
fn bitmap_record(page_bytes: u64, words: &mut [u64]) -> vfio_bitmap {
    vfio_bitmap {
        pgsize: page_bytes,
        size: words.len() as u64 * 8,
        data: words.as_mut_ptr(),
    }
}

/// This machine's kernel.
#[derive(Debug)]
pub struct RealKernel {
    container: File,
    groups: BTreeMap<GroupHandle, File>,
    devices: BTreeMap<DeviceHandle, File>,
    events: BTreeMap<EventHandle, EventFd>,
    next_handle: u32,
}

impl RealKernel {
    /// Whether this machine has VFIO at all.
    pub fn is_present() -> bool {
        std::path::Path::new(CONTAINER).exists()
    }

    /// Opens a container.
    ///
    /// # Errors
    ///
    /// What the kernel says when the node is opened.
    ///
    /// # Safety
    ///
    /// - Every [`MapRequest`] made of this kernel names host memory that outlives the mapping, and
    ///   that this process meanwhile reads and writes in no other way than by volatile or atomic
    ///   accesses: devices reach it at any time.
    pub unsafe fn open() -> Result<Self, Errno> {
        let opened = OpenOptions::new().read(true).write(true).open(CONTAINER);
        Ok(Self {
            container: opened.map_err(|error| errno(&error))?,
            groups: BTreeMap::new(),
            devices: BTreeMap::new(),
            events: BTreeMap::new(),
            next_handle: 1,
        })
    }

    /// The file of an event, to be given to a hypervisor.
    pub fn event(&self, event: EventHandle) -> Option<&EventFd> {
        self.events.get(&event)
    }

    fn new_handle(&mut self) -> u32 {
        let handle = self.next_handle;
        self.next_handle += 1;
        handle
    }

    fn group(&self, group: GroupHandle) -> Result<&File, Errno> {
        self.groups.get(&group).ok_or(Errno::EBADF)
    }

    fn device(&self, device: DeviceHandle) -> Result<&File, Errno> {
        self.devices.get(&device).ok_or(Errno::EBADF)
    }

    fn raw_region_info(
        &self,
        device: DeviceHandle,
        region: RegionIndex,
    ) -> Result<vfio_region_info, Errno> {
        let mut info = vfio_region_info {
            argsz: bytes_of::<vfio_region_info>(),
            index: region.get(),
            ..Default::default()
        };
        let device = self.device(device)?;
        // SAFETY: the record is of the call's type, writable, and tells its own length.
        answer(unsafe { ioctl_with_mut_ref(device, request(REGION_INFO), &mut info) })?;
        Ok(info)
    }

    /// Starts or stops tracking.
    fn set_dirty_tracking(&self, flags: u32) -> Result<(), Errno> {
        let record = vfio_iommu_type1_dirty_bitmap {
            argsz: bytes_of::<vfio_iommu_type1_dirty_bitmap>(),
            flags,
            ..Default::default()
        };
        // SAFETY: the record is of the call's type, and these two flags read no more than it.
        answer(unsafe { ioctl_with_ref(&self.container, request(DIRTY_PAGES), &record) }).map(drop)
    }

    /// Where a place of a region is in the device's file.
    fn file_offset(&self, device: DeviceHandle, place: RegionPlace) -> Result<u64, Errno> {
        let info = self.raw_region_info(device, place.region)?;
        info.offset.checked_add(place.offset).ok_or(Errno::EINVAL)
    }
}

impl VfioKernel for RealKernel {
    fn api_version(&mut self) -> Result<i32, Errno> {
        // SAFETY: the call takes nothing.
        answer(unsafe { ioctl(&self.container, request(API_VERSION)) })
    }

    fn supports(&mut self, iommu: IommuType) -> Result<bool, Errno> {
        let extension = iommu.extension().into();
        // SAFETY: the call takes a number.
        let returned =
            unsafe { ioctl_with_val(&self.container, request(CHECK_EXTENSION), extension) };
        Ok(answer(returned)? != 0)
    }

    fn set_iommu(&mut self, iommu: IommuType) -> Result<(), Errno> {
        let kind = iommu.extension().into();
        // SAFETY: the call takes a number.
        answer(unsafe { ioctl_with_val(&self.container, request(SET_IOMMU), kind) }).map(drop)
    }

    fn iommu_info(&mut self) -> Result<IommuInfo, Errno> {
        let mut words = vec![0_u64; IOMMU_INFO_BYTES / 8];
        words[0] = IOMMU_INFO_BYTES as u64;
        let record = words.as_mut_ptr();
        // SAFETY: the buffer is writable, aligned for the record, and as long as its first field
        // says.
        answer(unsafe { ioctl_with_mut_ptr(&self.container, request(IOMMU_INFO), record) })?;
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        Ok(read_iommu_info(&bytes))
    }

    fn map_dma(&mut self, map: &MapRequest) -> Result<(), Errno> {
        let record = vfio_iommu_type1_dma_map {
            argsz: bytes_of::<vfio_iommu_type1_dma_map>(),
            flags: map.flags,
            vaddr: map.vaddr,
            iova: map.iova,
            size: map.size,
        };
        // SAFETY: the record is of the call's type. The memory that it names is the promise of who
        // opened this kernel.
        answer(unsafe { ioctl_with_ref(&self.container, request(MAP), &record) }).map(drop)
    }

    fn unmap_dma(&mut self, unmap: &UnmapRequest) -> Result<u64, Errno> {
        let mut record = vfio_iommu_type1_dma_unmap {
            argsz: bytes_of::<vfio_iommu_type1_dma_unmap>(),
            flags: unmap.flags,
            iova: unmap.iova,
            size: unmap.size,
            ..Default::default()
        };
        // SAFETY: the record is of the call's type and writable.
        answer(unsafe { ioctl_with_mut_ref(&self.container, request(UNMAP), &mut record) })?;
        Ok(record.size)
    }

    fn start_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.set_dirty_tracking(VFIO_IOMMU_DIRTY_PAGES_FLAG_START)
    }

    fn stop_dirty_tracking(&mut self) -> Result<(), Errno> {
        self.set_dirty_tracking(VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP)
    }

    fn dirty_pages(&mut self, dirty: &DirtyRequest, bitmap: &mut [u64]) -> Result<(), Errno> {
        // The kernel sets bits where mappings are, and leaves gaps as they were.
        let mut words = vec![0; bitmap.len()];
        let record = GetDirtyPages {
            header: vfio_iommu_type1_dirty_bitmap {
                argsz: bytes_of::<GetDirtyPages>(),
                flags: VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP,
                ..Default::default()
            },
            range: vfio_iommu_type1_dirty_bitmap_get {
                iova: dirty.iova,
                size: dirty.size,
                bitmap: bitmap_record(dirty.page_bytes, &mut words),
            },
        };
        // SAFETY: the record is of the call's type and tells its own length; the buffer that it
        // names is writable, as long as it says, and outlives the call.
        answer(unsafe { ioctl_with_ref(&self.container, request(DIRTY_PAGES), &record) })?;
        bitmap.copy_from_slice(&words);
        Ok(())
    }

    fn unmap_dma_dirty(&mut self, dirty: &DirtyRequest, bitmap: &mut [u64]) -> Result<u64, Errno> {
        let mut words = vec![0; bitmap.len()];
        let mut record = UnmapDirtyPages {
            unmap: vfio_iommu_type1_dma_unmap {
                argsz: bytes_of::<UnmapDirtyPages>(),
                flags: VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
                iova: dirty.iova,
                size: dirty.size,
                ..Default::default()
            },
            bitmap: bitmap_record(dirty.page_bytes, &mut words),
        };
        // SAFETY: the record is of the call's type, writable, and tells its own length; the buffer
        // that it names is writable, as long as it says, and outlives the call.
        answer(unsafe { ioctl_with_mut_ref(&self.container, request(UNMAP), &mut record) })?;
        bitmap.copy_from_slice(&words);
        Ok(record.unmap.size)
    }

    fn open_group(&mut self, number: u32) -> Result<GroupHandle, Errno> {
        let node = format!("/dev/vfio/{number}");
        let opened = OpenOptions::new().read(true).write(true).open(node);
        let file = opened.map_err(|error| errno(&error))?;
        let handle = GroupHandle::new(self.new_handle());
        self.groups.insert(handle, file);
        Ok(handle)
    }

    fn group_is_viable(&mut self, group: GroupHandle) -> Result<bool, Errno> {
        let mut status = vfio_group_status {
            argsz: bytes_of::<vfio_group_status>(),
            ..Default::default()
        };
        let group = self.group(group)?;
        // SAFETY: the record is of the call's type and writable.
        answer(unsafe { ioctl_with_mut_ref(group, request(GROUP_STATUS), &mut status) })?;
        Ok(status.flags & VFIO_GROUP_FLAGS_VIABLE != 0)
    }

    fn attach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        let container = self.container.as_raw_fd();
        let group = self.group(group)?;
        // SAFETY: the call reads the number of a file that is open.
        answer(unsafe { ioctl_with_ref(group, request(GROUP_SET_CONTAINER), &container) }).map(drop)
    }

    fn detach_group(&mut self, group: GroupHandle) -> Result<(), Errno> {
        let group = self.group(group)?;
        // SAFETY: the call takes nothing.
        answer(unsafe { ioctl(group, request(GROUP_UNSET_CONTAINER)) }).map(drop)
    }

    fn close_group(&mut self, group: GroupHandle) {
        self.groups.remove(&group);
    }

    fn open_device(&mut self, group: GroupHandle, name: Bdf) -> Result<DeviceHandle, Errno> {
        let name = CString::new(name.to_sysfs()).map_err(|_| Errno::EINVAL)?;
        let group = self.group(group)?;
        // SAFETY: the call reads a text that ends with a zero byte.
        let returned = unsafe { ioctl_with_ptr(group, request(GROUP_DEVICE), name.as_ptr()) };
        let number = answer(returned)?;
        // SAFETY: the kernel has just opened this file for us, and nobody else has its number.
        let file = unsafe { File::from_raw_fd(number) };
        let handle = DeviceHandle::new(self.new_handle());
        self.devices.insert(handle, file);
        Ok(handle)
    }

    fn close_device(&mut self, device: DeviceHandle) {
        self.devices.remove(&device);
    }

    fn reset_device(&mut self, device: DeviceHandle) -> Result<(), Errno> {
        let device = self.device(device)?;
        // SAFETY: the call takes nothing.
        answer(unsafe { ioctl(device, request(RESET)) }).map(drop)
    }

    fn region_info(
        &mut self,
        device: DeviceHandle,
        region: RegionIndex,
    ) -> Result<RegionInfo, Errno> {
        let info = self.raw_region_info(device, region)?;
        let has = |flag: u32| info.flags & flag != 0;
        Ok(RegionInfo {
            bytes: info.size,
            is_readable: has(VFIO_REGION_INFO_FLAG_READ),
            is_writable: has(VFIO_REGION_INFO_FLAG_WRITE),
            is_mappable: has(VFIO_REGION_INFO_FLAG_MMAP),
        })
    }

    fn read_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &mut [u8],
    ) -> Result<(), Errno> {
        let offset = self.file_offset(device, place)?;
        let read = self.device(device)?.read_exact_at(bytes, offset);
        read.map_err(|error| errno(&error))
    }

    fn write_region(
        &mut self,
        device: DeviceHandle,
        place: RegionPlace,
        bytes: &[u8],
    ) -> Result<(), Errno> {
        let offset = self.file_offset(device, place)?;
        let written = self.device(device)?.write_all_at(bytes, offset);
        written.map_err(|error| errno(&error))
    }

    fn irq_info(&mut self, device: DeviceHandle, index: IrqIndex) -> Result<IrqInfo, Errno> {
        let mut info = vfio_irq_info {
            argsz: bytes_of::<vfio_irq_info>(),
            index: index as u32,
            ..Default::default()
        };
        let device = self.device(device)?;
        // SAFETY: the record is of the call's type and writable.
        answer(unsafe { ioctl_with_mut_ref(device, request(IRQ_INFO), &mut info) })?;
        Ok(IrqInfo {
            count: info.count,
            no_resize: info.flags & VFIO_IRQ_INFO_NORESIZE != 0,
        })
    }

    fn set_irqs(&mut self, device: DeviceHandle, set: &IrqSet) -> Result<(), Errno> {
        let file = |event| self.event(event).map(|event| event.as_raw_fd());
        let record = set.encode(file)?;
        let device = self.device(device)?;
        // SAFETY: the record is as long as its first word says; the kernel copies it byte by byte.
        answer(unsafe { ioctl_with_ptr(device, request(SET_IRQS), record.as_ptr()) }).map(drop)
    }

    fn open_event(&mut self) -> Result<EventHandle, Errno> {
        let event = EventFd::new(0).map_err(|error| errno(&error))?;
        let handle = EventHandle::new(self.new_handle());
        self.events.insert(handle, event);
        Ok(handle)
    }

    fn close_event(&mut self, event: EventHandle) {
        self.events.remove(&event);
    }
}

/// Reads the record and its chain of capabilities; what is missing or cut off is left out.
fn read_iommu_info(bytes: &[u8]) -> IommuInfo {
    const HAS_CAPABILITIES: u32 = 2;
    const IOVA_RANGES: u32 = 1;
    const MIGRATION: u32 = 2;
    const ENTRIES_LEFT: u32 = 3;
    let word = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map_or(0, u32::from_ne_bytes)
    };
    let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
    let mut info = IommuInfo {
        page_sizes: long(8),
        iova_ranges: Vec::new(),
        entries_left: u32::MAX,
        dirty_limits: None,
    };
    let mut at = match word(4) & HAS_CAPABILITIES {
        0 => 0,
        _ => word(16) as usize,
    };
    // A chain that goes back is not followed.
    while at != 0 {
        match word(at) & 0xffff {
            IOVA_RANGES => {
                let starts = (at + 16..bytes.len())
                    .step_by(16)
                    .take(word(at + 8) as usize);
                let ranges = starts.filter_map(|at| {
                    Range::from_bounds(Iova::new(long(at)), Iova::new(long(at + 8))).ok()
                });
                info.iova_ranges.extend(ranges);
            }
            MIGRATION => {
                info.dirty_limits = Some(DirtyLimits {
                    page_sizes: long(at + 16),
                    bitmap_bytes_max: long(at + 24),
                });
            }
            ENTRIES_LEFT => info.entries_left = word(at + 8),
            _ => {}
        }
        let next = word(at + 4) as usize;
        at = if next > at { next } else { 0 };
    }
    info
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Past the test harness, which shows what passing tests print to nobody.
    fn tell(reason: &str) {
        let mut stderr = io::stderr();
        writeln!(stderr, "skipped: {CONTAINER}: {reason}").unwrap();
    }

    #[test]
    fn the_container_speaks_our_version() {
        if !RealKernel::is_present() {
            tell("it is absent");
            return;
        }
        // SAFETY: nothing is mapped.
        let mut kernel = match unsafe { RealKernel::open() } {
            Ok(kernel) => kernel,
            Err(errno) => {
                tell(&format!("it cannot be opened: {errno}"));
                return;
            }
        };
        assert_eq!(kernel.api_version(), Ok(crate::kernel::API_VERSION));
        // Without a group there is no IOMMU to ask for mappings.
        let unmap = UnmapRequest {
            flags: 0,
            iova: 0,
            size: 4096,
        };
        assert!(kernel.unmap_dma(&unmap).is_err());
        assert_eq!(kernel.open_group(u32::MAX), Err(Errno::ENOENT));
    }

    #[test]
    fn calls_have_the_interfaces_numbers() {
        assert_eq!(request(API_VERSION), 0x3b64);
        assert_eq!(request(MAP), 0x3b71);
        assert_eq!(request(UNMAP), 0x3b72);
        assert_eq!(bytes_of::<vfio_iommu_type1_dma_map>(), 32);
        assert_eq!(bytes_of::<vfio_iommu_type1_dma_unmap>(), 24);
        assert_eq!(bytes_of::<vfio_region_info>(), 32);
        assert_eq!(request(DIRTY_PAGES), 0x3b75);
        assert_eq!(bytes_of::<GetDirtyPages>(), 48);
        assert_eq!(bytes_of::<UnmapDirtyPages>(), 48);
    }

    #[test]
    fn the_iommus_capabilities_are_read() {
        let mut words = [0_u32; 32];
        words[1] = 3;
        words[2] = 0x1000;
        words[4] = 32;
        // At byte 32: one range from 0 to 0xfff, then at byte 64 the budget.
        words[8..10].copy_from_slice(&[1 | 1 << 16, 64]);
        words[10] = 1;
        words[14] = 0xfff;
        words[16..18].copy_from_slice(&[3 | 1 << 16, 80]);
        words[18] = 99;
        // At byte 80: a bitmap of 4096-byte pages, 2^28 bytes at most.
        words[20..22].copy_from_slice(&[2 | 1 << 16, 0]);
        words[24] = 0x1000;
        words[26] = 1 << 28;
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        let info = read_iommu_info(&bytes);
        assert_eq!(info.page_sizes, 0x1000);
        let range = Range::from_bounds(Iova::new(0), Iova::new(0xfff)).unwrap();
        assert_eq!(info.iova_ranges, [range]);
        assert_eq!(info.entries_left, 99);
        let limits = DirtyLimits {
            page_sizes: 0x1000,
            bitmap_bytes_max: 1 << 28,
        };
        assert_eq!(info.dirty_limits, Some(limits));
        assert!(read_iommu_info(&bytes[..20]).iova_ranges.is_empty());
    }
}
