//! Single registers: sizing, pairs, moving. Pages that may be mapped.

use proofhouse::prelude::*;

use super::bar_rig::{DECODE, MEM64, Rig, SmallBar};
use crate::{
    Area, Bar, BarError, BarKind, BarRegisters, BarSlot, Bars, BusOwner, Gpa, PageSize, Range,
    mappable_areas,
};

/// After any write in which all address bits are ones, a guest reads back the kind of the register
/// and computes its true size.
#[property]
fn prop_bar_size_probe_roundtrip(bar: Bar, before: (u32, u32), low_bits: u32) {
    let mut bars = Bars::new();
    assert_eq!(bars.add(bar), Ok(()));
    let mut registers = BarRegisters::new(bars);
    let slots = Rig::slots(bar);
    for (&slot, value) in slots.iter().zip([before.0, before.1]) {
        registers.write(slot, value, u32::MAX);
    }
    for &slot in &slots {
        registers.write(slot, probe(bar, slot, low_bits), u32::MAX);
    }

    let low = registers.read(slots[0]);
    let high = slots.get(1).map_or(0, |&slot| registers.read(slot));
    assert_eq!(
        computed_bytes(bar.kind(), low, high),
        u128::from(bar.bytes())
    );
    assert_eq!(Bar::from_readback(bar.slot(), low, high), Ok(Some(bar)));
}

/// The size as driver manuals tell to compute it: clear the bits that are no address, invert, add
/// one.
fn computed_bytes(kind: BarKind, low: u32, high: u32) -> u128 {
    match kind {
        BarKind::Io => u128::from(!(low & 0xffff_fffc)) + 1,
        BarKind::Mem32 => u128::from(!(low & 0xffff_fff0)) + 1,
        BarKind::Rom => u128::from(!(low & 0xffff_f800)) + 1,
        BarKind::Mem64 => {
            let both = u64::from(high) << 32 | u64::from(low & 0xffff_fff0);
            u128::from(!both) + 1
        }
    }
}

/// A write whose address bits are all ones, with any other bits.
fn probe(bar: Bar, slot: BarSlot, other_bits: u32) -> u32 {
    if slot != bar.slot() {
        return u32::MAX;
    }
    match bar.kind() {
        BarKind::Io => 0xffff_fffc | other_bits,
        BarKind::Mem32 | BarKind::Mem64 => 0xffff_fff0 | other_bits,
        BarKind::Rom => 0xffff_f800 | other_bits,
    }
}

/// Every value whose address bits are all ones asks for the size, whatever its other bits are: the
/// answer is the same, and while the device decodes, its window stays where it is.
#[property]
fn prop_bar_probe_mask_any_low_bits(bar: SmallBar, #[from(0..=0x7ff_u32)] low_bits: u32) {
    let bar = bar.0;
    let before = Rig::new(bar, true).expect("there is room");
    let (mut rig, mut plain) = (before.clone(), before.clone());
    for slot in Rig::slots(bar) {
        // The lowest bit of an expansion ROM's register is no part of the question.
        let low_bits = if bar.kind() == BarKind::Rom {
            low_bits | 1
        } else {
            low_bits
        };
        assert_eq!(rig.write(slot, probe(bar, slot, low_bits)), Ok(()));
        assert_eq!(plain.write(slot, u32::MAX), Ok(()));
        assert_eq!(rig.read(slot), plain.read(slot));
    }
    assert!(rig.registers.is_probe(bar));
    assert_eq!(rig.map, before.map);
    assert_eq!(
        rig.windows.base(bar.slot()),
        before.windows.base(bar.slot())
    );
}

/// Asking for the size and writing back what was there leaves address, decoding and map as they
/// were, in any usual order of the two halves, whether the device decodes meanwhile or not.
#[property]
fn prop_bar_probe_restore(
    bar: SmallBar,
    is_decoding: bool,
    switches_decoding_off: bool,
    #[from(0..=2_u8)] order: u8,
    #[from(0..=0xf_u32)] low_bits: u32,
) {
    let bar = bar.0;
    let before = Rig::new(bar, is_decoding).expect("there is room");
    let mut rig = before.clone();
    let slots = Rig::slots(bar);
    let last = slots.len() - 1;
    let rom = u32::from(bar.kind() == BarKind::Rom);

    if switches_decoding_off {
        assert_eq!(rig.set_command(0), Ok(()));
    }
    let ask = |rig: &mut Rig, slot| {
        assert_eq!(rig.write(slot, probe(bar, slot, low_bits | rom)), Ok(()));
    };
    let restore = |rig: &mut Rig, slot| assert_eq!(rig.write(slot, before.read(slot)), Ok(()));
    match order {
        // Half by half; both, then both back; both back the other way round.
        0 => {
            for &slot in &slots {
                ask(&mut rig, slot);
                restore(&mut rig, slot);
            }
        }
        1 => {
            slots.iter().for_each(|&slot| ask(&mut rig, slot));
            slots.iter().for_each(|&slot| restore(&mut rig, slot));
        }
        _ => {
            slots.iter().for_each(|&slot| ask(&mut rig, slot));
            restore(&mut rig, slots[last]);
            restore(&mut rig, slots[0]);
        }
    }
    if switches_decoding_off {
        assert_eq!(rig.set_command(before.command), Ok(()));
    }
    assert_eq!(rig.registers, before.registers);
    assert_eq!(rig.map, before.map);
    assert_eq!(
        rig.windows.base(bar.slot()),
        before.windows.base(bar.slot())
    );
}

