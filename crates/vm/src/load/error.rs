//! Why a program could not be brought into the machine.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a program could not be brought into the machine. Nothing has been executed yet.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The toolchain's folder holds no LLVM that can be opened.
    NoLlvm {
        /// The folder that was searched.
        searched: PathBuf,
    },
    /// The system refused to open LLVM.
    LlvmNotOpened {
        /// The library.
        library: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The library does not export a function that the reader calls.
    MissingFunction {
        /// The library.
        library: PathBuf,
        /// The function.
        function: &'static str,
    },
    /// The library is of a version whose interface the reader was not checked against.
    UnsupportedLlvm {
        /// The library.
        library: PathBuf,
        /// Its major version.
        found: u32,
        /// The newest major version that is supported.
        supported: u32,
    },
    /// A file could not be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// An object is neither bitcode nor an object file that embeds bitcode.
    NotBitcode {
        /// The object.
        file: PathBuf,
    },
    /// An archive or object file is damaged.
    BrokenArchive {
        /// The archive.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Bitcode was written by a newer LLVM than the one that is open.
    NewerBitcode {
        /// The object, with the member in parentheses if it is an archive.
        module: String,
        /// The major version that wrote it.
        found: u32,
        /// The major version that is open.
        newest_supported: u32,
    },
    /// LLVM could not parse bitcode.
    BrokenBitcode {
        /// The object, with the member in parentheses if it is an archive.
        module: String,
        /// LLVM's words.
        reason: String,
    },
    /// LLVM could not parse a textual module.
    BrokenText {
        /// LLVM's words, with line and column.
        reason: String,
    },
    /// The entry function is nowhere in the program; `similar` holds near names, nearest first.
    NoSuchEntry {
        /// The wanted name.
        wanted: String,
        /// Names that look like it.
        similar: Vec<String>,
    },
    /// Two objects define the same symbol.
    LinkConflict {
        /// The symbol, as a Rust path where it is one.
        symbol: String,
        /// The module that defines it first.
        first: String,
        /// The module that defines it again.
        second: String,
    },
    /// LLVM could not prepare a function.
    PassFailed {
        /// The function.
        function: String,
        /// LLVM's words.
        reason: String,
    },
}

impl fmt::Display for LoadError {
    /// What happened: one lowercase clause, no full stop, so that it reads after "error: ".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLlvm { searched } => {
                write!(
                    f,
                    "the toolchain has no LLVM library in `{}`",
                    searched.display()
                )
            }
            Self::LlvmNotOpened { library, reason } => {
                write!(
                    f,
                    "LLVM could not be opened from `{}`: {reason}",
                    library.display()
                )
            }
            Self::MissingFunction { library, function } => {
                write!(f, "`{}` does not export `{function}`", library.display())
            }
            Self::UnsupportedLlvm {
                found, supported, ..
            } => {
                write!(
                    f,
                    "the toolchain has LLVM {found}, but LLVM {supported} is supported"
                )
            }
            Self::Unreadable { file, source } => {
                write!(f, "`{}` cannot be read: {source}", file.display())
            }
            Self::NotBitcode { file } => {
                write!(f, "`{}` holds no LLVM bitcode", file.display())
            }
            Self::BrokenArchive { file, reason } => {
                write!(f, "`{}` is damaged: {reason}", file.display())
            }
            Self::NewerBitcode {
                module,
                found,
                newest_supported,
            } => write!(
                f,
                "the bitcode of `{module}` is from LLVM {found}, but at most LLVM \
                 {newest_supported} is read"
            ),
            Self::BrokenBitcode { module, reason } => {
                write!(f, "LLVM cannot read the bitcode of `{module}`: {reason}")
            }
            Self::BrokenText { reason } => write!(f, "LLVM cannot read the module: {reason}"),
            Self::NoSuchEntry { wanted, .. } => {
                write!(f, "no function named `{wanted}` in the program")
            }
            Self::LinkConflict {
                symbol,
                first,
                second,
            } => {
                write!(
                    f,
                    "`{symbol}` is defined by `{first}` and again by `{second}`"
                )
            }
            Self::PassFailed { function, reason } => {
                write!(f, "LLVM could not prepare `{function}`: {reason}")
            }
        }
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl LoadError {
    /// A stable name for docs, tests and `explain`; never reworded once released.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLlvm { .. } => "load/no-llvm",
            Self::LlvmNotOpened { .. } => "load/llvm-not-opened",
            Self::MissingFunction { .. } => "load/missing-function",
            Self::UnsupportedLlvm { .. } => "load/unsupported-llvm",
            Self::Unreadable { .. } => "load/unreadable",
            Self::NotBitcode { .. } => "load/not-bitcode",
            Self::BrokenArchive { .. } => "load/broken-archive",
            Self::NewerBitcode { .. } => "load/newer-bitcode",
            Self::BrokenBitcode { .. } => "load/broken-bitcode",
            Self::BrokenText { .. } => "load/broken-text",
            Self::NoSuchEntry { .. } => "load/no-such-entry",
            Self::LinkConflict { .. } => "load/link-conflict",
            Self::PassFailed { .. } => "load/pass-failed",
        }
    }

    /// What the user can do next.
    pub fn help(&self) -> String {
        match self {
            Self::NoLlvm { .. } => {
                "use a toolchain from rustup on Linux or macOS; on Windows LLVM \
                                    is linked into the compiler and cannot be opened"
                    .to_owned()
            }
            Self::LlvmNotOpened { .. } => {
                "reinstall the toolchain, and check that it is made for this machine".to_owned()
            }
            Self::MissingFunction { .. } | Self::UnsupportedLlvm { .. } => {
                "use a Rust toolchain whose `rustc -vV` names a supported LLVM version".to_owned()
            }
            Self::Unreadable { .. } => {
                "build the tests again; the files of the last build are gone or locked".to_owned()
            }
            Self::NotBitcode { .. } => {
                "compile with `-Clinker-plugin-lto`, so that the compiler writes bitcode".to_owned()
            }
            Self::BrokenArchive { .. } | Self::BrokenBitcode { .. } => {
                "build again from scratch; the file was cut short or is from another tool"
                    .to_owned()
            }
            Self::NewerBitcode {
                newest_supported, ..
            } => format!(
                "compile everything with one toolchain whose LLVM is {newest_supported} or older"
            ),
            Self::BrokenText { .. } => "correct the module at the line that LLVM names".to_owned(),
            Self::NoSuchEntry { similar, .. } => match similar.first() {
                Some(name) => format!("did you mean `{name}`?"),
                None => "check that the property is compiled into this test binary".to_owned(),
            },
            Self::LinkConflict { .. } => {
                "remove one of the two definitions; a linker would refuse them too".to_owned()
            }
            Self::PassFailed { .. } => {
                "report it with the function's bitcode; the compiler's own LLVM refused it"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LoadError;
    use std::io;

    fn one_of_each() -> Vec<LoadError> {
        vec![
            LoadError::NoLlvm {
                searched: "lib".into(),
            },
            LoadError::LlvmNotOpened {
                library: "libLLVM.so".into(),
                reason: "it is a directory".to_owned(),
            },
            LoadError::MissingFunction {
                library: "libLLVM.so".into(),
                function: "LLVMGetVersion",
            },
            LoadError::UnsupportedLlvm {
                library: "libLLVM.so".into(),
                found: 99,
                supported: 22,
            },
            LoadError::Unreadable {
                file: "a.o".into(),
                source: io::ErrorKind::NotFound.into(),
            },
            LoadError::NotBitcode { file: "a.o".into() },
            LoadError::BrokenArchive {
                file: "a.rlib".into(),
                reason: "it ends early".to_owned(),
            },
            LoadError::NewerBitcode {
                module: "a.o".to_owned(),
                found: 99,
                newest_supported: 22,
            },
            LoadError::BrokenBitcode {
                module: "a.o".to_owned(),
                reason: "it ends early".to_owned(),
            },
            LoadError::BrokenText {
                reason: "1:1: expected a type".to_owned(),
            },
            LoadError::NoSuchEntry {
                wanted: "a::b".to_owned(),
                similar: vec!["a::c".to_owned()],
            },
            LoadError::LinkConflict {
                symbol: "a::b".to_owned(),
                first: "a.o".to_owned(),
                second: "b.o".to_owned(),
            },
            LoadError::PassFailed {
                function: "a::b".to_owned(),
                reason: "no such pass".to_owned(),
            },
        ]
    }

    #[test]
    fn every_error_has_a_code_of_its_own_a_clause_and_help() {
        let errors = one_of_each();
        let mut codes: Vec<&str> = errors.iter().map(LoadError::code).collect();
        for error in &errors {
            let clause = error.to_string();
            assert!(!clause.ends_with('.'), "{clause}");
            assert!(!error.help().is_empty(), "{clause}");
            assert!(error.code().starts_with("load/"), "{clause}");
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), errors.len(), "codes are unique");
    }
}
