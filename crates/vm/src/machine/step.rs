//! The loop that executes a state, one instruction after the other.

use super::Machine;
use super::arithmetic::Integers;
use super::convert::ConversionParts;
use super::fault::Fault;
use super::offsets::OffsetParts;
use super::state::State;
use super::stop::{Ended, Flow, Result, Stop};
use super::threads::VisibleOperation;
use crate::program::{BlockId, Instruction, Operand, Ordering, Register};

/// Where paths that parted are to meet again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Join {
    /// The depth of the call in which they parted.
    pub depth: usize,
    /// The block at whose start they meet; `None` for the return to the caller.
    pub block: Option<BlockId>,
}

/// Why a run paused.
#[derive(Debug)]
pub(crate) enum Pause {
    /// The path ended.
    Ended(Ended),
    /// The path goes on in several cases.
    Split(Stop),
    /// The state is at the join with this index.
    Arrived(usize),
    /// The state left the calls of some joins by another way; so many joins are still ahead.
    Left(usize),
    /// The budget of steps is used up; the state can go on.
    Budget,
}

impl<'p> Machine<'p> {
    /// Executes a state until something happens that concerns more than this one state. The joins
    /// are in the order of their depth, the deepest last.
    pub(crate) fn run(&mut self, state: &mut State, joins: &[Join], steps_max: u64) -> Pause {
        let steps_end = state.steps + steps_max;
        self.steps_of_moves = 0;
        let pause = self.run_to(state, joins, steps_end);
        self.journal.steps += state.steps.saturating_sub(steps_end - steps_max);
        pause
    }

    fn run_to(&mut self, state: &mut State, joins: &[Join], steps_end: u64) -> Pause {
        let program = self.program;
        loop {
            let frame = &state.current;
            let blocks = &program.functions[frame.function.index()].blocks;
            let instructions = &blocks[frame.block.index()].instructions;
            let (function, block, started) = (frame.function, frame.block, frame.next);
            let (position, executed) = loop {
                let position = state.current.next;
                match self.execute(state, &instructions[position as usize]) {
                    Ok(Flow::Next) => state.current.next += 1,
                    other => break (position, other),
                }
            };
            state.steps += u64::from(position - started) + 1;
            if !state.is_doubtful {
                self.executed.note(function, block, position + 1);
            }
            let flow = match executed {
                Ok(flow) => flow,
                Err(stop) => {
                    return match *stop {
                        Stop::Ended(ended) => Pause::Ended(ended),
                        split @ Stop::Split { .. } => Pause::Split(split),
                    };
                }
            };
            if let Some(pause) = pause_at(state, flow, joins) {
                return pause;
            }
            if state.steps + self.steps_of_moves >= steps_end {
                return Pause::Budget;
            }
        }
    }

    /// Executes one instruction.
    #[inline]
    fn execute(&mut self, state: &mut State, instruction: &'p Instruction) -> Result<Flow> {
        match instruction {
            Instruction::Binary {
                operation,
                promises,
                width_bits,
                result,
                left,
                right,
            } => {
                let integers = integers(u32::from(*width_bits), *result, *left, *right);
                self.binary(state, *operation, *promises, integers)
            }
            Instruction::Compare {
                comparison,
                scalar,
                result,
                left,
                right,
            } => {
                let integers = integers(scalar.width_bits(), *result, *left, *right);
                self.compare(state, *comparison, integers)
            }
            Instruction::Load {
                scalar,
                result,
                address,
                align_bytes,
                must_be_defined,
                ordering,
            } => {
                if *ordering != Ordering::NotAtomic
                    && self.visit(state, VisibleOperation::AtomicLoad)?
                {
                    return Ok(Flow::Moved);
                }
                let promised = (*align_bytes, *must_be_defined);
                self.load(state, *scalar, *result, *address, promised)
            }
            Instruction::Store {
                scalar,
                value,
                address,
                align_bytes,
                ordering,
            } => {
                if *ordering != Ordering::NotAtomic
                    && self.visit(state, VisibleOperation::AtomicStore)?
                {
                    return Ok(Flow::Moved);
                }
                self.store(state, *scalar, *value, *address, *align_bytes)
            }
            Instruction::Offset {
                result,
                base,
                index,
                scale,
                constant,
                in_bounds,
            } => {
                let (scale, constant, in_bounds) = (*scale, *constant, *in_bounds);
                let (result, base, index) = (*result, *base, *index);
                let parts = OffsetParts {
                    result,
                    base,
                    index,
                    scale,
                    constant,
                    in_bounds,
                };
                self.offset(state, parts)
            }
            Instruction::Jump(edge) => self.follow_edge(state, edge),
            Instruction::Branch {
                condition,
                then,
                otherwise,
            } => self.branch_on(state, *condition, then, otherwise),
            Instruction::Call(call) => self.call(state, call),
            Instruction::Invoke { call, .. } => self.call(state, call),
            Instruction::Return { values } => self.return_values(state, values),
            Instruction::Convert {
                conversion,
                promises,
                from,
                to,
                result,
                operand,
            } => {
                let (conversion, promises) = (*conversion, *promises);
                let (from, to, result, operand) = (*from, *to, *result, *operand);
                let parts = ConversionParts {
                    conversion,
                    promises,
                    from,
                    to,
                    result,
                    operand,
                };
                self.convert(state, parts)
            }
            Instruction::Select {
                scalar,
                result,
                condition,
                first,
                second,
            } => self.select(state, *scalar, *result, [*condition, *first, *second]),
            Instruction::Copy {
                result, operand, ..
            } => {
                let value = self.read(state, *operand);
                state.write(*result, value);
                Ok(Flow::Next)
            }
            _ => self.execute_rare(state, instruction),
        }
    }

