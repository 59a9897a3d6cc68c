//! Translating device addresses on some threads while another takes mappings away, without a lock.
//!
//! Memory that was unmapped is given to somebody else at once. So unmapping must not return while a
//! thread still uses a translation that it looked up before, and none may find the mapping after. Two
//! things are shared: whether the mapping is there, and how many use it. A lookup that looks first
//! and then says that it uses the mapping can be overtaken in between by a whole unmap. So both sides
//! go the other way: the lookup says so first and looks second; the unmap takes the mapping away
//! first and looks for users second, until there are none. Whoever looks second sees the other's
//! first step.
//!
//! # Invariants
//!
//! - When an unmap of a mapping has returned, no lookup has it, and none gets it, whatever the
//!   interleaving. That holds for the second of two unmaps, which finds nothing to take away, as well.
//! - A lookup never waits. An unmap waits for the lookups that have the mapping.
//! - Mappings are ascending and disjoint, as in the [`DmaSpace`] that they come from.
//!
//! # Not here
//!
//! New mappings: these make a new [`SharedDmaSpace`] of [`Container::space`](crate::Container::space).
//! The kernel: first [`SharedDmaSpace::unmap`], then [`Container::unmap`](crate::Container::unmap).
//!
//! # How to check that
//!
//! The operations are made of steps ([`LookupStep`], [`UnmapStep`]), each of which touches one of the
//! two shared things once; running the steps in every order is every interleaving.
//! [`SharedDmaSpace`] runs the same steps.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::{DmaMap, DmaSpace, Hva, Iova, Range};

/// Why nothing was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant's sentence explains its fields")]
pub enum SharedDmaError {
    /// A range that has a part of a mapping.
    CutsMapping { first: Iova, last: Iova },
}

impl fmt::Display for SharedDmaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutsMapping { first, last } => {
                write!(f, "the mapping from {first} to {last} would be cut")
            }
        }
    }
}

impl std::error::Error for SharedDmaError {}

impl SharedDmaError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CutsMapping { .. } => "dma/cuts-mapping",
        }
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::CutsMapping { .. } => "unmap whole mappings, as they were made",
        }
    }
}

/// How far a lookup has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookupStep {
    /// Next, say that the mapping is in use.
    Enter,
    /// Next, look whether it is there.
    Look,
    /// It is there and can be used; next, let go of it.
    Held,
    /// It is not there; next, let go of it.
    Missed,
    /// Over; whether the mapping was found.
    Done(bool),
}

/// How far an unmap has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnmapStep {
    /// Next, take the mapping away.
    Close,
    /// Next, look whether anyone uses it. Whether this unmap took it away.
    Wait(bool),
    /// Over; whether this unmap took the mapping away.
    Done(bool),
}

/// A mapping, shared between threads.
#[derive(Debug)]
pub struct SharedMapping {
    map: DmaMap,
    is_mapped: AtomicBool,
    users: AtomicUsize,
}

impl SharedMapping {
    /// A mapping that is there and that nobody uses.
    pub const fn new(map: DmaMap) -> Self {
        Self {
            map,
            is_mapped: AtomicBool::new(true),
            users: AtomicUsize::new(0),
        }
    }

    /// What is mapped, or was.
    pub const fn map(&self) -> &DmaMap {
        &self.map
    }

    /// Whether it is there.
    pub fn is_mapped(&self) -> bool {
        self.is_mapped.load(Ordering::SeqCst)
    }

    /// The next step of a lookup; one that is over stays over.
    pub fn step_lookup(&self, step: LookupStep) -> LookupStep {
        match step {
            LookupStep::Enter => {
                self.users.fetch_add(1, Ordering::SeqCst);
                LookupStep::Look
            }
            LookupStep::Look if self.is_mapped() => LookupStep::Held,
            LookupStep::Look => LookupStep::Missed,
            LookupStep::Held | LookupStep::Missed => {
                self.users.fetch_sub(1, Ordering::SeqCst);
                LookupStep::Done(step == LookupStep::Held)
            }
            LookupStep::Done(_) => step,
        }
    }

    /// The next step of an unmap; one that is over stays over.
    pub fn step_unmap(&self, step: UnmapStep) -> UnmapStep {
        match step {
            UnmapStep::Close => UnmapStep::Wait(self.is_mapped.swap(false, Ordering::SeqCst)),
            UnmapStep::Wait(was_mapped) if self.users.load(Ordering::SeqCst) == 0 => {
                UnmapStep::Done(was_mapped)
            }
            UnmapStep::Wait(_) | UnmapStep::Done(_) => step,
        }
    }

