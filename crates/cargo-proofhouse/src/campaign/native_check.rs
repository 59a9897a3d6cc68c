//! One property with one native engine, from the first process to the confirmed verdict.

use proofhouse_evidence::{
    Complaint, Event, Observations, Obstacle, Statistics, Verdict, microseconds,
};
use proofhouse_report::Explanation;

use crate::campaign::confirm::{
    Candidate, Confirmation, Replayer, confirm, explanations, how_it_ended, lost_case,
    not_reproduced,
};
use crate::campaign::{CheckResult, INTERRUPTED};
use crate::engines::native::{NativeLimits, NativeRun, NativeTask};
use crate::engines::process::End;
use crate::error::CommandError;

/// Turns the run of an engine into a result, replaying whatever it found.
///
/// # Errors
///
/// Whatever the replayer reports.
pub(crate) fn conclude(
    run: &NativeRun,
    task: &NativeTask,
    limits: NativeLimits,
    replay: &mut Replayer<'_>,
) -> Result<CheckResult, CommandError> {
    let statistics = statistics_of(run);
    let not_run = || CheckResult::not_run(INTERRUPTED, statistics);
    if run.end == End::Interrupted {
        return Ok(not_run());
    }
    let (candidates, otherwise) = candidates(run, task, limits);
    let confirmed = if candidates.is_empty() {
        Some(Confirmed {
            verdict: otherwise,
            explanations: Vec::new(),
        })
    } else {
        confirm_all(candidates, replay)?
    };
    let Some(Confirmed {
        verdict,
        explanations: mut found_out,
    }) = confirmed
    else {
        return Ok(not_run());
    };
    found_out.extend(explanations(run));
    // An engine that gives up at the first look has seen a case or two, which say nothing.
    let has_looked = !matches!(verdict, Verdict::NotApplicable { .. });
    Ok(CheckResult {
        remarks: remarks(run),
        observations: observations(run).filter(|_| has_looked),
        complaints: complaints(run),
        explanations: found_out,
        ..CheckResult::concluded(verdict, statistics)
    })
}

fn observations(run: &NativeRun) -> Option<Observations> {
    run.events.iter().rev().find_map(|event| match event {
        Event::Observed { observations, .. } => Some(observations.clone()),
        _ => None,
    })
}

fn complaints(run: &NativeRun) -> Vec<Complaint> {
    let complaints = run.events.iter().filter_map(|event| match event {
        Event::Unhealthy { complaint, .. } => Some(complaint.clone()),
        _ => None,
    });
    complaints.collect()
}

/// What confirmation came to.
#[derive(Debug)]
pub(crate) struct Confirmed {
    /// A refutation if any candidate stands; otherwise it says why none does.
    pub(crate) verdict: Verdict,
    /// Which arguments of the findings do not matter.
    pub(crate) explanations: Vec<Explanation>,
}

/// Confirms each candidate; `None` when the user ended the command meanwhile.
pub(crate) fn confirm_all(
    candidates: Vec<Candidate>,
    replay: &mut Replayer<'_>,
) -> Result<Option<Confirmed>, CommandError> {
    let mut findings = Vec::new();
    let mut explanations = Vec::new();
    let mut obstacles = Vec::new();
    for candidate in candidates {
        match confirm(&candidate, replay)? {
            Confirmation::Confirmed {
                finding,
                explanation,
            } => {
                if !findings.contains(&finding) {
                    findings.push(finding);
                    explanations.extend(explanation);
                }
            }
            Confirmation::NotReproduced { instead } => {
                obstacles.push(not_reproduced(candidate, &instead));
            }
            Confirmation::Interrupted => return Ok(None),
        }
    }
    let verdict = if findings.is_empty() {
        Verdict::Inconclusive { obstacles }
    } else {
        Verdict::Refuted { findings }
    };
    Ok(Some(Confirmed {
        verdict,
        explanations,
    }))
}

/// What the engine wants confirmed, and the verdict if that is nothing.
fn candidates(
    run: &NativeRun,
    task: &NativeTask,
    limits: NativeLimits,
) -> (Vec<Candidate>, Verdict) {
    let engine = task.engine();
    match run.conclusion() {
        Some((Verdict::Refuted { findings }, _)) => {
            let candidates = findings.iter().map(|finding| Candidate {
                token: finding.counterexample.token.clone(),
                failure: finding.failure.clone(),
                found_by: engine,
                may_shrink: false,
            });
            (candidates.collect(), engine_gave_no_finding())
        }
        Some((verdict, _)) => (Vec::new(), verdict.clone()),
        None => {
            let seen = run.failures_seen();
            let lost = lost_case(run).map(|(token, failure)| (failure, token));
            let candidates = seen
                .map(|(failure, token)| (failure.clone(), token))
                .chain(lost)
                .map(|(failure, token)| Candidate {
                    token: token.to_owned(),
                    failure,
                    found_by: engine,
                    // The process was lost while it made the input simpler; it would be again.
                    may_shrink: false,
                });
            (
                candidates.collect(),
                Verdict::Inconclusive {
                    obstacles: vec![lost_without_a_case(run, limits)],
                },
            )
        }
    }
}

fn engine_gave_no_finding() -> Verdict {
    Verdict::Inconclusive {
        obstacles: vec![Obstacle::WorkerLost {
            how: "it reported a refutation without a finding".to_owned(),
        }],
    }
}

fn lost_without_a_case(run: &NativeRun, limits: NativeLimits) -> Obstacle {
    match run.end {
        End::OutOfTime => Obstacle::LimitReached {
            limit: "time".to_owned(),
            allowed: limits.property_max.as_secs(),
            unit: "seconds".to_owned(),
        },
        End::Exited(_) | End::Signalled(_) | End::Stalled | End::Interrupted => {
            Obstacle::WorkerLost {
                how: how_it_ended(run).replace('\n', ": "),
            }
        }
    }
}

