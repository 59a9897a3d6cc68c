//! Inequalities between whole numbers, and whether they contradict each other.
//!
//! A variable is eliminated by adding each inequality that bounds it from below to each that bounds it
//! from above. What equals a sum of others is replaced by it before.
//!
//! # Invariants
//!
//! - Every inequality here follows from what was learned; so a contradiction is one of that.
//! - An inequality whose numbers grow too large is left out, which only makes less impossible.
//!
//! # Source
//!
//! Fourier and Motzkin's elimination, with constants rounded to whole numbers after each step (Pugh, "The
//! Omega Test", 1991, of which we take only that).

use std::collections::BTreeMap;

use super::sum::Sum;
use crate::terms::TermId;

/// So many inequalities may there be at once.
const INEQUALITIES_MAX: usize = 600;

/// Sums that are at least zero.
#[derive(Debug, Clone, Default)]
pub(super) struct Inequalities {
    /// By the parts of a sum, the smallest constant with which it is known to be at least zero.
    constants: BTreeMap<Vec<(TermId, i128)>, i128>,
    /// Variables and what they equal. They are in no inequality.
    meanings: Vec<(TermId, Sum)>,
    is_impossible: bool,
}

impl Inequalities {
    /// Learns that a sum is at least zero. `None`, a number that was too large, says nothing.
    pub(super) fn learn(&mut self, sum: Option<Sum>) {
        let Some(sum) = sum.and_then(|sum| self.rewritten(sum)) else {
            return;
        };
        self.insert(sum);
    }

    /// Learns that a sum is zero.
    pub(super) fn learn_zero(&mut self, sum: Option<Sum>) {
        let Some(sum) = sum.and_then(|sum| self.rewritten(sum)) else {
            return;
        };
        let divisor = sum.divisor();
        if divisor == 0 || sum.constant % divisor != 0 {
            self.is_impossible |= divisor != 0 || sum.constant != 0;
            return;
        }
        let is_unit = |part: &&(TermId, i128)| part.1.abs() == divisor;
        let Some(&(variable, multiple)) = sum.parts.iter().rev().find(is_unit) else {
            self.learn(Sum::default().plus(&sum, -1));
            self.learn(Some(sum));
            return;
        };
        // variable * multiple + rest = 0
        let parts = sum.parts.iter().filter(|part| part.0 != variable);
        let meaning = Sum {
            parts: parts.map(|part| (part.0, -part.1 / multiple)).collect(),
            constant: -sum.constant / multiple,
        };
        self.define(variable, meaning);
    }

    fn define(&mut self, variable: TermId, meaning: Sum) {
        for (_, other) in &mut self.meanings {
            // One that becomes too large is still right as it was.
            *other = put_in(other, variable, &meaning).unwrap_or_else(|| other.clone());
        }
        let (with, without) = std::mem::take(&mut self.constants)
            .into_iter()
            .partition(|(parts, _)| parts.iter().any(|part| part.0 == variable));
        self.constants = without;
        self.meanings.push((variable, meaning));
        let with: BTreeMap<_, _> = with;
        for (parts, constant) in with {
            self.learn(Some(Sum { parts, constant }));
        }
    }

    /// The sum with meanings put in, unless a number becomes too large.
    fn rewritten(&self, mut sum: Sum) -> Option<Sum> {
        for (variable, meaning) in &self.meanings {
            sum = put_in(&sum, *variable, meaning)?;
        }
        Some(sum)
    }

    /// Takes in that a sum without defined variables is at least zero.
    fn insert(&mut self, sum: Sum) {
        let divisor = sum.divisor();
        if divisor == 0 {
            self.is_impossible |= sum.constant < 0;
            return;
        }
        // What bounds of single variables imply says nothing new.
        if sum.parts.len() > 1 && self.least(&sum).is_some_and(|least| least >= 0) {
            return;
        }
        let divided = sum.parts.iter().map(|part| (part.0, part.1 / divisor));
        let constant = sum.constant.div_euclid(divisor);
        let known = self.constants.entry(divided.collect()).or_insert(constant);
        *known = (*known).min(constant);
    }

