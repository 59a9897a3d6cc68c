//! The operators of the theories Core, FixedSizeBitVectors and ArraysEx, as constructors of terms; those
//! on floats are in `floats`.
//!
//! A truth value is a bit-vector of one bit whose sort is remembered beside it, so both theories
//! share the constructors.
//!
//! # Source
//!
//! SMT-LIB, theories Core and FixedSizeBitVectors and the logic QF_BV (its abbreviations), with the
//! overflow predicates of version 2.7.

use super::SmtError;
use super::arrays::{Array, ArraySort, Arrays};
use crate::float::{Format, Rounding};
use crate::terms::{TermId, Terms};

/// The sort of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    Boolean,
    Bits(u32),
    Array(ArraySort),
    Float(Format),
    RoundingMode,
}

/// What an expression means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Meaning {
    Boolean(TermId),
    Bits(TermId),
    Array(Array),
    /// A float, as its bits. All NaNs are one.
    Float(Format, TermId),
    Mode(Rounding),
}

impl Meaning {
    pub(super) fn sort(self, terms: &Terms, arrays: &Arrays) -> Sort {
        match self {
            Self::Boolean(_) => Sort::Boolean,
            Self::Bits(term) => Sort::Bits(terms.width(term)),
            Self::Array(array) => Sort::Array(arrays.sort(array)),
            Self::Float(format, _) => Sort::Float(format),
            Self::Mode(_) => Sort::RoundingMode,
        }
    }
}

/// An operator with its numerals, about to be applied.
pub(super) struct Application<'a> {
    pub(super) terms: &'a mut Terms,
    pub(super) arrays: &'a mut Arrays,
    pub(super) name: &'a str,
    /// The numerals of an indexed operator, as in `(_ extract 7 0)`.
    pub(super) numerals: &'a [u32],
    pub(super) operands: &'a [Meaning],
}

/// The widest vector that an operator may make: what is wider was hardly meant.
const WIDTH_MAX: u64 = 1 << 24;

/// Gives an application its meaning, if the operator is of this family.
type Family<T> = fn(&mut T) -> Result<Option<Meaning>, SmtError>;

type Fold = fn(&mut Terms, TermId, TermId) -> TermId;

