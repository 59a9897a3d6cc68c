//! If-then-else, and what is built from it.

use crate::terms::{BinaryOperation, Node, TermId, Terms, UnaryOperation};

impl Terms {
    /// `then` if the one-bit `condition` is set, else `otherwise`.
    pub fn ite(&mut self, condition: TermId, then: TermId, otherwise: TermId) -> TermId {
        assert_eq!(self.width(condition), 1, "a condition has one bit");
        let width = self.width(then);
        assert_eq!(width, self.width(otherwise), "both sides have one width");
        match self.as_boolean(condition) {
            Some(true) => return then,
            Some(false) => return otherwise,
            None => {}
        }
        if then == otherwise {
            return then;
        }
        if let Node::Unary(UnaryOperation::Not, inner) = *self.node(condition) {
            return self.ite(inner, otherwise, then);
        }
        if width == 1 {
            return self.choose_bit(condition, then, otherwise);
        }
        let simpler = self
            .choose_truth(condition, then, otherwise)
            .or_else(|| self.choose_equal(condition, then, otherwise))
            .or_else(|| self.choose_nested(condition, then, otherwise))
            .or_else(|| self.choose_parts(condition, then, otherwise))
            .or_else(|| self.choose_increment(condition, then, otherwise));
        let node = Node::IfThenElse {
            condition,
            then,
            otherwise,
        };
        simpler.unwrap_or_else(|| self.intern(node, width))
    }

    /// A choice between bits is logic where one side is known or is the condition.
    fn choose_bit(&mut self, condition: TermId, then: TermId, otherwise: TermId) -> TermId {
        let not_condition = self.not(condition);
        let then_set = self
            .as_boolean(then)
            .or_else(|| (then == condition).then_some(true));
        let then_set = then_set.or_else(|| (then == not_condition).then_some(false));
        let other_set = self
            .as_boolean(otherwise)
            .or_else(|| (otherwise == condition).then_some(false));
        let other_set = other_set.or_else(|| (otherwise == not_condition).then_some(true));
        match (then_set, other_set) {
            (Some(true), Some(true)) => self.true_(),
            (Some(false), Some(false)) => self.false_(),
            (Some(true), Some(false)) => condition,
            (Some(false), Some(true)) => not_condition,
            (Some(true), None) => self.or(condition, otherwise),
            (Some(false), None) => self.and(not_condition, otherwise),
            (None, Some(true)) => self.or(not_condition, then),
            (None, Some(false)) => self.and(condition, then),
            (None, None) => {
                if self.not(then) == otherwise {
                    return self.eq(condition, then);
                }
                if let Some(nested) = self.choose_nested(condition, then, otherwise) {
                    return nested;
                }
                self.intern(
                    Node::IfThenElse {
                        condition,
                        then,
                        otherwise,
                    },
                    1,
                )
            }
        }
    }

    /// A choice between 0, 1 and -1 is the condition, extended.
    fn choose_truth(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
    ) -> Option<TermId> {
        let width = self.width(then);
        let (set, selector) = if self.is_zero(otherwise) {
            (then, condition)
        } else if self.is_zero(then) {
            let inverted = self.not(condition);
            (otherwise, inverted)
        } else {
            return None;
        };
        if self.is_one(set) {
            return Some(self.zero_extend(selector, width));
        }
        self.is_ones(set).then(|| self.sign_extend(selector, width))
    }

    /// `if x == y { x } else { y }` is `y`.
    fn choose_equal(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
    ) -> Option<TermId> {
        let Node::Binary(BinaryOperation::Equal, x, y) = *self.node(condition) else {
            return None;
        };
        ((x, y) == (then, otherwise) || (y, x) == (then, otherwise)).then_some(otherwise)
    }

    /// Choices inside a choice: on the same condition, or with a side in common.
    fn choose_nested(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
    ) -> Option<TermId> {
        if let Node::IfThenElse {
            condition: inner,
            then: x,
            otherwise: y,
        } = *self.node(then)
        {
            if inner == condition {
                return Some(self.ite(condition, x, otherwise));
            }
            if y == otherwise {
                let both = self.and(condition, inner);
                return Some(self.ite(both, x, otherwise));
            }
            if x == otherwise {
                let not_inner = self.not(inner);
                let both = self.and(condition, not_inner);
                return Some(self.ite(both, y, otherwise));
            }
        }
        if let Node::IfThenElse {
            condition: inner,
            then: x,
            otherwise: y,
        } = *self.node(otherwise)
        {
            if inner == condition {
                return Some(self.ite(condition, then, y));
            }
            if x == then {
                let either = self.or(condition, inner);
                return Some(self.ite(either, then, y));
            }
            if y == then {
                let not_inner = self.not(inner);
                let either = self.or(condition, not_inner);
                return Some(self.ite(either, then, x));
            }
        }
        None
    }

    /// Upper or lower parts that both sides share are not chosen.
    fn choose_parts(
        &mut self,
        condition: TermId,
        then: TermId,
        otherwise: TermId,
    ) -> Option<TermId> {
        if self.is_constant(then) && self.is_constant(otherwise) {
            return None;
        }
        let cuts = [then, otherwise].map(|side| match *self.node(side) {
            Node::Concat { high, low } => Some((high, low)),
            _ => None,
        });
        let is_cut = |index: usize, side| cuts[index].is_some() || self.is_constant(side);
        if !is_cut(0, then) || !is_cut(1, otherwise) {
            return None;
        }
        let width = self.width(then);
        // The shorter upper part and the shorter lower part.
        let low_width = cuts
            .iter()
            .flatten()
            .map(|&(_, low)| self.width(low))
            .max()?;
        let above = [then, otherwise].map(|side| self.extract(side, low_width, width - low_width));
        if above[0] == above[1] {
            let below = [then, otherwise].map(|side| self.extract(side, 0, low_width));
            let chosen = self.ite(condition, below[0], below[1]);
            return Some(self.concat(above[0], chosen));
        }
        let last_width = [then, otherwise]
            .into_iter()
            .filter(|&side| !self.is_constant(side))
            .filter_map(|side| self.parts(side).last().map(|&part| self.width(part)))
            .min()?;
        let below = [then, otherwise].map(|side| self.extract(side, 0, last_width));
        if below[0] == below[1] {
            let above =
                [then, otherwise].map(|side| self.extract(side, last_width, width - last_width));
            let chosen = self.ite(condition, above[0], above[1]);
            return Some(self.concat(chosen, below[0]));
        }
        None
    }

    /// The smaller, unsigned.
    pub fn umin(&mut self, a: TermId, b: TermId) -> TermId {
        let is_less = self.ult(a, b);
        self.ite(is_less, a, b)
    }

    /// The larger, unsigned.
    pub fn umax(&mut self, a: TermId, b: TermId) -> TermId {
        let is_less = self.ult(a, b);
        self.ite(is_less, b, a)
    }

    /// The smaller, signed.
    pub fn smin(&mut self, a: TermId, b: TermId) -> TermId {
        let is_less = self.slt(a, b);
        self.ite(is_less, a, b)
    }

    /// The larger, signed.
    pub fn smax(&mut self, a: TermId, b: TermId) -> TermId {
        let is_less = self.slt(a, b);
        self.ite(is_less, b, a)
    }
}
