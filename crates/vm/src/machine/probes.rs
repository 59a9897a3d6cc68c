//! Inputs that travel along with an exploration and watch it.
//!
//! A *probe* is one value for each unknown. At any time it belongs to exactly one of the states that are
//! waiting, or to one path that ended: wherever states part it goes with the one whose condition it
//! meets, and where they are merged it stays inside. A solver that wrongly excludes a side, a fork
//! whose cases leave a gap or overlap, a merge of states that are no alternatives and a path that is
//! dropped all put a probe into a wrong number of places, and that is noticed. A probe that came to the
//! end of a path where the property holds is run once more plainly, without symbols, solver or merging
//! (`crate::explore`), before a proof is believed.
//!
//! Conditions are evaluated, never solved, so watching costs little and shares no code with what it
//! watches but the meaning of the operators.
//!
//! # Invariants
//!
//! - A probe's values are fixed before any term has them: it is evaluated, never fitted to a path.
//! - Values are a function of the number of the probe and of the unknown: exploring is deterministic.
//! - What is noticed is written down for good, also by a run that is undone later.
//!
//! # Not here
//!
//! Proving: probes are a few inputs of many. Which inputs are worth testing: these are plain edges and
//! chance, and inputs that an assumption rejects watch only up to there.

use std::collections::BTreeSet;

use proofhouse_solver::{Evaluator, Model, Node, SymbolId, TermId, Terms, Value};

use super::Machine;
use super::decide::Truth;
use super::state::State;
use super::stop::Case;

/// How many probes there are. More see more, and each costs an evaluation of every condition that a
/// path takes on.
const COUNT: u8 = 4;

/// Values that are remembered for each probe.
const EVALUATED_MAX: usize = 1 << 16;

/// Some of the probes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Group(u8);

impl Group {
    /// All probes.
    pub(crate) const ALL: Self = Self((1 << COUNT) - 1);
    /// None of them.
    pub(crate) const NONE: Self = Self(0);

    fn one(probe: usize) -> Self {
        Self(1 << probe)
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The numbers of its probes.
    pub(crate) fn numbers(self) -> impl Iterator<Item = usize> {
        (0..usize::from(COUNT)).filter(move |probe| self.0 & (1 << probe) != 0)
    }
}

/// The probes of a machine.
pub(crate) struct Probes {
    evaluators: Vec<Evaluator>,
    /// The newest unknown, as long as its values may still be moved into its range.
    newest: Option<SymbolId>,
    /// What was noticed.
    contradictions: BTreeSet<String>,
}

impl Default for Probes {
    fn default() -> Self {
        Self {
            evaluators: (0..COUNT).map(|_| Evaluator::new(Model::new())).collect(),
            newest: None,
            contradictions: BTreeSet::new(),
        }
    }
}

impl Probes {
    /// Gives values to a new unknown.
    pub(crate) fn add(&mut self, terms: &Terms, unknown: TermId) {
        let Node::Symbol(symbol) = *terms.node(unknown) else {
            unreachable!("an unknown is a symbol");
        };
        let width = terms.width(unknown);
        let last = u128::MAX >> (128 - width);
        self.give(symbol, width, (0, last));
        self.newest = Some(symbol);
    }

    /// Moves the values of an unknown into its range, which may wrap around, if it is the newest one.
    pub(crate) fn fit(&mut self, terms: &Terms, unknown: TermId, (first, last): (u128, u128)) {
        match *terms.node(unknown) {
            Node::Symbol(symbol) if self.newest == Some(symbol) => {
                self.give(symbol, terms.width(unknown), (first, last));
            }
            // A constant of a plain run, or an unknown that is in use.
            _ => {}
        }
        self.newest = None;
    }

    fn give(&mut self, symbol: SymbolId, width: u32, range: (u128, u128)) {
        for (probe, evaluator) in self.evaluators.iter_mut().enumerate() {
            let number = value_of(probe, symbol.index() as u64, width, range);
            evaluator.give(symbol, Value::new(width, number));
        }
    }

    /// The model of one probe.
    pub(crate) fn model(&self, probe: usize) -> &Model {
        self.evaluators[probe].model()
    }

