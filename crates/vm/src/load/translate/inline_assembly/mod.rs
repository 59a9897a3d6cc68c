//! Inline assembly: what only hides a value, `cpuid`, and a few instructions.
//!
//! The machine has no assembler. It knows assembly without instructions, the question for the processor's features,
//! and single instructions that published crates write out because the language has none for them
//! (`instructions`). Where an operand lies is read from LLVM's constraints (`constraints`).
//!
//! # Invariants
//!
//! - Whatever is not known as a whole, with each of its operands, is *unsupported* and named: nothing of an
//!   assembly text is left out silently.
//!
//! # Not here
//!
//! Operands in memory, the flags, jumps, more than one instruction.
//!
//! # Source
//!
//! LLVM Language Reference, "Inline Assembler Expressions"; Intel 64 Architectures Software Developer's Manual,
//! volume 2, for what instructions do.

mod constraints;
mod instructions;
mod processor;

use crate::load::llvm::Value;

use super::function::Translator;
use super::halt::Halt;
use constraints::tied_arguments;

impl<'m> Translator<'_, 'm> {
    /// Translates inline assembly.
    pub(super) fn inline_assembly(
        &mut self,
        value: Value<'m>,
        assembly: Value<'m>,
    ) -> Result<(), Halt> {
        let (template, constraints) = assembly.inline_assembly();
        if processor::asks_for_processor_features(&template) {
            return self.processor_features(value, &constraints);
        }
        let is_known = if is_only_comments(&template) {
            self.hidden_values(value, &constraints)?
        } else {
            self.known_instruction(value, &template, &constraints)?
        };
        if is_known {
            return Ok(());
        }
        let lines: Vec<&str> = template.lines().map(str::trim).collect();
        let what = format!("inline assembly `{}`", lines.join("; "));
        Err(Halt::unsupported(what))
    }

    /// Inline assembly without instructions only hides a value from the optimiser, as
    /// `std::hint::black_box` does: its results are its tied inputs. Whether they are.
    fn hidden_values(&mut self, value: Value<'m>, constraints: &str) -> Result<bool, Halt> {
        let wanted = self.scalars(value)?;
        let (mut scalars, mut leaves) = (Vec::new(), Vec::new());
        if !wanted.is_empty() {
            let arguments = value.arguments();
            for tied in tied_arguments(constraints).unwrap_or_default() {
                let Some(argument) = tied.and_then(|tied| arguments.get(tied)) else {
                    return Ok(false);
                };
                scalars.extend(self.scalars(*argument)?);
                leaves.extend_from_slice(self.leaves(*argument)?.as_slice());
            }
        }
        if scalars != wanted {
            return Ok(false);
        }
        self.bind(value, leaves.into_iter().collect());
        Ok(true)
    }
}

/// Whether a template has no instruction. Code that hides a value from the optimiser sometimes names it in a
/// comment, because rustc wants every operand to be used.
fn is_only_comments(template: &str) -> bool {
    let mut rest = template;
    let mut text = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        text += before;
        let Some((_, after)) = comment.split_once("*/") else {
            return false;
        };
        rest = after;
    }
    text += rest;
    let is_comment = |line: &str| line.is_empty() || line.starts_with('#');
    text.lines().all(|line| is_comment(line.trim()))
}

#[cfg(test)]
mod tests {
    use super::is_only_comments;

    #[test]
    fn a_comment_is_no_instruction_and_nothing_hides_behind_one() {
        for template in [
            "",
            " \n",
            "# nothing",
            "/*${0:q}*/",
            "/* a */ /* b\n c */\n# d",
        ] {
            assert!(is_only_comments(template), "{template}");
        }
        for template in [
            "nop",
            "/* a */ nop",
            "/* a */\nnop # b",
            "/* open",
            "nop /* a */",
        ] {
            assert!(!is_only_comments(template), "{template}");
        }
    }
}
