//! The thirteen problems of the public shrinking challenge.
//!
//! Where several answers are as simple as each other, all of them are accepted: another order of
//! elements, or the other sign.

mod binary_heap;
mod bound5;
mod calculator;
mod coupling;
mod deletion;
mod difference;
mod distinct;
mod large_union_list;
mod length_list;
mod nested_lists;
mod reverse;

#[cfg(test)]
pub(crate) use self::reverse::Reverse;
use super::problem::Entry;

/// In the order of the recorded figures.
pub(crate) const ENTRIES: &[Entry] = &[
    Entry::of::<bound5::Bound5>(),
    Entry::of::<large_union_list::LargeUnionList>(),
    Entry::of::<reverse::Reverse>(),
    Entry::of::<calculator::Calculator>(),
    Entry::of::<length_list::LengthList>(),
    Entry::of::<difference::Zero>(),
    Entry::of::<difference::Small>(),
    Entry::of::<difference::One>(),
    Entry::of::<binary_heap::BinaryHeap>(),
    Entry::of::<coupling::Coupling>(),
    Entry::of::<deletion::Deletion>(),
    Entry::of::<distinct::Distinct>(),
    Entry::of::<nested_lists::NestedLists>(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_fail_on_some_inputs_and_few_of_them_are_minimal() {
        ENTRIES.iter().for_each(|entry| (entry.check)());
        assert_eq!(ENTRIES.len(), 13);
    }
}
