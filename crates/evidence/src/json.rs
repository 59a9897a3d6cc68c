//! The JSON form of everything in this crate, written without a library.
//!
//! The runner is compiled into every user's tests and only writes its journal; whoever reads one is
//! a program of ours. Deriving serde's traits took two fifths of the time that a user's first build
//! spent on us, so they are a feature, and this module writes what they would write.
//!
//! # Invariants
//!
//! - Byte for byte what `serde_json` writes (`tests::the_text_is_that_of_serde`).
//! - A field or variant that is added is missing here at compile time, not in the journal.
//!
//! # Not here
//!
//! Reading: the feature `serde` derives it.

use std::fmt::Write as _;

use crate::{
    Argument, Bound, Complaint, Counterexample, Engine, Event, Failure, FailureKind, FileLines,
    Finding, LabelCount, LabelKind, Lines, Observations, Obstacle, Proof, PropertyDescription,
    Replay, Site, Statistics, TargetBest, Verdict,
};

/// The JSON text of an event, on one line.
pub(crate) fn text_of(event: &Event) -> String {
    let mut text = String::with_capacity(256);
    event.write(&mut text);
    text
}

/// What has a JSON form.
trait Json {
    /// Appends the form to a text.
    fn write(&self, text: &mut String);
}

impl Json for str {
    fn write(&self, text: &mut String) {
        text.push('"');
        for character in self.chars() {
            match character {
                '"' => text.push_str("\\\""),
                '\\' => text.push_str("\\\\"),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                '\u{8}' => text.push_str("\\b"),
                '\u{c}' => text.push_str("\\f"),
                control if control < ' ' => {
                    write!(text, "\\u{:04x}", u32::from(control)).expect(CANNOT_FAIL);
                }
                other => text.push(other),
            }
        }
        text.push('"');
    }
}

const CANNOT_FAIL: &str = "writing to a string never fails";

impl Json for String {
    fn write(&self, text: &mut String) {
        self.as_str().write(text);
    }
}

macro_rules! as_displayed {
    ($($type:ident)*) => {
        $(impl Json for $type {
            fn write(&self, text: &mut String) {
                write!(text, "{self}").expect(CANNOT_FAIL);
            }
        })*
    };
}
as_displayed!(bool u32 u64);

impl Json for Lines {
    fn write(&self, text: &mut String) {
        self.to_string().write(text);
    }
}

impl<T: Json> Json for Option<T> {
    fn write(&self, text: &mut String) {
        match self {
            Some(value) => value.write(text),
            None => text.push_str("null"),
        }
    }
}

impl<T: Json> Json for Vec<T> {
    fn write(&self, text: &mut String) {
        text.push('[');
        for (at, value) in self.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            value.write(text);
        }
        text.push(']');
    }
}

/// Appends a field to an object that is open.
fn field(text: &mut String, name: &str, value: &(impl Json + ?Sized)) {
    if !text.ends_with('{') {
        text.push(',');
    }
    name.write(text);
    text.push(':');
    value.write(text);
}

/// Structures are objects with a field for each of theirs.
macro_rules! objects {
    ($($type:ident { $($field:ident),* })*) => {
        $(impl Json for $type {
            fn write(&self, text: &mut String) {
                let Self { $($field),* } = self;
                text.push('{');
                $(field(text, stringify!($field), $field);)*
                text.push('}');
            }
        })*
    };
}

/// Enumerations without fields are their names.
macro_rules! names {
    ($($type:ident { $($variant:ident = $name:literal),* })*) => {
        $(impl Json for $type {
            fn write(&self, text: &mut String) {
                let name = match self {
                    $(Self::$variant => $name,)*
                };
                name.write(text);
            }
        })*
    };
}

/// Enumerations with fields are objects whose first field, the tag, is the name. Lists behind a semicolon
/// are left out when they are empty.
macro_rules! tagged_objects {
    ($($type:ident by $tag:literal {
        $($variant:ident = $name:literal { $($field:ident),* $(; $list:ident)? })*
    })*) => {
        $(impl Json for $type {
            fn write(&self, text: &mut String) {
                text.push('{');
                match self {
                    $(Self::$variant { $($field,)* $($list)? } => {
                        field(text, $tag, $name);
                        $(field(text, stringify!($field), $field);)*
                        $(if !$list.is_empty() {
                            field(text, stringify!($list), $list);
                        })?
                    })*
                }
                text.push('}');
            }
        })*
    };
}

