//! Views of types.

use std::fmt;

use super::kinds::TypeKind;
use super::module::{Module, take_message};
use super::table::Ref;

/// A type of a module.
#[derive(Clone, Copy)]
pub(crate) struct Type<'m> {
    pub(super) module: &'m Module,
    pub(super) raw: Ref,
}

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: `raw` is a type; the text is handed over to us.
        let text = unsafe {
            let text = (self.module.table().LLVMPrintTypeToString)(self.raw);
            take_message(self.module.table(), text)
        };
        f.write_str(&text)
    }
}

impl<'m> Type<'m> {
    /// Wraps a type that LLVM returned.
    pub(super) fn new(module: &'m Module, raw: Ref) -> Self {
        assert!(!raw.is_null(), "LLVM returned no type where there is one");
        Self { module, raw }
    }

    /// A number that identifies the type within its module.
    pub(crate) fn key(self) -> usize {
        self.raw as usize
    }

    /// What it is.
    pub(crate) fn kind(self) -> TypeKind {
        // SAFETY: `raw` is a type.
        TypeKind::from_number(unsafe { (self.module.table().LLVMGetTypeKind)(self.raw) })
    }

    fn expect_kind(self, kinds: &[TypeKind]) {
        let kind = self.kind();
        assert!(
            kinds.contains(&kind),
            "a {kind:?} type is none of {kinds:?}"
        );
    }

    /// The width of an integer type.
    pub(crate) fn integer_width(self) -> u32 {
        self.expect_kind(&[TypeKind::Integer]);
        // SAFETY: `raw` is an integer type.
        unsafe { (self.module.table().LLVMGetIntTypeWidth)(self.raw) }
    }

    /// The fields of a struct type; `None` for one without a definition.
    pub(crate) fn struct_fields(self) -> Option<Vec<Type<'m>>> {
        self.expect_kind(&[TypeKind::Struct]);
        let table = self.module.table();
        // SAFETY: `raw` is a struct type; the indices are below the count of its fields, which an
        // opaque struct does not have.
        unsafe {
            if (table.LLVMIsOpaqueStruct)(self.raw) != 0 {
                return None;
            }
            let count = (table.LLVMCountStructElementTypes)(self.raw);
            let field = |index| (table.LLVMStructGetTypeAtIndex)(self.raw, index);
            Some(
                (0..count)
                    .map(|index| Type::new(self.module, field(index)))
                    .collect(),
            )
        }
    }

    /// The type of an array's or vector's elements.
    pub(crate) fn element(self) -> Type<'m> {
        self.expect_kind(&[TypeKind::Array, TypeKind::Vector]);
        // SAFETY: `raw` is an array or vector type.
        let raw = unsafe { (self.module.table().LLVMGetElementType)(self.raw) };
        Type::new(self.module, raw)
    }

    /// How many elements an array or vector has.
    pub(crate) fn element_count(self) -> u64 {
        self.expect_kind(&[TypeKind::Array, TypeKind::Vector]);
        let table = self.module.table();
        // SAFETY: `raw` is an array or a vector type, and each gets its own function.
        unsafe {
            if self.kind() == TypeKind::Array {
                (table.LLVMGetArrayLength2)(self.raw)
            } else {
                u64::from((table.LLVMGetVectorSize)(self.raw))
            }
        }
    }

    /// The result of a function type.
    pub(crate) fn function_result(self) -> Type<'m> {
        self.expect_kind(&[TypeKind::Function]);
        // SAFETY: `raw` is a function type.
        let raw = unsafe { (self.module.table().LLVMGetReturnType)(self.raw) };
        Type::new(self.module, raw)
    }

    /// The parameters of a function type.
    pub(crate) fn function_parameters(self) -> Vec<Type<'m>> {
        self.expect_kind(&[TypeKind::Function]);
        let table = self.module.table();
        // SAFETY: `raw` is a function type, and the buffer has room for as many types as LLVM says
        // it will write.
        let raw = unsafe {
            let count = (table.LLVMCountParamTypes)(self.raw) as usize;
            let mut raw: Vec<Ref> = vec![std::ptr::null_mut(); count];
            (table.LLVMGetParamTypes)(self.raw, raw.as_mut_ptr());
            raw
        };
        raw.into_iter()
            .map(|raw| Type::new(self.module, raw))
            .collect()
    }

    /// Whether further arguments may follow a function type's parameters.
    pub(crate) fn is_variadic(self) -> bool {
        self.expect_kind(&[TypeKind::Function]);
        // SAFETY: `raw` is a function type.
        unsafe { (self.module.table().LLVMIsFunctionVarArg)(self.raw) != 0 }
    }

    /// Whether values of the type have a size in memory that is known now. Asked before the
    /// questions below, which have no answer otherwise.
    pub(crate) fn is_sized(self) -> bool {
        match self.kind() {
            TypeKind::Void
            | TypeKind::Label
            | TypeKind::Function
            | TypeKind::Metadata
            | TypeKind::Token
            | TypeKind::ScalableVector
            | TypeKind::X86Amx
            | TypeKind::TargetExtension
            | TypeKind::Other(_) => false,
            TypeKind::Array | TypeKind::Vector => self.element().is_sized(),
            TypeKind::Struct => self
                .struct_fields()
                .is_some_and(|fields| fields.into_iter().all(Type::is_sized)),
            TypeKind::Half
            | TypeKind::Float
            | TypeKind::Double
            | TypeKind::X86Fp80
            | TypeKind::Fp128
            | TypeKind::PowerPcFp128
            | TypeKind::Integer
            | TypeKind::Pointer
            | TypeKind::BFloat => true,
        }
    }

    /// The bits that hold the value.
    pub(crate) fn size_bits(self) -> u64 {
        debug_assert!(self.is_sized(), "asked for the size of an unsized type");
        // SAFETY: the layout belongs to the module of the type, which is sized.
        unsafe { (self.module.table().LLVMSizeOfTypeInBits)(self.module.layout(), self.raw) }
    }

    /// The bytes from one array element to the next.
    pub(crate) fn stride_bytes(self) -> u64 {
        debug_assert!(self.is_sized(), "asked for the stride of an unsized type");
        // SAFETY: as in `size_bits`.
        unsafe { (self.module.table().LLVMABISizeOfType)(self.module.layout(), self.raw) }
    }

    /// Where a struct's field begins.
    pub(crate) fn field_offset(self, index: u32) -> u64 {
        let count = self.struct_fields().map_or(0, |fields| fields.len());
        assert!((index as usize) < count, "field {index} of {count}");
        // SAFETY: `raw` is a struct type with a definition and more than `index` fields; the layout
        // belongs to its module.
        unsafe { (self.module.table().LLVMOffsetOfElement)(self.module.layout(), self.raw, index) }
    }
}
