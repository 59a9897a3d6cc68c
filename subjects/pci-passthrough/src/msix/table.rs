//! The guest's side of MSI-X: table, masks, pending bits, and when a message is sent.
//!
//! # Invariants
//!
//! - After a reset every entry is masked, and enable, function mask and pending bits are 0.
//! - A raised vector that may not be delivered becomes pending, and is delivered, once, when it may.
//! - While disabled nothing is sent, and what is raised is lost. Pending bits outlast a time of being
//!   disabled, until a reset; the specification leaves that open.
//! - A message has the address and data of the moment at which it is sent.
//! - No access panics: what has no meaning reads as ones and writes nothing.
//!
//! # Not here
//!
//! Whether a message goes anywhere: the guest may write any address
//! ([`MsixMessage::is_deliverable`]).
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, sections 6.8.2.6 to 6.8.3.5. Changing address or data of an
//! unmasked entry is undefined there; here it holds from the next message on, and is counted.

mod saved;

use crate::MsixError;

/// The bytes of an entry.
const ENTRY_BYTES: u64 = 16;

/// The four words of an entry, by their places.
const ADDRESS_LOW: usize = 0;
const ADDRESS_HIGH: usize = 1;
const DATA: usize = 2;
const CONTROL: usize = 3;

/// The bit of an entry's last word that masks it.
const ENTRY_MASK: u32 = 1;

/// What is sent when a vector is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsixMessage {
    /// The vector.
    pub vector: u16,
    /// Where it is written.
    pub address: u64,
    /// What is written.
    pub data: u32,
}

impl MsixMessage {
    /// Whether an x86 processor takes the message for an interrupt: written to the window of the
    /// local interrupt controllers, with a vector from 0x10 to 0xfe.
    pub fn is_deliverable(&self) -> bool {
        let vector = self.data & 0xff;
        self.address >> 20 == 0xfee && (0x10..=0xfe).contains(&vector)
    }
}

/// An entry of the table, as its four words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MsixEntry {
    words: [u32; 4],
}

impl MsixEntry {
    /// The entry after a reset: masked, and otherwise 0.
    pub const RESET: Self = Self {
        words: [0, 0, 0, ENTRY_MASK],
    };

    /// The address, its two lowest bits left out.
    pub fn address(&self) -> u64 {
        let low = self.words[ADDRESS_LOW] & !3;
        u64::from(self.words[ADDRESS_HIGH]) << 32 | u64::from(low)
    }

    /// The data.
    pub const fn data(&self) -> u32 {
        self.words[DATA]
    }

    /// Whether the entry is masked.
    pub const fn is_masked(&self) -> bool {
        self.words[CONTROL] & ENTRY_MASK != 0
    }
}

/// Table, pending bits and the two bits of message control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsixTable {
    entries: Vec<MsixEntry>,
    pending: Vec<u64>,
    is_enabled: bool,
    is_function_masked: bool,
    unmasked_changes: u64,
}

impl MsixTable {
    /// A table of that many entries, as after a reset.
    pub fn new(vectors: u16) -> Self {
        Self {
            entries: vec![MsixEntry::RESET; usize::from(vectors)],
            pending: vec![0; usize::from(vectors.div_ceil(64))],
            is_enabled: false,
            is_function_masked: false,
            unmasked_changes: 0,
        }
    }

    /// Brings everything to the state after a reset.
    pub fn reset(&mut self) {
        self.entries.fill(MsixEntry::RESET);
        self.pending.fill(0);
        self.is_enabled = false;
        self.is_function_masked = false;
        self.unmasked_changes = 0;
    }

    /// The number of vectors.
    pub fn vectors(&self) -> u16 {
        self.entries.len() as u16
    }

    /// The entries.
    pub fn entries(&self) -> &[MsixEntry] {
        &self.entries
    }

    /// Whether MSI-X is enabled.
    pub const fn is_enabled(&self) -> bool {
        self.is_enabled
    }

    /// Whether all vectors are masked together.
    pub const fn is_function_masked(&self) -> bool {
        self.is_function_masked
    }

    /// Whether a vector is pending.
    pub fn is_pending(&self, vector: u16) -> bool {
        let word = self.pending.get(usize::from(vector / 64));
        word.is_some_and(|word| word >> (vector % 64) & 1 != 0)
    }

    /// How often an address or data was changed while its entry was not masked.
    pub const fn unmasked_changes(&self) -> u64 {
        self.unmasked_changes
    }

