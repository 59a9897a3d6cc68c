//! Names, keys, numbers for the database, and canonical bytes.

use proofhouse::prelude::*;

use super::deeds::any_rank;
use crate::arbitration::Standing;
use crate::ids::{OpId, VmId};
use crate::operation::Action;
use crate::{
    Actor, Claim, Desired, Holder, InputError, Name, NetworkId, NodeId, Operation, RemoteOperation,
    Reply, Request, Resource, Size, VmKey, canonical,
};

/// A name is a letter with up to 62 letters, digits and hyphens behind it; nothing else is.
#[property]
fn names_are_exactly_the_grammar(text: String) {
    assert_name_by_grammar(&text);
}

fn assert_name_by_grammar(text: &str) {
    let mut characters = text.chars();
    let starts = characters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase());
    let goes_on = characters
        .all(|other| other.is_ascii_lowercase() || other.is_ascii_digit() || other == '-');
    match Name::new(text) {
        Ok(name) => {
            assert!(starts && goes_on && text.len() <= 63);
            assert_eq!(name.as_str(), text);
        }
        Err(InputError::NameTooLong { length }) => assert!(length == text.len() && length > 63),
        Err(error) => assert!(!(starts && goes_on), "{error}"),
    }
}

/// The same, of the characters that make a difference.
#[property(cases = 1000)]
fn names_are_exactly_the_grammar_near(#[from(text(0..=66).of("az09-A_\0"))] text: String) {
    assert_name_by_grammar(&text);
}

/// A text means a number or a name, never both, and what it means is written as that text.
#[property]
fn keys_are_one_thing(text: String) {
    assert_one_thing(&text);
}

fn assert_one_thing(text: &str) {
    let Ok(key) = VmKey::parse(text) else {
        assert!(Name::new(text).is_err());
        return;
    };
    assert_eq!(key.to_string(), text);
    assert_eq!(matches!(key, VmKey::Name(_)), Name::new(text).is_ok());
}

/// The same, of digits and what is near them.
#[property(cases = 1000)]
fn keys_are_one_thing_near(
    #[from(text(0..=11).of(['0'..='9', 'a'..='b', '-'..='-', '+'..='+']))] text: String,
) {
    assert_one_thing(&text);
}

/// A number finds the machine with that number.
#[property]
fn numbers_are_keys(number: u32) {
    let key = VmKey::parse(&number.to_string());
    assert_eq!(key, Ok(VmKey::Id(VmId(number))));
}

fn any_resource() -> FromFn<fn(&mut Source) -> Resource> {
    from_fn(|source| {
        let number = source.draw(any::<u32>());
        match source.draw(0..=5_u8) {
            0 => Resource::Node(NodeId(number)),
            1 => Resource::Network(NetworkId(number)),
            2 => Resource::Vm(VmId(number)),
            3 => Resource::Job(OpId(number)),
            4 => Resource::Images,
            _ => Resource::Controller,
        }
    })
}

/// What a resource is called in the database means just it.
#[property]
fn resources_come_back(#[from(any_resource())] resource: Resource) {
    let (kind, number) = resource.to_numbers();
    assert_eq!(Resource::from_numbers(kind, number), Some(resource));
    assert_eq!(Resource::from_text(&resource.to_string()), Some(resource));
}

/// No other text means a resource.
#[property(cases = 1000)]
fn resource_texts_are_canonical(#[from(text(0..=12).of("vmjob/01+"))] text: String) {
    if let Some(resource) = Resource::from_text(&text) {
        assert_eq!(resource.to_string(), text);
    }
}

fn any_reply() -> FromFn<fn(&mut Source) -> Reply> {
    from_fn(|source| match source.draw(0..=7_u8) {
        0 => Reply::Done,
        1 => Reply::Address(source.draw(any::<u32>())),
        2 => Reply::Removed(source.draw(any::<u32>())),
        3 => Reply::Leased {
            fencing: source.draw(any::<u32>()),
            expires_at: source.draw(any::<u32>()),
        },
        4 => Reply::GivenUp,
        5 => Reply::Placed(Standing::Head),
        6 => Reply::Placed(Standing::Rejected),
        _ => Reply::Placed(Standing::Compensated),
    })
}

/// A reply that was kept is the reply.
#[property]
fn replies_come_back(#[from(any_reply())] reply: Reply) {
    assert_eq!(Reply::from_numbers(reply.to_numbers()), Some(reply));
}

