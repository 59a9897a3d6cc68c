//! What happens next: which action, which thread, and whether something fails.
//!
//! Actions and threads have fixed numbers, and only some of them can go on at a time. The choice is
//! the number, so that a stored case still means the same actions after the code has changed; what
//! was enabled belongs to the question. A choice that is no longer enabled gives way to the first
//! one that is, as with every answer that does not fit.
//!
//! # Not here
//!
//! What an action does, and how threads are held back: the caller knows.

use proofhouse_choice::{Chance, Choice, Domain, Enabled, FaultDomain};

use super::{Decider, Source, machine_source};

impl Source {
    /// Asks which of several actions comes next, and returns its place; only those whose flag is
    /// set are allowed, and the first of them is the simplest.
    ///
    /// ```
    /// use proofhouse::prelude::*;
    ///
    /// /// A stack of numbers: pushing is always possible, popping is not.
    /// #[property]
    /// fn prop_stack(#[from(from_fn(steps))] depth: usize) {
    ///     assert!(depth <= 8);
    /// }
    ///
    /// fn steps(source: &mut Source) -> usize {
    ///     let mut depth = 0;
    ///     for _ in 0..8 {
    ///         match source.choose_action(&[true, depth > 0]) {
    ///             0 => depth += 1,
    ///             _ => depth -= 1,
    ///         }
    ///     }
    ///     depth
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Panics
    ///
    /// If none is enabled.
    #[track_caller]
    pub fn choose_action(&mut self, enabled: &[bool]) -> usize {
        self.choose_enabled(enabled, Domain::Action, Choice::Action)
    }

    /// Asks which of several threads runs next, and returns its place; only those whose flag is set
    /// can run, and the first of them is the simplest.
    ///
    /// # Panics
    ///
    /// If none can run.
    #[track_caller]
    pub fn choose_schedule(&mut self, runnable: &[bool]) -> usize {
        self.choose_enabled(runnable, Domain::Schedule, Choice::Schedule)
    }

    /// Asks whether a fault happens here and which, and returns its place among the names; none is
    /// the simplest. `chance` is how often a random source lets one happen; each is then as likely
    /// as the others.
    ///
    /// ```
    /// use proofhouse::choice::Chance;
    /// use proofhouse::prelude::*;
    ///
    /// fn write(source: &mut Source) -> Result<(), &'static str> {
    ///     const FAULTS: [&str; 2] = ["no_space", "timeout"];
    ///     match source.choose_fault(Chance::of_65536(6_554), &FAULTS) {
    ///         None => Ok(()),
    ///         Some(fault) => Err(FAULTS[fault]),
    ///     }
    /// }
    /// ```
    ///
    /// # Panics
    ///
    /// If a name is empty or occurs twice, and the case is recorded.
    #[track_caller]
    pub fn choose_fault(&mut self, chance: Chance, names: &[&str]) -> Option<usize> {
        let domain = || Domain::Fault(FaultDomain::new(names));
        let place = |name: &str| names.iter().position(|other| *other == name);
        let fault = match &mut self.decider {
            Decider::Random(random) => {
                let happens = random.boolean(chance.times()) && !names.is_empty();
                happens.then(|| random.uniform(names.len() as u64 - 1) as usize)
            }
            Decider::Machine => return machine_source::fault(names.len()),
            _ => match self.recall(domain()) {
                Choice::Fault(fault) => return fault.as_deref().and_then(place),
                other => unreachable!("{other:?} does not fit a domain of faults"),
            },
        };
        self.keep(|| (Choice::Fault(fault.map(|at| names[at].into())), domain()));
        fault
    }

