//! `proofhouse.lock`: what is known of each property, committed, so that a proof is not lost unnoticed.
//!
//! `check --write-ledger` writes it, `check --locked` compares. One table a property, sorted, so that a
//! change is a small difference in review. The ledger holds the strongest verdict of any engine, and
//! the bounds of a bounded proof and the contracts that it is given; neither times nor seeds, which change with every run.
//!
//! # Invariants
//!
//! - Comparing never changes the file, and writing keeps what the check did not look at.
//! - A property is weaker when its verdict is (proved, proved to bounds, passed, nothing, in that
//!   order), when a bound is lower, when there is a bound or a contract that was not there, or when it is
//!   gone.
//!
//! # Not here
//!
//! How far a machine gets: bounds depend on its speed. A ledger is best written with `size-max` set to
//! what the slowest of them reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use proofhouse_evidence::{Bound, Proof, Verdict};
use proofhouse_report::{CheckReport, Outcome, PropertyReport, Weakening, count};
use serde::Deserialize;

use crate::error::CommandError;

/// The name of the file in the workspace's root.
pub const FILE_NAME: &str = "proofhouse.lock";

/// The version that is written and the newest that is read.
const VERSION: u32 = 1;

/// The ledger of a workspace.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
}

/// What a ledger holds, by property.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    standings: BTreeMap<Key, Standing>,
}

/// Which property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    package: String,
    target: String,
    path: String,
}

/// What is known of a property; later ones are stronger, but for bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// Nothing that would be worth keeping.
    Nothing,
    /// Cases passed.
    Passed,
    /// Proved within bounds, given contracts by the names of their functions.
    Bounded(Vec<Bound>, Vec<String>),
    /// Proved for every input.
    Proved,
}

/// What a report speaks for.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// The packages that were checked.
    pub packages: BTreeSet<String>,
    /// The members of the workspace.
    pub members: BTreeSet<String>,
    /// Whether not all of their properties were looked at.
    pub is_partial: bool,
}

impl Scope {
    /// Whether a property that the report does not hold is gone.
    fn is_gone(&self, key: &Key) -> bool {
        let was_looked_at = self.packages.contains(&key.package);
        !self.is_partial && (was_looked_at || !self.members.contains(&key.package))
    }
}

