//! The chain of hashes, and what becomes of it when somebody changes the past.

use proofhouse::prelude::*;

use crate::chain::{Body, Break, Entry, Hash, Head, verify};
use crate::ids::{Actor, NodeId, Resource, VmId};
use crate::operation::Action;

fn body() -> FromFn<fn(&mut Source) -> Body> {
    from_fn(|source| Body {
        time: source.draw(any::<u32>()),
        actor: source.draw(optional(any::<u32>())).map(Actor),
        action: source.draw(select([Action::Approve, Action::Tick, Action::CreateVm])),
        resource: match source.draw(optional(any::<u32>())) {
            None => Resource::Controller,
            Some(number) if source.draw(any::<bool>()) => Resource::Vm(VmId(number)),
            Some(number) => Resource::Node(NodeId(number)),
        },
        request: [source.draw(any::<u8>()); 32],
    })
}

fn chain(bodies: &[Body]) -> Vec<Entry> {
    let mut head = Head::START;
    let next = |body: &Body| {
        let entry = Entry::next(head, *body);
        head = entry.head();
        entry
    };
    bodies.iter().map(next).collect()
}

/// Different bodies have different bytes.
#[property]
fn bodies_have_their_own_bytes(#[from(body())] left: Body, #[from(body())] right: Body) {
    assert_eq!(left.canonical() == right.canonical(), left == right);
}

/// A log that nobody changed is sound, whichever of its heads was published.
#[property]
fn an_honest_log_is_sound(
    #[from(vec(body(), 0..=5))] bodies: Vec<Body>,
    #[from(0..=5_usize)] published: usize,
) {
    let log = chain(&bodies);
    let head = log.last().map_or(Head::START, Entry::head);
    let published = match published.checked_sub(1) {
        Some(place) => log.get(place).map_or(Head::START, Entry::head),
        None => Head::START,
    };
    assert_eq!(verify(&log, published), Ok(head));
    assert_eq!(head.sequence as usize, bodies.len());
}

fn flip(hash: &mut Hash, bit: usize) {
    hash[bit / 8 % 32] ^= 1 << (bit % 8);
}

/// Changes one bit of an entry, of whichever field.
fn flip_bit(entry: &mut Entry, field: u8, bit: usize) {
    let number = 1_u32 << (bit % 32);
    match field {
        0 => entry.sequence ^= number,
        1 => entry.body.time ^= number,
        2 => {
            let actor = entry.body.actor.map_or(0, |actor| actor.0);
            entry.body.actor = Some(Actor(actor ^ number));
        }
        3 => {
            let is_approve = entry.body.action == Action::Approve;
            entry.body.action = if is_approve {
                Action::Reject
            } else {
                Action::Approve
            };
        }
        4 => {
            let (_, of) = entry.body.resource.to_numbers();
            entry.body.resource = Resource::Network(crate::NetworkId(of ^ number));
        }
        5 => flip(&mut entry.body.request, bit),
        6 => flip(&mut entry.previous, bit),
        _ => flip(&mut entry.hash, bit),
    }
}

/// A bit that is changed anywhere breaks the log at that entry.
#[property]
fn a_changed_bit_is_seen(
    #[from(vec(body(), 1..=5))] bodies: Vec<Body>,
    #[from(0..=4_usize)] place: usize,
    #[from(0..=7_u8)] field: u8,
    #[from(0..256_usize)] bit: usize,
) {
    let place = place % bodies.len();
    let mut log = chain(&bodies);
    flip_bit(&mut log[place], field, bit);
    let place = place as u32 + 1;
    assert_eq!(verify(&log, Head::START), Err(Break::Entry { place }));
}

/// Entries that change places, are taken out or put in twice break the log.
#[property]
fn a_moved_entry_is_seen(
    #[from(vec(body(), 2..=5))] bodies: Vec<Body>,
    #[from(0..=3_usize)] place: usize,
    #[from(0..=2_u8)] manner: u8,
) {
    let place = place % (bodies.len() - 1);
    let mut log = chain(&bodies);
    match manner {
        0 => log.swap(place, place + 1),
        1 => drop(log.remove(place)),
        _ => log.insert(place, log[place]),
    }
    assert!(verify(&log, Head::START).is_err());
}

/// A log that ends before a published head is seen to be short.
#[property]
fn a_cut_log_is_seen(
    #[from(vec(body(), 1..=5))] bodies: Vec<Body>,
    #[from(0..=4_usize)] length: usize,
) {
    let length = length % bodies.len();
    let log = chain(&bodies);
    let published = log[bodies.len() - 1].head();
    let kept = &log[..length];
    let expected = Break::Short {
        length: length as u32,
    };
    assert_eq!(verify(kept, published), Err(expected));
    assert!(verify(kept, Head::START).is_ok(), "nothing else shows it");
}

/// A log that was made anew with another past is sound in itself; a published head shows it.
#[property]
fn a_rewritten_log_is_seen(
    #[from(vec(body(), 1..=5))] bodies: Vec<Body>,
    #[from(0..=4_usize)] place: usize,
    #[from(0..=4_usize)] published: usize,
) {
    let (place, published) = (place % bodies.len(), published % bodies.len());
    let honest = chain(&bodies);
    let mut other = bodies;
    other[place].time ^= 1;
    let forged = chain(&other);
    let published = honest[published].head();
    let is_behind = published.sequence as usize > place;
    assert_eq!(verify(&forged, published).is_err(), is_behind);
    assert!(verify(&forged, Head::START).is_ok());
}
