//! The arena of terms: every term exists once and never changes.
//!
//! The constructors that build and rewrite terms are in `rewrite`; here they are stored. Equal
//! nodes get equal numbers, so comparing terms is comparing numbers.
//!
//! # Invariants
//!
//! - Operands have smaller numbers than their users: numbers are a topological order, which the
//!   evaluator and the bit-blaster use instead of recursion.
//! - A node is stored once (`tests::equal_nodes_are_one_term`).

mod node;
#[cfg(test)]
mod tests;

use std::fmt;

pub use node::{BinaryOperation, ConstantId, Node, SymbolId, TermId, UnaryOperation};

use crate::facts::Facts;
use crate::float::Format;
use crate::hashing::FastMap;
use crate::value::{INLINE_BITS, Value};

/// Owns all terms, and makes new ones.
#[derive(Default)]
pub struct Terms {
    entries: Vec<Entry>,
    constants: Vec<Value>,
    symbols: Vec<TermId>,
    by_node: FastMap<(Node, u32), TermId>,
    by_constant: FastMap<Value, TermId>,
    /// The circuits of float operations that have one; see `float::lower`.
    pub(crate) circuits: FastMap<TermId, TermId>,
    /// When results of float operations are NaNs; see `float::build`.
    pub(crate) nan_conditions: FastMap<TermId, TermId>,
    /// Floats that may be any NaN where the result that they stand for is one.
    pub(crate) plain_floats: FastMap<TermId, (Format, TermId)>,
    /// The same by their bits below the sign: the format, the float and the result.
    pub(crate) plain_magnitudes: FastMap<TermId, (Format, TermId, TermId)>,
    /// How many rules are at work inside each other; see `rewrite`.
    pub(crate) nesting: u32,
}

struct Entry {
    node: Node,
    width: u32,
    support: Support,
    facts: Facts,
}

/// Which symbols a term depends on, as far as that is known without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// None: the term is a constant, or will always be one.
    None,
    /// Exactly this one, at most.
    One(SymbolId),
    /// Perhaps several, and this is one of them.
    Many(SymbolId),
}

impl Support {
    fn union(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, only) | (only, Self::None) => only,
            (Self::One(a), Self::One(b)) if a == b => self,
            (Self::One(a) | Self::Many(a), _) => Self::Many(a),
        }
    }
}

impl Terms {
    /// An arena without terms.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of terms so far.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no term was made yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of symbols so far.
    pub fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// The number of bits of `term`.
    pub fn width(&self, term: TermId) -> u32 {
        self.entries[term.index()].width
    }

    /// The operation and operands of `term`.
    pub fn node(&self, term: TermId) -> &Node {
        &self.entries[term.index()].node
    }

    /// The value of a constant below 2^128; `None` for other terms.
    pub fn as_constant(&self, term: TermId) -> Option<u128> {
        self.as_value(term)?.to_u128()
    }

    /// The value of a constant; `None` for other terms.
    pub fn as_value(&self, term: TermId) -> Option<&Value> {
        match self.node(term) {
            Node::Constant(constant) => Some(&self.constants[constant.0 as usize]),
            _ => None,
        }
    }

    /// Whether `term` is a constant.
    pub fn is_constant(&self, term: TermId) -> bool {
        matches!(self.node(term), Node::Constant(_))
    }

    /// The truth value of a constant of one bit; `None` for other terms.
    pub fn as_boolean(&self, term: TermId) -> Option<bool> {
        if self.width(term) == 1 {
            self.as_constant(term).map(|bit| bit == 1)
        } else {
            None
        }
    }

    /// The symbol that `term` is, if it is one.
    pub fn as_symbol(&self, term: TermId) -> Option<SymbolId> {
        match self.node(term) {
            Node::Symbol(symbol) => Some(*symbol),
            _ => None,
        }
    }

    /// The term of a symbol.
    pub fn symbol_term(&self, symbol: SymbolId) -> TermId {
        self.symbols[symbol.index()]
    }

    pub(crate) fn support(&self, term: TermId) -> Support {
        self.entries[term.index()].support
    }

    /// What is known of `term` under every model; nothing for more than 128 bits.
    pub(crate) fn facts(&self, term: TermId) -> &Facts {
        &self.entries[term.index()].facts
    }

    /// A new unknown of `width` bits, different from all others.
    pub fn symbol(&mut self, width: u32) -> TermId {
        assert!(width > 0, "a symbol has at least one bit");
        let number = u32::try_from(self.symbols.len()).expect("symbols are fewer than terms");
        let symbol = SymbolId(number);
        let term = self.push(
            Node::Symbol(symbol),
            Support::One(symbol),
            Facts::unknown(width),
            width,
        );
        self.symbols.push(term);
        term
    }

    /// A known value: the low `width` bits of `value`.
    pub fn constant(&mut self, width: u32, value: u128) -> TermId {
        self.value(Value::new(width, value))
    }

    /// A known value from little-endian limbs; missing ones are zero.
    pub fn constant_wide(&mut self, width: u32, limbs: &[u64]) -> TermId {
        self.value(Value::from_limbs(width, limbs))
    }

