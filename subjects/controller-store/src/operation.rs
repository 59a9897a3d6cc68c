//! What can be asked of the store, as data: it can be sent, kept, compared and done again.
//!
//! The order in which refusals are tried is part of the meaning; each operation names it, the first
//! one first. Refused requests leave nothing behind, also not their number: the same request may be
//! sent again, and then succeed.

use crate::addresses::AddressPlan;
use crate::arbitration::{Rank, Standing};
use crate::ids::{Actor, Holder, ImageDigest, NetworkId, NodeId, OpId, Resource, VmId};
use crate::lease::Claim;
use crate::names::Name;
use crate::node::{Registration, Size};

/// How an image is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImageFormat {
    /// Bytes of a disk.
    Raw,
    /// QEMU's format.
    Qcow2,
}

/// What somebody wants a machine to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Desired {
    /// Run.
    Running,
    /// Nothing.
    Stopped,
}

/// A machine, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmSpec {
    /// Its name; no two machines have the same.
    pub name: Name,
    /// Where it runs.
    pub node: NodeId,
    /// What it starts from.
    pub image: ImageDigest,
    /// Where its address comes from.
    pub network: NetworkId,
    /// What it uses.
    pub size: Size,
}

/// One change to the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// A node starts. Refused: `AddressTaken`, `StaleIncarnation`, `CapacityBelowUse`.
    RegisterNode {
        /// Which.
        node: NodeId,
        /// What it says.
        registration: Registration,
    },
    /// A node lives. Refused: `NoSuchNode`, `NodeRejected`, `StaleIncarnation`, `UnknownIncarnation`.
    Heartbeat {
        /// Which.
        node: NodeId,
        /// As it registered.
        incarnation: u32,
    },
    /// A node may take part; one that was drained, again. Refused: `NoSuchNode`.
    Approve {
        /// Which.
        node: NodeId,
    },
    /// A node may not take part. Refused: `NoSuchNode`, `NodeInUse`.
    Reject {
        /// Which.
        node: NodeId,
    },
    /// A node gets no machines more. Refused: `NoSuchNode`, `NodeNotApproved`.
    Drain {
        /// Which.
        node: NodeId,
    },
    /// A node is gone, its labels with it. Refused: `NoSuchNode`, `NodeInUse`.
    RemoveNode {
        /// Which.
        node: NodeId,
    },
    /// Replaces all labels of a node. Refused: `NoSuchNode`, `LabelTwice`.
    SetLabels {
        /// Which.
        node: NodeId,
        /// From now on.
        labels: Vec<Name>,
    },
    /// An image exists; once more is as good as once. Refused: `ImageDiffers`.
    AddImage {
        /// Its digest.
        image: ImageDigest,
        /// Its size, in MiB.
        size: u32,
        /// Its format.
        format: ImageFormat,
    },
    /// Removes the images that no machine uses; replies `Removed`.
    GcImages,
    /// A network is made. Refused: `NetworkExists`, `NetworkNameTaken`.
    CreateNetwork {
        /// Which.
        network: NetworkId,
        /// Its name; no two networks have the same.
        name: Name,
        /// Its addresses.
        plan: AddressPlan,
    },
    /// A network is gone. Refused: `NoSuchNetwork`, `NetworkInUse`.
    DeleteNetwork {
        /// Which.
        network: NetworkId,
    },
    /// A machine is made, with generation 1; replies `Address`. Refused: `SizeZero`, `LeaseHeld` or
    /// `StaleFencing`, `VmExists`, `VmNameTaken`, `NoSuchNode`, `NodeNotApproved`, `NodeDraining`,
    /// `NoSuchImage`, `NoSuchNetwork`, `NoRoom`, `AddressesExhausted`.
    CreateVm {
        /// Which.
        vm: VmId,
        /// How.
        spec: VmSpec,
        /// The token of the machine's lease, if it has one.
        fence: Option<u32>,
    },
    /// A machine is changed, one generation on. Refused: `SizeZero`, `LeaseHeld` or `StaleFencing`,
    /// `NoSuchVm`, `NoRoom`, `GenerationExhausted`.
    UpdateVm {
        /// Which.
        vm: VmId,
        /// Its new size.
        size: Size,
        /// What it shall do.
        desired: Desired,
        /// The token of the machine's lease, if it has one.
        fence: Option<u32>,
    },
    /// A machine is gone, its address free. Refused: `LeaseHeld` or `StaleFencing`, `NoSuchVm`.
    DeleteVm {
        /// Which.
        vm: VmId,
        /// The token of the machine's lease, if it has one.
        fence: Option<u32>,
    },
    /// A node has seen a generation of a machine. Refused: `NoSuchVm`, `OtherNode`, `ObservedAhead`,
    /// `ObservedBack`.
    ReportState {
        /// Who.
        node: NodeId,
        /// About which.
        vm: VmId,
        /// The generation.
        observed: u32,
    },
    /// Somebody wants a resource for a while; replies `Leased`. Refused: `ReservedResource`,
    /// `LeaseHeld`, `TimeZero`, `TimeExhausted`, `FencingExhausted`.
    AcquireLease {
        /// What.
        resource: Resource,
        /// Who.
        holder: Holder,
        /// How long.
        duration: u32,
    },
    /// Somebody wants to keep it; replies `Leased`. Refused: `LeaseEnded`, `NotHolder`,
    /// `StaleFencing`, `TimeZero`, `TimeExhausted`.
    RenewLease {
        /// What.
        resource: Resource,
        /// Who, and by which token.
        claim: Claim,
        /// How long, from now.
        duration: u32,
    },
    /// Somebody gives it back. Refused: `ReservedResource`, `LeaseEnded`, `NotHolder`,
    /// `StaleFencing`.
    ReleaseLease {
        /// What.
        resource: Resource,
        /// Who, and by which token.
        claim: Claim,
    },
    /// A worker wants a job; replies `Leased`, or `GivenUp`. Refused: `NoSuchJob`, `JobNotPending`,
    /// and as for acquiring the lease.
    ClaimJob {
        /// Which.
        job: OpId,
        /// Who.
        holder: Holder,
        /// How long.
        duration: u32,
    },
    /// A job is done. Refused: `NoSuchJob`, `JobNotRunning`, `StaleFencing`.
    CompleteJob {
        /// Which.
        job: OpId,
        /// The token that came with it.
        fencing: u32,
    },
    /// An attempt failed. Refused: `NoSuchJob`, `JobNotRunning`, `StaleFencing`.
    FailJob {
        /// Which.
        job: OpId,
        /// The token that came with it.
        fencing: u32,
    },
}

