//! One of several generators or values.

use std::fmt;

use super::{Draw, Generator};
use crate::encoding::look_alike;
use crate::{EncodeError, Encoded, Encoding, Source};

/// Several generators of one type of value: a tuple, an array or a vector of generators.
pub trait Alternatives {
    /// What is drawn from each of them.
    type Value;

    /// How many there are.
    fn count(&self) -> usize;

    /// Draws a value from the generator at `index`, which is below the count.
    fn draw_by(&self, index: usize, source: &mut Source) -> Self::Value;

    /// Adds the choices of which the generator at `index` would make `value`.
    ///
    /// # Errors
    ///
    /// Whatever the generator says.
    fn encode_by(&self, index: usize, value: &Self::Value, encoding: &mut Encoding) -> Encoded;
}

/// Encodes a value by the first alternative that makes it. If none does, but one does not
/// tell, that is the error.
fn encode_by_first<A: Alternatives>(
    alternatives: &A,
    value: &A::Value,
    encoding: &mut Encoding,
) -> Encoded {
    let count = alternatives.count();
    let mut failed = EncodeError::NotAValue {
        of: "the alternatives of `one_of`",
    };
    for index in 0..count {
        let encoded = encoding.attempt(|encoding| {
            encoding.branch(index as u32, count as u32)?;
            alternatives.encode_by(index, value, encoding)
        });
        match encoded {
            Ok(()) => return Ok(()),
            Err(error @ EncodeError::NotInvertible { .. }) => failed = error,
            Err(_) => {}
        }
    }
    Err(failed)
}

/// See [`one_of`].
#[derive(Debug, Clone)]
pub struct OneOf<A>(A);

/// The values of one of several generators: `one_of((0..10u8, just(255)))`. Put the simplest
/// first. Tuples may mix types of generators; arrays and vectors hold generators of one type,
/// [`Boxed`](super::Boxed) perhaps.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let byte = one_of((0..10u8, just(255)));
/// let word = one_of(vec![text(1..3).boxed(), just("end".to_owned()).boxed()]);
/// ```
///
/// # Panics
///
/// If there are none.
#[track_caller]
pub fn one_of<A: Alternatives>(alternatives: A) -> OneOf<A> {
    assert!(
        alternatives.count() > 0,
        "there must be something to choose from"
    );
    OneOf(alternatives)
}

impl<A: Alternatives> OneOf<A> {
    /// The same alternatives, drawn in relation to their weights: `one_of((0..10u8,
    /// just(255))).weighted([9, 1])`. Weights change how often a random value comes from where, and
    /// nothing else; a weight of 0 counts as the smallest there is.
    ///
    /// # Panics
    ///
    /// If there are not as many weights as alternatives.
    #[track_caller]
    pub fn weighted<const N: usize>(self, weights: [u32; N]) -> Weighted<A, N> {
        assert_eq!(self.0.count(), N, "each alternative has one weight");
        Weighted {
            alternatives: self.0,
            weights: weights.map(|weight| weight.max(1)),
        }
    }
}

/// See [`OneOf::weighted`].
#[derive(Debug, Clone)]
pub struct Weighted<A, const N: usize> {
    alternatives: A,
    weights: [u32; N],
}

impl<A: Alternatives, const N: usize> Draw for Weighted<A, N> {
    type Value = A::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> A::Value {
        let branch = source.choose_weighted(&self.weights);
        self.alternatives.draw_by(branch as usize, source)
    }

    fn encode(&self, value: &A::Value, encoding: &mut Encoding) -> Encoded {
        encode_by_first(&self.alternatives, value, encoding)
    }
}

impl<A: Alternatives> Draw for OneOf<A> {
    type Value = A::Value;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> A::Value {
        let branch = source.choose_branch(self.0.count() as u32);
        self.0.draw_by(branch as usize, source)
    }

    fn encode(&self, value: &A::Value, encoding: &mut Encoding) -> Encoded {
        encode_by_first(&self.0, value, encoding)
    }
}

impl<D: Draw, const N: usize> Alternatives for [D; N] {
    type Value = D::Value;

    fn count(&self) -> usize {
        N
    }

    #[inline]
    fn draw_by(&self, index: usize, source: &mut Source) -> D::Value {
        source.draw(&self[index])
    }

