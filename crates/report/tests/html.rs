//! The page, looked at as text: it needs nothing else, every link leads somewhere, and nothing that a
//! user wrote becomes markup.

use proofhouse_evidence::{
    Action, Argument, Counterexample, Engine, FORMAT_VERSION, Failure, FailureKind, FileLines,
    Finding, PropertyDescription, Replay, Site, Statistics, Trace, TraceStep, Verdict,
};
use proofhouse_report::{
    BinaryReport, CheckReport, EngineResult, Outcome, PropertyReport, Settings, TargetLabel,
    html_page, junit_xml,
};

/// What could end a text, an attribute, a script or a document.
const HOSTILE: &str = "</script><b onclick=\"x()\">'&amp; ]]> \u{0} -->";

fn result(verdict: Verdict) -> EngineResult {
    EngineResult {
        engine: Engine::Random,
        outcome: Outcome::Concluded { verdict },
        statistics: Statistics::default(),
        remarks: vec![HOSTILE.to_owned()],
        observations: None,
        complaints: vec![],
        explanations: vec![],
        contracts_checked: vec![],
        lines: vec![FileLines {
            file: "src/lib.rs".to_owned(),
            executed: "2".parse().expect("it names a line"),
            missed: "1".parse().expect("it names a line"),
        }],
        traces: vec![Trace {
            token: "ph1:t".to_owned(),
            steps: vec![
                step(Action::Chooses {
                    what: "text".to_owned(),
                    value: HOSTILE.to_owned(),
                    argument: Some(HOSTILE.to_owned()),
                }),
                step(Action::Calls {
                    function: "shop::<T>::buy".to_owned(),
                }),
                step(Action::Fails {
                    message: HOSTILE.to_owned(),
                }),
                step(Action::Stops {
                    reason: HOSTILE.to_owned(),
                }),
            ],
            left_out: 7,
            left_out_after: 1,
        }],
    }
}

fn step(what: Action) -> TraceStep {
    let site = Site {
        file: "src/lib.rs".to_owned(),
        line: 2,
        column: 1,
    };
    TraceStep {
        depth: 1,
        site: Some(site),
        what,
    }
}

/// The steps of the counterexample stand below it, with their lines.
#[test]
fn a_counterexample_is_told_step_by_step() {
    let page = page();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}\n{page}"));
    let order = [
        "How it comes to that: 11 steps",
        "draws text ",
        "<code>fn prop() { //",
        "… 7 steps left out …",
        "calls <code>shop::&lt;T&gt;::buy</code>",
        "the machine stops here: ",
    ]
    .map(at);
    assert!(order.is_sorted(), "{order:?}");
}

fn refuted() -> Verdict {
    let finding = Finding {
        failure: Failure {
            kind: FailureKind::Panic,
            message: HOSTILE.to_owned(),
            site: None,
        },
        counterexample: Counterexample {
            token: "ph1:t".to_owned(),
            arguments: vec![Argument {
                name: "text".to_owned(),
                value: HOSTILE.to_owned(),
            }],
            notes: vec![HOSTILE.to_owned()],
        },
        found_by: Engine::Random,
        replay: Replay::Reproduced,
    };
    Verdict::Refuted {
        findings: vec![finding],
    }
}

fn report(started_unix_ms: u64, verdict: Verdict) -> CheckReport {
    let description = PropertyDescription {
        path: "types::prop".to_owned(),
        statement: HOSTILE.to_owned(),
        file: "src/lib.rs".to_owned(),
        line: 2,
        arguments: vec!["text".to_owned()],
    };
    CheckReport {
        format_version: FORMAT_VERSION,
        proofhouse_version: "0.1.0".to_owned(),
        started_unix_ms,
        settings: Settings {
            engines: vec![Engine::Random],
            seed: 1,
            cases: None,
            time_ms: 1000,
            size_max: None,
            budget_ms: None,
            native_profile: None,
        },
        engines_missing: vec![],
        binaries: vec![BinaryReport {
            package: "shop".to_owned(),
            target: TargetLabel {
                kind: "lib".to_owned(),
                name: "shop".to_owned(),
            },
            properties: vec![PropertyReport {
                description,
                results: vec![result(verdict)],
            }],
        }],
        weaker: vec![],
        interrupted: false,
        elapsed_us: 5,
    }
}

fn page() -> String {
    let earlier = [report(0, Verdict::Passed { cases: 3 })];
    html_page(&report(86_400_000, refuted()), &earlier, &|file| {
        assert_eq!(file, "src/lib.rs");
        Some(format!("// {HOSTILE}\nfn prop() {{ // {HOSTILE}\n}}\n"))
    })
}

#[test]
fn the_page_needs_nothing_else() {
    let page = page();
    for outside in ["http://", "https://", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// Of two attributes of one name a browser sees the first.
#[test]
fn no_element_has_two_classes() {
    for tag in page().split('<').filter(|tag| !tag.starts_with("script")) {
        let tag = tag.split('>').next().unwrap();
        assert!(tag.matches(" class=").count() <= 1, "<{tag}>");
    }
}

#[test]
fn every_link_leads_to_its_place() {
    let page = page();
    let links: Vec<&str> = page.split("href=\"#").skip(1).collect();
    assert!(links.len() >= 3, "{links:?}");
    for link in links {
        let name = link.split('"').next().unwrap();
        assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
    }
    assert!(page.contains("title=\"1970-01-01 00:00: random passed 3 cases\""));
}

/// What no property executed has another sign than what one did, and another text for who hears it.
#[test]
fn lines_say_whether_they_were_executed() {
    let page = page();
    assert!(page.contains("50.0 %"), "{page}");
    let line = |number: u32| {
        let mark = format!("aria-hidden=\"true\">{number}</span><span class=\"sign\"");
        let after = page
            .split(&mark)
            .nth(1)
            .unwrap_or_else(|| panic!("{number}"));
        after.split("\n").next().unwrap().to_owned()
    };
    assert!(line(1).contains("not executed: "));
    assert!(line(2).contains("\">executed: "));
    assert!(!line(3).contains("executed"));
}

#[test]
fn nothing_that_a_user_wrote_becomes_markup() {
    let page = page();
    assert!(!page.contains("<b onclick"), "{page}");
    assert_eq!(
        page.matches("</script>").count(),
        1,
        "that of the page itself"
    );
    assert!(
        page.matches("&lt;b onclick").count() >= 6,
        "it is shown everywhere"
    );
    let junit = junit_xml(&report(0, refuted()));
    assert!(!junit.contains("<b") && !junit.contains('\u{0}'), "{junit}");
}
