//! `cargo proofhouse promote TOKEN`: a counterexample becomes a test in the user's own source.
//!
//! Best is a plain test below the property, with the values as expressions and the property's own body:
//! anybody can read it and step through it. What a value prints by `Debug` need not be an expression,
//! so the test is compiled and run. Where it does not compile, or does not fail, a
//! `#[regression("token")]` above the property takes its place, which draws the very same input.
//!
//! # Invariants
//!
//! - What is left in the source was built and failed; otherwise the source is as it was before.
//! - A token is promoted once.

mod expression;
mod source;

use std::fs;
use std::path::Path;
use std::time::Duration;

use proofhouse_choice::token;
use proofhouse_report::ReplayReport;

use crate::build::cargo::{BinaryKey, Selection, Workspace};
use crate::campaign::CheckedBinary;
use crate::cli::PromoteArguments;
use crate::commands::output;
use crate::commands::replay::Case;
use crate::commands::{build, build_for_token};
use crate::engines::guard::guarded;
use crate::engines::process::{End, supervise};
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;
use source::{Edit, Function};

/// One case, more than once.
const CASE_TIME: Duration = Duration::from_secs(10);
const TEST_TIME: Duration = Duration::from_secs(60);

pub(crate) fn run(
    arguments: &PromoteArguments,
    terminal: &Terminal,
    interrupt: &Interrupt,
) -> Result<u8, CommandError> {
    let selection_of = |package: &str| {
        arguments
            .workspace
            .selection_of(package, &arguments.features)
    };
    let places = build_for_token(&arguments.token, selection_of, interrupt)?;
    let selection = selection_of(&places.token.package);
    let workspace = Workspace::read(&selection)?;
    for (checked, property) in places.iter() {
        let case = Case {
            checked,
            property,
            token: &places.token,
            case_time: CASE_TIME,
        };
        let report = case.replay(interrupt)?;
        if report.failure.is_some() {
            let promotion = Promotion {
                workspace: &workspace,
                selection: &selection,
                checked,
                report: &report,
                is_dry: arguments.dry_run,
                terminal,
                interrupt,
            };
            return promotion.run();
        }
    }
    Err(CommandError::DoesNotFail {
        property: places.token.property,
    })
}

/// A counterexample that fails, on its way into the source.
struct Promotion<'command> {
    workspace: &'command Workspace,
    selection: &'command Selection,
    checked: &'command CheckedBinary,
    report: &'command ReplayReport,
    is_dry: bool,
    terminal: &'command Terminal,
    interrupt: &'command Interrupt,
}

impl Promotion<'_> {
    fn run(&self) -> Result<u8, CommandError> {
        let property = &self.report.property;
        let file = self.workspace.root().join(&property.file);
        let before =
            fs::read_to_string(&file).map_err(|error| self.no_source(&error.to_string()))?;
        let token = &self.report.counterexample.token;
        if before.contains(token.as_str()) {
            self.terminal.print_status(
                "Kept",
                &format!("{} holds this token already", property.file),
            );
            return Ok(0);
        }
        let name = property.path.rsplit("::").next().unwrap_or(&property.path);
        let function = Function::find(&before, name, property.line)
            .map_err(|reason| self.no_source(&reason))?;
        let edits = [
            function.as_test(&self.report.counterexample),
            self.as_regression(&function),
        ];
        for edit in edits.into_iter().flatten() {
            if self.is_dry {
                self.terminal.print(&edit.added);
                return Ok(0);
            }
            if self.keep_if_it_fails(&file, &before, &edit)? {
                let path = self.path_of(&edit);
                let place = format!("{path} in {}, which fails", property.file);
                self.terminal.print_status("Written", &place);
                return Ok(0);
            }
        }
        Err(self.no_source("neither a test nor a regression of it compiles and fails there"))
    }

    /// An example has no choices that a regression could hold; its source keeps it anyway.
    fn as_regression(&self, function: &Function<'_>) -> Option<Edit> {
        let token = &self.report.counterexample.token;
        let is_example = token::decode(token).is_ok_and(|token| {
            token::example_of(&self.report.property.path, &token.property).is_some()
        });
        (!is_example).then(|| function.as_regression(token))
    }

    /// Makes the edit, and takes it back unless the test then is built and fails.
    fn keep_if_it_fails(
        &self,
        file: &Path,
        before: &str,
        edit: &Edit,
    ) -> Result<bool, CommandError> {
        output::write(file, &edit.applied(before))?;
        let fails = self.fails(&self.path_of(edit));
        if !matches!(fails, Ok(true)) {
            output::write(file, before)?;
        }
        match fails {
            Err(CommandError::DoesNotCompile) => Ok(false),
            fails => fails,
        }
    }

    /// The test's path: in the module of the property.
    fn path_of(&self, edit: &Edit) -> String {
        match self.report.property.path.rsplit_once("::") {
            Some((module, _)) => format!("{module}::{}", edit.test),
            None => edit.test.clone(),
        }
    }

    /// Builds the package anew and runs the test.
    fn fails(&self, test: &str) -> Result<bool, CommandError> {
        let built = build(self.workspace, self.selection, self.interrupt)?;
        let key: &BinaryKey = &self.checked.binary.key;
        let Some(checked) = built.binaries.iter().find(|one| one.binary.key == *key) else {
            return Ok(false);
        };
        let binary = &checked.binary;
        let failed = |source| CommandError::Io {
            doing: "running a test",
            path: binary.executable.clone(),
            source,
        };
        let mut command = guarded(&binary.executable, None).map_err(failed)?;
        command
            .args(["--exact", test])
            .current_dir(&binary.package_folder)
            .envs(binary.environment.iter().map(|(name, value)| (name, value)));
        let ended = supervise(command, TEST_TIME, self.interrupt, &mut || false).map_err(failed)?;
        if ended.end == End::Interrupted {
            return Err(CommandError::Interrupted);
        }
        let has_run = ended.stdout.contains("running 1 test");
        Ok(has_run && ended.end != End::Exited(0))
    }

    fn no_source(&self, reason: &str) -> CommandError {
        let property = &self.report.property;
        CommandError::NoSource {
            property: property.path.clone(),
            place: format!("{}:{}", property.file, property.line),
            reason: reason.to_owned(),
        }
    }
}
