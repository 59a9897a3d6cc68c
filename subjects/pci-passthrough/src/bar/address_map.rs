//! The addresses of a machine's devices: three pools to take them from, two buses to answer at.
//!
//! # Invariants
//!
//! - Every window lies in a pool that is made for its kind, at a multiple of its size.
//! - Pools and buses agree: what one has in use for a register, the other answers at.
//! - A change that fails has changed nothing.
//!
//! # Not here
//!
//! Bridges, hence no rule that keeps memory which is not prefetchable below 4 GiB.
//!
//! # Source
//!
//! PCI Local Bus Specification 3.0, section 6.2.5.1, for alignment.

use crate::{
    AddressPool, Alignment, Bar, BarError, BarKind, Bus, BusOwner, Gpa, GuestLayout, PageSize,
    Range,
};

/// Pools and buses for registers of every kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressMap {
    io: AddressPool,
    mem32: AddressPool,
    mem64: AddressPool,
    io_bus: Bus,
    memory_bus: Bus,
}

impl AddressMap {
    /// A map that takes its addresses from those windows: ports, memory below 4 GiB, memory above.
    ///
    /// # Errors
    ///
    /// [`BarError::PoolWraps`] for an illegal window, [`BarError::OutsidePools`] for windows of
    /// ports or 32-bit memory that pass 4 GiB.
    pub fn new(io: (Gpa, u64), mem32: (Gpa, u64), mem64: (Gpa, u64)) -> Result<Self, BarError> {
        let io = AddressPool::new(io.0, io.1)?;
        let mem32 = AddressPool::new(mem32.0, mem32.1)?;
        let mem64 = AddressPool::new(mem64.0, mem64.1)?;
        for (pool, kind) in [(&io, BarKind::Io), (&mem32, BarKind::Mem32)] {
            if pool.window().last().get() > kind.address_max() {
                return Err(BarError::OutsidePools {
                    address: pool.window().first().get(),
                    bytes: pool.window().last().get() - pool.window().first().get(),
                });
            }
        }
        Ok(Self {
            io,
            mem32,
            mem64,
            io_bus: Bus::new(),
            memory_bus: Bus::new(),
        })
    }

    /// The map of a guest with that RAM: ports from 0x1000 on, the window for devices below 4 GiB,
    /// and 16 TiB from the first whole TiB above the RAM on.
    ///
    /// # Errors
    ///
    /// None that a layout could cause; [`BarError::PoolWraps`] is what is left to be reported.
    pub fn for_layout(layout: &GuestLayout) -> Result<Self, BarError> {
        const TIB: u64 = 1 << 40;
        let ram_last = layout.regions().map(|region| region.last().get()).max();
        // RAM ends below 65 TiB.
        let high = (ram_last.unwrap_or(0) / TIB + 1) * TIB;
        Self::new(
            (Gpa::new(0x1000), 0xf000),
            (Gpa::new(0xc000_0000), 640 << 20),
            (Gpa::new(high), 16 * TIB),
        )
    }

    /// The bus of that kind of register.
    pub const fn bus(&self, kind: BarKind) -> &Bus {
        match kind {
            BarKind::Io => &self.io_bus,
            BarKind::Mem32 | BarKind::Mem64 | BarKind::Rom => &self.memory_bus,
        }
    }

    /// The bus of that kind of register, to add windows that are no register's.
    pub const fn bus_mut(&mut self, kind: BarKind) -> &mut Bus {
        match kind {
            BarKind::Io => &mut self.io_bus,
            BarKind::Mem32 | BarKind::Mem64 | BarKind::Rom => &mut self.memory_bus,
        }
    }

    /// The pools: ports, memory below 4 GiB, memory above.
    pub const fn pools(&self) -> [&AddressPool; 3] {
        [&self.io, &self.mem32, &self.mem64]
    }

