//! The dense ids of a program's things.
//!
//! An id is an index of the program's or the function's list and nothing more. Those of the whole
//! program are *shared*; their `Hash` marks them as references, from which [`super::fingerprint`] follows
//! them to what they stand for.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// Defines a dense id. A *shared* one numbers something of the whole program, and its `Hash` says so
/// (see [`super::fingerprint`]); any other numbers something of a function.
macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", stringify!($name), self.0)
            }
        }
    };
}

/// Defines dense ids of things that belong to a function.
macro_rules! local_ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        dense_id!($(#[$doc])* $name);

        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u32(self.0);
            }
        }
    )*};
}

/// Defines dense ids of things that all functions share, and the sum of them.
macro_rules! shared_ids {
    ($($(#[$doc:meta])* $name:ident as $kind:ident),*) => {
        $(
            dense_id!($(#[$doc])* $name);

            impl Hash for $name {
                fn hash<H: Hasher>(&self, state: &mut H) {
                    state.write_u128(Shared::$kind(*self).word());
                }
            }
        )*

        /// A reference out of a function or global, as one word of a kind that hashing meets nowhere else.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Shared {
            $($kind($name)),*
        }

        impl Shared {
            const KINDS: &[fn(u32) -> Self] = &[$(|id| Self::$kind($name(id))),*];

            /// Which kind it is, as a number.
            pub(super) fn kind(self) -> u8 {
                enum Kind { $($kind),* }
                match self {
                    $(Self::$kind(_) => Kind::$kind as u8),*
                }
            }

            fn word(self) -> u128 {
                let id = match self {
                    $(Self::$kind(id) => id.0),*
                };
                u128::from(self.kind()) << 32 | u128::from(id)
            }

            /// The reference that hashing met as this word.
            pub(super) fn from_word(word: u128) -> Self {
                Self::KINDS[(word >> 32) as usize](word as u32)
            }
        }
    };
}

shared_ids!(
    /// A function of the program.
    FunctionId as Function,
    /// A global variable or constant of the program.
    GlobalId as Global,
    /// A constant of the program's constant pool.
    ConstantId as Constant,
    /// A place in the source.
    PlaceId as Place,
    /// A text of the program's text pool.
    TextId as Text
);

local_ids!(
    /// A block of a function.
    BlockId,
    /// A register of a function.
    Register
);
