use super::{LONG_EFFORT, contradict};
use crate::terms::{TermId, Terms};
use crate::test_random::Random;
use crate::test_world::World;

/// With all terms, those of few bits as well.
fn are_impossible(terms: &Terms, conditions: &[TermId]) -> bool {
    contradict(terms, conditions, 1, &mut { LONG_EFFORT })
}

#[test]
fn what_fits_between_two_places_ends_before_the_second() {
    let mut terms = Terms::new();
    let [start, end, limit, length] = [0; 4].map(|_| terms.symbol(64));
    let ordered = terms.ule(start, end);
    let within = terms.ule(end, limit);
    let room = terms.sub(end, start);
    let fits = terms.ule(length, room);
    let stop = terms.add(start, length);
    let is_behind = terms.ugt(stop, limit);
    assert!(are_impossible(&terms, &[ordered, within, fits, is_behind]));
    // Without the order, the difference may wrap.
    assert!(!are_impossible(&terms, &[within, fits, is_behind]));
    assert!(!are_impossible(&terms, &[ordered, fits, is_behind]));
    let is_at = terms.eq(stop, limit);
    assert!(!are_impossible(&terms, &[ordered, within, fits, is_at]));
    // The larger of two places is behind the limit only if one is.
    let is_longer = terms.ult(stop, end);
    let larger = terms.ite(is_longer, end, stop);
    let is_behind = terms.ugt(larger, limit);
    assert!(are_impossible(&terms, &[ordered, within, fits, is_behind]));
    assert!(!are_impossible(&terms, &[ordered, fits, is_behind]));
}

/// A sum of three that was checked for overflow in two steps did not wrap, and only then.
#[test]
fn what_was_added_with_care_is_no_smaller() {
    let mut terms = Terms::new();
    let [a, b, c] = [0; 3].map(|_| terms.symbol(64));
    let first = terms.add(a, b);
    let second = terms.add(first, c);
    let first_wraps = terms.unsigned_add_overflows(a, b);
    let second_wraps = terms.unsigned_add_overflows(first, c);
    let (first_fits, second_fits) = (terms.not(first_wraps), terms.not(second_wraps));
    let is_smaller = terms.ult(second, a);
    assert!(are_impossible(
        &terms,
        &[first_fits, second_fits, is_smaller]
    ));
    assert!(!are_impossible(&terms, &[first_fits, is_smaller]));
    assert!(!are_impossible(&terms, &[second_fits, is_smaller]));
}

/// Two regions apart from each other have no place in common, unless one may have no places.
#[test]
fn regions_apart_have_no_place_in_common() {
    let mut terms = Terms::new();
    let [start, end, other_start, other_end, place] = [0; 5].map(|_| terms.symbol(64));
    let before = terms.ule(end, other_start);
    let behind = terms.ule(other_end, start);
    let is_empty = terms.eq(start, end);
    let apart = terms.or(before, behind);
    let apart_or_empty = terms.or(apart, is_empty);
    let in_first = [terms.ule(start, place), terms.ult(place, end)];
    let in_second = [terms.ule(other_start, place), terms.ult(place, other_end)];
    let places = [in_first, in_second].concat();
    assert!(are_impossible(&terms, &[&places[..], &[apart]].concat()));
    assert!(are_impossible(
        &terms,
        &[&places[..], &[apart_or_empty]].concat()
    ));
    assert!(!are_impossible(&terms, &[&in_first[..], &[apart]].concat()));
    assert!(!are_impossible(
        &terms,
        &[&in_second[..], &[apart_or_empty]].concat()
    ));
}

/// Comparisons of bytes are left out, but not bytes in comparisons of words.
#[test]
fn bytes_alone_are_left_to_the_search() {
    let mut terms = Terms::new();
    let [a, b] = [0; 2].map(|_| terms.symbol(8));
    let both = [terms.ult(a, b), terms.ult(b, a)];
    assert!(contradict(&terms, &both, 8, &mut { LONG_EFFORT }));
    assert!(!super::are_impossible(&terms, &both, &mut { LONG_EFFORT }));
    let [a, b] = [a, b].map(|byte| terms.zero_extend(byte, 64));
    let [word, other] = [0; 2].map(|_| terms.symbol(64));
    let sums = [terms.add(word, a), terms.add(word, b)];
    let limit = terms.constant(64, 1 << 40);
    let is_end_before = terms.ult(sums[0], other);
    let conditions = [
        terms.ult(word, limit),
        is_end_before,
        terms.ule(other, word),
    ];
    assert!(super::are_impossible(&terms, &conditions, &mut {
        LONG_EFFORT
    }));
    assert!(!super::are_impossible(&terms, &conditions[1..], &mut {
        LONG_EFFORT
    }));
    assert!(!super::are_impossible(&terms, &conditions, &mut 1));
    let is_more = terms.ult(other, sums[1]);
    assert!(!super::are_impossible(
        &terms,
        &[conditions[0], is_end_before, is_more],
        &mut { LONG_EFFORT }
    ));
}

