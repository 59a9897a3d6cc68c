//! Everything that can go wrong, each with a stable code and with what to do next.
//!
//! Three kinds: an input that means nothing ([`InputError`]), a request that the state does not allow
//! ([`Refusal`]), and a store that can't go on ([`StoreError`]). None leaves a trace in the database.

use std::error::Error;
use std::fmt;

/// Why a name or an address plan can't be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// A name has no characters.
    NameEmpty,
    /// A name is longer than it may be.
    NameTooLong {
        /// In bytes.
        length: usize,
    },
    /// A name has a character where it may not stand.
    NameCharacter {
        /// Byte offset.
        position: usize,
    },
    /// A prefix leaves no room for hosts, or is not one.
    PrefixLength {
        /// What was asked for.
        length: u8,
    },
    /// A network's base has bits behind its prefix.
    BaseUnaligned,
    /// The range is empty, or not between the network's address and its broadcast address.
    RangeOutside,
    /// The gateway is not between the network's address and its broadcast address.
    GatewayOutside,
}

impl InputError {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NameEmpty => "input/name-empty",
            Self::NameTooLong { .. } => "input/name-too-long",
            Self::NameCharacter { .. } => "input/name-character",
            Self::PrefixLength { .. } => "input/prefix-length",
            Self::BaseUnaligned => "input/base-unaligned",
            Self::RangeOutside => "input/range-outside",
            Self::GatewayOutside => "input/gateway-outside",
        }
    }

    /// What to do next.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NameEmpty | Self::NameCharacter { .. } => {
                "use a letter a to z, then letters, digits and hyphens"
            }
            Self::NameTooLong { .. } => "use at most 63 characters",
            Self::PrefixLength { .. } => "use a prefix length from 1 to 30",
            Self::BaseUnaligned => "clear the bits of the base that follow the prefix",
            Self::RangeOutside => {
                "let the range begin behind the network's address and end before its broadcast address"
            }
            Self::GatewayOutside => "choose a host address of the network as its gateway",
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameEmpty => f.write_str("the name is empty"),
            Self::NameTooLong { length } => write!(f, "the name has {length} bytes"),
            Self::NameCharacter { position } => {
                write!(f, "the name can't have this character at byte {position}")
            }
            Self::PrefixLength { length } => write!(f, "the prefix length is {length}"),
            Self::BaseUnaligned => f.write_str("the base is no network of this prefix length"),
            Self::RangeOutside => f.write_str("the range is not inside the network"),
            Self::GatewayOutside => f.write_str("the gateway is not inside the network"),
        }
    }
}

impl Error for InputError {}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident: $code:literal, $display:literal, $help:literal;)*) => {
        /// Why the state does not allow a request. Nothing has changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Refusal {
            $($(#[$doc])* $name,)*
        }

        impl Refusal {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// A stable name.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What to do next.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$name => $help,)* }
            }
        }

        impl fmt::Display for Refusal {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$name => $display,)* })
            }
        }
    };
}

