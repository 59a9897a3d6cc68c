//! What can go wrong around a check: the command is killed, the disk is full, files cannot be written, two
//! checks run at once, the property misbehaves. Nothing in a store is lost or torn, no process is left
//! behind, and the exit code is right.

#![cfg(target_os = "linux")]

mod zoo;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use proofhouse_choice::token;
use rustix::process::{Pid, Signal, kill_process};

/// The variable by which the processes of one check are found again.
const MARK: &str = "PROOFHOUSE_TEST_MARK";

/// The tests share one package and its store.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn local_folder() -> PathBuf {
    zoo::folder().join("rough/.proofhouse")
}

/// A check of some properties, whose processes carry the mark.
fn check(mark: &str, arguments: &[&str]) -> Command {
    let mut all = vec!["check", "-p", "rough", "--engine", "random"];
    all.extend(["--memory", "256"]);
    all.extend(arguments);
    let mut command = zoo::command(&all);
    command.env(MARK, mark);
    command
}

fn run(mark: &str, arguments: &[&str]) -> zoo::Ran {
    let ran = check(mark, arguments)
        .output()
        .expect("it can be started")
        .into();
    assert_nothing_left(mark);
    ran
}

/// The processes that carry the mark. Zombies have no environment.
fn processes(mark: &str) -> Vec<u32> {
    let wanted = format!("{MARK}={mark}");
    let entries = fs::read_dir("/proc").expect("Linux has it").flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_marked = |number: &u32| {
        let environment = fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes())
    };
    numbers.filter(is_marked).collect()
}

