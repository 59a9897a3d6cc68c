//! Small modules with the answer written beside: every "must be found" has a twin that "must not be
//! reported".
//!
//! A line `; @entry: …` of a module in `cases/machine` announces what exploring that entry gives:
//! `held`, `held within <bound>`, `fails <kind>: <part of the message>`, `unsupported <part>` or
//! `vacuous`; and for each situation that it wants to be covered `covers`, `never covers` or `may cover`,
//! with the label. Each entry is explored with every strategy, and all have to give what is announced.

mod toolchain;

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proofhouse_evidence::{Bound, Obstacle, Proof, Reach, Verdict};
use proofhouse_vm::explore::{Exploration, Limits, Strategy, explore};
use proofhouse_vm::load::parse_text;
use toolchain::open_llvm;

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/machine");
    let entries = fs::read_dir(folder).expect("the folder of cases exists");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ll"))
        .collect();
    cases.sort();
    cases
}

/// What a module announces, by entry.
fn announced(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        if let Some((entry, answer)) = line
            .strip_prefix("; @")
            .and_then(|rest| rest.split_once(": "))
        {
            entries
                .entry(entry.to_owned())
                .or_default()
                .push(answer.to_owned());
        }
    }
    entries
}

/// What an exploration gave, a line for each announcement that it could meet.
fn found(exploration: &Exploration) -> Vec<String> {
    let mut found = verdict_lines(exploration);
    found.extend(exploration.covers.iter().map(|cover| {
        let how = match cover.reach {
            Reach::Reachable => "covers",
            Reach::Unreachable => "never covers",
            Reach::Unknown => "may cover",
        };
        format!("{how} {}", cover.label)
    }));
    found
}

fn verdict_lines(exploration: &Exploration) -> Vec<String> {
    match exploration.verdict(|choices| format!("{choices:?}")) {
        Verdict::Refuted { findings } => findings
            .iter()
            .map(|finding| {
                let kind = serde_name(finding.failure.kind);
                format!("fails {kind}: {}", finding.failure.message)
            })
            .collect(),
        Verdict::Proved {
            proof: Proof::Complete,
        } => vec!["held".to_owned()],
        Verdict::Proved {
            proof: Proof::Bounded { bounds, .. },
        } => bounds
            .iter()
            .map(|Bound { what, most, unit }| format!("held within {what} at most {most} {unit}"))
            .collect(),
        Verdict::Vacuous { .. } => vec!["vacuous".to_owned()],
        Verdict::Inconclusive { obstacles } => obstacles
            .iter()
            .map(|obstacle| match obstacle {
                Obstacle::Unsupported { what, .. } => format!("unsupported {what}"),
                other => format!("{other:?}"),
            })
            .collect(),
        other => panic!("an exploration gives no {other:?}"),
    }
}

fn serde_name(kind: proofhouse_evidence::FailureKind) -> &'static str {
    use proofhouse_evidence::FailureKind as Kind;
    match kind {
        Kind::Panic => "panic",
        Kind::ReturnedError => "returned-error",
        Kind::ProcessEnded => "process-ended",
        Kind::Timeout => "timeout",
        Kind::UndefinedBehaviour => "undefined-behaviour",
        Kind::LoopBound => "loop-bound",
        Kind::OutsideOfContract => "outside-of-contract",
    }
}

/// Whether what was found is what was announced: each announcement is part of one line.
fn agrees(announced: &[String], found: &[String]) -> bool {
    let mut open: Vec<&String> = found.iter().collect();
    for announcement in announced {
        let (head, part) = announcement.split_once(": ").unwrap_or((announcement, ""));
        let position = open.iter().position(|line| {
            let (line_head, line_rest) = line.split_once(": ").unwrap_or((line, ""));
            line_head == head && line_rest.contains(part)
                || part.is_empty() && head.starts_with("unsupported ") && line.starts_with(head)
        });
        match position {
            Some(position) => drop(open.remove(position)),
            None => return false,
        }
    }
    open.is_empty()
}

#[test]
fn cases_give_the_announced_findings() {
    let llvm = open_llvm();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases() {
        let text = fs::read_to_string(&case).expect("the case can be read");
        let program =
            parse_text(&text, &llvm).unwrap_or_else(|error| panic!("{}: {error}", case.display()));
        for (entry, announced) in announced(&text) {
            for strategy in [Strategy::Paths, Strategy::Merging, Strategy::Portfolio] {
                let limits = Limits {
                    strategy,
                    ..Limits::default()
                };
                let exploration =
                    explore(
                        &program,
                        &entry,
                        &limits,
                        &mut |_| ControlFlow::Continue(()),
                    );
                let found = found(&exploration);
                if !agrees(&announced, &found) {
                    let file = case
                        .file_name()
                        .expect("a case is a file")
                        .to_string_lossy();
                    wrong.push(format!(
                        "{file} @{entry} by {strategy:?}: announced {announced:?}, found {found:?}"
                    ));
                }
                count += 1;
            }
        }
    }
    assert!(count > 200, "there are cases, but only {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
