//! The linker that does not link: it writes down what it was asked to link.
//!
//! rustc, told to leave optimisation to its linker, hands over each codegen unit as plain LLVM
//! bitcode together with the archives of all dependencies. Run as that linker, this executable keeps
//! the bitcode (rustc deletes it afterwards), lists the archives and leaves a [`Manifest`] in the
//! place of the program. Nothing is compiled to machine code, which is why such a build is fast.
//!
//! # Not here
//!
//! Reading bitcode, and any judgement about whether the inputs form a whole program.

use std::ffi::{OsStr, OsString};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use crate::build::manifest::{LAYOUT_VERSION, Manifest, beside};

/// Response files that name response files, at most so deep.
const RESPONSE_DEPTH_MAX: u32 = 8;

/// Does the linker's work for the arguments that rustc gave it.
///
/// # Errors
///
/// [`LinkError`], to be printed for rustc to pass on.
pub fn link(arguments: Vec<OsString>) -> Result<(), LinkError> {
    let command = LinkCommand::parse(&expand(arguments, 0)?)?;
    let folder = beside(&command.output, "bitcode");
    let draft = beside(&command.output, "bitcode.draft");
    remove_folder(&draft)?;
    create_folder(&draft)?;
    let mut manifest = Manifest {
        proofhouse_layout: LAYOUT_VERSION,
        objects: Vec::new(),
        archives: command.archives,
        machine_code: Vec::new(),
    };
    for (index, object) in command.objects.into_iter().enumerate() {
        if !is_bitcode(&object)? {
            manifest.machine_code.push(object);
            continue;
        }
        // Two units may share a file name in different folders, hence the number.
        let name = object.file_name().unwrap_or_else(|| OsStr::new("unit.o"));
        let name = format!("{index:04}-{}", name.to_string_lossy());
        fs::copy(&object, draft.join(&name)).map_err(|source| LinkError::Io {
            path: object.clone(),
            source,
        })?;
        manifest.objects.push(folder.join(name));
    }
    remove_folder(&folder)?;
    fs::rename(&draft, &folder).map_err(|source| LinkError::Io {
        path: folder,
        source,
    })?;
    let output = command.output;
    manifest.write(&output).map_err(|source| LinkError::Io {
        path: output,
        source,
    })
}

/// The arguments that matter here.
#[derive(Debug, PartialEq, Eq)]
struct LinkCommand {
    output: PathBuf,
    objects: Vec<PathBuf>,
    archives: Vec<PathBuf>,
}

impl LinkCommand {
    fn parse(arguments: &[OsString]) -> Result<Self, LinkError> {
        let mut output = None;
        let mut objects = Vec::new();
        let mut archives = Vec::new();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "-o" {
                output = rest.next().map(PathBuf::from);
                continue;
            }
            if argument.as_encoded_bytes().starts_with(b"-") {
                continue;
            }
            let path = absolute(Path::new(argument))?;
            match path.extension().and_then(OsStr::to_str) {
                Some("o") => objects.push(path),
                Some("rlib" | "a") => archives.push(path),
                _ => {}
            }
        }
        let output = output.ok_or(LinkError::NoOutput)?;
        Ok(Self {
            output: absolute(&output)?,
            objects,
            archives,
        })
    }
}

/// rustc may name its inputs relative to the folder it runs in; the manifest is read elsewhere.
fn absolute(path: &Path) -> Result<PathBuf, LinkError> {
    std::path::absolute(path).map_err(|source| LinkError::Io {
        path: path.to_owned(),
        source,
    })
}

/// Replaces each `@file` by the arguments in that file.
fn expand(arguments: Vec<OsString>, depth: u32) -> Result<Vec<OsString>, LinkError> {
    let mut expanded = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let file = argument.to_str().and_then(|text| text.strip_prefix('@'));
        let Some(file) = file.map(PathBuf::from) else {
            expanded.push(argument);
            continue;
        };
        if depth == RESPONSE_DEPTH_MAX {
            return Err(LinkError::ResponseTooDeep { file });
        }
        let text =
            fs::read_to_string(&file).map_err(|source| LinkError::Io { path: file, source })?;
        let inner = split_response(&text)
            .into_iter()
            .map(OsString::from)
            .collect();
        expanded.extend(expand(inner, depth + 1)?);
    }
    Ok(expanded)
}

