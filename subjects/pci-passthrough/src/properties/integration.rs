//! Whole devices: attached, used by a guest, failed by the kernel, given back.

use proofhouse::prelude::*;

use super::config_image::MSIX_VECTORS;
use super::generators::ram_pages;
use super::plugged::{Deed, attach, kernel, machine, machine_with, traces};
use crate::kernel::{Errno, RecordKernel, SimKernel, replay};
use crate::{
    AddressMap, Bar, BarKind, BarSlot, BusOwner, DeviceError, Gpa, GuestLayout, GuestMemory, Hva,
    PageSize, PassthroughDevice, Range, VectorState,
};

/// Every register of an attached device has a window of its size at a multiple of it, and tells a
/// guest that asks in the usual way that size.
#[property]
fn prop_integration_bar_size_alignment(#[from(ram_pages())] pages: u64) {
    let mut machine = machine_with(kernel(), pages * 4096);
    let device = attach(&mut machine).expect("the kernel has the device");
    let bars = *device.config().bars().bars();
    assert_eq!(bars.iter().count(), 4);
    for bar in bars.iter() {
        let base = device.base(bar.slot()).expect("it was placed");
        assert!(base.get().is_multiple_of(bar.bytes()));
        let owner = device.owner(bar.slot());
        let mut windows = machine.map.bus(bar.kind()).ranges();
        let window = windows
            .find(|window| window.1 == owner)
            .expect("it is on the bus")
            .0;
        assert_eq!(
            (window.first(), window.length()),
            (base, bar.bytes().into())
        );
        assert_eq!(asked_bytes(&device, bar), bar.bytes());
    }
}

/// Of an attached device's memory, the pages of MSI-X table and pending bits are watched, and all
/// others can be mapped; ports and the expansion ROM cannot.
#[test]
fn msix_pages_are_watched() {
    let mut machine = machine(kernel());
    let device = attach(&mut machine).expect("the kernel has the device");
    let page = PageSize::new(4096).expect("a page size");
    let areas = |slot| {
        let areas = device.mappable_areas(slot, page).into_iter();
        areas
            .map(|area| (area.offset, area.bytes))
            .collect::<Vec<_>>()
    };
    assert_eq!(areas(BarSlot::Bar0), [(0, 0x2000), (0x4000, 0xc000)]);
    assert_eq!(areas(BarSlot::Bar1), [(0, 8 << 30)]);
    assert_eq!(areas(BarSlot::Bar3), []);
    assert_eq!(areas(BarSlot::Rom), []);
}

/// The size that a guest computes from what the registers read after ones were written.
fn asked_bytes(device: &PassthroughDevice, bar: Bar) -> u64 {
    let mut asked = device.config().clone();
    let offset = bar.slot().config_offset();
    let flags = match bar.kind() {
        BarKind::Io => 0x3,
        BarKind::Mem32 | BarKind::Mem64 => 0xf,
        BarKind::Rom => 0x7ff,
    };
    asked.write(offset, 4, u32::MAX);
    let low = asked.read(offset, 4) & !flags;
    let mut high = u32::MAX;
    if bar.kind() == BarKind::Mem64 {
        asked.write(offset + 4, 4, u32::MAX);
        high = asked.read(offset + 4, 4);
    }
    !(u64::from(high) << 32 | u64::from(low)) + 1
}

/// What devices can reach of the guest's RAM, the windows of registers and the window of interrupt
/// messages share no address, however much RAM there is and whatever registers there are.
#[property]
fn prop_integration_dma_bar_separate(#[from(ram_pages())] pages: u64, bars: Vec<Bar>) {
    let layout = GuestLayout::new(pages * 4096).expect("whole pages");
    let memory = GuestMemory::new(layout, &[Hva::new(0x1000)]).expect("host memory has room");
    let mut map = AddressMap::for_layout(&layout).expect("the windows are legal");
    let messages = (0xfee0_0000_u64, 0xfeef_ffff_u64);
    let mut taken = vec![messages];
    for map in memory.dma_maps() {
        taken.push((map.iova.first().get(), map.iova.last().get()));
    }
    for (device, bar) in (0..).zip(bars) {
        let slot = bar.slot();
        if bar.kind() == BarKind::Io {
            continue;
        }
        if let Ok(range) = map.place(bar, BusOwner { device, slot }) {
            taken.push((range.first().get(), range.last().get()));
        }
    }
    for (place, one) in taken.iter().enumerate() {
        for other in &taken[place + 1..] {
            assert!(one.1 < other.0 || other.1 < one.0);
        }
    }
}

