//! Terms as a script that other solvers read.
//!
//! Each term that is more than a leaf becomes a definition of its own, in order, so shared parts are
//! written once and nothing nests. Everything is a bit-vector; a comparison is a choice between one
//! and zero.
//!
//! The theory of floats has no function from a float to its bits. So the bits of a result are declared,
//! and asserted to be those of the float, and of its one NaN: every model of the other declarations
//! gives them exactly one value.

use std::fmt::Write as _;

use super::floats::mode_name;
use super::session::literal;
use crate::float::{FloatApplication, FloatOperation, Format};
use crate::terms::{BinaryOperation, Node, SymbolId, TermId, Terms, UnaryOperation};
use crate::value::Value;

/// The definitions of all parts of `roots`, and the names under which the roots stand.
///
/// `symbol_name` names the symbols, which the caller has declared. Definitions are named `prefix`
/// and a number; two texts in one script need two prefixes. Results of float operations are declared
/// instead, and an assertion says what they are.
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
        if let Node::Float(application) = terms.node(term)
            && let Some(format) = application.operation.result(application.format)
        {
            let operation = float_operation(application, &name);
            write_float(&mut text, &name(term), format, &operation);
        } else if let Some(body) = application(terms, term, &name) {
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
        Node::Float(application) => to_integer(&application, width, name),
    })
}

/// Declares the bits of a float, and says what they are.
fn write_float(text: &mut String, name: &str, format: Format, operation: &str) {
    let width = format.width();
    let float = float_of(format, name);
    let nan = constant(format, format.nan());
    writeln!(
        text,
        "(declare-const {name} (_ BitVec {width}))\n(assert (= {float} {operation}))\n\
         (assert (=> (fp.isNaN {float}) (= {name} {nan})))"
    )
    .expect("writing to a string never fails");
}

/// The float with these bits.
fn float_of(format: Format, bits: &str) -> String {
    let (exponent, precision) = (format.exponent_bits(), format.precision());
    format!("((_ to_fp {exponent} {precision}) {bits})")
}

fn constant(format: Format, bits: u128) -> String {
    literal(&Value::new(format.width(), bits))
}

/// The float that an operation gives.
fn float_operation(application: &FloatApplication, name: &dyn Fn(TermId) -> String) -> String {
    use FloatOperation as Op;
    let (format, mode) = (application.format, mode_name(application.rounding));
    let (exponent, precision) = (format.exponent_bits(), format.precision());
    let bits: Vec<String> = application.operands().iter().map(|&a| name(a)).collect();
    let floats: Vec<String> = bits.iter().map(|bits| float_of(format, bits)).collect();
    let rounded = |operator: &str| format!("({operator} {mode} {})", floats.join(" "));
    match application.operation {
        Op::Add => rounded("fp.add"),
        Op::Multiply => rounded("fp.mul"),
        Op::Divide => rounded("fp.div"),
        Op::MultiplyAdd => rounded("fp.fma"),
        Op::SquareRoot => rounded("fp.sqrt"),
        Op::RoundToIntegral => rounded("fp.roundToIntegral"),
        Op::RemainderNearest => format!("(fp.rem {})", floats.join(" ")),
        Op::Remainder => remainder(&floats[0], &floats[1]),
        Op::Convert(to) => {
            let (exponent, precision) = (to.exponent_bits(), to.precision());
            format!("((_ to_fp {exponent} {precision}) {mode} {})", floats[0])
        }
        Op::FromSigned => format!("((_ to_fp {exponent} {precision}) {mode} {})", bits[0]),
        Op::FromUnsigned => {
            format!(
                "((_ to_fp_unsigned {exponent} {precision}) {mode} {})",
                bits[0]
            )
        }
        Op::ToSigned | Op::ToUnsigned => unreachable!("an integer is no float"),
    }
}

/// The remainder with the dividend's sign, from that with the smallest magnitude: one divisor lies
/// between them where the signs differ.
fn remainder(a: &str, b: &str) -> String {
    format!(
        "(let ((rest (fp.rem {a} {b}))) (ite (= (fp.isNegative rest) (fp.isNegative {a})) rest \
         (fp.add RNE rest (ite (fp.isNegative {a}) (fp.neg (fp.abs {b})) (fp.abs {b})))))"
    )
}

/// A float as an integer: that of the theory where it has a meaning, and the nearest one elsewhere.
fn to_integer(
    application: &FloatApplication,
    width: u32,
    name: &dyn Fn(TermId) -> String,
) -> String {
    let format = application.format;
    let is_signed = application.operation == FloatOperation::ToSigned;
    let float = float_of(format, &name(application.operands()[0]));
    let (least, most, bits) = if is_signed {
        let least = Value::signed_min(width);
        (least.clone(), least.not(), width - 1)
    } else {
        (Value::zero(width), Value::ones(width), width)
    };
    let above = format.power_of_two(bits);
    let below = if is_signed {
        above | format.sign_bit()
    } else {
        0
    };
    let [above, below] = [above, below].map(|bits| float_of(format, &constant(format, bits)));
    let [zero, least, most] = [Value::zero(width), least, most].map(|value| literal(&value));
    let operator = if is_signed { "fp.to_sbv" } else { "fp.to_ubv" };
    format!(
        "(let ((whole (fp.roundToIntegral {} {float}))) (ite (fp.isNaN whole) {zero} \
         (ite (fp.leq whole {below}) {least} (ite (fp.leq {above} whole) {most} \
         ((_ {operator} {width}) RTZ whole)))))",
        mode_name(application.rounding)
    )
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
