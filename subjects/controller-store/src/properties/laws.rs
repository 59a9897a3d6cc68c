//! The twenty invariants, one function each, over what a store holds, what it held before, and what
//! was done in between.
//!
//! They are written from the description, on plain values; none asks a module that the store asks.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::deeds::Deed;
use super::rig::Last;
use crate::arbitration::Standing;
use crate::chain::Head;
use crate::job::JobState;
use crate::state::State;
use crate::{
    Action, Approval, Lease, NodeId, Operation, Refusal, Reply, Resource, Store, VmKey, canonical,
};

/// 1: No row refers to one that is not there.
pub(super) fn referential_integrity(store: &Store) {
    let connection = store.connection();
    let mut statement = connection
        .prepare_cached("PRAGMA foreign_key_check")
        .expect("SQLite knows it");
    assert!(!statement.exists([]).expect("SQLite can say"));
}

/// 2: The file is as SQLite wrote it, and rows pass their checks.
pub(super) fn integrity_check(store: &Store) {
    let connection = store.connection();
    let mut statement = connection
        .prepare_cached("PRAGMA integrity_check")
        .expect("SQLite knows it");
    let answer: String = statement
        .query_row([], |row| row.get(0))
        .expect("SQLite can say");
    assert_eq!(answer, "ok");
}

/// 3: No two machines, networks or addresses have the same name, and a text means at most one machine.
pub(super) fn keys_unique(store: &Store, state: &State) {
    let names: BTreeSet<_> = state.vms.values().map(|vm| &vm.spec.name).collect();
    assert_eq!(names.len(), state.vms.len());
    let names: BTreeSet<_> = state
        .networks
        .values()
        .map(|network| &network.name)
        .collect();
    assert_eq!(names.len(), state.networks.len());
    let nodes = state.nodes.values();
    let addresses: BTreeSet<_> = nodes.map(|node| node.registration.address).collect();
    assert_eq!(addresses.len(), state.nodes.len());
    for (id, vm) in &state.vms {
        for text in [id.to_string(), vm.spec.name.to_string()] {
            let key = VmKey::parse(&text).expect("it is a key");
            let found = store.vm(&key).expect("it can be read");
            assert_eq!(found.as_ref(), Some(&(*id, vm.clone())));
        }
    }
}

/// 4: The machines of a node use no more than it has, also after it registered with less.
pub(super) fn capacity_respected(state: &State) {
    for (id, node) in &state.nodes {
        let vms = state.vms.values().filter(|vm| vm.spec.node == *id);
        let (cpu, mem) = vms.fold((0, 0), |(cpu, mem), vm| {
            let size = vm.spec.size;
            (cpu + u64::from(size.cpu), mem + u64::from(size.mem))
        });
        let capacity = node.registration.capacity;
        assert!(cpu <= u64::from(capacity.cpu) && mem <= u64::from(capacity.mem));
    }
}

/// 5: A machine that was not there is on a node that was approved.
pub(super) fn machines_start_on_approved_nodes(before: &State, after: &State) {
    for (id, vm) in &after.vms {
        if !before.vms.contains_key(id) {
            let node = before.nodes.get(&vm.spec.node);
            assert!(node.is_some_and(|node| node.approval == Approval::Approved));
        }
        // And no machine changes its node.
        if let Some(earlier) = before.vms.get(id) {
            assert_eq!(earlier.spec.node, vm.spec.node);
        }
    }
}

/// 6: A registration that is repeated changes when the node was last seen, and nothing else; no
/// registration changes another node.
pub(super) fn registration_idempotent(before: &State, after: &State, last: &Last) {
    let Some(Operation::RegisterNode { node, registration }) = last.done() else {
        return;
    };
    let mut expected = before.nodes.clone();
    match before.nodes.get(node) {
        Some(known) if known.registration == *registration => {
            let known = expected.get_mut(node).expect("it is there");
            known.last_seen = before.now;
            assert_eq!(after.nodes, expected);
        }
        _ => {
            let new = after.nodes.get(node).expect("it is there");
            assert_eq!(new.registration, *registration);
            expected.insert(*node, new.clone());
            assert_eq!(after.nodes, expected);
        }
    }
    assert_eq!(after.labels, before.labels);
}