    /// The message that the vector would send now; `None` for a vector that there is not.
    pub fn message(&self, vector: u16) -> Option<MsixMessage> {
        let entry = self.entries.get(usize::from(vector))?;
        Some(MsixMessage {
            vector,
            address: entry.address(),
            data: entry.data(),
        })
    }

    /// The device wants an interrupt: the message to send now, if any.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoSuchVector`].
    pub fn raise(&mut self, vector: u16) -> Result<Option<MsixMessage>, MsixError> {
        let vectors = self.vectors();
        let message = self.message(vector);
        let message = message.ok_or(MsixError::NoSuchVector { vector, vectors })?;
        if !self.is_enabled {
            return Ok(None);
        }
        if self.is_function_masked || self.entries[usize::from(vector)].is_masked() {
            self.pending[usize::from(vector / 64)] |= 1 << (vector % 64);
            return Ok(None);
        }
        Ok(Some(message))
    }

    /// The guest writes message control: the messages to send now, by ascending vector.
    pub fn set_control(&mut self, is_enabled: bool, is_function_masked: bool) -> Vec<MsixMessage> {
        let could_send = self.is_enabled && !self.is_function_masked;
        self.is_enabled = is_enabled;
        self.is_function_masked = is_function_masked;
        let mut messages = Vec::new();
        if could_send || !is_enabled || is_function_masked {
            return messages;
        }
        for vector in 0..self.vectors() {
            messages.extend(self.send_pending(vector));
        }
        messages
    }

    /// The guest reads the table. Four bytes at a multiple of four or eight at a multiple of eight;
    /// everything else reads as ones.
    pub fn read_table(&self, offset: u64, width: usize) -> u64 {
        match (self.place_of(offset, width), width) {
            (Some((entry, word)), 8) => {
                let words = &self.entries[entry].words;
                u64::from(words[word + 1]) << 32 | u64::from(words[word])
            }
            (Some((entry, word)), _) => self.entries[entry].words[word].into(),
            (None, _) => u64::MAX,
        }
    }

    /// The guest writes the table: the message to send now, if any. What [`Self::read_table`] reads
    /// as ones is not written.
    pub fn write_table(&mut self, offset: u64, width: usize, value: u64) -> Option<MsixMessage> {
        let (entry, word) = self.place_of(offset, width)?;
        let was_masked = self.entries[entry].is_masked();
        let words = &mut self.entries[entry].words;
        words[word] = value as u32;
        if width == 8 {
            words[word + 1] = (value >> 32) as u32;
        }
        if !was_masked && word != CONTROL {
            self.unmasked_changes += 1;
        }
        let is_unmasked = was_masked && !self.entries[entry].is_masked();
        if is_unmasked && self.is_enabled && !self.is_function_masked {
            return self.send_pending(entry as u16);
        }
        None
    }

    /// The guest reads the pending bits, with the widths of [`Self::read_table`]. They cannot be
    /// written.
    pub fn read_pending(&self, offset: u64, width: usize) -> u64 {
        if !is_access(offset, width) {
            return u64::MAX;
        }
        let word = usize::try_from(offset / 8);
        match word.ok().and_then(|word| self.pending.get(word)) {
            Some(word) if width == 8 => *word,
            Some(word) => word >> (offset % 8 * 8) & 0xffff_ffff,
            None => u64::MAX,
        }
    }

    /// Takes a pending bit away and gives the message, unless the entry is masked.
    fn send_pending(&mut self, vector: u16) -> Option<MsixMessage> {
        if !self.is_pending(vector) || self.entries[usize::from(vector)].is_masked() {
            return None;
        }
        self.pending[usize::from(vector / 64)] &= !(1 << (vector % 64));
        self.message(vector)
    }

    /// Entry and word of an access that has a meaning.
    fn place_of(&self, offset: u64, width: usize) -> Option<(usize, usize)> {
        if !is_access(offset, width) {
            return None;
        }
        let entry = usize::try_from(offset / ENTRY_BYTES).ok()?;
        let word = (offset % ENTRY_BYTES / 4) as usize;
        (entry < self.entries.len()).then_some((entry, word))
    }
}

/// Whether the structures answer to an access of that width at that place.
const fn is_access(offset: u64, width: usize) -> bool {
    matches!(width, 4 | 8) && offset.is_multiple_of(width as u64)
}
