//! Concatenation, extraction, extension.
//!
//! A concatenation leans to the right and never has two neighbours that are one term, so equal
//! sequences of bits tend to be equal terms.

use crate::evaluate::apply;
use crate::planted::{Mistake, is_planted};
use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};
use crate::value::{INLINE_BITS, mask};

/// How deep a sum is searched for a reason to compute only its low bits.
const NARROWING_DEPTH_MAX: u32 = 4;

impl Terms {
    /// `high` above `low`.
    pub fn concat(&mut self, high: TermId, low: TermId) -> TermId {
        let parts = self.parts(high);
        parts
            .into_iter()
            .rev()
            .fold(low, |below, part| self.put_above(part, below))
    }

    /// The parts of a concatenation, the highest first; the term itself if it is none.
    pub(super) fn parts(&self, term: TermId) -> Vec<TermId> {
        let mut parts = Vec::new();
        let mut rest = term;
        while let Node::Concat { high, low } = *self.node(rest) {
            parts.push(high);
            rest = low;
        }
        parts.push(rest);
        parts
    }

    /// `part`, which is no concatenation, above `low`.
    fn put_above(&mut self, part: TermId, low: TermId) -> TermId {
        let (next, rest) = match *self.node(low) {
            Node::Concat { high, low } => (high, Some(low)),
            _ => (low, None),
        };
        match (self.join_parts(part, next), rest) {
            (Some(joined), Some(rest)) => self.concat(joined, rest),
            (Some(joined), None) => joined,
            (None, _) => {
                let width = self.width(part) + self.width(low);
                self.intern(Node::Concat { high: part, low }, width)
            }
        }
    }

    /// Two neighbours as one term, if there is a better one than their concatenation.
    fn join_parts(&mut self, high: TermId, low: TermId) -> Option<TermId> {
        let (high_width, low_width) = (self.width(high), self.width(low));
        let width = high_width + low_width;
        match (*self.node(high), *self.node(low)) {
            (Node::Constant(_), Node::Constant(_)) => {
                let folded = self.as_value(high)?.concat(self.as_value(low)?);
                Some(self.value(folded))
            }
            (
                Node::Extract { term, low_bit },
                Node::Extract {
                    term: other,
                    low_bit: other_bit,
                },
            ) if term == other && low_bit == other_bit + low_width => {
                Some(self.extract(term, other_bit, width))
            }
            (Node::Constant(_), Node::Extract { term, low_bit })
                if self.known_bits_equal(term, low_bit + low_width, high) =>
            {
                Some(self.extract(term, low_bit, width))
            }
            (
                Node::IfThenElse {
                    condition,
                    then: a,
                    otherwise: b,
                },
                Node::IfThenElse {
                    condition: other,
                    then: c,
                    otherwise: d,
                },
            ) if condition == other => {
                let (then, otherwise) = (self.concat(a, c), self.concat(b, d));
                Some(self.ite(condition, then, otherwise))
            }
            (
                Node::IfThenElse {
                    condition,
                    then,
                    otherwise,
                },
                Node::Constant(_),
            ) if self.is_constant(then) && self.is_constant(otherwise) => {
                let (then, otherwise) = (self.concat(then, low), self.concat(otherwise, low));
                Some(self.ite(condition, then, otherwise))
            }
            (
                Node::Constant(_),
                Node::IfThenElse {
                    condition,
                    then,
                    otherwise,
                },
            ) if self.is_constant(then) && self.is_constant(otherwise) => {
                let (then, otherwise) = (self.concat(high, then), self.concat(high, otherwise));
                Some(self.ite(condition, then, otherwise))
            }
            _ => self
                .join_cut_sum(high, low)
                .or_else(|| self.join_sign(high, low)),
        }
    }

    /// Whether the bits of `term` from `low_bit` upwards are known to be those of `constant`.
    fn known_bits_equal(&self, term: TermId, low_bit: u32, constant: TermId) -> bool {
        let width = self.width(constant);
        if self.width(term) > INLINE_BITS || low_bit + width > self.width(term) {
            return false;
        }
        let facts = self.facts(term);
        let ones = facts.ones >> low_bit & mask(width);
        let zeros = facts.zeros >> low_bit & mask(width);
        ones | zeros == mask(width) && self.as_constant(constant) == Some(ones)
    }

