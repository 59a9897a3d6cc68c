//! Requests about interrupts as the bytes that the kernel takes and reads.
//!
//! A record of five words, then data of which only the flags say what it is and how much. Everything
//! about it can be wrong in a way that reads past its end or misses the interrupt that was meant, so
//! one function writes it and one reads it, the latter by the kernel's own rules.
//!
//! # Invariants
//!
//! - Exactly one kind of data and one action; the bytes that these need are there; the last interrupt's
//!   number plus one fits the record's word.
//! - What was encoded decodes to the same request. What decodes encodes to the shortest record that
//!   says the same.
//!
//! # Not here
//!
//! How many interrupts the device has: [`IrqSet::check_count`] compares.
//!
//! # Source
//!
//! `struct vfio_irq_set` in `include/uapi/linux/vfio.h`, and `vfio_set_irqs_validate_and_prepare` in
//! `drivers/vfio/vfio_main.c`, Linux. Two deviations: two actions at once are refused here and by the
//! drivers there, with another error number; and of negative numbers of files, only -1 takes an event
//! away, as documented there, while the drivers take some others for it as well.

mod error;

use crate::kernel::{EventHandle, IrqAction, IrqData, IrqIndex, IrqSet};

pub use error::IrqSetError;

/// The bytes before the data.
const HEADER_BYTES: u32 = 20;

/// The kinds of data.
const DATA_NOTHING: u32 = 1;
const DATA_CHOSEN: u32 = 2;
const DATA_EVENTS: u32 = 4;
/// The actions.
const ACTION_MASK: u32 = 8;
const ACTION_UNMASK: u32 = 16;
const ACTION_TRIGGER: u32 = 32;

const DATA_FLAGS: u32 = DATA_NOTHING | DATA_CHOSEN | DATA_EVENTS;
const ACTION_FLAGS: u32 = ACTION_MASK | ACTION_UNMASK | ACTION_TRIGGER;

/// The number that stands for no event.
const NO_FILE: i32 = -1;

impl IrqSet {
    /// The record's bytes, in this machine's byte order. `file` gives an event's file number.
    ///
    /// # Errors
    ///
    /// [`IrqSetError::NoSuchEvent`] for an event without file, [`IrqSetError::RangeWraps`] and
    /// [`IrqSetError::TooLong`] for requests that the record cannot express.
    pub fn encode(
        &self,
        file: impl Fn(EventHandle) -> Option<i32>,
    ) -> Result<Vec<u8>, IrqSetError> {
        let entries = self.data.count();
        let too_long = IrqSetError::TooLong { entries };
        let count = u32::try_from(entries).map_err(|_| too_long)?;
        check_range(self.start, count)?;
        let action = match self.action {
            IrqAction::Mask => ACTION_MASK,
            IrqAction::Unmask => ACTION_UNMASK,
            IrqAction::Trigger => ACTION_TRIGGER,
        };
        let (kind, payload) = match &self.data {
            IrqData::Nothing(_) => (DATA_NOTHING, Vec::new()),
            IrqData::Chosen(chosen) => {
                let bytes = chosen.iter().map(|&is_chosen| u8::from(is_chosen));
                (DATA_CHOSEN, bytes.collect())
            }
            IrqData::Events(events) => {
                let mut bytes = Vec::new();
                for event in events {
                    let number = match *event {
                        None => NO_FILE,
                        Some(event) => file(event).ok_or(IrqSetError::NoSuchEvent)?,
                    };
                    bytes.extend(number.to_ne_bytes());
                }
                (DATA_EVENTS, bytes)
            }
        };
        let payload_bytes = u32::try_from(payload.len()).map_err(|_| too_long)?;
        let argsz = HEADER_BYTES.checked_add(payload_bytes).ok_or(too_long)?;
        let header = [argsz, kind | action, self.index as u32, self.start, count];
        let mut bytes: Vec<u8> = header.iter().flat_map(|word| word.to_ne_bytes()).collect();
        bytes.extend(payload);
        Ok(bytes)
    }

