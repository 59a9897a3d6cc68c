//! A whole campaign, rendered. The expected texts stand beside in `golden/`; running the tests with
//! `PROOFHOUSE_BLESS=1` writes them anew, to be read in review.

use std::path::Path;

use proofhouse_evidence::{
    Action, Argument, Bound, Complaint, Counterexample, Engine, FORMAT_VERSION, Failure,
    FailureKind, FileLines, Finding, LabelCount, LabelKind, Observations, Obstacle, Proof,
    PropertyDescription, Replay, Site, Statistics, TargetBest, Trace, TraceStep, Verdict,
};
use proofhouse_report::{
    BinaryReport, CheckReport, EngineMissing, EngineResult, Explanation, Outcome, PropertyReport,
    ReadError, ReplayReport, Settings, TargetLabel, TextOptions, Weakening, check_text,
    listing_text, replay_text,
};

fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("PROOFHOUSE_BLESS").is_some() {
        std::fs::write(&path, actual).expect("the golden folder can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        actual, expected,
        "{name} differs; PROOFHOUSE_BLESS=1 writes it anew"
    );
}

fn result(engine: Engine, verdict: Verdict, statistics: Statistics) -> EngineResult {
    EngineResult {
        engine,
        outcome: Outcome::Concluded { verdict },
        statistics,
        remarks: vec![],
        observations: None,
        complaints: vec![],
        explanations: vec![],
        lines: vec![],
        traces: vec![],
        contracts_checked: vec![],
    }
}

fn random(verdict: Verdict, generated: u64) -> EngineResult {
    let statistics = Statistics {
        generated,
        elapsed_us: 12_000,
        ..Statistics::default()
    };
    result(Engine::Random, verdict, statistics)
}

fn exhaustive(verdict: Verdict, generated: u64) -> EngineResult {
    let statistics = Statistics {
        generated,
        elapsed_us: 850,
        ..Statistics::default()
    };
    result(Engine::Exhaustive, verdict, statistics)
}

fn symbolic(verdict: Verdict, paths: u64) -> EngineResult {
    let statistics = Statistics {
        paths,
        elapsed_us: 1_250_000,
        ..Statistics::default()
    };
    result(Engine::Symbolic, verdict, statistics)
}

fn too_large() -> Verdict {
    Verdict::NotApplicable {
        reason: "the domain has more than 1,000,000 inputs".to_owned(),
    }
}

fn refuted(engine: Engine, kind: FailureKind, token: &str, replay: Replay) -> Verdict {
    let finding = Finding {
        failure: Failure {
            kind,
            message:
                "assertion `left == right` failed: the address survives\n  left: 4096\n right: 0"
                    .to_owned(),
            site: Some(Site {
                file: "src/bar.rs".to_owned(),
                line: 51,
                column: 9,
            }),
        },
        counterexample: Counterexample {
            token: token.to_owned(),
            arguments: vec![
                Argument {
                    name: "address".to_owned(),
                    value: "4096".to_owned(),
                },
                Argument {
                    name: "bar".to_owned(),
                    value: "Bar {\n    index: 0,\n}".to_owned(),
                },
            ],
            notes: vec!["the window begins at 0".to_owned()],
        },
        found_by: engine,
        replay,
    };
    Verdict::Refuted {
        findings: vec![finding],
    }
}

fn property(path: &str, line: u32, results: Vec<EngineResult>) -> PropertyReport {
    PropertyReport {
        description: description(path, line),
        results,
    }
}

fn description(path: &str, line: u32) -> PropertyDescription {
    PropertyDescription {
        path: path.to_owned(),
        statement: "An address written to a BAR is the address read from it.\nAlways.".to_owned(),
        file: "src/bar.rs".to_owned(),
        line,
        arguments: vec!["address".to_owned(), "bar".to_owned()],
    }
}

fn lib() -> TargetLabel {
    TargetLabel {
        kind: "lib".to_owned(),
        name: "pci_passthrough".to_owned(),
    }
}

