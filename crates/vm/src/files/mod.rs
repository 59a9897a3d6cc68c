//! A file system in memory, for programs that touch files.
//!
//! Files must not be the host's: a path that is explored twice would find what it wrote the first time,
//! and a proof would hold for one disk only. So every state has a file system of its own, which a fork
//! shares until one of the two writes.
//!
//! What lies in it at the start depends on who runs. A *process* finds an empty `/tmp`, `/dev/null`,
//! `/dev/random`, and the folder that it is run in, if it is given one: a copy of the host's that is read when it is first
//! looked at and never written back. Nothing else exists. A *property* finds the same `/tmp`; what lies
//! elsewhere is not known, and asking for it is refused as [`Refusal::Unknown`].
//!
//! # Invariants
//!
//! - The same calls give the same answers, names are listed in ascending order.
//! - A file that is open stays what it is when its name goes.
//! - Contents may be symbolic: they are an object of the memory, without an address.
//!
//! # Not here
//!
//! Addresses of the program under execution, and the C library's calling conventions
//! (`crate::shims::files`). Devices, pipes, sockets, users and their rights (the program is an ordinary
//! user's, and owns all files), hard limits on sizes.
//!
//! # Source
//!
//! POSIX.1-2017, "System Interfaces"; the numbers of errors and flags are those of Linux on x86-64.

mod descriptors;
mod host;
mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::memory::{Fill, Object, ObjectKind};
pub(crate) use descriptors::Start;

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// With the number of an error.
    Error(u64),
    /// It depends on the host's files at this path, which are not known.
    Unknown(String),
}

pub(crate) type Result<T> = std::result::Result<T, Refusal>;

/// The numbers of errors.
pub(crate) mod error {
    pub(crate) const NO_ENTRY: u64 = 2;
    pub(crate) const BAD_DESCRIPTOR: u64 = 9;
    pub(crate) const NO_ACCESS: u64 = 13;
    pub(crate) const EXISTS: u64 = 17;
    pub(crate) const NOT_A_FOLDER: u64 = 20;
    pub(crate) const IS_A_FOLDER: u64 = 21;
    pub(crate) const INVALID: u64 = 22;
    pub(crate) const NOT_A_TERMINAL: u64 = 25;
    pub(crate) const FILE_TOO_LARGE: u64 = 27;
    pub(crate) const CANNOT_SEEK: u64 = 29;
    pub(crate) const OUT_OF_RANGE: u64 = 34;
    pub(crate) const NAME_TOO_LONG: u64 = 36;
    pub(crate) const NO_SUCH_CALL: u64 = 38;
    pub(crate) const NOT_EMPTY: u64 = 39;
    pub(crate) const TOO_MANY_LINKS: u64 = 40;
}

/// A node of the tree, by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct NodeId(usize);

/// What is known about a file, as `stat` tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Status {
    /// Its number.
    pub number: u64,
    /// Its kind and its rights, as `st_mode`.
    pub mode: u32,
    /// How many names it has.
    pub links: u64,
    /// Its size in bytes.
    pub size: u64,
    /// When its contents changed, in nanoseconds of the virtual clock.
    pub modified_ns: u64,
}

/// What a node is.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    Folder {
        parent: NodeId,
        entries: BTreeMap<Vec<u8>, NodeId>,
        rest: Rest,
    },
    File(Rc<Object>),
    Link(Vec<u8>),
    /// A file of the host that nobody has looked into.
    HostFile(PathBuf),
    /// `/dev/null`.
    Null,
    /// `/dev/random` and `/dev/urandom`.
    Random,
}

/// What a folder holds beside its entries.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Rest {
    Nothing,
    /// Perhaps something that is not known.
    Unknown,
    /// What this folder of the host holds.
    Host(PathBuf),
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Node {
    kind: Kind,
    rights: u32,
    links: u64,
    modified_ns: u64,
}

/// A file system. See the module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FileSystem {
    nodes: Vec<Node>,
    /// The folder that relative paths start from.
    current: NodeId,
    /// Open files by descriptor. Copies of a descriptor share one of them.
    descriptors: BTreeMap<u64, usize>,
    open: Vec<descriptors::Open>,
}

const ROOT: NodeId = NodeId(0);
const FOLDER_RIGHTS: u32 = 0o755;
const FILE_RIGHTS: u32 = 0o644;

impl FileSystem {
    /// What a process finds that runs in this folder of the host, or in the root.
    pub(crate) fn of_process(folder: Option<&Path>) -> Self {
        let mut files = Self::empty(Rest::Nothing);
        if let Some(folder) = folder {
            files.current = files.host_folder(folder);
        }
        files
    }

    /// What a property finds.
    pub(crate) fn of_property() -> Self {
        Self::empty(Rest::Unknown)
    }

    fn empty(rest: Rest) -> Self {
        let root = Node {
            kind: Kind::Folder {
                parent: ROOT,
                entries: BTreeMap::new(),
                rest,
            },
            rights: FOLDER_RIGHTS,
            links: 2,
            modified_ns: 0,
        };
        let mut files = Self {
            nodes: vec![root],
            current: ROOT,
            descriptors: BTreeMap::new(),
            open: Vec::new(),
        };
        // Nothing tells of the kernel and its processes; the standard library looks there to learn how
        // many processors it may use, and goes on without.
        for name in ["tmp", "proc", "sys", "dev"] {
            files.add_folder(ROOT, name.as_bytes(), FOLDER_RIGHTS, Rest::Nothing);
        }
        let devices = files.entry_of(ROOT, b"dev").expect("it was just made");
        files.add(devices, b"null", Kind::Null, 0o666, 0);
        for name in ["random", "urandom"] {
            files.add(devices, name.as_bytes(), Kind::Random, 0o666, 0);
        }
        for start in [Start::Input, Start::Output, Start::Error] {
            files.open_standard(start);
        }
        files
    }
}

/// Contents that nobody has written yet.
fn no_contents() -> Object {
    Object::new(ObjectKind::Global, 0, 0, 1, Fill::Zero)
}

#[cfg(test)]
mod tests;
