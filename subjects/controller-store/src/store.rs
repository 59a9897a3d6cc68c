//! The store: one connection, every operation one transaction.
//!
//! An operation loads the rows that it depends on, has one of the modules without SQL decide, and writes
//! the effect, the record of the operation, the message to the peers and the audit entry together.
//! Whatever stops it on the way, none of them is there.
//!
//! # Invariants
//!
//! - A request that is refused changes no row.
//! - Time is the store's own logical clock, moved by [`Store::tick`] alone.
//! - Reading never writes.
//!
//! # Not here
//!
//! Threads: a store is owned by whoever uses it. Several processes may open one file; each operation
//! takes the file's write lock at its start.

mod fuse;
mod leases;
mod nodes;
mod reading;
mod records;
mod session;
mod vms;

#[cfg(any(test, feature = "ghost"))]
pub use fuse::{Fuse, Stop};

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

#[cfg(not(any(test, feature = "ghost")))]
use self::fuse::Fuse;
use self::session::Session;
use crate::chain::{self, Body, Head};
use crate::error::{Refusal, StoreError};
use crate::ids::{Peer, Resource};
use crate::operation::{Action, Operation, RemoteOperation, Reply, Request};
use crate::state::Record;
use crate::{canonical, schema};

/// The state of a cluster's controller.
///
/// ```
/// use controller_store::{Actor, NodeId, OpId, Operation, Reply, Request, Store};
///
/// let mut store = Store::in_memory()?;
/// let approve = Operation::Approve { node: NodeId(1) };
/// let request = Request { op: OpId(1), actor: Actor(0), operation: approve };
/// let error = store.apply(&request).unwrap_err();
/// assert_eq!(error.code(), "node/unknown");
/// # Ok::<(), controller_store::StoreError>(())
/// ```
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    fuse: Fuse,
}

impl Store {
    /// An empty store that nobody else can see.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::on(Connection::open_in_memory()?)
    }

    /// The store in a file, which is made if it is not there, and brought to the newest schema. What a
    /// crash left half done is undone here, by SQLite; call [`restart`](Self::restart) next.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`], and [`StoreError::NewerSchema`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::on(Connection::open(path)?)
    }

    /// A store in memory with the contents of a [`snapshot`](Self::snapshot). Written to a file, the
    /// same bytes can be opened.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`] when the bytes are no database.
    pub fn restore(snapshot: &[u8]) -> Result<Self, StoreError> {
        let mut connection = Connection::open_in_memory()?;
        connection.deserialize_read_exact("main", snapshot, snapshot.len(), false)?;
        Self::on(connection)
    }

    pub(crate) fn on(mut connection: Connection) -> Result<Self, StoreError> {
        schema::prepare(&connection)?;
        schema::migrate(&mut connection, schema::VERSION)?;
        let fuse = Fuse::new();
        Ok(Self { connection, fuse })
    }

    /// The whole database, as bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn snapshot(&mut self) -> Result<Vec<u8>, StoreError> {
        Ok(self.connection.serialize("main")?.to_vec())
    }

    /// The connection, for tests that look behind the operations.
    #[cfg(any(test, feature = "ghost"))]
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The fuse.
    #[cfg(any(test, feature = "ghost"))]
    #[must_use]
    pub const fn fuse(&self) -> &Fuse {
        &self.fuse
    }

    /// Does what is asked for, or returns the reply of the first time.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] as the [`Operation`] says, after [`Refusal::OpIdReused`]; or
    /// [`StoreError::Database`].
    pub fn apply(&mut self, request: &Request) -> Result<Reply, StoreError> {
        let bytes = canonical::of_request(request);
        let hash = chain::of_bytes(&bytes);
        let operation = &request.operation;
        self.transact(|session| {
            if let Some(reply) = records::replay(session, request.op, &hash)? {
                return Ok(reply);
            }
            let now = reading::now(session)?;
            let reply = perform(session, operation, now)?;
            let record = Record {
                actor: Some(request.actor),
                action: operation.action(),
                resource: operation.resource(),
                arbitration: None,
                request: hash,
                reply,
            };
            records::keep(session, request.op, &record)?;
            records::send(session, request.op, &bytes)?;
            let body = Body {
                time: now,
                actor: Some(request.actor),
                action: operation.action(),
                resource: operation.resource(),
                request: hash,
            };
            records::audit(session, body)?;
            Ok(reply)
        })
    }

    /// Takes an operation from another controller, or returns the reply of the first time. It is
    /// recorded and audited, but not sent: the others have it from its author.
    ///
    /// # Errors
    ///
    /// [`Refusal::OpIdReused`], and [`StoreError::Database`].
    pub fn apply_remote(&mut self, remote: &RemoteOperation) -> Result<Reply, StoreError> {
        let hash = chain::of_bytes(&canonical::of_remote(remote));
        self.transact(|session| {
            if let Some(reply) = records::replay(session, remote.op, &hash)? {
                return Ok(reply);
            }
            let standing = records::arbitrate(session, remote, hash)?;
            let body = Body {
                time: reading::now(session)?,
                actor: None,
                action: Action::ApplyRemote,
                resource: remote.resource,
                request: hash,
            };
            records::audit(session, body)?;
            Ok(Reply::Placed(standing))
        })
    }

    /// Moves the clock. Jobs whose lease ends are pending again.
    ///
    /// # Errors
    ///
    /// [`Refusal::ClockBack`], and [`StoreError::Database`].
    pub fn tick(&mut self, to: u32) -> Result<(), StoreError> {
        self.note(Action::Tick, to, 0, |session| {
            if to < reading::now(session)? {
                return Err(Refusal::ClockBack.into());
            }
            session.write("UPDATE clock SET now = ?1", [to])?;
            leases::expire(session, to)
        })
    }

    /// A peer has read the outbox up to a sequence number. Acknowledgements may come in any order.
    ///
    /// # Errors
    ///
    /// [`Refusal::AckAhead`], and [`StoreError::Database`].
    pub fn ack(&mut self, peer: Peer, sequence: u32) -> Result<(), StoreError> {
        self.note(Action::Ack, peer.0, sequence, |session| {
            records::acknowledge(session, peer, sequence)
        })
    }

    /// The controller has started: nobody works on any job.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn restart(&mut self) -> Result<(), StoreError> {
        self.note(Action::Restart, 0, 0, leases::interrupt)
    }

    /// Checks the audit log, and that it has a head that was [published](Self::audit_head) before.
    ///
    /// # Errors
    ///
    /// [`StoreError::AuditBroken`], and [`StoreError::Database`].
    pub fn verify_audit(&self, published: Head) -> Result<Head, StoreError> {
        let entries = self.audit()?;
        chain::verify(&entries, published).map_err(StoreError::AuditBroken)
    }

    /// The last entry of the audit log, to be written down where nobody can change it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn audit_head(&self) -> Result<Head, StoreError> {
        records::audit_head(&self.reader())
    }

    /// What has no number of its own: no replay, no record, no message, but an audit entry.
    fn note(
        &mut self,
        action: Action,
        first: u32,
        second: u32,
        work: impl FnOnce(&Session<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let request = chain::of_bytes(&canonical::of_note(action, first, second));
        self.transact(|session| {
            work(session)?;
            let body = Body {
                time: reading::now(session)?,
                actor: None,
                action,
                resource: Resource::Controller,
                request,
            };
            records::audit(session, body)
        })
    }

    /// Runs statements as one: all of them, or none.
    fn transact<T>(
        &mut self,
        work: impl FnOnce(&Session<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let session = Session {
            connection: &transaction,
            fuse: &self.fuse,
        };
        let result = work(&session).and_then(|value| {
            self.fuse.burn()?;
            Ok(value)
        });
        match result {
            Ok(value) => {
                transaction.commit()?;
                self.fuse.burn()?;
                Ok(value)
            }
            Err(error) => {
                if self.fuse.is_dead() {
                    // The dead don't roll back.
                    std::mem::forget(transaction);
                }
                Err(error)
            }
        }
    }

    fn reader(&self) -> Session<'_> {
        Session {
            connection: &self.connection,
            fuse: &self.fuse,
        }
    }
}

