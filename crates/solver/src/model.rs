//! Values for symbols.

use std::sync::Arc;

use crate::evaluate::Evaluator;
use crate::terms::{SymbolId, TermId, Terms};
use crate::value::Value;

/// A value for each symbol that matters; every other symbol reads as zero. Cheap to clone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    /// Ordered by symbol, each at most once.
    values: Arc<Vec<(SymbolId, Value)>>,
}

impl Model {
    /// The model in which every symbol is zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of `symbol`, if the model says one.
    pub fn get(&self, symbol: SymbolId) -> Option<&Value> {
        let place = self
            .values
            .binary_search_by_key(&symbol, |entry| entry.0)
            .ok()?;
        Some(&self.values[place].1)
    }

    /// The value of `symbol`, which has `width` bits.
    pub fn value(&self, symbol: SymbolId, width: u32) -> Value {
        match self.get(symbol) {
            Some(value) => {
                assert_eq!(value.width(), width, "the model's value fits its symbol");
                value.clone()
            }
            None => Value::zero(width),
        }
    }

    /// Changes the value of one symbol.
    pub fn set(&mut self, symbol: SymbolId, value: Value) {
        let values = Arc::make_mut(&mut self.values);
        match values.binary_search_by_key(&symbol, |entry| entry.0) {
            Ok(place) => values[place].1 = value,
            Err(place) => values.insert(place, (symbol, value)),
        }
    }

    /// The same model, except that `changed` decides where it says a value.
    pub fn overridden_by(&self, changed: &Self) -> Self {
        let mut merged = Vec::with_capacity(self.values.len() + changed.values.len());
        let mut ours = self.values.iter().peekable();
        for entry in changed.values.iter() {
            while let Some(own) = ours.next_if(|own| own.0 < entry.0) {
                merged.push(own.clone());
            }
            ours.next_if(|own| own.0 == entry.0);
            merged.push(entry.clone());
        }
        merged.extend(ours.cloned());
        Self {
            values: Arc::new(merged),
        }
    }

    /// A value for each of `symbols`, which are in order, and for no other.
    pub(crate) fn restricted_to(&self, terms: &Terms, symbols: &[SymbolId]) -> Self {
        let values = symbols.iter().map(|&symbol| {
            (
                symbol,
                self.value(symbol, terms.width(terms.symbol_term(symbol))),
            )
        });
        Self {
            values: Arc::new(values.collect()),
        }
    }

    /// Whether both are one object, which is cheaper to find out than equality.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.values, &other.values)
    }

    /// Symbols with their values, in order of the symbols.
    pub fn iter(&self) -> impl Iterator<Item = (SymbolId, &Value)> {
        self.values.iter().map(|(symbol, value)| (*symbol, value))
    }

    /// The value of `term`. For several terms, an [`Evaluator`] remembers shared parts.
    pub fn evaluate(&self, terms: &Terms, term: TermId) -> Value {
        Evaluator::new(self.clone()).evaluate(terms, term)
    }

    /// Whether the one-bit `condition` holds.
    pub fn holds(&self, terms: &Terms, condition: TermId) -> bool {
        self.evaluate(terms, condition).is_true()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_change_does_not_mention_stays() {
        let symbols = [SymbolId(0), SymbolId(1), SymbolId(2), SymbolId(3)];
        let mut base = Model::new();
        base.set(symbols[2], Value::new(8, 2));
        base.set(symbols[0], Value::new(8, 1));
        let mut change = Model::new();
        change.set(symbols[2], Value::new(8, 9));
        change.set(symbols[3], Value::new(8, 7));
        let merged = base.overridden_by(&change);
        let values: Vec<_> = merged
            .iter()
            .map(|(symbol, value)| (symbol.0, value.to_u128()))
            .collect();
        assert_eq!(values, [(0, Some(1)), (2, Some(9)), (3, Some(7))]);
        assert_eq!(merged.value(symbols[1], 8), Value::zero(8));
    }
}
