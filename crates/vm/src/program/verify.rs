//! Checks a program against the invariants that its module states.
//!
//! The reader and the machine were written apart; this is where they shake hands. A load runs it
//! always: it costs a few milliseconds and turns a reader's slip into a message instead of a wrong
//! verdict.

use super::{Address, Block, Constant, Function, Instruction, Operand, Program, Register, Scalar};

impl Program {
    /// Checks every invariant of the module's documentation.
    ///
    /// # Errors
    ///
    /// One sentence that names the function, the block and what is wrong with it.
    pub fn verify(&self) -> Result<(), String> {
        for function in &self.functions {
            Frame::of(function)
                .and_then(|frame| frame.verify(self))
                .map_err(|problem| format!("in `{}`: {problem}", function.path))?;
        }
        for global in &self.globals {
            let Some(initial) = &global.initial else {
                continue;
            };
            let size = initial.bytes.len() as u64;
            let fits = size == global.size_bytes
                && initial
                    .relocations
                    .iter()
                    .all(|each| each.offset + 8 <= size)
                && initial.relocations.iter().all(|each| self.has(each.target))
                && initial.undefined.iter().all(|range| range.end <= size);
            if !fits {
                return Err(format!(
                    "the contents of `{}` don't fit its size",
                    global.symbol
                ));
            }
        }
        Ok(())
    }

    fn has(&self, address: Address) -> bool {
        match address {
            Address::Function(function) => function.index() < self.functions.len(),
            Address::Global { global, .. } => global.index() < self.globals.len(),
        }
    }
}

/// A function with the type of each of its registers.
struct Frame<'a> {
    function: &'a Function,
    scalars: Vec<Option<Scalar>>,
}

