//! What a type promises of its values beyond what the compiler knows.

/// A type that can say whether a value keeps its promises.
pub trait Invariant: Sized {
    /// Whether this value keeps the promises of its type.
    fn is_safe(&self) -> bool;
}

macro_rules! always_safe {
    ($($type:ty)*) => {
        $(impl Invariant for $type {
            #[inline]
            fn is_safe(&self) -> bool {
                true
            }
        })*
    };
}

always_safe!(() u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char);

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Invariant, $($rest: Invariant),*> Invariant for ($first, $($rest,)*) {
            #[expect(non_snake_case, reason = "a field's variable has the name of its type")]
            fn is_safe(&self) -> bool {
                let ($first, $($rest,)*) = self;
                $first.is_safe() $(&& $rest.is_safe())*
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L);
