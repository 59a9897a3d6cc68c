//! Asking cargo: what is in the workspace, and the test binaries of a selection.
//!
//! Cargo's own progress and messages go to the terminal as they are; only its list of artifacts is
//! read. A selection is passed on in cargo's own words, so that it means here what it means there.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use cargo_metadata::{Artifact, BuildScript, Message, Metadata, Package, PackageId};
use proofhouse_report::TargetLabel;

use crate::build::manifest::LAYOUT_VERSION;
use crate::build::toolchain::Toolchain;
use crate::build::wrapper;
use crate::error::CommandError;

/// Which packages, targets and features, in cargo's terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Options that say which workspace and how it is resolved.
    pub workspace_options: Vec<OsString>,
    /// The packages named with `-p`.
    pub packages: Vec<String>,
    /// Options that say which packages, targets and features.
    pub target_options: Vec<OsString>,
    /// Cargo's profile for what runs natively; `None`: that of tests.
    pub native_profile: Option<String>,
}

/// The workspace, as far as it is needed.
#[derive(Debug)]
pub struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo for the members of the workspace.
    ///
    /// # Errors
    ///
    /// [`CommandError::Metadata`] with cargo's message, [`CommandError::NoCargo`].
    pub fn read(selection: &Selection) -> Result<Self, CommandError> {
        let mut command = Command::new(cargo());
        command
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .args(&selection.workspace_options);
        let output = command.output().map_err(no_cargo)?;
        let failed = |message: String| CommandError::Metadata { message };
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            let message = message.trim().trim_start_matches("error: ").to_owned();
            return Err(failed(message));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let metadata = cargo_metadata::MetadataCommand::parse(text)
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { metadata })
    }

    /// Cargo's folder for everything that is built.
    pub fn target_folder(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// The workspace's own folder.
    pub fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// What the workspace's manifest says to tools.
    pub fn tool_metadata(&self) -> &serde_json::Value {
        &self.metadata.workspace_metadata
    }

    /// The members with their folders and the members that they depend on, by name.
    pub fn members(&self) -> Vec<Member> {
        let members = self.metadata.packages.iter().map(|package| {
            let dependencies = package.dependencies.iter().filter(|one| one.path.is_some());
            Member {
                name: package.name.to_string(),
                folder: folder_of(package),
                dependencies: dependencies.map(|one| one.name.clone()).collect(),
            }
        });
        members.collect()
    }

    /// The members that cargo chooses where no package is named.
    pub fn default_member_names(&self) -> Vec<String> {
        let is_default = |package: &&Package| {
            let defaults = &self.metadata.workspace_default_members;
            !defaults.is_available() || defaults.contains(&package.id)
        };
        let members = self.metadata.packages.iter().filter(is_default);
        members.map(|package| package.name.to_string()).collect()
    }

    /// The names of the members.
    pub fn member_names(&self) -> Vec<String> {
        self.metadata
            .packages
            .iter()
            .map(|package| package.name.to_string())
            .collect()
    }

    /// Sees that each plain package name is a member. Other forms of a package's identity (with a
    /// version, a path or a pattern) are left to cargo.
    ///
    /// # Errors
    ///
    /// [`CommandError::UnknownPackage`] for the first that is not.
    pub fn require_packages(&self, names: &[String]) -> Result<(), CommandError> {
        let known = self.member_names();
        let is_plain = |name: &str| !name.contains(['@', ':', '/', '#', '*', '?', '[']);
        match names
            .iter()
            .find(|name| is_plain(name) && !known.contains(name))
        {
            Some(name) => Err(CommandError::UnknownPackage {
                name: name.clone(),
                known,
            }),
            None => Ok(()),
        }
    }

    /// Whether a member uses a crate named `kani`, and so may have harnesses for Kani.
    fn uses_kani(&self) -> bool {
        let members = self.metadata.packages.iter();
        members
            .flat_map(|package| &package.dependencies)
            .any(|one| one.rename.as_ref().unwrap_or(&one.name) == "kani")
    }

    fn package(&self, id: &PackageId) -> Option<&Package> {
        self.metadata
            .packages
            .iter()
            .find(|package| package.id == *id)
    }
}