refusals! {
    /// No node has this number.
    NoSuchNode: "node/unknown", "there is no such node", "register the node first";
    /// Another node has this address.
    AddressTaken: "node/address-taken", "another node has this address",
        "remove the other node, or give this one an address of its own";
    /// The node was restarted since.
    StaleIncarnation: "node/stale-incarnation", "the node has a newer incarnation",
        "stop the process that still runs with the old incarnation";
    /// The node has not registered since it was restarted.
    UnknownIncarnation: "node/unknown-incarnation", "the node has not registered this incarnation",
        "register the node again, then send heartbeats";
    /// The node's machines use more than it would have.
    CapacityBelowUse: "node/capacity-below-use", "the node's machines use more than that",
        "delete machines from the node, then register it with less";
    /// Somebody rejected the node.
    NodeRejected: "node/rejected", "the node is rejected", "approve the node if it should take part";
    /// Nobody has approved the node.
    NodeNotApproved: "node/not-approved", "the node is not approved", "approve the node first";
    /// The node is being emptied.
    NodeDraining: "node/draining", "the node is being drained",
        "choose another node, or approve this one again";
    /// There are machines on the node.
    NodeInUse: "node/in-use", "there are machines on the node", "delete its machines first";
    /// A label is there twice.
    LabelTwice: "node/label-twice", "a label is there twice", "send each label once";
    /// The image is known with another size or format.
    ImageDiffers: "image/differs", "the image is known with another size or format",
        "check the digest: it belongs to other contents";
    /// No image has this digest.
    NoSuchImage: "image/unknown", "there is no such image", "add the image first";
    /// The network exists.
    NetworkExists: "network/exists", "the network exists", "use the network, or another number";
    /// Another network has this name.
    NetworkNameTaken: "network/name-taken", "another network has this name", "use another name";
    /// No network has this number.
    NoSuchNetwork: "network/unknown", "there is no such network", "create the network first";
    /// There are machines in the network.
    NetworkInUse: "network/in-use", "there are machines in the network", "delete its machines first";
    /// All addresses are in use.
    AddressesExhausted: "network/exhausted", "the network has no free address",
        "delete machines, or create a network with a larger range";
    /// The machine exists.
    VmExists: "vm/exists", "the machine exists", "update the machine, or use another number";
    /// Another machine has this name.
    VmNameTaken: "vm/name-taken", "another machine has this name", "use another name";
    /// No machine has this number.
    NoSuchVm: "vm/unknown", "there is no such machine", "create the machine first";
    /// A machine without processors or memory.
    SizeZero: "vm/size-zero", "a machine needs processors and memory", "ask for at least one of each";
    /// The node has less left.
    NoRoom: "vm/no-room", "the node has less than that left",
        "ask for less, or choose a node with more room";
    /// The machine is on another node.
    OtherNode: "vm/other-node", "the machine is on another node", "report only machines of the node";
    /// A generation that does not exist yet.
    ObservedAhead: "vm/observed-ahead", "the machine has no such generation yet",
        "report the generation that the node was given";
    /// A generation before the one that was reported.
    ObservedBack: "vm/observed-back", "a later generation was reported",
        "drop reports that were overtaken";
    /// No change more can be counted.
    GenerationExhausted: "vm/generation-exhausted", "the machine's changes can't be counted any more",
        "delete the machine and create it again";
    /// Somebody has the lease.
    LeaseHeld: "lease/held", "somebody has the lease",
        "wait until it ends, or show its fencing token if it is yours";
    /// There is no lease, or it has ended.
    LeaseEnded: "lease/ended", "the lease has ended", "acquire the lease again, with a new token";
    /// Somebody else has the lease.
    NotHolder: "lease/not-holder", "somebody else has the lease", "wait until the lease ends";
    /// The token is not the one of the lease.
    StaleFencing: "lease/stale-fencing", "the fencing token is not the current one",
        "stop: somebody else took over";
    /// No time was asked for.
    TimeZero: "lease/time-zero", "a lease needs time", "ask for at least one tick";
    /// The clock can't count that far.
    TimeExhausted: "lease/time-exhausted", "the clock can't count that far", "ask for less time";
    /// No token more can be made.
    FencingExhausted: "lease/fencing-exhausted", "there is no further fencing token",
        "use another resource";
    /// Leases of jobs come with the job.
    ReservedResource: "lease/reserved", "a job's lease comes with the job",
        "claim, complete or fail the job";
    /// No job has this number.
    NoSuchJob: "job/unknown", "there is no such job", "list the jobs";
    /// The job is taken or over.
    JobNotPending: "job/not-pending", "the job is not pending", "claim another one";
    /// The job is not being worked on.
    JobNotRunning: "job/not-running", "the job is not running", "claim the job first";
    /// The number belongs to another operation.
    OpIdReused: "operation/id-reused", "this number belongs to another operation",
        "give every operation a number of its own";
    /// Time does not go back.
    ClockBack: "clock/back", "the clock shows a later time", "send the time only once it has passed";
    /// No entry more can be counted.
    LogFull: "audit/full", "the audit log can't count any further", "begin a new store";
    /// An acknowledgement of something that was not sent.
    AckAhead: "outbox/ack-ahead", "nothing with this sequence number was sent",
        "acknowledge only what was read";
}

impl Error for Refusal {}

/// Why an operation of the store returned without a result. The transaction was rolled back.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The state does not allow it.
    Refused(Refusal),
    /// SQLite could not do it.
    Database(rusqlite::Error),
    /// A row means nothing to this version of the library.
    Unreadable {
        /// Where it is.
        table: &'static str,
    },
    /// The database was made by a newer version of the library.
    NewerSchema {
        /// Its version.
        found: u32,
    },
    /// The audit log was changed.
    AuditBroken(crate::chain::Break),
    /// A test stopped it at a statement.
    #[cfg(any(test, feature = "ghost"))]
    Stopped,
}

impl StoreError {
    /// A stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Database(_) => "store/database",
            Self::Unreadable { .. } => "store/unreadable",
            Self::NewerSchema { .. } => "store/newer-schema",
            Self::AuditBroken(_) => "store/audit-broken",
            #[cfg(any(test, feature = "ghost"))]
            Self::Stopped => "store/stopped",
        }
    }

    /// What to do next.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.help(),
            Self::Database(_) => {
                "look at the file's permissions and at the space left, then try again"
            }
            Self::Unreadable { .. } => "restore a snapshot: something else wrote to the database",
            Self::NewerSchema { .. } => "use the version of the library that made the database",
            Self::AuditBroken(_) => "restore a snapshot, and find out who can write to the file",
            #[cfg(any(test, feature = "ghost"))]
            Self::Stopped => "open the store again",
        }
    }

    /// The refusal, if it is one.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            _ => None,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Database(error) => write!(f, "the database failed: {error}"),
            Self::Unreadable { table } => write!(f, "a row of `{table}` can't be understood"),
            Self::NewerSchema { found } => write!(f, "the database has schema version {found}"),
            Self::AuditBroken(found) => found.fmt(f),
            #[cfg(any(test, feature = "ghost"))]
            Self::Stopped => f.write_str("stopped by a test"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_refusal_has_a_code_of_its_own_and_help() {
        let codes: BTreeSet<&str> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert!(refusal.code().contains('/') && !refusal.help().is_empty());
            let text = refusal.to_string();
            assert!(text.starts_with(char::is_lowercase) && !text.ends_with('.'));
        }
    }
}
