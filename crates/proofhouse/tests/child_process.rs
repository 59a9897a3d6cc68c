//! Test processes as a tool starts them: one property each, told by the environment what to do,
//! and read back from their journal. The fixtures are ignored tests of this very binary.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use proofhouse::choice::{Choice, token};
use proofhouse::evidence::{
    Engine, Event, FailureKind, Finding, Obstacle, Proof, Verdict, read_events,
};
use proofhouse::prelude::*;

mod fixture {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Small numbers stay small.
    #[property]
    #[ignore = "a fixture that fails"]
    fn prop_panics(number: u32, text: String) {
        note!("seen {number}");
        assert!(number < 1000 || text.len() > 50, "{number} is too large");
    }

    #[property]
    #[ignore = "a fixture that fails"]
    fn prop_stored(number: u8) {
        assert!(number < 100);
    }

    #[property]
    #[ignore = "a fixture that fails"]
    fn prop_returns_an_error(#[from(0..=255u16)] number: u16) -> Result<(), String> {
        if number < 200 {
            Ok(())
        } else {
            Err(format!("no {number}"))
        }
    }

    /// Two mistakes, of which the second is met while the first is shrunk.
    #[property]
    #[ignore = "a fixture that fails in two ways"]
    fn prop_two_mistakes(number: u64) {
        assert!(number != 5, "five");
        assert!(number < 1000, "too large");
    }

    /// Two mistakes, neither of which shrinks to the other.
    #[property]
    #[ignore = "a fixture that fails in two ways"]
    fn prop_two_ways(is_left: bool, number: u64) {
        if is_left {
            assert!(number < 1000, "left");
        } else {
            assert!(number < 2000, "right");
        }
    }

    #[property(failures_max = 1)]
    #[ignore = "a fixture that fails in two ways, of which one is enough"]
    fn prop_first_way(is_left: bool, number: u64) {
        if is_left {
            assert!(number < 1000, "left");
        } else {
            assert!(number < 2000, "right");
        }
    }

    #[property]
    #[ignore = "a fixture that ends its process"]
    fn prop_exits(number: u64) {
        if number > 1 << 40 {
            std::process::exit(3);
        }
    }

