//! Which registers a function may still read at a place, and how wide they are.
//!
//! Registers that nobody reads any more may differ between two states that are merged. The width of
//! a register is nowhere written down where it is copied along an edge, so it is inferred from the
//! instructions that define and use it.
//!
//! # Invariants
//!
//! - A register that is read on some way from a place is live there.
//! - Registers that are copied into each other have one width.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::program::{
    BlockId, Function, FunctionId, Instruction, Liveness, Operand, Program, Register,
};

/// The live registers of functions, computed on first use.
#[derive(Default)]
pub(crate) struct LivenessCache {
    functions: HashMap<FunctionId, Rc<LiveRegisters>>,
}

impl LivenessCache {
    /// The live registers of a function.
    pub(crate) fn of(&mut self, program: &Program, function: FunctionId) -> Rc<LiveRegisters> {
        let computed = self.functions.entry(function).or_insert_with(|| {
            let function = &program.functions[function.index()];
            Rc::new(LiveRegisters {
                liveness: Liveness::of(function),
                widths: widths(function),
            })
        });
        Rc::clone(computed)
    }
}

/// What may still be read where in one function.
pub(crate) struct LiveRegisters {
    liveness: Liveness,
    /// The width of each register; `None` for one that nobody reads.
    widths: Vec<Option<u32>>,
}

impl LiveRegisters {
    /// The registers that may be read from an instruction of a block on, with their widths.
    pub(crate) fn at(
        &self,
        function: &Function,
        block: BlockId,
        next: u32,
    ) -> Vec<(Register, u32)> {
        let live = if next == 0 {
            self.liveness.live_at_entry(block).to_vec()
        } else {
            self.live_before(&function.blocks[block.index()].instructions[next as usize..])
        };
        let width = |register: Register| self.widths[register.index()];
        live.into_iter()
            .filter_map(|register| Some((register, width(register)?)))
            .collect()
    }

    /// The registers that are live before the rest of a block.
    fn live_before(&self, rest: &[Instruction]) -> Vec<Register> {
        let mut live = BTreeSet::new();
        for edge in rest.last().map(Instruction::edges).unwrap_or_default() {
            let is_copied =
                |register: &Register| edge.copies.iter().any(|(target, _)| target == register);
            let through = self.liveness.live_at_entry(edge.block).iter();
            live.extend(through.filter(|register| !is_copied(register)));
            live.extend(
                edge.copies
                    .iter()
                    .filter_map(|(_, source)| as_register(*source)),
            );
        }
        for instruction in rest.iter().rev() {
            instruction.for_each_result(|register, _| {
                live.remove(&register);
            });
            instruction.for_each_operand(|operand, _| live.extend(as_register(operand)));
            if let Instruction::Return { values } = instruction {
                live.extend(values.iter().filter_map(|value| as_register(*value)));
            }
        }
        live.into_iter().collect()
    }
}

fn as_register(operand: Operand) -> Option<Register> {
    match operand {
        Operand::Register(register) => Some(register),
        Operand::Word(_) | Operand::Constant(_) => None,
    }
}

/// The width of each register, as far as anything says it.
fn widths(function: &Function) -> Vec<Option<u32>> {
    let count = function.register_count as usize;
    let mut classes = Classes {
        parents: (0..count).collect(),
        widths: vec![None; count],
    };
    for (index, scalar) in function.parameters.iter().enumerate() {
        classes.learn(index, scalar.width_bits());
    }
    for instruction in function.blocks.iter().flat_map(|block| &block.instructions) {
        instruction.for_each_result(|register, scalar| {
            classes.learn(register.index(), scalar.width_bits());
        });
        instruction.for_each_operand(|operand, scalar| {
            if let Some(register) = as_register(operand) {
                classes.learn(register.index(), scalar.width_bits());
            }
        });
        if let Instruction::Return { values } = instruction {
            for (value, scalar) in values.iter().zip(&function.results) {
                if let Some(register) = as_register(*value) {
                    classes.learn(register.index(), scalar.width_bits());
                }
            }
        }
        for (target, source) in instruction
            .edges()
            .into_iter()
            .flat_map(|edge| &edge.copies)
        {
            if let Some(source) = as_register(*source) {
                classes.unite(target.index(), source.index());
            }
        }
    }
    let roots: Vec<usize> = (0..count).map(|index| classes.root(index)).collect();
    roots.into_iter().map(|root| classes.widths[root]).collect()
}

/// Registers that have one width, as a forest.
struct Classes {
    parents: Vec<usize>,
    widths: Vec<Option<u32>>,
}

impl Classes {
    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn learn(&mut self, index: usize, width: u32) {
        let root = self.root(index);
        let known = self.widths[root].get_or_insert(width);
        assert_eq!(*known, width, "a register has one width");
    }

    fn unite(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        if left == right {
            return;
        }
        if let Some(width) = self.widths[left].take() {
            self.learn(right, width);
        }
        self.parents[left] = right;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{BinaryOperation, Block, Edge, PlaceId, Promises, Scalar};

    #[test]
    fn a_copied_register_is_as_wide_as_what_is_done_with_it() {
        let add = Instruction::Binary {
            operation: BinaryOperation::Add,
            promises: Promises::default(),
            width_bits: 24,
            result: Register(2),
            left: Operand::Register(Register(1)),
            right: Operand::Word(1),
        };
        let copies = [
            (Register(0), Operand::Word(1)),
            (Register(1), Operand::Register(Register(0))),
        ];
        let jump = Instruction::Jump(Edge {
            block: BlockId(1),
            copies: copies.into(),
        });
        let values = [Operand::Register(Register(2))];
        let block = |instructions: Vec<Instruction>| Block {
            places: vec![PlaceId(0); instructions.len()],
            instructions,
            meets_at: None,
        };
        let function = Function {
            symbol: String::new(),
            path: String::new(),
            parameters: Vec::new(),
            byval_bytes: Vec::new(),
            results: vec![Scalar::Integer(24)],
            variadic: false,
            register_count: 3,
            blocks: vec![
                block(vec![jump]),
                block(vec![
                    add,
                    Instruction::Return {
                        values: values.into(),
                    },
                ]),
            ],
            place: PlaceId(0),
        };
        assert_eq!(widths(&function), [Some(24); 3]);
        let registers = LiveRegisters {
            liveness: Liveness::of(&function),
            widths: widths(&function),
        };
        assert_eq!(registers.at(&function, BlockId(1), 0), [(Register(1), 24)]);
        assert_eq!(registers.at(&function, BlockId(1), 1), [(Register(2), 24)]);
    }
}
