//! What a run does, step by step, for a reader of its counterexample.
//!
//! Calls and choices are noted where the machine carries them out. A run may take millions of steps, of
//! which a reader wants to see how it begins and how it comes to its end.
//!
//! # Invariants
//!
//! - Never more than [`FIRST_MAX`] and [`LAST_MAX`] steps are held, however long the run.
//! - Only runs that follow a script are noted: their choices are known.
//!
//! # Not here
//!
//! Calls within the standard library and within the property's own runtime, which are no steps of the
//! user's; and calls that were compiled into their callers.

use std::collections::VecDeque;

use proofhouse_choice::Choice;
use proofhouse_evidence::{Action, Trace, TraceStep};

use super::Machine;
use super::places::{as_written, is_library};
use super::state::State;
use crate::program::{Call, FunctionId, Operand, Scalar};

/// So many steps from the beginning are kept.
const FIRST_MAX: usize = 60;
/// So many steps from the end.
const LAST_MAX: usize = 90;
/// A choice with more characters is cut.
const VALUE_MAX: usize = 120;

/// Names of functions that the library's macros write.
const MADE: &str = "__proofhouse_";
/// The function of the library that draws an argument of a property, by its name and a generator.
const DRAWS_ARGUMENT: &str = "Source::draw_argument";

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Tracer {
    first: Vec<TraceStep>,
    last: VecDeque<TraceStep>,
    left_out: u64,
    /// The argument that was drawn last, or is being drawn.
    argument: Option<String>,
}

impl Tracer {
    /// Adds a step.
    pub(crate) fn note(&mut self, step: TraceStep) {
        if self.first.len() < FIRST_MAX {
            self.first.push(step);
            return;
        }
        if self.last.len() == LAST_MAX {
            self.last.pop_front();
            self.left_out += 1;
        }
        self.last.push_back(step);
    }

    /// All of it.
    pub(crate) fn into_trace(self, token: String) -> Trace {
        let left_out_after = self.first.len() as u64;
        let mut steps = self.first;
        steps.extend(self.last);
        Trace {
            token,
            steps,
            left_out: self.left_out,
            left_out_after,
        }
    }
}

impl Machine<'_> {
    /// Notes a call that is about to be made, if calls are noted.
    #[inline]
    pub(super) fn trace_call(&mut self, state: &mut State, function: FunctionId, call: &Call) {
        if self.tracer.is_some() {
            self.trace_call_of(state, function, call);
        }
    }

    #[cold]
    fn trace_call_of(&mut self, state: &mut State, function: FunctionId, call: &Call) {
        let function = as_written(&self.program.functions[function.index()].path);
        if function.contains(DRAWS_ARGUMENT) {
            let argument = self.argument_name(state, call);
            if let Some(tracer) = &mut self.tracer {
                tracer.argument = argument;
            }
        }
        if is_library(&function) || function.contains(MADE) {
            return;
        }
        self.trace_step(state, Action::Calls { function });
    }

    /// The name that a call which draws an argument passes: a pointer and a length, before which there are
    /// pointers alone.
    fn argument_name(&mut self, state: &mut State, call: &Call) -> Option<String> {
        let is_number = |(scalar, _): &(Scalar, Operand)| matches!(scalar, Scalar::Integer(_));
        let length = call.arguments.iter().position(is_number)?;
        let (_, address) = call.arguments[length.checked_sub(1)?];
        let (_, length) = call.arguments[length];
        let (address, length) = (self.read(state, address), self.read(state, length));
        self.message(state, address, length).ok()
    }

    /// The argument that the run is drawing.
    fn argument_being_drawn(&self, state: &State) -> Option<String> {
        let functions = &self.program.functions;
        let mut paths = state
            .frames()
            .map(|frame| &functions[frame.function.index()].path);
        paths.find(|path| path.contains(DRAWS_ARGUMENT))?;
        self.tracer.as_ref()?.argument.clone()
    }

    /// Notes the choice that a call of the property's runtime has just made, if choices are noted.
    #[cold]
    pub(super) fn trace_choice(&mut self, state: &State, function: FunctionId) {
        let name = &self.program.functions[function.index()].path;
        let what = name.rsplit("choose_").next().unwrap_or(name);
        let choice = self.script.as_ref();
        let choice = choice.and_then(|script| script.choice(state.log.len() - 1));
        let action = Action::Chooses {
            what: what.replace('_', " "),
            value: choice.map_or_else(|| "the simplest".to_owned(), value),
            argument: self.argument_being_drawn(state),
        };
        self.trace_step(state, action);
    }

    /// Notes a step, if steps are noted.
    pub(crate) fn trace_step(&mut self, state: &State, what: Action) {
        let frames = state.frames();
        let paths = frames.map(|frame| &self.program.functions[frame.function.index()].path);
        let depth = paths
            .map(|path| as_written(path))
            .filter(|path| !is_library(path) && !path.contains(MADE))
            .count();
        let step = TraceStep {
            depth: u32::try_from(depth).unwrap_or(u32::MAX),
            site: self.whole_site(state),
            what,
        };
        if let Some(tracer) = &mut self.tracer {
            tracer.note(step);
        }
    }
}

/// A choice as a reader writes it.
fn value(choice: &Choice) -> String {
    let text = match choice {
        Choice::Boolean(choice) => choice.to_string(),
        Choice::Integer(integer) => integer.to_string(),
        Choice::Bytes(bytes) => format!("{bytes:?}"),
        Choice::Text(text) => format!("{text:?}"),
        Choice::Branch(number) | Choice::Action(number) | Choice::Schedule(number) => {
            number.to_string()
        }
        Choice::Fault(Some(name)) => name.to_string(),
        Choice::Fault(None) => "none".to_owned(),
        Choice::Float(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    match text.char_indices().nth(VALUE_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(depth: u32) -> TraceStep {
        TraceStep {
            depth,
            site: None,
            what: Action::Calls {
                function: "f".to_owned(),
            },
        }
    }

    /// The naive twin keeps everything and cuts it at the end.
    fn check(count: u32) {
        let all: Vec<TraceStep> = (0..count).map(step).collect();
        let mut tracer = Tracer::default();
        all.iter().for_each(|step| tracer.note(step.clone()));
        let trace = tracer.into_trace("t".to_owned());
        let first = all.len().min(FIRST_MAX);
        let last = all.len().saturating_sub(LAST_MAX).max(first);
        let expected = [&all[..first], &all[last..]].concat();
        assert_eq!(trace.steps, expected, "{count}");
        assert_eq!(trace.left_out as usize, last - first, "{count}");
        assert_eq!(trace.left_out_after as usize, first);
    }

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        for count in [0, 1, 59, 60, 61, 149, 150, 151, 1000] {
            check(count);
        }
    }

    #[test]
    fn a_long_choice_is_cut() {
        assert_eq!(value(&Choice::Text("a\"".to_owned())), "\"a\\\"\"");
        let long = value(&Choice::Bytes(vec![7; 1000]));
        assert_eq!(long.chars().count(), VALUE_MAX + 1);
    }
}
