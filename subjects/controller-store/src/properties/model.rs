//! The model, judged by what it answers; and the decisions of the store's modules, judged by the model.
//! No SQL anywhere, so all of it is for the prover as well.

use proofhouse::prelude::*;

use super::deeds::{any_rank, image, name, plan, spec};
use crate::arbitration::{Candidate, Standing, merge};
use crate::ids::OpId;
use crate::model::Model;
use crate::{
    Actor, Claim, Desired, Holder, ImageFormat, Lease, NetworkId, NodeId, Operation, Refusal,
    Registration, RemoteOperation, Reply, Request, Resource, Size, VmId,
};

/// A model that is asked under one number after the other.
struct Asked {
    model: Model,
    next_op: u32,
}

impl Asked {
    fn new() -> Self {
        Self {
            model: Model::new(),
            next_op: 0,
        }
    }

    fn ask(&mut self, operation: Operation) -> Result<Reply, Refusal> {
        let request = Request {
            op: OpId(self.next_op),
            actor: Actor(0),
            operation,
        };
        self.next_op += 1;
        let reply = self.model.apply(&request);
        if reply.is_ok() {
            assert_eq!(self.model.apply(&request), reply, "asked again");
        }
        reply
    }
}

/// A node with machines, as somebody knows it who only reads the answers.
struct Fleet {
    asked: Asked,
    capacity: u32,
    /// Number, name, address and processors of each machine.
    machines: Vec<(u32, u8, u32, u32)>,
}

impl Fleet {
    fn used(&self) -> u64 {
        let sizes = self.machines.iter().map(|machine| u64::from(machine.3));
        sizes.sum()
    }
}

#[state_machine]
impl Fleet {
    #[initial]
    fn new(capacity: u32) -> Self {
        let mut asked = Asked::new();
        let node = NodeId(0);
        let registration = registration(capacity, 0);
        let operations = [
            Operation::RegisterNode { node, registration },
            Operation::Approve { node },
            Operation::AddImage {
                image: image(0),
                size: 1,
                format: ImageFormat::Raw,
            },
            Operation::CreateNetwork {
                network: NetworkId(0),
                name: name(0),
                plan: plan(3),
            },
        ];
        for operation in operations {
            assert!(asked.ask(operation).is_ok());
        }
        Self {
            asked,
            capacity,
            machines: Vec::new(),
        }
    }

    #[action]
    fn create(&mut self, #[from(0..=2_u32)] vm: u32, #[from(0..=2_u8)] named: u8, cpu: u32) {
        let mut wanted = spec(named, 0);
        wanted.size = Size { cpu, mem: 1 };
        let reply = self.asked.ask(Operation::CreateVm {
            vm: VmId(vm),
            spec: wanted,
            fence: None,
        });
        let is_known = |machine: &(u32, u8, u32, u32)| machine.0 == vm;
        let is_named = |machine: &(u32, u8, u32, u32)| machine.1 == named;
        match reply {
            Ok(Reply::Address(address)) => {
                assert!(!self.machines.iter().any(is_known) && !self.machines.iter().any(is_named));
                assert!(self.machines.iter().all(|machine| machine.2 != address));
                assert!((0x0a00_0001..=0x0a00_0003).contains(&address) && address != 0x0a00_0002);
                self.machines.push((vm, named, address, cpu));
            }
            Err(Refusal::VmExists) => assert!(self.machines.iter().any(is_known)),
            Err(Refusal::VmNameTaken) => assert!(self.machines.iter().any(is_named)),
            Err(Refusal::AddressesExhausted) => assert!(self.machines.len() == 2),
            Err(Refusal::SizeZero) => assert!(cpu == 0),
            other => {
                assert_eq!(other, Err(Refusal::NoRoom));
                assert!(self.used() + u64::from(cpu) > u64::from(self.capacity));
            }
        }
    }

    #[action]
    fn update(&mut self, #[from(0..=2_u32)] vm: u32, cpu: u32) {
        let reply = self.asked.ask(Operation::UpdateVm {
            vm: VmId(vm),
            size: Size { cpu, mem: 1 },
            desired: Desired::Running,
            fence: None,
        });
        let used = self.used();
        let machine = self.machines.iter_mut().find(|machine| machine.0 == vm);
        match (reply, machine) {
            (Ok(_), Some(machine)) => machine.3 = cpu,
            (Err(Refusal::SizeZero), _) => assert!(cpu == 0),
            (Err(Refusal::NoSuchVm), machine) => assert!(machine.is_none()),
            (reply, machine) => {
                assert_eq!(reply, Err(Refusal::NoRoom));
                let others = used - machine.map_or(0, |machine| u64::from(machine.3));
                assert!(others + u64::from(cpu) > u64::from(self.capacity));
            }
        }
    }

