//! Terms as a script that other solvers read.
//!
//! Each term that is more than a leaf becomes a definition of its own, in order, so shared parts are
//! written once and nothing nests. Everything is a bit-vector; a comparison is a choice between one
//! and zero.

use std::fmt::Write as _;

use super::session::literal;
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};

/// The definitions of all parts of `roots`, and the names under which the roots stand.
///
/// `symbol_name` names the symbols, which the caller has declared. Definitions are named `prefix`
/// and a number; two texts in one script need two prefixes.
///
/// ```
/// use proofhouse_solver::{Terms, smtlib::write_terms};
///
/// let mut terms = Terms::new();
/// let (a, b) = (terms.symbol(8), terms.symbol(8));
/// let sum = terms.add(a, b);
/// let (text, roots) = write_terms(&terms, &[sum], "t", &|symbol| format!("x{}", symbol.index()));
/// assert_eq!(text, "(define-fun t3 () (_ BitVec 8) (bvadd x0 x1))\n");
/// assert_eq!(roots, ["t3"]);
/// ```
pub fn write_terms(
    terms: &Terms,
    roots: &[TermId],
    prefix: &str,
    symbol_name: &dyn Fn(SymbolId) -> String,
) -> (String, Vec<String>) {
    let name = |term: TermId| match *terms.node(term) {
        Node::Constant(_) => literal(terms.as_value(term).expect("a constant has a value")),
        Node::Symbol(symbol) => symbol_name(symbol),
        _ => format!("{prefix}{}", term.index()),
    };
    let mut text = String::new();
    for term in terms.reachable(roots) {
        if let Some(body) = application(terms, term, &name) {
            let (name, width) = (name(term), terms.width(term));
            writeln!(text, "(define-fun {name} () (_ BitVec {width}) {body})")
                .expect("writing to a string never fails");
        }
    }
    (text, roots.iter().map(|&root| name(root)).collect())
}

/// The operator of `term` on the names of its operands; `None` for leaves.
fn application(terms: &Terms, term: TermId, name: &dyn Fn(TermId) -> String) -> Option<String> {
    let width = terms.width(term);
    Some(match *terms.node(term) {
        Node::Constant(_) | Node::Symbol(_) => return None,
        Node::Unary(operation, a) => format!("({} {})", unary(operation), name(a)),
        Node::Binary(operation, a, b) => {
            let (a, b) = (name(a), name(b));
            match binary(operation) {
                Operator::Bits(operator) => format!("({operator} {a} {b})"),
                Operator::Boolean(operator) => format!("(ite ({operator} {a} {b}) #b1 #b0)"),
            }
        }
        Node::IfThenElse {
            condition,
            then,
            otherwise,
        } => format!(
            "(ite (= {} #b1) {} {})",
            name(condition),
            name(then),
            name(otherwise)
        ),
        Node::Concat { high, low } => format!("(concat {} {})", name(high), name(low)),
        Node::Extract { term, low_bit } => format!(
            "((_ extract {} {low_bit}) {})",
            low_bit + width - 1,
            name(term)
        ),
        Node::SignExtend(a) => {
            format!("((_ sign_extend {}) {})", width - terms.width(a), name(a))
        }
    })
}

/// An operator by what it gives.
enum Operator {
    Bits(&'static str),
    Boolean(&'static str),
}

fn unary(operation: UnaryOperation) -> &'static str {
    match operation {
        UnaryOperation::Not => "bvnot",
        UnaryOperation::Negate => "bvneg",
    }
}

fn binary(operation: BinaryOperation) -> Operator {
    match operation {
        BinaryOperation::And => Operator::Bits("bvand"),
        BinaryOperation::Or => Operator::Bits("bvor"),
        BinaryOperation::Xor => Operator::Bits("bvxor"),
        BinaryOperation::Add => Operator::Bits("bvadd"),
        BinaryOperation::Multiply => Operator::Bits("bvmul"),
        BinaryOperation::UnsignedDivide => Operator::Bits("bvudiv"),
        BinaryOperation::UnsignedRemainder => Operator::Bits("bvurem"),
        BinaryOperation::ShiftLeft => Operator::Bits("bvshl"),
        BinaryOperation::ShiftRight => Operator::Bits("bvlshr"),
        BinaryOperation::ShiftRightSigned => Operator::Bits("bvashr"),
        BinaryOperation::Equal => Operator::Boolean("="),
        BinaryOperation::Less => Operator::Boolean("bvult"),
        BinaryOperation::LessSigned => Operator::Boolean("bvslt"),
    }
}