fn bounded() -> Verdict {
    Verdict::Proved {
        proof: Proof::Bounded {
            bounds: vec![Bound {
                what: "length of `text`".to_owned(),
                most: 7,
                unit: "bytes".to_owned(),
            }],
            contracts: vec![],
        },
    }
}

fn unsupported() -> Verdict {
    Verdict::Inconclusive {
        obstacles: vec![
            Obstacle::Unsupported {
                what: "open64".to_owned(),
                called_from: Some("pci_passthrough::settings::load_from_the_system".to_owned()),
            },
            Obstacle::SolverGaveUp { questions: 2 },
        ],
    }
}

/// Properties that hold, in every way in which that can be said.
fn library_properties() -> Vec<PropertyReport> {
    let complete = Verdict::Proved {
        proof: Proof::Complete,
    };
    let mut deepened = symbolic(bounded(), 61);
    deepened
        .remarks
        .push("8 bytes were not finished in 20.0 s".to_owned());
    vec![
        property(
            "address::prop_align_down",
            12,
            vec![
                random(Verdict::Passed { cases: 256 }, 256),
                exhaustive(too_large(), 0),
                symbolic(complete, 14),
            ],
        ),
        property(
            "slot::prop_roundtrip",
            30,
            vec![
                random(Verdict::Passed { cases: 256 }, 256),
                exhaustive(
                    Verdict::Proved {
                        proof: Proof::AllInputs { inputs: 65_536 },
                    },
                    65_536,
                ),
                deepened,
            ],
        ),
        property(
            "slot::prop_never",
            44,
            vec![
                random(Verdict::Vacuous { rejected: 2560 }, 0),
                exhaustive(unsupported(), 3),
                symbolic(unsupported(), 1),
            ],
        ),
    ]
}

/// A property that covers less than it asks for.
fn unhealthy_property() -> PropertyReport {
    let complaint = Complaint {
        code: "health/too-rare".to_owned(),
        message: "`empty` is covered by 3 of 256 cases, but 10 % are required".to_owned(),
        help: "draw such cases more often, or require less".to_owned(),
        is_grave: true,
    };
    let label = |kind, label: &str, cases| LabelCount {
        kind,
        label: label.to_owned(),
        cases,
        of: 256,
        required_ppm: (kind == LabelKind::Cover).then_some(100_000),
    };
    let mut result = random(
        Verdict::Unhealthy {
            complaints: vec![complaint.clone()],
        },
        256,
    );
    result.complaints.push(complaint);
    result.observations = Some(Observations {
        labels: vec![
            label(LabelKind::Cover, "empty", 3),
            label(LabelKind::Class, "sorted", 40),
            label(LabelKind::Value, "list.len() = 1", 128),
        ],
        targets: vec![TargetBest {
            label: "length".to_owned(),
            best: "17".to_owned(),
        }],
    });
    property(
        "slot::prop_covered",
        52,
        vec![result, exhaustive(too_large(), 0), symbolic(bounded(), 5)],
    )
}

/// The same failure from two engines, and one that only the machine can see.
fn refuted_properties() -> Vec<PropertyReport> {
    let found = |engine, token| refuted(engine, FailureKind::Panic, token, Replay::Reproduced);
    let hidden = refuted(
        Engine::Symbolic,
        FailureKind::UndefinedBehaviour,
        "ph1:pci-passthrough:bar::prop_hidden:7:0badcafe",
        Replay::NotReproduced {
            instead: "the property held".to_owned(),
        },
    );
    vec![
        property(
            "bar::prop_window",
            47,
            vec![
                random(
                    found(
                        Engine::Random,
                        "ph1:pci-passthrough:bar::prop_window:4096,0:1234abcd",
                    ),
                    9,
                ),
                exhaustive(too_large(), 0),
                symbolic(
                    found(
                        Engine::Symbolic,
                        "ph1:pci-passthrough:bar::prop_window:1,0:1234abcd",
                    ),
                    2,
                ),
            ],
        ),
        property(
            "bar::prop_hidden",
            60,
            vec![
                random(Verdict::Passed { cases: 256 }, 256),
                EngineResult {
                    engine: Engine::Exhaustive,
                    outcome: Outcome::NotRun {
                        reason: "the check was interrupted".to_owned(),
                    },
                    statistics: Statistics::default(),
                    remarks: vec![],
                    observations: None,
                    complaints: vec![],
                    explanations: vec![],
                    lines: vec![],
                    traces: vec![],
                    contracts_checked: vec![],
                },
                symbolic(hidden, 2),
            ],
        ),
    ]
}

