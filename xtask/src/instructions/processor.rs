//! Functions in LLVM's textual form, compiled by the toolchain's own LLVM and run by the processor.
//!
//! The module becomes an object, `cc` makes a shared library of it, and that is opened in this process. The
//! compiler and the machine's reader share LLVM's parser and nothing after it.
//!
//! # Invariants
//!
//! - Only text that [`super::function`] made is run: it reads its row, writes its output, and ends.
//!
//! # Not here
//!
//! Optimisation passes. Lowering by itself folds and combines enough to be a second opinion.
//!
//! # Source
//!
//! LLVM's headers `llvm-c/Core.h`, `llvm-c/IRReader.h` and `llvm-c/TargetMachine.h`.

#![expect(
    unsafe_code,
    reason = "LLVM's C interface, and code that was compiled a moment ago"
)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::Path;
use std::process::Command;
use std::ptr;

use libloading::Library;

/// A pointer to an object of LLVM.
type Ref = *mut c_void;

/// An LLVM that compiles for this processor.
pub(super) struct Compiler {
    library: Library,
}

/// Compiled functions.
pub(super) struct Compiled {
    library: Library,
}

/// The triple of what is compiled.
const TRIPLE: &CStr = c"x86_64-unknown-linux-gnu";
/// `LLVMObjectFile`.
const OBJECT_FILE: c_int = 1;
/// `LLVMCodeGenLevelDefault`, `LLVMRelocPIC`, `LLVMCodeModelDefault`.
const OPTIONS: (c_int, c_int, c_int) = (2, 2, 0);

