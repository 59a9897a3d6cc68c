//! The questions of a stateful test: which action comes next, and which earlier result it uses.
//!
//! # Invariants
//!
//! - What is more likely in a random case never enters the choice sequence.
//! - A reference to an earlier result says how many are newer. The newest is the simplest, and
//!   deleting a step changes no reference to what came after it.

use proofhouse_choice::{Choice, Domain, Enabled, SpanKind};

use super::{Decider, Source, machine_source};
use crate::stateful::{Call, Listing};

/// More actions than this would not fit the set of those that are in favour, which is one word.
pub(crate) const ACTIONS_MAX: usize = 64;

impl Source {
    /// Begins to run the code under test, although there are arguments left to be drawn. Where only
    /// arguments are wanted, a stored case runs up to its last call, which was seen to fail.
    pub(crate) fn begin_running(&mut self) {
        let is_stored = matches!(self.decider, Decider::Replay(_));
        if !is_stored && self.stops_at_body() {
            crate::case_context::reject();
        }
        self.has_entered_body = true;
        if let Some(watch) = &mut self.watch {
            // An abandoned case may draw to its end, but not run the code under test.
            watch.questions_left = 0;
        }
    }

    fn stops_at_body(&self) -> bool {
        self.watch.as_ref().is_some_and(|watch| watch.stops_at_body)
    }

    /// Asks for the number of steps of a run, as for the length of a collection of them; a proof names
    /// it as what it is.
    pub(crate) fn choose_step_count(&mut self, minimum: usize, maximum: usize) -> usize {
        if let Decider::Machine = &self.decider {
            return machine_source::step_count(minimum, maximum);
        }
        self.choose_length(minimum, maximum)
    }

    /// Decides which of `total` actions may come at all in this case, if that is random.
    pub(crate) fn begin_actions(&mut self, total: usize) {
        if let Decider::Random(random) = &mut self.decider {
            random.begin_actions(total);
        }
    }

    /// Asks for one of the enabled actions, as [`Source::choose_action`] does. A random source prefers
    /// those that are in favour, and draws by the weights of all actions, if there are any.
    pub(crate) fn choose_favoured_action(&mut self, enabled: &[bool], weights: &[u32]) -> usize {
        let Decider::Random(random) = &mut self.decider else {
            return self.choose_action(enabled);
        };
        let bits = enabled.iter().zip(0u32..);
        let set = bits.fold(0, |set, (flag, action)| set | u64::from(*flag) << action);
        let action = random.action(set, weights);
        self.keep(|| {
            let domain = Domain::Action(Enabled::of(enabled));
            (Choice::Action(action), domain)
        });
        action as usize
    }

    /// Asks for one of `count` results in the bundle with this name: how many are newer.
    pub(crate) fn choose_entry(
        &mut self,
        kind: SpanKind,
        name: &'static str,
        count: usize,
    ) -> usize {
        self.span(kind, name, |source| source.choose_integer(0, count - 1, 0))
    }

    /// Runs one more step of a collection of steps.
    pub(crate) fn step<R>(&mut self, label: &'static str, step: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        let result = self.span(SpanKind::Element, label, step);
        self.depth -= 1;
        result
    }

    /// Whether every answer is tried in turn, so that a case that equals another one is of no use.
    pub(crate) fn tries_everything(&self) -> bool {
        self.retries() == 0
    }

    /// Tells of a call that is about to run, whoever wants to know. It may end the process, so the
    /// case so far is written to its file, if there is one.
    #[inline]
    pub(crate) fn run_call(&mut self, call: impl FnOnce() -> Call) {
        if self.watch.is_some() {
            self.tell_call(call);
        }
    }

    #[cold]
    fn tell_call(&mut self, call: impl FnOnce() -> Call) {
        if let Some(listing) = self.listing() {
            listing.push(call());
        }
        if let Decider::Replay(replay) = &self.decider
            && replay.fit().unused == 0
            && self.stops_at_body()
        {
            crate::case_context::reject();
        }
        if let Some(watch) = &mut self.watch
            && let Some(case_file) = &mut watch.case_file
        {
            case_file.write(&watch.record);
        }
    }

    /// Begins the program that shows the steps to come, if somebody wants to see it.
    pub(crate) fn begin_listing(&mut self, type_name: &'static str) {
        if self.is_observed() {
            let name = self.argument;
            self.watch().listing = Some((name, Listing::of(type_name)));
        }
    }

    /// The program so far, if somebody wants to see it.
    #[inline]
    pub(crate) fn listing(&mut self) -> Option<&mut Listing> {
        let (_, listing) = self.watch.as_mut()?.listing.as_mut()?;
        Some(listing)
    }

    /// The whole program; empty if nobody wants to see it.
    pub(crate) fn end_listing(&mut self) -> String {
        let listing = self.watch.as_mut().and_then(|watch| watch.listing.take());
        listing.map_or_else(String::new, |(_, listing)| listing.to_string())
    }
}