/// A step of every kind.
fn trace() -> Trace {
    let step = |depth, line, what| TraceStep {
        depth,
        site: Some(Site {
            file: "src/bar.rs".to_owned(),
            line,
            column: 5,
        }),
        what,
    };
    let chooses = |argument: Option<&str>| Action::Chooses {
        what: "integer".to_owned(),
        value: "1".to_owned(),
        argument: argument.map(str::to_owned),
    };
    let function = "pci_passthrough::bar::window".to_owned();
    let message = "assertion failed".to_owned();
    let reason = "unsupported: `open64`".to_owned();
    Trace {
        token: "ph1:pci-passthrough:bar::prop_window:1,0:1234abcd".to_owned(),
        steps: vec![
            step(0, 46, chooses(Some("bar"))),
            step(1, 49, chooses(None)),
            step(1, 50, Action::Calls { function }),
            step(1, 51, Action::Fails { message }),
            step(1, 51, Action::Stops { reason }),
        ],
        left_out: 0,
        left_out_after: 5,
    }
}

fn campaign() -> CheckReport {
    let mut refuted = refuted_properties();
    refuted[0].results[0].explanations.push(Explanation {
        token: "ph1:pci-passthrough:bar::prop_window:1,0:1234abcd".to_owned(),
        free_arguments: vec!["bar".to_owned()],
        executions: 25,
    });
    refuted[0].results[2].traces.push(trace());
    let mut properties = library_properties();
    let lines = |file: &str, executed: &str, missed: &str| FileLines {
        file: file.to_owned(),
        executed: executed.parse().expect("it names lines"),
        missed: missed.parse().expect("it names lines"),
    };
    properties[0].results[2].lines = vec![
        lines("src/slot.rs", "3-9 12", ""),
        lines("src/types.rs", "20-24", "31-33"),
    ];
    properties.push(unhealthy_property());
    CheckReport {
        format_version: FORMAT_VERSION,
        proofhouse_version: "0.1.0".to_owned(),
        started_unix_ms: 1_790_000_000_000,
        settings: Settings {
            engines: Engine::SELECTABLE.to_vec(),
            seed: 42,
            cases: Some(256),
            time_ms: 20_000,
            size_max: None,
            budget_ms: None,
            native_profile: None,
        },
        engines_missing: vec![],
        binaries: vec![
            BinaryReport {
                package: "pci-passthrough".to_owned(),
                target: lib(),
                properties,
            },
            BinaryReport {
                package: "pci-passthrough".to_owned(),
                target: TargetLabel {
                    kind: "test".to_owned(),
                    name: "windows".to_owned(),
                },
                properties: refuted,
            },
        ],
        weaker: vec![],
        interrupted: false,
        elapsed_us: 12_345_678,
    }
}

#[test]
fn a_campaign_as_plain_text() {
    assert_golden(
        "campaign.txt",
        &check_text(&campaign(), TextOptions::default()),
    );
}

#[test]
fn a_campaign_in_colour_on_a_narrow_terminal() {
    let options = TextOptions {
        colour: true,
        width: Some(100),
    };
    assert_golden("campaign-colour.txt", &check_text(&campaign(), options));
}

#[test]
fn a_campaign_as_json() {
    let json = campaign().to_json();
    assert_golden("campaign.json", &json);
    assert_eq!(CheckReport::from_json(&json).unwrap(), campaign());
}

