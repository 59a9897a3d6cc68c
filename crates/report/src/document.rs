//! The document that a check ends in: plain, versioned, and the same whether shown or stored.

use std::fmt;

use proofhouse_evidence::{
    Complaint, Engine, FORMAT_VERSION, FileLines, Observations, PropertyDescription, Statistics,
    Trace, Verdict,
};
use serde::{Deserialize, Serialize};

/// Everything that one check found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The version of this form; [`FORMAT_VERSION`] when written by this crate.
    pub format_version: u32,
    /// The version of the command that wrote it.
    pub proofhouse_version: String,
    /// When it began, in milliseconds since 1970 (UTC).
    #[serde(default)]
    pub started_unix_ms: u64,
    /// What was asked for.
    pub settings: Settings,
    /// Engines that were asked for and cannot run here.
    pub engines_missing: Vec<EngineMissing>,
    /// What was found, by test binary.
    pub binaries: Vec<BinaryReport>,
    /// What is weaker than the ledger, if the check was asked to compare.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weaker: Vec<Weakening>,
    /// Whether the user ended the check before everything had run.
    pub interrupted: bool,
    /// From the first property to the last verdict, in microseconds; builds are not counted.
    pub elapsed_us: u64,
}

/// What a check was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The engines, in the order of the table's columns.
    pub engines: Vec<Engine>,
    /// The seed of everything random.
    pub seed: u64,
    /// The cases that the random engine was asked for; `None`: what each property asks for.
    pub cases: Option<u64>,
    /// The symbolic engine's time for one property, in milliseconds.
    pub time_ms: u64,
    /// The largest size bound that the symbolic engine was allowed; `None`: as time permits.
    pub size_max: Option<u64>,
    /// The time for everything together, in milliseconds.
    #[serde(default)]
    pub budget_ms: Option<u64>,
    /// Cargo's profile of what ran natively; `None`: that of tests.
    #[serde(default)]
    pub native_profile: Option<String>,
}

/// A property of which less is known than the ledger says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weakening {
    /// The package's name.
    pub package: String,
    /// The binary among the package's targets.
    pub target: String,
    /// The property's path.
    pub property: String,
    /// What the ledger says.
    pub before: String,
    /// What this check found.
    pub now: String,
}

/// An engine that was asked for and cannot run here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineMissing {
    /// The engine.
    pub engine: Engine,
    /// Why, as one clause.
    pub reason: String,
    /// What would make it run.
    pub help: String,
}

/// The results of one test binary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinaryReport {
    /// The package's name.
    pub package: String,
    /// The binary among the package's targets.
    pub target: TargetLabel,
    /// Its properties, in the order of their places in the source.
    pub properties: Vec<PropertyReport>,
}

/// A target as cargo names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TargetLabel {
    /// `lib`, `bin`, `test`, `example` or `bench`.
    pub kind: String,
    /// The target's name.
    pub name: String,
}

impl TargetLabel {
    /// The arguments that make cargo choose this target alone.
    pub fn cargo_arguments(&self) -> Vec<String> {
        match self.kind.as_str() {
            "lib" => vec!["--lib".to_owned()],
            kind => vec![format!("--{kind}"), self.name.clone()],
        }
    }
}

impl fmt::Display for TargetLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind.as_str() {
            "lib" => f.write_str("lib"),
            kind => write!(f, "{kind} {}", self.name),
        }
    }
}

/// The results of one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyReport {
    /// The property.
    pub description: PropertyDescription,
    /// One result for each engine of [`Settings::engines`], in that order.
    pub results: Vec<EngineResult>,
}

