//! Equality and order.
//!
//! A comparison with a constant has the constant on the right, and of `x < c` and its opposites
//! only `x < c` and its complement are built, so a condition meets its negation as the same term.
//! Comparisons with the last or last but one value become equalities, those of the sign bit become
//! that bit.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, Value};

impl Terms {
    /// Whether `a` equals `b`.
    pub fn eq(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        assert_eq!(
            width,
            self.width(b),
            "operands of one operation have one width"
        );
        if a == b {
            return self.true_();
        }
        if width == 1 {
            let different = self.xor(a, b);
            return self.not(different);
        }
        let (a, b) = if self.is_constant(a) { (b, a) } else { (a, b) };
        let simpler = match self.as_value(b).cloned() {
            Some(value) => self.equal_to_constant(a, &value),
            None => self.equal_terms(a, b),
        };
        simpler.unwrap_or_else(|| self.binary(BinaryOperation::Equal, a, b))
    }

    /// `a == value`, one step simpler.
    fn equal_to_constant(&mut self, a: TermId, value: &Value) -> Option<TermId> {
        let width = value.width();
        match *self.node(a) {
            Node::Concat { high, low } => {
                let low_width = self.width(low);
                let low_value = self.value(value.extract(0, low_width));
                let high_value = self.value(value.extract(low_width, width - low_width));
                let high_equal = self.eq(high, high_value);
                if self.as_boolean(high_equal) == Some(false) {
                    return Some(high_equal);
                }
                let low_equal = self.eq(low, low_value);
                Some(self.and(high_equal, low_equal))
            }
            Node::SignExtend(inner) => {
                let narrow = value.extract(0, self.width(inner));
                if narrow.sign_extend(width) != *value {
                    return Some(self.false_());
                }
                let narrow = self.value(narrow);
                Some(self.eq(inner, narrow))
            }
            Node::Unary(UnaryOperation::Not, inner) => Some(self.equal_value(inner, value.not())),
            Node::Unary(UnaryOperation::Negate, inner) => {
                Some(self.equal_value(inner, value.negate()))
            }
            Node::Binary(operation, x, y) => self.equal_binary(operation, x, y, value),
            _ => None,
        }
    }

    fn equal_value(&mut self, a: TermId, value: Value) -> TermId {
        let constant = self.value(value);
        self.eq(a, constant)
    }

    /// `(x operation y) == value`, one step simpler.
    fn equal_binary(
        &mut self,
        operation: BinaryOperation,
        x: TermId,
        y: TermId,
        value: &Value,
    ) -> Option<TermId> {
        match (operation, self.as_value(y).cloned()) {
            (BinaryOperation::Add, Some(addend)) => {
                Some(self.equal_value(x, value.subtract(&addend)))
            }
            (BinaryOperation::Xor, Some(other)) => Some(self.equal_value(x, value.xor(&other))),
            (BinaryOperation::Multiply, Some(factor)) => self.equal_multiple(x, &factor, value),
            (BinaryOperation::UnsignedDivide, Some(divisor)) => {
                self.equal_quotient(x, &divisor, value)
            }
            (BinaryOperation::ShiftLeft, None) if self.is_one(x) => {
                Some(self.equal_power(y, value))
            }
            (BinaryOperation::Add, None) => {
                // x - y == 0 says x == y; more generally, subtracted leaves change sides.
                let Node::Unary(UnaryOperation::Negate, subtrahend) = *self.node(y) else {
                    return None;
                };
                value.is_zero().then(|| self.eq(x, subtrahend))
            }
            (BinaryOperation::Xor, None) if value.is_zero() => Some(self.eq(x, y)),
            (BinaryOperation::Or, None) if value.is_zero() => {
                let (x_zero, y_zero) = (
                    self.equal_value(x, value.clone()),
                    self.equal_value(y, value.clone()),
                );
                Some(self.and(x_zero, y_zero))
            }
            (BinaryOperation::And, None) if value.is_ones() => {
                let (x_ones, y_ones) = (
                    self.equal_value(x, value.clone()),
                    self.equal_value(y, value.clone()),
                );
                Some(self.and(x_ones, y_ones))
            }
            _ => None,
        }
    }

