//! `cargo proofhouse list`: the properties, without running any.

use proofhouse_evidence::{FORMAT_VERSION, PropertyDescription};
use proofhouse_report::{TargetLabel, listing_text};
use serde::Serialize;

use crate::build::cargo::Workspace;
use crate::cli::{Format, ListArguments};
use crate::commands::{build, choose};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// The listing for programs.
#[derive(Serialize)]
struct Listing {
    format_version: u32,
    binaries: Vec<ListedBinary>,
}

#[derive(Serialize)]
struct ListedBinary {
    package: String,
    target: TargetLabel,
    properties: Vec<PropertyDescription>,
}

pub(crate) fn run(
    arguments: &ListArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let selection = arguments.selection.to_selection();
    let workspace = Workspace::read(&selection)?;
    let built = build(&workspace, &selection, interrupt)?;
    let patterns = [&arguments.pattern[..], &arguments.property].concat();
    let binaries = choose(built.binaries, &patterns)?;
    let listed = binaries.into_iter().map(|checked| {
        (
            checked.binary.package,
            checked.binary.target,
            checked.properties,
        )
    });
    match arguments.format {
        Format::Text => {
            let listed: Vec<_> = listed.collect();
            terminal.print(&listing_text(&listed, terminal.report.colour));
        }
        Format::Json => {
            let listing = Listing {
                format_version: FORMAT_VERSION,
                binaries: listed
                    .map(|(package, target, properties)| ListedBinary {
                        package,
                        target,
                        properties,
                    })
                    .collect(),
            };
            let text =
                serde_json::to_string_pretty(&listing).expect("plain data always has a JSON form");
            terminal.print(&format!("{text}\n"));
        }
    }
    Ok(0)
}