/// 7: What people said about a node is changed by people alone.
pub(super) fn approval_by_people(before: &State, after: &State, last: &Last) {
    let judged = match last.done() {
        Some(Operation::Approve { node }) => Some((*node, Approval::Approved)),
        Some(Operation::Reject { node }) => Some((*node, Approval::Rejected)),
        _ => None,
    };
    for (id, node) in &after.nodes {
        let earlier = before.nodes.get(id);
        let expected = match judged {
            Some((judged, approval)) if judged == *id => approval,
            _ => earlier.map_or(Approval::Pending, |node| node.approval),
        };
        assert_eq!(node.approval, expected);
    }
}

/// 8: A heartbeat of a node that is unknown, rejected, or not the one that registered changes nothing.
pub(super) fn strange_heartbeats_ignored(before: &State, after: &State, last: &Last) {
    let Deed::Own(request) = &last.deed else {
        return;
    };
    let Operation::Heartbeat { node, incarnation } = &request.operation else {
        return;
    };
    let is_expected = before.nodes.get(node).is_some_and(|node| {
        node.approval != Approval::Rejected && node.registration.incarnation == *incarnation
    });
    if !is_expected {
        assert_eq!(before, after);
    }
}

/// 9: Each machine has one address, in its network's range and none of the reserved ones, and no two
/// have the same; a network that has a free one never refuses for want of it.
pub(super) fn addresses_sound(before: &State, after: &State, last: &Last) {
    let owners: BTreeSet<_> = after.addresses.values().collect();
    assert_eq!(owners.len(), after.addresses.len());
    assert_eq!(after.addresses.len(), after.vms.len());
    for ((network, address), vm) in &after.addresses {
        assert_eq!(after.vms[vm].spec.network, *network);
        let plan = &after.networks[network].plan;
        let broadcast = plan.base() | (u32::MAX >> plan.prefix_length());
        assert!((plan.first()..=plan.last()).contains(address));
        assert!(![plan.base(), broadcast, plan.gateway()].contains(address));
    }
    if let (Deed::Own(request), Err(Refusal::AddressesExhausted)) = (&last.deed, &last.result) {
        let Operation::CreateVm { spec, .. } = &request.operation else {
            panic!("nothing else takes an address");
        };
        let plan = &before.networks[&spec.network].plan;
        let usable = (plan.first()..=plan.last()).filter(|address| *address != plan.gateway());
        let mut taken =
            usable.map(|address| before.addresses.contains_key(&(spec.network, address)));
        assert!(taken.all(|is_taken| is_taken));
    }
}

/// 10: Images count the machines that use them, and exactly those that nobody uses are removed.
pub(super) fn images_counted(before: &State, after: &State, last: &Last) {
    for (digest, image) in &after.images {
        let users = after.vms.values().filter(|vm| vm.spec.image == *digest);
        assert_eq!(image.references as usize, users.count());
    }
    if let Some(Operation::GcImages) = last.done() {
        let mut expected = before.images.clone();
        expected.retain(|digest, _| before.vms.values().any(|vm| vm.spec.image == *digest));
        assert_eq!(after.images, expected);
        let removed = (before.images.len() - expected.len()) as u32;
        assert_eq!(last.result, Ok(Some(Reply::Removed(removed))));
    } else {
        assert!(
            before
                .images
                .keys()
                .all(|digest| after.images.contains_key(digest))
        );
    }
}

