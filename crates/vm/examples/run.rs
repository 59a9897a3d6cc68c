//! Runs one function of a program that was built for the machine, and says how it ended.
//!
//! ```text
//! cargo run -p proofhouse-vm --example run -- <file of linker arguments, one a line> <entry> \
//!     [<part of the path of functions to dump>…]
//! ```

use std::error::Error;
use std::path::Path;
use std::process::Command;

use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader};
use proofhouse_vm::program::DumpOptions;
use proofhouse_vm::run::{WITHOUT_BODY, run};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(entry)) = (arguments.next(), arguments.next()) else {
        return Err("usage: run <linker arguments> <entry> [<part of a path>…]".into());
    };
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?
        .stdout;
    let llvm = LlvmLibrary::open_from_sysroot(Path::new(String::from_utf8(sysroot)?.trim()))?;
    let text = std::fs::read_to_string(file)?;
    let loader = Loader {
        llvm: &llvm,
        keep_without_body: WITHOUT_BODY,
    };
    let inputs = LinkInputs::from_linker_arguments(text.lines());
    let program = loader.load(&inputs, &EntrySelection::Named(vec![entry.clone()]))?;
    for part in arguments {
        let paths = program.functions.iter().map(|function| &function.path);
        for path in paths.filter(|path| path.contains(&part)) {
            let function = program.function_named(path).expect("it is listed");
            let options = DumpOptions { places: true };
            print!("{}", program.dump_function_with(function, options));
        }
    }
    let run = run(&program, &entry, &Limits::default());
    print!("{}", String::from_utf8_lossy(&run.output));
    eprint!("{}", String::from_utf8_lossy(&run.error_output));
    println!("{:?} after {} steps", run.end, run.steps);
    for leak in run.leaks {
        println!("leaked: {leak:?}");
    }
    Ok(())
}