    #[property]
    #[ignore = "a fixture that fails"]
    fn prop_fails_once(_number: u64) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        assert!(RUNS.fetch_add(1, Ordering::Relaxed) != 7, "the eighth run");
    }

    #[property]
    #[ignore = "a fixture that tests nothing"]
    fn prop_assumes_too_much(number: u64) {
        assume!(number.is_power_of_two());
        assume!(number.count_ones() == 2);
    }

    #[property]
    #[example(3, "three".to_owned())]
    #[example(70_000, "needless".to_owned())]
    #[ignore = "a fixture whose second example fails"]
    fn prop_examples(number: u32, _text: String) {
        assert!(number < 1000, "the thousand");
    }

    #[property]
    #[example(3, "three".to_owned())]
    #[example(1000, String::new())]
    #[ignore = "a fixture whose second example fails and has no choices"]
    fn prop_hidden_examples(#[from(any::<u32>().map(|number| number))] number: u32, _text: String) {
        assert!(number != 1000, "the thousand");
    }

    #[property]
    #[ignore = "a fixture that fails for one number, which stands in this file"]
    fn prop_constant(number: u64) {
        assert!(number != 0xfeed_5eed_f00d, "the one");
    }

    #[property]
    #[ignore = "a fixture that fails for one number, which stands nowhere"]
    fn prop_computed(number: u64) {
        assert!(number.rotate_left(9) ^ number != 0x7bad_5eed, "the other");
    }

    #[property]
    #[regression("ph1:proofhouse:fixture::prop_regressions:7:6bb3f1eb")]
    #[ignore = "a fixture whose regression fails"]
    fn prop_regressions(number: u32) {
        assert!(number != 7 && number < 10, "seven");
    }

    #[property]
    #[regression("ph1:proofhouse:fixture::prop_stale_regression:t:baf16a61")]
    #[ignore = "a fixture whose regression is stale"]
    fn prop_stale_regression(_number: u32) {}

    #[property]
    #[regression("ph1:proofhouse:fixture::prop_foreign:t:00000000")]
    #[ignore = "a fixture whose regression is damaged"]
    fn prop_corrupt_regression(_number: u32) {}

    #[property]
    #[regression("ph1:proofhouse:fixture::prop_regressions:7:6bb3f1eb")]
    #[ignore = "a fixture whose regression belongs to another"]
    fn prop_foreign_regression(_number: u32) {}

    #[property(panics)]
    #[ignore = "a fixture that should panic and does not always"]
    fn prop_forgets_to_panic(number: u8) {
        assert!(number == 77, "as it should");
    }

    #[property(time_ms = 40)]
    #[ignore = "a fixture that takes its time"]
    fn prop_timed(_number: u64) {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }

    #[property]
    #[ignore = "a fixture that waits"]
    async fn prop_async(number: u64) -> Result<(), String> {
        let sent = std::thread::spawn(move || number).join();
        std::future::ready(()).await;
        if sent.is_ok_and(|number| number < 1000) {
            Ok(())
        } else {
            Err("much".to_owned())
        }
    }

    #[property]
    #[ignore = "a fixture that says what it covers"]
    fn prop_covers(#[from(0..1000u32)] number: u32) {
        assume!(number != 5);
        cover!(number.is_multiple_of(2), "even", 40);
        cover!(number == 5, "five");
        classify!("large", number > 500);
        collect!(number % 2 == 1);
        target!(number, "height");
    }

    #[property]
    #[ignore = "a fixture that covers too little"]
    fn prop_covers_too_little(number: u32) {
        // Not the number itself: literals of the source are tried.
        cover!(number.rotate_left(7) == 77, "a needle", 10);
    }

    #[property]
    #[ignore = "a fixture that covers too little of all"]
    fn prop_covers_too_little_of_all(digit: u8) {
        cover!(digit < 25, "small", 9.8);
    }

    #[property(health = false)]
    #[ignore = "a fixture that covers too little and does not mind"]
    fn prop_unchecked(digit: u8) {
        cover!(digit < 25, "small", 90);
    }

    #[property(cases = 3000)]
    #[ignore = "a fixture that only a climb breaks"]
    fn prop_climbed(left: u64, _other: Vec<u8>) {
        let distance = left.abs_diff(123_456_789_012);
        target!(-(distance as f64), "nearness");
        assert!(distance > 0, "there");
    }

    #[property]
    #[ignore = "a fixture that fails for one of its arguments"]
    fn prop_explained(_list: Vec<u8>, number: u32, _flag: bool) {
        assert!(number < 1000);
    }

    #[property]
    #[ignore = "a fixture that fails now and then"]
    fn prop_flaky(number: u64) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        assert!(run % 3 != 1 || number < 9, "sometimes");
    }

    #[property]
    #[ignore = "a fixture that fails now and then, and also always"]
    fn prop_flaky_and_worse(number: u64) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        assert!(RUNS.fetch_add(1, Ordering::Relaxed) != 0, "the first run");
        assert!(number < 1000, "always");
    }

    #[property]
    #[ignore = "a fixture with large inputs"]
    fn prop_large(#[from(vec(any::<u64>(), 20_000..=20_000))] _list: Vec<u64>) {}

    #[property]
    #[ignore = "a fixture whose generator does not end"]
    fn prop_endless(#[from(from_fn(endless))] _sum: u64) {}

    fn endless(source: &mut Source) -> u64 {
        let mut draws = 0;
        // A random number is never so close to the end, and the simplest one neither.
        while source.choose_integer(0, u64::MAX, 0) != u64::MAX - 12_345 {
            draws += 1;
        }
        draws
    }

    #[property(health = false)]
    #[ignore = "a fixture that rejects nearly all"]
    fn prop_picky(number: u64) {
        assume!(number % 128 == 37);
    }

    #[property]
    #[ignore = "a fixture that rejects nearly all"]
    fn prop_too_picky(number: u64) {
        assume!(number % 512 == 37);
    }

    #[property]
    #[ignore = "a fixture whose shrinking takes long"]
    fn prop_slow(number: u64, list: Vec<u64>) {
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(number < 1000 || list.len() < 2, "too much");
    }

    #[property]
    #[ignore = "a fixture whose failures are kept"]
    fn prop_kept(number: u64) {
        assert!(number < 5000, "much");
    }

    #[property]
    #[ignore = "a fixture that is killed while it is kept"]
    fn prop_kept_by_many(number: u64) {
        assert!(number < 5000, "much");
    }

    #[property]
    #[ignore = "a fixture"]
    fn prop_other(_digit: u8) {}

    #[property]
    #[ignore = "a fixture"]
    fn prop_holds(letter: Option<bool>, digit: u8) {
        assert!(letter.is_none() || digit < 255 || digit == 255);
    }
}

/// The environment and the arguments of one child process.
struct Child {
    property: &'static str,
    folder: PathBuf,
    command: Command,
}

impl Child {
    /// A process that checks a fixture, with a fresh folder for its files and nothing stored.
    fn checking(property: &'static str) -> Self {
        let child = Self::continuing(property);
        let _ = fs::remove_file(child.store());
        let _ = fs::remove_file(child.regressions());
        child
    }

    /// As `checking`, with what is stored.
    fn continuing(property: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(property);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        for (name, _) in env::vars().filter(|(name, _)| name.starts_with("PROOFHOUSE_")) {
            command.env_remove(name);
        }
        command.args(["--exact", &format!("fixture::{property}"), "--ignored"]);
        command.args(["--nocapture", "--test-threads=1"]);
        command.env("PROOFHOUSE_EVENTS", folder.join("events"));
        command.env("PROOFHOUSE_CASE_FILE", folder.join("case"));
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        Self {
            property,
            folder,
            command,
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn store(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".proofhouse/failures");
        folder.join(format!("fixture__{}.txt", self.property))
    }

    fn regressions(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("proofhouse-regressions");
        folder.join(format!("fixture__{}.txt", self.property))
    }

    fn run(mut self) -> Ran {
        let output = self.command.output().unwrap();
        let events = fs::read(self.folder.join("events")).unwrap_or_default();
        let events = read_events(events.as_slice()).unwrap();
        let case = fs::read_to_string(self.folder.join("case")).unwrap_or_default();
        let store = fs::read_to_string(self.store()).unwrap_or_default();
        Ran {
            output,
            events,
            case,
            store,
        }
    }
}

/// What a child process left.
struct Ran {
    output: Output,
    events: Vec<Event>,
    case: String,
    store: String,
}

impl Ran {
    fn printed(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The verdict of the last engine that finished.
    fn verdict(&self) -> (Engine, &Verdict) {
        match self.events.last() {
            Some(Event::Finished {
                engine, verdict, ..
            }) => (*engine, verdict),
            other => panic!("the journal ends with {other:?}: {}", self.printed()),
        }
    }

    fn finding(&self) -> &Finding {
        match self.verdict().1 {
            Verdict::Refuted { findings } => &findings[0],
            other => panic!("{other:?} is no refutation"),
        }
    }
}

fn choices_of(token: &str) -> Vec<Choice> {
    token::decode(token).unwrap().choices
}

#[test]
fn a_refuted_property_is_journaled_stored_and_reported() {
    let ran = Child::checking("prop_panics")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    assert!(!ran.output.status.success());
    let [
        Event::Started {
            property, engine, ..
        },
        Event::Failed { .. },
        Event::Found { .. },
        Event::Explained { .. },
        _,
    ] = &ran.events[..]
    else {
        panic!("{:?}", ran.events)
    };
    assert_eq!(
        (&*property.path, *engine),
        ("fixture::prop_panics", Engine::Random)
    );
    assert_eq!(property.statement, "Small numbers stay small.");
    assert_eq!(property.arguments, ["number", "text"]);

    let finding = ran.finding();
    assert_eq!(finding.failure.kind, FailureKind::Panic);
    let site = finding.failure.site.as_ref().unwrap();
    assert_eq!(
        (Path::new(&site.file), site.line),
        (Path::new(file!()), property.line + 2)
    );
    let shown = &finding.counterexample.arguments[0];
    assert_eq!(
        finding.failure.message,
        format!("{} is too large", shown.value)
    );
    assert_eq!(
        finding.counterexample.notes,
        [format!("seen {}", shown.value)]
    );
    // It is shrunk.
    let values = finding
        .counterexample
        .arguments
        .iter()
        .map(|argument| &*argument.value);
    assert_eq!(values.collect::<Vec<_>>(), ["1000", "\"\""]);

    let token = &finding.counterexample.token;
    assert!(ran.store.lines().any(|line| line == token), "{}", ran.store);
    let printed = ran.printed();
    for part in [
        "Small numbers stay small.",
        &format!("number = {}", shown.value),
        file!(),
    ] {
        assert!(printed.contains(part), "{part} is missing in {printed}");
    }
    let command = format!(
        "PROOFHOUSE_REPLAY={token} cargo test -p proofhouse -- --exact fixture::prop_panics"
    );
    assert!(printed.contains(&command), "{printed}");
    assert!(
        !printed.contains("RUST_BACKTRACE"),
        "the panic hook printed: {printed}"
    );
    assert_eq!(ran.case, "", "the process was not killed");
}

#[test]
fn failures_of_two_origins_are_two_findings() {
    let child = Child::checking("prop_two_mistakes").with("PROOFHOUSE_ENGINE", "random");
    let ran = child.with("PROOFHOUSE_SEED", "1").run();
    let Verdict::Refuted { findings } = ran.verdict().1 else {
        panic!("{:?}", ran.events)
    };
    let found = findings.iter().map(|finding| {
        (
            &*finding.failure.message,
            &*finding.counterexample.arguments[0].value,
        )
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [("too large", "1000"), ("five", "5")]
    );
}

#[test]
fn the_search_goes_on_for_failures_of_other_origins_unless_one_is_enough() {
    let check = |fixture, settings: &[(&str, &str)], expected: &[&str]| {
        let child = Child::checking(fixture).with("PROOFHOUSE_ENGINE", "random");
        let child = child.with("PROOFHOUSE_SEED", "1");
        let with = |child: Child, setting: &(&str, &str)| child.with(setting.0, setting.1);
        let ran = settings.iter().fold(child, with).run();
        let Verdict::Refuted { findings } = ran.verdict().1 else {
            panic!("{:?}", ran.events)
        };
        let numbers = findings.iter().map(|finding| {
            let arguments = &finding.counterexample.arguments;
            (&*finding.failure.message, &*arguments[1].value)
        });
        let found: BTreeSet<_> = numbers.collect();
        let told = ran
            .events
            .iter()
            .filter(|event| matches!(event, Event::Failed { .. }));
        assert_eq!(told.count(), expected.len(), "{fixture}");
        let all = [("left", "1000"), ("right", "2000")];
        assert!(found.is_subset(&BTreeSet::from(all)), "{found:?}");
        let messages: Vec<&str> = found.iter().map(|(message, _)| *message).collect();
        assert_eq!(messages, expected, "{fixture}");
        let others = ran.printed().matches("is refuted in another way").count();
        assert_eq!(others, expected.len() - 1, "{}", ran.printed());
    };
    check("prop_two_ways", &[], &["left", "right"]);
    check("prop_first_way", &[], &["right"]);
    check(
        "prop_two_ways",
        &[("PROOFHOUSE_FAILURES_MAX", "1")],
        &["right"],
    );
}

#[test]
fn what_is_stored_is_tried_first() {
    let ran = Child::checking("prop_stored").run();
    assert_eq!(ran.verdict().0, Engine::Exhaustive);
    let token = ran.finding().counterexample.token.clone();

    let again = Child::continuing("prop_stored").run();
    assert_eq!(again.verdict().0, Engine::Replay);
    assert_eq!(again.finding().counterexample.token, token);
    assert_eq!(again.store, ran.store);

    // A case from before the generators changed, and a damaged one, are reported and left.
    let child = Child::checking("prop_stored");
    let stale = token::encode(
        "proofhouse",
        "fixture::prop_stored",
        &[Choice::Boolean(true)],
    );
    let text = format!("# proofhouse failures, version 1\n{stale}\n{token}x\n");
    fs::write(child.store(), &text).unwrap();
    let third = child.run();
    assert_eq!(third.verdict().0, Engine::Exhaustive);
    assert!(
        third.printed().contains("the generators changed"),
        "{}",
        third.printed()
    );
    assert!(third.printed().contains("checksum"), "{}", third.printed());
    assert!(third.store.starts_with(&text));
    fs::remove_file(Child::continuing("prop_stored").store()).unwrap();
}

#[test]
fn a_token_replays_one_case_of_one_property() {
    let path = "fixture::prop_returns_an_error";
    let replay = |choices: &[Choice]| {
        let token = token::encode("proofhouse", path, choices);
        Child::checking("prop_returns_an_error")
            .with("PROOFHOUSE_REPLAY", &token)
            .run()
    };
    let integer = |value: u16| Choice::Integer(value.into());
    let failing = replay(&[integer(255)]);
    assert_eq!(failing.verdict().0, Engine::Replay);
    assert_eq!(failing.finding().failure.kind, FailureKind::ReturnedError);
    assert_eq!(failing.finding().failure.message, "\"no 255\"");
    assert_eq!(
        choices_of(&failing.finding().counterexample.token),
        [integer(255)]
    );

    let holding = replay(&[integer(199)]);
    assert!(holding.output.status.success());
    assert_eq!(
        holding.verdict(),
        (Engine::Replay, &Verdict::Passed { cases: 1 })
    );

    let stale = replay(&[integer(256)]);
    assert!(!stale.output.status.success());
    assert!(
        stale.printed().contains("runner/stale-token"),
        "{}",
        stale.printed()
    );

    let token = token::encode("proofhouse", path, &[integer(255)]);
    let other = Child::checking("prop_other")
        .with("PROOFHOUSE_REPLAY", &token)
        .run();
    assert!(other.output.status.success());
    assert!(other.printed().contains("skipped"), "{}", other.printed());
    assert_eq!(other.events, []);

    let damaged = Child::checking("prop_returns_an_error").with("PROOFHOUSE_REPLAY", &token[1..]);
    assert!(damaged.run().printed().contains("token/not-a-token"));
}

#[test]
fn a_process_that_ends_itself_leaves_its_case() {
    let ran = Child::checking("prop_exits")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    assert_eq!(ran.output.status.code(), Some(3));
    let case = ran.case.trim();
    let token = token::decode(case).unwrap();
    assert_eq!(token.property, "fixture::prop_exits");
    let again = Child::checking("prop_exits")
        .with("PROOFHOUSE_REPLAY", case)
        .run();
    assert_eq!(again.output.status.code(), Some(3));
    assert_eq!(again.case.trim(), case);
}

#[test]
fn a_failure_that_does_not_happen_again_is_inconclusive() {
    let ran = Child::checking("prop_fails_once")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    assert!(!ran.output.status.success());
    let (_, Verdict::Inconclusive { obstacles }) = ran.verdict() else {
        panic!("{:?}", ran.events)
    };
    let [Obstacle::NotReproduced { failure, token }] = &obstacles[..] else {
        panic!("{obstacles:?}")
    };
    assert!(failure.contains("the eighth run"), "{failure}");
    assert_eq!(choices_of(token).len(), 1);
    assert_eq!(ran.store, "");
}

#[test]
fn verdicts_are_no_stronger_than_what_ran() {
    let ran = Child::checking("prop_assumes_too_much").run();
    assert!(
        matches!(ran.verdict(), (Engine::Random, Verdict::Vacuous { .. })),
        "{:?}",
        ran.events
    );

    let check = |name: &str, value: &str, expected: (Engine, &Verdict)| {
        let child = Child::checking("prop_holds").with(name, value);
        let ran = child.with("PROOFHOUSE_CASES", "50").run();
        assert!(ran.output.status.success(), "{}", ran.printed());
        assert_eq!(ran.verdict(), expected);
    };
    let proved = Verdict::Proved {
        proof: Proof::AllInputs { inputs: 768 },
    };
    check("PROOFHOUSE_SEED", "1", (Engine::Exhaustive, &proved));
    check(
        "PROOFHOUSE_ENGINE",
        "exhaustive",
        (Engine::Exhaustive, &proved),
    );
    check(
        "PROOFHOUSE_ENGINE",
        "random",
        (Engine::Random, &Verdict::Passed { cases: 50 }),
    );
    check(
        "PROOFHOUSE_INPUTS_MAX",
        "767",
        (Engine::Random, &Verdict::Passed { cases: 50 }),
    );
}

#[test]
fn constants_in_the_source_are_tried() {
    let run = |property, seed: &str, constants| {
        let child = Child::checking(property).with("PROOFHOUSE_SEED", seed);
        child.with("PROOFHOUSE_CONSTANTS", constants).run()
    };
    for seed in ["1", "2", "3"] {
        let ran = run("prop_constant", seed, "1");
        assert_eq!(ran.finding().failure.message, "the one");
        let token = ran.finding().counterexample.token.clone();
        let replay = Child::checking("prop_constant").with("PROOFHOUSE_REPLAY", &token);
        let replay = replay.with("PROOFHOUSE_CONSTANTS", "0").run();
        assert_eq!(replay.finding().counterexample.token, token);
        for (property, constants) in [("prop_constant", "0"), ("prop_computed", "1")] {
            let verdict = run(property, seed, constants).verdict().1.clone();
            assert_eq!(verdict, Verdict::Passed { cases: 256 });
        }
    }
}

#[test]
fn examples_run_first_and_become_cases() {
    let ran = Child::checking("prop_examples").run();
    assert_eq!(ran.verdict().0, Engine::Replay);
    let counterexample = &ran.finding().counterexample;
    let values: Vec<&str> = counterexample
        .arguments
        .iter()
        .map(|argument| &*argument.value)
        .collect();
    assert_eq!(values, ["1000", "\"\""], "it was not shrunk");
    let token = counterexample.token.clone();
    assert!(
        token.starts_with("ph1:proofhouse:fixture::prop_examples:1000,s:"),
        "{token}"
    );
    let printed = ran.printed();
    assert!(printed.contains("is refuted by example 2"), "{printed}");
    assert!(ran.store.contains(&token), "{}", ran.store);

    let replay = Child::checking("prop_examples").with("PROOFHOUSE_REPLAY", &token);
    assert_eq!(replay.run().finding().counterexample.token, token);
    let unshrunk = Child::checking("prop_examples").with("PROOFHOUSE_SHRINK", "0");
    let token = &unshrunk.run().finding().counterexample.token.clone();
    let choices = token::decode(token).expect("a token").choices;
    let expected = [
        Choice::Integer(70_000.into()),
        Choice::Text("needless".to_owned()),
    ];
    assert_eq!(choices, expected);
}

#[test]
fn examples_without_choices_run_as_they_are_written() {
    let check = |ran: Ran| {
        assert_eq!(ran.verdict().0, Engine::Replay);
        assert_eq!(ran.finding().failure.message, "the thousand");
        let arguments = &ran.finding().counterexample.arguments;
        assert_eq!(arguments[0].value, "1000");
        assert_eq!(arguments[1].value, "\"\"");
        let printed = ran.printed();
        assert!(printed.contains("is refuted by example 2"), "{printed}");
        assert_eq!(ran.store, "", "an example is kept by its source");
        ran.finding().counterexample.token.clone()
    };
    let token = check(Child::checking("prop_hidden_examples").run());
    assert!(
        token.starts_with("ph1:proofhouse:fixture::prop_hidden_examples::example_2:-:"),
        "{token}"
    );
    let replay =
        |token: &str| Child::checking("prop_hidden_examples").with("PROOFHOUSE_REPLAY", token);
    assert_eq!(check(replay(&token).run()), token);
    let random = Child::checking("prop_hidden_examples").with("PROOFHOUSE_ENGINE", "random");
    assert_eq!(check(random.run()), token);
    let third = token::encode(
        "proofhouse",
        "fixture::prop_hidden_examples::example_3",
        &[],
    );
    let printed = replay(&third).run().printed();
    assert!(printed.contains("runner/stale-token"), "{printed}");
}

#[test]
fn regressions_in_the_source_are_replayed_or_are_errors() {
    let ran = Child::checking("prop_regressions").run();
    assert_eq!(ran.verdict().0, Engine::Replay);
    assert_eq!(ran.finding().counterexample.arguments[0].value, "7");
    assert!(
        ran.printed().contains("by a regression in its source"),
        "{}",
        ran.printed()
    );

    let check = |property: &'static str, reason: &str| {
        let ran = Child::checking(property).run();
        assert!(!ran.output.status.success());
        let printed = ran.printed();
        for part in ["runner/bad-regression", "help: ", reason] {
            assert!(printed.contains(part), "{part} is missing in {printed}");
        }
    };
    check("prop_stale_regression", "the generators changed");
    check("prop_corrupt_regression", "checksum");
    check(
        "prop_foreign_regression",
        "a case of `fixture::prop_regressions`",
    );
}

#[test]
fn options_say_how_a_property_is_checked() {
    let ran = Child::checking("prop_forgets_to_panic").run();
    assert_eq!(ran.finding().counterexample.arguments[0].value, "77");
    assert_eq!(ran.finding().failure.kind, FailureKind::ReturnedError);
    assert!(
        ran.printed().contains("it returned, but"),
        "{}",
        ran.printed()
    );

    let timed = Child::checking("prop_timed").run();
    let Verdict::Passed { cases } = timed.verdict().1 else {
        panic!("{:?}", timed.events)
    };
    assert!(
        (1..=40).contains(cases),
        "{cases} cases of a millisecond in 40"
    );
    let both = Child::checking("prop_timed")
        .with("PROOFHOUSE_CASES", "1")
        .run();
    assert_eq!(both.verdict().1, &Verdict::Passed { cases: 1 });

    let waited = Child::checking("prop_async").run();
    assert_eq!(waited.finding().counterexample.arguments[0].value, "1000");
    assert_eq!(waited.finding().failure.kind, FailureKind::ReturnedError);
}

#[test]
fn what_cases_are_like_is_counted_and_shown() {
    let ran = Child::checking("prop_covers")
        .with("PROOFHOUSE_ENGINE", "random")
        .with("PROOFHOUSE_SEED", "3")
        .with("PROOFHOUSE_VERBOSE", "1")
        .run();
    assert!(ran.output.status.success(), "{}", ran.printed());
    let mut seen = ran.events.iter().filter_map(|event| match event {
        Event::Observed { observations, .. } => Some(observations),
        _ => None,
    });
    let observations = seen.next().unwrap();
    let count = |label: &str| {
        let mut labels = observations.labels.iter();
        let count = labels.find(|count| count.label == label).unwrap();
        assert_eq!(count.of, 256);
        count.cases
    };
    assert_eq!(count("five"), 0, "rejected cases count nowhere");
    assert_eq!(count("even") + count("number % 2 == 1 = true"), 256);
    assert_eq!(count("number % 2 == 1 = false"), count("even"));
    assert_eq!(observations.labels[0].required_ppm, Some(400_000));
    assert_eq!(observations.targets[0].best, "999");
    for part in [
        "%  even (",
        ", 40 % required",
        "0.0 %  five (0 of 256)",
        "highest height: 999",
    ] {
        assert!(
            ran.printed().contains(part),
            "{part} is missing in {}",
            ran.printed()
        );
    }
    let quiet = Child::checking("prop_covers").run();
    assert!(!quiet.printed().contains("even"), "{}", quiet.printed());
}

#[test]
fn what_is_required_to_be_covered_is() {
    let ran = Child::checking("prop_covers_too_little").run();
    assert!(!ran.output.status.success());
    let Verdict::Unhealthy { complaints } = ran.verdict().1 else {
        panic!("{:?}", ran.events)
    };
    assert_eq!(complaints[0].code, "health/too-rare");
    let expected = "`a needle` is covered by 0 of 256 cases, but 10 % are required";
    assert!(ran.printed().contains(expected), "{}", ran.printed());
    let is_rare =
        |event: &Event| matches!(event, Event::Unhealthy { complaint, .. } if complaint.is_grave);
    assert!(ran.events.iter().any(is_rare));

    let all = Child::checking("prop_covers_too_little_of_all").run();
    assert!(!all.output.status.success());
    assert_eq!(all.verdict().0, Engine::Exhaustive);
    let expected = "`small` is covered by 25 of 256 cases, but 9.8 % are required";
    assert!(all.printed().contains(expected), "{}", all.printed());
    assert!(matches!(all.verdict().1, Verdict::Unhealthy { .. }));
}

#[test]
fn nobody_complains_about_inputs_that_nobody_wants_checked() {
    let ran = Child::checking("prop_unchecked").run();
    assert!(ran.output.status.success(), "{}", ran.printed());
    let is_complaint = |event: &Event| matches!(event, Event::Unhealthy { .. });
    assert!(!ran.events.iter().any(is_complaint), "{:?}", ran.events);
    assert!(matches!(ran.verdict().1, Verdict::Proved { .. }));
}

#[test]
fn only_the_arguments_of_a_case_are_drawn_when_that_is_asked_for() {
    let draw = |property: &'static str, token: &str| {
        Child::checking(property)
            .with("PROOFHOUSE_REPLAY", token)
            .with("PROOFHOUSE_ONLY_DRAW", "1")
            .run()
    };
    // The property would end its process.
    let path = "fixture::prop_exits";
    let choices = [Choice::Integer(u64::MAX.into())];
    let token = token::encode("proofhouse", path, &choices);
    let ran = draw("prop_exits", &token);
    assert!(ran.output.status.success(), "{}", ran.printed());
    let [
        Event::Drawn {
            property,
            token: drawn,
            arguments,
        },
    ] = &ran.events[..]
    else {
        panic!("{:?}", ran.events)
    };
    assert_eq!((&**property, drawn), (path, &token));
    assert_eq!(arguments[0].value, u64::MAX.to_string());

    let example = "fixture::prop_examples::example_2";
    let ran = draw("prop_examples", &token::encode("proofhouse", example, &[]));
    let [Event::Drawn { arguments, .. }] = &ran.events[..] else {
        panic!("{:?}", ran.events)
    };
    assert_eq!(arguments[0].value, "70000");

    let stale = token::encode("proofhouse", path, &[Choice::Boolean(true)]);
    let ran = draw("prop_exits", &stale);
    assert!(ran.printed().contains("runner/stale-token"));
    assert_eq!(ran.events, []);
}

#[test]
fn a_target_is_climbed_to() {
    let ran = Child::checking("prop_climbed")
        .with("PROOFHOUSE_SEED", "1")
        .run();
    let arguments = &ran.finding().counterexample.arguments;
    assert_eq!(
        (&*arguments[0].value, &*arguments[1].value),
        ("123456789012", "[]")
    );
}

#[test]
fn arguments_that_may_be_anything_are_named() {
    let ran = Child::checking("prop_explained").run();
    let explained = ran.events.iter().find_map(|event| match event {
        Event::Explained {
            free_arguments,
            token,
            executions,
            ..
        } => Some((free_arguments, token, *executions)),
        _ => None,
    });
    let (free, token, executions) = explained.unwrap();
    assert_eq!(free, &["_list", "_flag"]);
    assert_eq!(token, &ran.finding().counterexample.token);
    assert!((2..=240).contains(&executions));
    for part in [
        "_list = []   (may be anything)\n",
        "number = 1000\n",
        "_flag = false   (may be anything)\n",
        "(each may be anything while the others stay)",
    ] {
        assert!(
            ran.printed().contains(part),
            "{part} is missing in {}",
            ran.printed()
        );
    }
}

#[test]
fn failures_that_come_and_go_are_reported_with_their_rate() {
    let ran = Child::checking("prop_flaky")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    assert!(!ran.output.status.success());
    let (_, Verdict::Inconclusive { obstacles }) = ran.verdict() else {
        panic!("{:?}", ran.events)
    };
    let [Obstacle::NotReproduced { failure, .. }] = &obstacles[..] else {
        panic!("{obstacles:?}")
    };
    assert!(
        failure.starts_with("in 2 of 5 runs with the same input: sometimes"),
        "{failure}"
    );
    for part in ["flaky, failed in 2 of 5 runs", "  number = ", "threads"] {
        assert!(
            ran.printed().contains(part),
            "{part} is missing in {}",
            ran.printed()
        );
    }

    // The search goes on, and a failure that always happens is the better finding.
    let worse = Child::checking("prop_flaky_and_worse")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    assert_eq!(worse.finding().failure.message, "always");
    assert_eq!(worse.finding().counterexample.arguments[0].value, "1000");
    assert!(
        worse.printed().contains("failed in 1 of 5 runs"),
        "{}",
        worse.printed()
    );
}

#[test]
fn inputs_that_test_too_little_are_complained_about() {
    let check = |property: &'static str, code: &str, is_grave: bool| {
        let ran = Child::checking(property)
            .with("PROOFHOUSE_ENGINE", "random")
            .with("PROOFHOUSE_CASES", "20")
            .run();
        assert_eq!(ran.output.status.success(), !is_grave, "{}", ran.printed());
        let level = if is_grave { "error" } else { "warning" };
        let expected = format!("{level}[{code}]: property fixture::{property}: ");
        assert!(ran.printed().contains(&expected), "{}", ran.printed());
        assert!(ran.printed().contains("\nhelp: "), "{}", ran.printed());
    };
    check("prop_large", "health/large-inputs", false);
    check("prop_too_picky", "health/too-many-rejections", true);
    check("prop_assumes_too_much", "health/too-many-rejections", true);

    let ran = Child::checking("prop_picky").run();
    assert!(ran.output.status.success(), "{}", ran.printed());
    assert!(!ran.printed().contains("health/"), "{}", ran.printed());
    let Verdict::Passed { cases } = ran.verdict().1 else {
        panic!("{:?}", ran.events)
    };
    assert!(*cases < 256, "the verdict says how many ran");
}

#[test]
fn a_generator_that_does_not_end_is_complained_about() {
    let child = Child::checking("prop_endless").with("PROOFHOUSE_ENGINE", "random");
    let ran = child.with("PROOFHOUSE_CASES", "2").run();
    assert!(!ran.output.status.success());
    assert!(
        ran.printed().contains("health/exhausted"),
        "{}",
        ran.printed()
    );
}

#[test]
fn the_first_failure_is_shown_before_it_is_shrunk_and_shrinking_has_limits() {
    let check = |name: &str, value: &str| {
        let child = Child::checking("prop_slow").with(name, value);
        let ran = child.with("PROOFHOUSE_SEED", "1").run();
        let printed = ran.printed();
        let first = printed
            .find("a case fails, shrinking it: too much")
            .unwrap();
        let last = printed.find("is refuted after").unwrap();
        assert!(first < last, "{printed}");
        assert!(
            !printed.contains('\r'),
            "a progress line is for terminals: {printed}"
        );
        (
            ran.finding().counterexample.arguments[0].value.clone(),
            printed,
        )
    };
    let (simplest, printed) = check("PROOFHOUSE_SHRINK_MAX", "9000");
    assert_eq!(simplest, "1000");
    assert!(!printed.contains("a limit ended it"), "{printed}");
    for (name, value) in [
        ("PROOFHOUSE_SHRINK_MAX", "3"),
        ("PROOFHOUSE_SHRINK_MS", "0"),
    ] {
        let (found, printed) = check(name, value);
        assert_ne!(found, simplest);
        assert!(printed.contains("then a limit ended it"), "{printed}");
    }
}

/// Removes the committed regressions of a fixture, and their folder with the last of them.
fn forget(property: &'static str) {
    let file = Child::continuing(property).regressions();
    fs::remove_file(&file).unwrap();
    let _ = fs::remove_dir(file.parent().unwrap());
}

#[test]
fn failures_are_kept_with_the_source_when_asked() {
    let first = Child::checking("prop_kept")
        .with("PROOFHOUSE_ENGINE", "random")
        .run();
    let file = Child::continuing("prop_kept").regressions();
    assert!(!file.exists(), "nobody asked");
    let token = first.finding().counterexample.token.clone();

    // What is stored locally is promoted as it is replayed.
    let promoted = Child::continuing("prop_kept")
        .with("PROOFHOUSE_KEEP", "1")
        .run();
    assert!(
        promoted.printed().contains("kept in "),
        "{}",
        promoted.printed()
    );
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "# proofhouse regressions, version 1");
    let expected = [
        &*token,
        concat!(
            "#   found by replay, proofhouse ",
            env!("CARGO_PKG_VERSION")
        ),
        "#   number = 5000",
        "#   much",
    ];
    assert_eq!(lines[2..], expected);

    // It is replayed by every engine, without shrinking, and comes before the local store.
    let larger = token::encode(
        "proofhouse",
        "fixture::prop_kept",
        &[Choice::Integer(7777.into())],
    );
    fs::write(&file, format!("{}\n{larger}\n", lines[0])).unwrap();
    for engine in ["random", "exhaustive", "replay"] {
        let ran = Child::continuing("prop_kept")
            .with("PROOFHOUSE_ENGINE", engine)
            .run();
        assert_eq!(ran.verdict().0, Engine::Replay);
        assert_eq!(ran.finding().counterexample.token, larger);
        assert!(
            ran.printed().contains("by a committed regression"),
            "{}",
            ran.printed()
        );
    }

    // Entries that are stale, damaged or foreign are reported and stay.
    let stale = token::encode("proofhouse", "fixture::prop_kept", &[Choice::Boolean(true)]);
    let foreign = token::encode("proofhouse", "fixture::prop_other", &[]);
    let text = format!("{}\n{stale}\n{larger}x\n{foreign}\n", lines[0]);
    fs::write(&file, &text).unwrap();
    let child = Child::continuing("prop_kept").with("PROOFHOUSE_ENGINE", "random");
    let ran = child.with("PROOFHOUSE_KEEP", "1").run();
    for part in [
        "stale, the generators changed",
        "checksum",
        "a case of `fixture::prop_other`",
    ] {
        assert!(
            ran.printed().contains(part),
            "{part} is missing in {}",
            ran.printed()
        );
    }
    let after = fs::read_to_string(&file).unwrap();
    assert!(
        after.starts_with(&text) && after.len() > text.len(),
        "{after}"
    );
    forget("prop_kept");
}

