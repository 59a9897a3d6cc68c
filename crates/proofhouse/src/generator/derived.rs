//! What `#[derive(Generate)]` leaves to the library.

use std::fmt;
use std::marker::PhantomData;

use super::recursion::{Describe, Shape, Shapes};
use super::{Draw, Generate, Generator};
use crate::source::Variants;
use crate::{Encoded, Encoding, Source};

/// A type whose generator is derived. Implemented by the derive alone.
#[doc(hidden)]
pub trait Derive: Describe {
    /// Whether the fields are of types that plainly hold no derived type.
    const IS_FLAT: bool;

    /// What the limit of levels is called in a verdict.
    const LEVELS: &'static str;

    /// Where the type's shapes are kept.
    fn shapes() -> &'static Shapes;

    /// Draws the variant and the fields.
    fn derive(source: &mut Source, level: Level) -> Self;

    /// Encodes the variant and the fields.
    fn encode(&self, encoding: &mut Encoding, level: Level) -> Encoded;
}

/// The generator of every value of a type with `#[derive(Generate)]`.
pub struct Derived<T>(PhantomData<fn() -> T>);

impl<T> Derived<T> {
    /// The generator of `T`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T> fmt::Debug for Derived<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived")
    }
}

impl<T: Derive> Draw for Derived<T> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        if T::IS_FLAT {
            return T::derive(source, Level(None));
        }
        let shape = T::shapes().of::<T>();
        let type_name = std::any::type_name::<T>();
        source.derived(type_name, |source| {
            if !shape.is_recursive {
                return T::derive(source, Level(None));
            }
            source.descend(T::LEVELS, type_name, |source| {
                T::derive(source, Level(Some(shape)))
            })
        })
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        if T::IS_FLAT {
            return value.encode(encoding, Level(None));
        }
        let shape = T::shapes().of::<T>();
        if !shape.is_recursive {
            return value.encode(encoding, Level(None));
        }
        encoding.descend(|encoding| value.encode(encoding, Level(Some(shape))))
    }
}

impl<T: Derive> Generator for Derived<T> {}

/// How the value that is being drawn takes part in a recursion, if it does.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Level(Option<&'static Shape>);

impl Level {
    /// Asks for a variant, by its place in the declaration. `weights` is empty or one for each.
    #[inline]
    pub fn variant(self, source: &mut Source, count: u32, weights: &'static [u32]) -> u32 {
        let (closing, order) = match self.0 {
            None => (count, &[][..]),
            Some(shape) => (shape.closing, &shape.order[..]),
        };
        let branch = source.choose_variant(Variants {
            count,
            closing,
            weights,
            order,
        });
        order.get(branch as usize).copied().unwrap_or(branch)
    }

    /// Draws a field that takes every value of its type; see [`Level::field`].
    #[inline]
    pub fn every<T: Generate>(self, source: &mut Source, variant: usize, field: usize) -> T {
        self.field(source, variant, field, T::generator())
    }

    /// Draws a field, both named by their places in the declaration.
    #[inline]
    pub fn field<D: Draw>(
        self,
        source: &mut Source,
        variant: usize,
        field: usize,
        generator: D,
    ) -> D::Value {
        match self.0 {
            None => source.draw(generator),
            Some(shape) => source.draw_part(shape.parts(variant, field), generator),
        }
    }

    /// Encodes a variant, by its place in the declaration.
    ///
    /// # Errors
    ///
    /// If it may hold further values and none may follow.
    pub fn encode_variant(self, encoding: &mut Encoding, variant: u32, count: u32) -> Encoded {
        let (closing, order) = match self.0 {
            None => (count, &[][..]),
            Some(shape) => (shape.closing, &shape.order[..]),
        };
        let place = order.iter().position(|declared| *declared == variant);
        encoding.variant(
            place.map_or(variant, |place| place as u32),
            Variants {
                count,
                closing,
                weights: &[],
                order,
            },
        )
    }

