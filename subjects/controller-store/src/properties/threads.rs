//! Two handles on one file.
//!
//! # Not here
//!
//! All schedules. Which thread comes when is left to the system, so what threads do is a test and no
//! property; but that every outcome is some order of whole operations is checked, not hoped.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use proofhouse::prelude::*;

use super::crash::{Folder, open};
use super::deeds::{Deed, deed, furniture, image, name};
use super::laws;
use super::rig::empty_store;
use crate::model::{Model, without_hashes};
use crate::{
    Actor, Claim, Holder, NetworkId, NodeId, OpId, Operation, Refusal, Reply, Request, Resource,
    Size, Store, VmId, VmSpec,
};

/// A file with two handles, beside a store in memory that is told the same.
struct Handles {
    handles: [Store; 2],
    alone: Store,
    next_op: u32,
    // Goes last, when the file is closed.
    _folder: Folder,
}

#[state_machine]
impl Handles {
    #[initial]
    fn new() -> Self {
        let folder = Folder::new();
        let path = folder.file("store.db");
        let mut alone = empty_store();
        let mut handles = [open(&path), open(&path)];
        for (at, request) in furniture().iter().enumerate() {
            alone.apply(request).expect("there is nothing in the way");
            handles[at % 2]
                .apply(request)
                .expect("there is nothing in the way");
        }
        Self {
            handles,
            alone,
            next_op: 1000,
            _folder: folder,
        }
    }

    #[action]
    fn ask(&mut self, is_second: bool, #[from(deed())] deed: Deed) {
        let op = OpId(self.next_op);
        self.next_op += 1;
        let deed = match deed {
            Deed::Own(request) => Deed::Own(Request { op, ..request }),
            other => other,
        };
        let result = deed.on_store(&mut self.handles[usize::from(is_second)]);
        let expected = deed.on_store(&mut self.alone);
        assert_eq!(format!("{result:?}"), format!("{expected:?}"));
    }

    #[invariant]
    fn all_hold_the_same(&self) {
        let [first, second] = &self.handles;
        let expected = self.alone.state().expect("it can be read");
        assert_eq!(first.state().expect("it can be read"), expected);
        assert_eq!(second.state().expect("it can be read"), expected);
    }
}

/// Two handles that take turns on one file are one store.
#[property(inputs_max = 1)]
fn handles_in_turns_are_one_store(#[from(steps(..=6))] run: Steps<Handles>) {
    let _ = run.state();
}

/// What one thread asked for, between which moments, and what it got.
struct Observed {
    request: Request,
    start: u32,
    end: u32,
    reply: Result<Reply, Refusal>,
}

/// What a thread asks for: machines and leases that the other one wants as well.
fn wish(thread: u32, number: u32, token: u32) -> Operation {
    let vm = VmId(number / 4 % 2);
    let resource = Resource::Node(NodeId(0));
    let holder = Holder(thread);
    match number % 4 {
        0 => Operation::CreateVm {
            vm,
            spec: VmSpec {
                name: name(vm.0 as u8),
                node: NodeId(0),
                image: image(0),
                network: NetworkId(0),
                size: Size { cpu: 1, mem: 1 },
            },
            fence: None,
        },
        1 => Operation::AcquireLease {
            resource,
            holder,
            duration: 5,
        },
        2 => Operation::ReleaseLease {
            resource,
            claim: Claim {
                holder,
                fencing: token,
            },
        },
        _ => Operation::DeleteVm { vm, fence: None },
    }
}

fn work(path: &Path, clock: &AtomicU32, thread: u32) -> Vec<Observed> {
    let mut store = open(path);
    let mut token = 0;
    let mut observed = Vec::new();
    for number in 0..40 {
        let request = Request {
            op: OpId(1000 * (thread + 1) + number),
            actor: Actor(thread),
            operation: wish(thread, number, token),
        };
        let start = clock.fetch_add(1, Ordering::SeqCst);
        let reply = store.apply(&request);
        let end = clock.fetch_add(1, Ordering::SeqCst);
        let reply = reply.map_err(|error| error.refusal().expect("the file can be used"));
        if let Ok(Reply::Leased { fencing, .. }) = reply {
            token = fencing;
        }
        observed.push(Observed {
            request,
            start,
            end,
            reply,
        });
    }
    observed
}

/// What two threads did at the same time, the model does in the order of the audit log, with the same
/// replies; and no operation comes before one that had ended when it began.
#[test]
fn threads_make_one_order() {
    let folder = Folder::new();
    let path = folder.file("store.db");
    let mut store = open(&path);
    let mut model = Model::new();
    for request in furniture() {
        store.apply(&request).unwrap();
        model.apply(&request).unwrap();
    }
    let clock = AtomicU32::new(0);
    let observed: Vec<Observed> = thread::scope(|scope| {
        let threads = [0, 1].map(|thread| {
            scope.spawn({
                let (path, clock) = (&path, &clock);
                move || work(path, clock, thread)
            })
        });
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });

    let state = store.state().unwrap();
    let by_hash: BTreeMap<_, _> = state
        .operations
        .iter()
        .map(|(op, record)| (record.request, *op))
        .collect();
    let order = state.audit.iter().map(|entry| by_hash[&entry.body.request]);
    let find = |op: OpId| observed.iter().find(move |seen| seen.request.op == op);
    let order: Vec<&Observed> = order.filter_map(find).collect();
    let done = observed.iter().filter(|seen| seen.reply.is_ok()).count();
    assert_eq!(order.len(), done);
    let mut latest_start = 0;
    for seen in order {
        assert!(
            seen.end > latest_start,
            "an operation came before one that had ended"
        );
        latest_start = latest_start.max(seen.start);
        assert_eq!(model.apply(&seen.request), seen.reply);
    }
    assert_eq!(without_hashes(state.clone()), model.state());
    laws::hold_at_rest(&store, &state);
}
