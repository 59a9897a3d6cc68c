//! The report as one page that needs nothing else: no network, no other file.
//!
//! An overview of every property with every engine, and a section for each property: what it says
//! beside its source, what each engine concludes and within which bounds, the counterexample, what the
//! inputs were like, which lines were executed, and how it fared in earlier checks.
//!
//! # Invariants
//!
//! - Every text of the user's is escaped; the templates do that (`maud`).
//! - Nothing is said by colour alone: each cell has its words, each mark in a history its title.
//! - Without scripts everything can be read and reached; scripts only filter, jump, and open the source
//!   that a link leads to.
//!
//! # Not here
//!
//! Reading files. The caller gives the sources and the earlier reports.

mod distribution;
mod history;
mod lines;
mod property;
mod source;
mod trace;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::date::date;
use crate::document::{BinaryReport, CheckReport, EngineResult, PropertyReport};
use crate::quantity::{count, duration};
use crate::style::Tone;
use crate::summary::{self, Standing};
use crate::words::cell;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// More names than this are no title.
const PACKAGES_NAMED_MAX: usize = 3;

/// Gives the text of a source file that the compiler names, if it can be had.
pub type SourceReader<'caller> = dyn Fn(&str) -> Option<String> + 'caller;

/// The page. `earlier` are the reports of earlier checks, oldest first.
pub fn html_page(report: &CheckReport, earlier: &[CheckReport], read: &SourceReader<'_>) -> String {
    let title = title(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#properties" { "Skip to the properties" }
                (header(report))
                main {
                    (warnings(report))
                    (overview(report))
                    section id="properties" aria-label="Properties" {
                        @for (binary, property) in report.properties() {
                            (property::section(report, binary, property, earlier, read))
                        }
                    }
                    (lines::section(report, read))
                }
                (footer(report))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn title(report: &CheckReport) -> String {
    let mut packages: Vec<&str> = report.binaries.iter().map(|one| &*one.package).collect();
    packages.dedup();
    match packages.as_slice() {
        [] => "Proofhouse".to_owned(),
        few if few.len() <= PACKAGES_NAMED_MAX => {
            format!("{} – Proofhouse", few.join(", "))
        }
        [first, rest @ ..] => format!("{first} and {} more – Proofhouse", rest.len()),
    }
}

fn header(report: &CheckReport) -> Markup {
    html! {
        header.top {
            div {
                h1 { (title(report)) }
                p.quiet {
                    @if report.started_unix_ms > 0 {
                        time datetime=(date(report.started_unix_ms)) {
                            (date(report.started_unix_ms)) " UTC"
                        }
                        " · "
                    }
                    (summary::settings(report)) " · " (summary::executed(report))
                    " in " (duration(report.elapsed_us))
                }
            }
            button type="button" id="theme" hidden { "Light or dark" }
        }
        ul.counts aria-label="Summary" {
            @for (standing, name, tone) in Standing::ALL {
                @let number = number_of(report, standing);
                @if number > 0 {
                    li class=(tone_class(tone)) {
                        strong { (count(number)) } " " (name)
                    }
                }
            }
        }
    }
}

fn number_of(report: &CheckReport, standing: Standing) -> u64 {
    let of = report
        .properties()
        .filter(|(_, one)| Standing::of(one) == standing);
    of.count() as u64
}

fn warnings(report: &CheckReport) -> Markup {
    html! {
        @for weaker in &report.weaker {
            p.note.bad {
                strong { "Weaker than the ledger: " (weaker.property) }
                " in " (weaker.package) " (" (weaker.target) "): " (weaker.now) ", but "
                (weaker.before) " before."
            }
        }
        @for missing in &report.engines_missing {
            p.note.unsure {
                strong { "The " (missing.engine.name()) " engine did not run: " }
                (missing.reason) ". " (missing.help) "."
            }
        }
        @if report.interrupted {
            p.note.unsure {
                strong { "Interrupted. " }
                "What is marked “not run” was not checked, or not to its end."
            }
        }
    }
}

/// The matrix of properties and engines.
fn overview(report: &CheckReport) -> Markup {
    html! {
        section.overview aria-label="Overview" {
            div.tools hidden {
                label for="filter" { "Filter " kbd { "/" } }
                input id="filter" type="search" placeholder="path, engine or verdict" autocomplete="off";
                label { input id="failing" type="checkbox"; " only what fails" }
                span.quiet id="shown" role="status" {}
                span.quiet { kbd { "j" } " " kbd { "k" } " next, previous" }
            }
            div.wide {
                table.matrix {
                    caption.hidden { "Each property with the verdict of each engine" }
                    thead {
                        tr {
                            th scope="col" { "Property" }
                            @for engine in &report.settings.engines {
                                th scope="col" { (engine.name()) }
                            }
                        }
                    }
                    @for binary in &report.binaries {
                        (matrix_body(report, binary))
                    }
                }
            }
        }
    }
}

fn matrix_body(report: &CheckReport, binary: &BinaryReport) -> Markup {
    html! {
        tbody {
            tr.binary {
                th scope="rowgroup" colspan=(report.settings.engines.len() + 1) {
                    (binary.package) " " span.quiet { "(" (binary.target.to_string()) ")" }
                }
            }
            @for property in &binary.properties {
                tr.property data-for=(anchor(binary, property))
                    data-fails=[fails(property).then_some("")] {
                    th scope="row" {
                        a href={ "#" (anchor(binary, property)) } {
                            (breakable(&property.description.path))
                        }
                    }
                    @for result in &property.results {
                        (matrix_cell(result))
                    }
                }
            }
        }
    }
}

/// A path that may be broken between its segments.
fn breakable(path: &str) -> Markup {
    html! {
        @for (at, segment) in path.split("::").enumerate() {
            @if at > 0 { "::" wbr; }
            (segment)
        }
    }
}

fn matrix_cell(result: &EngineResult) -> Markup {
    let cell = cell(result);
    html! {
        td class=(tone_class(cell.tone)) {
            span.verdict { (cell.verdict) }
            @if !cell.work.is_empty() {
                span.work { (cell.work) }
            }
        }
    }
}

fn footer(report: &CheckReport) -> Markup {
    html! {
        footer.quiet {
            "proofhouse " (report.proofhouse_version) ", report format "
            (report.format_version) ". Printed or saved, this page needs nothing else."
        }
    }
}

fn fails(property: &PropertyReport) -> bool {
    property.results.iter().any(EngineResult::is_failure)
}

/// Where a property's section is. Paths hold no spaces, and targets of one package differ.
fn anchor(binary: &BinaryReport, property: &PropertyReport) -> String {
    let target = binary.target.to_string().replace(' ', "-");
    let path = property.description.path.replace("::", ".");
    format!("{}.{target}.{path}", binary.package)
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Fair => "fair",
        Tone::Bad => "bad",
        Tone::Unsure => "unsure",
        Tone::Faint | Tone::Strong => "faint",
    }
}
