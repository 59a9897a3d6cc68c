//! Where the values of a case come from: one type for every engine.
//!
//! A generator asks a source for typed choices. Who answers (a random generator, a stored sequence,
//! an odometer, the machine) is the source's business alone, so that each case of one engine can be
//! replayed by every other: the questions, their order and their domains never depend on who
//! answers.
//!
//! # Invariants
//!
//! - One question is one choice in the sequence, whoever answers.
//! - A random source without a record allocates nothing, locks nothing and counts nothing.
//! - Under the machine no path leads to a clock, a file, the environment or a thread-local.
//!
//! # Not here
//!
//! Which questions make up a value: see [`generator`](crate::generator).

mod acting;
mod asking;
mod floating;
mod integral;
mod machine_source;
mod many;
mod nesting;
mod random;
mod random_again;
mod random_constants;
mod random_float;
mod random_shape;
mod random_text;
mod steps;

use std::fmt;

use proofhouse_choice::{
    BytesDomain, Chance, Choice, Domain, Fit, IntegerDomain, Odometer, Record, Replay, SpanKind,
    TextDomain,
};
use proofhouse_evidence::Argument;

pub(crate) use acting::ACTIONS_MAX;
pub use floating::Floating;
pub use integral::Integral;
pub(crate) use nesting::{LEVELS_MAX, Room, Variants};
pub(crate) use random::Random;

use crate::case_context;
use crate::case_file::CaseFile;
use crate::constants::Pool;
use crate::generator::{Characters, Draw};
use crate::stateful::Listing;

/// Decides the choices of one case. Passed to every [generator](crate::generator).
pub struct Source {
    decider: Decider,
    /// How many collections are being drawn around the current question.
    depth: u32,
    /// How deep the recursive value that is being drawn may still grow.
    room: Room,
    /// How many values with derived generators are being drawn around the current question.
    derived: u32,
    has_entered_body: bool,
    /// The argument that is being drawn, for the names of bounds.
    argument: &'static str,
    watch: Option<Box<Watch>>,
}

/// Who answers.
enum Decider {
    Random(Random),
    Replay(Replay),
    Odometer(Odometer),
    Machine,
}

/// What is kept of a case that is looked at. Absent on the passing path.
struct Watch {
    record: Record,
    /// A case with more choices than this is abandoned.
    choices_max: usize,
    /// Whether it was.
    is_overrun: bool,
    /// How many more questions an abandoned case may ask before it is ended by unwinding.
    questions_left: u32,
    /// Whether only the arguments are wanted.
    stops_at_body: bool,
    arguments: Option<Vec<Argument>>,
    /// The steps of the argument with this name, while they run.
    listing: Option<(&'static str, Listing)>,
    case_file: Option<CaseFile>,
}

/// More choices than this in one case are a generator that does not end.
pub(crate) const CHOICES_MAX: usize = 1 << 20;

/// So many questions of an abandoned case are still answered. Most generators come to their end
/// within these, and returning costs far less than unwinding does: a question takes some 20 ns, a
/// frame to unwind some 200 ns.
const QUESTIONS_AFTER_OVERRUN: u32 = 64;

impl Source {
    /// The source of a case in the machine.
    #[doc(hidden)]
    #[must_use]
    pub fn machine() -> Self {
        Self::new(Decider::Machine)
    }

    pub(crate) fn random(seed: u64, index: u64) -> Self {
        Self::new(Decider::Random(Random::new(seed, index)))
    }

    /// The same case of a run that may use constants of the code under test.
    pub(crate) fn random_with(pool: Option<Pool>, seed: u64, index: u64) -> Self {
        let random = Random::new(seed, index).with_pool(pool, seed, index);
        Self::new(Decider::Random(random))
    }

    pub(crate) fn replay(choices: Vec<Choice>) -> Self {
        Self::new(Decider::Replay(Replay::new(choices)))
    }

    /// The source of one run of a shrink: a replay that abandons the case after `choices_max`
    /// choices, and records in the room of a record that is of no other use.
    pub(crate) fn probe(choices: Vec<Choice>, mut room: Record, choices_max: usize) -> Self {
        room.clear();
        let mut source = Self::replay(choices);
        source.watch = Some(Box::new(Watch {
            record: room,
            choices_max: choices_max.min(CHOICES_MAX),
            ..Watch::new()
        }));
        source
    }