/// 11: A token is never smaller than it was, and another holder has a greater one; who lost a lease
/// does nothing with it.
pub(super) fn leases_fenced(before: &State, after: &State, last: &Last) {
    for (resource, earlier) in &before.leases {
        let later = after.leases.get(resource).expect("records of leases stay");
        assert!(later.fencing >= earlier.fencing);
        if later.fencing == earlier.fencing {
            assert!(later.holder.is_none() || later.holder == earlier.holder);
            assert!(later.expires_at >= earlier.expires_at);
        } else {
            assert!(earlier.holder.is_none() || earlier.expires_at <= before.now);
            assert_eq!(later.fencing, earlier.fencing + 1);
        }
    }
    let Some(operation) = last.done() else {
        return;
    };
    let known = before.leases.get(&operation.resource());
    let live = known.filter(|lease| lease.holder.is_some() && before.now < lease.expires_at);
    let token = live.map(|lease| lease.fencing);
    match operation {
        Operation::CreateVm { fence, .. }
        | Operation::UpdateVm { fence, .. }
        | Operation::DeleteVm { fence, .. } => assert_eq!(*fence, token),
        Operation::RenewLease { claim, .. } | Operation::ReleaseLease { claim, .. } => {
            assert_eq!(Some(claim.fencing), token);
            assert_eq!(Some(claim.holder), live.and_then(|lease| lease.holder));
        }
        Operation::AcquireLease { .. } => assert_eq!(live, None),
        Operation::CompleteJob { fencing, .. } | Operation::FailJob { fencing, .. } => {
            assert_eq!(Some(*fencing), token);
        }
        _ => {}
    }
}

/// 12: What comes again returns its first reply, and changes nothing.
pub(super) fn replay_changes_nothing(before: &State, after: &State, last: &Last) {
    if let Some(first) = &last.first {
        assert_eq!(last.result, Ok(*first));
        assert_eq!(before, after);
    }
}

/// 13: The head of a resource is the strongest operation on it, and all others have lost.
pub(super) fn heads_strongest(state: &State) {
    let mut strongest = BTreeMap::new();
    for (op, record) in &state.operations {
        let Some((rank, _)) = record.arbitration else {
            continue;
        };
        let strength = (
            (rank.is_valid, rank.is_safe, rank.priority),
            (rank.epoch, rank.time, rank.controller),
            *op,
        );
        let best = strongest.entry(record.resource).or_insert(strength);
        *best = strength.max(*best);
    }
    let expected: BTreeMap<_, _> = strongest.iter().map(|(at, best)| (*at, best.2)).collect();
    assert_eq!(state.heads, expected);
    for (op, record) in &state.operations {
        let Some((rank, standing)) = record.arbitration else {
            continue;
        };
        let is_head = state.heads.get(&record.resource) == Some(op);
        assert_eq!(standing == Standing::Head, is_head);
        let is_compensated = !is_head && rank.is_valid && !rank.is_safe;
        assert_eq!(standing == Standing::Compensated, is_compensated);
        assert_eq!(state.jobs.contains_key(op), is_compensated);
    }
}

/// 14: What a peer has read never becomes less, and is never more than was sent.
pub(super) fn acks_monotone(before: &State, after: &State) {
    let last = after.outbox.keys().next_back().copied().unwrap_or(0);
    assert!(after.acks.values().all(|sequence| *sequence <= last));
    for (peer, sequence) in &before.acks {
        assert!(after.acks.get(peer) >= Some(sequence));
    }
    // Messages stay, and are numbered without gaps.
    assert!(
        after
            .outbox
            .keys()
            .copied()
            .eq(1..=after.outbox.len() as u32)
    );
    assert!(
        before
            .outbox
            .iter()
            .all(|(at, message)| after.outbox.get(at) == Some(message))
    );
}

