//! How a value is written as a Rust expression, for programs that are pasted into a test.
//!
//! `Debug` prints a value for people: a `String` looks like a `&str` and a vector like an array. So
//! types say themselves how they are written. For a type that doesn't, what `Debug` prints is taken,
//! which is right for most structures and enumerations of plain fields.
//!
//! # Invariants
//!
//! - What the types of this file write compiles where a value of the type is expected, without any
//!   import, and makes an equal value (`tests/stateful.rs` compiles what is printed).
//!
//! # Not here
//!
//! Private fields: a value with some is written all the same, and compiles where they are visible.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZero, Wrapping};
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// A type whose values can be written as Rust expressions.
///
/// [`#[derive(Generate)]`](macro@crate::Generate) implements it too, unless the type is generic or
/// packed. By hand it takes a line:
///
/// ```
/// use proofhouse::Code;
///
/// struct Port(u16);
///
/// impl Code for Port {
///     fn write_code(&self, code: &mut String) {
///         code.push_str("Port(");
///         self.0.write_code(code);
///         code.push(')');
///     }
/// }
/// assert_eq!(Port(80).code(), "Port(80)");
/// ```
pub trait Code {
    /// Appends the expression.
    fn write_code(&self, code: &mut String);

    /// The expression.
    fn code(&self) -> String {
        let mut code = String::new();
        self.write_code(&mut code);
        code
    }
}

/// Appends what is formatted.
macro_rules! append {
    ($code:expr, $($format:tt)+) => {
        write!($code, $($format)+).expect("writing to a string never fails")
    };
}

macro_rules! code_as_printed {
    ($($type:ty),*) => {
        $(impl Code for $type {
            fn write_code(&self, code: &mut String) {
                append!(code, "{self:?}");
            }
        })*
    };
}
code_as_printed!(
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    bool,
    char,
    (),
    str,
    &str
);

macro_rules! code_of_floats {
    ($($type:ident)*) => {
        $(impl Code for $type {
            fn write_code(&self, code: &mut String) {
                match *self {
                    <$type>::INFINITY => code.push_str(concat!(stringify!($type), "::INFINITY")),
                    <$type>::NEG_INFINITY => {
                        code.push_str(concat!(stringify!($type), "::NEG_INFINITY"));
                    }
                    number if number.is_nan() => {
                        append!(code, "{}::from_bits({:#x})", stringify!($type), self.to_bits());
                    }
                    number => append!(code, "{number:?}"),
                }
            }
        })*
    };
}
code_of_floats!(f32 f64);

/// Appends expressions between two texts.
fn list<'a, T: Code + 'a>(
    code: &mut String,
    [before, after]: [&str; 2],
    values: impl IntoIterator<Item = &'a T>,
) {
    code.push_str(before);
    for (at, value) in values.into_iter().enumerate() {
        code.push_str(if at == 0 { "" } else { ", " });
        value.write_code(code);
    }
    code.push_str(after);
}

/// Appends one expression between two texts.
fn wrap(code: &mut String, before: &str, value: &(impl Code + ?Sized), after: &str) {
    code.push_str(before);
    value.write_code(code);
    code.push_str(after);
}

impl Code for String {
    fn write_code(&self, code: &mut String) {
        if self.is_empty() {
            code.push_str("String::new()");
        } else {
            wrap(code, "", self.as_str(), ".to_owned()");
        }
    }
}

impl<T: Code> Code for Vec<T> {
    fn write_code(&self, code: &mut String) {
        list(code, ["vec![", "]"], self);
    }
}

impl<T: Code, const N: usize> Code for [T; N] {
    fn write_code(&self, code: &mut String) {
        list(code, ["[", "]"], self);
    }
}

macro_rules! code_of_collections {
    ($($type:ident)*) => {
        $(impl<T: Code> Code for $type<T> {
            fn write_code(&self, code: &mut String) {
                list(code, [concat!("std::collections::", stringify!($type), "::from(["), "])"], self);
            }
        })*
    };
}
code_of_collections!(VecDeque BTreeSet LinkedList BinaryHeap);

impl<T: Code, S> Code for HashSet<T, S> {
    fn write_code(&self, code: &mut String) {
        list(code, ["[", "].into_iter().collect()"], self);
    }
}

/// Appends the entries of a map.
fn entries<'a, K: Code + 'a, V: Code + 'a>(
    code: &mut String,
    entries: impl IntoIterator<Item = (&'a K, &'a V)>,
) {
    code.push('[');
    for (at, (key, value)) in entries.into_iter().enumerate() {
        wrap(code, if at == 0 { "(" } else { ", (" }, key, ", ");
        wrap(code, "", value, ")");
    }
    code.push_str("].into_iter().collect()");
}

