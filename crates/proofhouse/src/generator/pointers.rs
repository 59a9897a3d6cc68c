//! Values behind pointers: boxes, shared ones, slices and texts.
//!
//! They ask what the value behind them asks, nothing more.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::recursion::Explorer;
use super::{Converted, Generate, Sizes, Text, Vector, text, vec};

macro_rules! generate_by_conversion {
    ($([$($parameters:tt)*] $type:ty, from $generator:ty: $make:expr, holds $held:ty;)*) => {
        $(impl<$($parameters)*> Generate for $type {
            type Generator = Converted<$generator, Self>;

            #[inline]
            fn generator() -> Self::Generator {
                Converted {
                    generator: $make,
                    target: PhantomData,
                }
            }

            fn explore(explorer: &mut Explorer) {
                <$held>::explore(explorer);
            }
        })*
    };
}

generate_by_conversion! {
    [T: Generate] Box<T>, from T::Generator: T::generator(), holds T;
    [T: Generate] Rc<T>, from T::Generator: T::generator(), holds T;
    [T: Generate] Arc<T>, from T::Generator: T::generator(), holds T;
    [T: Generate] Box<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY), holds Vec<T>;
    [T: Generate] Rc<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY), holds Vec<T>;
    [T: Generate] Arc<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY), holds Vec<T>;
    [] Box<str>, from Text: text(Sizes::ANY), holds ();
    [] Rc<str>, from Text: text(Sizes::ANY), holds ();
    [] Arc<str>, from Text: text(Sizes::ANY), holds ();
    ['a] Cow<'a, str>, from Text: text(Sizes::ANY), holds ();
    ['a, T: Generate + Clone] Cow<'a, [T]>,
        from Vector<T::Generator>: vec(T::generator(), Sizes::ANY), holds Vec<T>;
}
