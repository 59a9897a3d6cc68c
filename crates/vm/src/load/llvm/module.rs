//! Modules: parsing them, looking symbols up, running passes.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use super::kinds::ValueKind;
use super::library::LlvmLibrary;
use super::table::{Ref, Table};
use super::value::Value;
use crate::load::inputs::SharedBytes;

/// A parsed module, with the context that it alone lives in. The bodies of functions are parsed when
/// they are asked for.
pub(crate) struct Module {
    library: LlvmLibrary,
    context: Ref,
    raw: Ref,
    /// Passes that do nothing; running them over a function parses its body.
    materializer: Ref,
    /// The functions whose bodies change no more.
    prepared: RefCell<HashSet<usize>>,
    /// What bodies are parsed from.
    _bitcode: Option<SharedBytes>,
}

// SAFETY: a module's context is shared with no other module, LLVM keeps no state of a context
// outside it, and `Module` is not `Sync`, so that one thread at a time touches it.
unsafe impl Send for Module {}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: all were created by us and are disposed of once; the passes go before the module,
        // the module before the context that it lives in, and the bytes that it reads go last.
        unsafe {
            (self.table().LLVMDisposePassManager)(self.materializer);
            (self.table().LLVMDisposeModule)(self.raw);
            (self.table().LLVMContextDispose)(self.context);
        }
    }
}

/// What LLVM wants to say about debug information it cannot use. The default handler would print
/// it, and end the process for an error; parsing reports its errors by itself.
extern "C" fn ignore_diagnostic(_information: Ref, _context: *mut c_void) {}

/// A context that is silent.
///
/// # Safety
///
/// - The caller disposes of it.
unsafe fn new_context(table: &Table) -> Ref {
    // SAFETY: the context is new, and the handler has the signature that LLVM asks for.
    unsafe {
        let context = (table.LLVMContextCreate)();
        (table.LLVMContextSetDiagnosticHandler)(context, ignore_diagnostic, ptr::null_mut());
        context
    }
}

/// Takes over a message that LLVM allocated.
///
/// # Safety
///
/// - `message` is null or came from a function of `table` that hands its result over.
pub(super) unsafe fn take_message(table: &Table, message: *mut c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: the caller vouches for the message; it is copied before it is freed.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        (table.LLVMDisposeMessage)(message);
        text
    }
}

impl Module {
    /// Parses the outline of bitcode; bodies are parsed by [`Module::materialize`].
    ///
    /// # Errors
    ///
    /// LLVM's message.
    pub(crate) fn parse_bitcode(
        library: &LlvmLibrary,
        bitcode: SharedBytes,
    ) -> Result<Self, String> {
        let table = library.table();
        let mut raw = ptr::null_mut();
        let mut message = ptr::null_mut();
        let bytes = bitcode.as_slice();
        // SAFETY: the context is new. The buffer borrows `bytes`, which the module keeps alive
        // until after it is disposed of. The module takes the buffer over, unless parsing failed;
        // then the buffer is still ours.
        unsafe {
            let context = new_context(table);
            let buffer = (table.LLVMCreateMemoryBufferWithMemoryRange)(
                bytes.as_ptr().cast(),
                bytes.len(),
                c"bitcode".as_ptr(),
                0,
            );
            let failed =
                (table.LLVMGetBitcodeModuleInContext)(context, buffer, &mut raw, &mut message);
            if failed != 0 || raw.is_null() {
                (table.LLVMDisposeMemoryBuffer)(buffer);
                (table.LLVMContextDispose)(context);
                return Err(take_message(table, message));
            }
            Ok(Self::new(library, context, raw, Some(bitcode)))
        }
    }

    /// Parses the textual form, all of it, and checks it.
    ///
    /// # Errors
    ///
    /// LLVM's message, which names the line and column.
    pub(crate) fn parse_text(library: &LlvmLibrary, text: &str) -> Result<Self, String> {
        let table = library.table();
        let mut raw = ptr::null_mut();
        let mut message = ptr::null_mut();
        // SAFETY: the context is new. The buffer is a copy (the parser wants a final NUL), and the
        // parser consumes it whether or not it succeeds.
        let module = unsafe {
            let context = new_context(table);
            let buffer = (table.LLVMCreateMemoryBufferWithMemoryRangeCopy)(
                text.as_ptr().cast(),
                text.len(),
                c"text".as_ptr(),
            );
            let failed = (table.LLVMParseIRInContext)(context, buffer, &mut raw, &mut message);
            if failed != 0 || raw.is_null() {
                (table.LLVMContextDispose)(context);
                return Err(take_message(table, message));
            }
            Self::new(library, context, raw, None)
        };
        module.verify().map(|()| module)
    }

