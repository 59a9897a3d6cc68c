//! Small Rust programs whose outcome stands beside them: what they print, how they end, and what is
//! wrong with them.
//!
//! Each file of `cases/machine/programs` is a topic, each of its functions `pub fn name()` an entry.
//! All topics are built into one program, once natively and once for the machine; every entry runs in
//! a process of its own and in the machine, and both outcomes have to be what the topic's
//! `.outcomes` file says. `PROOFHOUSE_BLESS=1` (`cargo xtask bless`) writes that file anew, from the
//! native outcomes.
//!
//! In topics whose name begins with `faults_`, every entry is wrong in a way that the machine sees and
//! has a twin, named `…_twin`, that is not. In `unseen`, entries are wrong in ways that the machine
//! does not see. Wrong entries are not run natively: anything could happen.

mod toolchain;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use proofhouse_evidence::{FailureKind, Obstacle};
use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{EntrySelection, LinkInputs, Loader};
use proofhouse_vm::run::{self, End, Runner};
use toolchain::open_llvm;

const LINKER: &str = include_str!("linker.sh");

/// A file of entries.
struct Topic {
    name: String,
    entries: Vec<String>,
}

impl Topic {
    /// Whether an entry has no defined outcome.
    fn is_wrong(&self, entry: &str) -> bool {
        let has_faults = self.name.starts_with("faults_") && !entry.ends_with("_twin");
        has_faults || self.name == "unseen"
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/machine/programs")
}

fn topics() -> Vec<Topic> {
    let files = fs::read_dir(folder()).expect("the corpus exists");
    let files = files.map(|file| file.expect("the corpus can be read").path());
    let mut topics: Vec<Topic> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !path.ends_with("main.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a topic can be read");
            let entries = text.lines().filter_map(|line| {
                let name = line.strip_prefix("pub fn ")?.strip_suffix("() {")?;
                Some(name.to_owned())
            });
            let name = path.file_stem().expect("a topic has a name");
            Topic {
                name: name.to_string_lossy().into_owned(),
                entries: entries.collect(),
            }
        })
        .collect();
    topics.sort_by(|left, right| left.name.cmp(&right.name));
    topics
}

/// The list of topics and entries as the program includes it, for both ways to start one.
fn listing(topics: &[Topic]) -> String {
    let mut text = String::new();
    for topic in topics {
        writeln!(text, "mod {};", topic.name).expect("texts grow");
    }
    text.push_str("fn main() {\n    match std::env::args().nth(1).as_deref() {\n");
    for topic in topics {
        for entry in &topic.entries {
            let path = format!("{}::{entry}", topic.name);
            writeln!(text, "        Some({path:?}) => finish({path}),").expect("texts grow");
        }
    }
    text.push_str("        other => panic!(\"no such entry: {other:?}\"),\n    }\n}\n");
    text.push_str("pub mod entries {\n");
    for topic in topics {
        writeln!(text, "    pub mod {} {{", topic.name).expect("texts grow");
        for entry in &topic.entries {
            let path = format!("crate::{}::{entry}", topic.name);
            writeln!(text, "        #[inline(never)] #[unsafe(no_mangle)]").expect("texts grow");
            writeln!(
                text,
                "        pub extern \"C\" fn start__{}__{entry}() {{ crate::finish({path}) }}",
                topic.name
            )
            .expect("texts grow");
        }
        text.push_str("    }\n");
    }
    text.push_str("}\n");
    text
}

fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn compile(folder: &Path, name: &str, further: &[String]) {
    let output = rustc()
        .current_dir(folder)
        .args(["--edition=2024", "--crate-name=programs", "main.rs"])
        .args(["-Cdebuginfo=1", "-Copt-level=0", "-Cdebug-assertions=on"])
        .args(["-Cpanic=unwind", "-Awarnings"])
        .args(further)
        .args(["-o", name])
        .output()
        .expect("rustc runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} is not built:\n{errors}");
}

