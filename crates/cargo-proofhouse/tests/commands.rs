//! The subcommands besides `check` and `replay`, and what a check writes.

#![cfg(unix)]

mod zoo;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proofhouse_choice::{Choice, token};
use proofhouse_report::CheckReport;

/// A folder for one test, empty.
fn scratch(name: &str) -> PathBuf {
    let folder = zoo::folder().parent().expect("it lies in one").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn run_ok(arguments: &[&str]) -> zoo::Ran {
    let ran = zoo::run(arguments);
    assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
    ran
}

#[test]
fn a_counterexample_becomes_a_test_that_fails() {
    let report = scratch("promoted").join("report.json");
    let report = report.to_str().expect("text");
    let source = zoo::folder().join("young/src/lib.rs");
    let check = ["check", "-p", "young", "--engine", "random", "--seed", "1"];
    let ran = zoo::run(&[&check[..], &["--json", report]].concat());
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let report = fs::read_to_string(report).expect("it is written");
    let report = CheckReport::from_json(&report).expect("a report");
    let token_of = |name: &str| {
        let mut properties = report.properties().map(|(_, property)| property);
        let property = properties.find(|one| one.description.path.ends_with(name));
        let finding = &proofhouse_report::merged_findings(property.expect("it is there"))[0];
        finding.finding.counterexample.token.clone()
    };

    let plain = token_of("prop_plain");
    let dry = run_ok(&["promote", &plain, "--dry-run"]);
    assert!(
        dry.stdout
            .contains("fn prop_plain_counterexample() -> Result<(), String> {")
    );
    assert_eq!(
        fs::read_to_string(&source).expect("it is there"),
        zoo::YOUNG
    );
    let ran = run_ok(&["promote", &plain]);
    assert!(
        ran.stderr
            .contains("Written tests::prop_plain_counterexample in young/src/lib.rs"),
        "{}",
        ran.stderr
    );
    let text = fs::read_to_string(&source).expect("it is there");
    for expected in [
        "    #[test]\n    fn prop_plain_counterexample() -> Result<(), String> {\n",
        "        let name: String = String::from(\"a\");\n",
        "        let list: Vec<u16> = vec![300];\n",
        "        let colour: Colour = Colour::Mix(0, false);\n        // Every list",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    let again = run_ok(&["promote", &plain]);
    assert!(again.stderr.contains("holds this token already"));

    // What is printed is no expression.
    let opaque = token_of("prop_opaque");
    run_ok(&["promote", &opaque]);
    let text = fs::read_to_string(&source).expect("it is there");
    let expected = format!("#[property]\n    #[regression(\"{opaque}\")]\n    fn prop_opaque(");
    assert!(text.contains(&expected), "{text}");

    let holds = token::encode("young", "tests::prop_holds", &[Choice::Boolean(true)]);
    let ran = zoo::run(&["promote", &holds]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("error[promote/does-not-fail]: "),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read_to_string(&source).expect("it is there"), text);
    fs::write(&source, zoo::YOUNG).expect("it can be written");
}

#[test]
fn a_package_without_properties_gets_its_first_one() {
    let folder = scratch("newborn");
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proofhouse");
    let manifest = "[package]\nname = \"newborn\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                    [workspace]\n\n# A remark.\n[dependencies]\n";
    fs::write(folder.join("Cargo.toml"), manifest).expect("it can be written");
    fs::create_dir(folder.join("src")).expect("a folder can be made");
    fs::write(folder.join("src/lib.rs"), "").expect("it can be written");
    fs::write(folder.join(".gitignore"), "/target").expect("it can be written");
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("it can be copied");
    let run = |arguments: &[&str]| -> zoo::Ran {
        let mut command = zoo::command(arguments);
        command.current_dir(&folder);
        // Built once for all fixtures.
        command.env("CARGO_TARGET_DIR", zoo::folder().join("target"));
        command.output().expect("the command can be started").into()
    };
    let library = library.to_str().expect("text");
    let init = ["init", "--library", library, "--offline"];
    let ran = run(&init);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("it is there");
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("# A remark.") && manifest.contains("[dev-dependencies]"));
    assert_eq!(read(".gitignore"), "/target\n.proofhouse/\n");
    assert!(read(".github/workflows/proofhouse.yml").contains("cargo proofhouse check"));
    let checked = run(&["check", "--engine", "random", "--offline"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    assert!(
        checked.stdout.contains("sorting_keeps_every_element"),
        "{}",
        checked.stdout
    );

    fs::write(folder.join("tests/properties.rs"), "// mine\n").expect("it can be written");
    let ran = run(&init);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(
        read("tests/properties.rs"),
        "// mine\n",
        "what exists is kept"
    );
    assert_eq!(read(".gitignore"), "/target\n.proofhouse/\n");
}

#[test]
fn a_check_writes_reports_and_the_last_one_is_rendered_again() {
    let folder = scratch("reports");
    let file = |name: &str| folder.join(name).to_str().expect("text").to_owned();
    let (html, junit, json) = (file("a.html"), file("a.xml"), file("a.json"));
    let mut arguments = vec!["check", "-p", "zoo", "--engine", "random", "--github"];
    arguments.extend(["--html", &html, "--junit", &junit, "--json", &json]);
    arguments.extend(["prop_covers", "tests::prop_panics", "tests::prop_holds*"]);
    let ran = zoo::run(&arguments);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("::error file=zoo/src/lib.rs,line=19,title=tests%3A%3Aprop_panics::refuted"),
        "{}",
        ran.stdout
    );
    let read = |path: &str| fs::read_to_string(path).expect("it is written");
    let page = read(&html);
    for expected in [
        "<!DOCTYPE html>",
        "Numbers stay below a thousand.",
        "assert!(x &lt; 1000,",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(read(&junit).contains("<testsuite name=\"zoo (lib)\" tests=\"4\" failures=\"2\""));
    let report = CheckReport::from_json(&read(&json)).expect("a report");
    assert_eq!(report.properties().count(), 4);

    for (format, expected) in [
        ("text", "REFUTED tests::prop_panics"),
        ("html", "prop_panics"),
        ("junit", "<testsuites"),
        ("github", "::error"),
        ("json", "\"format_version\""),
    ] {
        let ran = run_ok(&["report", "--format", format, "--input", &json]);
        assert!(ran.stdout.contains(expected), "{format}: {}", ran.stdout);
    }
    let ran = zoo::run(&["report", "--input", "Cargo.toml"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("error[report/not-a-report]"),
        "{}",
        ran.stderr
    );
    let ran = zoo::run(&["check", "-p", "zoo", "--html", "/no/such/folder/a.html"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("error[usage/no-access]"),
        "{}",
        ran.stderr
    );
}

/// A workspace of its own: one package that depends on the library, with an empty `src`.
fn workspace(folder: &str, package: &str) -> PathBuf {
    let folder = scratch(folder);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = root
        .join("../proofhouse")
        .canonicalize()
        .expect("it is there");
    let manifest = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dev-dependencies]\nproofhouse = {{ path = {library:?} }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).expect("written");
    fs::create_dir(folder.join("src")).expect("a folder can be made");
    let lock = root.join("../../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("it can be copied");
    folder
}

/// The ledger and the settings belong to a workspace, so this test has one of its own.
#[test]
fn what_is_weaker_than_the_ledger_fails_a_locked_check() {
    let folder = workspace("ledger", "kept");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    let source = |gone: &str, inputs: &str| {
        format!(
            "#[cfg(test)]\nmod tests {{\n    use proofhouse::prelude::*;\n\n    #[property]\n    \
             fn prop_small(x: {inputs}) {{ assert!(x == x); }}\n\n    #[property]\n    \
             fn {gone}(x: u64) {{ assert!(x == x); }}\n}}\n"
        )
    };
    write("src/lib.rs", &source("prop_kept", "u8"));
    let settings = "[profile.default]\nengines = [\"random\", \"exhaustive\"]\nseed = 1\n";
    write("proofhouse.toml", settings);
    let run = |arguments: &[&str]| -> zoo::Ran {
        let mut command = zoo::command(&[&["check"], arguments].concat());
        command.current_dir(&folder);
        command.env("CARGO_TARGET_DIR", zoo::folder().join("target"));
        command.output().expect("the command can be started").into()
    };
    let ran = run(&["--write-ledger"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout.contains("seed 1"),
        "the settings are read: {}",
        ran.stdout
    );
    let ledger = fs::read_to_string(folder.join("proofhouse.lock")).expect("it is written");
    assert!(
        ledger.contains("path = \"tests::prop_small\"\nverdict = \"proved\"\n"),
        "{ledger}"
    );
    assert!(
        ledger.contains("path = \"tests::prop_kept\"\nverdict = \"passed\"\n"),
        "{ledger}"
    );
    assert_eq!(run(&["--locked"]).code, 0);

    // A proof is lost, and a property is gone.
    write("src/lib.rs", &source("prop_other", "u64"));
    let ran = run(&["--locked"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    for expected in [
        "WEAKER than the ledger: tests::prop_small in kept (lib): cases passed, but proved before",
        "WEAKER than the ledger: tests::prop_kept in kept (lib): gone, but cases passed before",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}\n{}", ran.stdout);
    }
    assert_eq!(
        run(&["--locked", "prop_other"]).code,
        0,
        "a part says nothing of the rest"
    );
    let unchanged = fs::read_to_string(folder.join("proofhouse.lock")).expect("it is there");
    assert_eq!(unchanged, ledger);

    write("proofhouse.toml", "[profile.ci]\nfial-fast = true\n");
    let ran = run(&[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("error[config/unknown-key]: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("did you mean `fail-fast`?"),
        "{}",
        ran.stderr
    );
    write("proofhouse.toml", settings);

    // Only what differs from a commit.
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=n", "-c", "user.email=e@example.com"];
        let mut command = Command::new("git");
        command.args(identity).args(arguments).current_dir(&folder);
        assert!(
            command.output().expect("git is there").status.success(),
            "{arguments:?}"
        );
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "m"]);
    let ran = run(&["--changed-since", "HEAD"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("nothing to check"), "{}", ran.stderr);
    write("src/lib.rs", &source("prop_other", "u8"));
    let ran = run(&["--changed-since", "HEAD"]);
    assert!(ran.stdout.contains("prop_small"), "{}", ran.stdout);
    let ran = run(&["--changed-since", "nothing"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("error[check/no-such-revision]: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_first_failure_can_be_the_last_thing_that_is_begun() {
    let mut arguments = vec![
        "check", "-p", "zoo", "--lib", "--engine", "random", "--jobs", "1",
    ];
    arguments.extend(["--fail-fast", "prop_panics", "prop_holds"]);
    let ran = zoo::run(&arguments);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("did not run: a property has failed before"),
        "{}",
        ran.stdout
    );
    let ran = zoo::run(&[
        "check",
        "-p",
        "zoo",
        "--engine",
        "random",
        "--budget",
        "0.000001",
        "prop_twin",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout
            .contains("did not run: the time for everything is spent"),
        "{}",
        ran.stdout
    );
}

/// Whether a property is explored or its earlier proof is taken over shows in the remarks, and in the
/// paths that were counted.
#[test]
fn what_is_unchanged_is_not_proved_again() {
    let folder = workspace("kept proofs", "proven");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    // A function in another module of the package decides whether the property holds.
    let source = |limit: u32| {
        format!(
            "mod inner {{ #[inline(never)] pub fn limit() -> u32 {{ {limit} }} }}\n\
             pub fn is_small(x: u8) -> bool {{ u32::from(x) < inner::limit() }}\n\
             #[cfg(test)]\nmod tests {{\n    use proofhouse::prelude::*;\n\n    #[property]\n    \
             fn prop_small(x: u8) {{ assert!(super::is_small(x)); }}\n\n    #[property]\n    \
             fn prop_text(text: String) {{ assert!(text.len() < 1000); }}\n}}\n"
        )
    };
    write("src/lib.rs", &source(256));
    let check = |arguments: &[&str]| -> (zoo::Ran, CheckReport) {
        let all = [
            &[
                "check",
                "--engine",
                "symbolic",
                "--size-max",
                "2",
                "--format",
                "json",
            ],
            arguments,
        ];
        let mut command = zoo::command(&all.concat());
        command.current_dir(&folder);
        command.env("CARGO_TARGET_DIR", zoo::folder().join("target"));
        let ran: zoo::Ran = command.output().expect("the command can be started").into();
        let report = CheckReport::from_json(&ran.stdout);
        let report = report.unwrap_or_else(|error| panic!("{error}: {}", ran.stderr));
        (ran, report)
    };
    // The verdict of each property, and whether it was taken over.
    let kept = |report: &CheckReport| -> Vec<bool> {
        let results = report
            .properties()
            .map(|(_, property)| &property.results[0]);
        let is_kept = |result: &proofhouse_report::EngineResult| {
            let is_kept = result
                .remarks
                .iter()
                .any(|one| one.starts_with("unchanged since"));
            assert_eq!(is_kept, result.statistics.paths == 0, "{result:?}");
            is_kept
        };
        results.map(is_kept).collect()
    };
    // The target folder outlives the test run, and so would the proofs in it, of longer times too.
    let _ = fs::remove_dir_all(zoo::folder().join("target/proofhouse/proofs"));
    let (ran, first) = check(&["--no-cache"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(kept(&first), [false, false]);
    check(&[]);
    let (_, again) = check(&[]);
    assert_eq!(kept(&again), [true, true]);
    for (first, again) in first.properties().zip(again.properties()) {
        let verdict =
            |property: &proofhouse_report::PropertyReport| property.results[0].outcome.clone();
        assert_eq!(verdict(first.1), verdict(again.1));
    }
    let (_, longer) = check(&["--time", "21"]);
    assert_eq!(
        kept(&longer),
        [true, false],
        "a complete proof cannot get better"
    );
    assert_eq!(kept(&check(&["--no-cache"]).1), [false, false]);

    // What the property reaches has changed, although not the property.
    write("src/lib.rs", &source(255));
    let (ran, _) = check(&[]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let (ran, _) = check(&[]);
    assert_eq!(ran.code, 1, "a refutation is never taken over");
    write("src/lib.rs", &source(256));
    let (ran, back) = check(&[]);
    assert_eq!(ran.code, 0);
    assert_eq!(
        kept(&back),
        [true, true],
        "the old program has its old name"
    );

    // What one property reaches has changed again, for the better; the other reaches what it did.
    write("src/lib.rs", &source(300));
    let (ran, changed) = check(&[]);
    assert_eq!(ran.code, 0);
    assert_eq!(kept(&changed), [false, true]);
}

#[test]
fn codes_are_explained_and_shells_completed() {
    let ran = run_ok(&["explain", "error[load/no-llvm]"]);
    assert!(
        ran.stdout
            .starts_with("load/no-llvm\n\nThe toolchain's folder"),
        "{}",
        ran.stdout
    );
    assert!(run_ok(&["explain"]).stdout.contains("verdict/vacuous "));
    let ran = zoo::run(&["explain", "verdict/prooved"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("did you mean `verdict/proved`?"),
        "{}",
        ran.stderr
    );
    for shell in ["bash", "zsh", "fish"] {
        let ran = run_ok(&["completions", shell]);
        assert!(ran.stdout.contains("changed-since"), "{}", ran.stdout);
    }
    assert!(run_ok(&["man"]).stdout.contains(".TH cargo-proofhouse 1"));
    let ran = run_ok(&["doctor"]);
    for expected in [
        "cargo             works",
        "rustc             works",
        "symbolic engine   works",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}\n{}", ran.stdout);
    }
}
