//! Choices that are given instead of left open: the machine as a plain interpreter.
//!
//! A counterexample that came out of a model is run again with its choices as constants before it is
//! believed. No symbol, no merge and no solver takes part in that run.
//!
//! # Invariants
//!
//! - A choice gives the very bits that it stands for, or an error; never another value in its place.
//!   Where the script has no choice at all, the machine goes on with the simplest one, as a native
//!   replay does.

use proofhouse_choice::Choice;

/// A sequence of choices to follow.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    choices: Vec<Choice>,
}

impl Script {
    /// A script of these choices.
    pub(crate) fn new(choices: Vec<Choice>) -> Self {
        Self { choices }
    }

    /// The choice at a position, if the script has one.
    pub(crate) fn choice(&self, position: usize) -> Option<&Choice> {
        self.choices.get(position)
    }

    /// The number that stands for a part of the choice at a position: the choice itself, a byte of a
    /// byte string, or the code point of a character, in so many bits. 0 where the script says
    /// nothing.
    ///
    /// # Errors
    ///
    /// What the machine can't follow, by name.
    pub(crate) fn number(
        &self,
        position: usize,
        part: u64,
        width: u32,
    ) -> std::result::Result<u128, String> {
        let part = usize::try_from(part).unwrap_or(usize::MAX);
        let Some(choice) = self.choices.get(position) else {
            return Ok(0);
        };
        Ok(match choice {
            Choice::Boolean(choice) => u128::from(*choice),
            Choice::Integer(integer) => integer.bits(),
            Choice::Bytes(bytes) => bytes.get(part).map_or(0, |byte| u128::from(*byte)),
            Choice::Text(text) => {
                let character = text.chars().nth(part);
                character.map_or(0, |character| u128::from(u32::from(character)))
            }
            Choice::Branch(number) | Choice::Action(number) | Choice::Schedule(number) => {
                u128::from(*number)
            }
            // Its rank, which is 0 whatever other faults there are.
            Choice::Fault(None) => 0,
            Choice::Float(number) => {
                let bits = match width {
                    64 => Some(u128::from(number.to_bits())),
                    32 => number.to_single_bits().map(u128::from),
                    _ => None,
                };
                bits.ok_or_else(|| format!("the stored number {number} in {width} bits"))?
            }
            // The place of a name is known to the property alone.
            Choice::Fault(Some(name)) => return Err(format!("the stored fault `{name}`")),
            other => return Err(format!("the stored choice {other:?}")),
        })
    }

    /// The length that is chosen at a position, in elements or bytes.
    pub(crate) fn length(&self, position: usize) -> u64 {
        match self.choices.get(position) {
            Some(Choice::Integer(integer)) => u64::try_from(integer.bits()).unwrap_or(u64::MAX),
            Some(Choice::Bytes(bytes)) => bytes.len() as u64,
            _ => 0,
        }
    }

    /// How many bytes each character of the text at a position takes.
    pub(crate) fn shape(&self, position: usize) -> Vec<u64> {
        match self.choices.get(position) {
            Some(Choice::Text(text)) => text
                .chars()
                .map(|character| character.len_utf8() as u64)
                .collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_choice::{Float, Integer};

    use super::*;

    fn check(choice: Choice, width: u32, expected: std::result::Result<u128, &str>) {
        let script = Script::new(vec![choice]);
        let found = script.number(0, 0, width);
        assert_eq!(found, expected.map_err(str::to_owned));
        assert_eq!(script.number(1, 0, width), Ok(0));
    }

    #[test]
    fn floats_are_their_bits_in_the_width_that_is_asked_for() {
        let half = || Choice::Float(Float::from(0.5));
        check(half(), 64, Ok(u128::from(0.5f64.to_bits())));
        check(half(), 32, Ok(u128::from(0.5f32.to_bits())));
        let zero = Choice::Float(Float::from(-0.0));
        check(zero, 64, Ok(1 << 63));
        let signalling = Float::from_single_bits(0x7f80_0001);
        check(Choice::Float(signalling), 32, Ok(0x7f80_0001));
    }

    #[test]
    fn a_number_of_another_width_is_no_zero() {
        let tenth = || Choice::Float(Float::from(0.1));
        check(tenth(), 32, Err("the stored number 0.1 in 32 bits"));
        check(tenth(), 16, Err("the stored number 0.1 in 16 bits"));
    }

    #[test]
    fn steps_are_their_numbers_and_named_faults_are_refused() {
        check(Choice::Action(3), 32, Ok(3));
        check(Choice::Schedule(2), 32, Ok(2));
        check(Choice::Branch(1), 32, Ok(1));
        check(Choice::Integer(Integer::from(7)), 32, Ok(7));
        check(Choice::Fault(None), 32, Ok(0));
        let fault = Choice::Fault(Some("no_space".into()));
        check(fault, 32, Err("the stored fault `no_space`"));
    }
}