/// Builds the corpus both ways, in a folder, loads it and lays it out.
fn build(folder: &Path, topics: &[Topic]) -> Runner {
    use std::os::unix::fs::PermissionsExt as _;
    for file in fs::read_dir(self::folder()).expect("the corpus exists") {
        let file = file.expect("the corpus can be read").path();
        let name = file.file_name().expect("a file has a name");
        fs::copy(&file, folder.join(name)).expect("a topic can be copied");
    }
    fs::write(folder.join("entries.rs"), listing(topics)).expect("the listing can be written");
    let linker = folder.join("linker.sh");
    fs::write(&linker, LINKER).expect("the linker can be written");
    fs::set_permissions(&linker, fs::Permissions::from_mode(0o755)).expect("it can run");
    let flags = [
        "-Clinker-plugin-lto".to_owned(),
        "-Cdebuginfo=2".to_owned(),
        format!("-Clinker={}", linker.display()),
    ];
    std::thread::scope(|scope| {
        scope.spawn(|| compile(folder, "native", &[]));
        compile(folder, "machine", &flags);
    });

    let arguments = fs::read_to_string(folder.join("arguments.txt")).expect("it was linked");
    let loader = Loader {
        llvm: &open_llvm(),
        keep_without_body: run::WITHOUT_BODY,
    };
    let entries = topics.iter().flat_map(|topic| {
        let starts = topic.entries.iter();
        starts.map(|entry| format!("start__{}__{entry}", topic.name))
    });
    let entries = EntrySelection::Named(entries.collect());
    let inputs = LinkInputs::from_linker_arguments(arguments.lines());
    Runner::new(loader.load(&inputs, &entries).expect("it loads"))
}

/// What was printed to the error stream, without what differs from process to process: numbers of
/// threads, backtraces, and where the compiler's own sources lay when it was built.
fn comparable_errors(printed: &[u8]) -> String {
    let mut kept = String::new();
    let mut is_backtrace = false;
    for line in String::from_utf8_lossy(printed).lines() {
        is_backtrace |= line.starts_with("stack backtrace:");
        is_backtrace &= !line.starts_with("thread ") && !line.starts_with("note: ");
        let is_of_the_stack = line.contains("has overflowed its stack")
            || line.starts_with("fatal runtime error: stack overflow");
        if line.is_empty() || line.starts_with("note: ") || is_backtrace || is_of_the_stack {
            continue;
        }
        let mut line = line.to_owned();
        if line.starts_with("thread ")
            && let Some((before, rest)) = line.split_once(" (")
            && let Some((_, after)) = rest.split_once(") ")
        {
            // What runs here is not called by the runtime, which would give the thread its name.
            let before = before.replace("'main'", "'<unnamed>'");
            line = format!("{before} {after}");
        }
        if let Some((before, rest)) = line.split_once("/rustc/")
            && let Some((_, after)) = rest.split_once('/')
        {
            line = format!("{before}{after}");
        }
        if line.contains("library/") {
            line = without_position(&line);
        }
        writeln!(kept, "! {line}").expect("texts grow");
    }
    kept
}

/// A line without the numbers of a position in the standard library, which change with its version.
fn without_position(line: &str) -> String {
    let mut parts: Vec<&str> = line.split(':').collect();
    parts.retain(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()));
    parts.join(":")
}

fn outcome(output: &[u8], errors: &[u8], end: &str) -> String {
    let mut text = String::from_utf8_lossy(output).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str("⏎\n");
    }
    text.push_str(&comparable_errors(errors));
    if !end.is_empty() {
        writeln!(text, "= {end}").expect("texts grow");
    }
    text
}

fn native_outcome(folder: &Path, entry: &str) -> String {
    let output = Command::new(folder.join("native"))
        .arg(entry)
        .env_remove("RUST_BACKTRACE")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the corpus runs");
    let end = match (output.status.code(), output.status.signal()) {
        (Some(0), _) => String::new(),
        (Some(code), _) => format!("exits with code {}", code.cast_signed_byte()),
        // Abort, an illegal instruction instead of it, and the end of the stack.
        (None, Some(4 | 6 | 11)) => "the process is ended".to_owned(),
        other => format!("{other:?}"),
    };
    outcome(&output.stdout, &output.stderr, &end)
}

/// The kernel keeps eight bits of a code.
trait CastSignedByte {
    fn cast_signed_byte(self) -> i32;
}

impl CastSignedByte for i32 {
    fn cast_signed_byte(self) -> i32 {
        self & 0xff
    }
}

