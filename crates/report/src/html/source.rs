//! The lines of a property's function, found in its file without understanding Rust.
//!
//! The function begins above its name with its attributes (what its comment says stands beside it) and
//! ends at the first closing brace that stands as far left as the line with its name. Source that no
//! formatter has touched may end too early or run on to the limit; it is shown, not judged.

/// More lines than this are no excerpt.
const LINES_MAX: usize = 80;

/// Some lines of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The number of the first one, from 1.
    pub(super) first: usize,
    /// The lines, without the white space that all of them begin with.
    pub(super) lines: Vec<String>,
}

/// The function whose name stands on this line, counted from 1.
pub(super) fn excerpt(text: &str, line: u32) -> Option<Excerpt> {
    let lines: Vec<&str> = text.lines().collect();
    let name = usize::try_from(line).ok()?.checked_sub(1)?;
    let indent = indent_of(lines.get(name)?);
    let belongs = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with("#[")
    };
    let above = lines[..name].iter().rev().take_while(belongs).count();
    let is_comment = |line: &&&str| line.trim_start().starts_with("///");
    let comments = lines[name - above..name].iter().take_while(is_comment);
    let first = name - above + comments.count();
    let is_end = |line: &&str| line.starts_with('}') || line.trim_end().ends_with("{}");
    let mut last = name;
    for (at, line) in lines.iter().enumerate().skip(name).take(LINES_MAX) {
        last = at;
        let is_left = indent_of(line) == indent;
        if is_left && is_end(&line.trim_start()) {
            break;
        }
    }
    let strip = |line: &&str| {
        line.get(indent.min(indent_of(line))..)
            .unwrap_or(line)
            .to_owned()
    };
    Some(Excerpt {
        first: first + 1,
        lines: lines[first..=last].iter().map(strip).collect(),
    })
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_found_with_what_belongs_to_it() {
        let text = "mod tests {\n    /// It holds.\n    #[property]\n    fn prop(x: u8) {\n        \
                    if x > 0 {\n            f();\n        }\n    }\n\n    fn next() {}\n}\n";
        let found = excerpt(text, 4).unwrap();
        assert_eq!(found.first, 3);
        assert_eq!(found.lines.len(), 6);
        assert_eq!(found.lines[0], "#[property]");
        assert_eq!(found.lines[5], "}");
        let found = excerpt(text, 10).unwrap();
        assert_eq!(found.lines, ["fn next() {}"]);
        assert_eq!(excerpt(text, 99), None);
        assert_eq!(excerpt(text, 0), None);
    }
}
