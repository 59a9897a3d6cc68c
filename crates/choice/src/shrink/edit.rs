//! A candidate as a script: which stretches of a failing run are kept, and what comes between them.
//!
//! Most candidates differ from the best sequence in a few places, and many were tried before. A
//! script says what differs; the choices themselves are copied only when the candidate is run.
//!
//! # Invariants
//!
//! - A script goes from left to right: what it replaces or deletes lies behind what it did before.
//! - Digest, comparison and choices agree with those of the written-out sequence
//!   (`tests::a_script_stands_for_its_sequence`).

use std::ops::Range;
use std::rc::Rc;

use super::best::Best;
use super::digest::{Digest, Powers};
use crate::{Choice, Node, Record};

/// What stands for the simplest value of any kind: it is, or it does not fit.
pub(super) const SIMPLEST: Choice = Choice::Boolean(false);

/// A candidate; what was not yet touched of its base is kept.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    base: Rc<Best>,
    pieces: Vec<Piece>,
    /// What lies before this place of the base is in the pieces, or is left out.
    next: usize,
    /// How many choices the pieces have.
    length: usize,
}

#[derive(Debug, Clone)]
enum Piece {
    /// Choices of the base.
    Kept(Range<usize>),
    /// Another choice.
    Put(Choice),
}

impl Edit {
    /// The base as it is.
    pub(super) fn of(base: &Rc<Best>) -> Self {
        Self {
            base: Rc::clone(base),
            pieces: Vec::with_capacity(4),
            next: 0,
            length: 0,
        }
    }

    /// The base without a stretch.
    pub(super) fn without(base: &Rc<Best>, range: Range<usize>) -> Self {
        Self::of(base).delete(range)
    }

    /// With another choice at a place of the base.
    pub(super) fn replace(self, at: usize, choice: Choice) -> Self {
        self.delete(at..at + 1).insert(choice)
    }

    /// Without a stretch of the base.
    pub(super) fn delete(mut self, range: Range<usize>) -> Self {
        debug_assert!(self.next <= range.start, "a script goes from left to right");
        self.keep(self.next..range.start);
        self.next = range.end;
        self
    }

    /// With a choice after what was touched last.
    pub(super) fn insert(mut self, choice: Choice) -> Self {
        self.pieces.push(Piece::Put(choice));
        self.length += 1;
        self
    }

    /// With a copy of a stretch of the base, after what was touched last.
    pub(super) fn copy(mut self, range: Range<usize>) -> Self {
        self.keep(range);
        self
    }

