//! The tables, and how an older database gets them.
//!
//! A version is one file of SQL on top of the one before; a database says in `user_version` how many it
//! has. Tables are STRICT and check what a row can mean: the code above refuses first, with a reason,
//! and the tables are there for when it forgets to.
//!
//! # Invariants
//!
//! - A step and the number that says so are one transaction.
//! - Steps are never edited once released; what has to change becomes a further step.

use rusqlite::{Connection, TransactionBehavior};

use crate::error::StoreError;

const STEPS: [&str; 3] = [
    include_str!("schema/inventory.sql"),
    include_str!("schema/replication.sql"),
    include_str!("schema/audit.sql"),
];

/// The newest version.
pub(crate) const VERSION: u32 = STEPS.len() as u32;

/// Sets what holds for a connection, not for a database.
pub(crate) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(())
}

/// Brings a database to a version; one that has it is left alone.
pub(crate) fn migrate(connection: &mut Connection, version: u32) -> Result<(), StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > version {
        return Err(StoreError::NewerSchema { found });
    }
    for step in found..version {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(STEPS[step as usize])?;
        transaction.pragma_update(None, "user_version", step + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
