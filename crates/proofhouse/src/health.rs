//! Whether the inputs of a run were fit to test anything.
//!
//! # Invariants
//!
//! - Work is counted, never time: a slow machine or a debugger changes nothing.
//! - A complaint says what was counted and what to do.
//! - Looking costs nothing on the passing path: the choices of a case are counted in those cases
//!   alone whose number is a power of two.

use std::fmt;

use proofhouse_evidence::{self as evidence, Observations};

use crate::source::CHOICES_MAX;

/// More choices than this in the average case make tests and shrinking slow.
const CHOICES_MEAN_MAX: u64 = 10_000;

/// Fewer looked-at cases than this say nothing about the average.
const SAMPLED_MIN: u64 = 4;

/// The normal quantile up to which a share may miss its requirement by chance: one run in a
/// quarter of a million.
const CHANCE_QUANTILE: f64 = 4.5;

/// What is wrong with the inputs of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Complaint {
    /// The run gave up before so many cases as wanted were found.
    TooManyRejections {
        held: u64,
        wanted: u64,
        rejected: u64,
    },
    /// The average case has too many choices.
    LargeInputs { choices_mean: u64, sampled: u64 },
    /// A generator went on and on, and its case was abandoned.
    Exhausted { overruns: u64, sampled: u64 },
    /// An assumption rejected every case that was tried.
    NothingTested { rejected: u64 },
    /// A situation that the property wants covered is too rare.
    TooRare {
        label: String,
        cases: u64,
        of: u64,
        required_ppm: u32,
    },
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRejections {
                held,
                wanted,
                rejected,
            } => write!(
                f,
                "only {held} of {wanted} cases ran, {rejected} others were rejected by `assume!` \
                 or `filter`"
            ),
            Self::LargeInputs {
                choices_mean,
                sampled,
            } => write!(
                f,
                "an input takes {choices_mean} choices, in the mean of {sampled} cases"
            ),
            Self::Exhausted { overruns, sampled } => write!(
                f,
                "{overruns} of {sampled} cases were abandoned after {CHOICES_MAX} choices"
            ),
            Self::NothingTested { rejected } => {
                write!(f, "the assumptions rejected all {rejected} cases")
            }
            Self::TooRare {
                label,
                cases,
                of,
                required_ppm,
            } => write!(
                f,
                "`{label}` is covered by {cases} of {of} cases, but {} % are required",
                f64::from(*required_ppm) / 10_000.0
            ),
        }
    }
}

impl Complaint {
    /// A stable name for docs, tests and scripts.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::TooManyRejections { .. } => "health/too-many-rejections",
            Self::LargeInputs { .. } => "health/large-inputs",
            Self::Exhausted { .. } => "health/exhausted",
            Self::NothingTested { .. } => "health/nothing-tested",
            Self::TooRare { .. } => "health/too-rare",
        }
    }

    /// What the reader can do next.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::TooManyRejections { .. } => {
                "draw what the property needs, with `#[from(..)]` and `map` or `flat_map`, instead \
                 of rejecting the rest; or say `#[property(health = false)]`"
            }
            Self::LargeInputs { .. } => {
                "give collections a smaller length, as `vec(any::<u8>(), 0..100)`; or say \
                 `#[property(health = false)]`"
            }
            Self::Exhausted { .. } => {
                "make the generator end: a recursive one needs a depth, a loop a largest count"
            }
            Self::NothingTested { .. } => {
                "change the assumptions so that some input meets them all; or say \
                 `#[property(health = false)]`"
            }
            Self::TooRare { .. } => {
                "draw such cases more often, with `#[from(..)]` and `one_of`, or require less"
            }
        }
    }

    /// The same as plain data.
    pub(crate) fn evidence(&self) -> evidence::Complaint {
        evidence::Complaint {
            code: self.code().to_owned(),
            message: self.to_string(),
            help: self.help().to_owned(),
            is_grave: self.is_grave(),
        }
    }

    /// Whether the run tested less than it was asked to. Others are advice.
    pub(crate) fn is_grave(&self) -> bool {
        !matches!(self, Self::LargeInputs { .. })
    }
}

/// What was counted in the cases that were looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sample {
    pub(crate) cases: u64,
    pub(crate) choices: u64,
    pub(crate) overruns: u64,
}

