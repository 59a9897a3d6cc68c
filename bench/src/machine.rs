//! `machine`: how fast programs are executed as bitcode, built for it, loaded and forked.
//!
//! The unit tests of a package are built natively and as bitcode, and loaded. Of a small program, loops as people
//! write them are run by the machine. The interpreter that is nearest in kind, Miri, comes with nightly
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
mod suite;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_vm::explore::{Limits, Strategy, explore};
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader, parse_text};
use proofhouse_vm::run::{self, End, Runner};

use crate::clock;
use crate::dependencies::folder_error;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Goal, Report, Table};

use suite::{Builds, Loaded, Suite};

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
    let toolchain = Toolchain::find().map_err(|cause| BenchError::Toolchain { cause })?;
    let llvm = LlvmLibrary::open_from_sysroot(&toolchain.sysroot);
    let llvm = llvm.map_err(|cause| BenchError::Load { cause })?;
    let mut report = Report::new(BENCHMARK.name);

    let suite = Suite::build(&toolchain, folder.path())?;
    let loader = Loader {
        llvm: &llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let loaded = Loaded::measure(loader, &suite, folder.path())?;
    let named = EntrySelection::Named(LOOPS.map(str::to_owned).to_vec());
    let program = loader.load(&build(folder.path())?, &named);
    let program = program.map_err(|cause| BenchError::Load { cause })?;
    let compared = miri::seconds(OsStr::new("cargo"), folder.path(), SOURCE, &LOOPS)?;
    let (speeds, slowest) = speeds(&Runner::new(program), rounds, compared.as_deref())?;
    report.tables.push(speeds);
    let fork_us = fork_microseconds(&llvm)?;
    report.tables.push(once(&suite, &loaded, fork_us));

    let mut at_most = |what: &str, goal, figure| {
        report.goals.push(Goal::at_most(what, goal, Some(figure)));
    };
    let what = "load, processor seconds for 5,000 functions, by their share";
    at_most(what, 3.0, loaded.for_functions(loaded.cold, 5000));
    let what =
        "load again from what was kept, processor seconds for 5,000 functions, by their share";
    at_most(what, 0.5, loaded.for_functions(loaded.again, 5000));
    let ratio = |of: fn(&Builds) -> f64| of(&suite.bitcode) / of(&suite.native);
    let what = "bitcode build from nothing, times the native one";
    at_most(what, 1.5, ratio(|builds| builds.clean));
    let what = "bitcode build after a change, times the native one";
    at_most(what, 1.5, ratio(|builds| builds.changed));
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
fn once(suite: &Suite, loaded: &Loaded, fork_us: f64) -> Table {
    let mut table = Table::new(
        format!(
            "once for a program: the unit tests of {}, and its dependencies",
            suite::PACKAGE
        ),
        vec![Column::new("what", "what"), Column::new("figure", "figure")],
    );
    let seconds = |duration: Duration| Cell::Number(duration.as_secs_f64());
    let rows = [
        (
            "native debug build from nothing, seconds",
            Cell::Number(suite.native.clean),
        ),
        (
            "bitcode build from nothing, seconds",
            Cell::Number(suite.bitcode.clean),
        ),
        (
            "native debug build after a change, seconds",
            Cell::Number(suite.native.changed),
        ),
        (
            "bitcode build after a change, seconds",
            Cell::Number(suite.bitcode.changed),
        ),
        (
            "load of the whole test binary, processor seconds",
            seconds(loaded.cold),
        ),
        (
            "load again from what was kept, processor seconds",
            seconds(loaded.again),
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

/// The loops as bitcode, and what the linker was given.
fn build(folder: &Path) -> Result<LinkInputs, BenchError> {
    let linker = folder.join("linker.sh");
    fs::write(&linker, LINKER).map_err(|cause| folder_error(&linker, cause))?;
    make_executable(&linker).map_err(|cause| folder_error(&linker, cause))?;
    let output = Command::new(compiler())
        .current_dir(folder)
        .args(["--test", "--edition=2024", "-Cdebuginfo=2", "-Copt-level=0"])
        .arg("-Clinker-plugin-lto")
        .arg(format!("-Clinker={}", linker.display()))
        .args(["-o", "loops", "loops.rs"])
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    if !output.status.success() {
        return Err(BenchError::CargoFailed {
            arguments: "loops.rs".to_owned(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let list = folder.join("arguments.txt");
    let arguments = fs::read_to_string(&list).map_err(|cause| folder_error(&list, cause))?;
    Ok(LinkInputs::from_linker_arguments(arguments.lines()))
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
