//! What the engines make of state machines.

use proofhouse_choice::{Choice, token};
use proofhouse_evidence::{FailureKind, Proof, Verdict};

use crate::case_context;
use crate::prelude::*;
use crate::property::CaseOutcome;
use crate::source::Source;
use crate::{Outcome, Run, RunEngine};

fn check<M: super::StateMachine>(
    run: &Run,
    sizes: std::ops::RangeInclusive<usize>,
) -> Outcome<Steps<M>> {
    run.check(steps::<M>(sizes), |_| ())
}

/// The program of a failing run.
fn program<M: super::StateMachine>(
    sizes: std::ops::RangeInclusive<usize>,
    choices: &[Choice],
) -> String {
    let mut source = Source::replay(choices.to_vec()).observed();
    case_context::run_case(|| {
        source.draw_argument("run", steps::<M>(sizes));
        CaseOutcome::Held
    });
    let arguments = source.finish().arguments;
    arguments[0].value.clone()
}

/// Two jugs of three and of five litres.
struct Jugs {
    small: u8,
    large: u8,
}

#[state_machine]
impl Jugs {
    #[initial]
    fn new() -> Self {
        Self { small: 0, large: 0 }
    }

    #[action]
    fn fill_small(&mut self) {
        self.small = 3;
    }

    #[action]
    fn fill_large(&mut self) {
        self.large = 5;
    }

    #[action]
    fn empty_small(&mut self) {
        self.small = 0;
    }

    #[action]
    fn empty_large(&mut self) {
        self.large = 0;
    }

    #[action]
    fn small_into_large(&mut self) {
        let moved = self.small.min(5 - self.large);
        self.small -= moved;
        self.large += moved;
    }

    #[action]
    fn large_into_small(&mut self) {
        let moved = self.large.min(3 - self.small);
        self.large -= moved;
        self.small += moved;
    }

    #[invariant]
    fn never_four_litres(&self) {
        assert!(self.large != 4, "four litres");
    }
}

/// The shortest way, and the other one that does without a useless step.
const JUGS: [&str; 2] = [
    "let mut jugs = Jugs::new();\n\
     jugs.fill_large();\n\
     jugs.large_into_small();\n\
     jugs.empty_small();\n\
     jugs.large_into_small();\n\
     jugs.fill_large();\n\
     jugs.large_into_small();\n\
     jugs.never_four_litres(); // after it, this invariant fails\n",
    "let mut jugs = Jugs::new();\n\
     jugs.fill_small();\n\
     jugs.small_into_large();\n\
     jugs.fill_small();\n\
     jugs.small_into_large();\n\
     jugs.empty_large();\n\
     jugs.small_into_large();\n\
     jugs.fill_small();\n\
     jugs.small_into_large();\n\
     jugs.never_four_litres(); // after it, this invariant fails\n",
];

#[test]
fn no_step_is_left_that_is_not_needed() {
    let mut executions = 0;
    for seed in 0..20 {
        let run = Run::new().engine(RunEngine::Random).seed(seed).cases(2000);
        let outcome = check::<Jugs>(&run, 0..=50);
        let found = program::<Jugs>(0..=50, &outcome.choices);
        assert!(JUGS.contains(&&*found), "seed {seed}: {found}");
        executions += outcome.statistics.shrink_executions;
    }
    assert!(
        executions <= 20 * 150,
        "{executions} executions for 20 failures"
    );
}

#[test]
fn all_short_runs_are_enumerated_the_shortest_first() {
    let exhaustive = Run::new().engine(RunEngine::Exhaustive);
    // 1 + 6 + 36 + 216 + 1296 + 7776
    let outcome = check::<Jugs>(&exhaustive, 0..=5);
    assert_eq!(
        outcome.verdict,
        Verdict::Proved {
            proof: Proof::AllInputs { inputs: 9331 }
        }
    );
    let outcome = check::<Jugs>(&exhaustive, 0..=6);
    assert!(matches!(outcome.verdict, Verdict::Refuted { .. }));
    assert_eq!(program::<Jugs>(0..=6, &outcome.choices), JUGS[0]);
}

