//! `dependencies`: what a library adds to the builds of everybody who uses it.
//!
//! For each library an empty package that depends on it is built from nothing, unoptimised and
//! offline, in a temporary folder. Then the package gets [`PROPERTIES`] properties, the same ones for
//! each library, and its tests are compiled; and once more after one number in one of them was
//! changed, which is what an author waits for most often. Rounds are interleaved; the median counts.
//!
//! # Invariants
//!
//! - The versions are those of the workspace's lock file.
//! - Counted is what cargo says it compiled, not what a manifest says.
//! - A build starts from an empty target folder. Sources are in cargo's own cache, for all alike.
//!
//! # Not here
//!
//! Downloading, and linking of anything larger than these tests.

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
    /// A property under a number, over a type, that fails where the number reaches the last one.
    property: fn(usize, &str, u32) -> String,
}

/// As many as a small crate has.
const PROPERTIES: usize = 20;

/// What their first arguments are.
const TYPES: [&str; 4] = ["Vec<u8>", "String", "Option<u64>", "(i16, char)"];

/// Ours first.
const LIBRARIES: [Library; 2] = [
    Library {
        name: "proofhouse",
        requirement: r#"{ path = "{root}/crates/proofhouse" }"#,
        property: |at, ty, limit| {
            format!(
                "#[property]\nfn prop_{at}(value: {ty}, #[from(0..100u32)] number: u32) {{\n    \
                 assert_eq!(value.clone(), value);\n    assert!(number < {limit});\n}}\n"
            )
        },
    },
    Library {
        name: "proptest",
        requirement: r#""1""#,
        property: |at, ty, limit| {
            format!(
                "proptest! {{\n#[test]\nfn prop_{at}(value in any::<{ty}>(), number in 0..100u32) {{\n    \
                 assert_eq!(value.clone(), value);\n    assert!(number < {limit});\n}}\n}}\n"
            )
        },
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
            builds[at].push(build(project, &LIBRARIES[at])?);
        }
    }
    let mut report = Report::new(BENCHMARK.name);
    report.tables.push(table(&builds));
    report.note(
        "debug build of an empty package with this one dependency, offline, default features",
    );
    report.note("a package is one that cargo compiled for it, the library itself left out");
    report.note(format!(
        "{PROPERTIES} properties: `cargo test --no-run` of the package with them, its dependencies built; \
         the rebuild follows a change of one number in one of them"
    ));
    Ok(report)
}

/// What the builds of one round took.
struct Build {
    packages: u64,
    clean: Time,
    /// The properties, with all dependencies built.
    suite: Time,
    /// The same after a small change.
    rebuild: Time,
}

/// What one run of cargo took.
#[derive(Clone, Copy)]
struct Time {
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
    push("clean build, seconds", &|build| Some(build.clean.wall_s));
    push("clean build, seconds of processor time", &|build| {
        build.clean.processor_s
    });
    push(&format!("{PROPERTIES} properties, seconds"), &|build| {
        Some(build.suite.wall_s)
    });
    push(
        &format!("{PROPERTIES} properties, seconds of processor time"),
        &|build| build.suite.processor_s,
    );
    push("rebuild of them, seconds", &|build| {
        Some(build.rebuild.wall_s)
    });
    push("rebuild of them, seconds of processor time", &|build| {
        build.rebuild.processor_s
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

/// Builds a package from nothing, then its properties, then those again after a change.
fn build(project: &Path, library: &Library) -> Result<Build, BenchError> {
    let target = project.join("target");
    if target.exists() {
        fs::remove_dir_all(&target).map_err(|cause| folder_error(&target, cause))?;
    }
    let source = project.join("src/lib.rs");
    let write = |text: &str| fs::write(&source, text).map_err(|cause| folder_error(&source, cause));
    write("")?;
    let (output, clean) = cargo(project, &["build", "--message-format", "json"])?;
    let packages = packages_compiled(&output)?;
    let tests = ["test", "--no-run"];
    write(&suite(library, 100))?;
    let (_, suite_time) = cargo(project, &tests)?;
    write(&suite(library, 101))?;
    let (_, rebuild) = cargo(project, &tests)?;
    Ok(Build {
        // The empty package and the library itself.
        packages: packages.len().saturating_sub(2) as u64,
        clean,
        suite: suite_time,
        rebuild,
    })
}

/// The properties as a source file; the first one has this limit.
fn suite(library: &Library, first_limit: u32) -> String {
    let properties = (0..PROPERTIES).map(|at| {
        let limit = if at == 0 { first_limit } else { 100 };
        (library.property)(at, TYPES[at % TYPES.len()], limit)
    });
    let properties: String = properties.collect();
    let name = library.name;
    format!("#[cfg(test)]\nmod tests {{\nuse {name}::prelude::*;\n{properties}}}\n")
}

/// Runs cargo on a package, offline. What it printed, and what it took.
fn cargo(project: &Path, arguments: &[&str]) -> Result<(String, Time), BenchError> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let (start, processor_start) = (Instant::now(), processor_seconds_of_children());
    let output = Command::new(program)
        .args(arguments)
        .args(["--offline", "--quiet", "--target-dir"])
        .arg(project.join("target"))
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
    let processor_s = processor_start
        .zip(processor_end)
        .map(|(start, end)| end - start);
    let time = Time {
        wall_s,
        processor_s,
    };
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), time))
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
            let time = Time {
                wall_s,
                processor_s: None,
            };
            vec![Build {
                packages,
                clean: time,
                suite: time,
                rebuild: time,
            }]
        };
        let table = table(&[build(4, 2.0), build(40, 4.0)]);
        assert_eq!(table.rows()[0].last(), Some(&Cell::Ratio(0.1)));
        assert_eq!(table.rows()[1].last(), Some(&Cell::Ratio(0.5)));
        assert_eq!(table.rows()[2].last(), Some(&Cell::Missing));
    }
}
