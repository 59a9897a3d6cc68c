//! States of the model: a buffer of any geometry, with or without neighbours.
//!
//! # Invariants
//!
//! - Every well-formed state of a buffer with at most two neighbours is drawn, the inclusive ends
//!   included: regions of no bytes, at the end of the allocation, of the whole of it.

use proofhouse::prelude::*;

use crate::geometry::{POSITION_MAX, SIZE_MAX};
use crate::model::{Arena, Region};
use crate::well_formed::{View, broken_rule};

/// A buffer under test and its neighbours in the same allocation.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) arena: Arena,
    pub(super) main: Region,
    pub(super) others: Vec<Region>,
}

impl Generate for Scene {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            if source.draw(any::<bool>()) {
                shared(source)
            } else {
                vector(source)
            }
        })
    }
}

impl Scene {
    pub(super) fn view(&self) -> View {
        self.arena.view(&self.main)
    }

    /// Panics if the handles break a rule together.
    #[track_caller]
    pub(super) fn assert_sound(&self, more: &[&Region]) {
        let regions = self.others.iter().chain(more.iter().copied());
        assert_sound(&self.arena, std::iter::once(&self.main).chain(regions));
    }
}

/// Panics if the regions, which are all there are, break a rule.
#[track_caller]
pub(super) fn assert_sound<'r>(arena: &Arena, regions: impl Iterator<Item = &'r Region>) {
    let views: Vec<View> = regions.map(|region| arena.view(region)).collect();
    assert_eq!(broken_rule(&views, POSITION_MAX), None);
}

fn vector(source: &mut Source) -> Scene {
    let total = source.draw(0..=SIZE_MAX);
    let start = source.draw(0..=total.min(POSITION_MAX));
    let filled = source.draw(start..=total);
    let mut arena = Arena::new(POSITION_MAX);
    let mut main = arena.vector(total);
    arena.fill(&mut main, filled);
    arena
        .advance(&mut main, start)
        .expect("there are so many bytes");
    Scene {
        arena,
        main,
        others: Vec::new(),
    }
}

fn shared(source: &mut Source) -> Scene {
    let total = source.draw(0..=SIZE_MAX);
    let class = source.draw(0..=7_u8);
    let main = place(source, 0, total);
    let [start, _, end] = main;
    let mut places = vec![main];
    match source.draw(0..=2_u8) {
        0 => {}
        1 => places.push(place(source, 0, start)),
        // A region of no bytes may lie inside another.
        _ => places.push([source.draw(0..=total); 3]),
    }
    if source.draw(any::<bool>()) {
        places.push(place(source, end, total));
    }
    let mut arena = Arena::new(POSITION_MAX);
    let mut others = arena.shared(total, class, &places);
    let main = others.remove(0);
    Scene {
        arena,
        main,
        others,
    }
}

/// Start, end of the contents and end of any region between two places.
fn place(source: &mut Source, from: usize, to: usize) -> [usize; 3] {
    let start = source.draw(from..=to);
    let end = source.draw(start..=to);
    let filled = source.draw(start..=end);
    [start, filled, end]
}

/// Numbers of bytes to ask for: as often those that an allocation could have as any.
pub(super) fn amount() -> impl Generator<Value = usize> {
    one_of((0..=SIZE_MAX, any::<usize>()))
}
