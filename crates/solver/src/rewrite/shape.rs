//! Concatenation, extraction, extension.

use crate::evaluate::apply;
use crate::terms::{Node, TermId, Terms};

impl Terms {
    /// `high` above `low`.
    pub fn concat(&mut self, high: TermId, low: TermId) -> TermId {
        let width = self.width(high) + self.width(low);
        if let (Some(above), Some(below)) = (self.as_value(high), self.as_value(low)) {
            let folded = above.concat(below);
            return self.value(folded);
        }
        // Concatenations lean to the right, so that equal sequences of parts are equal terms.
        if let Node::Concat {
            high: top,
            low: middle,
        } = *self.node(high)
        {
            let rest = self.concat(middle, low);
            return self.concat(top, rest);
        }
        self.intern(Node::Concat { high, low }, width)
    }

    /// The `width` bits of `term` from `low_bit` upwards.
    pub fn extract(&mut self, term: TermId, low_bit: u32, width: u32) -> TermId {
        let whole = self.width(term);
        assert!(
            width > 0 && low_bit.checked_add(width).is_some_and(|end| end <= whole),
            "{width} bits from bit {low_bit} of a term of {whole} bits"
        );
        if width == whole {
            return term;
        }
        let node = Node::Extract { term, low_bit };
        if let Some(value) = self.as_value(term) {
            let folded = apply(&node, width, value, None);
            return self.value(folded);
        }
        self.intern(node, width)
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
        self.intern(Node::SignExtend(term), width)
    }
}