impl<'a> Frame<'a> {
    fn of(function: &'a Function) -> Result<Self, String> {
        let mut frame = Self {
            function,
            scalars: vec![None; function.register_count as usize],
        };
        if !function.has_body() {
            return Ok(frame);
        }
        for (number, scalar) in (0..).zip(&function.parameters) {
            frame.define(Register(number), *scalar)?;
        }
        let mut problem = Ok(());
        for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
            instruction.for_each_result(|register, scalar| {
                if problem.is_ok() {
                    problem = frame.define(register, scalar);
                }
            });
        }
        problem.map(|()| frame)
    }

    fn define(&mut self, register: Register, scalar: Scalar) -> Result<(), String> {
        match self.scalars.get_mut(register.index()) {
            None => Err(format!("{register:?} is out of range")),
            Some(Some(_)) => Err(format!("{register:?} is written twice")),
            Some(slot) => {
                *slot = Some(scalar);
                Ok(())
            }
        }
    }

    fn verify(&self, program: &Program) -> Result<(), String> {
        for (number, block) in self.function.blocks.iter().enumerate() {
            self.block(program, block)
                .map_err(|problem| format!("block {number}: {problem}"))?;
        }
        Ok(())
    }

    fn block(&self, program: &Program, block: &Block) -> Result<(), String> {
        let count = block.instructions.len();
        if block.places.len() != count {
            return Err(format!(
                "{} places for {count} instructions",
                block.places.len()
            ));
        }
        for (index, instruction) in block.instructions.iter().enumerate() {
            if instruction.is_terminator() != (index + 1 == count) {
                return Err(format!("{instruction:?} stands at {index} of {count}"));
            }
            self.instruction(program, instruction)
                .map_err(|problem| format!("{instruction:?}: {problem}"))?;
        }
        if count == 0 {
            Err("it is empty".to_owned())
        } else {
            Ok(())
        }
    }

    fn instruction(&self, program: &Program, instruction: &Instruction) -> Result<(), String> {
        let mut problem = Ok(());
        let mut check = |operand, scalar: Scalar| {
            if problem.is_ok() {
                problem = self.operand(program, operand, scalar.width_bits());
            }
        };
        instruction.for_each_operand(&mut check);
        if let Instruction::Return { values } = instruction {
            if values.len() != self.function.results.len() {
                return Err("it does not give every result".to_owned());
            }
            values
                .iter()
                .zip(&self.function.results)
                .for_each(|(value, scalar)| check(*value, *scalar));
        }
        problem?;
        if let Instruction::Convert {
            conversion,
            from,
            to,
            ..
        } = instruction
            && !conversion.accepts(*from, *to)
        {
            return Err("the conversion is not defined between these types".to_owned());
        }
        let mut problem = Ok(());
        instruction.for_each_edge(|edge| {
            if edge.block.index() >= self.function.blocks.len() {
                problem = Err(format!("{:?} is out of range", edge.block));
            }
            for (target, source) in &edge.copies {
                let Some(scalar) = self.scalars.get(target.index()).copied().flatten() else {
                    // A register that only edges write has the width of what they bring.
                    continue;
                };
                problem = self.operand(program, *source, scalar.width_bits());
            }
        });
        problem
    }

    fn operand(&self, program: &Program, operand: Operand, width_bits: u32) -> Result<(), String> {
        let found = match operand {
            Operand::Register(register) => match self.scalars.get(register.index()) {
                None => return Err(format!("{register:?} is out of range")),
                // Written by edges only.
                Some(None) => return Ok(()),
                Some(Some(scalar)) => scalar.width_bits(),
            },
            Operand::Word(word) => {
                let fits = width_bits >= 64 || word >> width_bits == 0;
                return if fits && width_bits <= 64 {
                    Ok(())
                } else {
                    Err(format!(
                        "the word {word} is not a value of {width_bits} bits"
                    ))
                };
            }
            Operand::Constant(constant) => match program.constants.get(constant.index()) {
                None => return Err(format!("{constant:?} is out of range")),
                Some(Constant::Address(address)) if program.has(*address) => 64,
                Some(Constant::Address(_)) => return Err(format!("{constant:?} points nowhere")),
                Some(
                    Constant::Bits { width_bits, .. }
                    | Constant::Undefined { width_bits }
                    | Constant::Poison { width_bits },
                ) => *width_bits,
            },
        };
        if found == width_bits {
            Ok(())
        } else {
            Err(format!(
                "{operand:?} has {found} bits where {width_bits} are read"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{BinaryOperation, BlockId, Edge, PlaceId, Promises};

    fn function(instructions: Vec<Instruction>) -> Program {
        let places = vec![PlaceId(0); instructions.len()];
        let function = Function {
            symbol: "f".to_owned(),
            path: "f".to_owned(),
            parameters: vec![Scalar::Integer(8)],
            byval_bytes: vec![None],
            results: vec![Scalar::Integer(8)],
            variadic: false,
            register_count: 2,
            blocks: vec![Block {
                instructions,
                places,
                meets_at: None,
            }],
            place: PlaceId(0),
        };
        Program {
            functions: vec![function],
            ..Program::default()
        }
    }

    fn sum(width_bits: u16) -> Instruction {
        Instruction::Binary {
            operation: BinaryOperation::Add,
            promises: Promises::default(),
            width_bits,
            result: Register(1),
            left: Operand::Register(Register(0)),
            right: Operand::Word(1),
        }
    }

    fn give(register: u32) -> Instruction {
        Instruction::Return {
            values: Box::new([Operand::Register(Register(register))]),
        }
    }

    fn check(instructions: Vec<Instruction>, expected: &str) {
        let problem = function(instructions).verify().unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }

    #[test]
    fn a_sound_function_passes() {
        assert_eq!(function(vec![sum(8), give(1)]).verify(), Ok(()));
    }

    #[test]
    fn each_broken_invariant_is_named() {
        check(vec![sum(16), give(1)], "has 8 bits where 16 are read");
        check(vec![sum(8), sum(8), give(1)], "written twice");
        check(vec![sum(8)], "stands at 0 of 1");
        check(vec![give(7)], "Register7 is out of range");
        check(vec![], "it is empty");
        let nowhere = Edge {
            block: BlockId(9),
            copies: Box::new([]),
        };
        check(vec![Instruction::Jump(nowhere)], "BlockId9 is out of range");
    }
}
