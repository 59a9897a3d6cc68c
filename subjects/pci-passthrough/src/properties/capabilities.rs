//! Chains of capabilities, sound and broken.

use proofhouse::prelude::*;

use super::config_image::bars;
use crate::{Capability, ConfigSpace, extended_capabilities, standard_capabilities};

/// The registers that a walk can look at: any value at any place, zero elsewhere. With enough of
/// them, every content of 4096 bytes.
#[derive(Debug, Clone)]
struct Registers {
    values: Vec<(u16, u32)>,
}

impl Registers {
    fn read(&self, offset: u16) -> u32 {
        let value = self.values.iter().rev().find(|value| value.0 * 4 == offset);
        value.map_or(0, |value| value.1)
    }
}

/// Registers below 0x100 with a link in most of them.
fn standard_registers() -> impl Generator<Value = Vec<(u16, u32)>> {
    vec((0..=63_u16, any::<u32>()), ..)
}

/// Registers from 0x100 on.
fn extended_registers() -> impl Generator<Value = Vec<(u16, u32)>> {
    vec((64..=1023_u16, any::<u32>()), ..)
}

/// Whatever 4096 bytes hold, both walks end, stay inside their half of the space at multiples of
/// four, and visit no offset twice.
#[property]
fn prop_config_capability_walk_terminates(
    #[from(standard_registers())] standard: Vec<(u16, u32)>,
    #[from(extended_registers())] extended: Vec<(u16, u32)>,
) {
    let has_list = (1, 0x0010_0000);
    let mut values = vec![has_list];
    values.extend(standard);
    values.extend(extended);
    let registers = Registers { values };
    let found = standard_capabilities(|offset| registers.read(offset));
    assert!(found.len() <= 48);
    check_offsets(&found, 0x40, 0xfc);
    let found = extended_capabilities(|offset| registers.read(offset));
    assert!(found.len() <= 960);
    check_offsets(&found, 0x100, 0xffc);
}

fn check_offsets(found: &[Capability], first: u16, last: u16) {
    for (place, capability) in found.iter().enumerate() {
        assert!(first <= capability.offset && capability.offset <= last);
        assert!(capability.offset.is_multiple_of(4));
        assert!(
            found[..place]
                .iter()
                .all(|other| other.offset != capability.offset)
        );
    }
}

/// Links among a few places, so that chains are long and rings are frequent.
#[derive(Debug, Clone, Generate)]
struct Chain {
    /// For each place, the number of a capability and which place is next; none past the last.
    #[from(vec((1..=0x14_u8, 0..=8_u8), 1..=8))]
    places: Vec<(u8, u8)>,
    #[from(0..=8_u8)]
    first: u8,
}

impl Chain {
    /// The places in the order of their links, each once.
    fn walk(&self) -> Vec<usize> {
        let mut order = Vec::new();
        let mut place = usize::from(self.first);
        while place < self.places.len() && !order.contains(&place) {
            order.push(place);
            place = usize::from(self.places[place].1);
        }
        order
    }

    /// The chain below 0x100, its places sixteen bytes apart.
    fn standard(&self) -> [u8; 256] {
        let mut bytes = [0; 256];
        let offset = |place: u8| {
            if usize::from(place) < self.places.len() {
                0x40 + place * 16
            } else {
                0
            }
        };
        bytes[0x06] = 0x10;
        // Reserved bits of the pointer have no meaning.
        bytes[0x34] = offset(self.first) | 3;
        for (place, &(id, next)) in self.places.iter().enumerate() {
            let at = 0x40 + place * 16;
            bytes[at] = id;
            bytes[at + 1] = offset(next) | 1;
        }
        bytes
    }

    /// The chain from 0x100 on, which begins at its first place.
    fn extended(&self) -> Vec<u8> {
        let mut bytes = vec![0; 4096];
        let offset = |place: u8| {
            if usize::from(place) < self.places.len() {
                0x100 + u32::from(place) * 16
            } else {
                0
            }
        };
        for (place, &(id, next)) in self.places.iter().enumerate() {
            let header = u32::from(id) | 1 << 16 | offset(next) << 20;
            bytes[0x100 + place * 16..][..4].copy_from_slice(&header.to_le_bytes());
        }
        bytes
    }
}

/// A walk finds what following the links finds, and hiding one capability hides it and leaves every
/// other one where it can be found, in the same order, even in a ring.
#[property]
fn prop_config_hide_capability_relinks(chain: Chain, #[from(0..=7_u8)] which: u8) {
    let mut space = ConfigSpace::from_host(&chain.standard(), bars()).expect("type 0");
    let all: Vec<Capability> = chain
        .walk()
        .iter()
        .map(|&place| Capability {
            id: chain.places[place].0.into(),
            offset: 0x40 + place as u16 * 16,
        })
        .collect();
    assert_eq!(space.standard_capabilities(), all);
    let which = usize::from(which) % chain.places.len();
    let hidden = Capability {
        id: chain.places[which].0.into(),
        offset: 0x40 + which as u16 * 16,
    };
    assert_eq!(space.hide_capability(hidden), all.contains(&hidden));
    let mut left = all;
    left.retain(|capability| *capability != hidden);
    assert_eq!(space.standard_capabilities(), left);
    // Without any, there is no list.
    assert!(!left.is_empty() || space.read(0x06, 2) & 0x10 == 0 || space.read(0x34, 1) & 0xfc == 0);
}

/// The same for extended capabilities, of which the first has a fixed place.
#[property]
fn prop_config_hide_extended_capability_relinks(mut chain: Chain, #[from(0..=7_u8)] which: u8) {
    chain.first = 0;
    let mut space = ConfigSpace::from_host(&chain.extended(), bars()).expect("type 0");
    let all: Vec<Capability> = chain
        .walk()
        .iter()
        .map(|&place| Capability {
            id: chain.places[place].0.into(),
            offset: 0x100 + place as u16 * 16,
        })
        .collect();
    assert_eq!(space.extended_capabilities(), all);
    let which = usize::from(which) % chain.places.len();
    let hidden = Capability {
        id: chain.places[which].0.into(),
        offset: 0x100 + which as u16 * 16,
    };
    assert_eq!(space.hide_capability(hidden), all.contains(&hidden));
    let mut left = all;
    left.retain(|capability| *capability != hidden);
    assert_eq!(space.extended_capabilities(), left);
}
