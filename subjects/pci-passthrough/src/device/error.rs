//! Why a device could not be attached, or did not do what the guest asked of it.

use std::fmt;

use crate::kernel::Errno;
use crate::{BarError, ContainerError, Error, MsixError, SnapshotError};

/// What went wrong with a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum DeviceError {
    /// The container could not take the device's group, or map the guest's memory.
    Container(ContainerError),
    /// The device's configuration space cannot be shown to a guest.
    Config(Error),
    /// A base address register is illegal, or has no place.
    Bar(BarError),
    /// The device's MSI-X structures are illegal, or a vector cannot be delivered.
    Msix(MsixError),
    /// A saved state is none of the device.
    Snapshot(SnapshotError),
    /// The kernel refused a call about the device.
    Kernel(Errno),
    /// The kernel offers fewer vectors than the device's capability.
    TooFewInterrupts { offered: u32, wanted: u16 },
}

impl fmt::Display for DeviceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Bar(error) => error.fmt(f),
            Self::Msix(error) => error.fmt(f),
            Self::Snapshot(error) => error.fmt(f),
            Self::Kernel(error) => error.fmt(f),
            Self::TooFewInterrupts { offered, wanted } => {
                write!(
                    f,
                    "the kernel offers {offered} of the device's {wanted} vectors"
                )
            }
        }
    }
}

impl std::error::Error for DeviceError {}

impl DeviceError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Container(error) => error.code(),
            Self::Config(error) => error.code(),
            Self::Bar(error) => error.code(),
            Self::Msix(error) => error.code(),
            Self::Snapshot(error) => error.code(),
            Self::Kernel(error) => error.code(),
            Self::TooFewInterrupts { .. } => "device/too-few-interrupts",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Container(error) => error.help(),
            Self::Config(error) => error.help(),
            Self::Bar(error) => error.help(),
            Self::Msix(error) => error.help(),
            Self::Snapshot(error) => error.help(),
            Self::Kernel(error) => error.help(),
            Self::TooFewInterrupts { .. } => "give the host's kernel more interrupt vectors",
        }
    }
}

impl From<ContainerError> for DeviceError {
    fn from(error: ContainerError) -> Self {
        Self::Container(error)
    }
}

impl From<Error> for DeviceError {
    fn from(error: Error) -> Self {
        Self::Config(error)
    }
}

impl From<BarError> for DeviceError {
    fn from(error: BarError) -> Self {
        Self::Bar(error)
    }
}

impl From<MsixError> for DeviceError {
    fn from(error: MsixError) -> Self {
        Self::Msix(error)
    }
}

impl From<SnapshotError> for DeviceError {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}

impl From<Errno> for DeviceError {
    fn from(errno: Errno) -> Self {
        Self::Kernel(errno)
    }
}