    /// `x * factor == value`: an odd factor has an inverse, an even one fixes the low bits.
    fn equal_multiple(&mut self, x: TermId, factor: &Value, value: &Value) -> Option<TermId> {
        let width = value.width();
        if width > INLINE_BITS {
            return None;
        }
        let (factor, value) = (factor.to_u128()?, value.to_u128()?);
        let zeros = factor.trailing_zeros();
        if factor == 0 || value & ((1 << zeros) - 1) != 0 {
            return (factor != 0).then(|| self.false_());
        }
        // The low `width - zeros` bits of x times the odd rest are the upper bits of the value.
        let quotient = (value >> zeros).wrapping_mul(inverse(factor >> zeros));
        let narrow = self.extract(x, 0, width - zeros);
        Some(self.equal_value(narrow, Value::new(width - zeros, quotient)))
    }

    /// `x / divisor == value`: x lies in one block.
    fn equal_quotient(&mut self, x: TermId, divisor: &Value, value: &Value) -> Option<TermId> {
        if divisor.is_zero() {
            return None;
        }
        let constant = self.value(value.clone());
        let below = self.quotient_below(x, divisor, value)?;
        let next = value.add(&Value::new(value.width(), 1));
        if next.is_zero() {
            return Some(self.not(below));
        }
        debug_assert!(self.is_constant(constant));
        let up_to = self.quotient_below(x, divisor, &next)?;
        let from = self.not(below);
        Some(self.and(from, up_to))
    }

    /// `x / divisor < value` says `x < divisor * value`, or nothing if that does not fit.
    fn quotient_below(&mut self, x: TermId, divisor: &Value, value: &Value) -> Option<TermId> {
        let width = value.width();
        if divisor.is_zero() {
            return None;
        }
        let zeros = Value::zero(width);
        let product = zeros.concat(divisor).multiply(&zeros.concat(value));
        if !product.extract(width, width).is_zero() {
            return Some(self.true_());
        }
        let bound = self.value(product.extract(0, width));
        Some(self.ult(x, bound))
    }

    /// `1 << distance == value`.
    fn equal_power(&mut self, distance: TermId, value: &Value) -> TermId {
        let width = value.width();
        if value.is_zero() {
            let end = self.constant(width, u128::from(width));
            return self.ule(end, distance);
        }
        match value.single_bit() {
            Some(index) => self.equal_value(distance, Value::new(width, u128::from(index))),
            None => self.false_(),
        }
    }

    /// `a == b` for two terms that are not constant, one step simpler.
    fn equal_terms(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        match (*self.node(a), *self.node(b)) {
            (Node::Unary(UnaryOperation::Not, x), Node::Unary(UnaryOperation::Not, y)) => {
                Some(self.eq(x, y))
            }
            (Node::Concat { .. }, Node::Concat { .. }) => self.equal_parts(a, b),
            (Node::SignExtend(x), Node::SignExtend(y)) => {
                let width = self.width(x).max(self.width(y));
                let (x, y) = (self.sign_extend(x, width), self.sign_extend(y, width));
                Some(self.eq(x, y))
            }
            (
                Node::IfThenElse {
                    condition,
                    then,
                    otherwise,
                },
                Node::IfThenElse {
                    condition: other,
                    then: then_b,
                    otherwise: otherwise_b,
                },
            ) if condition == other => {
                let then = self.eq(then, then_b);
                let otherwise = self.eq(otherwise, otherwise_b);
                Some(self.ite(condition, then, otherwise))
            }
            _ => self
                .equal_to_side(a, b)
                .or_else(|| self.equal_to_side(b, a))
                .or_else(|| self.equal_to_masked(a, b))
                .or_else(|| self.equal_to_masked(b, a))
                .or_else(|| self.equal_sums(a, b)),
        }
    }

    /// A choice that has the other operand as one of its sides.
    fn equal_to_side(&mut self, choice: TermId, other: TermId) -> Option<TermId> {
        let Node::IfThenElse {
            condition,
            then,
            otherwise,
        } = *self.node(choice)
        else {
            return None;
        };
        if then == other {
            let equal = self.eq(otherwise, other);
            return Some(self.or(condition, equal));
        }
        if otherwise == other {
            let equal = self.eq(then, other);
            let chosen = self.not(condition);
            return Some(self.or(chosen, equal));
        }
        None
    }

