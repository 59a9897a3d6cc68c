//! Values behind pointers: boxes, shared ones, slices and texts.
//!
//! They ask what the value behind them asks, nothing more, and are encoded as it is.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use super::recursion::Explorer;
use super::{Converted, Generate, Sizes, Text, Vector, text, vec};

macro_rules! generate_by_conversion {
    ($([$($parameters:tt)*] $type:ty, from $generator:ty: $make:expr, by $undo:expr,
        holds $held:ty;)*) => {
        $(impl<$($parameters)*> Generate for $type {
            type Generator = Converted<$generator, Self>;

            #[inline]
            fn generator() -> Self::Generator {
                Converted::invertible($make, $undo)
            }

            fn explore(explorer: &mut Explorer) {
                <$held>::explore(explorer);
            }
        })*
    };
}

generate_by_conversion! {
    [T: Generate] Box<T>, from T::Generator: T::generator(),
        by |values, value, encoding| encoding.value(values, value), holds T;
    [T: Generate] Rc<T>, from T::Generator: T::generator(),
        by |values, value, encoding| encoding.value(values, value), holds T;
    [T: Generate] Arc<T>, from T::Generator: T::generator(),
        by |values, value, encoding| encoding.value(values, value), holds T;
    [T: Generate] Box<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY),
        by |vectors, slice, encoding| vectors.encode_elements(slice.iter(), encoding), holds Vec<T>;
    [T: Generate] Rc<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY),
        by |vectors, slice, encoding| vectors.encode_elements(slice.iter(), encoding), holds Vec<T>;
    [T: Generate] Arc<[T]>, from Vector<T::Generator>: vec(T::generator(), Sizes::ANY),
        by |vectors, slice, encoding| vectors.encode_elements(slice.iter(), encoding), holds Vec<T>;
    [] Box<str>, from Text: text(Sizes::ANY), by Text::encode_text, holds ();
    [] Rc<str>, from Text: text(Sizes::ANY), by Text::encode_text, holds ();
    [] Arc<str>, from Text: text(Sizes::ANY), by Text::encode_text, holds ();
    ['a] Cow<'a, str>, from Text: text(Sizes::ANY), by Text::encode_text, holds ();
    ['a, T: Generate + Clone] Cow<'a, [T]>,
        from Vector<T::Generator>: vec(T::generator(), Sizes::ANY),
        by |vectors, slice, encoding| vectors.encode_elements(slice.iter(), encoding), holds Vec<T>;
}