/// The kernel may need a moment to end what was killed.
fn assert_nothing_left(mark: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !processes(mark).is_empty() {
        assert!(
            Instant::now() < deadline,
            "left behind: {:?}",
            processes(mark)
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// The tokens of all stored failures. Every line of every file must be whole.
fn stored() -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    let Ok(files) = fs::read_dir(local_folder().join("failures")) else {
        return tokens;
    };
    for path in files.flatten().map(|file| file.path()) {
        if path.extension().is_some_and(|extension| extension == "tmp") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("it is text");
        assert!(
            text.starts_with("# proofhouse failures, version 1\n"),
            "{text}"
        );
        assert!(text.ends_with('\n'), "{text}");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            assert!(token::decode(line).is_ok(), "{line}");
            assert!(tokens.insert(line.to_owned()), "{line} twice");
        }
    }
    tokens
}

#[test]
fn properties_that_misbehave_are_contained() {
    let _alone = alone();
    let aborted = "killed by signal 6 (SIGABRT)";
    // What the check ends with, what its report says, and the seconds for a case: a busy machine may need
    // some of them, and only the last row waits until they are over.
    let rows = [
        ("prop_eats_memory", 1, "memory allocation of ", "30"),
        ("prop_prints_much", 0, "passed 20 cases", "30"),
        ("prop_leaves_a_process", 0, "passed 3 cases", "30"),
        ("prop_leaves_a_process_and_aborts", 1, aborted, "30"),
        ("prop_loops", 1, "ran for too long", "1"),
    ];
    for (property, code, words, seconds) in rows {
        let ran = run(
            property,
            &[&format!("*::{property}"), "--case-time", seconds],
        );
        assert_eq!(ran.code, code, "{property}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(words), "{property}: {}", ran.stdout);
        if code == 1 {
            assert!(
                ran.stdout.contains("    x = "),
                "{property}: {}",
                ran.stdout
            );
        }
    }
}

/// How often a check is killed, unless the variable `PROOFHOUSE_TEST_KILLS` says otherwise.
const KILLS: u32 = 20;

#[test]
fn a_check_that_is_killed_leaves_whole_files_and_no_process() {
    let _alone = alone();
    let patterns = ["prop_fails", "prop_aborts"];
    // Built once, so that the kills below hit the check and not the compiler.
    assert_eq!(run("built", &patterns).code, 1);
    let begun = Instant::now();
    assert_eq!(run("whole", &patterns).code, 1);
    let whole = begun.elapsed();
    let mut known = stored();
    assert!(!known.is_empty());
    let kills = std::env::var("PROOFHOUSE_TEST_KILLS");
    let kills = kills.map_or(KILLS, |kills| kills.parse().expect("a number"));
    for attempt in 0..kills {
        let mark = format!("killed-{attempt}");
        let seed = attempt.to_string();
        let mut command = check(&mark, &[&patterns[..], &["--seed", &seed]].concat());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child: Child = command.spawn().expect("it can be started");
        // Multiples of the golden ratio lie everywhere between the first moment and the last.
        thread::sleep(whole.mul_f64((f64::from(attempt) * 0.618_034).fract()));
        let _ = kill_process(Pid::from_child(&child), Signal::KILL);
        let _ = child.wait();
        assert_nothing_left(&mark);
        let now = stored();
        assert!(now.is_superset(&known), "nothing that was stored is lost");
        known = now;
    }
    let ran = run("after", &patterns);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(stored().is_superset(&known));
}

#[test]
fn two_checks_at_once_keep_what_both_found() {
    let _alone = alone();
    let _ = fs::remove_dir_all(local_folder());
    let start = |mark: &str, seed: &str| {
        let mut command = check(mark, &["prop_fails", "prop_aborts", "--seed", seed]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("it can be started")
    };
    let children = [
        ("first", start("first", "1")),
        ("second", start("second", "2")),
    ];
    let mut found = BTreeSet::new();
    for (mark, child) in children {
        let ran: zoo::Ran = child.wait_with_output().expect("it ends").into();
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert_nothing_left(mark);
        let tokens = ran
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("  token   "));
        found.extend(tokens.map(str::to_owned));
    }
    assert!(found.len() >= 3, "{found:?}");
    assert!(stored().is_superset(&found), "{found:?}\n{:?}", stored());
}

/// Something stands in the place of the store, so that even an administrator cannot write there.
#[test]
fn a_store_that_cannot_be_written_changes_no_verdict() {
    let _alone = alone();
    let _ = fs::remove_dir_all(local_folder());
    fs::write(local_folder(), "in the way").expect("it can be written");
    let ran = run("no-store", &["prop_fails", "prop_aborts"]);
    fs::remove_file(local_folder()).expect("it is a file");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("3 refuted"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("the counterexample was not stored: "),
        "{}",
        ran.stdout
    );
}

/// A file system that is gone when the test is, however that ends.
struct Mounted(PathBuf);

impl Mounted {
    /// `None` where this user may not mount anything.
    fn new(folder: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder can be made");
        let mut command = Command::new("mount");
        command
            .args(["-t", "tmpfs", "-o", options, "none"])
            .arg(folder);
        let output = command.output().ok()?;
        output.status.success().then(|| Self(folder.to_owned()))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_changes_no_verdict_and_tears_no_file() {
    let _alone = alone();
    let _ = fs::remove_dir_all(local_folder());
    let Some(disk) = Mounted::new(&local_folder(), "size=16k") else {
        eprintln!("not tested: this user may not mount a small disk");
        return;
    };
    assert_eq!(run("room", &["*::prop_fails"]).code, 1);
    let known = stored();
    assert_eq!(known.len(), 1);
    let filling = fs::write(disk.0.join("filling"), vec![0; 1 << 20]);
    assert!(filling.is_err(), "the disk is full");
    for seed in ["1", "2"] {
        let ran = run("full", &["prop_fails", "prop_aborts", "--seed", seed]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stdout.contains("3 refuted"), "{}", ran.stdout);
        assert!(ran.stdout.contains("was not stored: "), "{}", ran.stdout);
        assert!(stored().is_superset(&known));
    }
}

/// Reports, proofs and bitcode lie in a folder of their own below the target folder.
#[test]
fn a_full_target_folder_costs_the_report_and_no_verdict() {
    let _alone = alone();
    let folder = zoo::folder().join("target/proofhouse");
    let Some(_disk) = Mounted::new(&folder, "size=16k") else {
        eprintln!("not tested: this user may not mount a small disk");
        return;
    };
    let filling = fs::write(folder.join("filling"), vec![0; 1 << 20]);
    assert!(filling.is_err(), "the disk is full");
    let ran = run("no-report", &["*::prop_fails"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("1 refuted"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("note: the report is not kept in "),
        "{}",
        ran.stderr
    );
    let symbolic = ["check", "-p", "rough", "--engine", "symbolic"];
    let ran = zoo::run(&[&symbolic[..], &["*::prop_fails"]].concat());
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error[internal/io]: "),
        "{}",
        ran.stderr
    );
}

/// A thousand cases of a megabyte each.
#[test]
#[ignore = "takes half a minute"]
fn a_gigabyte_of_output_is_contained() {
    let _alone = alone();
    let ran = run("gigabyte", &["*::prop_prints_much", "--cases", "1000"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("passed 1,000 cases"), "{}", ran.stdout);
}

#[test]
fn a_target_folder_that_cannot_be_written_is_an_error_with_help() {
    let _alone = alone();
    let folder = zoo::folder()
        .parent()
        .expect("it lies in one")
        .join("read-only");
    let Some(_disk) = Mounted::new(&folder, "ro,size=16k") else {
        eprintln!("not tested: this user may not mount a disk that cannot be written");
        return;
    };
    let mut command = check("read-only", &["prop_fails"]);
    command.env("CARGO_TARGET_DIR", folder.join("target"));
    let ran: zoo::Ran = command.output().expect("it can be started").into();
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error[build/does-not-compile]: "),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert_nothing_left("read-only");
}