    fn encode_by(&self, index: usize, value: &D::Value, encoding: &mut Encoding) -> Encoded {
        encoding.value(&self[index], value)
    }
}

impl<D: Draw> Alternatives for Vec<D> {
    type Value = D::Value;

    fn count(&self) -> usize {
        self.len()
    }

    fn draw_by(&self, index: usize, source: &mut Source) -> D::Value {
        source.draw(&self[index])
    }

    fn encode_by(&self, index: usize, value: &D::Value, encoding: &mut Encoding) -> Encoded {
        encoding.value(&self[index], value)
    }
}

macro_rules! tuple_of_alternatives {
    ($count:literal: $first:ident $($name:ident $index:tt)*) => {
        impl<T, $first: Draw<Value = T>, $($name: Draw<Value = T>),*> Alternatives
            for ($first, $($name,)*)
        {
            type Value = T;

            fn count(&self) -> usize {
                $count
            }

            #[inline]
            fn draw_by(&self, index: usize, source: &mut Source) -> T {
                match index {
                    $($index => source.draw(&self.$index),)*
                    _ => source.draw(&self.0),
                }
            }

            fn encode_by(&self, index: usize, value: &T, encoding: &mut Encoding) -> Encoded {
                match index {
                    $($index => encoding.value(&self.$index, value),)*
                    _ => encoding.value(&self.0, value),
                }
            }
        }
    };
}

tuple_of_alternatives!(1: A);
tuple_of_alternatives!(2: A B 1);
tuple_of_alternatives!(3: A B 1 C 2);
tuple_of_alternatives!(4: A B 1 C 2 D 3);
tuple_of_alternatives!(5: A B 1 C 2 D 3 E 4);
tuple_of_alternatives!(6: A B 1 C 2 D 3 E 4 F 5);
tuple_of_alternatives!(7: A B 1 C 2 D 3 E 4 F 5 G 6);
tuple_of_alternatives!(8: A B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple_of_alternatives!(9: A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple_of_alternatives!(10: A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple_of_alternatives!(11: A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple_of_alternatives!(12: A B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);

/// See [`select`].
#[derive(Debug, Clone)]
pub struct Select<V>(V);

/// One of several values: `select(["yes", "no"])`. Put the simplest first. A
/// value that is [encoded](crate::encode()) is the first of them that `Debug` writes alike.
///
/// ```
/// use proofhouse::prelude::*;
///
/// let answer = select(["yes", "no", "perhaps"]);
/// ```
///
/// # Panics
///
/// If there are none.
#[track_caller]
pub fn select<T: Clone + fmt::Debug, V: AsRef<[T]>>(values: V) -> Select<V> {
    assert!(
        !values.as_ref().is_empty(),
        "there must be something to choose from"
    );
    Select(values)
}

impl<T: Clone + fmt::Debug, const N: usize> Draw for Select<[T; N]> {
    type Value = T;

    #[inline]
    fn draw_from(&self, source: &mut Source) -> T {
        self.0[source.choose_branch(N as u32) as usize].clone()
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        encode_place(&self.0, value, encoding)
    }
}

impl<T: Clone + fmt::Debug> Draw for Select<&[T]> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        self.0[source.choose_branch(self.0.len() as u32) as usize].clone()
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        encode_place(self.0, value, encoding)
    }
}

impl<T: Clone + fmt::Debug> Draw for Select<Vec<T>> {
    type Value = T;

    fn draw_from(&self, source: &mut Source) -> T {
        self.0[source.choose_branch(self.0.len() as u32) as usize].clone()
    }

    fn encode(&self, value: &T, encoding: &mut Encoding) -> Encoded {
        encode_place(&self.0, value, encoding)
    }
}

fn encode_place<T: fmt::Debug>(values: &[T], value: &T, encoding: &mut Encoding) -> Encoded {
    let place = values.iter().position(|other| look_alike(other, value));
    let of = "the values of `select`";
    let place = place.ok_or(EncodeError::NotAValue { of })?;
    encoding.branch(place as u32, values.len() as u32)
}

impl<A: Alternatives> Generator for OneOf<A> {}
impl<A: Alternatives, const N: usize> Generator for Weighted<A, N> {}
impl<V> Generator for Select<V> where Self: Draw {}
