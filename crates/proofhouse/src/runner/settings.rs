//! What the environment asks of a test process.
//!
//! The variables are an agreement with the command, and a comfort for people: each of them works
//! with plain `cargo test`.

use std::path::PathBuf;

use proofhouse_choice::token::Token;

use super::RunnerError;

/// How one test process should check its properties.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The engine that was asked for; none means: as plain `cargo test`.
    pub(crate) engine: Option<EngineChoice>,
    /// How many random cases.
    pub(crate) cases: Option<u64>,
    /// The seed of the random cases.
    pub(crate) seed: Option<u64>,
    /// How long random cases may take, in milliseconds.
    pub(crate) time_ms: Option<u64>,
    /// How many inputs may be enumerated.
    pub(crate) inputs_max: Option<u64>,
    /// How many failures of different origins are looked for.
    pub(crate) failures_max: Option<u64>,
    /// The one case to run.
    pub(crate) replay: Option<Token>,
    /// Whether only the arguments of that case are wanted.
    pub(crate) only_draws: bool,
    /// Whether failures are shrunk, if that was said.
    pub(crate) shrinks: Option<bool>,
    /// Whether random cases use constants of the package's sources.
    pub(crate) uses_constants: bool,
    /// Whether failures are kept with the source.
    pub(crate) keeps: bool,
    /// How many executions shrinking may take.
    pub(crate) shrink_max: Option<u64>,
    /// How long shrinking may take, in milliseconds.
    pub(crate) shrink_ms: Option<u64>,
    /// Whether counts of what was tested are printed.
    pub(crate) is_verbose: bool,
    /// The journal.
    pub(crate) events: Option<PathBuf>,
    /// The write-ahead file.
    pub(crate) case_file: Option<PathBuf>,
    /// A file of cases that the random engine runs and varies, in place of random ones.
    pub(crate) starts: Option<PathBuf>,
}

/// An engine that runs in the test process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineChoice {
    Random,
    Exhaustive,
    Replay,
}

impl Settings {
    /// The settings of this process.
    pub(crate) fn from_environment() -> Result<Self, RunnerError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// The settings that `variable` gives by name.
    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, RunnerError> {
        let number = |name: &'static str| {
            variable(name).map(|value| {
                value.parse::<u64>().map_err(|_| RunnerError::BadVariable {
                    name,
                    value,
                    expected: "a number",
                })
            })
        };
        let switch = |name| variable(name).map(|value| switch(name, value)).transpose();
        let replay = variable("PROOFHOUSE_REPLAY").map(|text| text.parse::<Token>());
        let mut settings = Self {
            engine: variable("PROOFHOUSE_ENGINE")
                .map(engine_named)
                .transpose()?,
            cases: number("PROOFHOUSE_CASES").transpose()?,
            seed: number("PROOFHOUSE_SEED").transpose()?,
            time_ms: number("PROOFHOUSE_TIME_MS").transpose()?,
            inputs_max: number("PROOFHOUSE_INPUTS_MAX").transpose()?,
            failures_max: number("PROOFHOUSE_FAILURES_MAX").transpose()?,
            replay: replay.transpose().map_err(RunnerError::BadToken)?,
            only_draws: switch("PROOFHOUSE_ONLY_DRAW")?.unwrap_or(false),
            shrinks: switch("PROOFHOUSE_SHRINK")?,
            uses_constants: switch("PROOFHOUSE_CONSTANTS")?.unwrap_or(true),
            keeps: switch("PROOFHOUSE_KEEP")?.unwrap_or(false),
            shrink_max: number("PROOFHOUSE_SHRINK_MAX").transpose()?,
            shrink_ms: number("PROOFHOUSE_SHRINK_MS").transpose()?,
            is_verbose: switch("PROOFHOUSE_VERBOSE")?.unwrap_or(false),
            events: variable("PROOFHOUSE_EVENTS").map(PathBuf::from),
            case_file: variable("PROOFHOUSE_CASE_FILE").map(PathBuf::from),
            starts: variable("PROOFHOUSE_STARTS").map(PathBuf::from),
        };
        if settings.replay.is_some() {
            settings.engine = Some(EngineChoice::Replay);
        }
        Ok(settings)
    }
}

