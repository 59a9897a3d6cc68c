//! Properties that can't be ones.

use proofhouse::prelude::*;

#[property]
#[example(1)] //~ ERROR 1 value, but the property has 2 arguments
fn prop_example(_: u8, _: u8) {}

#[property]
fn prop_generic<T>(_: T) {} //~ ERROR a property can't be generic

#[property(speed = 3)] //~ ERROR unknown option `speed`
fn prop_option() {}

#[property]
fn prop_generators(#[from(0..1)] #[from(0..2)] _: u8) {} //~ ERROR an argument has one generator

fn main() {}
