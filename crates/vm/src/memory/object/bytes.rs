//! The plain bytes of an object: one run while there are few, pages once there are many.
//!
//! A fork that writes one byte of a large object must not copy all the others. Pages are shared with
//! the other copies of an object until one of them is written. Small objects, which are nearly all,
//! pay one comparison for it.
//!
//! # Invariants
//!
//! - All pages have the same size, also the last; what lies behind `length` in it is zero.
//! - What a range holds does not depend on how it is kept (`tests` compare with a plain vector).

use std::ops::Range;
use std::rc::Rc;

/// More bytes than this are kept in pages.
const FLAT_BYTES_MAX: usize = 1 << 15;
const PAGE_BYTES: usize = 1 << 12;

type Page = [u8; PAGE_BYTES];

/// Bytes, numbered from 0.
#[derive(Clone, Debug)]
pub(super) enum Bytes {
    /// One run.
    Flat(Vec<u8>),
    /// Pages that copies share.
    Paged {
        /// The pages.
        pages: Vec<Rc<Page>>,
        /// How many bytes there are.
        length: usize,
    },
}

impl Bytes {
    pub(super) const fn new() -> Self {
        Self::Flat(Vec::new())
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Flat(bytes) => bytes.len(),
            Self::Paged { length, .. } => *length,
        }
    }

    /// For how many bytes there is room that a cleared object keeps.
    pub(super) fn room(&self) -> usize {
        match self {
            Self::Flat(bytes) => bytes.capacity(),
            Self::Paged { .. } => usize::MAX,
        }
    }

    /// Drops all bytes.
    pub(super) fn clear(&mut self) {
        match self {
            Self::Flat(bytes) => bytes.clear(),
            Self::Paged { .. } => *self = Self::new(),
        }
    }

    /// Makes room for so many bytes in all.
    pub(super) fn reserve(&mut self, length: usize) {
        if let Self::Flat(bytes) = self {
            bytes.reserve_exact(length.saturating_sub(bytes.len()));
        }
    }

    /// A range, if all of it is there and lies in one piece.
    #[inline]
    pub(super) fn get(&self, range: Range<usize>) -> Option<&[u8]> {
        match self {
            Self::Flat(bytes) => bytes.get(range),
            Self::Paged { pages, length } => {
                let within = within_page(&range)?;
                let is_there = range.end <= *length;
                pages
                    .get(range.start / PAGE_BYTES)
                    .filter(|_| is_there)?
                    .get(within)
            }
        }
    }

    /// As [`Self::get`], to be written.
    #[inline]
    pub(super) fn get_mut(&mut self, range: Range<usize>) -> Option<&mut [u8]> {
        match self {
            Self::Flat(bytes) => bytes.get_mut(range),
            Self::Paged { pages, length } => {
                let within = within_page(&range)?;
                let is_there = range.end <= *length;
                let page = pages
                    .get_mut(range.start / PAGE_BYTES)
                    .filter(|_| is_there)?;
                Rc::make_mut(page).get_mut(within)
            }
        }
    }

    /// Adds a range, which must be there, to a vector.
    pub(super) fn copy_to(&self, range: Range<usize>, target: &mut Vec<u8>) {
        match self {
            Self::Flat(bytes) => target.extend_from_slice(&bytes[range]),
            Self::Paged { pages, .. } => {
                for (page, within) in parts(range) {
                    target.extend_from_slice(&pages[page][within]);
                }
            }
        }
    }

    /// Writes bytes over a range that is there.
    pub(super) fn write(&mut self, start: usize, source: &[u8]) {
        match self {
            Self::Flat(bytes) => bytes[start..start + source.len()].copy_from_slice(source),
            Self::Paged { pages, .. } => {
                let mut rest = source;
                for (page, within) in parts(start..start + source.len()) {
                    let (first, others) = rest.split_at(within.len());
                    Rc::make_mut(&mut pages[page])[within].copy_from_slice(first);
                    rest = others;
                }
            }
        }
    }

    /// Fills a range that is there with one byte.
    pub(super) fn fill(&mut self, range: Range<usize>, byte: u8) {
        match self {
            Self::Flat(bytes) => bytes[range].fill(byte),
            Self::Paged { pages, .. } => {
                for (page, within) in parts(range) {
                    Rc::make_mut(&mut pages[page])[within].fill(byte);
                }
            }
        }
    }

    /// Drops the bytes behind a length, or adds zeros up to it.
    pub(super) fn resize(&mut self, new_length: usize) {
        if let Self::Flat(bytes) = self {
            if new_length <= FLAT_BYTES_MAX {
                bytes.resize(new_length, 0);
                return;
            }
            *self = paged(bytes);
        }
        let Self::Paged { pages, length } = self else {
            unreachable!("it was made paged");
        };
        let count = new_length.div_ceil(PAGE_BYTES);
        pages.truncate(count);
        if pages.len() < count {
            pages.resize(count, Rc::new([0; PAGE_BYTES]));
        }
        if new_length < *length
            && let Some(last) = pages.last_mut()
            && !new_length.is_multiple_of(PAGE_BYTES)
        {
            Rc::make_mut(last)[new_length % PAGE_BYTES..].fill(0);
        }
        *length = new_length;
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        let all = |bytes: &Self| {
            let mut copy = Vec::new();
            bytes.copy_to(0..bytes.len(), &mut copy);
            copy
        };
        self.len() == other.len() && all(self) == all(other)
    }
}

