//! Texts in the types of the operating system: paths, system strings, C strings.

use std::ffi::{CString, OsString};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::{
    Characters, Converted, FromFn, Generate, Generator as _, Sizes, Text, from_fn, select, text,
};
use crate::Source;

/// Names that programs treat in a way of their own.
const SPECIAL_NAMES: [&str; 4] = [".", "..", ".hidden", "with space.tar.gz"];

/// Relative and absolute paths of a few names, `.` and `..` among them; the empty path is the
/// simplest. A name holds any character but separators and the one that ends C strings.
impl Generate for PathBuf {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
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
        })
    }
}

fn draw_name(source: &mut Source, path: &mut String) {
    match source.choose_weighted(&[3, 1]) {
        0 => {
            // The ranges between `\0`, `/` and `\`.
            let characters = Characters::any().without("\0/\\");
            path.push_str(&source.choose_text(1, Sizes::ANY.maximum(), &characters));
        }
        _ => path.push_str(source.draw(select(SPECIAL_NAMES))),
    }
}

macro_rules! generate_shared_paths {
    ($($type:ty)*) => {
        $(impl Generate for $type {
            type Generator = Converted<<PathBuf as Generate>::Generator, Self>;

            fn generator() -> Self::Generator {
                PathBuf::generator().map_into()
            }
        })*
    };
}
generate_shared_paths!(Box<Path> Rc<Path> Arc<Path>);

/// Those that are text.
impl Generate for OsString {
    type Generator = Converted<Text, Self>;

    fn generator() -> Self::Generator {
        text(Sizes::ANY).map_into()
    }
}

/// Those that are text.
impl Generate for CString {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| {
            let characters = Characters::of(['\u{1}'..=char::MAX]);
            let text = source.choose_text(0, Sizes::ANY.maximum(), &characters);
            Self::new(text).expect("the set does not hold what ends a string")
        })
    }
}
