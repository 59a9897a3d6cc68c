//! Control flow: phis and the ends of blocks.

use std::collections::HashMap;

use crate::load::llvm::{Block, Opcode, TypeKind, Value, ValueKind};
use crate::program::{
    Block as ProgramBlock, BlockId, Comparison, Edge, Instruction, Operand, Scalar,
};

use super::conversions::first_register;
use super::function::{Translator, instruction_name};
use super::halt::Halt;

impl<'m> Translator<'_, 'm> {
    /// Makes room for a phi's value; the edges fill it.
    pub(super) fn phi(&mut self, value: Value<'m>) -> Result<(), Halt> {
        self.layout(value.type_of())?;
        if value.incoming_count() == 1
            && matches!(
                value.incoming(0).0.kind(),
                ValueKind::Instruction | ValueKind::Argument
            )
        {
            // Another name for a value that dominates it.
            let leaves = self.leaves(value.incoming(0).0)?;
            self.bind(value, leaves);
            return Ok(());
        }
        let leaves = self.bind_fresh(value);
        let incoming: HashMap<usize, Value<'m>> = (0..value.incoming_count())
            .map(|index| value.incoming(index))
            .map(|(value, block)| (block.key(), value))
            .collect();
        self.phis
            .entry(self.current)
            .or_default()
            .push((leaves, incoming));
        Ok(())
    }

    /// Translates `landingpad`.
    pub(super) fn landing_pad(&mut self, value: Value<'m>) -> Result<(), Halt> {
        let leaves = self.bind_fresh(value);
        if leaves.as_slice().len() != 2 {
            return Err(Halt::unsupported(format!(
                "a landing pad of type `{}`",
                value.type_of()
            )));
        }
        let (mut catches_all, mut other_clauses) = (false, 0);
        for index in 0..value.clause_count() {
            let clause = value.clause(index);
            if clause.is_null_pointer() || is_empty_array(clause) {
                catches_all = true;
            } else {
                other_clauses += 1;
            }
        }
        self.emit(Instruction::LandingPad {
            result: first_register(&leaves),
            is_cleanup: value.is_cleanup(),
            catches_all,
            other_clauses,
        });
        Ok(())
    }

    /// The edge between two blocks, with the copies that the target's phis ask for.
    fn edge(&mut self, from: Block<'m>, to: Block<'m>) -> Result<Edge, Halt> {
        let block = self.block_ids[&to.key()];
        let phis = self.phis.remove(&block.index()).unwrap_or_default();
        let copies = self.copies(from, &phis);
        self.phis.insert(block.index(), phis);
        Ok(Edge {
            block,
            copies: copies?,
        })
    }

    fn copies(
        &mut self,
        from: Block<'m>,
        phis: &[super::function::Phi<'m>],
    ) -> Result<Box<[(crate::program::Register, Operand)]>, Halt> {
        let mut copies = Vec::new();
        for (targets, incoming) in phis {
            let sources = self.leaves(incoming[&from.key()])?;
            for (target, source) in targets.as_slice().iter().zip(sources.as_slice()) {
                let Operand::Register(register) = *target else {
                    panic!("phis live in registers, not in {target:?}");
                };
                if source != target {
                    copies.push((register, *source));
                }
            }
        }
        Ok(copies.into())
    }

    /// Translates the end of a block.
    pub(super) fn terminator(&mut self, block: Block<'m>, value: Value<'m>) -> Result<(), Halt> {
        let end = match value.opcode() {
            Opcode::Return => {
                let values = match value.operand_count() {
                    0 => Box::default(),
                    _ => self.leaves(value.operand(0))?.as_slice().into(),
                };
                Instruction::Return { values }
            }
            Opcode::Unreachable => Instruction::Unreachable,
            Opcode::Branch => self.branch(block, value)?,
            Opcode::Switch => return self.switch(block, value),
            Opcode::Invoke => self.invoke(block, value)?,
            Opcode::Resume => {
                let leaves = self.leaves(value.operand(0))?;
                let exception = *leaves
                    .as_slice()
                    .first()
                    .ok_or_else(|| Halt::unsupported(instruction_name(value)))?;
                Instruction::Resume { exception }
            }
            _ => return Err(Halt::unsupported(instruction_name(value))),
        };
        self.emit(end);
        Ok(())
    }

    fn branch(&mut self, block: Block<'m>, value: Value<'m>) -> Result<Instruction, Halt> {
        let successors = value.successors();
        let Some(condition) = value.branch_condition() else {
            return Ok(Instruction::Jump(self.edge(block, successors[0])?));
        };
        let condition = self.leaf(condition)?;
        let then = self.edge(block, successors[0])?;
        let otherwise = self.edge(block, successors[1])?;
        Ok(Instruction::Branch {
            condition,
            then,
            otherwise,
        })
    }

    fn invoke(&mut self, block: Block<'m>, value: Value<'m>) -> Result<Instruction, Halt> {
        let (normal, unwind) = value.invoke_destinations();
        if self.is_inlined_callee(value) {
            // The first pass translated it in place, and it cannot unwind.
            return Ok(Instruction::Jump(self.edge(block, normal)?));
        }
        let results = self.leaves(value)?;
        let call = Box::new(self.built_call(value, &results)?);
        let normal = self.edge(block, normal)?;
        let unwind = self.edge(block, unwind)?;
        Ok(Instruction::Invoke {
            call,
            normal,
            unwind,
        })
    }

    fn switch(&mut self, block: Block<'m>, value: Value<'m>) -> Result<(), Halt> {
        let condition = value.operand(0);
        let [Scalar::Integer(width_bits)] = self.scalars(condition)?[..] else {
            return Err(Halt::unsupported(instruction_name(value)));
        };
        let operand = self.leaf(condition)?;
        let successors = value.successors();
        let default = self.edge(block, successors[0])?;
        let mut cases = Vec::with_capacity(successors.len() - 1);
        for (index, target) in (0..).zip(&successors).skip(1) {
            cases.push((value.switch_case(index), self.edge(block, *target)?));
        }
        if width_bits > 64 {
            return self.compare_chain(operand, width_bits, cases, default);
        }
        let mut cases: Vec<(u64, Edge)> = cases
            .into_iter()
            .map(|(case, edge)| (case.integer_words()[0], edge))
            .collect();
        cases.sort_unstable_by_key(|(case, _)| *case);
        self.emit(Instruction::Switch {
            value: operand,
            width_bits,
            cases: cases.into(),
            default: Box::new(default),
        });
        Ok(())
    }

    /// A switch over a wide integer: one comparison and one block for each case.
    fn compare_chain(
        &mut self,
        operand: Operand,
        width_bits: u16,
        cases: Vec<(Value<'m>, Edge)>,
        default: Edge,
    ) -> Result<(), Halt> {
        let scalar = Scalar::Integer(width_bits);
        for (case, then) in cases {
            let case = self.leaf(case)?;
            let condition = self.emit_compare(Comparison::Equal, scalar, operand, case);
            let next = u32::try_from(self.blocks.len()).expect("blocks are numbered by u32");
            let otherwise = Edge {
                block: BlockId(next),
                copies: Box::default(),
            };
            self.emit(Instruction::Branch {
                condition,
                then,
                otherwise,
            });
            self.blocks.push(ProgramBlock::default());
            self.current = next as usize;
        }
        self.emit(Instruction::Jump(default));
        Ok(())
    }
}

/// Whether a landing pad's clause is a filter that lets no exception pass, so that it is always
/// entered; a function that must not unwind ends so.
fn is_empty_array(clause: Value<'_>) -> bool {
    let of = clause.type_of();
    of.kind() == TypeKind::Array && of.element_count() == 0
}
