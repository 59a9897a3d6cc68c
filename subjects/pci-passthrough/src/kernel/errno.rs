//! The error numbers by which the kernel refuses.
//!
//! # Invariants
//!
//! - The numbers are those of Linux, so that a number from a real call can be taken as it is.
//! - Each number has a code and a help text, also those that are not named here.
//!
//! # Source
//!
//! `include/uapi/asm-generic/errno-base.h`, Linux; what each one means to VFIO is in
//! `drivers/vfio/vfio_iommu_type1.c` and `drivers/vfio/vfio_main.c`.

use std::fmt;

/// An error number of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(i32);

impl Errno {
    /// The caller may not do this.
    pub const EPERM: Self = Self(1);
    /// There is no such mapping, file or device.
    pub const ENOENT: Self = Self(2);
    /// A signal interrupted the call, which did nothing.
    pub const EINTR: Self = Self(4);
    /// The device does not answer.
    pub const EIO: Self = Self(5);
    /// The handle is not open.
    pub const EBADF: Self = Self(9);
    /// Memory could not be pinned within the limit on locked memory.
    pub const ENOMEM: Self = Self(12);
    /// The kind of IOMMU in use does not do this.
    pub const EACCES: Self = Self(13);
    /// A record ends before the bytes that it says it has.
    pub const EFAULT: Self = Self(14);
    /// Someone else holds what was asked for.
    pub const EBUSY: Self = Self(16);
    /// Something is there already.
    pub const EEXIST: Self = Self(17);
    /// There is no such device.
    pub const ENODEV: Self = Self(19);
    /// The request breaks a rule of the interface.
    pub const EINVAL: Self = Self(22);
    /// The call does not know such an action.
    pub const ENOTTY: Self = Self(25);
    /// The budget of mappings is used up.
    pub const ENOSPC: Self = Self(28);

    /// The error of that number.
    pub const fn new(number: i32) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i32 {
        self.0
    }

    /// A stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EPERM => "kernel/eperm",
            Self::ENOENT => "kernel/enoent",
            Self::EINTR => "kernel/eintr",
            Self::EIO => "kernel/eio",
            Self::EBADF => "kernel/ebadf",
            Self::ENOMEM => "kernel/enomem",
            Self::EACCES => "kernel/eacces",
            Self::EFAULT => "kernel/efault",
            Self::EBUSY => "kernel/ebusy",
            Self::EEXIST => "kernel/eexist",
            Self::ENODEV => "kernel/enodev",
            Self::EINVAL => "kernel/einval",
            Self::ENOTTY => "kernel/enotty",
            Self::ENOSPC => "kernel/enospc",
            _ => "kernel/other",
        }
    }

    /// What the caller can do next.
    pub const fn help(self) -> &'static str {
        match self {
            Self::EPERM => "give the process access to the nodes below /dev/vfio",
            Self::ENOENT => "check that the group number is that of the device's iommu_group link",
            Self::EINTR => "repeat the call",
            Self::EIO => "reset the device; if it stays silent, the host has lost it",
            Self::EBADF => "use handles only between opening and closing them",
            Self::ENOMEM => "raise the limit on locked memory (ulimit -l) above the guest's RAM",
            Self::EACCES => "use a kernel that offers version 2 of the type 1 IOMMU",
            Self::EFAULT => "hand over as many bytes as the record says it has",
            Self::EBUSY => "close the other user of the group or device first",
            Self::EEXIST => "unmap the range first; mappings are never replaced",
            Self::ENODEV => "bind the device to vfio-pci, and name it as sysfs does",
            Self::EINVAL => {
                "align to the page size of the IOMMU, stay inside its ranges, and attach a group \
                 before choosing the IOMMU type"
            }
            Self::ENOTTY => "mask MSI and MSI-X by what the guest's table or registers say",
            Self::ENOSPC => "map fewer, larger ranges, or raise dma_entry_limit of the driver",
            _ => "look the number up in errno(3)",
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match *self {
            Self::EPERM => "the kernel does not permit it",
            Self::ENOENT => "the kernel knows no such thing",
            Self::EINTR => "a signal interrupted the kernel",
            Self::EIO => "the device does not answer",
            Self::EBADF => "the handle is not open",
            Self::ENOMEM => "the limit on locked memory is reached",
            Self::EACCES => "the kind of IOMMU in use does not do this",
            Self::EFAULT => "the record is shorter than it says",
            Self::EBUSY => "it is in use by someone else",
            Self::EEXIST => "part of the range is mapped already",
            Self::ENODEV => "there is no such device",
            Self::EINVAL => "the kernel refuses the request as invalid",
            Self::ENOTTY => "the kernel knows no such action",
            Self::ENOSPC => "the budget of mappings is used up",
            Self(number) => return write!(f, "kernel error {number}"),
        };
        f.write_str(what)
    }
}

impl std::error::Error for Errno {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_explained() {
        for number in 0..133 {
            let errno = Errno::new(number);
            assert!(errno.code().starts_with("kernel/"));
            assert!(!errno.help().is_empty());
            assert!(!errno.to_string().is_empty());
        }
    }
}
