//! Known bits and ranges on one path.
//!
//! The facts of a term are computed again from its parts, starting from what the path says about
//! the symbols, and met on the way with what constraints say about the parts themselves.

use crate::facts::Facts;
use crate::hashing::FastMap;
use crate::path::PathCondition;
use crate::terms::{Node, TermId, Terms};
use crate::value::INLINE_BITS;

/// Conditions with more parts than this are left to the other rungs.
const PARTS_MAX: usize = 256;

/// Whether ranges alone show that `condition` can't hold on this path.
pub(super) fn is_impossible(terms: &Terms, path: &PathCondition, condition: TermId) -> bool {
    let mut known: FastMap<TermId, Facts> = FastMap::default();
    let mut pending = vec![condition];
    while let Some(&next) = pending.last() {
        if known.contains_key(&next) {
            pending.pop();
            continue;
        }
        let before = pending.len();
        pending.extend(
            terms
                .node(next)
                .operands()
                .filter(|part| !known.contains_key(part)),
        );
        if pending.len() == before {
            if known.len() >= PARTS_MAX {
                return false;
            }
            match on_path(terms, path, next, &known) {
                Some(facts) => known.insert(next, facts),
                // No value is left for a part: the path itself is impossible.
                None => return true,
            };
            pending.pop();
        }
    }
    known[&condition].single() == Some(0)
}

/// The facts of `term`; `None` if they contradict each other.
fn on_path(
    terms: &Terms,
    path: &PathCondition,
    term: TermId,
    known: &FastMap<TermId, Facts>,
) -> Option<Facts> {
    let width = terms.width(term);
    let general = *terms.facts(term);
    if width > INLINE_BITS {
        return Some(general);
    }
    let special = match *terms.node(term) {
        Node::Constant(_) => return Some(general),
        Node::Symbol(symbol) => match path.domain(symbol) {
            Some(domain) => domain.facts(width)?,
            None => return Some(general),
        },
        node => Facts::of_node(terms, &node, width, |operand| known[&operand]),
    };
    let facts = general.meet(&special)?;
    match path.bounds(terms, term) {
        Some(bounds) => facts.meet(bounds),
        None => Some(facts),
    }
}
