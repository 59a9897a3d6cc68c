//! Random variants and members, the size of random recursive values, and random actions.
//!
//! If every variant of an expression type is as likely, most random expressions either end at once
//! or grow until something stops them, for the mean number of parts of a variant is hardly ever
//! near one. So each outermost value has a size drawn beforehand: about so many values of the type
//! should be in it. A value gives its parts random shares of what is left; one without a share
//! ends, and one with a good share is more likely to go on.
//!
//! # Invariants
//!
//! - Every variant that is allowed can be drawn with every size but 0.
//! - Sizes never enter the choice sequence.

use std::ops::Range;

use super::nesting::Variants;
use super::random::Random;

impl Random {
    /// One of a range of variants, by weight.
    #[inline]
    pub(super) fn variant(&mut self, among: Range<u32>, variants: Variants<'_>) -> u32 {
        let last = among.end - among.start - 1;
        if variants.weights.is_empty() {
            return among.start + self.uniform(u64::from(last)) as u32;
        }
        self.weighted(among, |at| variants.weight(at))
    }

    /// One of the first `count` variants of a recursive value, by weight and by the size left.
    pub(super) fn recursive_variant(&mut self, count: u32, variants: Variants<'_>) -> u32 {
        let closing = variants.closing.min(count);
        if self.size <= 1 {
            return self.variant(0..closing, variants);
        }
        // Where only a part of the variants goes on, half of the large values do for certain.
        if closing < count && self.next() >> 63 == 0 {
            return self.variant(closing..count, variants);
        }
        self.variant(0..count, variants)
    }

    /// A number of a range, by weight. The sum of the weights must not be 0.
    pub(super) fn weighted(&mut self, among: Range<u32>, weight: impl Fn(u32) -> u64) -> u32 {
        let total: u64 = among.clone().map(&weight).sum();
        assert!(total > 0, "weights must not all be 0");
        let mut left = self.uniform(total - 1);
        for at in among {
            if left < weight(at) {
                return at;
            }
            left -= weight(at);
        }
        unreachable!("a number below the sum of all weights lies within one of them")
    }

    /// The first of `wanted` members of a random subset of `first..count`.
    ///
    /// Selection sampling (Knuth, volume 2, section 3.4.2, algorithm S): each place is in with the
    /// chance that the members still wanted have among the places that are left.
    pub(super) fn member(&mut self, first: usize, count: usize, wanted: usize) -> usize {
        assert!(
            wanted > 0 && wanted <= count - first,
            "there are not so many"
        );
        let mut at = first;
        while self.uniform((count - at - 1) as u64) >= wanted as u64 {
            at += 1;
        }
        at
    }

    /// Draws which of `total` actions are in favour in this case: all of them, or each with a chance
    /// of one half. A case without `close` reaches what no evenly mixed case does.
    ///
    /// Source: A. Groce and others, "Swarm Testing" (ISSTA 2012).
    pub(super) fn begin_actions(&mut self, total: usize) {
        let all = u64::MAX >> (64 - total);
        let bits = self.next();
        self.favoured = if bits & 1 == 0 {
            all
        } else {
            self.next() & all
        };
    }

    /// One of the enabled actions, by weight: of those in favour, if one of them is enabled.
    pub(super) fn action(&mut self, enabled: u64, weights: &[u32]) -> u32 {
        let favoured = enabled & self.favoured;
        let mut among = if favoured == 0 { enabled } else { favoured };
        if !weights.is_empty() {
            let weight = |action: u32| (among >> action & 1) * u64::from(weights[action as usize]);
            return self.weighted(0..weights.len() as u32, weight);
        }
        for _ in 0..self.uniform(u64::from(among.count_ones() - 1)) {
            // Clears the lowest bit that is set.
            among &= among - 1;
        }
        among.trailing_zeros()
    }

    /// How many levels a recursive value may have: mostly few, and enough for a list now and then.
    pub(super) fn levels(&mut self) -> usize {
        let most = match self.next() >> 61 {
            0..=1 => 3,
            2..=5 => 8,
            _ => 24,
        };
        self.uniform(most) as usize
    }

