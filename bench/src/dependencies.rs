//! `dependencies`: what a library adds to the build of everybody who uses it.
//!
//! For each library an empty package that depends on it is built from nothing, unoptimised and
//! offline, in a temporary folder. Rounds are interleaved; the median counts.
//!
//! # Invariants
//!
//! - The versions are those of the workspace's lock file.
//! - Counted is what cargo says it compiled, not what a manifest says.
//! - A build starts from an empty target folder. Sources are in cargo's own cache, for all alike.
//!
//! # Not here
//!
//! Downloading, and the build of the user's own tests.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde::Deserialize;

use crate::clock;
use crate::error::BenchError;
use crate::registry::{Benchmark, Effort};
use crate::report::{Cell, Column, Report, Table};

/// See the module.
pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "dependencies",
    about: "Packages that a dependency brings in, and its build from nothing",
    run,
};

/// Builds are long, and their time varies less than that of a microsecond.
const ROUNDS: usize = 3;

/// A library as a manifest names it.
struct Library {
    name: &'static str,
    /// What stands behind the name in `[dependencies]`; `{root}` is the workspace.
    requirement: &'static str,
}

/// Ours first.
const LIBRARIES: [Library; 2] = [
    Library {
        name: "proofhouse",
        requirement: r#"{ path = "{root}/crates/proofhouse" }"#,
    },
    Library {
        name: "proptest",
        requirement: r#""1""#,
    },
];

fn run(effort: &Effort) -> Result<Report, BenchError> {
    let root = workspace_root();
    let folder = tempfile::tempdir().map_err(|cause| folder_error(Path::new("temp"), cause))?;
    let projects: Vec<PathBuf> = LIBRARIES
        .iter()
        .map(|library| write_project(folder.path(), &root, library))
        .collect::<Result<_, _>>()?;
    let mut builds: Vec<Vec<Build>> = LIBRARIES.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS.min(effort.rounds) {
        for (at, project) in projects.iter().enumerate() {
            builds[at].push(build(project)?);
        }
    }
    let mut report = Report::new(BENCHMARK.name);
    report.tables.push(table(&builds));
    report.note(
        "debug build of an empty package with this one dependency, offline, default features",
    );
    report.note("a package is one that cargo compiled for it, the library itself left out");
    Ok(report)
}

/// What one build took.
struct Build {
    packages: u64,
    wall_s: f64,
    /// Where the system says it.
    processor_s: Option<f64>,
}

fn table(builds: &[Vec<Build>]) -> Table {
    let mut columns = vec![Column::new("what", "what")];
    columns.extend(
        LIBRARIES
            .iter()
            .map(|library| Column::new(library.name, library.name)),
    );
    columns.push(Column::new("ratio_to_best_rival", "ours / best rival"));
    let mut table = Table::new("cost of one dependency", columns);
    let mut push = |what: &str, figure: &dyn Fn(&Build) -> Option<f64>| {
        let figures: Vec<Option<f64>> = builds
            .iter()
            .map(|rounds| median_of(rounds, figure))
            .collect();
        let best = figures[1..].iter().flatten().copied().reduce(f64::min);
        let ratio = Cell::ratio(figures[0], best);
        let mut row = vec![Cell::text(what)];
        row.extend(
            figures
                .into_iter()
                .map(|figure| figure.map_or(Cell::Missing, Cell::Number)),
        );
        row.push(ratio);
        table.push(row);
    };
    push("packages", &|build| Some(build.packages as f64));
    push("clean build, seconds", &|build| Some(build.wall_s));
    push("clean build, seconds of processor time", &|build| {
        build.processor_s
    });
    table
}

fn median_of(rounds: &[Build], figure: &dyn Fn(&Build) -> Option<f64>) -> Option<f64> {
    let figures: Vec<f64> = rounds.iter().filter_map(figure).collect();
    (!figures.is_empty()).then(|| clock::median(&figures))
}

/// The folder of the workspace: cargo says at run time where this package is.
pub(crate) fn workspace_root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let package = package.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    package
        .parent()
        .expect("this package lies in the workspace")
        .to_owned()
}

/// A folder that could not be used.
pub(crate) fn folder_error(path: &Path, cause: io::Error) -> BenchError {
    BenchError::Folder {
        path: path.display().to_string(),
        cause,
    }
}