    /// Takes over a module and its context.
    ///
    /// # Safety
    ///
    /// - `raw` is a module that lives in `context` alone, and nobody else disposes of them.
    /// - What the module still reads lies in `bitcode`.
    unsafe fn new(
        library: &LlvmLibrary,
        context: Ref,
        raw: Ref,
        bitcode: Option<SharedBytes>,
    ) -> Self {
        // SAFETY: the caller vouches for the module.
        let materializer = unsafe { (library.table().LLVMCreateFunctionPassManagerForModule)(raw) };
        Self {
            library: library.clone(),
            context,
            raw,
            materializer,
            prepared: RefCell::default(),
            _bitcode: bitcode,
        }
    }

    /// Parses the body of a function of this module, if that is still to be done.
    pub(crate) fn materialize(&self, function: Value<'_>) {
        assert_eq!(
            function.kind(),
            ValueKind::Function,
            "only functions have bodies"
        );
        assert!(
            ptr::eq(function.module, self),
            "a function of another module"
        );
        // SAFETY: the passes were made for this module, and the function is one of its own.
        unsafe { (self.table().LLVMRunFunctionPassManager)(self.materializer, function.raw) };
    }

    /// Checks the module against LLVM's own rules.
    fn verify(&self) -> Result<(), String> {
        /// `LLVMReturnStatusAction`: report, neither print nor abort.
        const RETURN_STATUS: i32 = 2;
        let mut message = ptr::null_mut();
        // SAFETY: a live module, and a place for the message, which is handed over.
        unsafe {
            let failed = (self.table().LLVMVerifyModule)(self.raw, RETURN_STATUS, &mut message);
            let message = take_message(self.table(), message);
            if failed == 0 { Ok(()) } else { Err(message) }
        }
    }

    pub(super) fn table(&self) -> &Table {
        self.library.table()
    }

    pub(super) fn context(&self) -> Ref {
        self.context
    }

    /// The data layout, which the module owns.
    pub(super) fn layout(&self) -> Ref {
        // SAFETY: a live module.
        unsafe { (self.table().LLVMGetModuleDataLayout)(self.raw) }
    }

    /// The library that parsed it.
    pub(crate) fn library(&self) -> &LlvmLibrary {
        &self.library
    }

    /// The number of a kind of metadata attached to instructions, such as `noundef`.
    pub(crate) fn metadata_kind(&self, name: &str) -> u32 {
        let length = u32::try_from(name.len()).expect("names of metadata kinds are short");
        // SAFETY: the name is valid for its length.
        unsafe {
            (self.table().LLVMGetMDKindIDInContext)(self.context, name.as_ptr().cast(), length)
        }
    }

    /// The function with this symbol, defined or only declared.
    pub(crate) fn function_named(&self, symbol: &str) -> Option<Value<'_>> {
        // SAFETY: the name is valid for its length; the result is null or a function.
        let raw = unsafe {
            (self.table().LLVMGetNamedFunctionWithLength)(
                self.raw,
                symbol.as_ptr().cast(),
                symbol.len(),
            )
        };
        Value::nullable(self, raw)
    }

    /// The function, variable or alias with this symbol.
    pub(crate) fn symbol_named(&self, symbol: &str) -> Option<Value<'_>> {
        let name: *const c_char = symbol.as_ptr().cast();
        let table = self.table();
        // SAFETY: the name is valid for its length; the results are null or values.
        let (variable, alias) = unsafe {
            (
                (table.LLVMGetNamedGlobalWithLength)(self.raw, name, symbol.len()),
                (table.LLVMGetNamedGlobalAlias)(self.raw, name, symbol.len()),
            )
        };
        self.function_named(symbol)
            .or_else(|| Value::nullable(self, variable))
            .or_else(|| Value::nullable(self, alias))
    }

    /// All functions, variables and aliases, declarations included, in the order of the module.
    pub(crate) fn symbols(&self) -> Vec<Value<'_>> {
        let table = self.table();
        let lists = [
            (table.LLVMGetFirstFunction, table.LLVMGetNextFunction),
            (table.LLVMGetFirstGlobal, table.LLVMGetNextGlobal),
            (table.LLVMGetFirstGlobalAlias, table.LLVMGetNextGlobalAlias),
        ];
        let mut symbols = Vec::new();
        for (first, next) in lists {
            // SAFETY: a live module.
            let mut raw = unsafe { first(self.raw) };
            while let Some(value) = Value::nullable(self, raw) {
                symbols.push(value);
                // SAFETY: `raw` is an element of the list that `next` walks.
                raw = unsafe { next(raw) };
            }
        }
        symbols
    }

    /// Remembers that a function is prepared.
    ///
    /// # Panics
    ///
    /// If it was prepared before.
    pub(super) fn set_prepared(&self, function: Value<'_>) {
        let is_first = self.prepared.borrow_mut().insert(function.key());
        assert!(is_first, "functions are prepared once");
    }

    /// Whether a function is prepared: nothing changes its body any more.
    pub(super) fn is_prepared(&self, function: Value<'_>) -> bool {
        self.prepared.borrow().contains(&function.key())
    }
}
