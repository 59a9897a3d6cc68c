//! The store beside its model, with the state before and after the last deed: the state machine that
//! random sequences of operations drive.

use std::sync::OnceLock;

use proofhouse::prelude::*;

use super::deeds::{Deed, fence, furniture, image, name, plan, resource};
use super::laws;
use crate::arbitration::Rank;
use crate::chain::Head;
use crate::model::{Model, without_hashes};
use crate::state::State;
use crate::store::Stop;
use crate::{
    Actor, Claim, Desired, Holder, ImageFormat, NetworkId, NodeId, OpId, Operation, Peer, Refusal,
    Registration, RemoteOperation, Reply, Request, Size, Store, StoreError, VmId, VmSpec,
};

/// The last deed and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Last {
    pub(super) deed: Deed,
    pub(super) result: Result<Option<Reply>, Refusal>,
    /// What came of it the first time, if it came again.
    pub(super) first: Option<Option<Reply>>,
}

impl Last {
    /// The operation, if it was one of ours and was done.
    pub(super) fn done(&self) -> Option<&Operation> {
        match (&self.deed, &self.result, &self.first) {
            (Deed::Own(request), Ok(_), None) => Some(&request.operation),
            _ => None,
        }
    }
}

/// The store, the model, and what just happened.
pub(super) struct Rig {
    pub(super) store: Store,
    pub(super) model: Model,
    pub(super) before: State,
    pub(super) after: State,
    pub(super) last: Option<Last>,
    /// A head of the audit log that somebody wrote down.
    pub(super) published: Head,
    done: Vec<(Deed, Option<Reply>)>,
    registrations: Vec<Operation>,
    next_op: u32,
    /// The next deed is stopped at this statement first.
    stop_at: Option<u32>,
}

impl Rig {
    pub(super) fn empty() -> Self {
        let store = empty_store();
        let state = store.state().expect("it can be read");
        Self {
            store,
            model: Model::new(),
            before: state.clone(),
            after: state,
            last: None,
            published: Head::START,
            done: Vec::new(),
            registrations: Vec::new(),
            next_op: 100,
            stop_at: None,
        }
    }

    fn furnish(&mut self) {
        for request in furniture() {
            self.submit(Deed::Own(request));
        }
        // The second one beats the first, which did harm: there is a job.
        for op in 0..2 {
            self.remote(op, 0, true, false, op as u8);
        }
        self.nothing_happened();
    }

    /// One of the jobs, or one that is none.
    fn job(&self, which: usize) -> OpId {
        self.after
            .jobs
            .keys()
            .nth(which)
            .copied()
            .unwrap_or(OpId(77))
    }

    /// The last deed has been judged.
    fn nothing_happened(&mut self) {
        self.before.clone_from(&self.after);
        self.last = None;
    }

    fn ask(&mut self, operation: Operation) {
        let op = OpId(self.next_op);
        self.next_op += 1;
        let actor = Actor(op.0 % 3);
        self.submit(Deed::Own(Request {
            op,
            actor,
            operation,
        }));
    }

    pub(super) fn submit(&mut self, deed: Deed) {
        let first = self.done.iter().find(|(other, _)| *other == deed);
        let first = first.filter(|_| deed.has_number()).map(|(_, reply)| *reply);
        let expected = deed.on_model(&mut self.model);
        let result = match self.stop_at.take() {
            None => refusal_of(deed.on_store(&mut self.store)),
            Some(statements) => self.stopped(&deed, statements),
        };
        assert_eq!(result, expected, "the reply of the store, and of the model");
        if let (Ok(reply), None) = (result, first) {
            self.done.push((deed.clone(), reply));
        }
        let after = self.store.state().expect("it can be read");
        self.before = std::mem::replace(&mut self.after, after);
        self.last = Some(Last {
            deed,
            result,
            first,
        });
    }

    /// Does a deed that fails at a statement, then once more unless it was done.
    fn stopped(&mut self, deed: &Deed, statements: u32) -> Result<Option<Reply>, Refusal> {
        self.store.fuse().arm(statements, Stop::Fail);
        let result = deed.on_store(&mut self.store);
        self.store.fuse().disarm();
        if !matches!(result, Err(StoreError::Stopped)) {
            return refusal_of(result);
        }
        let state = self.store.state().expect("it can be read");
        let is_done = state != self.after;
        if is_done && !deed.has_number() {
            // It was done, and only the answer was lost.
            return Ok(None);
        }
        let again = refusal_of(deed.on_store(&mut self.store));
        if is_done {
            let finally = self.store.state().expect("it can be read");
            assert_eq!(state, finally, "stopped in the middle, or done twice");
        }
        again
    }
}

