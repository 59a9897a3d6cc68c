//! Runs the test suites of published crates in the machine and natively, and compares.
//!
//! The corpus of `cases/machine/programs` holds what we thought of; these suites hold what others did.
//! Each crate is fetched by cargo, its own tests are built once natively and once as bitcode, and each
//! of its `#[test]` functions ends natively and in the machine. A test may be *the same*, *limited* or
//! *unsupported* for a reason that is named and counted, or *different*, which fails this check.
//!
//! The machine's processor has no optional instructions, and the host's has. A test that ends otherwise is run once
//! more on one that has some; if it then ends as natively it is the same, and named with its other end.
//!
//! # Not here
//!
//! Ignored tests and doc tests. Features that are off by default.

mod fetch;
mod judge;
mod native;
mod page;
mod tally;

use std::ffi::OsString;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cargo_proofhouse::build::cargo::{
    Selection, TestBinary, Workspace, build_bitcode, build_native,
};
use cargo_proofhouse::build::manifest::Manifest;
use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{EntrySelection, LinkInputs, LlvmLibrary, Loader, Processor};
use proofhouse_vm::run::{self, Runner};

use fetch::Source;
use judge::{Outcome, judge};
use native::{NativeEnd, NativeEnds};
use page::Page;
use tally::Tally;

use crate::places::Places;

/// The crates that are tried if none is named.
const CRATES: [&str; 24] = [
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
    "fnv",
    "strsim",
    "percent-encoding",
    "slab",
    "heck",
    "either",
    "ryu",
    "rustc-hash",
    "num-integer",
    "bitflags",
    "crc32fast",
    "unicode-segmentation",
];

/// Time against a test that would never end; what counts are its instructions, so that the result does
/// not depend on how busy the host is.
const TEST_MS_MAX: u64 = 900_000;

/// What to compare, and how far to go.
#[derive(Debug)]
pub struct Wishes {
    /// The crates; all of the list if none is named.
    pub crates: Vec<String>,
    /// Where sources and builds are kept; a folder that is removed at the end if none is named.
    pub folder: Option<PathBuf>,
    /// Instructions for one test.
    pub steps: u64,
    /// The page whose rows are renewed.
    pub write: Option<PathBuf>,
}

/// Compares the suites of the named crates, or of all.
pub fn check(wishes: &Wishes) -> Result<String, String> {
    if let Some(folder) = &wishes.folder {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let folder = fs::canonicalize(folder);
        let folder = folder.map_err(|error| format!("the folder of the suites: {error}"))?;
        return compare_all(&folder, wishes);
    }
    let folder = std::env::temp_dir().join(format!("proofhouse-suites-{}", std::process::id()));
    let result = compare_all(&folder, wishes);
    // What is left behind on an error would only take room.
    drop(fs::remove_dir_all(&folder));
    result
}

fn compare_all(folder: &Path, wishes: &Wishes) -> Result<String, String> {
    let names: Vec<&str> = match wishes.crates.as_slice() {
        [] => CRATES.to_vec(),
        names => names.iter().map(String::as_str).collect(),
    };
    let sources = fetch::fetch(folder, &names)?;
    let toolchain = Toolchain::find().map_err(|error| error.to_string())?;
    let llvm = LlvmLibrary::open_from_sysroot(&toolchain.sysroot);
    let comparison = Comparison {
        llvm: llvm.map_err(|error| error.to_string())?,
        toolchain,
        steps_max: wishes.steps,
    };
    let mut total = Tally {
        name: "together".to_owned(),
        ..Tally::default()
    };
    let mut not_compared = Vec::new();
    for source in &sources {
        match comparison.of(source) {
            Ok(mut tally) => {
                tally.take_out(&Places::new(&[&source.folder, folder]));
                println!("{}", tally.text());
                total.add(&tally);
                if let Some(file) = &wishes.write {
                    renew(file, &tally, wishes.steps)?;
                }
            }
            Err(reason) => {
                println!("{}: not compared: {reason}", source.name);
                not_compared.push(source.name.as_str());
            }
        }
    }
    match (total.different.len(), not_compared.as_slice()) {
        (0, []) => Ok(total.text()),
        (0, names) => Err(format!("not compared: {}", names.join(", "))),
        (count, _) => Err(format!("{count} tests end differently in the machine")),
    }
}