    /// `whole == whole & mask` says that the other bits are clear; and parts that both sides share
    /// need not be compared.
    fn equal_to_masked(&mut self, whole: TermId, masked: TermId) -> Option<TermId> {
        match *self.node(masked) {
            Node::Binary(BinaryOperation::And, x, y) if x == whole || y == whole => {
                let mask = if x == whole { y } else { x };
                let cleared = self.not(mask);
                let rest = self.and(whole, cleared);
                let zero = self.zero(self.width(whole));
                Some(self.eq(rest, zero))
            }
            Node::Concat { high, low } => {
                let (high_width, low_width) = (self.width(high), self.width(low));
                if self.is_part_of(high, whole, low_width) {
                    let rest = self.extract(whole, 0, low_width);
                    return Some(self.eq(rest, low));
                }
                let last = *self.parts(low).last()?;
                if !self.is_part_of(last, whole, 0) {
                    return None;
                }
                let last_width = self.width(last);
                let rest_width = high_width + low_width - last_width;
                let above = self.extract(masked, last_width, rest_width);
                let whole_above = self.extract(whole, last_width, rest_width);
                Some(self.eq(whole_above, above))
            }
            _ => None,
        }
    }

    /// Whether `part` is the bits of `whole` from `low_bit` upwards.
    fn is_part_of(&self, part: TermId, whole: TermId, low_bit: u32) -> bool {
        *self.node(part)
            == Node::Extract {
                term: whole,
                low_bit,
            }
    }

    /// Two concatenations, cut where the first one has its highest cut, if that pays: the parts
    /// above are constant on one side, or both are cut there.
    fn equal_parts(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let (
            Node::Concat {
                high: a_high,
                low: a_low,
            },
            Node::Concat {
                high: b_high,
                low: b_low,
            },
        ) = (*self.node(a), *self.node(b))
        else {
            return None;
        };
        let cut = if self.width(a_low) == self.width(b_low) || self.is_constant(a_high) {
            self.width(a_low)
        } else if self.is_constant(b_high) {
            self.width(b_low)
        } else {
            return None;
        };
        let width = self.width(a);
        let (a_above, b_above) = (
            self.extract(a, cut, width - cut),
            self.extract(b, cut, width - cut),
        );
        let above = self.eq(a_above, b_above);
        if self.as_boolean(above) == Some(false) {
            return Some(above);
        }
        let (a_below, b_below) = (self.extract(a, 0, cut), self.extract(b, 0, cut));
        let below = self.eq(a_below, b_below);
        Some(self.and(above, below))
    }

    /// Whether `a` differs from `b`.
    pub fn ne(&mut self, a: TermId, b: TermId) -> TermId {
        let equal = self.eq(a, b);
        self.not(equal)
    }

    /// Whether `a < b`, unsigned.
    pub fn ult(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        assert_eq!(
            width,
            self.width(b),
            "operands of one operation have one width"
        );
        if a == b || self.is_zero(b) || self.is_ones(a) || self.is_at_most(b, a) {
            return self.false_();
        }
        if width == 1 {
            let not_a = self.not(a);
            return self.and(not_a, b);
        }
        if let Some(value) = self.as_value(a).cloned() {
            if self.is_constant(b) {
                return self.binary(BinaryOperation::Less, a, b);
            }
            // c < x is "not x < c + 1"; c is not the largest value.
            let next = self.value(value.add(&Value::new(width, 1)));
            let at_most = self.ult(b, next);
            return self.not(at_most);
        }
        let simpler = match self.as_value(b).cloned() {
            Some(value) => self.less_than_constant(a, b, &value),
            None => self.less_terms(a, b),
        };
        simpler.unwrap_or_else(|| self.binary(BinaryOperation::Less, a, b))
    }