/// A guest address has a place in this process exactly when all the bytes asked for are in one
/// region; the place is as far from the region's start.
#[property]
fn prop_integration_translation(
    #[from(ram_pages())] pages: u64,
    hosts: (u32, u32),
    first: u64,
    length: u64,
) {
    check_translation(pages, hosts, first, length);
}

/// The same near where regions begin and end.
#[property]
fn prop_integration_translation_at_borders(
    #[from(ram_pages())] pages: u64,
    hosts: (u32, u32),
    #[from(0..=3_u8)] border: u8,
    #[from(0..=16_u64)] shift: u64,
    #[from(0..=16_u64)] length: u64,
) {
    let bytes = pages * 4096;
    let low_end = bytes.min(3 << 30);
    let border = [0, low_end, 4 << 30, (4 << 30) + bytes - low_end][usize::from(border)];
    check_translation(pages, hosts, (border + shift).saturating_sub(8), length);
}

fn check_translation(pages: u64, hosts: (u32, u32), first: u64, length: u64) {
    let bytes = pages * 4096;
    let layout = GuestLayout::new(bytes).expect("whole pages");
    let hosts = [u64::from(hosts.0) << 12, u64::from(hosts.1) << 12];
    let memory = GuestMemory::new(layout, &hosts.map(Hva::new)).expect("far from the top");
    let end = u128::from(first) + u128::from(length);
    let low_bytes = u128::from(bytes.min(3 << 30));
    let high_bytes = u128::from(bytes) - low_bytes;
    let expected = if length == 0 {
        None
    } else if end <= low_bytes {
        Some(hosts[0] + first)
    } else if first >= 4 << 30 && end <= (4 << 30) + high_bytes {
        Some(hosts[1] + (first - (4 << 30)))
    } else {
        None
    };
    assert_eq!(
        memory.translate(Gpa::new(first), length).map(Hva::get),
        expected
    );
}

/// Whatever the guest does with a device, giving it back leaves the kernel's handles and mappings,
/// the addresses, the bus and the interrupt lines as they were before it was attached.
#[property]
fn prop_integration_attach_detach(deeds: Vec<Deed>) {
    let mut machine = machine(kernel());
    let before = traces(&machine);
    let mut device = attach(&mut machine).expect("the kernel has the device");
    assert_ne!(traces(&machine), before);
    for deed in deeds {
        let _ = deed.take(&mut device, &mut machine);
    }
    assert_eq!(device.detach(&mut machine), Ok(()));
    assert_eq!(traces(&machine), before);
}

/// Every answer of the kernel to attaching, using and giving back a device is the answer that the
/// simulation gives when the same calls are made again.
#[property]
fn prop_integration_record_replay(deeds: Vec<Deed>) {
    let mut machine = machine(RecordKernel::new(kernel()));
    let mut device = attach(&mut machine).expect("the kernel has the device");
    for deed in deeds {
        let _ = deed.take(&mut device, &mut machine);
    }
    assert_eq!(device.detach(&mut machine), Ok(()));
    let recorder = machine.container.kernel();
    assert_eq!(
        recorder.log().entries.first().map(|entry| &entry.0),
        Some(&crate::kernel::Call::ApiVersion)
    );
    let mut again = kernel();
    assert_eq!(replay(recorder.log(), &mut again), Ok(()));
    assert_eq!(again, *recorder.kernel());
}

/// When the kernel fails any one call of attaching, with whatever error, attaching fails with that
/// error and leaves nothing behind, and works when tried again; when it fails a call of a driver that
/// enables interrupts, or of giving back, nothing is left behind either.
#[property]
fn prop_integration_fault_injection(#[from(0..=40_u64)] call: u64, #[from(1..=133)] errno: i32) {
    let driver = [
        Deed::Command(6),
        Deed::Message(0, true, 0x31),
        Deed::Message(1, true, 0x32),
        Deed::Mask(0, false),
        Deed::Control {
            is_enabled: true,
            is_masked: false,
        },
        Deed::Mask(1, false),
    ];
    check_failure(call, errno, &driver);
}

/// The same for any other driver.
#[property]
fn prop_integration_fault_injection_in_use(
    #[from(0..=60_u64)] call: u64,
    #[from(1..=133)] errno: i32,
    deeds: Vec<Deed>,
) {
    check_failure(call, errno, &deeds);
}

