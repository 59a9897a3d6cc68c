//! `cargo proofhouse report`: the report of an earlier check in another form.

use std::fs;

use proofhouse_report::{CheckReport, check_text, github_text, junit_xml};

use crate::build::cargo::Workspace;
use crate::cli::{ReportArguments, ReportFormat};
use crate::commands::output::{self, History};
use crate::error::CommandError;
use crate::terminal::Terminal;

pub(crate) fn run(arguments: &ReportArguments, terminal: &Terminal) -> Result<u8, CommandError> {
    let workspace = Workspace::read(&arguments.workspace.to_selection())?;
    let history = History::of(&workspace);
    let mut earlier = history.read();
    let report = match &arguments.input {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| output::no_access(path, &error))?;
            CheckReport::from_json(&text).map_err(|error| CommandError::Report {
                path: path.clone(),
                error,
            })?
        }
        None => earlier
            .last()
            .cloned()
            .ok_or_else(|| CommandError::NoReport {
                searched: history.folder().to_owned(),
            })?,
    };
    earlier.retain(|one| one.started_unix_ms < report.started_unix_ms);
    let is_file = arguments.output.is_some();
    let text = match arguments.format {
        ReportFormat::Text if is_file => check_text(&report, Default::default()),
        ReportFormat::Text => check_text(&report, terminal.report),
        ReportFormat::Json => report.to_json(),
        ReportFormat::Html => output::page(&report, &earlier, workspace.root()),
        ReportFormat::Junit => junit_xml(&report),
        ReportFormat::Github => github_text(&report),
    };
    match &arguments.output {
        Some(path) => {
            output::write(path, &text)?;
            terminal.print_status("Written", &path.display().to_string());
        }
        None => terminal.print(&text),
    }
    Ok(0)
}
