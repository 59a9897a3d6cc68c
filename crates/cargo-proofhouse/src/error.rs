//! Why the command could not do what it was asked.
//!
//! Every variant is either the user's to mend or ours: [`CommandError::exit_code`] keeps the two
//! apart. A property that fails is neither; it is a result.

use std::ffi::OsString;
use std::path::PathBuf;
use std::{fmt, io};

use proofhouse_choice::token::TokenError;
use proofhouse_report::ReadError;

use crate::config::ConfigError;
use crate::suggestion::suggestion;

/// Why the command could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum CommandError {
    /// The command line does not parse; `reason` is one clause.
    Usage {
        /// What is wrong with it.
        reason: String,
        /// Where to read on, as `cargo proofhouse check --help`.
        help: String,
    },
    /// A value that an option does not know.
    UnknownValue {
        /// The option, as `--engine`.
        option: String,
        /// What was given.
        value: String,
        /// What is known.
        known: Vec<String>,
    },
    /// A subcommand or an option that does not exist.
    UnknownName {
        /// `subcommand` or `option`.
        kind: &'static str,
        /// What was given.
        name: String,
        /// What exists.
        known: Vec<String>,
    },
    /// No package of that name is a member of the workspace.
    UnknownPackage {
        /// What was given.
        name: String,
        /// The members.
        known: Vec<String>,
    },
    /// No property's path contains the pattern.
    UnknownProperty {
        /// What was given.
        pattern: String,
        /// The paths of all properties that were built.
        known: Vec<String>,
    },
    /// The chosen packages hold no property at all.
    NoProperties {
        /// The chosen packages, as far as they have test binaries.
        packages: Vec<String>,
    },
    /// Cargo's metadata could not be had; cargo's own message is in `message`.
    Metadata {
        /// Cargo's message.
        message: String,
    },
    /// The build failed; cargo has already said why.
    DoesNotCompile,
    /// Cargo could not be started.
    NoCargo {
        /// The program that was tried.
        program: OsString,
        /// The system's words.
        reason: String,
    },
    /// rustc could not be started or does not answer.
    NoRustc {
        /// The program that was tried.
        program: OsString,
        /// The system's or rustc's words.
        reason: String,
    },
    /// The symbolic engine was asked for by name and cannot run here.
    NoSymbolicEngine {
        /// Why.
        reason: String,
        /// What would make it run.
        help: String,
    },
    /// A token does not decode.
    Token(TokenError),
    /// The token's package is not in this workspace.
    ForeignToken {
        /// The token's package.
        package: String,
        /// The members of the workspace.
        known: Vec<String>,
    },
    /// The token's property does not exist any more.
    TokenOfUnknownProperty {
        /// The token's property.
        property: String,
        /// The properties of the token's package.
        known: Vec<String>,
    },
    /// The token's choices do not fit the property's arguments any more.
    StaleToken {
        /// The property.
        property: String,
        /// What the test process said.
        reason: String,
    },
    /// The workspace's settings are not understood.
    Config(ConfigError),
    /// Git cannot say what differs from a commit.
    NoSuchRevision {
        /// What was given.
        revision: String,
        /// Git's words, or the system's where there is no git.
        message: String,
    },
    /// No error, verdict or failure has this code.
    UnknownCode {
        /// What was given.
        code: String,
        /// The codes that there are.
        known: Vec<String>,
    },
    /// No check has left a report.
    NoReport {
        /// The folder where it would be.
        searched: PathBuf,
    },
    /// A report cannot be read.
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        error: ReadError,
    },
    /// A file that the user named cannot be written or read.
    NoAccess {
        /// The file.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The ledger cannot be read.
    Ledger {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A counterexample does not fail natively, so no test would.
    DoesNotFail {
        /// The property.
        property: String,
    },
    /// The function of a property cannot be found in its source.
    NoSource {
        /// The property.
        property: String,
        /// Where it should be.
        place: String,
        /// Why it is not there.
        reason: String,
    },
    /// A test binary describes its properties in a form that is not known here.
    ForeignDescription {
        /// The test binary.
        binary: PathBuf,
        /// What is wrong with the description.
        reason: String,
    },
    /// A file or a process failed us.
    Io {
        /// What was being done, as a clause: `reading the journal`.
        doing: &'static str,
        /// The file or program.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The user ended the command before there was anything to report.
    Interrupted,
}

/// The exit code for "the user asked for something impossible".
pub const EXIT_USER: u8 = 2;
/// The exit code for "Proofhouse itself failed".
pub const EXIT_INTERNAL: u8 = 3;
/// The exit code after Ctrl-C, as shells have it: 128 and the number of the signal.
pub const EXIT_INTERRUPTED: u8 = 130;

impl CommandError {
    /// What the process ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Io { .. } => EXIT_INTERNAL,
            Self::Interrupted => EXIT_INTERRUPTED,
            Self::Usage { .. }
            | Self::UnknownValue { .. }
            | Self::UnknownName { .. }
            | Self::UnknownPackage { .. }
            | Self::UnknownProperty { .. }
            | Self::NoProperties { .. }
            | Self::Metadata { .. }
            | Self::DoesNotCompile
            | Self::NoCargo { .. }
            | Self::NoRustc { .. }
            | Self::NoSymbolicEngine { .. }
            | Self::Token(_)
            | Self::ForeignToken { .. }
            | Self::TokenOfUnknownProperty { .. }
            | Self::StaleToken { .. }
            | Self::Config(_)
            | Self::NoSuchRevision { .. }
            | Self::UnknownCode { .. }
            | Self::NoReport { .. }
            | Self::Report { .. }
            | Self::NoAccess { .. }
            | Self::Ledger { .. }
            | Self::DoesNotFail { .. }
            | Self::NoSource { .. }
            | Self::ForeignDescription { .. } => EXIT_USER,
        }
    }

    /// A stable name for documents, tests and scripts; never reworded once released.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage { .. } => "usage",
            Self::UnknownValue { .. } => "usage/unknown-value",
            Self::UnknownName { .. } => "usage/unknown-name",
            Self::UnknownPackage { .. } => "check/unknown-package",
            Self::UnknownProperty { .. } => "check/unknown-property",
            Self::NoProperties { .. } => "check/no-properties",
            Self::Metadata { .. } => "build/no-metadata",
            Self::DoesNotCompile => "build/does-not-compile",
            Self::NoCargo { .. } => "build/no-cargo",
            Self::NoRustc { .. } => "build/no-rustc",
            Self::NoSymbolicEngine { .. } => "symbolic/unavailable",
            Self::Token(error) => error.code(),
            Self::ForeignToken { .. } => "token/foreign",
            Self::TokenOfUnknownProperty { .. } => "token/unknown-property",
            Self::StaleToken { .. } => "token/stale",
            Self::Config(error) => error.code(),
            Self::NoSuchRevision { .. } => "check/no-such-revision",
            Self::UnknownCode { .. } => "explain/unknown-code",
            Self::NoReport { .. } => "report/none",
            Self::Report { error, .. } => error.code(),
            Self::NoAccess { .. } => "usage/no-access",
            Self::Ledger { .. } => "ledger/unreadable",
            Self::DoesNotFail { .. } => "promote/does-not-fail",
            Self::NoSource { .. } => "promote/no-source",
            Self::ForeignDescription { .. } => "build/foreign-description",
            Self::Io { .. } => "internal/io",
            Self::Interrupted => "interrupted",
        }
    }

    /// What the user can do next.
    pub fn help(&self) -> String {
        match self {
            Self::Usage { help, .. } | Self::NoSymbolicEngine { help, .. } => help.clone(),
            Self::UnknownValue { value, known, .. } | Self::UnknownName { name: value, known, .. } => {
                suggestion(value, known)
            }
            Self::UnknownPackage { name, known } | Self::ForeignToken { package: name, known } => {
                suggestion(name, known)
            }
            Self::UnknownProperty { pattern, known } => format!(
                "{}; `cargo proofhouse list` prints all properties",
                suggestion(pattern, known)
            ),
            Self::TokenOfUnknownProperty { property, known } => format!(
                "it may have been renamed or moved; {}",
                suggestion(property, known)
            ),
            Self::NoProperties { .. } => {
                "`cargo proofhouse init` adds a first one, as does marking a test function with \
                 `#[property]`; `-p` and `--workspace` choose other packages"
                    .to_owned()
            }
            Self::Metadata { .. } => {
                "run it inside a cargo package, or name one with `--manifest-path`".to_owned()
            }
            Self::DoesNotCompile => {
                "`cargo test --no-run` with the same options shows the same errors".to_owned()
            }
            Self::NoCargo { .. } | Self::NoRustc { .. } => {
                "install stable Rust from https://rustup.rs, and see that `cargo` and `rustc` are in \
                 PATH"
                    .to_owned()
            }
            Self::Token(error) => error.help(),
            Self::StaleToken { .. } => {
                "the property's arguments have changed since; check the property again for a fresh \
                 token"
                    .to_owned()
            }
            Self::Config(error) => error.help(),
            Self::NoSuchRevision { .. } => {
                "name a commit, branch or tag of the repository that the workspace lies in, as \
                 `origin/main`; a shallow clone may lack it"
                    .to_owned()
            }
            Self::UnknownCode { code, known } => suggestion(code, known),
            Self::NoReport { .. } => {
                "`cargo proofhouse check` leaves one; `--input` takes another file".to_owned()
            }
            Self::Report { error, .. } => error.help(),
            Self::NoAccess { .. } => {
                "name a file in an existing folder that may be written to".to_owned()
            }
            Self::Ledger { .. } => {
                "`cargo proofhouse check --write-ledger` writes it anew; look at what changes"
                    .to_owned()
            }
            Self::DoesNotFail { .. } => {
                "`cargo proofhouse replay` with the token says what happens; undefined behaviour \
                 that native code survives shows only in `check --engine symbolic`"
                    .to_owned()
            }
            Self::NoSource { .. } => {
                "put `#[regression(\"TOKEN\")]` with the token above the property by hand".to_owned()
            }
            Self::ForeignDescription { .. } => {
                "let the package depend on the release of `proofhouse` that the command has: \
                 `cargo proofhouse --version`"
                    .to_owned()
            }
            Self::Io { .. } => {
                "see that the disk is not full and that the target folder may be written to".to_owned()
            }
            Self::Interrupted => "run it again to begin anew".to_owned(),
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { reason, .. } => f.write_str(reason),
            Self::UnknownValue { option, value, .. } => {
                write!(f, "`{value}` is not a value of `{option}`")
            }
            Self::UnknownName { kind, name, .. } => write!(f, "there is no {kind} `{name}`"),
            Self::UnknownPackage { name, .. } => {
                write!(f, "there is no package `{name}` in this workspace")
            }
            Self::UnknownProperty { pattern, .. } => {
                write!(f, "no property's path contains `{pattern}`")
            }
            Self::NoProperties { packages } => match packages.as_slice() {
                [] => write!(
                    f,
                    "there are no properties: the chosen packages have no tests"
                ),
                packages => write!(f, "there are no properties in {}", packages.join(", ")),
            },
            Self::Metadata { message } => {
                write!(f, "cargo cannot describe the workspace: {message}")
            }
            Self::DoesNotCompile => write!(f, "the tests do not compile; cargo's message is above"),
            Self::NoCargo { program, reason } | Self::NoRustc { program, reason } => {
                write!(f, "cannot run `{}`: {reason}", program.to_string_lossy())
            }
            Self::NoSymbolicEngine { reason, .. } => {
                write!(f, "the symbolic engine cannot run: {reason}")
            }
            Self::Token(error) => error.fmt(f),
            Self::ForeignToken { package, .. } => {
                write!(
                    f,
                    "the token belongs to package `{package}`, which is not in this workspace"
                )
            }
            Self::TokenOfUnknownProperty { property, .. } => {
                write!(
                    f,
                    "the token belongs to property `{property}`, which does not exist"
                )
            }
            Self::StaleToken { property, reason } => {
                write!(f, "the token does not fit `{property}` any more: {reason}")
            }
            Self::Config(error) => error.fmt(f),
            Self::NoSuchRevision { revision, message } => {
                write!(
                    f,
                    "git does not know what differs from `{revision}`: {message}"
                )
            }
            Self::UnknownCode { code, .. } => {
                write!(f, "there is nothing to explain about `{code}`")
            }
            Self::NoReport { searched } => {
                write!(f, "there is no report of a check in {}", searched.display())
            }
            Self::Report { path, error } => write!(f, "{}: {error}", path.display()),
            Self::NoAccess { path, reason } => {
                write!(f, "cannot access {}: {reason}", path.display())
            }
            Self::Ledger { path, reason } => {
                write!(f, "the ledger {} cannot be read: {reason}", path.display())
            }
            Self::DoesNotFail { property } => {
                write!(f, "the case does not break `{property}` natively")
            }
            Self::NoSource {
                property,
                place,
                reason,
            } => write!(f, "the source of `{property}` is not at {place}: {reason}"),
            Self::ForeignDescription { binary, reason } => write!(
                f,
                "the properties of {} cannot be read: {reason}",
                binary.display()
            ),
            Self::Io {
                doing,
                path,
                source,
            } => write!(f, "{doing} failed: {}: {source}", path.display()),
            Self::Interrupted => write!(f, "interrupted before anything was checked"),
        }
    }
}

