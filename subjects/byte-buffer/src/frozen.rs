//! Contents that no longer change.
//!
//! # Invariants
//!
//! - The representation is shared: a clone only counts. A `BytesMut` that is frozen as a vector stays
//!   one until it is cloned, which needs an atomic exchange of representations through a shared
//!   reference; we pay for the header when freezing instead.
//! - Several of them may have overlapping regions, because none is ever written.
//!
//! # Not here
//!
//! Static contents and contents of other owners.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};

use crate::handle::Handle;
use crate::{BufferError, ByteBuffer};

/// Unchangeable bytes whose clones share them.
///
/// ```
/// use byte_buffer::{ByteBuffer, FrozenBytes};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let buffer: ByteBuffer = ByteBuffer::copy_from(b"a message")?;
/// let message = buffer.freeze().map_err(|refused| refused.error)?;
/// let word: FrozenBytes = message.slice(2..9)?;
/// assert_eq!(&word[..], b"message");
/// assert!(!word.is_unique());
/// drop(message);
/// let mut again: ByteBuffer = word.try_into_buffer().expect("nobody else has it");
/// again.truncate(4);
/// assert_eq!(&again[..], b"mess");
/// # Ok(())
/// # }
/// ```
pub struct FrozenBytes {
    handle: Handle,
}

impl FrozenBytes {
    /// Of a handle whose representation is shared.
    pub(crate) fn of(handle: Handle) -> Self {
        Self { handle }
    }

    /// A part of the contents. Copies nothing.
    ///
    /// # Errors
    ///
    /// [`BufferError::BackwardRange`], [`BufferError::OutOfBounds`].
    pub fn slice(&self, range: Range<usize>) -> Result<Self, BufferError> {
        let mut part = self.clone();
        part.handle.narrow_to(range)?;
        Ok(part)
    }

    /// Whether nobody else uses the allocation.
    pub fn is_unique(&self) -> bool {
        self.handle.is_unique()
    }

    /// A buffer with the contents, which can be changed. Copies nothing.
    ///
    /// # Errors
    ///
    /// The bytes themselves, if others use the allocation.
    pub fn try_into_buffer<const LIMIT: usize>(self) -> Result<ByteBuffer<LIMIT>, Self> {
        if self.is_unique() {
            Ok(ByteBuffer::of(self.handle))
        } else {
            Err(self)
        }
    }

    /// The bytes as the predicate of well-formedness sees them.
    #[cfg(any(test, feature = "ghost"))]
    pub fn view(&self) -> crate::well_formed::View {
        self.handle.view(true)
    }
}

impl Clone for FrozenBytes {
    fn clone(&self) -> Self {
        let handle = self.handle.share_promoted();
        Self {
            handle: handle.expect("frozen bytes are shared from the start"),
        }
    }
}

impl Deref for FrozenBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.handle.bytes()
    }
}

impl AsRef<[u8]> for FrozenBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// As the contents' slices.
impl PartialEq for FrozenBytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for FrozenBytes {}

/// As the contents' slices.
impl PartialOrd for FrozenBytes {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for FrozenBytes {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

/// As the contents' slices.
impl Hash for FrozenBytes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl fmt::Debug for FrozenBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}
