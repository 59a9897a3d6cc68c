//! Devices that are saved and restored: as good as the ones before, or refused.
//!
//! The judge is a second device: what was saved goes on beside what was restored, each in a machine of
//! its own, under the same accesses. And what was restored is saved again: whatever a snapshot says
//! has to come back, bit by bit.

use proofhouse::prelude::*;

use super::config_image::{Image, MSIX, space};
use super::msix_model::{self, Step as MsixStep, VECTORS};
use super::plugged::{Deed, GROUP, attach, kernel, machine, name, traces};
use crate::kernel::{Errno, SimKernel};
use crate::{
    BarKind, BarSlot, BusOwner, ConfigSpace, DeviceError, DeviceSnapshot, Gpa, Machine,
    MsixMessage, MsixTable, PassthroughDevice, Range, SnapshotError, VectorState,
};

/// What a guest does with a device, by accesses of any width.
#[derive(Debug, Clone, Copy, Generate)]
enum Step {
    #[weight(3)]
    Deed(Deed),
    /// Any access to the configuration space.
    Config {
        #[from(0..=0x107_u16)]
        offset: u16,
        #[from(0..=5_u8)]
        width: u8,
        value: u32,
    },
    /// Writes a register with an address that it can have.
    #[weight(2)]
    Move(#[from(0..=6_u8)] u8, u8),
    /// Asks for the size of a register.
    Ask(#[from(0..=6_u8)] u8),
    /// Any access near the table and the pending bits.
    Memory {
        #[from(0x1ff0..=0x3010_u64)]
        offset: u64,
        #[from(select([1, 2, 3, 4, 8]))]
        width: u8,
        value: u64,
    },
}

impl Step {
    /// Takes the step; what comes back.
    fn take(
        self,
        device: &mut PassthroughDevice,
        machine: &mut Machine<SimKernel>,
    ) -> (Result<(), DeviceError>, u64) {
        match self {
            Self::Deed(deed) => (deed.take(device, machine), 0),
            Self::Config {
                offset,
                width,
                value,
            } => {
                let answer = device.write_config(machine, offset, width, value);
                (answer, device.read_config(offset, width).into())
            }
            Self::Move(slot, place) => {
                let place = u32::from(place);
                // Memory, the two halves of 64-bit memory, nothing, ports, nothing, ROM.
                let value = match slot {
                    0 => 0xc000_0000 + (place << 16),
                    2 => 0x100 + place * 2,
                    3 => 0x1000 + place * 32,
                    6 => 0xc100_0000 + (place << 16) + (place & 1),
                    _ => place,
                };
                Self::write_register(device, machine, slot, value)
            }
            Self::Ask(slot) => Self::write_register(device, machine, slot, u32::MAX),
            Self::Memory {
                offset,
                width,
                value,
            } => {
                let mut bytes = value.to_le_bytes();
                let part = &mut bytes[..width.into()];
                let answer = device.write_bar(machine, BarSlot::Bar0, offset, part);
                let read = device.read_bar(machine, BarSlot::Bar0, offset, part);
                (answer.and(read), u64::from_le_bytes(bytes))
            }
        }
    }

    fn write_register(
        device: &mut PassthroughDevice,
        machine: &mut Machine<SimKernel>,
        slot: u8,
        value: u32,
    ) -> (Result<(), DeviceError>, u64) {
        let slot = BarSlot::from_number(slot).expect("at most 6");
        let offset = slot.config_offset();
        let answer = device.write_config(machine, offset, 4, value);
        (answer, device.read_config(offset, 4).into())
    }
}

/// Everything about a device that a guest, a hypervisor or the bus can tell apart, but for the
/// numbers of events and lines.
#[derive(Debug, PartialEq)]
struct View {
    config: ConfigSpace,
    bases: [Option<Gpa>; 7],
    table: Option<MsixTable>,
    connected: Vec<Option<(u64, u32)>>,
    messages: Vec<MsixMessage>,
    map: crate::AddressMap,
}

fn view(device: &PassthroughDevice, machine: &Machine<SimKernel>) -> View {
    let routing = device.msix().map(|(_, routing)| routing);
    let states = routing
        .into_iter()
        .flat_map(|routing| routing.vectors().states());
    let connected = states.map(|state| match *state {
        VectorState::Enabled { address, data, .. } => Some((address, data)),
        VectorState::Masked | VectorState::Configured { .. } => None,
    });
    let mut messages: Vec<_> = machine.lines.routes().map(|route| route.2).collect();
    messages.sort_by_key(|message| message.vector);
    View {
        config: device.config().clone(),
        bases: BarSlot::ALL.map(|slot| device.base(slot)),
        table: routing.map(|routing| routing.table.clone()),
        connected: connected.collect(),
        messages,
        map: machine.map.clone(),
    }
}

fn restore(
    machine: &mut Machine<SimKernel>,
    snapshot: &DeviceSnapshot,
) -> Result<PassthroughDevice, DeviceError> {
    PassthroughDevice::restore(machine, name(), GROUP, 1, snapshot)
}

/// A device that a guest has used in any way, saved, taken through bytes and restored in another
/// machine, is the same to guest and bus, and answers every later access as the one that was saved;
/// whenever both are saved again, they are equal.
#[property]
fn prop_snapshot_restore_equivalence(before: Vec<Step>, after: Vec<Step>) {
    check_equivalence(&before, &after);
}

/// The same for a device whose driver has enabled MSI-X and left any of the masks, and in the middle
/// of moving registers.
#[property]
fn prop_snapshot_restore_equivalence_in_use(
    is_enabled: bool,
    is_masked: bool,
    masks: [bool; 2],
    #[from(0..=7_u16)] command: u16,
    moved: Vec<(bool, BarSlot, u8)>,
    after: Vec<Step>,
) {
    let driver = [
        Deed::Message(0, true, 0x31),
        Deed::Message(1, true, 0x32),
        Deed::Mask(0, masks[0]),
        Deed::Mask(1, masks[1]),
        Deed::Control {
            is_enabled,
            is_masked,
        },
        Deed::Command(command),
    ];
    let moves = moved
        .into_iter()
        .map(|(is_question, slot, place)| match is_question {
            true => Step::Ask(slot.number()),
            false => Step::Move(slot.number(), place),
        });
    let before: Vec<Step> = driver.map(Step::Deed).into_iter().chain(moves).collect();
    check_equivalence(&before, &after);
}

fn check_equivalence(before: &[Step], after: &[Step]) {
    let mut machine_of_saved = machine(kernel());
    let mut saved = attach(&mut machine_of_saved).expect("the kernel has the device");
    for step in before {
        let _ = step.take(&mut saved, &mut machine_of_saved);
    }
    let snapshot = saved.save();
    let decoded = DeviceSnapshot::decode(&snapshot.encode());
    assert_eq!(decoded.as_ref(), Ok(&snapshot));

    let mut machine_of_restored = machine(kernel());
    let mut restored = restore(&mut machine_of_restored, &snapshot).expect("it is the same model");
    assert_eq!(restored.save(), snapshot);
    assert_eq!(
        view(&restored, &machine_of_restored),
        view(&saved, &machine_of_saved)
    );
    for step in after {
        assert_eq!(
            step.take(&mut restored, &mut machine_of_restored),
            step.take(&mut saved, &mut machine_of_saved)
        );
        assert_eq!(
            view(&restored, &machine_of_restored),
            view(&saved, &machine_of_saved)
        );
    }
    assert_eq!(restored.save(), saved.save());
    // And everything can be given back.
    let fresh = traces(&machine(kernel()));
    assert_eq!(restored.detach(&mut machine_of_restored), Ok(()));
    assert_eq!(traces(&machine_of_restored), fresh);
}

/// A table with vectors that wait, restored with the enable and mask bits that it had, holds what it
/// held, sends nothing by that, and from then on sends what the saved one sends.
#[property]
fn prop_snapshot_restores_pending(before: Vec<MsixStep>, after: Vec<MsixStep>) {
    let (mut saved, _) = msix_model::after(&before);
    let (is_enabled, is_masked) = (saved.is_enabled(), saved.is_function_masked());
    let restored = MsixTable::restored(VECTORS, &saved.save(), is_enabled, is_masked);
    let mut restored = restored.expect("the table was in this state");
    assert_eq!(restored, saved);
    for step in after {
        assert_eq!(
            msix_model::take(&mut restored, step),
            msix_model::take(&mut saved, step)
        );
        assert_eq!(restored, saved);
    }
}

/// A snapshot with a word exchanged is refused, by an error and with nothing left behind; or else it
/// is a state that the device can have, and the restored device is in exactly that one.
#[property]
fn prop_snapshot_garbage_refused(
    before: Vec<Step>,
    #[from(vec((any::<u16>(), any::<u32>(), any::<bool>()), 1..=2))] changes: Vec<(u16, u32, bool)>,
    #[from(0..=40_u8)] length: u8,
) {
    let mut machine_of_saved = machine(kernel());
    let mut saved = attach(&mut machine_of_saved).expect("the kernel has the device");
    for step in before {
        let _ = step.take(&mut saved, &mut machine_of_saved);
    }
    let mut bytes = saved.save().encode();
    let words = bytes.len() / 4;
    for (place, value, is_bit) in changes {
        let at = usize::from(place) % words * 4;
        let old = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let new = if is_bit {
            old ^ 1 << (value % 32)
        } else {
            value
        };
        bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
    }
    // A quarter is too long, a half as long as it should be, a quarter too short.
    bytes.extend(vec![0; usize::from(10_u8.saturating_sub(length))]);
    bytes.truncate(bytes.len() - usize::from(length.saturating_sub(30)));
    check_bytes(&bytes);
}

/// The same for any bytes at all, and for any after a legal beginning.
#[property]
fn prop_snapshot_any_bytes(is_version_1: bool, tail: Vec<u8>) {
    let mut bytes = if is_version_1 {
        b"PCIS\x01\0\0\0".to_vec()
    } else {
        Vec::new()
    };
    bytes.extend(tail);
    check_bytes(&bytes);
}

fn check_bytes(bytes: &[u8]) {
    let snapshot = match DeviceSnapshot::decode(bytes) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            assert!(error.code().starts_with("snapshot/"));
            return;
        }
    };
    assert_eq!(snapshot.encode(), bytes);
    let mut machine = machine(kernel());
    let before = traces(&machine);
    match restore(&mut machine, &snapshot) {
        Ok(device) => {
            assert_eq!(device.save(), snapshot);
            // One owner for each bit: what enables the table is what the guest reads.
            let (is_enabled, is_masked) = device.config().msix_control().expect("it has MSI-X");
            let (_, routing) = device.msix().expect("it has MSI-X");
            assert_eq!(routing.table.is_enabled(), is_enabled);
            assert_eq!(routing.table.is_function_masked(), is_masked);
            check_identity(&device);
        }
        Err(error) => {
            assert!(matches!(
                error,
                DeviceError::Snapshot(_) | DeviceError::Bar(_)
            ));
            assert!(!error.help().is_empty());
            assert_eq!(traces(&machine), before);
        }
    }
}

