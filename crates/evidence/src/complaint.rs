//! What is wrong with the inputs of a run, as opposed to the property.

/// Something that is wrong with the inputs of a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Complaint {
    /// A stable name, as `health/too-rare`.
    pub code: String,
    /// What is wrong, in one clause.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// Whether the run tested less than it was asked to; everything else is advice.
    pub is_grave: bool,
}
