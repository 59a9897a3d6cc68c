//! Intrinsics that tell the compiler something and calculate nothing, and the end of the process.

use crate::load::llvm::Value;
use crate::program::Instruction;

use super::super::function::Translator;
use super::super::halt::Halt;
use super::super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Translates a marker; whether the name is one.
    pub(super) fn marker_intrinsic(
        &mut self,
        call: Value<'m>,
        words: &[&str],
    ) -> Result<bool, Halt> {
        match words {
            ["dbg", ..]
            | [
                "donothing" | "sideeffect" | "pseudoprobe" | "assume_separate_storage",
                ..,
            ]
            | ["experimental", "noalias", "scope", "decl", ..]
            | ["invariant", "end", ..]
            | ["prefetch", ..]
            | ["stackrestore", ..]
            | ["instrprof", ..] => Ok(true),
            ["assume"] => {
                // Facts beside the condition (operand bundles) only help the optimiser.
                let condition = self.leaf(call.operand(0))?;
                self.emit(Instruction::Assume { condition });
                Ok(true)
            }
            ["expect", ..] | ["ssa", "copy", ..] => self.pass_through(call),
            // The machine knows whose turn it is.
            ["threadlocal", "address", ..] => {
                let variable = call.operand(0);
                self.call_stand_in(call, "llvm.threadlocal.address", &[variable])?;
                Ok(true)
            }
            ["x86", "rdtsc"] | ["readcyclecounter"] => {
                self.call_stand_in(call, "llvm.x86.rdtsc", &[])?;
                Ok(true)
            }
            ["x86", "sse2", "pause"] => {
                self.call_stand_in(call, "llvm.x86.sse2.pause", &[])?;
                Ok(true)
            }
            ["launder" | "strip", "invariant", "group", ..]
            | ["preserve", _, "access", "index", ..]
            | ["ptr", "annotation", ..]
            | ["annotation", ..] => self.pass_through(call),
            ["invariant", "start", ..] | ["stacksave", ..] => {
                // What they return is only ever handed to their counterpart.
                let nothing = crate::program::Operand::Word(0);
                self.bind(call, Leaves::One(nothing));
                Ok(true)
            }
            // Nothing is known to be constant; the size of nothing is known.
            ["is", "constant", ..] => self.bind_word(call, 0),
            ["objectsize", ..] => self.unknown_size(call),
            ["trap" | "ubsantrap", ..] => {
                // The process ends; the machine says what that means.
                self.call_stand_in(call, "llvm.trap", &[])?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn pass_through(&mut self, call: Value<'m>) -> Result<bool, Halt> {
        let leaves = self.leaves(call.operand(0))?;
        self.bind(call, leaves);
        Ok(true)
    }

    /// Binds a constant of at most 64 bits.
    pub(super) fn bind_word(&mut self, call: Value<'m>, word: u64) -> Result<bool, Halt> {
        self.bind(call, Leaves::One(crate::program::Operand::Word(word)));
        Ok(true)
    }

    /// `llvm.objectsize` of an object that is not known: 0 when the minimum is asked for, else the
    /// largest size.
    fn unknown_size(&mut self, call: Value<'m>) -> Result<bool, Halt> {
        let asks_minimum = call.operand(1).integer_words()[0] != 0;
        let width_bits = self.scalars(call)?[0].width_bits();
        let largest = u64::MAX >> (64 - width_bits.clamp(1, 64));
        self.bind_word(call, if asks_minimum { 0 } else { largest })
    }
}
