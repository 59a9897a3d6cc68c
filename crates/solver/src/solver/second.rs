//! A second opinion: questions that went to the search are asked of another solver as well.
//!
//! The answers of the rungs below the search are not: they are many, and cheap to check by evaluating.
//! A "yes" needs no second opinion, because its model is evaluated.
//!
//! # Invariants
//!
//! - A search that ended with "no" and was contradicted is counted, whatever becomes of its answer.
//! - An answer that only the other solver had is counted as its answer.
//!
//! # Not here
//!
//! Processes and their time: the caller brings a function.

use std::fmt::Write as _;

use crate::smtlib::write_terms;
use crate::terms::{SymbolId, TermId, Terms};

/// Whether the assertions of a script can hold; `None` where the other solver does not know.
pub type SecondOpinion = Box<dyn FnMut(&str) -> Option<bool>>;

/// What another solver had to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opinions {
    /// It agreed that nothing satisfies a question.
    pub agreed: u64,
    /// It answered "no" where our search gave up.
    pub decided: u64,
    /// It found values where our search had found that there are none.
    pub contradicted: u64,
    /// It did not know either, or found values where our search gave up.
    pub open: u64,
}

/// The other solver, and what it said so far.
#[derive(Default)]
pub(super) struct Second {
    ask: Option<SecondOpinion>,
    pub(super) opinions: Opinions,
}

impl Second {
    pub(super) fn set(&mut self, ask: Option<SecondOpinion>) {
        self.ask = ask;
    }

    /// Asks about constraints that our search found to contradict each other.
    pub(super) fn confirm(&mut self, terms: &Terms, constraints: &[TermId]) {
        let Some(ask) = &mut self.ask else {
            return;
        };
        match ask(&script(terms, constraints)) {
            Some(false) => self.opinions.agreed += 1,
            Some(true) => self.opinions.contradicted += 1,
            None => self.opinions.open += 1,
        }
    }

    /// Whether constraints on which our search gave up contradict each other.
    pub(super) fn decide(&mut self, terms: &Terms, constraints: &[TermId]) -> bool {
        let Some(ask) = &mut self.ask else {
            return false;
        };
        let is_impossible = ask(&script(terms, constraints)) == Some(false);
        match is_impossible {
            true => self.opinions.decided += 1,
            false => self.opinions.open += 1,
        }
        is_impossible
    }
}

/// The question whether all constraints can hold, as a script.
fn script(terms: &Terms, constraints: &[TermId]) -> String {
    let name = |symbol: SymbolId| format!("s{}", symbol.index());
    let mut symbols: Vec<SymbolId> = constraints
        .iter()
        .flat_map(|constraint| terms.symbols_of(*constraint))
        .collect();
    symbols.sort_unstable();
    symbols.dedup();
    let mut script = "(set-logic QF_BV)\n".to_owned();
    for symbol in symbols {
        let width = terms.width(terms.symbol_term(symbol));
        writeln!(
            script,
            "(declare-const {} (_ BitVec {width}))",
            name(symbol)
        )
        .expect("writing to a string never fails");
    }
    let (definitions, roots) = write_terms(terms, constraints, "t", &name);
    script.push_str(&definitions);
    for root in roots {
        writeln!(script, "(assert (= {root} #b1))").expect("writing to a string never fails");
    }
    script.push_str("(check-sat)\n");
    script
}
