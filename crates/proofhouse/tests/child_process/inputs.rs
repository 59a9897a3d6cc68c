//! What is run: constants, examples, regressions, options, and what the cases are like.

use super::child::{Child, Ran};
use proofhouse::choice::{Choice, token};
use proofhouse::evidence::{Engine, Event, FailureKind, Verdict};

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
