//! What a program can do wrong so that the machine sees it: undefined behaviour, as data.
//!
//! # Not here
//!
//! Panics, aborts and returned errors: those are the program's own words (see [`crate::shims`]).

use std::fmt;

/// An undefined behaviour.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Fault {
    /// An access leaves the object that its address belongs to.
    OutOfBounds {
        /// What was done.
        access: Access,
        /// How many bytes.
        size: u64,
        /// The object, described.
        object: String,
        /// Where the access begins in the object, if it is one number.
        offset: Option<i64>,
    },
    /// An access to an object that has ended.
    UseAfterEnd {
        /// What was done.
        access: Access,
        /// The object, described.
        object: String,
    },
    /// An access through an address that belongs to no object.
    NoObject {
        /// What was done.
        access: Access,
        /// The address; 0 is null.
        address: u64,
    },
    /// An access through an address that is less aligned than was promised.
    Misaligned {
        /// What was done.
        access: Access,
        /// The promised alignment, in bytes.
        align: u64,
    },
    /// A write to a constant.
    WriteToConstant,
    /// A value that is undefined or poison was used where it decides something.
    Indeterminate {
        /// What it was used for.
        purpose: Purpose,
    },
    /// A division or remainder by zero.
    DivideByZero,
    /// A signed division of the least number by -1.
    DivideOverflow,
    /// A division by the processor's own instruction whose quotient is wider than its register.
    QuotientTooWide,
    /// Code that the compiler was promised to be unreachable was reached.
    UnreachableReached,
    /// A condition that the compiler was promised to hold does not.
    BrokenAssumption,
    /// Memory was given back that is not a live allocation's start.
    InvalidFree {
        /// What is wrong.
        reason: &'static str,
        /// The object, described.
        object: String,
    },
    /// Memory was given back with another layout than it was allocated with.
    WrongLayout {
        /// The object, described.
        object: String,
        /// The size and alignment of the allocation.
        allocated: (u64, u64),
        /// The size and alignment that came with the request.
        given: (u64, u64),
    },
    /// Two ranges of a copy overlap that must not.
    OverlappingCopy,
    /// A call through an address that is no function's, or with other arguments than it takes.
    BadCall {
        /// What is wrong.
        reason: &'static str,
    },
}

/// What an access does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// What an indeterminate value was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To decide a branch.
    Branch,
    /// As the address of an access.
    Address,
    /// As a value that was promised to be initialised.
    DefinedLoad,
    /// As a divisor.
    Divisor,
    /// As a size or length.
    Length,
    /// As a callee.
    Callee,
    /// As the condition of a promise to the compiler.
    Assumption,
    /// As an argument of a function that the machine provides.
    Argument,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Branch => "to decide a branch",
            Self::Address => "as an address",
            Self::DefinedLoad => "where an initialised value is required",
            Self::Divisor => "as a divisor",
            Self::Length => "as a length",
            Self::Callee => "as the address of a function to call",
            Self::Assumption => "as a condition that was promised to hold",
            Self::Argument => "as an argument of a runtime function",
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds {
                access,
                size,
                object,
                offset,
            } => {
                write!(f, "{access} of {size} bytes out of the bounds of {object}")?;
                match offset {
                    Some(offset) => write!(f, ", at offset {offset}"),
                    None => Ok(()),
                }
            }
            Self::UseAfterEnd { access, object } => write!(f, "{access} of {object} after its end"),
            Self::NoObject { access, address: 0 } => write!(f, "{access} through a null pointer"),
            Self::NoObject { access, address } => {
                write!(
                    f,
                    "{access} through {address:#x}, which points into no live object"
                )
            }
            Self::Misaligned { access, align } => {
                write!(
                    f,
                    "{access} through a pointer that is not aligned to {align} bytes"
                )
            }
            Self::WriteToConstant => f.write_str("write to constant memory"),
            Self::Indeterminate { purpose } => {
                write!(f, "uninitialised or poisoned value used {purpose}")
            }
            Self::DivideByZero => f.write_str("division by zero"),
            Self::DivideOverflow => f.write_str("division of the least number by -1"),
            Self::QuotientTooWide => {
                f.write_str("division whose quotient does not fit its register")
            }
            Self::UnreachableReached => {
                f.write_str("code was reached that was promised to be unreachable")
            }
            Self::BrokenAssumption => f.write_str("a condition promised to hold does not hold"),
            Self::InvalidFree { reason, object } if object.is_empty() => {
                write!(f, "invalid deallocation: {reason}")
            }
            Self::InvalidFree { reason, object } => {
                write!(f, "invalid deallocation: {reason}: {object}")
            }
            Self::WrongLayout {
                object,
                allocated,
                given,
            } => write!(
                f,
                "deallocation with size {} and alignment {} of memory allocated with size {} and \
                 alignment {}: {object}",
                given.0, given.1, allocated.0, allocated.1
            ),
            Self::OverlappingCopy => f.write_str("copy between ranges that overlap"),
            Self::BadCall { reason } => write!(f, "invalid call: {reason}"),
        }
    }
}
