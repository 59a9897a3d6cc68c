//! The arena's own promises.

use super::*;

#[test]
fn equal_nodes_are_one_term() {
    let mut terms = Terms::new();
    let (a, b) = (terms.symbol(8), terms.symbol(8));
    assert_ne!(a, b, "each symbol is new");
    assert_eq!(terms.add(a, b), terms.add(b, a));
    assert_eq!(terms.constant(8, 3), terms.constant(8, 0x103));
    assert_ne!(terms.constant(8, 3), terms.constant(9, 3));
}

#[test]
fn an_optional_term_is_four_bytes() {
    assert_eq!(size_of::<Option<TermId>>(), 4);
    // Twelve bytes of operands, and the operation, rounding and formats of a float.
    assert_eq!(size_of::<Node>(), 20);
}

#[test]
fn symbols_are_found_once_and_in_order() {
    let mut terms = Terms::new();
    let (a, b) = (terms.symbol(8), terms.symbol(8));
    let sum = terms.add(b, a);
    let product = terms.mul(sum, b);
    let both = vec![terms.as_symbol(a).unwrap(), terms.as_symbol(b).unwrap()];
    assert_eq!(terms.symbols_of(product), both);
    assert_eq!(terms.symbols_of(b), both[1..]);
}

#[test]
fn terms_are_shown_in_prefix_notation() {
    let mut terms = Terms::new();
    let a = terms.symbol(8);
    let three = terms.constant(8, 3);
    let condition = terms.ult(a, three);
    assert_eq!(terms.show(condition).to_string(), "(Less s0:8 0x3:8)");
}
