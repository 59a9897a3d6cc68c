//! A device of the host in a guest: from opening it to giving it back.
//!
//! # Invariants
//!
//! - Attaching that fails leaves nothing behind: no group, device, event or mapping, no address.
//! - Detaching gives everything back, whatever the guest did meanwhile.
//! - The host's base address registers are never written, whatever the guest writes.
//!
//! # Not here
//!
//! Running the guest: its accesses are brought here by [`PassthroughDevice::write_config`] and its
//! kin, and the table of lines ([`Machine::lines`]) is what its interrupt controller has to know.
//!
//! # Source
//!
//! `Documentation/driver-api/vfio.rst`, Linux, for the order of calls.

mod error;
mod restore;
mod routes;

use crate::kernel::{DeviceHandle, GroupHandle, IrqIndex, RegionPlace, VfioKernel};
use crate::{
    AddressMap, Area, Bar, BarKind, BarSlot, BarWindows, Bars, Bdf, BusOwner, ConfigChange,
    ConfigSpace, Container, Gpa, GsiTable, GuestMemory, MsixCapability, MsixRouting, PageSize,
    RegionIndex, mappable_areas,
};
use routes::KernelRoutes;

pub use error::DeviceError;

/// What the devices of one guest share.
#[derive(Debug)]
pub struct Machine<K> {
    /// The groups and the mappings.
    pub container: Container<K>,
    /// The addresses of registers.
    pub map: AddressMap,
    /// The interrupt lines.
    pub lines: GsiTable,
    /// The RAM.
    pub memory: GuestMemory,
}

/// MSI-X of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Msix {
    capability: MsixCapability,
    routing: MsixRouting,
    is_set_in_use: bool,
}

/// A device of the host in a guest.
#[derive(Debug)]
pub struct PassthroughDevice {
    group: GroupHandle,
    handle: DeviceHandle,
    number: u32,
    config: ConfigSpace,
    windows: BarWindows,
    msix: Option<Msix>,
}

impl PassthroughDevice {
    /// Opens a device and gives its registers addresses. `number` tells the guest's devices apart on
    /// the bus. The first device's group lets devices reach the guest's RAM.
    ///
    /// # Errors
    ///
    /// Whatever step failed; the steps before it are undone.
    pub fn attach<K: VfioKernel>(
        machine: &mut Machine<K>,
        name: Bdf,
        group: u32,
        number: u32,
    ) -> Result<Self, DeviceError> {
        let group = machine.container.attach_group(group)?;
        Self::attach_in_group(machine, name, group, number).inspect_err(|_| {
            // Refused twice, the group stays open; there is nobody left to tell.
            let _ = machine.container.detach_group(group);
        })
    }

    fn attach_in_group<K: VfioKernel>(
        machine: &mut Machine<K>,
        name: Bdf,
        group: GroupHandle,
        number: u32,
    ) -> Result<Self, DeviceError> {
        let is_first = machine.container.space().maps().is_empty();
        let maps = if is_first {
            machine.memory.dma_maps()
        } else {
            Vec::new()
        };
        machine.container.map_all(&maps)?;
        let opened = Self::open(machine, name, group, number);
        if opened.is_err() {
            machine.container.unmap_each(&maps)?;
        }
        opened
    }

    fn open<K: VfioKernel>(
        machine: &mut Machine<K>,
        name: Bdf,
        group: GroupHandle,
        number: u32,
    ) -> Result<Self, DeviceError> {
        let kernel = machine.container.kernel_mut();
        let handle = kernel.open_device(group, name)?;
        let built = build_config(kernel, handle).and_then(|(mut config, msix)| {
            let windows = BarWindows::place(number, config.bars_mut(), &mut machine.map)?;
            Ok(Self {
                group,
                handle,
                number,
                config,
                windows,
                msix,
            })
        });
        if built.is_err() {
            machine.container.kernel_mut().close_device(handle);
        }
        built
    }

    /// Gives the device back to the host. With the last group, the guest's RAM is out of reach for
    /// devices.
    ///
    /// # Errors
    ///
    /// [`DeviceError::Container`] when the kernel keeps the group, even asked twice; the device
    /// itself is closed.
    pub fn detach<K: VfioKernel>(mut self, machine: &mut Machine<K>) -> Result<(), DeviceError> {
        self.release_routes(machine);
        self.windows.release(self.config.bars(), &mut machine.map);
        machine.container.kernel_mut().close_device(self.handle);
        machine.container.detach_group(self.group)?;
        Ok(())
    }

    /// The configuration space that the guest sees.
    pub const fn config(&self) -> &ConfigSpace {
        &self.config
    }

