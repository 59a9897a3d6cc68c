//! What the cases of a run were like, as the property itself reported it.

/// Counts by label, and how far targets were pushed. Cases that were rejected count for assumptions
/// only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct Observations {
    /// Labelled cases, in the order in which labels were first met.
    pub labels: Vec<LabelCount>,
    /// Targets, in the order in which they were first met.
    pub targets: Vec<TargetBest>,
}

/// How many cases had a label.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LabelCount {
    /// What the label is for.
    pub kind: LabelKind,
    /// The label; for a collected value `name = value`.
    pub label: String,
    /// Cases that had it.
    pub cases: u64,
    /// Cases that could have had it: all that ran to their end, or came to the assumption.
    pub of: u64,
    /// The share that the property requires, in millionths, if it does.
    pub required_ppm: Option<u32>,
}

/// What a label is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum LabelKind {
    /// A situation that cases should cover.
    Cover,
    /// A class of cases.
    Class,
    /// A value that was collected.
    Value,
    /// What an assumption rejects, of the cases that came to it.
    Assumption,
}

/// How far a target was pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TargetBest {
    /// The target's label.
    pub label: String,
    /// The highest value, in decimal.
    pub best: String,
}
