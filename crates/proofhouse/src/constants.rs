//! Constants of the code under test, as values that random cases try.
//!
//! A program that treats `0xdead_beef_cafe` or `"--frobnicate"` in a way of its own says so in its
//! source, and no random number will ever hit it. So the sources of the property's package are read
//! once, and some of the random cases take their integers, texts, characters, bytes and floats from
//! the literals that are found there.
//!
//! # Invariants
//!
//! - The same sources give the same pool, and a case is a function of seed, index and pool. Tokens
//!   hold choices, so they do not depend on it.
//! - Where there are no sources there is no pool, and nothing is paid for it.
//! - Never more than [`FILE_BYTES_MAX`] of a file and [`BYTES_MAX`] of all files is read, and no more
//!   than [`EACH_MAX`] constants of a sort are kept.
//!
//! # Cost
//!
//! One reading in each process that runs random cases: 47 ms for the 590 KB of this crate in a build
//! without optimisation. A file to keep the result between processes would save most of that, and
//! could be stale; there is none.
//!
//! # Not here
//!
//! Constants that are computed, and those of other packages.
//!
//! # Source
//!
//! Hypothesis reads the constants of local modules from their syntax trees. We take turns instead of
//! drawing from the pool at random, so that a small pool is tried as a whole.

mod files;
mod lexer;
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lexer::Literal;

/// Of a file, so many bytes are read at most; a larger one is left out: it is a table, or generated.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Of all files together.
const BYTES_MAX: u64 = 8 << 20;

/// So many constants of each sort are kept.
const EACH_MAX: usize = 1_024;

/// Longer texts are messages, not words of a format.
const TEXT_LENGTH_MAX: usize = 32;

/// Texts with more spaces than this are messages, too.
const SPACES_MAX: usize = 2;

/// The constants that a property's random cases may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pool {
    /// Those in the file of the property, where the tested code often is as well.
    own: &'static Constants,
    /// Those in all files of the package.
    all: &'static Constants,
}

/// What the sources of a package hold.
#[derive(Debug)]
struct Package {
    folder: PathBuf,
    all: Constants,
    /// The constants of each file that has any.
    files: Vec<(PathBuf, Constants)>,
}

/// Constants of each sort, without duplicates, in order.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Constants {
    pub(crate) integers: Vec<u128>,
    pub(crate) floats: Vec<f64>,
    pub(crate) characters: Vec<char>,
    pub(crate) texts: Vec<String>,
    pub(crate) bytes: Vec<Vec<u8>>,
}

impl Pool {
    /// The constants in the sources of a package; `None` if there are none. `own` is the file of the
    /// property, as the compiler names it.
    ///
    /// A package is read once in a process, and is kept until that ends.
    pub(crate) fn of_package(folder: &Path, own: &Path) -> Option<Self> {
        static KNOWN: Mutex<Vec<&'static Package>> = Mutex::new(Vec::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let package = match known.iter().find(|package| package.folder == folder) {
            Some(package) => *package,
            None => {
                let package: &'static Package = Box::leak(Box::new(Package::read(folder)));
                known.push(package);
                package
            }
        };
        drop(known);
        let all = &package.all;
        let mut files = package.files.iter();
        let own = files.find(|(file, _)| file.ends_with(own));
        // The only file would be tried from the same place twice.
        let own = own.filter(|_| package.files.len() > 1);
        let own = own.map_or(all, |(_, constants)| constants);
        (*all != Constants::default()).then_some(Self { own, all })
    }

    /// The constants for one turn, those near to the property every other time, and how often they
    /// had their turn before.
    pub(crate) fn constants(&self, turn: u64) -> (&'static Constants, u64) {
        if std::ptr::eq(self.own, self.all) {
            (self.all, turn)
        } else if turn.is_multiple_of(2) {
            (self.own, turn / 2)
        } else {
            (self.all, turn / 2)
        }
    }
}

impl Package {
    fn read(folder: &Path) -> Self {
        let mut all = Found::default();
        let mut files = Vec::new();
        let mut bytes_left = BYTES_MAX;
        for file in files::sources(folder) {
            let length = fs::metadata(&file).map_or(u64::MAX, |metadata| metadata.len());
            if length > FILE_BYTES_MAX.min(bytes_left) {
                continue;
            }
            let Ok(text) = fs::read_to_string(&file) else {
                continue;
            };
            bytes_left -= length;
            let mut found = Found::default();
            lexer::literals(&text, |literal| found.add(literal));
            all.add_all(&found);
            let constants = found.constants();
            if constants != Constants::default() {
                files.push((file, constants));
            }
        }
        Self {
            folder: folder.to_owned(),
            all: all.constants(),
            files,
        }
    }
}