    /// The low bits of a sum or product may have been computed at a smaller width (see
    /// [`Terms::extract`]). Upper bits of the same sum find them again.
    fn join_cut_sum(&mut self, high: TermId, low: TermId) -> Option<TermId> {
        let Node::Extract { term, low_bit } = *self.node(high) else {
            return None;
        };
        let low_width = self.width(low);
        let is_sum = matches!(
            self.node(term),
            Node::Binary(BinaryOperation::Add | BinaryOperation::Multiply, ..)
                | Node::Unary(UnaryOperation::Negate, _)
        );
        if !is_sum || low_bit < low_width || self.is_constant(low) {
            return None;
        }
        let expected = self.extract(term, low_bit - low_width, low_width);
        let width = self.width(high) + low_width;
        (expected == low).then(|| self.extract(term, low_bit - low_width, width))
    }

    /// Copies of the sign of `low` above it are a sign-extension.
    fn join_sign(&mut self, high: TermId, low: TermId) -> Option<TermId> {
        let copied = match *self.node(high) {
            Node::SignExtend(bit) => bit,
            _ => high,
        };
        if self.width(copied) != 1 || self.is_constant(copied) {
            return None;
        }
        let width = self.width(high) + self.width(low);
        (self.sign(low) == copied).then(|| self.sign_extend(low, width))
    }

    /// The `width` bits of `term` from `low_bit` upwards.
    pub fn extract(&mut self, term: TermId, low_bit: u32, width: u32) -> TermId {
        let (mut term, mut low_bit) = (term, low_bit);
        loop {
            let whole = self.width(term);
            assert!(
                width > 0 && low_bit.checked_add(width).is_some_and(|end| end <= whole),
                "{width} bits from bit {low_bit} of a term of {whole} bits"
            );
            if width == whole {
                return term;
            }
            match *self.node(term) {
                Node::Extract {
                    term: inner,
                    low_bit: inner_bit,
                } => {
                    (term, low_bit) = (inner, low_bit + inner_bit);
                }
                Node::Concat { high, low } => {
                    let low_width = self.width(low);
                    if low_bit >= low_width {
                        (term, low_bit) = (high, low_bit - low_width);
                    } else if low_bit + width <= low_width {
                        term = low;
                    } else {
                        let above = self.extract(high, 0, low_bit + width - low_width);
                        let below = self.extract(low, low_bit, low_width - low_bit);
                        return self.concat(above, below);
                    }
                }
                _ => return self.extract_from_other(term, low_bit, width),
            }
        }
    }