    /// The MSI-X capability and its two layers.
    pub fn msix(&self) -> Option<(&MsixCapability, &MsixRouting)> {
        let msix = self.msix.as_ref()?;
        Some((&msix.capability, &msix.routing))
    }

    /// Where a register's window is.
    pub const fn base(&self, slot: BarSlot) -> Option<Gpa> {
        self.windows.base(slot)
    }

    /// The device and register, as the bus knows them.
    pub const fn owner(&self, slot: BarSlot) -> BusOwner {
        BusOwner {
            device: self.number,
            slot,
        }
    }

    /// The parts of a register's memory that may be mapped into the guest: whole pages without a
    /// byte of MSI-X. None of ports, of the expansion ROM, and of registers that there are not.
    pub fn mappable_areas(&self, slot: BarSlot, page: PageSize) -> Vec<Area> {
        let Some(bar) = self.config.bars().bars().get(slot) else {
            return Vec::new();
        };
        if !matches!(bar.kind(), BarKind::Mem32 | BarKind::Mem64) {
            return Vec::new();
        }
        let capability = self.msix.as_ref().map(|msix| msix.capability);
        let structures = capability.into_iter().flat_map(|capability| {
            [
                (capability.table().slot(), capability.table_area()),
                (capability.pending().slot(), capability.pending_area()),
            ]
        });
        let watched = structures.filter(|structure| structure.0 == slot);
        let watched: Vec<Area> = watched.map(|structure| structure.1).collect();
        mappable_areas(bar.bytes(), &watched, page)
    }

    /// The guest reads its configuration space.
    pub fn read_config(&self, offset: u16, width: u8) -> u32 {
        self.config.read(offset, width)
    }

    /// The guest writes its configuration space.
    ///
    /// # Errors
    ///
    /// Why a register could not be moved, or a vector not be connected. The write itself has
    /// happened, but for a register that could not be moved, which holds its old address.
    pub fn write_config<K: VfioKernel>(
        &mut self,
        machine: &mut Machine<K>,
        offset: u16,
        width: u8,
        value: u32,
    ) -> Result<(), DeviceError> {
        let change = self.config.write(offset, width, value);
        let command = self.config.command();
        let (bars, map) = (self.config.bars_mut(), &mut machine.map);
        match change {
            ConfigChange::Nothing => Ok(()),
            ConfigChange::Command => Ok(self.windows.after_command(command, bars, map)?),
            ConfigChange::Bar(slot) => Ok(self.windows.after_write(slot, command, bars, map)?),
            ConfigChange::MsixControl => self.follow_control(machine),
        }
    }

