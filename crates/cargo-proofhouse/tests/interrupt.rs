//! Ctrl-C: what is finished is reported, what is not says so, and no child is left.

#![cfg(unix)]

mod zoo;

use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

#[test]
fn the_finished_part_is_reported() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let log = folder.path().join("events");
    let mut command = zoo::command(&[
        "check",
        "-p",
        "zoo",
        "--lib",
        "--engine",
        "exhaustive",
        "--property",
        "prop_h",
        "--case-time",
        "3000",
        "--native-time",
        "3000",
        "--jobs",
        "1",
        "--events",
    ]);
    command
        .arg(&log)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().expect("the command can be started");
    // Jobs run in the order of the source.
    zoo::wait_for(&log, "started", "prop_hangs");
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let ran: zoo::Ran = child.wait_with_output().expect("it ends").into();
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    assert!(ran.stdout.contains("note: interrupted: "), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("proved: all 256 inputs"),
        "{}",
        ran.stdout
    );
    let row = ran.stdout.lines().find(|line| line.contains("prop_hangs"));
    assert!(
        row.is_some_and(|row| row.contains("not run")),
        "{}",
        ran.stdout
    );
}
