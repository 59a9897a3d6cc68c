//! A growable byte buffer that is cut and joined in constant time.
//!
//! [`ByteBuffer`] is for protocol code: bytes are appended at the end, messages are split off at the
//! front, and neither copies. Several buffers may be regions of one allocation; it is freed with the
//! last of them. A buffer that nobody will change any more becomes [`FrozenBytes`], whose clones share
//! the contents.
//!
//! ```
//! use byte_buffer::ByteBuffer;
//!
//! # fn main() -> Result<(), byte_buffer::BufferError> {
//! let mut received: ByteBuffer = ByteBuffer::with_capacity(64)?;
//! received.extend_from_slice(b"GET /\r\nHost")?;
//! let line = received.split_to(5)?;
//! received.advance(2)?;
//! assert_eq!((&line[..], &received[..]), (&b"GET /"[..], &b"Host"[..]));
//! assert!(received.advance(5).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # Two representations
//!
//! A buffer starts as a *vector*: it alone owns its allocation, and knows how far its start has been
//! moved. When it is split it becomes *shared*: a header on the heap counts the regions. It is a vector
//! again when it must grow while others still use the allocation.
//!
//! # Invariants
//!
//! - The regions of buffers never overlap, lie inside their allocation, and hold at least their
//!   contents; there are as many of them as the header counts (`well_formed`).
//! - An operation that is refused has no effects.
//! - `unsafe` code is in the module `handle` alone.
//!
//! # Not here
//!
//! Uninitialised spare capacity as a slice, reading and writing of numbers, formatting into a buffer.
//!
//! # Source
//!
//! `BytesMut` of the crate bytes, version 1.12.1, whose behaviour this one has and against which it is
//! compared. The code is our own.

#![warn(missing_docs)]

mod buffer;
mod error;
mod frozen;
pub mod geometry;
mod handle;

#[cfg(any(test, feature = "ghost"))]
pub mod ledger;
#[cfg(any(test, feature = "ghost"))]
pub mod model;
#[cfg(any(test, feature = "ghost"))]
pub mod well_formed;

#[cfg(test)]
mod properties;

pub use buffer::{ByteBuffer, Refused};
pub use error::BufferError;
pub use frozen::FrozenBytes;
pub use geometry::POSITION_MAX;