/// The effect of an operation, without its records.
fn perform(session: &Session<'_>, operation: &Operation, now: u32) -> Result<Reply, StoreError> {
    use Operation as Op;
    match *operation {
        Op::RegisterNode {
            node,
            ref registration,
        } => nodes::register(session, node, registration, now),
        Op::Heartbeat { node, incarnation } => nodes::heartbeat(session, node, incarnation, now),
        Op::Approve { node } => nodes::approve(session, node),
        Op::Reject { node } => nodes::reject(session, node),
        Op::Drain { node } => nodes::drain(session, node),
        Op::RemoveNode { node } => nodes::remove(session, node),
        Op::SetLabels { node, ref labels } => nodes::set_labels(session, node, labels),
        Op::AddImage {
            image,
            size,
            format,
        } => vms::add_image(session, image, size, format),
        Op::GcImages => vms::gc_images(session),
        Op::CreateNetwork {
            network,
            ref name,
            ref plan,
        } => vms::create_network(session, network, name, plan),
        Op::DeleteNetwork { network } => vms::delete_network(session, network),
        Op::CreateVm {
            vm,
            ref spec,
            fence,
        } => vms::create(session, vm, spec, fence, now),
        Op::UpdateVm {
            vm,
            size,
            desired,
            fence,
        } => vms::update(session, vm, size, desired, fence, now),
        Op::DeleteVm { vm, fence } => vms::delete(session, vm, fence, now),
        Op::ReportState { node, vm, observed } => vms::report(session, node, vm, observed),
        Op::AcquireLease {
            resource,
            holder,
            duration,
        } => leases::acquire(session, resource, holder, duration, now),
        Op::RenewLease {
            resource,
            claim,
            duration,
        } => leases::renew(session, resource, claim, duration, now),
        Op::ReleaseLease { resource, claim } => leases::release(session, resource, claim, now),
        Op::ClaimJob {
            job,
            holder,
            duration,
        } => leases::claim(session, job, holder, duration, now),
        Op::CompleteJob { job, fencing } => leases::complete(session, job, fencing),
        Op::FailJob { job, fencing } => leases::fail(session, job, fencing),
    }
}