/// 15: The audit log grows by one entry for what was done, whose hash is the request's, as in its record
/// and its message; and it changes in no other way.
pub(super) fn audit_append_only(before: &State, after: &State, last: &Last) {
    let is_new = last.result.is_ok() && last.first.is_none();
    let length = before.audit.len();
    assert_eq!(after.audit.len(), length + usize::from(is_new));
    assert_eq!(after.audit[..length], before.audit);
    let sequences = after.audit.iter().map(|entry| entry.sequence);
    assert!(sequences.eq(1..=after.audit.len() as u32));
    if let (true, Some(entry)) = (is_new, after.audit.last()) {
        let bytes = canonical_bytes(&last.deed);
        let hash = Sha256::digest(&bytes);
        assert_eq!(entry.body.request[..], hash[..]);
        let op = match &last.deed {
            Deed::Own(request) => request.op,
            Deed::Remote(remote) => remote.op,
            Deed::Tick(_) | Deed::Ack(..) | Deed::Restart => return,
        };
        assert_eq!(after.operations[&op].request[..], hash[..]);
        let mut messages = after.outbox.values().filter(|message| message.op == op);
        let is_own = matches!(last.deed, Deed::Own(_));
        assert_eq!(
            messages.next().map(|message| &message.payload),
            is_own.then_some(&bytes)
        );
    }
}

fn canonical_bytes(deed: &Deed) -> Vec<u8> {
    match deed {
        Deed::Own(request) => canonical::of_request(request),
        Deed::Remote(remote) => canonical::of_remote(remote),
        Deed::Tick(to) => canonical::of_note(Action::Tick, *to, 0),
        Deed::Ack(peer, sequence) => canonical::of_note(Action::Ack, peer.0, *sequence),
        Deed::Restart => canonical::of_note(Action::Restart, 0, 0),
    }
}

/// 16: Every hash of the audit log covers the one before it and the entry's body, and the store sees
/// that what was published is still there.
pub(super) fn audit_chained(store: &Store, state: &State, published: Head) {
    let mut previous = [0; 32];
    for entry in &state.audit {
        let body = &entry.body;
        let (kind, number) = body.resource.to_numbers();
        let mut bytes = b"controller-store audit 1".to_vec();
        bytes.extend(entry.sequence.to_be_bytes());
        bytes.extend(previous);
        bytes.extend(body.time.to_be_bytes());
        bytes.push(u8::from(body.actor.is_some()));
        bytes.extend(body.actor.map_or(0, |actor| actor.0).to_be_bytes());
        bytes.extend([body.action as u8, kind]);
        bytes.extend(number.to_be_bytes());
        bytes.extend(body.request);
        assert_eq!(entry.previous, previous);
        assert_eq!(entry.hash[..], Sha256::digest(bytes)[..]);
        previous = entry.hash;
    }
    let head = store.verify_audit(published).expect("the log is sound");
    assert_eq!(
        (head.sequence as usize, head.hash),
        (state.audit.len(), previous)
    );
}

/// 17: What is refused changes nothing.
pub(super) fn refusals_change_nothing(before: &State, after: &State, last: &Last) {
    if last.result.is_err() {
        assert_eq!(before, after);
    }
}

/// 18: A machine's generation is one more after each change of it, and no node has seen a later one.
pub(super) fn generations_counted(before: &State, after: &State, last: &Last) {
    for (id, vm) in &after.vms {
        assert!(vm.observed <= vm.generation);
        let Some(earlier) = before.vms.get(id) else {
            assert_eq!((vm.generation, vm.observed), (1, 0));
            continue;
        };
        let is_changed = matches!(
            last.done(),
            Some(Operation::UpdateVm { vm, .. }) if vm == id
        );
        assert_eq!(vm.generation, earlier.generation + u32::from(is_changed));
        assert!(vm.observed >= earlier.observed);
        if !is_changed {
            assert_eq!((&vm.spec, vm.desired), (&earlier.spec, earlier.desired));
        }
    }
}

