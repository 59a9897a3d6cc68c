//! Jobs that undo operations which lost: pending, running, done or failed.
//!
//! A running job has a live lease, whose token its worker shows at the end. When the lease ends or the
//! controller restarts, the job is pending again; a worker that was only slow is refused by then. What
//! was tried [`ATTEMPTS_MAX`] times is not tried again.
//!
//! # Invariants
//!
//! - Attempts are counted when a job is claimed, and never exceed the maximum.
//! - Done and failed jobs stay so.

use crate::error::Refusal;

/// How often a job is tried.
pub const ATTEMPTS_MAX: u32 = 3;

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobState {
    /// Waits for a worker.
    Pending,
    /// Somebody works on it.
    Running,
    /// Over.
    Done,
    /// Given up.
    Failed,
}

/// A job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Where it is.
    pub state: JobState,
    /// How often it was claimed.
    pub attempts: u32,
    /// The token of the lease that it was claimed with last.
    pub fencing: u32,
}

/// What claiming a job leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// The job runs once its lease has been acquired.
    Runs,
    /// It was tried often enough, and has failed.
    GivenUp,
}

impl Job {
    /// A new one.
    pub const NEW: Self = Self {
        state: JobState::Pending,
        attempts: 0,
        fencing: 0,
    };

    /// What a worker gets.
    ///
    /// # Errors
    ///
    /// [`Refusal::JobNotPending`].
    pub fn claim(&self) -> Result<Claimed, Refusal> {
        if self.state != JobState::Pending {
            return Err(Refusal::JobNotPending);
        }
        Ok(if self.attempts < ATTEMPTS_MAX {
            Claimed::Runs
        } else {
            Claimed::GivenUp
        })
    }

    /// The job with its new lease, after [`claim`](Self::claim) said that it runs.
    #[must_use]
    pub const fn running(self, fencing: u32) -> Self {
        Self {
            state: JobState::Running,
            attempts: self.attempts + 1,
            fencing,
        }
    }

    /// The job without hope.
    #[must_use]
    pub const fn given_up(self) -> Self {
        let state = JobState::Failed;
        Self { state, ..self }
    }

    /// The job at its end.
    ///
    /// # Errors
    ///
    /// When it does not run, or runs with another token.
    pub fn complete(self, fencing: u32) -> Result<Self, Refusal> {
        self.confirm(fencing)?;
        let state = JobState::Done;
        Ok(Self { state, ..self })
    }

    /// The job after an attempt that did not succeed.
    ///
    /// # Errors
    ///
    /// When it does not run, or runs with another token.
    pub fn fail(self, fencing: u32) -> Result<Self, Refusal> {
        self.confirm(fencing)?;
        let state = if self.attempts < ATTEMPTS_MAX {
            JobState::Pending
        } else {
            JobState::Failed
        };
        Ok(Self { state, ..self })
    }

    /// The job after its worker vanished.
    #[must_use]
    pub fn interrupted(self) -> Self {
        let state = match self.state {
            JobState::Running => JobState::Pending,
            state => state,
        };
        Self { state, ..self }
    }

    fn confirm(&self, fencing: u32) -> Result<(), Refusal> {
        if self.state != JobState::Running {
            return Err(Refusal::JobNotRunning);
        }
        if self.fencing != fencing {
            return Err(Refusal::StaleFencing);
        }
        Ok(())
    }
}
