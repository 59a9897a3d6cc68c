//! Which pages of a range devices have written.
//!
//! # Invariants
//!
//! - There is a bit for each page of the range, and no other bit is set.
//!
//! # Not here
//!
//! Asking for them: [`Container::dirty_pages`](crate::Container::dirty_pages).
//!
//! # Source
//!
//! `struct vfio_bitmap` in `include/uapi/linux/vfio.h`, Linux.

use crate::kernel::DirtyRequest;
use crate::{Iova, PageSize, Range};

/// A bit for each page of a range.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DirtyBitmap {
    range: Range<Iova>,
    page: PageSize,
    words: Vec<u64>,
}

impl DirtyBitmap {
    /// A bitmap without a bit set, and the request that fills it; `None` for a range that is not
    /// whole pages, or so long that its bitmap has more than `bytes_max` bytes.
    pub(crate) fn prepare(
        range: Range<Iova>,
        page: PageSize,
        bytes_max: u64,
    ) -> Option<(Self, DirtyRequest)> {
        let size = u64::try_from(range.length()).ok()?;
        let words = (size / page.bytes()).div_ceil(64);
        if !range.is_aligned(page.alignment()) || words > bytes_max / 8 {
            return None;
        }
        let bitmap = Self {
            range,
            page,
            words: vec![0; usize::try_from(words).ok()?],
        };
        let request = DirtyRequest {
            iova: range.first().get(),
            size,
            page_bytes: page.bytes(),
        };
        Some((bitmap, request))
    }

    /// The words, for who fills them.
    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// Of which addresses it tells.
    pub const fn range(&self) -> Range<Iova> {
        self.range
    }

    /// The pages that have a bit each.
    pub const fn page(&self) -> PageSize {
        self.page
    }

    /// The bits, the range's first page in the first word's lowest.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Whether the page of an address was written; no page outside the range was.
    pub fn is_dirty(&self, address: Iova) -> bool {
        if !self.range.contains(address) {
            return false;
        }
        let page = (address.get() - self.range.first().get()) / self.page.bytes();
        let word = usize::try_from(page / 64)
            .ok()
            .and_then(|place| self.words.get(place));
        word.is_some_and(|word| word >> (page % 64) & 1 != 0)
    }

    /// Where the written pages begin, ascending.
    pub fn pages(&self) -> impl Iterator<Item = Iova> + '_ {
        let words = (0_u64..).zip(&self.words);
        let bits = words.flat_map(|(place, &word)| {
            let set = (0..64).filter(move |bit| word >> bit & 1 != 0);
            set.map(move |bit| place * 64 + bit)
        });
        bits.filter_map(|page| {
            let distance = page.checked_mul(self.page.bytes())?;
            self.range.first().checked_add(distance)
        })
    }

    /// How many pages were written.
    pub fn count(&self) -> u64 {
        let counts = self.words.iter().map(|word| u64::from(word.count_ones()));
        counts.sum()
    }
}
