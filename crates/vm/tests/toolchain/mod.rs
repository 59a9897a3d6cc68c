//! The LLVM that the tests of this folder read with: that of the toolchain that builds them.

use std::path::Path;
use std::process::Command;

use proofhouse_vm::load::LlvmLibrary;

/// Opens the LLVM of `rustc`.
pub fn open_llvm() -> LlvmLibrary {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "sysroot"])
        .output()
        .expect("rustc runs");
    let sysroot = String::from_utf8(output.stdout).expect("the sysroot is text");
    LlvmLibrary::open_from_sysroot(Path::new(sysroot.trim())).expect("the toolchain has an LLVM")
}
