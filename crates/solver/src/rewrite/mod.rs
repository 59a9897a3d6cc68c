//! The constructors of terms. Each rewrites on the way in.

mod arithmetic;
mod bitwise;
mod compare;
mod count;
mod overflow;
mod shape;
mod shift;