    #[action]
    fn delete(&mut self, #[from(0..=2_u32)] vm: u32) {
        let vm_id = VmId(vm);
        let fence = None;
        let reply = self.asked.ask(Operation::DeleteVm { vm: vm_id, fence });
        let count = self.machines.len();
        self.machines.retain(|machine| machine.0 != vm);
        assert_eq!(reply.is_ok(), self.machines.len() < count);
    }

    #[action]
    fn register(&mut self, capacity: u32, #[from(0..=1_u32)] incarnation: u32) {
        let registration = registration(capacity, incarnation);
        let node = NodeId(0);
        if self
            .asked
            .ask(Operation::RegisterNode { node, registration })
            .is_ok()
        {
            self.capacity = capacity;
        }
    }

    #[invariant]
    fn capacity_respected(&self) {
        assert!(self.used() <= u64::from(self.capacity));
    }
}

fn registration(cpu: u32, incarnation: u32) -> Registration {
    Registration {
        hostname: name(0),
        address: 1,
        capacity: Size { cpu, mem: 9 },
        incarnation,
    }
}

/// Whatever is asked of the model, its machines fit into their node, whatever that has, have different
/// numbers, names and addresses, and are refused for reasons that hold.
#[property]
fn model_keeps_its_word(#[from(steps(..=12))] run: Steps<Fleet>) {
    assert!(run.state().machines.len() <= 2);
}

/// A lease as the store's module decides it, and as the model does.
struct Twins {
    lease: Lease,
    now: u32,
    asked: Asked,
}

const LEASED: Resource = Resource::Node(NodeId(0));

impl Twins {
    /// Both must answer the same.
    fn compare(&mut self, lease: Result<Lease, Refusal>, operation: Operation) {
        let reply = self.asked.ask(operation);
        assert_eq!(lease.err(), reply.err());
        if let Ok(lease) = lease {
            self.lease = lease;
            let expected = Reply::Leased {
                fencing: lease.fencing,
                expires_at: lease.expires_at,
            };
            assert!(reply == Ok(expected) || reply == Ok(Reply::Done));
        }
    }
}

#[state_machine]
impl Twins {
    #[initial]
    fn new() -> Self {
        Self {
            lease: Lease::NEVER,
            now: 0,
            asked: Asked::new(),
        }
    }

    #[action]
    fn acquire(&mut self, holder: u32, duration: u32) {
        let holder = Holder(holder);
        let lease = self.lease.acquire(holder, duration, self.now);
        let resource = LEASED;
        self.compare(
            lease,
            Operation::AcquireLease {
                resource,
                holder,
                duration,
            },
        );
    }

    #[action]
    fn renew(&mut self, holder: u32, fencing: u32, duration: u32) {
        let holder = Holder(holder);
        let claim = Claim { holder, fencing };
        let lease = self.lease.renew(claim, duration, self.now);
        let resource = LEASED;
        self.compare(
            lease,
            Operation::RenewLease {
                resource,
                claim,
                duration,
            },
        );
    }

    #[action]
    fn release(&mut self, holder: u32, fencing: u32) {
        let holder = Holder(holder);
        let claim = Claim { holder, fencing };
        let lease = self.lease.release(claim, self.now);
        let resource = LEASED;
        self.compare(lease, Operation::ReleaseLease { resource, claim });
    }

    #[action]
    fn tick(&mut self, to: u32) {
        let is_later = to >= self.now;
        assert_eq!(self.asked.model.tick(to).is_ok(), is_later);
        self.now = self.now.max(to);
    }
}

/// The store's decisions on leases are the model's, which counts what was granted.
#[property]
fn leases_refine_the_model(#[from(steps(..=12))] run: Steps<Twins>) {
    let _ = run.state();
}

fn remote(op: u32) -> FromFn<impl Fn(&mut Source) -> RemoteOperation> {
    from_fn(move |source| RemoteOperation {
        op: OpId(op),
        resource: LEASED,
        rank: source.draw(any_rank()),
    })
}

/// Merging one operation after the other leaves the head that the model finds among all of them, and
/// answers what it answers.
#[property]
fn merging_refines_the_model(
    #[from(remote(1))] first: RemoteOperation,
    #[from(remote(2))] second: RemoteOperation,
    #[from(remote(0))] third: RemoteOperation,
) {
    let mut model = Model::new();
    let mut head = None;
    for remote in [first, second, third] {
        let new = Candidate {
            rank: remote.rank,
            op: remote.op,
        };
        let merged = merge(head, new);
        head = Some(merged.head);
        let standing = if merged.head == new {
            Standing::Head
        } else {
            Standing::of_loser(new.rank)
        };
        assert_eq!(model.apply_remote(&remote), Ok(Reply::Placed(standing)));
    }
}
