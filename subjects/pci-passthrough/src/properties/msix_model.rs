//! A model of the guest's side of MSI-X in one formula.
//!
//! The model keeps bytes for the table and a flag for each vector. Whatever happens, a vector *wants*
//! to send when it was pending, or was raised while enabled; it *may* send when MSI-X is enabled and
//! neither mask is set; after each step, those that want and may send, lowest first, and those that
//! want and may not are pending. There is no case for any single rule.

use proofhouse::prelude::*;

use crate::{MsixError, MsixMessage, MsixTable};

/// How many vectors there are; steps name one more.
pub(super) const VECTORS: u16 = 2;

/// One step of guest or device.
#[derive(Debug, Clone, Copy, Generate)]
pub(super) enum Step {
    /// The device raises a vector.
    Raise(#[from(0..=2_u16)] u16),
    /// The guest writes message control.
    Control {
        is_enabled: bool,
        is_function_masked: bool,
    },
    /// The guest masks or unmasks a vector.
    SetMask(#[from(0..=2_u16)] u16, bool),
    /// The guest writes a word of the table.
    Write(#[from(0..=8_u8)] u8, u32),
    /// The guest writes two words at once.
    WriteTwo(#[from(0..=4_u8)] u8, u64),
}

/// The model.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) bytes: [u8; 16 * VECTORS as usize],
    pub(super) is_pending: [bool; VECTORS as usize],
    pub(super) is_enabled: bool,
    pub(super) is_function_masked: bool,
}

impl Model {
    pub(super) fn new() -> Self {
        let mut bytes = [0; 16 * VECTORS as usize];
        // Every entry is masked.
        for entry in 0..usize::from(VECTORS) {
            bytes[entry * 16 + 12] = 1;
        }
        Self {
            bytes,
            is_pending: [false; VECTORS as usize],
            is_enabled: false,
            is_function_masked: false,
        }
    }

    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(offset..offset + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    pub(super) fn may_send(&self, vector: u16) -> bool {
        let is_masked = self.bytes[usize::from(vector) * 16 + 12] & 1 != 0;
        self.is_enabled & !self.is_function_masked & !is_masked
    }

    pub(super) fn message(&self, vector: u16) -> MsixMessage {
        let entry = &self.bytes[usize::from(vector) * 16..][..16];
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .rev()
                .fold(0, |number, byte| number << 8 | u64::from(*byte))
        };
        MsixMessage {
            vector,
            address: number(&entry[..8]) & !3,
            data: number(&entry[8..12]) as u32,
        }
    }

    /// Takes a step; what is sent.
    pub(super) fn take(&mut self, step: Step) -> Vec<MsixMessage> {
        let mut raised = None;
        match step {
            Step::Raise(vector) => raised = Some(vector),
            Step::Control {
                is_enabled,
                is_function_masked,
            } => {
                self.is_enabled = is_enabled;
                self.is_function_masked = is_function_masked;
            }
            Step::SetMask(vector, is_masked) => {
                let word = u32::from(is_masked).to_le_bytes();
                self.write(usize::from(vector) * 16 + 12, &word);
            }
            Step::Write(word, value) => self.write(usize::from(word) * 4, &value.to_le_bytes()),
            Step::WriteTwo(pair, value) => {
                self.write(usize::from(pair) * 8, &value.to_le_bytes());
            }
        }
        let mut sent = Vec::new();
        for vector in 0..VECTORS {
            let place = usize::from(vector);
            let wants = self.is_pending[place] || self.is_enabled && raised == Some(vector);
            let may = self.may_send(vector);
            self.is_pending[place] = wants && !may;
            if wants && may {
                sent.push(self.message(vector));
            }
        }
        sent
    }
}

/// Takes a step on the table itself; what is sent.
pub(super) fn take(table: &mut MsixTable, step: Step) -> Result<Vec<MsixMessage>, MsixError> {
    Ok(match step {
        Step::Raise(vector) => table.raise(vector)?.into_iter().collect(),
        Step::Control {
            is_enabled,
            is_function_masked,
        } => table.set_control(is_enabled, is_function_masked),
        Step::SetMask(vector, is_masked) => {
            let offset = u64::from(vector) * 16 + 12;
            table
                .write_table(offset, 4, is_masked.into())
                .into_iter()
                .collect()
        }
        Step::Write(word, value) => {
            let sent = table.write_table(u64::from(word) * 4, 4, value.into());
            sent.into_iter().collect()
        }
        Step::WriteTwo(pair, value) => {
            let sent = table.write_table(u64::from(pair) * 8, 8, value);
            sent.into_iter().collect()
        }
    })
}

/// Takes the same steps on both.
pub(super) fn after(steps: &[Step]) -> (MsixTable, Model) {
    let (mut table, mut model) = (MsixTable::new(VECTORS), Model::new());
    for &step in steps {
        check_step(&mut table, &mut model, step);
    }
    (table, model)
}

/// Takes the same step on both, which have to send the same; what is sent.
pub(super) fn check_step(table: &mut MsixTable, model: &mut Model, step: Step) -> Vec<MsixMessage> {
    let expected = model.take(step);
    match take(table, step) {
        Ok(sent) => assert_eq!(sent, expected),
        Err(_) => assert!(matches!(step, Step::Raise(VECTORS))),
    }
    for vector in 0..VECTORS {
        assert_eq!(
            table.is_pending(vector),
            model.is_pending[usize::from(vector)]
        );
    }
    expected
}
