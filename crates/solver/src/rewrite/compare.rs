//! Comparisons and choices.

use crate::terms::{BinaryOperation, Node, TermId, Terms};

impl Terms {
    /// Whether `a` equals `b`.
    pub fn eq(&mut self, a: TermId, b: TermId) -> TermId {
        if a == b {
            return self.true_();
        }
        if self.width(a) == 1 {
            let different = self.xor(a, b);
            return self.not(different);
        }
        self.binary(BinaryOperation::Equal, a, b)
    }

    /// Whether `a` differs from `b`.
    pub fn ne(&mut self, a: TermId, b: TermId) -> TermId {
        let equal = self.eq(a, b);
        self.not(equal)
    }

    /// Whether `a < b`, unsigned.
    pub fn ult(&mut self, a: TermId, b: TermId) -> TermId {
        if a == b || self.is_zero(b) || self.is_ones(a) {
            return self.false_();
        }
        self.binary(BinaryOperation::Less, a, b)
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
        if a == b {
            return self.false_();
        }
        self.binary(BinaryOperation::LessSigned, a, b)
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

    /// `then` if the one-bit `condition` is set, else `otherwise`.
    pub fn ite(&mut self, condition: TermId, then: TermId, otherwise: TermId) -> TermId {
        assert_eq!(self.width(condition), 1, "a condition has one bit");
        assert_eq!(
            self.width(then),
            self.width(otherwise),
            "both sides have one width"
        );
        match self.as_boolean(condition) {
            Some(true) => return then,
            Some(false) => return otherwise,
            None => {}
        }
        if then == otherwise {
            return then;
        }
        let node = Node::IfThenElse {
            condition,
            then,
            otherwise,
        };
        self.intern(node, self.width(then))
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