impl Ledger {
    /// The ledger of the workspace in this folder; there may be no file yet.
    pub fn of(root: &Path) -> Self {
        Self {
            path: root.join(FILE_NAME),
        }
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file; no file is an empty ledger.
    ///
    /// # Errors
    ///
    /// [`CommandError::Ledger`] when it cannot be read or is not understood.
    pub fn read(&self) -> Result<Recorded, CommandError> {
        let failed = |reason: String| CommandError::Ledger {
            path: self.path.clone(),
            reason,
        };
        match fs::read_to_string(&self.path) {
            Ok(text) => Recorded::parse(&text).map_err(failed),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Recorded::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Writes the file in one step.
    ///
    /// # Errors
    ///
    /// [`CommandError::NoAccess`] when that is not possible; the file is then as before.
    pub fn write(&self, recorded: &Recorded) -> Result<(), CommandError> {
        let draft = self.path.with_extension("lock.draft");
        let written =
            fs::write(&draft, recorded.to_string()).and_then(|()| fs::rename(&draft, &self.path));
        written.map_err(|error| {
            let _ = fs::remove_file(&draft);
            CommandError::NoAccess {
                path: self.path.clone(),
                reason: error.to_string(),
            }
        })
    }
}

impl Recorded {
    /// What is weaker in the report than here.
    pub fn weaker_than_recorded(&self, report: &CheckReport, scope: &Scope) -> Vec<Weakening> {
        let now = standings(report);
        let mut weaker = Vec::new();
        for (key, before) in &self.standings {
            let now = match now.get(key) {
                Some(Some(now)) if now.is_weaker_than(before) => now.to_string(),
                None if scope.is_gone(key) => "gone".to_owned(),
                _ => continue,
            };
            weaker.push(Weakening {
                package: key.package.clone(),
                target: key.target.clone(),
                property: key.path.clone(),
                before: before.to_string(),
                now,
            });
        }
        weaker
    }

    /// These standings with those of the report in their place.
    #[must_use]
    pub fn updated(&self, report: &CheckReport, scope: &Scope) -> Self {
        let now = standings(report);
        let mut updated = self.clone();
        let is_kept = |key: &Key| now.contains_key(key) || !scope.is_gone(key);
        updated.standings.retain(|key, _| is_kept(key));
        for (key, standing) in now {
            if let Some(standing) = standing {
                updated.standings.insert(key, standing);
            }
        }
        updated
    }

    fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct File {
            version: u32,
            #[serde(default)]
            property: Vec<Entry>,
        }
        #[derive(Deserialize)]
        struct Entry {
            package: String,
            target: String,
            path: String,
            verdict: String,
            #[serde(default)]
            bounds: Vec<Bound>,
            #[serde(default)]
            contracts: Vec<String>,
        }
        let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if file.version > VERSION {
            let version = file.version;
            return Err(format!(
                "it has version {version}, but at most {VERSION} is read"
            ));
        }
        let mut standings = BTreeMap::new();
        for entry in file.property {
            let is_plain = entry.bounds.is_empty() && entry.contracts.is_empty();
            let standing = match (entry.verdict.as_str(), is_plain) {
                ("nothing", true) => Standing::Nothing,
                ("passed", true) => Standing::Passed,
                ("proved", true) => Standing::Proved,
                ("proved", false) => Standing::Bounded(entry.bounds, entry.contracts),
                (verdict, _) => return Err(format!("`{verdict}` is no verdict of a ledger")),
            };
            let key = Key {
                package: entry.package,
                target: entry.target,
                path: entry.path,
            };
            standings.insert(key, standing);
        }
        Ok(Self { standings })
    }
}

/// The form of the file.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# What is known of each property. `cargo proofhouse check --write-ledger` writes this file,\n\
             # `--locked` fails when something is weaker. Commit it.\nversion = {VERSION}"
        )?;
        for (key, standing) in &self.standings {
            writeln!(f, "\n[[property]]")?;
            writeln!(f, "package = {}", quoted(&key.package))?;
            writeln!(f, "target = {}", quoted(&key.target))?;
            writeln!(f, "path = {}", quoted(&key.path))?;
            let verdict = match standing {
                Standing::Nothing => "nothing",
                Standing::Passed => "passed",
                Standing::Bounded(..) | Standing::Proved => "proved",
            };
            writeln!(f, "verdict = {}", quoted(verdict))?;
            if let Standing::Bounded(bounds, contracts) = standing {
                write_bounds(f, bounds)?;
                if !contracts.is_empty() {
                    let contracts: Vec<String> = contracts.iter().map(|one| quoted(one)).collect();
                    writeln!(f, "contracts = [{}]", contracts.join(", "))?;
                }
            }
        }
        Ok(())
    }
}

fn write_bounds(f: &mut fmt::Formatter<'_>, bounds: &[Bound]) -> fmt::Result {
    if bounds.is_empty() {
        return Ok(());
    }
    writeln!(f, "bounds = [")?;
    for Bound { what, most, unit } in bounds {
        let (what, unit) = (quoted(what), quoted(unit));
        writeln!(f, "    {{ what = {what}, most = {most}, unit = {unit} }},")?;
    }
    writeln!(f, "]")
}

/// A text in quotes; JSON's escapes are TOML's, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Standing {
    fn rank(&self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::Passed => 1,
            Self::Bounded(..) => 2,
            Self::Proved => 3,
        }
    }

    fn is_weaker_than(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Bounded(now, given), Self::Bounded(before, given_before)) => {
                is_tighter(now, before) || given.iter().any(|one| !given_before.contains(one))
            }
            _ => self.rank() < before.rank(),
        }
    }

    fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Proved {
                proof: Proof::Complete | Proof::AllInputs { .. },
            } => Self::Proved,
            Verdict::Proved {
                proof: Proof::Bounded { bounds, contracts },
            } => {
                let mut bounds = bounds.clone();
                bounds.sort();
                bounds.dedup();
                Self::Bounded(bounds, contracts.clone())
            }
            Verdict::Passed { .. } => Self::Passed,
            Verdict::Refuted { .. }
            | Verdict::Unhealthy { .. }
            | Verdict::Vacuous { .. }
            | Verdict::Inconclusive { .. }
            | Verdict::NotApplicable { .. } => Self::Nothing,
        }
    }

    /// The strongest of what the engines say. A failure takes all of it away. `None` when the property
    /// was not looked at in this run: it is marked `#[ignore]`, or the run ended before.
    fn of(property: &PropertyReport) -> Option<Self> {
        if property.results.iter().any(|result| result.is_failure()) {
            return Some(Self::Nothing);
        }
        let verdicts = property
            .results
            .iter()
            .filter_map(|result| match &result.outcome {
                Outcome::Concluded { verdict } => Some(verdict),
                Outcome::NotRun { .. } => None,
            });
        let mut strongest: Option<Self> = None;
        for standing in verdicts.map(Self::of_verdict) {
            let is_stronger = match &strongest {
                Some(known) => known.is_weaker_than(&standing),
                None => true,
            };
            if is_stronger {
                strongest = Some(standing);
            }
        }
        let has_all_run = property
            .results
            .iter()
            .all(|result| matches!(result.outcome, Outcome::Concluded { .. }));
        // An engine that did not run might have said more.
        strongest.filter(|standing| has_all_run || *standing == Self::Proved)
    }
}

