//! Random sequences of operations on the store, and what may be done to it after them.

use proofhouse::prelude::*;

use super::deeds::{Deed, deed};
use super::rig::Rig;
use crate::store::Stop;
use crate::{Store, StoreError};

/// Whatever is asked of a store, it answers as its model does, holds the same, and keeps every
/// invariant.
#[property(inputs_max = 1)]
fn store_keeps_its_laws(#[from(steps(..=30))] run: Steps<Rig>) {
    let state = &run.state().after;
    cover!(!state.vms.is_empty(), "there are machines", 10);
    cover!(!state.jobs.is_empty(), "there are jobs", 10);
    cover!(state.leases.len() > 1, "there are leases", 10);
}

/// A store that is made from a snapshot holds the same, and goes on in the same way.
#[property(inputs_max = 1)]
fn snapshot_restores_everything(#[from(steps(..=10))] run: Steps<Rig>, #[from(deed())] next: Deed) {
    let mut store = run.into_state().store;
    let mut restored = Store::restore(&store.snapshot().unwrap()).unwrap();
    assert_eq!(store.state().unwrap(), restored.state().unwrap());
    let (left, right) = (next.on_store(&mut store), next.on_store(&mut restored));
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
    assert_eq!(store.state().unwrap(), restored.state().unwrap());
}

/// The pages of a list, one after the other, are the list; whatever the size of a page.
#[property(inputs_max = 1)]
fn pages_are_the_list(#[from(steps(..=10))] run: Steps<Rig>, #[from(1..=3_u32)] count: u32) {
    let rig = run.state();
    let mut listed = Vec::new();
    loop {
        let after = listed.last().map(|(id, _)| *id);
        let page = rig.store.vms_after(after, count).unwrap();
        assert!(page.len() <= count as usize);
        let is_last = page.len() < count as usize;
        listed.extend(page);
        if is_last {
            break;
        }
    }
    assert!(rig.after.vms.clone().into_iter().eq(listed));
}

/// What is read one by one is what is read together, and reading changes no row.
#[property(inputs_max = 1)]
fn reading_agrees_and_never_writes(
    #[from(steps(..=10))] run: Steps<Rig>,
    #[from(0..=4_u32)] sequence: u32,
) {
    let store = &run.state().store;
    let changes = store.connection().total_changes();
    let mut state = store.state().unwrap();
    for (id, node) in &state.nodes {
        assert_eq!(store.node(*id).unwrap().as_ref(), Some(node));
    }
    for (resource, lease) in &state.leases {
        assert_eq!(store.lease(*resource).unwrap(), *lease);
    }
    assert_eq!(store.jobs().unwrap(), state.jobs);
    assert_eq!(store.audit().unwrap(), state.audit);
    let messages = state.outbox.split_off(&(sequence + 1));
    assert_eq!(store.outbox_after(sequence).unwrap(), messages);
    store.verify_audit(run.state().published).unwrap();
    assert_eq!(store.connection().total_changes(), changes);
}

/// An operation of which any statement fails leaves everything as it was before; if only its answer is
/// lost, as it is after. What has a number is done once, however often it is asked for.
#[property(inputs_max = 1)]
fn failing_statement_leaves_nothing(
    #[from(steps(..=10))] run: Steps<Rig>,
    #[from(deed())] next: Deed,
) {
    let Rig {
        mut store,
        after: before,
        ..
    } = run.into_state();
    let snapshot = store.snapshot().unwrap();
    let mut undisturbed = Store::restore(&snapshot).unwrap();
    let result = next.on_store(&mut undisturbed);
    let after = undisturbed.state().unwrap();
    for statements in 0.. {
        store.fuse().arm(statements, Stop::Fail);
        let stopped = next.on_store(&mut store);
        store.fuse().disarm();
        let state = store.state().unwrap();
        if !matches!(stopped, Err(StoreError::Stopped)) {
            assert_eq!(format!("{stopped:?}"), format!("{result:?}"));
            assert_eq!(state, after);
            break;
        }
        assert!(state == before || state == after, "something in between");
        if state == after && state != before {
            // The transaction was over; asked again, the store knows what has a number.
            if next.has_number() {
                let again = next.on_store(&mut store);
                assert_eq!(format!("{again:?}"), format!("{result:?}"));
                assert_eq!(store.state().unwrap(), after);
            }
            cover!(true, "done, and the answer lost", 10);
            break;
        }
    }
}

/// The audit log can't be changed through SQL either, not even by `REPLACE`.
#[property(inputs_max = 1)]
fn audit_rows_stay(#[from(steps(..=10))] run: Steps<Rig>, #[from(0..=3_u8)] manner: u8) {
    const REPLACED: &str = "INSERT OR REPLACE INTO audit SELECT seq, ts + 1, actor, action, resource, \
                            body_hash, prev_hash, hash FROM audit ORDER BY seq DESC LIMIT 1";
    const GAP: &str = "INSERT INTO audit SELECT seq + 2, ts, actor, action, resource, body_hash, \
                       prev_hash, hash FROM audit ORDER BY seq DESC LIMIT 1";
    let rig = run.state();
    assume!(!rig.after.audit.is_empty());
    let statement = match manner {
        0 => "UPDATE audit SET ts = ts + 1",
        1 => "DELETE FROM audit",
        2 => REPLACED,
        _ => GAP,
    };
    assert!(rig.store.connection().execute(statement, []).is_err());
    assert_eq!(rig.store.audit().unwrap(), rig.after.audit);
}
