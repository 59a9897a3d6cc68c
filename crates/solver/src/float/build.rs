//! The constructors of float operations, and what they know without computing.

use super::{FloatApplication, FloatOperation, Format, Rounding, evaluate};
use crate::terms::{Node, TermId, Terms};
use crate::value::Value;

impl Terms {
    /// `a + b`.
    pub fn float_add(
        &mut self,
        format: Format,
        rounding: Rounding,
        a: TermId,
        b: TermId,
    ) -> TermId {
        self.float_operation(FloatOperation::Add, format, rounding, &[a, b])
    }

    /// `a - b`.
    pub fn float_sub(
        &mut self,
        format: Format,
        rounding: Rounding,
        a: TermId,
        b: TermId,
    ) -> TermId {
        let negated = self.float_negate(format, b);
        self.float_add(format, rounding, a, negated)
    }

    /// The operation on as many operands as it has, each as wide as the format.
    ///
    /// # Panics
    ///
    /// For conversions from and to integers, which have constructors of their own, and for operands
    /// of other widths.
    pub fn float_operation(
        &mut self,
        operation: FloatOperation,
        format: Format,
        rounding: Rounding,
        operands: &[TermId],
    ) -> TermId {
        let target = operation.result(format);
        let target = target.expect("conversions to integers have a constructor of their own");
        for &operand in operands {
            assert_eq!(self.width(operand), format.width(), "{operation:?}");
        }
        self.float_apply(operation, format, rounding, operands, target.width())
    }

    /// An integer of any width as a float.
    pub fn float_from_integer(
        &mut self,
        format: Format,
        rounding: Rounding,
        is_signed: bool,
        integer: TermId,
    ) -> TermId {
        let operation = if is_signed {
            FloatOperation::FromSigned
        } else {
            FloatOperation::FromUnsigned
        };
        self.float_apply(operation, format, rounding, &[integer], format.width())
    }

    /// A float as an integer of `width` bits, clamped to its range; 0 for NaN.
    pub fn float_to_integer(
        &mut self,
        format: Format,
        rounding: Rounding,
        is_signed: bool,
        a: TermId,
        width: u32,
    ) -> TermId {
        assert_eq!(self.width(a), format.width(), "a float is its bits");
        let operation = if is_signed {
            FloatOperation::ToSigned
        } else {
            FloatOperation::ToUnsigned
        };
        self.float_apply(operation, format, rounding, &[a], width)
    }

    /// Whether `a`, rounded to a whole number, is an integer of `width` bits.
    pub fn float_fits_integer(
        &mut self,
        format: Format,
        rounding: Rounding,
        is_signed: bool,
        a: TermId,
        width: u32,
    ) -> TermId {
        let whole = if rounding == Rounding::Zero {
            a
        } else {
            let operation = FloatOperation::RoundToIntegral;
            self.float_operation(operation, format, rounding, &[a])
        };
        let bits = if is_signed { width - 1 } else { width };
        let above = self.constant(format.width(), format.power_of_two(bits));
        let is_below = self.float_lt(format, whole, above);
        // Toward zero, everything above the first whole number below the range fits.
        let first_below = if is_signed {
            (u128::from(bits) < u128::from(format.precision())).then(|| (1u128 << bits) + 1)
        } else {
            Some(1)
        };
        let fits_below = match first_below.filter(|_| rounding == Rounding::Zero) {
            Some(first_below) => {
                let first_below = self.whole_number(format, first_below);
                let first_below = self.float_negate(format, first_below);
                self.float_lt(format, first_below, whole)
            }
            None if is_signed => {
                let lowest = self.float_negate(format, above);
                self.float_le(format, lowest, whole)
            }
            None => {
                let zero = self.zero(format.width());
                self.float_le(format, zero, whole)
            }
        };
        let is_infinite = self.float_is_infinite(format, whole);
        let is_finite = self.not(is_infinite);
        let fits = self.and(is_below, fits_below);
        self.and(fits, is_finite)
    }

    fn whole_number(&mut self, format: Format, number: u128) -> TermId {
        let number = self.constant(128, number);
        self.float_from_integer(format, Rounding::NearestEven, false, number)
    }

    /// Any operation, whatever its operands, through its constructor.
    pub(crate) fn float_apply(
        &mut self,
        operation: FloatOperation,
        format: Format,
        rounding: Rounding,
        operands: &[TermId],
        width: u32,
    ) -> TermId {
        let takes_integer = matches!(
            operation,
            FloatOperation::FromSigned | FloatOperation::FromUnsigned
        );
        let mut operands = operands.to_vec();
        if !takes_integer {
            for operand in &mut operands {
                *operand = self.plain_float(format, *operand);
            }
        }
        let application = FloatApplication::new(operation, format, rounding, &operands);
        if let Some(folded) = self.fold_float(&application, width) {
            return folded;
        }
        if let Some(simpler) = self.simpler_float(&application, width) {
            return simpler;
        }
        if is_commutative(operation) && operands[0] > operands[1] {
            operands.swap(0, 1);
        }
        let application = FloatApplication::new(operation, format, rounding, &operands);
        self.intern(Node::Float(application), width)
    }

