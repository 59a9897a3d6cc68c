//! Absolute paths under a root.

use super::{PATH_LENGTH_MAX, PathError, Policy, RelativePath, Segment};

/// An absolute directory, in normal form, that paths are to stay under.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root {
    path: RelativePath,
}

/// An absolute path that lies, by its text, under a root. What is on the disk may differ: open it with
/// [`walk`](super::walk()).
///
/// ```
/// use nix_text::path::{PathError, Policy, Root, Rooted};
///
/// let root = Root::parse("/var/lib/vms")?;
/// let image = Rooted::parse("/var/lib/vms/web/disk.raw", &root, Policy::STRICT)?;
/// assert_eq!(image.relative().to_text(), "web/disk.raw");
/// let other = Rooted::parse("/var/lib/vms-old/disk.raw", &root, Policy::STRICT);
/// assert_eq!(other, Err(PathError::OutsideRoot));
/// # Ok::<(), PathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rooted {
    root: Root,
    relative: RelativePath,
}

impl Root {
    /// A root. It is ours to choose, so any name that is safe on Unix is taken in it.
    ///
    /// # Errors
    ///
    /// See [`PathError`].
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Ok(Self {
            path: absolute(text, Policy::UNIX)?,
        })
    }

    /// The root in its normal form.
    pub fn to_text(&self) -> String {
        let mut text = "/".to_owned();
        text.push_str(&self.path.to_text());
        text
    }
}

impl Rooted {
    /// A path under a root, or the root itself. They are compared by components; names below the root
    /// must be taken by the policy.
    ///
    /// # Errors
    ///
    /// See [`PathError`]. Positions count from the start of their name.
    pub fn parse(text: &str, root: &Root, policy: Policy) -> Result<Self, PathError> {
        let relative = absolute(text, Policy::UNIX)?.below(&root.path)?;
        for segment in relative.segments() {
            Segment::new(segment.as_str(), policy)?;
        }
        Ok(Self {
            root: root.clone(),
            relative,
        })
    }

    /// A relative path under a root.
    ///
    /// # Errors
    ///
    /// [`PathError::TooLong`] if the whole is too long.
    pub fn join(root: &Root, relative: RelativePath) -> Result<Self, PathError> {
        let rooted = Self {
            root: root.clone(),
            relative,
        };
        let length = rooted.to_text().len();
        if length > PATH_LENGTH_MAX {
            return Err(PathError::TooLong {
                length,
                length_max: PATH_LENGTH_MAX,
            });
        }
        Ok(rooted)
    }

    /// The root.
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// The part below the root.
    pub const fn relative(&self) -> &RelativePath {
        &self.relative
    }

    /// The path in its normal form, to show it. To open it, [`walk`](super::walk()).
    pub fn to_text(&self) -> String {
        let mut text = self.root.to_text();
        if !self.relative.segments().is_empty() {
            if !text.ends_with('/') {
                text.push('/');
            }
            text.push_str(&self.relative.to_text());
        }
        text
    }
}

fn absolute(text: &str, policy: Policy) -> Result<RelativePath, PathError> {
    if text.is_empty() {
        return Err(PathError::Empty);
    }
    if !text.starts_with('/') {
        return Err(PathError::Absoluteness);
    }
    RelativePath::components(text, policy)
}