impl Operation {
    /// What it is about.
    #[must_use]
    pub const fn resource(&self) -> Resource {
        match self {
            Self::RegisterNode { node, .. }
            | Self::Heartbeat { node, .. }
            | Self::Approve { node }
            | Self::Reject { node }
            | Self::Drain { node }
            | Self::RemoveNode { node }
            | Self::SetLabels { node, .. } => Resource::Node(*node),
            Self::AddImage { .. } | Self::GcImages => Resource::Images,
            Self::CreateNetwork { network, .. } | Self::DeleteNetwork { network } => {
                Resource::Network(*network)
            }
            Self::CreateVm { vm, .. }
            | Self::UpdateVm { vm, .. }
            | Self::DeleteVm { vm, .. }
            | Self::ReportState { vm, .. } => Resource::Vm(*vm),
            Self::AcquireLease { resource, .. }
            | Self::RenewLease { resource, .. }
            | Self::ReleaseLease { resource, .. } => *resource,
            Self::ClaimJob { job, .. }
            | Self::CompleteJob { job, .. }
            | Self::FailJob { job, .. } => Resource::Job(*job),
        }
    }

    /// What it is called in the log.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::RegisterNode { .. } => Action::RegisterNode,
            Self::Heartbeat { .. } => Action::Heartbeat,
            Self::Approve { .. } => Action::Approve,
            Self::Reject { .. } => Action::Reject,
            Self::Drain { .. } => Action::Drain,
            Self::RemoveNode { .. } => Action::RemoveNode,
            Self::SetLabels { .. } => Action::SetLabels,
            Self::AddImage { .. } => Action::AddImage,
            Self::GcImages => Action::GcImages,
            Self::CreateNetwork { .. } => Action::CreateNetwork,
            Self::DeleteNetwork { .. } => Action::DeleteNetwork,
            Self::CreateVm { .. } => Action::CreateVm,
            Self::UpdateVm { .. } => Action::UpdateVm,
            Self::DeleteVm { .. } => Action::DeleteVm,
            Self::ReportState { .. } => Action::ReportState,
            Self::AcquireLease { .. } => Action::AcquireLease,
            Self::RenewLease { .. } => Action::RenewLease,
            Self::ReleaseLease { .. } => Action::ReleaseLease,
            Self::ClaimJob { .. } => Action::ClaimJob,
            Self::CompleteJob { .. } => Action::CompleteJob,
            Self::FailJob { .. } => Action::FailJob,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What was done, in the log of operations and in the audit log.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action {
            $($(#[$doc])* $name,)*
        }

        impl Action {
            /// All of them; the place of one is its number in the canonical form.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

actions! {
    /// [`Operation::RegisterNode`]
    RegisterNode = "register-node",
    /// [`Operation::Heartbeat`]
    Heartbeat = "heartbeat",
    /// [`Operation::Approve`]
    Approve = "approve",
    /// [`Operation::Reject`]
    Reject = "reject",
    /// [`Operation::Drain`]
    Drain = "drain",
    /// [`Operation::RemoveNode`]
    RemoveNode = "remove-node",
    /// [`Operation::SetLabels`]
    SetLabels = "set-labels",
    /// [`Operation::AddImage`]
    AddImage = "add-image",
    /// [`Operation::GcImages`]
    GcImages = "gc-images",
    /// [`Operation::CreateNetwork`]
    CreateNetwork = "create-network",
    /// [`Operation::DeleteNetwork`]
    DeleteNetwork = "delete-network",
    /// [`Operation::CreateVm`]
    CreateVm = "create-vm",
    /// [`Operation::UpdateVm`]
    UpdateVm = "update-vm",
    /// [`Operation::DeleteVm`]
    DeleteVm = "delete-vm",
    /// [`Operation::ReportState`]
    ReportState = "report-state",
    /// [`Operation::AcquireLease`]
    AcquireLease = "acquire-lease",
    /// [`Operation::RenewLease`]
    RenewLease = "renew-lease",
    /// [`Operation::ReleaseLease`]
    ReleaseLease = "release-lease",
    /// [`Operation::ClaimJob`]
    ClaimJob = "claim-job",
    /// [`Operation::CompleteJob`]
    CompleteJob = "complete-job",
    /// [`Operation::FailJob`]
    FailJob = "fail-job",
    /// A [`RemoteOperation`].
    ApplyRemote = "apply-remote",
    /// The clock was set.
    Tick = "tick",
    /// A peer has read the outbox.
    Ack = "ack",
    /// The controller started.
    Restart = "restart",
}

/// An operation, by whom, under which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The same number is the same operation: sent again, it returns its first reply.
    pub op: OpId,
    /// Who asks.
    pub actor: Actor,
    /// For what.
    pub operation: Operation,
}

/// An operation that another controller did, as it arrives here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RemoteOperation {
    /// Its number; as for a [`Request`].
    pub op: OpId,
    /// What it is about.
    pub resource: Resource,
    /// How strong it is against others.
    pub rank: Rank,
}

/// What an operation returned. It is kept, and returned again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is done.
    Done,
    /// The machine's address.
    Address(u32),
    /// How many images were removed.
    Removed(u32),
    /// The lease.
    Leased {
        /// Its token.
        fencing: u32,
        /// When it ends.
        expires_at: u32,
    },
    /// The job was tried often enough, and has failed.
    GivenUp,
    /// What became of a remote operation at first.
    Placed(Standing),
}

impl Reply {
    /// As three numbers, for the database.
    #[must_use]
    pub const fn to_numbers(self) -> [u32; 3] {
        match self {
            Self::Done => [0, 0, 0],
            Self::Address(address) => [1, address, 0],
            Self::Removed(count) => [2, count, 0],
            Self::Leased {
                fencing,
                expires_at,
            } => [3, fencing, expires_at],
            Self::GivenUp => [4, 0, 0],
            Self::Placed(Standing::Head) => [5, 0, 0],
            Self::Placed(Standing::Rejected) => [5, 1, 0],
            Self::Placed(Standing::Compensated) => [5, 2, 0],
        }
    }

    /// What [`to_numbers`](Self::to_numbers) made the numbers from.
    #[must_use]
    pub const fn from_numbers(numbers: [u32; 3]) -> Option<Self> {
        Some(match numbers {
            [0, 0, 0] => Self::Done,
            [1, address, 0] => Self::Address(address),
            [2, count, 0] => Self::Removed(count),
            [3, fencing, expires_at] => Self::Leased {
                fencing,
                expires_at,
            },
            [4, 0, 0] => Self::GivenUp,
            [5, 0, 0] => Self::Placed(Standing::Head),
            [5, 1, 0] => Self::Placed(Standing::Rejected),
            [5, 2, 0] => Self::Placed(Standing::Compensated),
            _ => return None,
        })
    }
}
