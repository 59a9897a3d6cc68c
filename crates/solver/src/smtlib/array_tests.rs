//! Scripts with arrays against the same scripts without: an array of two elements is two vectors.

use super::Session;
use crate::test_random::Random;

/// An array as a term, and its two elements as terms without arrays.
#[derive(Clone)]
struct Pair {
    array: String,
    elements: [String; 2],
}

/// A term with an array in it, and one that means the same without.
type Twin = (String, String);

struct Writer {
    random: Random,
}

const DECLARED: &str = "(declare-const a (Array (_ BitVec 1) (_ BitVec 2)))
    (declare-const b (Array (_ BitVec 1) (_ BitVec 2)))
    (declare-const c (Array (_ BitVec 1) (_ BitVec 2)))
    (declare-const i (_ BitVec 1)) (declare-const j (_ BitVec 1))
    (declare-const x (_ BitVec 2)) (declare-const p Bool)";

const EXPANDED: &str = "(declare-const a0 (_ BitVec 2)) (declare-const a1 (_ BitVec 2))
    (declare-const b0 (_ BitVec 2)) (declare-const b1 (_ BitVec 2))
    (declare-const c0 (_ BitVec 2)) (declare-const c1 (_ BitVec 2))
    (declare-const i (_ BitVec 1)) (declare-const j (_ BitVec 1))
    (declare-const x (_ BitVec 2)) (declare-const p Bool)";

impl Writer {
    fn index(&mut self) -> &'static str {
        self.random.pick(&["i", "j", "#b0", "#b1"])
    }

    fn array(&mut self, depth: u32) -> Pair {
        match self.random.below(if depth == 0 { 1 } else { 3 }) {
            0 => {
                let name = self.random.pick(&["a", "b", "c"]);
                Pair {
                    array: name.to_owned(),
                    elements: [format!("{name}0"), format!("{name}1")],
                }
            }
            1 => {
                let (inner, index) = (self.array(depth - 1), self.index());
                let (value, plain) = self.element(depth - 1);
                let [low, high] = inner.elements;
                Pair {
                    array: format!("(store {} {index} {value})", inner.array),
                    elements: [
                        format!("(ite (= {index} #b0) {plain} {low})"),
                        format!("(ite (= {index} #b1) {plain} {high})"),
                    ],
                }
            }
            _ => {
                let (first, second) = (self.array(depth - 1), self.array(depth - 1));
                let choose = |place: usize| {
                    format!(
                        "(ite p {} {})",
                        first.elements[place], second.elements[place]
                    )
                };
                Pair {
                    array: format!("(ite p {} {})", first.array, second.array),
                    elements: [choose(0), choose(1)],
                }
            }
        }
    }

    fn element(&mut self, depth: u32) -> Twin {
        if depth == 0 || self.random.below(3) == 0 {
            let term = self.random.pick(&["x", "#b00", "#b01", "#b10"]);
            return (term.to_owned(), term.to_owned());
        }
        let (array, index) = (self.array(depth - 1), self.index());
        let [low, high] = array.elements;
        (
            format!("(select {} {index})", array.array),
            format!("(ite (= {index} #b0) {low} {high})"),
        )
    }

    fn condition(&mut self) -> Twin {
        let operator = self.random.pick(&["=", "distinct"]);
        if self.random.below(2) == 0 {
            let (left, right) = (self.element(2), self.element(2));
            return (
                format!("({operator} {} {})", left.0, right.0),
                format!("({operator} {} {})", left.1, right.1),
            );
        }
        let (left, right) = (self.array(2), self.array(2));
        let [low, high] =
            [0, 1].map(|place| format!("(= {} {})", left.elements[place], right.elements[place]));
        let equal = format!("(and {low} {high})");
        let plain = if operator == "=" {
            equal
        } else {
            format!("(not {equal})")
        };
        (
            format!("({operator} {} {})", left.array, right.array),
            plain,
        )
    }
}

/// Equalities, reads and writes of arrays in any order, and some of them asked about in between.
#[test]
fn arrays_agree_with_their_elements() {
    let mut unsatisfiable = 0;
    for seed in 0..800 {
        let mut writer = Writer {
            random: Random::new(5_000 + seed),
        };
        let (mut with, mut without) = (DECLARED.to_owned(), EXPANDED.to_owned());
        for _ in 0..1 + writer.random.below(5) {
            let (array, plain) = writer.condition();
            let (array, plain) = match writer.random.below(4) {
                0 => {
                    let (other, other_plain) = writer.condition();
                    (
                        format!("(or {array} {other})"),
                        format!("(or {plain} {other_plain})"),
                    )
                }
                _ => (array, plain),
            };
            with.push_str(&format!("(assert {array}) (check-sat)\n"));
            without.push_str(&format!("(assert {plain}) (check-sat)\n"));
        }
        let answers = [&with, &without].map(|script| Session::new().run(script).unwrap());
        assert_eq!(answers[0], answers[1], "{with}");
        unsatisfiable += usize::from(answers[0].contains("unsat"));
    }
    // Neither answer is rare.
    assert!((50..750).contains(&unsatisfiable), "{unsatisfiable}");
}
