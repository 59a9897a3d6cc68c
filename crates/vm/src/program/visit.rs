//! What an instruction reads, writes and leads to, without saying how.

use super::{Callee, Conversion, Edge, FloatOperation, Instruction, Operand, Register, Scalar};

/// The width of an address, a length or a 64-bit index.
const WORD_BITS: u32 = 64;

impl Instruction {
    /// Tells `visit` each operand that the instruction itself reads, with its width in bits; not
    /// those of copies on edges.
    pub fn visit_reads(&self, visit: &mut impl FnMut(Operand, u32)) {
        match self {
            Self::Binary {
                width_bits,
                left,
                right,
                ..
            }
            | Self::Overflow {
                width_bits,
                left,
                right,
                ..
            } => {
                visit(*left, u32::from(*width_bits));
                visit(*right, u32::from(*width_bits));
            }
            Self::Unary {
                scalar, operand, ..
            }
            | Self::Copy {
                scalar, operand, ..
            }
            | Self::FloatClass {
                scalar, operand, ..
            } => visit(*operand, scalar.width_bits()),
            Self::FunnelShift {
                width_bits,
                high,
                low,
                amount,
                ..
            } => {
                for operand in [high, low, amount] {
                    visit(*operand, u32::from(*width_bits));
                }
            }
            Self::Compare {
                scalar,
                left,
                right,
                ..
            }
            | Self::FloatCompare {
                scalar,
                left,
                right,
                ..
            } => {
                visit(*left, scalar.width_bits());
                visit(*right, scalar.width_bits());
            }
            Self::Select {
                scalar,
                condition,
                first,
                second,
                ..
            } => {
                visit(*condition, 1);
                visit(*first, scalar.width_bits());
                visit(*second, scalar.width_bits());
            }
            Self::Join {
                part_bits, parts, ..
            } => {
                for part in parts {
                    visit(*part, u32::from(*part_bits));
                }
            }
            Self::Split {
                part_bits,
                count,
                operand,
                ..
            } => {
                visit(*operand, u32::from(*part_bits) * u32::from(*count));
            }
            Self::Convert { from, operand, .. } => visit(*operand, from.width_bits()),
            Self::Float {
                scalar, operands, ..
            } => {
                for operand in operands {
                    visit(*operand, scalar.width_bits());
                }
            }
            Self::PickElement {
                scalar,
                elements,
                index,
                index_bits,
                ..
            } => {
                for element in elements {
                    visit(*element, scalar.width_bits());
                }
                visit(*index, u32::from(*index_bits));
            }
            _ => self.visit_memory_reads(visit),
        }
    }

    fn visit_memory_reads(&self, visit: &mut impl FnMut(Operand, u32)) {
        match self {
            Self::Offset { base, index, .. } => {
                visit(*base, WORD_BITS);
                if let Some(index) = index {
                    visit(*index, WORD_BITS);
                }
            }
            Self::Allocate { count, .. } => visit(*count, WORD_BITS),
            Self::Lifetime { address, .. } | Self::Load { address, .. } => {
                visit(*address, WORD_BITS);
            }
            Self::Store {
                scalar,
                value,
                address,
                ..
            }
            | Self::AtomicUpdate {
                scalar,
                value,
                address,
                ..
            } => {
                visit(*address, WORD_BITS);
                visit(*value, scalar.width_bits());
            }
            Self::CompareExchange {
                scalar,
                address,
                expected,
                replacement,
                ..
            } => {
                visit(*address, WORD_BITS);
                visit(*expected, scalar.width_bits());
                visit(*replacement, scalar.width_bits());
            }
            Self::CopyMemory {
                target,
                source,
                length_bytes,
                ..
            } => {
                for operand in [target, source, length_bytes] {
                    visit(*operand, WORD_BITS);
                }
            }
            Self::FillMemory {
                target,
                value,
                length_bytes,
            } => {
                visit(*target, WORD_BITS);
                visit(*value, 8);
                visit(*length_bytes, WORD_BITS);
            }
            _ => self.visit_control_reads(visit),
        }
    }

    fn visit_control_reads(&self, visit: &mut impl FnMut(Operand, u32)) {
        match self {
            Self::Assume { condition } | Self::Branch { condition, .. } => visit(*condition, 1),
            Self::Call(call) | Self::Invoke { call, .. } => {
                if let Callee::Indirect(address) = call.callee {
                    visit(address, WORD_BITS);
                }
                for (scalar, argument) in &call.arguments {
                    visit(*argument, scalar.width_bits());
                }
            }
            Self::Resume { exception } => visit(*exception, WORD_BITS),
            Self::Switch {
                value, width_bits, ..
            } => visit(*value, u32::from(*width_bits)),
            // The widths of results are the function's, which only its owner knows.
            Self::Return { .. }
            | Self::Fence { .. }
            | Self::Unsupported { .. }
            | Self::LandingPad { .. }
            | Self::Jump(_)
            | Self::Unreachable => {}
            Self::Binary { .. }
            | Self::Overflow { .. }
            | Self::Unary { .. }
            | Self::FunnelShift { .. }
            | Self::Compare { .. }
            | Self::Select { .. }
            | Self::Copy { .. }
            | Self::Join { .. }
            | Self::Split { .. }
            | Self::Convert { .. }
            | Self::Float { .. }
            | Self::FloatCompare { .. }
            | Self::FloatClass { .. }
            | Self::PickElement { .. }
            | Self::Offset { .. }
            | Self::Allocate { .. }
            | Self::Lifetime { .. }
            | Self::Load { .. }
            | Self::Store { .. }
            | Self::CopyMemory { .. }
            | Self::FillMemory { .. }
            | Self::AtomicUpdate { .. }
            | Self::CompareExchange { .. } => panic!("{self:?} was visited before"),
        }
    }