/// What was found so far. One set for all sorts, because each is compiled by itself.
#[derive(Debug, Default)]
struct Found(BTreeSet<Constant>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Constant {
    Integer(u128),
    /// As bits.
    Float(u64),
    Character(char),
    Text(String),
    Bytes(Vec<u8>),
}

impl Found {
    fn add(&mut self, literal: Literal<'_>) {
        match literal {
            Literal::Number(digits) => {
                if let Some(integer) = values::integer(digits) {
                    if is_unusual(integer) {
                        self.0.insert(Constant::Integer(integer));
                    }
                } else if let Some(float) = values::float(digits) {
                    self.0.insert(Constant::Float(float.to_bits()));
                }
            }
            Literal::Character(escaped) => {
                let text = values::text(escaped);
                let character = text.and_then(|text| text.chars().next());
                self.0.extend(character.map(Constant::Character));
            }
            Literal::Text(escaped) => self.add_text(values::text(escaped)),
            Literal::RawText(text) => self.add_text(Some(text.to_owned())),
            Literal::Bytes(escaped) => self.add_bytes(values::bytes(escaped)),
            Literal::RawBytes(text) => self.add_bytes(Some(text.as_bytes().to_vec())),
        }
    }

    fn add_all(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    fn add_text(&mut self, text: Option<String>) {
        let is_word = |text: &String| {
            let spaces = text.chars().filter(|character| *character == ' ').count();
            !text.is_empty() && text.len() <= TEXT_LENGTH_MAX && spaces <= SPACES_MAX
        };
        self.0.extend(text.filter(is_word).map(Constant::Text));
    }

    fn add_bytes(&mut self, bytes: Option<Vec<u8>>) {
        let is_word = |bytes: &Vec<u8>| !bytes.is_empty() && bytes.len() <= TEXT_LENGTH_MAX;
        self.0.extend(bytes.filter(is_word).map(Constant::Bytes));
    }

    fn constants(self) -> Constants {
        fn keep<T>(kept: &mut Vec<T>, constant: T) {
            if kept.len() < EACH_MAX {
                kept.push(constant);
            }
        }
        let mut constants = Constants::default();
        for constant in self.0 {
            match constant {
                Constant::Integer(integer) => keep(&mut constants.integers, integer),
                Constant::Float(bits) => keep(&mut constants.floats, f64::from_bits(bits)),
                Constant::Character(character) => keep(&mut constants.characters, character),
                Constant::Text(text) => keep(&mut constants.texts, text),
                Constant::Bytes(bytes) => keep(&mut constants.bytes, bytes),
            }
        }
        constants
    }
}

/// Whether random cases would hardly ever meet an integer by themselves: not a small one, and not a
/// neighbour of a power of two.
fn is_unusual(integer: u128) -> bool {
    let is_power = |integer: u128| integer.is_power_of_two();
    integer > 32
        && !is_power(integer)
        && !is_power(integer - 1)
        && integer.checked_add(1).is_some_and(|next| !is_power(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants_of(text: &str) -> Constants {
        let mut found = Found::default();
        lexer::literals(text, |literal| found.add(literal));
        found.constants()
    }

    #[test]
    fn what_is_unusual_is_kept_once_and_in_order() {
        let text = r#"
            const MAGIC: u64 = 0xdead_beef_cafe; // 999
            fn f() { g(1000, 1_000, 7, 256, 255, 257, -45, 1.5, 2.5e3, 'λ', "--frobnicate", b"\x7fELF") }
            fn g() { panic!("a message that nobody would take for an option") }
        "#;
        let constants = constants_of(text);
        assert_eq!(constants.integers, [45, 1000, 0xdead_beef_cafe]);
        assert_eq!(constants.floats, [1.5, 2500.0]);
        assert_eq!(constants.characters, ['λ']);
        assert_eq!(constants.texts, ["--frobnicate"]);
        assert_eq!(constants.bytes, [b"\x7fELF"]);
    }

    #[test]
    fn there_are_never_too_many() {
        let many: String = (0..3_000)
            .map(|n| format!("{} \"w{n}\" ", 1_000 + n))
            .collect();
        let constants = constants_of(&many);
        assert_eq!(constants.integers.len(), EACH_MAX);
        assert_eq!(constants.texts.len(), EACH_MAX);
    }

    #[test]
    fn without_sources_there_is_no_pool() {
        let nowhere = Path::new("/nowhere/that/exists");
        assert!(Pool::of_package(nowhere, Path::new("src/lib.rs")).is_none());
    }

    #[test]
    fn the_file_of_the_property_counts_twice() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = Path::new("crates/proofhouse/src/constants.rs");
        let pool = Pool::of_package(package, own).expect("this crate has sources");
        let is_here = |constants: &Constants| constants.integers.contains(&0xdead_beef_cafe);
        let [(own, _), (all, _)] = [0, 1].map(|turn| pool.constants(turn));
        assert!(is_here(own) && is_here(all));
        assert!(own.texts.len() < all.texts.len());
        let elsewhere = Pool::of_package(package, Path::new("elsewhere.rs")).unwrap();
        assert_eq!(elsewhere.constants(6), (all, 6));
        assert_eq!(pool.constants(6), (own, 3));
    }
}
