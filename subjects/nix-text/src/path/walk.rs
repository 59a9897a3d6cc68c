//! Going down a tree, name by name.
//!
//! # Invariants
//!
//! - Each step looks one name up in a directory that is held, never a path, and follows no link. So
//!   what is reached was, when it was looked up, an entry of an entry … of the root.
//!
//! # Not here
//!
//! Somebody who may move directories out of the root may move the one that is held: then the walk goes
//! on below it. Mount points are followed.

use super::{RelativePath, Segment};

/// What a step wants to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A directory to go on from.
    Directory,
    /// What the path names: anything but a link.
    Target,
}

/// A tree of directories: a file system, or a model of one.
pub trait Tree {
    /// An entry that is held: it stays the same whatever becomes of its name.
    type Handle;
    /// Why a step fails.
    type Error;

    /// Looks a name up in a directory.
    ///
    /// # Errors
    ///
    /// If there is no such entry, if it is a symbolic link, or if a directory is wanted and it is none.
    fn step(
        &mut self,
        directory: &Self::Handle,
        name: &Segment,
        kind: Kind,
    ) -> Result<Self::Handle, Self::Error>;
}

/// Goes from a root to what a path names.
///
/// # Errors
///
/// The first step's that fails.
pub fn walk<T: Tree>(
    tree: &mut T,
    root: T::Handle,
    path: &RelativePath,
) -> Result<T::Handle, T::Error> {
    let mut held = root;
    let count = path.segments().len();
    for (index, name) in path.segments().iter().enumerate() {
        let kind = if index + 1 < count {
            Kind::Directory
        } else {
            Kind::Target
        };
        held = tree.step(&held, name, kind)?;
    }
    Ok(held)
}