    /// The least number that a sum can be, as far as the bounds of its variables say.
    fn least(&self, sum: &Sum) -> Option<i128> {
        let mut least = sum.constant;
        for &(variable, multiple) in &sum.parts {
            // `variable + constant >= 0`, or `constant - variable >= 0`
            let constant = *self.constants.get(&[(variable, multiple.signum())][..])?;
            let end = constant.checked_neg()?.checked_mul(multiple.abs())?;
            least = least.checked_add(end)?;
        }
        Some(least)
    }

    /// The least and the greatest number that a sum can be, as far as the bounds of its variables say.
    pub(super) fn range(&self, sum: &Sum) -> Option<(i128, i128)> {
        let sum = self.rewritten(sum.clone())?;
        let greatest = self.least(&Sum::default().plus(&sum, -1)?)?.checked_neg()?;
        Some((self.least(&sum)?, greatest))
    }

    /// Whether no whole numbers satisfy all of them, as far as that is found. Takes what it does from
    /// `effort`, and gives up where nothing is left.
    pub(super) fn are_impossible(&self, effort: &mut u64) -> bool {
        let mut left = self.clone();
        left.meanings.clear();
        while !left.is_impossible {
            let Some((variable, made)) = left.cheapest() else {
                return false;
            };
            let all = made + left.constants.len();
            *effort = effort.saturating_sub(all as u64);
            if all > INEQUALITIES_MAX || *effort == 0 {
                return false;
            }
            left.eliminate(variable);
        }
        true
    }

    /// Leaves what follows without the variable.
    fn eliminate(&mut self, variable: TermId) {
        let (mut lows, mut highs) = (Vec::new(), Vec::new());
        let mut without = BTreeMap::new();
        for (parts, constant) in std::mem::take(&mut self.constants) {
            let sum = Sum { parts, constant };
            match sum.multiple_of(variable) {
                0 => {
                    without.insert(sum.parts, sum.constant);
                }
                1.. => lows.push(sum),
                _ => highs.push(sum),
            }
        }
        self.constants = without;
        for low in &lows {
            for high in &highs {
                let (up, down) = (low.multiple_of(variable), -high.multiple_of(variable));
                let scaled = Sum::default().plus(low, down);
                if let Some(sum) = scaled.and_then(|low| low.plus(high, up)) {
                    self.insert(sum);
                }
            }
        }
    }

    /// The variable whose elimination makes the fewest inequalities, and how many.
    fn cheapest(&self) -> Option<(TermId, usize)> {
        let mut counts: BTreeMap<TermId, (usize, usize)> = BTreeMap::new();
        for (term, multiple) in self.constants.keys().flatten() {
            let (low, high) = counts.entry(*term).or_default();
            *(if *multiple > 0 { low } else { high }) += 1;
        }
        let made = counts
            .into_iter()
            .map(|(term, (low, high))| (term, low * high));
        made.min_by_key(|(_, count)| *count)
    }
}

