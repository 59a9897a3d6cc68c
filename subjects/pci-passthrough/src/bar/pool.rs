//! A window of addresses from which registers get theirs.
//!
//! # Invariants
//!
//! - What is given out is inside the window, aligned as asked, and disjoint.
//! - Without a wish, the lowest place that fits is given: the answer depends on what is in use, not
//!   on how it came to be.
//! - Giving back needs the exact start and size; anything else changes nothing.
//!
//! # Not here
//!
//! Which pool is for what: [`AddressMap`](crate::AddressMap).

use crate::{Alignment, BarError, Gpa, Range};

/// A window with what is in use of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPool {
    window: Range<Gpa>,
    used: Vec<Range<Gpa>>,
}

impl AddressPool {
    /// A pool of `bytes` addresses from `first` on.
    ///
    /// # Errors
    ///
    /// [`BarError::PoolWraps`] for no addresses, or for ones that pass 2^64.
    pub fn new(first: Gpa, bytes: u64) -> Result<Self, BarError> {
        let first_number = first.get();
        let window = Range::new(first, bytes).map_err(|_| BarError::PoolWraps {
            first: first_number,
            bytes,
        })?;
        Ok(Self {
            window,
            used: Vec::new(),
        })
    }

    /// All addresses of the pool.
    pub const fn window(&self) -> Range<Gpa> {
        self.window
    }

    /// What is given out, ascending.
    pub fn used(&self) -> &[Range<Gpa>] {
        &self.used
    }

    /// Gives out the lowest free place of that size and alignment.
    ///
    /// # Errors
    ///
    /// [`BarError::Exhausted`] when there is none.
    pub fn allocate(&mut self, bytes: u64, alignment: Alignment) -> Result<Range<Gpa>, BarError> {
        let exhausted = BarError::Exhausted { bytes };
        // Gaps are tried from below: before each range in use, and after the last one.
        let mut free_from = self.window.first();
        for place in 0..=self.used.len() {
            let gap_last = match self.used.get(place) {
                Some(used) => used.first().checked_sub(1),
                None => Some(self.window.last()),
            };
            let found = free_from
                .align_up(alignment)
                .and_then(|first| Range::new(first, bytes).ok());
            if let (Some(range), Some(gap_last)) = (found, gap_last)
                && range.last() <= gap_last
            {
                self.used.insert(place, range);
                return Ok(range);
            }
            let Some(used) = self.used.get(place) else {
                break;
            };
            free_from = used.last().checked_add(1).ok_or(exhausted)?;
        }
        Err(exhausted)
    }

    /// Gives out exactly the place asked for.
    ///
    /// # Errors
    ///
    /// [`BarError::Misaligned`], [`BarError::OutsidePools`], [`BarError::Occupied`].
    pub fn allocate_at(
        &mut self,
        first: Gpa,
        bytes: u64,
        alignment: Alignment,
    ) -> Result<Range<Gpa>, BarError> {
        let address = first.get();
        if !first.is_aligned(alignment) {
            let alignment = alignment.bytes();
            return Err(BarError::Misaligned { address, alignment });
        }
        let range = match Range::new(first, bytes) {
            Ok(range) if self.window.contains_range(range) => range,
            _ => return Err(BarError::OutsidePools { address, bytes }),
        };
        let place = self
            .used
            .partition_point(|used| used.last() < range.first());
        if self
            .used
            .get(place)
            .is_some_and(|used| used.overlaps(range))
        {
            return Err(BarError::Occupied { address, bytes });
        }
        self.used.insert(place, range);
        Ok(range)
    }

    /// Takes back what was given out with that start and size; whether there was such a thing.
    pub fn free(&mut self, first: Gpa, bytes: u64) -> bool {
        let Ok(range) = Range::new(first, bytes) else {
            return false;
        };
        match self.used.iter().position(|used| *used == range) {
            Some(place) => {
                self.used.remove(place);
                true
            }
            None => false,
        }
    }
}
