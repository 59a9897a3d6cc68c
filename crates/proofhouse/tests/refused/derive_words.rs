//! Attributes that are misspelt or misplaced.

use proofhouse::prelude::*;

#[derive(Generate)]
struct Misplaced {
    #[skip] //~ ERROR `skip` belongs on a variant; a field has always some value: `#[always(value)]`
    field: u8,
    #[weight(3)] //~ ERROR `weight` belongs on a variant
    other: u8,
}

#[derive(Generate)]
enum Weights {
    #[weight(0)] //~ ERROR a variant of weight 0 would never be drawn: `#[skip]` says so
    Never,
    #[weight] //~ ERROR `weight` needs an argument: `#[weight(3)]`
    Unclear,
    #[generate(wait(3))] //~ ERROR unknown word `wait`; here belong `weight`, `skip`
    Misspelt,
}

#[derive(Generate)]
enum Empty {} //~ ERROR an enumeration without variants has no value to generate

#[derive(Generate)]
union Overlaid { //~ ERROR `Generate` can't be derived for a union
    word: u32,
    bytes: [u8; 4],
}

fn main() {}
