//! Texts in the types of the operating system: paths, system strings, C strings.

use std::ffi::{CString, OsString};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::{
    Characters, Converted, Draw as _, Generate, Inverted, Sizes, Text, from_fn, select, text,
};
use crate::{EncodeError, Encoded, Encoding, Source};

/// Names that programs treat in a way of their own.
const SPECIAL_NAMES: [&str; 4] = [".", "..", ".hidden", "with space.tar.gz"];

/// Relative and absolute paths of a few names, `.` and `..` among them; the empty path is the
/// simplest. A name holds any character but separators and the one that ends C strings.
impl Generate for PathBuf {
    type Generator = Inverted<fn(&mut Source) -> Self, fn(&Self, &mut Encoding) -> Encoded>;

    fn generator() -> Self::Generator {
        let draw: fn(&mut Source) -> Self = |source| {
            let mut path = String::new();
            if source.draw(bool::generator()) {
                path.push(MAIN_SEPARATOR);
            }
            let label = "path component";
            let mut is_first = true;
            source.collection(0, Sizes::ANY.maximum(), label, |source, _| {
                if !is_first {
                    path.push(MAIN_SEPARATOR);
                }
                is_first = false;
                draw_name(source, &mut path);
            });
            Self::from(path)
        };
        from_fn(draw).inverted_by(|path, encoding| encode_path(path, encoding))
    }
}

fn draw_name(source: &mut Source, path: &mut String) {
    match source.choose_weighted(&[3, 1]) {
        0 => {
            let characters = name_characters();
            path.push_str(&source.choose_text(1, Sizes::ANY.maximum(), &characters));
        }
        _ => path.push_str(source.draw(select(SPECIAL_NAMES))),
    }
}

/// The ranges between `\0`, `/` and `\`.
fn name_characters() -> Characters {
    Characters::any().without("\0/\\")
}

/// A path as it is written: `components` would hide a separator at its end.
fn encode_path(path: &Path, encoding: &mut Encoding) -> Encoded {
    let of = "paths of names between single separators";
    let path = path.to_str().ok_or(EncodeError::NotAValue { of })?;
    let names = path.strip_prefix(MAIN_SEPARATOR);
    encoding.boolean(names.is_some());
    let names = names.unwrap_or(path);
    let names: Vec<&str> = if names.is_empty() {
        Vec::new()
    } else {
        names.split(MAIN_SEPARATOR).collect()
    };
    encoding.length(names.len(), 0, Sizes::ANY.maximum())?;
    for name in names {
        if SPECIAL_NAMES.contains(&name) {
            encoding.branch(1, 2)?;
            select(SPECIAL_NAMES).encode(&name, encoding)?;
        } else {
            encoding.branch(0, 2)?;
            encoding.text(name, 1, Sizes::ANY.maximum(), &name_characters())?;
        }
    }
    Ok(())
}

macro_rules! generate_shared_paths {
    ($($type:ty)*) => {
        $(impl Generate for $type {
            type Generator = Converted<<PathBuf as Generate>::Generator, Self>;

            fn generator() -> Self::Generator {
                Converted::invertible(PathBuf::generator(), |_, path, encoding| {
                    encode_path(path, encoding)
                })
            }
        })*
    };
}
generate_shared_paths!(Box<Path> Rc<Path> Arc<Path>);

/// Those that are text.
impl Generate for OsString {
    type Generator = Converted<Text, Self>;

    fn generator() -> Self::Generator {
        Converted::invertible(text(Sizes::ANY), |texts, value, encoding| {
            let of = "system strings that are text";
            let value = value.to_str().ok_or(EncodeError::NotAValue { of })?;
            texts.encode_text(&value, encoding)
        })
    }
}

/// Those that are text.
impl Generate for CString {
    type Generator = Inverted<fn(&mut Source) -> Self, fn(&Self, &mut Encoding) -> Encoded>;

    fn generator() -> Self::Generator {
        let draw: fn(&mut Source) -> Self = |source| {
            let text = source.choose_text(0, Sizes::ANY.maximum(), &not_the_end());
            Self::new(text).expect("the set does not hold what ends a string")
        };
        from_fn(draw).inverted_by(|value, encoding| {
            let of = "C strings that are text";
            let value = value.to_str().map_err(|_| EncodeError::NotAValue { of })?;
            encoding.text(value, 0, Sizes::ANY.maximum(), &not_the_end())
        })
    }
}

/// Every character but the one that ends C strings.
fn not_the_end() -> Characters {
    Characters::of(['\u{1}'..=char::MAX])
}
