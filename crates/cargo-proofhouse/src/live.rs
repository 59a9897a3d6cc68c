//! What runs right now, for people who watch: a line for each job that runs, and one for the whole.
//!
//! # Invariants
//!
//! - Nothing is written unless standard error is a terminal that can move its cursor and nobody says
//!   that this is continuous integration; so a log holds no line twice.
//! - A failure is news: it is said at once, above the lines that move.
//! - The lines are gone when the report is printed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use proofhouse_evidence::{Engine, Event, microseconds};
use proofhouse_report::{count, duration, status_line};

use crate::campaign::{CampaignSettings, CheckResult, JobLabel, Observer};
use crate::terminal::Terminal;

/// The lines of a running campaign.
pub(crate) struct Live {
    lines: MultiProgress,
    whole: ProgressBar,
    state: Mutex<State>,
    colour: bool,
}

#[derive(Default)]
struct State {
    failed: u64,
    running: BTreeMap<Key, ProgressBar>,
}

/// Which job: binaries of one package may have properties of one name.
type Key = (String, String, Engine);

fn key(label: &JobLabel<'_>) -> Key {
    let target = format!("{} {}", label.binary.package, label.binary.target);
    (target, label.property.path.clone(), label.engine)
}

impl Live {
    /// Often enough to look alive.
    const BETWEEN_TICKS: Duration = Duration::from_millis(120);

    pub(crate) fn new(terminal: &Terminal, jobs: usize, settings: &CampaignSettings) -> Self {
        let target = if terminal.is_live {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let lines = MultiProgress::with_draw_target(target);
        let whole = lines.add(ProgressBar::new(jobs as u64));
        whole.set_style(
            style("{spinner} {pos}/{len}{left} {wide_msg}").with_key("left", {
                let deadline = settings
                    .budget
                    .and_then(|budget| Instant::now().checked_add(budget));
                move |_: &ProgressState, text: &mut dyn std::fmt::Write| {
                    if let Some(deadline) = deadline {
                        let left = deadline.saturating_duration_since(Instant::now());
                        let _ = write!(text, ", {} left", in_words(left));
                    }
                }
            }),
        );
        if terminal.is_live {
            whole.enable_steady_tick(Self::BETWEEN_TICKS);
        }
        Self {
            lines,
            whole,
            state: Mutex::default(),
            colour: terminal.error_colour,
        }
    }

    /// Takes the lines away.
    pub(crate) fn finish(&self) {
        self.whole.finish_and_clear();
        let _ = self.lines.clear();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("the template is constant")
}

fn in_words(time: Duration) -> String {
    duration(microseconds(time))
}

/// What a running job has done.
fn progress_words(engine: Engine, (done, waiting): (u64, u64), note: &str) -> String {
    let unit = match engine {
        Engine::Symbolic => "paths",
        Engine::Replay | Engine::Random | Engine::Exhaustive => "cases",
    };
    let done = format!("{} {unit}", count(done));
    let waiting = match waiting {
        0 => String::new(),
        waiting => format!("{} waiting", count(waiting)),
    };
    let parts = [done, waiting, note.to_owned()];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

impl Observer for Live {
    fn job_started(&self, label: &JobLabel<'_>) {
        if self.lines.is_hidden() {
            return;
        }
        let line = ProgressBar::new_spinner();
        line.set_style(style("  {elapsed:>4} {prefix} {wide_msg}"));
        line.set_prefix(format!(
            "{:<10} {}",
            label.engine.name(),
            label.property.path
        ));
        let line = self.lines.insert_before(&self.whole, line);
        line.enable_steady_tick(Self::BETWEEN_TICKS);
        self.state().running.insert(key(label), line);
    }

    fn engine_said(&self, label: &JobLabel<'_>, event: &Event) {
        let words = match event {
            Event::Progress {
                done,
                waiting,
                note,
                ..
            } => progress_words(label.engine, (*done, *waiting), note),
            Event::Failed { .. } => "a case fails; making it simpler".to_owned(),
            _ => return,
        };
        if let Some(line) = self.state().running.get(&key(label)) {
            line.set_message(words);
        }
    }

    fn job_ended(&self, label: &JobLabel<'_>, result: &CheckResult) {
        let line = self.state().running.remove(&key(label));
        if let Some(line) = line {
            line.finish_and_clear();
            self.lines.remove(&line);
        }
        self.found_later(label, result);
        self.whole.inc(1);
    }

    fn found_later(&self, label: &JobLabel<'_>, result: &CheckResult) {
        if result.is_failure() {
            let failed = {
                let mut state = self.state();
                state.failed += 1;
                state.failed
            };
            self.whole.set_message(format!("{} failed", count(failed)));
            let text = format!("{} ({})", label.property.path, label.engine.name());
            let news = status_line("Failed", &text, self.colour);
            let _ = self.lines.println(news.trim_end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_the_engines_own_unit() {
        let rows = [
            (Engine::Random, (1200, 0), "", "1,200 cases"),
            (Engine::Symbolic, (5, 0), "", "5 paths"),
            (Engine::Symbolic, (5, 1000), "", "5 paths, 1,000 waiting"),
            (
                Engine::Symbolic,
                (5, 1),
                "solver 2.0 s",
                "5 paths, 1 waiting, solver 2.0 s",
            ),
        ];
        for (engine, so_far, note, expected) in rows {
            assert_eq!(progress_words(engine, so_far, note), expected);
        }
    }
}
