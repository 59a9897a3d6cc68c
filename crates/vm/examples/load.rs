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
use std::time::Instant;

use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, load};
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
    let started = Instant::now();
    let llvm = LlvmLibrary::open_from_sysroot(Path::new(String::from_utf8(sysroot)?.trim()))?;
    println!("opened LLVM in {:?}", started.elapsed());
    let text = std::fs::read_to_string(file)?;
    let inputs = LinkInputs::from_linker_arguments(text.lines());
    let started = Instant::now();
    let program = load(&inputs, &EntrySelection::Named(vec![entry]), &llvm)?;
    println!("loaded in {:?}", started.elapsed());
    let started = Instant::now();
    program.verify()?;
    println!("verified in {:?}", started.elapsed());
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
