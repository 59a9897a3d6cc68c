//! The compact, immutable program that the machine executes.
//!
//! LLVM's in-memory form is a graph of heap objects behind a C interface. Executing it, or sharing it
//! between workers, would keep LLVM open and every step a foreign call. So it is read once and
//! written down here: dense ids, scalars only, constants folded to operands, debug places beside.
//!
//! # Shape
//!
//! - A [`Function`] is a list of [`Block`]s; a block is a run of [`Instruction`]s whose last one is a
//!   terminator. Registers are function-local, written at most once per execution of their
//!   instruction (SSA), and numbered densely.
//! - **Only scalars live in registers.** An LLVM value of struct, array or vector type occupies as
//!   many consecutive registers as it has scalar leaves, in memory order. `extractvalue`,
//!   `insertvalue`, `extractelement` with a constant index and `shufflevector` are copies, or nothing
//!   at all when the operand can name the leaf; lane-wise operations are one instruction a lane.
//! - Phi nodes are parallel copies on the edges ([`Edge`]): read all sources, then write all targets.
//! - What the reader does not know becomes [`Instruction::Unsupported`], which ends only the path that
//!   reaches it. Reading a program never fails because of an instruction that nobody executes.
//!
//! # Invariants
//!
//! - Every id is in range, every block ends in exactly one terminator, every operand's width is the
//!   width that its instruction states (`verify`, run after every load in tests).
//! - Nothing here refers to LLVM.

mod dump;
mod fingerprint;
mod ids;
mod liveness;
mod meeting;
mod uses;
mod verify;

use std::fmt;

pub use dump::DumpOptions;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use ids::{BlockId, ConstantId, FunctionId, GlobalId, PlaceId, Register, TextId};
pub use liveness::Liveness;
pub use meeting::{compute_meeting_points, successors};

/// A whole program: everything that the chosen entry points can reach.
#[derive(Debug, Default)]
pub struct Program {
    /// All functions, those without a body included.
    pub functions: Vec<Function>,
    /// All globals.
    pub globals: Vec<Global>,
    /// Constants that instructions name.
    pub constants: Vec<Constant>,
    /// Places that instructions name. `PlaceId(0)` is "unknown".
    pub places: Vec<Place>,
    /// Texts that instructions and places name.
    pub texts: Vec<String>,
    /// The functions that the program was loaded for, in the order of their selection.
    pub entries: Vec<FunctionId>,
}

/// A scalar type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// An integer of this many bits, 1 to 65,535.
    Integer(u16),
    /// An address of 64 bits.
    Pointer,
    /// IEEE 754 binary32.
    Float32,
    /// IEEE 754 binary64.
    Float64,
}

impl Scalar {
    /// The width in bits of a value in a register.
    pub fn width_bits(self) -> u32 {
        match self {
            Self::Integer(width) => u32::from(width),
            Self::Pointer | Self::Float64 => 64,
            Self::Float32 => 32,
        }
    }

    /// The bytes that a store of it writes: the width rounded up to whole bytes.
    pub fn size_bytes(self) -> u64 {
        u64::from(self.width_bits().div_ceil(8))
    }
}

/// A function, with or without a body.
#[derive(Debug, Hash)]
pub struct Function {
    /// The symbol, as the linker sees it.
    pub symbol: String,
    /// The Rust path without hashes, or the symbol itself when it is not a Rust symbol.
    pub path: String,
    /// Parameters, flattened to scalars; they arrive in registers 0, 1, 2, …
    pub parameters: Vec<Scalar>,
    /// For each parameter that LLVM passes by a hidden copy (`byval`), the size of the copy; the
    /// callee owns the memory.
    pub byval_bytes: Vec<Option<u64>>,
    /// Results, flattened to scalars; empty for `void`.
    pub results: Vec<Scalar>,
    /// Whether further arguments may follow the parameters.
    pub variadic: bool,
    /// How many registers a frame has.
    pub register_count: u32,
    /// The blocks; block 0 is the entry. Empty when the function has no body.
    pub blocks: Vec<Block>,
    /// Where the function is defined.
    pub place: PlaceId,
}

