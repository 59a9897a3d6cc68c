//! Preparing a function: its body is parsed, and stack slots that are plain variables become
//! registers.
//!
//! rustc reserves every local variable as an array of bytes, and reads and writes its parts at
//! constant offsets. LLVM's own promotion (`mem2reg`) turns a slot into a register only if it is
//! reserved with the type that it is used with. So each slot whose parts are used consistently is
//! first replaced by one slot for each part; then `mem2reg` promotes those.
//!
//! LLVM's pass for the same purpose (`sroa`) is not used. It concludes from undefined behaviour: an
//! access past the slot's end is dropped, a misaligned one becomes aligned; and it packs parts that
//! are not initialised into wider integers with parts that are.
//!
//! # Invariants
//!
//! - A slot is split only if every use is a load or store of one scalar at a constant offset, within
//!   the slot, no more aligned than the slot is at that offset, and no two uses overlap unless they
//!   agree in offset and type. No fault can hide in such a slot but reading it before writing it,
//!   which gives `undef` as memory would.
//! - A function is prepared once, before any view of its instructions exists: nothing that is erased
//!   here can be reached from outside.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::ptr;

use super::kinds::{Opcode, TypeKind, ValueKind};
use super::module::Module;
use super::table::Ref;
use super::types::Type;
use super::value::Value;

/// The type and the size in bytes of each part of a slot, by offset.
type Parts = BTreeMap<u64, (Ref, u64)>;

/// What turns slots into registers. It folds nothing; a slot that is read before it is written gives
/// `undef`.
const PROMOTION: &CStr = c"mem2reg";

/// A load or store of a slot's part.
struct Access {
    instruction: Ref,
    /// The operand that is the address.
    address_operand: u32,
    offset: u64,
    /// The type that is read or written.
    of: Ref,
    size_bytes: u64,
    align_bytes: u64,
}

/// All uses of a slot.
#[derive(Default)]
struct Uses {
    accesses: Vec<Access>,
    /// The instructions that step to a part, each after those that it steps from.
    steps: Vec<Ref>,
}

impl Module {
    /// Prepares a function whose body is parsed: then its blocks may be looked at. With `promote`,
    /// its slots that are plain variables become registers.
    ///
    /// # Errors
    ///
    /// LLVM's message.
    ///
    /// # Panics
    ///
    /// If the function was prepared before: views of its instructions may exist.
    pub(crate) fn prepare(&self, function: Value<'_>, promote: bool) -> Result<(), String> {
        if promote {
            for slot in self.slots(function) {
                self.split(slot);
            }
            self.run_promotion(function)?;
        }
        self.set_prepared(function);
        Ok(())
    }

    /// The slots that the entry block reserves, one each.
    fn slots<'m>(&'m self, function: Value<'m>) -> Vec<Value<'m>> {
        let Some(entry) = function.unprepared_blocks().into_iter().next() else {
            return Vec::new();
        };
        let instructions = entry.instructions().into_iter();
        instructions
            .filter(|one| one.opcode() == Opcode::Alloca && is_single(*one))
            .collect()
    }

    /// Replaces a slot by one for each of its parts, if all uses agree.
    fn split(&self, slot: Value<'_>) {
        let of = slot.allocated_type();
        let Some((uses, parts)) = self.parts_of(slot, of) else {
            return;
        };
        let is_own_type = |(_, part): (&u64, &(Ref, u64))| part.0 == of.raw;
        if uses.steps.is_empty() && parts.first_key_value().is_some_and(is_own_type) {
            // One part of the slot's own type: what promotion wants already.
            return;
        }
        let table = self.table();
        // SAFETY: the slot is an instruction of this module, and so are all its users. Each access
        // gets the slot of its part as its address. Then nothing uses the steps but later steps,
        // which are erased first, and nothing uses the slot. No view of any of them is used again.
        unsafe {
            let builder = (table.LLVMCreateBuilderInContext)(self.context());
            (table.LLVMPositionBuilderBefore)(builder, slot.raw);
            let slots: BTreeMap<u64, Ref> = parts
                .iter()
                .map(|(offset, (of, _))| {
                    let part = (table.LLVMBuildAlloca)(builder, *of, c"".as_ptr());
                    let align = align_at(slot.align_bytes(), *offset);
                    (table.LLVMSetAlignment)(part, u32::try_from(align).unwrap_or(1));
                    (*offset, part)
                })
                .collect();
            (table.LLVMDisposeBuilder)(builder);
            for access in &uses.accesses {
                let part = slots[&access.offset];
                (table.LLVMSetOperand)(access.instruction, access.address_operand, part);
            }
            for step in uses.steps.iter().rev() {
                (table.LLVMInstructionEraseFromParent)(*step);
            }
            (table.LLVMInstructionEraseFromParent)(slot.raw);
        }
    }