/// A position above a class of three bits in one word: the class, of which only a comparison of bytes says that
/// it is small, does not reach into it.
#[test]
fn a_narrow_part_of_a_wide_term_is_as_small_as_is_said() {
    let mut terms = Terms::new();
    let (class, place) = (terms.symbol(8), terms.symbol(64));
    let position = terms.extract(class, 3, 5);
    let position = terms.zero_extend(position, 64);
    let is_before = terms.ult(place, position);
    let mut below = |number| {
        let limit = terms.constant(8, number);
        terms.ult(class, limit)
    };
    let [is_class, is_more] = [8, 9].map(&mut below);
    let impossible =
        |conditions: &[TermId]| super::are_impossible(&terms, conditions, &mut { LONG_EFFORT });
    assert!(!impossible(&[is_before]));
    assert!(impossible(&[is_class, is_before]));
    assert!(impossible(&[is_before, is_class]));
    assert!(!impossible(&[is_more, is_before]));
    assert!(!impossible(&[is_before, is_more]));
    let is_none = terms.zero(8);
    let (is_zero, is_not_class) = (terms.eq(class, is_none), terms.not(is_more));
    assert!(super::are_impossible(
        &terms,
        &[is_zero, is_not_class],
        &mut { LONG_EFFORT }
    ));
    assert!(!super::are_impossible(&terms, &[is_zero, is_class], &mut {
        LONG_EFFORT
    }));
}

/// With comparisons of narrow terms left out but for what they say of parts of others.
#[test]
fn what_can_be_is_never_impossible_whatever_is_left_out() {
    let mut found = 0;
    for seed in 0..3_000 {
        let mut world = World::new(&[4, 3, 3], Random::new(150_000 + seed));
        let [wide, narrow, other] = world.symbols[..] else {
            unreachable!("three symbols")
        };
        let mut conditions = Vec::new();
        for _ in 0..5 {
            let limit = world.random.below(8);
            let choice = world.random.below(6);
            let terms = &mut world.terms;
            let extended = [narrow, other].map(|part| terms.zero_extend(part, 4));
            let high = terms.extract(narrow, 1, 2);
            let high = terms.zero_extend(high, 4);
            let limit = terms.constant(3, limit.into());
            let condition = match choice {
                0 => terms.ult(narrow, limit),
                1 => terms.ult(limit, other),
                2 => terms.eq(narrow, limit),
                3 => terms.ult(wide, high),
                4 => terms.ult(extended[0], wide),
                _ => {
                    let sum = terms.add(wide, extended[1]);
                    terms.ule(sum, high)
                }
            };
            let is_so = world.random.below(3) > 0;
            conditions.push(if is_so {
                condition
            } else {
                world.terms.not(condition)
            });
        }
        let says_so = contradict(&world.terms, &conditions, 4, &mut { LONG_EFFORT });
        for &condition in &conditions {
            world.restrict(condition);
        }
        let truth = world.terms.true_();
        let is_possible = !world.rows(truth).is_empty();
        assert!(!(says_so && is_possible), "seed {seed}");
        found += u32::from(says_so);
    }
    assert!(found > 300, "{found} found");
}

/// Terms of several widths are numbers all the same; multiples are counted.
#[test]
fn narrow_numbers_are_small() {
    let mut terms = Terms::new();
    let (byte, wide) = (terms.symbol(8), terms.symbol(64));
    let number = terms.zero_extend(byte, 64);
    let [three, most] = [3, 3 * 255].map(|value| terms.constant(64, value));
    let tripled = terms.mul(number, three);
    let is_above = terms.ult(tripled, wide);
    let is_large = terms.ult(most, tripled);
    let is_small = terms.ult(wide, number);
    assert!(are_impossible(&terms, &[is_large]));
    assert!(are_impossible(&terms, &[is_above, is_small]));
    assert!(!are_impossible(&terms, &[is_above]));
    assert!(!are_impossible(&terms, &[is_small]));
}

