//! Tuples: of generators, and of types that have one.

use super::recursion::Explorer;
use super::{Draw, Generate, Generator};
use crate::{Encoded, Encoding, Source};

macro_rules! tuple {
    ($($name:ident $index:tt)*) => {
        impl<$($name: Draw),*> Draw for ($($name,)*) {
            type Value = ($($name::Value,)*);

            #[inline]
            fn draw_from(&self, source: &mut Source) -> Self::Value {
                // A tuple's parts are evaluated from left to right.
                ($(source.draw(&self.$index),)*)
            }

            fn encode(&self, value: &Self::Value, encoding: &mut Encoding) -> Encoded {
                $(encoding.value(&self.$index, &value.$index)?;)*
                Ok(())
            }
        }

        impl<$($name: Draw),*> Generator for ($($name,)*) {}

        impl<$($name: Generate),*> Generate for ($($name,)*) {
            type Generator = ($($name::Generator,)*);

            #[inline]
            fn generator() -> Self::Generator {
                ($($name::generator(),)*)
            }

            fn explore(explorer: &mut Explorer) {
                $($name::explore(explorer);)*
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0 B 1);
tuple!(A 0 B 1 C 2);
tuple!(A 0 B 1 C 2 D 3);
tuple!(A 0 B 1 C 2 D 3 E 4);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10);
tuple!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11);
