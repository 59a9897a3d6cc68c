//! From a value back to the choices that make it.
//!
//! A value that a person wrote down, that a fuzzer found or that a solver gave has no choice
//! sequence, so it can be neither stored, replayed nor shrunk. Most generators can say which choices
//! would have made it; then it is a case like every other.
//!
//! # Invariants
//!
//! - What [`encode`] returns fits the generator's questions exactly, and a value that is made of it
//!   encodes to the same choices again. Both are checked by running the generator, so that a wrong
//!   inverse is an error and not another case.
//! - The choices of generated values make equal values (`generator::tests::inversion`).
//!
//! # Not here
//!
//! Guessing. A generator that hides how it makes a value (`map`, `flat_map`, `from_fn`) says so; see
//! [`Generator::map_invertible`](crate::Generator::map_invertible) and
//! [`FromFn::inverted_by`](crate::generator::FromFn::inverted_by).

mod appearance;
mod error;
mod probe;

use proofhouse_choice::{
    BytesDomain, Choice, Domain, Enabled, FaultDomain, FloatDomain, IntegerDomain, Nans, TextDomain,
};

pub(crate) use appearance::look_alike;
pub use error::{EncodeError, Encoded};
#[doc(hidden)]
pub use probe::{Clonable, Comparable, Held, NotClonable, NotComparable};

use crate::case_context::{CaseEnd, run_case};
#[cfg(feature = "regex")]
use crate::generator::Sizes;
use crate::generator::{Characters, Draw};
use crate::property::CaseOutcome;
use crate::source::{Floating, Integral, LEVELS_MAX, Room, Source, Variants};

/// The choices from which `generator` makes `value`.
///
/// ```
/// use proofhouse::choice::{Choice, token};
/// use proofhouse::prelude::*;
///
/// let lists = vec(one_of((0..10u8, just(255))), 1..=4);
/// let choices = proofhouse::encode(&lists, &vec![7, 255]).unwrap();
/// let token = token::encode("shop", "prop_prices", &choices);
/// assert!(token.starts_with("ph1:shop:prop_prices:2,b0,7,b1:"));
///
/// let error = proofhouse::encode(&lists, &vec![99]).unwrap_err();
/// assert_eq!(error.code(), "encode/not-a-value");
/// ```
///
/// # Errors
///
/// [`EncodeError`] if the generator does not make the value, or can't tell how.
pub fn encode<D: Draw>(generator: D, value: &D::Value) -> Result<Vec<Choice>, EncodeError> {
    let choices = choices_of(&generator, value)?;
    let mut source = Source::replay(choices.clone()).recording();
    let mut made = None;
    let end = run_case(|| {
        made = Some(source.draw(&generator));
        CaseOutcome::Held
    });
    let finished = source.finish();
    let is_exact = end == CaseEnd::Held && finished.fit.is_exact();
    let again = made.map(|made| choices_of(&generator, &made));
    if is_exact && again.is_some_and(|again| again.as_ref() == Ok(&choices)) {
        Ok(choices)
    } else {
        let generator = std::any::type_name::<D>();
        Err(EncodeError::Mismatch { generator })
    }
}

fn choices_of<D: Draw>(generator: &D, value: &D::Value) -> Result<Vec<Choice>, EncodeError> {
    let mut encoding = Encoding::new();
    encoding.value(generator, value)?;
    Ok(encoding.choices)
}

/// A place in the choices of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark(usize);

/// The choices of a value, as far as they are known. Its methods are those of [`Source`] the other
/// way round: each takes the answer, and adds the choice if the question allows it.
#[derive(Debug, Clone)]
pub struct Encoding {
    choices: Vec<Choice>,
    /// As in the source that will draw the value.
    room: Room,
}

impl Encoding {
    fn new() -> Self {
        Self {
            choices: Vec::new(),
            room: Room::Free,
        }
    }

    /// Adds the choices of a value of a generator, as [`Source::draw`] would ask for them.
    ///
    /// # Errors
    ///
    /// Whatever the generator says.
    pub fn value<D: Draw + ?Sized>(&mut self, generator: &D, value: &D::Value) -> Encoded {
        generator.encode(value, self)
    }

    /// The answer to [`Source::choose_boolean`].
    pub fn boolean(&mut self, value: bool) {
        self.choices.push(Choice::Boolean(value));
    }

