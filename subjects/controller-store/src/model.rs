//! The whole store once more, in lists, without SQL: what it should do.
//!
//! Nothing is kept that can be counted again. How many machines use an image, which addresses are free,
//! which token comes next, which remote operation is the head and which jobs there are: all is read off
//! the history each time. So the model can't have the store's mistakes of keeping two things in step,
//! and it shares none of the modules by which the store decides.
//!
//! # Invariants
//!
//! - [`Model::state`] equals the store's, but for hashes and payloads, which [`without_hashes`] clears.
//!
//! # Not here
//!
//! Speed, hashes and crashes.

mod cluster;
mod history;

use crate::arbitration::Standing;
use crate::chain::{Body, Entry, START};
use crate::error::Refusal;
use crate::ids::{Actor, ImageDigest, NetworkId, NodeId, OpId, Peer, Resource, VmId};
use crate::job::{Job, JobState};
use crate::names::Name;
use crate::node::{Approval, NodeStatus, Registration};
use crate::operation::{
    Action, Desired, ImageFormat, Operation, RemoteOperation, Reply, Request, VmSpec,
};
use crate::state::{Image, Message, Network, Record, State, Vm};
use crate::{AddressPlan, Holder, Lease, Node};

#[derive(Debug, Clone)]
struct ModelNode {
    id: NodeId,
    registration: Registration,
    status: NodeStatus,
    approval: Approval,
    registered_at: u32,
    last_seen: u32,
    labels: Vec<Name>,
}

#[derive(Debug, Clone)]
struct ModelVm {
    id: VmId,
    spec: VmSpec,
    desired: Desired,
    observed: u32,
    generation: u32,
    address: u32,
}

/// One lease of one resource; its token is how many there were up to it.
#[derive(Debug, Clone, Copy)]
struct Grant {
    resource: Resource,
    holder: Holder,
    until: u32,
    is_over: bool,
}

#[derive(Debug, Clone)]
enum Deed {
    Own(Request),
    Remote(RemoteOperation),
}

/// What somebody did with a job.
#[derive(Debug, Clone, Copy)]
struct JobNote {
    job: OpId,
    state: JobState,
    attempts: u32,
    fencing: u32,
}

#[derive(Debug, Clone, Copy)]
struct LogLine {
    time: u32,
    actor: Option<Actor>,
    action: Action,
    resource: Resource,
}

/// The store as it should be.
#[derive(Debug, Clone, Default)]
pub struct Model {
    now: u32,
    nodes: Vec<ModelNode>,
    images: Vec<(ImageDigest, u32, ImageFormat)>,
    networks: Vec<(NetworkId, Name, AddressPlan)>,
    vms: Vec<ModelVm>,
    grants: Vec<Grant>,
    deeds: Vec<(Deed, Reply)>,
    jobs: Vec<JobNote>,
    acks: Vec<(Peer, u32)>,
    log: Vec<LogLine>,
}

impl Model {
    /// A model of an empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`Store::apply`](crate::Store::apply).
    ///
    /// # Errors
    ///
    /// The refusal that the store has to answer with.
    pub fn apply(&mut self, request: &Request) -> Result<Reply, Refusal> {
        for (deed, reply) in &self.deeds {
            match deed {
                Deed::Own(first) if first == request => return Ok(*reply),
                Deed::Own(Request { op, .. }) | Deed::Remote(RemoteOperation { op, .. })
                    if *op == request.op =>
                {
                    return Err(Refusal::OpIdReused);
                }
                _ => {}
            }
        }
        let reply = self.perform(&request.operation)?;
        self.deeds.push((Deed::Own(request.clone()), reply));
        self.log.push(LogLine {
            time: self.now,
            actor: Some(request.actor),
            action: request.operation.action(),
            resource: request.operation.resource(),
        });
        Ok(reply)
    }

    /// As [`Store::apply_remote`](crate::Store::apply_remote).
    ///
    /// # Errors
    ///
    /// The refusal that the store has to answer with.
    pub fn apply_remote(&mut self, remote: &RemoteOperation) -> Result<Reply, Refusal> {
        for (deed, reply) in &self.deeds {
            match deed {
                Deed::Remote(first) if first == remote => return Ok(*reply),
                Deed::Own(Request { op, .. }) | Deed::Remote(RemoteOperation { op, .. })
                    if *op == remote.op =>
                {
                    return Err(Refusal::OpIdReused);
                }
                _ => {}
            }
        }
        // Its reply is how it stands at first; the list must hold it to tell.
        self.deeds.push((Deed::Remote(*remote), Reply::Done));
        let reply = Reply::Placed(self.standing(remote));
        if let Some(last) = self.deeds.last_mut() {
            last.1 = reply;
        }
        self.note(Action::ApplyRemote, remote.resource);
        Ok(reply)
    }

    /// As [`Store::tick`](crate::Store::tick).
    ///
    /// # Errors
    ///
    /// The refusal that the store has to answer with.
    pub fn tick(&mut self, to: u32) -> Result<(), Refusal> {
        if to < self.now {
            return Err(Refusal::ClockBack);
        }
        self.now = to;
        for at in 0..self.jobs.len() {
            let note = self.jobs[at];
            if note.state == JobState::Running && self.live(Resource::Job(note.job)).is_none() {
                self.jobs[at].state = JobState::Pending;
            }
        }
        self.note(Action::Tick, Resource::Controller);
        Ok(())
    }

    /// As [`Store::ack`](crate::Store::ack).
    ///
    /// # Errors
    ///
    /// The refusal that the store has to answer with.
    pub fn ack(&mut self, peer: Peer, sequence: u32) -> Result<(), Refusal> {
        if sequence as usize > self.own_deeds().count() {
            return Err(Refusal::AckAhead);
        }
        self.acks.push((peer, sequence));
        self.note(Action::Ack, Resource::Controller);
        Ok(())
    }