/// Renews a crate's row at once: what was compared stays, however the run goes on.
fn renew(file: &Path, tally: &Tally, steps_max: u64) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(failed)?,
    };
    let mut page = Page::read(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = proofhouse_report::date(now.map_or(0, |now| now.as_millis() as u64));
    let (day, _) = now.split_once(' ').unwrap_or((&now, ""));
    page.renew(tally, steps_max, day);
    fs::write(file, page.text()).map_err(failed)
}

/// What all crates are compared with.
struct Comparison {
    llvm: LlvmLibrary,
    toolchain: Toolchain,
    steps_max: u64,
}

impl Comparison {
    fn of(&self, source: &Source) -> Result<Tally, String> {
        let mut tally = Tally {
            name: format!("{} {}", source.name, source.version),
            ..Tally::default()
        };
        for target in self.targets(source, &mut tally)? {
            self.compare_binary(&target, &mut tally)?;
        }
        // A build takes hundreds of megabytes; the next crate shares none of it.
        drop(fs::remove_dir_all(source.folder.join("target")));
        Ok(tally)
    }

    /// The crate's test binaries, built both ways.
    ///
    /// Some packages ship tests without the data or the crates that these need. Then each target is built
    /// by itself, and those that can't be are named.
    fn targets(&self, source: &Source, tally: &mut Tally) -> Result<Vec<Target>, String> {
        // Examples and benchmarks have no tests, and the latter may need another compiler.
        let all = self.build(source, &["--lib", "--tests"]);
        let Err(reason) = all else { return all };
        let mut targets = self.build(source, &["--lib"]).map_err(|_| reason)?;
        for name in test_targets(source)? {
            match self.build(source, &["--test", &name]) {
                Ok(more) => targets.extend(more),
                Err(reason) => {
                    let reason = reason.lines().next().unwrap_or_default().to_owned();
                    tally.left_out.push(format!("tests/{name}: {reason}"));
                }
            }
        }
        Ok(targets)
    }

    fn build(&self, source: &Source, targets: &[&str]) -> Result<Vec<Target>, String> {
        let selection = Selection {
            workspace_options: vec![
                OsString::from("--manifest-path"),
                source.folder.join("Cargo.toml").into_os_string(),
            ],
            target_options: targets
                .iter()
                .chain(&["--quiet"])
                .map(OsString::from)
                .collect(),
            ..Selection::default()
        };
        let text = |error: cargo_proofhouse::error::CommandError| error.to_string();
        let workspace = Workspace::read(&selection).map_err(text)?;
        let binaries = build_native(&workspace, &selection, &self.toolchain).map_err(text)?;
        let bitcode = build_bitcode(&workspace, &selection, &self.toolchain).map_err(text)??;
        let with_manifest = |binary: TestBinary| {
            let missing = || format!("the bitcode build left out {}", binary.crate_name);
            let manifest = bitcode.get(&binary.key).ok_or_else(missing)?;
            let manifest = Manifest::read(manifest).map_err(|error| error.to_string())?;
            let manifest = manifest.ok_or("the bitcode build left no manifest")?;
            Ok(Target { binary, manifest })
        };
        binaries.into_iter().map(with_manifest).collect()
    }