/// What is cut off at the top is the same number if it was small; at the bottom, a quotient.
#[test]
fn parts_of_numbers_are_numbers() {
    let mut terms = Terms::new();
    let (number, other) = (terms.symbol(64), terms.symbol(64));
    let low = terms.extract(number, 0, 59);
    let low = terms.zero_extend(low, 64);
    let high = terms.extract(number, 59, 5);
    let [bound, small, zero] =
        [(64, 1 << 59), (64, 1 << 20), (5, 0)].map(|(width, value)| terms.constant(width, value));
    let is_within = terms.ult(other, bound);
    let is_below = terms.ule(number, other);
    let differs = terms.ne(low, number);
    let is_high = terms.ult(zero, high);
    assert!(are_impossible(&terms, &[is_within, is_below, differs]));
    assert!(are_impossible(&terms, &[is_within, is_below, is_high]));
    assert!(!are_impossible(&terms, &[is_below, differs]));
    assert!(!are_impossible(&terms, &[is_below, is_high]));
    // Doubled and cut at the top: twice the number.
    let lower = terms.extract(number, 0, 63);
    let nothing = terms.zero(1);
    let doubled = terms.concat(lower, nothing);
    let is_small = terms.ult(number, small);
    let is_less = terms.ult(doubled, number);
    assert!(are_impossible(&terms, &[is_small, is_less]));
    assert!(!are_impossible(&terms, &[is_less]));
}

/// Says that nothing is possible only where no assignment is, and returns whether it says so and
/// whether none is.
fn compare(world: &mut World, conditions: &[TermId], seed: u64) -> (bool, bool) {
    let is_impossible = are_impossible(&world.terms, conditions);
    for &condition in conditions {
        world.restrict(condition);
    }
    let truth = world.terms.true_();
    let is_possible = !world.rows(truth).is_empty();
    assert!(!(is_possible && is_impossible), "seed {seed}");
    (is_impossible, !is_possible)
}

/// Comparisons of sums, differences and choices, however they wrap.
pub(crate) fn sums_that_can_be_are_never_impossible() {
    let (mut found, mut missed) = (0, 0);
    for seed in 0..3_000 {
        let mut world = World::new(&[3, 3, 3, 3], Random::new(110_000 + seed));
        let mut conditions = Vec::new();
        for _ in 0..5 {
            let sides = [0; 2].map(|_| side(&mut world));
            let terms = &mut world.terms;
            conditions.push(match world.random.below(4) {
                0 => terms.eq(sides[0], sides[1]),
                1 => terms.ult(sides[0], sides[1]),
                _ => terms.ule(sides[0], sides[1]),
            });
        }
        let both = world.terms.and(conditions[0], conditions[1]);
        conditions[0] = world.terms.not(both);
        let (says_so, is_so) = compare(&mut world, &conditions, seed);
        found += u32::from(says_so);
        missed += u32::from(is_so && !says_so);
    }
    assert!(
        found > 10 * missed && found > 300,
        "{found} found, {missed} missed"
    );
}

fn side(world: &mut World) -> TermId {
    let symbols = world.symbols.clone();
    let [a, b] = [0; 2].map(|_| world.random.pick(&symbols));
    let choice = world.random.below(9);
    let terms = &mut world.terms;
    match choice {
        0 => terms.add(a, b),
        1 => terms.sub(a, b),
        2 => terms.not(a),
        3 => {
            let condition = terms.ult(a, b);
            terms.ite(condition, a, b)
        }
        4 => {
            let low = terms.extract(a, 0, 2);
            terms.zero_extend(low, 3)
        }
        5 => {
            let high = terms.extract(a, 1, 2);
            let low = terms.extract(b, 0, 1);
            terms.concat(high, low)
        }
        _ => a,
    }
}

#[test]
fn sums_that_can_be_are_not_impossible() {
    sums_that_can_be_are_never_impossible();
}

/// Conditions of every kind, of which this module understands some.
#[test]
fn what_can_be_is_never_impossible() {
    let (mut found, mut missed) = (0, 0);
    for seed in 0..2_000 {
        let mut world = World::new(&[4, 3, 3], Random::new(130_000 + seed));
        let conditions = [0; 4].map(|_| world.condition());
        let (says_so, is_so) = compare(&mut world, &conditions, seed);
        found += u32::from(says_so);
        missed += u32::from(is_so && !says_so);
    }
    assert!(found > 100, "{found} found, {missed} missed");
}
