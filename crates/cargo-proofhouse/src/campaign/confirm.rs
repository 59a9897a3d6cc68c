//! No failure is reported before it has failed again in a fresh process.
//!
//! Every engine delivers candidates: an input and what was seen. A candidate is run natively; if it
//! fails, the engine of the test process makes it simpler where it can, and what remains is run once
//! more in a process that does nothing else. Only what fails both times, in the same way, becomes a
//! finding. So a finding never depends on earlier cases in the same process, on the machine that saw
//! it first, or on chance.
//!
//! The one exception is undefined behaviour, which native code may well survive. It is a finding all
//! the same, and its replay says what the native run did instead.

use proofhouse_evidence::{
    Argument, Counterexample, Engine, Event, Failure, FailureKind, Finding, Obstacle, Replay,
    Verdict,
};
use proofhouse_report::Explanation;

use crate::campaign::shrink_lost::shrink_lost;
use crate::engines::native::NativeRun;
use crate::engines::process::End;
use crate::error::CommandError;

/// A failure that an engine saw, not yet confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The input.
    pub token: String,
    /// What was seen.
    pub failure: Failure,
    /// The engine.
    pub found_by: Engine,
    /// Whether the input may become simpler by shrinking it.
    pub may_shrink: bool,
}

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirmation {
    /// It is a finding.
    Confirmed {
        /// The finding.
        finding: Finding,
        /// Which of its arguments do not matter, if shrinking has found that out.
        explanation: Option<Explanation>,
    },
    /// It did not fail natively, or not twice in the same way.
    NotReproduced {
        /// What happened instead, as a clause with its subject.
        instead: String,
    },
    /// The user ended the command meanwhile.
    Interrupted,
}

/// How one native replay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplayEnd {
    /// The input fails.
    Fails {
        /// How.
        failure: Failure,
        /// The input, simpler perhaps, with its values if the process could still print them.
        counterexample: Counterexample,
    },
    /// It does not fail.
    Holds {
        /// As a clause with its subject: "the property held".
        instead: String,
    },
    /// The user ended the command meanwhile.
    Interrupted,
}

/// How a token is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaying {
    /// Once, as it is.
    Once,
    /// Looking for a simpler input if it fails.
    Shrinking,
    /// Not at all: its arguments are drawn, for their values.
    OnlyDrawing,
}

/// Runs a token.
pub(crate) type Replayer<'run> =
    dyn FnMut(&str, Replaying) -> Result<NativeRun, CommandError> + 'run;

/// Confirms a candidate or says what happened instead.
///
/// # Errors
///
/// Whatever the replayer reports.
pub(crate) fn confirm(
    candidate: &Candidate,
    replay: &mut Replayer<'_>,
) -> Result<Confirmation, CommandError> {
    let how = if candidate.may_shrink {
        Replaying::Shrinking
    } else {
        Replaying::Once
    };
    let first = replay(&candidate.token, how)?;
    let explanations = explanations(&first);
    let first = match replay_end(&first, &candidate.token) {
        // Shrinking tries inputs that may end the process in their own way. The candidate's own
        // failure is then to be seen without it.
        ReplayEnd::Fails { failure, .. } if candidate.may_shrink && is_lost(failure.kind) => {
            replay_end(
                &replay(&candidate.token, Replaying::Once)?,
                &candidate.token,
            )
        }
        end => end,
    };
    let mut finding = match first {
        ReplayEnd::Interrupted => return Ok(Confirmation::Interrupted),
        ReplayEnd::Holds { instead } => match not_shown_natively(candidate, instead) {
            Ok(finding) => finding,
            Err(instead) => return Ok(Confirmation::NotReproduced { instead }),
        },
        ReplayEnd::Fails {
            failure,
            counterexample,
        } => match fails_again(candidate, &failure, &counterexample, replay)? {
            Ok(finding) => finding,
            Err(confirmation) => return Ok(confirmation),
        },
    };
    let counterexample = &mut finding.counterexample;
    if counterexample.arguments.is_empty() {
        // A process that is gone, or that saw nothing wrong, has printed no values.
        let run = replay(&counterexample.token, Replaying::OnlyDrawing)?;
        counterexample.arguments = drawn_arguments(&run);
    }
    let explanation = explanations
        .into_iter()
        .find(|explanation| explanation.token == counterexample.token);
    Ok(Confirmation::Confirmed {
        finding,
        explanation,
    })
}

