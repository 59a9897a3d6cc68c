//! Addresses and nodes, as the decisions are made: without SQL, with any numbers.

use proofhouse::prelude::*;

use crate::node::Usage;
use crate::{
    AddressPlan, Approval, InputError, Name, Node, NodeStatus, Refusal, Registration, Size,
};

/// A plan is made exactly when base, range and gateway are in their places, and keeps them.
#[property]
fn plans_are_exactly_the_networks(
    base: u32,
    #[from(0..=33_u8)] prefix_length: u8,
    first: u32,
    last: u32,
    gateway: u32,
) {
    let size = 1_u64 << (32 - u32::from(prefix_length.min(32)));
    let (start, end) = (u64::from(base), u64::from(base) + size - 1);
    let is_inside = |address: u32| start < u64::from(address) && u64::from(address) < end;
    let is_prefix = (1..=30).contains(&prefix_length);
    let is_aligned = is_prefix && start % size == 0;
    let is_range = is_inside(first) && is_inside(last) && first <= last;
    let expected = if !is_prefix {
        Some("input/prefix-length")
    } else if !is_aligned {
        Some("input/base-unaligned")
    } else if !is_range {
        Some("input/range-outside")
    } else if !is_inside(gateway) {
        Some("input/gateway-outside")
    } else {
        None
    };
    let plan = AddressPlan::new(base, prefix_length, first, last, gateway);
    assert_eq!(plan.as_ref().err().map(InputError::code), expected);
    if let Ok(plan) = plan {
        assert_eq!((plan.base(), plan.prefix_length()), (base, prefix_length));
        let kept = (plan.first(), plan.last(), plan.gateway());
        assert_eq!(kept, (first, last, gateway));
    }
}

/// Plans with small ranges at any place, the very ends of all addresses included.
fn plan() -> FromFn<fn(&mut Source) -> AddressPlan> {
    from_fn(|source| {
        let prefix_length = source.draw(29..=30_u8);
        let network = source.draw(any::<u32>());
        let hosts = u32::MAX >> prefix_length;
        let base = network & !hosts;
        let first = base + source.draw(1..hosts);
        let last = source.draw(first..=base + hosts - 1);
        let gateway = base + source.draw(1..hosts);
        AddressPlan::new(base, prefix_length, first, last, gateway).expect("it is a network")
    })
}

/// The next address is the first one of the range that is neither taken nor the gateway's, or none.
#[property]
fn the_lowest_free_address_is_next(#[from(plan())] plan: AddressPlan, taken: u8) {
    let is_taken = |address: u32| taken >> (address - plan.base()) & 1 == 1;
    let is_free = |address: &u32| *address != plan.gateway() && !is_taken(*address);
    let range = plan.first()..=plan.last();
    let mut addresses = range.clone().filter(|address| *address != plan.gateway());
    let list: Vec<u32> = addresses
        .by_ref()
        .filter(|address| is_taken(*address))
        .collect();
    assert_eq!(plan.next_free(list), range.clone().find(is_free));
}

/// A node has room exactly when sums that can't overflow say so.
#[property]
fn room_is_what_is_left(cpu: [u32; 2], mem: [u32; 2], more: [u32; 2], capacity: [u32; 2]) {
    let sizes = [
        Size {
            cpu: cpu[0],
            mem: mem[0],
        },
        Size {
            cpu: cpu[1],
            mem: mem[1],
        },
        Size {
            cpu: more[0],
            mem: more[1],
        },
    ];
    let usage = sizes.into_iter().fold(Usage::default(), Usage::plus);
    let fits = |used: [u32; 3], has: u32| {
        used.iter().map(|n| u128::from(*n)).sum::<u128>() <= u128::from(has)
    };
    let expected = fits([cpu[0], cpu[1], more[0]], capacity[0])
        && fits([mem[0], mem[1], more[1]], capacity[1]);
    let capacity = Size {
        cpu: capacity[0],
        mem: capacity[1],
    };
    assert_eq!(usage.fits(capacity), expected);
}

