use std::cmp::Ordering;

use super::*;
use crate::Float;

fn letters(ranges: &[[u32; 2]]) -> Alphabet {
    Alphabet::from_ranges(ranges)
}

/// Domains small enough to be walked through.
fn small_domains() -> Vec<Domain> {
    let ab = letters(&[[0x61, 0x62]]);
    let mixed = letters(&[[0x41, 0x42], [0x61, 0x61], [0xd7ff, 0xe000]]);
    let mut domains = vec![
        Domain::Boolean(Chance::EVEN),
        Domain::Branch { count: 1 },
        Domain::Branch { count: 5 },
        Domain::Action(Enabled::of(&[false, true, false, true, true])),
        Domain::Action(Enabled::of(&[true])),
        Domain::Schedule(Enabled::of(&[true, true, false])),
        Domain::Fault(FaultDomain::new(&["timeout", "no_space"])),
        Domain::Fault(FaultDomain::new::<&str>(&[])),
        Domain::Bytes(BytesDomain::new(0, 1)),
        Domain::Bytes(BytesDomain::new(1, 1)),
        Domain::Text(TextDomain::new(0, 3, ab.clone())),
        Domain::Text(TextDomain::new(2, 4, ab)),
        Domain::Text(TextDomain::new(0, 2, mixed)),
        Domain::Text(TextDomain::new(0, 9, letters(&[[0x78, 0x78]]))),
        Domain::Text(TextDomain::new(0, 9, letters(&[]))),
    ];
    let tiny = |steps: u32| Float::from_single_bits(steps);
    for nans in [Nans::None, Nans::One] {
        let [minimum, maximum] = [tiny(9 | 1 << 31), tiny(30)];
        domains.push(Domain::Float(FloatDomain::new(
            FloatWidth::Single,
            minimum,
            maximum,
            nans,
        )));
    }
    let ranges = [
        (0, 0),
        (0, 9),
        (-9, 0),
        (-3, 8),
        (-8, 3),
        (5, 9),
        (-9, -5),
        (i8::MIN, i8::MAX),
    ];
    for (minimum, maximum) in ranges {
        for target in [-20i8, -4, 0, 1, 7, 20] {
            let [minimum, maximum, target] = [minimum, maximum, target].map(Integer::from);
            domains.push(Domain::Integer(IntegerDomain::with_target(
                minimum, maximum, target,
            )));
        }
    }
    domains
}

#[test]
fn ranks_are_a_bijection() {
    for domain in small_domains() {
        let Cardinality::Exactly(count) = domain.cardinality() else {
            panic!("{domain:?} is not small");
        };
        let values: Vec<Choice> = (0..count).map(|rank| domain.nth(rank).unwrap()).collect();
        assert_eq!(domain.nth(count), None, "{domain:?}");
        assert_eq!(values[0], domain.simplest(), "{domain:?}");
        for (rank, value) in values.iter().enumerate() {
            assert!(domain.fits(value), "{domain:?} {value:?}");
            assert_eq!(
                domain.rank(value),
                Some(rank as u128),
                "{domain:?} {value:?}"
            );
        }
        for pair in values.windows(2) {
            assert_eq!(
                domain.compare(&pair[0], &pair[1]),
                Ordering::Less,
                "{domain:?} {pair:?}"
            );
            assert_eq!(
                domain.compare(&pair[1], &pair[0]),
                Ordering::Greater,
                "{domain:?}"
            );
        }
    }
}

#[test]
fn integers_are_ordered_by_distance_and_positive_first() {
    let check = |minimum: i32, maximum: i32, expected: &[i32]| {
        let domain = IntegerDomain::new(minimum, maximum);
        let found: Vec<Integer> = (0..expected.len())
            .map(|rank| domain.nth(rank as u128))
            .collect();
        assert_eq!(
            found,
            expected
                .iter()
                .copied()
                .map(Integer::from)
                .collect::<Vec<_>>()
        );
    };
    check(-9, 9, &[0, 1, -1, 2, -2]);
    check(-1, 9, &[0, 1, -1, 2, 3, 4]);
    check(-9, 1, &[0, 1, -1, -2, -3]);
    check(3, 9, &[3, 4, 5]);
    check(-9, -3, &[-3, -4, -5]);
}

#[test]
fn the_widest_ranges_have_first_and_last_ranks() {
    let check = |minimum: Integer, maximum: Integer, target: Integer, last: Integer| {
        let domain = Domain::Integer(IntegerDomain::with_target(minimum, maximum, target));
        assert_eq!(domain.cardinality(), Cardinality::Huge);
        assert_eq!(domain.rank(&Choice::Integer(target)), Some(0));
        assert_eq!(domain.rank(&Choice::Integer(last)), Some(u128::MAX));
        assert_eq!(domain.nth(u128::MAX), Some(Choice::Integer(last)));
        for value in [minimum, maximum, target, last] {
            let rank = domain.rank(&Choice::Integer(value)).unwrap();
            assert_eq!(domain.nth(rank), Some(Choice::Integer(value)));
        }
    };
    let (low, high) = (Integer::from(i128::MIN), Integer::from(i128::MAX));
    check(low, high, Integer::ZERO, low);
    check(low, high, high, low);
    check(low, high, low, high);
    let top = Integer::from(u128::MAX);
    check(Integer::ZERO, top, Integer::ZERO, top);
    check(Integer::ZERO, top, top, Integer::ZERO);
    check(
        Integer::ZERO,
        top,
        Integer::from(1u128 << 127),
        Integer::ZERO,
    );
}

