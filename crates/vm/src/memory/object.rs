//! One object: plain bytes, and cells over the ranges that are more than plain bytes.
//!
//! Nearly all bytes of a run are numbers. They lie side by side, as far as they have been written. Whatever a byte can't say (never written, part of a term, part of an address with its
//! object) lies in cells: sorted, disjoint ranges that hide the bytes below them.
//!
//! # Invariants
//!
//! - Cells are sorted by start, disjoint, not empty and within the object.
//! - `bytes.len() <= size`; everything behind is the fill.
//! - A cell never holds a plain number without an object.
//! - A cell that holds an address as a number covers bytes that spell the same address.

mod bytes;

use crate::machine::Value;
use crate::program::{FunctionId, PlaceId};
use bytes::Bytes;

/// Objects up to this size get room for all of their bytes with the first one.
const SMALL_BYTES: u64 = 256;

/// The identity of an object; never reused within a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ObjectId(pub u32);

impl ObjectId {
    /// No object.
    pub(crate) const NONE: Self = Self(0);

    const STACK_FLAG: u32 = 1 << 31;

    /// The stack slot with this number.
    pub(super) fn stack(number: u32) -> Self {
        assert!(
            number < Self::STACK_FLAG,
            "stack slots are numbered below 2^31"
        );
        Self(number | Self::STACK_FLAG)
    }

    /// Whether it is a stack slot. They are numbered apart, so that two paths which differ in the
    /// functions that they called still agree in the numbers of what they allocated.
    pub(super) fn is_stack(self) -> bool {
        self.0 & Self::STACK_FLAG != 0
    }

    /// The number among stack slots, or among everything else.
    pub(super) fn number(self) -> usize {
        (self.0 & !Self::STACK_FLAG) as usize
    }
}

/// Where an object comes from, and so how it may end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ObjectKind {
    /// A stack slot; dies when its function returns.
    Stack,
    /// From Rust's global allocator; freed with the same layout.
    Heap,
    /// From the C allocator; freed without a layout.
    Foreign,
    /// A global variable or constant; never dies.
    Global,
    /// A function's address; holds nothing.
    Function(FunctionId),
}

/// What bytes are that nobody has written yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fill {
    /// Undefined.
    Undefined,
    /// Zero.
    Zero,
}

/// A range of an object that is more than plain bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// The first byte.
    pub start: u64,
    /// Behind the last byte.
    pub end: u64,
    /// How many low bytes of the value lie before `start` (cut off by a later write).
    pub skip: u32,
    /// Whether these are certainly all bytes of the value.
    pub is_whole: bool,
    /// The value whose bytes these are, least significant first; one that is poison or undefined
    /// for certain may cover any range.
    pub value: Value,
}

/// Some bytes of a value, in a list of pieces that make up a range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Piece {
    /// How many bytes; at most 16 when the value is a number.
    pub length: u32,
    /// How many low bytes of the value come before.
    pub skip: u32,
    /// The value.
    pub value: Value,
}

/// What a read found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Read {
    /// Plain bytes, as a number.
    Number(u128),
    /// Exactly the bytes of one value.
    Whole(Value),
    /// A mixture, lowest address first.
    Pieces(Vec<Piece>),
}

/// A copy of a range of an object.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub(crate) struct Fragment {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The cells, their offsets counted from the start of the fragment.
    pub cells: Vec<Cell>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    /// The address of its first byte.
    pub base: u64,
    /// Its size in bytes.
    pub size: u64,
    /// The alignment that was asked for, in bytes.
    pub align: u64,
    /// Where it comes from.
    pub kind: ObjectKind,
    /// Whether it may be written.
    pub is_writable: bool,
    /// Whether a stack slot is between its `lifetime.start` and `lifetime.end`.
    pub is_in_lifetime: bool,
    /// Where it was allocated.
    pub allocated_at: PlaceId,
    fill: Fill,
    bytes: Bytes,
    cells: Vec<Cell>,
}

impl Object {
    /// An object that nobody has written yet.
    pub(crate) fn new(kind: ObjectKind, base: u64, size: u64, align: u64, fill: Fill) -> Self {
        Self {
            base,
            size,
            align,
            kind,
            is_writable: true,
            is_in_lifetime: true,
            allocated_at: PlaceId(0),
            fill,
            bytes: Bytes::new(),
            cells: Vec::new(),
        }
    }

