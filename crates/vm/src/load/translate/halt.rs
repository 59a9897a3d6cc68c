//! Why the translation of something stops.

use crate::load::LoadError;

/// Why the translation of an instruction or global stops.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The machine has no counterpart: only the paths that reach it end. The text names it.
    Unsupported(String),
    /// The program cannot be loaded at all.
    Load(Box<LoadError>),
}

impl Halt {
    /// Something without a counterpart, by name.
    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}

impl From<LoadError> for Halt {
    fn from(error: LoadError) -> Self {
        Self::Load(Box::new(error))
    }
}