/// A 64-bit register in the last slot is refused; one elsewhere takes the slot above, in which no
/// register can be put and which is no register of its own.
#[property]
fn prop_bar_64bit_pair_rules(bar: Bar, other: Bar) {
    let no_upper_half = Bar::new(BarSlot::Bar5, BarKind::Mem64, true, 1 << 20);
    assert_eq!(no_upper_half, Err(BarError::NoUpperHalf));

    let mut bars = Bars::new();
    assert_eq!(bars.add(bar), Ok(()));
    let before = bars;
    let uses = |bar: Bar| Rig::slots(bar);
    let collide = uses(bar).iter().any(|slot| uses(other).contains(slot));
    assert_eq!(bars.add(other).is_err(), collide);
    if collide {
        assert_eq!(bars, before);
    }
    if let [_, upper] = uses(bar)[..] {
        assert_eq!(bars.get(upper), None);
        assert_eq!(bars.lower_half_of(upper), Some(bar));
    }
}

/// The halves of a 64-bit address take effect together: written in either order, with decoding on
/// or switched off meanwhile, they lead to the same registers, window and map.
#[property]
fn prop_bar_64bit_halves_converge(
    #[from(12..=34_u8)] exponent: u8,
    #[from(0..=63_u64)] place: u64,
    is_upper_first: bool,
    stays_on: bool,
) {
    let bytes = 1_u64 << exponent;
    let bar = Bar::new(BarSlot::Bar2, BarKind::Mem64, true, bytes).expect("legal");
    let mut rig = Rig::new(bar, true).expect("there is room");
    let wanted = (MEM64.0 + place * bytes) & !(bytes - 1);
    let [low, high] = [wanted as u32, (wanted >> 32) as u32];
    let mut writes = [(BarSlot::Bar2, low), (BarSlot::Bar3, high)];
    if is_upper_first {
        writes.reverse();
    }

    if !stays_on {
        assert_eq!(rig.set_command(0), Ok(()));
    }
    for (slot, value) in writes {
        assert_eq!(rig.write(slot, value), Ok(()));
    }
    if !stays_on {
        assert_eq!(rig.set_command(DECODE), Ok(()));
    }

    // While decoding is on, a half of all ones is taken for a question.
    let mask = !(bytes - 1) as u32 & !0xf;
    let is_question = stays_on && mask != 0 && low == mask;
    let base = rig.windows.base(BarSlot::Bar2).expect("it was placed");
    if is_question {
        assert_eq!(rig.set_command(0), Ok(()));
        assert_eq!(rig.set_command(DECODE), Ok(()));
    } else {
        assert_eq!(base.get(), wanted);
    }
    assert_eq!(rig.windows.base(BarSlot::Bar2), Some(Gpa::new(wanted)));
    assert_eq!(rig.registers.address(bar).get(), wanted);
    let expected = Range::new(Gpa::new(wanted), bytes).expect("it fits");
    let answering: Vec<_> = rig
        .map
        .bus(BarKind::Mem64)
        .ranges()
        .map(|entry| entry.0)
        .collect();
    assert_eq!(answering, [expected]);
    assert_eq!(rig.map.pools()[2].used(), [expected]);
}