impl<K: Code, V: Code, S> Code for HashMap<K, V, S> {
    fn write_code(&self, code: &mut String) {
        entries(code, self);
    }
}

impl<K: Code, V: Code> Code for BTreeMap<K, V> {
    fn write_code(&self, code: &mut String) {
        entries(code, self);
    }
}

impl<T: Code> Code for Option<T> {
    fn write_code(&self, code: &mut String) {
        match self {
            Some(value) => wrap(code, "Some(", value, ")"),
            None => code.push_str("None"),
        }
    }
}

impl<T: Code, E: Code> Code for Result<T, E> {
    fn write_code(&self, code: &mut String) {
        match self {
            Ok(value) => wrap(code, "Ok(", value, ")"),
            Err(error) => wrap(code, "Err(", error, ")"),
        }
    }
}

macro_rules! code_of_pointers {
    ($($type:ident $path:literal)*) => {
        $(impl<T: Code> Code for $type<T> {
            fn write_code(&self, code: &mut String) {
                wrap(code, concat!($path, "::new("), &**self, ")");
            }
        })*
    };
}
code_of_pointers!(Box "Box" Rc "std::rc::Rc" Arc "std::sync::Arc");

macro_rules! code_of_tuples {
    ($($name:ident $index:tt)*) => {
        impl<$($name: Code),*> Code for ($($name,)*) {
            fn write_code(&self, code: &mut String) {
                code.push('(');
                $(wrap(code, if $index == 0 { "" } else { " " }, &self.$index, ",");)*
                let is_single = [$(stringify!($name)),*].len() == 1;
                if !is_single {
                    code.pop();
                }
                code.push(')');
            }
        }
    };
}
code_of_tuples!(A 0);
code_of_tuples!(A 0 B 1);
code_of_tuples!(A 0 B 1 C 2);
code_of_tuples!(A 0 B 1 C 2 D 3);
code_of_tuples!(A 0 B 1 C 2 D 3 E 4);
code_of_tuples!(A 0 B 1 C 2 D 3 E 4 F 5);

impl<T: Code> Code for Range<T> {
    fn write_code(&self, code: &mut String) {
        wrap(code, "", &self.start, "..");
        self.end.write_code(code);
    }
}

impl<T: Code> Code for RangeInclusive<T> {
    fn write_code(&self, code: &mut String) {
        wrap(code, "", self.start(), "..=");
        self.end().write_code(code);
    }
}

impl<T: Code> Code for Wrapping<T> {
    fn write_code(&self, code: &mut String) {
        wrap(code, "std::num::Wrapping(", &self.0, ")");
    }
}

macro_rules! code_of_non_zero {
    ($($type:ident)*) => {
        $(impl Code for NonZero<$type> {
            fn write_code(&self, code: &mut String) {
                wrap(code, "std::num::NonZero::new(", &self.get(), ").unwrap()");
            }
        })*
    };
}
code_of_non_zero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl Code for Duration {
    fn write_code(&self, code: &mut String) {
        let (seconds, nanoseconds) = (self.as_secs(), self.subsec_nanos());
        append!(code, "std::time::Duration::new({seconds}, {nanoseconds})");
    }
}

macro_rules! code_of_addresses {
    ($($type:ty)*) => {
        $(impl Code for $type {
            fn write_code(&self, code: &mut String) {
                append!(code, "\"{self}\".parse().unwrap()");
            }
        })*
    };
}
code_of_addresses!(IpAddr Ipv4Addr Ipv6Addr SocketAddr);

impl Code for PathBuf {
    fn write_code(&self, code: &mut String) {
        append!(code, "std::path::PathBuf::from({:?})", self.as_os_str());
    }
}

impl Code for std::cmp::Ordering {
    fn write_code(&self, code: &mut String) {
        append!(code, "std::cmp::Ordering::{self:?}");
    }
}

/// A value of any type, to be written as well as its type allows: `(&&&Coded(&value)).code()` with
/// the three traits below in scope. Method lookup takes the first that fits, from the most
/// references to the fewest.
#[doc(hidden)]
#[derive(Debug)]
pub struct Coded<'a, T>(pub &'a T);

/// For types that are [`Code`].
#[doc(hidden)]
pub trait CodeOfValue {
    /// The expression.
    fn code(&self) -> String;
}

impl<T: Code> CodeOfValue for &&Coded<'_, T> {
    fn code(&self) -> String {
        self.0.code()
    }
}

