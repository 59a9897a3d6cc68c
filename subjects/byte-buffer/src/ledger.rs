//! A ledger of allocations, and an allocator that can be told to refuse.
//!
//! Ghost state: it exists in tests and with the feature `ghost`, and costs nothing otherwise. Each
//! thread has its own, so that tests do not see each other; a buffer that is freed on another thread
//! than it was made on is a mistake in its eyes.
//!
//! # Invariants
//!
//! - What is freed was allocated with that size and is not freed yet; everything else is counted
//!   as a mistake.
//!
//! # Not here
//!
//! Other allocations of the program.

use std::cell::RefCell;

/// What the ledger knows.
#[derive(Debug, Default)]
struct Ledger {
    /// Address and size of what is allocated.
    live: Vec<(usize, usize)>,
    allocations: usize,
    mistakes: usize,
    /// How many more allocations succeed; all, if nothing was said.
    left: Option<usize>,
}

thread_local! {
    static LEDGER: RefCell<Ledger> = const {
        RefCell::new(Ledger { live: Vec::new(), allocations: 0, mistakes: 0, left: None })
    };
}

/// Empties the ledger and lets every allocation succeed.
pub fn start() {
    LEDGER.with_borrow_mut(|ledger| *ledger = Ledger::default());
}

/// Lets so many more allocations succeed, and none after them.
pub fn refuse_after(count: usize) {
    LEDGER.with_borrow_mut(|ledger| ledger.left = Some(count));
}

/// How many allocations there have been.
pub fn allocations() -> usize {
    LEDGER.with_borrow(|ledger| ledger.allocations)
}

/// How many of them are not freed yet.
pub fn live() -> usize {
    LEDGER.with_borrow(|ledger| ledger.live.len())
}

/// How often something was freed that was not there, or not of that size.
pub fn mistakes() -> usize {
    LEDGER.with_borrow(|ledger| ledger.mistakes)
}

/// Whether the next allocation is to be refused.
pub(crate) fn is_refused() -> bool {
    LEDGER.with_borrow_mut(|ledger| match &mut ledger.left {
        None => false,
        Some(0) => true,
        Some(left) => {
            *left -= 1;
            false
        }
    })
}

pub(crate) fn allocated(address: usize, size: usize) {
    LEDGER.with_borrow_mut(|ledger| {
        ledger.allocations += 1;
        ledger.live.push((address, size));
    });
}

pub(crate) fn freed(address: usize, size: usize) {
    LEDGER.with_borrow_mut(|ledger| {
        match ledger
            .live
            .iter()
            .position(|&entry| entry == (address, size))
        {
            Some(place) => {
                ledger.live.swap_remove(place);
            }
            None => ledger.mistakes += 1,
        }
    });
}