    pub(crate) fn odometer(odometer: Odometer) -> Self {
        Self::new(Decider::Odometer(odometer))
    }

    #[inline]
    fn new(decider: Decider) -> Self {
        Self {
            decider,
            depth: 0,
            room: Room::Free,
            derived: 0,
            has_entered_body: false,
            argument: "",
            watch: None,
        }
    }

    /// The same source with a record of what it decides.
    pub(crate) fn recording(mut self) -> Self {
        // An enumeration that leaves a case out would prove too much. It has a limit of its own.
        let is_enumeration = matches!(self.decider, Decider::Odometer(_));
        self.watch().choices_max = if is_enumeration {
            usize::MAX
        } else {
            CHOICES_MAX
        };
        self
    }

    /// The same source, rejecting the case when its arguments are drawn.
    pub(crate) fn stopping_at_body(mut self) -> Self {
        self.watch().stops_at_body = true;
        self
    }

    /// The same source, keeping the arguments as text.
    pub(crate) fn observed(mut self) -> Self {
        self = self.recording();
        self.watch().arguments = Some(Vec::new());
        self
    }

    /// The same source, writing each case to a file before it runs.
    pub(crate) fn written_ahead(mut self, case_file: CaseFile) -> Self {
        self = self.recording();
        self.watch().case_file = Some(case_file);
        self
    }

    fn watch(&mut self) -> &mut Watch {
        self.watch.get_or_insert_with(|| Box::new(Watch::new()))
    }

    /// Ends the case and returns what was kept of it.
    pub(crate) fn finish(self) -> Finished {
        let (fit, replayed, odometer) = match self.decider {
            Decider::Replay(replay) => (replay.fit(), replay.into_choices(), None),
            Decider::Odometer(odometer) => (Fit::default(), Vec::new(), Some(odometer)),
            Decider::Random(_) | Decider::Machine => (Fit::default(), Vec::new(), None),
        };
        let mut watch = self.watch.map_or_else(Watch::new, |watch| *watch);
        watch.record.finish();
        let mut arguments = watch.arguments.unwrap_or_default();
        // Steps that were left by unwinding.
        arguments.extend(watch.listing.map(|(name, listing)| Argument {
            name: name.to_owned(),
            value: listing.to_string(),
        }));
        Finished {
            record: watch.record,
            arguments,
            case_file: watch.case_file,
            has_entered_body: self.has_entered_body,
            is_overrun: watch.is_overrun,
            fit,
            replayed,
            odometer,
        }
    }

    /// Draws a value from a generator: `source.draw(0..=9u8)`.
    #[inline]
    pub fn draw<G: Draw>(&mut self, generator: G) -> G::Value {
        if self.watch.is_none() {
            return generator.draw_from(self);
        }
        let label = std::any::type_name::<G::Value>();
        self.span(SpanKind::Value, label, |source| generator.draw_from(source))
    }

    /// Runs `draws` within a labelled span. Equal labels mark values that may stand in for each
    /// other while shrinking.
    #[inline]
    pub fn span<R>(
        &mut self,
        kind: SpanKind,
        label: &'static str,
        draws: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.open(kind, label);
        let result = draws(self);
        self.close(false);
        result
    }

    #[inline]
    pub(crate) fn open(&mut self, kind: SpanKind, label: &'static str) {
        if let Some(watch) = &mut self.watch
            && !watch.is_overrun
        {
            watch.record.open(kind, label);
        }
    }

    #[inline]
    pub(crate) fn close(&mut self, is_discarded: bool) {
        // Spans of an abandoned case end where its choices do; `finish` sees to that.
        if let Some(watch) = &mut self.watch
            && !watch.is_overrun
        {
            watch.record.close(is_discarded);
        }
    }

    /// Asks for a boolean that is `true` in `chance` of the random cases.
    #[inline]
    pub fn choose_boolean(&mut self, chance: Chance) -> bool {
        let value = match &mut self.decider {
            Decider::Random(random) => random.boolean(chance.times()),
            Decider::Machine => return machine_source::boolean(),
            Decider::Replay(replay) => {
                let adopted = replay.take(|stored| match stored {
                    Choice::Boolean(value) => Some(*value),
                    _ => None,
                });
                adopted.unwrap_or(false)
            }
            Decider::Odometer(_) => {
                return self.recall(Domain::Boolean(chance)) == Choice::Boolean(true);
            }
        };
        self.keep(|| (Choice::Boolean(value), Domain::Boolean(chance)));
        value
    }

