//! The bitcode build on real packages: cargo and rustc as they are, our executable as wrapper and
//! linker.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_proofhouse::build::manifest::{LAYOUT_VERSION, Manifest};

/// A workspace in a folder whose name has a space, with a dependency, a build script, a proc macro,
/// and a configuration that has its own ideas about flags, profiles and linkers.
struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("a folder ")
            .tempdir()
            .expect("a folder can be made");
        let fixture = Self { folder };
        fixture.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"shop\", \"helper\", \"magic\"]\nresolver = \"3\"\n\
             [profile.dev]\nopt-level = 3\noverflow-checks = false\n\
             debug-assertions = false\nlto = \"fat\"\n\
             [profile.dev.package.helper]\nopt-level = 3\n",
        );
        // For a named target, cargo gives these flags to that target only; so the linker that does
        // not exist is ours to replace, and nobody else's to run.
        fixture.write(
            ".cargo/config.toml",
            "[build]\nrustflags = [\"--cfg\", \"from_config\", \"-Clinker=/no/such/linker\"]\n",
        );
        fixture.package("helper", "", "pub fn twice(x: u32) -> u32 { x * 2 }\n");
        fixture.package(
            "magic",
            "[lib]\nproc-macro = true\n",
            "#[proc_macro]\npub fn two(_: proc_macro::TokenStream) -> proc_macro::TokenStream \
             { \"2u32\".parse().unwrap() }\n",
        );
        fixture.package(
            "shop",
            "[dependencies]\nhelper = { path = \"../helper\" }\nmagic = { path = \"../magic\" }\n",
            "#[cfg(not(from_config))]\ncompile_error!(\"the user's flags are gone\");\n\
             #[cfg(not(debug_assertions))]\ncompile_error!(\"the checks are gone\");\n\
             pub const BUILT: &str = env!(\"BUILT_BY_SCRIPT\");\n\
             pub fn four() -> u32 { helper::twice(magic::two!()) }\n\
             #[test]\nfn it_is_four() { assert_eq!(four(), 4); }\n",
        );
        fixture.write(
            "shop/build.rs",
            "fn main() { println!(\"cargo::rustc-env=BUILT_BY_SCRIPT=yes\"); }\n",
        );
        fixture
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        let folder = path.parent().expect("files lie in folders");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn package(&self, name: &str, more: &str, source: &str) {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}"
        );
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.write(&format!("{name}/src/lib.rs"), source);
    }

    /// Builds as the command does, and returns the paths of the test executables.
    fn build(&self, package: &str) -> Vec<PathBuf> {
        let output = Command::new(env!("CARGO"))
            .args([
                "test",
                "--no-run",
                "--lib",
                "--offline",
                "--message-format=json",
            ])
            .args(["-p", package, "--target", &host()])
            .arg("--target-dir")
            .arg(self.path("target/bit code"))
            .env("PROOFHOUSE_ROLE", "rustc-wrapper")
            .env("RUSTC_WRAPPER", env!("CARGO_BIN_EXE_cargo-proofhouse"))
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .current_dir(self.folder.path())
            .output()
            .expect("cargo can be run");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{stderr}\n{stdout}");
        stdout
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
            .collect()
    }
}

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc can be run");
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc names its host").to_owned()
}

fn manifest_at(path: &Path) -> Manifest {
    Manifest::read(path)
        .expect("it can be read")
        .expect("it is a manifest")
}

fn is_bitcode(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"BC\xc0\xde"))
}

#[test]
fn a_test_binary_becomes_a_manifest_of_bitcode() {
    let fixture = Fixture::new();
    let executables = fixture.build("shop");
    assert_eq!(executables.len(), 1, "{executables:?}");
    let manifest = manifest_at(&executables[0]);
    assert_eq!(manifest.proofhouse_layout, LAYOUT_VERSION);
    assert!(!manifest.objects.is_empty());
    for object in &manifest.objects {
        assert!(is_bitcode(object), "{}", object.display());
    }
    let has_archive = |name: &str| {
        manifest.archives.iter().any(|archive| {
            assert!(archive.exists(), "{}", archive.display());
            let file = archive.file_name().map(|file| file.to_string_lossy());
            file.is_some_and(|file| file.starts_with(name))
        })
    };
    for name in ["libhelper-", "libstd-", "libcore-", "libtest-"] {
        assert!(
            has_archive(name),
            "{name} is missing: {:?}",
            manifest.archives
        );
    }
    assert!(
        !has_archive("libmagic"),
        "a proc macro is no part of the program"
    );
}

#[test]
fn a_second_build_changes_nothing_and_a_change_builds_anew() {
    let fixture = Fixture::new();
    let contents = |manifest: &Manifest| -> Vec<Vec<u8>> {
        let objects = manifest.objects.iter();
        objects
            .map(|path| fs::read(path).expect("the objects are kept"))
            .collect()
    };
    let first = manifest_at(&fixture.build("shop")[0]);
    let before = contents(&first);
    let second = manifest_at(&fixture.build("shop")[0]);
    assert_eq!(first, second);
    assert_eq!(before, contents(&second));
    fixture.write(
        "shop/src/lib.rs",
        "#[test]\nfn another() { assert_eq!(helper::twice(3) + magic::two!(), 8); }\n",
    );
    let third = manifest_at(&fixture.build("shop")[0]);
    assert_ne!(before, contents(&third));
}

#[test]
fn a_proc_macros_own_tests_stay_a_program() {
    let fixture = Fixture::new();
    let executables = fixture.build("magic");
    assert_eq!(executables.len(), 1, "{executables:?}");
    assert_eq!(
        Manifest::read(&executables[0]).expect("it can be read"),
        None
    );
}
