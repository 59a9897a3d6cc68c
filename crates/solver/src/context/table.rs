//! Terms over a single byte, by the values that the byte can still have.
//!
//! Merged paths make such terms out of choices between constants, and a few values are left for
//! the byte that chose. Seen as a table, a page of nodes is a constant, one comparison, or a
//! choice between two or three constants.

use super::Context;
use crate::domain::{BYTE_BITS, ByteSet, Domain};
use crate::evaluate::Lanes;
use crate::hashing::FastMap;
use crate::terms::{Node, Support, SymbolId, TermId, Terms};

/// Terms over one byte are evaluated only as long as they have at most so many parts together; each
/// takes up to half a kilobyte.
const PARTS_MAX: usize = 4_000;

/// A table is made for a byte with at most so many values left. More would cost more than they
/// are likely to save.
const VALUES_MAX: u32 = 32;

/// A table with at most so many different results becomes a chain of choices.
const RESULTS_MAX: usize = 4;

/// The values of terms over one byte.
#[derive(Default)]
pub(super) struct Tables {
    by_symbol: FastMap<SymbolId, Table>,
}

struct Table {
    /// What the byte could be when the table was begun, in increasing order: the lanes.
    values: Vec<u8>,
    lanes: Lanes,
}

impl Context {
    /// A simpler form of a term over one byte.
    pub(super) fn by_table(&mut self, terms: &mut Terms, term: TermId) -> Option<TermId> {
        let Support::One(symbol) = terms.support(term) else {
            return None;
        };
        let byte = terms.symbol_term(symbol);
        let width = terms.width(byte);
        if width > BYTE_BITS || width == 1 || is_simple(terms, term) {
            return None;
        }
        let all = Domain::all(width);
        let Domain::Bytes(left) = self.domains.get(&symbol).unwrap_or(&all).clone() else {
            return None;
        };
        if left.count() > VALUES_MAX {
            return None;
        }
        let rows = self.tables.rows(terms, symbol, term, left)?;
        let results = group(&rows)?;
        // The most frequent result needs no condition.
        let (last, others) = results.split_last()?;
        let result_width = terms.width(term);
        let mut chain = terms.constant(result_width, last.0);
        for (result, set) in others {
            let condition = condition_for(terms, byte, left, *set)?;
            let result = terms.constant(result_width, *result);
            chain = terms.ite(condition, result, chain);
        }
        Some(chain)
    }
}

/// Whether a table would not be shorter than the term: the byte itself, a part of it, or a
/// comparison of such with a constant.
fn is_simple(terms: &Terms, term: TermId) -> bool {
    let is_part = |term: TermId| match *terms.node(term) {
        Node::Symbol(_) | Node::Constant(_) => true,
        Node::Extract { term, .. } => terms.as_symbol(term).is_some(),
        _ => false,
    };
    match *terms.node(term) {
        Node::Symbol(_) | Node::Constant(_) | Node::Extract { .. } | Node::SignExtend(_) => true,
        Node::Concat { high, low } => is_part(high) && is_part(low),
        _ => false,
    }
}

impl Tables {
    /// The results of `term` for each value of `left`.
    fn rows(
        &mut self,
        terms: &Terms,
        symbol: SymbolId,
        term: TermId,
        left: ByteSet,
    ) -> Option<Vec<(u8, u128)>> {
        let table = self.by_symbol.entry(symbol).or_insert_with(|| {
            let values: Vec<u8> = left.iter().collect();
            let mut lanes = Lanes::new(values.len());
            lanes.set(symbol, values.iter().map(|&value| value.into()).collect());
            Table { values, lanes }
        });
        let results = table.lanes.evaluate(terms, term, PARTS_MAX)?;
        let rows = table.values.iter().copied().zip(results.iter().copied());
        Some(rows.filter(|(value, _)| left.contains(*value)).collect())
    }
}

/// The different results with the values that give them, the most frequent last; `None` if they
/// are too many, or none.
fn group(rows: &[(u8, u128)]) -> Option<Vec<(u128, ByteSet)>> {
    let mut results: Vec<(u128, usize)> = Vec::new();
    for &(_, result) in rows {
        match results.iter().position(|entry| entry.0 == result) {
            Some(place) => results[place].1 += 1,
            None if results.len() == RESULTS_MAX => return None,
            None => results.push((result, 1)),
        }
    }
    results.sort_by_key(|&(_, count)| count);
    let set_of = |wanted: u128| {
        ByteSet::from_fn(8, |number| {
            rows.binary_search_by_key(&number, |row| row.0)
                .is_ok_and(|place| rows[place].1 == wanted)
        })
    };
    let grouped: Vec<_> = results
        .into_iter()
        .map(|(result, _)| (result, set_of(result)))
        .collect();
    (!grouped.is_empty()).then_some(grouped)
}

/// A condition on `byte` that holds exactly for `set` among the values that are `left`; `None` if
/// that takes more than a range or its opposite.
fn condition_for(terms: &mut Terms, byte: TermId, left: ByteSet, set: ByteSet) -> Option<TermId> {
    if let Some(range) = range_for(terms, byte, left, set) {
        return Some(range);
    }
    let opposite = range_for(terms, byte, left, left.without(set))?;
    Some(terms.not(opposite))
}

/// `first <= byte <= last`, without the ends that are given anyway.
fn range_for(terms: &mut Terms, byte: TermId, left: ByteSet, set: ByteSet) -> Option<TermId> {
    let (first, last) = (set.first()?, set.last()?);
    let mut between = left.iter().filter(|number| (first..=last).contains(number));
    if between.any(|number| !set.contains(number)) {
        return None;
    }
    let width = terms.width(byte);
    let (low, high) = (
        terms.constant(width, first.into()),
        terms.constant(width, last.into()),
    );
    if first == last {
        return Some(terms.eq(byte, low));
    }
    let from = if left.first() == Some(first) {
        terms.true_()
    } else {
        terms.uge(byte, low)
    };
    let up_to = if left.last() == Some(last) {
        terms.true_()
    } else {
        terms.ule(byte, high)
    };
    Some(terms.and(from, up_to))
}
