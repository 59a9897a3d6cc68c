//! The types that have a generator of their own.

use std::cmp::Ordering;
use std::marker::PhantomData;

use super::recursion::Explorer;
use super::{
    AnyBoolean, AnyCharacter, AnyInteger, Array, Generator, Just, Select, Sizes, Text, Vector,
    array, just, select, text, vec,
};

/// A type whose every value can be made. Arguments of properties without `#[from(..)]` need it.
///
/// For a type of one's own, [derive](macro@crate::Generate) it:
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[derive(Debug, Generate)]
/// struct Address {
///     bus: u8,
///     #[from(0..32)]
///     device: u8,
/// }
/// ```
///
/// By hand it is as short, for whoever wants to spell it out:
///
/// ```
/// use proofhouse::prelude::*;
///
/// #[derive(Debug)]
/// struct Address {
///     bus: u8,
///     device: u8,
/// }
///
/// impl Generate for Address {
///     type Generator = FromFn<fn(&mut Source) -> Self>;
///
///     fn generator() -> Self::Generator {
///         from_fn(|source| Self { bus: source.draw(any::<u8>()), device: source.draw(0..32) })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "there is no generator for every `{Self}`",
    note = "write `#[from(generator)]` before the argument or field, or `#[derive(Generate)]` on the \
            type if it is yours"
)]
pub trait Generate: Sized {
    /// The type of the generator; [`Boxed`](super::Boxed) and [`FromFn`](super::FromFn) always do.
    type Generator: Generator<Value = Self>;

    /// A generator of every value.
    fn generator() -> Self::Generator;

    /// Tells which types with a derived generator a value can hold. Types that hold others pass
    /// the question on; a type that does not is taken to hold none.
    #[doc(hidden)]
    fn explore(_: &mut Explorer) {}
}

/// The generator of every value of a type.
#[inline]
pub fn any<T: Generate>() -> T::Generator {
    T::generator()
}

macro_rules! generate_integers {
    ($($type:ty)*) => {
        $(impl Generate for $type {
            type Generator = AnyInteger<$type>;

            #[inline]
            fn generator() -> Self::Generator {
                AnyInteger(PhantomData)
            }
        })*
    };
}
generate_integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl Generate for () {
    type Generator = Just<()>;

    fn generator() -> Self::Generator {
        just(())
    }
}

impl<T: ?Sized> Generate for PhantomData<T> {
    type Generator = Just<Self>;

    fn generator() -> Self::Generator {
        just(Self)
    }
}

impl Generate for bool {
    type Generator = AnyBoolean;

    #[inline]
    fn generator() -> Self::Generator {
        AnyBoolean
    }
}

impl Generate for char {
    type Generator = AnyCharacter;

    #[inline]
    fn generator() -> Self::Generator {
        AnyCharacter
    }
}

impl Generate for String {
    type Generator = Text;

    #[inline]
    fn generator() -> Self::Generator {
        text(Sizes::ANY)
    }
}

impl<T: Generate> Generate for Vec<T> {
    type Generator = Vector<T::Generator>;

    #[inline]
    fn generator() -> Self::Generator {
        vec(T::generator(), Sizes::ANY)
    }

    fn explore(explorer: &mut Explorer) {
        explorer.optional::<T>();
    }
}

/// The generator of every array.
pub type AnyArray<T, const N: usize> = Array<<T as Generate>::Generator, N>;

impl<T: Generate, const N: usize> Generate for [T; N] {
    type Generator = AnyArray<T, N>;

    #[inline]
    fn generator() -> Self::Generator {
        array(T::generator())
    }

    fn explore(explorer: &mut Explorer) {
        if N > 0 {
            T::explore(explorer);
        }
    }
}

/// `Equal` is the simplest.
impl Generate for Ordering {
    type Generator = Select<[Self; 3]>;

    fn generator() -> Self::Generator {
        select([Self::Equal, Self::Less, Self::Greater])
    }
}
