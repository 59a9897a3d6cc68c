//! Where two versions of one object may hold different bytes.
//!
//! Most bytes are plain, and of most objects most bytes stay as they were: those are compared as bytes.
//! What is left are short ranges that begin and end where a cell of either version does, so that each can
//! be read as one value of both.
//!
//! # Invariants
//!
//! - A byte outside of all ranges is the same in both versions.
//! - Ranges are in order, disjoint, not empty and at most eight bytes long.
//!
//! # Not here
//!
//! Whether values that are not written alike can differ: only the machine knows the terms.

use super::{Cell, Fragment, Object};

/// The longest range: an address, or a number as wide as one.
const RANGE_BYTES_MAX: u64 = 8;

impl Object {
    /// The ranges in which this version and another one, of the same size, may differ.
    pub(crate) fn unequal_ranges(&self, other: &Self) -> Vec<(u64, u64)> {
        assert_eq!(self.size, other.size, "two versions of one object");
        let (mut first, mut second) = (Fragment::default(), Fragment::default());
        self.copy_out(0, self.size, &mut first);
        other.copy_out(0, other.size, &mut second);
        let mut ends: Vec<u64> = [&first, &second]
            .iter()
            .flat_map(|version| &version.cells)
            .flat_map(|cell| [cell.start, cell.end])
            .chain([self.size])
            .collect();
        ends.sort_unstable();
        ends.dedup();
        let mut ranges = Vec::new();
        let mut cells = [
            first.cells.iter().peekable(),
            second.cells.iter().peekable(),
        ];
        let mut start = 0;
        for end in ends {
            let [left, right] = cells.each_mut().map(|cells| {
                while cells.next_if(|cell| cell.end <= start).is_some() {}
                cells.peek().copied().filter(|cell| cell.start <= start)
            });
            match (left, right) {
                (None, None) => push_unequal_bytes((start, end), [&first, &second], &mut ranges),
                (Some(left), Some(right)) if is_same_part(left, right, start) => {}
                _ => push_short((start, end), &mut ranges),
            }
            start = end;
        }
        ranges
    }
}

/// Whether two cells hold the same from an offset on that both cover.
fn is_same_part(left: &Cell, right: &Cell, start: u64) -> bool {
    if left.value.is_indeterminate() && right.value.is_indeterminate() {
        return true;
    }
    let skipped = |cell: &Cell| u64::from(cell.skip) + (start - cell.start);
    left.value == right.value && skipped(left) == skipped(right)
}

/// Adds the bytes of a range without cells that differ.
fn push_unequal_bytes(
    (start, end): (u64, u64),
    [first, second]: [&Fragment; 2],
    ranges: &mut Vec<(u64, u64)>,
) {
    let index = |offset| usize::try_from(offset).expect("both versions are materialised");
    let (from, to) = (index(start), index(end));
    if first.bytes[from..to] == second.bytes[from..to] {
        return;
    }
    let mut run = None;
    for at in start..=end {
        let differs = at < end && first.bytes[index(at)] != second.bytes[index(at)];
        match run {
            None if differs => run = Some(at),
            Some(begin) if !differs => {
                push_short((begin, at), ranges);
                run = None;
            }
            _ => {}
        }
    }
}

/// Adds a range in short parts.
fn push_short((start, end): (u64, u64), ranges: &mut Vec<(u64, u64)>) {
    let mut at = start;
    while at < end {
        let stop = end.min(at + RANGE_BYTES_MAX);
        ranges.push((at, stop));
        at = stop;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{EntryId, Value};
    use crate::memory::{Fill, ObjectId, ObjectKind, Read};

    const SIZE: u64 = 40;

    /// The naive twin: looks at each byte alone.
    fn unequal_bytes(left: &Object, right: &Object) -> Vec<u64> {
        let byte = |object: &Object, at| match object.read(at, 1) {
            Read::Number(number) => Some((Value::wide(number), 0)),
            Read::Whole(value) => (!value.is_indeterminate()).then_some((value, 0)),
            Read::Pieces(pieces) => {
                let [piece] = pieces.as_slice() else {
                    panic!("a byte is one piece")
                };
                (!piece.value.is_indeterminate()).then_some((piece.value, piece.skip))
            }
        };
        (0..left.size)
            .filter(|at| byte(left, *at) != byte(right, *at))
            .collect()
    }

    fn writes(object: &mut Object, seed: &mut u64) {
        let mut next = |most: u64| {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (*seed >> 33) % most
        };
        for _ in 0..next(6) {
            let size = [1, 2, 4, 8][usize::try_from(next(4)).unwrap()];
            let at = next(SIZE - size + 1);
            match next(4) {
                0 => object.write(at, size, Value::word(next(3))),
                1 => object.write(at, size, Value::UNDEFINED),
                2 => object.write(
                    at,
                    size,
                    Value::entry(EntryId(u32::try_from(next(3)).unwrap())),
                ),
                _ if size == 8 => object.write(at, 8, Value::address(next(3), ObjectId(7))),
                _ => object.write(at, size, Value::POISON),
            }
        }
    }

    #[test]
    fn the_ranges_cover_what_differs_and_little_else() {
        let mut seed = 1;
        let mut unequal = 0;
        for round in 0..2_000 {
            let fill = [Fill::Zero, Fill::Undefined][round % 2];
            let mut left = Object::new(ObjectKind::Heap, 64, SIZE, 8, fill);
            writes(&mut left, &mut seed);
            let mut right = left.clone();
            if round % 3 > 0 {
                writes(&mut right, &mut seed);
            }
            let ranges = left.unequal_ranges(&right);
            let differing = unequal_bytes(&left, &right);
            unequal += differing.len();
            let mut last = 0;
            for (start, end) in &ranges {
                assert!(last <= *start && start < end && end - start <= RANGE_BYTES_MAX);
                let holds_one = differing.iter().any(|at| (*start..*end).contains(at));
                assert!(holds_one, "{left:?}\n{right:?}\n{ranges:?}");
                last = *end;
            }
            for at in differing {
                let is_covered = ranges
                    .iter()
                    .any(|(start, end)| (*start..*end).contains(&at));
                assert!(is_covered, "byte {at} of\n{left:?}\n{right:?}\n{ranges:?}");
            }
        }
        assert!(unequal > 1_000, "the versions differ: {unequal}");
    }
}