/// Runs what failed once more, in a process that does nothing else.
fn fails_again(
    candidate: &Candidate,
    failure: &Failure,
    counterexample: &Counterexample,
    replay: &mut Replayer<'_>,
) -> Result<Result<Finding, Confirmation>, CommandError> {
    let token = shrink_lost(&counterexample.token, failure, replay)?;
    let again = replay(&token, Replaying::Once)?;
    Ok(match replay_end(&again, &token) {
        ReplayEnd::Interrupted => Err(Confirmation::Interrupted),
        ReplayEnd::Fails {
            failure: again,
            counterexample,
        } if is_same_way(failure, &again) => Ok(Finding {
            failure: again,
            counterexample,
            found_by: candidate.found_by,
            replay: Replay::Reproduced,
        }),
        ReplayEnd::Fails { failure: again, .. } => Err(Confirmation::NotReproduced {
            instead: format!("the input failed differently each time: {}", again.message),
        }),
        ReplayEnd::Holds { instead } => Err(Confirmation::NotReproduced {
            instead: format!("the input failed once, then {instead}"),
        }),
    })
}

/// Undefined behaviour and loops beyond their bound are findings although native code does not show
/// them; nothing else is, and what happened instead is given back.
fn not_shown_natively(candidate: &Candidate, instead: String) -> Result<Finding, String> {
    if !candidate.failure.kind.is_seen_by_machine_alone() {
        return Err(instead);
    }
    Ok(Finding {
        failure: candidate.failure.clone(),
        counterexample: Counterexample {
            token: candidate.token.clone(),
            arguments: Vec::new(),
            notes: Vec::new(),
        },
        found_by: candidate.found_by,
        replay: Replay::NotReproduced { instead },
    })
}

/// What an engine has found out about its counterexamples.
pub(crate) fn explanations(run: &NativeRun) -> Vec<Explanation> {
    let explained = run.events.iter().filter_map(|event| match event {
        Event::Explained {
            token,
            free_arguments,
            executions,
            ..
        } => Some(Explanation {
            token: token.clone(),
            free_arguments: free_arguments.clone(),
            executions: *executions,
        }),
        _ => None,
    });
    explained.collect()
}

/// The values of a case whose arguments alone were drawn; none when it does not fit any more.
pub fn drawn_arguments(run: &NativeRun) -> Vec<Argument> {
    let drawn = run.events.iter().find_map(|event| match event {
        Event::Drawn { arguments, .. } => Some(arguments.clone()),
        _ => None,
    });
    drawn.unwrap_or_default()
}

/// The obstacle that is left of a candidate which was not confirmed.
pub(crate) fn not_reproduced(candidate: Candidate, instead: &str) -> Obstacle {
    let seen = candidate
        .failure
        .message
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    Obstacle::NotReproduced {
        failure: format!("{seen} (natively, {instead})"),
        token: candidate.token,
    }
}

/// Reads how a replay ended from its journal or, where there is none, from the process's end.
pub fn replay_end(run: &NativeRun, token: &str) -> ReplayEnd {
    if run.end == End::Interrupted {
        return ReplayEnd::Interrupted;
    }
    match run.conclusion() {
        Some((Verdict::Refuted { findings }, _)) => match findings.first() {
            Some(finding) => ReplayEnd::Fails {
                failure: finding.failure.clone(),
                counterexample: finding.counterexample.clone(),
            },
            None => holds("the process reported a refutation without a finding"),
        },
        Some((Verdict::Passed { .. } | Verdict::Proved { .. } | Verdict::Unhealthy { .. }, _)) => {
            holds("the property held")
        }
        Some((Verdict::Vacuous { .. }, _)) => holds("an assumption rejected the input"),
        Some((Verdict::Inconclusive { .. } | Verdict::NotApplicable { .. }, _)) => {
            holds("the test process could not run the input")
        }
        None => lost_replay(run, token),
    }
}

fn holds(instead: &str) -> ReplayEnd {
    ReplayEnd::Holds {
        instead: instead.to_owned(),
    }
}

