//! `cargo proofhouse clean`: removes what checks have left.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::build::cargo::Workspace;
use crate::cli::CleanArguments;
use crate::error::CommandError;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: &CleanArguments, terminal: &Terminal) -> Result<u8, CommandError> {
    let workspace = Workspace::read(&arguments.workspace.to_selection())?;
    let mut folders = vec![workspace.target_folder().join("proofhouse")];
    if arguments.failures {
        let members = workspace.members().into_iter();
        folders.extend(members.map(|member| member.folder.join(proofhouse_store::LOCAL_FOLDER)));
    }
    for folder in folders {
        if remove(&folder)? {
            terminal.print_status("Removed", &folder.display().to_string());
        }
    }
    Ok(0)
}

/// Removes a folder; says whether there was one.
fn remove(folder: &Path) -> Result<bool, CommandError> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(CommandError::Io {
            doing: "removing a folder",
            path: folder.to_owned(),
            source,
        }),
    }
}
