//! Names, keys, numbers for the database, and canonical bytes.

use proofhouse::prelude::*;

use super::rig::any_rank;
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

/// Requests of those kinds whose bytes could be mistaken for each other's: of variable length, with
/// choices, with the same fields.
fn request() -> FromFn<fn(&mut Source) -> Request> {
    from_fn(|source| Request {
        op: OpId(source.draw(0..=1_u32)),
        actor: Actor(source.draw(0..=1_u32)),
        operation: source.draw(operation()),
    })
}

fn operation() -> FromFn<fn(&mut Source) -> Operation> {
    from_fn(|source| {
        let fence = source.draw(optional(0..=1_u32));
        let number = source.draw(0..=1_u32);
        let (node, vm) = (NodeId(number), VmId(number));
        let (holder, fencing) = (Holder(source.draw(0..=1_u32)), source.draw(0..=1_u32));
        let claim = Claim { holder, fencing };
        let resource = source.draw(any_resource());
        match source.draw(0..=9_u8) {
            0 => Operation::SetLabels {
                node,
                labels: source.draw(vec(short_name(), 0..=2)),
            },
            1 => Operation::DeleteVm { vm, fence },
            2 => Operation::UpdateVm {
                vm,
                size: Size {
                    cpu: fencing,
                    mem: number,
                },
                desired: source.draw(select([Desired::Running, Desired::Stopped])),
                fence,
            },
            3 => Operation::RenewLease {
                resource,
                claim,
                duration: number,
            },
            4 => Operation::ReleaseLease { resource, claim },
            5 => Operation::AcquireLease {
                resource,
                holder,
                duration: fencing,
            },
            6 => Operation::Approve { node },
            7 => Operation::Reject { node },
            8 => Operation::CompleteJob {
                job: OpId(number),
                fencing,
            },
            _ => Operation::FailJob {
                job: OpId(number),
                fencing,
            },
        }
    })
}

fn short_name() -> FromFn<fn(&mut Source) -> Name> {
    from_fn(|source| {
        let text = source.draw(select(["a", "ab", "b", "ba"]));
        Name::new(text).expect("it is a name")
    })
}

/// Different requests have different bytes.
#[property]
fn requests_have_their_own_bytes(
    #[from(request())] left: Request,
    #[from(request())] right: Request,
) {
    let bytes = canonical::of_request(&left);
    assert_eq!(bytes == canonical::of_request(&right), left == right);
}

/// Different remote operations have different bytes, and no bytes of requests or notes.
#[property]
fn remote_operations_have_their_own_bytes(
    #[from(remote())] left: RemoteOperation,
    #[from(remote())] right: RemoteOperation,
    #[from(request())] request: Request,
) {
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
