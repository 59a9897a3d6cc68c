//! Fields that can't be drawn.

use proofhouse::prelude::*;

struct Unknown;

#[derive(Generate)]
struct Holds {
    unknown: Unknown, //~ ERROR there is no generator for every `Unknown`
    boxed: Box<Unknown>, //~ ERROR there is no generator for every `Unknown`
}

#[derive(Generate)]
struct OfOtherType {
    #[from(0..9u16)] //~ ERROR mismatched types
    number: u8,
    #[always("text")] //~ ERROR mismatched types
    other: u8,
}

#[derive(Generate)]
struct Iterates {
    #[from((0..9u8).map(|value| value * 2))] //~ ERROR values can't be drawn from
    number: u8,
}

#[derive(Generate)]
struct Ahead {
    #[from(0..later)] //~ ERROR cannot find value `later` in this scope
    first: u8,
    later: u8,
}

fn main() {}
