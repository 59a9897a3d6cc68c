//! The test binary of a real package: built both ways from nothing and after a change, loaded, and loaded again.
//!
//! The package is this workspace's own library of choices, in a copy of the workspace, because a rebuild follows a
//! change of the source.
//!
//! # Invariants
//!
//! - Both builds are cargo's for tests, unoptimised, with full debug information, from an empty target folder.
//! - Loaded is what `main` reaches: all tests, and the harness that runs them.
//!
//! # Not here
//!
//! Running the tests.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use cargo_proofhouse::build::cargo::{Selection, Workspace, build_bitcode, build_native};
use cargo_proofhouse::build::manifest::Manifest;
use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_vm::load::{EntrySelection, Kept, LinkInputs, Loader};
use proofhouse_vm::program::Program;

use crate::clock;
use crate::dependencies::{folder_error, workspace_root};
use crate::error::BenchError;

/// The package whose unit tests are built and loaded.
pub(super) const PACKAGE: &str = "proofhouse-choice";
/// A file of its library, in the workspace.
const CHANGED: &str = "crates/choice/src/lib.rs";
/// What lies in the workspace and is no part of it.
const LEFT_OUT: [&str; 2] = [".git", "target"];

/// Seconds of a clean build and of one after a change, by the clock on the wall.
#[derive(Clone, Copy)]
pub(super) struct Builds {
    pub(super) clean: f64,
    pub(super) changed: f64,
}

/// What was built.
pub(super) struct Suite {
    pub(super) native: Builds,
    pub(super) bitcode: Builds,
    inputs: LinkInputs,
}

impl Suite {
    /// Builds the tests in a copy of the workspace.
    pub(super) fn build(toolchain: &Toolchain, folder: &Path) -> Result<Self, BenchError> {
        let copy = folder.join("workspace");
        copy_tree(&workspace_root(), &copy).map_err(|cause| folder_error(&copy, cause))?;
        let selection = selection(&copy);
        let workspace = Workspace::read(&selection).map_err(|cause| BenchError::Build { cause })?;
        let changed = copy.join(CHANGED);
        let native = builds(&changed, || {
            build_native(&workspace, &selection, toolchain).map(drop)
        })?;
        let mut manifest = Ok(None);
        let bitcode = builds(&changed, || {
            manifest = build_bitcode(&workspace, &selection, toolchain)?
                .map(|built| built.into_values().next());
            Ok(())
        })?;
        let manifest = manifest.map_err(|output| BenchError::CargoFailed {
            arguments: format!("test --no-run -p {PACKAGE}"),
            output,
        })?;
        let inputs = inputs(&manifest.unwrap_or_default())?;
        Ok(Self {
            native,
            bitcode,
            inputs,
        })
    }
}

/// cargo's words for the package's unit tests, in this copy of the workspace.
fn selection(workspace: &Path) -> Selection {
    let options = [
        "--offline",
        "--config",
        "profile.dev.debug=2",
        "--manifest-path",
    ];
    let manifest = workspace.join("Cargo.toml").into_os_string();
    let target = format!("build.target-dir={:?}", workspace.join("target"));
    let options = options.map(OsString::from).into_iter();
    Selection {
        workspace_options: options
            .chain([manifest, "--config".into(), target.into()])
            .collect(),
        packages: vec![PACKAGE.to_owned()],
        target_options: ["--lib", "--quiet"].map(OsString::from).to_vec(),
        ..Selection::default()
    }
}

/// Builds, changes a file, and builds again.
fn builds(
    changed: &Path,
    mut build: impl FnMut() -> Result<(), cargo_proofhouse::error::CommandError>,
) -> Result<Builds, BenchError> {
    let mut seconds = || {
        let started = Instant::now();
        build().map_err(|cause| BenchError::Build { cause })?;
        Ok(started.elapsed().as_secs_f64())
    };
    let clean = seconds()?;
    let change = || {
        let text = fs::read_to_string(changed)?;
        let name = format!("one_more_than_{}", text.len());
        fs::write(changed, text + &format!("\n#[test]\nfn {name}() {{}}\n"))
    };
    change().map_err(|cause| folder_error(changed, cause))?;
    Ok(Builds {
        clean,
        changed: seconds()?,
    })
}

/// What the linker was given for the one test binary.
fn inputs(path: &Path) -> Result<LinkInputs, BenchError> {
    let manifest = Manifest::read(path).and_then(|manifest| {
        manifest.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no bitcode was built"))
    });
    let manifest = manifest.map_err(|cause| folder_error(path, cause))?;
    Ok(LinkInputs {
        objects: manifest.objects,
        archives: manifest.archives,
    })
}

/// Copies a folder, except for what git and cargo keep in it.
fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|left_out| name == *left_out) {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            copy_tree(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// A whole test binary, loaded from bitcode and from what was kept of that.
pub(super) struct Loaded {
    pub(super) functions: usize,
    pub(super) instructions: u64,
    pub(super) cold: Duration,
    pub(super) again: Duration,
}

impl Loaded {
    /// Loads the tests three times: from bitcode, to keep the program, and from what was kept.
    pub(super) fn measure(
        loader: Loader<'_>,
        suite: &Suite,
        folder: &Path,
    ) -> Result<Self, BenchError> {
        let whole = EntrySelection::Named(vec!["main".to_owned()]);
        let kept = Kept {
            file: &folder.join("loaded.program"),
            reader: "this benchmark",
        };
        let failed = |cause| BenchError::Load { cause };
        let (cold, program) = clock::measure(|| loader.load(&suite.inputs, &whole));
        let program = program.map_err(failed)?;
        loader
            .load_kept(&suite.inputs, &whole, kept)
            .map_err(failed)?;
        let (again, same) = clock::measure(|| loader.load_kept(&suite.inputs, &whole, kept));
        assert_eq!(
            same.map_err(failed)?.functions.len(),
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
    pub(super) fn for_functions(&self, load: Duration, functions: u32) -> f64 {
        load.as_secs_f64() / self.functions as f64 * f64::from(functions)
    }
}

fn instructions(program: &Program) -> u64 {
    let blocks = program
        .functions
        .iter()
        .flat_map(|function| &function.blocks);
    blocks.map(|block| block.instructions.len() as u64).sum()
}
