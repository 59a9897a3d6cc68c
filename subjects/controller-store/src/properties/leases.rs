//! Leases and jobs, as the decisions are made: without SQL, with any numbers.

use proofhouse::prelude::*;

use crate::job::{Claimed, Job, JobState};
use crate::{Claim, Holder, Lease, Refusal};

/// Any record, possible or not.
fn lease() -> FromFn<fn(&mut Source) -> Lease> {
    from_fn(|source| Lease {
        holder: source.draw(optional(0..=2_u32)).map(Holder),
        fencing: source.draw(any::<u32>()),
        expires_at: source.draw(any::<u32>()),
    })
}

fn claim() -> FromFn<fn(&mut Source) -> Claim> {
    from_fn(|source| Claim {
        holder: Holder(source.draw(0..=2_u32)),
        fencing: source.draw(any::<u32>()),
    })
}

/// A claim of whoever holds the lease, if somebody does and that is wanted.
fn claim_on(lease: Lease, claim: Claim, is_holders: bool) -> Claim {
    match lease.holder {
        Some(holder) if is_holders => Claim {
            holder,
            fencing: lease.fencing,
        },
        _ => claim,
    }
}

/// A lease is live while somebody holds it and its end has not come.
#[property]
fn live_until_just_before_the_end(#[from(lease())] lease: Lease, now: u32) {
    let is_ahead = i64::from(lease.expires_at) - i64::from(now) > 0;
    assert_eq!(lease.is_live(now), is_ahead && lease.holder.is_some());
}

/// Who acquires a lease, nobody had it, gets the next token and just the time that was asked for;
/// otherwise it is refused for one of three reasons.
#[property]
fn acquiring_takes_a_free_one(
    #[from(lease())] lease: Lease,
    #[from(0..=2_u32)] holder: u32,
    duration: u32,
    now: u32,
) {
    let end = u64::from(now) + u64::from(duration);
    match lease.acquire(Holder(holder), duration, now) {
        Ok(new) => {
            assert!(!lease.is_live(now) && new.is_live(now));
            assert_eq!(new.holder, Some(Holder(holder)));
            assert_eq!(u64::from(new.fencing), u64::from(lease.fencing) + 1);
            assert_eq!(u64::from(new.expires_at), end);
        }
        Err(Refusal::LeaseHeld) => assert!(lease.is_live(now)),
        Err(Refusal::TimeZero) => assert!(duration == 0),
        Err(Refusal::TimeExhausted) => assert!(end > u64::from(u32::MAX)),
        Err(other) => assert!(other == Refusal::FencingExhausted && lease.fencing == u32::MAX),
    }
}

/// Only the holder, with the token, in time, renews a lease; it keeps its token and never becomes
/// shorter.
#[property]
fn renewing_takes_the_holder(
    #[from(lease())] lease: Lease,
    #[from(claim())] claim: Claim,
    is_holders: bool,
    duration: u32,
    now: u32,
) {
    let claim = claim_on(lease, claim, is_holders);
    let is_mine = lease.holder == Some(claim.holder) && lease.fencing == claim.fencing;
    let end = u64::from(now) + u64::from(duration);
    let is_possible = duration > 0 && end <= u64::from(u32::MAX);
    let renewed = lease.renew(claim, duration, now);
    let is_admitted = lease.is_live(now) && is_mine && is_possible;
    assert_eq!(renewed.is_ok(), is_admitted);
    if let Ok(new) = renewed {
        assert_eq!((new.holder, new.fencing), (lease.holder, lease.fencing));
        assert_eq!(
            u64::from(new.expires_at),
            end.max(u64::from(lease.expires_at))
        );
    }
}

/// Only the holder, with the token, in time, releases a lease; then nobody has it, and the record of
/// its token stays.
#[property]
fn releasing_takes_the_holder(
    #[from(lease())] lease: Lease,
    #[from(claim())] claim: Claim,
    is_holders: bool,
    now: u32,
    later: u32,
) {
    let claim = claim_on(lease, claim, is_holders);
    let is_mine = lease.holder == Some(claim.holder) && lease.fencing == claim.fencing;
    let released = lease.release(claim, now);
    assert_eq!(released.is_ok(), lease.is_live(now) && is_mine);
    if let Ok(new) = released {
        assert!(!new.is_live(later));
        assert_eq!(new.fencing, lease.fencing);
    }
}

/// While somebody has the lease only its token opens; while nobody has, only none does.
#[property]
fn tokens_open_only_their_lease(#[from(lease())] lease: Lease, token: Option<u32>, now: u32) {
    let expected = if lease.is_live(now) {
        Some(lease.fencing)
    } else {
        None
    };
    let admitted = lease.admit(token, now);
    assert_eq!(admitted.is_ok(), token == expected);
    if let Err(refusal) = admitted {
        let is_without = token.is_none();
        assert_eq!(refusal == Refusal::LeaseHeld, is_without);
        assert_eq!(refusal == Refusal::StaleFencing, !is_without);
    }
}

