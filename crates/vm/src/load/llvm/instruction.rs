//! What instructions know about themselves beyond their operands.

use super::kinds::{Opcode, ValueKind};
use super::metadata::Metadata;
use super::table::Ref;
use super::types::Type;
use super::value::{Block, Value};

/// Integer-valued getters that are right for one or a few opcodes: name, opcodes, C function, type.
macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident: [$($opcode:ident),*] => $function:ident -> $result:ty;)*) => {
        impl<'m> Value<'m> {
            $(
                $(#[$doc])*
                pub(crate) fn $name(self) -> $result {
                    self.expect_opcode(&[$(Opcode::$opcode),*]);
                    // SAFETY: `raw` is an instruction with an opcode that the getter is made for.
                    unsafe { (self.module.table().$function)(self.raw) as $result }
                }
            )*
        }
    };
}

getters! {
    /// The number of an integer comparison's predicate.
    integer_predicate: [IntegerCompare] => LLVMGetICmpPredicate -> i32;
    /// The number of a float comparison's predicate.
    float_predicate: [FloatCompare] => LLVMGetFCmpPredicate -> i32;
    /// The number of the ordering of a load, store, fence or atomic update.
    ordering_number: [Load, Store, Fence, AtomicUpdate] => LLVMGetOrdering -> i32;
    /// The number of an atomic update's operation.
    atomic_operation: [AtomicUpdate] => LLVMGetAtomicRMWBinOp -> i32;
    /// The number of the ordering when the exchange happens.
    success_ordering: [CompareExchange] => LLVMGetCmpXchgSuccessOrdering -> i32;
    /// The number of the ordering when it does not.
    failure_ordering: [CompareExchange] => LLVMGetCmpXchgFailureOrdering -> i32;
    /// The alignment that a memory access promises, or that a stack slot asks for.
    align_bytes: [Load, Store, Alloca, AtomicUpdate, CompareExchange] => LLVMGetAlignment -> u64;
    /// How many blocks may follow.
    successor_count: [Return, Branch, Switch, IndirectBranch, Invoke, Unreachable, Resume,
        CleanupReturn, CatchReturn, CatchSwitch, CallBranch] => LLVMGetNumSuccessors -> u32;
    /// How many values flow into a phi.
    incoming_count: [Phi] => LLVMCountIncoming -> u32;
    /// How many clauses a landing pad has.
    clause_count: [LandingPad] => LLVMGetNumClauses -> u32;
    /// How many arguments a call passes.
    argument_count: [Call, Invoke, CallBranch] => LLVMGetNumArgOperands -> u32;
}

impl<'m> Value<'m> {
    /// Which instruction it is.
    pub(crate) fn opcode(self) -> Opcode {
        self.expect_kind(&[ValueKind::Instruction]);
        // SAFETY: `raw` is an instruction.
        Opcode::from_number(unsafe { (self.module.table().LLVMGetInstructionOpcode)(self.raw) })
    }

    fn expect_opcode(self, opcodes: &[Opcode]) {
        let opcode = self.opcode();
        assert!(
            opcodes.contains(&opcode),
            "a {opcode:?} instruction is none of {opcodes:?}"
        );
    }

    /// Asks a yes-or-no getter.
    ///
    /// # Safety
    ///
    /// - `getter` is right for this value.
    unsafe fn asks(self, getter: unsafe extern "C" fn(Ref) -> i32) -> bool {
        // SAFETY: the caller vouches for the getter.
        unsafe { getter(self.raw) != 0 }
    }

    /// `nuw` and `nsw` of an operation that can have them.
    pub(crate) fn wrap_promises(self) -> (bool, bool) {
        self.expect_opcode(&[
            Opcode::Add,
            Opcode::Subtract,
            Opcode::Multiply,
            Opcode::ShiftLeft,
            Opcode::Truncate,
        ]);
        let table = self.module.table();
        // SAFETY: these opcodes can wrap.
        unsafe { (self.asks(table.LLVMGetNUW), self.asks(table.LLVMGetNSW)) }
    }