    /// The answer to [`Source::choose_integer`].
    ///
    /// # Errors
    ///
    /// If it does not lie in the range.
    pub fn integer<T: Integral>(&mut self, value: T, minimum: T, maximum: T) -> Encoded {
        let domain = IntegerDomain::new(minimum.to_integer(), maximum.to_integer());
        let choice = Choice::Integer(value.to_integer());
        self.push(&Domain::Integer(domain), choice, "a range of integers")
    }

    /// The answer to [`Source::choose_float`].
    ///
    /// # Errors
    ///
    /// If it does not lie in the range, or is a NaN that is not allowed.
    pub fn float<T: Floating>(&mut self, value: T, minimum: T, maximum: T, nans: Nans) -> Encoded {
        let domain = FloatDomain::new(T::WIDTH, minimum.to_float(), maximum.to_float(), nans);
        let choice = Choice::Float(value.to_float());
        self.push(&Domain::Float(domain), choice, "a range of floats")
    }

    /// The answer to [`Source::choose_bytes`].
    ///
    /// # Errors
    ///
    /// If it is too short or too long.
    pub fn bytes(&mut self, bytes: &[u8], minimum: usize, maximum: usize) -> Encoded {
        let domain = Domain::Bytes(BytesDomain::new(minimum, maximum));
        self.push(&domain, Choice::Bytes(bytes.to_vec()), "bytes of a length")
    }

    /// The answer to [`Source::choose_text`].
    ///
    /// # Errors
    ///
    /// If it is too short or too long, or holds other characters.
    pub fn text(
        &mut self,
        text: &str,
        minimum: usize,
        maximum: usize,
        characters: &Characters,
    ) -> Encoded {
        let domain = TextDomain::new(minimum, maximum, characters.alphabet());
        let choice = Choice::Text(text.to_owned());
        self.push(
            &Domain::Text(domain),
            choice,
            "texts of a set of characters",
        )
    }

    /// The answer to [`Source::choose_character`].
    ///
    /// # Errors
    ///
    /// If it is not in the set.
    pub fn character(&mut self, character: char, characters: &Characters) -> Encoded {
        self.text(character.encode_utf8(&mut [0; 4]), 1, 1, characters)
    }

    /// The answer to [`Source::choose_branch`] and [`Source::choose_weighted`].
    ///
    /// # Errors
    ///
    /// If there are not so many ways.
    pub fn branch(&mut self, branch: u32, count: u32) -> Encoded {
        let choice = Choice::Branch(branch);
        self.push(&Domain::Branch { count }, choice, "a number of branches")
    }

    /// The answer to [`Source::choose_action`].
    ///
    /// # Errors
    ///
    /// If it is not enabled.
    pub fn action(&mut self, action: usize, enabled: &[bool]) -> Encoded {
        let domain = |enabled| Domain::Action(enabled);
        self.enabled(action, enabled, domain, Choice::Action)
    }

    /// The answer to [`Source::choose_schedule`].
    ///
    /// # Errors
    ///
    /// If it can't run.
    pub fn schedule(&mut self, thread: usize, runnable: &[bool]) -> Encoded {
        let domain = |enabled| Domain::Schedule(enabled);
        self.enabled(thread, runnable, domain, Choice::Schedule)
    }

    /// The answer to [`Source::choose_fault`].
    ///
    /// # Errors
    ///
    /// If there are not so many.
    pub fn fault(&mut self, fault: Option<usize>, names: &[&str]) -> Encoded {
        const OF: &str = "a set of faults";
        let name = match fault {
            None => None,
            Some(at) => Some(names.get(at).ok_or(EncodeError::NotAValue { of: OF })?),
        };
        let choice = Choice::Fault(name.map(|name| Box::from(*name)));
        self.push(&Domain::Fault(FaultDomain::new(names)), choice, OF)
    }

    fn enabled(
        &mut self,
        member: usize,
        flags: &[bool],
        domain: fn(Enabled) -> Domain,
        choice: fn(u32) -> Choice,
    ) -> Encoded {
        const OF: &str = "what is enabled";
        if !flags.get(member).is_some_and(|is_enabled| *is_enabled) {
            return Err(EncodeError::NotAValue { of: OF });
        }
        self.push(&domain(Enabled::of(flags)), choice(member as u32), OF)
    }

