//! Files and folders. Every entry works in a folder of its own below the one for temporary files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A new, empty folder; natively other processes may have some, too.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("machine-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn names(&self) -> Vec<String> {
        names(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn kind<T>(result: io::Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

pub fn whole_files() {
    let folder = Folder::new("whole_files");
    fs::write(folder.at("a"), "first\nsecond\n").unwrap();
    println!("{:?}", fs::read_to_string(folder.at("a")));
    fs::write(folder.at("a"), b"\xff\x00x").unwrap();
    println!("{:?} {:?}", fs::read(folder.at("a")), kind(fs::read_to_string(folder.at("a"))));
    println!("{}", fs::copy(folder.at("a"), folder.at("b")).unwrap());
    println!("{:?} {:?}", fs::read(folder.at("b")), folder.names());
    fs::remove_file(folder.at("a")).unwrap();
    println!("{:?} {}", folder.names(), folder.at("a").exists());
}

pub fn missing_files() {
    let folder = Folder::new("missing_files");
    println!("{:?}", File::open(folder.at("none")).map(drop));
    println!("{:?}", fs::remove_file(folder.at("none")));
    println!("{:?}", fs::read_dir(folder.at("none")).map(drop));
    println!("{:?}", fs::metadata(folder.at("none")).map(drop));
    println!("{:?}", fs::write(folder.at("none/inner"), ""));
    println!("{:?} {:?}", folder.at("none").try_exists(), folder.0.try_exists());
    println!("{:?}", File::open("/a-folder-that-nobody-has/file").map(drop));
}

pub fn ways_to_open() {
    let folder = Folder::new("ways_to_open");
    let path = folder.at("a");
    println!("{:?}", kind(OpenOptions::new().write(true).open(&path)));
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).unwrap();
    file.write_all(b"0123456789").unwrap();
    println!("{:?}", kind(OpenOptions::new().write(true).create_new(true).open(&path)));
    println!("{:?}", kind(file.read(&mut [0; 4])));
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"+").unwrap();
    println!("{:?}", fs::read_to_string(&path));
    let mut file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    file.write_all(b"ab").unwrap();
    let mut rest = String::new();
    file.read_to_string(&mut rest).unwrap();
    println!("{rest:?}");
    drop(OpenOptions::new().write(true).truncate(true).open(&path).unwrap());
    println!("{:?} {:?}", fs::read(&path), kind(OpenOptions::new().open(&path)));
}

pub fn positions() {
    let folder = Folder::new("positions");
    let mut file = File::create_new(folder.at("a")).unwrap();
    file.write_all(b"hello world").unwrap();
    println!("{:?}", file.stream_position());
    println!("{:?}", file.seek(SeekFrom::Start(6)));
    file.write_all(b"W").unwrap();
    println!("{:?} {:?}", file.seek(SeekFrom::End(3)), kind(file.seek(SeekFrom::Current(-99))));
    file.write_all(b"!").unwrap();
    println!("{:?}", fs::read(folder.at("a")));
    let file = File::options().read(true).write(true).open(folder.at("a")).unwrap();
    let mut part = [0; 5];
    file.read_exact_at(&mut part, 6).unwrap();
    file.write_all_at(b"J", 0).unwrap();
    println!("{:?}", String::from_utf8_lossy(&part));
    file.set_len(5).unwrap();
    println!("{:?} {}", fs::read_to_string(folder.at("a")), file.metadata().unwrap().len());
    file.set_len(7).unwrap();
    println!("{:?}", fs::read(folder.at("a")));
}

pub fn copies_of_a_handle_share_the_position() {
    let folder = Folder::new("copies_of_a_handle");
    fs::write(folder.at("a"), "abcdef").unwrap();
    let mut first = File::open(folder.at("a")).unwrap();
    let mut second = first.try_clone().unwrap();
    let mut other = File::open(folder.at("a")).unwrap();
    let mut read = |file: &mut File| {
        let mut part = [0; 2];
        file.read_exact(&mut part).unwrap();
        String::from_utf8_lossy(&part).into_owned()
    };
    println!("{} {} {}", read(&mut first), read(&mut second), read(&mut other));
}

