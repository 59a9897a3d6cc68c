//! Hegel: typed choices like ours, in an engine behind a C interface, here linked statically.

use hegel::generators::{self as gs, Generator};
use hegel::{Hegel, Phase, Settings, Verbosity};

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "hegel",
    how: "feature `static-engine`, without its store of examples",
    is_runner: true,
    run,
};

fn run(subject: Subject, cases: u64, seed: u64) -> Conclusion {
    let word = gs::integers::<u64>;
    let vectors = gs::vecs(gs::integers::<u32>()).max_size(99);
    match subject {
        Subject::Pair => check(cases, seed, hegel::tuples!(word(), word()), |(l, r)| {
            bodies::pair(l, r)
        }),
        Subject::Sort => check(cases, seed, vectors, bodies::sort),
        Subject::Text => check(cases, seed, gs::text().max_size(63), |text| {
            bodies::text(&text)
        }),
        Subject::Byte => check(cases, seed, gs::integers::<u8>(), bodies::byte),
    }
}

fn check<T>(
    cases: u64,
    seed: u64,
    generator: impl Generator<T>,
    body: impl Fn(T) -> bool,
) -> Conclusion {
    let settings = Settings::from_profile("base")
        .test_cases(cases)
        .seed(Some(seed))
        .database(None)
        .verbosity(Verbosity::Quiet)
        .phases([Phase::Generate]);
    Hegel::new(|case| {
        assert!(
            body(case.draw_silent(&generator)),
            "a property that holds failed"
        );
    })
    .settings(settings)
    .run();
    Conclusion::Passed
}
