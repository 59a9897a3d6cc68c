//! What inline assembly learns from `cpuid`: the machine's processor, never the host's.

use crate::load::assembly::Processor;
use crate::load::llvm::Value;
use crate::program::{Comparison, Operand, Scalar};

use super::super::function::Translator;
use super::super::halt::Halt;
use super::constraints::{Place, places};

impl<'m> Translator<'_, 'm> {
    /// What `cpuid` says in its four registers. The host's processor is never asked, and the features of the
    /// build's target are not those that a program asks for.
    pub(super) fn processor_features(
        &mut self,
        value: Value<'m>,
        constraints: &str,
    ) -> Result<(), Halt> {
        let places = places(constraints).unwrap_or_default();
        let register = |place: &Place<'_>| {
            let mut known = CPUID_REGISTERS.iter();
            known
                .position(|name| *name == place.register)
                .unwrap_or(EBX)
        };
        let outputs = (0..)
            .zip(&places)
            .filter(|(at, place)| place.output == Some(*at));
        let outputs: Vec<usize> = outputs.map(|(_, place)| register(place)).collect();
        let mut leaves = places.iter().filter(|place| register(place) == EAX);
        let leaf = leaves.find_map(|place| place.argument);
        let leaf = leaf.and_then(|argument| value.arguments().get(argument).copied());
        let word = Scalar::Integer(32);
        let scalars = self.scalars(value)?;
        let Some(leaf) = leaf else {
            return Err(Halt::unsupported("`cpuid` of no leaf"));
        };
        // What is kept of `rbx` may be its whole 64 bits.
        let holds_answer = |scalar: &Scalar| matches!(scalar, Scalar::Integer(32 | 64));
        let are_known = scalars.len() == 4 && scalars.iter().all(holds_answer);
        if !are_known || outputs.len() != 4 || self.scalars(leaf)? != [word] {
            return Err(Halt::unsupported("`cpuid` with other registers"));
        }
        let leaf = self.leaf(leaf)?;
        let optional_features = match self.assembly.choices().processor {
            Processor::Plain => 0,
            Processor::Extended => EXTENDED_ECX,
        };
        let asks_for = |this: &mut Self, number| {
            this.emit_compare(Comparison::Equal, word, leaf, Operand::Word(number))
        };
        let (asks_for_leaves, asks_for_features) = (asks_for(self, 0), asks_for(self, 1));
        let answers = outputs.into_iter().zip(scalars).map(|(output, scalar)| {
            let (is_asked, answer) = match output {
                // The greatest leaf there is.
                EAX => (asks_for_leaves, 1),
                ECX => (asks_for_features, optional_features),
                EDX => (asks_for_features, PLAIN_EDX),
                _ => return Operand::Word(0),
            };
            self.emit_select(scalar, is_asked, Operand::Word(answer), Operand::Word(0))
        });
        let answers = answers.collect();
        self.bind(value, answers);
        Ok(())
    }
}

/// The registers of `cpuid` that rustc names; it says `r` for `ebx`, which LLVM keeps for itself.
const CPUID_REGISTERS: [&str; 4] = ["ax", "r", "cx", "dx"];
const EAX: usize = 0;
const EBX: usize = 1;
const ECX: usize = 2;
const EDX: usize = 3;
/// SSE3, products without carries, SSSE3, SSE4.1 and counts of bits.
const EXTENDED_ECX: u64 = 1 | 1 << 1 | 1 << 9 | 1 << 19 | 1 << 23;
/// What every x86-64 has of the features in this register: FXSR, SSE and SSE2.
const PLAIN_EDX: u64 = 1 << 24 | 1 << 25 | 1 << 26;

/// Whether inline assembly is the `cpuid` instruction, with `rbx` saved around it.
pub(super) fn asks_for_processor_features(template: &str) -> bool {
    let mut lines: Vec<&str> = template.lines().map(str::trim).collect();
    lines.retain(|line| !line.starts_with("mov ") && !line.starts_with("xchg "));
    lines == ["cpuid"]
}