/// An empty store, from a snapshot: that is faster than making the tables each time.
pub(super) fn empty_store() -> Store {
    static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
    let snapshot = EMPTY.get_or_init(|| {
        let mut store = Store::in_memory().expect("there is memory");
        store.snapshot().expect("there is memory")
    });
    Store::restore(snapshot).expect("it is a database")
}

/// What a store answered; anything but a refusal ends the test.
fn refusal_of(result: Result<Option<Reply>, StoreError>) -> Result<Option<Reply>, Refusal> {
    result.map_err(|error| match error.refusal() {
        Some(refusal) => refusal,
        None => panic!("the store failed: {error}"),
    })
}

#[state_machine]
impl Rig {
    #[initial]
    fn new(is_furnished: bool) -> Self {
        let mut rig = Self::empty();
        if is_furnished {
            rig.furnish();
        }
        rig
    }

    #[action]
    fn register(
        &mut self,
        #[from(0..=2_u8)] node: u8,
        #[from(0..=2_u32)] address: u32,
        #[from(0..=4_u32)] capacity: u32,
        #[from(0..=3_u32)] incarnation: u32,
    ) {
        let operation = Operation::RegisterNode {
            node: NodeId(u32::from(node)),
            registration: Registration {
                hostname: name(node),
                address,
                capacity: Size {
                    cpu: capacity,
                    mem: capacity,
                },
                incarnation,
            },
        };
        self.ask(operation.clone());
        if self.last.as_ref().is_some_and(|last| last.result.is_ok()) {
            self.registrations.push(operation);
        }
    }

    /// The last registration that was done, under a new number.
    #[action]
    #[precondition(!self.registrations.is_empty())]
    fn register_again(&mut self) {
        let last = self.registrations.last().expect("there is one");
        self.ask(last.clone());
    }

    #[action]
    fn heartbeat(&mut self, #[from(0..=2_u8)] node: u8, #[from(0..=3_u32)] incarnation: u32) {
        let node = NodeId(u32::from(node));
        self.ask(Operation::Heartbeat { node, incarnation });
    }

    #[action]
    #[weight(2)]
    fn judge(&mut self, #[from(0..=2_u8)] node: u8, #[from(0..=3_u8)] what: u8) {
        let node = NodeId(u32::from(node));
        self.ask(match what {
            1 => Operation::Reject { node },
            2 => Operation::Drain { node },
            3 => Operation::RemoveNode { node },
            _ => Operation::Approve { node },
        });
    }

    #[action]
    fn set_labels(
        &mut self,
        #[from(0..=2_u8)] node: u8,
        #[from(vec(0..=3_u8, 0..=3))] labels: Vec<u8>,
    ) {
        let labels = labels.into_iter().map(name).collect();
        let node = NodeId(u32::from(node));
        self.ask(Operation::SetLabels { node, labels });
    }

    #[action]
    fn add_image(&mut self, #[from(0..=1_u8)] number: u8, #[from(1..=2_u32)] size: u32) {
        self.ask(Operation::AddImage {
            image: image(number),
            size,
            format: ImageFormat::Qcow2,
        });
    }

    #[action]
    fn gc_images(&mut self) {
        self.ask(Operation::GcImages);
    }

    #[action]
    fn create_network(
        &mut self,
        #[from(0..=1_u32)] network: u32,
        #[from(0..=1_u8)] named: u8,
        #[from(1..=4_u8)] addresses: u8,
    ) {
        self.ask(Operation::CreateNetwork {
            network: NetworkId(network),
            name: name(named),
            plan: plan(addresses),
        });
    }

    #[action]
    fn delete_network(&mut self, #[from(0..=1_u32)] network: u32) {
        let network = NetworkId(network);
        self.ask(Operation::DeleteNetwork { network });
    }

