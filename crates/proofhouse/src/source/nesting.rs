//! How deep the values of recursive types grow.
//!
//! A tree holds trees. Left alone, a replayed or enumerated sequence could nest them until the
//! stack ends, and a proof over all of them would never end either. So the outermost value of a
//! recursive type first asks one question: how many levels may follow. On the last level only
//! those variants are left which hold no further value of the type; where there are none, the
//! collections and options that hold them stay empty.
//!
//! # Invariants
//!
//! - The level limit is a choice like every other: it is recorded, shrinks to 0, and is a bound
//!   that a proof names. No value is nested deeper than [`LEVELS_MAX`], whatever was chosen.
//! - Which variants are left depends on earlier choices only, never on who decides.
//! - The number of values in a random case is steered by the random source alone
//!   (`random_shape`): it changes answers, not questions.
//!
//! # Not here
//!
//! Which variants and fields are recursive: see `generator::recursion`.

use proofhouse_choice::{Chance, Choice, Domain, SpanKind};

use super::{Decider, Draw, Integral as _, Source, machine_source, range, replayed_branch};

/// Values nest no deeper than this. In a build without optimisation a level of a derived type was
/// measured to take at most 2 KiB of stack for fields of up to 100 bytes (rustc 1.95, x86-64), so
/// that a test thread's 2 MiB hold this many several times over.
pub(crate) const LEVELS_MAX: u32 = 128;

/// More derived types than this within each other are a recursion that was not recognised.
const DERIVED_MAX: u32 = 4 * LEVELS_MAX;

/// What is left for a value to grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// No recursive value is being drawn.
    Free,
    /// So many levels may follow.
    Levels(u32),
    /// None may follow, and this is a part that would hold them: collections stay empty.
    Closed,
}

impl Room {
    /// What is left for a part of a value; see `Source::draw_part`.
    #[inline]
    pub(crate) fn of_part(self, parts: u32) -> Self {
        match self {
            _ if parts == 0 => Self::Free,
            Self::Levels(levels) if levels > 0 => Self::Levels(levels - 1),
            Self::Levels(_) | Self::Closed => Self::Closed,
            Self::Free => Self::Free,
        }
    }
}

/// The variants of a type, as far as choosing among them goes. They are in order of simplicity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variants<'a> {
    /// How many there are.
    pub(crate) count: u32,
    /// How many of them, the first ones, are left on the last level.
    pub(crate) closing: u32,
    /// How often each of them is drawn, relative to the others, in the order of their declaration;
    /// empty when all are alike.
    pub(crate) weights: &'a [u32],
    /// The order of simplicity, by places in the declaration; empty if it is the same.
    pub(crate) order: &'a [u32],
}

impl Variants<'_> {
    /// The weight of the variant at a place in the order of simplicity.
    #[inline]
    pub(super) fn weight(&self, at: u32) -> u64 {
        let declared = self.order.get(at as usize).copied().unwrap_or(at);
        let weight = self.weights.get(declared as usize);
        weight.map_or(1, |weight| u64::from(*weight))
    }
}

impl Source {
    /// Draws a value of a type with a derived generator.
    ///
    /// # Panics
    ///
    /// If there are so many around it that some recursion must have gone unnoticed.
    #[inline]
    pub(crate) fn derived<R>(
        &mut self,
        type_name: &'static str,
        draw: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.derived += 1;
        if self.derived > DERIVED_MAX {
            nests_without_end(type_name);
        }
        let value = draw(self);
        self.derived -= 1;
        value
    }

    /// Draws a value of a recursive type. If it is the outermost one, how many levels may follow
    /// is a choice before it; `label` names the bound, and `type_name` the span of the value, which
    /// then looks like that of each value within.
    pub(crate) fn descend<R>(
        &mut self,
        label: &'static str,
        type_name: &'static str,
        draw: impl FnOnce(&mut Self) -> R,
    ) -> R {
        if self.room != Room::Free {
            return draw(self);
        }
        let levels = self.choose_levels(label);
        self.room = Room::Levels(levels.min(LEVELS_MAX as usize) as u32);
        if let Decider::Random(random) = &mut self.decider {
            random.begin_size();
        }
        let value = self.span(SpanKind::Value, type_name, draw);
        self.room = Room::Free;
        value
    }

