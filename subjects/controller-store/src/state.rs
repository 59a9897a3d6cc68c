//! Everything that a store holds, as plain values in order: for comparing, and for looking at.

use std::collections::{BTreeMap, BTreeSet};

use crate::addresses::AddressPlan;
use crate::arbitration::{Rank, Standing};
use crate::chain::{Entry, Hash};
use crate::ids::{Actor, ImageDigest, NetworkId, NodeId, OpId, Peer, Resource, VmId};
use crate::job::Job;
use crate::lease::Lease;
use crate::names::Name;
use crate::node::Node;
use crate::operation::{Action, Desired, ImageFormat, Reply, VmSpec};

/// An image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// In MiB.
    pub size: u32,
    /// How it is stored.
    pub format: ImageFormat,
    /// How many machines use it.
    pub references: u32,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// No two have the same.
    pub name: Name,
    /// Its addresses.
    pub plan: AddressPlan,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vm {
    /// As it was asked for, with the size of the last update.
    pub spec: VmSpec,
    /// What it shall do.
    pub desired: Desired,
    /// The generation that its node has seen last; 0 at first.
    pub observed: u32,
    /// 1 at first, and one more with each update.
    pub generation: u32,
}

/// An operation that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Who asked; nobody here for remote operations.
    pub actor: Option<Actor>,
    /// What was done.
    pub action: Action,
    /// About what.
    pub resource: Resource,
    /// For remote operations: how strong it is, and what became of it.
    pub arbitration: Option<(Rank, Standing)>,
    /// The hash of the request.
    pub request: Hash,
    /// What it returned.
    pub reply: Reply,
}

/// A message to the peers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which operation it is about.
    pub op: OpId,
    /// The request, in canonical form.
    pub payload: Vec<u8>,
}

/// All rows of all tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// The logical clock.
    pub now: u32,
    /// Nodes.
    pub nodes: BTreeMap<NodeId, Node>,
    /// Labels of nodes.
    pub labels: BTreeSet<(NodeId, Name)>,
    /// Images.
    pub images: BTreeMap<ImageDigest, Image>,
    /// Networks.
    pub networks: BTreeMap<NetworkId, Network>,
    /// Machines.
    pub vms: BTreeMap<VmId, Vm>,
    /// Which machine has an address.
    pub addresses: BTreeMap<(NetworkId, u32), VmId>,
    /// Records of leases, live or not.
    pub leases: BTreeMap<Resource, Lease>,
    /// Operations that were done.
    pub operations: BTreeMap<OpId, Record>,
    /// The strongest remote operation on each resource.
    pub heads: BTreeMap<Resource, OpId>,
    /// Messages, by their sequence number.
    pub outbox: BTreeMap<u32, Message>,
    /// How far each peer has read.
    pub acks: BTreeMap<Peer, u32>,
    /// Jobs, by the operation that they undo.
    pub jobs: BTreeMap<OpId, Job>,
    /// The audit log.
    pub audit: Vec<Entry>,
}