    /// Asks for an integer from `minimum` to `maximum`, of which `target` or the one nearest to it
    /// is the simplest.
    ///
    /// # Panics
    ///
    /// If `minimum` is above `maximum`.
    #[inline]
    #[track_caller]
    pub fn choose_integer<T: Integral>(&mut self, minimum: T, maximum: T, target: T) -> T {
        assert!(minimum <= maximum, "no integer lies in an empty range");
        let value = match &mut self.decider {
            Decider::Random(random) => {
                if random.has_turn()
                    && let Some(constant) = random.constant_integer(minimum, maximum)
                {
                    constant
                } else {
                    T::draw(random, minimum, maximum, target.clamp(minimum, maximum))
                }
            }
            Decider::Machine => return machine_source::integer(minimum, maximum),
            _ => return self.recall_integer(minimum, maximum, target),
        };
        self.keep(|| {
            (
                Choice::Integer(value.to_integer()),
                range(minimum, maximum, target),
            )
        });
        value
    }

    /// Asks for the length of a collection, to be followed by its elements.
    #[inline]
    #[track_caller]
    pub(crate) fn choose_length(&mut self, minimum: usize, maximum: usize) -> usize {
        assert!(minimum <= maximum, "no length lies in an empty range");
        let maximum = self.longest(minimum, maximum);
        let length = match &mut self.decider {
            Decider::Random(random) if self.room != Room::Free => {
                random.length_within_size(minimum, maximum, self.depth)
            }
            Decider::Random(random) => random.length(minimum, maximum, self.depth),
            Decider::Machine => return machine_source::length(minimum, maximum, self.argument),
            _ => return self.recall_integer(minimum, maximum, minimum),
        };
        self.keep(|| {
            (
                Choice::Integer(length.to_integer()),
                range(minimum, maximum, minimum),
            )
        });
        length
    }

    /// Draws a collection: a length from `minimum` to `maximum`, then so many times an element.
    /// `draw_element` is told the length, and `label` says what an element is.
    ///
    /// # Panics
    ///
    /// If `minimum` is above `maximum`.
    #[inline]
    pub fn collection(
        &mut self,
        minimum: usize,
        maximum: usize,
        label: &'static str,
        mut draw_element: impl FnMut(&mut Self, usize),
    ) {
        self.open(SpanKind::Collection, label);
        let length = self.choose_length(minimum, maximum);
        self.depth += 1;
        let size = self.share_size(length);
        if self.watch.is_none() {
            for _ in 0..length {
                draw_element(self, length);
            }
        } else {
            for _ in 0..length {
                self.open(SpanKind::Element, label);
                draw_element(self, length);
                self.close(false);
            }
        }
        self.restore_size(size);
        self.depth -= 1;
        self.close(false);
    }

    /// Asks for a byte string with a length from `minimum` to `maximum`, as one choice.
    ///
    /// # Panics
    ///
    /// If `minimum` is above `maximum`.
    #[track_caller]
    pub fn choose_bytes(&mut self, minimum: usize, maximum: usize) -> Vec<u8> {
        assert!(minimum <= maximum, "no length lies in an empty range");
        let domain = || Domain::Bytes(BytesDomain::new(minimum, maximum));
        let bytes = match &mut self.decider {
            Decider::Random(random) => {
                let mut bytes = random.bytes_or_again((minimum, maximum), self.depth);
                if random.has_turn() {
                    random.constant_bytes(minimum, maximum, &mut bytes);
                }
                bytes
            }
            Decider::Machine => return machine_source::bytes(minimum, maximum),
            _ => match self.recall(domain()) {
                Choice::Bytes(bytes) => return bytes,
                other => unreachable!("{other:?} does not fit a domain of bytes"),
            },
        };
        self.keep(|| (Choice::Bytes(bytes.clone()), domain()));
        bytes
    }