    fn fold_float(&mut self, application: &FloatApplication, width: u32) -> Option<TermId> {
        let values: Option<Vec<Value>> = application
            .operands()
            .iter()
            .map(|&operand| self.as_value(operand).cloned())
            .collect();
        let folded = evaluate(application, width, &values?);
        Some(self.value(folded))
    }

    fn simpler_float(&mut self, application: &FloatApplication, width: u32) -> Option<TermId> {
        self.nan_operand(application)
            .or_else(|| self.narrower_integer(application))
            .or_else(|| self.neutral_operand(application))
            .or_else(|| self.plainer_multiply_add(application))
            .or_else(|| self.already_integral(application))
            .or_else(|| self.converted_back(application, width))
    }

    /// An operation on a NaN is one.
    fn nan_operand(&mut self, application: &FloatApplication) -> Option<TermId> {
        let target = application.operation.result(application.format)?;
        if takes_integer(application.operation) {
            return None;
        }
        let is_nan = |&operand: &TermId| {
            self.as_constant(operand)
                .is_some_and(|bits| application.format.is_nan(bits))
        };
        let is_nan = application.operands().iter().any(is_nan);
        is_nan.then(|| self.constant(target.width(), target.nan()))
    }

    /// An integer whose upper bits say nothing is converted without them.
    fn narrower_integer(&mut self, application: &FloatApplication) -> Option<TermId> {
        use FloatOperation as Op;
        if !takes_integer(application.operation) {
            return None;
        }
        let (format, rounding) = (application.format, application.rounding);
        match *self.node(application.operands()[0]) {
            Node::Concat { high, low } if self.is_zero(high) => {
                Some(self.float_from_integer(format, rounding, false, low))
            }
            Node::SignExtend(low) if application.operation == Op::FromSigned => {
                Some(self.float_from_integer(format, rounding, true, low))
            }
            _ => None,
        }
    }

    /// `x * 1`, `x / 1`, `x + -0` and `x - 0` are `x`; so is a conversion to the same format.
    fn neutral_operand(&mut self, application: &FloatApplication) -> Option<TermId> {
        use FloatOperation as Op;
        let format = application.format;
        let is =
            |terms: &Self, operand: TermId, bits: u128| terms.as_constant(operand) == Some(bits);
        let neutral = match application.operation {
            Op::Add => neutral_zero(format, application.rounding),
            Op::Multiply | Op::Divide => format.one(),
            Op::Convert(to) if to == format => {
                return Some(self.with_one_nan(format, application.operands()[0]));
            }
            _ => return None,
        };
        let &[a, b] = application.operands() else {
            return None;
        };
        if is(self, b, neutral) {
            return Some(self.with_one_nan(format, a));
        }
        let either_way = is_commutative(application.operation);
        (either_way && is(self, a, neutral)).then(|| self.with_one_nan(format, b))
    }

    /// A product with one, or a sum with a zero that leaves the other's sign, is no fused operation.
    fn plainer_multiply_add(&mut self, application: &FloatApplication) -> Option<TermId> {
        let (format, rounding) = (application.format, application.rounding);
        let &[a, b, c] = application.operands() else {
            return None;
        };
        let is_one = |terms: &Self, factor| terms.as_constant(factor) == Some(format.one());
        if is_one(self, b) {
            return Some(self.float_add(format, rounding, a, c));
        }
        if is_one(self, a) {
            return Some(self.float_add(format, rounding, b, c));
        }
        let neutral = neutral_zero(format, rounding);
        (self.as_constant(c) == Some(neutral))
            .then(|| self.float_operation(FloatOperation::Multiply, format, rounding, &[a, b]))
    }

    /// What is whole stays when it is rounded to a whole number.
    fn already_integral(&mut self, application: &FloatApplication) -> Option<TermId> {
        use FloatOperation as Op;
        let &[a] = application.operands() else {
            return None;
        };
        let inner = self.float_result(application.format, a)?;
        let is_whole = matches!(
            inner.operation,
            Op::RoundToIntegral | Op::FromSigned | Op::FromUnsigned
        );
        (application.operation == Op::RoundToIntegral && is_whole).then_some(a)
    }

