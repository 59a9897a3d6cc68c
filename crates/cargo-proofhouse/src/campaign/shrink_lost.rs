//! Makes an input simpler that ends its process.
//!
//! A test process shrinks what fails in it, but it cannot shrink what takes it away. Here each attempt
//! is a process of its own, and the shrinker is the same. What it needs to know of a run, the process
//! has written ahead: the choices that the run decided, up to where the property's body began. What the body
//! draws itself, as harnesses for Kani do, is not among them, and stays as it was asked for. Their domains are not known out here, so each
//! choice is taken to allow everything of its sort; the test process puts right what does not fit.
//!
//! # Invariants
//!
//! - What is returned ended its process in the same way when it ran last.
//!
//! # Not here
//!
//! Cases that hang. Each attempt that hangs costs the whole time of a case.

use std::time::{Duration, Instant};

use proofhouse_choice::shrink::{Limits, Outcome, shrink};
use proofhouse_choice::token::{self, Token};
use proofhouse_choice::{
    Alphabet, BytesDomain, Chance, Choice, Domain, Enabled, FaultDomain, Integer, IntegerDomain,
    Record, TextDomain,
};
use proofhouse_evidence::{Failure, FailureKind};

use crate::campaign::confirm::{Replayer, Replaying, lost_case};
use crate::error::CommandError;

/// A process takes milliseconds; people wait seconds, not minutes, for a simpler input.
const PROCESSES_MAX: u64 = 400;
const TIME_MAX: Duration = Duration::from_secs(10);

/// The longest text or byte string that is expected; a longer one is left as it is.
const LENGTH_MAX: usize = 1 << 24;

/// The token of a simpler input that ends the process in the same way, or the same token again.
///
/// # Errors
///
/// Whatever the replayer reports.
pub(crate) fn shrink_lost(
    token: &str,
    failure: &Failure,
    replay: &mut Replayer<'_>,
) -> Result<String, CommandError> {
    let unchanged = || Ok(token.to_owned());
    if failure.kind != FailureKind::ProcessEnded {
        return unchanged();
    }
    let Ok(start) = token::decode(token) else {
        return unchanged();
    };
    let Some(record) = record_of(&start.choices) else {
        return unchanged();
    };
    let limits = Limits {
        executions_max: PROCESSES_MAX,
        calls_max: PROCESSES_MAX,
    };
    let deadline = Instant::now() + TIME_MAX;
    let mut error = None;
    let shrunk = shrink(record, limits, |probe| {
        let choices = probe.choices.as_slice();
        let ended_in = if error.is_some() || Instant::now() > deadline {
            None
        } else {
            ending_choices(&start, choices, failure, replay).unwrap_or_else(|failed| {
                error = Some(failed);
                None
            })
        };
        let record = ended_in.as_deref().and_then(record_of);
        let fails = record.is_some();
        probe.record = record.or_else(|| record_of(choices)).unwrap_or_default();
        Outcome {
            fails,
            is_execution: true,
        }
    });
    match error {
        Some(error) => Err(error),
        None => Ok(token::encode(
            &start.package,
            &start.property,
            &shrunk.record.choices(),
        )),
    }
}

/// Runs the choices. If that ends the process as `failure` did, the choices that the run decided.
fn ending_choices(
    start: &Token,
    choices: &[Choice],
    failure: &Failure,
    replay: &mut Replayer<'_>,
) -> Result<Option<Vec<Choice>>, CommandError> {
    let token = token::encode(&start.package, &start.property, choices);
    let run = replay(&token, Replaying::Once)?;
    // A process that wrote a verdict was not ended by the case.
    if run.conclusion().is_some() {
        return Ok(None);
    }
    let decided = lost_case(&run)
        .filter(|(_, again)| again.kind == failure.kind && is_same_end(again, failure))
        .and_then(|(token, _)| token::decode(token).ok());
    Ok(decided.map(|token| {
        let mut decided = token.choices;
        decided.extend(choices.iter().skip(decided.len()).cloned());
        decided
    }))
}

/// Whether two processes ended alike. Last words may hold values, addresses and numbers of threads.
fn is_same_end(left: &Failure, right: &Failure) -> bool {
    let words = |failure: &Failure| -> String {
        failure
            .message
            .chars()
            .filter(|character| !character.is_ascii_digit())
            .collect()
    };
    let first_line = |failure: &Failure| failure.message.lines().next().map(str::to_owned);
    first_line(left) == first_line(right) && words(left) == words(right)
}

/// The choices as a record in which each may be anything of its sort. `None` when one is of a sort
/// that is not known here.
fn record_of(choices: &[Choice]) -> Option<Record> {
    let mut record = Record::new();
    for choice in choices {
        let domain = widest_domain(choice)?;
        if !domain.fits(choice) {
            return None;
        }
        record.push(choice.clone(), domain);
    }
    record.finish();
    Some(record)
}