fn registration() -> FromFn<fn(&mut Source) -> Registration> {
    from_fn(|source| Registration {
        hostname: Name::new("n").expect("it is a name"),
        address: source.draw(any::<u32>()),
        capacity: Size {
            cpu: source.draw(any::<u32>()),
            mem: source.draw(any::<u32>()),
        },
        incarnation: source.draw(any::<u32>()),
    })
}

fn node() -> FromFn<fn(&mut Source) -> Node> {
    from_fn(|source| Node {
        registration: source.draw(registration()),
        status: source.draw(select([
            NodeStatus::Registered,
            NodeStatus::Ready,
            NodeStatus::Draining,
        ])),
        approval: source.draw(select([
            Approval::Pending,
            Approval::Approved,
            Approval::Rejected,
        ])),
        registered_at: source.draw(any::<u32>()),
        last_seen: source.draw(any::<u32>()),
    })
}

/// How much of something is in use; half of the time a node may have that much.
fn used() -> FromFn<fn(&mut Source) -> u64> {
    from_fn(|source| match source.draw(any::<bool>()) {
        true => source.draw(any::<u32>()).into(),
        false => source.draw(any::<u64>()),
    })
}

/// A node that registers again has what it says, keeps what people said, and is refused exactly when
/// it is an old process or has too little.
#[property]
fn registering_again_keeps_approval(
    #[from(node())] node: Node,
    #[from(registration())] registration: Registration,
    #[from(used())] cpu: u64,
    #[from(used())] mem: u64,
    now: u32,
) {
    let usage = Usage { cpu, mem };
    let is_old = registration.incarnation < node.registration.incarnation;
    let capacity = registration.capacity;
    let has_room = cpu <= u64::from(capacity.cpu) && mem <= u64::from(capacity.mem);
    match node.again(registration.clone(), usage, now) {
        Ok(new) => {
            assert!(!is_old && has_room);
            assert_eq!(new.registration, registration);
            assert_eq!(new.approval, node.approval);
            assert_eq!(
                (new.registered_at, new.last_seen),
                (node.registered_at, now)
            );
            let is_same = registration.incarnation == node.registration.incarnation;
            let stays = is_same || node.status != NodeStatus::Ready;
            assert_eq!(new.status == node.status, stays);
            assert!(stays || new.status == NodeStatus::Registered);
        }
        Err(Refusal::StaleIncarnation) => assert!(is_old),
        Err(refusal) => assert!(refusal == Refusal::CapacityBelowUse && !has_room && !is_old),
    }
}

/// Registering twice is as good as once.
#[property]
fn registering_twice_is_once(
    #[from(node())] node: Node,
    #[from(registration())] registration: Registration,
    now: u32,
) {
    if let Ok(once) = node.again(registration.clone(), Usage::default(), now) {
        let twice = once.again(registration, Usage::default(), now);
        assert_eq!(twice, Ok(once));
    }
}

/// A heartbeat counts exactly from the process that registered, on a node that is not rejected; it
/// makes a node ready that is approved, and ends no draining.
#[property]
fn heartbeats_count_from_the_registered(#[from(node())] node: Node, incarnation: u32) {
    let is_registered = incarnation == node.registration.incarnation;
    let is_counted = is_registered && node.approval != Approval::Rejected;
    let status = node.heartbeat(incarnation);
    assert_eq!(status.is_ok(), is_counted);
    if let Ok(status) = status {
        let is_ready = node.status == NodeStatus::Registered && node.approval == Approval::Approved;
        let expected = if is_ready {
            NodeStatus::Ready
        } else {
            node.status
        };
        assert_eq!(status, expected);
    }
}

/// Machines come to nodes that are approved and not being drained.
#[property]
fn machines_come_to_approved_nodes(#[from(node())] node: Node) {
    let is_open = node.status != NodeStatus::Draining;
    let is_approved = node.approval == Approval::Approved;
    assert_eq!(node.admit().is_ok(), is_open && is_approved);
    assert_eq!(node.admit() == Err(Refusal::NodeNotApproved), !is_approved);
}
