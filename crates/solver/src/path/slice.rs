//! Constraints that belong together, with what follows from them.

use crate::domain::Domain;
use crate::facts::Facts;
use crate::terms::{SymbolId, TermId};

/// Constraints connected by symbols.
#[derive(Clone, Default)]
pub(crate) struct Slice {
    /// In order.
    symbols: Vec<SymbolId>,
    /// In order of the terms, each once.
    constraints: Vec<TermId>,
    /// For symbols with constraints of their own, in order of the symbols.
    domains: Vec<SymbolDomain>,
    /// What constraints say about terms that are not symbols, in order of the terms.
    bounds: Vec<(TermId, Facts)>,
    /// Whether the path's model satisfies all constraints of this slice.
    pub(crate) is_satisfied: bool,
}

/// The domain of one symbol.
#[derive(Clone)]
pub(crate) struct SymbolDomain {
    pub(crate) symbol: SymbolId,
    pub(crate) domain: Domain,
    /// Whether the domain says all that the constraints on this symbol alone say.
    pub(crate) is_exact: bool,
}

impl Slice {
    pub(crate) fn symbols(&self) -> &[SymbolId] {
        &self.symbols
    }

    pub(crate) fn constraints(&self) -> &[TermId] {
        &self.constraints
    }

    pub(crate) fn contains(&self, constraint: TermId) -> bool {
        self.constraints.binary_search(&constraint).is_ok()
    }

    fn place_of(&self, symbol: SymbolId) -> Result<usize, usize> {
        self.domains
            .binary_search_by_key(&symbol, |entry| entry.symbol)
    }

    pub(crate) fn domain(&self, symbol: SymbolId) -> Option<&Domain> {
        Some(&self.domains[self.place_of(symbol).ok()?].domain)
    }

    /// The symbols with constraints of their own, with what these allow.
    pub(crate) fn domains(&self) -> impl Iterator<Item = (SymbolId, &Domain)> {
        self.domains
            .iter()
            .map(|entry| (entry.symbol, &entry.domain))
    }

    /// Whether the constraints on `symbol` alone are all in its domain.
    pub(crate) fn is_exact(&self, symbol: SymbolId) -> bool {
        self.place_of(symbol)
            .map_or(true, |place| self.domains[place].is_exact)
    }

    /// Whether `symbol` is the only one of this slice.
    pub(crate) fn is_alone(&self, symbol: SymbolId) -> bool {
        self.symbols == [symbol]
    }

    /// Changes what is known of `symbol` alone.
    pub(crate) fn set_domain(&mut self, symbol: SymbolId, domain: Domain, is_exact: bool) {
        let entry = SymbolDomain {
            symbol,
            domain,
            is_exact,
        };
        match self.place_of(symbol) {
            Ok(place) => self.domains[place] = entry,
            Err(place) => self.domains.insert(place, entry),
        }
    }

    pub(crate) fn bounds(&self, term: TermId) -> Option<&Facts> {
        let place = self
            .bounds
            .binary_search_by_key(&term, |entry| entry.0)
            .ok()?;
        Some(&self.bounds[place].1)
    }

    /// Sharpens what is known of `term`; `false` if nothing is left.
    pub(crate) fn add_bounds(&mut self, term: TermId, facts: &Facts) -> bool {
        match self.bounds.binary_search_by_key(&term, |entry| entry.0) {
            Ok(place) => match self.bounds[place].1.meet(facts) {
                Some(met) => self.bounds[place].1 = met,
                None => return false,
            },
            Err(place) => self.bounds.insert(place, (term, *facts)),
        }
        true
    }

    pub(super) fn add_symbol(&mut self, symbol: SymbolId) {
        if let Err(place) = self.symbols.binary_search(&symbol) {
            self.symbols.insert(place, symbol);
        }
    }

    pub(super) fn add_constraint(&mut self, constraint: TermId) {
        if let Err(place) = self.constraints.binary_search(&constraint) {
            self.constraints.insert(place, constraint);
        }
    }

    /// Takes over everything of `other`, whose symbols are different ones.
    pub(super) fn absorb(&mut self, other: &Self) {
        let Self {
            symbols,
            constraints,
            domains,
            bounds,
            is_satisfied,
        } = other;
        self.symbols.extend_from_slice(symbols);
        self.symbols.sort_unstable();
        self.constraints.extend_from_slice(constraints);
        self.constraints.sort_unstable();
        self.domains.extend_from_slice(domains);
        self.domains.sort_by_key(|entry| entry.symbol);
        self.bounds.extend_from_slice(bounds);
        self.bounds.sort_by_key(|entry| entry.0);
        self.is_satisfied &= is_satisfied;
        debug_assert!(
            self.symbols.windows(2).all(|pair| pair[0] < pair[1]),
            "symbols are disjoint"
        );
    }
}
