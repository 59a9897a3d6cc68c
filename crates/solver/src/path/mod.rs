//! What is known on one path of a program: the conjunction of the conditions taken so far.
//!
//! The constraints are kept in *slices*: two constraints are in one slice if they share a symbol,
//! directly or through others. A question about some symbols concerns only their slices, and a
//! model of one slice can be changed without touching the rest.
//!
//! # Invariants
//!
//! - Every constraint is in exactly one slice, and the slices' symbols are disjoint
//!   (`tests::slices_partition_the_constraints`).
//! - A slice that says it is satisfied is: the path's model satisfies its constraints.
//! - A clone is independent; it shares everything until one of both changes.
//!
//! # Source
//!
//! Independence of constraints as in the symbolic executors EXE and KLEE (OSDI 2008).

mod slice;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use self::slice::Slice;
use crate::domain::Domain;
use crate::facts::Facts;
use crate::model::Model;
use crate::terms::{SymbolId, TermId, Terms};

/// The constraints of one path. A clone is cheap and independent.
#[derive(Clone, Default)]
pub struct PathCondition {
    state: Arc<State>,
}

#[derive(Clone, Default)]
struct State {
    /// In the order in which they were assumed.
    constraints: Vec<TermId>,
    /// Indexed by `slice_of`; merged slices leave a hole.
    slices: Vec<Option<Arc<Slice>>>,
    /// Which slice a symbol is in, by the symbol's number.
    slice_of: Vec<Option<u32>>,
    /// Satisfies every slice that says so.
    model: Model,
    is_contradiction: bool,
}

/// Where a slice is; stable until slices are merged.
pub(crate) type SliceIndex = u32;

impl PathCondition {
    /// No constraints.
    pub fn new() -> Self {
        Self::default()
    }

    /// The constraints, in the order in which they were assumed. A conjunction is several.
    pub fn constraints(&self) -> &[TermId] {
        &self.state.constraints
    }

    /// A model that satisfies every constraint, if one is at hand.
    pub fn last_model(&self) -> Option<&Model> {
        let is_satisfied =
            !self.state.is_contradiction && self.slices().all(|slice| slice.is_satisfied);
        is_satisfied.then_some(&self.state.model)
    }

    /// Whether the constraints are known to contradict each other.
    pub fn is_contradiction(&self) -> bool {
        self.state.is_contradiction
    }

    pub(crate) fn set_contradiction(&mut self) {
        Arc::make_mut(&mut self.state).is_contradiction = true;
    }

    /// The model whose values satisfy every slice that says so.
    pub(crate) fn model(&self) -> &Model {
        &self.state.model
    }

    fn slices(&self) -> impl Iterator<Item = &Slice> {
        self.state.slices.iter().flatten().map(|slice| &**slice)
    }

    pub(crate) fn slice(&self, index: SliceIndex) -> &Slice {
        self.state.slices[index as usize]
            .as_deref()
            .expect("an index of a slice that is there")
    }

    /// The slice that `symbol` is in, if any constraint mentions it.
    pub(crate) fn slice_of(&self, symbol: SymbolId) -> Option<SliceIndex> {
        self.state.slice_of.get(symbol.index()).copied().flatten()
    }

    /// The slices that contain any of `symbols`, and all that are not satisfied; in order.
    pub(crate) fn relevant_slices(&self, symbols: &[SymbolId]) -> Vec<SliceIndex> {
        let mut relevant: Vec<SliceIndex> = symbols
            .iter()
            .filter_map(|&symbol| self.slice_of(symbol))
            .collect();
        for (index, slice) in self.state.slices.iter().enumerate() {
            if slice.as_ref().is_some_and(|slice| !slice.is_satisfied) {
                relevant.push(index as SliceIndex);
            }
        }
        relevant.sort_unstable();
        relevant.dedup();
        relevant
    }

    /// What the constraints on `symbol` alone allow; `None` if there are none.
    pub(crate) fn domain(&self, symbol: SymbolId) -> Option<&Domain> {
        self.slice(self.slice_of(symbol)?).domain(symbol)
    }

    /// Whether `condition` was assumed on this path.
    pub(crate) fn contains(&self, terms: &Terms, condition: TermId) -> bool {
        let Some(symbol) = terms.some_symbol_of(condition) else {
            return false;
        };
        self.slice_of(symbol)
            .is_some_and(|index| self.slice(index).contains(condition))
    }

    /// What constraints say about `term` beyond what it says about itself.
    pub(crate) fn bounds(&self, terms: &Terms, term: TermId) -> Option<&Facts> {
        let symbol = terms.some_symbol_of(term)?;
        self.slice(self.slice_of(symbol)?).bounds(term)
    }

    /// Adds a constraint with its symbols, merging the slices that it links. `change` completes
    /// the slice with what follows from the constraint.
    pub(crate) fn add(
        &mut self,
        constraint: TermId,
        symbols: &[SymbolId],
        change: impl FnOnce(&mut Slice),
    ) {
        assert!(
            !symbols.is_empty(),
            "a constraint without symbols is a constant"
        );
        let state = Arc::make_mut(&mut self.state);
        let last = symbols
            .iter()
            .map(|symbol| symbol.index())
            .max()
            .expect("not empty");
        if state.slice_of.len() <= last {
            state.slice_of.resize(last + 1, None);
        }
        let mut linked: Vec<SliceIndex> = symbols
            .iter()
            .filter_map(|symbol| state.slice_of[symbol.index()])
            .collect();
        linked.sort_unstable();
        linked.dedup();
        let home = match linked.first() {
            Some(&first) => first,
            None => {
                state.slices.push(Some(Arc::default()));
                (state.slices.len() - 1) as SliceIndex
            }
        };
        for &other in linked.iter().skip(1) {
            let merged = state.slices[other as usize]
                .take()
                .expect("a linked slice is there");
            for &symbol in merged.symbols() {
                state.slice_of[symbol.index()] = Some(home);
            }
            let slice = state.slices[home as usize]
                .as_mut()
                .expect("the home slice is there");
            Arc::make_mut(slice).absorb(&merged);
        }
        let slice = state.slices[home as usize]
            .as_mut()
            .expect("the home slice is there");
        let slice = Arc::make_mut(slice);
        for &symbol in symbols {
            state.slice_of[symbol.index()] = Some(home);
            slice.add_symbol(symbol);
        }
        slice.add_constraint(constraint);
        change(slice);
        state.constraints.push(constraint);
    }

    /// Takes over the values that `model` has for the symbols of slice `index`, which they
    /// satisfy.
    pub(crate) fn satisfy(&mut self, terms: &Terms, index: SliceIndex, model: &Model) {
        let state = Arc::make_mut(&mut self.state);
        let slice = state.slices[index as usize]
            .as_mut()
            .expect("an index of a slice");
        if !slice.is_satisfied {
            Arc::make_mut(slice).is_satisfied = true;
        }
        let changed = model.restricted_to(terms, slice.symbols());
        state.model = state.model.overridden_by(&changed);
    }

    /// Says whether the path's model satisfies slice `index`.
    pub(crate) fn set_satisfied(&mut self, index: SliceIndex, is_satisfied: bool) {
        if self.slice(index).is_satisfied == is_satisfied {
            return;
        }
        let state = Arc::make_mut(&mut self.state);
        let slice = state.slices[index as usize]
            .as_mut()
            .expect("an index of a slice");
        Arc::make_mut(slice).is_satisfied = is_satisfied;
    }
}