    fn compare_binary(&self, target: &Target, tally: &mut Tally) -> Result<(), String> {
        let binary = &target.binary;
        let NativeEnds {
            ends,
            ignored,
            garbled,
        } = match native::native_ends(binary)? {
            Ok(ends) => ends,
            Err(reason) => {
                let what = format!("{}: {reason}", binary.crate_name);
                tally.left_out.push(what);
                return Ok(());
            }
        };
        tally.ignored += ignored;
        if garbled > 0 {
            let reason = "how they end natively can't be read".to_owned();
            let tests = vec![format!("{garbled} tests of {}", binary.crate_name)];
            tally.unsupported.entry(reason).or_default().extend(tests);
        }
        if ends.is_empty() {
            return Ok(());
        }
        let path = |name: &String| format!("{}::{name}", binary.crate_name);
        let tests: Vec<(String, NativeEnd)> =
            ends.iter().map(|(name, end)| (path(name), *end)).collect();
        let mut differing = Vec::new();
        let mut reasons = Vec::new();
        for (path, native, outcome) in self.outcomes(target, tests, Processor::Plain, tally)? {
            match outcome {
                Outcome::Different(what) => {
                    differing.push((path, native));
                    reasons.push(what);
                }
                outcome => tally.count(path, outcome),
            }
        }
        if differing.is_empty() {
            return Ok(());
        }
        // Natively a test that asks for optional instructions finds them.
        let again = self.outcomes(target, differing, Processor::Extended, tally)?;
        for ((path, _, outcome), reason) in again.into_iter().zip(reasons) {
            match outcome {
                Outcome::Same => tally.count_extended(path, &reason),
                Outcome::Different(_) => tally.count(path, Outcome::Different(reason)),
                outcome => tally.count(path, outcome),
            }
        }
        Ok(())
    }

    /// How tests end in the machine, on a processor.
    fn outcomes(
        &self,
        target: &Target,
        tests: Vec<(String, NativeEnd)>,
        processor: Processor,
        tally: &mut Tally,
    ) -> Result<Vec<(String, NativeEnd, Outcome)>, String> {
        let loader = Loader {
            llvm: &self.llvm,
            keep_without_body: run::WITHOUT_BODY,
        };
        let inputs = LinkInputs {
            objects: target.manifest.objects.clone(),
            archives: target.manifest.archives.clone(),
        };
        let started = Instant::now();
        let paths = tests.iter().map(|(path, _)| path.clone());
        let entries = EntrySelection::Tests(paths.collect());
        let program = loader.load_for(&inputs, &entries, processor);
        let program = program.map_err(|error| error.to_string())?;
        let mut runner = Runner::new(program).in_folder(&target.binary.package_folder);
        tally.load_time += started.elapsed();
        for (name, value) in &target.binary.environment {
            runner = runner.with_variable(name, value);
        }
        let outcomes = tests.into_iter().map(|(path, native)| {
            let outcome = self.outcome(&runner, &path, native, tally);
            (path, native, outcome)
        });
        Ok(outcomes.collect())
    }

    fn outcome(
        &self,
        runner: &Runner,
        path: &str,
        native: NativeEnd,
        tally: &mut Tally,
    ) -> Outcome {
        let limits = Limits {
            time_ms_max: TEST_MS_MAX,
            steps_max: self.steps_max,
            ..Limits::default()
        };
        let started = Instant::now();
        // An assertion of the machine's own that fails is a difference, and the other tests still count.
        let ran = catch_unwind(AssertUnwindSafe(|| runner.run_test(path, &limits)));
        let elapsed = started.elapsed();
        tally.time += elapsed;
        report_slow(path, elapsed);
        let Ok(run) = ran else {
            return Outcome::Different(format!("natively {native:?}, the machine itself panics"));
        };
        tally.steps += run.steps;
        judge(&run.end, native)
    }
}

/// A test binary in both forms.
struct Target {
    binary: TestBinary,
    manifest: Manifest,
}

/// The names of a crate's integration tests.
fn test_targets(source: &Source) -> Result<Vec<String>, String> {
    let mut command = cargo_metadata::MetadataCommand::new();
    command
        .manifest_path(source.folder.join("Cargo.toml"))
        .no_deps();
    let metadata = command.exec().map_err(|error| error.to_string())?;
    let targets = metadata
        .packages
        .iter()
        .flat_map(|package| &package.targets);
    let tests = targets.filter(|target| target.is_test());
    Ok(tests.map(|target| target.name.clone()).collect())
}

/// Names a test that takes long, for whoever waits.
fn report_slow(path: &str, elapsed: Duration) {
    if elapsed > Duration::from_secs(10) {
        println!("    {path} took {:.0} s", elapsed.as_secs_f64());
    }
}
