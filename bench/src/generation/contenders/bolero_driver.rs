//! bolero's generators and random driver in a bare loop: a floor, not a rival.
//!
//! Nothing here catches a panic, derives a seed for a case or keeps what a failure needs. It shows
//! how much of a rate is generation.

use bolero_generator::driver::{Options, Rng};
use bolero_generator::{TypeGenerator, ValueGenerator, produce};
use rand_xoshiro::Xoroshiro128PlusPlus;
use rand_xoshiro::rand_core::SeedableRng as _;

use super::{Conclusion, Contender, Subject};
use crate::generation::bodies;

pub(super) const CONTENDER: Contender = Contender {
    name: "bolero-generator",
    how: "its random driver in a bare loop; not a runner, so not counted as a rival",
    is_runner: false,
    run,
};

fn run(subject: Subject, cases: u64, seed: u64) -> Conclusion {
    let vectors = produce::<Vec<u32>>().with().len(0..=99usize);
    let texts = produce::<String>().with().len(0..=63usize);
    match subject {
        Subject::Pair => check(cases, seed, &any::<(u64, u64)>(), |(l, r)| {
            bodies::pair(l, r)
        }),
        Subject::Sort => check(cases, seed, &vectors, bodies::sort),
        Subject::Text => check(cases, seed, &texts, |text| bodies::text(&text)),
        Subject::Byte => check(cases, seed, &any::<u8>(), bodies::byte),
    }
}

fn any<T: TypeGenerator>() -> impl ValueGenerator<Output = T> {
    produce::<T>()
}

fn check<G: ValueGenerator>(
    cases: u64,
    seed: u64,
    generator: &G,
    body: impl Fn(G::Output) -> bool,
) -> Conclusion {
    let options = Options::default();
    let mut random = Xoroshiro128PlusPlus::seed_from_u64(seed);
    for _ in 0..cases {
        // A driver has a budget of bytes for one case.
        let mut driver = Rng::new(&mut random, &options);
        let value = generator
            .generate(&mut driver)
            .expect("a random driver never runs out");
        assert!(body(value), "a property that holds failed");
    }
    Conclusion::Passed
}
