//! Functions that can't have a contract, contracts that are none, and properties that name none.

use proofhouse::prelude::*;

#[requires] //~ ERROR `requires` needs a condition
fn nothing() {}

#[requires(|result| *result > 0)] //~ ERROR a precondition knows no result
fn result() -> u8 {
    1
}

#[ensures(|result| *result > 0)]
async fn later() -> u8 { //~ ERROR an `async` function can't have a contract
    1
}

#[requires(number > 0)]
const fn early(number: u8) -> u8 { //~ ERROR a `const` function can't have a contract
    number
}

#[ensures(|result| **result > 0)]
fn place(numbers: &mut [u8]) -> &mut u8 { //~ ERROR a function that returns a mutable reference
    &mut numbers[0]
}

#[property(checks())] //~ ERROR name the functions whose contracts are meant
fn prop_nothing() {}

#[property(assuming = result)] //~ ERROR expected parentheses
fn prop_no_list() {}

struct Counter(u8);

#[keeps_invariant] //~ ERROR expected `impl`
struct NoBlock;

trait Count {
    fn count(&mut self);
}

#[keeps_invariant]
impl Count for Counter { //~ ERROR stands on a block without a trait
    fn count(&mut self) {}
}

#[keeps_invariant]
impl Counter { //~ ERROR no operation here can break an invariant
    fn private(&mut self) {}

    #[by_hand]
    pub fn left_out(&mut self) {}
}

struct Pair<T>(T);

#[keeps_invariant]
impl<T> Pair<T> { //~ ERROR a property can't be generic
    pub fn swap(&mut self) {}
}

struct Later(u8);

#[keeps_invariant]
impl Later {
    pub async fn later(&mut self) {} //~ ERROR an `async` operation needs a property by hand
}

fn main() {}
