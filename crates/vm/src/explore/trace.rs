//! One run of a property with known choices, told step by step.
//!
//! # Invariants
//!
//! - The run is that of the script alone: no symbol, no merge, no second way. Where the program looks at
//!   a value that nothing determines, the trace ends and says so.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use proofhouse_choice::Choice;
use proofhouse_evidence::{Action, Trace};

use super::limits::Limits;
use super::portfolio::Explorer;
use crate::machine::{Ended, Machine, Pause, Script, State, Tracer};

/// Instructions between two looks at the clock.
const SLICE_STEPS: u64 = 1_000_000;

impl Explorer {
    /// Runs `entry` with these choices, within the limits on time and memory. `token` is what the trace
    /// will be found by. `None` if the program does not define the entry.
    pub fn trace(
        &self,
        entry: &str,
        token: &str,
        choices: Vec<Choice>,
        limits: &Limits,
    ) -> Option<Trace> {
        let program = self.program();
        let found = program.function_named(entry);
        let entry = found.filter(|id| program.functions[id.index()].has_body())?;
        let mut machine = Machine::new(program, self.image(), *limits);
        machine.script = Some(Script::new(choices));
        machine.tracer = Some(Tracer::default());
        machine.set_deadline(Instant::now() + Duration::from_millis(limits.time_ms_max));
        let mut state = machine.start(entry);
        while step(&mut machine, &mut state).is_continue() {}
        let tracer = machine.tracer.take()?;
        Some(tracer.into_trace(token.to_owned()))
    }
}

/// Goes on for a while; at the end of the run, notes how it ended.
fn step(machine: &mut Machine<'_>, state: &mut State) -> ControlFlow<()> {
    let reason = match machine.run(state, &[], SLICE_STEPS) {
        Pause::Budget if !machine.is_out_of_time() => return ControlFlow::Continue(()),
        Pause::Budget => "its time is up".to_owned(),
        Pause::Ended(Ended::Failed) => {
            let failed = machine.journal.candidates.pop();
            let message = failed
                .map(|failed| failed.failure.message)
                .unwrap_or_default();
            let message = message.lines().next().unwrap_or_default().to_owned();
            machine.trace_step(state, Action::Fails { message });
            return ControlFlow::Break(());
        }
        Pause::Ended(Ended::Held) => "the property holds here".to_owned(),
        Pause::Ended(Ended::Rejected) => "the input is rejected here".to_owned(),
        Pause::Ended(Ended::Cut | Ended::Impossible) => {
            let obstacle = machine.journal.gaps.obstacles.pop_first();
            match obstacle {
                Some(proofhouse_evidence::Obstacle::Unsupported { what, .. }) => {
                    format!("unsupported: {what}")
                }
                _ => "a limit of the machine".to_owned(),
            }
        }
        Pause::Split(_) | Pause::Arrived(_) | Pause::Left(_) => {
            "a decision on a value that nothing determines".to_owned()
        }
    };
    machine.trace_step(state, Action::Stops { reason });
    ControlFlow::Break(())
}
