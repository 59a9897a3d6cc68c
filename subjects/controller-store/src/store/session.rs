//! Statements inside one transaction, and the words of the database for our values.

use rusqlite::{Connection, Params, Row};

use super::fuse::Fuse;
use crate::arbitration::Standing;
use crate::error::StoreError;
use crate::ids::{ImageDigest, Resource};
use crate::job::JobState;
use crate::names::Name;
use crate::node::{Approval, NodeStatus};
use crate::operation::{Action, Desired, ImageFormat};

/// What operations do their statements with. Statements are prepared once and kept.
pub(crate) struct Session<'a> {
    pub(super) connection: &'a Connection,
    pub(super) fuse: &'a Fuse,
}

impl Session<'_> {
    /// Changes rows, and says how many.
    pub(crate) fn write(&self, sql: &str, values: impl Params) -> Result<usize, StoreError> {
        self.fuse.burn()?;
        Ok(self.connection.prepare_cached(sql)?.execute(values)?)
    }

    /// All rows, in the order of the statement.
    pub(crate) fn list<T>(
        &self,
        sql: &str,
        values: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(read(row)?);
        }
        Ok(list)
    }

    /// The first row, if there is one.
    pub(crate) fn find<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        rows.next()?.map(read).transpose()
    }

    /// Whether there is a row.
    pub(crate) fn exists(&self, sql: &str, values: impl Params) -> Result<bool, StoreError> {
        Ok(self.find(sql, values, |_| Ok(()))?.is_some())
    }
}

/// What is kept as one of a few words.
pub(crate) trait Word: Copy + PartialEq + 'static {
    const TABLE: &'static str;
    const WORDS: &'static [(Self, &'static str)];

    fn word(self) -> &'static str {
        let entry = Self::WORDS.iter().find(|(value, _)| *value == self);
        entry.expect("every value has a word").1
    }

    fn read(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        let text = row.get_ref(column)?.as_str().unwrap_or_default();
        let entry = Self::WORDS.iter().find(|(_, word)| *word == text);
        let table = Self::TABLE;
        entry
            .map(|(value, _)| *value)
            .ok_or(StoreError::Unreadable { table })
    }
}

impl Word for Approval {
    const TABLE: &'static str = "nodes";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Approved, "approved"),
        (Self::Rejected, "rejected"),
    ];
}

impl Word for NodeStatus {
    const TABLE: &'static str = "nodes";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Registered, "registered"),
        (Self::Ready, "ready"),
        (Self::Draining, "draining"),
    ];
}

impl Word for ImageFormat {
    const TABLE: &'static str = "images";
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Raw, "raw"), (Self::Qcow2, "qcow2")];
}

impl Word for Desired {
    const TABLE: &'static str = "vms";
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Running, "running"), (Self::Stopped, "stopped")];
}

impl Word for Standing {
    const TABLE: &'static str = "ops";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Head, "head"),
        (Self::Rejected, "rejected"),
        (Self::Compensated, "compensated"),
    ];
}

impl Word for JobState {
    const TABLE: &'static str = "jobs";
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
    ];
}

/// An action's word is its own.
pub(crate) fn read_action(row: &Row<'_>, column: usize) -> Result<Action, StoreError> {
    let text = row.get_ref(column)?.as_str().unwrap_or_default();
    let known = Action::ALL.iter().find(|action| action.as_str() == text);
    known
        .copied()
        .ok_or(StoreError::Unreadable { table: "audit" })
}

/// A resource is kept as its text.
pub(crate) fn read_resource(row: &Row<'_>, column: usize) -> Result<Resource, StoreError> {
    let text = row.get_ref(column)?.as_str().unwrap_or_default();
    Resource::from_text(text).ok_or(StoreError::Unreadable { table: "ops" })
}

/// A name is kept as its text.
pub(crate) fn read_name(row: &Row<'_>, column: usize) -> Result<Name, StoreError> {
    let text = row.get_ref(column)?.as_str().unwrap_or_default();
    Name::new(text).map_err(|_| StoreError::Unreadable { table: "names" })
}

/// Digests and hashes are kept as blobs.
pub(crate) fn read_digest(row: &Row<'_>, column: usize) -> Result<ImageDigest, StoreError> {
    Ok(ImageDigest(row.get(column)?))
}
