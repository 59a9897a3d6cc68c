//! Opening a file below a directory of the real file system.
//!
//! # Source
//!
//! `openat(2)`: with `O_NOFOLLOW` a last component that is a symbolic link is refused; here every
//! component is the last one of its call.

use std::fmt;
use std::fs::File;
use std::io;

use rustix::fs::{Mode, OFlags, openat};

use super::{Kind, RelativePath, Segment, Tree, walk};

/// Opens what a path names below a directory, for reading, without following symbolic links.
///
/// The directory is open already, so it is the caller who decides which one it is; `File::open` opens
/// directories. A pipe that nobody writes to is opened without waiting.
///
/// # Errors
///
/// [`OpenError`], with the name at which it happened.
pub fn open_beneath(directory: &File, path: &RelativePath) -> Result<File, OpenError> {
    let root = directory.try_clone().map_err(|cause| OpenError {
        name: ".".to_owned(),
        cause,
    })?;
    walk(&mut FileSystem, root, path)
}

/// Why a file was not opened.
#[derive(Debug)]
pub struct OpenError {
    /// The name at which it happened.
    pub name: String,
    /// What the system said. A symbolic link is `ELOOP` or, in the place of a directory, `ENOTDIR`.
    pub cause: io::Error,
}

impl OpenError {
    /// A stable name, never reworded once released.
    pub const fn code(&self) -> &'static str {
        "path/not-opened"
    }

    /// What the caller can do next.
    pub const fn help(&self) -> &'static str {
        "see whether every name but the last is a directory, and none a symbolic link"
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot open `{}`: {}", self.name, self.cause)
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

struct FileSystem;

impl Tree for FileSystem {
    type Handle = File;
    type Error = OpenError;

    fn step(&mut self, directory: &File, name: &Segment, kind: Kind) -> Result<File, OpenError> {
        let wanted = match kind {
            Kind::Directory => OFlags::DIRECTORY,
            Kind::Target => OFlags::NONBLOCK,
        };
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY | wanted;
        match openat(directory, name.as_str(), flags, Mode::empty()) {
            Ok(descriptor) => Ok(File::from(descriptor)),
            Err(error) => Err(OpenError {
                name: name.as_str().to_owned(),
                cause: error.into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use super::*;
    use crate::path::Policy;

    /// A folder of this process, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("nix-text-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).expect("the temporary folder can be written to");
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn content(root: &File, path: &str) -> Result<String, OpenError> {
        let path = RelativePath::parse(path, Policy::UNIX).expect("a safe path");
        let mut text = String::new();
        open_beneath(root, &path)?
            .read_to_string(&mut text)
            .expect("a text file");
        Ok(text)
    }

    #[test]
    fn files_are_opened_and_links_are_not() {
        let folder = Folder::new("links");
        fs::create_dir_all(folder.0.join("root/sub")).expect("a new folder");
        fs::write(folder.0.join("secret"), "secret").expect("a new file");
        fs::write(folder.0.join("root/sub/file"), "content").expect("a new file");
        symlink("../secret", folder.0.join("root/out")).expect("a new link");
        symlink("..", folder.0.join("root/up")).expect("a new link");
        symlink("sub", folder.0.join("root/down")).expect("a new link");
        let root = File::open(folder.0.join("root")).expect("it is there");

        assert_eq!(content(&root, "sub/file").expect("no link"), "content");
        for path in ["out", "up/secret", "down/file", "sub/none", "sub/file/none"] {
            let error = content(&root, path).expect_err("it must not be opened");
            assert_eq!(error.code(), "path/not-opened", "{path}");
            assert!(!error.help().is_empty() && error.to_string().contains(&error.name));
        }
    }

    /// A folder is swapped for a link to the outside after the walk has it: the walk stays inside.
    #[test]
    fn a_folder_that_is_held_is_not_lost_to_a_link() {
        let folder = Folder::new("swap");
        for place in ["root/sub", "outside"] {
            fs::create_dir_all(folder.0.join(place)).expect("a new folder");
            fs::write(folder.0.join(place).join("file"), place).expect("a new file");
        }
        let root = File::open(folder.0.join("root")).expect("it is there");
        let name = |text| Segment::new(text, Policy::UNIX).expect("a safe name");
        let held = FileSystem
            .step(&root, &name("sub"), Kind::Directory)
            .expect("a folder");

        fs::rename(folder.0.join("root/sub"), folder.0.join("root/old")).expect("renamed");
        symlink("../outside", folder.0.join("root/sub")).expect("a new link");

        let mut text = String::new();
        let mut file = FileSystem
            .step(&held, &name("file"), Kind::Target)
            .expect("still there");
        file.read_to_string(&mut text).expect("a text file");
        assert_eq!(text, "root/sub");
        assert!(content(&root, "sub/file").is_err());
    }
}
