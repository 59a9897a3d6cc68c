//! What a property reports about its cases: labels to count, and values to push up.
//!
//! A property has no handle to the engine that runs it, and helper functions less so. So a mark is
//! left on the thread, and the engine picks it up when the case has ended: a rejected case then
//! leaves no trace but that of its assumptions.
//!
//! # Invariants
//!
//! - In the machine a cover is a question whether it can hold, and other marks do nothing: their
//!   arguments are evaluated, and no path forks for them.
//! - While nobody listens (shrinking, replays) a mark is one thread-local read.
//! - A case counts once for a label, however often it was marked.
//!
//! # Not here
//!
//! Marks of other threads than the one that runs the case. They are lost.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::panic::Location;

use proofhouse_evidence::{LabelCount, LabelKind, Observations, TargetBest};

use crate::machine;

thread_local! {
    static LISTENS: Cell<bool> = const { Cell::new(false) };
    static MARKS: RefCell<Vec<Mark>> = const { RefCell::new(Vec::new()) };
}

/// One report of a running case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    Label {
        kind: LabelKind,
        label: &'static str,
        is_hit: bool,
        required_ppm: Option<u32>,
    },
    Value {
        name: &'static str,
        value: String,
    },
    Score {
        label: &'static str,
        score: f64,
    },
    Assumption {
        place: &'static Location<'static>,
        is_rejected: bool,
    },
}

/// Begins or ends listening; marks that were left before are forgotten.
pub(crate) fn listen(listens: bool) {
    LISTENS.set(listens);
    MARKS.with_borrow_mut(Vec::clear);
}

/// Whether somebody counts marks.
fn is_heard() -> bool {
    !machine::is_active() && LISTENS.get()
}

fn leave(mark: Mark) {
    MARKS.with_borrow_mut(|marks| marks.push(mark));
}

/// See [`cover!`](crate::cover).
#[doc(hidden)]
pub fn cover(condition: bool, label: &'static str, required_percent: Option<f64>) {
    if machine::is_active() {
        machine::cover(condition, label.as_ptr(), label.len());
    } else if LISTENS.get() {
        let required_ppm = required_percent.map(|percent| (percent * 10_000.0).ceil() as u32);
        let kind = LabelKind::Cover;
        leave(Mark::Label {
            kind,
            label,
            is_hit: condition,
            required_ppm,
        });
    }
}

/// Notes what an assumption at this place does to the running case.
#[inline]
pub(crate) fn assumption(holds: bool, place: &'static Location<'static>) {
    if LISTENS.get() {
        let is_rejected = !holds;
        leave(Mark::Assumption { place, is_rejected });
    }
}

/// See [`classify!`](crate::classify).
#[doc(hidden)]
pub fn classify(label: &'static str, condition: bool) {
    if is_heard() {
        let kind = LabelKind::Class;
        leave(Mark::Label {
            kind,
            label,
            is_hit: condition,
            required_ppm: None,
        });
    }
}

/// See [`collect!`](crate::collect).
#[doc(hidden)]
pub fn collect(name: &'static str, value: &dyn Debug) {
    if is_heard() {
        let value = format!("{value:?}");
        leave(Mark::Value { name, value });
    }
}

/// See [`target!`](crate::target).
#[doc(hidden)]
pub fn target(value: impl Score, label: &'static str) {
    if is_heard() {
        let score = value.score();
        // Not a number is no direction to climb to.
        if !score.is_nan() {
            leave(Mark::Score { label, score });
        }
    }
}

/// A number that a target may be.
#[doc(hidden)]
pub trait Score {
    fn score(self) -> f64;
}

macro_rules! impl_score {
    ($($number:ty)*) => {
        $(impl Score for $number {
            fn score(self) -> f64 {
                self as f64
            }
        })*
    };
}

impl_score!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64);

