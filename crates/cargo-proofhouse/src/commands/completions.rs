//! `cargo proofhouse completions` and `man`: both from the definition of the command line.

use clap::{Command, CommandFactory as _};

use crate::cli::{Cli, CompletionsArguments};
use crate::error::CommandError;
use crate::terminal::Terminal;

/// The name of the program file. Shells complete programs, not cargo's subcommands.
const PROGRAM: &str = "cargo-proofhouse";

/// The definition under the program's own name, which a shell can complete.
fn definition() -> Command {
    Cli::command().name(PROGRAM).bin_name(PROGRAM)
}

pub(crate) fn run(
    arguments: &CompletionsArguments,
    terminal: &Terminal,
) -> Result<u8, CommandError> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition(), PROGRAM, &mut text);
    terminal.print(&String::from_utf8_lossy(&text));
    Ok(0)
}

/// The page of the command, followed by those of its subcommands.
pub(crate) fn man(terminal: &Terminal) -> Result<u8, CommandError> {
    let mut command = definition();
    command.build();
    let mut pages = Vec::new();
    let failed = |source| CommandError::Io {
        doing: "writing the manual page",
        path: PROGRAM.into(),
        source,
    };
    let mut render = |command: Command| {
        let page = clap_mangen::Man::new(command);
        page.render(&mut pages).map_err(failed)
    };
    let subcommands: Vec<Command> = command.get_subcommands().cloned().collect();
    render(command)?;
    for subcommand in subcommands {
        let name = format!("{PROGRAM}-{}", subcommand.get_name());
        render(subcommand.name(name))?;
    }
    terminal.print(&String::from_utf8_lossy(&pages));
    Ok(0)
}