impl Function {
    /// Whether there is a body to execute.
    pub fn has_body(&self) -> bool {
        !self.blocks.is_empty()
    }
}

/// A straight run of instructions.
#[derive(Debug, Default, Hash)]
pub struct Block {
    /// The instructions; the last is the only terminator.
    pub instructions: Vec<Instruction>,
    /// The place of each instruction; as long as `instructions`.
    pub places: Vec<PlaceId>,
    /// The block's immediate postdominator, where paths that part here meet again; `None` when the
    /// function's end comes first. Calls that do not return normally do not count as an edge.
    pub meets_at: Option<BlockId>,
}

/// A place in the source, with the calls that were inlined to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file as the compiler names it.
    pub file: TextId,
    /// The line, from 1; 0 when unknown.
    pub line: u32,
    /// The column, from 1; 0 when unknown.
    pub column: u32,
    /// The function that the line belongs to, as a Rust path.
    pub function: TextId,
    /// The place of the call that was inlined, if this one was inlined.
    pub inlined_at: Option<PlaceId>,
}

/// A global variable or constant.
#[derive(Debug, Hash)]
pub struct Global {
    /// The symbol.
    pub symbol: String,
    /// The size in bytes.
    pub size_bytes: u64,
    /// The alignment in bytes, a power of two.
    pub align_bytes: u64,
    /// Whether writing to it is undefined behaviour.
    pub is_constant: bool,
    /// Whether each thread has its own.
    pub is_thread_local: bool,
    /// The initial contents; `None` when it is defined elsewhere (outside the bitcode).
    pub initial: Option<Initial>,
}

/// The initial contents of a global.
#[derive(Debug, Default, Hash)]
pub struct Initial {
    /// One byte each, `size_bytes` in all; those covered by a relocation or undefined are 0.
    pub bytes: Vec<u8>,
    /// Addresses to write over the bytes, in ascending order of offset.
    pub relocations: Vec<Relocation>,
    /// Ranges of bytes that are not initialised (padding, `undef`), ascending and disjoint.
    pub undefined: Vec<std::ops::Range<u64>>,
}

/// Eight bytes of a global that hold an address.
#[derive(Debug, Clone, Copy, Hash)]
pub struct Relocation {
    /// Where the eight bytes begin.
    pub offset: u64,
    /// What they point at.
    pub target: Address,
}

/// A link-time address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Address {
    /// The start of a function.
    Function(FunctionId),
    /// `addend` bytes past the start of a global.
    Global {
        /// The global.
        global: GlobalId,
        /// Bytes from its start.
        addend: i64,
    },
}

/// A constant scalar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Constant {
    /// An integer, or the bits of a float; zero-extended.
    Bits {
        /// The width in bits.
        width_bits: u32,
        /// The value in 64-bit words, least significant first; `width_bits.div_ceil(64)` words.
        words: Box<[u64]>,
    },
    /// An address.
    Address(Address),
    /// A value that may be anything, differently at every use.
    Undefined {
        /// The width in bits.
        width_bits: u32,
    },
    /// The result of an operation that has no result; using it is undefined behaviour.
    Poison {
        /// The width in bits.
        width_bits: u32,
    },
}

/// What an instruction reads.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    /// A register of the frame.
    Register(Register),
    /// An integer of at most 64 bits (or the bits of a float, or the null address), zero-extended.
    /// The instruction states the width.
    Word(u64),
    /// Any other constant.
    Constant(ConstantId),
}

impl fmt::Debug for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Register(register) => write!(f, "%{}", register.0),
            Self::Word(word) => write!(f, "{word}"),
            Self::Constant(constant) => write!(f, "constant {}", constant.0),
        }
    }
}

/// A control-flow edge: where to go, and the phi copies to make on the way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The target.
    pub block: BlockId,
    /// Parallel copies: all sources are read before any target is written.
    pub copies: Box<[(Register, Operand)]>,
}

