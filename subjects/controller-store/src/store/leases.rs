//! Operations on leases and jobs.

use rusqlite::{Row, params};

use super::session::{Session, Word};
use crate::error::{Refusal, StoreError};
use crate::ids::{Holder, OpId, Resource};
use crate::job::{Claimed, Job, JobState};
use crate::lease::{Claim, Lease};
use crate::operation::Reply;

pub(super) fn read(row: &Row<'_>) -> Result<Lease, StoreError> {
    let holder: Option<u32> = row.get(1)?;
    Ok(Lease {
        holder: holder.map(Holder),
        fencing: row.get(2)?,
        expires_at: row.get(3)?,
    })
}

pub(super) fn find(session: &Session<'_>, resource: Resource) -> Result<Lease, StoreError> {
    const SQL: &str =
        "SELECT resource, holder, fencing, expires_at FROM leases WHERE resource = ?1";
    let lease = session.find(SQL, [resource.to_string()], read)?;
    Ok(lease.unwrap_or(Lease::NEVER))
}

fn keep(session: &Session<'_>, resource: Resource, lease: &Lease) -> Result<(), StoreError> {
    session.write(
        "INSERT INTO leases VALUES (?1, ?2, ?3, ?4) ON CONFLICT (resource) \
         DO UPDATE SET holder = ?2, fencing = ?3, expires_at = ?4",
        params![
            resource.to_string(),
            lease.holder.map(|holder| holder.0),
            lease.fencing,
            lease.expires_at,
        ],
    )?;
    Ok(())
}

/// Whether an operation with this token may touch the resource.
pub(super) fn admit(
    session: &Session<'_>,
    resource: Resource,
    fence: Option<u32>,
    now: u32,
) -> Result<(), StoreError> {
    Ok(find(session, resource)?.admit(fence, now)?)
}

const fn refuse_jobs(resource: Resource) -> Result<(), Refusal> {
    match resource {
        Resource::Job(_) => Err(Refusal::ReservedResource),
        _ => Ok(()),
    }
}

const fn leased(lease: &Lease) -> Reply {
    Reply::Leased {
        fencing: lease.fencing,
        expires_at: lease.expires_at,
    }
}

pub(super) fn acquire(
    session: &Session<'_>,
    resource: Resource,
    holder: Holder,
    duration: u32,
    now: u32,
) -> Result<Reply, StoreError> {
    refuse_jobs(resource)?;
    let lease = find(session, resource)?.acquire(holder, duration, now)?;
    keep(session, resource, &lease)?;
    Ok(leased(&lease))
}

pub(super) fn renew(
    session: &Session<'_>,
    resource: Resource,
    claim: Claim,
    duration: u32,
    now: u32,
) -> Result<Reply, StoreError> {
    let lease = find(session, resource)?.renew(claim, duration, now)?;
    keep(session, resource, &lease)?;
    Ok(leased(&lease))
}

pub(super) fn release(
    session: &Session<'_>,
    resource: Resource,
    claim: Claim,
    now: u32,
) -> Result<Reply, StoreError> {
    refuse_jobs(resource)?;
    let lease = find(session, resource)?.release(claim, now)?;
    keep(session, resource, &lease)?;
    Ok(Reply::Done)
}

pub(super) fn read_job(row: &Row<'_>) -> Result<(OpId, Job), StoreError> {
    let job = Job {
        state: JobState::read(row, 1)?,
        attempts: row.get(2)?,
        fencing: row.get(3)?,
    };
    Ok((OpId(row.get(0)?), job))
}

fn require_job(session: &Session<'_>, job: OpId) -> Result<Job, StoreError> {
    const SQL: &str = "SELECT id, state, attempts, lease_fencing FROM jobs WHERE id = ?1";
    let found = session.find(SQL, [job.0], |row| Ok(read_job(row)?.1))?;
    Ok(found.ok_or(Refusal::NoSuchJob)?)
}

fn keep_job(session: &Session<'_>, id: OpId, job: Job) -> Result<(), StoreError> {
    session.write(
        "UPDATE jobs SET state = ?2, attempts = ?3, lease_fencing = ?4 WHERE id = ?1",
        params![id.0, job.state.word(), job.attempts, job.fencing],
    )?;
    Ok(())
}

/// The worker's lease ends with the attempt.
fn vacate(session: &Session<'_>, id: OpId) -> Result<(), StoreError> {
    let resource = Resource::Job(id);
    keep(session, resource, &find(session, resource)?.vacated())
}

pub(super) fn enqueue(session: &Session<'_>, id: OpId) -> Result<(), StoreError> {
    session.write("INSERT INTO jobs VALUES (?1, 'pending', 0, 0)", [id.0])?;
    Ok(())
}

pub(super) fn claim(
    session: &Session<'_>,
    id: OpId,
    holder: Holder,
    duration: u32,
    now: u32,
) -> Result<Reply, StoreError> {
    let job = require_job(session, id)?;
    match job.claim()? {
        Claimed::GivenUp => {
            keep_job(session, id, job.given_up())?;
            Ok(Reply::GivenUp)
        }
        Claimed::Runs => {
            let resource = Resource::Job(id);
            let lease = find(session, resource)?.acquire(holder, duration, now)?;
            keep(session, resource, &lease)?;
            keep_job(session, id, job.running(lease.fencing))?;
            Ok(leased(&lease))
        }
    }
}

pub(super) fn complete(session: &Session<'_>, id: OpId, fencing: u32) -> Result<Reply, StoreError> {
    let job = require_job(session, id)?.complete(fencing)?;
    keep_job(session, id, job)?;
    vacate(session, id)?;
    Ok(Reply::Done)
}

pub(super) fn fail(session: &Session<'_>, id: OpId, fencing: u32) -> Result<Reply, StoreError> {
    let job = require_job(session, id)?.fail(fencing)?;
    keep_job(session, id, job)?;
    vacate(session, id)?;
    Ok(Reply::Done)
}

fn running(session: &Session<'_>) -> Result<Vec<(OpId, Job)>, StoreError> {
    const SQL: &str = "SELECT id, state, attempts, lease_fencing FROM jobs WHERE state = 'running'";
    session.list(SQL, [], read_job)
}

/// Jobs whose lease has ended by now are pending again.
pub(super) fn expire(session: &Session<'_>, now: u32) -> Result<(), StoreError> {
    for (id, job) in running(session)? {
        if !find(session, Resource::Job(id))?.is_live(now) {
            keep_job(session, id, job.interrupted())?;
        }
    }
    Ok(())
}

/// All running jobs are pending again: who worked on them is gone, or will be refused.
pub(super) fn interrupt(session: &Session<'_>) -> Result<(), StoreError> {
    for (id, job) in running(session)? {
        keep_job(session, id, job.interrupted())?;
        vacate(session, id)?;
    }
    Ok(())
}
