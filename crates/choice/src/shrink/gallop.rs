//! Finding the end of what works with few tries.

/// The largest amount up to `most` that works, if all amounts up to some point do; else some
/// amount that works while the next does not. Amount 0 is taken to work. Costs one try when 1
/// fails, and O(log of the result) otherwise.
pub(super) fn largest(most: u128, mut works: impl FnMut(u128) -> bool) -> u128 {
    let mut good: u128 = 0;
    // Doubling finds the order of magnitude, halving the rest.
    let mut bad = loop {
        let next = if good == 0 {
            1
        } else {
            good.saturating_mul(2).min(most)
        };
        if good >= most {
            return good;
        }
        if !works(next) {
            break next;
        }
        good = next;
    };
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if works(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

/// The smallest amount that works, below `good`, which does; or some amount that works while the
/// one before does not. Amount 0 is known to fail. Costs two tries when `good - 1` fails.
///
/// Amounts that work may begin far below (a threshold) or just below (something else holds them),
/// so half of `good` decides from where they are looked for. Costs O(log log good + log result) in
/// the first case and O(log (good - result)) in the second.
pub(super) fn smallest(good: u128, mut works: impl FnMut(u128) -> bool) -> u128 {
    if good <= 1 || !works(good - 1) {
        return good;
    }
    let (half, good) = (good / 2, good - 1);
    if half == 0 || half >= good {
        return good;
    }
    if works(half) {
        return smallest_above(0, half, works);
    }
    good - largest(good - half - 1, |amount| works(good - amount))
}

/// As `smallest`, between an amount that fails and one that works, searching the order of magnitude
/// first.
fn smallest_above(mut bad: u128, mut good: u128, mut works: impl FnMut(u128) -> bool) -> u128 {
    debug_assert!(bad < good, "{bad} fails and {good} works");
    while good - bad > 1 {
        let (low_width, high_width) = (width(bad), width(good));
        let middle = if high_width > low_width + 1 {
            // Halfway between the widths, as a power of two: above `bad`, and at most `good`.
            (1 << (u32::midpoint(low_width, high_width) - 1)).min(good - 1)
        } else {
            bad + (good - bad) / 2
        };
        if works(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

/// How many bits a number needs.
fn width(number: u128) -> u32 {
    u128::BITS - number.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_is_found_with_few_tries() {
        for most in [0, 1, 2, 3, 9, 64, 1000] {
            for end in (0..=most).chain([most + 5]) {
                let mut tries = 0;
                let found = largest(most, |amount| {
                    assert!((1..=most).contains(&amount));
                    tries += 1;
                    amount <= end
                });
                assert_eq!(found, end.min(most));
                assert!(
                    tries <= 1 + 2 * width(end),
                    "{tries} tries to {end} of {most}"
                );
            }
        }
        assert_eq!(largest(u128::MAX, |_| true), u128::MAX);
    }

    #[test]
    fn the_smallest_is_found_with_few_tries() {
        for good in [1, 2, 3, 10, 100, 1000, 1 << 60, u128::MAX] {
            for start in [1, 2, 3, 4, 5, 9, 60, 400, 1 << 40]
                .into_iter()
                .filter(|s| *s <= good / 2)
            {
                let mut tries = 0;
                let found = smallest(good, |amount| {
                    tries += 1;
                    amount >= start
                });
                assert_eq!(found, start);
                assert!(
                    tries <= 8 + width(start),
                    "{tries} tries to {start} of {good}"
                );
            }
        }
    }

    #[test]
    fn what_is_held_just_below_is_found_from_there() {
        for good in [10, 1000, 1 << 60, u128::MAX] {
            for below in [0, 1, 2, 3, 4] {
                let mut tries = 0;
                let found = smallest(good, |amount| {
                    tries += 1;
                    amount >= good - below
                });
                assert_eq!(found, good - below);
                assert!(tries <= 8, "{tries} tries to {below} below {good}");
            }
        }
    }

    #[test]
    fn without_order_the_answer_still_works() {
        let works = |amount: u128| amount % 7 == 3 || amount == 100;
        let found = smallest(100, works);
        assert_eq!(found, 100);
        let works = |amount: u128| amount > 90 || amount % 7 == 3;
        let found = smallest(100, works);
        assert!(works(found) && !works(found - 1));
        let works = |amount: u128| amount % 7 < 3;
        let found = largest(100, works);
        assert!(works(found) && !works(found + 1));
    }
}