    fn keep(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.length += range.len();
        match self.pieces.last_mut() {
            Some(Piece::Kept(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Kept(range)),
        }
    }

    /// The whole of it: what lies behind is kept.
    pub(super) fn finish(mut self) -> Self {
        let end = self.base.nodes().len();
        self.keep(self.next..end);
        self.next = end;
        self
    }

    /// The run that it changes.
    pub(super) fn base(&self) -> &Rc<Best> {
        &self.base
    }

    /// How many choices it has.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Its choices.
    pub(super) fn choices(&self) -> impl Iterator<Item = &Choice> {
        let nodes = self.base.nodes();
        self.pieces.iter().flat_map(move |piece| {
            let (kept, put): (&[Node], _) = match piece {
                Piece::Kept(range) => (&nodes[range.clone()], None),
                Piece::Put(choice) => (&[], Some(choice)),
            };
            kept.iter().map(|node| &node.choice).chain(put)
        })
    }

    /// Whether a run decided just these choices.
    pub(super) fn is_exactly(&self, record: &Record) -> bool {
        if self.length != record.nodes().len() {
            return false;
        }
        let mut rest = record.nodes();
        self.pieces.iter().all(|piece| match piece {
            Piece::Kept(range) => {
                let (here, behind) = rest.split_at(range.len());
                rest = behind;
                let kept = &self.base.nodes()[range.clone()];
                kept.iter()
                    .zip(here)
                    .all(|(kept, here)| kept.choice == here.choice)
            }
            Piece::Put(choice) => {
                let (here, behind) = rest.split_at(1);
                rest = behind;
                here[0].choice == *choice
            }
        })
    }

    /// Writes its choices out, in the place of what is there.
    pub(super) fn write(&self, choices: &mut Vec<Choice>) {
        choices.clear();
        choices.reserve(self.length);
        for piece in &self.pieces {
            match piece {
                Piece::Kept(range) => {
                    let nodes = &self.base.nodes()[range.clone()];
                    choices.extend(nodes.iter().map(|node| node.choice.clone()));
                }
                Piece::Put(choice) => choices.push(choice.clone()),
            }
        }
    }

    /// The digest of its choices.
    pub(super) fn digest(&self, powers: &Powers) -> Digest {
        let prefixes = self.base.prefixes();
        let add = |digest: Digest, piece: &Piece| match piece {
            Piece::Kept(range) => {
                let ends = [prefixes[range.start], prefixes[range.end]];
                powers.join(digest, ends, range.len())
            }
            Piece::Put(choice) => digest.with(choice),
        };
        self.pieces.iter().fold(Digest::EMPTY, add)
    }

    /// The first place where it differs from its base, and what it has there.
    pub(super) fn first_difference(&self) -> Option<(usize, &Choice)> {
        let nodes = self.base.nodes();
        let mut at = 0;
        for piece in &self.pieces {
            match piece {
                Piece::Kept(range) if range.start == at => at = range.end,
                Piece::Kept(range) => {
                    for node in &nodes[range.clone()] {
                        match nodes.get(at) {
                            Some(here) if here.choice == node.choice => at += 1,
                            _ => return Some((at, &node.choice)),
                        }
                    }
                }
                Piece::Put(choice) => match nodes.get(at) {
                    Some(here) if here.choice == *choice => at += 1,
                    _ => return Some((at, choice)),
                },
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Domain, Integer, IntegerDomain};

    fn integer(value: u64) -> Choice {
        Choice::Integer(Integer::from(value))
    }

    fn record_of(choices: &[Choice]) -> Record {
        let mut record = Record::new();
        for choice in choices {
            let domain = Domain::Integer(IntegerDomain::new(0, 9));
            record.push(choice.clone(), domain);
        }
        record
    }

    #[test]
    fn a_script_stands_for_its_sequence() {
        let base = Rc::new(Best::new(record_of(&[0, 1, 2, 2, 2, 5].map(integer))));
        let mut powers = Powers::default();
        powers.reach(6);
        let check = |edit: Edit, expected: &[u64], difference: Option<usize>| {
            let edit = edit.finish();
            let expected: Vec<Choice> = expected.iter().copied().map(integer).collect();
            let mut written = vec![SIMPLEST];
            edit.write(&mut written);
            assert_eq!(written, expected);
            assert!(edit.choices().eq(&expected));
            assert!(edit.is_exactly(&record_of(&expected)));
            assert!(!edit.is_exactly(&record_of(&expected[1..])));
            let others = expected.iter().map(|_| integer(6)).collect::<Vec<_>>();
            assert!(!edit.is_exactly(&record_of(&others)));
            assert_eq!(edit.len(), expected.len());
            assert_eq!(edit.digest(&powers), Digest::of(&expected));
            assert_eq!(edit.first_difference().map(|(at, _)| at), difference);
            if let Some((at, choice)) = edit.first_difference() {
                assert_eq!(expected.get(at), Some(choice));
            }
        };
        let edit = || Edit::of(&base);
        check(edit(), &[0, 1, 2, 2, 2, 5], None);
        check(edit().replace(3, integer(7)), &[0, 1, 2, 7, 2, 5], Some(3));
        check(edit().replace(3, integer(2)), &[0, 1, 2, 2, 2, 5], None);
        check(edit().delete(0..1).delete(5..6), &[1, 2, 2, 2], Some(0));
        check(Edit::without(&base, 2..3), &[0, 1, 2, 2, 5], Some(4));
        check(Edit::without(&base, 2..6), &[0, 1], None);
        let moved = edit().delete(0..2).copy(5..6).copy(0..1).insert(integer(8));
        check(moved, &[5, 0, 8, 2, 2, 2, 5], Some(0));
        check(edit().delete(3..6).copy(4..6), &[0, 1, 2, 2, 5], Some(4));
    }
}
