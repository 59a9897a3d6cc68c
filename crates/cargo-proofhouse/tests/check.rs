//! The command on the zoo: verdicts, texts, tokens, exit codes.

#![cfg(unix)]

mod zoo;

use std::collections::BTreeMap;
use std::fs;

use proofhouse_evidence::{Action, Engine, FailureKind, Finding, Obstacle, Proof, Replay, Verdict};
use proofhouse_report::{CheckReport, EngineResult, Outcome};

/// Each result in a few words, by property and engine.
fn results(report: &CheckReport) -> BTreeMap<(String, &'static str), String> {
    let mut results = BTreeMap::new();
    for (binary, property) in report.properties() {
        let path = &property.description.path;
        let path = path.strip_prefix("tests::").unwrap_or(path);
        for result in &property.results {
            let key = (format!("{} {path}", binary.target), result.engine.name());
            results.insert(key, in_words(&result.outcome));
        }
    }
    results
}

fn in_words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::NotRun { .. } => "not run".to_owned(),
        Outcome::Concluded { verdict } => match verdict {
            Verdict::Refuted { findings } => {
                let kinds: Vec<_> = findings
                    .iter()
                    .map(|one| kind_name(one.failure.kind))
                    .collect();
                format!("refuted: {}", kinds.join(", "))
            }
            Verdict::Proved {
                proof: Proof::AllInputs { inputs },
            } => format!("all {inputs}"),
            Verdict::Proved {
                proof: Proof::Complete,
            } => "proved".to_owned(),
            Verdict::Proved {
                proof: Proof::Bounded { bounds, contracts },
            } if bounds.is_empty() => format!("given {}", contracts.join(", ")),
            Verdict::Proved {
                proof: Proof::Bounded { bounds, .. },
            } => format!("proved to {} {}", bounds[0].most, bounds[0].unit),
            Verdict::Passed { cases } => format!("passed {cases}"),
            Verdict::Unhealthy { complaints } => complaints[0].code.clone(),
            Verdict::Vacuous { .. } => "vacuous".to_owned(),
            Verdict::Inconclusive { .. } => "inconclusive".to_owned(),
            Verdict::NotApplicable { .. } => "-".to_owned(),
        },
    }
}

fn kind_name(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Panic => "panic",
        FailureKind::ReturnedError => "error",
        FailureKind::ProcessEnded => "ended",
        FailureKind::Timeout => "timeout",
        FailureKind::UndefinedBehaviour => "undefined",
        FailureKind::LoopBound => "loop bound",
        FailureKind::OutsideOfContract => "outside of contract",
    }
}

fn findings(report: &CheckReport) -> Vec<(String, Finding)> {
    let mut findings = Vec::new();
    for (_, property) in report.properties() {
        for result in &property.results {
            if let Some(Verdict::Refuted { findings: found }) = result.outcome.verdict() {
                let path = property.description.path.clone();
                findings.extend(found.iter().map(|one| (path.clone(), one.clone())));
            }
        }
    }
    findings
}

fn check_native() -> CheckReport {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "random,exhaustive",
        "--seed",
        "1",
        "--cases",
        "200",
        "--case-time",
        "1",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    CheckReport::from_json(&ran.stdout).expect("a report")
}

