//! `machine`: how fast programs are executed as bitcode, built for it, loaded and forked.
//!
//! A small program with loops as people write them is built by rustc natively and as bitcode, loaded,
//! and each loop is run by the machine. No rival takes part: the interpreter that is nearest in kind
//! comes with nightly toolchains only, and a figure of it from another machine would prove nothing.
//!
//! # Invariants
//!
//! - Only instructions that were executed are counted, a call as one.
//! - Every timed run ends as it should; one that does not is an error of the benchmark.
//!
//! # Not here
//!
//! Solving. What symbols cost is another question.

use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use proofhouse_vm::explore::{Limits, Strategy, explore};
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader, parse_text};
use proofhouse_vm::program::Program;
use proofhouse_vm::run::{self, End, Runner};

use crate::clock;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "machine",
    about: "Instructions a second, build, load and fork of the machine",
    run,
};

const LINKER: &str = include_str!("../../crates/vm/tests/linker.sh");
const SOURCE: &str = include_str!("machine/loops.rs");
const LOOPS: [&str; 6] = ["sort", "bubble_sort", "hash", "parse", "tree", "checksum"];
/// Each loop is run so often; the fastest counts, because other programs only ever slow it down.
const ROUNDS: usize = 5;

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let rounds = ROUNDS.min(effort.rounds);
    let folder = tempfile::tempdir().map_err(|cause| folder_error(Path::new("temp"), cause))?;
    let source = folder.path().join("loops.rs");
    fs::write(&source, SOURCE).map_err(|cause| folder_error(&source, cause))?;
    let llvm = open_llvm()?;
    let mut report = Report::new(BENCHMARK.name);

    let (native_s, bitcode_s, inputs) = build(folder.path())?;
    let named = EntrySelection::Named(LOOPS.map(str::to_owned).to_vec());
    let whole = EntrySelection::Named(vec!["main".to_owned()]);
    let loader = Loader {
        llvm: &llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let load = |entries| {
        let (elapsed, program) = clock::measure(|| loader.load(&inputs, entries));
        let program = program.map_err(|cause| BenchError::Load { cause })?;
        Ok((program, elapsed))
    };
    // The test harness with all of its machinery is what a property's binary holds, too.
    let (harness, cold) = load(&whole)?;
    let (program, _) = load(&named)?;
    let runner = Runner::new(program);

    let mut speeds = Table::new(
        "loops, fastest of several runs",
        vec![
            Column::new("loop", "loop"),
            Column::new("instructions", "instructions"),
            Column::new("seconds", "seconds"),
            Column::new("per_second", "instructions/s"),
        ],
    );
    let mut slowest = f64::INFINITY;
    for name in LOOPS {
        let (steps, seconds) = speed(&runner, name, rounds)?;
        let per_second = steps as f64 / seconds;
        slowest = slowest.min(per_second);
        speeds.push(vec![
            Cell::text(name),
            Cell::Count(steps),
            Cell::Number(seconds),
            Cell::PerSecond(per_second),
        ]);
    }
    report.tables.push(speeds);

    let fork_us = fork_microseconds(&llvm)?;
    let mut once = Table::new(
        "once for a program",
        vec![Column::new("what", "what"), Column::new("figure", "figure")],
    );
    let mut push = |what: &str, cell| once.push(vec![Cell::text(what), cell]);
    push("test build, native debug, seconds", Cell::Number(native_s));
    push("test build, bitcode, seconds", Cell::Number(bitcode_s));
    push(
        "load of the whole test binary, processor seconds",
        Cell::Number(cold.as_secs_f64()),
    );
    push("its functions", Cell::Count(harness.functions.len() as u64));
    push("its instructions", Cell::Count(instructions(&harness)));
    push(
        "fork of a state with 1 MB on the heap, microseconds",
        Cell::Number(fork_us),
    );
    report.tables.push(once);

    let what = "slowest loop, million instructions/s";
    report
        .goals
        .push(Goal::at_least(what, 10.0, Some(slowest / 1e6)));
    let thousands = harness.functions.len() as f64 / 1000.0;
    let what = "load, processor seconds for 5,000 functions, by their share";
    let for_5000 = cold.as_secs_f64() / thousands * 5.0;
    report.goals.push(Goal::at_most(what, 3.0, Some(for_5000)));
    let what = "bitcode build, times the native one";
    let ratio = bitcode_s / native_s;
    report.goals.push(Goal::at_most(what, 1.5, Some(ratio)));
    let what = "fork with 1 MB, microseconds";
    report.goals.push(Goal::at_most(what, 20.0, Some(fork_us)));
    // A loaded program is not written to disk, so there is nothing to measure.
    let what = "load again from a cache, seconds";
    report.goals.push(Goal::at_most(what, 0.5, None));
    report.note("builds are timed by the clock on the wall, everything else by processor time");
    report.note("instructions are LLVM's after promotion of stack slots; debug build, level 0; std as shipped");
    report.note(nearest_interpreter());
    Ok(report)
}

fn instructions(program: &Program) -> u64 {
    let blocks = program
        .functions
        .iter()
        .flat_map(|function| &function.blocks);
    blocks.map(|block| block.instructions.len() as u64).sum()
}