/// Splits a response file as GNU tools do: at whitespace, but for quotes and backslashes.
fn split_response(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut current: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) => {
                let escaped = characters.next();
                current.get_or_insert_default().extend(escaped);
            }
            (mark, Some(open)) if mark == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                current.get_or_insert_default();
            }
            (space, None) if space.is_whitespace() => arguments.extend(current.take()),
            (other, _) => current.get_or_insert_default().push(other),
        }
    }
    arguments.extend(current);
    arguments
}

/// Whether a file begins as LLVM bitcode does, raw or in its wrapper.
fn is_bitcode(path: &Path) -> Result<bool, LinkError> {
    let mut magic = [0; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    match read {
        Ok(()) => Ok(magic == *b"BC\xc0\xde" || magic == [0xde, 0xc0, 0x17, 0x0b]),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(source) => Err(LinkError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}

fn create_folder(path: &Path) -> Result<(), LinkError> {
    fs::create_dir_all(path).map_err(|source| LinkError::Io {
        path: path.to_owned(),
        source,
    })
}

fn remove_folder(path: &Path) -> Result<(), LinkError> {
    match fs::remove_dir_all(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(LinkError::Io {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}

/// Why a link could not be written down. rustc shows it to the user as its linker's output.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkError {
    /// The command line names no output.
    NoOutput,
    /// Response files include each other too deeply.
    ResponseTooDeep {
        /// The file that was not opened any more.
        file: PathBuf,
    },
    /// A file could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOutput => write!(f, "the linker was not told where to write"),
            Self::ResponseTooDeep { file } => write!(
                f,
                "response files are nested more than {RESPONSE_DEPTH_MAX} deep at {}",
                file.display()
            ),
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
        }
    }
}

impl std::error::Error for LinkError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(texts: &[&str]) -> Vec<OsString> {
        texts.iter().map(OsString::from).collect()
    }

    #[test]
    fn response_files_are_split_as_gnu_tools_do() {
        let rows: [(&str, &[&str]); 6] = [
            ("a b\nc\t d", &["a", "b", "c", "d"]),
            (r"with\ space back\\slash", &["with space", r"back\slash"]),
            ("\"two words\" 'and more'", &["two words", "and more"]),
            ("\"a 'b' c\"", &["a 'b' c"]),
            ("\"\" x", &["", "x"]),
            ("", &[]),
        ];
        for (text, expected) in rows {
            assert_eq!(split_response(text), expected, "{text}");
        }
    }

    #[test]
    fn inputs_and_output_are_told_apart_from_options() {
        let command = LinkCommand::parse(&arguments(&[
            "-m64",
            "/t/a.o",
            "-Wl,--as-needed",
            "/t/libx.rlib",
            "-o",
            "/t/out put",
            "/t/libc.a",
            "-lgcc_s",
            "/t/libdynamic.so",
        ]))
        .unwrap();
        assert_eq!(command.output, Path::new("/t/out put"));
        assert_eq!(command.objects, [Path::new("/t/a.o")]);
        assert_eq!(
            command.archives,
            [Path::new("/t/libx.rlib"), Path::new("/t/libc.a")]
        );
    }

    #[test]
    fn a_command_without_output_is_refused() {
        let error = LinkCommand::parse(&arguments(&["a.o"])).unwrap_err();
        assert!(matches!(error, LinkError::NoOutput));
    }

    #[test]
    fn bitcode_is_kept_and_machine_code_only_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("one.o"), b"BC\xc0\xde and more").unwrap();
        fs::write(path("two.o"), b"\x7fELF").unwrap();
        fs::write(path("three.o"), b"").unwrap();
        let response = format!(
            "{} {} {} -o {}",
            path("one.o").display(),
            path("two.o").display(),
            path("three.o").display(),
            path("out").display()
        );
        fs::write(path("response"), response).unwrap();
        let response = format!("@{}", path("response").display());

        link(arguments(&[&response])).unwrap();
        fs::remove_file(path("one.o")).unwrap();
        let manifest = Manifest::read(&path("out")).unwrap().unwrap();
        assert_eq!(manifest.machine_code, [path("two.o"), path("three.o")]);
        assert_eq!(manifest.objects, [path("out.bitcode/0000-one.o")]);
        assert_eq!(
            fs::read(&manifest.objects[0]).unwrap(),
            b"BC\xc0\xde and more"
        );
    }

    #[test]
    fn a_response_file_that_names_itself_ends_in_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("response");
        let again = format!("@{}", file.display());
        fs::write(&file, &again).unwrap();
        let error = link(arguments(&[&again])).unwrap_err();
        assert!(
            matches!(error, LinkError::ResponseTooDeep { .. }),
            "{error}"
        );
    }
}
