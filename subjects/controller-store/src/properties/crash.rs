//! The process dies at a statement; what is left is opened again.
//!
//! For the property, dying is simulated: at the statement, the files are copied as they are, while the
//! transaction is open. That is what the operating system keeps of a process that was killed; a test
//! kills some. The cache is made so
//! small that SQLite writes pages before the end of the transaction, so that its journal is needed.
//!
//! # Not here
//!
//! Power cuts, after which what was written may not be on the disk. SQLite synchronises for them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use proofhouse::prelude::*;

use super::deeds::{Deed, deed, furniture, spec};
use super::laws;
use super::rig::Rig;
use crate::store::Stop;
use crate::{Actor, OpId, Operation, Request, Store, StoreError, VmId};

/// A folder of its own, gone at the end.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("controller-store-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        Self(folder)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn journal(database: &Path) -> PathBuf {
    database.with_extension("db-journal")
}

pub(super) fn open(path: &Path) -> Store {
    let store = Store::open(path).expect("it can be opened");
    // No disk is waited for: the process dies, not the machine.
    let pragmas = "PRAGMA synchronous = OFF; PRAGMA cache_size = 1; PRAGMA cache_spill = 1;";
    let connection = store.connection();
    connection
        .execute_batch(pragmas)
        .expect("SQLite knows them");
    store
}

/// Whether a journal has pages to be put back.
fn is_hot(journal: &Path) -> bool {
    fs::metadata(journal).is_ok_and(|data| data.len() > 512)
}

/// A process that dies at any statement leaves a file that opens to what was before the operation, or
/// to what is after it, with every invariant; asked again, the operation is done once.
#[property(inputs_max = 1)]
fn death_leaves_before_or_after(
    #[from(steps(..=8))] run: Steps<Rig>,
    #[from(deed())] next: Deed,
    #[from(0..=11_u32)] statements: u32,
) {
    let Rig {
        store: mut memory,
        after: before,
        ..
    } = run.into_state();
    let folder = Folder::new();
    let (path, copy) = (folder.file("store.db"), folder.file("copy.db"));
    fs::write(&path, memory.snapshot().unwrap()).unwrap();
    let result = next.on_store(&mut memory);
    let after = memory.state().unwrap();

    let mut store = open(&path);
    store.fuse().arm(statements, Stop::Die);
    let died = next.on_store(&mut store);
    if !matches!(died, Err(StoreError::Stopped)) {
        assert_eq!(format!("{died:?}"), format!("{result:?}"));
        assert_eq!(store.state().unwrap(), after);
        return;
    }
    fs::copy(&path, &copy).unwrap();
    if journal(&path).exists() {
        fs::copy(journal(&path), journal(&copy)).unwrap();
    }
    cover!(is_hot(&journal(&copy)), "SQLite has to put pages back", 5);
    drop(store);

    let mut found = Store::open(&copy).unwrap();
    let state = found.state().unwrap();
    assert!(state == before || state == after, "something in between");
    laws::hold_at_rest(&found, &state);
    if state == before || next.has_number() {
        let again = next.on_store(&mut found);
        assert_eq!(format!("{again:?}"), format!("{result:?}"));
        assert_eq!(found.state().unwrap(), after);
    }
}

/// Where [`a_process_to_be_killed`] finds its file, and after how many statements it dies.
const FILE: &str = "CONTROLLER_STORE_KILLED_FILE";
const STATEMENTS: &str = "CONTROLLER_STORE_KILLED_STATEMENTS";

/// An operation that writes to many tables.
fn create_vm() -> Request {
    Request {
        op: OpId(1000),
        actor: Actor(1),
        operation: Operation::CreateVm {
            vm: VmId(1),
            spec: spec(1, 0),
            fence: None,
        },
    }
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn a_process_to_be_killed() {
    let (Some(path), Ok(statements)) = (env::var_os(FILE), env::var(STATEMENTS)) else {
        return;
    };
    let mut store = open(Path::new(&path));
    store.fuse().arm(statements.parse().unwrap(), Stop::Die);
    let _ = store.apply(&create_vm());
    // Nothing is closed, nothing is rolled back.
    std::process::abort();
}

/// The same with processes that are really gone, one for each statement of an operation, to the one that
/// gets through.
#[test]
fn killed_processes_leave_before_or_after() {
    let folder = Folder::new();
    let (mut unchanged, mut done) = (0, 0);
    for statements in 0.. {
        let path = folder.file(&format!("{statements}.db"));
        let mut store = open(&path);
        for request in furniture() {
            store.apply(&request).unwrap();
        }
        let before = store.state().unwrap();
        drop(store);
        let killed = Command::new(env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "properties::crash::a_process_to_be_killed",
            ])
            .env(FILE, &path)
            .env(STATEMENTS, statements.to_string())
            .output()
            .unwrap();
        assert!(!killed.status.success());

        let mut found = Store::open(&path).unwrap();
        let state = found.state().unwrap();
        laws::hold_at_rest(&found, &state);
        let again = found.apply(&create_vm());
        assert!(again.is_ok(), "{again:?}");
        if state == before {
            unchanged += 1;
        } else {
            assert_eq!(
                state,
                found.state().unwrap(),
                "it was done twice, or by half"
            );
            done += 1;
        }
        // Once before anything follows the commit, and once without being stopped.
        if done == 2 {
            break;
        }
    }
    assert!(unchanged >= 5, "an operation of {unchanged} statements");
}
