//! The interrupt lines of a guest, and the message behind each.
//!
//! A hypervisor takes the whole table at once (`KVM_SET_GSI_ROUTING`), so a table is what is kept.
//!
//! # Invariants
//!
//! - A line in use has one event and one message; the lowest free line is given out first.

use crate::kernel::EventHandle;
use crate::{MsixError, MsixMessage};

/// Lines from `first` on, in use or free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GsiTable {
    first: u32,
    lines: Vec<Option<(EventHandle, MsixMessage)>>,
}

impl GsiTable {
    /// A table of free lines; as many as there are numbers from `first` on, if these are fewer.
    pub fn new(first: u32, lines: u32) -> Self {
        let lines = lines.min(u32::MAX - first);
        Self {
            first,
            lines: vec![None; lines as usize],
        }
    }

    /// Takes the lowest free line.
    ///
    /// # Errors
    ///
    /// [`MsixError::NoLineLeft`].
    pub fn connect(&mut self, event: EventHandle, message: MsixMessage) -> Result<u32, MsixError> {
        let lines = self.lines.len() as u32;
        let place = self.lines.iter().position(Option::is_none);
        let place = place.ok_or(MsixError::NoLineLeft { lines })?;
        self.lines[place] = Some((event, message));
        Ok(self.first + place as u32)
    }

    /// Puts another message behind a line in use; whether it was in use.
    pub fn change(&mut self, gsi: u32, message: MsixMessage) -> bool {
        match self.line(gsi) {
            Some(Some(line)) => {
                line.1 = message;
                true
            }
            _ => false,
        }
    }

    /// Frees a line; whether it was in use.
    pub fn disconnect(&mut self, gsi: u32) -> bool {
        self.line(gsi).is_some_and(|line| line.take().is_some())
    }

    /// The lines in use, ascending: line, event, message.
    pub fn routes(&self) -> impl Iterator<Item = (u32, EventHandle, MsixMessage)> + '_ {
        let lines = (self.first..).zip(&self.lines);
        lines.filter_map(|(gsi, line)| line.map(|(event, message)| (gsi, event, message)))
    }

    fn line(&mut self, gsi: u32) -> Option<&mut Option<(EventHandle, MsixMessage)>> {
        let place = gsi.checked_sub(self.first)?;
        self.lines.get_mut(place as usize)
    }
}
