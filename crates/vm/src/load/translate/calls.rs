//! Calls: of functions, through pointers, of intrinsics, and inline assembly.

use crate::load::llvm::{Value, ValueKind};
use crate::program::{Address, Call, Callee, Constant, Instruction, Operand, Scalar};

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
            // A processor without any optional feature, on every host. Code that asks takes the
            // path that works everywhere; the features of the build target are not asked for.
            let count = self.layout(value.type_of())?.scalars.len();
            self.bind(value, (0..count).map(|_| Operand::Word(0)).collect());
            return Ok(());
        }
        let is_empty = template
            .lines()
            .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if !is_empty {
            return Err(refuse());
        }
        let result_count = self.layout(value.type_of())?.scalars.len();
        let outputs = constraints
            .split(',')
            .filter(|constraint| constraint.starts_with('='));
        let tied = constraints
            .split(',')
            .filter(|constraint| constraint.parse::<u32>().is_ok());
        match (result_count, outputs.count(), tied.count()) {
            (0, _, _) => {
                self.bind(value, Leaves::Many([].into()));
                Ok(())
            }
            (1, 1, 1) if value.arguments().len() == 1 => {
                let leaves = self.leaves(value.operand(0))?;
                self.bind(value, leaves);
                Ok(())
            }
            _ => Err(refuse()),
        }
    }
}

/// Whether inline assembly is the `cpuid` instruction, with `rbx` saved around it.
fn asks_for_processor_features(template: &str) -> bool {
    let mut lines: Vec<&str> = template.lines().map(str::trim).collect();
    lines.retain(|line| !line.starts_with("mov ") && !line.starts_with("xchg "));
    lines == ["cpuid"]
}