    /// The length of a collection, as [`Source::collection`] asks for it; its elements follow.
    ///
    /// # Errors
    ///
    /// If it is not from `minimum` to `maximum`, or if no further value may be nested here.
    pub fn length(&mut self, length: usize, minimum: usize, maximum: usize) -> Encoded {
        let maximum = if self.room == Room::Closed {
            minimum
        } else {
            maximum
        };
        let domain = Domain::Integer(IntegerDomain::new(minimum, maximum));
        let choice = Choice::Integer(length.to_integer());
        self.push(&domain, choice, "collections of a size")
    }

    /// Whether an optional value is there.
    pub(crate) fn presence(&mut self, is_present: bool) -> Encoded {
        if self.room != Room::Closed {
            self.boolean(is_present);
        } else if is_present {
            return Err(EncodeError::TooDeep);
        }
        Ok(())
    }

    /// One of several variants, by its place in their order of simplicity.
    pub(crate) fn variant(&mut self, branch: u32, variants: Variants<'_>) -> Encoded {
        let count = match self.room {
            Room::Levels(0) | Room::Closed => variants.closing,
            Room::Free | Room::Levels(_) => variants.count,
        };
        if branch >= count && branch < variants.count {
            return Err(EncodeError::TooDeep);
        }
        self.branch(branch, count)
    }

    /// A part of a value of a recursive type; see `Source::draw_part`.
    pub(crate) fn part<D: Draw + ?Sized>(
        &mut self,
        parts: u32,
        generator: &D,
        value: &D::Value,
    ) -> Encoded {
        let outer = self.room;
        self.room = outer.of_part(parts);
        let encoded = self.value(generator, value);
        self.room = outer;
        encoded
    }

    /// A value of a recursive type; see `Source::descend`. How many levels it needs is found by
    /// trying: what is left on the last level also depends on what the levels before have drawn.
    pub(crate) fn descend(&mut self, mut encode: impl FnMut(&mut Self) -> Encoded) -> Encoded {
        if self.room != Room::Free {
            return encode(self);
        }
        let mut within = |encoding: &mut Self, levels: u32| {
            encoding.attempt(|encoding| {
                encoding.choices.push(Choice::Integer(levels.to_integer()));
                encoding.room = Room::Levels(levels);
                let encoded = encode(encoding);
                encoding.room = Room::Free;
                encoded
            })
        };
        let start = self.mark();
        within(self, LEVELS_MAX)?;
        self.reset(start);
        let fewest = (0..LEVELS_MAX).find(|levels| within(self, *levels).is_ok());
        match fewest {
            Some(_) => Ok(()),
            None => within(self, LEVELS_MAX),
        }
    }

    /// Adds choices, or none if that fails.
    ///
    /// # Errors
    ///
    /// Whatever the attempt says.
    pub fn attempt(&mut self, attempt: impl FnOnce(&mut Self) -> Encoded) -> Encoded {
        let (mark, room) = (self.mark(), self.room);
        let encoded = attempt(self);
        if encoded.is_err() {
            self.reset(mark);
            self.room = room;
        }
        encoded
    }

    /// Where the choices end, to go back there.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.choices.len())
    }

    /// Takes back what was added after a mark.
    pub(crate) fn reset(&mut self, mark: Mark) {
        self.choices.truncate(mark.0);
    }

    /// Keeps a place for a length that [`Encoding::length_at`] gives.
    #[cfg(feature = "regex")]
    pub(crate) fn length_later(&mut self) {
        self.choices.push(Choice::Integer(0usize.to_integer()));
    }

    /// The length whose place was kept at a mark.
    #[cfg(feature = "regex")]
    pub(crate) fn length_at(&mut self, mark: Mark, length: usize, sizes: Sizes) -> Encoded {
        let length = self.apart(|part| part.length(length, sizes.minimum(), sizes.maximum()))?;
        self.choices.splice(mark.0..=mark.0, length);
        Ok(())
    }

    /// The choices of a part by themselves, to be added later by [`Encoding::add`].
    pub(crate) fn apart(
        &self,
        encode: impl FnOnce(&mut Self) -> Encoded,
    ) -> Result<Vec<Choice>, EncodeError> {
        let mut part = Self {
            choices: Vec::new(),
            room: self.room,
        };
        encode(&mut part)?;
        Ok(part.choices)
    }

    pub(crate) fn add(&mut self, choices: impl IntoIterator<Item = Choice>) {
        self.choices.extend(choices);
    }

    fn push(&mut self, domain: &Domain, choice: Choice, of: &'static str) -> Encoded {
        if !domain.fits(&choice) {
            return Err(EncodeError::NotAValue { of });
        }
        self.choices.push(choice);
        Ok(())
    }
}