pub fn lines() {
    let folder = Folder::new("lines");
    let mut writer = BufWriter::new(File::create(folder.at("a")).unwrap());
    for number in 0..1000 {
        writeln!(writer, "line {number}").unwrap();
    }
    writer.flush().unwrap();
    let reader = BufReader::new(File::open(folder.at("a")).unwrap());
    let lengths: usize = reader.lines().map(|line| line.unwrap().len()).sum();
    println!("{lengths} {}", fs::metadata(folder.at("a")).unwrap().len());
}

pub fn folders() {
    let folder = Folder::new("folders");
    fs::create_dir_all(folder.at("x/y/z")).unwrap();
    println!("{:?}", kind(fs::create_dir(folder.at("x"))));
    println!("{:?}", fs::create_dir_all(folder.at("x/y")));
    fs::write(folder.at("x/file"), "").unwrap();
    println!("{:?} {:?}", folder.names(), names(&folder.at("x")));
    println!("{:?}", kind(fs::remove_dir(folder.at("x"))));
    println!("{:?}", kind(fs::remove_dir(folder.at("x/file"))));
    println!("{:?}", kind(fs::remove_file(folder.at("x/y"))).is_some());
    fs::remove_dir(folder.at("x/y/z")).unwrap();
    fs::remove_dir_all(folder.at("x")).unwrap();
    println!("{:?}", folder.names());
}

pub fn walking_a_tree() {
    fn walk(folder: &Path, depth: usize) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(Result::unwrap).collect();
        entries.sort_by_key(|entry| entry.file_name());
        for entry in entries {
            let kind = entry.file_type().unwrap();
            println!("{}{:?} {}", "  ".repeat(depth), entry.file_name(), kind.is_dir());
            if kind.is_dir() {
                walk(&entry.path(), depth + 1);
            } else {
                println!("{}{}", "  ".repeat(depth), entry.metadata().unwrap().len());
            }
        }
    }
    let folder = Folder::new("walking");
    fs::create_dir_all(folder.at("a/b")).unwrap();
    fs::write(folder.at("a/b/c"), "12345").unwrap();
    fs::write(folder.at("a/d"), "1").unwrap();
    walk(&folder.0, 0);
}

pub fn renaming() {
    let folder = Folder::new("renaming");
    fs::write(folder.at("a"), "a").unwrap();
    fs::write(folder.at("b"), "b").unwrap();
    fs::rename(folder.at("a"), folder.at("b")).unwrap();
    println!("{:?} {:?}", folder.names(), fs::read_to_string(folder.at("b")));
    fs::create_dir(folder.at("c")).unwrap();
    fs::rename(folder.at("b"), folder.at("c/b")).unwrap();
    fs::rename(folder.at("c"), folder.at("d")).unwrap();
    println!("{:?} {:?}", folder.names(), names(&folder.at("d")));
    println!("{:?}", kind(fs::rename(folder.at("none"), folder.at("x"))));
    println!("{:?}", fs::rename(folder.at("d"), folder.at("d/inner")).map_err(|e| e.kind()));
}

pub fn an_open_file_outlives_its_name() {
    let folder = Folder::new("outlives");
    fs::write(folder.at("a"), "still here").unwrap();
    let mut file = File::open(folder.at("a")).unwrap();
    fs::remove_file(folder.at("a")).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    println!("{text:?} {:?}", folder.names());
}

pub fn links() {
    let folder = Folder::new("links");
    fs::write(folder.at("a"), "text").unwrap();
    std::os::unix::fs::symlink("a", folder.at("soft")).unwrap();
    fs::hard_link(folder.at("a"), folder.at("hard")).unwrap();
    println!("{:?} {:?}", fs::read_link(folder.at("soft")), fs::read_to_string(folder.at("soft")));
    let soft = fs::symlink_metadata(folder.at("soft")).unwrap();
    println!("{} {}", soft.is_symlink(), fs::metadata(folder.at("soft")).unwrap().is_file());
    println!("{}", fs::metadata(folder.at("hard")).unwrap().nlink());
    let same = fs::canonicalize(folder.at("soft")).unwrap();
    println!("{}", same == fs::canonicalize(&folder.0).unwrap().join("a"));
    fs::remove_file(folder.at("a")).unwrap();
    println!("{:?} {:?}", kind(File::open(folder.at("soft"))), fs::read_to_string(folder.at("hard")));
}

