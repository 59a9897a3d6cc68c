//! A simulated kernel with a device plugged in, and a machine to attach it to.

use proofhouse::prelude::*;

use super::config_image::{Image, MSIX, MSIX_VECTORS};
use crate::kernel::{IrqIndex, OpenHandles, SimDevice, SimKernel, Type1Settings, VfioKernel};
use crate::{
    AddressMap, BarSlot, Bdf, Container, DeviceError, DmaSpace, GsiTable, GuestLayout, GuestMemory,
    Hva, Machine, PassthroughDevice,
};

/// The group of the device.
pub(super) const GROUP: u32 = 7;

/// The device's name.
pub(super) fn name() -> Bdf {
    Bdf::new(0, 0x65, 0, 0).expect("in range")
}

/// A kernel with one device: 64 KiB of memory with MSI-X in it, 8 GiB of 64-bit memory, ports, ROM.
pub(super) fn kernel() -> SimKernel {
    let mut kernel = SimKernel::new(Type1Settings::default());
    let bar_bytes = [64 << 10, 8 << 30, 0, 32, 0, 0, 64 << 10];
    let device = SimDevice::new(name(), GROUP, Image::new().bytes.to_vec(), bar_bytes);
    kernel.plug(device.with_interrupts(IrqIndex::Msix, MSIX_VECTORS.into()));
    kernel
}

/// A machine with RAM above and below the hole.
pub(super) fn machine<K: VfioKernel>(kernel: K) -> Machine<K> {
    machine_with(kernel, 4 << 30)
}

/// A machine with so much RAM.
pub(super) fn machine_with<K: VfioKernel>(kernel: K, ram_bytes: u64) -> Machine<K> {
    let layout = GuestLayout::new(ram_bytes).expect("whole pages");
    let hosts = [Hva::new(0x7f00_0000_0000), Hva::new(0x6f00_0000_0000)];
    Machine {
        container: Container::new(kernel).expect("the version is right"),
        map: AddressMap::for_layout(&layout).expect("the windows are legal"),
        lines: GsiTable::new(24, 4),
        memory: GuestMemory::new(layout, &hosts).expect("host memory has room"),
    }
}

/// Attaches the device.
pub(super) fn attach<K: VfioKernel>(
    machine: &mut Machine<K>,
) -> Result<PassthroughDevice, DeviceError> {
    PassthroughDevice::attach(machine, name(), GROUP, 1)
}

/// Everything of a machine that a device could leave something in.
#[derive(Debug, PartialEq)]
pub(super) struct Traces {
    handles: OpenHandles,
    mappings: usize,
    space: DmaSpace,
    map: AddressMap,
    lines: GsiTable,
}

pub(super) fn traces(machine: &Machine<SimKernel>) -> Traces {
    let kernel = machine.container.kernel();
    Traces {
        handles: kernel.open_handles(),
        mappings: kernel.iommu().map_or(0, |iommu| iommu.mappings().len()),
        space: machine.container.space().clone(),
        map: machine.map.clone(),
        lines: machine.lines.clone(),
    }
}

/// What a guest's driver does with the device.
#[derive(Debug, Clone, Copy, Generate)]
pub(super) enum Deed {
    /// Writes the command register.
    Command(#[from(0..=7_u16)] u16),
    /// Writes a base address register.
    Bar(#[from(0..=6_u8)] u8, u32),
    /// Writes MSI-X control.
    Control { is_enabled: bool, is_masked: bool },
    /// Writes a message into the table that can be delivered, or cannot.
    Message(#[from(0..MSIX_VECTORS)] u16, bool, u8),
    /// Masks or unmasks a vector.
    Mask(#[from(0..MSIX_VECTORS)] u16, bool),
    /// Reads and writes memory of the device itself.
    Memory(#[from(0..=0xff_u8)] u8, u32),
}

impl Deed {
    pub(super) fn take<K: VfioKernel>(
        self,
        device: &mut PassthroughDevice,
        machine: &mut Machine<K>,
    ) -> Result<(), DeviceError> {
        let memory = BarSlot::Bar0;
        match self {
            Self::Command(command) => device.write_config(machine, 4, 2, command.into()),
            Self::Bar(slot, value) => {
                let slot = BarSlot::from_number(slot).expect("at most 6");
                device.write_config(machine, slot.config_offset(), 4, value)
            }
            Self::Control {
                is_enabled,
                is_masked,
            } => {
                let control = u32::from(is_enabled) << 15 | u32::from(is_masked) << 14;
                device.write_config(machine, MSIX + 2, 2, control)
            }
            Self::Message(vector, is_deliverable, data) => {
                let offset = 0x2000 + u64::from(vector) * 16;
                let address: u64 = if is_deliverable {
                    0xfee0_1000
                } else {
                    0xfed0_1000
                };
                device.write_bar(machine, memory, offset, &address.to_le_bytes())?;
                let data = u32::from(data).to_le_bytes();
                device.write_bar(machine, memory, offset + 8, &data)
            }
            Self::Mask(vector, is_masked) => {
                let offset = 0x2000 + u64::from(vector) * 16 + 12;
                let word = u32::from(is_masked).to_le_bytes();
                device.write_bar(machine, memory, offset, &word)
            }
            Self::Memory(offset, value) => {
                let offset = u64::from(offset) * 4;
                device.write_bar(machine, memory, offset, &value.to_le_bytes())?;
                let mut bytes = [0; 4];
                device.read_bar(machine, memory, offset, &mut bytes)?;
                assert_eq!(u32::from_le_bytes(bytes), value);
                Ok(())
            }
        }
    }
}
