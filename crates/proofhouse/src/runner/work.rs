//! Letting one engine work on one property, and telling all who listen.
//!
//! # Invariants
//!
//! - The first sight of a failure is journaled and printed before anything is made of it.
//! - What is journaled as finished was said, and stored if it is news.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::time::Instant;

use proofhouse_choice::token::Token;
use proofhouse_evidence::{Engine, Event, Observations, Statistics, Verdict, microseconds};

use super::error::{RegressionFault, RunnerError};
use super::origin::Origin;
use super::task::Task;
use super::terminal::ShrinkLine;
use super::{Reason, Session, import, report};
use crate::Property;
use crate::conclusion::{Concluded, Concluding};
use crate::constants::Pool;
use crate::health::{self, Complaint};
use crate::hunt::{
    Explained, FAILURES_MAX, Flaky, Hunt, RandomPlan, Search, ShrinkLimits, VaryPlan,
};
use crate::source::Source;

/// What came of one piece of work.
pub(super) struct Worked {
    pub(super) origin: Origin,
    pub(super) verdict: Verdict,
    /// What was learned about each finding.
    pub(super) explained: Vec<Explained>,
    pub(super) statistics: Statistics,
    pub(super) observations: Option<Observations>,
    pub(super) complaints: Vec<Complaint>,
    /// A failure that did not always happen.
    pub(super) flaky: Option<Flaky>,
    /// How many cases ran until the first failure.
    pub(super) first_after: u64,
    /// Whether shrinking ended by itself.
    pub(super) is_simplest: bool,
}

impl Session {
    /// Lets one engine work, and tells all who listen.
    pub(super) fn work(&mut self, task: Task) -> Result<(Reason, Verdict), RunnerError> {
        let started = Instant::now();
        let engine = task.engine();
        let seed = if engine == Engine::Random {
            self.seed
        } else {
            0
        };
        self.tell(&Event::Started {
            property: self.property.description(),
            engine,
            seed,
        })?;
        let mut worked = self.engine(&task)?;
        worked.statistics.elapsed_us = microseconds(started.elapsed());
        self.tell_all(engine, &worked)?;
        self.keep(&worked);
        let reason = self.say(&worked);
        Ok((reason, worked.verdict))
    }

    /// Runs the engine of a task to its verdict.
    fn engine(&mut self, task: &Task) -> Result<Worked, RunnerError> {
        let path = self.property.path;
        let name = task.property_name(path);
        if let Some(case_file) = &mut self.case_file {
            case_file.name(&name);
        }
        let shrinks = self.settings.shrinks;
        let mut concluding = Concluding {
            package: self.property.package,
            property: &name,
            engine: task.engine(),
            shrinks: shrinks.unwrap_or(task.engine() != Engine::Replay),
            seeks_others: true,
            explains: true,
        };
        let example = task.example_of(self.property);
        // Until a failing example turns out to be a case of choices.
        let runs_example = Cell::new(example.is_some());
        let mut case = |source: &mut Source| match example {
            Some(example) if runs_example.get() => (example.case)(source),
            _ => (self.property.case)(source),
        };
        let pool = self.pool(task);
        let failures_max = self.failures_max();
        let journal = RefCell::new(self.journal.as_mut());
        let mut line = ShrinkLine::new(path);
        let limits = ShrinkLimits::of(self.settings.shrink_max, self.settings.shrink_ms);
        let mut hunt = Hunt::new(&mut case)
            .written_ahead(self.case_file.take())
            .shrinking_within(limits)
            .finding_at_most(failures_max)
            .telling_of_shrinks(|executions, choices| line.show(executions, choices))
            .telling(|done| {
                if let Some(journal) = journal.borrow_mut().as_mut() {
                    journal.progress(path, done);
                }
            });
        let (mut search, is_stale) = search(&mut hunt, task, self.seed, pool);
        let mut origin = task.origin();
        if let (
            Task::Example {
                number,
                imports: true,
            },
            Search::Failed(failing),
        ) = (task, &search)
            && let Some(imported) = import::import(&mut hunt, failing, example, &runs_example)
        {
            search = Search::Failed(imported);
            origin = Origin::ImportedExample(*number);
            concluding.property = path;
            concluding.shrinks = shrinks.unwrap_or(true);
        }
        let is_complete = matches!(search, Search::AllHeld { .. });
        let mut told = Ok(());
        let concluded = concluding.conclude(&mut hunt, search, |failing, arguments| {
            let token = concluding.token(&failing.choices);
            if concluding.shrinks {
                report::first_sight(path, failing, arguments);
            }
            if let Some(journal) = journal.borrow_mut().as_mut() {
                told = journal.write(&Event::Failed {
                    property: path.to_owned(),
                    failure: failing.failure.clone(),
                    token,
                });
            }
        });
        let case_file = hunt.case_file.take();
        let is_checked = self.property.options.is_health_checked;
        let worked = worked(&mut hunt, origin, concluded, is_complete, is_checked);
        drop(hunt);
        line.clear();
        self.case_file = case_file;
        told?;
        if let (true, Task::Replay { token, origin }) = (is_stale, task) {
            self.stale(token, *origin)?;
        }
        Ok(worked)
    }

