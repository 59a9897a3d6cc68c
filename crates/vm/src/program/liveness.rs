//! Which registers a block may still read when control enters it.
//!
//! When two paths meet, only these registers have to agree; everything else is dead and may differ.
//!
//! # Source
//!
//! The textbook backward data-flow analysis, to its least fixed point. Phi sources count as read on
//! the edge, that is at the end of the block that they leave.

use super::{Block, BlockId, Function, Instruction, Operand, Register};

/// The live registers at the entry of each block of one function.
#[derive(Debug)]
pub struct Liveness {
    at_entry: Vec<Box<[Register]>>,
}

impl Liveness {
    /// Analyses one function. Cost: blocks times registers bits, times the depth of its loops.
    pub fn of(function: &Function) -> Self {
        let words = (function.register_count as usize).div_ceil(64);
        let mut live = vec![Bits(vec![0; words]); function.blocks.len()];
        let mut changed = true;
        while changed {
            changed = false;
            for (index, block) in function.blocks.iter().enumerate().rev() {
                let entry = entry_of(block, &live, words);
                if entry != live[index] {
                    live[index] = entry;
                    changed = true;
                }
            }
        }
        Self {
            at_entry: live.iter().map(Bits::registers).collect(),
        }
    }

    /// The registers that are live when control enters a block, ascending. The targets of the copies
    /// on the entering edge have been written by then.
    pub fn live_at_entry(&self, block: BlockId) -> &[Register] {
        &self.at_entry[block.index()]
    }
}

/// What is live at a block's entry, given what is live at the entries of the others.
fn entry_of(block: &Block, live: &[Bits], words: usize) -> Bits {
    let mut now = Bits(vec![0; words]);
    if let Some(terminator) = block.instructions.last() {
        terminator.for_each_edge(|edge| {
            let mut across = live[edge.block.index()].clone();
            edge.copies
                .iter()
                .for_each(|(target, _)| across.remove(*target));
            edge.copies
                .iter()
                .for_each(|(_, source)| across.read(*source));
            now.add_all(&across);
        });
    }
    for instruction in block.instructions.iter().rev() {
        instruction.for_each_result(|register, _| now.remove(register));
        instruction.for_each_operand(|operand, _| now.read(operand));
        if let Instruction::Return { values } = instruction {
            values.iter().for_each(|value| now.read(*value));
        }
    }
    now
}

/// A set of registers.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn read(&mut self, operand: Operand) {
        if let Operand::Register(register) = operand {
            self.0[register.index() / 64] |= 1 << (register.index() % 64);
        }
    }

    fn remove(&mut self, register: Register) {
        self.0[register.index() / 64] &= !(1 << (register.index() % 64));
    }

    fn add_all(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(mine, theirs)| *mine |= theirs);
    }

    fn registers(&self) -> Box<[Register]> {
        let count = u32::try_from(self.0.len() * 64).expect("registers are numbered by u32");
        (0..count)
            .filter(|n| self.0[*n as usize / 64] >> (n % 64) & 1 == 1)
            .map(Register)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Edge, PlaceId, Scalar};

    fn copy(result: u32, operand: u32) -> Instruction {
        Instruction::Copy {
            scalar: Scalar::Integer(8),
            result: Register(result),
            operand: Operand::Register(Register(operand)),
        }
    }

    fn edge(block: u32, copies: &[(u32, u32)]) -> Edge {
        let copies = copies
            .iter()
            .map(|&(to, from)| (Register(to), Operand::Register(Register(from))));
        Edge {
            block: BlockId(block),
            copies: copies.collect(),
        }
    }

    fn live(blocks: Vec<Vec<Instruction>>) -> Vec<Vec<u32>> {
        let block = |instructions: Vec<Instruction>| {
            let places = vec![PlaceId(0); instructions.len()];
            Block {
                instructions,
                places,
                meets_at: None,
            }
        };
        let function = Function {
            symbol: String::new(),
            path: String::new(),
            parameters: vec![Scalar::Integer(8)],
            byval_bytes: vec![None],
            results: vec![Scalar::Integer(8)],
            variadic: false,
            register_count: 70,
            blocks: blocks.into_iter().map(block).collect(),
            place: PlaceId(0),
        };
        let liveness = Liveness::of(&function);
        liveness
            .at_entry
            .iter()
            .map(|each| each.iter().map(|r| r.0).collect())
            .collect()
    }

    #[test]
    fn a_phi_source_is_live_on_its_edge_and_its_target_is_not() {
        let back = Instruction::Branch {
            condition: Operand::Register(Register(65)),
            then: edge(1, &[(2, 3)]),
            otherwise: edge(2, &[]),
        };
        let done = Instruction::Return {
            values: Box::new([Operand::Register(Register(3))]),
        };
        let blocks = vec![
            vec![copy(65, 0), Instruction::Jump(edge(1, &[(2, 0)]))],
            vec![copy(3, 2), back],
            vec![done],
        ];
        assert_eq!(live(blocks), [vec![0], vec![2, 65], vec![3]]);
    }
}
