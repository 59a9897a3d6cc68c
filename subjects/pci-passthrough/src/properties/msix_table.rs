//! The guest's side of MSI-X: accesses, masks, pending bits, messages.

use proofhouse::prelude::*;

use super::msix_model::{Model, Step, VECTORS, after, check_step, take};
use crate::{MsixEntry, MsixError, MsixMessage, MsixTable};

/// After a reset, whatever came before, everything is as in a new table: entries masked and
/// otherwise 0, nothing pending, not enabled, function not masked.
#[property]
fn prop_msix_reset_state(steps: Vec<Step>) {
    let (mut table, _) = after(&steps);
    table.reset();
    assert_eq!(table, MsixTable::new(VECTORS));
    assert!(!table.is_enabled() && !table.is_function_masked());
    for vector in 0..VECTORS {
        assert!(!table.is_pending(vector));
        let offset = u64::from(vector) * 16;
        assert_eq!(table.read_table(offset, 8), 0);
        assert_eq!(table.read_table(offset + 8, 4), 0);
        assert_eq!(table.read_table(offset + 12, 4), 1);
        assert_eq!(table.entries()[usize::from(vector)], MsixEntry::RESET);
    }
    assert_eq!(table.read_pending(0, 8), 0);
}

/// Accesses of four and eight bytes at their multiples read and write as bytes in an array would;
/// every other width, place and offset reads as ones and writes nothing, without a panic. The table
/// held anything before.
#[property]
fn prop_msix_table_rw(
    content: [u64; 4],
    offset: u64,
    #[from(select([0, 1, 2, 3, 4, 8, 16]))] width: u8,
    value: u64,
    read_offset: u64,
    #[from(select([0, 1, 2, 3, 4, 8, 16]))] read_width: u8,
) {
    check_bytes(content, (offset, width), value, (read_offset, read_width));
}

/// The same for places within the table and just past it.
#[property]
fn prop_msix_table_rw_inside(
    content: [u64; 4],
    #[from(0..=36_u64)] offset: u64,
    #[from(select([4, 8]))] width: u8,
    value: u64,
    #[from(0..=36_u64)] read_offset: u64,
    #[from(select([4, 8]))] read_width: u8,
) {
    check_bytes(content, (offset, width), value, (read_offset, read_width));
}

fn check_bytes(content: [u64; 4], write: (u64, u8), value: u64, read: (u64, u8)) {
    let mut table = MsixTable::new(VECTORS);
    let mut bytes = [0_u8; 32];
    for (place, word) in content.into_iter().enumerate() {
        table.write_table(place as u64 * 8, 8, word);
        bytes[place * 8..][..8].copy_from_slice(&word.to_le_bytes());
    }
    let is_access = |(offset, width): (u64, u8)| {
        matches!(width, 4 | 8) && offset.is_multiple_of(width.into()) && offset < 32
    };

    table.write_table(write.0, usize::from(write.1), value);
    if is_access(write) {
        for (place, byte) in (0_u64..).zip(&mut bytes) {
            let at = place.wrapping_sub(write.0);
            // No branch at each byte, so that all of them are one question to a solver.
            let hit = u8::from(at < write.1.into()).wrapping_neg();
            *byte = *byte & !hit | (value >> (at % 8 * 8)) as u8 & hit;
        }
    }
    let mut expected = u64::MAX;
    if is_access(read) {
        expected = 0;
        for (place, byte) in (0_u64..).zip(bytes) {
            let at = place.wrapping_sub(read.0);
            let hit = u64::from(at < read.1.into()).wrapping_neg();
            expected |= (u64::from(byte) << (at % 8 * 8)) & hit;
        }
    }
    assert_eq!(table.read_table(read.0, usize::from(read.1)), expected);
}

/// No write of the guest changes a pending bit but by sending its message; bits past the last vector
/// are 0, words past the last one read as ones. The pending bits read as the words that the single
/// flags make.
#[property]
fn prop_msix_pba_readonly(
    steps: Vec<Step>,
    #[from(0..=16_u64)] offset: u64,
    #[from(0..=9_u8)] width: u8,
) {
    // The steps hold the table to the model, whose flags nothing but raising and sending changes.
    let (table, model) = after(&steps);
    let mut word = 0;
    for (vector, &is_pending) in model.is_pending.iter().enumerate() {
        word |= u64::from(is_pending) << vector;
    }
    assert_eq!(word >> VECTORS, 0);
    let expected = match (offset, width) {
        (0, 8) => word,
        (0, 4) => word & 0xffff_ffff,
        (4, 4) => word >> 32,
        _ => u64::MAX,
    };
    assert_eq!(table.read_pending(offset, usize::from(width)), expected);
}

/// Raising a vector that does not exist is refused; while disabled it is lost; while masked, alone
/// or with all, it becomes pending; otherwise it sends exactly its message and is not pending.
#[property]
fn prop_msix_masked_raise_pends(steps: Vec<Step>, #[from(0..=3_u16)] vector: u16) {
    let (mut table, model) = after(&steps);
    let before = table.clone();
    let answer = table.raise(vector);
    if vector >= VECTORS {
        let vectors = VECTORS;
        assert_eq!(answer, Err(MsixError::NoSuchVector { vector, vectors }));
        assert_eq!(table, before);
    } else if !model.is_enabled {
        assert_eq!(answer, Ok(None));
        assert_eq!(table, before);
    } else if model.may_send(vector) {
        assert_eq!(answer, Ok(Some(model.message(vector))));
        assert_eq!(table, before);
        assert!(!table.is_pending(vector));
    } else {
        assert_eq!(answer, Ok(None));
        assert!(table.is_pending(vector));
        assert_eq!(table.entries(), before.entries());
        let other = 1 - vector;
        assert_eq!(table.is_pending(other), before.is_pending(other));
    }
}

