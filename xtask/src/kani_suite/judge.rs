//! Exploring the harnesses of one compiled file, in a process of its own: a file that takes too much
//! time or memory, or that brings the machine down, must not take the others with it.

use std::io::Read as _;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, thread};

use cargo_proofhouse::build::manifest::Manifest;
use cargo_proofhouse::build::toolchain::Toolchain;
use cargo_proofhouse::engines::guard::{Memory, guarded};
use proofhouse_evidence::{Obstacle, Verdict};
use proofhouse_vm::explore::{Limits, explore};
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, load};

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "kani-suite-judge";

/// Memory of one process.
const MEMORY_BYTES_MAX: u64 = 6 << 30;

/// What a process may take beyond the time of its explorations: reading the program.
const GRACE: Duration = Duration::from_secs(60);

/// The stack that the machine's recursion over terms needs.
const STACK_BYTES: usize = 512 << 20;

/// How a harness or a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// All harnesses hold.
    Holds,
    /// No input passes the assumptions, so that nothing fails.
    Vacuous,
    /// We cannot say.
    Inconclusive,
    /// A harness fails.
    Fails,
}

impl End {
    const ALL: [Self; 4] = [Self::Holds, Self::Vacuous, Self::Inconclusive, Self::Fails];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Vacuous => "vacuous",
            Self::Inconclusive => "inconclusive",
            Self::Fails => "fails",
        }
    }
}

/// What came of a file.
pub struct Judgement {
    /// The verdict on all its harnesses together.
    pub end: End,
    /// Why, for the harness that decided.
    pub detail: String,
    /// Loading and exploring.
    pub milliseconds: u128,
}

/// Has a file explored.
pub fn in_own_process(manifest: &Path, harness: Option<&str>, seconds: u64) -> Judgement {
    let start = Instant::now();
    let lines = run_process(manifest, harness, seconds);
    let milliseconds = start.elapsed().as_millis();
    let lines = match lines {
        Ok(lines) => lines,
        Err(detail) => {
            return Judgement {
                end: End::Inconclusive,
                detail,
                milliseconds,
            };
        }
    };
    let ends = lines.lines().filter_map(|line| {
        let (name, detail) = line.split_once('\t')?;
        let end = End::ALL.into_iter().find(|end| end.name() == name)?;
        Some((end, detail.to_owned()))
    });
    let none = (End::Inconclusive, "no harness was found".to_owned());
    let (end, detail) = ends.max_by_key(|(end, _)| *end).unwrap_or(none);
    Judgement {
        end,
        detail,
        milliseconds,
    }
}

fn run_process(manifest: &Path, harness: Option<&str>, seconds: u64) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot start: {error}");
    let this = env::current_exe().map_err(failed)?;
    let mut command = guarded(&this, Some(Memory::Addresses(MEMORY_BYTES_MAX))).map_err(failed)?;
    command
        .arg(SUBCOMMAND)
        .arg(manifest)
        .arg(seconds.to_string());
    command.args(harness);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let mut stdout = child.stdout.take().expect("asked for");
    let mut stderr = child.stderr.take().expect("asked for");
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut output, mut errors) = (String::new(), String::new());
        let read = stdout.read_to_string(&mut output);
        drop(stderr.read_to_string(&mut errors));
        drop(sender.send(read.map(|_| (output, errors))));
    });
    // Several harnesses share the time of a file only loosely: a dozen is the most there is.
    let Ok(read) = receiver.recv_timeout(GRACE + Duration::from_secs(seconds * 12)) else {
        drop(child.kill());
        drop(child.wait());
        return Err("did not end in time".to_owned());
    };
    let status = child.wait().map_err(failed)?;
    let (output, errors) = read.map_err(failed)?;
    if status.success() {
        Ok(output)
    } else {
        let last = errors.lines().rfind(|line| !line.trim().is_empty());
        Err(format!(
            "the machine ended: {}",
            last.unwrap_or("without a word")
        ))
    }
}

/// The process's own part: explores each harness and prints a line for it.
pub fn judge_and_print(arguments: &[String]) -> ExitCode {
    match judge(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn judge(arguments: &[String]) -> Result<(), String> {
    let [manifest, seconds, harness @ ..] = arguments else {
        return Err("a manifest and a time are needed".to_owned());
    };
    let seconds: u64 = seconds.parse().map_err(|_| "the time is a number")?;
    let manifest = Manifest::read(Path::new(manifest)).map_err(|error| error.to_string())?;
    let manifest = manifest.ok_or("the bitcode build left no manifest")?;
    let harness = harness.first().cloned();
    let explore = move || explore_all(manifest, seconds, harness.as_deref());
    let thread = thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(explore);
    let thread = thread.map_err(|error| error.to_string())?;
    thread
        .join()
        .unwrap_or_else(|_| Err("the machine panicked".to_owned()))
}

fn explore_all(manifest: Manifest, seconds: u64, harness: Option<&str>) -> Result<(), String> {
    let toolchain = Toolchain::find().map_err(|error| error.to_string())?;
    let llvm =
        LlvmLibrary::open_from_sysroot(&toolchain.sysroot).map_err(|error| error.to_string())?;
    let inputs = LinkInputs {
        objects: manifest.objects,
        archives: manifest.archives,
    };
    let program = load(&inputs, &EntrySelection::Properties, &llvm);
    let program = program.map_err(|error| error.to_string())?;
    let limits = Limits {
        time_ms_max: seconds * 1000,
        steps_max: u64::MAX,
        paths_max: u64::MAX,
        size_max: 1 << 20,
        ..Limits::default()
    };
    for entry in &program.entries {
        let path = &program.functions[entry.0 as usize].path;
        let name = path.trim_end_matches("::__proofhouse_entry");
        if harness.is_some_and(|wanted| !name.contains(wanted)) {
            continue;
        }
        let exploration = explore(&program, path, &limits, &mut |_| {
            std::ops::ControlFlow::Continue(())
        });
        let (end, detail) = end_of(&exploration.verdict(|_| String::new()));
        let name = name.split_once("::").map_or(name, |(_, name)| name);
        println!("{}\t{name}: {detail}", end.name());
    }
    Ok(())
}

fn end_of(verdict: &Verdict) -> (End, String) {
    match verdict {
        Verdict::Proved { proof } => (End::Holds, format!("{proof:?}")),
        Verdict::Vacuous { .. } => (End::Vacuous, String::new()),
        Verdict::Refuted { findings } => {
            let failure = &findings[0].failure;
            let line = failure.site.as_ref().map_or(0, |site| site.line);
            let message = failure.message.lines().next().unwrap_or_default();
            (End::Fails, format!("{message} (line {line})"))
        }
        Verdict::Inconclusive { obstacles } => (End::Inconclusive, words(&obstacles[0])),
        Verdict::Unhealthy { complaints } => (End::Fails, complaints[0].message.clone()),
        other => (End::Inconclusive, format!("{other:?}")),
    }
}

fn words(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::Unsupported { what, .. } => format!("unsupported: {what}"),
        Obstacle::LimitReached { limit, .. } => format!("more {limit} than allowed"),
        Obstacle::SolverGaveUp { .. } => "the solver gave up".to_owned(),
        other => format!("{other:?}"),
    }
}
