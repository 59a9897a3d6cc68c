//! Pushing the targets of a property up: changing one choice of the best case at a time.
//!
//! # Invariants
//!
//! - At most every other case is a climber's; all others stay random, so that a property with a
//!   misleading target still meets what it would have met in twice the cases.
//! - A climb is a function of the seed and of the scores that the property reported.
//!
//! # Not here
//!
//! Which score is good. It is the property's business, and only its order counts.

use proofhouse_choice::{Choice, Domain, Record};

use crate::source::Random;

/// The best case of one target.
struct Peak {
    label: &'static str,
    score: f64,
    record: Record,
    /// The change that led here; repeated while it helps.
    change: Option<(usize, Change)>,
    /// The choice whose change has helped last.
    helpful: Option<usize>,
}

/// A move of one choice by some ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    is_upward: bool,
    exponent: u32,
}

/// All targets of a property and their best cases.
pub(super) struct Climb {
    peaks: Vec<Peak>,
    random: Random,
    has_targets: bool,
    is_turn: bool,
    next_peak: usize,
    /// What was proposed last: which peak, and by which change.
    proposed: Option<(usize, (usize, Change))>,
}

/// How often a change is drawn anew when it leads out of its domain.
const TRIES: u32 = 8;

impl Climb {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            peaks: Vec::new(),
            random: Random::new(seed, u64::MAX),
            has_targets: false,
            is_turn: false,
            next_peak: 0,
            proposed: None,
        }
    }

    /// Whether the property has targets, so that its cases have to be recorded.
    pub(super) fn wants_records(&self) -> bool {
        self.has_targets
    }

    /// The next case of the climb, if it is the climb's turn and there is one.
    pub(super) fn propose(&mut self) -> Option<Vec<Choice>> {
        self.proposed = None;
        self.is_turn = !self.is_turn;
        if self.peaks.is_empty() || self.is_turn {
            return None;
        }
        let at = self.next_peak % self.peaks.len();
        self.next_peak = at + 1;
        for _ in 0..TRIES {
            let (node, change) = match self.peaks[at].change.take() {
                // What helped once may help twice, and then twice as much.
                Some((node, change)) => (node, change.doubled()),
                None => self.draw_change(at)?,
            };
            if let Some(choices) = changed(&self.peaks[at].record, node, change) {
                self.proposed = Some((at, (node, change)));
                return Some(choices);
            }
        }
        None
    }

    fn draw_change(&mut self, at: usize) -> Option<(usize, Change)> {
        let nodes = self.peaks[at].record.nodes();
        let last = nodes.len().checked_sub(1)?;
        let any = self.random.uniform(last as u64) as usize;
        let helpful = self.peaks[at].helpful.filter(|node| *node <= last);
        let node = helpful
            .filter(|_| self.random.uniform(1) == 1)
            .unwrap_or(any);
        let change = Change::draw(&nodes[node].domain, &nodes[node].choice, &mut self.random);
        Some((node, change))
    }

    /// Takes note of the scores of a case that ran to its end. The first ones come without a record
    /// and only tell that there are targets.
    pub(super) fn learn(&mut self, scores: &[(&'static str, f64)], record: Option<&Record>) {
        self.has_targets = true;
        let Some(record) = record else { return };
        for &(label, score) in scores {
            let Some(at) = self.peaks.iter().position(|peak| peak.label == label) else {
                self.peaks.push(Peak {
                    label,
                    score,
                    record: record.clone(),
                    change: None,
                    helpful: None,
                });
                continue;
            };
            let peak = &mut self.peaks[at];
            // An equal score is taken too: it is the way over a plateau.
            if score >= peak.score {
                let is_better = score > peak.score;
                peak.score = score;
                peak.record.clone_from(record);
                let proposed = self.proposed.filter(|(of, _)| *of == at && is_better);
                peak.change = proposed.map(|(_, change)| change);
                peak.helpful = peak.change.map(|(node, _)| node).or(peak.helpful);
            }
        }
    }
}

impl Change {
    /// No step is wider than the value and its room: ranks of small domains are small.
    pub(super) fn draw(domain: &Domain, choice: &Choice, random: &mut Random) -> Self {
        let rank = domain.rank(choice).unwrap_or(0);
        let width = u64::from(128 - rank.leading_zeros());
        let exponent = random.uniform((width + 4).min(126)) as u32;
        Self {
            is_upward: random.uniform(1) == 1,
            exponent,
        }
    }

    /// The same, twice as far.
    fn doubled(self) -> Self {
        Self {
            exponent: (self.exponent + 1).min(126),
            ..self
        }
    }
}

/// The choices of a record with one change; `None` when it leads out of the domain.
fn changed(record: &Record, node: usize, change: Change) -> Option<Vec<Choice>> {
    let of = record.nodes().get(node)?;
    let mut choices = record.choices();
    choices[node] = changed_choice(&of.domain, &of.choice, change)?;
    Some(choices)
}

/// A choice that was moved; `None` when it leads out of the domain.
pub(super) fn changed_choice(domain: &Domain, choice: &Choice, change: Change) -> Option<Choice> {
    let rank = domain.rank(choice)?;
    let step = 1_u128 << change.exponent;
    let moved = if change.is_upward {
        rank.checked_add(step)?
    } else {
        rank.checked_sub(step)?
    };
    domain.nth(moved)
}
