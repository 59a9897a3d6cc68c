//! Every mistake of a user: its code, its help, its exit code, and no panic.

#![cfg(unix)]

mod zoo;

use proofhouse_choice::{Choice, Integer, token};

/// Checks one mistake.
fn check(arguments: &[&str], code: &str, message: &str, help: &str) {
    let ran = zoo::run(arguments);
    is_mistake(&ran, code, message, help);
}

fn is_mistake(ran: &zoo::Ran, code: &str, message: &str, help: &str) {
    let stderr = &ran.stderr;
    assert_eq!(ran.code, 2, "{stderr}");
    assert_eq!(ran.stdout, "", "nothing is reported");
    let start = stderr
        .rfind("error[")
        .unwrap_or_else(|| panic!("no error: {stderr}"));
    let (error, advice) = stderr[start..]
        .split_once("\nhelp: ")
        .expect("help follows");
    assert_eq!(error, format!("error[{code}]: {message}"));
    assert!(advice.contains(help), "{advice}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn mistakes_on_the_command_line() {
    check(
        &["chekc"],
        "usage/unknown-name",
        "there is no subcommand `chekc`",
        "did you mean `check`?",
    );
    check(
        &["check", "--engine", "symbolik"],
        "usage/unknown-value",
        "`symbolik` is not a value of `--engine`",
        "did you mean `symbolic`?",
    );
    check(
        &["check", "--jsobs", "3"],
        "usage/unknown-name",
        "there is no option `--jsobs`",
        "did you mean `--jobs`?",
    );
    check(
        &["check", "--events", "/no/such/folder/events"],
        "usage",
        "cannot write to /no/such/folder/events: No such file or directory (os error 2)",
        "existing folder",
    );
}

#[test]
fn packages_and_properties_that_do_not_exist() {
    check(
        &["check", "-p", "zooo"],
        "check/unknown-package",
        "there is no package `zooo` in this workspace",
        "did you mean `zoo`?",
    );
    check(
        &["check", "-p", "zoo", "--property", "prop_panisc"],
        "check/unknown-property",
        "no property's path contains `prop_panisc`",
        "did you mean `tests::prop_panics`?",
    );
    check(
        &["list", "-p", "empty"],
        "check/no-properties",
        "there are no properties in empty",
        "#[property]",
    );
    let ran: zoo::Ran = {
        let mut command = zoo::command(&["check"]);
        command.current_dir("/");
        command.output().expect("the command can be started").into()
    };
    assert!(
        ran.stderr
            .contains("error[build/no-metadata]: cargo cannot describe the workspace: ")
    );
    assert_eq!(ran.code, 2);
}

#[test]
fn a_package_that_does_not_compile_shows_cargos_own_message() {
    let ran = zoo::run(&["check", "-p", "broken"]);
    assert!(
        ran.stderr.contains("error[E0308]: mismatched types"),
        "{}",
        ran.stderr
    );
    is_mistake(
        &ran,
        "build/does-not-compile",
        "the tests do not compile; cargo's message is above",
        "cargo test --no-run",
    );
}

#[test]
fn tokens_that_cannot_be_replayed() {
    let good = token::encode(
        "zoo",
        "tests::prop_holds",
        &[Choice::Integer(Integer::from(5))],
    );
    check(
        &["replay", "gibberish"],
        "token/not-a-token",
        "this is not a token",
        "ph1:",
    );
    check(
        &["replay", &good.replace("ph1", "ph9")],
        "token/newer-version",
        "the token has version 9, but at most 1 is read",
        "update proofhouse",
    );
    let damaged = good.replacen('5', "6", 1);
    let stated = &good[good.len() - 8..];
    let ran = zoo::run(&["replay", &damaged]);
    assert!(
        ran.stderr
            .contains("error[token/corrupt]: the token is damaged"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains(stated));
    assert_eq!(ran.code, 2);
    check(
        &["replay", &token::encode("zoology", "p", &[])],
        "token/foreign",
        "the token belongs to package `zoology`, which is not in this workspace",
        "did you mean `zoo`?",
    );
    check(
        &["replay", &token::encode("zoo", "tests::prop_hold", &[])],
        "token/unknown-property",
        "the token belongs to property `tests::prop_hold`, which does not exist",
        "did you mean `tests::prop_holds`?",
    );
    let stale = token::encode("zoo", "tests::prop_holds", &[Choice::Text("x".to_owned())]);
    let ran = zoo::run(&["replay", &stale]);
    assert!(
        ran.stderr
            .contains("error[token/stale]: the token does not fit"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.code, 2);
}

#[test]
fn tools_that_are_not_there() {
    for (variable, code) in [("CARGO", "build/no-cargo"), ("RUSTC", "build/no-rustc")] {
        let mut command = zoo::command(&["check", "-p", "zoo"]);
        command.env(variable, "/no/such/tool");
        let ran: zoo::Ran = command.output().expect("the command can be started").into();
        is_mistake(
            &ran,
            code,
            "cannot run `/no/such/tool`: No such file or directory (os error 2)",
            "rustup.rs",
        );
    }
}

#[test]
fn a_toolchain_without_llvm_leaves_the_native_engines() {
    // A compiler that is the real one but for what it says of its folder. It and what it builds
    // outlive the test run, because cargo builds everything anew for another compiler.
    let folder = zoo::folder()
        .parent()
        .expect("the zoo lies in a folder")
        .join("no llvm");
    let fake = folder.join("rustc");
    let script = format!(
        "#!/bin/sh\nif [ \"$*\" = \"--print sysroot\" ]; then echo '{}'; else exec rustc \"$@\"; fi\n",
        folder.display()
    );
    zoo::write_if_new(&fake, &script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&fake, mode).expect("permissions can be set");
    let run = |engines: &[&str]| -> zoo::Ran {
        let mut command = zoo::command(&["check", "-p", "zoo", "--property", "prop_holds"]);
        command.args(engines).env("RUSTC", &fake);
        command.env("CARGO_TARGET_DIR", folder.join("target"));
        command.output().expect("the command can be started").into()
    };
    let ran = run(&[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("proved: all 256 inputs"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("note: the symbolic engine did not run: "),
        "{}",
        ran.stdout
    );
    let ran = run(&["--engine", "symbolic"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error[symbolic/unavailable]: "),
        "{}",
        ran.stderr
    );
}