    /// How many failures of different origins are looked for: at least one.
    fn failures_max(&self) -> usize {
        let wanted = self.settings.failures_max;
        let wanted = wanted.or(self.property.options.failures_max);
        wanted.map_or(FAILURES_MAX, |wanted| wanted.clamp(1, 1_000) as usize)
    }

    /// The constants for the random cases of a task, if there are any.
    fn pool(&self, task: &Task) -> Option<Pool> {
        if !matches!(task, Task::Random { .. }) || !self.settings.uses_constants {
            return None;
        }
        let Property {
            manifest_dir, file, ..
        } = *self.property;
        Pool::of_package(Path::new(manifest_dir), Path::new(file))
    }

    /// Says that a case no longer fits its property; what someone asked for by name is an error.
    fn stale(&self, token: &Token, origin: Origin) -> Result<(), RunnerError> {
        let token = token.to_string();
        match origin {
            Origin::Regression => {
                let reason = RegressionFault::Stale;
                Err(RunnerError::BadRegression { token, reason })
            }
            Origin::Stored | Origin::Committed => {
                let store = match origin {
                    Origin::Committed => &self.regressions,
                    _ => &self.store,
                };
                let (path, file) = (self.property.path, store.path().display());
                let error = RunnerError::StaleToken { token };
                eprintln!("property {path}: stale, {error}\n  it stays in {file}");
                Ok(())
            }
            _ => Err(RunnerError::StaleToken { token }),
        }
    }

    /// Journals all that was learned, the verdict last.
    fn tell_all(&mut self, engine: Engine, worked: &Worked) -> Result<(), RunnerError> {
        let property = || self.property.path.to_owned();
        let mut events = Vec::new();
        if let Verdict::Refuted { findings } = &worked.verdict {
            for (finding, explained) in findings.iter().zip(&worked.explained) {
                events.push(Event::Found {
                    property: property(),
                    finding: finding.clone(),
                });
                if explained.executions > 0 {
                    let free = explained.free.iter();
                    let arguments = self.property.arguments;
                    events.push(Event::Explained {
                        property: property(),
                        token: finding.counterexample.token.clone(),
                        free_arguments: free.map(|at| arguments[*at].to_owned()).collect(),
                        executions: explained.executions,
                    });
                }
            }
        }
        events.extend(worked.observations.iter().map(|seen| Event::Observed {
            property: property(),
            engine,
            observations: seen.clone(),
        }));
        let complaints = worked.complaints.iter();
        events.extend(complaints.map(|complaint| Event::Unhealthy {
            property: property(),
            engine,
            complaint: complaint.evidence(),
        }));
        events.push(Event::Finished {
            property: property(),
            engine,
            verdict: worked.verdict.clone(),
            statistics: worked.statistics,
        });
        events.iter().try_for_each(|event| self.tell(event))
    }

    /// Keeps new findings for the next run, and with the source if that is asked for.
    fn keep(&self, worked: &Worked) {
        let Verdict::Refuted { findings } = &worked.verdict else {
            return;
        };
        let path = self.property.path;
        for finding in findings {
            if worked.origin.is_news()
                && let Err(error) = self.store.add(finding)
            {
                eprintln!("property {path}: the failure is not stored, {error}");
            }
            if self.settings.keeps && worked.origin.may_be_kept() {
                let file = self.regressions.path().display();
                match self.regressions.add(finding) {
                    Ok(true) => eprintln!("property {path}: kept in {file}"),
                    Ok(false) => eprintln!("property {path}: not added to {file}"),
                    Err(error) => eprintln!("property {path}: not kept in {file}, {error}"),
                }
            }
        }
    }

