//! Runs the test suites of published crates in the machine and natively, and compares.
//!
//! The corpus of `cases/machine/programs` holds what we thought of; these suites hold what others did.
//! Each crate is fetched by cargo, its own tests are built once natively and once as bitcode, and each
//! of its `#[test]` functions ends natively and in the machine. A test may be *the same*, *unsupported*
//! for a reason that is named and counted, or *different*, which fails this check.
//!
//! # Not here
//!
//! Ignored tests, doc tests, and tests whose function returns its error through memory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_proofhouse::build::cargo::{
    Selection, TestBinary, Workspace, build_bitcode, build_native,
};
use cargo_proofhouse::build::manifest::Manifest;
use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_evidence::{FailureKind, Obstacle};
use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader};
use proofhouse_vm::run::{self, End, Runner};

/// The crates that are tried if none is named.
const CRATES: [&str; 12] = [
    "itoa",
    "hex",
    "base64",
    "semver",
    "smallvec",
    "arrayvec",
    "indexmap",
    "bytes",
    "memchr",
    "fixedbitset",
    "serde_json",
    "regex-lite",
];

/// Limits of one test: instructions, so that the result does not depend on how busy the host is, and
/// time only against a test that would never end.
const TEST_STEPS_MAX: u64 = 1_000_000_000;
const TEST_MS_MAX: u64 = 900_000;

/// How a test ended natively.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Native {
    /// It returned, as it should.
    Returns,
    /// It panicked, as it should.
    Panics,
}

/// What came of a crate's tests.
#[derive(Debug, Default)]
struct Tally {
    same: u32,
    /// The tests that can't run, by reason.
    unsupported: BTreeMap<String, Vec<String>>,
    different: Vec<String>,
    steps: u64,
    /// In the machine, without loading.
    time: Duration,
}

impl Tally {
    fn line(&self, name: &str) -> String {
        let unsupported: usize = self.unsupported.values().map(Vec::len).sum();
        let mut line = format!(
            "{name}: {} the same, {unsupported} unsupported, {} different, {} million instructions \
             in {:.1} s",
            self.same,
            self.different.len(),
            self.steps / 1_000_000,
            self.time.as_secs_f64(),
        );
        for (reason, tests) in &self.unsupported {
            line += &format!("\n    unsupported, {}: {reason}", tests.len());
            for test in tests {
                line += &format!("\n        {test}");
            }
        }
        for what in &self.different {
            line += &format!("\n    DIFFERENT {what}");
        }
        line
    }
}

impl Tally {
    fn name_unsupported(&mut self, reason: String, test: &str) {
        let tests = self.unsupported.entry(reason).or_default();
        tests.push(test.to_owned());
    }
}

/// Compares the suites of the named crates, or of all.
pub fn check(names: &[String]) -> Result<String, String> {
    let names: Vec<&str> = match names {
        [] => CRATES.to_vec(),
        names => names.iter().map(String::as_str).collect(),
    };
    let folder = std::env::temp_dir().join(format!("proofhouse-suites-{}", std::process::id()));
    let result = compare_all(&folder, &names);
    // What is left behind on an error would only take room.
    drop(fs::remove_dir_all(&folder));
    result
}

fn compare_all(folder: &Path, names: &[&str]) -> Result<String, String> {
    let sources = fetch(folder, names)?;
    let toolchain = Toolchain::find().map_err(|error| error.to_string())?;
    let llvm = LlvmLibrary::open_from_sysroot(&toolchain.sysroot);
    let llvm = llvm.map_err(|error| error.to_string())?;
    let mut total = Tally::default();
    for (name, source) in names.iter().zip(sources) {
        match compare(&source, &toolchain, &llvm) {
            Ok(tally) => {
                println!("{}", tally.line(name));
                total.same += tally.same;
                total.steps += tally.steps;
                total.time += tally.time;
                total.different.extend(tally.different);
                for (reason, tests) in tally.unsupported {
                    total.unsupported.entry(reason).or_default().extend(tests);
                }
            }
            Err(reason) => println!("{name}: not compared: {reason}"),
        }
    }
    match total.different.len() {
        0 => Ok(total.line("together")),
        count => Err(format!("{count} tests end differently in the machine")),
    }
}

