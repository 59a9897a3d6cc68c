//! Why a script can't go on.

use std::error::Error;
use std::fmt;

/// Why a script can't go on. The commands before the one at fault were carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmtError {
    /// The text is not a sequence of expressions.
    Syntax {
        /// The line, from 1.
        line: u32,
        /// What is wrong there.
        problem: &'static str,
    },
    /// A name that nothing declares.
    UnknownName {
        /// The name.
        name: String,
    },
    /// A command, an operator or a sort that is part of SMT-LIB, or looks like it, and is not done here.
    Unsupported {
        /// The expression.
        what: String,
    },
    /// An operator or a command that was given what it doesn't take.
    IllFormed {
        /// The expression, or its head.
        what: String,
        /// What it takes.
        expected: &'static str,
    },
    /// A command that needs an answer or a level that is not there.
    OutOfOrder {
        /// The command.
        command: &'static str,
        /// What must come before it.
        needs: &'static str,
    },
}

impl fmt::Display for SmtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, problem } => write!(f, "line {line}: {problem}"),
            Self::UnknownName { name } => write!(f, "nothing declares `{name}`"),
            Self::Unsupported { what } => write!(f, "`{what}` is not supported"),
            Self::IllFormed { what, expected } => write!(f, "`{what}` takes {expected}"),
            Self::OutOfOrder { command, needs } => write!(f, "`{command}` needs {needs}"),
        }
    }
}

impl Error for SmtError {}

impl SmtError {
    /// A stable name, never reworded once released.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "smt/syntax",
            Self::UnknownName { .. } => "smt/unknown-name",
            Self::Unsupported { .. } => "smt/unsupported",
            Self::IllFormed { .. } => "smt/ill-formed",
            Self::OutOfOrder { .. } => "smt/out-of-order",
        }
    }

    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "a script is a sequence of commands in parentheses",
            Self::UnknownName { .. } => "declare it before, with `declare-const` or `define-fun`",
            Self::Unsupported { .. } => {
                "bit-vectors, booleans, floats and arrays of bit-vectors without quantifiers are supported"
            }
            Self::IllFormed { .. } => "compare the operands' number and sorts with the standard",
            Self::OutOfOrder { .. } => "put the missing command before it",
        }
    }
}
