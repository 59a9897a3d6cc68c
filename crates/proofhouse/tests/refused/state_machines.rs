//! State machines that can't be ones.

use proofhouse::prelude::*;

struct Opaque;

struct Bank;

#[state_machine]
impl Bank {
    #[initial]
    fn new() -> Self {
        Self
    }

    #[action(into = keys)]
    fn open(&mut self) -> Opaque {
        Opaque
    }

    #[action]
    fn draws(&mut self, opaque: Opaque) { //~ ERROR there is no generator for every `Opaque`
        let _ = opaque;
    }

    #[action]
    fn of_other_type(&mut self, #[from(0..9u16)] number: u8) { //~ ERROR mismatched types
        let _ = number;
    }

    #[action]
    fn clones(&mut self, #[bundle(keys)] key: Opaque) { //~ ERROR the trait bound `Opaque: Clone` is not satisfied
        let _ = key;
    }

    #[action]
    #[precondition(7)] //~ ERROR mismatched types
    fn is_possible(&mut self) {}
}

struct Misspelt;

#[state_machine]
impl Misspelt {
    #[initial]
    fn new() -> Self {
        Self
    }

    #[action(into = keys)]
    fn open(&mut self) -> u8 {
        3
    }

    #[action]
    fn close(&mut self, #[consume(kys)] key: u8) { //~ ERROR no action puts anything into `kys` (`#[action(into = kys)]`); there is `keys`
        let _ = key;
    }
}

struct Changes;

#[state_machine]
impl Changes {
    #[initial]
    fn new() -> Self {
        Self
    }

    #[action]
    fn act(&mut self) {}

    #[invariant]
    fn looks(&mut self) {} //~ ERROR an invariant only looks: it takes `&self`
}

struct Owned;

#[state_machine]
impl Owned {
    #[initial]
    fn new() -> Self {
        Self
    }

    #[action]
    fn ends(self) {} //~ ERROR an action borrows the state: `&mut self`
}

struct Idle;

#[state_machine]
impl Idle {} //~ ERROR a state machine needs an `#[initial]` function

struct Limited;

#[state_machine(steps = 100)] //~ ERROR `#[state_machine]` has no options
impl Limited {}

fn main() {
    let _ = steps::<Opaque>(..9); //~ ERROR `Opaque` is no state machine
}
