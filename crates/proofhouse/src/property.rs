//! What `#[property]` leaves of a property, and how one case of it ends.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use proofhouse_choice::Choice;
use proofhouse_evidence::PropertyDescription;

use crate::{EncodeError, Source, case_context, machine, runner};

/// A property, as the `#[property]` attribute describes it. Not made by hand.
pub struct Property {
    #[doc(hidden)]
    pub path: &'static str,
    #[doc(hidden)]
    pub statement: &'static str,
    #[doc(hidden)]
    pub file: &'static str,
    #[doc(hidden)]
    pub line: u32,
    #[doc(hidden)]
    pub arguments: &'static [&'static str],
    #[doc(hidden)]
    pub package: &'static str,
    #[doc(hidden)]
    pub manifest_dir: &'static str,
    #[doc(hidden)]
    pub options: Options,
    #[doc(hidden)]
    pub case: CaseFunction,
    #[doc(hidden)]
    pub examples: &'static [Example],
    #[doc(hidden)]
    pub regressions: &'static [&'static str],
    #[doc(hidden)]
    pub machine_entry: fn(),
    #[doc(hidden)]
    pub blob: &'static [u8],
}

/// One case of a property, given who decides.
#[doc(hidden)]
pub(crate) type CaseFunction = fn(&mut Source) -> CaseOutcome;

/// An `#[example(..)]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The case of its values; it asks for nothing.
    pub case: CaseFunction,
    /// The choices of its values, if the generators can tell.
    pub encode: fn() -> Choices,
}

/// The choices of given values.
#[doc(hidden)]
pub type Choices = Result<Vec<Choice>, EncodeError>;

/// The choices of several values, one after the other.
///
/// # Errors
///
/// The first error among them.
#[doc(hidden)]
pub fn joined<const N: usize>(parts: [Choices; N]) -> Choices {
    let parts: Vec<Vec<Choice>> = parts.into_iter().collect::<Result<_, _>>()?;
    Ok(parts.concat())
}

/// What stands in the parentheses of `#[property(..)]`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub cases: Option<u64>,
    pub time_ms: Option<u64>,
    pub inputs_max: Option<u64>,
    pub failures_max: Option<u64>,
    pub is_health_checked: bool,
}

impl Property {
    /// Checks the property as the environment asks for; see the crate's documentation.
    ///
    /// # Panics
    ///
    /// If the property is refuted, after a report was printed, or if the environment asks for
    /// something that can't be done.
    pub fn check(&'static self) {
        // Both must stay in the binary: the machine starts at the one and tools read the other.
        std::hint::black_box((self.machine_entry, self.blob));
        runner::run_test(self);
    }

    /// The property in the words that all engines share.
    pub fn description(&self) -> PropertyDescription {
        PropertyDescription {
            path: self.path.to_owned(),
            statement: self.statement.to_owned(),
            file: self.file.to_owned(),
            line: self.line,
            arguments: self
                .arguments
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
        }
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// How one case ended, unless it unwound.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutcome {
    /// The property holds for the case.
    Held,
    /// The property returned this error.
    ReturnedError(String),
    /// The case does not count.
    Rejected,
}

/// What a property may return.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a property returns `()`, `Result<(), E>` with `E: Debug` or `Assumed` of these, not `{Self}`"
)]
pub trait Conclusion {
    /// Turns the returned value into the end of a case.
    fn conclude(self, source: &Source) -> CaseOutcome;
}

impl Conclusion for () {
    fn conclude(self, _: &Source) -> CaseOutcome {
        CaseOutcome::Held
    }
}

impl<E: fmt::Debug> Conclusion for Result<(), E> {
    fn conclude(self, source: &Source) -> CaseOutcome {
        match self {
            Ok(()) => CaseOutcome::Held,
            Err(_) if source.is_machine() => {
                // Formatting a symbolic error would cost far more than the path that led here; the
                // native replay gives the message.
                const MESSAGE: &str = "the property returned an error";
                machine::fail(MESSAGE.as_ptr(), MESSAGE.len())
            }
            // Shrinking runs many failing cases and reads the message of the last one only.
            Err(_) if !source.is_observed() => CaseOutcome::ReturnedError(String::new()),
            Err(error) => CaseOutcome::ReturnedError(format!("{error:?}")),
        }
    }
}

impl<R: Conclusion> Conclusion for Assumed<R> {
    fn conclude(self, source: &Source) -> CaseOutcome {
        match self {
            Self::Met(result) => result.conclude(source),
            Self::Rejected if source.is_machine() => machine::reject(),
            Self::Rejected => CaseOutcome::Rejected,
        }
    }
}

/// What a property may return to say by a value which cases it does not speak of. It is as
/// [`assume!`](macro@crate::assume), and cheaper where many cases are rejected: returning takes
/// nanoseconds, unwinding takes microseconds.
///
/// ```
/// use proofhouse::prelude::*;
/// use proofhouse::Assumed;
///
/// #[property]
/// fn what_is_there_is_found(list: Vec<u8>, at: usize) -> Assumed {
///     let Some(value) = list.get(at) else {
///         return Assumed::Rejected;
///     };
///     assert!(list.contains(value));
///     Assumed::Met(())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assumed<R = ()> {
    /// The case counts, and this came of it: `()` or a `Result`.
    Met(R),
    /// It counts neither for nor against the property.
    Rejected,
}

/// Runs a body that has to panic; one that returns is an error.
///
/// A rejection unwinds as well, and is passed on.
#[doc(hidden)]
pub fn must_panic<R>(body: impl FnOnce() -> R) -> Result<(), ReturnedInstead> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(_) => Err(ReturnedInstead),
        Err(payload) if case_context::is_rejection(&*payload) => resume_unwind(payload),
        Err(_) => Ok(()),
    }
}

/// The error of a case that should have panicked.
#[doc(hidden)]
pub struct ReturnedInstead;

impl fmt::Debug for ReturnedInstead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it returned, but `#[property(panics)]` says that it panics")
    }
}

/// One case with the machine deciding; nothing else, so that a path holds only the user's code.
#[doc(hidden)]
pub fn run_in_machine(case: CaseFunction) {
    case(&mut Source::machine());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::any;
    use crate::{Outcome, Run, RunEngine, assume};

    #[test]
    fn a_rejection_by_value_is_one_by_unwinding() {
        let seen = |outcome: Outcome<u16>| {
            let statistics = outcome.statistics;
            let counts = [statistics.generated, statistics.discarded];
            (outcome.verdict, counts, outcome.counterexample)
        };
        for (engine, bound) in [
            (RunEngine::Random, u16::MAX),
            (RunEngine::Random, 1000),
            (RunEngine::Exhaustive, u16::MAX),
        ] {
            let run = Run::new().engine(engine).seed(3);
            let judge = |value| if value <= bound { Ok(()) } else { Err(value) };
            let by_value = run.check(any::<u16>(), |value| match value % 3 {
                2 => Assumed::Met(judge(value)),
                _ => Assumed::Rejected,
            });
            let thrown = run.check(any::<u16>(), |value| {
                assume(value % 3 == 2);
                judge(value)
            });
            assert!(by_value.statistics.discarded > 0);
            assert_eq!(seen(by_value), seen(thrown), "{engine:?} to {bound}");
        }
    }
}
