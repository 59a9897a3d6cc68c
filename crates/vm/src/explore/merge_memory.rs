//! The memories of two states become one.
//!
//! Only objects that either state changed since they parted are looked at. Within an object, a unit
//! is a range that both states can read as one value: a cell of either, or an aligned word of plain
//! bytes, so that a number that differs becomes one choice and not one a byte.
//!
//! # Invariants
//!
//! - An object that is alive in both states is the same object: same address, size, origin. One that
//!   is alive in only one of them never existed in the other.

use proofhouse_solver::TermId;

use super::merge::{Apart, Numbers};
use crate::machine::{Machine, State, Value};
use crate::memory::{Cell, Fragment, Object, ObjectId, Read, Slot};
use crate::program::Scalar;

/// Ranges that may differ between two states that are merged.
const UNITS_MAX: usize = 512;
/// Objects larger than this that differ are not compared byte by byte.
const SIZE_MAX: u64 = 1 << 16;
/// Objects with parts of this size and alignment hold lengths and addresses, not text.
const WORD_BYTES: u64 = 8;
/// A unit is at most this large.
const UNIT_BYTES_MAX: u64 = 64;

/// A range of an object that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unit {
    object: ObjectId,
    start: u64,
    end: u64,
}

/// What has to be done to merge two memories.
pub(super) struct ObjectMerge {
    units: Vec<Unit>,
    only_in_second: Vec<ObjectId>,
}

impl Machine<'_> {
    /// The ranges that differ, or why the memories can't be merged.
    pub(super) fn mergeable_objects(
        &self,
        first: &State,
        second: &State,
        numbers: Numbers,
    ) -> Result<ObjectMerge, Apart> {
        let mut units = Vec::new();
        let mut only_in_second = Vec::new();
        for id in first.memory.differing(&second.memory) {
            match (first.memory.slot(id), second.memory.slot(id)) {
                (Slot::Live(left), Slot::Live(right)) => {
                    differing_units(id, left, right, numbers, &mut units)?;
                }
                // In the other state nobody can have an address of it.
                (Slot::Live(_), Slot::Vacant) => {}
                (Slot::Vacant, Slot::Live(_)) => only_in_second.push(id),
                _ => return Err(Apart::Objects),
            }
        }
        if units.len() > UNITS_MAX {
            return Err(Apart::TooMuch);
        }
        Ok(ObjectMerge {
            units,
            only_in_second,
        })
    }

    /// Writes what differs into the first state's memory.
    pub(super) fn merge_objects(
        &mut self,
        condition: TermId,
        both: &mut State,
        second: &State,
        merge: ObjectMerge,
    ) {
        for unit in merge.units {
            let size = unit.end - unit.start;
            let bits = u16::try_from(size * 8).expect("units are small");
            let read = |machine: &mut Self, state: &State| {
                let object = state
                    .memory
                    .object(unit.object)
                    .expect("it is alive in both");
                machine.value_read(Scalar::Integer(bits), object.read(unit.start, size))
            };
            let (left, right) = (read(self, both), read(self, second));
            let value = self.symbols.choose(condition, left, right, bits.into());
            self.write_at(both, unit.object, unit.start, size, value);
        }
        for id in merge.only_in_second {
            both.memory.adopt(id, &second.memory);
        }
    }
}

/// Adds the ranges in which two versions of an object differ.
fn differing_units(
    id: ObjectId,
    left: &Object,
    right: &Object,
    numbers: Numbers,
    units: &mut Vec<Unit>,
) -> Result<(), Apart> {
    let is_same_object = left.base == right.base
        && left.size == right.size
        && left.align == right.align
        && left.kind == right.kind
        && left.is_writable == right.is_writable
        && left.is_in_lifetime == right.is_in_lifetime;
    if !is_same_object {
        return Err(Apart::Objects);
    }
    if left.size > SIZE_MAX {
        return Err(Apart::TooMuch);
    }
    let (mut first, mut second) = (Fragment::default(), Fragment::default());
    left.copy_out(0, left.size, &mut first);
    right.copy_out(0, right.size, &mut second);
    let mut at = 0;
    while at < left.size {
        let end = unit_end(at, left.size, &first.cells, &second.cells)?;
        if is_different(at, end, &first, &second) {
            let is_word = end - at == WORD_BYTES && left.align >= WORD_BYTES;
            if is_word && keep_apart(numbers, left.read(at, end - at), right.read(at, end - at)) {
                return Err(Apart::Numbers);
            }
            units.push(Unit {
                object: id,
                start: at,
                end,
            });
        }
        at = end;
    }
    Ok(())
}

/// Whether what two states hold in one place keeps them apart.
fn keep_apart(numbers: Numbers, left: Read, right: Read) -> bool {
    let value = |read| match read {
        Read::Number(number) => Some(Value::wide(number)),
        Read::Whole(value) => Some(value),
        Read::Pieces(_) => None,
    };
    match (value(left), value(right)) {
        (Some(left), Some(right)) => numbers.keep_apart(left, right),
        _ => false,
    }
}

/// Where the unit that starts at `at` ends.
fn unit_end(at: u64, size: u64, left: &[Cell], right: &[Cell]) -> Result<u64, Apart> {
    // Without cells: up to the next multiple of 8, or the next cell.
    let mut end = (at + 8 - at % 8).min(size);
    for cells in [left, right] {
        let next = cells
            .iter()
            .find(|cell| cell.start > at && cell.start < end);
        end = next.map_or(end, |cell| cell.start);
    }
    // A cell that holds a value is never cut. What overlaps it belongs to the unit, too.
    let mut has_grown = true;
    while has_grown {
        has_grown = false;
        for cell in left.iter().chain(right) {
            let overlaps = cell.start < end && cell.end > at;
            if overlaps && !cell.value.is_indeterminate() && cell.end > end {
                end = cell.end;
                has_grown = true;
            }
        }
    }
    if end - at > UNIT_BYTES_MAX {
        Err(Apart::TooMuch)
    } else {
        Ok(end)
    }
}

/// Whether a range holds different values.
fn is_different(start: u64, end: u64, left: &Fragment, right: &Fragment) -> bool {
    let cells = |fragment: &Fragment| -> Vec<Cell> {
        let overlapping = |cell: &&Cell| cell.start < end && cell.end > start;
        let clipped = |cell: &Cell| Cell {
            start: cell.start.max(start),
            end: cell.end.min(end),
            ..*cell
        };
        fragment
            .cells
            .iter()
            .filter(overlapping)
            .map(clipped)
            .collect()
    };
    let (first, second) = (cells(left), cells(right));
    if first != second {
        return true;
    }
    let plain = |index: u64| {
        !first
            .iter()
            .any(|cell| cell.start <= index && index < cell.end)
    };
    (start..end).any(|index| {
        let place = usize::try_from(index).expect("small objects");
        plain(index) && left.bytes[place] != right.bytes[place]
    })
}
