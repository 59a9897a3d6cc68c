//! Calls: of functions, through pointers and of intrinsics.

use crate::load::llvm::{Value, ValueKind};
use crate::program::{Address, Call, Callee, Constant, Instruction, Operand, Register, Scalar};

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
        let scalars = self.scalars(value)?;
        let leaves = self.bind_fresh(value);
        let results = match scalars.is_empty() {
            true => None,
            false => Some((first_register(&leaves), scalars.into())),
        };
        self.emit_stand_in(symbol, passed, results)
    }

    /// Calls a function that the machine stands in for.
    pub(super) fn emit_stand_in(
        &mut self,
        symbol: &str,
        passed: Vec<(Scalar, Operand)>,
        results: Option<(Register, Box<[Scalar]>)>,
    ) -> Result<(), Halt> {
        let parameters: Vec<Scalar> = passed.iter().map(|(scalar, _)| *scalar).collect();
        let scalars = results.as_ref().map_or(&[][..], |(_, scalars)| scalars);
        let function = self.assembly.stand_in(symbol, &parameters, scalars)?;
        self.emit(Instruction::Call(Box::new(Call {
            callee: Callee::Direct(function),
            arguments: passed.into(),
            results,
        })));
        Ok(())
    }
}
