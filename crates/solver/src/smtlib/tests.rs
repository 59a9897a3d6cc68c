//! Scripts with their answers, and terms that survive being written and read.

use super::*;
use crate::terms::{TermId, Terms};
use crate::test_random::Random;
use crate::test_world::World;
use crate::{Answer, Model, PathCondition, Solver};

fn check(script: &str, expected: &str) {
    let mut session = Session::new();
    let output = session
        .run(script)
        .unwrap_or_else(|error| panic!("{error}: {script}"));
    assert_eq!(output, expected, "{script}");
}

fn refuse(script: &str, code: &str) {
    let error = Session::new().run(script).expect_err(script);
    assert_eq!(error.code(), code, "{script}: {error}");
    assert!(!error.help().is_empty());
}

#[test]
fn questions_are_answered() {
    check("(check-sat)", "sat\n");
    check("(assert false)(check-sat)", "unsat\n");
    check(
        "(declare-fun x () (_ BitVec 8)) (assert (bvult x #x03)) (assert (bvugt x #x01))
         (check-sat) (get-value (x (bvadd x #x01)))",
        "sat\n((x #x02) ((bvadd x #x01) #x03))\n",
    );
    check(
        "(declare-const p Bool) (declare-const q Bool)
         (assert (=> p q)) (assert p) (check-sat-assuming ((not q))) (check-sat) (get-value (p q))",
        "unsat\nsat\n((p true) (q true))\n",
    );
    check(
        "(declare-const |a b| (_ BitVec 3)) (assert (= |a b| #b101)) (check-sat) (get-model)",
        "sat\n(\n  (define-fun |a b| () (_ BitVec 3) #b101)\n)\n",
    );
}

#[test]
fn levels_are_left_again() {
    check(
        "(declare-const x (_ BitVec 4)) (push) (assert (= x #x1)) (push 1) (assert (= x #x2))
         (check-sat) (pop) (check-sat) (pop) (assert (= x #x2)) (check-sat)",
        "unsat\nsat\nsat\n",
    );
    refuse(
        "(push) (declare-const x Bool) (pop) (assert x)",
        "smt/unknown-name",
    );
    refuse("(pop)", "smt/out-of-order");
}

#[test]
fn names_are_bound_as_deep_as_they_are_written() {
    // The bindings of one `let` do not see each other.
    check(
        "(declare-const x (_ BitVec 8)) (define-fun y () (_ BitVec 8) #x05)
         (assert (let ((x #x01) (z x)) (and (= x #x01) (= z #x07)))) (check-sat) (get-value (x))",
        "sat\n((x #x07))\n",
    );
    // A definition's body does not see the bindings around its use.
    check(
        "(declare-const x (_ BitVec 8)) (define-fun f ((a (_ BitVec 8))) (_ BitVec 8) (bvadd a x))
         (assert (= x #x10)) (assert (let ((x #x01) (a #x02)) (= (f x) #x11))) (check-sat)",
        "sat\n",
    );
    check(
        "(declare-const x Bool) (assert (! (not x) :named n)) (assert n) (check-sat)",
        "sat\n",
    );
}

#[test]
fn deep_nesting_needs_no_stack() {
    let depth = 200_000;
    let mut script = String::from("(declare-const x Bool) (assert ");
    script.push_str(&"(not ".repeat(depth));
    script.push('x');
    script.push_str(&")".repeat(depth + 1));
    script.push_str("(check-sat)(get-value (x))");
    check(&script, "sat\n((x true))\n");
}

#[test]
fn every_operator_means_what_the_standard_says() {
    // Each pair is a ground term and its value; Z3 agrees with all of them.
    let rows = [
        ("(bvsdiv #xf9 #x02)", "#xfd"),
        ("(bvsdiv #xf9 #x00)", "#x01"),
        ("(bvsdiv #x07 #x00)", "#xff"),
        ("(bvsrem #xf9 #x02)", "#xff"),
        ("(bvsrem #xf9 #x00)", "#xf9"),
        ("(bvsmod #xf9 #x02)", "#x01"),
        ("(bvsmod #x07 #xfe)", "#xff"),
        ("(bvsmod #xf9 #xfe)", "#xff"),
        ("(bvsmod #xf8 #x02)", "#x00"),
        ("(bvsmod #xf9 #x00)", "#xf9"),
        ("(bvudiv #x07 #x00)", "#xff"),
        ("(bvurem #x07 #x00)", "#x07"),
        ("(bvnand #xf0 #x3c)", "#xcf"),
        ("(bvnor #xf0 #x3c)", "#x03"),
        ("(bvxnor #xf0 #x3c)", "#x33"),
        ("(bvshl #x81 #x09)", "#x00"),
        ("(bvashr #x81 #x09)", "#xff"),
        ("(bvsub #x01 #x02)", "#xff"),
        ("(bvneg #x01)", "#xff"),
        ("(bvadd #x01 #x02 #x03)", "#x06"),
        ("(concat #x1 #x2 #x3)", "#x123"),
        ("((_ extract 6 3) #x58)", "#xb"),
        ("((_ rotate_left 3) #x81)", "#x0c"),
        ("((_ rotate_right 9) #x81)", "#xc0"),
        ("((_ repeat 3) #xa)", "#xaaa"),
        ("((_ zero_extend 4) #xa)", "#x0a"),
        ("((_ sign_extend 4) #xa)", "#xfa"),
        ("(bvcomp #xa #xa)", "#b1"),
        ("(bvredor #x2)", "#b1"),
        ("(bvredor #x0)", "#b0"),
        ("(bvredand #xf)", "#b1"),
        ("(bvredand #xe)", "#b0"),
        ("(bvredxor #x7)", "#b1"),
        ("(ite (bvslt #xf #x0) #x1 #x2)", "#x1"),
        ("(ite (distinct #x1 #x2 #x1) #x1 #x2)", "#x2"),
        ("(ite (xor true true true) #x1 #x2)", "#x1"),
        ("(ite (bvsaddo #x7 #x1) #x1 #x2)", "#x1"),
        ("(ite (bvsdivo #x8 #xf) #x1 #x2)", "#x1"),
        ("(ite (bvnego #x8) #x1 #x2)", "#x1"),
        ("(_ bv300 8)", "#x2c"),
        (
            "(select (store ((as const (Array (_ BitVec 4) (_ BitVec 8))) #x07) #x3 #x09) #x3)",
            "#x09",
        ),
        (
            "(select (store ((as const (Array (_ BitVec 4) (_ BitVec 8))) #x07) #x3 #x09) #x4)",
            "#x07",
        ),
    ];
    for (term, value) in rows {
        check(
            &format!("(assert (distinct {term} {value})) (check-sat)"),
            "unsat\n",
        );
    }
}

#[test]
fn floats_are_understood() {
    // The only number that is one when it is doubled.
    check(
        "(declare-const x Float16) (assert (fp.eq (fp.add RNE x x) (fp #b0 #b01111 #b0000000000)))
         (check-sat) (get-value (x (fp.isNaN x)))",
        "sat\n((x (fp #b0 #b01110 #b0000000000)) ((fp.isNaN x) false))\n",
    );
    check(
        "(declare-const x (_ FloatingPoint 8 24)) (assert (not (fp.eq x x))) (check-sat)
         (get-model)",
        "sat\n(\n  (define-fun x () (_ FloatingPoint 8 24) (_ NaN 8 24))\n)\n",
    );
    // Of the bits of a NaN nothing is left, and zeros differ.
    check(
        "(declare-const x (_ BitVec 8)) (declare-const y (_ BitVec 8))
         (assert (fp.isNaN ((_ to_fp 4 4) x))) (assert (fp.isNaN ((_ to_fp 4 4) y)))
         (assert (distinct ((_ to_fp 4 4) x) ((_ to_fp 4 4) y))) (check-sat)",
        "unsat\n",
    );
    let rows = [
        ("(fp.eq (_ +zero 4 4) (_ -zero 4 4))", true),
        ("(= (_ +zero 4 4) (_ -zero 4 4))", false),
        (
            "(= (_ NaN 4 4) (fp.div RNE (_ +zero 4 4) (_ -zero 4 4)))",
            true,
        ),
        ("(fp.lt (_ -oo 8 24) (_ -zero 8 24) (_ +oo 8 24))", true),
        ("(fp.geq (_ NaN 8 24) (_ NaN 8 24))", false),
        (
            "(fp.isNegative (fp.sub RTN (_ +zero 4 4) (_ +zero 4 4)))",
            true,
        ),
        ("(fp.isSubnormal (fp #b0 #b0000 #b001))", true),
        (
            "(= ((_ to_fp 8 24) RNE #x03) ((_ to_fp 8 24) #x40400000))",
            true,
        ),
        (
            "(= ((_ to_fp_unsigned 8 24) RNE #xff) ((_ to_fp 8 24) #x437f0000))",
            true,
        ),
        (
            "(= ((_ to_fp 8 24) RNE #xff) ((_ to_fp 8 24) #xbf800000))",
            true,
        ),
        (
            "(= ((_ fp.to_sbv 8) RTZ ((_ to_fp 8 24) #xbfc00000)) #xff)",
            true,
        ),
        (
            "(= ((_ fp.to_sbv 8) RTN ((_ to_fp 8 24) #xbfc00000)) #xfe)",
            true,
        ),
        (
            "(= (fp.rem ((_ to_fp 8 24) RNE #x05) ((_ to_fp 8 24) RNE #x03)) ((_ to_fp 8 24) RNE #xff))",
            true,
        ),
    ];
    for (condition, holds) in rows {
        let expected = if holds { "sat\n" } else { "unsat\n" };
        check(&format!("(assert {condition}) (check-sat)"), expected);
    }
}

#[test]
fn what_other_solvers_add_is_understood() {
    let rows = [
        ("(= (bvite #b1 #x3 #x5) #x3)", "sat\n"),
        ("(= (bvite #b0 #x3 #x5) #x3)", "unsat\n"),
    ];
    for (condition, expected) in rows {
        check(&format!("(assert {condition}) (check-sat)"), expected);
        let ways = format!("(assert {condition}) (check-sat-using (then simplify smt))");
        check(&ways, expected);
    }
    check(
        "(declare-const p Bool) (push) (assert (! p :named one)) (push) (assert (! (not p) :named |a b|))
         (check-sat) (get-unsat-core) (pop) (check-sat)",
        "unsat\n(one |a b|)\nsat\n",
    );
}

#[test]
fn what_the_theory_leaves_open_is_a_function() {
    let zeros = "(declare-const s (_ BitVec 1))
        (define-fun a () (_ FloatingPoint 4 4) ((_ to_fp 4 4) (concat s #b0000000)))
        (define-fun m () (_ FloatingPoint 4 4) (fp.min a (fp.neg a)))";
    let check_with = |asserted: &str, expected: &str| {
        check(
            &format!("{zeros} (assert {asserted}) (check-sat)"),
            expected,
        );
    };
    check_with("(fp.isNegative m)", "sat\n");
    check_with("(fp.isPositive m)", "sat\n");
    check_with("(distinct m (fp.min a (fp.neg a)))", "unsat\n");
    check_with("(not (fp.isZero m))", "unsat\n");
    let beyond = "(declare-const x Float16) (declare-const y Float16)
        (define-fun i () (_ BitVec 4) ((_ fp.to_ubv 4) RNE x))
        (define-fun j () (_ BitVec 4) ((_ fp.to_ubv 4) RNE y))";
    let check_with = |asserted: &str, expected: &str| {
        check(&format!("{beyond} {asserted} (check-sat)"), expected);
    };
    check_with("(assert (fp.isNaN x)) (assert (= i #x7))", "sat\n");
    check_with(
        "(assert (fp.isNaN x)) (assert (fp.isNaN y)) (assert (distinct i j))",
        "unsat\n",
    );
    check_with(
        "(assert (fp.isNaN x)) (assert (fp.isInfinite y)) (assert (distinct i j))",
        "sat\n",
    );
}

/// Every operation, written for other solvers and read again, has the value that it had.
#[test]
fn written_floats_are_read_back() {
    use crate::{FloatOperation as Op, Format, Rounding};
    let format = Format::new(3, 4).unwrap();
    let wide = Format::new(4, 5).unwrap();
    let operations = [
        Op::Add,
        Op::Multiply,
        Op::Divide,
        Op::Remainder,
        Op::RemainderNearest,
        Op::MultiplyAdd,
        Op::SquareRoot,
        Op::RoundToIntegral,
        Op::Convert(wide),
    ];
    for operation in operations {
        let mut random = Random::new(77);
        let mut terms = crate::Terms::new();
        let symbols = [(); 3].map(|()| terms.symbol(7));
        let operands = &symbols[..operation.arity()];
        let term = terms.float_operation(operation, format, Rounding::Up, operands);
        let signed = terms.float_to_integer(format, Rounding::Up, true, symbols[0], 3);
        let unsigned = terms.float_to_integer(format, Rounding::NearestAway, false, symbols[0], 3);
        let back = terms.float_from_integer(format, Rounding::Down, true, signed);
        let roots = [term, signed, unsigned, back];
        let name = |symbol: crate::SymbolId| format!("x{}", symbol.index());
        let (text, names) = write_terms(&terms, &roots, "t", &name);
        for _ in 0..25 {
            let mut model = Model::new();
            let mut script = String::new();
            for symbol in symbols {
                let id = terms.as_symbol(symbol).unwrap();
                let value = crate::Value::new(7, random.edge_biased(7));
                let shown = super::session::literal(&value);
                let name = name(id);
                script += &format!("(define-const {name} (_ BitVec 7) {shown})");
                model.set(id, value);
            }
            script += &text;
            let differs: Vec<String> = roots
                .iter()
                .zip(&names)
                .map(|(&root, name)| {
                    let value = super::session::literal(&model.evaluate(&terms, root));
                    format!("(distinct {name} {value})")
                })
                .collect();
            script += &format!(
                "(check-sat) (assert (or {})) (check-sat)",
                differs.join(" ")
            );
            check(&script, "sat\nunsat\n");
        }
    }
}

#[test]
fn reads_of_equal_indices_are_equal() {
    let declared = "(declare-const a (Array (_ BitVec 2) (_ BitVec 8)))
         (declare-const i (_ BitVec 2)) (declare-const j (_ BitVec 2))";
    check(
        &format!(
            "{declared} (assert (= i j)) (assert (distinct (select a i) (select a j))) (check-sat)"
        ),
        "unsat\n",
    );
    check(
        &format!("{declared} (assert (distinct (select a i) (select a j))) (check-sat)"),
        "sat\n",
    );
    // The axiom outlives the level in which the second read was made.
    check(
        &format!(
            "{declared} (assert (= (select a i) #x01)) (push) (assert (= (select a j) #x02)) (pop)
             (assert (= i j)) (assert (= (select a j) #x02)) (check-sat)"
        ),
        "unsat\n",
    );
    check(
        &format!(
            "{declared} (declare-const p Bool)
             (assert (distinct (select (ite p (store a i #x05) a) i) #x05))
             (assert (= (select a i) #x06)) (check-sat) (get-value (p))"
        ),
        "sat\n((p false))\n",
    );
}

#[test]
fn what_is_not_understood_is_an_error() {
    refuse("(assert", "smt/syntax");
    refuse("(assert true))", "smt/syntax");
    refuse("(echo \"a)", "smt/syntax");
    refuse("(assert x)", "smt/unknown-name");
    refuse("(declare-fun f (Bool) Bool)", "smt/unsupported");
    refuse("(assert (forall ((x Bool)) x))", "smt/unsupported");
    refuse("(declare-const x Real)", "smt/unsupported");
    refuse("(assert (bvfoo #x1))", "smt/unsupported");
    refuse("(assert #x1)", "smt/ill-formed");
    refuse("(assert (= #x1 #x01))", "smt/ill-formed");
    refuse("(assert (bvult #x1 #x01))", "smt/ill-formed");
    refuse("(assert (= ((_ extract 4 0) #x1) #x1))", "smt/ill-formed");
    refuse(
        "(define-fun f ((x Bool)) Bool #x1) (assert (f true))",
        "smt/ill-formed",
    );
    refuse("(get-model)", "smt/out-of-order");
    refuse("(get-unsat-core)", "smt/out-of-order");
    refuse("(check-sat) (get-unsat-core)", "smt/out-of-order");
    refuse("(assert (= (bvite #b00 #x1 #x1) #x1))", "smt/ill-formed");
    refuse("(frobnicate)", "smt/unsupported");
    refuse("(declare-const r RoundingMode)", "smt/unsupported");
    refuse(
        "(declare-const x (_ FloatingPoint 2 40))",
        "smt/unsupported",
    );
    refuse(
        "(declare-const x Float32) (assert (fp.lt x))",
        "smt/ill-formed",
    );
    refuse(
        "(declare-const x Float32) (declare-const y Float64) (assert (fp.lt x y))",
        "smt/ill-formed",
    );
    refuse(
        "(declare-const x Float32) (assert (fp.isNaN (fp.add x x)))",
        "smt/ill-formed",
    );
    refuse("(assert (fp.isNaN ((_ to_fp 8 24) #x0)))", "smt/ill-formed");
    refuse(
        "(declare-const x Float32) (assert (= (fp.to_real x) x))",
        "smt/unsupported",
    );
    refuse(
        "(declare-const a (Array (_ BitVec 2) (_ BitVec 2)))
         (declare-const b (Array (_ BitVec 2) (_ BitVec 2))) (assert (= a b))
         (assert (= a ((as const (Array (_ BitVec 2) (_ BitVec 2))) #b00)))",
        "smt/unsupported",
    );
}

#[test]
fn limits_are_unknown() {
    let mut session = Session::new();
    session.set_limits(crate::Limits {
        conflicts_max: 3,
        ..crate::Limits::default()
    });
    let script = "(declare-const x (_ BitVec 64)) (declare-const y (_ BitVec 64))
        (assert (= (bvmul x y) #x7fffffffffffffe7)) (assert (bvugt x #x0000000000000001))
        (assert (bvugt y #x0000000000000001)) (assert (bvult x #x0000000100000000))
        (assert (bvult y #x0000000100000000)) (check-sat)";
    assert_eq!(session.run(script).unwrap(), "unknown\n");
    assert_eq!(session.last_result(), Some(CheckResult::Unknown));
}

/// Random terms, written and read again, mean the same: their difference is impossible.
#[test]
fn written_terms_are_read_back() {
    for seed in 0..300 {
        let mut world = World::new(&[8, 3, 5], Random::new(9_000 + seed));
        let term = world.term(3);
        let declarations: String = world
            .symbols
            .iter()
            .map(|&symbol| {
                let width = world.terms.width(symbol);
                format!(
                    "(declare-const {} (_ BitVec {width}))",
                    symbol_name(&world.terms, symbol)
                )
            })
            .collect();
        let (text, roots) = write_terms(&world.terms, &[term], "t", &|symbol| {
            format!("x{}", symbol.index())
        });
        let width = world.terms.width(term);
        let mut session = Session::new();
        let script = format!(
            "{declarations}{text}(define-fun r () (_ BitVec {width}) {})",
            roots[0]
        );
        session.run(&script).unwrap();
        let read = session.term("r").unwrap();
        for values in 0..1 << 8 {
            let mut model = Model::new();
            for (place, &symbol) in world.symbols.iter().enumerate() {
                let width = world.terms.width(symbol);
                let bits = (values * 0x9e37_79b9_u128) >> (place * 8);
                model.set(
                    world.terms.as_symbol(symbol).unwrap(),
                    crate::Value::new(width, bits),
                );
            }
            let [before, after] = [
                model.evaluate(&world.terms, term),
                model.evaluate(session.terms(), read),
            ];
            assert_eq!(before, after, "{text}");
        }
    }
}

fn symbol_name(terms: &Terms, symbol: TermId) -> String {
    format!("x{}", terms.as_symbol(symbol).expect("a symbol").index())
}

/// The same constraints through a script and through the library have the same answer.
#[test]
fn a_session_answers_as_the_library_does() {
    let mut kinds = [0; 2];
    for seed in 0..300 {
        let mut world = World::new(&[4, 3, 3], Random::new(12_000 + seed));
        let conditions: Vec<TermId> = (0..4).map(|_| world.condition()).collect();
        let mut script: String = world
            .symbols
            .iter()
            .map(|&symbol| {
                let width = world.terms.width(symbol);
                format!(
                    "(declare-const {} (_ BitVec {width}))",
                    symbol_name(&world.terms, symbol)
                )
            })
            .collect();
        let (text, roots) = write_terms(&world.terms, &conditions, "t", &|symbol| {
            format!("x{}", symbol.index())
        });
        script.push_str(&text);
        for root in roots {
            script.push_str(&format!("(assert (= {root} #b1))"));
        }
        script.push_str("(check-sat)");
        let (mut solver, mut path) = (Solver::new(), PathCondition::new());
        for condition in conditions {
            solver.assume(&mut world.terms, &mut path, condition, None);
        }
        let expected = match solver.model(&mut world.terms, &mut path) {
            Answer::Yes(_) => "sat\n",
            Answer::No => "unsat\n",
            Answer::GaveUp(limit) => panic!("{limit:?}"),
        };
        kinds[usize::from(expected == "sat\n")] += 1;
        check(&script, expected);
    }
    assert!(kinds.iter().all(|&count| count > 30), "{kinds:?}");
}
