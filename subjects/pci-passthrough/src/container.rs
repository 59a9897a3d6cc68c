//! A container: groups of devices that share mappings, and the mappings, in step with the kernel.
//!
//! What the kernel says has happened, happened. So the set of mappings kept here is changed by the
//! answer, not by the request: an unmap may take away more mappings than one, or none, and only the
//! number of bytes that comes back tells which.
//!
//! # Invariants
//!
//! - [`Container::space`] is what the kernel has, also after calls that it refused.
//! - Of a list of mappings, all are made or none.
//! - Once the kernel has answered what cannot be, the container refuses to go on, because it no
//!   longer knows what devices can reach.
//!
//! # Source
//!
//! `Documentation/driver-api/vfio.rst`, Linux, for the order of calls.

use std::fmt;

use crate::kernel::{
    API_VERSION, DirtyRequest, Errno, GroupHandle, IommuType, UnmapRequest, VfioKernel,
};
use crate::{DirtyBitmap, DmaMap, DmaSpace, Iova, PageSize, Range};

/// Why a container did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum ContainerError {
    /// The kernel speaks another version of the interface.
    Version { found: i32, wanted: i32 },
    /// The kernel offers no IOMMU of type 1.
    NoIommu,
    /// A device of the group is still held by a driver of the host.
    GroupNotViable { group: u32 },
    /// The kernel refused.
    Kernel { errno: Errno },
    /// A range of all addresses, whose length the interface cannot express.
    RangeTooLong,
    /// The kernel does not track which pages devices write.
    NoDirtyTracking,
    /// A range that is not whole pages of those that are tracked, or has more than a bitmap tells of.
    NoBitmap { page_bytes: u64, bytes_max: u64 },
    /// The kernel took away other mappings than there were.
    OutOfStep { expected: u64, reported: u64 },
    /// A list of mappings was refused, and those made before could not be taken back.
    RollbackFailed { errno: Errno },
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Version { found, wanted } => {
                write!(
                    f,
                    "the kernel's interface has version {found}, not {wanted}"
                )
            }
            Self::NoIommu => f.write_str("the kernel offers no IOMMU of type 1"),
            Self::GroupNotViable { group } => write!(f, "group {group} is not viable"),
            Self::Kernel { errno } => errno.fmt(f),
            Self::RangeTooLong => f.write_str("the range has 2^64 addresses"),
            Self::NoDirtyTracking => f.write_str("the kernel does not track written pages"),
            Self::NoBitmap {
                page_bytes,
                bytes_max,
            } => write!(
                f,
                "the range is not pages of {page_bytes} bytes that fit a bitmap of {bytes_max}"
            ),
            Self::OutOfStep { expected, reported } => {
                write!(
                    f,
                    "{reported:#x} bytes were unmapped where {expected:#x} were mapped"
                )
            }
            Self::RollbackFailed { errno } => write!(f, "mappings could not be undone: {errno}"),
        }
    }
}

impl std::error::Error for ContainerError {}

impl From<Errno> for ContainerError {
    fn from(errno: Errno) -> Self {
        Self::Kernel { errno }
    }
}

impl ContainerError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "container/version",
            Self::NoIommu => "container/no-iommu",
            Self::GroupNotViable { .. } => "container/group-not-viable",
            Self::Kernel { errno } => errno.code(),
            Self::RangeTooLong => "container/range-too-long",
            Self::NoDirtyTracking => "container/no-dirty-tracking",
            Self::NoBitmap { .. } => "container/no-bitmap",
            Self::OutOfStep { .. } => "container/out-of-step",
            Self::RollbackFailed { .. } => "container/rollback-failed",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Version { .. } => "use a kernel whose VFIO interface has version 0",
            Self::NoIommu => {
                "load vfio_iommu_type1, and switch the IOMMU on in firmware and kernel"
            }
            Self::GroupNotViable { .. } => "bind every device of the group to vfio-pci, or to none",
            Self::Kernel { errno } => errno.help(),
            Self::RangeTooLong => "map the two halves of the address space one by one",
            Self::NoDirtyTracking => "take every page for written, or use a newer kernel",
            Self::NoBitmap { .. } => "ask for whole pages, and for fewer at once",
            Self::OutOfStep { .. } | Self::RollbackFailed { .. } => {
                "stop the guest: its devices may reach memory that is no longer its own"
            }
        }
    }
}

/// A container and what is mapped in it.
#[derive(Debug)]
pub struct Container<K> {
    kernel: K,
    iommu: Option<IommuType>,
    groups: Vec<GroupHandle>,
    space: DmaSpace,
    broken: Option<ContainerError>,
}

