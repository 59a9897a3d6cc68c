//! The buffer on indices: the same states and transitions, without memory.
//!
//! Ghost state: it exists in tests and with the feature `ghost`. Allocations are numbers and contents
//! are only told where they move, so that capacities may be as large as an address space allows. What
//! the symbolic engine proves of it, it proves for every capacity.
//!
//! # Invariants
//!
//! - Regions handed out stay well-formed (`well_formed`) if they were before; `properties::model`.
//! - A buffer in memory to which the same is done has the same geometry; `properties::refinement`.
//!
//! # Not here
//!
//! Bytes. Whoever wants to know where one is afterwards asks [`Arena::follow`].

use crate::BufferError;
use crate::geometry::{Extent, Reserve, Tenancy, VectorWord, class_of_capacity};
use crate::well_formed::{Kind, View};

/// Allocations, with what was last moved in or between them.
#[derive(Debug, Clone)]
pub struct Arena {
    allocations: Vec<Allocation>,
    moved: Move,
    position_max: usize,
}

/// An allocation. One that nobody uses any more is freed and stays on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allocation {
    total: usize,
    class: u8,
    /// How many regions the header counts; 0 while there is no header.
    references: usize,
    is_live: bool,
}

/// A byte's place: which allocation, and how far from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The number of the allocation.
    pub allocation: usize,
    /// The distance from its start.
    pub offset: usize,
}

/// Bytes that were copied to another place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Move {
    from: Place,
    to: Place,
    length: usize,
}

/// A buffer: a region of an allocation of an [`Arena`].
///
/// It is not freed by itself; see [`Arena::release`].
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    allocation: usize,
    start: usize,
    filled: usize,
    end: usize,
    link: Link,
}

/// The representation of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Vector(VectorWord),
    Shared,
}

impl Arena {
    /// An arena without allocations, for vectors with positions up to a limit.
    pub const fn new(position_max: usize) -> Self {
        let nowhere = Place {
            allocation: 0,
            offset: 0,
        };
        let moved = Move {
            from: nowhere,
            to: nowhere,
            length: 0,
        };
        Self {
            allocations: Vec::new(),
            moved,
            position_max,
        }
    }

    /// A vector of so many bytes, none of which holds contents.
    pub fn vector(&mut self, total: usize) -> Region {
        let class = class_of_capacity(total);
        let allocation = self.allocate(total, class);
        Region::of(
            allocation,
            Extent::whole(total),
            Link::Vector(VectorWord::new(class)),
        )
    }

    /// A shared allocation with regions at given places: start, end of the contents, and end of each.
    /// For tests that want any state there can be; nothing is checked.
    #[cfg(test)]
    pub(crate) fn shared(&mut self, total: usize, class: u8, places: &[[usize; 3]]) -> Vec<Region> {
        let allocation = self.allocate(total, class);
        self.allocations[allocation].references = places.len();
        let region = |&[start, filled, end]: &[usize; 3]| {
            Region::shared(
                allocation,
                Extent {
                    total,
                    start,
                    filled,
                    end,
                },
            )
        };
        places.iter().map(region).collect()
    }

    /// Says that so many more bytes of the region hold contents.
    ///
    /// # Panics
    ///
    /// If there is no room for them.
    pub fn fill(&mut self, region: &mut Region, count: usize) {
        assert!(
            count <= region.end - region.filled,
            "contents fit into their region"
        );
        region.filled += count;
    }