objects! {
    PropertyDescription { path, statement, file, line, arguments }
    Finding { failure, counterexample, found_by, replay }
    Failure { kind, message, site }
    Site { file, line, column }
    Counterexample { token, arguments, notes }
    Argument { name, value }
    Bound { what, most, unit }
    Observations { labels, targets }
    LabelCount { kind, label, cases, of, required_ppm }
    TargetBest { label, best }
    Complaint { code, message, help, is_grave }
    FileLines { file, executed, missed }
    Statistics {
        generated, replayed, discarded, shrink_executions, paths, paths_rejected, steps, queries,
        solver_us, elapsed_us
    }
}

names! {
    Engine {
        Replay = "replay", Random = "random", Exhaustive = "exhaustive", Symbolic = "symbolic"
    }
    FailureKind {
        Panic = "panic", ReturnedError = "returned-error", ProcessEnded = "process-ended",
        Timeout = "timeout", UndefinedBehaviour = "undefined-behaviour",
        LoopBound = "loop-bound",
        OutsideOfContract = "outside-of-contract"
    }
    LabelKind { Cover = "cover", Class = "class", Value = "value", Assumption = "assumption" }
}

tagged_objects! {
    Event by "event" {
        Started = "started" { property, engine, seed }
        Progress = "progress" { property, done, waiting, note }
        Failed = "failed" { property, failure, token }
        Found = "found" { property, finding }
        Explained = "explained" { property, token, free_arguments, executions }
        Observed = "observed" { property, engine, observations }
        Unhealthy = "unhealthy" { property, engine, complaint }
        Executed = "executed" { property, engine, lines }
        Drawn = "drawn" { property, token, arguments }
        Finished = "finished" { property, engine, verdict, statistics }
    }
    Verdict by "verdict" {
        Refuted = "refuted" { findings }
        Proved = "proved" { proof }
        Passed = "passed" { cases }
        Unhealthy = "unhealthy" { complaints }
        Vacuous = "vacuous" { rejected }
        Inconclusive = "inconclusive" { obstacles }
        NotApplicable = "not-applicable" { reason }
    }
    Proof by "reach" {
        AllInputs = "all-inputs" { inputs }
        Complete = "complete" {}
        Bounded = "bounded" { bounds; contracts }
    }
    Obstacle by "obstacle" {
        Unsupported = "unsupported" { what, called_from }
        LimitReached = "limit-reached" { limit, allowed, unit }
        SolverGaveUp = "solver-gave-up" { questions }
        NotReproduced = "not-reproduced" { failure, token }
        ContractTooWeak = "contract-too-weak" { contracts, failure, token }
        Contradiction = "contradiction" { what }
        WorkerLost = "worker-lost" { how }
    }
    Replay by "replay" {
        Pending = "pending" {}
        Reproduced = "reproduced" {}
        NotReproduced = "not-reproduced" { instead }
    }
}