/// Has cargo fetch the newest version of each crate; returns where each lies, a workspace of its own.
fn fetch(folder: &Path, names: &[&str]) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder.join("src")).map_err(failed)?;
    fs::write(folder.join("src/lib.rs"), "").map_err(failed)?;
    let dependencies: String = names
        .iter()
        .map(|name| format!("{name} = \"*\"\n"))
        .collect();
    let manifest = format!(
        "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{dependencies}"
    );
    fs::write(folder.join("Cargo.toml"), manifest).map_err(failed)?;
    let status = Command::new(env!("CARGO"))
        .args(["vendor", "--quiet", "--versioned-dirs", "vendor"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .map_err(failed)?;
    if !status.success() {
        return Err("cargo could not fetch the crates".to_owned());
    }
    let fetched: Vec<PathBuf> = fs::read_dir(folder.join("vendor"))
        .map_err(failed)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    let of = |name: &&str| {
        let found = fetched.iter().filter(|path| {
            let folder = path.file_name().unwrap_or_default().to_string_lossy();
            let version = folder
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('-'));
            version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        });
        // The newest, should an older one be among the dependencies.
        let found = found
            .max()
            .ok_or_else(|| format!("cargo did not fetch `{name}`"))?;
        // A package that cargo finds in no folder of another is its own workspace.
        let target = folder.join(name);
        copy(found, &target).map_err(failed)?;
        let manifest = target.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(failed)?;
        fs::write(&manifest, without_benchmarks(&text)).map_err(failed)?;
        Ok(target)
    };
    let sources: Result<Vec<PathBuf>, String> = names.iter().map(of).collect();
    let sources = sources?;
    fs::remove_file(folder.join("Cargo.toml")).map_err(failed)?;
    Ok(sources)
}

/// A published manifest without its benchmarks and the harness that only they use, which would take
/// longer to build than all the rest.
fn without_benchmarks(manifest: &str) -> String {
    let mut is_kept = true;
    let mut kept = String::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            let is_harness = line.starts_with("[dev-dependencies.criterion");
            is_kept = line != "[[bench]]" && !is_harness;
        }
        if is_kept {
            kept += line;
            kept.push('\n');
        }
    }
    kept
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Some packages ship tests without the data or the crates that these need; their unit tests are left.
fn compare(source: &Path, toolchain: &Toolchain, llvm: &LlvmLibrary) -> Result<Tally, String> {
    compare_targets(source, &["--lib", "--tests"], toolchain, llvm).or_else(|reason| {
        println!("only the unit tests are compared: {reason}");
        compare_targets(source, &["--lib"], toolchain, llvm)
    })
}

fn compare_targets(
    source: &Path,
    targets: &[&str],
    toolchain: &Toolchain,
    llvm: &LlvmLibrary,
) -> Result<Tally, String> {
    // Examples and benchmarks have no tests, and the latter may need another compiler.
    let options = targets.iter().chain(&["--quiet"]);
    let selection = Selection {
        workspace_options: vec![
            OsString::from("--manifest-path"),
            source.join("Cargo.toml").into_os_string(),
        ],
        target_options: options.map(OsString::from).collect(),
        ..Selection::default()
    };
    let text = |error: cargo_proofhouse::error::CommandError| error.to_string();
    let workspace = Workspace::read(&selection).map_err(text)?;
    let binaries = build_native(&workspace, &selection, toolchain).map_err(text)?;
    let bitcode = build_bitcode(&workspace, &selection, toolchain).map_err(text)??;
    let mut tally = Tally::default();
    for binary in &binaries {
        let native = native_ends(binary)?;
        let Some(manifest) = bitcode.get(&binary.key) else {
            continue;
        };
        let manifest = Manifest::read(manifest).map_err(|error| error.to_string())?;
        let manifest = manifest.ok_or("the bitcode build left no manifest")?;
        if !native.is_empty() {
            compare_binary(binary, &native, manifest, llvm, &mut tally)?;
        }
    }
    Ok(tally)
}

