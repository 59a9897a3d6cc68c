//! The driver: one function, block by block.
//!
//! Two passes over the blocks in reverse postorder. The first translates everything but
//! terminators; since definitions dominate uses, every operand is known when it is needed. Only phis
//! look ahead, and their copies live on edges, which belong to terminators; so those come second.
//!
//! # Invariants
//!
//! - Blocks that cannot be reached are left out; block 0 is the entry.
//! - A value's leaves are operands, so `insertvalue` and its like cost nothing: they only say which
//!   operands make up the result. That is safe because registers are SSA: between a value's
//!   definition and its uses no operand it names is written again.

use std::collections::HashMap;
use std::rc::Rc;

use crate::load::LoadError;
use crate::load::assembly::Assembly;
use crate::load::llvm::{self, Opcode, Type, TypeKind, Value, ValueKind};
use crate::program::{
    Block, BlockId, Function, Instruction, Operand, PlaceId, Register, Scalar,
    compute_meeting_points,
};

use super::chains::join_chains;
use super::constants::leaves_of;
use super::halt::Halt;
use super::layout::Layout;
use super::leaves::Leaves;
use super::places::{place_of, place_of_function};

/// A translated body.
#[derive(Debug)]
pub(crate) struct Body {
    /// How many registers a frame has.
    pub(crate) register_count: u32,
    /// The blocks.
    pub(crate) blocks: Vec<Block>,
}

/// What is known of a function without its body.
pub(crate) fn signature<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
    path: String,
) -> Function {
    let symbol = value.name();
    let mut function = Function {
        symbol,
        path,
        parameters: Vec::new(),
        byval_bytes: Vec::new(),
        results: Vec::new(),
        variadic: false,
        register_count: 0,
        blocks: Vec::new(),
        place: PlaceId(0),
    };
    let of = value.content_type();
    if value.kind() != ValueKind::Function || of.kind() != TypeKind::Function {
        return function;
    }
    function.place = place_of_function(assembly, module, value);
    function.variadic = of.is_variadic();
    // A type that has no registers here also stops the body and every call.
    if let Ok(layout) = assembly.layout(module, of.function_result()) {
        function.results.clone_from(&layout.scalars);
    }
    let Ok(parsed) = assembly.module(module) else {
        return function;
    };
    let byval = parsed.library().attribute_kind("byval");
    for (index, parameter) in (0..).zip(of.function_parameters()) {
        let Ok(layout) = assembly.layout(module, parameter) else {
            continue;
        };
        let bytes = value
            .parameter_type_attribute(index, byval)
            .filter(|of| of.is_sized())
            .map(Type::stride_bytes);
        function
            .byval_bytes
            .extend(layout.scalars.iter().map(|_| bytes));
        function.parameters.extend(&layout.scalars);
    }
    function
}

/// Translates the body of a function.
///
/// # Errors
///
/// What stops the load: a module that cannot be parsed, a pass that failed.
pub(crate) fn function<'m>(
    assembly: &mut Assembly<'m>,
    module: u32,
    value: Value<'m>,
) -> Result<Body, LoadError> {
    let promote = assembly.choices().promote;
    let prepared = assembly.module(module)?.prepare(value, promote);
    prepared.map_err(|reason| LoadError::PassFailed {
        function: value.name(),
        reason,
    })?;
    let order = reverse_postorder(value);
    let mut translator = Translator {
        assembly,
        module,
        values: HashMap::new(),
        block_ids: order
            .iter()
            .zip(0..)
            .map(|(block, id)| (block.key(), BlockId(id)))
            .collect(),
        phis: HashMap::new(),
        blocks: order.iter().map(|_| Block::default()).collect(),
        current: 0,
        place: PlaceId(0),
        register_count: 0,
    };
    translator.parameters(value);
    for (index, block) in order.iter().enumerate() {
        translator.current = index;
        for instruction in block.instructions() {
            translator.instruction(instruction)?;
        }
    }
    for (index, block) in order.iter().enumerate() {
        translator.current = index;
        translator.block_end(*block)?;
    }
    join_chains(&mut translator.blocks);
    compute_meeting_points(&mut translator.blocks);
    Ok(Body {
        register_count: translator.register_count,
        blocks: translator.blocks,
    })
}

/// The blocks that the entry reaches, each before those that it dominates.
fn reverse_postorder(function: Value<'_>) -> Vec<llvm::Block<'_>> {
    let Some(entry) = function.blocks().into_iter().next() else {
        return Vec::new();
    };
    let mut seen = HashMap::from([(entry.key(), ())]);
    let mut order = Vec::new();
    let mut stack = vec![(entry, entry.terminator().successors().into_iter())];
    while let Some((block, successors)) = stack.last_mut() {
        match successors.next() {
            Some(next) => {
                if seen.insert(next.key(), ()).is_none() {
                    stack.push((next, next.terminator().successors().into_iter()));
                }
            }
            None => {
                order.push(*block);
                stack.pop();
            }
        }
    }
    order.reverse();
    order
}

/// A phi of a block: its registers, and what flows in from where.
pub(super) type Phi<'m> = (Leaves, HashMap<usize, Value<'m>>);

