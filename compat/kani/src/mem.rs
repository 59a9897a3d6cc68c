//! Questions about memory that no program can answer for itself. Each ends its path as unsupported.

use crate::harness::unsupported;

macro_rules! questions {
    ($($(#[$meta:meta])* $name:ident($($argument:ident: $type:ty),*);)*) => {
        $($(#[$meta])*
        ///
        /// Not supported yet: a path that asks ends as inconclusive.
        pub fn $name<T: ?Sized>($($argument: $type),*) -> bool {
            let _ = ($($argument,)*);
            unsupported(concat!("`kani::mem::", stringify!($name), "`"))
        })*
    };
}

questions! {
    /// Whether a value can be read here.
    can_dereference(pointer: *const T);
    /// Whether a value can be read here, aligned or not.
    can_read_unaligned(pointer: *const T);
    /// Whether a value can be written here.
    can_write(pointer: *mut T);
    /// Whether a value can be written here, aligned or not.
    can_write_unaligned(pointer: *const T);
    /// Whether two pointers point into one allocation.
    same_allocation(one: *const T, other: *const T);
}