    /// Tells `visit` each register that the instruction itself writes, with its width in bits; not
    /// those of copies on edges.
    pub fn visit_writes(&self, visit: &mut impl FnMut(Register, u32)) {
        match self {
            Self::Binary {
                width_bits, result, ..
            }
            | Self::FunnelShift {
                width_bits, result, ..
            } => {
                visit(*result, u32::from(*width_bits));
            }
            Self::Overflow {
                width_bits, result, ..
            } => {
                visit(*result, u32::from(*width_bits));
                visit(next(*result, 1), 1);
            }
            Self::Unary { scalar, result, .. }
            | Self::Select { scalar, result, .. }
            | Self::Copy { scalar, result, .. }
            | Self::Float { scalar, result, .. }
            | Self::PickElement { scalar, result, .. }
            | Self::Load { scalar, result, .. }
            | Self::AtomicUpdate { scalar, result, .. } => visit(*result, scalar.width_bits()),
            Self::Compare { result, .. }
            | Self::FloatCompare { result, .. }
            | Self::FloatClass { result, .. } => visit(*result, 1),
            Self::Join {
                part_bits,
                result,
                parts,
            } => {
                let count = u32::try_from(parts.len()).expect("a width fits 16 bits");
                visit(*result, u32::from(*part_bits) * count);
            }
            Self::Split {
                part_bits,
                first,
                count,
                ..
            } => {
                for part in 0..u32::from(*count) {
                    visit(next(*first, part), u32::from(*part_bits));
                }
            }
            Self::Convert { to, result, .. } => visit(*result, to.width_bits()),
            Self::Offset { result, .. } | Self::Allocate { result, .. } => {
                visit(*result, WORD_BITS);
            }
            Self::CompareExchange { scalar, result, .. } => {
                visit(*result, scalar.width_bits());
                visit(next(*result, 1), 1);
            }
            Self::LandingPad { result, .. } => {
                visit(*result, WORD_BITS);
                visit(next(*result, 1), 32);
            }
            Self::Call(call) | Self::Invoke { call, .. } => {
                if let Some((first, scalars)) = &call.results {
                    for (index, scalar) in (0..).zip(scalars) {
                        visit(next(*first, index), scalar.width_bits());
                    }
                }
            }
            Self::Lifetime { .. }
            | Self::Store { .. }
            | Self::CopyMemory { .. }
            | Self::FillMemory { .. }
            | Self::Fence { .. }
            | Self::Assume { .. }
            | Self::Unsupported { .. }
            | Self::Resume { .. }
            | Self::Jump(_)
            | Self::Branch { .. }
            | Self::Switch { .. }
            | Self::Return { .. }
            | Self::Unreachable => {}
        }
    }

    /// The edges of a terminator, that of an unwinding last.
    pub fn edges(&self) -> Vec<&Edge> {
        match self {
            Self::Invoke { normal, unwind, .. } => vec![normal, unwind],
            Self::Jump(edge) => vec![edge],
            Self::Branch {
                then, otherwise, ..
            } => vec![then, otherwise],
            Self::Switch { cases, default, .. } => {
                let mut edges: Vec<&Edge> = cases.iter().map(|(_, edge)| edge).collect();
                edges.push(default);
                edges
            }
            _ => Vec::new(),
        }
    }
}

fn next(register: Register, by: u32) -> Register {
    Register(register.0 + by)
}

impl Conversion {
    /// Whether the conversion makes sense between these types.
    pub fn accepts(self, from: Scalar, to: Scalar) -> bool {
        use Scalar::{Float32, Float64, Integer, Pointer};
        let (from_bits, to_bits) = (from.width_bits(), to.width_bits());
        match self {
            Self::Truncate => matches!((from, to), (Integer(_), Integer(_))) && from_bits > to_bits,
            Self::ZeroExtend | Self::SignExtend => {
                matches!((from, to), (Integer(_), Integer(_))) && from_bits < to_bits
            }
            Self::Bitcast => from_bits == to_bits && from != Pointer && to != Pointer,
            Self::AddressToInteger => from == Pointer && matches!(to, Integer(_)),
            Self::IntegerToAddress => matches!(from, Integer(_)) && to == Pointer,
            Self::FloatToFloat => {
                matches!((from, to), (Float32, Float64) | (Float64, Float32))
            }
            Self::FloatToSigned
            | Self::FloatToUnsigned
            | Self::FloatToSignedSaturating
            | Self::FloatToUnsignedSaturating => {
                matches!((from, to), (Float32 | Float64, Integer(_)))
            }
            Self::SignedToFloat | Self::UnsignedToFloat => {
                matches!((from, to), (Integer(_), Float32 | Float64))
            }
        }
    }
}

impl FloatOperation {
    /// How many operands it takes; `None` for a library function, which takes one or two.
    pub fn operand_count(self) -> Option<usize> {
        match self {
            Self::Negate
            | Self::Absolute
            | Self::SquareRoot
            | Self::Floor
            | Self::Ceiling
            | Self::Truncate
            | Self::Round
            | Self::RoundTiesEven => Some(1),
            Self::Add
            | Self::Subtract
            | Self::Multiply
            | Self::Divide
            | Self::Remainder
            | Self::CopySign
            | Self::MinimumNumber
            | Self::MaximumNumber
            | Self::Minimum
            | Self::Maximum => Some(2),
            Self::MultiplyAdd => Some(3),
            Self::Library(_) => None,
        }
    }
}
