//! Views of values, constants, globals, functions and blocks.

use std::fmt;

use super::kinds::{Linkage, Opcode, TypeKind, ValueKind};
use super::metadata::{Metadata, text};
use super::module::{Module, take_message};
use super::table::Ref;
use super::types::Type;

/// The attribute position of a function's first parameter (0 is the result).
const FIRST_PARAMETER: u32 = 1;

/// A value of a module: a constant, a global, a function, an argument or an instruction.
#[derive(Clone, Copy)]
pub(crate) struct Value<'m> {
    pub(super) module: &'m Module,
    pub(super) raw: Ref,
}

/// A block of a function.
#[derive(Clone, Copy)]
pub(crate) struct Block<'m> {
    module: &'m Module,
    pub(super) raw: Ref,
}

impl fmt::Display for Value<'_> {
    /// The value as LLVM writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: `raw` is a value; the text is handed over to us.
        let text = unsafe {
            let text = (self.module.table().LLVMPrintValueToString)(self.raw);
            take_message(self.module.table(), text)
        };
        f.write_str(&text)
    }
}

impl<'m> Value<'m> {
    /// Wraps a value that LLVM returned, or nothing.
    pub(super) fn nullable(module: &'m Module, raw: Ref) -> Option<Self> {
        (!raw.is_null()).then_some(Self { module, raw })
    }

    /// Wraps a value that LLVM returned.
    pub(super) fn new(module: &'m Module, raw: Ref) -> Self {
        Self::nullable(module, raw).expect("LLVM returned no value where there is one")
    }

    /// A number that identifies the value within its module.
    pub(crate) fn key(self) -> usize {
        self.raw as usize
    }

    /// What it is.
    pub(crate) fn kind(self) -> ValueKind {
        // SAFETY: `raw` is a value.
        ValueKind::from_number(unsafe { (self.module.table().LLVMGetValueKind)(self.raw) })
    }

    pub(super) fn expect_kind(self, kinds: &[ValueKind]) {
        let kind = self.kind();
        assert!(
            kinds.contains(&kind),
            "a {kind:?} value is none of {kinds:?}"
        );
    }

