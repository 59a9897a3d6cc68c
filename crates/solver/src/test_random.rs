//! A small seeded generator of random numbers for this crate's own tests.

/// Xorshift with a multiplier; never zero.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            random.next();
        }
        random
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`, which is positive. The small bias does not matter here.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    pub(crate) fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.below(options.len() as u64) as usize]
    }

    /// Bits of `width` (at most 128): edges, short runs and powers of two as often as noise.
    pub(crate) fn edge_biased(&mut self, width: u32) -> u128 {
        let noise = u128::from(self.next()) << 64 | u128::from(self.next());
        let distance = self.below(u64::from(width)) as u32;
        let bits = match self.below(8) {
            0 => self.below(4).into(),
            1 => u128::MAX - u128::from(self.below(4)),
            2 => 1 << distance,
            3 => (1 << distance) - 1,
            4 => !((1 << distance) - 1),
            5 => 1 << (width - 1),
            _ => noise,
        };
        bits & crate::value::mask(width)
    }
}