    /// Begins to use the mapping; whether it is there.
    fn hold(&self) -> bool {
        let mut step = LookupStep::Enter;
        loop {
            step = match step {
                LookupStep::Held => return true,
                LookupStep::Done(_) => return false,
                _ => self.step_lookup(step),
            };
        }
    }

    /// Waits, once it was taken away, until nobody uses it.
    fn wait(&self, mut step: UnmapStep) {
        loop {
            step = self.step_unmap(step);
            if matches!(step, UnmapStep::Done(_)) {
                return;
            }
            std::thread::yield_now();
        }
    }
}

/// A translation in use: while it lives, the mapping is not taken away.
#[derive(Debug)]
#[must_use = "the memory may be somebody else's as soon as this is dropped"]
pub struct Held<'a> {
    mapping: &'a SharedMapping,
    hva: Hva,
}

impl Held<'_> {
    /// Where the first byte is in this process.
    pub const fn hva(&self) -> Hva {
        self.hva
    }

    /// The mapping that has the bytes.
    pub const fn map(&self) -> &DmaMap {
        self.mapping.map()
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.mapping.step_lookup(LookupStep::Held);
    }
}

/// Mappings, shared between threads.
#[derive(Debug, Default)]
pub struct SharedDmaSpace {
    mappings: Vec<SharedMapping>,
}

impl SharedDmaSpace {
    /// The mappings of a space, all of them there.
    pub fn new(space: &DmaSpace) -> Self {
        let mappings = space.maps().iter().copied().map(SharedMapping::new);
        Self {
            mappings: mappings.collect(),
        }
    }

    /// Where the address is in this process, to be used as long as what is returned lives; `None`
    /// unless one mapping that is there has all `length` bytes.
    pub fn translate(&self, first: Iova, length: u64) -> Option<Held<'_>> {
        let range = Range::new(first, length).ok()?;
        let mapping = self.mappings.get(self.first_reaching(first))?;
        let map = mapping.map();
        if !map.iova.contains_range(range) {
            return None;
        }
        let hva = map.hva.checked_add(first.get() - map.iova.first().get())?;
        // A guard that was never held must not be made: it would let go of it.
        if !mapping.hold() {
            return None;
        }
        Some(Held { mapping, hva })
    }

    /// Takes away the mappings in the range, and waits until nobody uses them; the number of bytes
    /// that this call took away. A thread that holds one of them itself waits for ever.
    ///
    /// # Errors
    ///
    /// [`SharedDmaError::CutsMapping`], for a mapping that is there; nothing is taken away then.
    pub fn unmap(&self, range: Range<Iova>) -> Result<u128, SharedDmaError> {
        let from = &self.mappings[self.first_reaching(range.first())..];
        let count = from.partition_point(|mapping| mapping.map.iova.first() <= range.last());
        let touched = &from[..count];
        for mapping in touched {
            let iova = mapping.map.iova;
            if !range.contains_range(iova) && mapping.is_mapped() {
                let (first, last) = (iova.first(), iova.last());
                return Err(SharedDmaError::CutsMapping { first, last });
            }
        }
        let mut bytes = 0;
        let mut waiting = Vec::new();
        // What is cut was unmapped before, and is no part of this.
        let whole = touched
            .iter()
            .filter(|mapping| range.contains_range(mapping.map.iova));
        for mapping in whole {
            let step = mapping.step_unmap(UnmapStep::Close);
            if step == UnmapStep::Wait(true) {
                bytes += mapping.map.iova.length();
            }
            waiting.push((mapping, step));
        }
        for (mapping, step) in waiting {
            mapping.wait(step);
        }
        Ok(bytes)
    }

    /// Whether nobody uses a mapping at this moment.
    pub fn is_idle(&self) -> bool {
        let mut mappings = self.mappings.iter();
        mappings.all(|mapping| mapping.users.load(Ordering::SeqCst) == 0)
    }

    /// The place of the first mapping that ends at `address` or above.
    fn first_reaching(&self, address: Iova) -> usize {
        self.mappings
            .partition_point(|mapping| mapping.map.iova.last() < address)
    }
}
