//! Modules: parsing them, looking symbols up, running passes.

use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use super::kinds::ValueKind;
use super::library::LlvmLibrary;
use super::table::{Ref, Table};
use super::value::Value;

/// A parsed module, with the context that it alone lives in.
pub(crate) struct Module {
    library: LlvmLibrary,
    context: Ref,
    raw: Ref,
}

// SAFETY: a module's context is shared with no other module, LLVM keeps no state of a context
// outside it, and `Module` is not `Sync`, so that one thread at a time touches it.
unsafe impl Send for Module {}

impl Drop for Module {
    fn drop(&mut self) {
        // SAFETY: both were created by us and are disposed of once; the module goes before the
        // context that it lives in.
        unsafe {
            (self.table().LLVMDisposeModule)(self.raw);
            (self.table().LLVMContextDispose)(self.context);
        }
    }
}

/// What LLVM wants to say about debug information it cannot use. The default handler would print
/// it, and end the process for an error; parsing reports its errors by itself.
extern "C" fn ignore_diagnostic(_information: Ref, _context: *mut c_void) {}

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

/// How a module is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bitcode,
    Text,
}

impl Module {
    /// Parses bitcode, all of it.
    ///
    /// # Errors
    ///
    /// LLVM's message.
    pub(crate) fn parse_bitcode(library: &LlvmLibrary, bitcode: &[u8]) -> Result<Self, String> {
        Self::parse(library, bitcode, Form::Bitcode)
    }

    /// Parses the textual form.
    ///
    /// # Errors
    ///
    /// LLVM's message, which names the line and column.
    pub(crate) fn parse_text(library: &LlvmLibrary, text: &str) -> Result<Self, String> {
        let module = Self::parse(library, text.as_bytes(), Form::Text)?;
        module.verify().map(|()| module)
    }

    fn parse(library: &LlvmLibrary, bytes: &[u8], form: Form) -> Result<Self, String> {
        let table = library.table();
        let mut raw = ptr::null_mut();
        let mut message = ptr::null_mut();
        // SAFETY: the context is new. The buffer of bitcode borrows `bytes` only until it is
        // disposed of here: parsing reads everything before it returns. The buffer of text is a
        // copy (the text parser wants a final NUL) and is consumed by the parser. The handler has
        // the signature that LLVM asks for.
        unsafe {
            let context = (table.LLVMContextCreate)();
            (table.LLVMContextSetDiagnosticHandler)(context, ignore_diagnostic, ptr::null_mut());
            let data: *const c_char = bytes.as_ptr().cast();
            let failed = match form {
                Form::Bitcode => {
                    let buffer = (table.LLVMCreateMemoryBufferWithMemoryRange)(
                        data,
                        bytes.len(),
                        c"bitcode".as_ptr(),
                        0,
                    );
                    let failed =
                        (table.LLVMParseBitcodeInContext)(context, buffer, &mut raw, &mut message);
                    (table.LLVMDisposeMemoryBuffer)(buffer);
                    failed
                }
                Form::Text => {
                    let buffer = (table.LLVMCreateMemoryBufferWithMemoryRangeCopy)(
                        data,
                        bytes.len(),
                        c"text".as_ptr(),
                    );
                    (table.LLVMParseIRInContext)(context, buffer, &mut raw, &mut message)
                }
            };
            if failed != 0 || raw.is_null() {
                (table.LLVMContextDispose)(context);
                return Err(take_message(table, message));
            }
            Ok(Self {
                library: library.clone(),
                context,
                raw,
            })
        }
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

    /// Runs passes over one function, named as in LLVM's `opt -passes=`.
    ///
    /// # Errors
    ///
    /// LLVM's message.
    pub(crate) fn run_passes(&self, function: Value<'_>, passes: &str) -> Result<(), String> {
        assert_eq!(
            function.kind(),
            ValueKind::Function,
            "passes run on functions"
        );
        let passes = CString::new(passes).expect("names of passes have no NUL");
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