    /// Executes one of the instructions that are less common than those above.
    #[inline(never)]
    fn execute_rare(&mut self, state: &mut State, instruction: &'p Instruction) -> Result<Flow> {
        match instruction {
            Instruction::Allocate {
                result,
                size_bytes,
                count,
                align_bytes,
            } => self.allocate(state, *result, (*size_bytes, *count), *align_bytes),
            Instruction::Overflow {
                operation,
                width_bits,
                result,
                left,
                right,
            } => {
                let integers = integers(u32::from(*width_bits), *result, *left, *right);
                self.overflow(state, *operation, integers)
            }
            Instruction::Unary {
                operation,
                scalar,
                result,
                operand,
            } => self.unary(state, *operation, *scalar, *result, *operand),
            Instruction::FunnelShift {
                left,
                width_bits,
                result,
                high,
                low,
                amount,
            } => {
                let operands = [*high, *low, *amount];
                self.funnel_shift(state, *left, u32::from(*width_bits), *result, operands)
            }
            Instruction::Switch {
                value,
                width_bits,
                cases,
                default,
            } => self.switch_on(state, (*value, *width_bits), cases, default),
            Instruction::CopyMemory {
                target,
                source,
                length_bytes,
                may_overlap,
            } => {
                let operands = [*target, *source, *length_bytes];
                let operands = operands.map(|operand| self.read(state, operand));
                self.copy_memory(state, operands, *may_overlap)?;
                Ok(Flow::Next)
            }
            Instruction::FillMemory {
                target,
                value,
                length_bytes,
            } => {
                let operands = [*target, *value, *length_bytes];
                let operands = operands.map(|operand| self.read(state, operand));
                self.fill_memory(state, operands)?;
                Ok(Flow::Next)
            }
            Instruction::Lifetime { address, starts } => self.lifetime(state, *address, *starts),
            Instruction::Assume { condition } => self.assume_promised(state, *condition),
            Instruction::LandingPad {
                result,
                catches_all,
                other_clauses,
                ..
            } => self.landing_pad(state, *result, (*catches_all, *other_clauses)),
            Instruction::Resume { exception } => self.resume(state, *exception),
            Instruction::Unreachable => Err(self.fault(state, &Fault::UnreachableReached)),
            Instruction::Unsupported { what } => {
                let what = self.program.text(*what);
                Err(self.unsupported(state, what))
            }
            _ => self.execute_vector_float_or_atomic(state, instruction),
        }
    }

    fn execute_vector_float_or_atomic(
        &mut self,
        state: &mut State,
        instruction: &'p Instruction,
    ) -> Result<Flow> {
        match instruction {
            Instruction::Join {
                part_bits,
                result,
                parts,
            } => self.join_parts(state, *part_bits, *result, parts),
            Instruction::Split {
                part_bits,
                first,
                count,
                operand,
            } => self.split_parts(state, *part_bits, *first, *count, *operand),
            Instruction::PickElement {
                result,
                elements,
                index,
                index_bits,
                ..
            } => self.pick_element(state, *result, elements, (*index, *index_bits)),
            Instruction::Float {
                operation,
                scalar,
                result,
                operands,
            } => self.float(state, *operation, *scalar, *result, operands),
            Instruction::FloatCompare {
                comparison,
                scalar,
                result,
                left,
                right,
            } => self.float_compare(state, *comparison, *scalar, *result, [*left, *right]),
            Instruction::FloatClass {
                scalar,
                mask,
                result,
                operand,
            } => self.float_class(state, *scalar, *mask, *result, *operand),
            Instruction::AtomicUpdate {
                operation,
                scalar,
                result,
                address,
                value,
                ..
            } => {
                if self.visit(state, VisibleOperation::AtomicUpdate)? {
                    return Ok(Flow::Moved);
                }
                self.atomic_update(state, *operation, *scalar, *result, (*address, *value))
            }
            Instruction::CompareExchange {
                scalar,
                result,
                address,
                expected,
                replacement,
                ..
            } => {
                if self.visit(state, VisibleOperation::AtomicUpdate)? {
                    return Ok(Flow::Moved);
                }
                let operands = [*address, *expected, *replacement];
                self.compare_exchange(state, *scalar, *result, operands)
            }
            Instruction::Fence { .. } => {
                let has_moved = self.visit(state, VisibleOperation::Fence)?;
                Ok(if has_moved { Flow::Moved } else { Flow::Next })
            }
            other => unreachable!("{other:?} is executed elsewhere"),
        }
    }
}

fn integers(width: u32, result: Register, left: Operand, right: Operand) -> Integers {
    Integers {
        width,
        result,
        left,
        right,
    }
}

impl Join {
    /// Whether a state is at the start of the block where paths are to meet.
    pub(crate) fn is_at(self, state: &State) -> bool {
        state.depth() == self.depth
            && self.block == Some(state.current.block)
            && state.current.next == 0
    }
}

/// Whether a change of the position has brought a state to a join, or past one.
#[inline]
fn pause_at(state: &State, flow: Flow, joins: &[Join]) -> Option<Pause> {
    let innermost = joins.last()?;
    let depth = state.depth();
    if depth > innermost.depth {
        return None;
    }
    let has_returned_to =
        |join: Join| flow == Flow::Returned && join.block.is_none() && depth + 1 == join.depth;
    let met = joins
        .iter()
        .rposition(|join| join.is_at(state) || has_returned_to(*join));
    if let Some(index) = met {
        return Some(Pause::Arrived(index));
    }
    let ahead = joins.partition_point(|join| join.depth <= depth);
    (ahead < joins.len()).then_some(Pause::Left(ahead))
}
