//! A divisor that is not written as zero but amounts to it.

use proofhouse::Draw;
use proptest::prelude::{Just, any};
use proptest::prop_oneof;
use proptest::strategy::Strategy;
use quickcheck::{Arbitrary, Gen};

use crate::shrinking::libraries::quickcheck::{self as quick, StandsFor};
use crate::shrinking::outcome::Run;
use crate::shrinking::problem::{Judgement, Problem};

pub(crate) struct Calculator;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expression {
    Number(i32),
    Operation(Operator, Box<Expression>, Box<Expression>),
}

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Divide,
}

use Expression::{Number, Operation};
use Operator::{Add, Divide};

fn operation(operator: Operator, left: Expression, right: Expression) -> Expression {
    Operation(operator, Box::new(left), Box::new(right))
}

impl Expression {
    fn divides_by_a_literal_zero(&self) -> bool {
        match self {
            Number(_) => false,
            Operation(operator, left, right) => {
                let is_zero = *operator == Divide && **right == Number(0);
                is_zero || left.divides_by_a_literal_zero() || right.divides_by_a_literal_zero()
            }
        }
    }

    /// `None` when it divides by zero.
    fn evaluate(&self) -> Option<i32> {
        match self {
            Number(value) => Some(*value),
            Operation(operator, left, right) => {
                let (left, right) = (left.evaluate()?, right.evaluate()?);
                match operator {
                    Add => Some(left.wrapping_add(right)),
                    Divide => (right != 0).then(|| left.wrapping_div(right)),
                }
            }
        }
    }
}

impl Problem for Calculator {
    type Input = Expression;
    const NAME: &'static str = "calculator";
    const FAILS_WHEN: &'static str = "an expression without a literal `/ 0` divides by zero";
    const MINIMUM: &'static str = "0 / (0 + 0), or 0 / (0 / 1) with either sign";

    fn judge(expression: &Self::Input) -> Judgement {
        if expression.divides_by_a_literal_zero() {
            return Judgement::Rejected;
        }
        Judgement::fails_if(expression.evaluate().is_none())
    }

    fn is_minimal(expression: &Self::Input) -> bool {
        let divisors = [
            operation(Add, Number(0), Number(0)),
            operation(Divide, Number(0), Number(1)),
            operation(Divide, Number(0), Number(-1)),
        ];
        divisors
            .into_iter()
            .any(|divisor| *expression == operation(Divide, Number(0), divisor))
    }

    fn proofhouse() -> impl Draw<Value = Self::Input> {
        use proofhouse::Generator as _;

        fn expression(source: &mut proofhouse::Source, depth_max: u32) -> Expression {
            if depth_max == 0 {
                return Number(source.draw(proofhouse::any::<i32>()));
            }
            let inner = || proofhouse::from_fn(|source| expression(source, depth_max - 1));
            let of_two = |operator| {
                (inner(), inner()).map(move |(left, right)| operation(operator, left, right))
            };
            let number = proofhouse::any::<i32>().map(Number);
            source.draw(proofhouse::one_of((number, of_two(Add), of_two(Divide))))
        }
        proofhouse::from_fn(|source| expression(source, 5))
    }

    fn proptest() -> impl Strategy<Value = Self::Input> {
        let operator = prop_oneof![Just(Add), Just(Divide)];
        any::<i32>()
            .prop_map(Number)
            .prop_recursive(5, 40, 2, move |inner| {
                (operator.clone(), inner.clone(), inner)
                    .prop_map(|(operator, left, right)| operation(operator, left, right))
            })
    }

    fn quickcheck(seed: u64) -> Option<Run> {
        Some(quick::run::<Self, Expression>(5, seed))
    }

    #[cfg(feature = "hegel")]
    fn hegel(case: &hegel::TestCase) -> Self::Input {
        use hegel::generators::{self as gs, Generator as _};
        let number = gs::integers::<i32>().map(Number);
        case.draw_silent(gs::recursive(number, |inner| {
            let operator = gs::sampled_from(&[Add, Divide]);
            hegel::tuples!(operator, inner.clone(), inner)
                .map(|(operator, left, right)| operation(operator, left, right))
        }))
    }
}

impl StandsFor<Calculator> for Expression {
    fn input(self) -> Expression {
        self
    }
}

impl Arbitrary for Expression {
    /// The size is the depth.
    fn arbitrary(random: &mut Gen) -> Self {
        fn expression(random: &mut Gen, depth: usize) -> Expression {
            if depth == 0 || u8::arbitrary(random) < 100 {
                return Number(i32::arbitrary(random));
            }
            let operator = if bool::arbitrary(random) { Add } else { Divide };
            let left = expression(random, depth - 1);
            operation(operator, left, expression(random, depth - 1))
        }
        let depth = random.size();
        expression(random, depth)
    }

    /// Its parts first, then each part shrunk.
    fn shrink(&self) -> Box<dyn Iterator<Item = Self>> {
        match self.clone() {
            Number(value) => Box::new(value.shrink().map(Number)),
            Operation(operator, left, right) => {
                let parts = [(*left).clone(), (*right).clone()].into_iter();
                let kept_right = (*right).clone();
                let lefts = left
                    .shrink()
                    .map(move |l| operation(operator, *l, kept_right.clone()));
                let rights = right
                    .shrink()
                    .map(move |r| operation(operator, (*left).clone(), *r));
                Box::new(parts.chain(lefts).chain(rights))
            }
        }
    }
}
