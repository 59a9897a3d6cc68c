//! Functions with contracts: each is checked on its own, and its callers are proved without its body.

#[cfg(test)]
mod proofs;

// ANCHOR: gcd
/// The greatest number that divides both; 0 for two zeros.
#[cfg_attr(
    test,
    proofhouse::ensures(|divisor| a == 0 || *divisor <= a),
    proofhouse::ensures(|divisor| b == 0 || *divisor <= b),
    proofhouse::ensures(|divisor| (*divisor == 0) == (a == 0 && b == 0))
)]
pub fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
// ANCHOR_END: gcd

// ANCHOR: reduced
/// A fraction in its lowest terms.
#[cfg_attr(
    test,
    proofhouse::requires(denominator != 0),
    proofhouse::ensures(|(_, below)| *below != 0)
)]
pub fn reduced(numerator: u32, denominator: u32) -> (u32, u32) {
    let divisor = gcd(numerator, denominator);
    (numerator / divisor, denominator / divisor)
}
// ANCHOR_END: reduced

// ANCHOR: fee
/// Takes a fee for each started hundred of an amount; returns what is left of the amount.
#[cfg_attr(
    test,
    proofhouse::modifies(*fees),
    proofhouse::ensures(|rest| *rest <= amount)
)]
pub fn take_fee(amount: u32, fees: &mut u64, largest: &mut u32) -> u32 {
    let fee = amount.div_ceil(100);
    *fees = fees.saturating_add(u64::from(fee));
    if fee > *largest {
        *largest = fee;
    }
    amount - fee
}
// ANCHOR_END: fee

// ANCHOR: account
/// An account and what was ever paid into it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(proofhouse::Generate))]
pub struct Account {
    balance: u32,
    paid_in: u64,
}

#[cfg_attr(test, proofhouse::keeps_invariant)]
impl Account {
    /// With nothing in it.
    pub fn open() -> Self {
        Self {
            balance: 0,
            paid_in: 0,
        }
    }

    /// Pays an amount in.
    #[cfg_attr(
        test,
        proofhouse::requires(amount <= 1_000_000),
        proofhouse::requires(self.balance <= 1_000_000 && self.paid_in <= 1 << 60),
        proofhouse::ensures(self.balance == old(self.balance) + amount)
    )]
    pub fn pay_in(&mut self, amount: u32) {
        self.balance += amount;
        self.paid_in += u64::from(amount);
    }

    /// Takes an amount out, if there is so much.
    #[cfg_attr(test, proofhouse::ensures(|taken| *taken == (amount <= old(self.balance))))]
    pub fn take_out(&mut self, amount: u32) -> bool {
        let Some(rest) = self.balance.checked_sub(amount) else {
            return false;
        };
        self.balance = rest;
        true
    }
}

#[cfg(test)]
impl proofhouse::Invariant for Account {
    fn is_well_formed(&self) -> bool {
        u64::from(self.balance) <= self.paid_in
    }
}
// ANCHOR_END: account