/// An empty package that depends on the library.
fn write_project(folder: &Path, root: &Path, library: &Library) -> Result<PathBuf, BenchError> {
    let project = folder.join(library.name);
    let requirement = library
        .requirement
        .replace("{root}", &root.display().to_string());
    let manifest = format!(
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [workspace]\n\n[dependencies]\n{} = {requirement}\n",
        library.name
    );
    let write = || -> io::Result<()> {
        fs::create_dir_all(project.join("src"))?;
        fs::write(project.join("Cargo.toml"), manifest)?;
        fs::write(project.join("src/lib.rs"), "")?;
        fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock")).map(|_| ())
    };
    write().map_err(|cause| folder_error(&project, cause))?;
    Ok(project)
}

/// Builds a package from nothing.
fn build(project: &Path) -> Result<Build, BenchError> {
    let target = project.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).map_err(|cause| folder_error(&target, cause))?;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = [
        "build",
        "--offline",
        "--quiet",
        "--message-format",
        "json",
        "--target-dir",
    ];
    let (start, processor_start) = (Instant::now(), processor_seconds_of_children());
    let output = Command::new(cargo)
        .args(arguments)
        .arg(&target)
        .current_dir(project)
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTFLAGS")
        .output()
        .map_err(|cause| BenchError::NoCargo { cause })?;
    let wall_s = start.elapsed().as_secs_f64();
    let processor_end = processor_seconds_of_children();
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(BenchError::CargoFailed {
            arguments: arguments.join(" "),
            output,
        });
    }
    let packages = packages_compiled(&String::from_utf8_lossy(&output.stdout))?;
    // The empty package and the library itself.
    let packages = packages.len().saturating_sub(2) as u64;
    let processor_s = processor_start
        .zip(processor_end)
        .map(|(start, end)| end - start);
    Ok(Build {
        packages,
        wall_s,
        processor_s,
    })
}

/// One line of cargo's output, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
}

/// The packages for which cargo made something.
fn packages_compiled(output: &str) -> Result<BTreeSet<String>, BenchError> {
    let mut packages = BTreeSet::new();
    for line in output.lines() {
        let message: Message =
            serde_json::from_str(line).map_err(|cause| BenchError::CargoOutput { cause })?;
        if message.reason == "compiler-artifact" {
            packages.extend(message.package_id);
        }
    }
    Ok(packages)
}

/// Processor time of all children that have ended, where `/proc` tells.
fn processor_seconds_of_children() -> Option<f64> {
    // Linux reports in hundredths whatever its own clock is.
    const TICKS_PER_SECOND: f64 = 100.0;
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    Some(children_ticks(&text)? as f64 / TICKS_PER_SECOND)
}

/// The fields 16 and 17, `cutime` and `cstime`; the second field may hold spaces and brackets.
fn children_ticks(stat: &str) -> Option<u64> {
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_ascii_whitespace().skip(13);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_count_once_whatever_cargo_makes_of_them() {
        let output = r#"{"reason":"compiler-artifact","package_id":"a 1.0","target":{}}
{"reason":"build-script-executed","package_id":"c 1.0"}
{"reason":"compiler-artifact","package_id":"a 1.0"}
{"reason":"compiler-artifact","package_id":"b 1.0"}
{"reason":"build-finished","success":true}
"#;
        assert_eq!(packages_compiled(output).unwrap().len(), 2);
        let error = packages_compiled("no json").unwrap_err();
        assert_eq!(error.code(), "bench/cargo-output");
    }

    #[test]
    fn the_time_of_children_is_read_past_a_name_with_brackets() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 11 12 130 40 20 0";
        assert_eq!(children_ticks(stat), Some(170));
        assert_eq!(children_ticks("7 (a) S 1 2"), None);
    }

    #[test]
    fn the_best_rival_is_the_cheapest() {
        let build = |packages, wall_s| {
            vec![Build {
                packages,
                wall_s,
                processor_s: None,
            }]
        };
        let table = table(&[build(4, 2.0), build(40, 4.0)]);
        assert_eq!(table.rows()[0].last(), Some(&Cell::Ratio(0.1)));
        assert_eq!(table.rows()[1].last(), Some(&Cell::Ratio(0.5)));
        assert_eq!(table.rows()[2].last(), Some(&Cell::Missing));
    }
}