pub fn what_is_known_of_a_file() {
    let folder = Folder::new("metadata");
    fs::write(folder.at("a"), "12345").unwrap();
    let data = fs::metadata(folder.at("a")).unwrap();
    println!("{} {} {} {:o}", data.len(), data.is_file(), data.is_dir(), data.mode() & 0o777);
    println!("{} {}", data.modified().is_ok(), data.modified().unwrap() >= data.created().unwrap());
    let mut rights = data.permissions();
    rights.set_readonly(true);
    fs::set_permissions(folder.at("a"), rights).unwrap();
    println!("{}", fs::metadata(folder.at("a")).unwrap().permissions().readonly());
    fs::set_permissions(folder.at("a"), fs::Permissions::from_mode(0o600)).unwrap();
    println!("{:o}", fs::metadata(folder.at("a")).unwrap().permissions().mode() & 0o777);
    println!("{}", fs::metadata(&folder.0).unwrap().is_dir());
    let file = OpenOptions::new().create(true).write(true).mode(0o640).open(folder.at("b")).unwrap();
    println!("{:o}", file.metadata().unwrap().mode() & 0o777);
    let moment = std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_234_567_890_123);
    file.set_modified(moment).unwrap();
    println!("{}", file.metadata().unwrap().modified().unwrap() == moment);
    file.sync_all().unwrap();
    file.sync_data().unwrap();
}

pub fn the_current_folder() {
    let folder = Folder::new("current");
    std::env::set_current_dir(&folder.0).unwrap();
    fs::write("relative", "x").unwrap();
    fs::create_dir("inner").unwrap();
    std::env::set_current_dir("inner").unwrap();
    println!("{:?} {:?}", fs::read_to_string("../relative"), folder.names());
    println!("{}", std::env::current_dir().unwrap().ends_with("inner"));
    std::env::set_current_dir("/").unwrap();
    println!("{:?}", std::env::current_dir());
    println!("{:?}", kind(std::env::set_current_dir("/a-folder-that-nobody-has")));
}

pub fn nothing_behind_the_null_device() {
    let mut null = OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
    println!("{:?}", null.write(b"gone"));
    let mut rest = Vec::new();
    println!("{:?} {rest:?}", null.read_to_end(&mut rest));
}

pub fn copying_between_files() {
    let folder = Folder::new("copying");
    fs::write(folder.at("a"), vec![7; 20_000]).unwrap();
    let mut from = File::open(folder.at("a")).unwrap();
    let mut to = File::create(folder.at("b")).unwrap();
    println!("{:?}", io::copy(&mut from, &mut to));
    println!("{}", fs::read(folder.at("b")).unwrap() == vec![7; 20_000]);
    let mut both = from.take(3).chain(&b"tail"[..]);
    both.get_mut().0.get_mut().rewind().unwrap();
    let mut text = Vec::new();
    both.read_to_end(&mut text).unwrap();
    println!("{text:?}");
}

pub fn several_parts_at_once() {
    let folder = Folder::new("parts");
    let mut file = File::create(folder.at("a")).unwrap();
    let parts = [io::IoSlice::new(b"one "), io::IoSlice::new(b""), io::IoSlice::new(b"two")];
    println!("{:?}", file.write_vectored(&parts));
    let mut file = File::open(folder.at("a")).unwrap();
    let (mut first, mut second) = ([0; 3], [0; 9]);
    let mut parts = [io::IoSliceMut::new(&mut first), io::IoSliceMut::new(&mut second)];
    println!("{:?}", file.read_vectored(&mut parts));
    println!("{:?} {:?}", first, second);
}

pub fn threads_and_files() {
    let folder = Folder::new("threads");
    std::thread::scope(|scope| {
        for number in 0..3 {
            let path = folder.at(&format!("{number}"));
            scope.spawn(move || fs::write(path, number.to_string()).unwrap());
        }
    });
    println!("{:?} {:?}", folder.names(), fs::read_to_string(folder.at("2")));
}
