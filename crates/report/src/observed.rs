//! What the cases of a run were like, where a property reports it.
//!
//! # Invariants
//!
//! - Every label appears, but of one collected value at most [`VALUES_SHOWN_MAX`] with the most cases;
//!   the rest is counted on a line of its own.

use proofhouse_evidence::{LabelCount, LabelKind, Observations};

use crate::document::CheckReport;
use crate::quantity::{count, counted, percent};
use crate::style::{Paint, Tone};

/// More values than this are no overview.
const VALUES_SHOWN_MAX: usize = 10;

/// The observations of all results, ending in a newline; empty when no property reports any.
pub(crate) fn observed(report: &CheckReport, paint: Paint) -> String {
    let mut text = String::new();
    for (_, property) in report.properties() {
        for result in &property.results {
            if let Some(observations) = &result.observations {
                let title = format!("{}, {}", property.description.path, result.engine.name());
                text.push_str(&format!(
                    "  {}\n",
                    paint.paint(Tone::Faint, &format!("{title}:"))
                ));
                text.push_str(&lines(observations, paint));
            }
        }
    }
    text
}

fn lines(observations: &Observations, paint: Paint) -> String {
    let mut text = String::new();
    for shown in shown(observations) {
        match shown {
            Shown::Label(label) => text.push_str(&line(label, paint)),
            Shown::Rest { name, values } => {
                let values = counted(values, "other values");
                text.push_str(&format!("             {name}: {values}\n"));
            }
        }
    }
    for target in &observations.targets {
        text.push_str(&format!("    highest  {}: {}\n", target.label, target.best));
    }
    text
}

/// A line of the overview.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown<'report> {
    /// A label with its cases.
    Label(&'report LabelCount),
    /// So many further values of the collected `name`.
    Rest { name: &'report str, values: u64 },
}

/// What is shown, in the order in which labels were first met; values of one name by their cases.
pub(crate) fn shown(observations: &Observations) -> Vec<Shown<'_>> {
    let mut shown = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for label in &observations.labels {
        if label.kind != LabelKind::Value {
            shown.push(Shown::Label(label));
            continue;
        }
        let name = value_name(label);
        if names.contains(&name) {
            continue;
        }
        names.push(name);
        let is_of_name =
            |other: &&LabelCount| other.kind == LabelKind::Value && value_name(other) == name;
        let mut values: Vec<&LabelCount> = observations.labels.iter().filter(is_of_name).collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.cases));
        let rest = values.split_off(values.len().min(VALUES_SHOWN_MAX));
        shown.extend(values.into_iter().map(Shown::Label));
        if !rest.is_empty() {
            let values = rest.len() as u64;
            shown.push(Shown::Rest { name, values });
        }
    }
    shown
}

/// The name in `name = value`.
fn value_name(label: &LabelCount) -> &str {
    label
        .label
        .rsplit_once(" = ")
        .map_or(&label.label, |(name, _)| name)
}

/// Whether a label has fewer cases than the property requires, chance or not.
pub(crate) fn is_below(label: &LabelCount) -> bool {
    label.required_ppm.is_some_and(|required| {
        u128::from(label.cases) * 1_000_000 < u128::from(label.of) * u128::from(required)
    })
}

fn line(label: &LabelCount, paint: Paint) -> String {
    let share = percent(label.cases, label.of);
    let required = label.required_ppm.map_or_else(String::new, |ppm| {
        format!(", {} % required", f64::from(ppm) / 10_000.0)
    });
    let tone = if is_below(label) {
        Tone::Bad
    } else {
        Tone::Strong
    };
    format!(
        "    {}  {} ({} of {}{required})\n",
        paint.paint(tone, &format!("{share:>7}")),
        label.label,
        count(label.cases),
        count(label.of)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(kind: LabelKind, label: &str, cases: u64) -> LabelCount {
        LabelCount {
            kind,
            label: label.to_owned(),
            cases,
            of: 200,
            required_ppm: (kind == LabelKind::Cover).then_some(100_000),
        }
    }

    #[test]
    fn labels_stand_in_their_order_and_values_by_their_cases() {
        let mut labels = vec![
            label(LabelKind::Cover, "empty", 3),
            label(LabelKind::Value, "n = 1", 2),
            label(LabelKind::Class, "sorted", 200),
        ];
        for value in 2..15 {
            labels.push(label(LabelKind::Value, &format!("n = {value}"), value));
        }
        let observations = Observations {
            labels,
            targets: vec![],
        };
        let text = lines(&observations, Paint { colour: false });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "      1.5 %  empty (3 of 200, 10 % required)");
        assert_eq!(lines[1], "      7.0 %  n = 14 (14 of 200)");
        assert_eq!(lines[11], "             n: 4 other values");
        assert_eq!(lines[12], "    100.0 %  sorted (200 of 200)");
        assert!(is_below(&observations.labels[0]));
    }
}