    /// Reads a record. `event` gives the event of a file number; bytes behind the data are passed
    /// over, as a newer program's.
    ///
    /// # Errors
    ///
    /// In this order: [`IrqSetError::HeaderTruncated`], [`IrqSetError::RecordTruncated`],
    /// [`IrqSetError::NoSuchIndex`], [`IrqSetError::RangeWraps`], [`IrqSetError::UnknownFlags`],
    /// [`IrqSetError::DataKinds`], [`IrqSetError::Actions`], [`IrqSetError::DataTruncated`],
    /// [`IrqSetError::NoSuchEvent`].
    pub fn decode(
        bytes: &[u8],
        event: impl Fn(i32) -> Option<EventHandle>,
    ) -> Result<Self, IrqSetError> {
        let [argsz, flags, index, start, count] = read_header(bytes)?;
        let payload = &bytes[HEADER_BYTES as usize..argsz as usize];
        let index = IrqIndex::from_number(index).ok_or(IrqSetError::NoSuchIndex { index })?;
        check_range(start, count)?;
        if flags & !(DATA_FLAGS | ACTION_FLAGS) != 0 {
            return Err(IrqSetError::UnknownFlags { flags });
        }
        let entry_bytes = match flags & DATA_FLAGS {
            DATA_NOTHING => 0,
            DATA_CHOSEN => 1,
            DATA_EVENTS => 4,
            _ => return Err(IrqSetError::DataKinds { flags }),
        };
        let action = match flags & ACTION_FLAGS {
            ACTION_MASK => IrqAction::Mask,
            ACTION_UNMASK => IrqAction::Unmask,
            ACTION_TRIGGER => IrqAction::Trigger,
            _ => return Err(IrqSetError::Actions { flags }),
        };
        let bytes_min = u64::from(count) * entry_bytes;
        let data = usize::try_from(bytes_min)
            .ok()
            .and_then(|bytes_min| payload.get(..bytes_min));
        let data = data.ok_or(IrqSetError::DataTruncated {
            bytes: payload.len(),
            bytes_min,
        })?;
        let data = match flags & DATA_FLAGS {
            DATA_NOTHING => IrqData::Nothing(count),
            DATA_CHOSEN => IrqData::Chosen(data.iter().map(|&byte| byte != 0).collect()),
            _ => IrqData::Events(read_events(data, event)?),
        };
        Ok(Self {
            index,
            action,
            start,
            data,
        })
    }

    /// Whether a device with so many interrupts of the kind has those that are meant; the number
    /// after the last of them.
    ///
    /// # Errors
    ///
    /// [`IrqSetError::OutsideCount`]. A device without interrupts has not even the first, nor one
    /// with fewer the one that an empty request begins with.
    pub fn check_count(&self, count: u32) -> Result<u32, IrqSetError> {
        let end = u64::from(self.start) + self.data.count() as u64;
        let outside = IrqSetError::OutsideCount { end, count };
        match u32::try_from(end) {
            Ok(end) if self.start < count && end <= count => Ok(end),
            _ => Err(outside),
        }
    }
}

impl IrqIndex {
    /// All kinds, by number.
    pub const ALL: [Self; 5] = [
        Self::Intx,
        Self::Msi,
        Self::Msix,
        Self::Error,
        Self::Request,
    ];

    /// The kind of that number.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(number).ok()?).copied()
    }
}

/// The five words, once the record is as long as the first of them says.
fn read_header(bytes: &[u8]) -> Result<[u32; 5], IrqSetError> {
    let Some(header) = bytes.first_chunk::<{ HEADER_BYTES as usize }>() else {
        let bytes = bytes.len();
        return Err(IrqSetError::HeaderTruncated { bytes });
    };
    let mut words = [0; 5];
    for (word, four) in words.iter_mut().zip(header.chunks_exact(4)) {
        *word = u32::from_ne_bytes([four[0], four[1], four[2], four[3]]);
    }
    let argsz = words[0];
    if argsz < HEADER_BYTES {
        let bytes = argsz as usize;
        return Err(IrqSetError::HeaderTruncated { bytes });
    }
    if bytes.len() < argsz as usize {
        let bytes = bytes.len();
        return Err(IrqSetError::RecordTruncated { bytes, argsz });
    }
    Ok(words)
}

fn read_events(
    data: &[u8],
    event: impl Fn(i32) -> Option<EventHandle>,
) -> Result<Vec<Option<EventHandle>>, IrqSetError> {
    let numbers = data.chunks_exact(4);
    let numbers = numbers.map(|four| i32::from_ne_bytes([four[0], four[1], four[2], four[3]]));
    let events = numbers.map(|number| match number {
        NO_FILE => Ok(None),
        _ => event(number).map(Some).ok_or(IrqSetError::NoSuchEvent),
    });
    events.collect()
}

/// Whether the number after the last interrupt fits a word, with one to spare, as the kernel wants.
const fn check_range(start: u32, count: u32) -> Result<(), IrqSetError> {
    if count >= u32::MAX - start {
        return Err(IrqSetError::RangeWraps { start, count });
    }
    Ok(())
}