/// One resource over time, with a list of what every holder was given.
struct Resource {
    lease: Lease,
    now: u32,
    given: Vec<Lease>,
}

#[state_machine]
impl Resource {
    #[initial]
    fn new() -> Self {
        Self {
            lease: Lease::NEVER,
            now: 0,
            given: Vec::new(),
        }
    }

    #[action]
    fn acquire(&mut self, #[from(0..=1_u32)] holder: u32, duration: u32) {
        if let Ok(lease) = self.lease.acquire(Holder(holder), duration, self.now) {
            self.lease = lease;
            self.given.push(lease);
        }
    }

    #[action]
    fn renew(&mut self, #[from(0..=1_u32)] holder: u32, fencing: u32, duration: u32) {
        let holder = Holder(holder);
        let claim = Claim { holder, fencing };
        if let Ok(lease) = self.lease.renew(claim, duration, self.now) {
            self.lease = lease;
        }
    }

    #[action]
    fn release(&mut self, #[from(0..=1_u32)] holder: u32, fencing: u32) {
        let holder = Holder(holder);
        let claim = Claim { holder, fencing };
        if let Ok(lease) = self.lease.release(claim, self.now) {
            self.lease = lease;
        }
    }

    #[action]
    fn wait(&mut self, time: u32) {
        self.now = self.now.saturating_add(time);
    }

    /// At most one token opens: the one that was given last.
    #[invariant]
    fn old_tokens_are_stale(&self) {
        let count = self.given.len();
        for (place, lease) in self.given.iter().enumerate() {
            let admitted = self.lease.admit(Some(lease.fencing), self.now);
            assert!(admitted.is_err() || place + 1 == count);
        }
    }

    #[invariant]
    fn tokens_rise(&self) {
        assert!(
            self.given
                .is_sorted_by(|left, right| left.fencing < right.fencing)
        );
    }
}

/// Whatever happens to a resource, tokens rise, and no token but the last one opens.
#[property]
fn only_the_last_token_opens(#[from(steps(..=6))] run: Steps<Resource>) {
    assert_eq!(run.state().lease.fencing as usize, run.state().given.len());
}

/// One job over time, with the token of each attempt.
struct Work {
    job: Job,
    tokens: u32,
    is_over: bool,
}

#[state_machine]
impl Work {
    #[initial]
    fn new() -> Self {
        Self {
            job: Job::NEW,
            tokens: 0,
            is_over: false,
        }
    }

    #[action]
    #[weight(4)]
    fn claim(&mut self) {
        match self.job.claim() {
            Ok(Claimed::Runs) => {
                assert!(self.job.state == JobState::Pending && self.job.attempts < 3);
                self.tokens += 1;
                self.job = self.job.running(self.tokens);
            }
            Ok(Claimed::GivenUp) => {
                assert!(self.job.attempts == 3);
                self.job = self.job.given_up();
            }
            Err(refusal) => assert!(refusal == Refusal::JobNotPending),
        }
    }

    #[action]
    fn complete(&mut self, fencing: u32) {
        let is_mine = self.job.state == JobState::Running && fencing == self.tokens;
        let completed = self.job.complete(fencing);
        assert_eq!(completed.is_ok(), is_mine);
        self.job = completed.unwrap_or(self.job);
    }

    #[action]
    fn fail(&mut self, fencing: u32) {
        let is_mine = self.job.state == JobState::Running && fencing == self.tokens;
        let failed = self.job.fail(fencing);
        assert_eq!(failed.is_ok(), is_mine);
        self.job = failed.unwrap_or(self.job);
    }

    #[action]
    #[weight(2)]
    fn interrupt(&mut self) {
        self.job = self.job.interrupted();
        assert!(self.job.state != JobState::Running);
    }

    #[action]
    fn look(&mut self) {
        let is_over = matches!(self.job.state, JobState::Done | JobState::Failed);
        assert!(is_over || !self.is_over, "what is over stays so");
        self.is_over = is_over;
    }

    #[invariant]
    fn attempts_are_counted(&self) {
        assert!(self.job.attempts <= 3 && self.job.attempts == self.tokens);
    }

    #[invariant]
    fn hope_is_lost_last(&self) {
        assert!(self.job.state != JobState::Failed || self.job.attempts == 3);
    }
}

/// Whatever happens to a job, it is tried at most three times, ends once, and only by its last worker.
#[property]
fn jobs_end_once(#[from(steps(..=20))] run: Steps<Work>) {
    let _ = run.state();
}