impl std::error::Error for CommandError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Token(error) => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// One of each, so that the walks below see them all.
    fn samples() -> Vec<CommandError> {
        let known = || vec!["alpha".to_owned()];
        vec![
            CommandError::Usage {
                reason: "r".into(),
                help: "h".into(),
            },
            CommandError::UnknownValue {
                option: "--engine".into(),
                value: "v".into(),
                known: known(),
            },
            CommandError::UnknownName {
                kind: "subcommand",
                name: "n".into(),
                known: known(),
            },
            CommandError::UnknownPackage {
                name: "n".into(),
                known: known(),
            },
            CommandError::UnknownProperty {
                pattern: "p".into(),
                known: known(),
            },
            CommandError::NoProperties { packages: known() },
            CommandError::Metadata {
                message: "m".into(),
            },
            CommandError::DoesNotCompile,
            CommandError::NoCargo {
                program: "cargo".into(),
                reason: "r".into(),
            },
            CommandError::NoRustc {
                program: "rustc".into(),
                reason: "r".into(),
            },
            CommandError::NoSymbolicEngine {
                reason: "r".into(),
                help: "h".into(),
            },
            CommandError::Token(TokenError::NotAToken),
            CommandError::ForeignToken {
                package: "p".into(),
                known: known(),
            },
            CommandError::TokenOfUnknownProperty {
                property: "p".into(),
                known: known(),
            },
            CommandError::StaleToken {
                property: "p".into(),
                reason: "r".into(),
            },
            CommandError::Config(ConfigError::Twice { path: "p".into() }),
            CommandError::NoSuchRevision {
                revision: "r".into(),
                message: "m".into(),
            },
            CommandError::UnknownCode {
                code: "c".into(),
                known: known(),
            },
            CommandError::NoReport {
                searched: "p".into(),
            },
            CommandError::Report {
                path: "p".into(),
                error: ReadError::NewerVersion { found: 99 },
            },
            CommandError::NoAccess {
                path: "p".into(),
                reason: "r".into(),
            },
            CommandError::Ledger {
                path: "p".into(),
                reason: "r".into(),
            },
            CommandError::DoesNotFail {
                property: "p".into(),
            },
            CommandError::NoSource {
                property: "p".into(),
                place: "p".into(),
                reason: "r".into(),
            },
            CommandError::ForeignDescription {
                binary: "b".into(),
                reason: "r".into(),
            },
            CommandError::Io {
                doing: "reading",
                path: "p".into(),
                source: io::Error::other("e"),
            },
            CommandError::Interrupted,
        ]
    }

    #[test]
    fn every_error_has_its_own_code_one_clause_and_help() {
        let mut codes = BTreeSet::new();
        for error in samples() {
            assert!(codes.insert(error.code()), "{} twice", error.code());
            let text = error.to_string();
            assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
            assert!(!error.help().is_empty(), "{text}");
            assert!(error.exit_code() >= EXIT_USER);
        }
    }
}
