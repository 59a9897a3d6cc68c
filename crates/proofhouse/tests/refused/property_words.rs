//! Properties that can't be ones.

use proofhouse::prelude::*;

#[property]
async fn prop_async() {} //~ ERROR a property can't be async

#[property]
fn prop_generic<T>(_: T) {} //~ ERROR a property can't be generic

#[property(speed = 3)] //~ ERROR unknown option `speed`
fn prop_option() {}

#[property]
fn prop_generators(#[from(0..1)] #[from(0..2)] _: u8) {} //~ ERROR an argument has one generator

fn main() {}