impl Application<'_> {
    /// The meaning of the application.
    pub(super) fn apply(mut self) -> Result<Meaning, SmtError> {
        let families: &[Family<Self>] = match self.numerals {
            [] => &[Self::core, Self::bits, Self::array, Self::floats],
            _ => &[Self::indexed_floats, Self::indexed],
        };
        for family in families {
            if let Some(meaning) = family(&mut self)? {
                return Ok(meaning);
            }
        }
        Err(SmtError::Unsupported {
            what: self.name.to_owned(),
        })
    }

    pub(super) fn ill_formed(&self, expected: &'static str) -> SmtError {
        SmtError::IllFormed {
            what: self.name.to_owned(),
            expected,
        }
    }

    fn booleans(&self) -> Result<Vec<TermId>, SmtError> {
        let boolean = |operand: &Meaning| match operand {
            Meaning::Boolean(term) => Ok(*term),
            _ => Err(self.ill_formed("truth values")),
        };
        self.operands.iter().map(boolean).collect()
    }

    pub(super) fn vectors(&self) -> Result<Vec<TermId>, SmtError> {
        let bits = |operand: &Meaning| match operand {
            Meaning::Bits(term) => Ok(*term),
            _ => Err(self.ill_formed("bit-vectors")),
        };
        self.operands.iter().map(bits).collect()
    }

    fn one_vector(&self) -> Result<TermId, SmtError> {
        match self.vectors()?[..] {
            [operand] => Ok(operand),
            _ => Err(self.ill_formed("one bit-vector")),
        }
    }

    /// Two vectors of one width.
    fn two_vectors(&self) -> Result<[TermId; 2], SmtError> {
        match self.vectors()?[..] {
            [a, b] if self.terms.width(a) == self.terms.width(b) => Ok([a, b]),
            _ => Err(self.ill_formed("two bit-vectors of one width")),
        }
    }

    /// Truth values, equality and choices.
    fn core(&mut self) -> Result<Option<Meaning>, SmtError> {
        let term = match self.name {
            "not" => match self.booleans()?[..] {
                [a] => self.terms.not(a),
                _ => return Err(self.ill_formed("one truth value")),
            },
            "and" => self.fold_booleans(Terms::and)?,
            "or" => self.fold_booleans(Terms::or)?,
            "xor" => self.fold_booleans(Terms::xor)?,
            "=>" => self.implication()?,
            "=" => self.equal()?,
            "distinct" => self.distinct()?,
            "ite" => return self.choice().map(Some),
            "bvite" => return self.bit_choice().map(Some),
            _ => return Ok(None),
        };
        Ok(Some(Meaning::Boolean(term)))
    }

    fn fold_booleans(&mut self, fold: Fold) -> Result<TermId, SmtError> {
        let operands = self.booleans()?;
        let mut operands = operands.into_iter();
        let first = operands
            .next()
            .ok_or_else(|| self.ill_formed("truth values"))?;
        Ok(operands.fold(first, |all, next| fold(self.terms, all, next)))
    }

    fn implication(&mut self) -> Result<TermId, SmtError> {
        let operands = self.booleans()?;
        let Some((&conclusion, premises)) = operands.split_last() else {
            return Err(self.ill_formed("truth values"));
        };
        Ok(premises.iter().rev().fold(conclusion, |rest, &premise| {
            let opposite = self.terms.not(premise);
            self.terms.or(opposite, rest)
        }))
    }

    /// The operands, which have one sort.
    fn comparable(&self) -> Result<Vec<Meaning>, SmtError> {
        let sorts = |operand: &Meaning| operand.sort(self.terms, self.arrays);
        let first = self.operands.first().map(sorts);
        if self.operands.len() < 2 || self.operands.iter().any(|next| Some(sorts(next)) != first) {
            return Err(self.ill_formed("two or more operands of one sort"));
        }
        Ok(self.operands.to_vec())
    }

    /// Whether two operands of one sort are equal.
    fn are_equal(&mut self, a: Meaning, b: Meaning) -> Result<TermId, SmtError> {
        match (a, b) {
            (Meaning::Boolean(a) | Meaning::Bits(a), Meaning::Boolean(b) | Meaning::Bits(b)) => {
                Ok(self.terms.eq(a, b))
            }
            (Meaning::Float(format, a), Meaning::Float(_, b)) => {
                Ok(self.terms.float_same(format, a, b))
            }
            (Meaning::Array(a), Meaning::Array(b)) => {
                let equal = self.arrays.equal(self.terms, a, b);
                equal.ok_or_else(|| SmtError::Unsupported {
                    what: "a constant array beside an equality of arrays".to_owned(),
                })
            }
            (Meaning::Mode(_), Meaning::Mode(_)) => Err(SmtError::Unsupported {
                what: format!("{} of modes of rounding", self.name),
            }),
            _ => unreachable!("the sorts are equal"),
        }
    }

    fn equal(&mut self) -> Result<TermId, SmtError> {
        let operands = self.comparable()?;
        let mut all = self.terms.true_();
        for pair in operands.windows(2) {
            let next = self.are_equal(pair[0], pair[1])?;
            all = self.terms.and(all, next);
        }
        Ok(all)
    }

    fn distinct(&mut self) -> Result<TermId, SmtError> {
        let operands = self.comparable()?;
        let mut all = self.terms.true_();
        for (place, &a) in operands.iter().enumerate() {
            for &b in &operands[place + 1..] {
                let equal = self.are_equal(a, b)?;
                let next = self.terms.not(equal);
                all = self.terms.and(all, next);
            }
        }
        Ok(all)
    }

    fn choice(&mut self) -> Result<Meaning, SmtError> {
        let &[Meaning::Boolean(condition), then, otherwise] = self.operands else {
            return Err(self.ill_formed("a truth value and two operands of one sort"));
        };
        if then.sort(self.terms, self.arrays) != otherwise.sort(self.terms, self.arrays) {
            return Err(self.ill_formed("a truth value and two operands of one sort"));
        }
        Ok(match (then, otherwise) {
            (Meaning::Boolean(a), Meaning::Boolean(b)) => {
                Meaning::Boolean(self.terms.ite(condition, a, b))
            }
            (Meaning::Bits(a), Meaning::Bits(b)) => Meaning::Bits(self.terms.ite(condition, a, b)),
            (Meaning::Float(format, a), Meaning::Float(_, b)) => {
                Meaning::Float(format, self.terms.ite(condition, a, b))
            }
            (Meaning::Mode(_), Meaning::Mode(_)) => {
                return Err(SmtError::Unsupported {
                    what: "ite of modes of rounding".to_owned(),
                });
            }
            (Meaning::Array(a), Meaning::Array(b)) => {
                Meaning::Array(self.arrays.choose(condition, a, b))
            }
            _ => unreachable!("the sorts are equal"),
        })
    }

    /// `ite` with one bit for its condition, as cvc5 has it.
    fn bit_choice(&mut self) -> Result<Meaning, SmtError> {
        match self.vectors()?[..] {
            [condition, a, b]
                if self.terms.width(condition) == 1
                    && self.terms.width(a) == self.terms.width(b) =>
            {
                Ok(Meaning::Bits(self.terms.ite(condition, a, b)))
            }
            _ => Err(self.ill_formed("one bit and two bit-vectors of one width")),
        }
    }

    /// Operators on bit-vectors without numerals.
    fn bits(&mut self) -> Result<Option<Meaning>, SmtError> {
        if let Some(term) = self.bits_to_bits()? {
            return Ok(Some(Meaning::Bits(term)));
        }
        Ok(self.bits_to_boolean()?.map(Meaning::Boolean))
    }

    fn bits_to_bits(&mut self) -> Result<Option<TermId>, SmtError> {
        let fold: Option<Fold> = match self.name {
            "bvand" => Some(Terms::and),
            "bvor" => Some(Terms::or),
            "bvxor" => Some(Terms::xor),
            "bvadd" => Some(Terms::add),
            "bvmul" => Some(Terms::mul),
            _ => None,
        };
        if let Some(fold) = fold {
            return self.fold_vectors(fold).map(Some);
        }
        let pair: Option<Fold> = match self.name {
            "bvsub" => Some(Terms::sub),
            "bvudiv" => Some(Terms::udiv),
            "bvurem" => Some(Terms::urem),
            "bvsdiv" => Some(Terms::sdiv),
            "bvsrem" => Some(Terms::srem),
            "bvsmod" => Some(signed_modulo),
            "bvshl" => Some(Terms::shl),
            "bvlshr" => Some(Terms::lshr),
            "bvashr" => Some(Terms::ashr),
            "bvcomp" => Some(Terms::eq),
            "bvnand" => Some(|terms, a, b| {
                let both = terms.and(a, b);
                terms.not(both)
            }),
            "bvnor" => Some(|terms, a, b| {
                let either = terms.or(a, b);
                terms.not(either)
            }),
            "bvxnor" => Some(|terms, a, b| {
                let either = terms.xor(a, b);
                terms.not(either)
            }),
            _ => None,
        };
        if let Some(pair) = pair {
            let [a, b] = self.two_vectors()?;
            return Ok(Some(pair(self.terms, a, b)));
        }
        Ok(match self.name {
            "bvnot" => {
                let operand = self.one_vector()?;
                Some(self.terms.not(operand))
            }
            "bvneg" => {
                let operand = self.one_vector()?;
                Some(self.terms.neg(operand))
            }
            "bvredor" | "bvredand" | "bvredxor" => Some(self.reduction()?),
            "concat" => Some(self.concatenation()?),
            _ => None,
        })
    }

    /// All bits of a vector joined into one. Not in the standard, but in the scripts of several solvers.
    fn reduction(&mut self) -> Result<TermId, SmtError> {
        let operand = self.one_vector()?;
        let fold = match self.name {
            "bvredor" => Terms::or,
            "bvredand" => Terms::and,
            _ => Terms::xor,
        };
        let first = self.terms.extract(operand, 0, 1);
        Ok((1..self.terms.width(operand)).fold(first, |all, place| {
            let bit = self.terms.extract(operand, place, 1);
            fold(self.terms, all, bit)
        }))
    }

    fn fold_vectors(&mut self, fold: Fold) -> Result<TermId, SmtError> {
        let operands = self.vectors()?;
        let has_one_width = operands
            .windows(2)
            .all(|pair| self.terms.width(pair[0]) == self.terms.width(pair[1]));
        let Some((&first, rest)) = operands.split_first().filter(|_| has_one_width) else {
            return Err(self.ill_formed("bit-vectors of one width"));
        };
        Ok(rest
            .iter()
            .fold(first, |all, &next| fold(self.terms, all, next)))
    }

    fn concatenation(&mut self) -> Result<TermId, SmtError> {
        let operands = self.vectors()?;
        let width: u64 = operands
            .iter()
            .map(|&term| u64::from(self.terms.width(term)))
            .sum();
        if operands.is_empty() || width > WIDTH_MAX {
            return Err(self.ill_formed("bit-vectors"));
        }
        Ok(operands
            .into_iter()
            .reduce(|high, low| self.terms.concat(high, low))
            .expect("there is at least one"))
    }

    fn bits_to_boolean(&mut self) -> Result<Option<TermId>, SmtError> {
        let pair: Option<Fold> = match self.name {
            "bvult" => Some(Terms::ult),
            "bvule" => Some(Terms::ule),
            "bvugt" => Some(Terms::ugt),
            "bvuge" => Some(Terms::uge),
            "bvslt" => Some(Terms::slt),
            "bvsle" => Some(Terms::sle),
            "bvsgt" => Some(Terms::sgt),
            "bvsge" => Some(Terms::sge),
            "bvuaddo" => Some(Terms::unsigned_add_overflows),
            "bvsaddo" => Some(Terms::signed_add_overflows),
            "bvusubo" => Some(Terms::unsigned_sub_overflows),
            "bvssubo" => Some(Terms::signed_sub_overflows),
            "bvumulo" => Some(Terms::unsigned_mul_overflows),
            "bvsmulo" => Some(Terms::signed_mul_overflows),
            "bvsdivo" => Some(signed_divide_overflows),
            _ => None,
        };
        if let Some(pair) = pair {
            let [a, b] = self.two_vectors()?;
            return Ok(Some(pair(self.terms, a, b)));
        }
        if self.name == "bvnego" {
            let operand = self.one_vector()?;
            let width = self.terms.width(operand);
            let minimum = self.terms.signed_min(width);
            return Ok(Some(self.terms.eq(operand, minimum)));
        }
        Ok(None)
    }

    fn array(&mut self) -> Result<Option<Meaning>, SmtError> {
        match (self.name, self.operands) {
            ("select", &[Meaning::Array(array), Meaning::Bits(index)])
                if self.arrays.sort(array).index == self.terms.width(index) =>
            {
                let element = self.arrays.select(self.terms, array, index);
                Ok(Some(Meaning::Bits(element)))
            }
            (
                "store",
                &[
                    Meaning::Array(array),
                    Meaning::Bits(index),
                    Meaning::Bits(value),
                ],
            ) if self.arrays.sort(array)
                == (ArraySort {
                    index: self.terms.width(index),
                    element: self.terms.width(value),
                }) =>
            {
                Ok(Some(Meaning::Array(
                    self.arrays.store(self.terms, array, index, value),
                )))
            }
            ("select" | "store", _) => {
                Err(self.ill_formed("an array with an index, and a value, of its sorts"))
            }
            _ => Ok(None),
        }
    }

    /// Operators with numerals.
    fn indexed(&mut self) -> Result<Option<Meaning>, SmtError> {
        let operand = self.one_vector()?;
        let width = self.terms.width(operand);
        let most = |by: u32| u64::from(width) + u64::from(by) <= WIDTH_MAX;
        let term = match (self.name, self.numerals) {
            ("extract", &[high, low]) if low <= high && high < width => {
                self.terms.extract(operand, low, high - low + 1)
            }
            ("zero_extend", &[by]) if most(by) => self.terms.zero_extend(operand, width + by),
            ("sign_extend", &[by]) if most(by) => self.terms.sign_extend(operand, width + by),
            ("rotate_left", &[by]) => self.rotated(operand, by % width),
            ("rotate_right", &[by]) => self.rotated(operand, (width - by % width) % width),
            ("repeat", &[times])
                if times > 0 && u64::from(times) * u64::from(width) <= WIDTH_MAX =>
            {
                (1..times).fold(operand, |all, _| self.terms.concat(all, operand))
            }
            ("extract" | "zero_extend" | "sign_extend" | "repeat", _) => {
                return Err(self.ill_formed("numerals that fit the width of its operand"));
            }
            _ => return Ok(None),
        };
        Ok(Some(Meaning::Bits(term)))
    }

    /// `operand` turned to the left by `by` bits, fewer than it has.
    fn rotated(&mut self, operand: TermId, by: u32) -> TermId {
        if by == 0 {
            return operand;
        }
        let width = self.terms.width(operand);
        let high = self.terms.extract(operand, width - by, by);
        let low = self.terms.extract(operand, 0, width - by);
        self.terms.concat(low, high)
    }
}

/// The remainder that has the divisor's sign; the dividend for a divisor of zero.
fn signed_modulo(terms: &mut Terms, a: TermId, b: TermId) -> TermId {
    let remainder = terms.srem(a, b);
    let zero = terms.zero(terms.width(a));
    let is_exact = terms.eq(remainder, zero);
    let [sign_of_remainder, sign_of_divisor] = [remainder, b].map(|term| terms.sign(term));
    let is_aligned = terms.eq(sign_of_remainder, sign_of_divisor);
    let divides_by_zero = terms.eq(b, zero);
    let stays = terms.or(is_exact, is_aligned);
    let stays = terms.or(stays, divides_by_zero);
    let moved = terms.add(remainder, b);
    terms.ite(stays, remainder, moved)
}

/// Whether the signed quotient does not fit: the smallest number by minus one.
fn signed_divide_overflows(terms: &mut Terms, a: TermId, b: TermId) -> TermId {
    let width = terms.width(a);
    let minimum = terms.signed_min(width);
    let minus_one = terms.ones(width);
    let is_minimum = terms.eq(a, minimum);
    let is_minus_one = terms.eq(b, minus_one);
    terms.and(is_minimum, is_minus_one)
}