impl Sample {
    /// What the sample gives reason to complain about.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        let sampled = self.cases;
        if self.overruns > 0 {
            let overruns = self.overruns;
            complaints.push(Complaint::Exhausted { overruns, sampled });
        } else if sampled >= SAMPLED_MIN && self.choices / sampled > CHOICES_MEAN_MAX {
            complaints.push(Complaint::LargeInputs {
                choices_mean: self.choices / sampled,
                sampled,
            });
        }
        complaints
    }
}

/// The labels that are rarer than their property requires: all of them when every input was
/// counted, and else those for which chance is no excuse.
pub(crate) fn too_rare(observations: &Observations, is_complete: bool) -> Vec<Complaint> {
    let labels = observations.labels.iter();
    labels
        .filter_map(|count| {
            let required_ppm = count.required_ppm?;
            let required = f64::from(required_ppm) / 1e6;
            let quantile = if is_complete { 0.0 } else { CHANCE_QUANTILE };
            let is_rare = share_at_most(count.cases, count.of, quantile) < required;
            is_rare.then(|| Complaint::TooRare {
                label: count.label.clone(),
                cases: count.cases,
                of: count.of,
                required_ppm,
            })
        })
        .collect()
}

/// The upper end of the interval in which the true share lies, unless chance was extreme.
///
/// Source: the score interval for a binomial proportion, E. B. Wilson, "Probable Inference, the Law
/// of Succession, and Statistical Inference", JASA 22 (1927).
fn share_at_most(hits: u64, of: u64, quantile: f64) -> f64 {
    if of == 0 {
        return 1.0;
    }
    let (of, square) = (of as f64, quantile * quantile);
    let share = hits as f64 / of;
    let spread = (share * (1.0 - share) / of + square / (4.0 * of * of)).sqrt();
    (share + square / (2.0 * of) + quantile * spread) / (1.0 + square / of)
}

#[cfg(test)]
mod tests {
    use proofhouse_evidence::{LabelCount, LabelKind};

    use super::*;

    fn observed(cases: u64, of: u64, required_ppm: u32) -> Observations {
        Observations {
            labels: vec![LabelCount {
                kind: LabelKind::Cover,
                label: "rare".to_owned(),
                cases,
                of,
                required_ppm: Some(required_ppm),
            }],
            targets: Vec::new(),
        }
    }

    #[test]
    fn chance_is_an_excuse_but_not_for_everything() {
        let check = |cases, of, percent: u32, is_complete, expected| {
            let complaints = too_rare(&observed(cases, of, percent * 10_000), is_complete);
            assert_eq!(complaints.len(), usize::from(expected), "{cases} of {of}");
        };
        check(24, 256, 10, false, false);
        check(0, 256, 10, false, true);
        check(0, 256, 1, false, false);
        check(2, 256, 10, false, true);
        check(900, 10_000, 10, false, false);
        check(800, 10_000, 10, false, true);
        // Where every input was counted there is no chance.
        check(25, 256, 10, true, true);
        check(26, 256, 10, true, false);
        check(0, 0, 10, true, false);
    }

    #[test]
    fn complaints_say_what_to_do() {
        let sample = |cases, choices, overruns| {
            Sample {
                cases,
                choices,
                overruns,
            }
            .complaints()
        };
        assert_eq!(sample(8, 8 * 10_000, 0), []);
        assert_eq!(sample(3, 1 << 30, 0), []);
        let large = sample(4, 50_000, 0).remove(0);
        assert_eq!(
            (large.code(), large.is_grave()),
            ("health/large-inputs", false)
        );
        let exhausted = sample(2, 1 << 21, 1).remove(0);
        assert_eq!(
            (exhausted.code(), exhausted.is_grave()),
            ("health/exhausted", true)
        );
        let rare = too_rare(&observed(0, 10, 5_000), true).remove(0);
        assert_eq!(
            rare.to_string(),
            "`rare` is covered by 0 of 10 cases, but 0.5 % are required"
        );
        for complaint in [large, exhausted, rare] {
            assert!(!complaint.help().is_empty() && !complaint.to_string().ends_with('.'));
        }
    }
}
