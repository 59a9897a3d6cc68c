//! The buffer that changes.
//!
//! What a `BytesMut` panics on, these methods refuse. Everything else is as there: which operations
//! copy, which keep the capacity, which need memory.
//!
//! # Invariants
//!
//! - A refused operation leaves the buffer as it was.
//!
//! # Not here
//!
//! Raw memory (`handle`) and arithmetic on sizes (`geometry`).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut, Range};

use crate::geometry::POSITION_MAX;
use crate::handle::Handle;
use crate::{BufferError, FrozenBytes};

/// A growable sequence of bytes, a region of an allocation that other buffers may be regions of.
///
/// `LIMIT` is how far a vector's start may be moved before it becomes shared; it exists so that tests
/// can reach this limit, and is best left alone.
///
/// ```
/// use byte_buffer::ByteBuffer;
///
/// # fn main() -> Result<(), byte_buffer::BufferError> {
/// let mut buffer: ByteBuffer = ByteBuffer::copy_from(b"head and tail")?;
/// let tail = buffer.split_off(5)?;
/// assert_eq!((&buffer[..], &tail[..]), (&b"head "[..], &b"and tail"[..]));
/// buffer.try_unsplit(tail).expect("the tail still follows its head");
/// assert_eq!(&buffer[..], b"head and tail");
/// # Ok(())
/// # }
/// ```
pub struct ByteBuffer<const LIMIT: usize = POSITION_MAX> {
    handle: Handle,
}

/// A buffer that could not be joined for want of memory, given back with the reason.
#[derive(Debug)]
pub struct Refused<const LIMIT: usize = POSITION_MAX> {
    /// Why.
    pub error: BufferError,
    /// The buffer that was to be appended.
    pub buffer: ByteBuffer<LIMIT>,
}

impl<const LIMIT: usize> ByteBuffer<LIMIT> {
    /// An empty buffer without memory.
    pub const fn new() -> Self {
        const { assert!(LIMIT <= POSITION_MAX, "a position must fit into its word") };
        Self {
            handle: Handle::empty(),
        }
    }

    /// An empty buffer with room for exactly so many bytes.
    ///
    /// # Errors
    ///
    /// [`BufferError::CapacityOverflow`], [`BufferError::OutOfMemory`].
    pub fn with_capacity(capacity: usize) -> Result<Self, BufferError> {
        const { assert!(LIMIT <= POSITION_MAX, "a position must fit into its word") };
        Ok(Self {
            handle: Handle::allocate(capacity)?,
        })
    }

    /// A buffer of so many zeros.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::with_capacity`].
    pub fn zeroed(length: usize) -> Result<Self, BufferError> {
        let mut buffer = Self::with_capacity(length)?;
        buffer.put_bytes(0, length)?;
        Ok(buffer)
    }

    /// A buffer with a copy of the bytes, and no room for more.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::with_capacity`].
    pub fn copy_from(bytes: &[u8]) -> Result<Self, BufferError> {
        let mut buffer = Self::with_capacity(bytes.len())?;
        buffer.extend_from_slice(bytes)?;
        Ok(buffer)
    }

    /// How many bytes of contents there are.
    pub const fn len(&self) -> usize {
        self.handle.length()
    }

    /// Whether there are no contents.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes of contents there can be without asking for memory.
    pub const fn capacity(&self) -> usize {
        self.handle.capacity()
    }

    /// Cuts the buffer at a place within its capacity: keeps what is before it, gives what is behind
    /// it. Copies nothing.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if the place is behind the capacity; [`BufferError::OutOfMemory`].
    pub fn split_off(&mut self, at: usize) -> Result<Self, BufferError> {
        Ok(Self {
            handle: self.handle.split_off(at)?,
        })
    }

    /// Cuts the buffer at a place within its contents: gives what is before it, keeps what is behind
    /// it. Copies nothing.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if the place is behind the contents; [`BufferError::OutOfMemory`].
    pub fn split_to(&mut self, at: usize) -> Result<Self, BufferError> {
        Ok(Self {
            handle: self.handle.split_to(at)?,
        })
    }

    /// Gives all contents, and keeps the room behind them.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfMemory`].
    pub fn split(&mut self) -> Result<Self, BufferError> {
        self.split_to(self.len())
    }

    /// Drops the first bytes of the contents. The capacity becomes as much smaller.
    ///
    /// # Errors
    ///
    /// [`BufferError::OutOfBounds`] if there are fewer; [`BufferError::OutOfMemory`] when the limit of
    /// positions is passed, at which the buffer becomes shared.
    pub fn advance(&mut self, count: usize) -> Result<(), BufferError> {
        self.handle.advance(count, LIMIT)
    }

    /// Drops all but the first bytes of the contents, if there are more. Keeps the capacity.
    pub fn truncate(&mut self, length: usize) {
        self.handle.truncate(length);
    }

