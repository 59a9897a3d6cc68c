//! Which registers a function may still read at a place, and how wide they are.
//!
//! Registers that nobody reads any more may differ between two states that are merged. The width of
//! a register is nowhere written down where it is copied along an edge, so it is inferred from the
//! instructions that define and use it.
//!
//! # Invariants
//!
//! - A register that is read on some way from a place is live there (backward data flow, to its
//!   fixpoint).
//! - Registers that are copied into each other have one width.

use std::collections::HashMap;
use std::rc::Rc;

use crate::program::{
    BlockId, Call, Callee, Edge, Function, FunctionId, Instruction, Operand, Program, Register,
    Scalar,
};

/// Liveness by function, computed on first use.
#[derive(Default)]
pub(crate) struct LivenessCache {
    functions: HashMap<FunctionId, Rc<Liveness>>,
}

impl LivenessCache {
    /// The liveness of a function.
    pub(crate) fn of(&mut self, program: &Program, function: FunctionId) -> Rc<Liveness> {
        let computed = self
            .functions
            .entry(function)
            .or_insert_with(|| Rc::new(Liveness::compute(&program.functions[function.index()])));
        Rc::clone(computed)
    }
}

/// What may still be read where in one function.
pub(crate) struct Liveness {
    /// The live registers at the start of each block, a bit each.
    at_start: Vec<Bits>,
    /// The width of each register; `None` for one that nobody reads.
    widths: Vec<Option<u32>>,
}

type Bits = Vec<u64>;

impl Liveness {
    fn compute(function: &Function) -> Self {
        let words = (function.register_count as usize).div_ceil(64);
        let mut at_start = vec![vec![0u64; words]; function.blocks.len()];
        loop {
            let mut has_changed = false;
            for index in (0..function.blocks.len()).rev() {
                let block = &function.blocks[index].instructions;
                let live = live_before(block, 0, &at_start, words);
                if live != at_start[index] {
                    at_start[index] = live;
                    has_changed = true;
                }
            }
            if !has_changed {
                break;
            }
        }
        Self {
            at_start,
            widths: widths(function),
        }
    }

    /// The registers that may be read from an instruction of a block on, with their widths.
    pub(crate) fn at(
        &self,
        function: &Function,
        block: BlockId,
        next: u32,
    ) -> Vec<(Register, Option<u32>)> {
        let instructions = &function.blocks[block.index()].instructions;
        let words = self.at_start.first().map_or(0, Vec::len);
        let live = if next == 0 {
            self.at_start[block.index()].clone()
        } else {
            live_before(instructions, next as usize, &self.at_start, words)
        };
        (0..function.register_count)
            .filter(|number| live[*number as usize / 64] & 1 << (number % 64) != 0)
            .map(|number| (Register(number), self.widths[number as usize]))
            .collect()
    }
}

/// The registers that are live before the instruction `from` of a block.
fn live_before(block: &[Instruction], from: usize, at_start: &[Bits], words: usize) -> Bits {
    let mut live = vec![0u64; words];
    let set = |live: &mut Bits, register: Register, is_live: bool| {
        let (word, bit) = (register.index() / 64, 1u64 << (register.index() % 64));
        if is_live {
            live[word] |= bit;
        } else {
            live[word] &= !bit;
        }
    };
    for instruction in block[from..].iter().rev() {
        for edge in edges(instruction) {
            let mut through = at_start[edge.block.index()].clone();
            for (target, _) in &edge.copies {
                set(&mut through, *target, false);
            }
            for (_, source) in &edge.copies {
                if let Operand::Register(register) = source {
                    set(&mut through, *register, true);
                }
            }
            for (word, more) in live.iter_mut().zip(through) {
                *word |= more;
            }
        }
        visit_results(instruction, &mut |register, _| {
            set(&mut live, register, false)
        });
        visit_uses(instruction, &mut |operand, _| {
            if let Operand::Register(register) = operand {
                set(&mut live, register, true);
            }
        });
    }
    live
}