/// For types that are only `Debug`.
#[doc(hidden)]
pub trait CodeOfDebug {
    /// What `Debug` prints, with its type before the name of a variant.
    fn code(&self) -> String;
}

impl<T: Debug> CodeOfDebug for &Coded<'_, T> {
    fn code(&self) -> String {
        with_type(std::any::type_name::<T>(), format!("{:?}", self.0))
    }
}

/// For all other types.
#[doc(hidden)]
pub trait CodeOfAny {
    /// A remark in place of the value.
    fn code(&self) -> String;
}

impl<T> CodeOfAny for Coded<'_, T> {
    fn code(&self) -> String {
        format!("/* a value of {} */", std::any::type_name::<T>())
    }
}

/// Puts the type's name before a printed value that begins with another name: that of a variant.
fn with_type(type_name: &str, printed: String) -> String {
    let path = type_name.split('<').next().unwrap_or(type_name);
    let name = path.rsplit("::").next().unwrap_or(path);
    let end = printed.find(|c: char| !c.is_alphanumeric() && c != '_');
    let first = &printed[..end.unwrap_or(printed.len())];
    let is_variant = first.starts_with(char::is_uppercase) && first != name;
    if is_variant && name.starts_with(char::is_uppercase) {
        format!("{name}::{printed}")
    } else {
        printed
    }
}

/// Whether a type is `Copy`: `IsCopy::<T>::IS_COPY` with [`MayBeCopy`] in scope.
#[doc(hidden)]
#[derive(Debug)]
pub struct IsCopy<T>(PhantomData<T>);

#[doc(hidden)]
impl<T: Copy> IsCopy<T> {
    pub const IS_COPY: bool = true;
}

/// For types that are not `Copy`.
#[doc(hidden)]
pub trait MayBeCopy {
    /// Whether the type is `Copy`.
    const IS_COPY: bool = false;
}

impl<T> MayBeCopy for IsCopy<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[allow(dead_code, reason = "only printed")]
    enum Shade {
        Dark,
        Light(u8),
    }

    #[derive(Debug)]
    #[allow(dead_code, reason = "only printed")]
    struct Lamp {
        on: bool,
    }

    struct Silent;

    #[test]
    fn values_are_written_as_expressions() {
        let check = |code: &dyn Fn() -> String, expected: &str| assert_eq!(code(), expected);
        check(&|| (-3i8, 'a', true).code(), "(-3, 'a', true)");
        check(&|| (1u8,).code(), "(1,)");
        check(&|| ().code(), "()");
        check(
            &|| vec!["a\"b".to_owned(), String::new()].code(),
            "vec![\"a\\\"b\".to_owned(), String::new()]",
        );
        check(&|| [1.0f64, f64::INFINITY].code(), "[1.0, f64::INFINITY]");
        check(&|| f32::NAN.code(), "f32::from_bits(0x7fc00000)");
        check(
            &|| BTreeMap::from([(1u8, Some(2u8))]).code(),
            "[(1, Some(2))].into_iter().collect()",
        );
        check(
            &|| BTreeSet::from([1u8]).code(),
            "std::collections::BTreeSet::from([1])",
        );
        check(&|| Box::new(Ok::<u8, ()>(4)).code(), "Box::new(Ok(4))");
        check(
            &|| (Duration::from_millis(1500), NonZero::<u8>::MIN).code(),
            "(std::time::Duration::new(1, 500000000), std::num::NonZero::new(1).unwrap())",
        );
    }

    /// As the macros do: with as many references as there are ways.
    macro_rules! coded {
        ($value:expr) => {{
            let coded = &&&Coded(&$value);
            #[allow(clippy::needless_borrow, reason = "for the types that need them")]
            coded.code()
        }};
    }

    #[test]
    fn types_without_code_are_written_as_debug_prints_them() {
        assert_eq!(coded!(5u8), "5");
        assert_eq!(coded!(Shade::Dark), "Shade::Dark");
        assert_eq!(coded!(Shade::Light(3)), "Shade::Light(3)");
        assert_eq!(coded!(Lamp { on: true }), "Lamp { on: true }");
        let silent = coded!(Silent);
        assert!(silent.starts_with("/* a value of ") && silent.ends_with("Silent */"));
    }

    #[test]
    fn copies_are_told_apart() {
        let copied = [IsCopy::<u8>::IS_COPY, IsCopy::<&str>::IS_COPY];
        let owned = [IsCopy::<String>::IS_COPY, IsCopy::<Lamp>::IS_COPY];
        assert_eq!((copied, owned), ([true; 2], [false; 2]));
    }
}
