//! Views of the debug information.

use std::slice;

use super::kinds::MetadataKind;
use super::module::Module;
use super::table::Ref;

/// A metadata node of a module.
#[derive(Clone, Copy)]
pub(crate) struct Metadata<'m> {
    module: &'m Module,
    raw: Ref,
}

impl<'m> Metadata<'m> {
    /// Wraps a node, or nothing.
    pub(super) fn nullable(module: &'m Module, raw: Ref) -> Option<Self> {
        (!raw.is_null()).then_some(Self { module, raw })
    }

    /// A number that identifies the node within its module.
    pub(crate) fn key(self) -> usize {
        self.raw as usize
    }

    /// What it is.
    pub(crate) fn kind(self) -> MetadataKind {
        // SAFETY: `raw` is a metadata node.
        MetadataKind::from_number(unsafe { (self.module.table().LLVMGetMetadataKind)(self.raw) })
    }

    fn expect_kind(self, kinds: &[MetadataKind]) {
        let kind = self.kind();
        assert!(
            kinds.contains(&kind),
            "a {kind:?} node is none of {kinds:?}"
        );
    }

    /// Line and column of a location.
    pub(crate) fn line_and_column(self) -> (u32, u32) {
        self.expect_kind(&[MetadataKind::Location]);
        let table = self.module.table();
        // SAFETY: `raw` is a location.
        unsafe {
            (
                (table.LLVMDILocationGetLine)(self.raw),
                (table.LLVMDILocationGetColumn)(self.raw),
            )
        }
    }

    /// The scope of a location.
    pub(crate) fn location_scope(self) -> Option<Self> {
        self.expect_kind(&[MetadataKind::Location]);
        // SAFETY: `raw` is a location.
        let raw = unsafe { (self.module.table().LLVMDILocationGetScope)(self.raw) };
        Self::nullable(self.module, raw)
    }

    /// The location of the call that was inlined, if a location was inlined.
    pub(crate) fn inlined_at(self) -> Option<Self> {
        self.expect_kind(&[MetadataKind::Location]);
        // SAFETY: `raw` is a location.
        let raw = unsafe { (self.module.table().LLVMDILocationGetInlinedAt)(self.raw) };
        Self::nullable(self.module, raw)
    }

    /// The file of a scope, as the compiler names it, and the folder from which it is named.
    pub(crate) fn file_and_folder(self) -> Option<[String; 2]> {
        self.expect_kind(&[
            MetadataKind::Subprogram,
            MetadataKind::LexicalBlock,
            MetadataKind::LexicalBlockFile,
        ]);
        let table = self.module.table();
        // SAFETY: `raw` is a scope; its file is null or a file node, whose name and folder are valid
        // for the lengths that LLVM writes.
        unsafe {
            let file = Self::nullable(self.module, (table.LLVMDIScopeGetFile)(self.raw))?;
            file.expect_kind(&[MetadataKind::File]);
            let mut length = 0;
            let name = (table.LLVMDIFileGetFilename)(file.raw, &mut length);
            let name = text(name.cast(), length as usize);
            let folder = (table.LLVMDIFileGetDirectory)(file.raw, &mut length);
            Some([name, text(folder.cast(), length as usize)])
        }
    }

    /// The line of a subprogram's definition.
    pub(crate) fn subprogram_line(self) -> u32 {
        self.expect_kind(&[MetadataKind::Subprogram]);
        // SAFETY: `raw` is a subprogram.
        unsafe { (self.module.table().LLVMDISubprogramGetLine)(self.raw) }
    }

    /// The operand of a node of the debug information, by its position in LLVM's memory.
    ///
    /// The C interface has no getters for a block's scope or a subprogram's names, but it gives the
    /// operands of any node. Positions: `DIScope` 0 is the file; 1 the scope; `DISubprogram` 2 the
    /// name, 3 the linkage name.
    pub(crate) fn operand(self, index: usize) -> Option<Self> {
        self.expect_kind(&[
            MetadataKind::Subprogram,
            MetadataKind::LexicalBlock,
            MetadataKind::LexicalBlockFile,
        ]);
        let table = self.module.table();
        // SAFETY: `raw` is a node, wrapped as a value of its own context; the buffer has room for
        // as many operands as LLVM says it will write. An operand of these nodes is null or a
        // wrapped metadata node, never a constant.
        unsafe {
            let value = (table.LLVMMetadataAsValue)(self.module.context(), self.raw);
            let count = (table.LLVMGetMDNodeNumOperands)(value) as usize;
            let mut operands: Vec<Ref> = vec![std::ptr::null_mut(); count];
            (table.LLVMGetMDNodeOperands)(value, operands.as_mut_ptr());
            let operand = *operands.get(index)?;
            if operand.is_null() {
                return None;
            }
            Self::nullable(self.module, (table.LLVMValueAsMetadata)(operand))
        }
    }

    /// The text of a string node.
    pub(crate) fn string(self) -> Option<String> {
        if self.kind() != MetadataKind::String {
            return None;
        }
        let table = self.module.table();
        // SAFETY: `raw` is a string node, wrapped as a value of its own context; the text is valid
        // for the length that LLVM writes.
        unsafe {
            let value = (table.LLVMMetadataAsValue)(self.module.context(), self.raw);
            let mut length = 0;
            let data = (table.LLVMGetMDString)(value, &mut length);
            Some(text(data.cast(), length as usize))
        }
    }
}

/// Copies a text that LLVM owns.
///
/// # Safety
///
/// - `data` is valid for `length` bytes, or `length` is 0.
pub(super) unsafe fn text(data: *const u8, length: usize) -> String {
    if data.is_null() || length == 0 {
        return String::new();
    }
    // SAFETY: the caller vouches for the bytes.
    let bytes = unsafe { slice::from_raw_parts(data, length) };
    String::from_utf8_lossy(bytes).into_owned()
}