/// A package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The folder of its manifest.
    pub folder: PathBuf,
    /// The packages that it takes from folders, by name.
    pub dependencies: Vec<String>,
}

fn folder_of(package: &Package) -> PathBuf {
    let folder = package.manifest_path.parent();
    folder.map_or_else(PathBuf::new, |folder| folder.as_std_path().to_owned())
}

/// Which of a workspace's test binaries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BinaryKey {
    package_id: String,
    target: TargetLabel,
}

/// A test binary and how cargo would run it.
#[derive(Debug, Clone)]
pub struct TestBinary {
    /// Which one.
    pub key: BinaryKey,
    /// The package's name.
    pub package: String,
    /// The target among the package's targets.
    pub target: TargetLabel,
    /// The name of the crate, as it begins the paths of its functions.
    pub crate_name: String,
    /// The folder of the package's manifest, where its tests run.
    pub package_folder: PathBuf,
    /// The program.
    pub executable: PathBuf,
    /// What cargo sets in the environment of its tests.
    pub environment: Vec<(OsString, OsString)>,
}

/// Builds the selection's test binaries as programs.
///
/// # Errors
///
/// [`CommandError::DoesNotCompile`] after cargo has said why, [`CommandError::NoCargo`], and
/// [`CommandError::Io`] when the command cannot tell its own path.
pub fn build_native(
    workspace: &Workspace,
    selection: &Selection,
    toolchain: &Toolchain,
) -> Result<Vec<TestBinary>, CommandError> {
    let mut command = test_command(selection);
    command.arg("--message-format=json-render-diagnostics");
    if let Some(profile) = &selection.native_profile {
        command.arg("--profile").arg(profile);
    }
    if workspace.uses_kani() {
        stand_in(
            &mut command,
            "RUSTC_WORKSPACE_WRAPPER",
            wrapper::ROLE_PLAIN_WRAPPER,
        )?;
    }
    let artifacts = Artifacts::from_run(command)?;
    if !artifacts.succeeded {
        return Err(CommandError::DoesNotCompile);
    }
    Ok(artifacts.test_binaries(workspace, toolchain))
}

/// Builds the selection's test binaries as bitcode, and says where each one's manifest lies.
/// `Ok(Err(message))` means that this build failed although the first one did not.
///
/// # Errors
///
/// [`CommandError::NoCargo`], and [`CommandError::Io`] when the target folder cannot be written to.
pub fn build_bitcode(
    workspace: &Workspace,
    selection: &Selection,
    toolchain: &Toolchain,
) -> Result<Result<BTreeMap<BinaryKey, PathBuf>, String>, CommandError> {
    let folder = workspace.target_folder().join("proofhouse").join("bitcode");
    prepare_folder(&folder)?;
    let mut command = test_command(selection);
    command
        // The first build has shown all warnings already.
        .arg("--message-format=json")
        .arg("--target-dir")
        .arg(&folder)
        .arg("--target")
        .arg(&toolchain.host);
    stand_in(&mut command, "RUSTC_WRAPPER", wrapper::ROLE_WRAPPER)?;
    let artifacts = Artifacts::from_run(command)?;
    if !artifacts.succeeded {
        return Ok(Err(artifacts
            .first_error
            .unwrap_or_else(|| "cargo's message is above".to_owned())));
    }
    let binaries = artifacts.test_binaries(workspace, toolchain);
    Ok(Ok(binaries
        .into_iter()
        .map(|binary| (binary.key, binary.executable))
        .collect()))
}

