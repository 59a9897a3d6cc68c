//! Calls: of functions, through pointers, of intrinsics, and inline assembly.

use crate::load::assembly::Processor;
use crate::load::llvm::{Value, ValueKind};
use crate::program::{Address, Call, Callee, Comparison, Constant, Instruction, Operand, Scalar};

use super::conversions::first_register;
use super::function::Translator;
use super::halt::Halt;
use super::leaves::Leaves;

impl<'m> Translator<'_, 'm> {
    /// Whether a call becomes instructions in place instead of a call.
    pub(super) fn is_inlined_callee(&self, call: Value<'m>) -> bool {
        let callee = call.callee();
        match callee.kind() {
            ValueKind::InlineAssembly => true,
            ValueKind::Function => callee.is_intrinsic(),
            _ => false,
        }
    }

    /// Translates `call`.
    pub(super) fn call(&mut self, value: Value<'m>) -> Result<(), Halt> {
        if self.is_inlined_callee(value) {
            return self.inlined_call(value);
        }
        self.layout(value.type_of())?;
        let results = self.bind_fresh(value);
        let call = self.built_call(value, &results)?;
        self.emit(Instruction::Call(Box::new(call)));
        Ok(())
    }

    /// Translates a call that becomes instructions in place.
    pub(super) fn inlined_call(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let callee = value.callee();
        if callee.kind() == ValueKind::InlineAssembly {
            self.inline_assembly(value, callee)
        } else {
            self.intrinsic(value, &callee.name())
        }
    }

    /// The call that an instruction makes, its results going to the registers bound to it.
    pub(super) fn built_call(&mut self, value: Value<'m>, results: &Leaves) -> Result<Call, Halt> {
        let callee = self.callee(value.callee())?;
        let mut arguments = Vec::new();
        for argument in value.arguments() {
            let scalars = self.scalars(argument)?;
            let leaves = self.leaves(argument)?;
            arguments.extend(scalars.into_iter().zip(leaves.as_slice().iter().copied()));
        }
        let scalars = self.scalars(value)?;
        let results = match scalars.is_empty() {
            true => None,
            false => Some((first_register(results), scalars.into())),
        };
        Ok(Call {
            callee,
            arguments: arguments.into(),
            results,
        })
    }

    fn callee(&mut self, callee: Value<'m>) -> Result<Callee, Halt> {
        let operand = self.leaf(callee)?;
        if let Operand::Constant(id) = operand
            && let Constant::Address(Address::Function(function)) =
                *self.assembly.pools.constant_of(id)
        {
            return Ok(Callee::Direct(function));
        }
        Ok(Callee::Indirect(operand))
    }

    /// Calls the function that stands in for an intrinsic, and binds its results.
    pub(super) fn call_stand_in(
        &mut self,
        value: Value<'m>,
        symbol: &str,
        arguments: &[Value<'m>],
    ) -> Result<(), Halt> {
        let mut passed = Vec::new();
        for argument in arguments {
            let scalars = self.scalars(*argument)?;
            let leaves = self.leaves(*argument)?;
            passed.extend(scalars.into_iter().zip(leaves.as_slice().iter().copied()));
        }
        let parameters: Vec<Scalar> = passed.iter().map(|(scalar, _)| *scalar).collect();
        let scalars = self.scalars(value)?;
        let function = self.assembly.stand_in(symbol, &parameters, &scalars)?;
        let leaves = self.bind_fresh(value);
        let results = match scalars.is_empty() {
            true => None,
            false => Some((first_register(&leaves), scalars.into())),
        };
        self.emit(Instruction::Call(Box::new(Call {
            callee: Callee::Direct(function),
            arguments: passed.into(),
            results,
        })));
        Ok(())
    }

    /// Inline assembly without instructions only hides a value from the optimiser, as
    /// `std::hint::black_box` does: its results are its tied inputs.
    fn inline_assembly(&mut self, value: Value<'m>, assembly: Value<'m>) -> Result<(), Halt> {
        let (template, constraints) = assembly.inline_assembly();
        let refuse = || {
            let lines: Vec<&str> = template.lines().map(str::trim).collect();
            Halt::unsupported(format!("inline assembly `{}`", lines.join("; ")))
        };
        if asks_for_processor_features(&template) {
            return self.processor_features(value, &constraints);
        }
        if !is_only_comments(&template) {
            return Err(refuse());
        }
        let wanted = self.scalars(value)?;
        let (mut scalars, mut leaves) = (Vec::new(), Vec::new());
        if !wanted.is_empty() {
            let arguments = value.arguments();
            for tied in tied_arguments(&constraints).ok_or_else(refuse)? {
                let argument = tied.and_then(|tied| arguments.get(tied));
                let argument = *argument.ok_or_else(refuse)?;
                scalars.extend(self.scalars(argument)?);
                leaves.extend_from_slice(self.leaves(argument)?.as_slice());
            }
        }
        if scalars != wanted {
            return Err(refuse());
        }
        self.bind(value, leaves.into_iter().collect());
        Ok(())
    }

    /// What `cpuid` says in its four registers. The host's processor is never asked, and the features of the
    /// build's target are not those that a program asks for.
    fn processor_features(&mut self, value: Value<'m>, constraints: &str) -> Result<(), Halt> {
        let register = |name: &&str| {
            let place = CPUID_REGISTERS.iter().position(|known| known == name);
            place.unwrap_or(EBX)
        };
        let outputs: Vec<usize> = constraints
            .split(',')
            .filter(|constraint| constraint.starts_with('='))
            .map(|constraint| register(&constraint.trim_matches(['=', '&', '{', '}'])))
            .collect();
        let tied = tied_arguments(constraints).unwrap_or_default();
        let leaf = outputs.iter().position(|output| *output == EAX);
        let leaf = leaf.and_then(|output| tied.get(output).copied().flatten());
        let leaf = leaf.and_then(|argument| value.arguments().get(argument).copied());
        let word = Scalar::Integer(32);
        let scalars = self.scalars(value)?;
        let is_plain = self.assembly.choices().processor == Processor::Plain;
        let (Some(leaf), false) = (leaf, is_plain) else {
            self.bind(value, scalars.iter().map(|_| Operand::Word(0)).collect());
            return Ok(());
        };
        if scalars != [word; 4] || outputs.len() != 4 || self.scalars(leaf)? != [word] {
            return Err(Halt::unsupported("`cpuid` with other registers"));
        }
        let leaf = self.leaf(leaf)?;
        let asks_for = |this: &mut Self, number| {
            this.emit_compare(Comparison::Equal, word, leaf, Operand::Word(number))
        };
        let (asks_for_leaves, asks_for_features) = (asks_for(self, 0), asks_for(self, 1));
        let answers = outputs.into_iter().map(|output| {
            let (is_asked, answer) = match output {
                // The greatest leaf there is.
                EAX => (asks_for_leaves, 1),
                ECX => (asks_for_features, EXTENDED_ECX),
                EDX => (asks_for_features, PLAIN_EDX),
                _ => return Operand::Word(0),
            };
            self.emit_select(word, is_asked, Operand::Word(answer), Operand::Word(0))
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

/// For each output of inline assembly, the argument that begins in the same register, if there is one; `None`
/// for an output in memory and for jumps.
fn tied_arguments(constraints: &str) -> Option<Vec<Option<usize>>> {
    let mut tied = Vec::new();
    let mut argument = 0;
    for constraint in constraints.split(',') {
        match constraint.chars().next() {
            None | Some('~') => {}
            Some('=') if constraint.contains('*') => return None,
            Some('=') => tied.push(None),
            Some('!') => return None,
            Some(_) => {
                if let Ok(output) = constraint.parse::<usize>() {
                    *tied.get_mut(output)? = Some(argument);
                }
                argument += 1;
            }
        }
    }
    Some(tied)
}

/// Whether inline assembly is the `cpuid` instruction, with `rbx` saved around it.
fn asks_for_processor_features(template: &str) -> bool {
    let mut lines: Vec<&str> = template.lines().map(str::trim).collect();
    lines.retain(|line| !line.starts_with("mov ") && !line.starts_with("xchg "));
    lines == ["cpuid"]
}

#[cfg(test)]
mod tests {
    use super::{is_only_comments, tied_arguments};

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

    #[test]
    fn outputs_are_tied_to_the_arguments_that_name_them() {
        let rows: [(&str, Option<&[Option<usize>]>); 9] = [
            ("=r,0,~{memory}", Some(&[Some(0)])),
            ("=&r,=&r,1,0,~{dirflag},~{fpsr}", Some(&[Some(1), Some(0)])),
            ("=r,r,0", Some(&[Some(1)])),
            ("r,~{memory}", Some(&[])),
            ("", Some(&[])),
            ("=r,~{memory}", Some(&[None])),
            (
                "=&r,={ax},={cx},={dx},1,2",
                Some(&[None, Some(0), Some(1), None]),
            ),
            ("=*m,=r,0", None),
            ("=r,0,!i", None),
        ];
        for (constraints, expected) in rows {
            assert_eq!(
                tied_arguments(constraints).as_deref(),
                expected,
                "{constraints}"
            );
        }
    }
}