    #[action]
    #[weight(4)]
    fn create_vm(
        &mut self,
        #[from(0..=3_u32)] vm: u32,
        #[from(0..=3_u8)] named: u8,
        #[from(0..=1_u32)] node: u32,
        #[from(0..=1_u8)] from: u8,
        #[from(0..=1_u32)] network: u32,
        #[from(0..=2_u32)] size: u32,
    ) {
        let spec = VmSpec {
            name: name(named),
            node: NodeId(node),
            image: image(from),
            network: NetworkId(network),
            size: Size {
                cpu: size,
                mem: size,
            },
        };
        let vm = VmId(vm);
        let fence = None;
        self.ask(Operation::CreateVm { vm, spec, fence });
    }

    #[action]
    #[weight(2)]
    fn resize_vm(
        &mut self,
        #[from(0..=self.after.vms.len())] which: usize,
        #[from(0..=4_u32)] cpu: u32,
        #[from(0..=4_u32)] mem: u32,
        #[from(fence())] fence: Option<u32>,
    ) {
        const UNKNOWN: VmId = VmId(9);
        self.ask(Operation::UpdateVm {
            vm: *self.after.vms.keys().nth(which).unwrap_or(&UNKNOWN),
            size: Size { cpu, mem },
            desired: Desired::Stopped,
            fence,
        });
    }

    #[action]
    #[precondition(!self.after.vms.is_empty())]
    fn start_or_stop_vm(
        &mut self,
        #[from(0..self.after.vms.len())] which: usize,
        is_running: bool,
        #[from(fence())] fence: Option<u32>,
    ) {
        let (vm, known) = self.after.vms.iter().nth(which).expect("it was drawn");
        let desired = match is_running {
            true => Desired::Running,
            false => Desired::Stopped,
        };
        let (vm, size) = (*vm, known.spec.size);
        self.ask(Operation::UpdateVm {
            vm,
            size,
            desired,
            fence,
        });
    }

    #[action]
    fn delete_vm(&mut self, #[from(0..=3_u32)] vm: u32, #[from(fence())] fence: Option<u32>) {
        let vm = VmId(vm);
        self.ask(Operation::DeleteVm { vm, fence });
    }

    #[action]
    fn report(
        &mut self,
        #[from(0..=2_u32)] node: u32,
        #[from(0..=3_u32)] vm: u32,
        #[from(0..=3_u32)] observed: u32,
    ) {
        let (node, vm) = (NodeId(node), VmId(vm));
        self.ask(Operation::ReportState { node, vm, observed });
    }

    #[action]
    #[weight(2)]
    fn acquire(
        &mut self,
        #[from(0..=3_u8)] of: u8,
        #[from(0..=1_u32)] holder: u32,
        #[from(0..=4_u32)] duration: u32,
    ) {
        self.ask(Operation::AcquireLease {
            resource: resource(of),
            holder: Holder(holder),
            duration,
        });
    }

    #[action]
    fn renew(
        &mut self,
        #[from(0..=3_u8)] of: u8,
        #[from(0..=1_u32)] holder: u32,
        #[from(1..=3_u32)] fencing: u32,
        #[from(0..=4_u32)] duration: u32,
    ) {
        let holder = Holder(holder);
        self.ask(Operation::RenewLease {
            resource: resource(of),
            claim: Claim { holder, fencing },
            duration,
        });
    }

    #[action]
    fn release(
        &mut self,
        #[from(0..=3_u8)] of: u8,
        #[from(0..=1_u32)] holder: u32,
        #[from(1..=3_u32)] fencing: u32,
    ) {
        let holder = Holder(holder);
        self.ask(Operation::ReleaseLease {
            resource: resource(of),
            claim: Claim { holder, fencing },
        });
    }

    #[action]
    #[weight(2)]
    fn claim_job(
        &mut self,
        #[from(0..=self.after.jobs.len())] which: usize,
        #[from(0..=1_u32)] holder: u32,
        #[from(0..=4_u32)] duration: u32,
    ) {
        self.ask(Operation::ClaimJob {
            job: self.job(which),
            holder: Holder(holder),
            duration,
        });
    }

    #[action]
    fn end_job(
        &mut self,
        #[from(0..=self.after.jobs.len())] which: usize,
        #[from(1..=3_u32)] fencing: u32,
        has_failed: bool,
    ) {
        let job = self.job(which);
        self.ask(if has_failed {
            Operation::FailJob { job, fencing }
        } else {
            Operation::CompleteJob { job, fencing }
        });
    }

