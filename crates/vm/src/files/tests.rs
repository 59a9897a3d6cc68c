//! Calls and what they answer. Data in, text out.

use super::*;
use crate::memory::Fragment;

const READ: u64 = 0;
const WRITE: u64 = 1;
const CREATE: u64 = 0o100;
const EXCLUSIVE: u64 = 0o200;
const TRUNCATE: u64 = 0o1000;
const APPEND: u64 = 0o2000;

fn plain(bytes: &[u8]) -> Fragment {
    Fragment {
        bytes: bytes.to_vec(),
        cells: Vec::new(),
    }
}

fn open(files: &mut FileSystem, path: &str, flags: u64) -> Result<u64> {
    files.open(files.current(), path.as_bytes(), flags, 0o666, 7)
}

fn put(files: &mut FileSystem, path: &str, contents: &str) {
    let descriptor = open(files, path, WRITE | CREATE | TRUNCATE).unwrap();
    files
        .write(descriptor, None, &plain(contents.as_bytes()), 8)
        .unwrap();
    files.close(descriptor).unwrap();
}

fn get(files: &mut FileSystem, path: &str) -> Result<String> {
    let descriptor = open(files, path, READ)?;
    let found = files.read(descriptor, None, 1000)?;
    files.close(descriptor)?;
    Ok(String::from_utf8(found.bytes).unwrap())
}

fn names(files: &mut FileSystem, path: &str) -> Vec<String> {
    let descriptor = open(files, path, READ).unwrap();
    let mut names = Vec::new();
    while let Some(entry) = files.next_entry(descriptor).unwrap() {
        names.push(String::from_utf8(entry.name).unwrap());
    }
    files.close(descriptor).unwrap();
    names
}

fn refused<T>(number: u64) -> Result<T> {
    Err(Refusal::Error(number))
}

#[test]
fn what_is_written_is_read() {
    let mut files = FileSystem::of_process(None);
    put(&mut files, "/tmp/a", "one");
    let descriptor = open(&mut files, "/tmp/a", WRITE | APPEND).unwrap();
    assert_eq!(descriptor, 3);
    files.write(descriptor, None, &plain(b"+two"), 9).unwrap();
    assert_eq!(get(&mut files, "/tmp/a").as_deref(), Ok("one+two"));
    let status = files.status_of(ROOT, b"/tmp/a", true).unwrap();
    assert_eq!(
        (status.size, status.modified_ns, status.mode),
        (7, 9, 0o100_644)
    );
    put(&mut files, "/tmp/a", "x");
    assert_eq!(get(&mut files, "/tmp/a").as_deref(), Ok("x"));
}

#[test]
fn a_gap_is_zero_and_a_cut_is_gone() {
    let mut files = FileSystem::of_process(None);
    let descriptor = open(&mut files, "/tmp/a", 2 | CREATE).unwrap();
    assert_eq!(files.seek(descriptor, 3, 0), Ok(3));
    files.write(descriptor, None, &plain(b"x"), 0).unwrap();
    assert_eq!(
        files.read(descriptor, Some(0), 9).unwrap().bytes,
        b"\0\0\0x"
    );
    assert_eq!(files.seek(descriptor, 0, 1), Ok(4));
    files.resize(descriptor, 2, 0).unwrap();
    files.resize(descriptor, 5, 0).unwrap();
    assert_eq!(files.read(descriptor, Some(0), 9).unwrap().bytes, [0; 5]);
    assert_eq!(files.seek(descriptor, -6, 2), refused(error::INVALID));
}

#[test]
fn names_come_and_go() {
    let mut files = FileSystem::of_process(None);
    files.make_folder(b"/tmp/f", 0o777, 0).unwrap();
    put(&mut files, "/tmp/f/b", "b");
    put(&mut files, "/tmp/f/a", "a");
    assert_eq!(names(&mut files, "/tmp/f"), [".", "..", "a", "b"]);
    assert_eq!(
        files.remove(ROOT, b"/tmp/f", true),
        refused(error::NOT_EMPTY)
    );
    assert_eq!(
        files.remove(ROOT, b"/tmp/f", false),
        refused(error::IS_A_FOLDER)
    );
    files.rename(b"/tmp/f/a", b"/tmp/f/b").unwrap();
    assert_eq!(get(&mut files, "/tmp/f/b").as_deref(), Ok("a"));
    let open_file = open(&mut files, "/tmp/f/b", READ).unwrap();
    files.remove(ROOT, b"/tmp/f/b", false).unwrap();
    assert_eq!(files.read(open_file, None, 9).unwrap().bytes, b"a");
    assert_eq!(get(&mut files, "/tmp/f/b"), refused(error::NO_ENTRY));
    files.remove(ROOT, b"/tmp/f/", true).unwrap();
    assert_eq!(names(&mut files, "/tmp"), [".", ".."]);
}

