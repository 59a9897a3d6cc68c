//! The subcommands: each turns arguments into work and its result into output and an exit code.

mod campaign;
mod changed;
mod clean;
mod completions;
mod doctor;
pub(crate) mod explain;
mod init;
mod list;
mod output;
mod promote;
mod replay;
mod report;
mod symbolic;

use std::collections::BTreeSet;

use proofhouse_choice::token::{self, Token};
use proofhouse_evidence::PropertyDescription;

use crate::build::cargo::{Selection, TestBinary, Workspace, build_native};
use crate::build::toolchain::Toolchain;
use crate::campaign::{Bitcode, CheckedBinary};
use crate::cli::Task;
use crate::discover;
use crate::error::CommandError;
use crate::interrupt::Interrupt;
use crate::terminal::Terminal;

/// Does a task and says with which code to end.
pub(crate) fn run(task: &Task, terminal: &Terminal) -> Result<u8, CommandError> {
    let interrupt = Interrupt::from_terminal();
    match task {
        Task::Check(arguments) => campaign::check(arguments, terminal, &interrupt),
        Task::Prove(arguments) => campaign::prove(arguments, terminal, &interrupt),
        Task::Replay(arguments) => replay::run(arguments, terminal, &interrupt),
        Task::Promote(arguments) => promote::run(arguments, terminal, &interrupt),
        Task::List(arguments) => list::run(arguments, terminal, &interrupt),
        Task::Report(arguments) => report::run(arguments, terminal),
        Task::Explain(arguments) => explain::run(arguments, terminal),
        Task::Init(arguments) => init::run(arguments, terminal),
        Task::Doctor(arguments) => doctor::run(arguments, terminal, &interrupt),
        Task::Clean(arguments) => clean::run(arguments, terminal),
        Task::Completions(arguments) => completions::run(arguments, terminal),
        Task::Man => completions::man(terminal),
    }
}

/// A selection that has been built.
struct Built {
    toolchain: Toolchain,
    binaries: Vec<CheckedBinary>,
}

/// Builds the selection natively and reads the properties of its test binaries.
fn build(
    workspace: &Workspace,
    selection: &Selection,
    interrupt: &Interrupt,
) -> Result<Built, CommandError> {
    let toolchain = Toolchain::find()?;
    workspace.require_packages(&selection.packages)?;
    let built = build_native(workspace, selection, &toolchain);
    if interrupt.is_requested() {
        return Err(CommandError::Interrupted);
    }
    let binaries = built?
        .into_iter()
        .map(with_properties)
        .collect::<Result<_, _>>()?;
    Ok(Built {
        toolchain,
        binaries,
    })
}

fn with_properties(binary: TestBinary) -> Result<CheckedBinary, CommandError> {
    let properties = discover::properties(&binary.executable)?;
    Ok(CheckedBinary {
        binary,
        properties,
        ignored: BTreeSet::new(),
        bitcode: Bitcode::NotBuilt,
        names: None,
    })
}

/// Keeps the properties whose path matches one of the patterns; all where there is none.
///
/// # Errors
///
/// [`CommandError::NoProperties`] when there were none, [`CommandError::UnknownProperty`] for the
/// first pattern that matches none.
fn choose(
    mut binaries: Vec<CheckedBinary>,
    patterns: &[String],
) -> Result<Vec<CheckedBinary>, CommandError> {
    let known = paths(&binaries);
    if known.is_empty() {
        let mut packages: Vec<String> = binaries
            .into_iter()
            .map(|checked| checked.binary.package)
            .collect();
        packages.dedup();
        return Err(CommandError::NoProperties { packages });
    }
    let is_useless = |pattern: &&String| !known.iter().any(|path| matches(pattern, path));
    if let Some(pattern) = patterns.iter().find(is_useless) {
        return Err(CommandError::UnknownProperty {
            pattern: pattern.clone(),
            known,
        });
    }
    for checked in &mut binaries {
        checked.properties.retain(|property| {
            let mut patterns_of = patterns.iter();
            patterns.is_empty() || patterns_of.any(|pattern| matches(pattern, &property.path))
        });
    }
    binaries.retain(|checked| !checked.properties.is_empty());
    Ok(binaries)
}

/// Whether a path contains a pattern or, where the pattern has a `*`, is like it from end to end.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return path.contains(pattern);
    };
    let Some(mut path) = path.strip_prefix(start) else {
        return false;
    };
    // Each part between two stars at its first place leaves the most room for those behind it.
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match path.find(part) {
            Some(at) => path = &path[at + part.len()..],
            None => return false,
        }
    }
    path.ends_with(end)
}

fn paths(binaries: &[CheckedBinary]) -> Vec<String> {
    let properties = binaries.iter().flat_map(|checked| &checked.properties);
    properties.map(|property| property.path.clone()).collect()
}

/// A token's package, built.
struct TokenPlaces {
    token: Token,
    binaries: Vec<CheckedBinary>,
}

/// Builds the package of a token.
///
/// # Errors
///
/// [`CommandError::Token`] before anything is built, [`CommandError::ForeignToken`], and
/// [`CommandError::TokenOfUnknownProperty`].
fn build_for_token(
    text: &str,
    selection_of: impl Fn(&str) -> Selection,
    interrupt: &Interrupt,
) -> Result<TokenPlaces, CommandError> {
    let token = token::decode(text).map_err(CommandError::Token)?;
    let selection = selection_of(&token.package);
    let workspace = Workspace::read(&selection)?;
    let known = workspace.member_names();
    if !known.contains(&token.package) {
        return Err(CommandError::ForeignToken {
            package: token.package,
            known,
        });
    }
    let binaries = build(&workspace, &selection, interrupt)?.binaries;
    let places = TokenPlaces { token, binaries };
    if places.iter().next().is_none() {
        return Err(CommandError::TokenOfUnknownProperty {
            property: places.token.property,
            known: paths(&places.binaries),
        });
    }
    Ok(places)
}

impl TokenPlaces {
    /// Every test binary of the package that has the property: two files in `tests/` may both.
    fn iter(&self) -> impl Iterator<Item = (&CheckedBinary, &PropertyDescription)> {
        let name = &self.token.property;
        let is_named = move |one: &&PropertyDescription| {
            one.path == *name || token::example_of(&one.path, name).is_some()
        };
        self.binaries
            .iter()
            .filter(|checked| checked.binary.package == self.token.package)
            .filter_map(move |checked| {
                let property = checked.properties.iter().find(is_named)?;
                Some((checked, property))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_part_of_a_path_or_describes_it_whole() {
        let path = "types::text::prop_roundtrip";
        let rows = [
            ("roundtrip", true),
            ("text::prop", true),
            ("roundtrips", false),
            ("*", true),
            ("types::*", true),
            ("text::*", false),
            ("*roundtrip", true),
            ("*round", false),
            ("*::prop_*trip", true),
            ("types*text*types", false),
            ("types::text::prop_roundtrip*", true),
            ("*p*p*p*p*", true),
            ("*p*p*p*p*p*", false),
        ];
        for (pattern, expected) in rows {
            assert_eq!(matches(pattern, path), expected, "{pattern}");
        }
    }
}
