//! The first and the last lines of a report.

use proofhouse_evidence::{Proof, Verdict};

use crate::document::{CheckReport, PropertyReport};
use crate::quantity::{count, counted, duration};
use crate::style::{Paint, Tone};

/// The version, and the settings that someone needs who wants to run the same again.
pub(crate) fn heading(report: &CheckReport) -> String {
    format!(
        "proofhouse {}: {}\n",
        report.proofhouse_version,
        settings(report)
    )
}

/// The settings, as a list of words.
pub(crate) fn settings(report: &CheckReport) -> String {
    let settings = &report.settings;
    let mut parts = vec![format!("seed {}", settings.seed)];
    if let Some(cases) = settings.cases {
        parts.push(counted(cases, "cases"));
    }
    if settings
        .engines
        .contains(&proofhouse_evidence::Engine::Symbolic)
    {
        parts.push(format!("{} a property", duration(settings.time_ms * 1000)));
    }
    if let Some(size_max) = settings.size_max {
        parts.push(format!("sizes up to {}", count(size_max)));
    }
    if let Some(budget_ms) = settings.budget_ms {
        parts.push(format!("{} for everything", duration(budget_ms * 1000)));
    }
    if let Some(profile) = &settings.native_profile {
        parts.push(format!("native code of the profile `{profile}`"));
    }
    parts.join(", ")
}

/// Engines that could not run at all, and an early end.
pub(crate) fn warnings(report: &CheckReport, paint: Paint) -> String {
    let mut text = String::new();
    for missing in &report.engines_missing {
        text.push_str(&format!(
            "{}: the {} engine did not run: {}\n  help: {}\n",
            paint.paint(Tone::Unsure, "note"),
            missing.engine.name(),
            missing.reason,
            missing.help
        ));
    }
    for weakening in &report.weaker {
        let place = format!("{} ({})", weakening.package, weakening.target);
        text.push_str(&format!(
            "{} than the ledger: {} in {place}: {}, but {} before\n",
            paint.paint(Tone::Bad, "WEAKER"),
            paint.paint(Tone::Strong, &weakening.property),
            weakening.now,
            weakening.before
        ));
    }
    if report.interrupted {
        text.push_str(&format!(
            "{}: interrupted: what is marked `not run` was not checked, or not to its end\n",
            paint.paint(Tone::Unsure, "note")
        ));
    }
    text
}

/// What a property's results amount to, for counting only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Refuted,
    Unhealthy,
    Proved,
    ProvedToBounds,
    ProvedGivenContracts,
    Passed,
    Vacuous,
    Inconclusive,
    NotRun,
}

impl Standing {
    pub(crate) const ALL: [(Self, &'static str, Tone); 9] = [
        (Self::Refuted, "refuted", Tone::Bad),
        (Self::Unhealthy, "unhealthy", Tone::Bad),
        (Self::Proved, "proved", Tone::Good),
        (Self::ProvedToBounds, "proved to bounds", Tone::Good),
        (
            Self::ProvedGivenContracts,
            "proved given contracts",
            Tone::Good,
        ),
        (Self::Passed, "passed", Tone::Fair),
        (Self::Vacuous, "vacuous", Tone::Unsure),
        (Self::Inconclusive, "inconclusive", Tone::Unsure),
        (Self::NotRun, "not run", Tone::Unsure),
    ];

    /// What it is called, and what it means to the reader.
    pub(crate) fn name_and_tone(self) -> (&'static str, Tone) {
        let known = Self::ALL
            .into_iter()
            .find(|(standing, ..)| *standing == self);
        known.map_or(("not run", Tone::Unsure), |(_, name, tone)| (name, tone))
    }

    fn of_verdict(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Refuted { .. } => Self::Refuted,
            Verdict::Unhealthy { .. } => Self::Unhealthy,
            Verdict::Proved {
                proof: Proof::Complete | Proof::AllInputs { .. },
            } => Self::Proved,
            Verdict::Proved {
                proof: Proof::Bounded { contracts, .. },
            } if contracts.is_empty() => Self::ProvedToBounds,
            Verdict::Proved {
                proof: Proof::Bounded { .. },
            } => Self::ProvedGivenContracts,
            Verdict::Passed { .. } => Self::Passed,
            Verdict::Vacuous { .. } => Self::Vacuous,
            Verdict::Inconclusive { .. } => Self::Inconclusive,
            Verdict::NotApplicable { .. } => Self::NotRun,
        }
    }

    /// The most telling verdict: a refutation before a proof, a proof before passed cases.
    pub(crate) fn of(property: &PropertyReport) -> Self {
        property
            .results
            .iter()
            .filter_map(|result| result.outcome.verdict())
            .map(Self::of_verdict)
            .min()
            .unwrap_or(Self::NotRun)
    }
}

/// `28 properties: 1 refuted, 20 proved, 7 passed; 7,168 cases and 312 paths in 12.3 s`.
pub(crate) fn summary(report: &CheckReport, paint: Paint) -> String {
    let standings: Vec<_> = report.properties().map(|(_, p)| Standing::of(p)).collect();
    let mut parts = Vec::new();
    for (standing, name, tone) in Standing::ALL {
        let number = standings.iter().filter(|one| **one == standing).count() as u64;
        if number > 0 {
            parts.push(paint.paint(tone, &format!("{} {name}", count(number))));
        }
    }
    format!(
        "{}: {}; {} in {}\n",
        properties(standings.len() as u64),
        parts.join(", "),
        executed(report),
        duration(report.elapsed_us)
    )
}

fn properties(number: u64) -> String {
    match number {
        1 => "1 property".to_owned(),
        number => format!("{} properties", count(number)),
    }
}

/// Sums of what the journals say was executed.
pub(crate) fn executed(report: &CheckReport) -> String {
    let mut cases = 0;
    let mut discarded = 0;
    let mut paths = 0;
    for (_, property) in report.properties() {
        for result in &property.results {
            cases += result.statistics.generated + result.statistics.replayed;
            discarded += result.statistics.discarded;
            paths += result.statistics.paths;
        }
    }
    let mut parts = Vec::new();
    if cases > 0 || paths == 0 {
        parts.push(counted(cases, "cases"));
    }
    if discarded > 0 {
        parts.push(format!("{} discarded", count(discarded)));
    }
    if paths > 0 {
        parts.push(counted(paths, "paths"));
    }
    parts.join(", ")
}
