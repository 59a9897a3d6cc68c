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
mod instruction;
mod liveness;
mod meeting;
mod operation;
mod uses;
mod verify;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use dump::DumpOptions;
pub use fingerprint::{Fingerprint, Fingerprints};
pub use ids::{BlockId, ConstantId, FunctionId, GlobalId, PlaceId, Register, TextId};
pub use instruction::{Call, Callee, Instruction};
pub use liveness::Liveness;
pub use meeting::{compute_meeting_points, successors};
pub use operation::{
    AtomicOperation, BinaryOperation, Comparison, Conversion, FloatComparison, FloatOperation,
    Ordering, OverflowOperation, Promises, UnaryOperation,
};

/// A whole program: everything that the chosen entry points can reach.
#[derive(Debug, Default, Serialize, Deserialize)]
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
    /// The functions without parameters that run before an entry does, in order.
    pub constructors: Vec<FunctionId>,
}

/// A scalar type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Default, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file as the compiler names it.
    pub file: TextId,
    /// The folder from which the file is named, which need not be of this machine.
    pub folder: TextId,
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
#[derive(Debug, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Default, Hash, Serialize, Deserialize)]
pub struct Initial {
    /// One byte each, `size_bytes` in all; those covered by a relocation or undefined are 0.
    pub bytes: Vec<u8>,
    /// Addresses to write over the bytes, in ascending order of offset.
    pub relocations: Vec<Relocation>,
    /// Ranges of bytes that are not initialised (padding, `undef`), ascending and disjoint.
    pub undefined: Vec<std::ops::Range<u64>>,
}

/// Eight bytes of a global that hold an address.
#[derive(Debug, Clone, Copy, Hash, Serialize, Deserialize)]
pub struct Relocation {
    /// Where the eight bytes begin.
    pub offset: u64,
    /// What they point at.
    pub target: Address,
}

/// A link-time address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// The target.
    pub block: BlockId,
    /// Parallel copies: all sources are read before any target is written.
    pub copies: Box<[(Register, Operand)]>,
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

    /// The whole path of the file that a place is in.
    pub fn file_of(&self, place: &Place) -> PathBuf {
        Path::new(self.text(place.folder)).join(self.text(place.file))
    }

    /// The text with this id.
    pub fn text(&self, text: TextId) -> &str {
        &self.texts[text.index()]
    }
}