    /// `a < value`, one step simpler; `value` is not zero.
    fn less_than_constant(&mut self, a: TermId, b: TermId, value: &Value) -> Option<TermId> {
        let width = value.width();
        if self.is_one(b) {
            return Some(self.equal_value(a, Value::zero(width)));
        }
        if value.is_ones() {
            return Some(self.ne(a, b));
        }
        match *self.node(a) {
            Node::Concat { high, low } if self.is_constant(high) => {
                let low_width = self.width(low);
                let above = value.extract(low_width, width - low_width);
                match self.as_value(high)?.compare(&above) {
                    std::cmp::Ordering::Less => Some(self.true_()),
                    std::cmp::Ordering::Greater => Some(self.false_()),
                    std::cmp::Ordering::Equal => {
                        let below = self.value(value.extract(0, low_width));
                        Some(self.ult(low, below))
                    }
                }
            }
            Node::Concat { .. } => self.less_shifted(a, value),
            Node::Unary(UnaryOperation::Not, inner) => {
                // !x < c says x > !c.
                let bound = self.value(value.not());
                Some(self.ult(bound, inner))
            }
            Node::Binary(BinaryOperation::UnsignedDivide, x, divisor) => {
                let divisor = self.as_value(divisor)?.clone();
                self.quotient_below(x, &divisor, value)
            }
            Node::Binary(BinaryOperation::Add, x, addend) => self.less_sum(x, addend, value),
            Node::Binary(BinaryOperation::Multiply, x, factor) => {
                self.less_multiple(x, factor, value)
            }
            _ => None,
        }
    }

    /// A concatenation with a constant below: only the upper part decides.
    fn less_shifted(&mut self, a: TermId, value: &Value) -> Option<TermId> {
        let low = *self.parts(a).last()?;
        let (width, low_width) = (value.width(), self.width(low));
        let low_is_below = self.as_value(low)?.is_less(&value.extract(0, low_width));
        let upper = self.extract(a, low_width, width - low_width);
        let bound = self.value(value.extract(low_width, width - low_width));
        Some(if low_is_below {
            self.ule(upper, bound)
        } else {
            self.ult(upper, bound)
        })
    }

    /// `x + addend < value` where the sum is known to wrap, or known not to.
    fn less_sum(&mut self, x: TermId, addend: TermId, value: &Value) -> Option<TermId> {
        let width = value.width();
        if width > INLINE_BITS {
            return None;
        }
        let (addend, value) = (self.as_constant(addend)?, value.to_u128()?);
        let facts = *self.facts(x);
        let all = crate::value::mask(width);
        // The smallest x with which the sum wraps; the addend is not zero.
        let wraps_from = all - addend + 1;
        let bound = if facts.maximum < wraps_from {
            match value.checked_sub(addend) {
                Some(bound) => bound,
                None => return Some(self.false_()),
            }
        } else if facts.minimum >= wraps_from {
            match value.checked_add(wraps_from).filter(|&bound| bound <= all) {
                Some(bound) => bound,
                None => return Some(self.true_()),
            }
        } else {
            return None;
        };
        let bound = self.constant(width, bound);
        Some(self.ult(x, bound))
    }

    /// `x * factor < value` where the product is known not to wrap.
    fn less_multiple(&mut self, x: TermId, factor: TermId, value: &Value) -> Option<TermId> {
        let width = value.width();
        if width > INLINE_BITS {
            return None;
        }
        let (factor, value) = (self.as_constant(factor)?, value.to_u128()?);
        let largest = self.facts(x).maximum.checked_mul(factor)?;
        if factor == 0 || largest > crate::value::mask(width) {
            return None;
        }
        let bound = self.constant(width, value.div_ceil(factor));
        Some(self.ult(x, bound))
    }

    /// `a < b` for two terms that are not constant, one step simpler.
    fn less_terms(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        match (*self.node(a), *self.node(b)) {
            (Node::Unary(UnaryOperation::Not, x), Node::Unary(UnaryOperation::Not, y)) => {
                Some(self.ult(y, x))
            }
            (Node::Concat { .. }, Node::Concat { .. }) => self.less_parts(a, b),
            (Node::SignExtend(x), Node::SignExtend(y)) if self.width(x) == self.width(y) => {
                Some(self.ult(x, y))
            }
            _ => self
                .less_choices(BinaryOperation::Less, a, b)
                .or_else(|| self.less_by_carry(a, b)),
        }
    }