/// Has cargo call this executable, in a role, where a variable would have it call a wrapper of the user's.
fn stand_in(command: &mut Command, variable: &str, role: &str) -> Result<(), CommandError> {
    let this = env::current_exe().map_err(|source| CommandError::Io {
        doing: "finding the command's own path",
        path: PathBuf::from("cargo-proofhouse"),
        source,
    })?;
    command.env(wrapper::ROLE, role);
    match env::var_os(variable) {
        Some(inner) => command.env(wrapper::INNER_WRAPPER, inner),
        None => command.env_remove(wrapper::INNER_WRAPPER),
    };
    command.env(variable, this);
    Ok(())
}

/// Removes what an older layout left, because cargo cannot know that it is of no use.
fn prepare_folder(folder: &Path) -> Result<(), CommandError> {
    let failed = |source| CommandError::Io {
        doing: "preparing the folder of the bitcode build",
        path: folder.to_owned(),
        source,
    };
    let marker = folder.join("layout-version");
    let version = LAYOUT_VERSION.to_string();
    if fs::read_to_string(&marker).is_ok_and(|text| text == version) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(failed)?;
    }
    fs::create_dir_all(folder).map_err(failed)?;
    fs::write(&marker, version).map_err(failed)
}

pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

fn no_cargo(error: std::io::Error) -> CommandError {
    CommandError::NoCargo {
        program: cargo(),
        reason: error.to_string(),
    }
}

fn test_command(selection: &Selection) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["test", "--no-run"])
        .args(&selection.workspace_options);
    for package in &selection.packages {
        command.arg("-p").arg(package);
    }
    command.args(&selection.target_options);
    command
}

/// What cargo reported of one build.
#[derive(Default)]
struct Artifacts {
    succeeded: bool,
    tests: Vec<Artifact>,
    build_scripts: Vec<BuildScript>,
    first_error: Option<String>,
}

impl Artifacts {
    fn from_run(mut command: Command) -> Result<Self, CommandError> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(no_cargo)?;
        let mut artifacts = Self::read(&mut child)?;
        let status = child.wait().map_err(no_cargo)?;
        artifacts.succeeded = status.success();
        Ok(artifacts)
    }

    fn read(child: &mut Child) -> Result<Self, CommandError> {
        let stdout = child
            .stdout
            .take()
            .expect("the output was asked for as a pipe");
        let mut artifacts = Self::default();
        for message in Message::parse_stream(BufReader::new(stdout)) {
            match message.map_err(no_cargo)? {
                Message::CompilerArtifact(artifact) if artifact.profile.test => {
                    artifacts.tests.push(artifact);
                }
                Message::BuildScriptExecuted(script) => artifacts.build_scripts.push(script),
                Message::CompilerMessage(message)
                    if message.message.level
                        == cargo_metadata::diagnostic::DiagnosticLevel::Error =>
                {
                    let text = message.message.rendered.unwrap_or(message.message.message);
                    artifacts.first_error.get_or_insert(text);
                }
                _ => {}
            }
        }
        Ok(artifacts)
    }

    /// The test binaries among the artifacts, in a stable order: by package, and the library first.
    fn test_binaries(&self, workspace: &Workspace, toolchain: &Toolchain) -> Vec<TestBinary> {
        let mut binaries: Vec<TestBinary> = self
            .tests
            .iter()
            .filter_map(|artifact| self.test_binary(artifact, workspace, toolchain))
            .collect();
        binaries.sort_by(|left, right| {
            let key = |binary: &TestBinary| {
                (
                    binary.package.clone(),
                    kind_rank(&binary.target.kind),
                    binary.target.name.clone(),
                )
            };
            key(left).cmp(&key(right))
        });
        binaries
    }

    fn test_binary(
        &self,
        artifact: &Artifact,
        workspace: &Workspace,
        toolchain: &Toolchain,
    ) -> Option<TestBinary> {
        let executable = artifact.executable.as_ref()?.as_std_path().to_owned();
        let package = workspace.package(&artifact.package_id)?;
        let target = target_label(artifact);
        let mut environment = package_environment(package);
        environment.push(library_path(&executable, toolchain));
        for script in self
            .build_scripts
            .iter()
            .filter(|s| s.package_id == package.id)
        {
            let variables = script.env.iter();
            environment.extend(variables.map(|(name, value)| (name.into(), value.into())));
            environment.push(("OUT_DIR".into(), script.out_dir.as_os_str().to_owned()));
        }
        Some(TestBinary {
            key: BinaryKey {
                package_id: package.id.repr.clone(),
                target: target.clone(),
            },
            package: package.name.to_string(),
            crate_name: target.name.replace('-', "_"),
            target,
            package_folder: folder_of(package),
            executable,
            environment,
        })
    }
}

