//! The binary interchange formats of IEEE 754, and how results are rounded.

/// A binary floating-point format: so many bits for the exponent, and a significand of so many
/// bits, of which the first is not stored.
///
/// ```
/// use proofhouse_solver::Format;
///
/// assert_eq!(Format::SINGLE.width(), 32);
/// assert_eq!(Format::SINGLE.nan(), u128::from(f32::NAN.to_bits()));
/// assert_eq!(Format::new(11, 53), Some(Format::DOUBLE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format {
    exponent_bits: u8,
    precision: u8,
}

/// What is done with a result between two numbers of its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// To the nearer one, a tie to the one whose last bit is 0.
    NearestEven,
    /// To the nearer one, a tie away from zero.
    NearestAway,
    /// Toward plus infinity.
    Up,
    /// Toward minus infinity.
    Down,
    /// Toward zero.
    Zero,
}

impl Format {
    /// Rust's `f16`.
    pub const HALF: Self = Self::of(5, 11);
    /// Rust's `f32`.
    pub const SINGLE: Self = Self::of(8, 24);
    /// Rust's `f64`.
    pub const DOUBLE: Self = Self::of(11, 53);
    /// Rust's `f128`.
    pub const QUADRUPLE: Self = Self::of(15, 113);

    const fn of(exponent_bits: u8, precision: u8) -> Self {
        Self {
            exponent_bits,
            precision,
        }
    }

    /// The format of so many exponent bits and so many significand bits, the hidden one included;
    /// `None` for fewer than 2 of either, more than 15 exponent bits or more than 128 bits together,
    /// and where the significand is so long that not every large number is whole.
    pub fn new(exponent_bits: u32, precision: u32) -> Option<Self> {
        let fits = (2..=15).contains(&exponent_bits)
            && precision >= 2
            && exponent_bits.saturating_add(precision) <= 128;
        let format = fits.then(|| Self::of(exponent_bits as u8, precision as u8));
        // Rounding to a whole number can't overflow then.
        format.filter(|format| format.bias() >= i64::from(format.fraction_bits()))
    }

    /// Bits of the exponent.
    pub fn exponent_bits(self) -> u32 {
        u32::from(self.exponent_bits)
    }

    /// Bits of the significand, the hidden one included.
    pub fn precision(self) -> u32 {
        u32::from(self.precision)
    }

    /// All bits: sign, exponent, and significand without the hidden bit.
    pub fn width(self) -> u32 {
        self.exponent_bits() + self.precision()
    }

    /// Stored bits of the significand.
    pub fn fraction_bits(self) -> u32 {
        self.precision() - 1
    }

    /// What is added to an exponent before it is stored; also the greatest exponent.
    pub fn bias(self) -> i64 {
        (1 << (self.exponent_bits - 1)) - 1
    }

    /// The exponent of the smallest normal number.
    pub fn exponent_min(self) -> i64 {
        1 - self.bias()
    }

    /// The sign alone.
    pub fn sign_bit(self) -> u128 {
        1 << (self.width() - 1)
    }

    /// The bits of plus infinity.
    pub fn infinity(self) -> u128 {
        ((1 << self.exponent_bits) - 1) << self.fraction_bits()
    }

    /// The NaN that operations give: positive and quiet, without payload.
    pub fn nan(self) -> u128 {
        self.infinity() | 1 << (self.fraction_bits() - 1)
    }

    /// The bits of the greatest finite number.
    pub fn greatest(self) -> u128 {
        self.infinity() - 1
    }

    /// The bits of one.
    pub fn one(self) -> u128 {
        (self.bias() as u128) << self.fraction_bits()
    }

    /// The bits of 2 to the power, or of infinity where that is too large.
    pub fn power_of_two(self, power: u32) -> u128 {
        if i64::from(power) > self.bias() {
            return self.infinity();
        }
        let field = (self.bias() + i64::from(power)) as u128;
        field << self.fraction_bits()
    }

    /// Whether these are the bits of a NaN.
    pub fn is_nan(self, bits: u128) -> bool {
        bits & (self.sign_bit() - 1) > self.infinity()
    }
}

impl Rounding {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::NearestEven,
        Self::NearestAway,
        Self::Up,
        Self::Down,
        Self::Zero,
    ];

    /// Whether a magnitude moves away from zero: `is_odd` is its last bit, `is_half` the first bit
    /// behind it and `has_rest` whether any further one is set.
    pub(super) fn moves_away(
        self,
        is_negative: bool,
        is_odd: bool,
        is_half: bool,
        has_rest: bool,
    ) -> bool {
        match self {
            Self::NearestEven => is_half && (has_rest || is_odd),
            Self::NearestAway => is_half,
            Self::Up => !is_negative && (is_half || has_rest),
            Self::Down => is_negative && (is_half || has_rest),
            Self::Zero => false,
        }
    }

    /// Whether what is too large becomes infinite.
    pub(super) fn overflows_to_infinity(self, is_negative: bool) -> bool {
        match self {
            Self::NearestEven | Self::NearestAway => true,
            Self::Up => !is_negative,
            Self::Down => is_negative,
            Self::Zero => false,
        }
    }
}
