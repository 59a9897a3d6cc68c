//! Workers of the symbolic engine: what happens when they die, and when they get too little memory.

#![cfg(target_os = "linux")]

mod zoo;

use std::fs;
use std::process::Stdio;

use proofhouse_evidence::{Obstacle, Verdict};
use proofhouse_report::CheckReport;
use rustix::process::{Pid, Signal, kill_process};

/// The workers among the children of a process.
fn workers_of(parent: u32) -> Vec<Pid> {
    let mut workers = Vec::new();
    for entry in fs::read_dir("/proc").expect("Linux has it").flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        // A process may end between two looks at it.
        let read = |file: &str| fs::read_to_string(entry.path().join(file)).unwrap_or_default();
        let is_child = read("status")
            .lines()
            .any(|line| line == format!("PPid:\t{parent}"));
        if is_child
            && read("cmdline")
                .split('\0')
                .any(|word| word == "machine-worker")
        {
            workers.extend(Pid::from_raw(id));
        }
    }
    workers
}

#[test]
fn a_worker_that_dies_takes_one_property_with_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let log = folder.path().join("events");
    let mut command = zoo::command(&[
        "check",
        "-p",
        "zoo",
        "--lib",
        "--engine",
        "symbolic",
        "--no-cache",
        "--property",
        "_h",
        "--time",
        "600",
        "--jobs",
        "1",
        "--format",
        "json",
        "--events",
    ]);
    command
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the command can be started");
    // It never ends in the machine, and another property comes after it.
    zoo::wait_for(&log, "progress", "prop_hangs");
    let workers = workers_of(child.id());
    assert_eq!(workers.len(), 1);
    kill_process(workers[0], Signal::KILL).expect("it runs");
    let ran: zoo::Ran = child.wait_with_output().expect("it ends").into();
    let report = CheckReport::from_json(&ran.stdout).expect("a report");
    let mut verdicts = report.properties().map(|(_, property)| {
        let path = property.description.path.as_str();
        (
            path,
            property.results[0].outcome.verdict().expect("a verdict"),
        )
    });
    let (path, verdict) = verdicts.next().expect("a property");
    assert_eq!(path, "tests::prop_holds");
    assert!(matches!(verdict, Verdict::Proved { .. }), "{verdict:?}");
    let (path, verdict) = verdicts.next().expect("a property");
    assert_eq!(path, "tests::prop_hangs");
    let how = "was killed by signal 9 (SIGKILL)".to_owned();
    let obstacles = vec![Obstacle::WorkerLost { how }];
    assert_eq!(verdict, &Verdict::Inconclusive { obstacles });
    let (path, verdict) = verdicts.next().expect("a property");
    assert_eq!(path, "tests::prop_holds_too");
    assert!(matches!(verdict, Verdict::Proved { .. }), "{verdict:?}");
}

#[test]
fn a_worker_without_enough_memory_says_so() {
    let check = |engines: &[&str]| {
        let mut command = zoo::command(&["check", "-p", "zoo", "--property", "prop_holds"]);
        command.args(["--memory", "64"]).args(engines);
        zoo::Ran::from(command.output().expect("the command can be started"))
    };
    let ran = check(&["--engine", "symbolic"]);
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("error[symbolic/unavailable]: "),
        "{}",
        ran.stderr
    );
    let ran = check(&[]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stdout
            .contains("note: the symbolic engine did not run: "),
        "{}",
        ran.stdout
    );
}
