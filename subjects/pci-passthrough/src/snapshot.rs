//! The state of a device as plain data: saved on one machine, restored on another.
//!
//! What a guest can tell apart is state; everything else is made anew. Each bit has one owner. The
//! enable and mask bits of MSI-X are in the configuration space's register and nowhere else, so that
//! no two copies of them can differ; whether a window answers follows from the command register;
//! which vectors are connected follows from the table. Events and interrupt lines are the new
//! machine's own.
//!
//! # Invariants
//!
//! - What was encoded decodes to the same snapshot, and bytes that decode are the ones that it
//!   encodes to.
//! - No bytes make decoding panic, or allocate more than the largest device needs.
//!
//! # Not here
//!
//! Whether it fits a device: [`PassthroughDevice::restore`](crate::PassthroughDevice::restore) looks.
//! What the device has in its own memory and registers: that is the device's driver's to save
//! (`VFIO_DEVICE_FEATURE_MIGRATION`). Damage in transit: a legal snapshot is taken for the one that
//! was meant.

mod error;

pub use error::SnapshotError;

/// The first word of every snapshot.
const MAGIC: u32 = u32::from_le_bytes(*b"PCIS");
/// The most registers of a configuration space.
const CONFIG_WORDS_MAX: u32 = 1024;
/// The most vectors of MSI-X.
const VECTORS_MAX: u32 = 2048;
/// The slots of base address registers.
const SLOTS: usize = 7;

/// The window of a base address register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct WindowSnapshot {
    /// Where it is; `None` for a slot without a register.
    pub base: Option<u64>,
    /// Which halves of a 64-bit address were written since it was last complete: bits 0 and 1.
    pub halves: u8,
    /// Which halves hold a question for the size: bits 0 and 1.
    pub asked: u8,
}

/// Table and pending bits of MSI-X.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct MsixSnapshot {
    /// The words of each entry.
    pub entries: Vec<[u32; 4]>,
    /// A bit for each vector, in whole words.
    pub pending: Vec<u64>,
    /// How often an address or data was changed while its entry was not masked.
    pub unmasked_changes: u64,
}

/// The state of a device.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceSnapshot {
    /// The registers of the configuration space; 0 in the places of base address registers.
    pub config: Vec<u32>,
    /// The base address registers, by slot.
    pub bars: [u32; SLOTS],
    /// Their windows.
    pub windows: [WindowSnapshot; SLOTS],
    /// MSI-X, without the bits that are in its capability.
    pub msix: Option<MsixSnapshot>,
}

impl DeviceSnapshot {
    /// The version that [`Self::encode`] writes and [`Self::decode`] reads.
    pub const VERSION: u32 = 1;

    /// The snapshot as bytes: little-endian words, with their number before each list.
    pub fn encode(&self) -> Vec<u8> {
        let Self {
            config,
            bars,
            windows,
            msix,
        } = self;
        let mut words = vec![MAGIC, Self::VERSION, config.len() as u32];
        words.extend(config);
        words.extend(bars);
        for window in windows {
            let WindowSnapshot {
                base,
                halves,
                asked,
            } = *window;
            let flags = u32::from(base.is_some());
            words.push(flags | u32::from(halves) << 8 | u32::from(asked) << 16);
            words.extend(halves_of(base.unwrap_or(0)));
        }
        let none = MsixSnapshot::default();
        let MsixSnapshot {
            entries,
            pending,
            unmasked_changes,
        } = msix.as_ref().unwrap_or(&none);
        // A device with MSI-X has at least one vector.
        words.push(entries.len() as u32);
        words.extend(entries.iter().flatten());
        words.extend(pending.iter().flat_map(|&word| halves_of(word)));
        words.extend(halves_of(*unmasked_changes));
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    /// Reads a snapshot's bytes.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::NotSnapshot`], [`SnapshotError::Version`], [`SnapshotError::Length`] for
    /// bytes that end early or late, [`SnapshotError::Illegal`] for a word that cannot be.
    pub fn decode(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut words = Words { bytes, place: 0 };
        let magic = words.next()?;
        if magic != MAGIC {
            return Err(SnapshotError::NotSnapshot { magic });
        }
        let found = words.next()?;
        if found != Self::VERSION {
            let known = Self::VERSION;
            return Err(SnapshotError::Version { found, known });
        }
        let config_words = words.count(CONFIG_WORDS_MAX)?;
        let config = words.list(config_words)?;
        let mut bars = [0; SLOTS];
        for bar in &mut bars {
            *bar = words.next()?;
        }
        let mut windows = [WindowSnapshot::default(); SLOTS];
        for window in &mut windows {
            *window = words.window()?;
        }
        let vectors = words.count(VECTORS_MAX)?;
        let msix = words.msix(vectors)?;
        if words.place != bytes.len() {
            return Err(words.length(words.place));
        }
        Ok(Self {
            config,
            bars,
            windows,
            msix: (vectors > 0).then_some(msix),
        })
    }
}

/// Both words of a number.
const fn halves_of(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

/// Reads words one after the other.
struct Words<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl Words<'_> {
    fn length(&self, expected: usize) -> SnapshotError {
        let bytes = self.bytes.len();
        SnapshotError::Length { bytes, expected }
    }

    /// The word that was just read is illegal.
    fn illegal<T>(&self) -> Result<T, SnapshotError> {
        let word = self.place / 4 - 1;
        Err(SnapshotError::Illegal { word })
    }

    fn next(&mut self) -> Result<u32, SnapshotError> {
        let four = self.bytes[self.place..].first_chunk();
        let four = four.ok_or_else(|| self.length(self.place + 4))?;
        self.place += 4;
        Ok(u32::from_le_bytes(*four))
    }

    fn next_long(&mut self) -> Result<u64, SnapshotError> {
        let low = self.next()?;
        Ok(u64::from(self.next()?) << 32 | u64::from(low))
    }

    fn count(&mut self, count_max: u32) -> Result<u32, SnapshotError> {
        match self.next()? {
            count if count <= count_max => Ok(count),
            _ => self.illegal(),
        }
    }

    fn list(&mut self, count: u32) -> Result<Vec<u32>, SnapshotError> {
        (0..count).map(|_| self.next()).collect()
    }

    fn window(&mut self) -> Result<WindowSnapshot, SnapshotError> {
        const HAS_BASE: u32 = 1;
        const HALVES: u32 = 3 << 8;
        const ASKED: u32 = 3 << 16;
        let flags = self.next()?;
        if flags & !(HAS_BASE | HALVES | ASKED) != 0 {
            return self.illegal();
        }
        let base = self.next_long()?;
        if flags & HAS_BASE == 0 && base != 0 {
            return self.illegal();
        }
        Ok(WindowSnapshot {
            base: (flags & HAS_BASE != 0).then_some(base),
            halves: ((flags & HALVES) >> 8) as u8,
            asked: ((flags & ASKED) >> 16) as u8,
        })
    }

    fn msix(&mut self, vectors: u32) -> Result<MsixSnapshot, SnapshotError> {
        let words = self.list(vectors * 4)?;
        let entries = words.chunks_exact(4);
        let entries = entries.map(|entry| [entry[0], entry[1], entry[2], entry[3]]);
        let entries = entries.collect();
        let pending = (0..vectors.div_ceil(64)).map(|_| self.next_long());
        let pending = pending.collect::<Result<_, _>>()?;
        let unmasked_changes = self.next_long()?;
        if vectors == 0 && unmasked_changes != 0 {
            return self.illegal();
        }
        Ok(MsixSnapshot {
            entries,
            pending,
            unmasked_changes,
        })
    }
}
