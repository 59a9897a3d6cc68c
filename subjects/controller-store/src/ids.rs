//! The numbers by which things are called, one type each so that they can't be confused.
//!
//! Numbers are 32 bits wide: they fit SQLite's signed integers, and sums of them can't overflow.
//!
//! # Not here
//!
//! Handing out numbers. Who creates a thing names it, so that a request means the same when it is
//! sent again.

use std::fmt;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// A machine that runs virtual machines.
    NodeId
);
number!(
    /// A virtual machine.
    VmId
);
number!(
    /// A network that virtual machines get addresses from.
    NetworkId
);
number!(
    /// An operation, local or remote; the same number is the same operation.
    OpId
);
number!(
    /// Who asks for operations.
    Actor
);
number!(
    /// Who holds a lease.
    Holder
);
number!(
    /// A controller that reads our outbox.
    Peer
);

/// An image, by the SHA-256 of its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageDigest(pub [u8; 32]);

/// What operations are about, and what leases are for.
///
/// Its text form is the key in the database: `vm/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A node.
    Node(NodeId),
    /// A network.
    Network(NetworkId),
    /// A virtual machine.
    Vm(VmId),
    /// The job that compensates an operation. Its lease comes with claiming it, and no other way.
    Job(OpId),
    /// All images together.
    Images,
    /// The controller itself.
    Controller,
}

impl Resource {
    /// A number for the kind, and the number of the thing.
    #[must_use]
    pub const fn to_numbers(self) -> (u8, u32) {
        match self {
            Self::Node(node) => (0, node.0),
            Self::Network(network) => (1, network.0),
            Self::Vm(vm) => (2, vm.0),
            Self::Job(job) => (3, job.0),
            Self::Images => (4, 0),
            Self::Controller => (5, 0),
        }
    }

    /// What [`to_numbers`](Self::to_numbers) made the numbers from.
    #[must_use]
    pub const fn from_numbers(kind: u8, number: u32) -> Option<Self> {
        match (kind, number) {
            (0, number) => Some(Self::Node(NodeId(number))),
            (1, number) => Some(Self::Network(NetworkId(number))),
            (2, number) => Some(Self::Vm(VmId(number))),
            (3, number) => Some(Self::Job(OpId(number))),
            (4, 0) => Some(Self::Images),
            (5, 0) => Some(Self::Controller),
            _ => None,
        }
    }

    const KINDS: [&'static str; 6] = ["node", "network", "vm", "job", "images", "controller"];

    /// What `Display` wrote.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (name, digits) = text.split_once('/')?;
        let kind = Self::KINDS.iter().position(|known| *known == name)?;
        let is_canonical = digits == "0" || !digits.starts_with(['0', '+']);
        let number = digits.parse().ok().filter(|_| is_canonical)?;
        Self::from_numbers(kind as u8, number)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, number) = self.to_numbers();
        write!(f, "{}/{number}", Self::KINDS[usize::from(kind)])
    }
}