    /// `exact` of a division or right shift.
    pub(crate) fn is_exact(self) -> bool {
        self.expect_opcode(&[
            Opcode::UnsignedDivide,
            Opcode::SignedDivide,
            Opcode::ShiftRightLogical,
            Opcode::ShiftRightArithmetic,
        ]);
        // SAFETY: these opcodes can be exact.
        unsafe { self.asks(self.module.table().LLVMGetExact) }
    }

    /// `nneg` of a widening.
    pub(crate) fn is_not_negative(self) -> bool {
        self.expect_opcode(&[Opcode::ZeroExtend, Opcode::UnsignedToFloat]);
        // SAFETY: these opcodes can carry the promise.
        unsafe { self.asks(self.module.table().LLVMGetNNeg) }
    }

    /// `disjoint` of an `or`.
    pub(crate) fn is_disjoint(self) -> bool {
        self.expect_opcode(&[Opcode::Or]);
        // SAFETY: an `or` can carry the promise.
        unsafe { self.asks(self.module.table().LLVMGetIsDisjoint) }
    }

    /// Whether a compare-exchange may fail although the expected value is there.
    pub(crate) fn is_weak_exchange(self) -> bool {
        self.expect_opcode(&[Opcode::CompareExchange]);
        // SAFETY: a compare-exchange.
        unsafe { self.asks(self.module.table().LLVMGetWeak) }
    }

    /// Whether a landing pad is entered also when no clause matches.
    pub(crate) fn is_cleanup(self) -> bool {
        self.expect_opcode(&[Opcode::LandingPad]);
        // SAFETY: a landing pad.
        unsafe { self.asks(self.module.table().LLVMIsCleanup) }
    }