    /// The guest reads four or eight bytes of a register's memory or ports; the device answers, or
    /// its MSI-X structures do.
    ///
    /// # Errors
    ///
    /// [`DeviceError::Kernel`].
    pub fn read_bar<K: VfioKernel>(
        &mut self,
        machine: &mut Machine<K>,
        slot: BarSlot,
        offset: u64,
        bytes: &mut [u8],
    ) -> Result<(), DeviceError> {
        let value = match (&self.msix, self.structure_at(slot, offset)) {
            (Some(msix), Some(Structure::Table(at))) => {
                msix.routing.table.read_table(at, bytes.len())
            }
            (Some(msix), Some(Structure::Pending(at))) => {
                msix.routing.table.read_pending(at, bytes.len())
            }
            _ => {
                let region = RegionIndex::from(slot);
                let place = RegionPlace { region, offset };
                let kernel = machine.container.kernel_mut();
                return Ok(kernel.read_region(self.handle, place, bytes)?);
            }
        };
        let value = value.to_le_bytes();
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = value.get(place).copied().unwrap_or(0xff);
        }
        Ok(())
    }

    /// The guest writes a register's memory or ports; to the device, or to its MSI-X structures.
    ///
    /// # Errors
    ///
    /// [`DeviceError::Kernel`], or why a vector could not be connected.
    pub fn write_bar<K: VfioKernel>(
        &mut self,
        machine: &mut Machine<K>,
        slot: BarSlot,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), DeviceError> {
        match self.structure_at(slot, offset) {
            Some(Structure::Table(at)) => {
                let mut value = [0; 8];
                for (to, from) in value.iter_mut().zip(bytes) {
                    *to = *from;
                }
                if let Some(msix) = &mut self.msix {
                    // What is pending is the device's to send; it does once it is connected.
                    let value = u64::from_le_bytes(value);
                    msix.routing.table.write_table(at, bytes.len(), value);
                }
                self.follow(machine)
            }
            Some(Structure::Pending(_)) => Ok(()),
            None => {
                let region = RegionIndex::from(slot);
                let place = RegionPlace { region, offset };
                let kernel = machine.container.kernel_mut();
                Ok(kernel.write_region(self.handle, place, bytes)?)
            }
        }
    }

    fn follow_control<K: VfioKernel>(
        &mut self,
        machine: &mut Machine<K>,
    ) -> Result<(), DeviceError> {
        if let (Some(msix), Some((is_enabled, is_masked))) =
            (&mut self.msix, self.config.msix_control())
        {
            msix.routing.table.set_control(is_enabled, is_masked);
        }
        self.follow(machine)
    }

    /// Connects and disconnects vectors as the guest's table asks.
    fn follow<K: VfioKernel>(&mut self, machine: &mut Machine<K>) -> Result<(), DeviceError> {
        let Some(msix) = &mut self.msix else {
            return Ok(());
        };
        let mut routes = KernelRoutes {
            kernel: machine.container.kernel_mut(),
            lines: &mut machine.lines,
            device: self.handle,
            vectors: msix.capability.vectors(),
            is_set_in_use: &mut msix.is_set_in_use,
        };
        let followed = msix.routing.follow(&mut routes);
        if !msix.routing.table.is_enabled() {
            routes.disable();
        }
        followed
    }

    fn release_routes<K: VfioKernel>(&mut self, machine: &mut Machine<K>) {
        let Some(msix) = &mut self.msix else {
            return;
        };
        let mut routes = KernelRoutes {
            kernel: machine.container.kernel_mut(),
            lines: &mut machine.lines,
            device: self.handle,
            vectors: msix.capability.vectors(),
            is_set_in_use: &mut msix.is_set_in_use,
        };
        msix.routing.release_all(&mut routes);
        routes.disable();
    }

    /// The MSI-X structure at a place, with the offset in it.
    fn structure_at(&self, slot: BarSlot, offset: u64) -> Option<Structure> {
        let capability = self.msix.as_ref()?.capability;
        let inside = |place: BarSlot, area: Area| {
            let at = offset.checked_sub(area.offset)?;
            (slot == place && at < area.bytes).then_some(at)
        };
        let table = inside(capability.table().slot(), capability.table_area());
        let pending = inside(capability.pending().slot(), capability.pending_area());
        let table = table.map(Structure::Table);
        table.or(pending.map(Structure::Pending))
    }
}

enum Structure {
    Table(u64),
    Pending(u64),
}

/// Reads what the device is, and builds what the guest sees of it.
fn build_config<K: VfioKernel>(
    kernel: &mut K,
    device: DeviceHandle,
) -> Result<(ConfigSpace, Option<Msix>), DeviceError> {
    kernel.reset_device(device)?;
    let info = kernel.region_info(device, RegionIndex::CONFIG)?;
    let mut host = vec![0; info.bytes.min(4096) as usize];
    let place = RegionPlace {
        region: RegionIndex::CONFIG,
        offset: 0,
    };
    kernel.read_region(device, place, &mut host)?;

    let bars = read_bars(kernel, device, &host)?;
    let config = ConfigSpace::from_host(&host, bars)?;
    let Some(capability) = config.msix() else {
        return Ok((config, None));
    };
    capability.check_inside(&bars)?;
    let offered = kernel.irq_info(device, IrqIndex::Msix)?.count;
    let wanted = capability.vectors();
    if offered < u32::from(wanted) {
        return Err(DeviceError::TooFewInterrupts { offered, wanted });
    }
    let msix = Msix {
        capability,
        routing: MsixRouting::new(wanted),
        is_set_in_use: false,
    };
    Ok((config, Some(msix)))
}

/// The device's registers: kinds from its configuration space, sizes from the kernel.
fn read_bars<K: VfioKernel>(
    kernel: &mut K,
    device: DeviceHandle,
    host: &[u8],
) -> Result<Bars, DeviceError> {
    let mut bars = Bars::new();
    for slot in BarSlot::ALL {
        let bytes = kernel.region_info(device, RegionIndex::from(slot))?.bytes;
        if bytes == 0 || bars.lower_half_of(slot).is_some() {
            continue;
        }
        let offset = usize::from(slot.config_offset());
        let register = host
            .get(offset..offset + 4)
            .and_then(|bytes| bytes.try_into().ok());
        let register = u32::from_le_bytes(register.unwrap_or_default());
        let (kind, is_prefetchable) = BarKind::decode(slot, register)?;
        bars.add(Bar::new(slot, kind, is_prefetchable, bytes)?)?;
    }
    Ok(bars)
}
