//! The steps of the machine, one shape for each.
//!
//! What an instruction reads and writes stands in [`super::uses`], once for every analysis.

use super::{
    AtomicOperation, BinaryOperation, Comparison, Conversion, Edge, FloatComparison,
    FloatOperation, FunctionId, Operand, Ordering, OverflowOperation, Promises, Register, Scalar,
    TextId, UnaryOperation,
};
use serde::{Deserialize, Serialize};

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Callee {
    /// A known function.
    Direct(FunctionId),
    /// The function at an address.
    Indirect(Operand),
}

/// A call, with everything about it that does not fit into an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Call {
    /// Who is called.
    pub callee: Callee,
    /// The arguments, flattened to scalars, with their types.
    pub arguments: Box<[(Scalar, Operand)]>,
    /// The first register of the results and the result types; consecutive registers.
    pub results: Option<(Register, Box<[Scalar]>)>,
}

/// One step of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Instruction {
    /// `result = left operation right`, all of `width_bits`.
    Binary {
        /// The operation.
        operation: BinaryOperation,
        /// What LLVM promises about it.
        promises: Promises,
        /// The width of operands and result.
        width_bits: u16,
        /// The result.
        result: Register,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// `result, overflowed = left operation right`; `overflowed` is the register after `result`.
    Overflow {
        /// The operation.
        operation: OverflowOperation,
        /// The width of operands and result.
        width_bits: u16,
        /// The result; the next register receives the overflow bit.
        result: Register,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// `result = operation operand`.
    Unary {
        /// The operation.
        operation: UnaryOperation,
        /// The type of operand and result (`Freeze` takes any; the rest integers).
        scalar: Scalar,
        /// The result.
        result: Register,
        /// The operand.
        operand: Operand,
    },
    /// Funnel shift: the high (`left`) or low half of `high:low` shifted by `amount` modulo width.
    FunnelShift {
        /// Whether it shifts left and keeps the high half; otherwise right and the low half.
        left: bool,
        /// The width of operands and result.
        width_bits: u16,
        /// The result.
        result: Register,
        /// The high half.
        high: Operand,
        /// The low half.
        low: Operand,
        /// By how much.
        amount: Operand,
    },
    /// `result = left comparison right`, one bit.
    Compare {
        /// The comparison.
        comparison: Comparison,
        /// The type of the operands: an integer or a pointer.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// `result = if condition then first else second`.
    Select {
        /// The type of the result.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// One bit.
        condition: Operand,
        /// The value if it is 1.
        first: Operand,
        /// The value if it is 0.
        second: Operand,
    },
    /// `result = operand`, of any scalar type. Several in a row are sequential.
    Copy {
        /// The type.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// The operand.
        operand: Operand,
    },
    /// Joins consecutive parts into one integer (a vector reinterpreted as an integer).
    Join {
        /// The width of each part.
        part_bits: u16,
        /// The result, of `part_bits * parts.len()` bits.
        result: Register,
        /// The parts, least significant first.
        parts: Box<[Operand]>,
    },
    /// Splits an integer into consecutive registers, least significant part first.
    Split {
        /// The width of each part.
        part_bits: u16,
        /// The first result.
        first: Register,
        /// How many parts there are.
        count: u16,
        /// The integer, of `part_bits * count` bits.
        operand: Operand,
    },
    /// `result = operand` converted.
    Convert {
        /// The conversion.
        conversion: Conversion,
        /// What LLVM promises about it.
        promises: Promises,
        /// The operand's type.
        from: Scalar,
        /// The result's type.
        to: Scalar,
        /// The result.
        result: Register,
        /// The operand.
        operand: Operand,
    },
    /// A float operation.
    Float {
        /// The operation.
        operation: FloatOperation,
        /// `Float32` or `Float64`.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// One to three operands.
        operands: Box<[Operand]>,
    },
    /// A float comparison, one bit.
    FloatCompare {
        /// The comparison.
        comparison: FloatComparison,
        /// `Float32` or `Float64`.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// `llvm.is.fpclass`: whether the operand is in one of the classes of the mask.
    FloatClass {
        /// `Float32` or `Float64`.
        scalar: Scalar,
        /// LLVM's bit mask of classes.
        mask: u16,
        /// The result.
        result: Register,
        /// The operand.
        operand: Operand,
    },
    /// The element at a runtime index of consecutive operands.
    PickElement {
        /// The elements' type.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// The elements.
        elements: Box<[Operand]>,
        /// The index; at or past the end gives poison.
        index: Operand,
        /// The index's width.
        index_bits: u16,
    },
    /// `result = base + constant + index * scale`, within one object if `in_bounds`.
    Offset {
        /// The result, an address.
        result: Register,
        /// The address to start from.
        base: Operand,
        /// The index, already 64 bits wide, signed; absent when all indices are constant.
        index: Option<Operand>,
        /// Bytes for each step of the index.
        scale: u64,
        /// Constant bytes.
        constant: i64,
        /// Whether leaving the object (but for one past its end) makes the result poison.
        in_bounds: bool,
    },
    /// Reserves memory in the frame: `size_bytes * count` bytes.
    Allocate {
        /// The result, an address.
        result: Register,
        /// Bytes of one element.
        size_bytes: u64,
        /// How many elements, 64 bits wide.
        count: Operand,
        /// The alignment in bytes.
        align_bytes: u64,
    },
    /// `llvm.lifetime.start` (contents become undefined) or `.end` (accesses become errors).
    Lifetime {
        /// The start of a stack slot.
        address: Operand,
        /// Whether it starts.
        starts: bool,
    },
    /// Reads a scalar.
    Load {
        /// The type.
        scalar: Scalar,
        /// The result.
        result: Register,
        /// Where from.
        address: Operand,
        /// The alignment that is promised, in bytes.
        align_bytes: u64,
        /// The ordering.
        ordering: Ordering,
        /// Whether the value must be initialised (`!noundef`).
        must_be_defined: bool,
    },
    /// Writes a scalar.
    Store {
        /// The type.
        scalar: Scalar,
        /// What.
        value: Operand,
        /// Where to.
        address: Operand,
        /// The alignment that is promised, in bytes.
        align_bytes: u64,
        /// The ordering.
        ordering: Ordering,
    },
    /// Copies bytes. Undefined bytes, symbols and addresses move as they are.
    CopyMemory {
        /// Where to.
        target: Operand,
        /// Where from.
        source: Operand,
        /// How many bytes, 64 bits wide.
        length_bytes: Operand,
        /// Whether the ranges may overlap (`memmove`).
        may_overlap: bool,
    },
    /// Fills bytes.
    FillMemory {
        /// Where.
        target: Operand,
        /// With which byte, 8 bits wide.
        value: Operand,
        /// How many bytes, 64 bits wide.
        length_bytes: Operand,
    },
    /// An atomic read-modify-write; the result is the old value.
    AtomicUpdate {
        /// The operation.
        operation: AtomicOperation,
        /// The type.
        scalar: Scalar,
        /// The old value.
        result: Register,
        /// Where.
        address: Operand,
        /// The operand.
        value: Operand,
        /// The ordering.
        ordering: Ordering,
    },
    /// `result, succeeded = compare and exchange`; `succeeded` is the register after `result`.
    CompareExchange {
        /// The type.
        scalar: Scalar,
        /// The old value; the next register receives the success bit.
        result: Register,
        /// Where.
        address: Operand,
        /// The value that must be there.
        expected: Operand,
        /// The value to store then.
        replacement: Operand,
        /// The ordering on success.
        success: Ordering,
        /// The ordering on failure.
        failure: Ordering,
        /// Whether it may fail although the value is there.
        weak: bool,
    },
    /// A fence.
    Fence {
        /// The ordering.
        ordering: Ordering,
    },
    /// `llvm.assume`: a condition of 0 is undefined behaviour.
    Assume {
        /// One bit.
        condition: Operand,
    },
    /// Calls a function; execution goes on behind the call.
    Call(Box<Call>),
    /// Something that the reader does not translate. `what` names it.
    Unsupported {
        /// For the report, as "inline assembly `cpuid`".
        what: TextId,
    },

    /// Terminator: calls a function, then goes to `normal`, or to `unwind` while a panic unwinds.
    Invoke {
        /// The call.
        call: Box<Call>,
        /// Where a return goes.
        normal: Edge,
        /// Where an unwinding goes; that block begins with `LandingPad`.
        unwind: Edge,
    },
    /// The start of an unwind block: receives the exception object and a selector.
    LandingPad {
        /// The exception object; the next register receives the 32-bit selector.
        result: Register,
        /// Whether the block only cleans up and then resumes.
        is_cleanup: bool,
        /// Whether it catches everything (`catch ptr null`).
        catches_all: bool,
        /// How many typed clauses or filters it has besides; not zero only in foreign code.
        other_clauses: u32,
    },
    /// Terminator: unwinding goes on in the caller.
    Resume {
        /// The exception object.
        exception: Operand,
    },
    /// Terminator: goes to another block.
    Jump(Edge),
    /// Terminator: goes one of two ways.
    Branch {
        /// One bit.
        condition: Operand,
        /// The way for 1.
        then: Edge,
        /// The way for 0.
        otherwise: Edge,
    },
    /// Terminator: goes one of many ways.
    Switch {
        /// The value.
        value: Operand,
        /// Its width, at most 64.
        width_bits: u16,
        /// The cases, by ascending value, zero-extended.
        cases: Box<[(u64, Edge)]>,
        /// The way for every other value.
        default: Box<Edge>,
    },
    /// Terminator: returns to the caller.
    Return {
        /// The results, flattened.
        values: Box<[Operand]>,
    },
    /// Terminator: never reached by a program without undefined behaviour.
    Unreachable,
}

impl Instruction {
    /// Whether the instruction ends a block.
    pub fn is_terminator(&self) -> bool {
        matches!(
            self,
            Self::Invoke { .. }
                | Self::Resume { .. }
                | Self::Jump(_)
                | Self::Branch { .. }
                | Self::Switch { .. }
                | Self::Return { .. }
                | Self::Unreachable
        )
    }
}
