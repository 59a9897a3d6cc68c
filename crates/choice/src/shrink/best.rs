//! The simplest failing run so far, and the ways to look at it that passes share.
//!
//! Passes ask the same questions of one run again and again: which choices are numbers, where the
//! collections are. Each answer is worked out when it is first asked for, and then kept for as long
//! as the run is the best one. A pass holds on to a run by its handle while a better one takes its
//! place.

use std::cell::OnceCell;

use super::digest::Digest;
use super::number::Number;
use super::tree::{self, Token};
use super::view::{self, Collections};
use crate::{Choice, Domain, Node, Record, Span};

/// A failing run and what was found out about it.
#[derive(Debug, Default)]
pub(super) struct Best {
    record: Record,
    prefixes: OnceCell<Vec<Digest>>,
    owners: OnceCell<Vec<Option<usize>>>,
    structure: OnceCell<Vec<bool>>,
    values: OnceCell<Vec<usize>>,
    numbers: OnceCell<Vec<usize>>,
    raisable: OnceCell<Vec<usize>>,
    words: OnceCell<Vec<usize>>,
    collections: OnceCell<Collections>,
    siblings: OnceCell<Vec<Vec<usize>>>,
    tokens: OnceCell<Vec<Token>>,
}

impl Best {
    /// A run of which nothing is known yet.
    pub(super) fn new(record: Record) -> Self {
        Self {
            record,
            ..Self::default()
        }
    }

    /// A run that takes the place of another. The digests of what both begin with stay as they are.
    pub(super) fn after(record: Record, before: &Self) -> Self {
        let best = Self::new(record);
        if let Some(known) = before.prefixes.get() {
            let pairs = best.nodes().iter().zip(before.nodes());
            let same = pairs
                .take_while(|(left, right)| left.choice == right.choice)
                .count();
            let prefixes = best.prefixes_from(&known[..=same]);
            best.prefixes.get_or_init(|| prefixes);
        }
        best
    }

    /// Its record.
    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// Its record alone.
    pub(super) fn into_record(self) -> Record {
        self.record
    }

    /// Its choices with their domains.
    pub(super) fn nodes(&self) -> &[Node] {
        self.record.nodes()
    }

    /// Its spans.
    pub(super) fn spans(&self) -> &[Span] {
        self.record.spans()
    }

    /// The digest of the choices before each place, the end included.
    pub(super) fn prefixes(&self) -> &[Digest] {
        self.prefixes
            .get_or_init(|| self.prefixes_from(&[Digest::EMPTY]))
    }

    /// The same, given the first ones.
    fn prefixes_from(&self, known: &[Digest]) -> Vec<Digest> {
        let nodes = self.nodes();
        let mut prefixes = Vec::with_capacity(nodes.len() + 1);
        prefixes.extend_from_slice(known);
        let mut digest = known[known.len() - 1];
        prefixes.extend(nodes[known.len() - 1..].iter().map(|node| {
            digest = digest.with(&node.choice);
            digest
        }));
        prefixes
    }

    /// For each node the innermost span around it.
    pub(super) fn owners(&self) -> &[Option<usize>] {
        self.owners.get_or_init(|| view::owners(&self.record))
    }

    /// Whether each node decides which choices follow, as far as spans tell.
    pub(super) fn structure(&self) -> &[bool] {
        self.structure
            .get_or_init(|| view::structure(&self.record, self.owners()))
    }

    /// The nodes that are not simplest and decide no structure.
    pub(super) fn values(&self) -> &[usize] {
        self.values.get_or_init(|| {
            let nodes = self.nodes().iter().zip(self.structure()).enumerate();
            nodes
                .filter(|(_, (node, is_structure))| !*is_structure && !view::is_simplest(node))
                .map(|(at, _)| at)
                .collect()
        })
    }

    /// The values that can be counted down.
    pub(super) fn numbers(&self) -> &[usize] {
        self.numbers.get_or_init(|| {
            let is_wanted = |at: &usize| {
                Number::of(&self.nodes()[*at]).is_some_and(|number| number.distance > 0)
            };
            self.values().iter().copied().filter(is_wanted).collect()
        })
    }

    /// The plain numbers that decide no structure, also simplest ones.
    pub(super) fn raisable(&self) -> &[usize] {
        self.raisable.get_or_init(|| {
            let nodes = self.nodes().iter().zip(self.structure()).enumerate();
            let is_raisable = |node: &Node| {
                let is_plain = matches!(node.domain, Domain::Integer(_) | Domain::Float(_));
                is_plain && Number::of(node).is_some() && !node.domain.cardinality().is_forced()
            };
            nodes
                .filter(|(_, (node, is_structure))| !**is_structure && is_raisable(node))
                .map(|(at, _)| at)
                .collect()
        })
    }

    /// The first of the numbers from a node on.
    pub(super) fn number_from(&self, next: usize) -> Option<usize> {
        first_from(self.numbers(), next)
    }

    /// The nodes with a byte string or text that is not empty.
    pub(super) fn words(&self) -> &[usize] {
        self.words.get_or_init(|| {
            let nodes = self.nodes().iter().enumerate();
            let is_word = |choice: &Choice| match choice {
                Choice::Bytes(bytes) => !bytes.is_empty(),
                Choice::Text(text) => !text.is_empty(),
                _ => false,
            };
            nodes
                .filter(|(_, node)| is_word(&node.choice))
                .map(|(at, _)| at)
                .collect()
        })
    }

    /// Its collections.
    pub(super) fn collections(&self) -> &Collections {
        self.collections
            .get_or_init(|| Collections::of(&self.record))
    }

    /// The spans, by their places, that lie directly in one span and are of one kind and label: at
    /// least two of them, none empty.
    pub(super) fn siblings(&self) -> &[Vec<usize>] {
        self.siblings.get_or_init(|| view::siblings(&self.record))
    }

    /// Its choices and spans in one row.
    pub(super) fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| {
            let mut tokens = Vec::new();
            tree::write_tokens(&self.record, &mut tokens);
            tokens
        })
    }
}

/// The first of some ascending places that is not before `next`.
pub(super) fn first_from(places: &[usize], next: usize) -> Option<usize> {
    places.get(places.partition_point(|at| *at < next)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(branches: &[u32]) -> Record {
        let mut record = Record::new();
        for branch in branches {
            record.push(Choice::Branch(*branch), Domain::Branch { count: 9 });
        }
        record
    }

    #[test]
    fn a_run_in_the_place_of_another_has_its_own_digests() {
        let rows: [&[u32]; 7] = [
            &[],
            &[1],
            &[1, 2, 3],
            &[1, 2],
            &[1, 2, 4, 5],
            &[3],
            &[1, 2, 3],
        ];
        for before in rows {
            let before = Best::new(run(before));
            for is_known in [false, true] {
                if is_known {
                    before.prefixes();
                }
                for row in rows {
                    let after = Best::after(run(row), &before);
                    // The naive twin: each prefix by itself.
                    let digest = |end| Digest::of(after.nodes()[..end].iter().map(|n| &n.choice));
                    let twin: Vec<Digest> = (0..=row.len()).map(digest).collect();
                    assert_eq!(after.prefixes(), twin);
                }
            }
        }
    }
}
