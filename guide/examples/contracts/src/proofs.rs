//! What is proved of the contracts, and of the callers by them.

use proofhouse::prelude::*;

use crate::{Account, gcd, reduced, take_fee};

// ANCHOR: keeps
/// A first call with any arguments; the calls inside of it keep the contract, by induction.
#[property(checks(gcd), assuming(gcd))]
fn gcd_keeps_its_contract(a: u32, b: u32) {
    gcd(a, b);
}
// ANCHOR_END: keeps

// ANCHOR: caller
/// Reducing divides by no zero, and leaves none below.
#[property(checks(reduced), assuming(gcd))]
fn reduced_keeps_its_contract(numerator: u32, denominator: u32) {
    reduced(numerator, denominator);
}
// ANCHOR_END: caller

/// The same with the bodies of all calls.
#[property(checks(reduced))]
fn reduced_by_bodies(numerator: u32, denominator: u32) {
    reduced(numerator, denominator);
}

// ANCHOR: weak
/// A reduced fraction has no smaller form: true, but the contract of `gcd` does not say it.
#[property(assuming(gcd))]
fn reduced_once_is_reduced(numerator: u32, #[from(1..=u32::MAX)] denominator: u32) {
    let (above, below) = reduced(numerator, denominator);
    assert_eq!(gcd(above, below), 1);
}
// ANCHOR_END: weak

// ANCHOR: caller_breaks
/// A caller that does not keep to the precondition.
#[property(assuming(reduced))]
#[ignore = "fails: it shows what is found"]
fn a_ratio_of_anything(numerator: u32, denominator: u32) {
    reduced(numerator, denominator);
}
// ANCHOR_END: caller_breaks

/// What is left of an account that is paid into and emptied, by the contracts.
#[property(assuming(Account::pay_in, Account::take_out))]
fn what_was_paid_in_can_be_taken_out(
    #[from(well_formed())] mut account: Account,
    #[from(0..=1_000_000u32)] amount: u32,
) {
    assume!(account.balance <= 1_000_000 && account.paid_in <= 1 << 60);
    account.pay_in(amount);
    assert!(account.take_out(amount));
}

// ANCHOR: fee
/// Its contract forgets the largest fee.
#[property(checks(take_fee))]
#[ignore = "fails: it shows what is found"]
fn a_fee_is_taken(amount: u32, mut fees: u64, mut largest: u32) {
    take_fee(amount, &mut fees, &mut largest);
}
// ANCHOR_END: fee
