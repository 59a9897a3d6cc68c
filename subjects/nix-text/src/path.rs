//! A gate for file system paths that come from other people.
//!
//! A path is taken apart once, into [`Segment`]s that each are safe to hand to a file system, and never
//! joined to a string again to be opened: [`walk`] goes from directory to directory, one name at a time
//! and without following symbolic links. Because each step starts at a directory that is open already,
//! no one who changes the tree meanwhile can lead it outside.
//!
//! # Invariants
//!
//! - A [`Segment`] names an entry of the directory it is looked up in: never the directory itself, its
//!   parent, or something further away.
//! - A [`Rooted`] path's text starts with its root, component by component, and has no `.` or `..`.
//!
//! # Not here
//!
//! Normal forms and case folding of Unicode: two names that differ may be one on some file systems.
//! [`Policy::STRICT`] takes ASCII alone, where only case is left.

mod error;
#[cfg(all(unix, feature = "open"))]
mod open;
mod relative;
mod rooted;
mod segment;
mod walk;

pub use error::PathError;
#[cfg(all(unix, feature = "open"))]
pub use open::{OpenError, open_beneath};
pub use relative::RelativePath;
pub use rooted::{Root, Rooted};
pub use segment::{Policy, Segment};
pub use walk::{Kind, Tree, walk};

/// The longest path that Linux takes, in bytes: `PATH_MAX` without the NUL.
pub const PATH_LENGTH_MAX: usize = 4095;

/// The longest name of a directory's entry, in bytes: `NAME_MAX`.
pub const SEGMENT_LENGTH_MAX: usize = 255;
