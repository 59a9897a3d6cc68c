//! Requests about interrupts: which bytes are one, which a device obeys, and what changes.
//!
//! The judge reads the record's words in 128 bits and knows the flags as a list of legal pairs; the
//! state of a kind of interrupts is a list of events.

use proofhouse::prelude::*;

use super::plugged::{GROUP, name};
use crate::Bdf;
use crate::kernel::{
    DeviceHandle, Errno, EventHandle, IommuType, IrqAction, IrqData, IrqIndex, IrqInfo, IrqSet,
    SimDevice, SimKernel, Type1Settings, VfioKernel,
};

/// How many interrupts the device has of each kind, and of which kinds a set in use cannot grow.
const COUNTS: [u32; 5] = [1, 4, 6, 1, 1];
const NO_RESIZE: [bool; 5] = [true, false, true, true, true];

/// Every legal pair of flags: nothing, chosen ones, events; mask, unmask, trigger.
const LEGAL_FLAGS: [u32; 9] = [0x09, 0x0a, 0x0c, 0x11, 0x12, 0x14, 0x21, 0x22, 0x24];

/// A kernel with the device open and two events.
fn kernel() -> (SimKernel, DeviceHandle, [EventHandle; 2]) {
    let mut kernel = SimKernel::new(Type1Settings::default());
    let mut device = SimDevice::new(name(), GROUP, vec![0; 256], [0; 7]);
    for (place, &count) in COUNTS.iter().enumerate() {
        device.interrupts[place] = IrqInfo {
            count,
            no_resize: NO_RESIZE[place],
        };
    }
    kernel.plug(device);
    let opened = open(&mut kernel, name()).expect("the device is plugged in");
    let events = [(); 2].map(|()| kernel.open_event().expect("nothing fails"));
    (kernel, opened, events)
}

fn open(kernel: &mut SimKernel, name: Bdf) -> Result<DeviceHandle, Errno> {
    let group = kernel.open_group(GROUP)?;
    kernel.attach_group(group)?;
    kernel.set_iommu(IommuType::Type1v2)?;
    kernel.open_device(group, name)
}

/// The words of a record and what follows them.
#[derive(Debug, Clone, Generate)]
struct Record {
    argsz: u32,
    flags: u32,
    index: u32,
    start: u32,
    count: u32,
    payload: Vec<u8>,
}

impl Record {
    fn bytes(&self) -> Vec<u8> {
        let words = [self.argsz, self.flags, self.index, self.start, self.count];
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        bytes.extend(&self.payload);
        bytes
    }

    /// Bytes of data for each interrupt; `None` for flags that are not one of the nine.
    fn entry_bytes(&self) -> Option<i128> {
        let entry_bytes = match self.flags % 8 {
            1 => 0,
            2 => 1,
            _ => 4,
        };
        LEGAL_FLAGS.contains(&self.flags).then_some(entry_bytes)
    }

    /// Whether the bytes are a request, and every event that they name is one of these.
    fn is_request(&self, events: &[EventHandle]) -> bool {
        let Some(entry_bytes) = self.entry_bytes() else {
            return false;
        };
        let (argsz, count) = (i128::from(self.argsz), i128::from(self.count));
        let has_bytes = argsz >= 20 && argsz <= 20 + self.payload.len() as i128;
        let covers = argsz - 20 >= count * entry_bytes;
        let fits = i128::from(self.start) + count < 0xffff_ffff;
        has_bytes
            && covers
            && fits
            && self.index < 5
            && (entry_bytes < 4 || self.files().iter().all(|file| is_file(*file, events)))
    }

    /// The numbers of files, of as many interrupts as there are.
    fn files(&self) -> Vec<i32> {
        let fours = self.payload.chunks_exact(4).take(self.count as usize);
        let numbers = fours.map(|four| i32::from_ne_bytes([four[0], four[1], four[2], four[3]]));
        numbers.collect()
    }
}

