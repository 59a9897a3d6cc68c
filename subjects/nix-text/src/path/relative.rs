//! A path below some directory, as a list of names.

use super::{PATH_LENGTH_MAX, PathError, Policy, Segment};

/// A path of names, each of them safe. The path of no names is the directory itself.
///
/// ```
/// use nix_text::path::{PathError, Policy, RelativePath};
///
/// let path = RelativePath::parse("images//./disk.qcow2", Policy::STRICT)?;
/// assert_eq!(path.to_text(), "images/disk.qcow2");
/// assert_eq!(RelativePath::parse("images/../../etc", Policy::STRICT), Err(PathError::DotName));
/// # Ok::<(), PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RelativePath {
    segments: Vec<Segment>,
}

impl RelativePath {
    /// The names of a relative path. Repeated separators and `.` are left out; a path of nothing else,
    /// and one with a separator at the end, is refused.
    ///
    /// # Errors
    ///
    /// See [`PathError`]. Positions count from the start of their name.
    pub fn parse(text: &str, policy: Policy) -> Result<Self, PathError> {
        if text.starts_with('/') {
            return Err(PathError::Absoluteness);
        }
        let path = Self::components(text, policy)?;
        if path.segments.is_empty() {
            return Err(PathError::Empty);
        }
        Ok(path)
    }

    /// The names in a text, which may be none.
    pub(super) fn components(text: &str, policy: Policy) -> Result<Self, PathError> {
        let length = text.len();
        if length > PATH_LENGTH_MAX {
            return Err(PathError::TooLong {
                length,
                length_max: PATH_LENGTH_MAX,
            });
        }
        if length > 1 && text.ends_with('/') {
            return Err(PathError::TrailingSeparator);
        }
        let mut segments = Vec::new();
        let mut start = 0;
        // One round more than there are bytes: the end is a separator, too.
        for position in 0..=length {
            if position < length && text.as_bytes()[position] != b'/' {
                continue;
            }
            let name = &text[start..position];
            start = position + 1;
            if name.is_empty() || name == "." {
                continue;
            }
            segments.push(Segment::new(name, policy)?);
        }
        Ok(Self { segments })
    }

    /// The names, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The path in its normal form.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (index, segment) in self.segments.iter().enumerate() {
            if index > 0 {
                text.push('/');
            }
            text.push_str(segment.as_str());
        }
        text
    }

    /// The path from `root`, if it starts with its names.
    pub(super) fn below(mut self, root: &Self) -> Result<Self, PathError> {
        if !self.segments.starts_with(&root.segments) {
            return Err(PathError::OutsideRoot);
        }
        self.segments.drain(..root.segments.len());
        Ok(self)
    }
}
