//! The section of one property.

use maud::{Markup, html};
use proofhouse_evidence::{Bound, Complaint, Counterexample, Finding, Proof, Verdict};

use super::source::{Excerpt, excerpt};
use super::{SourceReader, anchor, distribution, fails, history, lines, tone_class, trace};
use crate::document::{BinaryReport, CheckReport, EngineResult, Outcome, PropertyReport};
use crate::finding::{
    commands, free_arguments, kind_words, listed, place, replay_words, why_unknown,
};
use crate::merge::{MergedFinding, merged_findings};
use crate::quantity::{count, counted};
use crate::remarks::verdict_sentences;
use crate::words::cell;

pub(super) fn section(
    report: &CheckReport,
    binary: &BinaryReport,
    property: &PropertyReport,
    earlier: &[CheckReport],
    read: &SourceReader<'_>,
) -> Markup {
    let description = &property.description;
    html! {
        article.property id=(anchor(binary, property)) tabindex="-1"
            data-fails=[fails(property).then_some("")] {
            h2 {
                a href={ "#" (anchor(binary, property)) } { (description.path) }
                span.quiet { " " (binary.package) " (" (binary.target.to_string()) ")" }
            }
            div.columns {
                div {
                    @if description.statement.is_empty() {
                        p.quiet { "Its author has not said what it means." }
                    } @else {
                        div.statement {
                            @for paragraph in description.statement.split("\n\n") {
                                p { (paragraph) }
                            }
                        }
                    }
                    (verdicts(property))
                }
                (source_of(property, read))
            }
            @for merged in merged_findings(property) {
                (finding(report, binary, property, &merged, read))
            }
            @for result in &property.results {
                @if let Some(observations) = &result.observations {
                    (distribution::figure(result.engine, observations))
                }
            }
            (lines::figure(property))
            (history::figure(report, binary, property, earlier))
        }
    }
}

/// What each engine says, and what that rests on.
fn verdicts(property: &PropertyReport) -> Markup {
    html! {
        dl.verdicts {
            @for result in &property.results {
                @let cell = cell(result);
                dt { (result.engine.name()) }
                dd {
                    span class={ "verdict " (tone_class(cell.tone)) } { (full_words(result)) }
                    @if !cell.work.is_empty() {
                        span.work { (cell.work) }
                    }
                    (rests_on(result))
                }
            }
        }
    }
}

/// The words of the cell; where a dash stands there, its reason.
fn full_words(result: &EngineResult) -> String {
    match &result.outcome {
        Outcome::NotRun { reason } => format!("not run: {reason}"),
        Outcome::Concluded {
            verdict: Verdict::NotApplicable { reason },
        } => format!("nothing to do: {reason}"),
        Outcome::Concluded { .. } => cell(result).verdict,
    }
}

fn rests_on(result: &EngineResult) -> Markup {
    let bounds: &[Bound] = match result.outcome.verdict() {
        Some(Verdict::Proved {
            proof: Proof::Bounded { bounds, .. },
        }) => bounds,
        _ => &[],
    };
    let sentences = match result.outcome.verdict() {
        Some(verdict) if bounds.is_empty() => verdict_sentences(verdict),
        _ => Vec::new(),
    };
    html! {
        ul.rests {
            @for Bound { what, most, unit } in bounds {
                li { "bound: " (what) " up to " (counted(*most, unit)) }
            }
            @for sentence in sentences.iter().chain(&result.remarks) {
                li { (sentence) }
            }
            @for Complaint { code, message, help, is_grave } in &result.complaints {
                li class=(if *is_grave { "bad" } else { "unsure" }) {
                    (message) " (" code { (code) } "): " (help)
                }
            }
        }
    }
}

fn source_of(property: &PropertyReport, read: &SourceReader<'_>) -> Markup {
    let description = &property.description;
    let excerpt = read(&description.file).and_then(|text| excerpt(&text, description.line));
    html! {
        figure.source {
            figcaption.quiet { (description.file) ":" (description.line) }
            @match excerpt {
                Some(Excerpt { first, lines }) => {
                    pre tabindex="0" {
                        @for (at, line) in lines.iter().enumerate() {
                            span class=(line_class(line)) {
                                span.number aria-hidden="true" { (first + at) }
                                (line) "\n"
                            }
                        }
                    }
                }
                None => p.quiet { "The source is not at hand." },
            }
        }
    }
}

fn line_class(line: &str) -> &'static str {
    if line.trim_start().starts_with("//") {
        "line comment"
    } else {
        "line"
    }
}

fn finding(
    report: &CheckReport,
    binary: &BinaryReport,
    property: &PropertyReport,
    merged: &MergedFinding<'_>,
    read: &SourceReader<'_>,
) -> Markup {
    let Finding {
        failure,
        counterexample,
        replay,
        ..
    } = merged.finding;
    let engines: Vec<&str> = merged.engines.iter().map(|engine| engine.name()).collect();
    html! {
        div.finding {
            h3 {
                "Counterexample"
                span.quiet {
                    " found by " (listed(&engines)) "; " (replay_words(failure.kind, replay))
                }
            }
            (values(property, merged.finding, counterexample))
            p.bad {
                (kind_words(failure.kind))
                @if let Some(site) = &failure.site { " at " code { (place(site)) } }
            }
            pre.message tabindex="0" { (failure.message) }
            (trace::steps(property, &counterexample.token, read))
            dl.commands {
                @for (name, command) in commands(report.settings.native_profile.as_deref(), binary, property, merged.finding) {
                    dt { (name) }
                    dd { code { (command) } button.copy type="button" hidden { "Copy" } }
                }
            }
        }
    }
}

fn values(property: &PropertyReport, finding: &Finding, counterexample: &Counterexample) -> Markup {
    let free = free_arguments(property, &counterexample.token);
    html! {
        @if property.description.arguments.is_empty() {
            p.quiet { "There are no arguments." }
        } @else if counterexample.arguments.is_empty() {
            p.quiet { "The values are not known: " (why_unknown(Some(&finding.failure))) "." }
        }
        table.values {
            @for argument in &counterexample.arguments {
                tr {
                    th scope="row" { (argument.name) }
                    td { pre { (argument.value) } }
                    td.quiet { @if free.contains(&argument.name) { "may be anything" } }
                }
            }
        }
        @for note in &counterexample.notes {
            p { "Note: " (note) }
        }
        @if let Some(executions) = shrink_executions(property) {
            p.quiet { "Made simpler in " (count(executions)) " executions." }
        }
    }
}

fn shrink_executions(property: &PropertyReport) -> Option<u64> {
    let executions = property
        .results
        .iter()
        .map(|one| one.statistics.shrink_executions);
    Some(executions.sum()).filter(|sum| *sum > 0)
}
