//! Nodes: registration, approval and room. The decisions, on values alone.
//!
//! A node registers itself, and again whenever it starts, with a greater incarnation; people approve or
//! reject it. What the node says never changes what people said, and what an old process of the node
//! says changes nothing at all.
//!
//! # Invariants
//!
//! - Approval is changed by `approve` and `reject` alone.
//! - A node never has less than its machines use: registering with less is refused.

use crate::error::Refusal;
use crate::names::Name;

/// What people said about a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Approval {
    /// Nothing yet.
    Pending,
    /// It takes part.
    Approved,
    /// It does not.
    Rejected,
}

/// How a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeStatus {
    /// It has registered; no heartbeat yet.
    Registered,
    /// It sends heartbeats.
    Ready,
    /// It gets no machines more.
    Draining,
}

/// Processors and memory, had or wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Processors.
    pub cpu: u32,
    /// Memory, in MiB.
    pub mem: u32,
}

/// What a node's machines use together. Sums of 32-bit numbers, hence wider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Processors.
    pub cpu: u64,
    /// Memory, in MiB.
    pub mem: u64,
}

impl Usage {
    /// With a machine of this size more.
    ///
    /// # Panics
    ///
    /// Never for what a database can hold: it would take 2³² machines.
    #[must_use]
    pub const fn plus(self, size: Size) -> Self {
        Self {
            cpu: self.cpu + size.cpu as u64,
            mem: self.mem + size.mem as u64,
        }
    }

    /// Whether a node of this size has so much.
    #[must_use]
    pub const fn fits(self, capacity: Size) -> bool {
        self.cpu <= capacity.cpu as u64 && self.mem <= capacity.mem as u64
    }
}

/// What a node says about itself when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// What it calls itself.
    pub hostname: Name,
    /// Where it can be reached; no two nodes have the same.
    pub address: u32,
    /// What it has.
    pub capacity: Size,
    /// Greater each time that it starts.
    pub incarnation: u32,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it said last.
    pub registration: Registration,
    /// How it is.
    pub status: NodeStatus,
    /// What people said.
    pub approval: Approval,
    /// When it came first.
    pub registered_at: u32,
    /// When it was heard of last.
    pub last_seen: u32,
}

impl Node {
    /// A node that nobody knew.
    #[must_use]
    pub const fn first(registration: Registration, now: u32) -> Self {
        Self {
            registration,
            status: NodeStatus::Registered,
            approval: Approval::Pending,
            registered_at: now,
            last_seen: now,
        }
    }

    /// The node after it registered again.
    ///
    /// # Errors
    ///
    /// When a newer incarnation has registered, or when it has less than its machines use.
    pub fn again(
        &self,
        registration: Registration,
        usage: Usage,
        now: u32,
    ) -> Result<Self, Refusal> {
        if registration.incarnation < self.registration.incarnation {
            return Err(Refusal::StaleIncarnation);
        }
        if !usage.fits(registration.capacity) {
            return Err(Refusal::CapacityBelowUse);
        }
        let has_restarted = registration.incarnation > self.registration.incarnation;
        let status = match self.status {
            NodeStatus::Ready if has_restarted => NodeStatus::Registered,
            status => status,
        };
        Ok(Self {
            registration,
            status,
            approval: self.approval,
            registered_at: self.registered_at,
            last_seen: now,
        })
    }

    /// How the node is after a heartbeat.
    ///
    /// # Errors
    ///
    /// When the node is rejected, or is not the one that registered.
    pub fn heartbeat(&self, incarnation: u32) -> Result<NodeStatus, Refusal> {
        if self.approval == Approval::Rejected {
            return Err(Refusal::NodeRejected);
        }
        if incarnation < self.registration.incarnation {
            return Err(Refusal::StaleIncarnation);
        }
        if incarnation > self.registration.incarnation {
            return Err(Refusal::UnknownIncarnation);
        }
        Ok(match (self.status, self.approval) {
            (NodeStatus::Registered, Approval::Approved) => NodeStatus::Ready,
            (status, _) => status,
        })
    }

    /// Whether the node takes another machine.
    ///
    /// # Errors
    ///
    /// When it is not approved, or is being drained.
    pub fn admit(&self) -> Result<(), Refusal> {
        match (self.approval, self.status) {
            (Approval::Approved, NodeStatus::Draining) => Err(Refusal::NodeDraining),
            (Approval::Approved, _) => Ok(()),
            (Approval::Pending | Approval::Rejected, _) => Err(Refusal::NodeNotApproved),
        }
    }
}