    #[track_caller]
    fn choose_enabled(
        &mut self,
        flags: &[bool],
        domain: fn(Enabled) -> Domain,
        choice: fn(u32) -> Choice,
    ) -> usize {
        // Counted without a branch: in the machine, flags may be unknown.
        let count: usize = flags.iter().map(|flag| usize::from(*flag)).sum();
        assert!(count > 0, "none of {} is enabled", flags.len());
        let member = match &mut self.decider {
            Decider::Random(random) => {
                let rank = random.uniform(count as u64 - 1) as usize;
                let mut enabled = (0..flags.len()).filter(|member| flags[*member]);
                enabled.nth(rank).expect("the rank is below their count")
            }
            Decider::Machine => return machine_source::enabled(flags),
            _ => match self.recall(domain(Enabled::of(flags))) {
                Choice::Action(member) | Choice::Schedule(member) => return member as usize,
                other => unreachable!("{other:?} does not fit a domain of what is enabled"),
            },
        };
        self.keep(|| (choice(member as u32), domain(Enabled::of(flags))));
        member
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::from_fn;
    use crate::{Run, RunEngine};
    use proofhouse_evidence::{Proof, Verdict};

    /// Three steps of a counter that can go up below 2, down above 0, and be reset anywhere.
    fn walk(source: &mut Source) -> (Vec<usize>, u8) {
        let (mut steps, mut count) = (Vec::new(), 0u8);
        for _ in 0..3 {
            let action = source.choose_action(&[count < 2, count > 0, true]);
            count = [count.wrapping_add(1), count.wrapping_sub(1), 0][action];
            steps.push(action);
        }
        (steps, count)
    }

    /// The naive twin of the odometer: all walks of so many more steps.
    fn count_walks(count: u8, steps: u32) -> u64 {
        if steps == 0 {
            return 1;
        }
        let mut walks = count_walks(0, steps - 1);
        if count < 2 {
            walks += count_walks(count + 1, steps - 1);
        }
        if count > 0 {
            walks += count_walks(count - 1, steps - 1);
        }
        walks
    }

    #[test]
    fn every_walk_is_enumerated_once() {
        let mut seen = std::collections::BTreeSet::new();
        let run = Run::new().engine(RunEngine::Exhaustive);
        let outcome = run.check(from_fn(walk), |(steps, count)| {
            assert!(count <= 2);
            assert!(seen.insert(steps), "a walk came twice");
        });
        let inputs = count_walks(0, 3);
        let proof = Proof::AllInputs { inputs };
        assert_eq!(outcome.verdict, Verdict::Proved { proof });
        assert_eq!(seen.len() as u64, inputs);
        assert_eq!(seen.first(), Some(&vec![0, 0, 1]));
    }

    #[test]
    fn what_fails_is_shrunk_to_the_first_actions_that_fail() {
        let run = Run::new().engine(RunEngine::Random).cases(1000);
        let long = from_fn(|source: &mut Source| {
            let mut steps = Vec::new();
            source.collection(0, 50, "step", |source, _| {
                steps.push(source.choose_action(&[false, true, false, true, true]));
            });
            steps
        });
        let outcome = run.check(long, |steps| {
            assert!(steps.iter().filter(|step| **step == 3).count() < 2);
        });
        assert_eq!(outcome.counterexample, Some(vec![3, 3]));
    }

    #[test]
    fn a_disabled_action_gives_way_and_an_unknown_fault_does_not_happen() {
        let draw = |choice: Choice| {
            let mut source = Source::replay(vec![choice]);
            source.choose_action(&[false, true, true])
        };
        assert_eq!(draw(Choice::Action(2)), 2);
        assert_eq!(draw(Choice::Action(0)), 1);
        assert_eq!(draw(Choice::Action(9)), 1);
        let fault = |name: &str| {
            let mut source = Source::replay(vec![Choice::Fault(Some(name.into()))]);
            source.choose_fault(Chance::EVEN, &["timeout", "no_space"])
        };
        assert_eq!(fault("no_space"), Some(1));
        assert_eq!(fault("other"), None);
    }

    #[test]
    fn random_steps_are_enabled_ones_and_reach_all_of_them() {
        let mut seen = [[false; 4]; 2];
        for index in 0..200 {
            let mut source = Source::random(3, index);
            let member = source.choose_schedule(&[true, false, true, true]);
            seen[0][member] = true;
            let fault = source.choose_fault(Chance::EVEN, &["a", "b", "c"]);
            seen[1][fault.map_or(0, |at| at + 1)] = true;
            assert_eq!(source.choose_fault(Chance::EVEN, &[]), None);
        }
        assert_eq!(seen, [[true, false, true, true], [true; 4]]);
    }

    #[test]
    #[should_panic(expected = "none of 2 is enabled")]
    fn nothing_to_do_is_an_error_of_the_caller() {
        Source::random(0, 0).choose_action(&[false, false]);
    }
}