/// Integer operations with two operands and a result of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperation {
    /// Sum.
    Add,
    /// Difference.
    Subtract,
    /// Product.
    Multiply,
    /// Unsigned quotient.
    UnsignedDivide,
    /// Signed quotient, toward zero.
    SignedDivide,
    /// Unsigned remainder.
    UnsignedRemainder,
    /// Signed remainder, with the sign of the dividend.
    SignedRemainder,
    /// Shift left.
    ShiftLeft,
    /// Logical shift right.
    ShiftRightLogical,
    /// Arithmetic shift right.
    ShiftRightArithmetic,
    /// Bitwise and.
    And,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    ExclusiveOr,
    /// Unsigned minimum.
    UnsignedMinimum,
    /// Unsigned maximum.
    UnsignedMaximum,
    /// Signed minimum.
    SignedMinimum,
    /// Signed maximum.
    SignedMaximum,
    /// Unsigned sum that stays at the largest value.
    UnsignedAddSaturating,
    /// Signed sum that stays at the extreme values.
    SignedAddSaturating,
    /// Unsigned difference that stays at 0.
    UnsignedSubtractSaturating,
    /// Signed difference that stays at the extreme values.
    SignedSubtractSaturating,
}

/// Promises that LLVM attaches to an integer operation; a broken one makes the result poison.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Promises {
    /// `nuw`: no unsigned wrap (for `trunc`: the removed bits are zero).
    pub no_unsigned_wrap: bool,
    /// `nsw`: no signed wrap (for `trunc`: the removed bits equal the sign).
    pub no_signed_wrap: bool,
    /// `exact`: the division or right shift loses no bits.
    pub exact: bool,
    /// `disjoint`: no bit is set in both operands of an `or`.
    pub disjoint: bool,
    /// `nneg`: the operand of `zext` or `uitofp` is not negative.
    pub not_negative: bool,
}

/// Operations that say whether they overflowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OverflowOperation {
    /// `llvm.uadd.with.overflow`.
    UnsignedAdd,
    /// `llvm.sadd.with.overflow`.
    SignedAdd,
    /// `llvm.usub.with.overflow`.
    UnsignedSubtract,
    /// `llvm.ssub.with.overflow`.
    SignedSubtract,
    /// `llvm.umul.with.overflow`.
    UnsignedMultiply,
    /// `llvm.smul.with.overflow`.
    SignedMultiply,
}

/// Integer operations with one operand and a result of the same width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperation {
    /// The number of one bits.
    PopulationCount,
    /// Leading zero bits; the width for 0, or poison if `zero_is_poison`.
    LeadingZeros {
        /// Whether an operand of 0 gives poison.
        zero_is_poison: bool,
    },
    /// Trailing zero bits; the width for 0, or poison if `zero_is_poison`.
    TrailingZeros {
        /// Whether an operand of 0 gives poison.
        zero_is_poison: bool,
    },
    /// Bytes in reverse order.
    ByteSwap,
    /// Bits in reverse order.
    BitReverse,
    /// The absolute value; the minimum stays, or gives poison if `minimum_is_poison`.
    Absolute {
        /// Whether the most negative operand gives poison.
        minimum_is_poison: bool,
    },
    /// `freeze`: undefined and poison become some fixed value.
    Freeze,
}

/// Integer and address comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Unsigned less.
    UnsignedLess,
    /// Unsigned less or equal.
    UnsignedLessOrEqual,
    /// Signed less.
    SignedLess,
    /// Signed less or equal.
    SignedLessOrEqual,
}

/// Conversions between scalars. The instruction states both types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// Drops high bits.
    Truncate,
    /// Adds zero bits.
    ZeroExtend,
    /// Repeats the sign bit.
    SignExtend,
    /// Same bits, another type of the same width (integer and float).
    Bitcast,
    /// The address as an integer; the object is exposed.
    AddressToInteger,
    /// An integer as an address.
    IntegerToAddress,
    /// Float to float, rounding to nearest even.
    FloatToFloat,
    /// Float to signed integer, toward zero; out of range is poison.
    FloatToSigned,
    /// Float to unsigned integer, toward zero; out of range is poison.
    FloatToUnsigned,
    /// Float to signed integer, toward zero, clamped; NaN is 0.
    FloatToSignedSaturating,
    /// Float to unsigned integer, toward zero, clamped; NaN is 0.
    FloatToUnsignedSaturating,
    /// Signed integer to float, to nearest even.
    SignedToFloat,
    /// Unsigned integer to float, to nearest even.
    UnsignedToFloat,
}

