//! One profile: settings of which each may be left to the next layer.

use std::num::NonZeroUsize;
use std::time::Duration;

use proofhouse_evidence::Engine;
use serde_json::{Map, Value};

use super::ConfigError;

/// One layer of settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    /// The engines.
    pub engines: Option<Vec<Engine>>,
    /// Whether properties that are marked `#[ignore]` run.
    pub include_ignored: Option<bool>,
    /// Whether nothing new is begun once a property has failed.
    pub fail_fast: Option<bool>,
    /// Random cases for each property.
    pub cases: Option<u64>,
    /// The seed of everything random.
    pub seed: Option<u64>,
    /// The symbolic engine's time for one property in a check.
    pub time: Option<Duration>,
    /// The same for `prove`.
    pub prove_time: Option<Duration>,
    /// The time for everything together.
    pub budget: Option<Duration>,
    /// The largest size to prove up to.
    pub size_max: Option<u64>,
    /// The time after which a native case counts as hanging.
    pub case_time: Option<Duration>,
    /// A native engine's time for one property.
    pub native_time: Option<Duration>,
    /// The memory of each process that checks a property, in MiB.
    pub memory: Option<u64>,
    /// Properties at the same time.
    pub jobs: Option<NonZeroUsize>,
}

/// The keys of a profile. Each but `prove-time` means what the option of its name means.
pub const KEYS: [&str; 13] = [
    "engines",
    "include-ignored",
    "fail-fast",
    "cases",
    "seed",
    "time",
    "prove-time",
    "budget",
    "size-max",
    "case-time",
    "native-time",
    "memory",
    "jobs",
];

/// With less a process does not even start.
const MEMORY_MIB_MIN: u64 = 64;

impl Profile {
    /// The profiles that exist without being defined.
    pub const BUILT_IN: [&'static str; 3] = ["default", "ci", "nightly"];

    /// A profile that exists without being defined: `ci` takes a minute a property, `nightly` ten.
    pub fn built_in(name: &str) -> Option<Self> {
        let minutes = |minutes: u64| Some(Duration::from_secs(60 * minutes));
        match name {
            "default" => Some(Self::default()),
            "ci" => Some(Self {
                time: minutes(1),
                ..Self::default()
            }),
            "nightly" => Some(Self {
                time: minutes(10),
                prove_time: minutes(60),
                native_time: minutes(20),
                ..Self::default()
            }),
            _ => None,
        }
    }

    /// These settings, and those of `base` where there are none.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        let Self {
            engines,
            include_ignored,
            fail_fast,
            cases,
            seed,
            time,
            prove_time,
            budget,
            size_max,
            case_time,
            native_time,
            memory,
            jobs,
        } = self;
        Self {
            engines: engines.or(base.engines),
            include_ignored: include_ignored.or(base.include_ignored),
            fail_fast: fail_fast.or(base.fail_fast),
            cases: cases.or(base.cases),
            seed: seed.or(base.seed),
            time: time.or(base.time),
            prove_time: prove_time.or(base.prove_time),
            budget: budget.or(base.budget),
            size_max: size_max.or(base.size_max),
            case_time: case_time.or(base.case_time),
            native_time: native_time.or(base.native_time),
            memory: memory.or(base.memory),
            jobs: jobs.or(base.jobs),
        }
    }

    pub(super) fn of(place: &str, table: &Map<String, Value>) -> Result<Self, ConfigError> {
        let mut profile = Self::default();
        for (key, value) in table {
            let field = Field {
                place: format!("{place}.{key}"),
                value,
            };
            match key.as_str() {
                "engines" => profile.engines = Some(field.engines()?),
                "include-ignored" => profile.include_ignored = Some(field.switch()?),
                "fail-fast" => profile.fail_fast = Some(field.switch()?),
                "cases" => profile.cases = Some(field.number(1)?),
                "seed" => profile.seed = Some(field.number(0)?),
                "time" => profile.time = Some(field.seconds()?),
                "prove-time" => profile.prove_time = Some(field.seconds()?),
                "budget" => profile.budget = Some(field.seconds()?),
                "size-max" => profile.size_max = Some(field.number(1)?),
                "case-time" => profile.case_time = Some(field.seconds()?),
                "native-time" => profile.native_time = Some(field.seconds()?),
                "memory" => profile.memory = Some(field.number(MEMORY_MIB_MIN)?),
                "jobs" => {
                    let jobs = usize::try_from(field.number(1)?).ok();
                    profile.jobs = jobs.and_then(NonZeroUsize::new);
                }
                _ => {
                    return Err(ConfigError::UnknownKey {
                        place: place.to_owned(),
                        key: key.clone(),
                        known: KEYS.map(str::to_owned).to_vec(),
                    });
                }
            }
        }
        Ok(profile)
    }
}

/// One value and where it stands.
struct Field<'config> {
    place: String,
    value: &'config Value,
}

impl Field<'_> {
    fn bad(&self, expected: &'static str) -> ConfigError {
        ConfigError::BadValue {
            place: self.place.clone(),
            expected,
        }
    }

    fn switch(&self) -> Result<bool, ConfigError> {
        self.value
            .as_bool()
            .ok_or_else(|| self.bad("`true` or `false`"))
    }

    fn number(&self, minimum: u64) -> Result<u64, ConfigError> {
        let number = self.value.as_u64().filter(|number| *number >= minimum);
        number.ok_or_else(|| {
            self.bad(match minimum {
                0 => "a number",
                1 => "a number from 1",
                _ => "a number of MiB from 64",
            })
        })
    }

    fn seconds(&self) -> Result<Duration, ConfigError> {
        let seconds = self.value.as_f64();
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration
            .filter(|duration| !duration.is_zero())
            .ok_or_else(|| self.bad("a number of seconds"))
    }

    fn engines(&self) -> Result<Vec<Engine>, ConfigError> {
        let names = self.value.as_array().filter(|names| !names.is_empty());
        let names = names.ok_or_else(|| self.bad("a list of engines"))?;
        let engine = |value: &Value| {
            let name = value
                .as_str()
                .ok_or_else(|| self.bad("a list of engines"))?;
            let mut known = Engine::SELECTABLE.into_iter();
            known
                .find(|engine| engine.name() == name)
                .ok_or_else(|| ConfigError::UnknownKey {
                    place: self.place.clone(),
                    key: name.to_owned(),
                    known: Engine::SELECTABLE
                        .map(|engine| engine.name().to_owned())
                        .to_vec(),
                })
        };
        names.iter().map(engine).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key is read, and what is read is not lost when layers are laid over each other.
    #[test]
    fn every_key_reaches_the_result() {
        for key in KEYS {
            let value = match key {
                "engines" => serde_json::json!(["random"]),
                "include-ignored" | "fail-fast" => Value::Bool(true),
                _ => serde_json::json!(77),
            };
            let table = Map::from_iter([(key.to_owned(), value)]);
            let profile = Profile::of("p", &table).unwrap();
            assert_ne!(profile, Profile::default(), "{key} is read");
            assert_eq!(profile.clone().over(Profile::default()), profile);
            assert_eq!(Profile::default().over(profile.clone()), profile);
        }
    }
}