fn engine_named(name: String) -> Result<EngineChoice, RunnerError> {
    match name.as_str() {
        "random" => Ok(EngineChoice::Random),
        "exhaustive" => Ok(EngineChoice::Exhaustive),
        "replay" => Ok(EngineChoice::Replay),
        _ => Err(RunnerError::BadVariable {
            name: "PROOFHOUSE_ENGINE",
            value: name,
            expected: "`random`, `exhaustive` or `replay`",
        }),
    }
}

fn switch(name: &'static str, value: String) -> Result<bool, RunnerError> {
    match value.as_str() {
        "1" => Ok(true),
        "0" => Ok(false),
        _ => Err(RunnerError::BadVariable {
            name,
            value,
            expected: "`0` or `1`",
        }),
    }
}

#[cfg(test)]
mod tests {
    use proofhouse_choice::token;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, RunnerError> {
        Settings::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_variable_is_read() {
        let token = token::encode("shop", "cart::prop", &[]);
        let settings = read(&[
            ("PROOFHOUSE_CASES", "12"),
            ("PROOFHOUSE_SEED", "18446744073709551615"),
            ("PROOFHOUSE_INPUTS_MAX", "7"),
            ("PROOFHOUSE_TIME_MS", "8"),
            ("PROOFHOUSE_FAILURES_MAX", "2"),
            ("PROOFHOUSE_SHRINK_MAX", "9"),
            ("PROOFHOUSE_SHRINK_MS", "10"),
            ("PROOFHOUSE_KEEP", "1"),
            ("PROOFHOUSE_VERBOSE", "1"),
            ("PROOFHOUSE_REPLAY", &token),
            ("PROOFHOUSE_SHRINK", "1"),
            ("PROOFHOUSE_ONLY_DRAW", "1"),
            ("PROOFHOUSE_EVENTS", "/e"),
            ("PROOFHOUSE_CASE_FILE", "/c"),
            ("PROOFHOUSE_STARTS", "/s"),
        ])
        .unwrap();
        assert_eq!((settings.cases, settings.seed), (Some(12), Some(u64::MAX)));
        assert_eq!(
            (settings.inputs_max, settings.shrinks),
            (Some(7), Some(true))
        );
        let limits = (settings.time_ms, settings.shrink_max, settings.shrink_ms);
        assert_eq!(limits, (Some(8), Some(9), Some(10)));
        assert_eq!(settings.failures_max, Some(2));
        assert_eq!(settings.starts, Some(PathBuf::from("/s")));
        assert!(settings.keeps && settings.is_verbose && settings.only_draws);
        assert_eq!(settings.replay.unwrap().property, "cart::prop");
        assert_eq!(settings.engine, Some(EngineChoice::Replay));
        assert_eq!(settings.events, Some(PathBuf::from("/e")));
        assert_eq!(settings.case_file, Some(PathBuf::from("/c")));
        let settings = read(&[("PROOFHOUSE_ENGINE", "exhaustive")]).unwrap();
        assert_eq!(settings.engine, Some(EngineChoice::Exhaustive));
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        let check = |name, value, code| {
            let error = read(&[(name, value)]).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(!error.help().is_empty());
        };
        check("PROOFHOUSE_CASES", "many", "runner/bad-variable");
        check("PROOFHOUSE_ENGINE", "fast", "runner/bad-variable");
        check("PROOFHOUSE_SHRINK", "yes", "runner/bad-variable");
        check("PROOFHOUSE_KEEP", "all", "runner/bad-variable");
        check("PROOFHOUSE_REPLAY", "nonsense", "token/not-a-token");
    }
}