#[test]
fn a_replay_of_a_token_is_the_same_run() {
    let run = Run::new()
        .engine(RunEngine::Random)
        .cases(2000)
        .shrinking(false);
    let found = check::<Jugs>(&run, 0..=50).choices;
    let text = token::encode("package", "property", &found);
    let choices = token::decode(&text).unwrap().choices;
    assert_eq!(choices, found);
    let programs = [(); 3].map(|()| program::<Jugs>(0..=50, &choices));
    assert!(programs[0].ends_with("this invariant fails\n"));
    assert_eq!(programs[0], programs[1]);
    assert_eq!(programs[0], programs[2]);
}

/// A counter that ends.
struct Fuse {
    left: u8,
}

#[state_machine]
impl Fuse {
    #[initial]
    fn new(#[from(0..=2)] left: u8) -> Self {
        Self { left }
    }

    #[action]
    #[precondition(self.left > 0)]
    fn burn(&mut self) {
        self.left -= 1;
    }
}

#[test]
fn a_run_ends_when_nothing_can_be_done() {
    let random = Run::new().engine(RunEngine::Random).seed(3);
    let outcome = random.check(steps::<Fuse>(10..=20), |run: Steps<Fuse>| {
        assert!(run.count() <= 2 && run.state().left == 0);
    });
    assert_eq!(outcome.verdict, Verdict::Passed { cases: 256 });
    // Each run once, although more steps were asked for: 1 + 2 + 3.
    let exhaustive = Run::new().engine(RunEngine::Exhaustive);
    let outcome = check::<Fuse>(&exhaustive, 0..=20);
    assert_eq!(
        outcome.verdict,
        Verdict::Proved {
            proof: Proof::AllInputs { inputs: 6 }
        }
    );
    // Where so few steps are not among the possible ones, their runs are not left out.
    let outcome = check::<Fuse>(&exhaustive, 2..=3);
    assert_eq!(
        outcome.verdict,
        Verdict::Proved {
            proof: Proof::AllInputs { inputs: 3 }
        }
    );
}

/// Files that are closed and then used: a step needs the results of two others.
#[derive(Default)]
struct Files {
    open: Vec<(u8, bool)>,
}

#[state_machine]
impl Files {
    #[initial]
    fn new() -> Self {
        Self::default()
    }

    #[action(into = handles)]
    fn open(&mut self, name: u8) -> usize {
        self.open.push((name, true));
        self.open.len() - 1
    }

    #[action(into = copies)]
    fn duplicate(&mut self, #[bundle(handles)] handle: usize) -> (usize, String) {
        (handle, "copy".to_owned())
    }

    #[action]
    fn close(&mut self, #[consume(handles)] handle: usize) {
        self.open[handle].1 = false;
    }

    #[action]
    fn read(&mut self, #[bundle(copies)] copy: &(usize, String), #[from(0..=9)] length: u8) {
        let (name, is_open) = self.open[copy.0];
        assert!(
            is_open || name < 100 || length < 5,
            "used after it was closed"
        );
    }
}

#[test]
fn a_use_after_close_needs_four_steps() {
    let expected = "\
        let mut files = Files::new();\n\
        let handle_1 = files.open(100);\n\
        let copy_1 = files.duplicate(handle_1);\n\
        files.close(handle_1);\n\
        files.read(&copy_1, 5); // this step fails\n";
    for seed in 0..20 {
        let run = Run::new().engine(RunEngine::Random).seed(seed).cases(3000);
        let outcome = check::<Files>(&run, 0..=50);
        assert_eq!(
            program::<Files>(0..=50, &outcome.choices),
            expected,
            "seed {seed}"
        );
        let executions = outcome.statistics.shrink_executions;
        assert!(executions <= 400, "seed {seed}: {executions} executions");
    }
}

/// Three peers that differ, of which two are linked in one direction: references to all places of a
/// bundle, with others between them.
struct Peers {
    weights: Vec<u8>,
}

