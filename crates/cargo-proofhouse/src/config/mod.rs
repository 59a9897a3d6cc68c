//! The workspace's own settings: profiles in `proofhouse.toml` or in the workspace's manifest.
//!
//! ```toml
//! [profile.default]       # every run
//! time = 30               # seconds for a proof of one property
//!
//! [profile.ci]            # `--profile ci`, over the default
//! budget = 600
//! engines = ["random", "exhaustive"]
//! ```
//!
//! The same tables may stand under `[workspace.metadata.proofhouse]` in `Cargo.toml`, in place of the
//! file and not beside it. A profile named on the command line is laid over `default`; options on the
//! command line are laid over both.
//!
//! # Invariants
//!
//! - A key that does not exist is an error that names the nearest one, never ignored.
//! - What one layer does not say is the next one's to say (`profile::tests`).

mod error;
mod profile;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, str};

use serde_json::{Map, Value};

pub use error::ConfigError;
pub use profile::{KEYS, Profile};

/// The name of the file in the workspace's root.
pub const FILE_NAME: &str = "proofhouse.toml";

/// The profiles of a workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    profiles: Vec<(String, Profile)>,
}

impl Config {
    /// Reads the settings of the workspace in `root`, whose manifest holds `metadata`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for everything that is not understood.
    pub fn read(root: &Path, metadata: &Value) -> Result<Self, ConfigError> {
        let path = root.join(FILE_NAME);
        let in_manifest = metadata.get("proofhouse");
        let text = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let place = "workspace.metadata.proofhouse";
                return in_manifest.map_or(Ok(Self::default()), |value| Self::of(place, value));
            }
            Err(error) => return Err(unreadable(path, &error)),
        };
        if in_manifest.is_some() {
            return Err(ConfigError::Twice { path });
        }
        let text = str::from_utf8(&text).map_err(|error| unreadable(path.clone(), &error))?;
        let value: Value = toml::from_str(text).map_err(|error| ConfigError::Unreadable {
            path,
            reason: one_line(&error.to_string()),
        })?;
        Self::of(FILE_NAME, &value)
    }

    fn of(place: &str, value: &Value) -> Result<Self, ConfigError> {
        let mut profiles = Vec::new();
        for (key, value) in table(place, value)? {
            if key != "profile" {
                return Err(ConfigError::UnknownKey {
                    place: place.to_owned(),
                    key: key.clone(),
                    known: vec!["profile".to_owned()],
                });
            }
            let place = format!("{place}: profile");
            for (name, value) in table(&place, value)? {
                let place = format!("{place}.{name}");
                let profile = Profile::of(&place, table(&place, value)?)?;
                profiles.push((name.clone(), profile));
            }
        }
        Ok(Self { profiles })
    }

    /// The settings of a profile over those of `default`, the workspace's before the built-in ones.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnknownProfile`] when nobody defines it.
    pub fn profile(&self, name: Option<&str>) -> Result<Profile, ConfigError> {
        let own = |name: &str| {
            let mut profiles = self.profiles.iter();
            let found = profiles.find(|(known, _)| known == name);
            found.map(|(_, profile)| profile.clone())
        };
        let default = own("default").unwrap_or_default();
        let Some(name) = name.filter(|name| *name != "default") else {
            return Ok(default);
        };
        let built_in = Profile::built_in(name);
        if built_in.is_none() && own(name).is_none() {
            return Err(ConfigError::UnknownProfile {
                name: name.to_owned(),
                known: self.names(),
            });
        }
        let named = own(name).unwrap_or_default();
        Ok(named.over(built_in.unwrap_or_default()).over(default))
    }

    /// The names of all profiles.
    fn names(&self) -> Vec<String> {
        let built_in = Profile::BUILT_IN.iter().map(|name| (*name).to_owned());
        let mut names: Vec<String> = built_in
            .chain(self.profiles.iter().map(|(name, _)| name.clone()))
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

fn unreadable(path: PathBuf, error: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Unreadable {
        path,
        reason: error.to_string(),
    }
}

/// The parser draws the line and points at the place; a clause has room for the words only.
fn one_line(message: &str) -> String {
    let place = message.lines().next().unwrap_or_default();
    let words = message.lines().last().unwrap_or_default();
    format!("{place}: {words}")
}

fn table<'value>(
    place: &str,
    value: &'value Value,
) -> Result<&'value Map<String, Value>, ConfigError> {
    value.as_object().ok_or_else(|| ConfigError::BadValue {
        place: place.to_owned(),
        expected: "a table",
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proofhouse_evidence::Engine;

    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE_NAME), text).unwrap();
        Config::read(folder.path(), &Value::Null)
    }

    #[test]
    fn profiles_are_laid_over_each_other() {
        let config = read(
            "[profile.default]\ntime = 30\ncases = 9\n[profile.ci]\ntime = 0.5\n\
             engines = [\"symbolic\", \"random\"]\n[profile.mine]\njobs = 1\n",
        )
        .unwrap();
        let default = config.profile(None).unwrap();
        assert_eq!(default.time, Some(Duration::from_secs(30)));
        let ci = config.profile(Some("ci")).unwrap();
        assert_eq!(ci.time, Some(Duration::from_millis(500)));
        assert_eq!(ci.cases, Some(9), "the default stands behind it");
        assert_eq!(ci.engines, Some(vec![Engine::Symbolic, Engine::Random]));
        let nightly = config.profile(Some("nightly")).unwrap();
        assert_eq!(nightly.time, Some(Duration::from_secs(600)), "built in");
        let mine = config.profile(Some("mine")).unwrap();
        assert_eq!(mine.time, Some(Duration::from_secs(30)));
    }

    #[test]
    fn mistakes_name_their_place_and_the_nearest_name() {
        let rows = [
            (
                "[profil.ci]",
                "config/unknown-key",
                "did you mean `profile`?",
            ),
            (
                "[profile.ci]\nfial-fast = true",
                "config/unknown-key",
                "did you mean `fail-fast`?",
            ),
            (
                "[profile.ci]\ntime = \"long\"",
                "config/bad-value",
                "`time = 30`",
            ),
            (
                "[profile.ci]\nengines = [\"symbolik\"]",
                "config/unknown-key",
                "did you mean `symbolic`?",
            ),
            ("[profile.ci]\nmemory = 1", "config/bad-value", ""),
            ("[profile.ci\n", "config/unreadable", "TOML"),
            ("profile = 3", "config/bad-value", ""),
        ];
        for (text, code, help) in rows {
            let error = read(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}: {error}");
            assert!(error.help().contains(help), "{text}: {}", error.help());
        }
        let error = read("").unwrap().profile(Some("nigthly")).unwrap_err();
        assert_eq!(error.code(), "config/unknown-profile");
        assert!(error.help().contains("did you mean `nightly`?"));
    }

    #[test]
    fn the_manifest_may_hold_the_settings_in_place_of_the_file() {
        let metadata = serde_json::json!({"proofhouse": {"profile": {"default": {"jobs": 3}}}});
        let folder = tempfile::tempdir().unwrap();
        let config = Config::read(folder.path(), &metadata).unwrap();
        let jobs = config.profile(None).unwrap().jobs;
        assert_eq!(jobs.map(std::num::NonZeroUsize::get), Some(3));
        fs::write(folder.path().join(FILE_NAME), "").unwrap();
        let error = Config::read(folder.path(), &metadata).unwrap_err();
        assert_eq!(error.code(), "config/twice");
    }
}
