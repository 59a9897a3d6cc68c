//! The state of a cluster's controller in SQLite.
//!
//! Nodes, images, networks, machines with their addresses, leases with fencing tokens, operations from
//! other controllers, the jobs that undo what lost, and an audit log whose entries are chained by
//! hashes. Every operation is one transaction: effect, record, message to the peers and audit entry
//! are there together or not at all; an operation that is sent again returns its first reply.
//!
//! ```
//! use controller_store::{
//!     Actor, Name, NodeId, OpId, Operation, Registration, Reply, Request, Size, Store,
//! };
//!
//! let mut store = Store::in_memory()?;
//! let registration = Registration {
//!     hostname: Name::new("rack-1").expect("it is a name"),
//!     address: 0x0a00_0001,
//!     capacity: Size { cpu: 8, mem: 16_384 },
//!     incarnation: 1,
//! };
//! let operation = Operation::RegisterNode { node: NodeId(1), registration };
//! let request = Request { op: OpId(1), actor: Actor(1), operation };
//! assert_eq!(store.apply(&request)?, Reply::Done);
//!
//! let published = store.audit_head()?;
//! assert_eq!(store.apply(&request)?, Reply::Done); // again, without effect
//! assert_eq!(store.verify_audit(published)?, published);
//! # Ok::<(), controller_store::StoreError>(())
//! ```
//!
//! # How it is made
//!
//! What is decided, is decided by modules without SQL: [`node`], [`addresses`], [`lease`],
//! [`arbitration`], [`job`], [`chain`]. [`Store`] loads, asks them, and writes. With the feature
//! `ghost` there is also a model of the whole store in maps and lists, which shares none of that.

pub mod addresses;
pub mod arbitration;
pub mod canonical;
pub mod chain;
mod error;
mod ids;
pub mod job;
pub mod lease;
#[cfg(any(test, feature = "ghost"))]
pub mod model;
mod names;
pub mod node;
mod operation;
mod schema;
mod state;
mod store;

#[cfg(test)]
mod properties;

pub use addresses::AddressPlan;
pub use error::{InputError, Refusal, StoreError};
pub use ids::{Actor, Holder, ImageDigest, NetworkId, NodeId, OpId, Peer, Resource, VmId};
pub use lease::{Claim, Lease};
pub use names::{Name, VmKey};
pub use node::{Approval, Node, NodeStatus, Registration, Size};
pub use operation::{
    Action, Desired, ImageFormat, Operation, RemoteOperation, Reply, Request, VmSpec,
};
pub use state::{Image, Message, Network, Record, State, Vm};
pub use store::Store;
#[cfg(any(test, feature = "ghost"))]
pub use store::{Fuse, Stop};