    /// As [`Store::restart`](crate::Store::restart).
    pub fn restart(&mut self) {
        for note in &mut self.jobs {
            if note.state == JobState::Running {
                note.state = JobState::Pending;
                let resource = Resource::Job(note.job);
                for grant in &mut self.grants {
                    grant.is_over |= grant.resource == resource;
                }
            }
        }
        self.note(Action::Restart, Resource::Controller);
    }

    fn note(&mut self, action: Action, resource: Resource) {
        let (time, actor) = (self.now, None);
        self.log.push(LogLine {
            time,
            actor,
            action,
            resource,
        });
    }

    fn own_deeds(&self) -> impl Iterator<Item = &Request> {
        self.deeds.iter().filter_map(|(deed, _)| match deed {
            Deed::Own(request) => Some(request),
            Deed::Remote(_) => None,
        })
    }

    /// What a store with this history holds, without hashes and payloads.
    #[must_use]
    pub fn state(&self) -> State {
        let mut state = State {
            now: self.now,
            ..State::default()
        };
        self.write_cluster(&mut state);
        self.write_history(&mut state);
        state
    }

    fn write_cluster(&self, state: &mut State) {
        for node in &self.nodes {
            let value = Node {
                registration: node.registration.clone(),
                status: node.status,
                approval: node.approval,
                registered_at: node.registered_at,
                last_seen: node.last_seen,
            };
            state.nodes.insert(node.id, value);
            let labels = node.labels.iter().map(|label| (node.id, label.clone()));
            state.labels.extend(labels);
        }
        for (digest, size, format) in &self.images {
            let users = self.vms.iter().filter(|vm| vm.spec.image == *digest);
            let image = Image {
                size: *size,
                format: *format,
                references: users.count() as u32,
            };
            state.images.insert(*digest, image);
        }
        for (network, name, plan) in &self.networks {
            let (name, plan) = (name.clone(), *plan);
            state.networks.insert(*network, Network { name, plan });
        }
        for vm in &self.vms {
            let value = Vm {
                spec: vm.spec.clone(),
                desired: vm.desired,
                observed: vm.observed,
                generation: vm.generation,
            };
            state.vms.insert(vm.id, value);
            state.addresses.insert((vm.spec.network, vm.address), vm.id);
        }
    }

    fn write_history(&self, state: &mut State) {
        for grant in &self.grants {
            let before = state.leases.get(&grant.resource);
            let lease = Lease {
                holder: (!grant.is_over).then_some(grant.holder),
                fencing: before.map_or(0, |lease| lease.fencing) + 1,
                expires_at: grant.until,
            };
            state.leases.insert(grant.resource, lease);
        }
        for (deed, reply) in &self.deeds {
            let (op, record) = self.record(deed, *reply);
            state.operations.insert(op, record);
            if let Some((_, Standing::Head)) = record.arbitration {
                state.heads.insert(record.resource, op);
            }
            if let Some((_, Standing::Compensated)) = record.arbitration {
                let note = self.job(op);
                let job = Job {
                    state: note.state,
                    attempts: note.attempts,
                    fencing: note.fencing,
                };
                state.jobs.insert(op, job);
            }
        }
        for (place, request) in self.own_deeds().enumerate() {
            let (op, payload) = (request.op, Vec::new());
            let message = Message { op, payload };
            state.outbox.insert(place as u32 + 1, message);
        }
        for (peer, sequence) in &self.acks {
            let last = state.acks.entry(*peer).or_insert(0);
            *last = (*last).max(*sequence);
        }
        for (place, line) in self.log.iter().enumerate() {
            let body = Body {
                time: line.time,
                actor: line.actor,
                action: line.action,
                resource: line.resource,
                request: START,
            };
            state.audit.push(Entry {
                sequence: place as u32 + 1,
                body,
                previous: START,
                hash: START,
            });
        }
    }

    fn record(&self, deed: &Deed, reply: Reply) -> (OpId, Record) {
        match deed {
            Deed::Own(request) => {
                let record = Record {
                    actor: Some(request.actor),
                    action: request.operation.action(),
                    resource: request.operation.resource(),
                    arbitration: None,
                    request: START,
                    reply,
                };
                (request.op, record)
            }
            Deed::Remote(remote) => {
                let record = Record {
                    actor: None,
                    action: Action::ApplyRemote,
                    resource: remote.resource,
                    arbitration: Some((remote.rank, self.standing(remote))),
                    request: START,
                    reply,
                };
                (remote.op, record)
            }
        }
    }

    fn perform(&mut self, operation: &Operation) -> Result<Reply, Refusal> {
        match operation {
            Operation::AcquireLease { .. }
            | Operation::RenewLease { .. }
            | Operation::ReleaseLease { .. }
            | Operation::ClaimJob { .. }
            | Operation::CompleteJob { .. }
            | Operation::FailJob { .. } => self.perform_in_time(operation),
            Operation::CreateVm { .. }
            | Operation::UpdateVm { .. }
            | Operation::DeleteVm { .. }
            | Operation::ReportState { .. } => self.perform_on_vm(operation),
            _ => self.perform_on_cluster(operation),
        }
    }
}

/// The same state without hashes and payloads, as the model has it.
#[must_use]
pub fn without_hashes(mut state: State) -> State {
    for record in state.operations.values_mut() {
        record.request = START;
    }
    for message in state.outbox.values_mut() {
        message.payload.clear();
    }
    for entry in &mut state.audit {
        entry.body.request = START;
        entry.previous = START;
        entry.hash = START;
    }
    state
}
