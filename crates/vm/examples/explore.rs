//! Explores properties of a program that was built for the machine, and prints what was found.
//!
//! ```text
//! cargo run -p proofhouse-vm --example explore -- <file of linker arguments, one a line> \
//!     <part of an entry's path> [size_max=4] [time_ms_max=10000] [strategy=paths|merging]
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use proofhouse_vm::WITHOUT_BODY;
use proofhouse_vm::explore::{Limits, Strategy, explore};
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(part)) = (arguments.next(), arguments.next()) else {
        return Err("usage: explore <linker arguments> <part of an entry> [limit=value…]".into());
    };
    let mut limits = Limits::default();
    for argument in arguments {
        match argument.split_once('=') {
            Some(("size_max", value)) => limits.size_max = value.parse()?,
            Some(("time_ms_max", value)) => limits.time_ms_max = value.parse()?,
            Some(("strategy", "paths")) => limits.strategy = Strategy::Paths,
            Some(("strategy", "merging")) => limits.strategy = Strategy::Merging,
            _ => return Err(format!("no such limit: {argument}").into()),
        }
    }
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?
        .stdout;
    let llvm = LlvmLibrary::open_from_sysroot(Path::new(String::from_utf8(sysroot)?.trim()))?;
    let text = std::fs::read_to_string(file)?;
    let inputs = LinkInputs::from_linker_arguments(text.lines());
    let started = Instant::now();
    let loader = Loader {
        llvm: &llvm,
        keep_without_body: WITHOUT_BODY,
    };
    let program = loader.load(&inputs, &EntrySelection::Properties)?;
    println!(
        "loaded {} functions in {:?}",
        program.functions.len(),
        started.elapsed()
    );
    let entries = program.functions.iter().filter(|function| {
        function.path.ends_with("::__proofhouse_entry") && function.path.contains(&part)
    });
    for entry in entries {
        let exploration = explore(&program, &entry.path, &limits, &mut |_| {
            ControlFlow::Continue(())
        });
        let statistics = exploration.statistics;
        println!(
            "{}: {:?}\n    {} paths ({} held, {} rejected, {} merged), {} steps, {} queries, {} ms",
            entry.path,
            exploration.verdict(|choices| format!("{choices:?}")),
            statistics.paths,
            exploration.paths_held,
            statistics.paths_rejected,
            exploration.paths_merged,
            statistics.steps,
            statistics.queries,
            statistics.elapsed_us / 1000,
        );
        for spot in &exploration.hotspots {
            println!(
                "    {}: {} splits, {} questions, {} ms in the solver",
                spot.place,
                spot.splits,
                spot.questions,
                spot.solver_us / 1000,
            );
        }
    }
    Ok(())
}
