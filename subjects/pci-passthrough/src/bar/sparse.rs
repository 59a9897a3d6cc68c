//! The parts of a region that a guest may reach without being watched.
//!
//! A page that holds a byte of the MSI-X table or of its pending bits must be watched, since a guest
//! that writes the table directly would signal the host. The holes are rounded outwards at both
//! ends together: rounding a length by itself leaves the tail of a structure that straddles a page.
//!
//! # Invariants
//!
//! - Areas are whole pages of the region, ascending, disjoint, and not neighbours.
//! - Every whole page without a watched byte is in one.

use crate::PageSize;

/// Some bytes of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Area {
    /// The first byte.
    pub offset: u64,
    /// How many.
    pub bytes: u64,
}

impl Area {
    /// The byte after the last one, or the last number there is.
    const fn end(self) -> u64 {
        self.offset.saturating_add(self.bytes)
    }
}

/// The areas of a region of `bytes` bytes that have no page with a watched byte.
pub fn mappable_areas(bytes: u64, watched: &[Area], page: PageSize) -> Vec<Area> {
    let page = page.alignment();
    let end = page.round_down(bytes);
    let mut areas = Vec::new();
    let mut free_from = 0;
    while free_from < end {
        // The first hole that is not behind us.
        let mut hole = (end, end);
        for area in watched.iter().filter(|area| area.bytes > 0) {
            // What passes the region's last whole page is cut off there.
            let hole_end = page.round_up(area.end()).unwrap_or(end).min(end);
            let hole_first = page.round_down(area.offset);
            if free_from < hole_end && hole_first < hole.0 {
                hole = (hole_first, hole_end);
            }
        }
        if free_from < hole.0 {
            areas.push(Area {
                offset: free_from,
                bytes: hole.0 - free_from,
            });
        }
        free_from = hole.1;
    }
    areas
}