    /// Draws the size of an outermost recursive value; all magnitudes up to 128 are as likely.
    pub(super) fn begin_size(&mut self) {
        let most = 2u64 << self.uniform(6);
        let size = 1 + self.uniform(most) as usize;
        self.size = size.min(self.length_max) as u32;
    }

    /// Leaves one of `parts` a random share of the size, and returns the size before.
    pub(super) fn share_size(&mut self, parts: usize) -> u32 {
        let whole = self.size;
        let left = u64::from(whole.saturating_sub(1));
        self.size = match parts {
            0 | 1 => left as u32,
            // One part in `2 * parts` has it all, for deep values; the others about half of their
            // part, so that all of them add up to the whole on average.
            _ if self.uniform(2 * parts as u64 - 1) == 0 => left as u32,
            _ => self.uniform(left / parts as u64) as u32,
        };
        whole
    }

    /// As `length`, for a collection of recursive values.
    pub(super) fn length_within_size(
        &mut self,
        minimum: usize,
        maximum: usize,
        depth: u32,
    ) -> usize {
        let most = minimum.saturating_add(self.size as usize).min(maximum);
        self.length(minimum, most, depth.min(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_come_as_often_as_they_weigh() {
        let mut random = Random::new(1, 0);
        let mut counts = [0; 4];
        for _ in 0..10_000 {
            let drawn = random.weighted(0..4, |at| [1, 0, 6, 3][at as usize]);
            counts[drawn as usize] += 1;
        }
        assert_eq!(counts[1], 0);
        for (count, expected) in counts.into_iter().zip([1000i32, 0, 6000, 3000]) {
            assert!((expected - count).abs() < 300, "{counts:?}");
        }
    }

    #[test]
    fn actions_are_enabled_and_often_only_some_are_in_favour() {
        let (mut few, mut seen) = (0, 0);
        for index in 0..400 {
            let mut random = Random::new(1, index);
            random.begin_actions(5);
            let mut drawn = 0u64;
            for at in 0..40 {
                let enabled = if at % 2 == 0 { 0b11111 } else { 0b10110 };
                let weights: &[u32] = if index % 2 == 0 {
                    &[]
                } else {
                    &[1, 2, 1, 3, 1]
                };
                let action = random.action(enabled, weights);
                assert!(enabled >> action & 1 == 1, "{action} of {enabled:b}");
                drawn |= 1 << action;
            }
            seen |= drawn;
            few += u32::from(drawn.count_ones() < 4);
        }
        assert_eq!(seen, 0b11111);
        assert!(
            (50..250).contains(&few),
            "{few} of 400 cases with few actions"
        );
        let mut whole = Random::new(1, 0);
        whole.begin_actions(64);
        assert!(whole.action(1 << 63, &[]) == 63);
    }

    #[test]
    fn a_value_without_size_ends_and_others_may_do_anything() {
        let variants = Variants {
            count: 5,
            closing: 2,
            weights: &[],
            order: &[],
        };
        let mut random = Random::new(1, 0);
        let mut seen = [false; 5];
        for size in [0, 1, 2, 60] {
            for _ in 0..200 {
                random.size = size;
                let variant = random.recursive_variant(5, variants);
                assert!(variant < if size <= 1 { 2 } else { 5 });
                seen[variant as usize] = true;
                assert!(random.recursive_variant(2, variants) < 2);
            }
        }
        assert_eq!(seen, [true; 5]);
    }

    #[test]
    fn shares_add_up_to_about_the_whole() {
        let mut random = Random::new(1, 0);
        for parts in [1, 2, 3, 10] {
            let mut total = 0;
            for _ in 0..1000 * parts {
                random.size = 31;
                assert_eq!(random.share_size(parts), 31);
                total += random.size;
            }
            let mean = f64::from(total) / 1000.0;
            assert!((24.0..33.0).contains(&mean), "{mean} in {parts} parts");
        }
    }
}