/// Native engines on every animal; then each counterexample again, from its token alone.
#[test]
fn native_engines_say_what_happens_and_every_token_replays() {
    let report = check_native();
    let rows = [
        ("lib prop_holds", "passed 200", "all 256"),
        ("lib prop_panics", "refuted: panic", "-"),
        (
            "lib prop_returns_an_error",
            "refuted: error",
            "refuted: error",
        ),
        ("lib prop_aborts", "refuted: ended", "refuted: ended"),
        (
            "lib prop_overflows_the_stack",
            "refuted: ended",
            "refuted: ended",
        ),
        ("lib prop_exits", "refuted: ended", "refuted: ended"),
        ("lib prop_hangs", "refuted: timeout", "refuted: timeout"),
        ("lib prop_assumes_too_much", "vacuous", "vacuous"),
        ("lib prop_opens_a_file", "passed 200", "all 2"),
        ("lib prop_fails_once", "inconclusive", "-"),
        ("lib prop_fails_behind_a_file", "passed 200", "-"),
        ("lib prop_unoptimised", "refuted: panic", "refuted: panic"),
        ("lib prop_ignored", "not run", "not run"),
        ("lib prop_small_but_difficult", "not run", "not run"),
        ("lib prop_reads_beyond", "passed 200", "all 2"),
        ("lib prop_text_is_short", "passed 200", "-"),
        ("lib prop_twin", "passed 200", "all 256"),
        ("lib prop_holds_too", "passed 200", "all 65536"),
        ("lib prop_covers_too_little", "health/too-rare", "-"),
        ("lib prop_free", "refuted: panic", "-"),
        ("lib prop_example_fails", "refuted: panic", "refuted: panic"),
        (
            "lib prop_example_aborts",
            "refuted: ended",
            "refuted: ended",
        ),
        ("lib prop_steps_abort", "refuted: ended", "refuted: ended"),
        ("test twin prop_twin", "refuted: panic", "refuted: panic"),
    ];
    let results = results(&report);
    for (name, random, exhaustive) in rows {
        for (engine, expected) in [("random", random), ("exhaustive", exhaustive)] {
            let actual = results.get(&(name.to_owned(), engine)).map(String::as_str);
            assert_eq!(actual, Some(expected), "{name} {engine}");
        }
    }
    assert_eq!(results.len(), rows.len() * 2);
    for (path, finding) in findings(&report) {
        assert_eq!(finding.replay, Replay::Reproduced, "{path}");
        let token = &finding.counterexample.token;
        let is_example = token.contains("::example_");
        let is_stateful = path.ends_with("prop_steps_abort");
        if finding.failure.kind == FailureKind::ProcessEnded && !is_stateful {
            let value = &finding.counterexample.arguments[0].value;
            assert_eq!(value, "301", "{token} is not the simplest");
        }
        let ran = zoo::run(&["replay", token, "--case-time", "1"]);
        assert_eq!(ran.code, 1, "{path}: {}", ran.stderr);
        assert!(ran.stdout.contains("REFUTED"), "{}", ran.stdout);
        let values = &finding.counterexample.arguments;
        let first = format!("{} = {}\n", values[0].name, values[0].value);
        assert!(ran.stdout.contains(&first), "{first}\n{}", ran.stdout);
        if is_stateful {
            let steps = "run:\n      let mut fuse = Fuse::new();\n      fuse.light(";
            assert!(ran.stdout.contains(steps), "{}", ran.stdout);
            assert!(
                ran.stdout.contains("); // this step fails\n"),
                "{}",
                ran.stdout
            );
        }
        if is_example {
            // The machine may have found the same value as an input, which is stored.
            let file = format!("zoo/.proofhouse/failures/{}.txt", path.replace("::", "__"));
            let stored = fs::read_to_string(zoo::folder().join(file)).unwrap_or_default();
            assert!(
                !stored.contains("::example_"),
                "its source keeps it: {stored}"
            );
        } else if finding.failure.kind != FailureKind::Panic || path != "prop_twin" {
            let file = format!("zoo/.proofhouse/failures/{}.txt", path.replace("::", "__"));
            let stored = fs::read_to_string(zoo::folder().join(file)).expect("it is stored");
            assert!(stored.lines().any(|line| line == token), "{stored}");
        }
    }
}

#[test]
fn a_finding_is_shown_with_statement_values_and_commands() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "random",
        "--property",
        "prop_panics",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for expected in [
        "REFUTED tests::prop_panics\n  Numbers stay below a thousand.\n",
        "    note: twice ",
        " is too large\n",
        "  found by random; failed again natively in a fresh process\n",
        "  replay  cargo proofhouse replay ph1:zoo:tests::prop_panics:",
        "cargo test -p zoo --lib -- --exact tests::prop_panics --nocapture\n",
        "1 property: 1 refuted; ",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains('\u{1b}'));
}

/// What `cargo test` fails for fails the check, too.
#[test]
fn a_requirement_that_is_missed_is_shown_and_ends_with_one() {
    let check = |property: &str, engine: &str| {
        zoo::run(&[
            "check",
            "-p",
            "zoo",
            "--engine",
            engine,
            "--seed",
            "1",
            "--property",
            property,
        ])
    };
    let ran = check("prop_covers_too_little", "random");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for expected in [
        "  UNHEALTHY: too rare  ",
        "`a needle` is covered by 0 of 256 cases, but 10 % are required (health/too-rare); draw",
        "\n      0.0 %  a needle (0 of 256, 10 % required)\n",
        " %  even (",
        "1 property: 1 unhealthy; 256 cases",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}\n{}", ran.stdout);
    }
    for engine in ["random", "exhaustive"] {
        let ran = check("prop_assumes_too_much", engine);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(ran.stdout.contains("vacuous"), "{}", ran.stdout);
        assert!(ran.stdout.contains("(health/"), "{}", ran.stdout);
    }
}