#[test]
fn a_folder_does_not_move_into_itself() {
    let mut files = FileSystem::of_process(None);
    files.make_folder(b"/tmp/a", 0o777, 0).unwrap();
    files.make_folder(b"/tmp/a/b", 0o777, 0).unwrap();
    let moved = files.rename(b"/tmp/a", b"/tmp/a/b/c");
    assert_eq!(moved, refused(error::INVALID));
    files.rename(b"/tmp/a/b", b"/tmp/c").unwrap();
    files.change_folder(b"/tmp/c").unwrap();
    assert_eq!(files.current_path(), b"/tmp/c");
    files.change_folder(b"..").unwrap();
    assert_eq!(files.current_path(), b"/tmp");
}

#[test]
fn links_are_followed_so_far_and_no_further() {
    let mut files = FileSystem::of_process(None);
    put(&mut files, "/tmp/a", "text");
    files.make_link(b"a", b"/tmp/l", 0).unwrap();
    files.make_link(b"/tmp", b"/tmp/up", 0).unwrap();
    files.make_link(b"round", b"/tmp/round", 0).unwrap();
    assert_eq!(get(&mut files, "/tmp/up/up/l").as_deref(), Ok("text"));
    assert_eq!(
        get(&mut files, "/tmp/round"),
        refused(error::TOO_MANY_LINKS)
    );
    assert_eq!(files.real_path(b"/tmp/up/./l"), Ok(b"/tmp/a".to_vec()));
    assert_eq!(files.link_target(b"/tmp/l"), Ok(b"a".to_vec()));
    files.add_name(b"/tmp/a", b"/tmp/second").unwrap();
    put(&mut files, "/tmp/second", "new");
    assert_eq!(get(&mut files, "/tmp/l").as_deref(), Ok("new"));
    assert_eq!(files.status_of(ROOT, b"/tmp/a", true).unwrap().links, 2);
}

#[test]
fn refusals_have_their_numbers() {
    let mut files = FileSystem::of_process(None);
    put(&mut files, "/tmp/a", "");
    let cases = [
        ("/none/a", READ, error::NO_ENTRY),
        ("", READ, error::NO_ENTRY),
        ("/tmp/a", WRITE | CREATE | EXCLUSIVE, error::EXISTS),
        ("/tmp/a/b", READ, error::NOT_A_FOLDER),
        ("/tmp/a/", READ, error::NOT_A_FOLDER),
        ("/tmp", WRITE, error::IS_A_FOLDER),
        ("/tmp/new/", WRITE | CREATE, error::IS_A_FOLDER),
    ];
    for (path, flags, number) in cases {
        assert_eq!(open(&mut files, path, flags), refused(number), "{path}");
    }
    files.set_rights(b"/tmp/a", 0o444).unwrap();
    assert_eq!(open(&mut files, "/tmp/a", WRITE), refused(error::NO_ACCESS));
    assert_eq!(files.close(9), refused(error::BAD_DESCRIPTOR));
    let descriptor = open(&mut files, "/tmp/a", READ).unwrap();
    let written = files.write(descriptor, None, &plain(b"x"), 0);
    assert_eq!(written, refused(error::BAD_DESCRIPTOR));
}

#[test]
fn a_property_does_not_know_the_host() {
    let mut files = FileSystem::of_property();
    let unknown = |path: &str| Err(Refusal::Unknown(path.to_owned()));
    assert_eq!(open(&mut files, "Cargo.toml", READ), unknown("Cargo.toml"));
    assert_eq!(open(&mut files, "/etc/x", CREATE), unknown("/etc/x"));
    assert_eq!(open(&mut files, "/tmp/a", READ), refused(error::NO_ENTRY));
    put(&mut files, "/tmp/a", "known");
    assert_eq!(get(&mut files, "/tmp/../tmp/a").as_deref(), Ok("known"));
}

#[test]
fn a_process_finds_a_copy_of_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    std::fs::write(folder.path().join("inner/file"), "host").unwrap();
    let mut files = FileSystem::of_process(Some(folder.path()));
    assert_eq!(get(&mut files, "inner/file").as_deref(), Ok("host"));
    put(&mut files, "inner/file", "changed");
    put(&mut files, "new", "");
    assert_eq!(
        get(&mut files, "inner/../inner/file").as_deref(),
        Ok("changed")
    );
    assert_eq!(names(&mut files, "."), [".", "..", "inner", "new"]);
    let on_host = std::fs::read_to_string(folder.path().join("inner/file"));
    assert_eq!(on_host.unwrap(), "host");
    assert!(!folder.path().join("new").exists());
}
