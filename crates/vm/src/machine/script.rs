//! Choices that are given instead of left open: the machine as a plain interpreter.
//!
//! A counterexample that came out of a model is run again with its choices as constants before it is
//! believed. No symbol, no merge and no solver takes part in that run.

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

    /// The number that stands for a part of the choice at a position: the choice itself, a byte of a
    /// byte string, or the code point of a character. 0 where the script says nothing.
    pub(crate) fn number(&self, position: usize, part: u64) -> u128 {
        let part = usize::try_from(part).unwrap_or(usize::MAX);
        match self.choices.get(position) {
            Some(Choice::Boolean(choice)) => u128::from(*choice),
            Some(Choice::Integer(integer)) => integer.bits(),
            Some(Choice::Bytes(bytes)) => bytes.get(part).map_or(0, |byte| u128::from(*byte)),
            Some(Choice::Text(text)) => {
                let character = text.chars().nth(part);
                character.map_or(0, |character| u128::from(u32::from(character)))
            }
            Some(Choice::Branch(branch)) => u128::from(*branch),
            _ => 0,
        }
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