fn widest_domain(choice: &Choice) -> Option<Domain> {
    let domain = match choice {
        Choice::Boolean(_) => Domain::Boolean(Chance::EVEN),
        Choice::Integer(value) if *value < Integer::ZERO => {
            Domain::Integer(IntegerDomain::new(i128::MIN, i128::MAX))
        }
        Choice::Integer(_) => Domain::Integer(IntegerDomain::new(0u8, u128::MAX)),
        Choice::Bytes(_) => Domain::Bytes(BytesDomain::new(0, LENGTH_MAX)),
        Choice::Text(_) => Domain::Text(TextDomain::new(0, LENGTH_MAX, Alphabet::any())),
        Choice::Branch(_) => Domain::Branch { count: u32::MAX },
        // What else was enabled is not known; a replay mends what was not.
        Choice::Action(member) => Domain::Action(all_up_to(*member)?),
        Choice::Schedule(member) => Domain::Schedule(all_up_to(*member)?),
        Choice::Fault(fault) => Domain::Fault(FaultDomain::new(fault.as_slice())),
        _ => return None,
    };
    Some(domain)
}

/// All members up to this one, if they are not too many to be real.
fn all_up_to(member: u32) -> Option<Enabled> {
    const MEMBERS_MAX: usize = 1 << 12;
    let count = usize::try_from(member).ok()? + 1;
    (count <= MEMBERS_MAX).then(|| Enabled::of(&vec![true; count]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::native::NativeRun;
    use crate::engines::process::End;

    /// A test process that ends when `ends` says so, and has written its case ahead.
    fn process(token: &str, ends: bool) -> NativeRun {
        NativeRun {
            events: vec![],
            last_case: ends.then(|| token.to_owned()),
            end: if ends {
                End::Signalled(6)
            } else {
                End::Exited(0)
            },
            stderr: String::new(),
            elapsed: Duration::ZERO,
        }
    }

    fn check(start: &[Choice], ends: impl Fn(&[Choice]) -> bool, expected: &[Choice]) {
        let start = token::encode("shop", "prop", start);
        let failure = lost_case(&process(&start, true)).expect("it ends").1;
        let mut calls = 0;
        let shrunk = shrink_lost(&start, &failure, &mut |token, how| {
            calls += 1;
            assert_eq!(how, Replaying::Once);
            let choices = token::decode(token).expect("a token").choices;
            Ok(process(token, ends(&choices)))
        });
        let shrunk = token::decode(&shrunk.expect("no error")).expect("a token");
        assert_eq!(shrunk.choices, expected);
        assert!(calls <= PROCESSES_MAX);
    }

    fn integer(value: i32) -> Choice {
        Choice::Integer(Integer::from(i128::from(value)))
    }

    #[test]
    fn integers_go_down_to_the_edge() {
        let is_large = |choices: &[Choice]| {
            matches!(choices, [Choice::Integer(value), ..]
            if *value > Integer::from(300))
        };
        check(&[integer(65_000)], is_large, &[integer(301)]);
        let is_negative = |choices: &[Choice]| {
            matches!(choices, [Choice::Integer(value)]
            if *value < Integer::from(-20))
        };
        check(&[integer(-9999)], is_negative, &[integer(-21)]);
    }

    #[test]
    fn texts_and_bytes_keep_only_what_is_needed() {
        let has_brace = |choices: &[Choice]| {
            matches!(choices, [Choice::Text(text), _]
            if text.contains('{'))
        };
        let start = [
            Choice::Text("what {is} this".to_owned()),
            Choice::Bytes(vec![1, 2, 3]),
        ];
        let expected = [Choice::Text("{".to_owned()), Choice::Bytes(vec![])];
        check(&start, has_brace, &expected);
    }

    #[test]
    fn actions_and_faults_go_down_to_the_first_ones() {
        let ends =
            |choices: &[Choice]| matches!(choices, [Choice::Action(action), ..] if *action >= 3);
        let start = [
            Choice::Action(17),
            Choice::Schedule(2),
            Choice::Fault(Some("no_space".into())),
        ];
        let expected = [Choice::Action(3), Choice::Schedule(0), Choice::Fault(None)];
        check(&start, ends, &expected);
        // A number that no program has is left alone.
        check(
            &[Choice::Action(u32::MAX)],
            ends,
            &[Choice::Action(u32::MAX)],
        );
    }

    /// A body that draws its own choices has not drawn them when the case is written ahead.
    #[test]
    fn what_is_drawn_later_than_written_ahead_is_kept() {
        for written in 0..=2 {
            let start = token::encode("shop", "prop", &[integer(3), integer(9)]);
            let failure = lost_case(&process(&start, true)).expect("it ends").1;
            let shrunk = shrink_lost(&start, &failure, &mut |token, _| {
                let choices = token::decode(token).expect("a token").choices;
                let ends = matches!(&choices[..], [_, Choice::Integer(value)] if *value > Integer::from(4));
                let ahead = &choices[..written.min(choices.len())];
                Ok(process(&token::encode("shop", "prop", ahead), ends))
            });
            let shrunk = token::decode(&shrunk.expect("no error")).expect("a token");
            assert_eq!(
                shrunk.choices,
                [integer(0), integer(5)],
                "{written} written"
            );
        }
    }

    #[test]
    fn only_the_same_end_counts() {
        let start = token::encode("shop", "prop", &[integer(9)]);
        let failure = lost_case(&process(&start, true)).expect("it ends").1;
        let shrunk = shrink_lost(&start, &failure, &mut |token, _| {
            let mut run = process(token, true);
            run.end = End::Signalled(11);
            Ok(run)
        });
        assert_eq!(shrunk.expect("no error"), start);
        let hangs = Failure {
            kind: FailureKind::Timeout,
            ..failure
        };
        let shrunk = shrink_lost(&start, &hangs, &mut |_, _| {
            unreachable!("it costs too much")
        });
        assert_eq!(shrunk.expect("no error"), start);
    }
}
