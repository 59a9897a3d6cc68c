//! Contracts and properties that speak of what is not there.

use proofhouse::prelude::*;

#[requires(unknown > 0)] //~ ERROR cannot find value `unknown` in this scope
fn misspelled(known: u8) -> u8 {
    known
}

fn main() {}