    /// A comparison of two choices on one condition, or of a choice with one of its sides, is a
    /// choice between comparisons: the smaller of two numbers compared with one of them.
    fn less_choices(&mut self, operation: BinaryOperation, a: TermId, b: TermId) -> Option<TermId> {
        let choice = |term| match *self.node(term) {
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => Some((condition, [then, otherwise])),
            _ => None,
        };
        let (condition, a_sides, b_sides) = match (choice(a), choice(b)) {
            (Some((condition, a_sides)), Some((other, b_sides))) if condition == other => {
                (condition, a_sides, b_sides)
            }
            (Some((condition, a_sides)), _) if a_sides.contains(&b) => (condition, a_sides, [b, b]),
            (_, Some((condition, b_sides))) if b_sides.contains(&a) => (condition, [a, a], b_sides),
            _ => return None,
        };
        self.nested(|terms| {
            let then = terms.construct(operation, a_sides[0], b_sides[0]);
            let otherwise = terms.construct(operation, a_sides[1], b_sides[1]);
            terms.ite(condition, then, otherwise)
        })
    }

    /// Two concatenations whose upper or lower parts are the same.
    fn less_parts(&mut self, a: TermId, b: TermId) -> Option<TermId> {
        let (
            Node::Concat {
                high: a_high,
                low: a_low,
            },
            Node::Concat {
                high: b_high,
                low: b_low,
            },
        ) = (*self.node(a), *self.node(b))
        else {
            return None;
        };
        let width = self.width(a);
        // Only parts that both have count as the upper parts; constants may be cut for that.
        let cut = self.width(a_low).max(self.width(b_low));
        let a_above = self.extract(a, cut, width - cut);
        let b_above = self.extract(b, cut, width - cut);
        if a_above == b_above {
            let (a_below, b_below) = (self.extract(a, 0, cut), self.extract(b, 0, cut));
            return Some(self.ult(a_below, b_below));
        }
        if self.width(a_low) == self.width(b_low) {
            if a_low == b_low {
                return Some(self.ult(a_high, b_high));
            }
            if self.is_constant(a_low) && self.is_constant(b_low) {
                let low_is_less = self.as_value(a_low)?.is_less(self.as_value(b_low)?);
                return Some(if low_is_less {
                    self.ule(a_high, b_high)
                } else {
                    self.ult(a_high, b_high)
                });
            }
        }
        None
    }

    /// Whether `a <= b` because of how `a` is made from `b`.
    fn is_at_most(&self, a: TermId, b: TermId) -> bool {
        let is_part = |node: &Node| match *node {
            Node::Binary(BinaryOperation::And, x, y) => x == b || y == b,
            Node::Binary(
                BinaryOperation::UnsignedRemainder | BinaryOperation::ShiftRight,
                x,
                _,
            ) => x == b,
            Node::Binary(BinaryOperation::UnsignedDivide, x, y) => {
                x == b && self.as_value(y).is_some_and(|divisor| !divisor.is_zero())
            }
            _ => false,
        };
        let is_whole = |node: &Node| match *node {
            Node::Binary(BinaryOperation::Or, x, y) => x == a || y == a,
            _ => false,
        };
        is_part(self.node(a)) || is_whole(self.node(b)) || self.is_masked(a, b)
    }

    /// Whether `a` is `b` with some parts cleared or moved down, or `b` is `a` with parts set.
    fn is_masked(&self, a: TermId, b: TermId) -> bool {
        // b with parts cleared: each part is zero or the bits of b at the same place. The first
        // part that is not must be all there is to compare: everything above is equal or less.
        let mut low_bit = self.width(a);
        let mut seen_extract = false;
        for part in self.parts(a) {
            low_bit -= self.width(part);
            if self.is_zero(part) {
                continue;
            }
            match *self.node(part) {
                Node::Extract {
                    term,
                    low_bit: from,
                } if term == b && from >= low_bit => {
                    // Moved down, it is at most b shifted to the right; below it, nothing may
                    // be larger than what b has there.
                    if from > low_bit {
                        return !seen_extract && self.is_whole_shift(b, part, low_bit, from);
                    }
                    seen_extract = true;
                }
                _ => return false,
            }
        }
        seen_extract
    }

    /// Whether `part`, at the very bottom, is all of `b` above `from`.
    fn is_whole_shift(&self, b: TermId, part: TermId, low_bit: u32, from: u32) -> bool {
        low_bit == 0 && self.width(part) + from == self.width(b)
    }

