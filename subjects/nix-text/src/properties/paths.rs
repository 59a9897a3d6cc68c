//! The path gate, judged by a second predicate and by resolving paths as a system would.

use proofhouse::prelude::*;

use super::special::of;
use crate::path::{Policy, RelativePath, Root, Rooted, Segment};

/// What no name may have, in ranges of code points: C0 controls, both separators, DEL and C1 controls,
/// marks that reorder text, separators of lines, more marks that reorder text.
const NEVER: [(u32, u32); 9] = [
    (0x00, 0x1f),
    (0x2f, 0x2f),
    (0x5c, 0x5c),
    (0x7f, 0x9f),
    (0x61c, 0x61c),
    (0x200e, 0x200f),
    (0x2028, 0x2029),
    (0x202a, 0x202e),
    (0x2066, 0x2069),
];

/// The white space of Unicode that is not in `NEVER`.
const WHITE: [(u32, u32); 6] = [
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x202f, 0x205f),
    (0x3000, 0x3000),
];

fn is_in(ranges: &[(u32, u32)], character: char) -> bool {
    let code = u32::from(character);
    ranges
        .iter()
        .any(|&(first, last)| first <= code && code <= last)
}

fn is_white(character: char) -> bool {
    // Between the two spaces of the last but one range there is punctuation.
    is_in(&WHITE, character) && !('\u{2030}'..='\u{205e}').contains(&character)
}

/// Whether the Unix policy takes a name, said again.
fn is_safe(name: &str) -> bool {
    let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) else {
        return false;
    };
    name.len() <= 255
        && name != "."
        && name != ".."
        && first != '-'
        && !is_white(first)
        && !is_white(last)
        && name.chars().all(|character| !is_in(&NEVER, character))
}

/// Whether the strict policy takes a name, said again.
fn is_strictly_safe(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let stem = upper
        .split_once('.')
        .map_or(upper.as_str(), |(stem, _)| stem)
        .trim_end_matches(' ');
    let is_device = ["CON", "PRN", "AUX", "NUL"].contains(&stem)
        || (0..=9).any(|port| {
            let digit = char::from(b'0' + port);
            ["COM", "LPT"]
                .iter()
                .any(|device| stem.strip_prefix(device) == Some(digit.encode_utf8(&mut [0; 4])))
        });
    is_safe(name)
        && name.is_ascii()
        && name.len() <= 200
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains([':', '<', '>', '"', '|', '?', '*'])
        && !is_device
}

/// A name that was taken is not empty, has no NUL, control character or separator, is not `.` or `..`,
/// starts with no dash, and fits into a directory.
#[property]
fn segment_accept_implies_safe(name: String, is_strict: bool) {
    let policy = if is_strict {
        Policy::STRICT
    } else {
        Policy::UNIX
    };
    let Ok(segment) = Segment::new(&name, policy) else {
        return;
    };
    assert_eq!(segment.as_str(), name);
    let bytes = name.as_bytes();
    assert!(!bytes.is_empty() && bytes.len() <= 255);
    assert!(
        bytes
            .iter()
            .all(|&byte| byte >= b' ' && byte != b'/' && byte != b'\\' && byte != 0x7f)
    );
    assert!(!matches!(bytes, [b'.'] | [b'.', b'.'] | [b'-', ..]));
    assert!(!is_strict || bytes.iter().all(|&byte| byte < 0x80));
}

/// The names that are taken are exactly those that a second predicate takes.
#[property]
fn segment_accept_set_exact(name: String) {
    assert_eq!(Segment::new(&name, Policy::UNIX).is_ok(), is_safe(&name));
}

/// The same for the strict policy.
#[property]
fn segment_accept_set_exact_when_strict(name: String) {
    assert_eq!(
        Segment::new(&name, Policy::STRICT).is_ok(),
        is_strictly_safe(&name)
    );
}

/// The same for both, for names of characters that make a difference.
#[property]
fn segment_accept_set_exact_near_limits(#[from(of(DELICATE, 3))] name: String) {
    assert_eq!(Segment::new(&name, Policy::UNIX).is_ok(), is_safe(&name));
    assert_eq!(
        Segment::new(&name, Policy::STRICT).is_ok(),
        is_strictly_safe(&name)
    );
}

const DELICATE: [char; 16] = [
    '.', '-', 'a', ' ', '/', '\\', '\0', '\u{7f}', '\u{9f}', '\u{a0}', '\u{2028}', '\u{202e}',
    '\u{2069}', '\u{3000}', ':', '\u{61c}',
];

/// The same for each character alone, between letters.
#[property]
fn segment_accept_set_exact_by_character(character: char) {
    let mut name = String::from("a");
    name.push(character);
    assert_eq!(Segment::new(&name, Policy::UNIX).is_ok(), is_safe(&name));
    name.push('b');
    assert_eq!(Segment::new(&name, Policy::UNIX).is_ok(), is_safe(&name));
    assert_eq!(
        Segment::new(&name, Policy::STRICT).is_ok(),
        is_strictly_safe(&name)
    );
}