    /// The uses of a slot and its parts by offset (type and size), if it may be split.
    fn parts_of(&self, slot: Value<'_>, of: Type<'_>) -> Option<(Uses, Parts)> {
        if !of.is_sized() {
            return None;
        }
        let size = of.stride_bytes();
        let mut uses = Uses::default();
        self.collect(slot, 0, &mut uses)?;
        let mut parts: Parts = BTreeMap::new();
        for access in &uses.accesses {
            let end = access.offset.checked_add(access.size_bytes)?;
            let is_sound =
                end <= size && access.align_bytes <= align_at(slot.align_bytes(), access.offset);
            let part = parts
                .entry(access.offset)
                .or_insert((access.of, access.size_bytes));
            if !is_sound || part.0 != access.of {
                return None;
            }
        }
        let mut next = 0;
        for (offset, (_, size_bytes)) in &parts {
            if *offset < next {
                return None;
            }
            next = offset + size_bytes;
        }
        Some((uses, parts))
    }

    /// Gathers the uses of an address within a slot; `None` when one is anything else than a load, a
    /// store to it, or a constant step.
    fn collect(&self, address: Value<'_>, offset: u64, uses: &mut Uses) -> Option<()> {
        for user in self.users(address) {
            if user.kind() != ValueKind::Instruction {
                return None;
            }
            match user.opcode() {
                Opcode::Load => {
                    uses.accesses
                        .push(self.access(user, user.type_of(), 0, offset)?);
                }
                // Storing the address itself would let it escape.
                Opcode::Store if user.operand(0).raw != address.raw => {
                    let of = user.operand(0).type_of();
                    uses.accesses.push(self.access(user, of, 1, offset)?);
                }
                Opcode::GetElementPointer if user.type_of().kind() == TypeKind::Pointer => {
                    let step = user.constant_step()?;
                    let offset = offset.checked_add_signed(step)?;
                    uses.steps.push(user.raw);
                    self.collect(user, offset, uses)?;
                }
                _ => return None,
            }
        }
        Some(())
    }

    fn access(
        &self,
        instruction: Value<'_>,
        of: Type<'_>,
        address_operand: u32,
        offset: u64,
    ) -> Option<Access> {
        let table = self.table();
        let is_plain = match of.kind() {
            TypeKind::Pointer | TypeKind::Float | TypeKind::Double => true,
            // An odd integer has bits in memory that its type does not have.
            TypeKind::Integer => of.integer_width().is_multiple_of(8),
            _ => false,
        };
        // SAFETY: a load or store.
        let is_volatile = unsafe { (table.LLVMGetVolatile)(instruction.raw) != 0 };
        if !is_plain || is_volatile || instruction.ordering_number() != 0 {
            return None;
        }
        Some(Access {
            instruction: instruction.raw,
            address_operand,
            offset,
            of: of.raw,
            size_bytes: of.size_bits() / 8,
            align_bytes: instruction.align_bytes().max(1),
        })
    }

    fn users<'m>(&'m self, value: Value<'m>) -> Vec<Value<'m>> {
        let table = self.table();
        let mut users = Vec::new();
        // SAFETY: `next` walks the value's own list of uses, each of which has a user.
        unsafe {
            let mut one = (table.LLVMGetFirstUse)(value.raw);
            while !one.is_null() {
                users.push(Value::new(self, (table.LLVMGetUser)(one)));
                one = (table.LLVMGetNextUse)(one);
            }
        }
        users
    }

    fn run_promotion(&self, function: Value<'_>) -> Result<(), String> {
        let passes = CString::from(PROMOTION);
        let table = self.table();
        // SAFETY: the function belongs to a live module; no target machine is given; the options
        // are ours. The error, if any, is consumed by asking for its message.
        unsafe {
            let options = (table.LLVMCreatePassBuilderOptions)();
            let error = (table.LLVMRunPassesOnFunction)(
                function.raw,
                passes.as_ptr(),
                ptr::null_mut(),
                options,
            );
            (table.LLVMDisposePassBuilderOptions)(options);
            if error.is_null() {
                return Ok(());
            }
            let message = (table.LLVMGetErrorMessage)(error);
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            (table.LLVMDisposeErrorMessage)(message);
            Err(text)
        }
    }
}

/// Whether an alloca reserves one element.
fn is_single(alloca: Value<'_>) -> bool {
    let count = alloca.operand(0);
    count.kind() == ValueKind::ConstantInt && count.integer_words()[0] == 1
}

/// The alignment that is left of `align_bytes` some bytes further.
fn align_at(align_bytes: u64, offset: u64) -> u64 {
    match offset {
        0 => align_bytes.max(1),
        _ => align_bytes.max(1).min(1 << offset.trailing_zeros()),
    }
}
