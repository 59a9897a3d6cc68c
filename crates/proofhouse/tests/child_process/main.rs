//! Test processes as a tool starts them: one property each, told by the environment what to do,
//! and read back from their journal. The fixtures are ignored tests of this very binary.

#![expect(clippy::unwrap_used, reason = "a test may give up")]

mod child;
mod findings;
mod fixture;
mod inputs;
mod storing;