fn is_file(file: i32, events: &[EventHandle]) -> bool {
    file == -1
        || events
            .iter()
            .any(|event| i64::from(event.get()) == i64::from(file))
}

/// Events of each kind, as many as are in use.
type Kinds = [Vec<Option<EventHandle>>; 5];

/// The events that a kind has to have after a request, from those of all kinds before; `None` when it
/// has to be refused.
fn expected(
    record: &Record,
    kinds: &Kinds,
    events: &[EventHandle],
) -> Option<Vec<Option<EventHandle>>> {
    if !record.is_request(events) {
        return None;
    }
    let kind = record.index as usize;
    let before = &kinds[kind];
    let (start, count) = (u64::from(record.start), u64::from(record.count));
    let (end, length) = (start + count, before.len() as u64);
    if start >= COUNTS[kind].into() || end > COUNTS[kind].into() {
        return None;
    }
    // The pin, MSI and MSI-X exclude each other; the two others are single events.
    let (is_pin, is_message) = (kind == 0, kind == 1 || kind == 2);
    let is_excluded = (0..3).any(|other| other != kind && !kinds[other].is_empty());
    let same = |is_obeyed: bool| is_obeyed.then(|| before.clone());
    match record.flags {
        // The trigger of nothing for none: what is in use is no more.
        0x21 if count == 0 => (length > 0).then(Vec::new),
        0x21 => same(length > 0 && end <= length),
        0x22 if is_message => same(length > 0 && end <= length),
        0x22 => same(count == 1 && (length > 0 || !is_pin)),
        0x24 => {
            let named = record.files().into_iter();
            let named = named.map(|file| {
                let mut events = events.iter().copied();
                events.find(|event| event.get() as i32 == file)
            });
            if is_message {
                let may_grow = length == 0 || end <= length || !NO_RESIZE[kind];
                (end > 0 && may_grow && !is_excluded).then(|| {
                    let mut after = before.clone();
                    after.extend(vec![None; end.saturating_sub(length) as usize]);
                    after.splice(start as usize..end as usize, named);
                    after
                })
            } else if is_pin {
                (count == 1 && !is_excluded).then(|| named.collect())
            } else {
                (count == 1).then(|| named.filter(Option::is_some).collect())
            }
        }
        0x09 | 0x0a | 0x11 | 0x12 => same(is_pin && length > 0 && count == 1),
        _ => None,
    }
}

/// Bytes are obeyed exactly when they are a request (one kind of data, one action, a length that
/// covers the data, numbers that do not wrap, open events) about interrupts that the device has and
/// in a state that allows it; then the kind's events are the ones expected, and otherwise nothing has
/// changed. Here the words are any.
#[property]
fn prop_irq_set_validation(record: Record) {
    check_records(&[record]);
}

/// The same for sequences of records near legal ones, so that sets are in use, grown, disabled.
#[property]
fn prop_irq_set_validation_near_legal(records: Vec<NearLegal>) {
    let records: Vec<Record> = records.into_iter().map(|near| near.record).collect();
    check_records(&records);
}

/// A legal record, of which one word may be another.
#[derive(Debug)]
struct NearLegal {
    record: Record,
}

impl Generate for NearLegal {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let flags = LEGAL_FLAGS[source.draw(0..=8_usize)];
            let count = source.draw(0..=6_u32);
            let mut payload = Vec::new();
            for _ in 0..count {
                match flags % 8 {
                    2 => payload.push(source.draw(0..=2_u8)),
                    // No event, two events, and a number of none: handles are counted from one, and
                    // the group and the device have the first two.
                    4 => payload.extend((source.draw(0..=3_i32) * 2 - 1).min(4).to_ne_bytes()),
                    _ => {}
                }
            }
            let mut record = Record {
                argsz: 20 + payload.len() as u32,
                flags,
                index: source.draw(0..=4_u32),
                start: source.draw(0..=6_u32),
                count,
                payload,
            };
            let word = match source.draw(0..=15_u8) {
                0 => &mut record.argsz,
                1 => &mut record.index,
                2 => &mut record.start,
                3 => &mut record.count,
                4 => {
                    record.flags ^= 1 << source.draw(0..=6_u8);
                    return Self { record };
                }
                _ => return Self { record },
            };
            let change = source.draw(0..=4_u32);
            *word = match change {
                4 => u32::MAX - *word,
                _ => word.wrapping_add(change).wrapping_sub(2),
            };
            Self { record }
        })
    }
}