    /// Gives a register a place of its own. Memory begins on a page, so that no two registers share
    /// one and pages can be handed to the guest; 64-bit registers go above 4 GiB while there is
    /// room.
    ///
    /// # Errors
    ///
    /// [`BarError::Exhausted`]; [`BarError::Occupied`] when a window that is no register's is in the
    /// place that was free.
    pub fn place(&mut self, bar: Bar, owner: BusOwner) -> Result<Range<Gpa>, BarError> {
        let bytes = bar.bytes();
        let alignment = match bar.kind() {
            BarKind::Io => Alignment::new(bytes),
            BarKind::Mem32 | BarKind::Mem64 | BarKind::Rom => {
                Alignment::new(bytes.max(PageSize::BYTES_MIN))
            }
        };
        let alignment = alignment.map_err(|_| BarError::SizeNotPowerOfTwo { bytes })?;
        let range = match bar.kind() {
            BarKind::Io => self.io.allocate(bytes, alignment),
            BarKind::Mem32 | BarKind::Rom => self.mem32.allocate(bytes, alignment),
            BarKind::Mem64 => self
                .mem64
                .allocate(bytes, alignment)
                .or_else(|_| self.mem32.allocate(bytes, alignment)),
        }?;
        self.enter_bus(bar, range, owner)?;
        Ok(range)
    }

    /// Gives a register exactly the place asked for.
    ///
    /// # Errors
    ///
    /// [`BarError::Misaligned`], [`BarError::OutsidePools`], [`BarError::Occupied`].
    pub fn place_at(
        &mut self,
        bar: Bar,
        first: Gpa,
        owner: BusOwner,
    ) -> Result<Range<Gpa>, BarError> {
        let range = self.allocate_at(bar, first)?;
        self.enter_bus(bar, range, owner)?;
        Ok(range)
    }

    /// Moves a register's window. The old place is given back only when the new one is taken.
    ///
    /// # Errors
    ///
    /// [`BarError::Misaligned`], [`BarError::OutsidePools`], [`BarError::Occupied`].
    pub fn relocate(
        &mut self,
        bar: Bar,
        from: Gpa,
        to: Gpa,
        owner: BusOwner,
    ) -> Result<Range<Gpa>, BarError> {
        let range = self.allocate_at(bar, to)?;

        // Different multiples of a size cannot overlap, so the old window is not in the way.
        let bus = self.bus_mut(bar.kind());
        let is_decoding = bus.is_decoding(owner);
        let old = bus.remove(owner);
        if let Err(error) = self.enter_bus(bar, range, owner) {
            if let Some(old) = old {
                let bus = self.bus_mut(bar.kind());
                bus.insert(old, owner).expect("it was there a moment ago");
                bus.set_decoding(owner, is_decoding);
            }
            return Err(error);
        }
        self.bus_mut(bar.kind()).set_decoding(owner, is_decoding);
        if let Some(pool) = self.pool_of(bar.kind(), from) {
            pool.free(from, bar.bytes());
        }
        Ok(range)
    }

    /// Gives a register's place back.
    pub fn release(&mut self, bar: Bar, first: Gpa, owner: BusOwner) {
        self.bus_mut(bar.kind()).remove(owner);
        if let Some(pool) = self.pool_of(bar.kind(), first) {
            pool.free(first, bar.bytes());
        }
    }

    /// Takes a place from the pool that has it.
    fn allocate_at(&mut self, bar: Bar, first: Gpa) -> Result<Range<Gpa>, BarError> {
        let (address, bytes) = (first.get(), bar.bytes());
        let alignment = Alignment::new(bytes).map_err(|_| BarError::SizeNotPowerOfTwo { bytes })?;
        let pool = self.pool_of(bar.kind(), first);
        let outside = BarError::OutsidePools { address, bytes };
        pool.ok_or(outside)?.allocate_at(first, bytes, alignment)
    }

    /// Enters a place that a pool gave out; gives it back when the bus has something there.
    fn enter_bus(&mut self, bar: Bar, range: Range<Gpa>, owner: BusOwner) -> Result<(), BarError> {
        let entered = self.bus_mut(bar.kind()).insert(range, owner);
        if entered.is_err()
            && let Some(pool) = self.pool_of(bar.kind(), range.first())
        {
            pool.free(range.first(), bar.bytes());
        }
        entered
    }

    /// The pool that has the address and is made for the kind.
    fn pool_of(&mut self, kind: BarKind, address: Gpa) -> Option<&mut AddressPool> {
        let pools = match kind {
            BarKind::Io => [Some(&mut self.io), None],
            BarKind::Mem32 | BarKind::Rom => [Some(&mut self.mem32), None],
            BarKind::Mem64 => [Some(&mut self.mem64), Some(&mut self.mem32)],
        };
        let mut pools = pools.into_iter().flatten();
        pools.find(|pool| pool.window().contains(address))
    }
}