    /// A clause of a landing pad.
    pub(crate) fn clause(self, index: u32) -> Value<'m> {
        assert!(index < self.clause_count(), "clause {index} does not exist");
        // SAFETY: a landing pad with more than `index` clauses.
        let raw = unsafe { (self.module.table().LLVMGetClause)(self.raw, index) };
        Value::new(self.module, raw)
    }

    /// The type that an alloca reserves room for.
    pub(crate) fn allocated_type(self) -> Type<'m> {
        self.expect_opcode(&[Opcode::Alloca]);
        // SAFETY: an alloca.
        let raw = unsafe { (self.module.table().LLVMGetAllocatedType)(self.raw) };
        Type::new(self.module, raw)
    }

    /// The type that a `getelementptr` steps through, of an instruction or constant expression.
    pub(crate) fn element_pointer_source(self) -> Type<'m> {
        self.expect_element_pointer();
        // SAFETY: a `getelementptr`.
        let raw = unsafe { (self.module.table().LLVMGetGEPSourceElementType)(self.raw) };
        Type::new(self.module, raw)
    }

    /// Whether a `getelementptr` promises to stay within its object.
    pub(crate) fn is_in_bounds(self) -> bool {
        /// `LLVMGEPFlagInBounds`.
        const IN_BOUNDS: u32 = 1;
        self.expect_element_pointer();
        // SAFETY: a `getelementptr`.
        unsafe { (self.module.table().LLVMGEPGetNoWrapFlags)(self.raw) & IN_BOUNDS != 0 }
    }

    fn expect_element_pointer(self) {
        let opcode = match self.kind() {
            ValueKind::ConstantExpression => self.constant_opcode(),
            _ => self.opcode(),
        };
        assert_eq!(
            opcode,
            Opcode::GetElementPointer,
            "asked of another operation"
        );
    }

    /// The constant indices of `extractvalue` and `insertvalue`.
    pub(crate) fn aggregate_indices(self) -> Vec<u32> {
        self.expect_opcode(&[Opcode::ExtractValue, Opcode::InsertValue]);
        let table = self.module.table();
        // SAFETY: an instruction with indices; they are valid for their count, which is at least
        // one, and are copied.
        unsafe {
            let count = (table.LLVMGetNumIndices)(self.raw) as usize;
            std::slice::from_raw_parts((table.LLVMGetIndices)(self.raw), count).to_vec()
        }
    }

    /// The lanes that a shuffle picks; `None` for a lane that may be anything.
    pub(crate) fn shuffle_mask(self) -> Vec<Option<u32>> {
        self.expect_opcode(&[Opcode::ShuffleVector]);
        let table = self.module.table();
        // SAFETY: a shuffle, and indices below its count of lanes.
        unsafe {
            let count = (table.LLVMGetNumMaskElements)(self.raw);
            (0..count)
                .map(|index| u32::try_from((table.LLVMGetMaskValue)(self.raw, index)).ok())
                .collect()
        }
    }

    /// A value that flows into a phi, and the block that it comes from.
    pub(crate) fn incoming(self, index: u32) -> (Value<'m>, Block<'m>) {
        assert!(
            index < self.incoming_count(),
            "incoming value {index} does not exist"
        );
        let table = self.module.table();
        // SAFETY: a phi with more than `index` incoming values.
        unsafe {
            (
                Value::new(self.module, (table.LLVMGetIncomingValue)(self.raw, index)),
                Block::new(self.module, (table.LLVMGetIncomingBlock)(self.raw, index)),
            )
        }
    }

    /// The blocks that may follow a terminator.
    pub(crate) fn successors(self) -> Vec<Block<'m>> {
        let table = self.module.table();
        (0..self.successor_count())
            // SAFETY: a terminator with more than `index` successors.
            .map(|index| unsafe { (table.LLVMGetSuccessor)(self.raw, index) })
            .map(|raw| Block::new(self.module, raw))
            .collect()
    }

    /// The condition of a branch that has one.
    pub(crate) fn branch_condition(self) -> Option<Value<'m>> {
        self.expect_opcode(&[Opcode::Branch]);
        let table = self.module.table();
        // SAFETY: a branch, asked for its condition only if it has one.
        unsafe {
            if (table.LLVMIsConditional)(self.raw) == 0 {
                return None;
            }
            Some(Value::new(self.module, (table.LLVMGetCondition)(self.raw)))
        }
    }

    /// The value that leads a switch to a successor; successor 0 is the default.
    pub(crate) fn switch_case(self, successor: u32) -> Value<'m> {
        self.expect_opcode(&[Opcode::Switch]);
        let count = self.successor_count();
        assert!(
            (1..count).contains(&successor),
            "case {successor} of {count}"
        );
        // SAFETY: a switch with that case.
        let raw = unsafe { (self.module.table().LLVMGetSwitchCaseValue)(self.raw, successor) };
        Value::new(self.module, raw)
    }

    /// Who is called.
    pub(crate) fn callee(self) -> Value<'m> {
        self.expect_opcode(&[Opcode::Call, Opcode::Invoke, Opcode::CallBranch]);
        // SAFETY: a call.
        let raw = unsafe { (self.module.table().LLVMGetCalledValue)(self.raw) };
        Value::new(self.module, raw)
    }

    /// The arguments of a call, without operand bundles.
    pub(crate) fn arguments(self) -> Vec<Value<'m>> {
        (0..self.argument_count())
            .map(|index| self.operand(index))
            .collect()
    }

    /// Where an invoke goes on after a return, and where while a panic unwinds.
    pub(crate) fn invoke_destinations(self) -> (Block<'m>, Block<'m>) {
        self.expect_opcode(&[Opcode::Invoke]);
        let table = self.module.table();
        // SAFETY: an invoke.
        unsafe {
            (
                Block::new(self.module, (table.LLVMGetNormalDest)(self.raw)),
                Block::new(self.module, (table.LLVMGetUnwindDest)(self.raw)),
            )
        }
    }

    /// Whether metadata of this kind is attached to an instruction.
    pub(crate) fn has_metadata(self, kind: u32) -> bool {
        self.expect_kind(&[ValueKind::Instruction]);
        // SAFETY: an instruction; the answer may be null.
        unsafe { !(self.module.table().LLVMGetMetadata)(self.raw, kind).is_null() }
    }

    /// The place in the source that an instruction came from.
    pub(crate) fn location(self) -> Option<Metadata<'m>> {
        self.expect_kind(&[ValueKind::Instruction]);
        // SAFETY: an instruction.
        let raw = unsafe { (self.module.table().LLVMInstructionGetDebugLoc)(self.raw) };
        Metadata::nullable(self.module, raw)
    }
}
