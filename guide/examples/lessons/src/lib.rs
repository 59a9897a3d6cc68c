//! Five ways in which a green test says less than it seems to, each in a module of its own.
//!
//! The code of each module is wrong on purpose, and the first property of each does not see it. What
//! does see it fails, so it is marked `#[ignore]`; `cargo proofhouse check --include-ignored` runs it. The
//! guide explains the modules and shows what the command says of them.

pub mod assumption;
pub mod counts;
pub mod enshrined;
pub mod generator;
pub mod postcondition;
