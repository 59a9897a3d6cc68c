//! Leases, jobs and remote operations in the model: read off what happened.

use super::{Deed, Grant, JobNote, Model};
use crate::arbitration::Standing;
use crate::error::Refusal;
use crate::ids::{Holder, OpId, Resource};
use crate::job::{ATTEMPTS_MAX, JobState};
use crate::lease::Claim;
use crate::operation::{Operation, RemoteOperation, Reply};

impl Model {
    pub(super) fn perform_in_time(&mut self, operation: &Operation) -> Result<Reply, Refusal> {
        match operation {
            Operation::AcquireLease {
                resource,
                holder,
                duration,
            } => {
                if matches!(resource, Resource::Job(_)) {
                    return Err(Refusal::ReservedResource);
                }
                self.grant(*resource, *holder, *duration)
            }
            Operation::RenewLease {
                resource,
                claim,
                duration,
            } => {
                let at = self.held_by(*resource, *claim)?;
                let until = self.until(*duration)?.max(self.grants[at].until);
                self.grants[at].until = until;
                Ok(self.leased(*resource))
            }
            Operation::ReleaseLease { resource, claim } => {
                if matches!(resource, Resource::Job(_)) {
                    return Err(Refusal::ReservedResource);
                }
                let at = self.held_by(*resource, *claim)?;
                self.grants[at].is_over = true;
                Ok(Reply::Done)
            }
            Operation::ClaimJob {
                job,
                holder,
                duration,
            } => self.claim(*job, *holder, *duration),
            Operation::CompleteJob { job, fencing } => self.finish(*job, *fencing, JobState::Done),
            Operation::FailJob { job, fencing } => {
                let is_last = self.job(*job).attempts >= ATTEMPTS_MAX;
                let state = if is_last {
                    JobState::Failed
                } else {
                    JobState::Pending
                };
                self.finish(*job, *fencing, state)
            }
            _ => unreachable!("these are all that take time"),
        }
    }

    /// The place of the lease that is live, if one is.
    pub(super) fn live(&self, resource: Resource) -> Option<usize> {
        let mut grants = self.grants.iter();
        let at = grants.rposition(|grant| grant.resource == resource)?;
        let grant = self.grants[at];
        (!grant.is_over && self.now < grant.until).then_some(at)
    }

    /// How many leases there were.
    fn count(&self, resource: Resource) -> u32 {
        let grants = self.grants.iter();
        grants.filter(|grant| grant.resource == resource).count() as u32
    }

    fn leased(&self, resource: Resource) -> Reply {
        let last = self.grants.iter().rfind(|grant| grant.resource == resource);
        Reply::Leased {
            fencing: self.count(resource),
            expires_at: last.map_or(0, |grant| grant.until),
        }
    }

    /// Whether an operation with this token may touch the resource.
    pub(super) fn admit(&self, resource: Resource, fence: Option<u32>) -> Result<(), Refusal> {
        let current = self.live(resource).map(|_| self.count(resource));
        if current == fence {
            Ok(())
        } else if fence.is_none() {
            Err(Refusal::LeaseHeld)
        } else {
            Err(Refusal::StaleFencing)
        }
    }

    fn until(&self, duration: u32) -> Result<u32, Refusal> {
        let until = u64::from(self.now) + u64::from(duration);
        match u32::try_from(until) {
            Ok(until) if until > self.now => Ok(until),
            Ok(_) => Err(Refusal::TimeZero),
            Err(_) => Err(Refusal::TimeExhausted),
        }
    }

    fn grant(&mut self, resource: Resource, holder: Holder, time: u32) -> Result<Reply, Refusal> {
        if self.live(resource).is_some() {
            return Err(Refusal::LeaseHeld);
        }
        let until = self.until(time)?;
        let is_over = false;
        self.grants.push(Grant {
            resource,
            holder,
            until,
            is_over,
        });
        Ok(self.leased(resource))
    }

    fn held_by(&self, resource: Resource, claim: Claim) -> Result<usize, Refusal> {
        let at = self.live(resource).ok_or(Refusal::LeaseEnded)?;
        if self.grants[at].holder != claim.holder {
            return Err(Refusal::NotHolder);
        }
        if self.count(resource) != claim.fencing {
            return Err(Refusal::StaleFencing);
        }
        Ok(at)
    }

    /// How strong a remote operation is, as numbers that count from the first on.
    fn strength(remote: &RemoteOperation) -> [u32; 7] {
        let rank = &remote.rank;
        [
            u32::from(rank.is_valid),
            u32::from(rank.is_safe),
            u32::from(rank.priority),
            rank.epoch,
            rank.time,
            rank.controller,
            remote.op.0,
        ]
    }

    /// How a remote operation stands among all that are known.
    pub(super) fn standing(&self, remote: &RemoteOperation) -> Standing {
        let is_beaten = self.deeds.iter().any(|(deed, _)| match deed {
            Deed::Remote(other) => {
                other.resource == remote.resource && Self::strength(other) > Self::strength(remote)
            }
            Deed::Own(_) => false,
        });
        match (is_beaten, remote.rank.is_valid, remote.rank.is_safe) {
            (false, _, _) => Standing::Head,
            (true, true, false) => Standing::Compensated,
            (true, _, _) => Standing::Rejected,
        }
    }

    /// What is known of a job, whether it exists or not.
    pub(super) fn job(&self, job: OpId) -> JobNote {
        let found = self.jobs.iter().find(|note| note.job == job);
        found.copied().unwrap_or(JobNote {
            job,
            state: JobState::Pending,
            attempts: 0,
            fencing: 0,
        })
    }

    fn job_exists(&self, job: OpId) -> bool {
        self.deeds.iter().any(|(deed, _)| match deed {
            Deed::Remote(remote) => {
                remote.op == job && self.standing(remote) == Standing::Compensated
            }
            Deed::Own(_) => false,
        })
    }

    fn keep_job(&mut self, note: JobNote) {
        self.jobs.retain(|other| other.job != note.job);
        self.jobs.push(note);
    }

    fn claim(&mut self, job: OpId, holder: Holder, duration: u32) -> Result<Reply, Refusal> {
        if !self.job_exists(job) {
            return Err(Refusal::NoSuchJob);
        }
        let note = self.job(job);
        if note.state != JobState::Pending {
            return Err(Refusal::JobNotPending);
        }
        if note.attempts >= ATTEMPTS_MAX {
            let state = JobState::Failed;
            self.keep_job(JobNote { state, ..note });
            return Ok(Reply::GivenUp);
        }
        let reply = self.grant(Resource::Job(job), holder, duration)?;
        self.keep_job(JobNote {
            state: JobState::Running,
            attempts: note.attempts + 1,
            fencing: self.count(Resource::Job(job)),
            job,
        });
        Ok(reply)
    }

    fn finish(&mut self, job: OpId, fencing: u32, state: JobState) -> Result<Reply, Refusal> {
        if !self.job_exists(job) {
            return Err(Refusal::NoSuchJob);
        }
        let note = self.job(job);
        if note.state != JobState::Running {
            return Err(Refusal::JobNotRunning);
        }
        if note.fencing != fencing {
            return Err(Refusal::StaleFencing);
        }
        self.keep_job(JobNote { state, ..note });
        if let Some(at) = self.live(Resource::Job(job)) {
            self.grants[at].is_over = true;
        }
        Ok(Reply::Done)
    }
}