    /// A conversion that takes back one without loss.
    fn converted_back(&mut self, application: &FloatApplication, width: u32) -> Option<TermId> {
        use FloatOperation as Op;
        let &[a] = application.operands() else {
            return None;
        };
        let inner = self.float_result(application.format, a)?;
        let original = inner.operands()[0];
        match (inner.operation, application.operation) {
            (Op::Convert(wide), Op::Convert(narrow))
                if narrow == inner.format && holds_all(wide, narrow) =>
            {
                Some(self.with_one_nan(narrow, original))
            }
            (Op::FromSigned, Op::ToSigned) if width >= self.width(original) => {
                let is_exact = self.width(original) <= inner.format.precision() + 1
                    && is_finite(inner.format, self.width(original) - 1);
                is_exact.then(|| self.sign_extend(original, width))
            }
            (Op::FromUnsigned, Op::ToUnsigned | Op::ToSigned)
                if width > self.width(original)
                    || width == self.width(original) && application.operation == Op::ToUnsigned =>
            {
                let is_exact = self.width(original) <= inner.format.precision()
                    && is_finite(inner.format, self.width(original));
                is_exact.then(|| self.zero_extend(original, width))
            }
            _ => None,
        }
    }

    /// `a`, or the NaN of its format.
    fn with_one_nan(&mut self, format: Format, a: TermId) -> TermId {
        if self.float_result(format, a).is_some() {
            return a;
        }
        let is_nan = self.float_is_nan(format, a);
        let nan = self.constant(format.width(), format.nan());
        let whole = self.ite(is_nan, nan, a);
        self.remember_plain(format, whole, a);
        whole
    }

    /// `a`, or, where that is a NaN, one with the sign and payload of `bits`, which may be anything:
    /// what a program sees of a result.
    pub fn float_with_any_nan(&mut self, format: Format, a: TermId, bits: TermId) -> TermId {
        let is_nan = self.float_is_nan(format, a);
        if self.as_boolean(is_nan) == Some(false) {
            return a;
        }
        // A payload of zero would be infinity.
        let fraction = self.truncate(bits, format.fraction_bits());
        let none = self.zero(format.fraction_bits());
        let is_none = self.eq(fraction, none);
        let quiet = self.constant(format.fraction_bits(), 1 << (format.fraction_bits() - 1));
        let fraction = self.ite(is_none, quiet, fraction);
        let field = self.ones(format.exponent_bits());
        let magnitude = self.concat(field, fraction);
        let sign = self.float_sign(format, bits);
        let nan = self.concat(sign, magnitude);
        let whole = self.ite(is_nan, nan, a);
        self.remember_plain(format, whole, a);
        whole
    }

    /// Remembers that `whole` is `a` or, where that is a NaN, another one.
    fn remember_plain(&mut self, format: Format, whole: TermId, a: TermId) {
        if whole == a {
            return;
        }
        self.plain_floats.insert(whole, (format, a));
        let magnitude = self.float_magnitude(format, whole);
        self.plain_magnitudes.insert(magnitude, (format, whole, a));
    }

    /// The operation whose result `a` is, if that result is a float of this format. Bits that were made as an
    /// integer, or as a float of another format, can be read as one of this.
    pub(super) fn float_result(&self, format: Format, a: TermId) -> Option<FloatApplication> {
        match *self.node(a) {
            Node::Float(application) => {
                let result = application.operation.result(application.format);
                (result == Some(format)).then_some(application)
            }
            _ => None,
        }
    }

    /// `a` as operations see it: where it is a result with any NaN, the result itself; also under
    /// another sign.
    pub(super) fn plain_float(&mut self, format: Format, a: TermId) -> TermId {
        match self.plain_floats.get(&a) {
            Some(&(own, plain)) if own == format => return plain,
            _ => {}
        }
        let Node::Concat { high, low } = *self.node(a) else {
            return a;
        };
        match self.plain_magnitudes.get(&low) {
            Some(&(own, whole, plain)) if own == format => {
                let sign = self.plain_sign(high, whole, plain);
                let magnitude = self.truncate(plain, self.width(low));
                self.concat(sign, magnitude)
            }
            _ => a,
        }
    }

    /// A sign that was taken from a result with any NaN, taken from the result. That of a NaN does
    /// not matter.
    fn plain_sign(&mut self, sign: TermId, whole: TermId, plain: TermId) -> TermId {
        let width = self.width(whole);
        let own = self.extract(whole, width - 1, 1);
        let inner = self.extract(plain, width - 1, 1);
        let flipped = self.not(own);
        match sign {
            sign if sign == own => inner,
            sign if sign == flipped => self.not(inner),
            other => other,
        }
    }