    /// Draws a part of a value of a recursive type. `parts` says how many recursive parts the
    /// value has, this one among them, or is 0 if this one is not recursive.
    #[inline]
    pub(crate) fn draw_part<G: Draw>(&mut self, parts: u32, generator: G) -> G::Value {
        let outer = self.room;
        self.room = outer.of_part(parts);
        let size = self.share_size(parts as usize);
        let value = self.draw(generator);
        self.restore_size(size);
        self.room = outer;
        value
    }

    /// Asks for one of several variants; those that fit the last level come first.
    #[inline]
    pub(crate) fn choose_variant(&mut self, variants: Variants<'_>) -> u32 {
        let count = match self.room {
            Room::Levels(0) | Room::Closed => variants.closing,
            Room::Free | Room::Levels(_) => variants.count,
        };
        let branch = match &mut self.decider {
            Decider::Random(random) if self.room == Room::Free => {
                random.variant(0..count, variants)
            }
            Decider::Random(random) => random.recursive_variant(count, variants),
            Decider::Machine => return machine_source::integer(0, count - 1),
            Decider::Replay(replay) => replayed_branch(replay, count),
            Decider::Odometer(_) => return self.recall_branch(count),
        };
        self.keep(|| (Choice::Branch(branch), Domain::Branch { count }));
        branch
    }

    /// Asks for one of as many ways to go as there are weights; 0 is the simplest. A random source
    /// goes each way as often as its weight says in relation to the others.
    ///
    /// # Panics
    ///
    /// If there is none, or if all weights are 0.
    #[track_caller]
    pub fn choose_weighted(&mut self, weights: &[u32]) -> u32 {
        assert!(!weights.is_empty(), "there must be a way to go");
        let count = weights.len() as u32;
        self.choose_variant(Variants {
            count,
            closing: count,
            weights,
            order: &[],
        })
    }

    /// Asks whether an optional value is there. On the last level it is not.
    #[inline]
    pub(crate) fn choose_presence(&mut self, chance: Chance) -> bool {
        if self.room == Room::Closed {
            return false;
        }
        if self.room != Room::Free
            && let Decider::Random(random) = &mut self.decider
            && random.size == 0
        {
            self.keep(|| (Choice::Boolean(false), Domain::Boolean(chance)));
            return false;
        }
        self.choose_boolean(chance)
    }

    /// The longest that a collection may be here.
    #[inline]
    pub(super) fn longest(&self, minimum: usize, maximum: usize) -> usize {
        if self.room == Room::Closed {
            minimum
        } else {
            maximum
        }
    }

    /// Gives each of `parts` about its part of the random size, and returns the whole.
    #[inline]
    pub(super) fn share_size(&mut self, parts: usize) -> Option<u32> {
        if self.room == Room::Free || parts == 0 {
            return None;
        }
        match &mut self.decider {
            Decider::Random(random) => Some(random.share_size(parts)),
            _ => None,
        }
    }

    /// Undoes [`Source::share_size`].
    #[inline]
    pub(super) fn restore_size(&mut self, size: Option<u32>) {
        if let (Some(size), Decider::Random(random)) = (size, &mut self.decider) {
            random.size = size;
        }
    }

    /// Asks how many levels of a recursive value may follow.
    fn choose_levels(&mut self, label: &'static str) -> usize {
        const ANY: usize = isize::MAX as usize;
        let levels = match &mut self.decider {
            Decider::Random(random) => random.levels(),
            Decider::Machine => return machine_source::length(0, ANY, label),
            _ => return self.recall_integer(0, ANY, 0),
        };
        self.keep(|| (Choice::Integer(levels.to_integer()), range(0, ANY, 0)));
        levels
    }
}

#[cold]
fn nests_without_end(type_name: &str) -> ! {
    panic!(
        "values of `{type_name}` nest without end: put `#[recursive]` on the field of a derived \
         type through which they do"
    )
}