/// Steps of one loop, and the processor time of its fastest run.
fn speed(runner: &Runner, name: &str, rounds: usize) -> Result<(u64, f64), BenchError> {
    let limits = Limits {
        time_ms_max: 600_000,
        steps_max: u64::MAX,
        ..Limits::default()
    };
    let mut fastest = Duration::MAX;
    let mut steps = 0;
    for _ in 0..rounds.max(1) {
        let (elapsed, run) = clock::measure(|| runner.run(name, &limits));
        if run.end != End::Returned {
            let end = format!("{:?}", run.end);
            return Err(BenchError::Machine {
                entry: name.to_owned(),
                end,
            });
        }
        fastest = fastest.min(elapsed);
        steps = run.steps;
    }
    Ok((steps, fastest.as_secs_f64()))
}

/// What a fork of a state with a megabyte of written heap costs: the same paths are explored with and
/// without it.
fn fork_microseconds(llvm: &LlvmLibrary) -> Result<f64, BenchError> {
    const COINS: u32 = 10;
    let mut flips = String::new();
    for coin in 0..COINS {
        flips += &format!(
            "  call void @\"proofhouse::machine::choose_boolean\"(ptr %slot)\n  \
             %byte{coin} = load i8, ptr %slot\n  %bit{coin} = trunc i8 %byte{coin} to i1\n  \
             br i1 %bit{coin}, label %yes{coin}, label %go{coin}\nyes{coin}:\n  \
             store i8 {coin}, ptr %heap\n  br label %go{coin}\ngo{coin}:\n"
        );
    }
    let text = format!(
        "declare void @\"proofhouse::machine::choose_boolean\"(ptr)\n\
         declare ptr @__rust_alloc(i64, i64)\n\
         declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)\n\
         define void @forks(ptr %heap) {{\n  %slot = alloca i8\n{flips}  ret void\n}}\n\
         define void @small() {{\n  %heap = call ptr @__rust_alloc(i64 8, i64 8)\n  \
         call void @forks(ptr %heap)\n  ret void\n}}\n\
         define void @large() {{\n  %heap = call ptr @__rust_alloc(i64 1048576, i64 8)\n  \
         call void @llvm.memset.p0.i64(ptr %heap, i8 7, i64 1048576, i1 false)\n  \
         call void @forks(ptr %heap)\n  ret void\n}}\n"
    );
    let program = parse_text(&text, llvm).map_err(|cause| BenchError::Load { cause })?;
    let limits = Limits {
        strategy: Strategy::Paths,
        time_ms_max: 600_000,
        ..Limits::default()
    };
    let paths = |entry: &str| {
        let work = || explore(&program, entry, &limits, &mut |_| ControlFlow::Continue(()));
        let (elapsed, exploration) = clock::measure(work);
        match exploration.paths_held {
            held if held == 1 << COINS => Ok(elapsed.as_secs_f64()),
            held => Err(BenchError::Machine {
                entry: entry.to_owned(),
                end: format!("{held} paths"),
            }),
        }
    };
    let (small, large) = (paths("small")?, paths("large")?);
    let forks = f64::from((1u32 << COINS) - 1);
    Ok((large - small).max(0.0) / forks * 1e6)
}

/// Seconds of a native and of a bitcode build of the same test binary, and what to load.
fn build(folder: &Path) -> Result<(f64, f64, LinkInputs), BenchError> {
    let linker = folder.join("linker.sh");
    fs::write(&linker, LINKER).map_err(|cause| folder_error(&linker, cause))?;
    make_executable(&linker).map_err(|cause| folder_error(&linker, cause))?;
    let linker = format!("-Clinker={}", linker.display());
    let native = rustc(folder, "native", &[])?;
    let bitcode = rustc(folder, "bitcode", &["-Clinker-plugin-lto", &linker])?;
    let list = folder.join("arguments.txt");
    let arguments = fs::read_to_string(&list).map_err(|cause| folder_error(&list, cause))?;
    let inputs = LinkInputs::from_linker_arguments(arguments.lines());
    Ok((native, bitcode, inputs))
}

fn rustc(folder: &Path, name: &str, further: &[&str]) -> Result<f64, BenchError> {
    let started = Instant::now();
    let output = Command::new(compiler())
        .current_dir(folder)
        .args(["--test", "--edition=2024", "-Cdebuginfo=2", "-Copt-level=0"])
        .args(further)
        .args(["-o", name, "loops.rs"])
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    if !output.status.success() {
        return Err(BenchError::CargoFailed {
            arguments: name.to_owned(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    Ok(started.elapsed().as_secs_f64())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Err(io::Error::other("the machine's build needs a Unix host"))
}

fn compiler() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn open_llvm() -> Result<LlvmLibrary, BenchError> {
    let output = Command::new(compiler())
        .args(["--print", "sysroot"])
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    LlvmLibrary::open_from_sysroot(&sysroot).map_err(|cause| BenchError::Load { cause })
}

/// Whether the nearest interpreter of another kind is here to be compared with.
fn nearest_interpreter() -> String {
    let found = Command::new("cargo").args(["miri", "--version"]).output();
    match found {
        Ok(output) if output.status.success() => {
            "cargo miri is installed; it is not run here, since its unit of work is another"
                .to_owned()
        }
        _ => "cargo miri, which needs a nightly toolchain, is not there to compare with".to_owned(),
    }
}

fn folder_error(path: &Path, cause: io::Error) -> BenchError {
    BenchError::Folder {
        path: path.display().to_string(),
        cause,
    }
}