    /// Its type; that of a global is an address.
    pub(crate) fn type_of(self) -> Type<'m> {
        // SAFETY: `raw` is a value.
        let raw = unsafe { (self.module.table().LLVMTypeOf)(self.raw) };
        Type::new(self.module, raw)
    }

    /// Its name; the symbol of a global.
    pub(crate) fn name(self) -> String {
        let mut length = 0;
        // SAFETY: `raw` is a value; the name is valid for the length that LLVM writes.
        unsafe {
            let name = (self.module.table().LLVMGetValueName2)(self.raw, &mut length);
            text(name.cast(), length)
        }
    }

    /// The operands of an instruction, a constant expression or an aggregate constant.
    pub(crate) fn operands(self) -> Vec<Value<'m>> {
        (0..self.operand_count())
            .map(|index| self.operand(index))
            .collect()
    }

    /// How many operands it has.
    pub(crate) fn operand_count(self) -> u32 {
        self.expect_kind(&[
            ValueKind::Instruction,
            ValueKind::ConstantExpression,
            ValueKind::ConstantArray,
            ValueKind::ConstantStruct,
            ValueKind::ConstantVector,
        ]);
        // SAFETY: `raw` is a user of other values.
        let count = unsafe { (self.module.table().LLVMGetNumOperands)(self.raw) };
        u32::try_from(count).expect("counts are not negative")
    }

    /// One operand.
    pub(crate) fn operand(self, index: u32) -> Value<'m> {
        let count = self.operand_count();
        assert!(index < count, "operand {index} of {count}");
        // SAFETY: `raw` is a user with more than `index` operands.
        let raw = unsafe { (self.module.table().LLVMGetOperand)(self.raw, index) };
        Self::new(self.module, raw)
    }

    /// The value of an integer constant, in words of 64 bits, least significant first.
    pub(crate) fn integer_words(self) -> Vec<u64> {
        self.expect_kind(&[ValueKind::ConstantInt]);
        let width = self.type_of().integer_width();
        if width <= 64 {
            // SAFETY: `raw` is an integer constant of at most 64 bits.
            return vec![unsafe { (self.module.table().LLVMConstIntGetZExtValue)(self.raw) }];
        }
        // The C interface has no getter for wide integers, but it prints them: `i128 -5`.
        let printed = self.to_string();
        let digits = printed.rsplit(' ').next().expect("a text has a last word");
        crate::load::decimal::words_of_decimal(digits, width)
            .expect("LLVM prints integers in decimal")
    }

    /// A float constant as the integer constant with the same bits.
    pub(crate) fn float_as_integer(self) -> Option<Value<'m>> {
        self.expect_kind(&[ValueKind::ConstantFloat]);
        let bits = u32::try_from(self.type_of().size_bits()).expect("floats are narrow");
        let table = self.module.table();
        // SAFETY: `raw` is a float constant and the integer type, of the same context, has its
        // width; LLVM folds the cast to a constant.
        let raw = unsafe {
            let integer = (table.LLVMIntTypeInContext)(self.module.context(), bits);
            (table.LLVMConstBitCast)(self.raw, integer)
        };
        let value = Self::nullable(self.module, raw)?;
        (value.kind() == ValueKind::ConstantInt).then_some(value)
    }

    /// The bytes of a constant array of integers or floats, little end first.
    pub(crate) fn data_bytes(self) -> Vec<u8> {
        self.expect_kind(&[ValueKind::ConstantDataArray, ValueKind::ConstantDataVector]);
        let mut length = 0;
        // SAFETY: `raw` is constant data; the bytes are valid for the length that LLVM writes and
        // are copied.
        unsafe {
            let data = (self.module.table().LLVMGetRawDataValues)(self.raw, &mut length);
            if length == 0 {
                return Vec::new();
            }
            std::slice::from_raw_parts(data.cast::<u8>(), length).to_vec()
        }
    }

    /// An element of a constant of an aggregate or vector type.
    pub(crate) fn constant_element(self, index: u32) -> Option<Value<'m>> {
        self.expect_kind(&[
            ValueKind::ConstantArray,
            ValueKind::ConstantStruct,
            ValueKind::ConstantVector,
            ValueKind::ConstantDataArray,
            ValueKind::ConstantDataVector,
            ValueKind::ConstantAggregateZero,
            ValueKind::Undefined,
            ValueKind::Poison,
            // A splat of a vector, in newer versions.
            ValueKind::ConstantInt,
            ValueKind::ConstantFloat,
        ]);
        // SAFETY: `raw` is a constant; LLVM answers null for an index past the end.
        let raw = unsafe { (self.module.table().LLVMGetAggregateElement)(self.raw, index) };
        Self::nullable(self.module, raw)
    }

    /// Which operation a constant expression is.
    pub(crate) fn constant_opcode(self) -> Opcode {
        self.expect_kind(&[ValueKind::ConstantExpression]);
        // SAFETY: `raw` is a constant expression.
        Opcode::from_number(unsafe { (self.module.table().LLVMGetConstOpcode)(self.raw) })
    }

    /// What an alias stands for.
    pub(crate) fn aliasee(self) -> Value<'m> {
        self.expect_kind(&[ValueKind::GlobalAlias]);
        // SAFETY: `raw` is an alias.
        let raw = unsafe { (self.module.table().LLVMAliasGetAliasee)(self.raw) };
        Self::new(self.module, raw)
    }

    fn expect_global(self) {
        self.expect_kind(&[
            ValueKind::Function,
            ValueKind::GlobalVariable,
            ValueKind::GlobalAlias,
            ValueKind::GlobalIFunc,
        ]);
    }

    /// Whether a symbol is only declared here.
    pub(crate) fn is_declaration(self) -> bool {
        self.expect_global();
        // SAFETY: `raw` is a global value.
        unsafe { (self.module.table().LLVMIsDeclaration)(self.raw) != 0 }
    }

    /// How a symbol is linked.
    pub(crate) fn linkage(self) -> Linkage {
        self.expect_global();
        // SAFETY: `raw` is a global value.
        Linkage::from_number(unsafe { (self.module.table().LLVMGetLinkage)(self.raw) })
    }

    /// The type of a variable's contents, or a function's type.
    pub(crate) fn content_type(self) -> Type<'m> {
        self.expect_global();
        // SAFETY: `raw` is a global value.
        let raw = unsafe { (self.module.table().LLVMGlobalGetValueType)(self.raw) };
        Type::new(self.module, raw)
    }

    /// The alignment of a variable: as stated, else as LLVM would choose.
    pub(crate) fn variable_align_bytes(self) -> u64 {
        self.expect_kind(&[ValueKind::GlobalVariable]);
        let table = self.module.table();
        // SAFETY: `raw` is a variable; the layout belongs to its module. A variable of a type
        // without a size is given none.
        let align = unsafe {
            match (table.LLVMGetAlignment)(self.raw) {
                0 if self.content_type().is_sized() => {
                    (table.LLVMPreferredAlignmentOfGlobal)(self.module.layout(), self.raw)
                }
                stated => stated,
            }
        };
        u64::from(align.max(1))
    }

    /// The initial contents of a variable.
    pub(crate) fn initializer(self) -> Option<Value<'m>> {
        self.expect_kind(&[ValueKind::GlobalVariable]);
        // SAFETY: `raw` is a variable.
        let raw = unsafe { (self.module.table().LLVMGetInitializer)(self.raw) };
        Self::nullable(self.module, raw)
    }

    /// Whether each thread has its own copy of a variable.
    pub(crate) fn is_thread_local(self) -> bool {
        self.expect_kind(&[ValueKind::GlobalVariable]);
        // SAFETY: `raw` is a variable.
        unsafe { (self.module.table().LLVMIsThreadLocal)(self.raw) != 0 }
    }

    /// Whether a variable is never written.
    pub(crate) fn is_constant_variable(self) -> bool {
        self.expect_kind(&[ValueKind::GlobalVariable]);
        // SAFETY: `raw` is a variable.
        unsafe { (self.module.table().LLVMIsGlobalConstant)(self.raw) != 0 }
    }

    /// Whether a function is one of LLVM's intrinsics.
    pub(crate) fn is_intrinsic(self) -> bool {
        self.expect_kind(&[ValueKind::Function]);
        // SAFETY: `raw` is a function.
        unsafe { (self.module.table().LLVMGetIntrinsicID)(self.raw) != 0 }
    }

    /// The parameters of a function.
    pub(crate) fn parameters(self) -> Vec<Value<'m>> {
        self.expect_kind(&[ValueKind::Function]);
        let table = self.module.table();
        // SAFETY: `raw` is a function, and the indices are below its count of parameters.
        unsafe {
            let count = (table.LLVMCountParams)(self.raw);
            let parameter = |index| (table.LLVMGetParam)(self.raw, index);
            (0..count)
                .map(|index| Self::new(self.module, parameter(index)))
                .collect()
        }
    }

    /// The type that an attribute of a function's parameter names, as `byval` does.
    pub(crate) fn parameter_type_attribute(self, index: u32, kind: u32) -> Option<Type<'m>> {
        self.expect_kind(&[ValueKind::Function]);
        let table = self.module.table();
        // SAFETY: `raw` is a function. `kind` is the number of an attribute that holds a type, so
        // asking the attribute for its type is right.
        unsafe {
            let at = FIRST_PARAMETER + index;
            let attribute = (table.LLVMGetEnumAttributeAtIndex)(self.raw, at, kind);
            if attribute.is_null() {
                return None;
            }
            Some(Type::new(
                self.module,
                (table.LLVMGetTypeAttributeValue)(attribute),
            ))
        }
    }

    /// The blocks of a prepared function, the entry first.
    pub(crate) fn blocks(self) -> Vec<Block<'m>> {
        assert!(
            self.module.is_prepared(self),
            "only what changes no more is looked at"
        );
        self.unprepared_blocks()
    }

    /// The blocks of a function that is being prepared.
    pub(super) fn unprepared_blocks(self) -> Vec<Block<'m>> {
        self.expect_kind(&[ValueKind::Function]);
        let table = self.module.table();
        let mut blocks = Vec::new();
        // SAFETY: `raw` is a function; `next` walks its own list.
        unsafe {
            let mut raw = (table.LLVMGetFirstBasicBlock)(self.raw);
            while !raw.is_null() {
                blocks.push(Block::new(self.module, raw));
                raw = (table.LLVMGetNextBasicBlock)(raw);
            }
        }
        blocks
    }

    /// The debug information of a function.
    pub(crate) fn subprogram(self) -> Option<Metadata<'m>> {
        self.expect_kind(&[ValueKind::Function]);
        // SAFETY: `raw` is a function.
        let raw = unsafe { (self.module.table().LLVMGetSubprogram)(self.raw) };
        Metadata::nullable(self.module, raw)
    }

    /// The template and the constraints of inline assembly.
    pub(crate) fn inline_assembly(self) -> (String, String) {
        self.expect_kind(&[ValueKind::InlineAssembly]);
        let table = self.module.table();
        // SAFETY: `raw` is inline assembly; the texts are valid for the lengths that LLVM writes.
        unsafe {
            let mut length = 0;
            let template = (table.LLVMGetInlineAsmAsmString)(self.raw, &mut length);
            let template = text(template.cast(), length);
            let constraints = (table.LLVMGetInlineAsmConstraintString)(self.raw, &mut length);
            (template, text(constraints.cast(), length))
        }
    }

    /// Whether the value is the null address.
    pub(crate) fn is_null_pointer(self) -> bool {
        self.kind() == ValueKind::ConstantPointerNull
    }

    /// Whether the value is of an integer type.
    pub(crate) fn is_integer(self) -> bool {
        self.type_of().kind() == TypeKind::Integer
    }
}

impl<'m> Block<'m> {
    /// Wraps a block that LLVM returned.
    pub(super) fn new(module: &'m Module, raw: Ref) -> Self {
        assert!(!raw.is_null(), "LLVM returned no block where there is one");
        Self { module, raw }
    }

    /// A number that identifies the block within its module.
    pub(crate) fn key(self) -> usize {
        self.raw as usize
    }

    /// The instructions, in order.
    pub(crate) fn instructions(self) -> Vec<Value<'m>> {
        let table = self.module.table();
        let mut instructions = Vec::new();
        // SAFETY: `raw` is a block; `next` walks its own list.
        unsafe {
            let mut raw = (table.LLVMGetFirstInstruction)(self.raw);
            while let Some(value) = Value::nullable(self.module, raw) {
                instructions.push(value);
                raw = (table.LLVMGetNextInstruction)(raw);
            }
        }
        instructions
    }

    /// The instruction that ends the block.
    pub(crate) fn terminator(self) -> Value<'m> {
        // SAFETY: `raw` is a block.
        let raw = unsafe { (self.module.table().LLVMGetBasicBlockTerminator)(self.raw) };
        Value::new(self.module, raw)
    }
}
