//! One vector raised by a device's thread while a processor's thread unmasks it, without a lock.
//!
//! Two flags, masked and pending. A device that looks at the mask first and then notes that it is
//! pending can be overtaken in between, and the interrupt is lost. So both sides go the other way:
//! the device notes first and looks second; the processor unmasks first and looks second. Whoever
//! looks second sees the other's first step, and taking the pending flag is one exchange, so that
//! exactly one of them sends.
//!
//! # Invariants
//!
//! - One raise sends one message, now or when the vector is unmasked, whatever the interleaving.
//!
//! # How to check that
//!
//! The operations are made of steps ([`RaiseStep`], [`UnmaskStep`]); running the steps of two
//! operations in every order is every interleaving of them, since each step touches one flag once.
//! [`SharedVector::raise`] and [`SharedVector::unmask`] run the same steps.

use std::sync::atomic::{AtomicBool, Ordering};

/// A vector's two flags, shared between threads.
#[derive(Debug)]
pub struct SharedVector {
    is_masked: AtomicBool,
    is_pending: AtomicBool,
}

/// How far a raise has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RaiseStep {
    /// Next, note that it is pending.
    Note,
    /// Next, look whether it may be sent.
    Look,
    /// Next, take it, unless the other side has.
    Take,
    /// Over; whether a message is to be sent.
    Done(bool),
}

/// How far an unmask has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnmaskStep {
    /// Next, unmask.
    Unmask,
    /// Next, take what is pending.
    Take,
    /// Over; whether a message is to be sent.
    Done(bool),
}

impl SharedVector {
    /// A vector without anything pending.
    pub const fn new(is_masked: bool) -> Self {
        Self {
            is_masked: AtomicBool::new(is_masked),
            is_pending: AtomicBool::new(false),
        }
    }

    /// The device wants an interrupt; whether a message is to be sent now.
    pub fn raise(&self) -> bool {
        let mut step = RaiseStep::Note;
        loop {
            step = match step {
                RaiseStep::Done(sends) => return sends,
                _ => self.step_raise(step),
            };
        }
    }

    /// The guest unmasks; whether a message is to be sent now.
    pub fn unmask(&self) -> bool {
        let mut step = UnmaskStep::Unmask;
        loop {
            step = match step {
                UnmaskStep::Done(sends) => return sends,
                _ => self.step_unmask(step),
            };
        }
    }

    /// The guest masks.
    pub fn mask(&self) {
        self.is_masked.store(true, Ordering::SeqCst);
    }

    /// Whether the vector is pending.
    pub fn is_pending(&self) -> bool {
        self.is_pending.load(Ordering::SeqCst)
    }

    /// The next step of a raise; a raise that is over stays over.
    pub fn step_raise(&self, step: RaiseStep) -> RaiseStep {
        match step {
            RaiseStep::Note => {
                self.is_pending.store(true, Ordering::SeqCst);
                RaiseStep::Look
            }
            RaiseStep::Look if self.is_masked.load(Ordering::SeqCst) => RaiseStep::Done(false),
            RaiseStep::Look => RaiseStep::Take,
            RaiseStep::Take => RaiseStep::Done(self.take()),
            RaiseStep::Done(_) => step,
        }
    }

    /// The next step of an unmask; an unmask that is over stays over.
    pub fn step_unmask(&self, step: UnmaskStep) -> UnmaskStep {
        match step {
            UnmaskStep::Unmask => {
                self.is_masked.store(false, Ordering::SeqCst);
                UnmaskStep::Take
            }
            UnmaskStep::Take => UnmaskStep::Done(self.take()),
            UnmaskStep::Done(_) => step,
        }
    }

    /// Takes what is pending; whether there was anything.
    fn take(&self) -> bool {
        self.is_pending.swap(false, Ordering::SeqCst)
    }
}