/// The ways out of a block that an instruction opens.
fn edges(instruction: &Instruction) -> Vec<&Edge> {
    match instruction {
        Instruction::Jump(edge) => vec![edge],
        Instruction::Branch {
            then, otherwise, ..
        } => vec![then, otherwise],
        Instruction::Switch { cases, default, .. } => cases
            .iter()
            .map(|(_, edge)| edge)
            .chain([&**default])
            .collect(),
        Instruction::Invoke { normal, unwind, .. } => vec![normal, unwind],
        _ => Vec::new(),
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
        visit_results(instruction, &mut |register, width| {
            classes.learn(register.index(), width)
        });
        visit_uses(instruction, &mut |operand, width| {
            if let (Operand::Register(register), Some(width)) = (operand, width) {
                classes.learn(register.index(), width);
            }
        });
        if let Instruction::Return { values } = instruction {
            for (value, scalar) in values.iter().zip(&function.results) {
                if let Operand::Register(register) = value {
                    classes.learn(register.index(), scalar.width_bits());
                }
            }
        }
        for (target, source) in edges(instruction).into_iter().flat_map(|edge| &edge.copies) {
            if let Operand::Register(source) = source {
                classes.unite(target.index(), source.index());
            }
        }
    }
    (0..count)
        .map(|index| {
            let root = classes.root(index);
            classes.widths[root]
        })
        .collect()
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

/// Visits the registers that an instruction writes, with their widths.
fn visit_results(instruction: &Instruction, visit: &mut dyn FnMut(Register, u32)) {
    use Instruction as I;
    match instruction {
        I::Binary {
            width_bits, result, ..
        }
        | I::FunnelShift {
            width_bits, result, ..
        } => {
            visit(*result, u32::from(*width_bits));
        }
        I::Overflow {
            width_bits, result, ..
        } => {
            visit(*result, u32::from(*width_bits));
            visit(Register(result.0 + 1), 1);
        }
        I::Compare { result, .. }
        | I::FloatCompare { result, .. }
        | I::FloatClass { result, .. } => {
            visit(*result, 1);
        }
        I::Unary { scalar, result, .. }
        | I::Select { scalar, result, .. }
        | I::Copy { scalar, result, .. }
        | I::Float { scalar, result, .. }
        | I::PickElement { scalar, result, .. }
        | I::Load { scalar, result, .. }
        | I::AtomicUpdate { scalar, result, .. } => visit(*result, scalar.width_bits()),
        I::CompareExchange { scalar, result, .. } => {
            visit(*result, scalar.width_bits());
            visit(Register(result.0 + 1), 1);
        }
        I::Join {
            part_bits,
            result,
            parts,
        } => {
            let count = u32::try_from(parts.len()).expect("few parts");
            visit(*result, u32::from(*part_bits) * count);
        }
        I::Split {
            part_bits,
            first,
            count,
            ..
        } => {
            for index in 0..u32::from(*count) {
                visit(Register(first.0 + index), u32::from(*part_bits));
            }
        }
        I::Convert { to, result, .. } => visit(*result, to.width_bits()),
        I::Offset { result, .. } | I::Allocate { result, .. } => visit(*result, 64),
        I::LandingPad { result, .. } => {
            visit(*result, 64);
            visit(Register(result.0 + 1), 32);
        }
        I::Call(call) | I::Invoke { call, .. } => {
            if let Some((first, scalars)) = &call.results {
                for (index, scalar) in (0u32..).zip(scalars) {
                    visit(Register(first.0 + index), scalar.width_bits());
                }
            }
        }
        I::Lifetime { .. }
        | I::Store { .. }
        | I::CopyMemory { .. }
        | I::FillMemory { .. }
        | I::Fence { .. }
        | I::Assume { .. }
        | I::Unsupported { .. }
        | I::Resume { .. }
        | I::Jump(_)
        | I::Branch { .. }
        | I::Switch { .. }
        | I::Return { .. }
        | I::Unreachable => {}
    }
}

/// Visits the operands that an instruction reads itself, with their widths where it states them.
fn visit_uses(instruction: &Instruction, visit: &mut dyn FnMut(Operand, Option<u32>)) {
    use Instruction as I;
    const ADDRESS: Option<u32> = Some(64);
    let bits = |scalar: &Scalar| Some(scalar.width_bits());
    match instruction {
        I::Binary {
            width_bits,
            left,
            right,
            ..
        }
        | I::Overflow {
            width_bits,
            left,
            right,
            ..
        } => {
            visit(*left, Some(u32::from(*width_bits)));
            visit(*right, Some(u32::from(*width_bits)));
        }
        I::FunnelShift {
            width_bits,
            high,
            low,
            amount,
            ..
        } => {
            for operand in [high, low, amount] {
                visit(*operand, Some(u32::from(*width_bits)));
            }
        }
        I::Compare {
            scalar,
            left,
            right,
            ..
        }
        | I::FloatCompare {
            scalar,
            left,
            right,
            ..
        } => {
            visit(*left, bits(scalar));
            visit(*right, bits(scalar));
        }
        I::Select {
            scalar,
            condition,
            first,
            second,
            ..
        } => {
            visit(*condition, Some(1));
            visit(*first, bits(scalar));
            visit(*second, bits(scalar));
        }
        I::Unary {
            scalar, operand, ..
        }
        | I::Copy {
            scalar, operand, ..
        }
        | I::FloatClass {
            scalar, operand, ..
        } => visit(*operand, bits(scalar)),
        I::Join {
            part_bits, parts, ..
        } => {
            for part in parts {
                visit(*part, Some(u32::from(*part_bits)));
            }
        }
        I::Split {
            part_bits,
            count,
            operand,
            ..
        } => {
            visit(*operand, Some(u32::from(*part_bits) * u32::from(*count)));
        }
        I::Convert { from, operand, .. } => visit(*operand, bits(from)),
        I::Float {
            scalar, operands, ..
        } => {
            for operand in operands {
                visit(*operand, bits(scalar));
            }
        }
        I::PickElement {
            scalar,
            elements,
            index,
            index_bits,
            ..
        } => {
            for element in elements {
                visit(*element, bits(scalar));
            }
            visit(*index, Some(u32::from(*index_bits)));
        }
        I::Offset { base, index, .. } => {
            visit(*base, ADDRESS);
            if let Some(index) = index {
                visit(*index, ADDRESS);
            }
        }
        I::Allocate { count, .. } => visit(*count, ADDRESS),
        I::Lifetime { address, .. } | I::Load { address, .. } => visit(*address, ADDRESS),
        I::Store {
            scalar,
            value,
            address,
            ..
        }
        | I::AtomicUpdate {
            scalar,
            value,
            address,
            ..
        } => {
            visit(*value, bits(scalar));
            visit(*address, ADDRESS);
        }
        I::CompareExchange {
            scalar,
            address,
            expected,
            replacement,
            ..
        } => {
            visit(*address, ADDRESS);
            visit(*expected, bits(scalar));
            visit(*replacement, bits(scalar));
        }
        I::CopyMemory {
            target,
            source,
            length_bytes,
            ..
        } => {
            for operand in [target, source, length_bytes] {
                visit(*operand, ADDRESS);
            }
        }
        I::FillMemory {
            target,
            value,
            length_bytes,
        } => {
            visit(*target, ADDRESS);
            visit(*value, Some(8));
            visit(*length_bytes, ADDRESS);
        }
        I::Assume { condition } | I::Branch { condition, .. } => visit(*condition, Some(1)),
        I::Call(call) | I::Invoke { call, .. } => visit_call(call, visit),
        I::Resume { exception } => visit(*exception, ADDRESS),
        I::Switch {
            value, width_bits, ..
        } => visit(*value, Some(u32::from(*width_bits))),
        I::Return { values } => values.iter().for_each(|value| visit(*value, None)),
        I::LandingPad { .. }
        | I::Fence { .. }
        | I::Unsupported { .. }
        | I::Jump(_)
        | I::Unreachable => {}
    }
}

fn visit_call(call: &Call, visit: &mut dyn FnMut(Operand, Option<u32>)) {
    if let Callee::Indirect(address) = call.callee {
        visit(address, Some(64));
    }
    for (scalar, argument) in &call.arguments {
        visit(*argument, Some(scalar.width_bits()));
    }
}