    /// Prints the verdict and says why the test fails, if it does.
    fn say(&self, worked: &Worked) -> Reason {
        let origin = worked.origin;
        let is_silent = match worked.verdict {
            // Stored cases that hold, and an engine that leaves the work to the next one.
            Verdict::Passed { .. } | Verdict::Vacuous { .. } => origin.is_silent(),
            Verdict::NotApplicable { .. } => self.settings.engine.is_none(),
            _ => false,
        };
        if !is_silent {
            eprintln!("{}", report::render(self.property, self.seed, worked));
        }
        if let (true, Some(observations)) = (self.settings.is_verbose, &worked.observations) {
            eprint!("{}", report::observed(observations));
        }
        for complaint in &worked.complaints {
            eprintln!("{}", report::complaint(self.property.path, complaint));
        }
        match &worked.verdict {
            Verdict::Refuted { findings } => {
                Some(format!("refuted: {}", findings[0].failure.message))
            }
            Verdict::Inconclusive { .. } => Some("inconclusive".to_owned()),
            Verdict::Unhealthy { complaints } => {
                Some(format!("unhealthy: {}", complaints[0].message))
            }
            Verdict::Vacuous { .. } => {
                let is_grave = worked.complaints.iter().any(Complaint::is_grave);
                is_grave.then(|| "vacuous: no case was tested".to_owned())
            }
            Verdict::Proved { .. } | Verdict::Passed { .. } | Verdict::NotApplicable { .. } => None,
        }
    }

    pub(super) fn tell(&mut self, event: &Event) -> Result<(), RunnerError> {
        self.journal
            .as_mut()
            .map_or(Ok(()), |journal| journal.write(event))
    }
}

/// Runs the search of a task. Also says whether a case no longer fits, and did not fail either.
fn search(hunt: &mut Hunt<'_>, task: &Task, seed: u64, pool: Option<Pool>) -> (Search, bool) {
    match *task {
        Task::Random { cases, time_max } => {
            let plan = RandomPlan {
                seed,
                cases,
                time_max,
                pool,
            };
            (hunt.random(plan), false)
        }
        Task::Vary {
            ref starts,
            cases,
            time_max,
        } => {
            let plan = VaryPlan {
                seed,
                starts: starts.clone(),
                cases,
                time_max,
            };
            (hunt.vary(plan), false)
        }
        Task::Exhaustive { inputs_max } => (hunt.exhaustive(inputs_max), false),
        Task::Replay { ref token, .. } => {
            let (search, is_exact) = hunt.replay(token.choices.clone());
            let is_stale = !is_exact && !matches!(search, Search::Failed(_));
            (search, is_stale)
        }
        Task::Example { .. } => (hunt.replay(Vec::new()).0, false),
    }
}

/// Gathers what a hunt has learned. Nobody complains about inputs whose author said not to.
fn worked(
    hunt: &mut Hunt<'_>,
    origin: Origin,
    concluded: Concluded,
    is_complete: bool,
    is_checked: bool,
) -> Worked {
    let observations = hunt.tally.observations(hunt.held);
    let mut complaints = std::mem::take(&mut hunt.complaints);
    match &concluded.verdict {
        Verdict::Passed { .. } | Verdict::Proved { .. } => {
            let seen = observations.iter();
            complaints.extend(seen.flat_map(|seen| health::too_rare(seen, is_complete)));
        }
        Verdict::Vacuous { rejected } if !origin.is_replay() => {
            let rejected = *rejected;
            if !complaints.iter().any(Complaint::is_grave) {
                complaints.push(Complaint::NothingTested { rejected });
            }
        }
        _ => {}
    }
    if !is_checked {
        complaints.clear();
    }
    Worked {
        origin,
        verdict: unless_unhealthy(concluded.verdict, &complaints),
        explained: concluded.explained,
        statistics: hunt.statistics,
        observations,
        complaints,
        flaky: hunt.flaky.take(),
        first_after: hunt.first_after.unwrap_or(hunt.statistics.generated),
        is_simplest: hunt.is_simplest,
    }
}

/// Success with inputs that were not what the property asks for is no success.
fn unless_unhealthy(verdict: Verdict, complaints: &[Complaint]) -> Verdict {
    if !matches!(verdict, Verdict::Passed { .. } | Verdict::Proved { .. }) {
        return verdict;
    }
    let grave: Vec<_> = complaints
        .iter()
        .filter(|complaint| complaint.is_grave())
        .map(Complaint::evidence)
        .collect();
    if grave.is_empty() {
        verdict
    } else {
        Verdict::Unhealthy { complaints: grave }
    }
}
