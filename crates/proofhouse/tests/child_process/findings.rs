//! Verdicts and findings: what is said of a failure, and how often it happens.

use std::collections::BTreeSet;
use std::path::Path;

use super::child::{Child, choices_of};
use super::fixture::FILE;
use proofhouse::choice::token;
use proofhouse::evidence::{Engine, Event, FailureKind, Obstacle, Proof, Verdict};

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
        (Path::new(FILE), property.line + 2)
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
        FILE,
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