/// The engine's own counts; of a lost process, those that it had written down by then.
fn statistics_of(run: &NativeRun) -> Statistics {
    match run.conclusion() {
        Some((_, statistics)) => *statistics,
        None => Statistics {
            generated: run.progress(),
            elapsed_us: microseconds(run.elapsed),
            ..Statistics::default()
        },
    }
}

/// A process that crashes after its verdict is worth a word: destructors are the user's code too.
fn remarks(run: &NativeRun) -> Vec<String> {
    match (run.conclusion(), run.end) {
        (Some(_), End::Signalled(_) | End::OutOfTime | End::Stalled) => {
            vec![format!("after its verdict the test process {}", run.end)]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proofhouse_evidence::{Engine, Failure, FailureKind};
    use proofhouse_report::Outcome;

    use super::*;

    const LIMITS: NativeLimits = NativeLimits {
        case_max: Duration::from_secs(10),
        property_max: Duration::from_secs(60),
        memory_bytes_max: 1 << 30,
    };

    fn run_with(events: Vec<Event>, last_case: Option<&str>, end: End) -> NativeRun {
        NativeRun {
            events,
            last_case: last_case.map(str::to_owned),
            end,
            stderr: "it fell over\n".to_owned(),
            elapsed: Duration::from_millis(3),
        }
    }

    fn progress(done: u64) -> Event {
        Event::Progress {
            property: "prop".to_owned(),
            done,
            waiting: 0,
            note: String::new(),
        }
    }

    /// Concludes with replays that all end as the first run did.
    fn check(run: &NativeRun, replays: &[NativeRun]) -> CheckResult {
        let task = NativeTask::Random {
            cases: None,
            seed: 1,
        };
        let mut replays = replays.iter();
        conclude(run, &task, LIMITS, &mut |_, _| {
            let replay = replays.next().expect("no more replays than this");
            Ok(run_with(
                replay.events.clone(),
                replay.last_case.as_deref(),
                replay.end,
            ))
        })
        .unwrap()
    }

    #[test]
    fn an_engines_verdict_and_counts_are_taken_as_they_are() {
        let statistics = Statistics {
            generated: 256,
            ..Statistics::default()
        };
        let event = Event::Finished {
            property: "prop".to_owned(),
            engine: Engine::Random,
            verdict: Verdict::Passed { cases: 256 },
            statistics,
        };
        let result = check(&run_with(vec![event.clone()], None, End::Exited(0)), &[]);
        assert_eq!(result.statistics, statistics);
        assert_eq!(result.remarks, [""; 0]);
        assert!(matches!(
            result.outcome.verdict(),
            Some(Verdict::Passed { cases: 256 })
        ));
        let result = check(&run_with(vec![event], None, End::Signalled(11)), &[]);
        assert_eq!(
            result.remarks,
            ["after its verdict the test process was killed by signal 11 (SIGSEGV)"]
        );
    }

    #[test]
    fn a_process_lost_in_a_case_is_a_finding_with_the_counts_written_so_far() {
        let lost = run_with(vec![progress(17)], Some("t"), End::Signalled(6));
        let replay = run_with(vec![], Some("t"), End::Signalled(6));
        let again = run_with(vec![], Some("t"), End::Signalled(6));
        let replays = [again, replay, run_with(vec![], None, End::Exited(0))];
        let result = check(&lost, &replays);
        assert_eq!(result.statistics.generated, 17);
        let Some(Verdict::Refuted { findings }) = result.outcome.verdict() else {
            panic!("{result:?}");
        };
        assert_eq!(findings[0].failure.kind, FailureKind::ProcessEnded);
    }

    #[test]
    fn a_failure_seen_before_the_process_was_lost_is_not_forgotten() {
        let seen = Event::Failed {
            property: "prop".to_owned(),
            failure: Failure {
                kind: FailureKind::Panic,
                message: "seen".to_owned(),
                site: None,
            },
            token: "seen-token".to_owned(),
        };
        let lost = run_with(vec![seen], Some("t"), End::Stalled);
        let hang = || run_with(vec![], Some("t"), End::Stalled);
        let result = check(&lost, &[hang(), hang(), hang(), hang(), hang(), hang()]);
        let Some(Verdict::Refuted { findings }) = result.outcome.verdict() else {
            panic!("{result:?}");
        };
        let tokens: Vec<_> = findings
            .iter()
            .map(|f| f.counterexample.token.as_str())
            .collect();
        assert_eq!(tokens, ["seen-token", "t"]);
    }

    #[test]
    fn a_process_lost_between_cases_or_out_of_time_is_inconclusive() {
        let rows = [
            (
                run_with(vec![], None, End::Exited(3)),
                Obstacle::WorkerLost {
                    how: "exited with code 3: it fell over".to_owned(),
                },
            ),
            (
                run_with(vec![progress(9)], Some("t"), End::OutOfTime),
                Obstacle::LimitReached {
                    limit: "time".to_owned(),
                    allowed: 60,
                    unit: "seconds".to_owned(),
                },
            ),
        ];
        for (run, obstacle) in rows {
            let result = check(&run, &[]);
            let obstacles = vec![obstacle];
            assert_eq!(
                result.outcome.verdict(),
                Some(&Verdict::Inconclusive { obstacles })
            );
        }
    }

    #[test]
    fn an_interrupted_run_is_not_run() {
        let result = check(&run_with(vec![], Some("t"), End::Interrupted), &[]);
        assert!(matches!(result.outcome, Outcome::NotRun { .. }));
    }
}