/// The marks of many cases, counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    labels: Vec<Counted>,
    /// The highest score of each target.
    bests: Vec<(&'static str, f64)>,
    /// The scores of the case that was counted last.
    scores: Vec<(&'static str, f64)>,
    assumptions: Vec<Assumed>,
    /// Cases with marks, to tell them apart.
    marked: u64,
}

/// What an assumption did.
#[derive(Debug)]
struct Assumed {
    place: &'static Location<'static>,
    /// Cases that came to it.
    cases: u64,
    counted_at: u64,
    rejected: u64,
}

#[derive(Debug)]
struct Counted {
    kind: LabelKind,
    label: &'static str,
    /// What was collected; empty for other labels.
    value: String,
    cases: u64,
    counted_at: u64,
    required_ppm: Option<u32>,
}

/// More different values than this are no statistic; further ones are counted together.
const VALUES_MAX: usize = 1000;

impl Tally {
    /// Takes up the marks of the case that has just ended. Says whether it left scores.
    #[inline]
    pub(crate) fn end_case(&mut self, is_held: bool) -> bool {
        MARKS.with_borrow_mut(|marks| {
            if marks.is_empty() {
                return false;
            }
            self.marked += 1;
            self.scores.clear();
            for mark in marks.drain(..) {
                if is_held || matches!(mark, Mark::Assumption { .. }) {
                    self.count(mark);
                }
            }
            !self.scores.is_empty()
        })
    }

    /// The scores of the last case that left marks.
    pub(crate) fn scores(&self) -> &[(&'static str, f64)] {
        &self.scores
    }

    fn count(&mut self, mark: Mark) {
        match mark {
            Mark::Label {
                kind,
                label,
                is_hit,
                required_ppm,
            } => self.count_label(kind, label, String::new(), is_hit, required_ppm),
            Mark::Value { name, value } => {
                let is_known = self
                    .labels
                    .iter()
                    .any(|known| known.label == name && known.value == value);
                let value = if is_known || self.labels.len() < VALUES_MAX {
                    value
                } else {
                    "(others)".to_owned()
                };
                self.count_label(LabelKind::Value, name, value, true, None);
            }
            Mark::Score { label, score } => {
                raise(&mut self.bests, label, score);
                raise(&mut self.scores, label, score);
            }
            Mark::Assumption { place, is_rejected } => self.count_assumption(place, is_rejected),
        }
    }

    fn count_assumption(&mut self, place: &'static Location<'static>, is_rejected: bool) {
        let at = match self.assumptions.iter().position(|one| one.place == place) {
            Some(at) => at,
            None => {
                self.assumptions.push(Assumed {
                    place,
                    cases: 0,
                    counted_at: 0,
                    rejected: 0,
                });
                self.assumptions.len() - 1
            }
        };
        let assumed = &mut self.assumptions[at];
        if assumed.counted_at != self.marked {
            assumed.counted_at = self.marked;
            assumed.cases += 1;
        }
        // A case is rejected at most once.
        assumed.rejected += u64::from(is_rejected);
    }

    fn count_label(
        &mut self,
        kind: LabelKind,
        label: &'static str,
        value: String,
        is_hit: bool,
        required_ppm: Option<u32>,
    ) {
        let is_same =
            |known: &Counted| known.kind == kind && known.label == label && known.value == value;
        let at = match self.labels.iter().position(is_same) {
            Some(at) => at,
            None => {
                self.labels.push(Counted {
                    kind,
                    label,
                    value,
                    cases: 0,
                    counted_at: 0,
                    required_ppm,
                });
                self.labels.len() - 1
            }
        };
        let counted = &mut self.labels[at];
        if is_hit && counted.counted_at != self.marked {
            counted.counted_at = self.marked;
            counted.cases += 1;
        }
    }

    /// What was counted in so many cases; `None` when the property reports nothing.
    pub(crate) fn observations(&self, of: u64) -> Option<Observations> {
        let labels = self.labels.iter().map(|counted| LabelCount {
            kind: counted.kind,
            label: match counted.kind {
                LabelKind::Value => format!("{} = {}", counted.label, counted.value),
                _ => counted.label.to_owned(),
            },
            cases: counted.cases,
            of,
            required_ppm: counted.required_ppm,
        });
        // What rejects nothing needs no word.
        let assumptions = self.assumptions.iter().filter(|one| one.rejected > 0);
        let rejected = assumptions.map(|one| LabelCount {
            kind: LabelKind::Assumption,
            label: format!("rejected at {}:{}", one.place.file(), one.place.line()),
            cases: one.rejected,
            of: one.cases,
            required_ppm: None,
        });
        let targets = self.bests.iter().map(|(label, best)| TargetBest {
            label: (*label).to_owned(),
            best: best.to_string(),
        });
        let observations = Observations {
            labels: labels.chain(rejected).collect(),
            targets: targets.collect(),
        };
        (observations != Observations::default()).then_some(observations)
    }
}

/// Keeps the highest score of each label.
fn raise(scores: &mut Vec<(&'static str, f64)>, label: &'static str, score: f64) {
    match scores.iter_mut().find(|(known, _)| *known == label) {
        Some((_, best)) => *best = best.max(score),
        None => scores.push((label, score)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(cases: &[(bool, fn())]) -> Tally {
        let mut tally = Tally::default();
        listen(true);
        for (is_held, case) in cases {
            case();
            tally.end_case(*is_held);
        }
        listen(false);
        tally
    }

    #[test]
    fn a_case_counts_once_and_a_rejected_one_not_at_all() {
        let twice = || {
            cover(true, "a", Some(12.5));
            cover(true, "a", Some(12.5));
            classify("b", false);
            collect("c", &Some(1));
        };
        let observations = tally(&[(true, twice), (false, twice), (true, twice), (true, || {})])
            .observations(3)
            .unwrap();
        let counts: Vec<_> = observations
            .labels
            .iter()
            .map(|count| (&*count.label, count.cases, count.of, count.required_ppm))
            .collect();
        let expected = [
            ("a", 2, 3, Some(125_000)),
            ("b", 0, 3, None),
            ("c = Some(1)", 2, 3, None),
        ];
        assert_eq!(counts, expected);
    }

    #[test]
    fn an_assumption_counts_the_cases_that_came_to_it_rejected_ones_too() {
        fn passes_twice() {
            for _ in 0..2 {
                assumption(true, place());
            }
        }
        fn is_rejected_at_last() {
            assumption(true, place());
            assumption(false, place());
        }
        fn place() -> &'static Location<'static> {
            Location::caller()
        }
        let held = (true, passes_twice as fn());
        let rejected = (false, is_rejected_at_last as fn());
        let tally = tally(&[held, rejected, held, rejected, held, (true, || {})]);
        let [count] = &tally.observations(4).unwrap().labels[..] else {
            panic!("one place");
        };
        assert_eq!(count.kind, LabelKind::Assumption);
        assert!(count.label.starts_with("rejected at "), "{}", count.label);
        assert_eq!((count.cases, count.of), (2, 5));
    }

    #[test]
    fn an_assumption_that_rejects_nothing_is_not_mentioned() {
        let tally = tally(&[(true, || assumption(true, Location::caller()))]);
        assert_eq!(tally.observations(1), None);
    }

    #[test]
    fn the_highest_score_of_a_target_stays() {
        let mut tally = tally(&[
            (true, || target(3_u8, "t")),
            (true, || target(-1_i32, "t")),
            (true, || target(f64::NAN, "t")),
        ]);
        assert_eq!(tally.scores(), [("t", -1.0)]);
        assert_eq!(tally.observations(3).unwrap().targets[0].best, "3");
        listen(true);
        target(9, "t");
        target(7, "t");
        assert!(tally.end_case(true));
        assert_eq!(tally.scores(), [("t", 9.0)]);
        listen(false);
    }

    #[test]
    fn nothing_is_kept_when_nobody_listens() {
        cover(true, "a", None);
        target(1, "t");
        let mut tally = Tally::default();
        assert!(!tally.end_case(true));
        assert_eq!(tally.observations(1), None);
    }
}
