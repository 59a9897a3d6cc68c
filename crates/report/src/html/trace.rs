//! How a counterexample comes to its failure: choices, calls and the check that fails, with their lines.

use std::collections::HashMap;

use maud::{Markup, html};
use proofhouse_evidence::{Action, Site, Trace, TraceStep};

use super::SourceReader;
use crate::document::PropertyReport;
use crate::quantity::counted;

/// Deeper calls are not indented any further.
const INDENTED_MAX: u32 = 12;

/// The steps of the counterexample with this token, if an engine knows them.
pub(super) fn steps(property: &PropertyReport, token: &str, read: &SourceReader<'_>) -> Markup {
    let mut traces = property.results.iter().flat_map(|one| &one.traces);
    let trace = traces.find(|trace| trace.token == token);
    html! {
        @if let Some(trace) = trace {
            (table(trace, read))
        }
    }
}

fn table(trace: &Trace, read: &SourceReader<'_>) -> Markup {
    let Trace {
        token: _,
        steps,
        left_out,
        left_out_after,
    } = trace;
    let mut sources = Sources {
        read,
        files: HashMap::new(),
    };
    html! {
        details.trace {
            summary { "How it comes to that: " (counted(steps.len() as u64 + left_out, "steps")) }
            div.wide tabindex="0" role="region" aria-label="Steps" {
                table {
                    @for (step, at) in steps.iter().zip(0_u64..) {
                        @if at == *left_out_after && *left_out > 0 {
                            tr { td.quiet colspan="3" { "… " (counted(*left_out, "steps")) " left out …" } }
                        }
                        (row(step, &mut sources))
                    }
                }
            }
        }
    }
}

fn row(step: &TraceStep, sources: &mut Sources<'_, '_>) -> Markup {
    let indent = step.depth.min(INDENTED_MAX);
    html! {
        tr {
            td style={ "padding-left: " (indent) "rem" } { (words(&step.what)) }
            @match &step.site {
                Some(site) => {
                    td.quiet { (site.file) ":" (site.line) }
                    td { code { (sources.line(site)) } }
                }
                None => { td {} td {} }
            }
        }
    }
}

fn words(action: &Action) -> Markup {
    html! {
        @match action {
            Action::Chooses { what, value, argument } => {
                "draws " (what) " " code { (value) }
                @if let Some(argument) = argument { " for " code { (argument) } }
            }
            Action::Calls { function } => { "calls " code { (function) } }
            Action::Fails { message } => strong.bad { "fails: " (message) },
            Action::Stops { reason } => span.unsure { "the machine stops here: " (reason) },
        }
    }
}

/// The files that steps are in, each read once.
struct Sources<'read, 'caller> {
    read: &'read SourceReader<'caller>,
    files: HashMap<String, Option<String>>,
}

impl Sources<'_, '_> {
    /// The line at a site, without the white space around it; nothing where there is no source.
    fn line(&mut self, site: &Site) -> String {
        let read = self.read;
        let text = self
            .files
            .entry(site.file.clone())
            .or_insert_with(|| read(&site.file));
        let number = usize::try_from(site.line).unwrap_or(usize::MAX);
        let line = text
            .as_ref()
            .and_then(|text| text.lines().nth(number.checked_sub(1)?));
        line.unwrap_or_default().trim().to_owned()
    }
}