fn check_failure(call: u64, errno: i32, deeds: &[Deed]) {
    let mut machine = machine(kernel());
    let before = traces(&machine);
    let errno = Errno::new(errno);
    machine.container.kernel_mut().fail_call(call, errno);
    let mut device = match attach(&mut machine) {
        Ok(device) => device,
        Err(error) => {
            assert!(machine.container.kernel().has_failed());
            assert_eq!(kernel_errno(error), Some(errno));
            assert_eq!(traces(&machine), before);
            attach(&mut machine).expect("the second attempt meets no failure")
        }
    };
    for deed in deeds {
        let had_failed = machine.container.kernel().has_failed();
        let answer = deed.take(&mut device, &mut machine);
        // Opening a route is what a driver's deed can fail at; closing one goes on regardless.
        if let Err(DeviceError::Kernel(given)) = answer {
            assert!(!had_failed && given == errno);
        }
        check_routes_or_fewer(&device, &machine);
    }
    assert_eq!(device.detach(&mut machine), Ok(()));
    assert_eq!(traces(&machine), before);
}

/// Every event that is open has a line, and belongs to a vector that is enabled.
fn check_routes_or_fewer(device: &PassthroughDevice, machine: &crate::Machine<SimKernel>) {
    let (_, routing) = device.msix().expect("the device has MSI-X");
    let enabled = routing.vectors().enabled();
    assert_eq!(machine.lines.routes().count(), enabled);
    assert_eq!(machine.container.kernel().open_handles().events, enabled);
}

/// The error number behind an error.
fn kernel_errno(error: DeviceError) -> Option<Errno> {
    match error {
        DeviceError::Kernel(errno)
        | DeviceError::Container(crate::ContainerError::Kernel { errno }) => Some(errno),
        _ => None,
    }
}

/// In an attached device, a vector is connected to an event and a line exactly when the guest's
/// table asks for it; and the lines have the table's messages.
#[property]
fn prop_integration_routes_follow_table(deeds: Vec<Deed>) {
    let mut machine = machine(kernel());
    let mut device = attach(&mut machine).expect("the kernel has the device");
    for deed in deeds {
        let _ = deed.take(&mut device, &mut machine);
        check_routes(&device, &machine);
    }
}

fn check_routes(device: &PassthroughDevice, machine: &crate::Machine<SimKernel>) {
    let (_, routing) = device.msix().expect("the device has MSI-X");
    let table = &routing.table;
    let may_send = table.is_enabled() && !table.is_function_masked();
    let connected = machine
        .container
        .kernel()
        .connected_events(super::plugged::name(), crate::kernel::IrqIndex::Msix);
    let mut routes = 0;
    for vector in 0..MSIX_VECTORS {
        let entry = table.entries()[usize::from(vector)];
        let message = table.message(vector).expect("it exists");
        let address = entry.address();
        let is_deliverable = (0xfee0_0000..=0xfeef_ffff).contains(&address)
            && (0x10..=0xfe).contains(&(entry.data() & 0xff));
        let wanted = may_send && !entry.is_masked() && is_deliverable;
        let event = connected.get(usize::from(vector)).copied().flatten();
        match routing.vectors().state(vector) {
            Some(VectorState::Enabled { route, .. }) => {
                assert!(wanted);
                assert_eq!(event, Some(route.event));
                let mut lines = machine.lines.routes();
                assert!(lines.any(|line| line == (route.gsi, route.event, message)));
                routes += 1;
            }
            _ => {
                assert!(!wanted);
                assert_eq!(event, None);
            }
        }
    }
    assert_eq!(machine.lines.routes().count(), routes);
    assert_eq!(machine.container.kernel().open_handles().events, routes);
}

/// The host's registers are never written: whatever the guest does, the device's own configuration
/// space is what it was.
#[property]
fn prop_integration_host_config_untouched(deeds: Vec<Deed>) {
    let mut machine = machine(RecordKernel::new(kernel()));
    let mut device = attach(&mut machine).expect("the kernel has the device");
    for deed in deeds {
        let _ = deed.take(&mut device, &mut machine);
    }
    for (call, _) in &machine.container.kernel().log().entries {
        if let crate::kernel::Call::WriteRegion(_, place, _) = call {
            assert_ne!(place.region, crate::RegionIndex::CONFIG);
        }
    }
}

/// A device whose registers are more than there are addresses for is refused, and nothing of it
/// stays.
#[test]
fn a_device_without_room_leaves_nothing() {
    let mut machine = machine(kernel());
    let owner = BusOwner {
        device: 9,
        slot: BarSlot::Bar0,
    };
    let window = Range::new(Gpa::new(0xc000_0000), 640 << 20).expect("legal");
    let bus = machine.map.bus_mut(BarKind::Mem32);
    bus.insert(window, owner).expect("the bus is empty");
    let before = traces(&machine);
    let error = attach(&mut machine).expect_err("there is no room");
    assert_eq!(error.code(), "bar/occupied");
    assert!(!error.help().is_empty());
    assert_eq!(traces(&machine), before);
}