impl Eq for Bytes {}

/// The same bytes in pages.
fn paged(bytes: &[u8]) -> Bytes {
    let pages = bytes.chunks(PAGE_BYTES).map(|chunk| {
        let mut page = [0; PAGE_BYTES];
        page[..chunk.len()].copy_from_slice(chunk);
        Rc::new(page)
    });
    Bytes::Paged {
        pages: pages.collect(),
        length: bytes.len(),
    }
}

/// Where a range lies in its page, if it lies in one.
#[inline]
fn within_page(range: &Range<usize>) -> Option<Range<usize>> {
    let start = range.start % PAGE_BYTES;
    let end = start.checked_add(range.end.checked_sub(range.start)?)?;
    (end <= PAGE_BYTES).then_some(start..end)
}

/// The pages that a range lies in, each with the part of it.
fn parts(range: Range<usize>) -> impl Iterator<Item = (usize, Range<usize>)> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        if at >= range.end {
            return None;
        }
        let page = at / PAGE_BYTES;
        let stop = range.end.min((page + 1) * PAGE_BYTES);
        let within = at % PAGE_BYTES..stop - page * PAGE_BYTES;
        at = stop;
        Some((page, within))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_a_vector() {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % (limit as u64 + 1)).unwrap()
        };
        let (mut bytes, mut twin) = (Bytes::new(), Vec::new());
        for round in 0..600u32 {
            let start = below(twin.len());
            let end = start + below((twin.len() - start).min(9_000));
            let byte = round.to_le_bytes()[0];
            match below(4) {
                0 => {
                    let length = below(5 * FLAT_BYTES_MAX / 2);
                    bytes.resize(length);
                    twin.resize(length, 0);
                }
                1 => {
                    bytes.fill(start..end, byte);
                    twin[start..end].fill(byte);
                }
                2 => {
                    let source: Vec<u8> = (start..end).map(|at| at.to_le_bytes()[0]).collect();
                    bytes.write(start, &source);
                    twin[start..end].copy_from_slice(&source);
                }
                3 => {
                    let shared = bytes.clone();
                    if let Some(part) = bytes.get_mut(start..end.min(start + 8)) {
                        part.fill(byte);
                    }
                    assert_eq!(shared, {
                        let mut whole = Bytes::new();
                        whole.resize(twin.len());
                        whole.write(0, &twin);
                        whole
                    });
                    if bytes.get(start..end.min(start + 8)).is_some() {
                        twin[start..end.min(start + 8)].fill(byte);
                    }
                }
                _ => {}
            }
            let mut copied = Vec::new();
            bytes.copy_to(start.min(twin.len())..end.min(twin.len()), &mut copied);
            assert_eq!(copied, twin[start.min(twin.len())..end.min(twin.len())]);
            assert_eq!(bytes.len(), twin.len());
            if let Some(part) = bytes.get(start..end) {
                assert_eq!(part, &twin[start..end]);
            }
        }
    }

    #[test]
    fn what_is_not_there_is_not_given() {
        for length in [10, FLAT_BYTES_MAX + 10] {
            let mut bytes = Bytes::new();
            bytes.resize(length);
            assert!(bytes.get(length - 8..length).is_some());
            assert!(bytes.get(length - 7..length + 1).is_none());
            assert!(bytes.get_mut(length..length + 1).is_none());
        }
    }

    #[test]
    fn a_copy_shares_all_pages_but_the_written_one() {
        let mut bytes = Bytes::new();
        bytes.resize(1 << 20);
        for at in (0..1 << 20).step_by(PAGE_BYTES) {
            bytes.fill(at..at + 1, 1);
        }
        let copy = bytes.clone();
        bytes.write(70_000, &[2]);
        let (Bytes::Paged { pages, .. }, Bytes::Paged { pages: others, .. }) = (&bytes, &copy)
        else {
            panic!("a megabyte is kept in pages");
        };
        let pairs = pages.iter().zip(others);
        assert_eq!(
            pairs.filter(|(own, other)| !Rc::ptr_eq(own, other)).count(),
            1
        );
    }
}