    /// Whether `a <= b`, unsigned.
    pub fn ule(&mut self, a: TermId, b: TermId) -> TermId {
        let greater = self.ult(b, a);
        self.not(greater)
    }

    /// Whether `a > b`, unsigned.
    pub fn ugt(&mut self, a: TermId, b: TermId) -> TermId {
        self.ult(b, a)
    }

    /// Whether `a >= b`, unsigned.
    pub fn uge(&mut self, a: TermId, b: TermId) -> TermId {
        self.ule(b, a)
    }

    /// Whether `a < b`, signed.
    pub fn slt(&mut self, a: TermId, b: TermId) -> TermId {
        let width = self.width(a);
        assert_eq!(
            width,
            self.width(b),
            "operands of one operation have one width"
        );
        if a == b {
            return self.false_();
        }
        if width == 1 {
            // The bit 1 is -1.
            return self.ult(b, a);
        }
        let (a_sign, b_sign) = (self.sign(a), self.sign(b));
        match (self.as_boolean(a_sign), self.as_boolean(b_sign)) {
            (Some(x), Some(y)) if x == y => return self.ult(a, b),
            (Some(x), Some(_)) => return self.boolean(x),
            _ => {}
        }
        if let Some(value) = self.as_value(a).cloned() {
            // c < x is "not x < c + 1", unless c is the largest value.
            let next = value.add(&Value::new(width, 1));
            if next == Value::signed_min(width) {
                return self.false_();
            }
            let next = self.value(next);
            let at_most = self.slt(b, next);
            return self.not(at_most);
        }
        if let Some(value) = self.as_value(b).cloned()
            && let Some(simpler) = self.less_signed_constant(a, &value)
        {
            return simpler;
        }
        if let (Node::SignExtend(x), Node::SignExtend(y)) = (*self.node(a), *self.node(b)) {
            let narrow = self.width(x).max(self.width(y));
            let (x, y) = (self.sign_extend(x, narrow), self.sign_extend(y, narrow));
            return self.slt(x, y);
        }
        if let Some(chosen) = self.less_choices(BinaryOperation::LessSigned, a, b) {
            return chosen;
        }
        self.binary(BinaryOperation::LessSigned, a, b)
    }

    /// `a < value`, signed, one step simpler.
    fn less_signed_constant(&mut self, a: TermId, value: &Value) -> Option<TermId> {
        let width = value.width();
        if value.is_zero() {
            return Some(self.sign(a));
        }
        let smallest = Value::signed_min(width);
        if *value == smallest {
            return Some(self.false_());
        }
        if *value == smallest.add(&Value::new(width, 1)) {
            return Some(self.equal_value(a, smallest));
        }
        if *value == smallest.not() {
            let equal = self.equal_value(a, value.clone());
            return Some(self.not(equal));
        }
        let Node::SignExtend(inner) = *self.node(a) else {
            return None;
        };
        let narrow = value.extract(0, self.width(inner));
        if narrow.sign_extend(width) != *value {
            // Above or below everything that the narrow term can be.
            return Some(self.boolean(!value.sign()));
        }
        let narrow = self.value(narrow);
        Some(self.slt(inner, narrow))
    }

    /// Whether `a <= b`, signed.
    pub fn sle(&mut self, a: TermId, b: TermId) -> TermId {
        let greater = self.slt(b, a);
        self.not(greater)
    }

    /// Whether `a > b`, signed.
    pub fn sgt(&mut self, a: TermId, b: TermId) -> TermId {
        self.slt(b, a)
    }

    /// Whether `a >= b`, signed.
    pub fn sge(&mut self, a: TermId, b: TermId) -> TermId {
        self.sle(b, a)
    }
}

/// The inverse of an odd number modulo 2^128.
///
/// Newton's iteration doubles the number of correct low bits each time; an odd number is its own
/// inverse modulo 8.
fn inverse(odd: u128) -> u128 {
    debug_assert!(odd % 2 == 1, "only odd numbers have an inverse");
    let mut inverse = odd;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2u128.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    debug_assert_eq!(inverse.wrapping_mul(odd), 1);
    inverse
}