impl Compiler {
    /// Opens the LLVM of a toolchain.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        // SAFETY: LLVM's initialisers only register options and passes; they touch no state of ours.
        let library = unsafe { Library::new(path) };
        let library = library.map_err(|error| error.to_string())?;
        let compiler = Self { library };
        for name in [
            "LLVMInitializeX86TargetInfo",
            "LLVMInitializeX86Target",
            "LLVMInitializeX86TargetMC",
            "LLVMInitializeX86AsmPrinter",
        ] {
            // SAFETY: by the headers they take and give nothing.
            unsafe { compiler.function::<unsafe extern "C" fn()>(name)?() };
        }
        Ok(compiler)
    }

    /// A function of LLVM.
    ///
    /// # Safety
    ///
    /// - `F` is the type of a pointer to the function of that name, and is not used once `self` is gone.
    unsafe fn function<F: Copy>(&self, name: &str) -> Result<F, String> {
        // SAFETY: the caller vouches for the type.
        let found = unsafe { self.library.get::<F>(name.as_bytes()) };
        found
            .map(|symbol| *symbol)
            .map_err(|error| error.to_string())
    }

    /// Compiles a module, by files in a folder.
    pub(super) fn compile(&self, text: &str, folder: &Path) -> Result<Compiled, String> {
        let object = folder.join("functions.o");
        let shared = folder.join("functions.so");
        self.write_object(text, &object)?;
        let status = Command::new("cc")
            .args(["-shared", "-o"])
            .args([&shared, &object])
            .arg("-lm")
            .status()
            .map_err(|error| format!("cc: {error}"))?;
        if !status.success() {
            return Err("cc can't link the functions".to_owned());
        }
        // SAFETY: what was compiled has no initialisers.
        let library = unsafe { Library::new(&shared) };
        // Once it is open the file is of no more use, and the next one has the same name.
        drop(std::fs::remove_file(&shared));
        let library = library.map_err(|error| error.to_string())?;
        Ok(Compiled { library })
    }

    fn write_object(&self, text: &str, object: &Path) -> Result<(), String> {
        type Create = unsafe extern "C" fn() -> Ref;
        type Dispose = unsafe extern "C" fn(Ref);
        type Buffer = unsafe extern "C" fn(*const c_char, usize, *const c_char) -> Ref;
        type Parse = unsafe extern "C" fn(Ref, Ref, *mut Ref, *mut *mut c_char) -> c_int;
        type Emit = unsafe extern "C" fn(Ref, Ref, *const c_char, c_int, *mut *mut c_char) -> c_int;

        let file = CString::new(object.as_os_str().as_encoded_bytes());
        let file = file.map_err(|error| error.to_string())?;
        let (mut module, mut message) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the signatures are those of the headers of LLVM 22, which the machine's reader has checked
        // the version for. The buffer is a copy, which parsing takes over; the module lives in the context
        // and is disposed of before it, each once.
        unsafe {
            let target = self.target_machine()?;
            let context = self.function::<Create>("LLVMContextCreate")?();
            let name = c"functions".as_ptr();
            let copy = self.function::<Buffer>("LLVMCreateMemoryBufferWithMemoryRangeCopy")?;
            let buffer = copy(text.as_ptr().cast(), text.len(), name);
            let parse = self.function::<Parse>("LLVMParseIRInContext")?;
            let mut failed = parse(context, buffer, &raw mut module, &raw mut message);
            if failed == 0 {
                let emit = self.function::<Emit>("LLVMTargetMachineEmitToFile")?;
                failed = emit(target, module, file.as_ptr(), OBJECT_FILE, &raw mut message);
                self.function::<Dispose>("LLVMDisposeModule")?(module);
            }
            self.function::<Dispose>("LLVMContextDispose")?(context);
            self.function::<Dispose>("LLVMDisposeTargetMachine")?(target);
            if failed == 0 {
                Ok(())
            } else {
                Err(self.taken(message))
            }
        }
    }

    /// What compiles for every x86-64; functions name further features themselves.
    ///
    /// # Safety
    ///
    /// - The caller disposes of it.
    unsafe fn target_machine(&self) -> Result<Ref, String> {
        type Find = unsafe extern "C" fn(*const c_char, *mut Ref, *mut *mut c_char) -> c_int;
        type Create = unsafe extern "C" fn(
            Ref,
            *const c_char,
            *const c_char,
            *const c_char,
            c_int,
            c_int,
            c_int,
        ) -> Ref;
        let (mut target, mut message) = (ptr::null_mut(), ptr::null_mut());
        let (level, relocation, model) = OPTIONS;
        // SAFETY: as in `write_object`; all texts end in a zero.
        unsafe {
            let find = self.function::<Find>("LLVMGetTargetFromTriple")?;
            if find(TRIPLE.as_ptr(), &raw mut target, &raw mut message) != 0 {
                return Err(self.taken(message));
            }
            let create = self.function::<Create>("LLVMCreateTargetMachine")?;
            let (triple, processor, features) = (TRIPLE.as_ptr(), c"x86-64".as_ptr(), c"".as_ptr());
            let machine = create(
                target, triple, processor, features, level, relocation, model,
            );
            if machine.is_null() {
                return Err("LLVM has no code generator for x86-64".to_owned());
            }
            Ok(machine)
        }
    }

    /// Takes over a message of LLVM's.
    ///
    /// # Safety
    ///
    /// - `message` is null or LLVM's, and given up by the caller.
    unsafe fn taken(&self, message: *mut c_char) -> String {
        if message.is_null() {
            return "LLVM does not say why".to_owned();
        }
        // SAFETY: the caller vouches for the message; it is copied before it is freed.
        unsafe {
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            if let Ok(dispose) =
                self.function::<unsafe extern "C" fn(*mut c_char)>("LLVMDisposeMessage")
            {
                dispose(message);
            }
            text
        }
    }
}

impl Compiled {
    /// Runs a function on a row of inputs.
    ///
    /// `output` has to be as long as what the function writes, `row` as long as what it reads.
    pub(super) fn run(&self, name: &str, row: &[u8], output: &mut [u8]) -> Result<(), String> {
        assert_eq!(
            row.len(),
            super::function::ROW_BYTES as usize,
            "a row is whole"
        );
        // SAFETY: functions are made with this signature.
        let found = unsafe {
            self.library
                .get::<unsafe extern "C" fn(*const u8, *mut u8)>(name.as_bytes())
        };
        let function = found.map_err(|error| error.to_string())?;
        // SAFETY: the function reads within a row and writes its output's bytes; the caller has made room
        // for them, and the processor has the features of the function (`super::has_wide_features`).
        unsafe { function(row.as_ptr(), output.as_mut_ptr()) };
        Ok(())
    }
}