/// Unmasking a pending vector while MSI-X may send gives exactly one message, with the address and
/// data of now, and unmasking again gives none.
#[property]
fn prop_msix_unmask_delivers_once(
    steps: Vec<Step>,
    #[from(0..VECTORS)] vector: u16,
    address: u64,
    data: u32,
) {
    let (mut table, model) = after(&steps);
    let offset = u64::from(vector) * 16;
    let was_pending = model.is_pending[usize::from(vector)];
    assert_eq!(table.write_table(offset + 12, 4, 1), None);
    // Another message than at the time of the raise.
    assert_eq!(table.write_table(offset, 8, address), None);
    assert_eq!(table.write_table(offset + 8, 4, data.into()), None);
    let sends = was_pending && model.is_enabled && !model.is_function_masked;
    let message = MsixMessage {
        vector,
        address: address & !3,
        data,
    };
    assert_eq!(
        table.write_table(offset + 12, 4, 0),
        sends.then_some(message)
    );
    assert_eq!(table.is_pending(vector), was_pending && !sends);
    assert_eq!(table.write_table(offset + 12, 4, 0), None);
    assert_eq!(table.write_table(offset + 12, 4, 1), None);
    assert_eq!(table.write_table(offset + 12, 4, 0), None);
}

/// Unmasking the function, or enabling MSI-X, sends the message of each pending unmasked vector,
/// once, lowest first; the function unmasked while MSI-X is disabled sends nothing.
#[property]
fn prop_msix_function_unmask_scan(steps: Vec<Step>, is_enabled: bool, is_function_masked: bool) {
    let (mut table, model) = after(&steps);
    let sent = table.set_control(is_enabled, is_function_masked);
    let mut expected = Vec::new();
    for vector in 0..VECTORS {
        let is_masked = model.bytes[usize::from(vector) * 16 + 12] & 1 != 0;
        let is_pending = model.is_pending[usize::from(vector)];
        let sends = is_enabled && !is_function_masked && is_pending && !is_masked;
        if sends {
            expected.push(model.message(vector));
        }
        assert_eq!(table.is_pending(vector), is_pending && !sends);
    }
    assert_eq!(sent, expected);
    assert_eq!(table.set_control(is_enabled, is_function_masked), []);
}

/// The same in a table whose pending bits fill more than a word.
#[property]
fn prop_msix_function_unmask_scan_across_words(
    #[from(select([63, 64, 65, 129]))] vectors: u16,
    #[from(vec(0..=130_u16, 0..=6))] mut raised: Vec<u16>,
) {
    let mut table = MsixTable::new(vectors);
    for vector in 0..vectors {
        assert_eq!(table.write_table(u64::from(vector) * 16 + 12, 4, 0), None);
    }
    assert_eq!(table.set_control(true, true), []);
    for &vector in &raised {
        assert_eq!(table.raise(vector).is_ok(), vector < vectors);
    }
    raised.retain(|&vector| vector < vectors);
    raised.sort_unstable();
    raised.dedup();
    for vector in 0..vectors {
        assert_eq!(table.is_pending(vector), raised.contains(&vector));
    }
    let sent = table.set_control(true, false);
    let sent: Vec<u16> = sent.iter().map(|message| message.vector).collect();
    assert_eq!(sent, raised);
    let words = u64::from(vectors.div_ceil(64));
    assert_eq!(table.read_pending((words - 1) * 8, 8), 0);
    assert_eq!(table.read_pending(words * 8, 8), u64::MAX);
}

/// While MSI-X is disabled, nothing that guest or device do sends a message.
#[property]
fn prop_msix_disabled_never_delivers(before: Vec<Step>, steps: Vec<Step>) {
    let (mut table, mut model) = after(&before);
    assert_eq!(table.set_control(false, false), []);
    model.take(Step::Control {
        is_enabled: false,
        is_function_masked: false,
    });
    for step in steps {
        if let Step::Control {
            is_function_masked, ..
        } = step
        {
            assert_eq!(table.set_control(false, is_function_masked), []);
        } else {
            assert!(take(&mut table, step).is_ok_and(|sent| sent.is_empty()) || is_missing(step));
        }
    }
}

fn is_missing(step: Step) -> bool {
    matches!(step, Step::Raise(vector) if vector >= VECTORS)
}

/// For each vector: not more messages than raises; and when it was raised while enabled and may be
/// sent in the end, at least one message.
#[property]
fn prop_msix_conservation(steps: Vec<Step>) {
    let (mut table, mut model) = (MsixTable::new(VECTORS), Model::new());
    let (mut raises, mut heard, mut messages) = ([0; 2], [0; 2], [0; 2]);
    for step in steps {
        if let Step::Raise(vector) = step
            && vector < VECTORS
        {
            raises[usize::from(vector)] += 1;
            heard[usize::from(vector)] += u32::from(model.is_enabled);
        }
        for message in check_step(&mut table, &mut model, step) {
            messages[usize::from(message.vector)] += 1;
        }
    }
    for vector in 0..VECTORS {
        let place = usize::from(vector);
        assert!(messages[place] <= raises[place]);
        let is_stuck = heard[place] > 0 && model.may_send(vector) && messages[place] == 0;
        assert!(!is_stuck);
    }
}
