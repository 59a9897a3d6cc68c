//! Operations of other controllers, in any order, any number of times.

use proofhouse::prelude::*;

use super::rig::{empty_store, rank, remote_operation};
use crate::RemoteOperation;
use crate::arbitration::{Candidate, Merge, Standing, merge};
use crate::ids::OpId;
use crate::state::State;

/// What must not depend on the order: heads, standings, jobs.
fn outcome(operations: &[RemoteOperation]) -> State {
    let mut store = empty_store();
    for operation in operations {
        // The same number with another rank is refused, and changes nothing.
        let _ = store.apply_remote(operation);
    }
    let mut state = store.state().unwrap();
    state.audit.clear();
    for record in state.operations.values_mut() {
        record.reply = crate::Reply::Done;
    }
    state
}

/// Each number once, as it came first.
fn distinct(operations: Vec<RemoteOperation>) -> Vec<RemoteOperation> {
    let mut distinct: Vec<RemoteOperation> = Vec::new();
    for operation in operations {
        if distinct.iter().all(|known| known.op != operation.op) {
            distinct.push(operation);
        }
    }
    distinct
}

/// The same operations in another order, some of them more than once, lead to the same heads, losers
/// and jobs.
#[property(inputs_max = 1)]
fn any_order_converges(
    #[from(vec(remote_operation(), 0..=8))] operations: Vec<RemoteOperation>,
    #[from(vec(0..=7_usize, 0..=6))] moves: Vec<usize>,
) {
    let operations = distinct(operations);
    let mut other = operations.clone();
    for from in &moves {
        if let Some(operation) = operations.get(*from) {
            other.insert(0, *operation);
        }
    }
    other.reverse();
    assert_eq!(outcome(&operations), outcome(&other));
}

fn candidate() -> FromFn<fn(&mut Source) -> Candidate> {
    from_fn(|source| Candidate {
        rank: source.draw(rank()),
        op: OpId(source.draw(any::<u32>())),
    })
}

/// Two candidates leave the same head, whoever was there first; and the other one loses, if there is
/// another one.
#[property]
fn merge_commutes(#[from(candidate())] left: Candidate, #[from(candidate())] right: Candidate) {
    let one = merge(Some(left), right);
    let other = merge(Some(right), left);
    assert_eq!(one, other);
    assert_eq!(one.loser.is_none(), left == right);
    assert!(one.head == left || one.head == right);
    assert!(one.loser.is_none_or(|loser| loser != one.head));
}

/// Of three, the same one stays, whichever two meet first.
#[property]
fn merge_associates(
    #[from(candidate())] first: Candidate,
    #[from(candidate())] second: Candidate,
    #[from(candidate())] third: Candidate,
) {
    let left = merge(Some(merge(Some(first), second).head), third).head;
    let right = merge(Some(first), merge(Some(second), third).head).head;
    assert_eq!(left, right);
}

/// A candidate that is the head already changes nothing, and the first one is the head.
#[property]
fn merge_idempotent(#[from(candidate())] only: Candidate) {
    let first = merge(None, only);
    let expected = Merge {
        head: only,
        loser: None,
    };
    assert_eq!(first, expected);
    assert_eq!(merge(Some(only), only), expected);
}

/// What counts, counts in this order: validity, safety, priority, epoch, time, controller, number.
#[property]
fn ranks_count_from_the_first_field(
    #[from(candidate())] left: Candidate,
    #[from(candidate())] right: Candidate,
) {
    let fields = |candidate: &Candidate| {
        let Candidate { rank, op } = candidate;
        [
            u32::from(rank.is_valid),
            u32::from(rank.is_safe),
            u32::from(rank.priority),
            rank.epoch,
            rank.time,
            rank.controller,
            op.0,
        ]
    };
    let (left_fields, right_fields) = (fields(&left), fields(&right));
    let mut expected = left;
    for (left_field, right_field) in left_fields.iter().zip(&right_fields) {
        if left_field != right_field {
            expected = if left_field > right_field {
                left
            } else {
                right
            };
            break;
        }
    }
    assert_eq!(merge(Some(left), right).head, expected);
}

/// An operation that can't be done is dropped, one that is harmless too; the others are undone.
#[property]
fn losers_are_undone_where_they_did_harm(#[from(candidate())] loser: Candidate) {
    let expected = match (loser.rank.is_valid, loser.rank.is_safe) {
        (true, false) => Standing::Compensated,
        (false, _) | (true, true) => Standing::Rejected,
    };
    assert_eq!(Standing::of_loser(loser.rank), expected);
}
