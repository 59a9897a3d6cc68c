//! Stateful tests: sequences of calls that no one has thought of.
//!
//! A state machine holds the system under test and, if need be, a model of it. Its *actions* are
//! methods with drawn arguments; its *invariants* are checked after each of them. A property over
//! [`Steps`] runs actions in any order, and shrinks a failing run to the few calls that matter:
//!
//! ```
//! use proofhouse::prelude::*;
//!
//! /// A bank that counts in a second way.
//! struct Bank {
//!     balances: Vec<u32>,
//!     total: u32,
//! }
//!
//! #[state_machine]
//! impl Bank {
//!     #[initial]
//!     fn new() -> Self {
//!         Bank { balances: Vec::new(), total: 0 }
//!     }
//!
//!     #[action(into = accounts)]
//!     fn open(&mut self, #[from(0..1000)] deposit: u32) -> usize {
//!         self.balances.push(deposit);
//!         self.total += deposit;
//!         self.balances.len() - 1
//!     }
//!
//!     #[action]
//!     fn withdraw(&mut self, #[bundle(accounts)] account: usize, #[from(1..1000)] amount: u32) {
//!         if amount <= self.balances[account] {
//!             self.balances[account] -= amount;
//!             self.total -= amount;
//!         }
//!     }
//!
//!     #[action]
//!     #[precondition(self.total > 0)]
//!     fn close(&mut self, #[consume(accounts)] account: usize) {
//!         self.total -= std::mem::take(&mut self.balances[account]);
//!     }
//!
//!     #[invariant]
//!     fn books_balance(&self) {
//!         assert_eq!(self.balances.iter().sum::<u32>(), self.total);
//!     }
//! }
//!
//! /// The books balance, whatever happens.
//! #[property]
//! fn prop_bank(run: Steps<Bank>) {
//!     classify!("ten steps", run.count() > 10);
//!     assert_eq!(run.state().total == 0, run.state().balances.iter().all(|balance| *balance == 0));
//! }
//! # fn main() {}
//! ```
//!
//! Had `withdraw` forgotten to look at the balance, the report would hold the program of the failure,
//! to be pasted into a test:
//!
//! ```text
//!   run:
//!     let mut bank = Bank::new();
//!     let account_1 = bank.open(0);
//!     bank.withdraw(account_1, 1); // this step fails
//! ```
//!
//! # What there is
//!
//! | attribute | on | meaning |
//! | --- | --- | --- |
//! | `#[initial]` | one function | makes the first state: `-> Self`, or a `Result` of it |
//! | `#[action]` | methods | what may happen; an `Err` fails, as a panic does |
//! | `#[action(into = accounts)]` | methods | puts the result into the bundle `accounts` |
//! | `#[precondition(self.total > 0)]` | actions | when it may happen; several must all hold |
//! | `#[weight(3)]` | actions | happens three times as often as one without (1); changes nothing else |
//! | `#[invariant]` | methods with `&self` | must hold at first and after each step |
//! | `#[from(generator)]` | arguments | as everywhere; may mention `self` and earlier arguments |
//! | `#[bundle(accounts)]` | arguments | an earlier result, cloned, or as it lies there for a `&` argument |
//! | `#[consume(accounts)]` | arguments | an earlier result, which leaves the bundle |
//!
//! An action that draws from an empty bundle is disabled. When no action is enabled, a run ends. An
//! [`assume!`](crate::assume!) in an action rejects the whole run; a precondition is better.
//!
//! A random run may do without some of the actions, so that what only grows, or never closes, is
//! tried as well. `#[from(steps(..=200))]` allows more steps than 50. Other engines run the same code:
//! where few runs are possible all of them are tried, and the machine proves a property up to a number
//! of steps.
//!
//! # Without the macro
//!
//! `#[state_machine]` leaves the methods as they are and implements [`StateMachine`], which can be
//! done by hand as well.
//!
//! # Not here
//!
//! Steps at the same time. Steps of one run come one after the other, on one thread.

mod bundle;
mod listing;
mod state_machine;
mod step;
mod steps;

pub use bundle::Bundle;
pub(crate) use listing::Listing;
pub use listing::{Call, Passing, Variable};
pub use state_machine::StateMachine;
pub use step::Step;
pub use steps::{AnySteps, Steps, steps};

#[cfg(test)]
mod tests;