fn check_records(records: &[Record]) {
    let (mut kernel, device, events) = kernel();
    let mut model = Kinds::default();
    for record in records {
        let before = kernel.clone();
        let expected = expected(record, &model, &events);
        let answer = kernel.set_irqs_record(device, &record.bytes());
        assert_eq!(answer.is_ok(), expected.is_some());
        if let Some(after) = expected {
            model[record.index as usize] = after;
        }
        for index in IrqIndex::ALL {
            let connected = kernel.connected_events(name(), index);
            assert_eq!(connected, model[index as usize]);
            if answer.is_err() {
                assert_eq!(connected, before.connected_events(name(), index));
            }
        }
    }
}

/// A record that is cut off anywhere, or says that it is longer than it is, is refused, and reading it
/// touches no byte that is not there.
#[property]
fn prop_irq_set_truncated(bytes: Vec<u8>, near: NearLegal, cut: u8) {
    let event = |file: i32| u32::try_from(file).ok().map(EventHandle::new);
    let _ = IrqSet::decode(&bytes, event);
    let whole = near.record.bytes();
    let cut = usize::from(cut).min(whole.len());
    let part = &whole[..cut];
    let is_whole = cut >= 20 && cut as u64 >= near.record.argsz.into();
    assert!(is_whole || IrqSet::decode(part, event).is_err());
}

/// Every request leads through its bytes back to itself; the record says its own length, and has one
/// kind of data and one action.
#[property]
fn prop_irq_set_encode_decode(
    #[from(0..=4_u32)] index: u32,
    #[from(0..=2_u8)] action: u8,
    start: u32,
    #[from(0..=2_u8)] kind: u8,
    count: u32,
    chosen: Vec<bool>,
    events: Vec<Option<u16>>,
) {
    let index = IrqIndex::from_number(index).expect("there are five");
    let actions = [IrqAction::Mask, IrqAction::Unmask, IrqAction::Trigger];
    let action = actions[usize::from(action)];
    let data = match kind {
        0 => IrqData::Nothing(count),
        1 => IrqData::Chosen(chosen),
        _ => {
            let events = events.into_iter();
            let events = events.map(|event| Some(EventHandle::new(event?.into())));
            IrqData::Events(events.collect())
        }
    };
    let entries = data.count() as u64;
    let set = IrqSet {
        index,
        action,
        start,
        data,
    };
    // Files are numbered in another way than handles.
    let file = |event: EventHandle| i32::try_from(event.get()).ok().map(|number| number * 3);
    let event = |file: i32| Some(EventHandle::new(u32::try_from(file).ok()? / 3));
    let Ok(bytes) = set.encode(file) else {
        assert!(u64::from(start) + entries >= 0xffff_ffff);
        return;
    };
    let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!(word(0) as usize, bytes.len());
    assert!(LEGAL_FLAGS.contains(&word(4)));
    assert_eq!([word(8), word(12)], [index as u32, start]);
    assert_eq!(u64::from(word(16)), entries);
    assert_eq!(IrqSet::decode(&bytes, event), Ok(set.clone()));
    // What a newer program adds does not matter.
    let mut longer = bytes.clone();
    longer.extend([7; 3]);
    assert_eq!(IrqSet::decode(&longer, event), Ok(set.clone()));
    if let IrqData::Events(events) = &set.data
        && events.iter().any(Option::is_some)
    {
        assert!(set.encode(|_| None).is_err());
        assert!(IrqSet::decode(&bytes, |_| None).is_err());
    }
}