/// What a guest cannot change is the device's own, whatever a snapshot said.
fn check_identity(device: &PassthroughDevice) {
    // Offset, and the bits that a guest changes, the clearable ones of status included: the header's
    // description, and sizes of 64 KiB, 8 GiB, 32 ports and 64 KiB.
    let changeable: [(u16, u32); 8] = [
        (0x04, 0xf900_0547),
        (0x0c, 0x0000_00ff),
        (0x10, 0xffff_0000),
        (0x18, 0xffff_fffe),
        (0x1c, 0xffff_ffe0),
        (0x30, 0xffff_0001),
        (0x3c, 0x0000_00ff),
        (MSIX, 0xc000_0000),
    ];
    let fresh = space(&Image::new());
    for offset in (0..256).step_by(4) {
        let rule = changeable.iter().find(|rule| rule.0 == offset);
        let fixed = !rule.map_or(0, |rule| rule.1);
        let (read, expected) = (device.read_config(offset, 4), fresh.read(offset, 4));
        assert_eq!(read & fixed, expected & fixed);
    }
}

/// Whichever call of restoring the kernel fails, nothing is left behind, and the next attempt works.
#[property]
fn prop_snapshot_restore_undone(
    masks: [bool; 2],
    #[from(0..=40_u64)] call: u64,
    #[from(1..=133)] errno: i32,
) {
    let mut machine_of_saved = machine(kernel());
    let mut saved = attach(&mut machine_of_saved).expect("the kernel has the device");
    for deed in [
        Deed::Message(0, true, 0x31),
        Deed::Message(1, true, 0x32),
        Deed::Mask(0, masks[0]),
        Deed::Mask(1, masks[1]),
        Deed::Control {
            is_enabled: true,
            is_masked: false,
        },
    ] {
        assert_eq!(deed.take(&mut saved, &mut machine_of_saved), Ok(()));
    }
    let snapshot = saved.save();
    let mut machine = machine(kernel());
    let before = traces(&machine);
    let kernel = machine.container.kernel_mut();
    kernel.fail_call(call, Errno::new(errno));
    let mut restored = restore(&mut machine, &snapshot);
    if restored.is_err() {
        assert!(machine.container.kernel().has_failed());
        assert_eq!(traces(&machine), before);
        restored = restore(&mut machine, &snapshot);
    }
    let restored = restored.expect("one call was to fail, and has");
    assert_eq!(view(&restored, &machine), view(&saved, &machine_of_saved));
}