/// A process that ended while a case was running failed with that case; one that ended before or
/// after could not run it.
fn lost_replay(run: &NativeRun, token: &str) -> ReplayEnd {
    match lost_case(run) {
        Some((_, failure)) => ReplayEnd::Fails {
            failure,
            counterexample: Counterexample {
                token: token.to_owned(),
                arguments: Vec::new(),
                notes: Vec::new(),
            },
        },
        None => holds(&format!("the test process {}", how_it_ended(run))),
    }
}

/// The case that a process did not come back from, and what that looks like.
pub(crate) fn lost_case(run: &NativeRun) -> Option<(&str, Failure)> {
    let token = run.last_case.as_deref()?;
    let kind = match run.end {
        End::Exited(_) | End::Signalled(_) => FailureKind::ProcessEnded,
        End::Stalled => FailureKind::Timeout,
        End::OutOfTime | End::Interrupted => return None,
    };
    let message = match kind {
        FailureKind::Timeout => {
            "the case did not end in the time that one case is given".to_owned()
        }
        _ => format!("the process {}", how_it_ended(run)),
    };
    let failure = Failure {
        kind,
        message,
        site: None,
    };
    Some((token, failure))
}

/// How the process ended, and on a second line what it said last.
pub(crate) fn how_it_ended(run: &NativeRun) -> String {
    match run.last_words() {
        Some(words) => format!("{}\n{words}", run.end),
        None => run.end.to_string(),
    }
}

fn is_lost(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::ProcessEnded | FailureKind::Timeout)
}

