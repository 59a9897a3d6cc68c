//! Who answers at an address.
//!
//! # Invariants
//!
//! - Windows are ascending and disjoint.
//! - A window whose decoding is off keeps its place, and answers nothing.
//!
//! # Not here
//!
//! Giving addresses out: the pools do. The bus is the last word on who has one.

use crate::{BarError, BarSlot, Gpa, Range};

/// A register of a device. Devices are numbered by their owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusOwner {
    /// Which device.
    pub device: u32,
    /// Which of its registers.
    pub slot: BarSlot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Window {
    range: Range<Gpa>,
    owner: BusOwner,
    is_decoding: bool,
}

/// The windows of one space, memory or ports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bus {
    windows: Vec<Window>,
}

impl Bus {
    /// A bus without windows.
    pub const fn new() -> Self {
        Self {
            windows: Vec::new(),
        }
    }

    /// Adds a window that does not answer yet.
    ///
    /// # Errors
    ///
    /// [`BarError::Occupied`] when another window has one of the addresses.
    pub fn insert(&mut self, range: Range<Gpa>, owner: BusOwner) -> Result<(), BarError> {
        let place = self.first_reaching(range.first());
        let next = self.windows.get(place);
        if next.is_some_and(|window| window.range.overlaps(range)) {
            return Err(BarError::Occupied {
                address: range.first().get(),
                bytes: u64::try_from(range.length()).unwrap_or(u64::MAX),
            });
        }
        let window = Window {
            range,
            owner,
            is_decoding: false,
        };
        self.windows.insert(place, window);
        Ok(())
    }

    /// Takes an owner's window away; the addresses that it had.
    pub fn remove(&mut self, owner: BusOwner) -> Option<Range<Gpa>> {
        let place = self
            .windows
            .iter()
            .position(|window| window.owner == owner)?;
        Some(self.windows.remove(place).range)
    }

    /// Lets an owner's window answer, or stops it.
    pub fn set_decoding(&mut self, owner: BusOwner, is_decoding: bool) {
        let mut windows = self.windows.iter_mut();
        if let Some(window) = windows.find(|window| window.owner == owner) {
            window.is_decoding = is_decoding;
        }
    }

    /// Whether an owner's window answers.
    pub fn is_decoding(&self, owner: BusOwner) -> bool {
        let mut windows = self.windows.iter();
        windows.any(|window| window.owner == owner && window.is_decoding)
    }

    /// Who answers to an access of `bytes` bytes, and where in its window; `None` unless one window
    /// has all of them.
    pub fn find(&self, first: Gpa, bytes: u64) -> Option<(BusOwner, u64)> {
        let range = Range::new(first, bytes).ok()?;
        let window = self.windows.get(self.first_reaching(first))?;
        let is_answering = window.is_decoding && window.range.contains_range(range);
        is_answering.then(|| (window.owner, first.get() - window.range.first().get()))
    }

    /// All windows, ascending, answering or not.
    pub fn ranges(&self) -> impl Iterator<Item = (Range<Gpa>, BusOwner)> + '_ {
        self.windows
            .iter()
            .map(|window| (window.range, window.owner))
    }

    fn first_reaching(&self, address: Gpa) -> usize {
        self.windows
            .partition_point(|window| window.range.last() < address)
    }
}