/// An event of every sort, with every sort of thing in it.
#[cfg(test)]
pub(crate) fn samples() -> Vec<Event> {
    let text = "\"\\\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}/é\u{2028}\u{10ffff}".to_owned();
    let property = || "types::prop".to_owned();
    let site = Site {
        file: "src/lib.rs".to_owned(),
        line: 7,
        column: u32::MAX,
    };
    let failure = |kind, site| Failure {
        kind,
        message: text.clone(),
        site,
    };
    let finding = |replay| Finding {
        failure: failure(FailureKind::Panic, Some(site.clone())),
        counterexample: Counterexample {
            token: "ph1:shop:prop:t:00000000".to_owned(),
            arguments: vec![Argument {
                name: "x".to_owned(),
                value: text.clone(),
            }],
            notes: vec![String::new(), text.clone()],
        },
        found_by: Engine::Exhaustive,
        replay,
    };
    let instead = text.clone();
    let replays = [
        Replay::Pending,
        Replay::Reproduced,
        Replay::NotReproduced { instead },
    ];
    let description = PropertyDescription {
        path: property(),
        statement: text.clone(),
        file: "src/lib.rs".to_owned(),
        line: 3,
        arguments: vec!["x".to_owned(), "y".to_owned()],
    };
    let mut events = vec![
        Event::Started {
            property: description,
            engine: Engine::Random,
            seed: u64::MAX,
        },
        Event::Progress {
            property: property(),
            done: 1,
            waiting: 0,
            note: text.clone(),
        },
        Event::Explained {
            property: property(),
            token: "t".to_owned(),
            free_arguments: vec![],
            executions: 64,
        },
        Event::Observed {
            property: property(),
            engine: Engine::Replay,
            observations: observations(),
        },
        Event::Unhealthy {
            property: property(),
            engine: Engine::Random,
            complaint: complaint(),
        },
        Event::Executed {
            property: property(),
            engine: Engine::Symbolic,
            lines: vec![FileLines {
                file: site.file.clone(),
                executed: [1, 2, 3, 7].into_iter().collect(),
                missed: Lines::default(),
            }],
        },
        Event::Drawn {
            property: property(),
            token: "t".to_owned(),
            arguments: finding(Replay::Pending).counterexample.arguments,
        },
    ];
    events.extend(
        [
            FailureKind::Panic,
            FailureKind::ReturnedError,
            FailureKind::ProcessEnded,
            FailureKind::Timeout,
            FailureKind::UndefinedBehaviour,
            FailureKind::LoopBound,
            FailureKind::OutsideOfContract,
        ]
        .map(|kind| Event::Failed {
            property: property(),
            failure: failure(kind, None),
            token: "t".to_owned(),
        }),
    );
    events.extend(replays.clone().map(|replay| Event::Found {
        property: property(),
        finding: finding(replay),
    }));
    let findings = replays.map(finding).to_vec();
    events.extend(
        verdicts(findings)
            .into_iter()
            .map(|verdict| Event::Finished {
                property: property(),
                engine: Engine::Symbolic,
                verdict,
                statistics: Statistics {
                    paths: 3,
                    elapsed_us: u64::MAX,
                    ..Statistics::default()
                },
            }),
    );
    events
}

#[cfg(test)]
fn complaint() -> Complaint {
    Complaint {
        code: "health/large-inputs".to_owned(),
        message: "they are large".to_owned(),
        help: "draw less".to_owned(),
        is_grave: false,
    }
}

#[cfg(test)]
fn observations() -> Observations {
    let label = |kind, required_ppm| LabelCount {
        kind,
        label: "empty".to_owned(),
        cases: 3,
        of: 256,
        required_ppm,
    };
    Observations {
        labels: vec![
            label(LabelKind::Cover, Some(10_000)),
            label(LabelKind::Class, None),
            label(LabelKind::Value, None),
        ],
        targets: vec![TargetBest {
            label: "length".to_owned(),
            best: "7.5".to_owned(),
        }],
    }
}

#[cfg(test)]
fn verdicts(findings: Vec<Finding>) -> Vec<Verdict> {
    let bound = Bound {
        what: "length of `text`".into(),
        most: 7,
        unit: "bytes".into(),
    };
    let obstacles = vec![
        Obstacle::Unsupported {
            what: "open64".into(),
            called_from: None,
        },
        Obstacle::Unsupported {
            what: "open64".into(),
            called_from: Some("main".into()),
        },
        Obstacle::LimitReached {
            limit: "time".into(),
            allowed: 20,
            unit: "seconds".into(),
        },
        Obstacle::SolverGaveUp { questions: 2 },
        Obstacle::NotReproduced {
            failure: "panic".into(),
            token: "t".into(),
        },
        Obstacle::ContractTooWeak {
            contracts: vec!["demo::divide".into()],
            failure: "panic".into(),
            token: "t".into(),
        },
        Obstacle::Contradiction {
            what: "an input takes two paths".into(),
        },
        Obstacle::WorkerLost {
            how: "killed by signal 9".into(),
        },
    ];
    let proofs = [
        Proof::AllInputs { inputs: 256 },
        Proof::Complete,
        Proof::Bounded {
            bounds: vec![bound.clone(), bound],
            contracts: Vec::new(),
        },
        Proof::Bounded {
            bounds: Vec::new(),
            contracts: vec!["demo::divide".into(), "demo::halve".into()],
        },
    ];
    let mut verdicts = vec![
        Verdict::Refuted { findings },
        Verdict::Passed { cases: 256 },
        Verdict::Unhealthy {
            complaints: vec![complaint()],
        },
        Verdict::Vacuous { rejected: 9 },
        Verdict::Inconclusive { obstacles },
        Verdict::NotApplicable {
            reason: "it is large".to_owned(),
        },
    ];
    verdicts.extend(proofs.map(|proof| Verdict::Proved { proof }));
    verdicts
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_that_of_serde() {
        for event in samples() {
            assert_eq!(text_of(&event), serde_json::to_string(&event).unwrap());
        }
    }
}
