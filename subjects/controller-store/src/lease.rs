//! Leases with fencing tokens: the decisions, on numbers alone.
//!
//! Who acquires a lease gets a token greater than all before it for the same resource. A holder that
//! was asleep for too long shows an old token, and is refused; it does not have to know that it was
//! asleep. Hence the record of a resource stays when its lease ends: the tokens must go on.
//!
//! # Invariants
//!
//! - Tokens of a resource never repeat and never become smaller.
//! - A lease is live from when it was acquired until just before `expires_at`, unless released.
//! - What is refused changes nothing: every decision returns the record that should follow.
//!
//! # Not here
//!
//! Clocks. `now` is a number of the store's own logical clock.

use crate::error::Refusal;
use crate::ids::Holder;

/// The record of one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Who acquired it last and has not released it.
    pub holder: Option<Holder>,
    /// The token of the last lease; 0 before the first.
    pub fencing: u32,
    /// The first time at which it is no longer live.
    pub expires_at: u32,
}

impl Lease {
    /// Nobody ever had it.
    pub const NEVER: Self = Self {
        holder: None,
        fencing: 0,
        expires_at: 0,
    };

    /// Whether somebody has it.
    #[must_use]
    pub const fn is_live(&self, now: u32) -> bool {
        self.holder.is_some() && now < self.expires_at
    }

    /// A new lease with a new token.
    ///
    /// # Errors
    ///
    /// When somebody has it, the holder included, who should renew; when there is no time or no token.
    pub fn acquire(self, holder: Holder, duration: u32, now: u32) -> Result<Self, Refusal> {
        if self.is_live(now) {
            return Err(Refusal::LeaseHeld);
        }
        Ok(Self {
            holder: Some(holder),
            expires_at: end(duration, now)?,
            fencing: (self.fencing.checked_add(1)).ok_or(Refusal::FencingExhausted)?,
        })
    }

    /// The same lease for longer; never for less long than it was.
    ///
    /// # Errors
    ///
    /// When it has ended, belongs to somebody else, or has another token; when there is no time.
    pub fn renew(self, claim: Claim, duration: u32, now: u32) -> Result<Self, Refusal> {
        self.confirm(claim, now)?;
        let expires_at = end(duration, now)?.max(self.expires_at);
        Ok(Self { expires_at, ..self })
    }

    /// The record once the holder has given the lease back.
    ///
    /// # Errors
    ///
    /// When it has ended, belongs to somebody else, or has another token.
    pub fn release(self, claim: Claim, now: u32) -> Result<Self, Refusal> {
        self.confirm(claim, now)?;
        Ok(self.vacated())
    }

    /// The record once nobody holds the lease.
    #[must_use]
    pub const fn vacated(self) -> Self {
        let holder = None;
        Self { holder, ..self }
    }

    /// Whether an operation on the resource may go on: with the current token while the lease is live,
    /// without one while nobody has it.
    ///
    /// # Errors
    ///
    /// [`Refusal::LeaseHeld`] without a token, [`Refusal::StaleFencing`] with a wrong one.
    pub const fn admit(&self, token: Option<u32>, now: u32) -> Result<(), Refusal> {
        match (self.is_live(now), token) {
            (false, None) => Ok(()),
            (true, Some(token)) if token == self.fencing => Ok(()),
            (true, None) => Err(Refusal::LeaseHeld),
            (_, Some(_)) => Err(Refusal::StaleFencing),
        }
    }

    fn confirm(&self, claim: Claim, now: u32) -> Result<(), Refusal> {
        if !self.is_live(now) {
            return Err(Refusal::LeaseEnded);
        }
        if self.holder != Some(claim.holder) {
            return Err(Refusal::NotHolder);
        }
        if self.fencing != claim.fencing {
            return Err(Refusal::StaleFencing);
        }
        Ok(())
    }
}

/// Who says to have a lease, with which token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub holder: Holder,
    /// The token that came with the lease.
    pub fencing: u32,
}

const fn end(duration: u32, now: u32) -> Result<u32, Refusal> {
    if duration == 0 {
        return Err(Refusal::TimeZero);
    }
    match now.checked_add(duration) {
        Some(end) => Ok(end),
        None => Err(Refusal::TimeExhausted),
    }
}