/// A move takes place completely, or, when the new place is outside the windows or taken by a
/// register or by something that only the bus knows, leaves registers, pools and bus as before.
#[property]
fn prop_bar_relocate_atomic(
    bar: SmallBar,
    wanted: u64,
    #[from(0..=40_u64)] pages: u64,
    is_near: bool,
    taken: u16,
) {
    let bar = bar.0;
    let mut before = Rig::new(bar, true).expect("there is room");
    let base = before.windows.base(bar.slot()).expect("it was placed");
    let wanted = if is_near {
        base.get() + pages * bar.bytes()
    } else {
        wanted
    };
    let wanted = wanted & bar.address_mask();
    // Something else on the bus, up to 64 KiB above.
    let foreign = Range::new(Gpa::new(base.get() + bar.bytes() + u64::from(taken)), 4);
    let owner = BusOwner {
        device: 9,
        slot: BarSlot::Bar0,
    };
    let bus = before.map.bus_mut(bar.kind());
    assert_eq!(bus.insert(foreign.expect("it fits"), owner), Ok(()));

    let mut rig = before.clone();
    assert_eq!(rig.set_command(0), Ok(()));
    for slot in Rig::slots(bar) {
        let half = if slot == bar.slot() {
            wanted
        } else {
            wanted >> 32
        };
        let rom = u32::from(bar.kind() == BarKind::Rom);
        assert_eq!(rig.write(slot, half as u32 | rom), Ok(()));
    }
    let answer = rig.set_command(DECODE);

    if wanted == bar.address_mask() {
        // A question for the size, if strangely put.
        assert_eq!(answer, Ok(()));
        assert_eq!(rig.map, before.map);
        return;
    }
    let new = Range::new(Gpa::new(wanted), bar.bytes());
    let mut pools = before.map.pools().into_iter().enumerate();
    let has_pool = pools.any(|(place, pool)| {
        let is_for_kind = match bar.kind() {
            BarKind::Io => place == 0,
            BarKind::Mem32 | BarKind::Rom => place == 1,
            BarKind::Mem64 => place > 0,
        };
        is_for_kind && new.is_ok_and(|new| pool.window().contains_range(new))
    });
    let bus = before.map.bus(bar.kind());
    let is_free = bus.ranges().all(|(range, owner)| {
        owner.device == 1 || new.is_ok_and(|new| new.intersection(range).is_none())
    });
    assert_eq!(answer.is_ok(), has_pool && is_free);
    if answer.is_err() {
        assert_eq!(rig, before);
    } else {
        assert_eq!(rig.windows.base(bar.slot()), Some(Gpa::new(wanted)));
        assert_eq!(rig.registers.address(bar).get(), wanted);
        let bus = rig.map.bus(bar.kind());
        let owner = BusOwner {
            device: 1,
            slot: bar.slot(),
        };
        assert_eq!(bus.find(Gpa::new(wanted), 1), Some((owner, 0)));
        let old_owner = bus.find(base, 1).map(|found| found.0);
        assert!(wanted == base.get() || old_owner != Some(owner));
        assert_eq!(
            bus.ranges().count(),
            before.map.bus(bar.kind()).ranges().count()
        );
        let used = rig.map.pools().map(|pool| pool.used().len());
        assert_eq!(used.iter().sum::<usize>(), 1);
    }
}

/// The areas that a guest may map are whole pages without a byte of table or pending bits, and all
/// of them; they ascend and leave a gap in between.
#[property]
fn prop_bar_sparse_areas_exclude_msix(
    #[from(0..=0x8fff_u64)] bytes: u64,
    #[from(0..=0xffff_u64)] table_offset: u64,
    #[from(0..=0x8000_u64)] table_bytes: u64,
    #[from(0..=0xffff_u64)] pba_offset: u64,
    #[from(0..=0x100_u64)] pba_bytes: u64,
) {
    let watched = [
        Area {
            offset: table_offset,
            bytes: table_bytes,
        },
        Area {
            offset: pba_offset,
            bytes: pba_bytes,
        },
    ];
    let page = PageSize::new(4096).expect("a page size");
    let mut mappable = 0_u32;
    let mut end_before = None;
    for area in mappable_areas(bytes, &watched, page) {
        assert!(area.bytes > 0 && area.bytes % 4096 == 0 && area.offset % 4096 == 0);
        assert!(area.offset + area.bytes <= bytes);
        assert!(end_before.is_none_or(|end| end < area.offset));
        end_before = Some(area.offset + area.bytes);
        let pages = (1_u32 << (area.bytes / 4096)) - 1;
        mappable |= pages << (area.offset / 4096);
    }

    for page in 0..9 {
        let (first, end) = (page * 4096, (page + 1) * 4096);
        let is_whole = end <= bytes;
        let is_watched = |area: Area| {
            (area.bytes > 0) & (area.offset < end) & (first < area.offset + area.bytes)
        };
        let is_mappable = is_whole & !is_watched(watched[0]) & !is_watched(watched[1]);
        assert_eq!(mappable >> page & 1 == 1, is_mappable);
    }
}