    /// Whether an operation gives a NaN, from what its operands are.
    pub(super) fn float_result_is_nan(
        &mut self,
        result: TermId,
        application: &FloatApplication,
    ) -> TermId {
        if let Some(&known) = self.nan_conditions.get(&result) {
            return known;
        }
        let condition = self.nan_condition(result, application);
        self.nan_conditions.insert(result, condition);
        condition
    }

    fn nan_condition(&mut self, result: TermId, application: &FloatApplication) -> TermId {
        use FloatOperation as Op;
        let FloatApplication {
            operation, format, ..
        } = *application;
        let operands = application.operands();
        if takes_integer(operation) {
            return self.false_();
        }
        let mut condition = self.false_();
        for &operand in operands {
            let is_nan = self.float_is_nan(format, operand);
            condition = self.or(condition, is_nan);
        }
        let own = match (operation, operands) {
            (Op::RoundToIntegral | Op::Convert(_), _) => return condition,
            (Op::Add, &[a, b]) => self.infinities_cancel(format, a, b),
            (Op::Multiply, &[a, b]) => self.zero_meets_infinity(format, a, b),
            (Op::Divide, &[a, b]) => {
                let [infinite_a, infinite_b] = [a, b].map(|x| self.float_is_infinite(format, x));
                let [zero_a, zero_b] = [a, b].map(|x| self.float_is_zero(format, x));
                let infinite = self.and(infinite_a, infinite_b);
                let zero = self.and(zero_a, zero_b);
                self.or(infinite, zero)
            }
            (Op::Remainder | Op::RemainderNearest, &[a, b]) => {
                let infinite = self.float_is_infinite(format, a);
                let zero = self.float_is_zero(format, b);
                self.or(infinite, zero)
            }
            (Op::SquareRoot, &[a]) => {
                let is_negative = self.float_sign(format, a);
                let is_zero = self.float_is_zero(format, a);
                let is_not_zero = self.not(is_zero);
                self.and(is_negative, is_not_zero)
            }
            (Op::MultiplyAdd, &[a, b, c]) => {
                let product = self.zero_meets_infinity(format, a, b);
                // Where the factors are finite, the product is, however large.
                let [infinite_a, infinite_b, infinite_c] =
                    [a, b, c].map(|x| self.float_is_infinite(format, x));
                let is_infinite = self.or(infinite_a, infinite_b);
                let [sign_a, sign_b, sign_c] = [a, b, c].map(|x| self.float_sign(format, x));
                let sign = self.xor(sign_a, sign_b);
                let differ = self.xor(sign, sign_c);
                let both = self.and(is_infinite, infinite_c);
                let cancel = self.and(both, differ);
                self.or(product, cancel)
            }
            _ => return self.bits_are_nan(format, result),
        };
        self.or(condition, own)
    }

    fn infinities_cancel(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [infinite_a, infinite_b] = [a, b].map(|x| self.float_is_infinite(format, x));
        let [sign_a, sign_b] = [a, b].map(|x| self.float_sign(format, x));
        let both = self.and(infinite_a, infinite_b);
        let differ = self.xor(sign_a, sign_b);
        self.and(both, differ)
    }

    fn zero_meets_infinity(&mut self, format: Format, a: TermId, b: TermId) -> TermId {
        let [infinite_a, infinite_b] = [a, b].map(|x| self.float_is_infinite(format, x));
        let [zero_a, zero_b] = [a, b].map(|x| self.float_is_zero(format, x));
        let first = self.and(zero_a, infinite_b);
        let second = self.and(infinite_a, zero_b);
        self.or(first, second)
    }
}

fn takes_integer(operation: FloatOperation) -> bool {
    matches!(
        operation,
        FloatOperation::FromSigned | FloatOperation::FromUnsigned
    )
}

/// The zero that leaves every number as it is when it is added: rounding down, zeros of both signs
/// make minus zero, and otherwise zero.
fn neutral_zero(format: Format, rounding: Rounding) -> u128 {
    match rounding {
        Rounding::Down => 0,
        _ => format.sign_bit(),
    }
}

/// Whether the first two operands may change places.
fn is_commutative(operation: FloatOperation) -> bool {
    matches!(
        operation,
        FloatOperation::Add | FloatOperation::Multiply | FloatOperation::MultiplyAdd
    )
}

/// Whether every number of `narrow` is one of `wide`.
fn holds_all(wide: Format, narrow: Format) -> bool {
    let lowest = |format: Format| format.exponent_min() - i64::from(format.fraction_bits());
    wide.precision() >= narrow.precision()
        && wide.bias() >= narrow.bias()
        && lowest(wide) <= lowest(narrow)
}

/// Whether 2 to the power is a number of the format.
fn is_finite(format: Format, power: u32) -> bool {
    i64::from(power) <= format.bias()
}