/// 19: Jobs go from pending to running to done or failed, are tried at most three times, and run only
/// under a live lease; a restart leaves none running.
pub(super) fn jobs_in_order(before: &State, after: &State, last: &Last) {
    use JobState::{Done, Failed, Pending, Running};
    for (op, job) in &after.jobs {
        assert!(job.attempts <= 3);
        let lease = after
            .leases
            .get(&Resource::Job(*op))
            .unwrap_or(&Lease::NEVER);
        let is_live = lease.holder.is_some() && after.now < lease.expires_at;
        if job.state == Running {
            assert!(is_live && lease.fencing == job.fencing);
        } else {
            assert!(!is_live, "only who runs a job has its lease");
        }
        let earlier = before.jobs.get(op).map_or(Pending, |job| job.state);
        let attempts = before.jobs.get(op).map_or(0, |job| job.attempts);
        let claimed = u32::from(earlier == Pending && job.state == Running);
        assert_eq!(job.attempts, attempts + claimed);
        let is_legal = match (earlier, job.state) {
            (Pending, Running) | (Running, _) => true,
            (Pending, Failed) => attempts == 3,
            (earlier, later) => earlier == later,
        };
        assert!(is_legal, "from {earlier:?} to {:?}", job.state);
        match (earlier, &last.deed) {
            (Running, Deed::Restart) => assert_eq!(job.state, Pending),
            (Running, Deed::Own(_)) if job.state != Running => {
                let operation = last.done().expect("something was done");
                assert_eq!(operation.resource(), Resource::Job(*op));
                let is_completion = matches!(operation, Operation::CompleteJob { .. });
                assert_eq!(job.state == Done, is_completion);
            }
            _ => {}
        }
    }
}

/// 20: A machine is in all views or in none; who asks for a free name and number gets them.
pub(super) fn deleted_is_gone(store: &Store, before: &State, after: &State, last: &Last) {
    for number in 0..=3 {
        let id = crate::VmId(number);
        let vm = after.vms.get(&id);
        let address = store.address(id).expect("it can be read");
        assert_eq!(address.is_some(), vm.is_some());
        let found = store.vm(&VmKey::Id(id)).expect("it can be read");
        assert_eq!(found.map(|(_, vm)| vm).as_ref(), vm);
    }
    for text in ["a", "b-1", "c2", "d"] {
        let key = VmKey::parse(text).expect("it is a name");
        let found = store.vm(&key).expect("it can be read");
        let named = after
            .vms
            .iter()
            .find(|(_, vm)| vm.spec.name.as_str() == text);
        assert_eq!(found, named.map(|(id, vm)| (*id, vm.clone())));
    }
    for node in after.nodes.keys() {
        let on_node = store.vms_on(*node).expect("it can be read");
        let all = after.vms.clone().into_iter();
        assert!(all.filter(|(_, vm)| vm.spec.node == *node).eq(on_node));
    }
    if let (Deed::Own(request), Err(Refusal::VmNameTaken | Refusal::VmExists)) =
        (&last.deed, &last.result)
    {
        let Operation::CreateVm { vm, spec, .. } = &request.operation else {
            panic!("nothing else takes a name");
        };
        let mut names = before.vms.values().map(|vm| &vm.spec.name);
        assert!(before.vms.contains_key(vm) || names.any(|name| *name == spec.name));
    }
    if let Some(Operation::DeleteVm { vm, .. }) = last.done() {
        assert!(!after.vms.contains_key(vm));
        assert!(after.addresses.values().all(|owner| owner != vm));
    }
    if let Some(Operation::RemoveNode { node }) = last.done() {
        assert!(!after.nodes.contains_key(node));
        assert!(labels_of(after, *node) == 0);
    }
}

fn labels_of(state: &State, node: NodeId) -> usize {
    let labels = state.labels.iter();
    labels.filter(|(owner, _)| *owner == node).count()
}

/// All of them that are about a state alone, for a store that was not watched.
pub(super) fn hold_at_rest(store: &Store, state: &State) {
    referential_integrity(store);
    integrity_check(store);
    keys_unique(store, state);
    capacity_respected(state);
    heads_strongest(state);
    acks_monotone(state, state);
    audit_chained(store, state, Head::START);
    for (digest, image) in &state.images {
        let users = state.vms.values().filter(|vm| vm.spec.image == *digest);
        assert_eq!(image.references as usize, users.count());
    }
    assert_eq!(state.addresses.len(), state.vms.len());
}