fn machine_outcome(runner: &Runner, topic: &Topic, entry: &str) -> String {
    let limits = Limits {
        time_ms_max: 120_000,
        ..Limits::default()
    };
    let start = format!("start__{}__{entry}", topic.name);
    let run = runner.run(&start, &limits);
    let end = match &run.end {
        End::Returned | End::Exited(0) => String::new(),
        End::Exited(code) => format!("exits with code {}", code.cast_signed_byte()),
        End::Failed(failure) if failure.kind == FailureKind::ProcessEnded => {
            "the process is ended".to_owned()
        }
        End::Failed(failure) => {
            let site = failure.site.as_ref().map_or_else(String::new, |site| {
                format!(" at {}:{}:{}", site.file, site.line, site.column)
            });
            format!("{:?}{site}: {}", failure.kind, failure.message)
        }
        End::Obstacle(Obstacle::Unsupported { what, called_from }) => {
            format!("UNSUPPORTED {what}, called from {called_from:?}")
        }
        End::Obstacle(other) => format!("UNSUPPORTED {other:?}"),
    };
    let mut text = outcome(&run.output, &run.error_output, &end);
    if topic.name == "allocation" {
        for leak in &run.leaks {
            let line = leak.site.as_ref().map_or(0, |site| site.line);
            writeln!(text, "leaked: {} bytes of line {line}", leak.size_bytes).expect("grows");
        }
    }
    text
}

/// How the entries that have an outcome end natively, by path.
fn native_outcomes(folder: &Path, topics: &[&Topic]) -> BTreeMap<String, String> {
    let mut outcomes = BTreeMap::new();
    for topic in topics {
        for entry in topic.entries.iter().filter(|entry| !topic.is_wrong(entry)) {
            let path = format!("{}::{entry}", topic.name);
            let outcome = native_outcome(folder, &path);
            outcomes.insert(path, outcome);
        }
    }
    outcomes
}

/// How all entries end in the machine, by path.
fn machine_outcomes(runner: &Runner, topics: &[&Topic]) -> BTreeMap<String, String> {
    let mut outcomes = BTreeMap::new();
    for topic in topics {
        for entry in &topic.entries {
            let path = format!("{}::{entry}", topic.name);
            outcomes.insert(path, machine_outcome(runner, topic, entry));
        }
    }
    outcomes
}

/// What a topic's file of outcomes says, by entry.
fn written(topic: &Topic) -> BTreeMap<String, String> {
    let path = folder().join(format!("{}.outcomes", topic.name));
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut outcomes = BTreeMap::new();
    for part in text.split("## ").skip(1) {
        let (entry, outcome) = part.split_once('\n').expect("an entry has a line");
        outcomes.insert(entry.to_owned(), outcome.to_owned());
    }
    outcomes
}

/// The lines that only the machine knows.
fn without_leaks(outcome: &str) -> String {
    let lines = outcome.lines().filter(|line| !line.starts_with("leaked: "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_entry_ends_as_it_does_natively_and_as_is_written() {
    let filter = std::env::var("PROGRAMS").unwrap_or_default();
    let is_blessing = std::env::var_os("PROOFHOUSE_BLESS").is_some();
    let topics = topics();
    let folder = tempfile::tempdir().expect("there is room for a build");
    let runner = build(folder.path(), &topics);
    let selected: Vec<&Topic> = topics
        .iter()
        .filter(|topic| topic.name.contains(&filter))
        .collect();
    let (founds, natives) = std::thread::scope(|scope| {
        let natives = scope.spawn(|| native_outcomes(folder.path(), &selected));
        let founds = machine_outcomes(&runner, &selected);
        (founds, natives.join().expect("the corpus runs"))
    });
    let mut wrong = Vec::new();
    let mut count = 0;
    for topic in selected {
        let written = written(topic);
        let mut blessed = String::new();
        for entry in &topic.entries {
            count += 1;
            let path = format!("{}::{entry}", topic.name);
            let found = founds[&path].clone();
            if !topic.is_wrong(entry) {
                let native = &natives[&path];
                if *native != without_leaks(&found) {
                    wrong.push(format!(
                        "{path} natively:\n{native}in the machine:\n{found}"
                    ));
                }
            } else if topic.name != "unseen" && !found.contains("= ") {
                wrong.push(format!("{path} is not seen:\n{found}"));
            }
            write!(blessed, "## {entry}\n{found}").expect("texts grow");
            if !is_blessing && written.get(entry) != Some(&found) {
                wrong.push(format!("{path} is written otherwise; found:\n{found}"));
            }
        }
        if is_blessing {
            let path = self::folder().join(format!("{}.outcomes", topic.name));
            fs::write(path, blessed).expect("the outcomes can be written");
        }
    }
    println!("{count} entries in {} topics", topics.len());
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