#[test]
fn long_words_have_no_rank_but_an_order() {
    let bytes = Domain::Bytes(BytesDomain::new(0, usize::MAX));
    let text = Domain::Text(TextDomain::new(0, usize::MAX, Alphabet::any()));
    let long = Choice::Bytes(vec![7; 40]);
    assert_eq!(bytes.rank(&long), None);
    assert_eq!(
        bytes.compare(&Choice::Bytes(vec![255; 39]), &long),
        Ordering::Less
    );
    assert_eq!(
        bytes.compare(&Choice::Bytes(vec![6; 40]), &long),
        Ordering::Greater.reverse()
    );
    let word = |text: &str| Choice::Text(text.to_owned());
    assert_eq!(
        text.compare(&word("aaaaaaaaaaaaaaaa0"), &word("aaaaaaaaaaaaaaaaA")),
        Ordering::Less
    );
    assert_eq!(text.compare(&word("é"), &word("aa")), Ordering::Less);
    assert_eq!(
        text.nth(u128::MAX).and_then(|last| text.rank(&last)),
        Some(u128::MAX)
    );
}

#[test]
fn every_character_has_one_rank() {
    let all = Alphabet::any();
    assert_eq!(all.letter_count(), 0x11_0000 - 0x800);
    for rank in 0..all.letter_count() {
        assert_eq!(all.rank(all.nth(rank)), Some(rank));
    }
    let first: String = (0..64).map(|rank| all.nth(rank)).collect();
    assert_eq!(
        first,
        "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ !"
    );
}

#[test]
fn overlapping_and_empty_ranges_count_each_character_once() {
    let alphabet = letters(&[
        [0x62, 0x64],
        [0x61, 0x63],
        [9, 3],
        [0x63, 0x63],
        [0xd800, 0xdfff],
    ]);
    let all: String = (0..alphabet.letter_count())
        .map(|rank| alphabet.nth(rank))
        .collect();
    assert_eq!(all, "abcd");
    assert_eq!(alphabet.rank('e'), None);
}

#[test]
fn only_what_fits_is_adopted() {
    let branch = Domain::Branch { count: 3 };
    let integer = |value: i32| Choice::Integer(Integer::from(value));
    assert_eq!(branch.adopt(&integer(2)), Some(Choice::Branch(2)));
    assert_eq!(branch.adopt(&integer(3)), None);
    assert_eq!(branch.adopt(&integer(-1)), None);
    assert_eq!(branch.adopt(&Choice::Boolean(true)), None);
    let action = Domain::Action(Enabled::of(&[false, true, true]));
    assert_eq!(action.adopt(&integer(2)), Some(Choice::Action(2)));
    assert_eq!(action.adopt(&integer(0)), None);
    assert_eq!(action.adopt(&integer(3)), None);
    assert_eq!(action.adopt(&Choice::Schedule(2)), None);
    let schedule = Domain::Schedule(Enabled::of(&[false, true]));
    assert_eq!(schedule.adopt(&integer(1)), Some(Choice::Schedule(1)));
    let fault = Domain::Fault(FaultDomain::new(&["timeout"]));
    assert_eq!(fault.adopt(&integer(0)), Some(Choice::Fault(None)));
    let timeout = Choice::Fault(Some("timeout".into()));
    assert_eq!(fault.adopt(&integer(1)), Some(timeout));
    assert_eq!(fault.adopt(&integer(2)), None);
    let range = Domain::Integer(IntegerDomain::new(1, 3));
    assert_eq!(range.adopt(&integer(3)), Some(integer(3)));
    assert_eq!(range.adopt(&integer(4)), None);
    assert_eq!(range.adopt(&Choice::Branch(2)), None);
    let unit = [0.0, 1.0].map(Float::from);
    let unit = Domain::Float(FloatDomain::new(
        FloatWidth::Single,
        unit[0],
        unit[1],
        Nans::None,
    ));
    let half = Choice::Float(Float::from(0.5));
    assert_eq!(
        unit.adopt(&integer(0.5f32.to_bits().cast_signed())),
        Some(half.clone())
    );
    assert_eq!(unit.adopt(&half), Some(half));
    assert_eq!(unit.adopt(&integer(2f32.to_bits().cast_signed())), None);
    assert_eq!(unit.adopt(&integer(-1)), None);
}

#[test]
fn the_order_is_total_also_for_what_does_not_fit() {
    let strangers = [
        Choice::Boolean(true),
        Choice::Integer(Integer::from(-1)),
        Choice::Integer(Integer::from(2)),
        Choice::Bytes(vec![1]),
        Choice::Text("b".to_owned()),
        Choice::Branch(9),
        Choice::Float(Float::from(1e9)),
        Choice::Action(0),
        Choice::Schedule(7),
        Choice::Fault(Some("unknown".into())),
    ];
    for domain in small_domains() {
        for left in &strangers {
            for right in &strangers {
                let order = domain.compare(left, right);
                assert_eq!(order, domain.compare(right, left).reverse());
                assert_eq!(order == Ordering::Equal, left == right);
            }
        }
    }
}