    /// Asks for a text of `minimum` to `maximum` characters, as one choice.
    ///
    /// # Panics
    ///
    /// If `minimum` is above `maximum`.
    #[track_caller]
    pub fn choose_text(
        &mut self,
        minimum: usize,
        maximum: usize,
        characters: &Characters,
    ) -> String {
        assert!(minimum <= maximum, "no length lies in an empty range");
        let domain = || Domain::Text(TextDomain::new(minimum, maximum, characters.alphabet()));
        let text = match &mut self.decider {
            Decider::Random(random) => {
                if random.has_turn()
                    && let Some(constant) = random.constant_text(minimum, maximum, characters)
                {
                    constant
                } else {
                    random.text_or_again((minimum, maximum), self.depth, characters)
                }
            }
            Decider::Machine => return machine_source::text(minimum, maximum, characters),
            _ => match self.recall(domain()) {
                Choice::Text(text) => return text,
                other => unreachable!("{other:?} does not fit a domain of text"),
            },
        };
        self.keep(|| (Choice::Text(text.clone()), domain()));
        text
    }

    /// Asks for one of `count` ways to go; 0 is the simplest.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[inline]
    #[track_caller]
    pub fn choose_branch(&mut self, count: u32) -> u32 {
        assert!(count > 0, "there must be a way to go");
        let branch = match &mut self.decider {
            Decider::Random(random) => random.uniform(u64::from(count - 1)) as u32,
            Decider::Machine => return machine_source::integer(0, count - 1),
            Decider::Replay(replay) => replayed_branch(replay, count),
            Decider::Odometer(_) => return self.recall_branch(count),
        };
        self.keep(|| (Choice::Branch(branch), Domain::Branch { count }));
        branch
    }

    /// Rejects the case: it counts neither for nor against the property.
    pub fn reject(&mut self) -> ! {
        if self.is_machine() {
            crate::machine::reject();
        }
        case_context::reject()
    }

    /// Continues only if `condition` holds; otherwise the case is rejected.
    pub(crate) fn assume(&mut self, condition: bool) {
        if self.is_machine() {
            crate::machine::assume(condition);
        } else if !condition {
            case_context::reject();
        }
    }

    /// How often a rejected draw may be repeated. The machine and the odometer look at every value
    /// anyway, and repetitions would multiply their cases.
    pub(crate) fn retries(&self) -> u32 {
        match self.decider {
            Decider::Random(_) | Decider::Replay(_) => 7,
            Decider::Odometer(_) | Decider::Machine => 0,
        }
    }

    /// Whether the machine decides.
    #[doc(hidden)]
    #[must_use]
    pub fn is_machine(&self) -> bool {
        matches!(self.decider, Decider::Machine)
    }

    /// Adds a choice to the record, if there is one.
    #[inline]
    fn keep(&mut self, node: impl FnOnce() -> (Choice, Domain)) {
        if let Some(watch) = &mut self.watch
            && watch.takes_one_more()
        {
            let (choice, domain) = node();
            watch.record.push(choice, domain);
        }
    }

    /// The answer of a source that knows it beforehand.
    #[inline(never)]
    fn recall(&mut self, domain: Domain) -> Choice {
        let choice = match &mut self.decider {
            Decider::Replay(replay) => replay.decide(&domain),
            Decider::Odometer(odometer) => odometer.decide(&domain),
            Decider::Random(_) | Decider::Machine => unreachable!("these decide only when asked"),
        };
        self.keep(|| (choice.clone(), domain));
        choice
    }

    #[cold]
    fn recall_branch(&mut self, count: u32) -> u32 {
        match self.recall(Domain::Branch { count }) {
            Choice::Branch(branch) => branch,
            other => unreachable!("{other:?} does not fit a domain of branches"),
        }
    }