#[test]
fn an_interrupted_campaign_without_the_symbolic_engine() {
    let mut report = campaign();
    report.interrupted = true;
    report.binaries.truncate(1);
    report.engines_missing.push(EngineMissing {
        engine: Engine::Symbolic,
        reason: "the toolchain has no libLLVM".to_owned(),
        help: "install a toolchain with rustup".to_owned(),
    });
    let text = check_text(&report, TextOptions::default());
    assert_golden("interrupted.txt", &text);
}

#[test]
fn plain_text_has_no_escapes() {
    assert!(!check_text(&campaign(), TextOptions::default()).contains('\u{1b}'));
}

#[test]
fn a_replay_that_fails_and_one_that_holds() {
    let Verdict::Refuted { findings } = refuted(
        Engine::Random,
        FailureKind::Panic,
        "ph1:p:bar::prop_window:1:0",
        Replay::Reproduced,
    ) else {
        unreachable!("`refuted` builds nothing else");
    };
    let mut report = ReplayReport {
        format_version: FORMAT_VERSION,
        package: "pci-passthrough".to_owned(),
        target: lib(),
        property: description("bar::prop_window", 47),
        counterexample: findings[0].counterexample.clone(),
        failure: Some(findings[0].failure.clone()),
    };
    assert_golden("replay-fails.txt", &replay_text(&report, false));
    report.failure = None;
    assert_golden("replay-holds.txt", &replay_text(&report, false));
}

#[test]
fn steps_stand_below_their_name() {
    let program = "let mut bank = Bank::new();\nbank.withdraw(1); // this step fails\n";
    let counterexample = Counterexample {
        token: "ph1:bank:prop_bank:1:00000000".to_owned(),
        arguments: vec![Argument {
            name: "run".to_owned(),
            value: program.to_owned(),
        }],
        notes: vec![],
    };
    let report = ReplayReport {
        format_version: FORMAT_VERSION,
        package: "bank".to_owned(),
        target: lib(),
        property: description("prop_bank", 12),
        counterexample,
        failure: None,
    };
    let text = replay_text(&report, false);
    let expected = "    run:\n      let mut bank = Bank::new();\n      bank.withdraw(1); // this step fails\n\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_listing_shows_arguments_place_and_statement() {
    let binaries = [(
        "pci-passthrough".to_owned(),
        lib(),
        vec![description("bar::prop_window", 47)],
    )];
    assert_golden("listing.txt", &listing_text(&binaries, false));
}

#[test]
fn a_newer_report_is_refused_by_its_version() {
    let error =
        CheckReport::from_json("{\"format_version\": 99, \"unheard\": \"of\"}").unwrap_err();
    assert!(
        matches!(error, ReadError::NewerVersion { found: 99 }),
        "{error}"
    );
    assert_eq!(error.code(), "report/newer-version");
    assert!(!error.help().is_empty());
    let error = CheckReport::from_json("[]").unwrap_err();
    assert_eq!(error.code(), "report/not-a-report");
}

/// Every name of a field in a value.
fn field_names(value: &serde_json::Value, names: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                field_names(value, names);
            }
        }
        serde_json::Value::Array(values) => {
            values.iter().for_each(|value| field_names(value, names));
        }
        _ => {}
    }
}

#[test]
fn every_field_of_the_json_form_is_documented() {
    let mut report = campaign();
    report.weaker.push(Weakening {
        package: "p".to_owned(),
        target: "lib".to_owned(),
        property: "q".to_owned(),
        before: "proved".to_owned(),
        now: "gone".to_owned(),
    });
    report.engines_missing.push(EngineMissing {
        engine: Engine::Symbolic,
        reason: "r".to_owned(),
        help: "h".to_owned(),
    });
    let json = serde_json::from_str(&report.to_json()).unwrap();
    let mut names = std::collections::BTreeSet::new();
    field_names(&json, &mut names);
    let page = include_str!("../FORMAT.md");
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(page.contains(&format!("`format_version` is {FORMAT_VERSION}")));
    assert!(names.len() > 50, "{names:?}");
}
