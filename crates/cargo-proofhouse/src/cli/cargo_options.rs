//! The options that are cargo's own, in cargo's words and with cargo's meaning.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, Args};

use crate::build::cargo::Selection;

/// Which workspace, and how cargo resolves it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct WorkspaceArguments {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// Require that Cargo.lock is up to date and, for a check, that nothing is weaker than in
    /// proofhouse.lock
    #[arg(long)]
    pub locked: bool,
    /// Work without network access
    #[arg(long)]
    pub offline: bool,
    /// Both of the above
    #[arg(long)]
    pub frozen: bool,
}

/// Which features, and which profile for what runs natively.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct BuildArguments {
    /// Features to activate
    #[arg(short = 'F', long, value_name = "FEATURES", action = ArgAction::Append)]
    pub features: Vec<String>,
    /// Activate all features
    #[arg(long)]
    pub all_features: bool,
    /// Do not activate the `default` feature
    #[arg(long)]
    pub no_default_features: bool,
    /// Run native engines with optimisations: `--cargo-profile release`
    #[arg(short, long, conflicts_with = "cargo_profile")]
    pub release: bool,
    /// Cargo's profile for native engines [default: test]; the symbolic engine always explores the
    /// test profile
    #[arg(long, value_name = "NAME")]
    pub cargo_profile: Option<String>,
}

/// Which packages and targets, in cargo's own terms.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Cargo options")]
pub struct SelectionArguments {
    /// Package to check; may be given several times
    #[arg(short, long, value_name = "PACKAGE", action = ArgAction::Append)]
    pub package: Vec<String>,
    /// All packages of the workspace
    #[arg(long, visible_alias = "all")]
    pub workspace: bool,
    /// Packages to leave out, with `--workspace`
    #[arg(long, value_name = "PACKAGE", requires = "workspace", action = ArgAction::Append)]
    pub exclude: Vec<String>,
    /// Only the library
    #[arg(long)]
    pub lib: bool,
    /// Only this test target (a file in `tests/`); may be given several times
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub test: Vec<String>,
    /// Only this binary's tests; may be given several times
    #[arg(long, value_name = "NAME", action = ArgAction::Append)]
    pub bin: Vec<String>,
    /// Which workspace.
    #[command(flatten)]
    pub workspace_options: WorkspaceArguments,
    /// Which features.
    #[command(flatten)]
    pub features: BuildArguments,
}

impl WorkspaceArguments {
    /// The same in cargo's words.
    pub fn options(&self) -> Vec<OsString> {
        let mut options = Vec::new();
        if let Some(path) = &self.manifest_path {
            options.push("--manifest-path".into());
            options.push(path.into());
        }
        let flags = [
            (self.locked, "--locked"),
            (self.offline, "--offline"),
            (self.frozen, "--frozen"),
        ];
        options.extend(
            flags
                .into_iter()
                .filter(|flag| flag.0)
                .map(|flag| flag.1.into()),
        );
        options
    }

    /// The selection that only says which workspace.
    pub fn to_selection(&self) -> Selection {
        Selection {
            workspace_options: self.options(),
            ..Selection::default()
        }
    }

    /// The selection of all tests of one package.
    pub fn selection_of(&self, package: &str, features: &BuildArguments) -> Selection {
        let mut target_options: Vec<OsString> = vec!["--tests".into()];
        target_options.extend(features.options());
        Selection {
            workspace_options: self.options(),
            packages: vec![package.to_owned()],
            target_options,
            native_profile: features.native_profile(),
        }
    }
}

impl BuildArguments {
    /// The profile that was asked for.
    pub fn native_profile(&self) -> Option<String> {
        let release = self.release.then(|| "release".to_owned());
        release.or_else(|| self.cargo_profile.clone())
    }

    fn options(&self) -> Vec<OsString> {
        let mut options = Vec::new();
        for features in &self.features {
            options.push("--features".into());
            options.push(features.into());
        }
        if self.all_features {
            options.push("--all-features".into());
        }
        if self.no_default_features {
            options.push("--no-default-features".into());
        }
        options
    }
}

impl SelectionArguments {
    /// The same in cargo's words.
    pub fn to_selection(&self) -> Selection {
        let mut target_options = Vec::new();
        if self.workspace {
            target_options.push("--workspace".into());
        }
        for (option, names) in [
            ("--exclude", &self.exclude),
            ("--test", &self.test),
            ("--bin", &self.bin),
        ] {
            for name in names {
                target_options.push(option.into());
                target_options.push(name.into());
            }
        }
        if self.lib {
            target_options.push("--lib".into());
        } else if self.test.is_empty() && self.bin.is_empty() {
            // Cargo's own default, without building the examples.
            target_options.push("--tests".into());
        }
        target_options.extend(self.features.options());
        Selection {
            workspace_options: self.workspace_options.options(),
            packages: self.package.clone(),
            target_options,
            native_profile: self.features.native_profile(),
        }
    }

    /// Whether the user chose targets.
    pub fn has_targets(&self) -> bool {
        self.lib || !self.test.is_empty() || !self.bin.is_empty()
    }
}