impl<K: VfioKernel> Container<K> {
    /// A container without groups.
    ///
    /// # Errors
    ///
    /// [`ContainerError::Version`], or what the kernel refuses.
    pub fn new(mut kernel: K) -> Result<Self, ContainerError> {
        let found = kernel.api_version()?;
        if found != API_VERSION {
            let wanted = API_VERSION;
            return Err(ContainerError::Version { found, wanted });
        }
        Ok(Self {
            kernel,
            iommu: None,
            groups: Vec::new(),
            space: DmaSpace::new(),
            broken: None,
        })
    }

    /// Opens a group and puts it into the container; with the first one, chooses the IOMMU's type:
    /// version 2 where there is one.
    ///
    /// # Errors
    ///
    /// [`ContainerError::GroupNotViable`], [`ContainerError::NoIommu`], or what the kernel refuses;
    /// the group is closed again then.
    pub fn attach_group(&mut self, number: u32) -> Result<GroupHandle, ContainerError> {
        let group = self.kernel.open_group(number)?;
        if let Err(error) = self.attach_open_group(group, number) {
            self.kernel.close_group(group);
            return Err(error);
        }
        self.groups.push(group);
        Ok(group)
    }

    fn attach_open_group(&mut self, group: GroupHandle, number: u32) -> Result<(), ContainerError> {
        if !self.kernel.group_is_viable(group)? {
            return Err(ContainerError::GroupNotViable { group: number });
        }
        self.kernel.attach_group(group)?;
        if self.iommu.is_none() {
            let chosen = self.choose_iommu();
            match chosen {
                Ok(iommu) => self.iommu = Some(iommu),
                Err(error) => {
                    // Closing the group takes it out of the container, should this be refused.
                    let _ = self.kernel.detach_group(group);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn choose_iommu(&mut self) -> Result<IommuType, ContainerError> {
        for iommu in [IommuType::Type1v2, IommuType::Type1] {
            if self.kernel.supports(iommu)? {
                self.kernel.set_iommu(iommu)?;
                return Ok(iommu);
            }
        }
        Err(ContainerError::NoIommu)
    }

    /// Takes a group out of the container and closes it. With the last group, every mapping goes.
    ///
    /// # Errors
    ///
    /// What the kernel refuses, asked twice: above all, a group with open devices.
    pub fn detach_group(&mut self, group: GroupHandle) -> Result<(), ContainerError> {
        if self.kernel.detach_group(group).is_err() {
            self.kernel.detach_group(group)?;
        }
        self.kernel.close_group(group);
        self.groups.retain(|open| *open != group);
        if self.groups.is_empty() {
            self.space = DmaSpace::new();
            self.iommu = None;
        }
        Ok(())
    }

    /// Lets devices reach memory.
    ///
    /// # Errors
    ///
    /// [`ContainerError::RangeTooLong`], or what the kernel refuses; nothing is mapped then.
    pub fn map(&mut self, map: DmaMap) -> Result<(), ContainerError> {
        self.check_in_step()?;
        let request = map.request().ok_or(ContainerError::RangeTooLong)?;
        self.kernel.map_dma(&request)?;
        if !self.space.insert(map) {
            // The kernel has mapped over what it has mapped already.
            let (expected, reported) = (0, request.size);
            return Err(self.fall_out(ContainerError::OutOfStep { expected, reported }));
        }
        Ok(())
    }

    /// Takes away what is mapped in the range; the number of bytes that vanished.
    ///
    /// Version 2 of the IOMMU takes away whole mappings, refuses to cut one, and does nothing,
    /// successfully, where nothing is mapped. Version 1 does nothing when the range begins within
    /// a mapping, and otherwise takes away every mapping that begins in it.
    ///
    /// # Errors
    ///
    /// [`ContainerError::RangeTooLong`], or what the kernel refuses; [`ContainerError::OutOfStep`]
    /// when the answer cannot be.
    pub fn unmap(&mut self, range: Range<Iova>) -> Result<u128, ContainerError> {
        self.check_in_step()?;
        let size = u64::try_from(range.length()).map_err(|_| ContainerError::RangeTooLong)?;
        let request = UnmapRequest {
            flags: 0,
            iova: range.first().get(),
            size,
        };
        let reported = self.kernel.unmap_dma(&request)?;
        self.take_out(range, reported)
    }

    /// The same, and which of the pages devices have written since these were last asked for: what is
    /// written up to the moment of unmapping is in it. The range must cut no mapping, and tracking
    /// must be on.
    ///
    /// # Errors
    ///
    /// As [`Self::dirty_pages`] and [`Self::unmap`].
    pub fn unmap_dirty(
        &mut self,
        range: Range<Iova>,
    ) -> Result<(u128, DirtyBitmap), ContainerError> {
        self.check_in_step()?;
        let (mut bitmap, request) = self.prepare_bitmap(range)?;
        let reported = self.kernel.unmap_dma_dirty(&request, bitmap.words_mut())?;
        Ok((self.take_out(range, reported)?, bitmap))
    }

    /// Starts to track which pages devices write.
    ///
    /// # Errors
    ///
    /// What the kernel refuses: above all, version 1 of the IOMMU.
    pub fn start_dirty_tracking(&mut self) -> Result<(), ContainerError> {
        Ok(self.kernel.start_dirty_tracking()?)
    }

    /// Stops tracking, and forgets what was written.
    ///
    /// # Errors
    ///
    /// What the kernel refuses.
    pub fn stop_dirty_tracking(&mut self) -> Result<(), ContainerError> {
        Ok(self.kernel.stop_dirty_tracking()?)
    }

    /// Which pages of the range devices have written since these were last asked for. The range must
    /// cut no mapping, and tracking must be on.
    ///
    /// # Errors
    ///
    /// [`ContainerError::NoDirtyTracking`], [`ContainerError::NoBitmap`], or what the kernel refuses;
    /// the pages are as dirty as before then.
    pub fn dirty_pages(&mut self, range: Range<Iova>) -> Result<DirtyBitmap, ContainerError> {
        let (mut bitmap, request) = self.prepare_bitmap(range)?;
        self.kernel.dirty_pages(&request, bitmap.words_mut())?;
        Ok(bitmap)
    }

    fn prepare_bitmap(
        &mut self,
        range: Range<Iova>,
    ) -> Result<(DirtyBitmap, DirtyRequest), ContainerError> {
        let limits = self.kernel.iommu_info()?.dirty_limits;
        let limits = limits.ok_or(ContainerError::NoDirtyTracking)?;
        let page = PageSize::from_bitmap(limits.page_sizes);
        let page = page.map_err(|_| ContainerError::NoDirtyTracking)?;
        let bytes_max = limits.bitmap_bytes_max;
        DirtyBitmap::prepare(range, page, bytes_max).ok_or(ContainerError::NoBitmap {
            page_bytes: page.bytes(),
            bytes_max,
        })
    }

    /// Takes what the kernel has unmapped out of the set that is kept.
    fn take_out(&mut self, range: Range<Iova>, reported: u64) -> Result<u128, ContainerError> {
        let bytes = self.space.bytes_beginning_in(range);
        // The kernel counts modulo 2^64.
        let expected = bytes as u64;
        if self.space.is_cut_by(range) && reported == 0 {
            return Ok(0);
        }
        if reported != expected {
            return Err(self.fall_out(ContainerError::OutOfStep { expected, reported }));
        }
        self.space.remove_beginning_in(range);
        Ok(bytes)
    }

    /// Lets devices reach all of the memory on the list, or none of it.
    ///
    /// # Errors
    ///
    /// As [`Self::map`]; [`ContainerError::RollbackFailed`] when the kernel keeps what was to be
    /// undone.
    pub fn map_all(&mut self, maps: &[DmaMap]) -> Result<(), ContainerError> {
        for (count, map) in maps.iter().enumerate() {
            let Err(error) = self.map(*map) else {
                continue;
            };
            self.unmap_each(&maps[..count])?;
            return Err(error);
        }
        Ok(())
    }

    /// Takes away exactly those mappings, asking twice where the kernel refuses.
    ///
    /// # Errors
    ///
    /// [`ContainerError::RollbackFailed`] at the first that the kernel keeps.
    pub fn unmap_each(&mut self, maps: &[DmaMap]) -> Result<(), ContainerError> {
        for map in maps.iter().rev() {
            let mut answer = self.unmap(map.iova);
            // A failure of the moment, such as a signal, must not leave memory open to devices.
            if let Err(ContainerError::Kernel { .. }) = answer {
                answer = self.unmap(map.iova);
            }
            match answer {
                Ok(_) => {}
                Err(ContainerError::Kernel { errno }) => {
                    return Err(ContainerError::RollbackFailed { errno });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What devices can reach.
    pub const fn space(&self) -> &DmaSpace {
        &self.space
    }

    /// The type of IOMMU, once a group is attached.
    pub const fn iommu(&self) -> Option<IommuType> {
        self.iommu
    }

    /// The kernel.
    pub const fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The kernel, for calls about groups and devices. Mapping past the container puts it out of
    /// step.
    pub const fn kernel_mut(&mut self) -> &mut K {
        &mut self.kernel
    }

    const fn check_in_step(&self) -> Result<(), ContainerError> {
        match self.broken {
            None => Ok(()),
            Some(error) => Err(error),
        }
    }

    const fn fall_out(&mut self, error: ContainerError) -> ContainerError {
        self.broken = Some(error);
        error
    }
}