    fn recall_integer<T: Integral>(&mut self, minimum: T, maximum: T, target: T) -> T {
        let Decider::Replay(replay) = &mut self.decider else {
            return match self.recall(range(minimum, maximum, target)) {
                Choice::Integer(value) => {
                    T::from_integer(value).expect("the domain is of this type")
                }
                other => unreachable!("{other:?} does not fit a domain of integers"),
            };
        };
        // Shrinking replays numbers by the thousand, so they have a way of their own: compared as
        // what they are, and only then put into the words of a domain.
        let adopted = replay.take(|stored| match stored {
            Choice::Integer(stored) => {
                let value = T::from_words(stored.to_words());
                let is_same = value.to_integer() == *stored;
                (is_same && minimum <= value && value <= maximum).then_some(value)
            }
            _ => None,
        });
        let target = target.clamp(minimum, maximum);
        let value = adopted.unwrap_or(target);
        self.keep(|| {
            let [low, nearest, high] = [minimum, target, maximum].map(T::to_integer);
            let domain = IntegerDomain::in_order(low, nearest, high);
            (Choice::Integer(value.to_integer()), Domain::Integer(domain))
        });
        value
    }
}

/// The next branch of a replay.
#[inline]
fn replayed_branch(replay: &mut Replay, count: u32) -> u32 {
    let adopted = replay.take(|stored| match stored {
        Choice::Branch(branch) => (*branch < count).then_some(*branch),
        other => match (Domain::Branch { count }).adopt(other)? {
            Choice::Branch(branch) => Some(branch),
            _ => None,
        },
    });
    adopted.unwrap_or(0)
}

#[inline]
fn range<T: Integral>(minimum: T, maximum: T, target: T) -> Domain {
    let [minimum, maximum, target] = [minimum, maximum, target].map(T::to_integer);
    Domain::Integer(IntegerDomain::with_target(minimum, maximum, target))
}

impl Watch {
    fn new() -> Self {
        Self {
            record: Record::new(),
            choices_max: CHOICES_MAX,
            is_overrun: false,
            questions_left: QUESTIONS_AFTER_OVERRUN,
            stops_at_body: false,
            arguments: None,
            listing: None,
            case_file: None,
        }
    }

    /// Whether the body may run.
    fn enter_body(&mut self) -> bool {
        if self.stops_at_body || self.is_overrun {
            return false;
        }
        if let Some(case_file) = &mut self.case_file {
            case_file.write(&self.record);
        }
        true
    }

    /// Whether the record takes one more choice.
    #[inline]
    fn takes_one_more(&mut self) -> bool {
        let takes = self.record.nodes().len() < self.choices_max;
        if !takes {
            self.overrun();
        }
        takes
    }

    /// Abandons the case: what it still asks is answered, but no longer kept.
    #[cold]
    #[inline(never)]
    fn overrun(&mut self) {
        self.is_overrun = true;
        let Some(left) = self.questions_left.checked_sub(1) else {
            case_context::reject();
        };
        self.questions_left = left;
    }
}

/// What `#[property]` calls.
#[doc(hidden)]
impl Source {
    #[inline]
    pub fn draw_argument<G: Draw>(&mut self, name: &'static str, generator: G) -> G::Value {
        self.argument = name;
        self.draw(generator)
    }

    #[inline]
    #[must_use]
    pub fn is_observed(&self) -> bool {
        self.watch
            .as_ref()
            .is_some_and(|watch| watch.arguments.is_some())
    }

    pub fn observe(&mut self, name: &str, value: &dyn fmt::Debug) {
        if let Some(arguments) = self
            .watch
            .as_mut()
            .and_then(|watch| watch.arguments.as_mut())
        {
            arguments.push(Argument {
                name: name.to_owned(),
                value: format!("{value:?}"),
            });
        }
    }

    /// Begins to run the body, if it may run; otherwise the case is to be rejected.
    #[inline]
    #[must_use]
    pub fn enter_body(&mut self) -> bool {
        let Some(watch) = &mut self.watch else {
            self.has_entered_body = true;
            return true;
        };
        self.has_entered_body |= !watch.is_overrun;
        watch.enter_body()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decider = match self.decider {
            Decider::Random(_) => "random",
            Decider::Replay(_) => "replay",
            Decider::Odometer(_) => "odometer",
            Decider::Machine => "machine",
        };
        f.debug_struct("Source")
            .field("decider", &decider)
            .finish_non_exhaustive()
    }
}

/// What is left of a source when its case has ended.
pub(crate) struct Finished {
    pub(crate) record: Record,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) case_file: Option<CaseFile>,
    pub(crate) has_entered_body: bool,
    pub(crate) is_overrun: bool,
    pub(crate) fit: Fit,
    /// The sequence that was replayed.
    pub(crate) replayed: Vec<Choice>,
    pub(crate) odometer: Option<Odometer>,
}

#[cfg(test)]
mod tests;
