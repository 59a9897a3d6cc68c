//! Table and pending bits as plain data.
//!
//! # Invariants
//!
//! - Enable and function mask are not part of it: message control has them.
//! - Saving and restoring sends nothing.

use super::{MsixEntry, MsixTable};
use crate::{MsixSnapshot, SnapshotError};

impl MsixTable {
    /// Everything but the two bits of message control.
    pub fn save(&self) -> MsixSnapshot {
        let Self {
            entries,
            pending,
            is_enabled: _,
            is_function_masked: _,
            unmasked_changes,
        } = self;
        MsixSnapshot {
            entries: entries.iter().map(|entry| entry.words).collect(),
            pending: pending.clone(),
            unmasked_changes: *unmasked_changes,
        }
    }

    /// The table of that many entries that was saved, with the two bits of message control.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::OtherVectors`] for another number of entries, or of pending bits;
    /// [`SnapshotError::IllegalPending`] for a pending bit behind the last vector, or of one that may
    /// be sent.
    pub fn restored(
        vectors: u16,
        saved: &MsixSnapshot,
        is_enabled: bool,
        is_function_masked: bool,
    ) -> Result<Self, SnapshotError> {
        let expected = usize::from(vectors);
        let pending_words = usize::from(vectors.div_ceil(64));
        if saved.entries.len() != expected || saved.pending.len() != pending_words {
            let vectors = saved.entries.len();
            return Err(SnapshotError::OtherVectors { vectors, expected });
        }
        let entries = saved.entries.iter().map(|&words| MsixEntry { words });
        let table = Self {
            entries: entries.collect(),
            pending: saved.pending.clone(),
            is_enabled,
            is_function_masked,
            unmasked_changes: saved.unmasked_changes,
        };
        for vector in 0..pending_words * 64 {
            let entry = table.entries.get(vector);
            let may_wait =
                |entry: &MsixEntry| !is_enabled || is_function_masked || entry.is_masked();
            if saved.pending[vector / 64] >> (vector % 64) & 1 != 0 && !entry.is_some_and(may_wait)
            {
                return Err(SnapshotError::IllegalPending { vector });
            }
        }
        Ok(table)
    }
}