    /// Makes it a new object, of which only the room for bytes is kept.
    pub(super) fn renew(&mut self, kind: ObjectKind, base: u64, size: u64, align: u64, fill: Fill) {
        let (mut bytes, mut cells) = (
            std::mem::replace(&mut self.bytes, Bytes::new()),
            std::mem::take(&mut self.cells),
        );
        bytes.clear();
        cells.clear();
        *self = Self {
            bytes,
            cells,
            ..Self::new(kind, base, size, align, fill)
        };
    }

    /// How much room for bytes it has.
    pub(super) fn room_bytes(&self) -> usize {
        self.bytes.room()
    }

    /// Where `address` lies in the object, if `size` bytes from there do.
    #[inline]
    pub(crate) fn offset_of(&self, address: u64, size: u64) -> Option<u64> {
        let offset = address.wrapping_sub(self.base);
        (offset <= self.size && size <= self.size - offset).then_some(offset)
    }

    /// The objects that addresses in it point into; with repetitions.
    pub(crate) fn addressed_objects(&self) -> impl Iterator<Item = ObjectId> {
        let objects = self.cells.iter().map(|cell| cell.value.object);
        objects.filter(|object| *object != ObjectId::NONE)
    }

    /// The values in it that are more than plain bytes, such as addresses.
    pub(crate) fn special_values(&self) -> impl Iterator<Item = Value> {
        self.cells.iter().map(|cell| cell.value)
    }

    /// Changes the size. Bytes behind the new end go, bytes that come are the fill.
    pub(crate) fn resize(&mut self, size: u64) {
        if size < self.size {
            self.remove_cells(size, self.size);
            let kept = usize::try_from(size).unwrap_or(usize::MAX);
            if kept < self.bytes.len() {
                self.bytes.resize(kept);
            }
        }
        self.size = size;
    }

    /// Forgets the contents.
    pub(crate) fn make_undefined(&mut self) {
        self.fill = Fill::Undefined;
        self.bytes.clear();
        self.cells.clear();
    }

    /// The bytes of a range, if all of them are plain and have been written.
    #[inline]
    pub(crate) fn written_bytes(&self, offset: u64, size: u64) -> Option<&[u8]> {
        debug_assert!(offset + size <= self.size, "reads are checked before");
        if !self.is_free_of_cells(offset, offset + size) {
            return None;
        }
        let start = usize::try_from(offset).ok()?;
        self.bytes.get(start..start + usize::try_from(size).ok()?)
    }

