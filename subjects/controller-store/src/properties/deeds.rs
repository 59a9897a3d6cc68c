//! What can be done to a store, as values and as generators of them.
//!
//! Numbers are drawn from few, so that sequences meet what they made before.

use proofhouse::prelude::*;

use crate::addresses::AddressPlan;
use crate::arbitration::Rank;
use crate::model::Model;
use crate::{
    Actor, Holder, ImageDigest, ImageFormat, Name, NetworkId, NodeId, OpId, Operation, Peer,
    Refusal, Registration, RemoteOperation, Reply, Request, Resource, Size, Store, StoreError,
    VmId, VmSpec,
};

/// Anything that can be done to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Own(Request),
    Remote(RemoteOperation),
    Tick(u32),
    Ack(Peer, u32),
    Restart,
}

impl Deed {
    /// `None` where there is nothing to return.
    pub(super) fn on_store(&self, store: &mut Store) -> Result<Option<Reply>, StoreError> {
        match self {
            Self::Own(request) => store.apply(request).map(Some),
            Self::Remote(remote) => store.apply_remote(remote).map(Some),
            Self::Tick(to) => store.tick(*to).map(|()| None),
            Self::Ack(peer, sequence) => store.ack(*peer, *sequence).map(|()| None),
            Self::Restart => store.restart().map(|()| None),
        }
    }

    pub(super) fn on_model(&self, model: &mut Model) -> Result<Option<Reply>, Refusal> {
        match self {
            Self::Own(request) => model.apply(request).map(Some),
            Self::Remote(remote) => model.apply_remote(remote).map(Some),
            Self::Tick(to) => model.tick(*to).map(|()| None),
            Self::Ack(peer, sequence) => model.ack(*peer, *sequence).map(|()| None),
            Self::Restart => {
                model.restart();
                Ok(None)
            }
        }
    }

    /// Whether the store knows it when it comes again.
    pub(super) fn has_number(&self) -> bool {
        matches!(self, Self::Own(_) | Self::Remote(_))
    }
}

/// What makes two approved nodes, an image and a network with two addresses, one of which is a machine's
/// on the first node; the second node has a label.
pub(super) fn furniture() -> Vec<Request> {
    let node = |number: u32| {
        let node = NodeId(number);
        let registration = Registration {
            hostname: name(number as u8),
            address: number,
            capacity: Size { cpu: 3, mem: 3 },
            incarnation: 1,
        };
        let register = Operation::RegisterNode { node, registration };
        [register, Operation::Approve { node }]
    };
    let add_image = Operation::AddImage {
        image: image(0),
        size: 1,
        format: ImageFormat::Qcow2,
    };
    let create_network = Operation::CreateNetwork {
        network: NetworkId(0),
        name: name(0),
        plan: plan(3),
    };
    let set_labels = Operation::SetLabels {
        node: NodeId(1),
        labels: vec![name(0)],
    };
    let create_vm = Operation::CreateVm {
        vm: VmId(0),
        // The last name, so that the order of names is not that of numbers.
        spec: spec(3, 0),
        fence: None,
    };
    let operations = node(0).into_iter().chain(node(1));
    let operations = operations.chain([add_image, create_network, set_labels, create_vm]);
    let request = |(place, operation)| Request {
        op: OpId(50 + place as u32),
        actor: Actor(0),
        operation,
    };
    operations.enumerate().map(request).collect()
}

pub(super) fn name(number: u8) -> Name {
    Name::new(["a", "b-1", "c2", "d"][usize::from(number) % 4]).expect("it is a name")
}

pub(super) fn image(number: u8) -> ImageDigest {
    ImageDigest([number; 32])
}

/// A network in 10.0.0.0/24 with so many addresses, one of which is the gateway's.
pub(super) fn plan(addresses: u8) -> AddressPlan {
    const BASE: u32 = 0x0a00_0000;
    let last = BASE + u32::from(addresses.max(1));
    AddressPlan::new(BASE, 24, BASE + 1, last, BASE + 2).expect("it is a network")
}

pub(super) fn resource(number: u8) -> Resource {
    match number % 4 {
        0 => Resource::Vm(VmId(0)),
        1 => Resource::Vm(VmId(1)),
        2 => Resource::Node(NodeId(0)),
        _ => Resource::Job(OpId(0)),
    }
}

/// A deed under a number of its own, of the kinds that write most, with numbers from few.
pub(super) fn deed() -> FromFn<fn(&mut Source) -> Deed> {
    from_fn(|source| {
        let operation = match source.draw(0..=10_u8) {
            0 => return Deed::Remote(source.draw(remote_operation())),
            1 => return Deed::Tick(source.draw(0..=8_u32)),
            2 => return Deed::Restart,
            3 => Operation::SetLabels {
                node: NodeId(source.draw(0..=1_u32)),
                labels: vec![name(0), name(source.draw(0..=1_u8))],
            },
            4 => Operation::DeleteVm {
                vm: VmId(source.draw(0..=1_u32)),
                fence: None,
            },
            5 => Operation::GcImages,
            6 => Operation::RemoveNode {
                node: NodeId(source.draw(0..=2_u32)),
            },
            7 => Operation::ClaimJob {
                job: OpId(source.draw(0..=5_u32)),
                holder: Holder(0),
                duration: 2,
            },
            8 => Operation::AcquireLease {
                resource: resource(source.draw(0..=1_u8)),
                holder: Holder(1),
                duration: 3,
            },
            _ => Operation::CreateVm {
                vm: VmId(source.draw(0..=3_u32)),
                spec: spec(source.draw(0..=3_u8), source.draw(0..=1_u32)),
                fence: None,
            },
        };
        Deed::Own(Request {
            op: OpId(1000),
            actor: Actor(1),
            operation,
        })
    })
}

pub(super) fn spec(named: u8, node: u32) -> VmSpec {
    VmSpec {
        name: name(named),
        node: NodeId(node),
        image: image(0),
        network: NetworkId(0),
        size: Size { cpu: 1, mem: 1 },
    }
}

/// An operation of another controller; ranks often agree in their first fields.
pub(super) fn remote_operation() -> FromFn<fn(&mut Source) -> RemoteOperation> {
    from_fn(|source| RemoteOperation {
        op: OpId(source.draw(0..=9_u32)),
        resource: resource(source.draw(0..=1_u8)),
        rank: source.draw(rank()),
    })
}

/// A token, or more often none.
pub(super) fn fence() -> FromFn<fn(&mut Source) -> Option<u32>> {
    from_fn(|source| match source.draw(0..=5_u32) {
        token @ 1..=2 => Some(token),
        _ => None,
    })
}

/// Any rank.
pub(super) fn any_rank() -> FromFn<fn(&mut Source) -> Rank> {
    from_fn(|source| Rank {
        is_valid: source.draw(any::<bool>()),
        is_safe: source.draw(any::<bool>()),
        priority: source.draw(any::<u8>()),
        epoch: source.draw(any::<u32>()),
        time: source.draw(any::<u32>()),
        controller: source.draw(any::<u32>()),
    })
}

/// One of few ranks, so that fields are often equal.
pub(super) fn rank() -> FromFn<fn(&mut Source) -> Rank> {
    from_fn(|source| Rank {
        is_valid: source.draw(any::<bool>()),
        is_safe: source.draw(any::<bool>()),
        priority: source.draw(0..=1_u8),
        epoch: source.draw(0..=1_u32),
        time: source.draw(0..=1_u32),
        controller: source.draw(0..=1_u32),
    })
}