/// The state of translating one function.
pub(super) struct Translator<'a, 'm> {
    pub(super) assembly: &'a mut Assembly<'m>,
    pub(super) module: u32,
    values: HashMap<usize, Leaves>,
    pub(super) block_ids: HashMap<usize, BlockId>,
    pub(super) phis: HashMap<usize, Vec<Phi<'m>>>,
    pub(super) blocks: Vec<Block>,
    pub(super) current: usize,
    pub(super) place: PlaceId,
    register_count: u32,
}

impl<'m> Translator<'_, 'm> {
    fn parameters(&mut self, function: Value<'m>) {
        for parameter in function.parameters() {
            let count = self
                .layout(parameter.type_of())
                .map_or(0, |layout| layout.scalars.len());
            let leaves = self.registers(count);
            self.bind(parameter, leaves);
        }
    }

    /// Translates an instruction that is no terminator, and makes room for an invoke's results.
    fn instruction(&mut self, instruction: Value<'m>) -> Result<(), LoadError> {
        self.place = place_of(self.assembly, self.module, instruction);
        match self.translate(instruction) {
            Ok(()) => Ok(()),
            Err(Halt::Load(error)) => Err(*error),
            Err(Halt::Unsupported(what)) => {
                self.unsupported(&what);
                self.bind_fresh(instruction);
                Ok(())
            }
        }
    }

    /// Translates what ends a block.
    fn block_end(&mut self, block: llvm::Block<'m>) -> Result<(), LoadError> {
        let terminator = block.terminator();
        self.place = place_of(self.assembly, self.module, terminator);
        match self.terminator(block, terminator) {
            Ok(()) => Ok(()),
            Err(Halt::Load(error)) => Err(*error),
            Err(Halt::Unsupported(what)) => {
                self.unsupported(&what);
                self.emit(Instruction::Unreachable);
                Ok(())
            }
        }
    }

    fn translate(&mut self, value: Value<'m>) -> Result<(), Halt> {
        match value.opcode() {
            Opcode::Add
            | Opcode::Subtract
            | Opcode::Multiply
            | Opcode::UnsignedDivide
            | Opcode::SignedDivide
            | Opcode::UnsignedRemainder
            | Opcode::SignedRemainder
            | Opcode::ShiftLeft
            | Opcode::ShiftRightLogical
            | Opcode::ShiftRightArithmetic
            | Opcode::And
            | Opcode::Or
            | Opcode::ExclusiveOr => self.binary(value),
            Opcode::FloatAdd
            | Opcode::FloatSubtract
            | Opcode::FloatMultiply
            | Opcode::FloatDivide
            | Opcode::FloatRemainder
            | Opcode::FloatNegate => self.float_arithmetic(value),
            Opcode::IntegerCompare => self.compare(value),
            Opcode::FloatCompare => self.float_compare(value),
            Opcode::Select => self.select(value),
            Opcode::Freeze => self.freeze(value),
            Opcode::Truncate
            | Opcode::ZeroExtend
            | Opcode::SignExtend
            | Opcode::FloatToUnsigned
            | Opcode::FloatToSigned
            | Opcode::UnsignedToFloat
            | Opcode::SignedToFloat
            | Opcode::FloatTruncate
            | Opcode::FloatExtend
            | Opcode::PointerToInteger
            | Opcode::PointerToAddress
            | Opcode::IntegerToPointer => self.convert(value),
            Opcode::Bitcast | Opcode::AddressSpaceCast => self.bitcast(value),
            Opcode::ExtractValue => self.extract_value(value),
            Opcode::InsertValue => self.insert_value(value),
            Opcode::ExtractElement => self.extract_element(value),
            Opcode::InsertElement => self.insert_element(value),
            Opcode::ShuffleVector => self.shuffle(value),
            Opcode::Alloca => self.allocate(value),
            Opcode::Load => self.load(value),
            Opcode::Store => self.store(value),
            Opcode::GetElementPointer => self.element_pointer(value),
            Opcode::Fence => self.fence(value),
            Opcode::AtomicUpdate => self.atomic_update(value),
            Opcode::CompareExchange => self.compare_exchange(value),
            Opcode::Phi => self.phi(value),
            Opcode::LandingPad => self.landing_pad(value),
            Opcode::Call => self.call(value),
            // The results of an invoke are there in its normal successor; the call itself is made by
            // the terminator.
            Opcode::Invoke if self.is_inlined_callee(value) => self.inlined_call(value),
            Opcode::Invoke => {
                self.bind_fresh(value);
                Ok(())
            }
            Opcode::Return
            | Opcode::Branch
            | Opcode::Switch
            | Opcode::Unreachable
            | Opcode::Resume => Ok(()),
            // Terminators that are refused when their turn comes; their results have no registers.
            Opcode::IndirectBranch
            | Opcode::CallBranch
            | Opcode::CleanupReturn
            | Opcode::CatchReturn
            | Opcode::CatchSwitch => Ok(()),
            Opcode::VariadicArgument | Opcode::CatchPad | Opcode::CleanupPad | Opcode::Other(_) => {
                Err(Halt::unsupported(instruction_name(value)))
            }
        }
    }

    /// Appends an instruction to the current block.
    pub(super) fn emit(&mut self, instruction: Instruction) {
        let block = &mut self.blocks[self.current];
        debug_assert!(
            !block
                .instructions
                .last()
                .is_some_and(Instruction::is_terminator),
            "nothing follows a terminator"
        );
        block.instructions.push(instruction);
        block.places.push(self.place);
    }

    /// Appends the end of the path, with its reason.
    pub(super) fn unsupported(&mut self, what: &str) {
        let what = self.assembly.pools.text(what);
        self.emit(Instruction::Unsupported { what });
    }

    /// A register that nothing else uses.
    pub(super) fn register(&mut self) -> Register {
        let register = Register(self.register_count);
        self.register_count += 1;
        register
    }

    /// Consecutive registers that nothing else uses.
    pub(super) fn registers(&mut self, count: usize) -> Leaves {
        let first = Register(self.register_count);
        self.register_count += u32::try_from(count).expect("values have few registers");
        Leaves::registers(first, count)
    }

    /// Appends the instruction that `build` makes for a fresh result register; that register.
    pub(super) fn define(&mut self, build: impl FnOnce(Register) -> Instruction) -> Operand {
        let result = self.register();
        self.emit(build(result));
        Operand::Register(result)
    }

    /// Remembers what a value became.
    pub(super) fn bind(&mut self, value: Value<'m>, leaves: Leaves) {
        self.values.insert(value.key(), leaves);
    }

    /// Gives a value registers of its own; none when its type has none.
    pub(super) fn bind_fresh(&mut self, value: Value<'m>) -> Leaves {
        let count = self
            .layout(value.type_of())
            .map_or(0, |layout| layout.scalars.len());
        let leaves = self.registers(count);
        self.bind(value, leaves.clone());
        leaves
    }

    /// The layout of a type.
    pub(super) fn layout(&mut self, of: Type<'m>) -> Result<Rc<Layout>, Halt> {
        self.assembly.layout(self.module, of)
    }

    /// The scalars of a value's type.
    pub(super) fn scalars(&mut self, value: Value<'m>) -> Result<Vec<Scalar>, Halt> {
        Ok(self.layout(value.type_of())?.scalars.clone())
    }

    /// The operands that a value became. Constants are made operands here; an address taken as an
    /// integer costs an instruction.
    pub(super) fn leaves(&mut self, value: Value<'m>) -> Result<Leaves, Halt> {
        if let Some(leaves) = self.values.get(&value.key()).cloned() {
            // A type without registers leaves no operand to read.
            self.layout(value.type_of())?;
            return Ok(leaves);
        }
        match value.kind() {
            ValueKind::Instruction | ValueKind::Argument => {
                panic!("`{value}` is used before its definition")
            }
            ValueKind::MetadataAsValue | ValueKind::InlineAssembly | ValueKind::BasicBlock => {
                Err(Halt::unsupported(format!("`{value}` as an operand")))
            }
            _ => self.constant(value),
        }
    }

    fn constant(&mut self, value: Value<'m>) -> Result<Leaves, Halt> {
        let scalars = self.scalars(value)?;
        let leaves = match leaves_of(self.assembly, self.module, value) {
            Err(Halt::Unsupported(_)) if value.kind() == ValueKind::ConstantExpression => {
                return self.constant_expression(value);
            }
            leaves => leaves?,
        };
        assert_eq!(
            leaves.len(),
            scalars.len(),
            "`{value}` has the leaves of its type"
        );
        let operands = leaves.iter().zip(scalars).map(|(leaf, scalar)| {
            match leaf.operand(scalar, self.assembly) {
                Some(operand) => operand,
                None => self.address_as_integer(leaf),
            }
        });
        Ok(operands.collect())
    }

    /// The only operand of a scalar.
    pub(super) fn leaf(&mut self, value: Value<'m>) -> Result<Operand, Halt> {
        let leaves = self.leaves(value)?;
        match leaves.as_slice() {
            [operand] => Ok(*operand),
            _ => Err(Halt::unsupported(format!(
                "`{value}` where a scalar belongs"
            ))),
        }
    }
}

/// An instruction as LLVM writes it, without the name of its result and its metadata.
pub(super) fn instruction_text(value: Value<'_>) -> String {
    let printed = value.to_string();
    let text = printed.split(", !").next().unwrap_or(&printed).trim();
    match text.split_once(" = ") {
        Some((name, rest)) if name.starts_with('%') => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// How an instruction is named in reports: as LLVM names it.
pub(super) fn instruction_name(value: Value<'_>) -> String {
    let text = instruction_text(value);
    let word = text.split([' ', ',', '(']).next().unwrap_or(&text);
    format!("the instruction `{word}`")
}
