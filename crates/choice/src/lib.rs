//! The typed choice sequence: what every engine decides, and every other engine can replay.
//!
//! A test case is a pure function of a sequence of typed choices. This crate says what a choice is,
//! which choices a question allows, which of two sequences is simpler, and how a sequence is
//! written on one line, so that what one engine finds can be replayed, shrunk and kept by all.
//!
//! # Invariants
//!
//! - Pure: no randomness, clock, file, thread or environment. Equal inputs give equal outputs on
//!   every machine.
//! - Any two sequences compare, and there is no endless descent to simpler ones (`order`).
//! - A token survives a round trip, and a damaged token is never read as another sequence
//!   (`token::tests`).
//!
//! # Not here
//!
//! Who decides. Engines live above this crate; they only meet in the sequence.

mod cardinality;
mod choice;
mod domain;
mod float;
mod integer;
mod odometer;
pub mod order;
mod record;
mod replay;
pub mod shrink;
pub mod token;

pub use cardinality::Cardinality;
pub use choice::Choice;
pub use domain::{
    Alphabet, BytesDomain, Chance, Domain, Enabled, FaultDomain, FloatDomain, FloatWidth,
    IntegerDomain, Nans, TextDomain,
};
pub use float::{Float, ParseFloatError};
pub use integer::Integer;
pub use odometer::Odometer;
pub use record::{Node, Record, Span, SpanKind};
pub use replay::{Fit, Replay};
