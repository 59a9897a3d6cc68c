//! What the inputs of a run were like, as bars.

use maud::{Markup, html};
use proofhouse_evidence::{Engine, LabelCount, Observations};

use crate::observed::{Shown, is_below, shown};
use crate::quantity::{count, counted, percent};

pub(super) fn figure(engine: Engine, observations: &Observations) -> Markup {
    let of = observations.labels.first().map_or(0, |label| label.of);
    html! {
        figure.distribution {
            figcaption {
                "What the inputs were like"
                span.quiet { " " (engine.name()) ", " (counted(of, "cases")) }
            }
            table {
                @for shown in shown(observations) {
                    @match shown {
                        Shown::Label(label) => (bar(label)),
                        Shown::Rest { name, values } => {
                            tr { th scope="row" { (name) } td.quiet colspan="2" { (counted(values, "other values")) } }
                        }
                    }
                }
                @for target in &observations.targets {
                    tr {
                        th scope="row" { (target.label) }
                        td.quiet colspan="2" { "highest: " (target.best) }
                    }
                }
            }
        }
    }
}

/// A share as a bar, with a line where the property requires it to reach.
fn bar(label: &LabelCount) -> Markup {
    let share = permille(label.cases, label.of);
    let required = label.required_ppm.map(|ppm| u64::from(ppm) / 1000);
    let tone = if is_below(label) { "bad" } else { "fair" };
    html! {
        tr {
            th scope="row" { (label.label) }
            td.bar aria-hidden="true" {
                svg viewBox="0 0 1000 20" preserveAspectRatio="none" class=(tone) {
                    rect.track x="0" y="0" width="1000" height="20" {}
                    rect.share x="0" y="0" width=(share) height="20" {}
                    @if let Some(required) = required {
                        rect.required x=(required.min(996)) y="0" width="4" height="20" {}
                    }
                }
            }
            td class=(if is_below(label) { "number bad" } else { "number" }) {
                (percent(label.cases, label.of)) " "
                span.quiet { "(" (count(label.cases)) " of " (count(label.of)) ")" }
                @if let Some(ppm) = label.required_ppm {
                    span.quiet { ", " (f64::from(ppm) / 10_000.0) " % required" }
                }
            }
        }
    }
}

fn permille(part: u64, whole: u64) -> u64 {
    let share = u128::from(part) * 1000 / u128::from(whole.max(1));
    u64::try_from(share).unwrap_or(1000).min(1000)
}