    /// Drops the contents. Keeps the capacity.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// Makes the contents so long, by dropping bytes at the end or appending copies of one.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::reserve`].
    pub fn resize(&mut self, length: usize, byte: u8) -> Result<(), BufferError> {
        match length.checked_sub(self.len()) {
            Some(more) => self.put_bytes(byte, more),
            None => {
                self.truncate(length);
                Ok(())
            }
        }
    }

    /// Makes room for so many more bytes.
    ///
    /// Takes back what consumed bytes and dropped buffers left of the allocation where that is cheap;
    /// otherwise asks for memory, for at least twice as much if the allocation grows.
    ///
    /// # Errors
    ///
    /// [`BufferError::CapacityOverflow`], [`BufferError::OutOfMemory`].
    pub fn reserve(&mut self, additional: usize) -> Result<(), BufferError> {
        self.handle.reserve(additional)
    }

    /// Makes room for so many more bytes if that can be done without asking for memory, and says
    /// whether there is room now.
    #[must_use = "there may be no room"]
    pub fn try_reclaim(&mut self, additional: usize) -> bool {
        self.handle.try_reclaim(additional)
    }

    /// Appends a buffer that lies just behind the contents in the same allocation, such as one that
    /// was split off. Copies nothing.
    ///
    /// # Errors
    ///
    /// The other buffer, unchanged, if it lies elsewhere. One without capacity is always taken.
    pub fn try_unsplit(&mut self, other: Self) -> Result<(), Self> {
        self.handle
            .join(other.handle)
            .map_err(|handle| Self { handle })
    }

    /// Appends a buffer: takes its place if this one is empty, joins it if it lies behind the contents,
    /// and else copies it.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::reserve`], with the other buffer.
    pub fn unsplit(&mut self, other: Self) -> Result<(), Refused<LIMIT>> {
        if self.is_empty() {
            *self = other;
            return Ok(());
        }
        let Err(buffer) = self.try_unsplit(other) else {
            return Ok(());
        };
        self.extend_from_slice(&buffer)
            .map_err(|error| Refused { error, buffer })
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::reserve`].
    pub fn extend_from_slice(&mut self, bytes: &[u8]) -> Result<(), BufferError> {
        self.handle.append(bytes)
    }

    /// Appends a part of the contents.
    ///
    /// # Errors
    ///
    /// [`BufferError::BackwardRange`], [`BufferError::OutOfBounds`], and as [`ByteBuffer::reserve`].
    pub fn extend_from_within(&mut self, range: Range<usize>) -> Result<(), BufferError> {
        self.handle.append_within(range)
    }

    /// Appends a byte so many times.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::reserve`].
    pub fn put_bytes(&mut self, byte: u8, count: usize) -> Result<(), BufferError> {
        self.handle.append_repeated(byte, count)
    }

    /// Makes the contents unchangeable, so that clones can share them. Copies nothing.
    ///
    /// # Errors
    ///
    /// The buffer and [`BufferError::OutOfMemory`], if there is none for the header.
    pub fn freeze(mut self) -> Result<FrozenBytes, Refused<LIMIT>> {
        match self.handle.promote() {
            Ok(()) => Ok(FrozenBytes::of(self.handle)),
            Err(error) => Err(Refused {
                error,
                buffer: self,
            }),
        }
    }

    /// A copy with an allocation of its own.
    ///
    /// # Errors
    ///
    /// As [`ByteBuffer::with_capacity`].
    pub fn try_clone(&self) -> Result<Self, BufferError> {
        Self::copy_from(self)
    }

    pub(crate) fn of(handle: Handle) -> Self {
        Self { handle }
    }

    /// The buffer as the predicate of well-formedness sees it.
    #[cfg(any(test, feature = "ghost"))]
    pub fn view(&self) -> crate::well_formed::View {
        self.handle.view(false)
    }
}

impl<const LIMIT: usize> Default for ByteBuffer<LIMIT> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const LIMIT: usize> Deref for ByteBuffer<LIMIT> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.handle.bytes()
    }
}

impl<const LIMIT: usize> DerefMut for ByteBuffer<LIMIT> {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.handle.bytes_mut()
    }
}

impl<const LIMIT: usize> AsRef<[u8]> for ByteBuffer<LIMIT> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// As the contents' slices.
impl<const LIMIT: usize> PartialEq for ByteBuffer<LIMIT> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<const LIMIT: usize> Eq for ByteBuffer<LIMIT> {}

impl<const LIMIT: usize> PartialEq<[u8]> for ByteBuffer<LIMIT> {
    fn eq(&self, other: &[u8]) -> bool {
        **self == *other
    }
}

/// As the contents' slices.
impl<const LIMIT: usize> PartialOrd for ByteBuffer<LIMIT> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const LIMIT: usize> Ord for ByteBuffer<LIMIT> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

/// As the contents' slices.
impl<const LIMIT: usize> Hash for ByteBuffer<LIMIT> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<const LIMIT: usize> fmt::Debug for ByteBuffer<LIMIT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}