#[test]
fn an_argument_that_does_not_matter_is_named() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--lib",
        "--property",
        "prop_free",
        "--engine",
        "random,symbolic",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("_any = 0   (may be anything)\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn nothing_refuted_ends_with_zero() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "exhaustive",
        "--property",
        "prop_holds",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("proved: all 256 inputs"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_case_that_holds_replays_with_zero() {
    use proofhouse_choice::{Choice, Integer, token};
    let choices = [Choice::Integer(Integer::from(5))];
    let held = token::encode("zoo", "tests::prop_panics", &choices);
    let ran = zoo::run(&["replay", &held]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("HOLDS"), "{}", ran.stdout);
    assert!(ran.stdout.contains("    x = 5\n"), "{}", ran.stdout);
}

#[test]
fn an_ignored_property_runs_when_asked_for() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "random",
        "--property",
        "prop_ignored",
        "--include-ignored",
    ]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_list_names_every_property_and_runs_none() {
    let ran = zoo::run(&["list", "-p", "zoo"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("zoo (lib)\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("zoo (test twin)\n"));
    assert!(
        ran.stdout
            .contains("  tests::prop_holds(x)  zoo/src/lib.rs:")
    );
    let ran = zoo::run(&["list", "-p", "zoo", "--test", "twin", "--format", "json"]);
    let listing: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(listing["binaries"][0]["properties"][0]["path"], "prop_twin");
}

#[test]
fn events_are_written_while_engines_run() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "random",
        "--property",
        "prop_panics",
        "--events",
        "-",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let events: Vec<String> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|line| line["event"].as_str().expect("an event").to_owned())
        .collect();
    assert_eq!(events.first().map(String::as_str), Some("started"));
    assert_eq!(events[events.len() - 2..], ["found", "finished"]);
}

/// What the solver finds out helps the random engine, and what is proved is not run again.
#[test]
fn inputs_of_the_solver_are_run_and_varied() {
    let check = |property: &str, engines: &str| {
        let ran = zoo::run(&[
            "check",
            "-p",
            "zoo",
            "--lib",
            "--engine",
            engines,
            "--property",
            property,
            "--time",
            "20",
            "--no-cache",
            "--format",
            "json",
        ]);
        let report = CheckReport::from_json(&ran.stdout).expect("a report");
        let (_, property) = report.properties().next().expect("it has one property");
        property.results[0].clone()
    };
    let alone = check("prop_fails_behind_a_file", "random");
    assert!(matches!(
        alone.outcome.verdict(),
        Some(Verdict::Passed { .. })
    ));
    let helped = check("prop_fails_behind_a_file", "random,symbolic");
    let Some(Verdict::Refuted { findings }) = helped.outcome.verdict() else {
        panic!("{helped:?}");
    };
    assert_eq!(findings[0].counterexample.arguments[0].value, "3000009");
    assert_eq!(findings[0].found_by, Engine::Random);
    assert!(
        helped.remarks[0].starts_with("found by varying inputs"),
        "{helped:?}"
    );
    for proved in ["prop_holds_too", "prop_text_is_short"] {
        let result = check(proved, "random,symbolic");
        assert_eq!(result.statistics.generated, 256, "{proved}: {result:?}");
    }
}

/// What was proved by running every input gets little of the symbolic engine's time, and still all that the
/// machine needs to see what no native run shows.
#[test]
fn what_is_exhausted_takes_little_of_the_symbolic_time() {
    let check = |property: &str, engines: &str| {
        let mut arguments = vec!["check", "-p", "zoo", "--lib", "--property", property];
        arguments.extend(["--engine", engines, "--include-ignored", "--time", "2"]);
        let ran = zoo::run(&[&arguments[..], &["--format", "json"]].concat());
        let report = CheckReport::from_json(&ran.stdout).expect("a report");
        let (_, property) = report.properties().next().expect("it has one property");
        property.results.clone()
    };
    let time = |result: &EngineResult| match result.outcome.verdict() {
        Some(Verdict::Inconclusive { obstacles }) => match &obstacles[..] {
            [Obstacle::LimitReached { allowed, unit, .. }] => format!("{allowed} {unit}"),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let both = check("prop_small_but_difficult", "exhaustive,symbolic");
    let all = Proof::AllInputs { inputs: 65536 };
    assert_eq!(
        both[0].outcome.verdict(),
        Some(&Verdict::Proved { proof: all })
    );
    assert_eq!(time(&both[1]), "250 milliseconds");
    let remark = "every input was run, so this engine had a small part of its time";
    assert!(
        both[1].remarks.iter().any(|one| one.starts_with(remark)),
        "{both:?}"
    );
    // That it was tried for so long does not keep it from being tried for longer.
    let alone = check("prop_small_but_difficult", "symbolic");
    assert_eq!(time(&alone[0]), "2 seconds");
    assert!(!alone[0].remarks.iter().any(|one| one.starts_with(remark)));

    let unseen = check("prop_reads_beyond", "exhaustive,symbolic");
    assert_eq!(in_words(&unseen[0].outcome), "all 2");
    assert_eq!(in_words(&unseen[1].outcome), "refuted: undefined");
}

/// Native engines run what another profile of cargo's builds, and the report says so.
#[test]
fn native_engines_take_a_profile() {
    let run = |option: &[&str]| {
        let check = ["check", "-p", "zoo", "--lib", "--engine", "exhaustive"];
        let name = ["--property", "prop_unoptimised"];
        zoo::run(&[&check[..], &name, option].concat())
    };
    let ran = run(&[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let ran = run(&["--release"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let said = "native code of the profile `release`";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
}

#[test]
fn the_machine_proves_refutes_and_says_what_it_cannot_do() {
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--lib",
        "--engine",
        "symbolic",
        "--time",
        "20",
        "--size-max",
        "2",
        "--format",
        "json",
    ]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report = CheckReport::from_json(&ran.stdout).expect("a report");
    let results = results(&report);
    let rows = [
        ("prop_holds", "proved"),
        ("prop_panics", "refuted: panic"),
        ("prop_returns_an_error", "refuted: error"),
        ("prop_aborts", "refuted: ended"),
        ("prop_assumes_too_much", "vacuous"),
        ("prop_opens_a_file", "inconclusive"),
        ("prop_reads_beyond", "refuted: undefined"),
        ("prop_text_is_short", "proved to 2 bytes"),
    ];
    let is_explored = |one: &&EngineResult| one.outcome.verdict().is_some();
    for (_, property) in report.properties() {
        let Some(result) = property.results.first().filter(is_explored) else {
            continue;
        };
        let lines = &result.lines;
        let files: Vec<&str> = lines.iter().map(|one| one.file.as_str()).collect();
        assert_eq!(files, ["zoo/src/lib.rs"], "the package's own alone");
        let description = &property.description;
        let is_executed = lines[0].executed.contains(description.line);
        assert!(is_executed, "{}: {lines:?}", description.path);
    }
    let panics = |path: &str| path.ends_with("prop_panics");
    let mut properties = report.properties().map(|(_, property)| property);
    let refuted = properties.find(|one| panics(&one.description.path));
    let [trace] = refuted.expect("it is there").results[0].traces.as_slice() else {
        panic!("it has one counterexample, told once");
    };
    let chosen = trace.steps.iter().find_map(|step| match &step.what {
        Action::Chooses { argument, .. } => Some(argument.as_deref()),
        _ => None,
    });
    assert_eq!(chosen, Some(Some("x")), "{trace:?}");
    let last = trace.steps.last().expect("it has steps");
    assert!(matches!(last.what, Action::Fails { .. }), "{trace:?}");
    let site = last.site.as_ref().expect("it fails somewhere");
    assert_eq!(site.file, "zoo/src/lib.rs");
    let unseen = findings(&report);
    let (_, unseen) = unseen
        .iter()
        .find(|(path, _)| path.ends_with("prop_reads_beyond"))
        .expect("it is refuted");
    assert!(matches!(unseen.replay, Replay::NotReproduced { .. }));
    assert_eq!(unseen.counterexample.arguments[0].value, "true");
    for (name, expected) in rows {
        let actual = results.get(&(format!("lib {name}"), Engine::Symbolic.name()));
        assert_eq!(
            actual.map(String::as_str),
            Some(expected),
            "{name}\n{}",
            ran.stdout
        );
    }
}
