//! `machine`: how fast programs are executed as bitcode, built for it, loaded and forked.
//!
//! A small program with loops as people write them is built by rustc natively and as bitcode, loaded,
//! and each loop is run by the machine. The interpreter that is nearest in kind, Miri, comes with nightly
//! toolchains only: where one is installed it runs the same loops, and elsewhere the report says that nothing is
//! compared; a figure from another computer would prove nothing.
//!
//! # Invariants
//!
//! - Only instructions that were executed are counted, a call as one.
//! - Every timed run ends as it should; one that does not is an error of the benchmark.
//!
//! # Not here
//!
//! Solving. What symbols cost is another question.

mod miri;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_vm::explore::{Limits, Strategy, explore};
use proofhouse_vm::load::{EntrySelection, Kept, LinkInputs, LlvmLibrary, Loader, parse_text};
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
    let loader = Loader {
        llvm: &llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let loaded = Loaded::measure(loader, &inputs, folder.path())?;
    let named = EntrySelection::Named(LOOPS.map(str::to_owned).to_vec());
    let program = loader.load(&inputs, &named);
    let program = program.map_err(|cause| BenchError::Load { cause })?;
    let compared = miri::seconds(OsStr::new("cargo"), folder.path(), SOURCE, &LOOPS)?;
    let (speeds, slowest) = speeds(&Runner::new(program), rounds, compared.as_deref())?;
    report.tables.push(speeds);
    let fork_us = fork_microseconds(&llvm)?;
    let builds = (native_s, bitcode_s);
    report.tables.push(once(builds, &loaded, fork_us));

    let mut at_most = |what: &str, goal, figure| {
        report.goals.push(Goal::at_most(what, goal, Some(figure)));
    };
    let what = "load, processor seconds for 5,000 functions, by their share";
    at_most(what, 3.0, loaded.for_functions(loaded.cold, 5000));
    let what =
        "load again from what was kept, processor seconds for 5,000 functions, by their share";
    at_most(what, 0.5, loaded.for_functions(loaded.again, 5000));
    at_most(
        "bitcode build, times the native one",
        1.5,
        bitcode_s / native_s,
    );
    at_most("fork with 1 MB, microseconds", 20.0, fork_us);
    let what = "slowest loop, million instructions/s";
    report
        .goals
        .push(Goal::at_least(what, 10.0, Some(slowest / 1e6)));
    report.note(
        "builds are timed by the clock on the wall, Miri too, everything else by processor time",
    );
    report.note("instructions are LLVM's after promotion of stack slots; debug build, level 0; std as shipped");
    if compared.is_none() {
        report.note(
            "Miri, the nearest interpreter, is not installed (`rustup +nightly component add miri`): nothing \
             is compared with it",
        );
    }
    Ok(report)
}

/// The whole test binary, loaded from bitcode and from what was kept of that. The test harness with all of its
/// machinery is what a property's binary holds, too.
struct Loaded {
    functions: usize,
    instructions: u64,
    cold: Duration,
    again: Duration,
}

impl Loaded {
    fn measure(loader: Loader<'_>, inputs: &LinkInputs, folder: &Path) -> Result<Self, BenchError> {
        let whole = EntrySelection::Named(vec!["main".to_owned()]);
        let file = &folder.join("loaded.program");
        let reader = "this benchmark";
        let (cold, program) = clock::measure(|| loader.load(inputs, &whole));
        let program = program.map_err(|cause| BenchError::Load { cause })?;
        // The first of these keeps the program, the second takes it.
        let kept = || loader.load_kept(inputs, &whole, Kept { file, reader });
        kept().map_err(|cause| BenchError::Load { cause })?;
        let (again, same) = clock::measure(kept);
        let same = same.map_err(|cause| BenchError::Load { cause })?;
        assert_eq!(
            same.functions.len(),
            program.functions.len(),
            "what was kept is the program"
        );
        Ok(Self {
            functions: program.functions.len(),
            instructions: instructions(&program),
            cold,
            again,
        })
    }

    /// What a load would take for so many functions, if each takes its share.
    fn for_functions(&self, load: Duration, functions: u32) -> f64 {
        load.as_secs_f64() / self.functions as f64 * f64::from(functions)
    }
}

/// The table of loops, and the instructions a second of the slowest.
fn speeds(
    runner: &Runner,
    rounds: usize,
    compared: Option<&[f64]>,
) -> Result<(Table, f64), BenchError> {
    let mut table = Table::new(
        "loops, fastest of several runs",
        vec![
            Column::new("loop", "loop"),
            Column::new("instructions", "instructions"),
            Column::new("seconds", "seconds"),
            Column::new("per_second", "instructions/s"),
            Column::new("miri_seconds", "Miri, seconds"),
        ],
    );
    let mut slowest = f64::INFINITY;
    for (index, name) in LOOPS.into_iter().enumerate() {
        let (steps, seconds) = speed(runner, name, rounds)?;
        let per_second = steps as f64 / seconds;
        slowest = slowest.min(per_second);
        let compared = compared.and_then(|seconds| seconds.get(index));
        table.push(vec![
            Cell::text(name),
            Cell::Count(steps),
            Cell::Number(seconds),
            Cell::PerSecond(per_second),
            compared.map_or(Cell::Missing, |seconds| Cell::Number(*seconds)),
        ]);
    }
    Ok((table, slowest))
}

/// The table of what is done once for a program.
fn once((native_s, bitcode_s): (f64, f64), loaded: &Loaded, fork_us: f64) -> Table {
    let mut table = Table::new(
        "once for a program",
        vec![Column::new("what", "what"), Column::new("figure", "figure")],
    );
    let rows = [
        ("test build, native debug, seconds", Cell::Number(native_s)),
        ("test build, bitcode, seconds", Cell::Number(bitcode_s)),
        (
            "load of the whole test binary, processor seconds",
            Cell::Number(loaded.cold.as_secs_f64()),
        ),
        (
            "load again from what was kept, processor seconds",
            Cell::Number(loaded.again.as_secs_f64()),
        ),
        ("its functions", Cell::Count(loaded.functions as u64)),
        ("its instructions", Cell::Count(loaded.instructions)),
        (
            "fork of a state with 1 MB on the heap, microseconds",
            Cell::Number(fork_us),
        ),
    ];
    for (what, cell) in rows {
        table.push(vec![Cell::text(what), cell]);
    }
    table
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
    let toolchain = Toolchain::find().map_err(|cause| BenchError::Toolchain { cause })?;
    LlvmLibrary::open_from_sysroot(&toolchain.sysroot).map_err(|cause| BenchError::Load { cause })
}

fn folder_error(path: &Path, cause: io::Error) -> BenchError {
    BenchError::Folder {
        path: path.display().to_string(),
        cause,
    }
}
