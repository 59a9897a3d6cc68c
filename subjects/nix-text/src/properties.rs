//! What holds for every string, stated so that each engine can try to break it.
//!
//! The judges share no code with what they judge: the lexer's rules (`crate::lexer`), the parser of the
//! crate rnix, a second predicate for what a gate takes, a model of a file system.
//!
//! # Invariants
//!
//! - No property limits its inputs by an assumption.

mod names;
mod numbers;
mod oracles;
mod paths;
mod special;
mod strings;
mod tree;