    /// See [`ByteBuffer::split_off`](crate::ByteBuffer::split_off).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn split_off(&mut self, region: &mut Region, at: usize) -> Result<Region, BufferError> {
        let (front, back) = self.extent(region).split_off(at)?;
        self.share(region);
        region.place(front);
        Ok(Region::shared(region.allocation, back))
    }

    /// See [`ByteBuffer::split_to`](crate::ByteBuffer::split_to).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn split_to(&mut self, region: &mut Region, at: usize) -> Result<Region, BufferError> {
        let (front, back) = self.extent(region).split_to(at)?;
        self.share(region);
        region.place(back);
        Ok(Region::shared(region.allocation, front))
    }

    /// See [`ByteBuffer::advance`](crate::ByteBuffer::advance).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn advance(&mut self, region: &mut Region, count: usize) -> Result<(), BufferError> {
        let rest = self.extent(region).advance(count)?;
        if let Link::Vector(word) = region.link {
            if rest.start > self.position_max {
                self.promote(region);
            } else {
                region.link = Link::Vector(word.with_position(rest.start));
            }
        }
        region.place(rest);
        Ok(())
    }

    /// See [`ByteBuffer::truncate`](crate::ByteBuffer::truncate).
    pub fn truncate(&mut self, region: &mut Region, length: usize) {
        if length < region.len() {
            region.filled = region.start + length;
        }
    }

    /// See [`ByteBuffer::reserve`](crate::ByteBuffer::reserve).
    ///
    /// # Errors
    ///
    /// As there, except that there is always memory.
    pub fn reserve(&mut self, region: &mut Region, additional: usize) -> Result<(), BufferError> {
        let reserve = self
            .extent(region)
            .reserve(self.tenancy(region), additional)?;
        self.make_room(region, reserve);
        Ok(())
    }

    /// See [`ByteBuffer::try_reclaim`](crate::ByteBuffer::try_reclaim).
    pub fn try_reclaim(&mut self, region: &mut Region, additional: usize) -> bool {
        match self
            .extent(region)
            .reserve(self.tenancy(region), additional)
        {
            Ok(reserve) if reserve.is_free() => {
                self.make_room(region, reserve);
                true
            }
            _ => false,
        }
    }

    /// See [`ByteBuffer::try_unsplit`](crate::ByteBuffer::try_unsplit).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn try_unsplit(&mut self, region: &mut Region, other: Region) -> Result<(), Region> {
        if other.capacity() > 0 {
            let is_shared = region.link == Link::Shared && other.link == Link::Shared;
            let (extent, next) = (self.extent(region), self.extent(&other));
            let is_one = is_shared && region.allocation == other.allocation;
            if !is_one || !extent.is_followed_by(next) {
                return Err(other);
            }
            region.place(extent.joined(next));
        }
        self.release(other);
        Ok(())
    }

    /// Makes the representation shared, as freezing does.
    pub fn promote(&mut self, region: &mut Region) {
        if region.link != Link::Shared {
            region.link = Link::Shared;
            self.allocations[region.allocation].references = 1;
        }
    }

    /// Another region of the same bytes, as a clone of frozen bytes has.
    pub fn duplicate(&mut self, region: &mut Region) -> Region {
        self.share(region);
        Region::shared(region.allocation, self.extent(region))
    }

    /// Lets a region go; the allocation is freed with its last one.
    pub fn release(&mut self, region: Region) {
        let allocation = &mut self.allocations[region.allocation];
        assert!(allocation.is_live, "an allocation is freed once");
        if region.link == Link::Shared {
            allocation.references -= 1;
        }
        allocation.is_live = allocation.references > 0;
    }

    /// Where the byte at an index of a region's contents is.
    pub fn place(&self, region: &Region, index: usize) -> Place {
        Place {
            allocation: region.allocation,
            offset: region.start + index,
        }
    }

    /// Where a byte is that was at a place before room was last made.
    pub fn follow(&self, place: Place) -> Place {
        let Move { from, to, length } = self.moved;
        let distance = place.offset.wrapping_sub(from.offset);
        if place.allocation == from.allocation && distance < length {
            Place {
                offset: to.offset + distance,
                ..to
            }
        } else {
            place
        }
    }

    /// How many allocations have been made.
    pub fn allocations(&self) -> usize {
        self.allocations.len()
    }

    /// How many of them are not freed yet.
    pub fn live(&self) -> usize {
        self.allocations
            .iter()
            .filter(|allocation| allocation.is_live)
            .count()
    }

    /// The region as the predicate of well-formedness sees it.
    pub fn view(&self, region: &Region) -> View {
        let allocation = &self.allocations[region.allocation];
        let (kind, start, class) = match region.link {
            Link::Vector(word) => (Kind::Vector, word.position(), word.class()),
            Link::Shared => (Kind::Shared, region.start, allocation.class),
        };
        View {
            kind,
            identity: region.allocation,
            base: region.allocation,
            total: allocation.total,
            start,
            filled: region.filled,
            end: region.end,
            references: allocation.references,
            class,
            is_frozen: false,
        }
    }

    fn extent(&self, region: &Region) -> Extent {
        Extent {
            total: self.allocations[region.allocation].total,
            start: region.start,
            filled: region.filled,
            end: region.end,
        }
    }

    fn tenancy(&self, region: &Region) -> Tenancy {
        let allocation = &self.allocations[region.allocation];
        match region.link {
            Link::Vector(_) => Tenancy::Vector,
            Link::Shared if allocation.references == 1 => Tenancy::Sole,
            Link::Shared => Tenancy::Lodger {
                class: allocation.class,
            },
        }
    }

    fn allocate(&mut self, total: usize, class: u8) -> usize {
        self.allocations.push(Allocation {
            total,
            class,
            references: 0,
            is_live: true,
        });
        self.allocations.len() - 1
    }

    fn share(&mut self, region: &mut Region) {
        self.promote(region);
        self.allocations[region.allocation].references += 1;
    }

    fn make_room(&mut self, region: &mut Region, reserve: Reserve) {
        let after = self.extent(region).after(reserve);
        let from = self.place(region, 0);
        self.moved = Move {
            from,
            to: from,
            length: region.len(),
        };
        match reserve {
            Reserve::Enough | Reserve::Widen { .. } => {}
            Reserve::Slide => {
                self.moved.to = Place { offset: 0, ..from };
                if let Link::Vector(word) = region.link {
                    region.link = Link::Vector(word.with_position(0));
                }
            }
            Reserve::Grow { total } => self.allocations[region.allocation].total = total,
            Reserve::Leave { total } => {
                let class = self.allocations[region.allocation].class;
                let allocation = self.allocate(total, class);
                self.moved.to = Place {
                    allocation,
                    offset: 0,
                };
                let vector = Region::of(allocation, after, Link::Vector(VectorWord::new(class)));
                self.release(std::mem::replace(region, vector));
            }
        }
        region.place(after);
    }
}

impl Region {
    const fn of(allocation: usize, extent: Extent, link: Link) -> Self {
        let Extent {
            start, filled, end, ..
        } = extent;
        Self {
            allocation,
            start,
            filled,
            end,
            link,
        }
    }

    const fn shared(allocation: usize, extent: Extent) -> Self {
        Self::of(allocation, extent, Link::Shared)
    }

    const fn place(&mut self, extent: Extent) {
        self.start = extent.start;
        self.filled = extent.filled;
        self.end = extent.end;
    }

    /// Whether a place in the region's allocation belongs to the region.
    pub const fn contains(&self, place: usize) -> bool {
        self.start <= place && place < self.end
    }

    /// How many bytes of contents there are.
    pub const fn len(&self) -> usize {
        self.filled - self.start
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.filled == self.start
    }

    /// How many bytes there can be.
    pub const fn capacity(&self) -> usize {
        self.end - self.start
    }
}