    fn evaluate(&mut self, terms: &Terms, probe: usize, term: TermId) -> Value {
        // From here on the newest unknown may be part of what is remembered.
        self.newest = None;
        let evaluator = &mut self.evaluators[probe];
        evaluator.forget_beyond(EVALUATED_MAX);
        evaluator.evaluate(terms, term)
    }

    fn contradict(&mut self, what: String) {
        self.contradictions.insert(what);
    }

    /// Takes what was noticed.
    pub(crate) fn take_contradictions(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.contradictions)
    }
}

/// The value of an unknown in a probe: the first of its range, the last, a small one, and chance.
fn value_of(probe: usize, unknown: u64, width: u32, (first, last): (u128, u128)) -> u128 {
    let mask = u128::MAX >> (128 - width);
    let span = last.wrapping_sub(first) & mask;
    let zero_is_inside = first.wrapping_neg() & mask <= span;
    let chance = u128::from(scrambled(probe as u64, unknown)) << 64
        | u128::from(scrambled(unknown, probe as u64 + 1));
    let offset = match probe {
        0 if zero_is_inside => first.wrapping_neg() & mask,
        0 => 0,
        1 => span,
        2 => chance % span.saturating_add(1).min(9),
        _ if span == u128::MAX => chance,
        _ => chance % (span + 1),
    };
    first.wrapping_add(offset) & mask
}

