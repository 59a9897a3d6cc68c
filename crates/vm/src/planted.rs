//! Mistakes that are planted into the machine and the explorer, to show that the checks notice them.
//!
//! A check that never failed has shown nothing. `explore::tests::planted` plants each of these in turn and
//! expects to be told; without one, the same check is silent.
//!
//! # Invariants
//!
//! - Outside of this crate's own tests nothing can be planted: [`is_planted`] is constantly false there,
//!   and the compiler removes what depends on it.

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// A path is forgotten where a state is split.
    DroppedPath,
    /// Both sides of a branch go on with the condition of the first.
    ForkOnOneSide,
    /// The second side of a branch goes on without its condition.
    ForkWithoutCondition,
    /// A condition that may go both ways is taken to hold always, as by a wrong answer from a cache.
    OneSideExcluded,
    /// A number of several is taken for the only one.
    NumberExcluded,
    /// Merging swaps the values of the two states.
    MergedValuesSwapped,
    /// Merging takes what only the first state knows for known.
    MergedKnowledgeKept,
    /// A merged path keeps only the first state's condition.
    MergedPathNarrowed,
    /// A read from one of several places never sees the last of them.
    LastPlaceUnread,
    /// Merging forgets that memory differs.
    MergedMemoryIgnored,
    /// Stack slots are forgotten although addresses in memory lead to them.
    AddressesInMemoryIgnored,
    /// Merged states are not compared with those that they are made of, as in a release build.
    MergeUnchecked,
}

#[cfg(not(test))]
pub(crate) const fn is_planted(_: Mistake) -> bool {
    false
}

#[cfg(test)]
thread_local! {
    static PLANTED: std::cell::Cell<&'static [Mistake]> = const { std::cell::Cell::new(&[]) };
}

#[cfg(test)]
pub(crate) fn is_planted(mistake: Mistake) -> bool {
    PLANTED.get().contains(&mistake)
}

/// Runs something with mistakes, on this thread.
#[cfg(test)]
pub(crate) fn with<R>(mistakes: &'static [Mistake], run: impl FnOnce() -> R) -> R {
    /// Takes the mistakes out also when the run panics.
    struct Planted;
    impl Drop for Planted {
        fn drop(&mut self) {
            PLANTED.set(&[]);
        }
    }
    PLANTED.set(mistakes);
    let _planted = Planted;
    run()
}
