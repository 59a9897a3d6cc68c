//! Counts can be wishful: so many properties times so many cases is what was asked for, not what ran.

// ANCHOR: code
/// The price after a discount in percent.
pub fn discounted(price: u32, percent: u32) -> u32 {
    (u64::from(price) * u64::from(100 - percent.min(100)) / 100) as u32
}
// ANCHOR_END: code

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse::prelude::*;

    // ANCHOR: properties
    /// A discount never makes anything dearer.
    #[property]
    fn never_dearer(price: u32, percent: u32) {
        assert!(discounted(price, percent) <= price);
    }

    /// All or nothing.
    #[property]
    fn all_or_nothing(price: u32, is_free: bool) {
        let percent = if is_free { 100 } else { 0 };
        assert_eq!(discounted(price, percent), if is_free { 0 } else { price });
    }

    /// What is free stays free.
    #[property]
    fn nothing_stays_nothing() {
        assert_eq!(discounted(0, 50), 0);
    }

    /// Every percentage of a hundred is what is left.
    #[property]
    fn percents_of_a_hundred(#[from(0..=100u32)] percent: u32) {
        assert_eq!(discounted(100, percent), 100 - percent);
    }

    /// Half a price, twice, is the price, if it was even.
    #[property]
    #[ignore = "unhealthy: this is the lesson"]
    fn halves_add_up(price: u32, percent: u32) {
        assume!(percent == 50);
        assume!(price.is_multiple_of(2));
        assert_eq!(discounted(price, percent) * 2, price);
    }
    // ANCHOR_END: properties
}
