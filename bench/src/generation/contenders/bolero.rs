//! bolero: its generators under its own test engine.
//!
//! The engine prints a line for each run to the standard error, which is moved away meanwhile: a
//! round has a run for each library, and the lines would bury the report.

use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::panic::{self, AssertUnwindSafe, RefUnwindSafe};

use bolero::check;
use bolero_generator::{TypeGenerator, ValueGenerator, produce};
use rustix::stdio::{dup2_stderr, stderr};

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "bolero",
    how: "`check!` with a number of iterations; it takes its seed from the system",
    is_runner: true,
    run,
};

fn run(subject: Subject, cases: u64, _seed: u64) -> Conclusion {
    let vectors = produce::<Vec<u32>>().with().len(0..=99usize);
    let texts = produce::<String>().with().len(0..=63usize);
    match subject {
        Subject::Pair => check_all(cases, any::<(u64, u64)>(), |(l, r)| bodies::pair(l, r)),
        Subject::Sort => check_all(cases, vectors, bodies::sort),
        Subject::Text => check_all(cases, texts, |text| bodies::text(&text)),
        Subject::Byte => check_all(cases, any::<u8>(), bodies::byte),
    }
    Conclusion::Passed
}

fn any<T: TypeGenerator + RefUnwindSafe>() -> impl ValueGenerator<Output = T> + RefUnwindSafe {
    produce::<T>()
}

fn check_all<G>(cases: u64, generator: G, body: impl Fn(G::Output) -> bool + RefUnwindSafe)
where
    G: ValueGenerator + RefUnwindSafe,
    G::Output: Debug + Clone + RefUnwindSafe,
{
    let iterations = usize::try_from(cases).expect("as many cases as memory has bytes");
    let run = || {
        check!()
            .with_iterations(iterations)
            .with_generator(generator)
            .cloned()
            .for_each(|value| assert!(body(value), "a property that holds failed"));
    };
    let hook = panic::take_hook();
    let silence = Silence::begin();
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    drop(silence);
    // The engine leaves a hook behind that keeps all panics of this thread to itself.
    panic::set_hook(hook);
    assert!(result.is_ok(), "a property that holds failed under bolero");
}

/// While it lives, what goes to the standard error is dropped.
struct Silence {
    before: Option<OwnedFd>,
}

impl Silence {
    /// Does nothing where the standard error can't be moved.
    fn begin() -> Self {
        let begin = || -> io::Result<OwnedFd> {
            let nowhere = File::create("/dev/null")?;
            let before = stderr().try_clone_to_owned()?;
            dup2_stderr(&nowhere)?;
            Ok(before)
        };
        Self {
            before: begin().ok(),
        }
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // It was the standard error a moment ago, so it can be so again.
            let _ = dup2_stderr(before);
        }
    }
}