    /// Encodes a field that takes every value of its type.
    ///
    /// # Errors
    ///
    /// Whatever the type's generator says.
    pub fn encode_every<T: Generate>(
        self,
        encoding: &mut Encoding,
        variant: usize,
        field: usize,
        value: &T,
    ) -> Encoded {
        self.encode_field(encoding, variant, field, T::generator(), value)
    }

    /// Encodes a field.
    ///
    /// # Errors
    ///
    /// Whatever the generator says.
    pub fn encode_field<D: Draw>(
        self,
        encoding: &mut Encoding,
        variant: usize,
        field: usize,
        generator: D,
        value: &D::Value,
    ) -> Encoded {
        match self.0 {
            None => encoding.value(&generator, value),
            Some(shape) => encoding.part(shape.parts(variant, field), &generator, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_choice::{Choice, Integer};

    use crate::Source;
    use crate::prelude::*;
    use crate::source::LEVELS_MAX;

    /// A list whose elements need some stack.
    #[derive(Generate)]
    enum Chain {
        End,
        Link([u64; 12], Box<Chain>),
    }

    /// A recursion that the derive can't see, because a part of it is written by hand.
    #[derive(Generate)]
    enum Unseen {
        More(ByHand),
        End,
    }

    #[expect(dead_code, reason = "it is never made")]
    struct ByHand(Option<Box<Unseen>>);

    impl Generate for ByHand {
        type Generator = FromFn<fn(&mut Source) -> Self>;

        fn generator() -> Self::Generator {
            from_fn(|source| Self(Some(source.draw(any::<Box<Unseen>>()))))
        }
    }

    /// The same, with a mark on the field.
    #[derive(Generate)]
    enum Seen {
        More(#[recursive] SeenByHand),
        End,
    }

    struct SeenByHand(Box<Seen>);

    impl Generate for SeenByHand {
        type Generator = FromFn<fn(&mut Source) -> Self>;

        fn generator() -> Self::Generator {
            from_fn(|source| Self(source.draw(any::<Box<Seen>>())))
        }
    }

    /// A sequence of so many links.
    fn links(levels: i64, links: usize) -> Vec<Choice> {
        let mut choices = vec![Choice::Integer(Integer::from(levels))];
        for _ in 0..links {
            choices.push(Choice::Branch(1));
            choices.extend([0; 12].map(|zero: u8| Choice::Integer(Integer::from(zero))));
        }
        choices
    }

    fn length_of(choices: Vec<Choice>) -> u32 {
        let mut chain = &Source::replay(choices).draw(any::<Chain>());
        let mut length = 0;
        while let Chain::Link(_, next) = chain {
            (chain, length) = (next, length + 1);
        }
        length
    }

    #[test]
    fn no_sequence_nests_deeper_than_its_levels() {
        assert_eq!(length_of(links(3, 2)), 2);
        assert_eq!(length_of(links(3, 3)), 3);
        assert_eq!(length_of(links(3, 9)), 3);
        // Much less stack than a test thread has.
        let small = std::thread::Builder::new().stack_size(512 << 10);
        let deep = small.spawn(|| length_of(links(i64::MAX, 100_000)));
        let deep = deep.expect("a thread can be started").join();
        assert_eq!(deep.expect("it did not panic"), LEVELS_MAX);
    }

    #[test]
    #[should_panic(expected = "put `#[recursive]` on the field")]
    fn recursion_that_is_not_recognised_is_reported() {
        Source::replay(Vec::new()).draw(any::<Unseen>());
    }

    #[test]
    fn recursion_that_is_marked_is_recognised() {
        let simplest = Source::replay(Vec::new()).draw(any::<Seen>());
        assert!(matches!(simplest, Seen::End));
        let choices = [
            Choice::Integer(Integer::from(9)),
            Choice::Branch(1),
            Choice::Branch(1),
        ];
        let value = Source::replay(choices.to_vec()).draw(any::<Seen>());
        let Seen::More(SeenByHand(inner)) = value else {
            panic!("the first branch was taken")
        };
        assert!(matches!(*inner, Seen::More(SeenByHand(last)) if matches!(*last, Seen::End)));
    }
}