    #[action]
    #[weight(3)]
    fn remote(
        &mut self,
        #[from(0..=5_u32)] op: u32,
        #[from(0..=1_u8)] about: u8,
        is_valid: bool,
        is_safe: bool,
        #[from(0..=2_u8)] priority: u8,
    ) {
        self.submit(Deed::Remote(RemoteOperation {
            op: OpId(op),
            resource: resource(about),
            rank: Rank {
                is_valid,
                is_safe,
                priority,
                epoch: 0,
                time: 0,
                controller: 1,
            },
        }));
    }

    #[action]
    #[weight(2)]
    fn tick(&mut self, #[from(0..=6_u32)] to: u32) {
        self.submit(Deed::Tick(to));
    }

    #[action]
    fn ack(&mut self, #[from(0..=1_u32)] peer: u32, #[from(0..=6_u32)] sequence: u32) {
        self.submit(Deed::Ack(Peer(peer), sequence));
    }

    #[action]
    fn restart(&mut self) {
        self.submit(Deed::Restart);
    }

    /// Something that was done comes again.
    #[action]
    #[precondition(!self.done.is_empty())]
    fn repeat(&mut self, #[from(0..self.done.len())] which: usize) {
        let (deed, _) = self.done[which].clone();
        self.submit(deed);
    }

    /// The number of something that was done comes with something else.
    #[action]
    #[precondition(self.next_op > 100)]
    fn reuse(&mut self, #[from(100..self.next_op)] op: u32) {
        self.submit(Deed::Own(Request {
            op: OpId(op),
            actor: Actor(9),
            operation: Operation::GcImages,
        }));
    }

    /// Somebody writes down the head of the audit log.
    #[action]
    fn publish(&mut self) {
        self.published = self.store.audit_head().expect("it can be read");
        self.nothing_happened();
    }

    /// The next deed is stopped at a statement, at first.
    #[action]
    fn stop_next(&mut self, #[from(0..=9_u32)] statements: u32) {
        self.stop_at = Some(statements);
        self.nothing_happened();
    }

    #[invariant]
    fn equals_model(&self) {
        assert_eq!(without_hashes(self.after.clone()), self.model.state());
    }

    #[invariant]
    fn referential_integrity(&self) {
        laws::referential_integrity(&self.store);
    }

    #[invariant]
    fn integrity_check(&self) {
        laws::integrity_check(&self.store);
    }

    #[invariant]
    fn keys_unique(&self) {
        laws::keys_unique(&self.store, &self.after);
    }

    #[invariant]
    fn capacity_respected(&self) {
        laws::capacity_respected(&self.after);
    }

    #[invariant]
    fn machines_start_on_approved_nodes(&self) {
        laws::machines_start_on_approved_nodes(&self.before, &self.after);
    }

    #[invariant]
    fn registration_idempotent(&self) {
        if let Some(last) = &self.last {
            laws::registration_idempotent(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn approval_by_people(&self) {
        if let Some(last) = &self.last {
            laws::approval_by_people(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn strange_heartbeats_ignored(&self) {
        if let Some(last) = &self.last {
            laws::strange_heartbeats_ignored(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn addresses_sound(&self) {
        if let Some(last) = &self.last {
            laws::addresses_sound(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn images_counted(&self) {
        if let Some(last) = &self.last {
            laws::images_counted(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn leases_fenced(&self) {
        if let Some(last) = &self.last {
            laws::leases_fenced(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn replay_changes_nothing(&self) {
        if let Some(last) = &self.last {
            laws::replay_changes_nothing(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn heads_strongest(&self) {
        laws::heads_strongest(&self.after);
    }

    #[invariant]
    fn acks_monotone(&self) {
        laws::acks_monotone(&self.before, &self.after);
    }

    #[invariant]
    fn audit_append_only(&self) {
        if let Some(last) = &self.last {
            laws::audit_append_only(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn audit_chained(&self) {
        laws::audit_chained(&self.store, &self.after, self.published);
    }

    #[invariant]
    fn refusals_change_nothing(&self) {
        if let Some(last) = &self.last {
            laws::refusals_change_nothing(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn generations_counted(&self) {
        if let Some(last) = &self.last {
            laws::generations_counted(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn jobs_in_order(&self) {
        if let Some(last) = &self.last {
            laws::jobs_in_order(&self.before, &self.after, last);
        }
    }

    #[invariant]
    fn deleted_is_gone(&self) {
        if let Some(last) = &self.last {
            laws::deleted_is_gone(&self.store, &self.before, &self.after, last);
        }
    }
}
