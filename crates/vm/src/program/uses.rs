//! What each instruction reads and writes, with widths. The one list that every analysis shares.

use super::{
    Call, Callee, Conversion, Edge, FloatOperation, Instruction, Operand, Register, Scalar,
};

const BIT: Scalar = Scalar::Integer(1);
const WORD: Scalar = Scalar::Integer(64);

impl Instruction {
    /// Calls `visit` for every operand that the instruction itself reads, with the operand's type.
    /// The copies on its edges are not among them; see [`Instruction::for_each_edge`].
    pub fn for_each_operand(&self, mut visit: impl FnMut(Operand, Scalar)) {
        let integer = |&width_bits: &u16| Scalar::Integer(width_bits);
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
                visit(*left, integer(width_bits));
                visit(*right, integer(width_bits));
            }
            Self::FunnelShift {
                width_bits,
                high,
                low,
                amount,
                ..
            } => {
                [high, low, amount]
                    .into_iter()
                    .for_each(|each| visit(*each, integer(width_bits)));
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
                visit(*left, *scalar);
                visit(*right, *scalar);
            }
            Self::Select {
                scalar,
                condition,
                first,
                second,
                ..
            } => {
                visit(*condition, BIT);
                visit(*first, *scalar);
                visit(*second, *scalar);
            }
            Self::Unary {
                scalar, operand, ..
            }
            | Self::Copy {
                scalar, operand, ..
            }
            | Self::FloatClass {
                scalar, operand, ..
            }
            | Self::Convert {
                from: scalar,
                operand,
                ..
            } => visit(*operand, *scalar),
            Self::Join {
                part_bits, parts, ..
            } => {
                parts
                    .iter()
                    .for_each(|part| visit(*part, integer(part_bits)));
            }
            Self::Split {
                part_bits,
                count,
                operand,
                ..
            } => {
                visit(*operand, Scalar::Integer(part_bits * count));
            }
            Self::Float {
                scalar, operands, ..
            } => {
                operands.iter().for_each(|operand| visit(*operand, *scalar));
            }
            Self::PickElement {
                scalar,
                elements,
                index,
                index_bits,
                ..
            } => {
                elements.iter().for_each(|element| visit(*element, *scalar));
                visit(*index, integer(index_bits));
            }
            Self::Offset { base, index, .. } => {
                visit(*base, Scalar::Pointer);
                index.iter().for_each(|index| visit(*index, WORD));
            }
            Self::Allocate { count, .. } => visit(*count, WORD),
            Self::Lifetime { address, .. } | Self::Load { address, .. } => {
                visit(*address, Scalar::Pointer);
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
                visit(*value, *scalar);
                visit(*address, Scalar::Pointer);
            }
            Self::CopyMemory {
                target,
                source,
                length_bytes,
                ..
            } => {
                visit(*target, Scalar::Pointer);
                visit(*source, Scalar::Pointer);
                visit(*length_bytes, WORD);
            }
            Self::FillMemory {
                target,
                value,
                length_bytes,
            } => {
                visit(*target, Scalar::Pointer);
                visit(*value, Scalar::Integer(8));
                visit(*length_bytes, WORD);
            }
            Self::CompareExchange {
                scalar,
                address,
                expected,
                replacement,
                ..
            } => {
                visit(*address, Scalar::Pointer);
                visit(*expected, *scalar);
                visit(*replacement, *scalar);
            }
            Self::Assume { condition } | Self::Branch { condition, .. } => visit(*condition, BIT),
            Self::Call(call) | Self::Invoke { call, .. } => call.for_each_operand(visit),
            Self::Resume { exception } => visit(*exception, Scalar::Pointer),
            Self::Switch {
                value, width_bits, ..
            } => visit(*value, integer(width_bits)),
            // The types of returned values are the function's results.
            Self::Return { .. }
            | Self::Fence { .. }
            | Self::Unsupported { .. }
            | Self::LandingPad { .. }
            | Self::Jump(_)
            | Self::Unreachable => {}
        }
    }

    /// Calls `visit` for every register that the instruction itself writes, with its type.
    pub fn for_each_result(&self, mut visit: impl FnMut(Register, Scalar)) {
        let next = |register: &Register, by: u32| Register(register.0 + by);
        match self {
            Self::Binary {
                width_bits, result, ..
            }
            | Self::FunnelShift {
                width_bits, result, ..
            } => {
                visit(*result, Scalar::Integer(*width_bits));
            }
            Self::Overflow {
                width_bits, result, ..
            } => {
                visit(*result, Scalar::Integer(*width_bits));
                visit(next(result, 1), BIT);
            }
            Self::Unary { scalar, result, .. }
            | Self::Select { scalar, result, .. }
            | Self::Copy { scalar, result, .. }
            | Self::Convert {
                to: scalar, result, ..
            }
            | Self::Float { scalar, result, .. }
            | Self::PickElement { scalar, result, .. }
            | Self::Load { scalar, result, .. }
            | Self::AtomicUpdate { scalar, result, .. } => visit(*result, *scalar),
            Self::Compare { result, .. }
            | Self::FloatCompare { result, .. }
            | Self::FloatClass { result, .. } => visit(*result, BIT),
            Self::Join {
                part_bits,
                result,
                parts,
            } => {
                let count = u16::try_from(parts.len()).expect("a vector has fewer than 2^16 lanes");
                visit(*result, Scalar::Integer(part_bits * count));
            }
            Self::Split {
                part_bits,
                first,
                count,
                ..
            } => {
                (0..u32::from(*count))
                    .for_each(|by| visit(next(first, by), Scalar::Integer(*part_bits)));
            }
            Self::Offset { result, .. } | Self::Allocate { result, .. } => {
                visit(*result, Scalar::Pointer);
            }
            Self::CompareExchange { scalar, result, .. } => {
                visit(*result, *scalar);
                visit(next(result, 1), BIT);
            }
            Self::LandingPad { result, .. } => {
                visit(*result, Scalar::Pointer);
                visit(next(result, 1), Scalar::Integer(32));
            }
            Self::Call(call) | Self::Invoke { call, .. } => {
                if let Some((first, scalars)) = &call.results {
                    (0..)
                        .zip(scalars)
                        .for_each(|(by, scalar)| visit(next(first, by), *scalar));
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

    /// Calls `visit` for every edge out of a terminator, unwinding included.
    pub fn for_each_edge(&self, visit: impl FnMut(&Edge)) {
        self.edges().into_iter().for_each(visit);
    }

    /// Every edge out of a terminator, that of unwinding last.
    pub fn edges(&self) -> Vec<&Edge> {
        match self {
            Self::Jump(edge) => vec![edge],
            Self::Branch {
                then, otherwise, ..
            } => vec![then, otherwise],
            Self::Switch { cases, default, .. } => {
                let cases = cases.iter().map(|(_, edge)| edge);
                cases.chain([&**default]).collect()
            }
            Self::Invoke { normal, unwind, .. } => vec![normal, unwind],
            _ => Vec::new(),
        }
    }
}

impl Call {
    fn for_each_operand(&self, mut visit: impl FnMut(Operand, Scalar)) {
        if let Callee::Indirect(address) = self.callee {
            visit(address, Scalar::Pointer);
        }
        self.arguments
            .iter()
            .for_each(|(scalar, argument)| visit(*argument, *scalar));
    }
}

impl Conversion {
    /// Whether the conversion is defined between these types.
    pub fn accepts(self, from: Scalar, to: Scalar) -> bool {
        let integer = |scalar| matches!(scalar, Scalar::Integer(_));
        let float = |scalar| matches!(scalar, Scalar::Float32 | Scalar::Float64);
        let (narrow, wide) = (from.width_bits(), to.width_bits());
        match self {
            Self::Truncate => integer(from) && integer(to) && narrow > wide,
            Self::ZeroExtend | Self::SignExtend => integer(from) && integer(to) && narrow < wide,
            Self::Bitcast => narrow == wide,
            Self::AddressToInteger => from == Scalar::Pointer && integer(to),
            Self::IntegerToAddress => integer(from) && to == Scalar::Pointer,
            Self::FloatToFloat => float(from) && float(to),
            Self::FloatToSigned
            | Self::FloatToUnsigned
            | Self::FloatToSignedSaturating
            | Self::FloatToUnsignedSaturating => float(from) && integer(to),
            Self::SignedToFloat | Self::UnsignedToFloat => integer(from) && float(to),
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