/// How each test of a binary ends natively; without those that are ignored or fail.
fn native_ends(binary: &TestBinary) -> Result<BTreeMap<String, Native>, String> {
    let output = Command::new(&binary.executable)
        .args(["--test-threads=1", "--color=never"])
        .current_dir(&binary.package_folder)
        .envs(binary.environment.iter().cloned())
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", binary.executable.display()))?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let ends = printed.lines().filter_map(|line| {
        let name = line.strip_prefix("test ")?.strip_suffix(" ... ok")?;
        Some(match name.strip_suffix(" - should panic") {
            Some(name) => (name.to_owned(), Native::Panics),
            None => (name.to_owned(), Native::Returns),
        })
    });
    Ok(ends.collect())
}

fn compare_binary(
    binary: &TestBinary,
    native: &BTreeMap<String, Native>,
    manifest: Manifest,
    llvm: &LlvmLibrary,
    tally: &mut Tally,
) -> Result<(), String> {
    let path = |name: &String| format!("{}::{name}", binary.crate_name);
    let loader = Loader {
        llvm,
        keep_without_body: run::WITHOUT_BODY,
    };
    let inputs = LinkInputs {
        objects: manifest.objects,
        archives: manifest.archives,
    };
    let entries = EntrySelection::Named(native.keys().map(path).collect());
    let program = loader.load(&inputs, &entries);
    let program = program.map_err(|error| error.to_string())?;
    let mut runner = Runner::new(program).in_folder(&binary.package_folder);
    for (name, value) in &binary.environment {
        runner = runner.with_variable(name, value);
    }
    for (name, native) in native {
        compare_test(&runner, &path(name), *native, tally);
    }
    Ok(())
}

fn compare_test(runner: &Runner, path: &str, native: Native, tally: &mut Tally) {
    let program = runner.program();
    let has_parameters = |id: proofhouse_vm::program::FunctionId| {
        !program.functions[id.0 as usize].parameters.is_empty()
    };
    if program.function_named(path).is_some_and(has_parameters) {
        let reason = "a test that returns its error through memory".to_owned();
        tally.name_unsupported(reason, path);
        return;
    }
    let limits = Limits {
        time_ms_max: TEST_MS_MAX,
        steps_max: TEST_STEPS_MAX,
        ..Limits::default()
    };
    let started = Instant::now();
    let run = runner.run(path, &limits);
    tally.time += started.elapsed();
    tally.steps += run.steps;
    match (run.end, native) {
        (End::Returned, Native::Returns) => tally.same += 1,
        (End::Failed(failure), Native::Panics) if failure.kind == FailureKind::Panic => {
            tally.same += 1;
        }
        (End::Obstacle(obstacle), _) => {
            let reason = match obstacle {
                Obstacle::Unsupported { what, .. } => what,
                Obstacle::LimitReached { limit, .. } => format!("more {limit} than allowed"),
                other => format!("{other:?}"),
            };
            tally.name_unsupported(reason, path);
        }
        (end, native) => tally
            .different
            .push(format!("{path}: natively {native:?}, {end:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::without_benchmarks;

    #[test]
    fn only_benchmarks_and_their_harness_go() {
        let manifest = "[package]\nname = \"a\"\n\n[[bench]]\nname = \"b\"\n\n[dev-dependencies.criterion]\n\
                        version = \"1\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n";
        let expected = "[package]\nname = \"a\"\n\n[dev-dependencies.rand]\nversion = \"2\"\n";
        assert_eq!(without_benchmarks(manifest), expected);
    }
}
