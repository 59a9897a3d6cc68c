//! What the tables refuse, for when the code above them forgets to.

use super::deeds::furniture;
use super::rig::empty_store;
use crate::Store;

/// Rows that mean nothing: values of another type, out of range, of no known word, without what they
/// refer to.
const SENSELESS: &[&str] = &[
    "UPDATE clock SET now = 'x'",
    "UPDATE clock SET now = -1",
    "INSERT INTO clock VALUES (2, 0)",
    "UPDATE nodes SET cpu_total = 'many' WHERE id = 0",
    "UPDATE nodes SET cpu_total = -1 WHERE id = 0",
    "UPDATE nodes SET address = 1 WHERE id = 0",
    "UPDATE nodes SET approval = 'maybe' WHERE id = 0",
    "UPDATE nodes SET status = '' WHERE id = 0",
    "UPDATE nodes SET hostname = '' WHERE id = 0",
    "UPDATE nodes SET hostname = '1st' WHERE id = 0",
    "UPDATE nodes SET hostname = 'a' || char(0) || 'b' WHERE id = 0",
    "UPDATE nodes SET last_seen = -1 WHERE id = 0",
    "INSERT INTO labels VALUES (7, 'a')",
    "INSERT INTO labels VALUES (0, 'A')",
    "UPDATE images SET refcount = -1",
    "UPDATE images SET format = 'iso'",
    "UPDATE images SET digest = x'00'",
    "UPDATE networks SET last = 0",
    "UPDATE networks SET prefix_length = 31",
    "INSERT INTO vms VALUES (8, 'y', 7, zeroblob(32), 0, 1, 1, 'running', 0, 1)",
    "INSERT INTO vms VALUES (8, 'y', 0, zeroblob(32), 7, 1, 1, 'running', 0, 1)",
    "INSERT INTO vms VALUES (8, 'y', 0, zeroblob(32), 0, 0, 1, 'running', 0, 1)",
    "INSERT INTO vms VALUES (8, 'y', 0, zeroblob(32), 0, 1, 1, 'running', 2, 1)",
    "INSERT INTO vms VALUES (8, 'y', 0, zeroblob(32), 0, 1, 1, 'paused', 0, 1)",
    "INSERT INTO ip_allocs VALUES (0, 1, 7)",
    "INSERT INTO leases VALUES ('vm/0', 1, 0, 1)",
    "INSERT INTO heads VALUES ('vm/0', 7)",
    "INSERT INTO outbox (op_id, payload) VALUES (7, x'')",
    "INSERT INTO outbox (op_id, payload) VALUES (50, x'')",
    "INSERT INTO acks VALUES (0, -1)",
    "INSERT INTO jobs VALUES (7, 'pending', 0, 0)",
    "INSERT INTO jobs VALUES (50, 'pending', 4, 0)",
    "INSERT INTO jobs VALUES (50, 'waiting', 0, 0)",
    "UPDATE ops SET actor = NULL",
    "UPDATE ops SET standing = 'head'",
    "DELETE FROM ops",
    "DELETE FROM networks; DELETE FROM images",
];

fn furnished() -> Store {
    let mut store = empty_store();
    for request in furniture() {
        store.apply(&request).unwrap();
    }
    store
}

#[test]
fn rows_that_mean_nothing_are_refused() {
    let store = furnished();
    let connection = store.connection();
    let insert = "INSERT INTO vms VALUES (9, 'z', 0, zeroblob(32), 0, 1, 1, 'running', 0, 1)";
    connection.execute(insert, []).unwrap();
    let state = store.state().unwrap();
    for statement in SENSELESS {
        assert!(connection.execute_batch(statement).is_err(), "{statement}");
        assert_eq!(store.state().unwrap(), state, "{statement}");
    }
}

#[test]
fn bytes_that_are_no_database_are_refused() {
    let mut snapshot = empty_store().snapshot().unwrap();
    snapshot[..16].fill(7);
    let error = Store::restore(&snapshot).unwrap_err();
    assert_eq!(error.code(), "store/database");
    assert!(!error.help().is_empty());
}
