//! The audit log's chain of hashes: whoever changes the past changes every hash behind it.
//!
//! An entry's hash covers a domain, its number, the hash before it, and its body in canonical form.
//! A log that was changed therefore breaks at the first changed entry, unless all hashes behind it were
//! made anew as well; then the last one is no longer the one that somebody wrote down elsewhere.
//! Cutting off the end breaks nothing, and only such a *published head* shows it.
//!
//! # Invariants
//!
//! - [`verify`] accepts what [`Entry::next`] made, and with a published head nothing else of that length.
//!
//! # Not here
//!
//! Signatures. Who can write the file and knows of no published head can make a new log.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::ids::{Actor, Resource};
use crate::operation::Action;

/// A SHA-256.
pub type Hash = [u8; 32];

/// Stands before the first entry.
pub const START: Hash = [0; 32];

const DOMAIN: &[u8; 24] = b"controller-store audit 1";

/// What happened, without its place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body {
    /// When.
    pub time: u32,
    /// Who asked; nobody for what has no author.
    pub actor: Option<Actor>,
    /// For what.
    pub action: Action,
    /// About what.
    pub resource: Resource,
    /// The hash of the request's canonical bytes.
    pub request: Hash,
}

impl Body {
    /// Fixed width, hence injective.
    #[must_use]
    pub fn canonical(&self) -> [u8; 47] {
        let mut bytes = [0; 47];
        let (kind, number) = self.resource.to_numbers();
        bytes[0..4].copy_from_slice(&self.time.to_be_bytes());
        bytes[4] = u8::from(self.actor.is_some());
        let actor = self.actor.map_or(0, |actor| actor.0);
        bytes[5..9].copy_from_slice(&actor.to_be_bytes());
        bytes[9] = self.action as u8;
        bytes[10] = kind;
        bytes[11..15].copy_from_slice(&number.to_be_bytes());
        bytes[15..47].copy_from_slice(&self.request);
        bytes
    }
}

/// One entry of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// 1 for the first.
    pub sequence: u32,
    /// What happened.
    pub body: Body,
    /// The hash of the entry before it.
    pub previous: Hash,
    /// The hash of this one.
    pub hash: Hash,
}

/// The number and the hash of the last entry: enough to write down elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 0 when there is none.
    pub sequence: u32,
    /// [`START`] when there is none.
    pub hash: Hash,
}

impl Head {
    /// Of an empty log.
    pub const START: Self = Self {
        sequence: 0,
        hash: START,
    };
}

impl Entry {
    /// The entry that follows.
    ///
    /// # Panics
    ///
    /// After 2³²-1 entries. [`Store`](crate::Store) refuses before.
    #[must_use]
    pub fn next(after: Head, body: Body) -> Self {
        let sequence = after.sequence + 1;
        Self {
            sequence,
            body,
            previous: after.hash,
            hash: link(sequence, &after.hash, &body),
        }
    }

    /// What the next entry follows.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head {
            sequence: self.sequence,
            hash: self.hash,
        }
    }
}

/// The hash of an entry.
fn link(sequence: u32, previous: &Hash, body: &Body) -> Hash {
    let mut hash = Sha256::new();
    hash.update(DOMAIN);
    hash.update(sequence.to_be_bytes());
    hash.update(previous);
    hash.update(body.canonical());
    hash.finalize().into()
}

/// The hash of a request's canonical bytes.
#[must_use]
pub fn of_bytes(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// Where a log is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// An entry has another number than its place, or does not follow the one before it, or has
    /// another hash than its contents.
    Entry {
        /// Its place, 1 for the first.
        place: u32,
    },
    /// The log ends before the published head.
    Short {
        /// How many entries there are.
        length: u32,
    },
    /// The entry with the number of the published head has another hash.
    Rewritten {
        /// The number.
        sequence: u32,
    },
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { place } => write!(f, "the audit log is broken at entry {place}"),
            Self::Short { length } => {
                write!(
                    f,
                    "the audit log ends after {length} entries, before its published head"
                )
            }
            Self::Rewritten { sequence } => {
                write!(
                    f,
                    "entry {sequence} of the audit log is not the published one"
                )
            }
        }
    }
}

/// Checks a whole log, and that it still has a head that was published.
///
/// # Errors
///
/// The first place where it is broken.
pub fn verify<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    published: Head,
) -> Result<Head, Break> {
    let mut head = Head::START;
    for entry in entries {
        if *entry != Entry::next(head, entry.body) {
            let place = head.sequence + 1;
            return Err(Break::Entry { place });
        }
        head = entry.head();
        if head.sequence == published.sequence && head != published {
            let sequence = head.sequence;
            return Err(Break::Rewritten { sequence });
        }
    }
    if head.sequence < published.sequence {
        let length = head.sequence;
        return Err(Break::Short { length });
    }
    Ok(head)
}
