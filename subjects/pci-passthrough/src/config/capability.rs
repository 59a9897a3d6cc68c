//! Walks along the two chains of capabilities.
//!
//! The links are the device's, and a broken or malicious device can make them a ring of any length.
//! So each place is visited once: with 48 and 960 places, a set of bits.
//!
//! # Invariants
//!
//! - Every offset is a multiple of four inside its half of the space, and occurs once.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.7; PCI Express Base Specification, "PCI Express
//! Extended Capabilities". An extended capability with number 0 is the null capability: it is
//! passed over, and its link followed.

/// A capability in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability {
    /// What it is: eight bits, or sixteen for an extended one.
    pub id: u16,
    /// Where it begins.
    pub offset: u16,
}

/// The capabilities below 0x100, by way of a function that reads a register.
pub fn standard_capabilities(read: impl Fn(u16) -> u32) -> Vec<Capability> {
    let mut found = Vec::new();
    if read(0x04) >> 20 & 1 == 0 {
        return found;
    }
    let mut visited = 0_u64;
    let mut offset = (read(0x34) & 0xfc) as u16;
    while (0x40..=0xfc).contains(&offset) {
        let place = 1 << ((offset - 0x40) / 4);
        if visited & place != 0 {
            break;
        }
        visited |= place;
        let header = read(offset);
        if header == u32::MAX {
            // Nothing answers there.
            break;
        }
        found.push(Capability {
            id: (header & 0xff) as u16,
            offset,
        });
        offset = (header >> 8 & 0xfc) as u16;
    }
    found
}

/// The capabilities from 0x100 on, by way of a function that reads a register.
pub fn extended_capabilities(read: impl Fn(u16) -> u32) -> Vec<Capability> {
    let mut found = Vec::new();
    let mut visited = [0_u64; 15];
    let mut offset = 0x100;
    while (0x100..=0xffc).contains(&offset) {
        let place = (offset - 0x100) / 4;
        let word = &mut visited[usize::from(place / 64)];
        if *word >> (place % 64) & 1 != 0 {
            break;
        }
        *word |= 1 << (place % 64);
        let header = read(offset);
        let id = (header & 0xffff) as u16;
        if id == 0xffff {
            break;
        }
        if id != 0 {
            found.push(Capability { id, offset });
        }
        offset = (header >> 20 & 0xffc) as u16;
    }
    found
}