/// The same kind at the same place. Messages may hold addresses or the order of a hash map.
fn is_same_way(left: &Failure, right: &Failure) -> bool {
    let same_site = match (&left.site, &right.site) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    };
    left.kind == right.kind && same_site
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::time::Duration;

    use proofhouse_evidence::{Site, Statistics};

    use super::*;

    fn panic_at(line: u32) -> Failure {
        Failure {
            kind: FailureKind::Panic,
            message: "broken".to_owned(),
            site: Some(Site {
                file: "src/lib.rs".to_owned(),
                line,
                column: 1,
            }),
        }
    }

    fn run_with(events: Vec<Event>, last_case: Option<&str>, end: End) -> NativeRun {
        NativeRun {
            events,
            last_case: last_case.map(str::to_owned),
            end,
            stderr: "fatal runtime error: stack overflow\n".to_owned(),
            elapsed: Duration::ZERO,
        }
    }

    fn finished(verdict: Verdict) -> NativeRun {
        let event = Event::Finished {
            property: "prop".to_owned(),
            engine: Engine::Replay,
            verdict,
            statistics: Statistics::default(),
        };
        run_with(vec![event], None, End::Exited(0))
    }

    fn fails(line: u32, token: &str) -> NativeRun {
        let finding = Finding {
            failure: panic_at(line),
            counterexample: Counterexample {
                token: token.to_owned(),
                arguments: values(),
                notes: vec![],
            },
            found_by: Engine::Replay,
            replay: Replay::Pending,
        };
        finished(Verdict::Refuted {
            findings: vec![finding],
        })
    }

    fn values() -> Vec<Argument> {
        vec![Argument {
            name: "x".to_owned(),
            value: "5".to_owned(),
        }]
    }

    fn drawn() -> NativeRun {
        let event = Event::Drawn {
            property: "prop".to_owned(),
            token: "t".to_owned(),
            arguments: values(),
        };
        run_with(vec![event], None, End::Exited(0))
    }

    fn held() -> NativeRun {
        finished(Verdict::Passed { cases: 1 })
    }

    fn aborts() -> NativeRun {
        run_with(vec![], Some("t"), End::Signalled(6))
    }

    fn candidate(kind: FailureKind, may_shrink: bool) -> Candidate {
        Candidate {
            token: "long".to_owned(),
            failure: Failure {
                kind,
                ..panic_at(9)
            },
            found_by: Engine::Symbolic,
            may_shrink,
        }
    }

    /// Confirms with these runs, and says which tokens were asked for; `+` marks
    /// shrinking, `?` drawing only.
    fn check(candidate: &Candidate, runs: Vec<NativeRun>) -> (Confirmation, String) {
        let mut runs = VecDeque::from(runs);
        let mut asked = Vec::new();
        let confirmation = confirm(candidate, &mut |token, how| {
            let mark = match how {
                Replaying::Once => "",
                Replaying::Shrinking => "+",
                Replaying::OnlyDrawing => "?",
            };
            asked.push(format!("{token}{mark}"));
            Ok(runs.pop_front().expect("no more replays than this"))
        });
        assert!(runs.is_empty(), "every replay is needed");
        (confirmation.unwrap(), asked.join(" "))
    }

    #[test]
    fn what_fails_twice_is_a_finding_with_its_shrunk_token() {
        let candidate = candidate(FailureKind::Panic, true);
        let runs = vec![fails(5, "short"), fails(5, "short")];
        let (confirmation, asked) = check(&candidate, runs);
        let Confirmation::Confirmed { finding, .. } = confirmation else {
            panic!("{confirmation:?}");
        };
        assert_eq!(asked, "long+ short");
        assert_eq!(finding.counterexample.token, "short");
        assert_eq!(finding.replay, Replay::Reproduced);
        assert_eq!(finding.found_by, Engine::Symbolic);
    }

    #[test]
    fn what_does_not_fail_twice_in_the_same_way_is_none() {
        let candidate = candidate(FailureKind::Panic, false);
        let rows = [
            (vec![held()], "the property held"),
            (
                vec![finished(Verdict::Vacuous { rejected: 1 })],
                "an assumption rejected the input",
            ),
            (
                vec![fails(5, "a"), held()],
                "the input failed once, then the property held",
            ),
            (
                vec![fails(5, "a"), fails(6, "a")],
                "the input failed differently each time: broken",
            ),
            (
                vec![run_with(vec![], None, End::Exited(101))],
                "the test process exited with code 101\nfatal runtime error: stack overflow",
            ),
        ];
        for (runs, expected) in rows {
            let (confirmation, _) = check(&candidate, runs);
            let instead = expected.to_owned();
            assert_eq!(confirmation, Confirmation::NotReproduced { instead });
        }
    }

    #[test]
    fn undefined_behaviour_is_a_finding_even_when_native_code_survives_it() {
        let candidate = candidate(FailureKind::UndefinedBehaviour, false);
        let (confirmation, asked) = check(&candidate, vec![held(), drawn()]);
        let Confirmation::Confirmed { finding, .. } = confirmation else {
            panic!("{confirmation:?}");
        };
        assert_eq!(finding.failure, candidate.failure);
        let instead = "the property held".to_owned();
        assert_eq!(finding.replay, Replay::NotReproduced { instead });
        assert_eq!(asked, "long long?");
        assert_eq!(finding.counterexample.arguments, values());
    }

    #[test]
    fn a_lost_process_is_confirmed_without_shrinking() {
        let candidate = candidate(FailureKind::Panic, true);
        let (confirmation, asked) = check(&candidate, vec![aborts(), aborts(), aborts(), drawn()]);
        let Confirmation::Confirmed { finding, .. } = confirmation else {
            panic!("{confirmation:?}");
        };
        assert_eq!(asked, "long+ long long long?");
        assert_eq!(finding.counterexample.arguments, values());
        assert_eq!(finding.failure.kind, FailureKind::ProcessEnded);
        assert_eq!(
            finding.failure.message,
            "the process was killed by signal 6 (SIGABRT)\nfatal runtime error: stack overflow"
        );
    }

    #[test]
    fn a_candidate_keeps_its_own_failure_when_only_shrinking_ends_the_process() {
        let candidate = candidate(FailureKind::Panic, true);
        let runs = vec![aborts(), fails(5, "long"), fails(5, "long")];
        let (confirmation, asked) = check(&candidate, runs);
        assert!(matches!(
            confirmation,
            Confirmation::Confirmed { finding, .. } if finding.failure.kind == FailureKind::Panic
        ));
        assert_eq!(asked, "long+ long long");
    }

    #[test]
    fn an_end_by_the_user_is_no_result() {
        let candidate = candidate(FailureKind::Panic, false);
        let run = run_with(vec![], Some("t"), End::Interrupted);
        assert_eq!(check(&candidate, vec![run]).0, Confirmation::Interrupted);
    }

    #[test]
    fn a_case_that_ran_out_of_the_propertys_time_is_not_blamed() {
        let run = run_with(vec![], Some("t"), End::OutOfTime);
        assert_eq!(lost_case(&run), None);
        let run = run_with(vec![], Some("t"), End::Stalled);
        assert_eq!(lost_case(&run).unwrap().1.kind, FailureKind::Timeout);
    }
}
