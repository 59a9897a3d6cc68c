//! Operations of other controllers, in any order, any number of times.

use proofhouse::prelude::*;

use super::deeds::{any_rank, rank, remote_operation};
use super::rig::empty_store;
use crate::arbitration::{Candidate, Merge, Standing, merge};
use crate::ids::OpId;
use crate::state::State;
use crate::{RemoteOperation, Reply, Store};

/// What must not depend on the order: heads, standings, jobs.
fn outcome(store: &Store) -> State {
    let mut state = store.state().unwrap();
    state.audit.clear();
    for record in state.operations.values_mut() {
        record.reply = Reply::Done;
    }
    state
}

/// A store that hears of remote operations.
struct Listener {
    store: Store,
    heard: Vec<RemoteOperation>,
}

#[state_machine]
impl Listener {
    #[initial]
    fn new() -> Self {
        Self {
            store: empty_store(),
            heard: Vec::new(),
        }
    }

    #[action]
    fn hear(&mut self, #[from(remote_operation())] operation: RemoteOperation) {
        // The same number with another rank is refused, and changes nothing.
        if self.store.apply_remote(&operation).is_ok() {
            self.heard.push(operation);
        }
    }

    #[action]
    #[precondition(!self.heard.is_empty())]
    fn hear_again(&mut self, #[from(0..self.heard.len())] which: usize) {
        let before = self.store.state().expect("it can be read");
        let again = self.store.apply_remote(&self.heard[which]);
        assert!(again.is_ok());
        assert_eq!(self.store.state().expect("it can be read"), before);
    }
}

/// The same operations in another order, some of them more than once, lead to the same heads, losers
/// and jobs.
#[property(inputs_max = 1)]
fn any_order_converges(
    #[from(steps(..=10))] run: Steps<Listener>,
    #[from(vec(0..=7_usize, 0..=6))] moves: Vec<usize>,
) {
    let Listener { store, heard } = run.into_state();
    let mut order = heard.clone();
    for from in moves {
        if let Some(operation) = heard.get(from) {
            order.insert(0, *operation);
        }
    }
    let mut other = empty_store();
    for operation in order.iter().rev() {
        other.apply_remote(operation).unwrap();
    }
    assert_eq!(outcome(&store), outcome(&other));
}

fn candidate() -> FromFn<fn(&mut Source) -> Candidate> {
    from_fn(|source| Candidate {
        rank: source.draw(any_rank()),
        op: OpId(source.draw(any::<u32>())),
    })
}

/// One whose rank often equals others'.
fn near_candidate() -> FromFn<fn(&mut Source) -> Candidate> {
    from_fn(|source| Candidate {
        rank: source.draw(rank()),
        op: OpId(source.draw(0..=1_u32)),
    })
}

/// Two candidates leave the same head, whoever was there first; and the other one loses, if there is
/// another one.
#[property]
fn merge_commutes(#[from(candidate())] left: Candidate, #[from(candidate())] right: Candidate) {
    assert_commutes(left, right);
}

/// The same, of ranks that are often equal.
#[property(inputs_max = 1)]
fn merge_commutes_near(
    #[from(near_candidate())] left: Candidate,
    #[from(near_candidate())] right: Candidate,
) {
    assert_commutes(left, right);
}

fn assert_commutes(left: Candidate, right: Candidate) {
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
    assert_counts(left, right);
}

/// The same, of ranks that are often equal.
#[property(inputs_max = 1)]
fn ranks_count_from_the_first_field_near(
    #[from(near_candidate())] left: Candidate,
    #[from(near_candidate())] right: Candidate,
) {
    assert_counts(left, right);
}

fn assert_counts(left: Candidate, right: Candidate) {
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
    check_undone(loser);
}

/// The same for ranks of few values.
#[property]
fn losers_are_undone_nearby(#[from(near_candidate())] loser: Candidate) {
    check_undone(loser);
}

fn check_undone(loser: Candidate) {
    let expected = match (loser.rank.is_valid, loser.rank.is_safe) {
        (true, false) => Standing::Compensated,
        (false, _) | (true, true) => Standing::Rejected,
    };
    assert_eq!(Standing::of_loser(loser.rank), expected);
}