/// An address that is taken on the new machine is not taken from who has it.
#[test]
fn a_taken_address_is_refused() {
    let mut machine_of_saved = machine(kernel());
    let mut saved = attach(&mut machine_of_saved).expect("the kernel has the device");
    let (answer, _) = Step::Deed(Deed::Command(2)).take(&mut saved, &mut machine_of_saved);
    assert_eq!(answer, Ok(()));
    let (answer, _) = Step::Move(0, 0x80).take(&mut saved, &mut machine_of_saved);
    assert_eq!(answer, Ok(()));
    assert_eq!(saved.base(BarSlot::Bar0), Some(Gpa::new(0xc080_0000)));
    let snapshot = saved.save();

    let mut machine = machine(kernel());
    let owner = BusOwner {
        device: 9,
        slot: BarSlot::Bar0,
    };
    let window = Range::new(Gpa::new(0xc080_1000), 0x1000).expect("legal");
    let bus = machine.map.bus_mut(BarKind::Mem32);
    bus.insert(window, owner).expect("the bus is empty");
    let before = traces(&machine);
    let error = restore(&mut machine, &snapshot).expect_err("the place is taken");
    assert_eq!(error.code(), "bar/occupied");
    assert_eq!(traces(&machine), before);
}

/// Snapshots of other devices are refused, each for its reason.
#[test]
fn other_devices_are_refused() {
    let mut machine_of_saved = machine(kernel());
    let saved = attach(&mut machine_of_saved).expect("the kernel has the device");
    let snapshot = saved.save();
    let refused = |change: &dyn Fn(&mut DeviceSnapshot)| {
        let mut other = snapshot.clone();
        change(&mut other);
        match restore(&mut machine(kernel()), &other) {
            Err(DeviceError::Snapshot(error)) => error,
            other => panic!("restored as {other:?}"),
        }
    };
    let other_device = |offset| SnapshotError::OtherDevice { offset };
    assert_eq!(refused(&|other| other.config[0] ^= 1), other_device(0));
    assert_eq!(refused(&|other| other.bars[3] ^= 1), other_device(0x1c));
    // Base address registers have a place of their own.
    assert_eq!(refused(&|other| other.config[4] = 1), other_device(0x10));
    let registers = refused(&|other| other.config.truncate(63));
    assert_eq!(registers.code(), "snapshot/other-size");
    let slot = BarSlot::Bar2;
    let windows = refused(&|other| other.windows[2].halves = 1);
    assert_eq!(windows, SnapshotError::OtherWindows { slot });
    let vectors = refused(&|other| other.msix = None);
    let expected = 2;
    assert_eq!(
        vectors,
        SnapshotError::OtherVectors {
            vectors: 0,
            expected
        }
    );
    let pending = |vector: usize| {
        refused(&|other| {
            // Enabled and not masked, as the vectors are.
            other.config[0x50 / 4] |= 1 << 31;
            let msix = other.msix.as_mut().expect("it has MSI-X");
            msix.entries[vector % 2][3] = 0;
            msix.pending[0] = 1 << vector;
        })
    };
    assert_eq!(pending(1), SnapshotError::IllegalPending { vector: 1 });
    assert_eq!(pending(2), SnapshotError::IllegalPending { vector: 2 });
}
