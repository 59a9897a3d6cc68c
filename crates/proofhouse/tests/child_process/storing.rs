//! What is kept of failures, and run again from a token.

use std::fs;

use super::child::{Child, choices_of};
use proofhouse::choice::{Choice, token};
use proofhouse::evidence::{Engine, Event, FailureKind, Verdict};

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