#[test]
fn parallel_and_killed_processes_leave_whole_files() {
    let property = "prop_kept_by_many";
    let file = Child::checking(property).regressions();
    for round in 0..4 {
        let mut children = Vec::new();
        for number in 0..4_u32 {
            let choice = Choice::Integer((5000 + round * 4 + number).into());
            let token = token::encode("proofhouse", "fixture::prop_kept_by_many", &[choice]);
            let child = Child::continuing(property).with("PROOFHOUSE_KEEP", "1");
            let mut command = child.with("PROOFHOUSE_REPLAY", &token).command;
            command
                .env_remove("PROOFHOUSE_CASE_FILE")
                .env_remove("PROOFHOUSE_EVENTS");
            let piped = command.stderr(std::process::Stdio::null());
            children.push((
                token,
                piped.stdout(std::process::Stdio::null()).spawn().unwrap(),
            ));
        }
        // One of them is killed, wherever it is by now; all others must have their way.
        let (killed, mut victim) = children.remove(round as usize);
        victim.kill().unwrap();
        victim.wait().unwrap();
        for (_, child) in &mut children {
            assert!(!child.wait().unwrap().success());
        }
        let text = fs::read_to_string(&file).unwrap();
        for (token, _) in &children {
            assert!(
                text.lines().any(|line| line == token),
                "{token} is missing in {text}"
            );
        }
        let tokens = text.lines().filter(|line| line.starts_with("ph1:"));
        assert!(
            tokens.clone().all(|line| token::decode(line).is_ok()),
            "{text}"
        );
        let is_killed_there = tokens.clone().any(|line| line == killed);
        assert!(text.ends_with('\n'), "{is_killed_there}: {text}");
    }
    let leftover = fs::read_dir(file.parent().unwrap()).unwrap();
    for entry in leftover.map(|entry| entry.unwrap().path()) {
        if entry
            .extension()
            .is_some_and(|extension| extension == "tmp")
        {
            fs::remove_file(entry).unwrap();
        }
    }
    forget(property);
    fs::remove_file(Child::continuing(property).store()).unwrap();
}