/// Well mixed bits of two numbers (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014).
fn scrambled(left: u64, right: u64) -> u64 {
    let mut bits = left
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(right)
        .wrapping_mul(0xd1b5_4a32_d192_ed03);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Machine<'_> {
    /// The probes of a group that meet a condition.
    fn meeting(&mut self, group: Group, condition: TermId) -> Group {
        let mut meeting = Group::NONE;
        for probe in group.numbers() {
            let terms = &self.symbols.terms;
            if self.probes.evaluate(terms, probe, condition).is_true() {
                meeting = meeting.with(Group::one(probe));
            }
        }
        meeting
    }

    /// Notices a truth value that the state's own probes deny.
    pub(crate) fn watch_truth(&mut self, state: &State, condition: TermId, truth: &Truth) {
        let expected = match truth {
            Truth::Open { .. } => return,
            Truth::Always => state.probes,
            Truth::Never => Group::NONE,
        };
        if !state.probes.is_empty() && self.meeting(state.probes, condition) != expected {
            let place = self.place_words(state);
            self.probes
                .contradict(format!("a side that an input takes was excluded{place}"));
        }
    }

    /// Notices a number that the state's own probes deny.
    pub(crate) fn watch_number(&mut self, state: &State, term: TermId, number: u128) {
        for probe in state.probes.numbers() {
            let value = self.probes.evaluate(&self.symbols.terms, probe, term);
            if value.to_u128() != Some(number) {
                let place = self.place_words(state);
                self.probes
                    .contradict(format!("a number that an input has was excluded{place}"));
            }
        }
    }

    /// Lets the probes go that do not meet a condition which the state takes on.
    pub(crate) fn part_with_probes(&mut self, state: &mut State, condition: TermId) {
        let staying = self.meeting(state.probes, condition);
        let leaving = state.probes.without(staying);
        self.journal.probes_gone = self.journal.probes_gone.with(leaving);
        state.probes = staying;
    }

    /// The probes of each case of a split; notices cases that leave out one of them, or overlap.
    pub(crate) fn share_probes(&mut self, state: &State, cases: &[Case]) -> Vec<Group> {
        let mut shares = vec![Group::NONE; cases.len()];
        for probe in state.probes.numbers() {
            let one = Group::one(probe);
            let mut met = Vec::new();
            for (index, case) in cases.iter().enumerate() {
                if !self.meeting(one, case.condition).is_empty() {
                    met.push(index);
                }
            }
            let is_choice = met.iter().all(|case| cases[*case].taken.is_some());
            match met[..] {
                [] => self.split_wrongly(state, "by none of the cases"),
                [only] => shares[only] = shares[only].with(one),
                // Nothing is asked of the unknowns: the state itself decides, any way it likes.
                _ if is_choice => {
                    let chance = scrambled(probe as u64, state.log.len() as u64);
                    let case = met[usize::try_from(chance >> 1).unwrap_or(0) % met.len()];
                    shares[case] = shares[case].with(one);
                }
                [first, ..] => {
                    self.split_wrongly(state, "by several of the cases");
                    shares[first] = shares[first].with(one);
                }
            }
        }
        shares
    }

    fn split_wrongly(&mut self, state: &State, how: &str) {
        let place = self.place_words(state);
        self.probes
            .contradict(format!("an input is taken {how} of a split{place}"));
    }

    /// The probes of a merged state; notices states that are no alternatives. The selector tells the
    /// first from the second.
    pub(crate) fn join_probes(&mut self, first: &State, second: &State, selector: TermId) -> Group {
        let is_told = self.meeting(first.probes, selector) == first.probes
            && self.meeting(second.probes, selector).is_empty();
        if !is_told || !first.probes.shared(second.probes).is_empty() {
            let place = self.place_words(first);
            self.probes.contradict(format!(
                "two states are merged that one input reaches{place}"
            ));
        }
        first.probes.with(second.probes)
    }

    /// Writes down that the state's probes came to the end of its path, and what they chose if the
    /// property holds there.
    pub(crate) fn arrive_with_probes(&mut self, state: &State, has_held: bool) {
        if has_held {
            for probe in state.probes.numbers() {
                let model = self.probes.model(probe);
                let choices = state.log.choices(&self.symbols.terms, model);
                if !self.journal.probes_held.contains(&choices) {
                    self.journal.probes_held.push(choices);
                }
            }
        }
        if !self.journal.probes_gone.shared(state.probes).is_empty() {
            self.probes
                .contradict("an input takes two paths".to_owned());
        }
        self.journal.probes_gone = self.journal.probes_gone.with(state.probes);
    }

    /// Notices probes on a path that is said to be impossible.
    pub(crate) fn watch_impossible(&mut self, state: &State) {
        if !state.probes.is_empty() {
            let place = self.place_words(state);
            self.probes
                .contradict(format!("a path that an input takes was excluded{place}"));
        }
    }

    /// Notices probes that no path took, once all paths ended.
    pub(crate) fn watch_all_arrived(&mut self) {
        if self.journal.probes_gone != Group::ALL {
            self.probes
                .contradict("an input takes no path: some were lost".to_owned());
        }
    }

    /// Notices that a plain run of a probe failed where the exploration found nothing.
    pub(crate) fn watch_plain_failure(&mut self, message: &str) {
        let message = message.lines().next().unwrap_or_default();
        self.probes.contradict(format!(
            "a plain run fails on a path where the property was found to hold: {message}"
        ));
    }

    /// ` at file:line`, as far as it is known.
    fn place_words(&self, state: &State) -> String {
        let site = self.site(state);
        site.map_or_else(String::new, |site| {
            format!(" at {}:{}", site.file, site.line)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_in_their_range() {
        let minus_five = (-5i128).cast_unsigned() & 0xff;
        for (width, range) in [
            (8, (3, 200)),
            (8, (minus_five, 5)),
            (1, (0, 1)),
            (64, (7, 7)),
            (128, (0, u128::MAX)),
            (128, (1, u128::MAX)),
        ] {
            let mask = u128::MAX >> (128 - width);
            for unknown in 0..50 {
                for probe in 0..usize::from(COUNT) {
                    let value = value_of(probe, unknown, width, range);
                    let offset = value.wrapping_sub(range.0) & mask;
                    assert!(offset <= range.1.wrapping_sub(range.0) & mask, "{value}");
                }
            }
        }
        assert_eq!(
            value_of(0, 9, 8, (minus_five, 5)),
            0,
            "zero is the simplest"
        );
        assert_eq!(value_of(1, 9, 8, (minus_five, 5)), 5);
    }

    #[test]
    fn a_range_counts_only_before_the_unknown_is_used() {
        let mut terms = Terms::new();
        let mut probes = Probes::default();
        let (early, late) = (terms.symbol(8), terms.symbol(8));
        probes.add(&terms, early);
        probes.fit(&terms, early, (7, 7));
        probes.add(&terms, late);
        let before = probes.evaluate(&terms, 1, late);
        probes.fit(&terms, late, (7, 7));
        assert_eq!(probes.evaluate(&terms, 1, early), Value::new(8, 7));
        assert_eq!(probes.evaluate(&terms, 1, late), before);
    }
}
