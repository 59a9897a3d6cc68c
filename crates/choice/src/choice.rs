//! One decided value of a choice sequence.

use crate::{Float, Integer};

/// A decided value. What was asked, and so which values would have been allowed, is a domain's
/// business; a bare choice is enough to replay.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Choice {
    /// Yes or no.
    Boolean(bool),
    /// An integer, among them the length of every collection that is not bytes or text.
    Integer(Integer),
    /// A byte string, its length included.
    Bytes(Vec<u8>),
    /// A text, its length included.
    Text(String),
    /// A floating-point number.
    Float(Float),
    /// Which of several ways to go, from 0.
    Branch(u32),
    /// Which action comes next, by its number among all actions.
    Action(u32),
    /// Which thread runs next, by its number among all threads.
    Schedule(u32),
    /// The fault that happens here, by name, or none.
    Fault(Option<Box<str>>),
}
