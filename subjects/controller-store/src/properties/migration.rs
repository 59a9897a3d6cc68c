//! Databases of older versions.

use proofhouse::prelude::*;
use rusqlite::Connection;

use super::deeds::{Deed, deed};
use super::laws;
use crate::schema::{VERSION, migrate, prepare};
use crate::{Store, StoreError};

/// A database as an older version left it: a node, an image, and machines with their addresses; from
/// version 2 on also a lease and remote operations of which some have lost.
fn old_database(version: u32, machines: u32, losers: u32) -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    prepare(&connection).unwrap();
    migrate(&mut connection, version).unwrap();
    connection
        .execute_batch(
            "UPDATE clock SET now = 3;
             INSERT INTO nodes VALUES (0, 'a', 1, 9, 9, 'ready', 'approved', 1, 0, 2);
             INSERT INTO labels VALUES (0, 'gpu');
             INSERT INTO networks VALUES (0, 'lan', 167772160, 24, 167772161, 167772169, 167772162);",
        )
        .unwrap();
    let digest = [0_u8; 32];
    connection
        .execute(
            "INSERT INTO images VALUES (?1, 1, 'raw', ?2)",
            (digest, machines),
        )
        .unwrap();
    for vm in 0..machines {
        let name = format!("vm-{vm}");
        let insert = "INSERT INTO vms VALUES (?1, ?2, 0, ?3, 0, 1, 1, 'running', 1, 2)";
        connection.execute(insert, (vm, name, digest)).unwrap();
        let address = 167_772_163 + vm;
        let insert = "INSERT INTO ip_allocs VALUES (0, ?1, ?2)";
        connection.execute(insert, (address, vm)).unwrap();
    }
    if version >= 2 {
        let insert = "INSERT INTO leases VALUES ('vm/0', 1, 4, 9)";
        connection.execute(insert, []).unwrap();
        for op in 0..=losers {
            let standing = if op == losers { "head" } else { "compensated" };
            let insert = "INSERT INTO ops VALUES (?1, NULL, 'apply-remote', 'vm/0', 1, 0, ?2, 0, 0, 0, \
                          ?3, zeroblob(32), 5, 0, 0)";
            connection.execute(insert, (op, op, standing)).unwrap();
        }
        let insert = "INSERT INTO heads VALUES ('vm/0', ?1)";
        connection.execute(insert, [losers]).unwrap();
    }
    connection
}

/// A database of any older version opens with what it had, keeps the invariants, and takes operations;
/// what had lost before there were jobs gets its job.
#[property(inputs_max = 1)]
fn older_databases_open(
    #[from(1..=3_u32)] version: u32,
    #[from(0..=3_u32)] machines: u32,
    #[from(0..=2_u32)] losers: u32,
    #[from(deed())] next: Deed,
) {
    // In the newest version the jobs are there already.
    let losers = if version < 3 { losers } else { 0 };
    let mut store = Store::on(old_database(version, machines, losers)).unwrap();
    let state = store.state().unwrap();
    laws::hold_at_rest(&store, &state);
    assert_eq!((state.now, state.vms.len()), (3, machines as usize));
    assert_eq!((state.nodes.len(), state.labels.len()), (1, 1));
    let jobs = if version == 2 { losers as usize } else { 0 };
    assert_eq!(state.jobs.len(), jobs);
    let result = next.on_store(&mut store);
    assert!(
        matches!(result, Ok(_) | Err(StoreError::Refused(_))),
        "{result:?}"
    );
    laws::hold_at_rest(&store, &store.state().unwrap());
}

#[test]
fn a_newer_database_is_refused() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection, VERSION).unwrap();
    connection
        .pragma_update(None, "user_version", VERSION + 1)
        .unwrap();
    let error = Store::on(connection).unwrap_err();
    assert_eq!(error.code(), "store/newer-schema");
    assert!(error.help().contains("version"));
}