    /// A known value.
    pub fn value(&mut self, value: Value) -> TermId {
        if let Some(&term) = self.by_constant.get(&value) {
            return term;
        }
        let number = u32::try_from(self.constants.len()).expect("constants are fewer than terms");
        let width = value.width();
        let facts = match value.to_u128() {
            Some(bits) if width <= INLINE_BITS => Facts::exactly(width, bits),
            _ => Facts::unknown(width),
        };
        let term = self.push(
            Node::Constant(ConstantId(number)),
            Support::None,
            facts,
            width,
        );
        self.constants.push(value.clone());
        self.by_constant.insert(value, term);
        term
    }

    /// The term of `node`, stored as it is, or a constant if only one value is possible.
    pub(crate) fn intern(&mut self, node: Node, width: u32) -> TermId {
        debug_assert!(width > 0, "a term has at least one bit");
        debug_assert!(
            !matches!(node, Node::Constant(_) | Node::Symbol(_)),
            "leaves have constructors of their own"
        );
        if let Some(&term) = self.by_node.get(&(node, width)) {
            return term;
        }
        let facts = Facts::of_node(self, &node, width, |operand| *self.facts(operand));
        if let Some(bits) = facts.single().filter(|_| width <= INLINE_BITS) {
            return self.constant(width, bits);
        }
        let support = node
            .operands()
            .map(|operand| self.support(operand))
            .fold(Support::None, Support::union);
        let term = self.push(node, support, facts, width);
        self.by_node.insert((node, width), term);
        term
    }

    fn push(&mut self, node: Node, support: Support, facts: Facts, width: u32) -> TermId {
        let term = TermId::from_index(self.entries.len());
        self.entries.push(Entry {
            node,
            width,
            support,
            facts,
        });
        term
    }

    /// All terms that `roots` are made of, `roots` included: operands before users, each once.
    pub fn reachable(&self, roots: &[TermId]) -> Vec<TermId> {
        let mut seen = FastMap::default();
        let mut pending = roots.to_vec();
        let mut found = Vec::new();
        while let Some(term) = pending.pop() {
            if seen.insert(term, ()).is_none() {
                found.push(term);
                pending.extend(self.node(term).operands());
            }
        }
        found.sort_unstable();
        found
    }

    /// The symbols that `term` is made of, in order.
    pub fn symbols_of(&self, term: TermId) -> Vec<SymbolId> {
        match self.support(term) {
            Support::None => Vec::new(),
            Support::One(symbol) => vec![symbol],
            Support::Many(_) => self.collect_symbols(term),
        }
    }

    fn collect_symbols(&self, term: TermId) -> Vec<SymbolId> {
        let mut seen = FastMap::default();
        let mut pending = vec![term];
        let mut symbols = Vec::new();
        while let Some(part) = pending.pop() {
            match self.support(part) {
                Support::None => {}
                Support::One(symbol) => symbols.push(symbol),
                Support::Many(_) => {
                    if seen.insert(part, ()).is_none() {
                        pending.extend(self.node(part).operands());
                    }
                }
            }
        }
        symbols.sort_unstable();
        symbols.dedup();
        symbols
    }

    /// One of the symbols that `term` is made of.
    pub(crate) fn some_symbol_of(&self, term: TermId) -> Option<SymbolId> {
        match self.support(term) {
            Support::None => None,
            Support::One(symbol) | Support::Many(symbol) => Some(symbol),
        }
    }

    /// `term` in prefix notation, close to SMT-LIB, for people and tests. Shared parts are
    /// written out each time, so this is for small terms.
    pub fn show(&self, term: TermId) -> Show<'_> {
        Show { terms: self, term }
    }
}

/// Writes a term; made by [`Terms::show`].
pub struct Show<'a> {
    terms: &'a Terms,
    term: TermId,
}

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |term| self.terms.show(term);
        let width = self.terms.width(self.term);
        match *self.terms.node(self.term) {
            Node::Constant(constant) => {
                write!(f, "{}:{width}", self.terms.constants[constant.0 as usize])
            }
            Node::Symbol(symbol) => write!(f, "{symbol:?}:{width}"),
            Node::Unary(operation, operand) => write!(f, "({operation:?} {})", show(operand)),
            Node::Binary(operation, left, right) => {
                write!(f, "({operation:?} {} {})", show(left), show(right))
            }
            Node::IfThenElse {
                condition,
                then,
                otherwise,
            } => {
                write!(
                    f,
                    "(If {} {} {})",
                    show(condition),
                    show(then),
                    show(otherwise)
                )
            }
            Node::Concat { high, low } => write!(f, "(Concat {} {})", show(high), show(low)),
            Node::Extract { term, low_bit } => {
                write!(f, "{}[{}..{low_bit}]", show(term), low_bit + width - 1)
            }
            Node::SignExtend(operand) => write!(f, "(SignExtend:{width} {})", show(operand)),
            Node::Float(application) => {
                let (operation, rounding) = (application.operation, application.rounding);
                write!(f, "(Float{operation:?}:{width} {rounding:?}")?;
                for &operand in application.operands() {
                    write!(f, " {}", show(operand))?;
                }
                f.write_str(")")
            }
        }
    }
}