/// Different numbers are different replies, or none.
#[property]
fn replies_are_numbered_once(numbers: [u32; 3]) {
    if let Some(reply) = Reply::from_numbers(numbers) {
        assert_eq!(reply.to_numbers(), numbers);
    }
}

/// A request as numbers, from few: its own, its author's, its kind, and what the kind needs.
type Numbers = [u32; 7];

fn numbers() -> FromFn<fn(&mut Source) -> Numbers> {
    from_fn(|source| [(); 7].map(|()| source.draw(0..=19_u32)))
}

/// Requests of those kinds whose bytes could be mistaken for each other's: of variable length, with
/// choices, with the same fields.
fn request(numbers: Numbers) -> Request {
    let [op, actor, kind, first, second, third, fourth] = numbers;
    Request {
        op: OpId(op),
        actor: Actor(actor),
        operation: operation(kind, [first, second, third, fourth]),
    }
}

fn operation(kind: u32, [first, second, third, fourth]: [u32; 4]) -> Operation {
    let (node, vm) = (NodeId(first), VmId(first));
    let fence = second.checked_sub(10);
    let resource = if first < 10 {
        Resource::Vm(vm)
    } else {
        Resource::Job(OpId(first))
    };
    let holder = Holder(second);
    let fencing = third;
    let claim = Claim { holder, fencing };
    match kind % 10 {
        0 => Operation::SetLabels {
            node,
            labels: [second, third].into_iter().filter_map(short_name).collect(),
        },
        1 => Operation::DeleteVm { vm, fence },
        2 => Operation::UpdateVm {
            vm,
            size: Size {
                cpu: third,
                mem: fourth,
            },
            desired: if fourth < 10 {
                Desired::Running
            } else {
                Desired::Stopped
            },
            fence,
        },
        3 => Operation::RenewLease {
            resource,
            claim,
            duration: fourth,
        },
        4 => Operation::ReleaseLease { resource, claim },
        5 => Operation::AcquireLease {
            resource,
            holder,
            duration: third,
        },
        6 => Operation::Approve { node },
        7 => Operation::Reject { node },
        8 => Operation::CompleteJob {
            job: OpId(first),
            fencing,
        },
        _ => Operation::FailJob {
            job: OpId(first),
            fencing,
        },
    }
}

/// One of four names that continue each other, or none.
fn short_name(number: u32) -> Option<Name> {
    let text = ["a", "ab", "b", "ba"].get(number as usize % 5)?;
    Some(Name::new(text).expect("it is a name"))
}

/// Different requests have different bytes, also when only one thing about them differs.
#[property]
fn requests_have_their_own_bytes(
    #[from(numbers())] left: Numbers,
    #[from(0..=6_usize)] place: usize,
    #[from(0..=19_u32)] change: u32,
) {
    let mut right = left;
    right[place] = change;
    let (left, right) = (request(left), request(right));
    let bytes = canonical::of_request(&left);
    assert_eq!(bytes == canonical::of_request(&right), left == right);
}

/// Different lists of names have different bytes, also if they are the same letters, cut differently.
#[property]
fn names_end_where_they_end(
    #[from(array(0..=4_u32))] left: [u32; 2],
    #[from(array(0..=4_u32))] right: [u32; 2],
) {
    let labels = |[first, second]: [u32; 2]| request([0, 0, 0, 0, first, second, 0]);
    let (left, right) = (labels(left), labels(right));
    let bytes = canonical::of_request(&left);
    assert_eq!(bytes == canonical::of_request(&right), left == right);
}

/// Different remote operations have different bytes, and no bytes of requests or notes.
#[property]
fn remote_operations_have_their_own_bytes(
    #[from(remote())] left: RemoteOperation,
    #[from(remote())] right: RemoteOperation,
    #[from(numbers())] numbers: Numbers,
) {
    let request = request(numbers);
    let bytes = canonical::of_remote(&left);
    assert_eq!(bytes == canonical::of_remote(&right), left == right);
    assert_ne!(bytes, canonical::of_request(&request));
    let note = canonical::of_note(Action::Tick, left.op.0, right.op.0);
    assert_ne!(bytes, note);
    assert_ne!(canonical::of_request(&request), note);
}

fn remote() -> FromFn<fn(&mut Source) -> RemoteOperation> {
    from_fn(|source| RemoteOperation {
        op: OpId(source.draw(any::<u32>())),
        resource: source.draw(any_resource()),
        rank: source.draw(any_rank()),
    })
}
