//! Contradictions between comparisons of sums.
//!
//! That `start + length` is not behind `end` follows from `length <= end - start` and `start <= end` in
//! two steps for whoever adds inequalities up, and in thousands for a search, which has 64 full adders
//! in its way. So terms become whole numbers, and comparisons inequalities between them (`known`), which
//! are added up until nothing is left or a contradiction is (`inequalities`).
//!
//! A sum of bit-vectors is the sum of numbers, less a multiple of a power of two. Which multiple is one of
//! several ways in which things can be, as the sides of a choice are, and those of a conjunction that
//! fails. A way that contradicts what is known is crossed out; where one is left, that is known, too. At
//! last some of them are tried one after the other.
//!
//! # Invariants
//!
//! - Only "no" is ever found here: each inequality holds in every model of the question in which things
//!   are the ways that were tried, and all ways are.
//!
//! # Not here
//!
//! Signed comparisons, products of two symbols, comparisons of terms of more than 64 bits or fewer than 16. Of
//! these last, those with a constant count where a wider term is made of what they are about.

mod inequalities;
mod known;
mod sum;
#[cfg(test)]
pub(super) mod tests;
mod worth;

use self::known::Known;
pub(super) use self::worth::Worths;
use crate::terms::{TermId, Terms};

/// A question with more conditions is left to the search.
const CONDITIONS_MAX: usize = 200;
/// So many times are the ways of something tried, one within the other.
const DEPTH_MAX: u32 = 16;
/// Comparisons of narrower terms are left to the search, which has few bits to look at there.
const BITS_MIN: u32 = 16;
/// So many inequalities are made or passed on before a search, which often is not long: some milliseconds ...
const SHORT_EFFORT: u64 = 10_000;
/// ... and so many after one that was: some tenths of a second.
const LONG_EFFORT: u64 = 500_000;

/// Whether `conditions` contradict each other, as far as adding up comparisons shows it with some effort,
/// of which it takes what it needs. The last ones are looked at last, and taken up first.
pub(super) fn are_impossible(terms: &Terms, conditions: &[TermId], effort: &mut u64) -> bool {
    contradict(terms, conditions, BITS_MIN, effort)
}

/// The same, of terms with so many bits and more.
fn contradict(terms: &Terms, conditions: &[TermId], bits_min: u32, effort: &mut u64) -> bool {
    if conditions.len() > CONDITIONS_MAX {
        return false;
    }
    let mut known = Known::new(bits_min);
    for &condition in conditions {
        known.read(terms, condition, true);
    }
    is_impossible(terms, known, DEPTH_MAX, effort)
}

fn is_impossible(terms: &Terms, mut known: Known, depth: u32, effort: &mut u64) -> bool {
    if known.settle(terms, effort) {
        return true;
    }
    if depth == 0 || *effort == 0 {
        return false;
    }
    let Some(ways) = known.take_open() else {
        return false;
    };
    ways.into_iter().all(|way| {
        let mut known = known.clone();
        known.take_way(terms, &way);
        is_impossible(terms, known, depth - 1, effort)
    })
}