    /// As [`Self::read`], for 1, 2, 4 or 8 plain bytes; `None` when there is more to it.
    #[inline]
    pub(crate) fn read_word(&self, offset: u64, size: u64) -> Option<u64> {
        let bytes = self.written_bytes(offset, size)?;
        Some(match *bytes {
            [a] => a.into(),
            [a, b] => u16::from_le_bytes([a, b]).into(),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]).into(),
            _ => u64::from_le_bytes(bytes.try_into().ok()?),
        })
    }

    /// As [`Self::write`], for 1, 2, 4 or 8 plain bytes over plain bytes; `false` when there is more
    /// to it, and then nothing has been written.
    #[inline]
    pub(crate) fn write_word(&mut self, offset: u64, size: u64, number: u64) -> bool {
        debug_assert!(offset + size <= self.size, "writes are checked before");
        if !self.is_free_of_cells(offset, offset + size) {
            return false;
        }
        let start = usize_of(offset);
        let Some(target) = self.bytes.get_mut(start..start + usize_of(size)) else {
            return false;
        };
        let [a, b, c, d, ..] = number.to_le_bytes();
        match target {
            [first] => *first = a,
            [first, second] => (*first, *second) = (a, b),
            [_, _, _, _] => target.copy_from_slice(&[a, b, c, d]),
            [_, _, _, _, _, _, _, _] => target.copy_from_slice(&number.to_le_bytes()),
            _ => return false,
        }
        true
    }

    /// Whether no cell covers any byte of a range.
    #[inline]
    fn is_free_of_cells(&self, start: u64, end: u64) -> bool {
        match self.cells.last() {
            None => true,
            Some(last) if last.end <= start => true,
            Some(_) => {
                let first = self.first_cell_behind(start);
                self.cells.get(first).is_none_or(|cell| cell.start >= end)
            }
        }
    }

    /// Reads `size` bytes, at most 16 unless the range is not plain.
    pub(crate) fn read(&self, offset: u64, size: u64) -> Read {
        debug_assert!(offset + size <= self.size, "reads are checked before");
        let end = offset + size;
        let first = self.first_cell_behind(offset);
        let has_cell = self.cells.get(first).is_some_and(|cell| cell.start < end);
        let is_written = end <= self.bytes.len() as u64 || self.fill == Fill::Zero;
        if !has_cell && is_written && size <= 16 {
            return Read::Number(self.number(offset, size));
        }
        if has_cell {
            let cell = &self.cells[first];
            let is_whole = cell.start == offset && cell.end == end && cell.is_whole;
            let is_indeterminate = cell.start <= offset && end <= cell.end;
            if is_whole || is_indeterminate && cell.value.is_indeterminate() {
                return Read::Whole(cell.value);
            }
        } else if offset >= self.bytes.len() as u64 && self.fill == Fill::Undefined {
            return Read::Whole(Value::UNDEFINED);
        }
        Read::Pieces(self.pieces(offset, end))
    }

    /// Writes a value of `size` bytes that is not a mixture.
    pub(crate) fn write(&mut self, offset: u64, size: u64, value: Value) {
        let end = offset + size;
        self.write_cell(Cell {
            start: offset,
            end,
            skip: 0,
            is_whole: true,
            value,
        });
    }

    /// Writes some bytes of a value.
    pub(crate) fn write_piece(&mut self, offset: u64, piece: Piece) {
        self.write_cell(Cell {
            start: offset,
            end: offset + u64::from(piece.length),
            skip: piece.skip,
            is_whole: false,
            value: piece.value,
        });
    }

    fn write_cell(&mut self, cell: Cell) {
        let Cell {
            start,
            end,
            skip,
            is_whole: _,
            value,
        } = cell;
        debug_assert!(end <= self.size, "writes are checked before");
        if start == end || self.replace_cell(&cell) {
            return;
        }
        self.remove_cells(start, end);
        if value.is_number() {
            let number = if skip < 16 {
                value.number() >> (skip * 8)
            } else {
                0
            };
            self.write_number(start, end - start, number);
            if value.is_plain() {
                return;
            }
        } else {
            self.grow(end);
        }
        self.insert_cell(cell);
    }

    /// Puts an address in the place of another one. Tables of addresses are written like that all the
    /// time, and taking a cell out of many and putting one in moves all those behind it.
    #[inline]
    fn replace_cell(&mut self, cell: &Cell) -> bool {
        let is_address = cell.value.is_number() && !cell.value.is_plain() && cell.is_whole;
        if !is_address || cell.end - cell.start != 8 {
            return false;
        }
        let first = self.first_cell_behind(cell.start);
        match self.cells.get_mut(first) {
            Some(found) if (found.start, found.end) == (cell.start, cell.end) => *found = *cell,
            _ => return false,
        }
        self.write_number(cell.start, 8, cell.value.number());
        true
    }

    /// Fills a range with one plain byte.
    pub(crate) fn fill_bytes(&mut self, offset: u64, size: u64, byte: u8) {
        if size == 0 {
            return;
        }
        self.remove_cells(offset, offset + size);
        let range = self.grow_to_range(offset, size);
        self.bytes.fill(range, byte);
    }

    /// Writes plain bytes.
    pub(crate) fn write_bytes(&mut self, offset: u64, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.remove_cells(offset, offset + bytes.len() as u64);
        let range = self.grow_to_range(offset, bytes.len() as u64);
        self.bytes.write(range.start, bytes);
    }

    /// The bytes of a range, if all of them are plain.
    pub(crate) fn plain_bytes(&self, offset: u64, size: u64) -> Option<Vec<u8>> {
        let mut fragment = Fragment::default();
        self.copy_out(offset, size, &mut fragment);
        fragment.cells.is_empty().then_some(fragment.bytes)
    }

    /// Copies a range out, into a fragment that is reused.
    pub(crate) fn copy_out(&self, offset: u64, size: u64, fragment: &mut Fragment) {
        let end = offset + size;
        let written = self.bytes.len() as u64;
        fragment.bytes.clear();
        fragment.cells.clear();
        let start = usize_of(offset.min(written));
        let stop = usize_of(end.min(written)).max(start);
        self.bytes.copy_to(start..stop, &mut fragment.bytes);
        fragment.bytes.resize(usize_of(size), 0);
        for cell in &self.cells[self.first_cell_behind(offset)..] {
            if cell.start >= end {
                break;
            }
            let cut = clip(cell, offset, end);
            fragment.cells.push(Cell {
                start: cut.start - offset,
                end: cut.end - offset,
                ..cut
            });
        }
        if self.fill == Fill::Undefined && end > written {
            let start = written.max(offset) - offset;
            fragment.cells.push(undefined_cell(start, size));
        }
    }

    /// Copies a fragment in.
    pub(crate) fn copy_in(&mut self, offset: u64, fragment: &Fragment) {
        if fragment.bytes.is_empty() {
            return;
        }
        self.write_bytes(offset, &fragment.bytes);
        if fragment.cells.is_empty() {
            return;
        }
        let index = self.first_cell_behind(offset);
        let moved = fragment.cells.iter().map(|cell| Cell {
            start: cell.start + offset,
            end: cell.end + offset,
            ..*cell
        });
        self.cells.splice(index..index, moved);
    }

    /// The pieces of a range, lowest address first.
    fn pieces(&self, offset: u64, end: u64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = offset;
        for cell in &self.cells[self.first_cell_behind(offset)..] {
            if cell.start >= end {
                break;
            }
            let cut = clip(cell, offset, end);
            self.push_plain(at, cut.start, &mut pieces);
            pieces.push(Piece {
                length: size_of_piece(cut.end - cut.start),
                skip: cut.skip,
                value: cut.value,
            });
            at = cut.end;
        }
        self.push_plain(at, end, &mut pieces);
        pieces
    }

    /// Adds the pieces of a range without cells.
    fn push_plain(&self, start: u64, end: u64, pieces: &mut Vec<Piece>) {
        let written = self.bytes.len() as u64;
        let mut at = start;
        while at < end {
            if at >= written && self.fill == Fill::Undefined {
                pieces.push(Piece {
                    length: size_of_piece(end - at),
                    skip: 0,
                    value: Value::UNDEFINED,
                });
                return;
            }
            let mut stop = end.min(at + 16);
            if at < written {
                stop = stop.min(written);
            }
            pieces.push(Piece {
                length: size_of_piece(stop - at),
                skip: 0,
                value: Value::wide(self.number(at, stop - at)),
            });
            at = stop;
        }
    }

    /// At most 16 bytes as a number; those that are not materialised count as 0.
    fn number(&self, offset: u64, size: u64) -> u128 {
        let start = usize_of(offset);
        if size == 8
            && let Some(bytes) = self.bytes.get(start..start + 8)
        {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            return u128::from(u64::from_le_bytes(word));
        }
        let stop = (start + usize_of(size)).min(self.bytes.len());
        let mut buffer = [0u8; 16];
        match self.bytes.get(start..stop.max(start)) {
            Some(bytes) => buffer[..bytes.len()].copy_from_slice(bytes),
            None if start < stop => {
                // They lie in two pages.
                let mut bytes = Vec::with_capacity(16);
                self.bytes.copy_to(start..stop, &mut bytes);
                buffer[..bytes.len()].copy_from_slice(&bytes);
            }
            None => {}
        }
        u128::from_le_bytes(buffer)
    }

    /// Writes the low `size` bytes of a number (bytes past the 16th are 0).
    fn write_number(&mut self, offset: u64, size: u64, number: u128) {
        let range = self.grow_to_range(offset, size);
        let bytes = number.to_le_bytes();
        let shared = range.len().min(16);
        self.bytes.write(range.start, &bytes[..shared]);
        if range.len() > shared {
            self.bytes.fill(range.start + shared..range.end, 0);
        }
    }

    /// Makes bytes up to `end` exist; skipped ones become cells when they are undefined.
    fn grow(&mut self, end: u64) {
        let written = self.bytes.len() as u64;
        if end <= written {
            return;
        }
        if self.fill == Fill::Undefined {
            // The range that the caller is about to write is removed again by `remove_cells` or
            // covered by its own cell, so only the gap is marked.
            self.cells.push(undefined_cell(written, end));
        }
        self.bytes.resize(usize_of(end));
    }

    /// Makes a range of plain bytes exist and returns it.
    fn grow_to_range(&mut self, offset: u64, size: u64) -> std::ops::Range<usize> {
        let end = offset + size;
        let written = self.bytes.len() as u64;
        if end > written {
            if self.fill == Fill::Undefined && offset > written {
                self.cells.push(undefined_cell(written, offset));
            }
            if written == 0 && self.size <= SMALL_BYTES {
                // It is seldom that only a part of a small object is written.
                self.bytes.reserve(usize_of(self.size));
            }
            self.bytes.resize(usize_of(end));
        }
        usize_of(offset)..usize_of(end)
    }

    /// The index of the first cell that ends behind `offset`.
    fn first_cell_behind(&self, offset: u64) -> usize {
        match self.cells.last() {
            None => 0,
            Some(last) if last.end <= offset => self.cells.len(),
            Some(_) => self.cells.partition_point(|cell| cell.end <= offset),
        }
    }

    /// Uncovers a range: cells within it go, cells across its ends are cut.
    fn remove_cells(&mut self, start: u64, end: u64) {
        let first = self.first_cell_behind(start);
        let Some(cell) = self.cells.get(first).copied() else {
            return;
        };
        if cell.start >= end {
            return;
        }
        let count = self.cells[first..]
            .iter()
            .take_while(|cell| cell.start < end)
            .count();
        let last = self.cells[first + count - 1];
        let mut kept = [None, None];
        if cell.start < start {
            kept[0] = Some(clip(&cell, cell.start, start));
        }
        if last.end > end {
            kept[1] = Some(clip(&last, end, last.end));
        }
        if count == 1 && kept == [None, None] {
            self.cells.remove(first);
        } else {
            self.cells
                .splice(first..first + count, kept.into_iter().flatten());
        }
    }

    /// Adds a cell over a range that no cell covers, except for the gap cell of `grow`.
    fn insert_cell(&mut self, cell: Cell) {
        self.remove_cells(cell.start, cell.end);
        let index = self.first_cell_behind(cell.start);
        self.cells.insert(index, cell);
    }

    /// Checks the invariants of the cells; for tests.
    #[cfg(test)]
    fn assert_cells_are_sound(&self) {
        let mut at = 0;
        for cell in &self.cells {
            assert!(
                cell.start >= at && cell.start < cell.end,
                "{:?}",
                self.cells
            );
            assert!(cell.end <= self.bytes.len() as u64, "{:?}", self.cells);
            assert!(!cell.value.is_plain(), "{:?}", self.cells);
            at = cell.end;
        }
        assert!(self.bytes.len() as u64 <= self.size);
    }
}

/// The part of a cell within a range that it overlaps.
fn clip(cell: &Cell, start: u64, end: u64) -> Cell {
    let from = cell.start.max(start);
    let skip = if cell.value.is_indeterminate() {
        0
    } else {
        cell.skip + size_of_piece(from - cell.start)
    };
    let end = cell.end.min(end);
    Cell {
        start: from,
        end,
        skip,
        is_whole: cell.is_whole && from == cell.start && end == cell.end,
        value: cell.value,
    }
}

fn undefined_cell(start: u64, end: u64) -> Cell {
    Cell {
        start,
        end,
        skip: 0,
        is_whole: true,
        value: Value::UNDEFINED,
    }
}

fn usize_of(offset: u64) -> usize {
    usize::try_from(offset).expect("objects are materialised only within the host's memory")
}

fn size_of_piece(length: u64) -> u32 {
    u32::try_from(length).expect("materialised ranges are below 4 GiB")
}

#[cfg(test)]
mod tests;
