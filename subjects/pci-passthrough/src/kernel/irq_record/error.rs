//! Why bytes are no request about interrupts, or a request is none that a device can obey.

use std::fmt;

use crate::kernel::Errno;

/// What is wrong with a request. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum IrqSetError {
    /// Fewer bytes than the five words before the data, or a record that says it has fewer.
    HeaderTruncated { bytes: usize },
    /// Fewer bytes than the record says it has.
    RecordTruncated { bytes: usize, argsz: u32 },
    /// A kind of interrupt that there is not.
    NoSuchIndex { index: u32 },
    /// Interrupts whose numbers do not fit a word.
    RangeWraps { start: u32, count: u32 },
    /// Flags that mean nothing.
    UnknownFlags { flags: u32 },
    /// No kind of data, or several.
    DataKinds { flags: u32 },
    /// No action, or several.
    Actions { flags: u32 },
    /// Fewer bytes of data than its kind and the number of interrupts need.
    DataTruncated { bytes: usize, bytes_min: u64 },
    /// An event that is not open.
    NoSuchEvent,
    /// More entries than a record can have.
    TooLong { entries: usize },
    /// Interrupts that the device does not have.
    OutsideCount { end: u64, count: u32 },
}

impl fmt::Display for IrqSetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::HeaderTruncated { bytes } => {
                write!(f, "{bytes} bytes are no request about interrupts")
            }
            Self::RecordTruncated { bytes, argsz } => {
                write!(f, "{bytes} bytes of a record that says it has {argsz}")
            }
            Self::NoSuchIndex { index } => write!(f, "no kind of interrupt has number {index}"),
            Self::RangeWraps { start, count } => {
                write!(f, "{count} interrupts from {start} pass the last number")
            }
            Self::UnknownFlags { flags } => write!(f, "some of the flags {flags:#x} mean nothing"),
            Self::DataKinds { flags } => {
                write!(f, "flags {flags:#x} name no kind of data, or several")
            }
            Self::Actions { flags } => write!(f, "flags {flags:#x} name no action, or several"),
            Self::DataTruncated { bytes, bytes_min } => {
                write!(f, "{bytes} bytes of data, {bytes_min} needed")
            }
            Self::NoSuchEvent => f.write_str("an event is not open"),
            Self::TooLong { entries } => write!(f, "{entries} entries do not fit a record"),
            Self::OutsideCount { end, count } => {
                write!(f, "interrupts below {end} of a device that has {count}")
            }
        }
    }
}

impl std::error::Error for IrqSetError {}

impl IrqSetError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::HeaderTruncated { .. } => "irq/header-truncated",
            Self::RecordTruncated { .. } => "irq/record-truncated",
            Self::NoSuchIndex { .. } => "irq/no-such-index",
            Self::RangeWraps { .. } => "irq/range-wraps",
            Self::UnknownFlags { .. } => "irq/unknown-flags",
            Self::DataKinds { .. } => "irq/data-kinds",
            Self::Actions { .. } => "irq/actions",
            Self::DataTruncated { .. } => "irq/data-truncated",
            Self::NoSuchEvent => "irq/no-such-event",
            Self::TooLong { .. } => "irq/too-long",
            Self::OutsideCount { .. } => "irq/outside-count",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::HeaderTruncated { .. } => {
                "begin the record with argsz, flags, index, start, count"
            }
            Self::RecordTruncated { .. } => "hand over as many bytes as argsz says",
            Self::NoSuchIndex { .. } => "use 0 to 4: the pin, MSI, MSI-X, errors, requests",
            Self::RangeWraps { .. } => "let start and count add up to less than 2^32 - 1",
            Self::UnknownFlags { .. } => "use the lowest six bits only",
            Self::DataKinds { .. } => "set one of the bits 0 to 2: nothing, chosen ones, events",
            Self::Actions { .. } => "set one of the bits 3 to 5: mask, unmask, trigger",
            Self::DataTruncated { .. } => {
                "add one byte for each chosen interrupt, or four for each event, and count them in \
                 argsz"
            }
            Self::NoSuchEvent => "open the event first, or name -1 to take one away",
            Self::TooLong { .. } => "divide the request",
            Self::OutsideCount { .. } => "ask how many interrupts of the kind the device has",
        }
    }

    /// The number by which the kernel refuses.
    pub const fn errno(&self) -> Errno {
        match self {
            Self::RecordTruncated { .. } => Errno::EFAULT,
            Self::NoSuchEvent => Errno::EBADF,
            _ => Errno::EINVAL,
        }
    }
}

impl From<IrqSetError> for Errno {
    fn from(error: IrqSetError) -> Self {
        error.errno()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_explained() {
        let (bytes, argsz, start, count, flags) = (1, 20, 1, 2, 0);
        let errors = [
            IrqSetError::HeaderTruncated { bytes },
            IrqSetError::RecordTruncated { bytes, argsz },
            IrqSetError::NoSuchIndex { index: 5 },
            IrqSetError::RangeWraps { start, count },
            IrqSetError::UnknownFlags { flags },
            IrqSetError::DataKinds { flags },
            IrqSetError::Actions { flags },
            IrqSetError::DataTruncated {
                bytes,
                bytes_min: 4,
            },
            IrqSetError::NoSuchEvent,
            IrqSetError::TooLong { entries: bytes },
            IrqSetError::OutsideCount { end: 3, count },
        ];
        crate::error::assert_explained(
            "irq/",
            errors
                .iter()
                .map(|error| (error.code(), error.help(), error.to_string())),
        );
        assert!(
            errors
                .iter()
                .all(|error| error.errno().code() != "kernel/other")
        );
    }
}
