//! `cargo proofhouse init`: what a package needs for its first property.
//!
//! The dependency is added by `cargo add`, which knows manifests better than anybody. Files are written
//! where there are none; what exists is never changed, but for a line in `.gitignore`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build::cargo::{Member, Workspace, cargo};
use crate::cli::InitArguments;
use crate::commands::output::{self, no_access};
use crate::error::CommandError;
use crate::terminal::Terminal;

const FIRST_PROPERTY: &str = include_str!("init/properties.rs.txt");
const CI_JOB: &str = include_str!("init/proofhouse.yml");

/// What belongs to one checkout and not to the repository.
const IGNORED: &str = ".proofhouse/";

pub(crate) fn run(arguments: &InitArguments, terminal: &Terminal) -> Result<u8, CommandError> {
    let workspace = Workspace::read(&arguments.workspace.to_selection())?;
    let member = member(&workspace, arguments)?;
    add_dependency(&member, arguments)?;
    let properties = member.folder.join("tests").join("properties.rs");
    create(&properties, FIRST_PROPERTY, terminal)?;
    if !arguments.no_ci {
        let job = workspace.root().join(".github/workflows/proofhouse.yml");
        create(&job, CI_JOB, terminal)?;
    }
    ignore(&workspace.root().join(".gitignore"), terminal)?;
    terminal.print_status("Ready", "for `cargo proofhouse check`");
    Ok(0)
}

/// The package that is named or, where none is, the one in whose folder the user stands.
fn member(workspace: &Workspace, arguments: &InitArguments) -> Result<Member, CommandError> {
    let mut members = workspace.members();
    if let Some(name) = &arguments.package {
        workspace.require_packages(std::slice::from_ref(name))?;
        members.retain(|member| member.name == *name);
    } else if members.len() > 1 {
        let here = std::env::current_dir().unwrap_or_default();
        members.retain(|member| here.starts_with(&member.folder));
        members.sort_by_key(|member| std::cmp::Reverse(member.folder.components().count()));
    }
    members
        .into_iter()
        .next()
        .ok_or_else(|| CommandError::Usage {
            reason: "the workspace has several packages, and none of them is in this folder"
                .to_owned(),
            help: "name one with `--package`".to_owned(),
        })
}

fn add_dependency(member: &Member, arguments: &InitArguments) -> Result<(), CommandError> {
    let mut command = Command::new(cargo());
    command.args(["add", "--dev"]);
    match &arguments.library {
        Some(folder) => {
            let folder = fs::canonicalize(folder).map_err(|error| no_access(folder, &error))?;
            command.arg("--path").arg(folder);
        }
        None => {
            command.arg(concat!("proofhouse@", env!("CARGO_PKG_VERSION")));
        }
    }
    command.arg("--manifest-path");
    command.arg(member.folder.join("Cargo.toml"));
    if arguments.workspace.offline || arguments.workspace.frozen {
        command.arg("--offline");
    }
    let status = command.status().map_err(|error| CommandError::NoCargo {
        program: cargo(),
        reason: error.to_string(),
    })?;
    if status.success() {
        return Ok(());
    }
    Err(CommandError::Usage {
        reason: "cargo could not add the library; its message is above".to_owned(),
        help: "`--library PATH` takes it from a folder".to_owned(),
    })
}

/// Writes a file unless there is one.
fn create(path: &Path, text: &str, terminal: &Terminal) -> Result<(), CommandError> {
    if path.exists() {
        terminal.print_status("Kept", &path.display().to_string());
        return Ok(());
    }
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder).map_err(|error| no_access(&folder, &error))?;
    output::write(path, text)?;
    terminal.print_status("Created", &path.display().to_string());
    Ok(())
}

/// Adds our line to the list of what git does not look at.
fn ignore(path: &Path, terminal: &Terminal) -> Result<(), CommandError> {
    let mut text = fs::read_to_string(path).unwrap_or_default();
    if text.lines().any(|line| line.trim() == IGNORED) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(IGNORED);
    text.push('\n');
    output::write(path, &text)?;
    terminal.print_status("Extended", &path.display().to_string());
    Ok(())
}