/// Whether bounds allow less than others did: one of the same name is lower, or one is new.
fn is_tighter(now: &[Bound], before: &[Bound]) -> bool {
    now.iter().any(|bound| {
        let same = |other: &&Bound| other.what == bound.what && other.unit == bound.unit;
        let lowest = before.iter().filter(same).map(|other| other.most).min();
        lowest.is_none_or(|most| bound.most < most)
    })
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing is known"),
            Self::Passed => f.write_str("cases passed"),
            Self::Proved => f.write_str("proved"),
            Self::Bounded(bounds, contracts) => {
                let bounds = bounds.iter().map(|bound| {
                    format!("{} up to {} {}", bound.what, count(bound.most), bound.unit)
                });
                let given = contracts
                    .iter()
                    .map(|name| format!("calls of `{name}` by its contract"));
                let reach: Vec<String> = bounds.chain(given).collect();
                write!(f, "proved for {}", reach.join(", "))
            }
        }
    }
}

/// What the report says of each property; `None` where the run says nothing.
fn standings(report: &CheckReport) -> BTreeMap<Key, Option<Standing>> {
    let standings = report.properties().map(|(binary, property)| {
        let key = Key {
            package: binary.package.clone(),
            target: binary.target.to_string(),
            path: property.description.path.clone(),
        };
        (key, Standing::of(property))
    });
    standings.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(most: &[u64]) -> Standing {
        let bound = |(at, most): (usize, &u64)| Bound {
            what: format!("length of `{at}`"),
            most: *most,
            unit: "bytes".to_owned(),
        };
        Standing::Bounded(most.iter().enumerate().map(bound).collect(), Vec::new())
    }

    fn given(contracts: &[&str]) -> Standing {
        let contracts = contracts.iter().map(|name| (*name).to_owned());
        Standing::Bounded(Vec::new(), contracts.collect())
    }

    #[test]
    fn verdicts_are_ordered_and_bounds_compared_by_name() {
        use Standing::{Nothing, Passed, Proved};
        let rows = [
            (Proved, Proved, false),
            (bounded(&[8]), Proved, true),
            (Passed, bounded(&[1]), true),
            (Nothing, Passed, true),
            (Proved, bounded(&[8]), false),
            (bounded(&[8]), bounded(&[8]), false),
            (bounded(&[7]), bounded(&[8]), true),
            (bounded(&[9]), bounded(&[8]), false),
            (bounded(&[8, 2]), bounded(&[8]), true),
            (bounded(&[8]), bounded(&[8, 2]), false),
            (given(&["demo::divide"]), Proved, true),
            (given(&["demo::divide"]), given(&[]), true),
            (given(&["demo::divide"]), given(&["demo::divide"]), false),
            (given(&[]), given(&["demo::divide"]), false),
        ];
        for (now, before, expected) in rows {
            assert_eq!(
                now.is_weaker_than(&before),
                expected,
                "{now} after {before}"
            );
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let key = |path: &str| Key {
            package: "shop".to_owned(),
            target: "lib".to_owned(),
            path: path.to_owned(),
        };
        let recorded = Recorded {
            standings: BTreeMap::from([
                (key("a"), Standing::Proved),
                (key("b"), bounded(&[7, 3])),
                (key("c"), Standing::Passed),
                (key("c given"), given(&["demo::divide", "demo::halve"])),
                (key("d \"quoted\" \\ \u{1}"), Standing::Nothing),
            ]),
        };
        let text = recorded.to_string();
        assert_eq!(Recorded::parse(&text), Ok(recorded), "{text}");
        assert!(
            Recorded::parse("version = 2")
                .unwrap_err()
                .contains("version 2")
        );
        assert!(Recorded::parse("nonsense").is_err());
    }
}
