//! Loads a program from the arguments that a linker was given and prints what it is made of.
//!
//! ```text
//! cargo run -p proofhouse-vm --example load -- <file of linker arguments, one a line> \
//!     <entry> [<function to dump>…]
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use proofhouse_vm::load::intercepts::KEEP_WITHOUT_BODY;
use proofhouse_vm::load::{EntrySelection, Kept, LinkInputs, LlvmLibrary, LoadError, Loader, load};
use proofhouse_vm::program::{DumpOptions, Instruction, Program};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(entry)) = (arguments.next(), arguments.next()) else {
        return Err("usage: load <linker arguments> <entry> [<function>…]".into());
    };
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?
        .stdout;
    let started = processor_time();
    let llvm = LlvmLibrary::open_from_sysroot(Path::new(String::from_utf8(sysroot)?.trim()))?;
    println!("opened LLVM in {:?}", processor_time() - started);
    let text = std::fs::read_to_string(file)?;
    let inputs = LinkInputs::from_linker_arguments(text.lines());
    let started = processor_time();
    let entries = EntrySelection::Named(vec![entry]);
    let program = load(&inputs, &entries, &llvm)?;
    println!("loaded in {:?}", processor_time() - started);
    take_kept(&inputs, &entries, &llvm)?;
    let started = processor_time();
    program.verify()?;
    println!("verified in {:?}", processor_time() - started);
    summarise(&program);
    for name in arguments {
        let function = program
            .function_named(&name)
            .ok_or("no such function to dump")?;
        print!(
            "{}",
            program.dump_function_with(function, DumpOptions { places: true })
        );
    }
    Ok(())
}

/// The processor time of this thread, which does not count what else the machine does; zero where the system
/// does not tell.
fn processor_time() -> Duration {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Keeps the program in a file, and takes it from there.
fn take_kept(
    inputs: &LinkInputs,
    entries: &EntrySelection,
    llvm: &LlvmLibrary,
) -> Result<(), LoadError> {
    let name = format!("proofhouse-example-{}.program", std::process::id());
    let file = std::env::temp_dir().join(name);
    let kept = Kept {
        file: &file,
        reader: "the example",
    };
    let loader = Loader {
        llvm,
        keep_without_body: KEEP_WITHOUT_BODY,
    };
    for what in ["loaded and kept", "taken again"] {
        let started = processor_time();
        loader.load_kept(inputs, entries, kept)?;
        println!("{what} in {:?}", processor_time() - started);
    }
    if let Ok(file) = std::fs::metadata(&file) {
        println!("kept in {} bytes", file.len());
    }
    drop(std::fs::remove_file(&file));
    Ok(())
}

fn summarise(program: &Program) {
    let bodies = program
        .functions
        .iter()
        .filter(|function| function.has_body())
        .count();
    let instructions = || {
        let blocks = program
            .functions
            .iter()
            .flat_map(|function| &function.blocks);
        blocks.flat_map(|block| &block.instructions)
    };
    println!(
        "{} functions, {bodies} with bodies; {} globals; {} instructions; {} places",
        program.functions.len(),
        program.globals.len(),
        instructions().count(),
        program.places.len(),
    );
    let mut unsupported: BTreeMap<&str, usize> = BTreeMap::new();
    for instruction in instructions() {
        if let Instruction::Unsupported { what } = instruction {
            *unsupported.entry(program.text(*what)).or_default() += 1;
        }
    }
    for (what, count) in unsupported {
        println!("  unsupported, {count} times: {what}");
    }
    for global in program
        .globals
        .iter()
        .filter(|global| global.initial.is_none())
    {
        println!("  external global: {}", global.symbol);
    }
    for function in program
        .functions
        .iter()
        .filter(|function| !function.has_body())
    {
        println!("  no body: {}", function.path);
    }
}
