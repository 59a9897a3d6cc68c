//! The one byte string of a request: what the outbox sends and the audit log hashes.
//!
//! Numbers are big-endian and of fixed width, texts and lists follow their length, choices start with
//! their number. So no two requests have the same bytes, and none is the beginning of another.
//!
//! # Invariants
//!
//! - Injective: different requests have different bytes; likewise remote operations and notes.
//! - The first byte tells the three apart.
//!
//! # Not here
//!
//! Reading them back. A peer that has to do so knows the schema of the operation.

use crate::addresses::AddressPlan;
use crate::ids::{Holder, ImageDigest, Resource};
use crate::lease::Claim;
use crate::names::Name;
use crate::node::{Registration, Size};
use crate::operation::{Action, Operation, RemoteOperation, Request, VmSpec};

/// The bytes of a request.
#[must_use]
pub fn of_request(request: &Request) -> Vec<u8> {
    let mut bytes = Bytes(vec![1]);
    bytes.number(request.op.0);
    bytes.number(request.actor.0);
    bytes.byte(request.operation.action() as u8);
    bytes.operation(&request.operation);
    bytes.0
}

/// The bytes of a remote operation.
#[must_use]
pub fn of_remote(remote: &RemoteOperation) -> Vec<u8> {
    let mut bytes = Bytes(vec![2]);
    bytes.number(remote.op.0);
    bytes.resource(remote.resource);
    bytes.byte(u8::from(remote.rank.is_valid));
    bytes.byte(u8::from(remote.rank.is_safe));
    bytes.byte(remote.rank.priority);
    bytes.number(remote.rank.epoch);
    bytes.number(remote.rank.time);
    bytes.number(remote.rank.controller);
    bytes.0
}

/// The bytes of what has no number of its own: the clock, an acknowledgement, a restart.
#[must_use]
pub fn of_note(action: Action, first: u32, second: u32) -> Vec<u8> {
    let mut bytes = Bytes(vec![3, action as u8]);
    bytes.number(first);
    bytes.number(second);
    bytes.0
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, number: u32) {
        self.0.extend(number.to_be_bytes());
    }

    fn name(&mut self, name: &Name) {
        self.byte(name.as_str().len() as u8);
        self.0.extend(name.as_str().as_bytes());
    }

    fn digest(&mut self, image: &ImageDigest) {
        self.0.extend(image.0);
    }

    fn resource(&mut self, resource: Resource) {
        let (kind, number) = resource.to_numbers();
        self.byte(kind);
        self.number(number);
    }

    fn size(&mut self, size: Size) {
        self.number(size.cpu);
        self.number(size.mem);
    }

    fn fence(&mut self, fence: Option<u32>) {
        self.byte(u8::from(fence.is_some()));
        self.number(fence.unwrap_or(0));
    }

    fn lease(&mut self, resource: Resource, holder: Holder, last: u32) {
        self.resource(resource);
        self.number(holder.0);
        self.number(last);
    }

    fn registration(&mut self, registration: &Registration) {
        self.name(&registration.hostname);
        self.number(registration.address);
        self.size(registration.capacity);
        self.number(registration.incarnation);
    }

    fn plan(&mut self, plan: &AddressPlan) {
        self.number(plan.base());
        self.byte(plan.prefix_length());
        self.number(plan.first());
        self.number(plan.last());
        self.number(plan.gateway());
    }

    fn spec(&mut self, spec: &VmSpec) {
        self.name(&spec.name);
        self.number(spec.node.0);
        self.digest(&spec.image);
        self.number(spec.network.0);
        self.size(spec.size);
    }

    fn operation(&mut self, operation: &Operation) {
        match operation {
            Operation::RegisterNode { node, registration } => {
                self.number(node.0);
                self.registration(registration);
            }
            Operation::Heartbeat { node, incarnation } => {
                self.number(node.0);
                self.number(*incarnation);
            }
            Operation::Approve { node }
            | Operation::Reject { node }
            | Operation::Drain { node }
            | Operation::RemoveNode { node } => self.number(node.0),
            Operation::SetLabels { node, labels } => {
                self.number(node.0);
                self.number(labels.len() as u32);
                labels.iter().for_each(|label| self.name(label));
            }
            Operation::AddImage {
                image,
                size,
                format,
            } => {
                self.digest(image);
                self.number(*size);
                self.byte(*format as u8);
            }
            Operation::GcImages => {}
            Operation::CreateNetwork {
                network,
                name,
                plan,
            } => {
                self.number(network.0);
                self.name(name);
                self.plan(plan);
            }
            Operation::DeleteNetwork { network } => self.number(network.0),
            _ => self.rest(operation),
        }
    }

    /// What is about machines, leases and jobs.
    fn rest(&mut self, operation: &Operation) {
        match operation {
            Operation::CreateVm { vm, spec, fence } => {
                self.number(vm.0);
                self.spec(spec);
                self.fence(*fence);
            }
            Operation::UpdateVm {
                vm,
                size,
                desired,
                fence,
            } => {
                self.number(vm.0);
                self.size(*size);
                self.byte(*desired as u8);
                self.fence(*fence);
            }
            Operation::DeleteVm { vm, fence } => {
                self.number(vm.0);
                self.fence(*fence);
            }
            Operation::ReportState { node, vm, observed } => {
                self.number(node.0);
                self.number(vm.0);
                self.number(*observed);
            }
            Operation::AcquireLease {
                resource,
                holder,
                duration,
            } => self.lease(*resource, *holder, *duration),
            Operation::RenewLease {
                resource,
                claim: Claim { holder, fencing },
                duration,
            } => {
                self.lease(*resource, *holder, *fencing);
                self.number(*duration);
            }
            Operation::ReleaseLease {
                resource,
                claim: Claim { holder, fencing },
            } => self.lease(*resource, *holder, *fencing),
            Operation::ClaimJob {
                job,
                holder,
                duration,
            } => self.lease(Resource::Job(*job), *holder, *duration),
            Operation::CompleteJob { job, fencing } | Operation::FailJob { job, fencing } => {
                self.number(job.0);
                self.number(*fencing);
            }
            _ => unreachable!("`operation` writes the others"),
        }
    }
}