#[state_machine]
impl Peers {
    #[initial]
    fn new() -> Self {
        Self {
            weights: Vec::new(),
        }
    }

    #[action(into = peers)]
    fn join(&mut self, weight: u8) -> usize {
        self.weights.push(weight);
        self.weights.len() - 1
    }

    #[action]
    fn link(&mut self, #[bundle(peers)] from: usize, #[bundle(peers)] to: usize) {
        let [from, to] = [from, to].map(|peer| self.weights[peer]);
        assert!(!(from > 200 && to == 7), "too heavy");
    }
}

#[test]
fn references_keep_their_meaning_when_steps_between_vanish() {
    let expected = [
        "let mut peers = Peers::new();\n\
         let peer_1 = peers.join(7);\n\
         let peer_2 = peers.join(201);\n\
         peers.link(peer_2, peer_1); // this step fails\n",
        "let mut peers = Peers::new();\n\
         let peer_1 = peers.join(201);\n\
         let peer_2 = peers.join(7);\n\
         peers.link(peer_1, peer_2); // this step fails\n",
    ];
    for seed in 0..20 {
        let run = Run::new().engine(RunEngine::Random).seed(seed).cases(5000);
        let outcome = check::<Peers>(&run, 0..=50);
        let found = program::<Peers>(0..=50, &outcome.choices);
        assert!(expected.contains(&&*found), "seed {seed}: {found}");
    }
}

/// Fails at its start, with an error.
struct Stillborn;

#[state_machine]
impl Stillborn {
    #[initial]
    fn new(size: u32) -> Result<Self, String> {
        if size < 300 {
            Ok(Self)
        } else {
            Err(format!("{size} is too large"))
        }
    }

    #[action]
    fn wait(&self) {}
}

/// Fails at one of two actions, with errors.
struct Erring {
    sum: u32,
}

#[state_machine]
impl Erring {
    #[initial]
    fn new() -> Self {
        Self { sum: 0 }
    }

    #[action]
    fn add(&mut self, #[from(0..=self.sum + 1)] number: u32, more: Vec<bool>) -> Result<(), usize> {
        self.sum += number;
        if more.len() > 3 {
            Err(more.len())
        } else {
            Ok(())
        }
    }

    #[action]
    fn take(&mut self) -> Result<u32, String> {
        self.sum
            .checked_sub(1)
            .map_or(Ok(0), |left| Err(format!("{left} left")))
    }
}

#[test]
fn errors_are_failures_of_the_step_that_returned_them() {
    let run = Run::new().engine(RunEngine::Random).seed(1);
    let outcome = check::<Stillborn>(&run, 0..=50);
    let Verdict::Refuted { findings } = &outcome.verdict else {
        panic!("{:?}", outcome.verdict)
    };
    let failure = &findings[0].failure;
    assert_eq!(failure.kind, FailureKind::ReturnedError);
    assert!(
        failure
            .site
            .as_ref()
            .unwrap()
            .file
            .ends_with("stateful/tests.rs")
    );
    assert_eq!(
        program::<Stillborn>(0..=50, &outcome.choices),
        "let stillborn = Stillborn::new(300).unwrap(); // this first state fails\n"
    );

    // Two places that return errors are two findings.
    let mut found = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let outcome = check::<Erring>(&run.clone().seed(seed), 0..=50);
        let Verdict::Refuted { findings } = &outcome.verdict else {
            panic!("{:?}", outcome.verdict)
        };
        for finding in findings {
            let token = token::decode(&finding.counterexample.token).unwrap();
            found.insert(program::<Erring>(0..=50, &token.choices));
        }
    }
    let expected = [
        "let mut erring = Erring::new();\n\
         erring.add(0, vec![false, false, false, false]).unwrap(); // this step fails\n",
        "let mut erring = Erring::new();\n\
         erring.add(1, vec![]).unwrap();\n\
         erring.take().unwrap(); // this step fails\n",
    ];
    assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
}
