//! Whether a test's end in the machine is its native end.

use proofhouse_evidence::{FailureKind, Obstacle};
use proofhouse_vm::run::End;

use super::native::NativeEnd;

/// What the machine's end is beside the native one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Same,
    /// The test was not run to its end; by which limit.
    Limited(String),
    /// The test can't run; why.
    Unsupported(String),
    /// Another end than natively, with both.
    Different(String),
}

/// Compares two ends of a test.
pub(super) fn judge(end: &End, native: NativeEnd) -> Outcome {
    let is_same = match (end, native) {
        (End::Obstacle(Obstacle::LimitReached { allowed, unit, .. }), _) => {
            return Outcome::Limited(format!("more than {allowed} {unit}"));
        }
        (End::Obstacle(Obstacle::Unsupported { what, .. }), _) => {
            return Outcome::Unsupported(what.clone());
        }
        (End::Obstacle(other), _) => return Outcome::Unsupported(format!("{other:?}")),
        (End::Returned, native) => native == NativeEnd::Returns,
        (End::Failed(failure), NativeEnd::Panics) => failure.kind == FailureKind::Panic,
        (End::Failed(failure), NativeEnd::Fails) => {
            matches!(
                failure.kind,
                FailureKind::Panic | FailureKind::ReturnedError
            )
        }
        // Natively it would have taken the harness along, whatever its code.
        (End::Failed(_), NativeEnd::Returns) | (End::Exited(_), _) => false,
    };
    if is_same {
        Outcome::Same
    } else {
        Outcome::Different(format!("natively {native:?}, {end:?}"))
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{Failure, FailureKind, Obstacle};
    use proofhouse_vm::run::End;

    use super::{Outcome, judge};
    use crate::suites::native::NativeEnd::{self, Fails, Panics, Returns};

    fn failed(kind: FailureKind) -> End {
        End::Failed(Failure {
            kind,
            message: String::new(),
            site: None,
        })
    }

    /// Of each end in the machine, the native ends that are the same; all others are different.
    #[test]
    fn only_the_same_end_is_the_same() {
        let rows: [(End, &[NativeEnd]); 7] = [
            (End::Returned, &[Returns]),
            (failed(FailureKind::Panic), &[Panics, Fails]),
            (failed(FailureKind::ReturnedError), &[Fails]),
            (failed(FailureKind::ProcessEnded), &[]),
            (failed(FailureKind::UndefinedBehaviour), &[]),
            (End::Exited(0), &[]),
            (End::Exited(1), &[]),
        ];
        for (end, same) in rows {
            for native in [Returns, Panics, Fails] {
                let found = judge(&end, native);
                let expected = if same.contains(&native) {
                    Outcome::Same
                } else {
                    Outcome::Different(format!("natively {native:?}, {end:?}"))
                };
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn what_did_not_come_to_an_end_is_neither_and_has_a_reason() {
        let unsupported = End::Obstacle(Obstacle::Unsupported {
            what: "a socket".to_owned(),
            called_from: None,
        });
        let limited = End::Obstacle(Obstacle::LimitReached {
            limit: "steps".to_owned(),
            allowed: 7,
            unit: "instructions".to_owned(),
        });
        for native in [Returns, Panics, Fails] {
            let expected = Outcome::Unsupported("a socket".to_owned());
            assert_eq!(judge(&unsupported, native), expected);
            let expected = Outcome::Limited("more than 7 instructions".to_owned());
            assert_eq!(judge(&limited, native), expected);
        }
    }
}