/// The same for the names of devices, with something around them.
#[property]
fn segment_accept_set_exact_near_devices(
    #[from(select(["con", "PRN", "aux", "Nul", "com1", "LPT9", "com", "lpt"]))]
    device: &'static str,
    #[from(of(['.', ' ', 'x', '0'], 3))] after: String,
) {
    let name = [device, &after].concat();
    assert_eq!(
        Segment::new(&name, Policy::STRICT).is_ok(),
        is_strictly_safe(&name)
    );
}

/// The same at the greatest lengths.
#[property]
fn segment_accept_set_exact_by_length(#[from(0..=300_usize)] length: usize) {
    let name = "x".repeat(length);
    assert_eq!(Segment::new(&name, Policy::UNIX).is_ok(), is_safe(&name));
    assert_eq!(
        Segment::new(&name, Policy::STRICT).is_ok(),
        is_strictly_safe(&name)
    );
}

/// The names on the way from `/` to where a path leads, by its text; `None` where it leads above `/`.
fn resolved(path: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => {
                names.pop()?;
            }
            name => names.push(name),
        }
    }
    Some(names)
}

/// Texts of a few names, dots and separators.
fn path_text(length_max: usize) -> impl Generator<Value = String> {
    of(['/', '.', 'a', 'b'], length_max)
}

/// A path is under a root exactly if its names start with the root's; a common start of the texts is
/// not enough. (For paths of names without dots, which are all taken.)
#[property]
fn rooted_component_prefix(
    #[from(of(['/', 'a', 'b'], 4))] root: String,
    #[from(of(['/', 'a', 'b'], 5))] path: String,
) {
    let root_text = ["/", &root, "a"].concat();
    let path_text = ["/", &path, "b"].concat();
    let root = Root::parse(&root_text).expect("the names are harmless");
    let below = resolved(&path_text).expect("nothing goes up");
    let above = resolved(&root_text).expect("nothing goes up");
    match Rooted::parse(&path_text, &root, Policy::STRICT) {
        Ok(rooted) => {
            let relative = below
                .strip_prefix(above.as_slice())
                .expect("a path under its root");
            let names: Vec<&str> = rooted
                .relative()
                .segments()
                .iter()
                .map(Segment::as_str)
                .collect();
            assert_eq!(names, relative);
        }
        Err(_) => assert!(!below.starts_with(&above)),
    }
}

/// However a system that knows `..` resolves the text of an accepted path, it arrives under the root,
/// and at the same place that the path shows; no accepted text goes up.
#[property]
fn rooted_text_resolves_under_root(
    #[from(path_text(3))] root: String,
    #[from(path_text(6))] path: String,
) {
    let Ok(root) = Root::parse(&root) else {
        return;
    };
    let Ok(rooted) = Rooted::parse(&path, &root, Policy::UNIX) else {
        return;
    };
    let root_text = root.to_text();
    let rooted_text = rooted.to_text();
    let above = resolved(&root_text).expect("a root goes nowhere up");
    let below = resolved(&path).expect("an accepted path goes nowhere up");
    assert!(below.starts_with(&above));
    assert_eq!(resolved(&rooted_text).as_ref(), Some(&below));
}

/// Putting a path into its normal form a second time changes nothing; relative paths, roots and rooted
/// paths.
#[property]
fn normalise_idempotent(#[from(path_text(6))] text: String) {
    if let Ok(path) = RelativePath::parse(&text, Policy::UNIX) {
        let normal = path.to_text();
        assert_eq!(RelativePath::parse(&normal, Policy::UNIX), Ok(path));
    }
    if let Ok(root) = Root::parse(&text) {
        let normal = root.to_text();
        assert_eq!(Root::parse(&normal).as_ref(), Ok(&root));
        let rooted = Rooted::parse(&normal, &root, Policy::UNIX).expect("a root is under itself");
        assert_eq!(rooted.to_text(), normal);
        let top = Root::parse("/").expect("the top is a root");
        let under_top = Rooted::parse(&normal, &top, Policy::UNIX).expect("all is under the top");
        assert_eq!(under_top.to_text(), normal);
    }
}

/// A relative path joined to a root is what its whole text is.
#[property]
fn join_is_parse(#[from(path_text(3))] root: String, #[from(path_text(4))] path: String) {
    let (Ok(root), Ok(relative)) = (Root::parse(&root), RelativePath::parse(&path, Policy::UNIX))
    else {
        return;
    };
    let joined = Rooted::join(&root, relative).expect("short paths fit");
    assert_eq!(
        Rooted::parse(&joined.to_text(), &root, Policy::UNIX),
        Ok(joined)
    );
}