fn kind_rank(kind: &str) -> usize {
    let order = ["lib", "bin", "test", "example", "bench"];
    order
        .iter()
        .position(|known| *known == kind)
        .unwrap_or(order.len())
}

/// Cargo's many kinds of library are one here, because one option of cargo chooses them all.
fn target_label(artifact: &Artifact) -> TargetLabel {
    let kind = artifact
        .target
        .kind
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let kind = match kind.as_str() {
        "bin" | "test" | "example" | "bench" => kind,
        _ => "lib".to_owned(),
    };
    TargetLabel {
        kind,
        name: artifact.target.name.clone(),
    }
}

/// The variables of a package that cargo gives to its tests.
fn package_environment(package: &Package) -> Vec<(OsString, OsString)> {
    let version = &package.version;
    let folder = package
        .manifest_path
        .parent()
        .map(ToString::to_string)
        .unwrap_or_default();
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let variables = [
        ("CARGO_MANIFEST_DIR", folder),
        ("CARGO_MANIFEST_PATH", package.manifest_path.to_string()),
        ("CARGO_PKG_NAME", package.name.to_string()),
        ("CARGO_PKG_VERSION", version.to_string()),
        ("CARGO_PKG_VERSION_MAJOR", version.major.to_string()),
        ("CARGO_PKG_VERSION_MINOR", version.minor.to_string()),
        ("CARGO_PKG_VERSION_PATCH", version.patch.to_string()),
        ("CARGO_PKG_VERSION_PRE", version.pre.to_string()),
        ("CARGO_PKG_AUTHORS", package.authors.join(":")),
        ("CARGO_PKG_DESCRIPTION", optional(&package.description)),
        ("CARGO_PKG_REPOSITORY", optional(&package.repository)),
        ("CARGO_PKG_HOMEPAGE", optional(&package.homepage)),
    ];
    let mut variables: Vec<(OsString, OsString)> = variables
        .map(|(name, value)| (name.into(), value.into()))
        .into();
    variables.push(("CARGO".into(), cargo()));
    variables
}

/// Where the loader finds the dynamic libraries of the build and of the toolchain.
fn library_path(executable: &Path, toolchain: &Toolchain) -> (OsString, OsString) {
    let name = match env::consts::OS {
        "macos" => "DYLD_FALLBACK_LIBRARY_PATH",
        "windows" => "PATH",
        _ => "LD_LIBRARY_PATH",
    };
    let deps = executable.parent().unwrap_or(Path::new(""));
    let mut folders = vec![
        deps.to_owned(),
        deps.parent().unwrap_or(deps).to_owned(),
        toolchain
            .sysroot
            .join("lib")
            .join("rustlib")
            .join(&toolchain.host)
            .join("lib"),
        toolchain.sysroot.join("lib"),
    ];
    let existing = env::var_os(name).unwrap_or_default();
    folders.extend(env::split_paths(&existing).filter(|path| path.as_os_str() != OsStr::new("")));
    // A folder whose name holds the separator cannot be listed; the loader does without it.
    (name.into(), env::join_paths(folders).unwrap_or(existing))
}
