//! The description of a property, written at compile time for readers of the test binary.
//!
//! A tool that wants to list the properties of a test binary should not have to run it. So each
//! property leaves one line of JSON in a link section of its own. The line must be a constant,
//! because a link section holds bytes, not pointers; hence the `const fn`s.
//!
//! # Invariants
//!
//! - The line is what `evidence::PropertyDescription` reads (`tests::the_line_is_read_back`).

/// What the line is made of. Texts with the suffix `_json` are escaped already.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct BlobParts {
    pub path: &'static str,
    /// A JSON string, with its quotes.
    pub statement_json: &'static str,
    pub file: &'static str,
    pub line: u32,
    /// JSON strings, joined by commas.
    pub arguments_json: &'static str,
}

impl BlobParts {
    /// How many bytes the line has, its line feed included.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.write_to(Writer::<0>::counting()).length
    }

    /// The line. `N` must be `length()`.
    #[must_use]
    pub const fn write<const N: usize>(&self) -> [u8; N] {
        let writer = self.write_to(Writer::<N> {
            bytes: [0; N],
            length: 0,
            only_counts: false,
        });
        assert!(
            writer.length == N,
            "the length was counted for another line"
        );
        writer.bytes
    }

    const fn write_to<const N: usize>(&self, writer: Writer<N>) -> Writer<N> {
        let writer = writer
            .raw("{\"path\":\"")
            .escaped(self.path)
            .raw("\",\"statement\":");
        let writer = writer
            .raw(self.statement_json)
            .raw(",\"file\":\"")
            .escaped(self.file);
        let writer = writer
            .raw("\",\"line\":")
            .number(self.line)
            .raw(",\"arguments\":[");
        writer.raw(self.arguments_json).raw("]}\n")
    }
}

/// Bytes written so far, or only their number.
struct Writer<const N: usize> {
    bytes: [u8; N],
    length: usize,
    only_counts: bool,
}

impl Writer<0> {
    const fn counting() -> Self {
        Self {
            bytes: [],
            length: 0,
            only_counts: true,
        }
    }
}

impl<const N: usize> Writer<N> {
    const fn byte(mut self, byte: u8) -> Self {
        if !self.only_counts {
            self.bytes[self.length] = byte;
        }
        self.length += 1;
        self
    }

    const fn raw(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self = self.byte(bytes[at]);
            at += 1;
        }
        self
    }

    /// A text without control characters, inside of JSON quotes.
    const fn escaped(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'"' || bytes[at] == b'\\' {
                self = self.byte(b'\\');
            }
            self = self.byte(bytes[at]);
            at += 1;
        }
        self
    }

    const fn number(self, number: u32) -> Self {
        let writer = if number >= 10 {
            self.number(number / 10)
        } else {
            self
        };
        writer.byte(b'0' + (number % 10) as u8)
    }
}

/// A path as `module_path!` gives it, without its first part, the crate.
#[doc(hidden)]
#[must_use]
pub const fn path_without_crate(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b':' && bytes[at + 1] == b':' {
            return path.split_at(at + 2).1;
        }
        at += 1;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse_evidence::PropertyDescription;

    #[test]
    fn the_line_is_read_back() {
        const PARTS: BlobParts = BlobParts {
            path: "types::prop_é",
            statement_json: r#""says \"so\"""#,
            file: r#"src\odd"name.rs"#,
            line: 1207,
            arguments_json: r#""a","(b , c)""#,
        };
        const BLOB: [u8; PARTS.length()] = PARTS.write();
        let text = std::str::from_utf8(&BLOB).unwrap();
        assert_eq!(text.find('\n'), Some(text.len() - 1));
        let read: PropertyDescription = serde_json::from_str(text).unwrap();
        let expected = PropertyDescription {
            path: "types::prop_é".to_owned(),
            statement: "says \"so\"".to_owned(),
            file: r#"src\odd"name.rs"#.to_owned(),
            line: 1207,
            arguments: vec!["a".to_owned(), "(b , c)".to_owned()],
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn only_the_crate_is_taken_off_a_path() {
        assert_eq!(
            path_without_crate("shop::cart::tests::prop"),
            "cart::tests::prop"
        );
        assert_eq!(path_without_crate("shop::prop"), "prop");
        assert_eq!(path_without_crate("prop"), "prop");
    }
}