/// Float operations; operands and result have the type that the instruction states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FloatOperation {
    /// Sum of two.
    Add,
    /// Difference of two.
    Subtract,
    /// Product of two.
    Multiply,
    /// Quotient of two.
    Divide,
    /// Remainder of two, as C's `fmod`.
    Remainder,
    /// The operand with its sign flipped.
    Negate,
    /// The operand with its sign cleared.
    Absolute,
    /// The first operand with the sign of the second.
    CopySign,
    /// Square root.
    SquareRoot,
    /// Toward minus infinity.
    Floor,
    /// Toward plus infinity.
    Ceiling,
    /// Toward zero.
    Truncate,
    /// To nearest, ties away from zero.
    Round,
    /// To nearest, ties to even.
    RoundTiesEven,
    /// First times second plus third, rounded once.
    MultiplyAdd,
    /// The smaller of two; a number beats NaN.
    MinimumNumber,
    /// The larger of two; a number beats NaN.
    MaximumNumber,
    /// The smaller of two; NaN wins.
    Minimum,
    /// The larger of two; NaN wins.
    Maximum,
    /// A function of the mathematics library, by its C name without suffix (`sin`, `pow`).
    Library(TextId),
}

/// LLVM's `fcmp` predicates as bits: the comparison holds when the relation of the operands is in
/// the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FloatComparison {
    /// Holds when less.
    pub less: bool,
    /// Holds when equal.
    pub equal: bool,
    /// Holds when greater.
    pub greater: bool,
    /// Holds when at least one operand is NaN.
    pub unordered: bool,
}

/// What an atomic read-modify-write stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AtomicOperation {
    /// The operand.
    Exchange,
    /// The sum.
    Add,
    /// The difference.
    Subtract,
    /// Bitwise and.
    And,
    /// Bitwise not-and.
    NotAnd,
    /// Bitwise or.
    Or,
    /// Bitwise exclusive or.
    ExclusiveOr,
    /// Signed maximum.
    SignedMaximum,
    /// Signed minimum.
    SignedMinimum,
    /// Unsigned maximum.
    UnsignedMaximum,
    /// Unsigned minimum.
    UnsignedMinimum,
}

/// Memory orderings, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ordering {
    /// Not atomic.
    NotAtomic,
    /// LLVM's `unordered` and `monotonic`: Rust's `Relaxed`.
    Relaxed,
    /// Acquire.
    Acquire,
    /// Release.
    Release,
    /// Acquire and release.
    AcquireRelease,
    /// Sequentially consistent.
    SequentiallyConsistent,
}

/// Who is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Callee {
    /// A known function.
    Direct(FunctionId),
    /// The function at an address.
    Indirect(Operand),
}

/// A call, with everything about it that does not fit into an instruction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Call {
    /// Who is called.
    pub callee: Callee,
    /// The arguments, flattened to scalars, with their types.
    pub arguments: Box<[(Scalar, Operand)]>,
    /// The first register of the results and the result types; consecutive registers.
    pub results: Option<(Register, Box<[Scalar]>)>,
}

/// One step of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

impl Program {
    /// The function with this symbol or Rust path.
    pub fn function_named(&self, name: &str) -> Option<FunctionId> {
        let position = self
            .functions
            .iter()
            .position(|function| function.symbol == name || function.path == name)?;
        Some(FunctionId(
            u32::try_from(position).expect("functions are numbered by u32"),
        ))
    }

    /// The text with this id.
    pub fn text(&self, text: TextId) -> &str {
        &self.texts[text.index()]
    }
}
