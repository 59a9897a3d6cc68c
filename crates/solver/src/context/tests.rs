//! Simplified terms against their originals.

use super::*;
use crate::domain::{ByteSet, IntervalSet};
use crate::test_random::Random;
use crate::test_world::World;
use std::sync::Arc;

/// Random contexts, told in random ways, and random terms simplified in them: wherever what was
/// told holds, the simplified term has the value of the original.
#[test]
fn simplified_terms_agree_where_the_context_holds() {
    let worlds: [&[u32]; 6] = [&[8], &[8, 4], &[4, 4, 3], &[6, 6], &[9, 2], &[1, 3, 3, 3]];
    let mut changed = 0;
    for seed in 0..500 {
        let mut random = Random::new(4_000 + seed);
        let widths = random.pick(&worlds);
        let mut world = World::new(widths, random);
        let mut context = Context::default();
        for _ in 0..6 {
            tell(&mut world, &mut context);
            if world.random.below(2) == 0 {
                context.refresh();
            }
            for _ in 0..6 {
                let term = match world.random.below(3) {
                    0 => world.condition(),
                    _ => {
                        let term = world.term(3);
                        let wider = world.terms.width(term) + world.random.below(3) as u32;
                        world.terms.zero_extend(term, wider)
                    }
                };
                let simplified = context.simplify(&mut world.terms, term);
                changed += u32::from(simplified != term);
                let (expected, found) = (world.rows(term), world.rows(simplified));
                assert_eq!(
                    found,
                    expected,
                    "{} became {}",
                    world.terms.show(term),
                    world.terms.show(simplified)
                );
            }
        }
    }
    assert!(changed > 5_000, "only {changed} terms became simpler");
}

/// Tells the context that a random condition holds, or which values a symbol can have.
fn tell(world: &mut World, context: &mut Context) {
    if world.random.below(4) > 0 {
        // Differences of ordered terms are worth telling apart.
        let condition = if world.random.below(3) == 0 {
            let (a, b) = (world.term(1), world.term(1));
            let width = world.terms.width(a);
            let b = if world.terms.width(b) == width {
                b
            } else {
                world.symbols[0]
            };
            if world.terms.width(b) == width {
                world.terms.ult(a, b)
            } else {
                world.condition()
            }
        } else {
            world.condition()
        };
        world.restrict(condition);
        context.assume(&mut world.terms, condition);
        return;
    }
    let symbol = world.random.pick(&world.symbols);
    let width = world.terms.width(symbol);
    let ends = [
        world.random.edge_biased(width),
        world.random.edge_biased(width),
    ];
    let (first, last) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    let number = world.terms.as_symbol(symbol).unwrap();
    if context.domains.contains_key(&number) {
        return;
    }
    let domain = if width <= 8 {
        let inside = |value: u8| (first..=last).contains(&u128::from(value));
        Domain::Bytes(ByteSet::from_fn(width, inside))
    } else {
        Domain::Intervals(Arc::new(IntervalSet::between(width, first, last)))
    };
    let (low, high) = (
        world.terms.constant(width, first),
        world.terms.constant(width, last),
    );
    let (from, up_to) = (world.terms.uge(symbol, low), world.terms.ule(symbol, high));
    world.restrict(from);
    world.restrict(up_to);
    context.restrict(number, &domain);
}

/// What real questions of merged paths looked like.
#[test]
fn decided_parts_go_away() {
    let mut terms = Terms::new();
    let (a, b, x) = (terms.symbol(64), terms.symbol(64), terms.symbol(64));
    let (low, high) = (terms.umin(a, b), terms.umax(a, b));
    let mut context = Context::default();
    let above = terms.ult(low, x);
    let below = terms.ule(x, high);
    context.assume(&mut terms, above);
    context.assume(&mut terms, below);
    // (x - low - 1) + (high - x) = (high - low) - 1, at 128 bits.
    let one = terms.constant(64, 1);
    let wide_one = terms.constant(128, 1);
    let left = terms.sub(x, low);
    let left = terms.sub(left, one);
    let right = terms.sub(high, x);
    let all = terms.sub(high, low);
    let [left, right, all] = [left, right, all].map(|term| terms.zero_extend(term, 128));
    let sum = terms.add(left, right);
    let expected = terms.sub(all, wide_one);
    let is_equal = terms.eq(sum, expected);
    assert_eq!(terms.as_boolean(is_equal), None);
    let simplified = context.simplify(&mut terms, is_equal);
    assert_eq!(terms.as_boolean(simplified), Some(true));
}

#[test]
fn sums_that_cannot_wrap_are_compared_as_numbers() {
    let mut terms = Terms::new();
    let (low, middle, high) = (terms.symbol(64), terms.symbol(64), terms.symbol(64));
    let mut context = Context::default();
    let first = terms.ult(low, middle);
    let second = terms.ule(middle, high);
    context.assume(&mut terms, first);
    context.assume(&mut terms, second);
    let [low, middle, high] = [low, middle, high].map(|term| terms.zero_extend(term, 128));
    let one = terms.constant(128, 1);
    // high - low + 1 < middle - low would need high + 1 < middle.
    let whole = terms.sub(high, low);
    let whole = terms.add(whole, one);
    let part = terms.sub(middle, low);
    let is_less = terms.ult(whole, part);
    let simplified = context.simplify(&mut terms, is_less);
    assert_eq!(terms.as_boolean(simplified), Some(false));
}

#[test]
fn a_byte_with_few_values_makes_tables() {
    let mut terms = Terms::new();
    let byte = terms.symbol(8);
    let number = terms.as_symbol(byte).unwrap();
    let wide = terms.zero_extend(byte, 64);
    let square = terms.mul(wide, wide);
    let hundred = terms.constant(64, 100);
    let rest = terms.urem(hundred, square);
    let mut context = Context::default();
    context.restrict(
        number,
        &Domain::Bytes(ByteSet::from_fn(8, |value| (2..=4).contains(&value))),
    );
    // 100 % 4 = 0, 100 % 9 = 1, 100 % 16 = 4
    let four = terms.constant(64, 4);
    let is_four = terms.eq(rest, four);
    let simplified = context.simplify(&mut terms, is_four);
    assert_eq!(terms.show(simplified).to_string(), "(Equal s0:8 0x4:8)");
    let five = terms.constant(64, 5);
    let is_five = terms.eq(rest, five);
    let simplified = context.simplify(&mut terms, is_five);
    assert_eq!(terms.as_boolean(simplified), Some(false));
}