/// The sum with a meaning in place of a variable, unless a number becomes too large.
fn put_in(sum: &Sum, variable: TermId, meaning: &Sum) -> Option<Sum> {
    let multiple = sum.multiple_of(variable);
    if multiple == 0 {
        return Some(sum.clone());
    }
    let without = sum.plus(&Sum::of(variable), -multiple)?;
    without.plus(meaning, multiple)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Terms;
    use crate::test_random::Random;

    const VARIABLES: usize = 4;
    const MOST: i128 = 4;

    /// A sum with its multiples by the number of the variable.
    fn sum(variables: &[TermId], multiples: &[i128], constant: i128) -> Sum {
        let mut sum = Sum::number(constant);
        for (variable, multiple) in variables.iter().zip(multiples) {
            sum = sum.plus(&Sum::of(*variable), *multiple).unwrap();
        }
        sum
    }

    /// All values of the variables from zero to [`MOST`].
    fn values() -> impl Iterator<Item = [i128; VARIABLES]> {
        let base = MOST + 1;
        (0..base.pow(VARIABLES as u32))
            .map(move |all| std::array::from_fn(|index| all / base.pow(index as u32) % base))
    }

    /// What it says is impossible has no values, and most of what has none it finds; a range holds all
    /// values that there are.
    #[test]
    fn agrees_with_trying_all_values() {
        let (mut found, mut missed) = (0, 0);
        for seed in 0..3_000 {
            let mut random = Random::new(120_000 + seed);
            let mut terms = Terms::new();
            let variables = [0; VARIABLES].map(|_| terms.symbol(8));
            let mut known = Inequalities::default();
            let mut all = Vec::new();
            for (index, variable) in variables.iter().enumerate() {
                known.learn(Some(Sum::of(*variable)));
                let high = sum(&[*variable], &[-1], MOST);
                known.learn(Some(high));
                assert_eq!(known.range(&Sum::of(variables[index])), Some((0, MOST)));
            }
            for _ in 0..5 {
                let multiples = [0; VARIABLES].map(|_| i128::from(random.below(5)) - 2);
                let constant = i128::from(random.below(9)) - 5;
                let is_zero = random.below(4) == 0;
                let made = sum(&variables, &multiples, constant);
                if is_zero {
                    known.learn_zero(Some(made));
                } else {
                    known.learn(Some(made));
                }
                all.push((multiples, constant, is_zero));
            }
            let value = |values: &[i128; VARIABLES], multiples: &[i128; VARIABLES]| -> i128 {
                values.iter().zip(multiples).map(|(a, b)| a * b).sum()
            };
            let holds = |values: &[i128; VARIABLES]| {
                all.iter().all(|(multiples, constant, is_zero)| {
                    let number = value(values, multiples) + constant;
                    number == 0 || number > 0 && !is_zero
                })
            };
            let possible: Vec<_> = values().filter(holds).collect();
            let asked = [0; VARIABLES].map(|_| i128::from(random.below(5)) - 2);
            if let Some((least, greatest)) = known.range(&sum(&variables, &asked, 0)) {
                let within = |values| (least..=greatest).contains(&value(values, &asked));
                assert!(possible.iter().all(within), "seed {seed}");
            }
            let is_impossible = known.are_impossible(&mut 100_000);
            assert!(!is_impossible || possible.is_empty(), "seed {seed}");
            found += u32::from(is_impossible);
            missed += u32::from(!is_impossible && possible.is_empty());
        }
        assert!(
            found > 10 * missed && found > 1_000,
            "{found}, {missed} missed"
        );
    }

    #[test]
    fn without_effort_nothing_is_impossible() {
        let mut terms = Terms::new();
        let [a, b] = [0; 2].map(|_| terms.symbol(8));
        let mut known = Inequalities::default();
        known.learn(Some(sum(&[a, b], &[1, -1], -1)));
        known.learn(Some(sum(&[a, b], &[-1, 1], 0)));
        assert!(known.are_impossible(&mut 10));
        assert!(!known.are_impossible(&mut 0));
    }

    #[test]
    fn whole_numbers_have_gaps() {
        let mut terms = Terms::new();
        let [a, b] = [0; 2].map(|_| terms.symbol(8));
        // 2a - 2b = 1 has solutions, but not among whole numbers; 2a - 2b = 2 has.
        for (constant, is_impossible) in [(-1, true), (-2, false)] {
            let mut known = Inequalities::default();
            known.learn_zero(Some(sum(&[a, b], &[2, -2], constant)));
            assert_eq!(known.are_impossible(&mut 10), is_impossible);
        }
    }
}
