//! Stateful tests as their users write them: what a failing one prints, and that the printed program
//! compiles and fails. `stateful/overdraft.rs` is that program, word for word; running the tests with
//! `PROOFHOUSE_BLESS=1` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::path::Path;
use std::process::Command;

use proofhouse::prelude::*;

/// The number of an account. Not `Copy`, as real ones often are not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct AccountId(String);

/// How money is moved.
#[derive(Debug, Clone, Generate)]
enum Manner {
    Transfer,
    Standing {
        #[from(1..=12)]
        months: u8,
        note: Option<String>,
    },
}

/// A bank whose `transfer` looks at the balance, except of standing orders.
struct Bank {
    balances: BTreeMap<AccountId, i64>,
    paid_in: i64,
    opened: usize,
}

#[state_machine]
impl Bank {
    #[initial]
    fn new() -> Self {
        Self {
            balances: BTreeMap::new(),
            paid_in: 0,
            opened: 0,
        }
    }

    /// What is no action is an ordinary method.
    fn balance(&self, account: &AccountId) -> i64 {
        self.balances.get(account).copied().unwrap_or_default()
    }

    #[action(into = accounts)]
    fn open(&mut self, #[from(0..=1000)] deposit: i64) -> AccountId {
        let id = AccountId(format!("DE{}", self.opened));
        self.opened += 1;
        self.paid_in += deposit;
        self.balances.insert(id.clone(), deposit);
        id
    }

    #[action]
    #[weight(2)]
    fn transfer(
        &mut self,
        #[bundle(accounts)] from: AccountId,
        #[bundle(accounts)] to: AccountId,
        #[from(1..=1000)] amount: i64,
        manner: Manner,
    ) -> Result<(), String> {
        let is_covered = self.balance(&from) >= amount;
        let months = match &manner {
            Manner::Standing { months, note } if note.is_some() => *months,
            _ => 0,
        };
        if is_covered || months >= 3 {
            *self.balances.get_mut(&from).ok_or("unknown sender")? -= amount;
            *self.balances.get_mut(&to).ok_or("unknown receiver")? += amount;
        }
        Ok(())
    }

    #[action]
    #[precondition(self.balances.len() > 1)]
    #[precondition(self.paid_in > 0)]
    fn close(&mut self, #[consume(accounts)] account: AccountId) {
        self.paid_in -= self.balances.remove(&account).unwrap();
    }

    #[action]
    fn look(&self, #[bundle(accounts)] account: &AccountId) {
        assert!(self.balance(account) <= self.paid_in.max(0) || self.paid_in < 0);
    }

    #[invariant]
    fn nobody_is_overdrawn(&self) {
        assert!(self.balances.values().all(|balance| *balance >= 0));
    }

    #[invariant]
    fn books_balance(&self) -> Result<(), i64> {
        let difference = self.balances.values().sum::<i64>() - self.paid_in;
        if difference == 0 {
            Ok(())
        } else {
            Err(difference)
        }
    }
}

mod fixture {
    use super::*;

    /// No account is overdrawn.
    #[property]
    #[ignore = "a fixture that fails"]
    fn prop_bank(limit: u8, run: Steps<Bank>) {
        assert!(run.count() <= 50 || limit == 0);
    }

    /// The end is judged too.
    #[property]
    #[ignore = "a fixture whose body fails"]
    fn prop_end(#[from(steps(3..=9))] run: Steps<Queue>) {
        assert!(run.state().model.len() < 2, "two are waiting");
    }
}

/// A ring buffer beside the queue of the standard library. Nothing is wrong with it.
#[derive(Default)]
struct Queue {
    slots: [Option<u16>; 4],
    first: usize,
    length: usize,
    model: VecDeque<u16>,
}

#[state_machine]
impl Queue {
    #[initial]
    fn new() -> Self {
        Self::default()
    }

    #[action]
    #[precondition(self.length < 4)]
    fn push(&mut self, value: u16) {
        self.slots[(self.first + self.length) % 4] = Some(value);
        self.length += 1;
        self.model.push_back(value);
    }

    #[action]
    fn pop(&mut self) {
        let popped = self.slots[self.first].take();
        if popped.is_some() {
            self.first = (self.first + 1) % 4;
            self.length -= 1;
        }
        assert_eq!(popped, self.model.pop_front());
    }

    #[action]
    #[precondition(self.length > 0)]
    fn peek(&self, #[from(0..self.length)] place: usize) {
        assert_eq!(
            self.slots[(self.first + place) % 4],
            self.model.get(place).copied()
        );
    }

    #[invariant]
    fn lengths_agree(&self) {
        assert_eq!(self.length, self.model.len());
    }
}

/// A sound queue is not reported.
#[property(cases = 2000)]
fn prop_queue(run: Steps<Queue>) {
    cover!(run.count() > 20, "long", 10);
    cover!(run.state().length == 4, "full", 1);
}

/// What a process prints that checks a fixture.
fn printed(property: &str, variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    for (name, _) in env::vars().filter(|(name, _)| name.starts_with("PROOFHOUSE_")) {
        command.env_remove(name);
    }
    command.args(["--exact", &format!("fixture::{property}"), "--ignored"]);
    command.args(["--nocapture", "--test-threads=1"]);
    command.envs(variables.iter().copied());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let _ =
        std::fs::remove_file(folder.join(format!(".proofhouse/failures/fixture__{property}.txt")));
    let output = command.current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The lines below `run:` in the last report, without their indentation.
fn program(printed: &str) -> String {
    let (_, report) = printed.rsplit_once("  run:\n").unwrap();
    let lines = report.lines().map_while(|line| line.strip_prefix("    "));
    lines.fold(String::new(), |program, line| program + line + "\n")
}

#[test]
fn the_overdraft_is_found_and_its_program_is_the_golden_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stateful/overdraft.rs");
    for seed in ["0", "1", "2", "3", "4"] {
        let printed = printed("prop_bank", &[("PROOFHOUSE_SEED", seed)]);
        assert!(printed.contains("prop_bank is refuted"), "{printed}");
        // What was drawn before the steps is known, too.
        assert!(printed.contains("\n  limit = 0"), "{printed}");
        let program = program(&printed);
        if env::var_os("PROOFHOUSE_BLESS").is_some() {
            std::fs::write(&path, format!("{{\n{program}}}\n")).unwrap();
        }
        let golden = include_str!("stateful/overdraft.rs");
        assert_eq!(format!("{{\n{program}}}\n"), golden, "seed {seed}");
    }
}

#[test]
#[should_panic(expected = "balance >= 0")]
fn the_printed_program_compiles_and_fails() {
    include!("stateful/overdraft.rs");
}

#[test]
fn a_token_replays_the_steps() {
    let first = printed("prop_bank", &[]);
    let (_, token) = first.split_once("PROOFHOUSE_REPLAY=").unwrap();
    let token = token.split(' ').next().unwrap();
    let again = printed("prop_bank", &[("PROOFHOUSE_REPLAY", token)]);
    assert_eq!(program(&again), program(&first), "{again}");
}

#[test]
fn a_body_that_fails_shows_the_steps_before_it() {
    let printed = printed("prop_end", &[]);
    assert_eq!(
        program(&printed),
        "let mut queue = Queue::new();\nqueue.push(0);\nqueue.push(0);\nqueue.push(0);\n",
        "{printed}"
    );
    assert!(printed.contains("two are waiting"), "{printed}");
}