    /// Extraction of fewer bits than there are, from neither an extraction nor a concatenation.
    fn extract_from_other(&mut self, term: TermId, low_bit: u32, width: u32) -> TermId {
        let node = Node::Extract { term, low_bit };
        if let Some(value) = self.as_value(term) {
            let folded = apply(&node, width, value, None);
            return self.value(folded);
        }
        let pushed = match *self.node(term) {
            Node::SignExtend(inner) => Some(self.extract_extended(inner, low_bit, width)),
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } if self.choice_cuts_well(then, otherwise, low_bit, width) => self.nested(|terms| {
                let then = terms.extract(then, low_bit, width);
                let otherwise = terms.extract(otherwise, low_bit, width);
                terms.ite(condition, then, otherwise)
            }),
            _ if width == 1 => self.extract_bit(term, low_bit),
            _ if low_bit == 0 && self.cuts_well(term, 0) => self.narrow_sum(term, width),
            _ => None,
        };
        pushed.unwrap_or_else(|| self.intern(node, width))
    }

    fn extract_extended(&mut self, inner: TermId, low_bit: u32, width: u32) -> TermId {
        let own = self.width(inner);
        if low_bit + width <= own {
            return self.extract(inner, low_bit, width);
        }
        let first = low_bit.min(own - 1);
        let part = self.extract(inner, first, own - first);
        self.sign_extend(part, width)
    }

    /// One bit of a bitwise operation is plain logic.
    fn extract_bit(&mut self, term: TermId, low_bit: u32) -> Option<TermId> {
        match *self.node(term) {
            Node::Unary(UnaryOperation::Not, inner) => self.nested(|terms| {
                let bit = terms.extract(inner, low_bit, 1);
                terms.not(bit)
            }),
            Node::Binary(
                operation @ (BinaryOperation::And | BinaryOperation::Or | BinaryOperation::Xor),
                a,
                b,
            ) => self.nested(|terms| {
                let (a, b) = (terms.extract(a, low_bit, 1), terms.extract(b, low_bit, 1));
                terms.construct(operation, a, b)
            }),
            _ => None,
        }
    }

    /// Whether the low bits of `term` are a simpler term: something that was extended, or a sum
    /// of such.
    fn cuts_well(&self, term: TermId, depth: u32) -> bool {
        if depth > NARROWING_DEPTH_MAX {
            return false;
        }
        match *self.node(term) {
            Node::Constant(_) | Node::SignExtend(_) => true,
            Node::Concat { high, low: _ } => self.is_constant(high),
            Node::Unary(UnaryOperation::Negate, operand) => self.cuts_well(operand, depth + 1),
            Node::Binary(BinaryOperation::Add | BinaryOperation::Multiply, a, b) => {
                self.cuts_well(a, depth + 1) && self.cuts_well(b, depth + 1)
            }
            _ => false,
        }
    }

    /// Whether a choice between two terms is better cut before it is chosen.
    fn choice_cuts_well(&self, then: TermId, otherwise: TermId, low_bit: u32, width: u32) -> bool {
        self.cuts_well(then, 0)
            || self.cuts_well(otherwise, 0)
            || self.is_cut_there(then, low_bit, width)
                && self.is_cut_there(otherwise, low_bit, width)
    }

    /// Whether `term` is a concatenation of parts which the bits from `low_bit` upwards do not cut.
    fn is_cut_there(&self, term: TermId, low_bit: u32, width: u32) -> bool {
        if !matches!(self.node(term), Node::Concat { .. }) {
            return false;
        }
        let mut end = self.width(term);
        let (mut starts, mut ends) = (false, false);
        for part in self.parts(term) {
            ends |= end == low_bit + width;
            end -= self.width(part);
            starts |= end == low_bit;
        }
        starts && ends
    }

    /// Carries only go upwards: the low bits of a sum or product need the operands' low bits.
    fn narrow_sum(&mut self, term: TermId, width: u32) -> Option<TermId> {
        match *self.node(term) {
            Node::Unary(UnaryOperation::Negate, operand) => {
                let operand = self.extract(operand, 0, width);
                Some(self.neg(operand))
            }
            Node::Binary(operation @ (BinaryOperation::Add | BinaryOperation::Multiply), a, b) => {
                let (a, b) = (self.extract(a, 0, width), self.extract(b, 0, width));
                Some(self.construct(operation, a, b))
            }
            _ => None,
        }
    }

    /// The low `width` bits.
    pub fn truncate(&mut self, term: TermId, width: u32) -> TermId {
        self.extract(term, 0, width)
    }

    /// Zeros above, up to `width` bits.
    pub fn zero_extend(&mut self, term: TermId, width: u32) -> TermId {
        let own = self.width(term);
        assert!(width >= own, "{own} bits extended to {width}");
        if width == own {
            return term;
        }
        let zeros = self.zero(width - own);
        self.concat(zeros, term)
    }

    /// Copies of the sign above, up to `width` bits.
    pub fn sign_extend(&mut self, term: TermId, width: u32) -> TermId {
        let own = self.width(term);
        assert!(width >= own, "{own} bits extended to {width}");
        if width == own {
            return term;
        }
        if let Some(value) = self.as_value(term) {
            let folded = value.sign_extend(width);
            return self.value(folded);
        }
        if is_planted(Mistake::SignLost) && width > 2 * own {
            return self.zero_extend(term, width);
        }
        let sign = self.sign(term);
        match (self.as_boolean(sign), *self.node(term)) {
            (Some(false), _) => self.zero_extend(term, width),
            (Some(true), _) => {
                let ones = self.ones(width - own);
                self.concat(ones, term)
            }
            (None, Node::SignExtend(inner)) => self.sign_extend(inner, width),
            (
                None,
                Node::IfThenElse {
                    condition,
                    then,
                    otherwise,
                },
            ) if self.is_constant(then) && self.is_constant(otherwise) => {
                let then = self.sign_extend(then, width);
                let otherwise = self.sign_extend(otherwise, width);
                self.ite(condition, then, otherwise)
            }
            _ => self.intern(Node::SignExtend(term), width),
        }
    }
}