/// What one engine has to say about one property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineResult {
    /// The engine.
    pub engine: Engine,
    /// How it ended.
    pub outcome: Outcome,
    /// What was executed, taken from the engine's own journal.
    pub statistics: Statistics,
    /// Remarks that belong to the verdict, one sentence each, without a full stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// What the cases were like, where the property reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observations: Option<Observations>,
    /// What is wrong with the inputs, those that are in the verdict included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complaints: Vec<Complaint>,
    /// Which arguments of its counterexamples do not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub explanations: Vec<Explanation>,
    /// Which lines of the package were executed, where the engine knows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<FileLines>,
    /// How counterexamples come to their failures, its own and those of other engines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<Trace>,
    /// The functions whose contract was checked, by their paths.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts_checked: Vec<String>,
}

/// Which arguments of one counterexample do not matter, each by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The token of the counterexample.
    pub token: String,
    /// The arguments that failed with every value that was tried instead, by name.
    pub free_arguments: Vec<String>,
    /// Executions spent on trying.
    pub executions: u64,
}

impl EngineResult {
    /// Whether this result alone is a reason for the check to fail: a refutation, inputs that were
    /// not what the property asks for, or none at all where that is no choice of the author's.
    pub fn is_failure(&self) -> bool {
        match self.outcome.verdict() {
            Some(Verdict::Refuted { .. } | Verdict::Unhealthy { .. }) => true,
            Some(Verdict::Vacuous { .. }) => {
                self.complaints.iter().any(|complaint| complaint.is_grave)
            }
            _ => false,
        }
    }
}

/// How an engine's work on a property ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It came to a conclusion, which may be that it cannot say.
    Concluded {
        /// The conclusion.
        verdict: Verdict,
    },
    /// It never ran, or was stopped from outside before it could conclude.
    NotRun {
        /// Why, as one clause.
        reason: String,
    },
}

impl Outcome {
    /// The verdict, if there is one.
    pub fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Concluded { verdict } => Some(verdict),
            Self::NotRun { .. } => None,
        }
    }
}

impl CheckReport {
    /// Every property of every binary.
    pub fn properties(&self) -> impl Iterator<Item = (&BinaryReport, &PropertyReport)> {
        self.binaries.iter().flat_map(|binary| {
            binary
                .properties
                .iter()
                .map(move |property| (binary, property))
        })
    }

    /// Whether any result is a reason for the check to fail.
    pub fn is_failure(&self) -> bool {
        let mut results = self
            .properties()
            .flat_map(|(_, property)| &property.results);
        !self.weaker.is_empty() || results.any(EngineResult::is_failure)
    }

    /// The document as one JSON object over several lines, ending in a newline.
    ///
    /// # Panics
    ///
    /// Never: the document holds only texts, numbers and lists.
    pub fn to_json(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("plain data always has a JSON form");
        text.push('\n');
        text
    }

    /// Reads what [`CheckReport::to_json`] wrote.
    ///
    /// # Errors
    ///
    /// [`ReadError::NewerVersion`] before anything else is looked at, [`ReadError::NotAReport`]
    /// otherwise.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Versioned {
            format_version: u32,
        }
        let versioned: Versioned = serde_json::from_str(text).map_err(ReadError::NotAReport)?;
        if versioned.format_version > FORMAT_VERSION {
            return Err(ReadError::NewerVersion {
                found: versioned.format_version,
            });
        }
        serde_json::from_str(text).map_err(ReadError::NotAReport)
    }
}

/// Why a text is not a report that this version can read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// It was written by a newer version.
    NewerVersion {
        /// The version that it names.
        found: u32,
    },
    /// It is not a report at all.
    NotAReport(serde_json::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerVersion { found } => write!(
                f,
                "the report has version {found}, but at most version {FORMAT_VERSION} is read"
            ),
            Self::NotAReport(error) => write!(f, "not a report: {error}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    /// A stable name for documents and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NewerVersion { .. } => "report/newer-version",
            Self::NotAReport(_) => "report/not-a-report",
        }
    }

    /// What the reader can do next.
    pub fn help(&self) -> String {
        match self {
            Self::NewerVersion { .. } => "update proofhouse to read it".to_owned(),
            Self::NotAReport(_) => {
                "`cargo proofhouse check --format json` writes such documents".to_owned()
            }
        }
    }
}
