use std::cmp::Ordering;

use super::*;

fn domain(width: FloatWidth, minimum: f64, maximum: f64, nans: Nans) -> FloatDomain {
    FloatDomain::new(width, Float::from(minimum), Float::from(maximum), nans)
}

fn check_first(minimum: f64, maximum: f64, expected: &[f64]) {
    for width in [FloatWidth::Single, FloatWidth::Double] {
        let domain = domain(width, minimum, maximum, Nans::None);
        for (rank, number) in expected.iter().enumerate() {
            let found = domain.nth(rank as u128);
            assert_eq!(
                found,
                Float::from(*number),
                "rank {rank} of {minimum} to {maximum}"
            );
            assert_eq!(domain.rank(found), rank as u128);
        }
    }
}

#[test]
fn whole_numbers_come_first_then_halves() {
    check_first(
        f64::NEG_INFINITY,
        f64::INFINITY,
        &[0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0],
    );
    check_first(
        -0.0,
        2.0,
        &[0.0, -0.0, 1.0, 2.0, 0.5, 1.5, 0.25, 0.75, 1.25],
    );
    check_first(-1.5, 1.0, &[0.0, -0.0, 1.0, -1.0, 0.5, -0.5, -1.5, 0.25]);
    check_first(0.125, 0.25, &[0.25, 0.125, 0.1875]);
    check_first(-7.5, -6.5, &[-7.0, -6.5, -7.5, -6.75]);
    check_first(-0.0, -0.0, &[-0.0]);
    check_first(
        16_777_214.0,
        16_777_220.0,
        &[16_777_214.0, 16_777_215.0, 16_777_216.0],
    );
}

/// All numbers of a small range, by the definition of the order.
fn naive(domain: &FloatDomain) -> Vec<Float> {
    let single = |number: Float| number.to_single_bits().expect("it is single");
    let mut numbers = Vec::new();
    let mut number = domain.minimum();
    loop {
        numbers.push(number);
        if number == domain.maximum() {
            break;
        }
        number = match domain.width() {
            _ if number == Float::from(-0.0) => Float::from(0.0),
            FloatWidth::Single => Float::from(f32::from_bits(single(number)).next_up()),
            FloatWidth::Double => Float::from(f64::from_bits(number.to_bits()).next_up()),
        };
    }
    let key = |number: &Float| {
        let value = f64::from_bits(number.to_bits());
        let (mut k, mut scaled) = (0, value.abs());
        while scaled.is_finite() && scaled.fract() != 0.0 {
            (k, scaled) = (k + 1, scaled * 2.0);
        }
        let whole_max = domain.width().whole_max() as f64;
        let group = u8::from(value.abs() > whole_max) + u8::from(value.is_infinite());
        (group, k, value.abs().to_bits(), value.is_sign_negative())
    };
    numbers.sort_by_key(key);
    numbers
}

fn check_against_naive(domain: FloatDomain) {
    let expected = naive(&domain);
    assert_eq!(
        domain.cardinality(),
        Cardinality::Exactly(expected.len() as u128)
    );
    for (rank, number) in expected.iter().enumerate() {
        assert_eq!(
            domain.nth(rank as u128),
            *number,
            "rank {rank} of {domain:?}"
        );
        assert_eq!(domain.rank(*number), rank as u128, "{number} in {domain:?}");
        assert!(domain.contains(*number));
    }
    for pair in expected.windows(2) {
        assert_eq!(domain.compare(pair[0], pair[1]), Ordering::Less, "{pair:?}");
    }
}

#[test]
fn ranks_are_those_of_the_naive_order() {
    let up = |from: f64, steps: usize| (0..steps).fold(from, |number, _| number.next_up());
    for from in [0.0, 1.0, 0.1, 5e-324, 2.2e-308, 9007199254740990.0, 1e300] {
        check_against_naive(domain(FloatWidth::Double, from, up(from, 40), Nans::None));
        check_against_naive(domain(FloatWidth::Double, -up(from, 40), -from, Nans::None));
    }
    let tiny = up(0.0, 30);
    check_against_naive(domain(FloatWidth::Double, -tiny, up(0.0, 9), Nans::None));
    check_against_naive(domain(FloatWidth::Double, -up(0.0, 9), tiny, Nans::None));
    let single = |from: f32, steps: usize| {
        let to = (0..steps).fold(from, |number, _| number.next_up());
        domain(
            FloatWidth::Single,
            f64::from(from),
            f64::from(to),
            Nans::None,
        )
    };
    for from in [-1e-45, -3e-44, 0.1, 16_777_200.0, f32::MAX.next_down()] {
        check_against_naive(single(from, if from > 1e30 { 2 } else { 60 }));
    }
}

#[test]
fn infinities_and_nans_come_last() {
    let all = domain(
        FloatWidth::Double,
        f64::NEG_INFINITY,
        f64::INFINITY,
        Nans::All,
    );
    let Cardinality::Exactly(count) = all.cardinality() else {
        panic!("64 bits are countable")
    };
    assert_eq!(count, 1 << 64);
    let nans = 2 * FloatWidth::Double.nan_count();
    assert_eq!(all.nth(count - u128::from(nans)), Float::NAN);
    let infinities = count - u128::from(nans) - 2;
    assert_eq!(all.nth(infinities), Float::from(f64::INFINITY));
    assert_eq!(all.nth(infinities + 1), Float::from(f64::NEG_INFINITY));
    for bits in (0..u64::MAX).step_by(0x00ff_edcb_a987_6543) {
        let number = Float::from_bits(bits);
        assert_eq!(all.nth(all.rank(number)), number, "{number}");
    }
    let one = domain(FloatWidth::Single, 1.0, 1.0, Nans::One);
    assert_eq!((one.nth(0), one.nth(1)), (Float::from(1.0), Float::NAN));
    assert!(!one.contains(Float::from_single_bits(0x7fc0_0001)));
    assert!(domain(FloatWidth::Single, 1.0, 1.0, Nans::All).contains(Float::NAN));
    let all = domain(
        FloatWidth::Single,
        f64::NEG_INFINITY,
        f64::INFINITY,
        Nans::All,
    );
    assert_eq!(all.cardinality(), Cardinality::Exactly(1 << 32));
    for bits in (0..u32::MAX).step_by(0x000f_edcb) {
        let number = Float::from_single_bits(bits);
        assert_eq!(all.nth(all.rank(number)), number, "{number}");
    }
}

#[test]
fn only_numbers_of_the_width_and_range_belong() {
    let unit = domain(FloatWidth::Single, 0.0, 1.0, Nans::None);
    assert!(unit.contains(Float::from(0.5)));
    assert!(
        !unit.contains(Float::from(0.1f64)),
        "0.1 is no single number"
    );
    assert!(unit.contains(Float::from(0.1f32)));
    assert!(!unit.contains(Float::from(-0.0)));
    assert!(!unit.contains(Float::NAN));
    assert_eq!(
        unit.of_bits(u128::from(1.0f32.to_bits())),
        Some(Float::from(1.0))
    );
    assert_eq!(unit.of_bits(1 << 32), None);
}

#[test]
#[should_panic(expected = "no number lies between")]
fn an_empty_range_is_refused() {
    domain(FloatWidth::Double, 0.0, -0.0, Nans::None);
}

#[test]
fn simpler_numbers_are_simpler_and_near() {
    let check = |width, number: f64, expected: &[f64]| {
        let all = domain(width, f64::NEG_INFINITY, f64::INFINITY, Nans::One);
        let number = Float::from(number);
        let found = all.simpler(number);
        for simpler in &found {
            assert_eq!(
                all.compare(*simpler, number),
                Ordering::Less,
                "{simpler} for {number}"
            );
        }
        for expected in expected {
            assert!(
                found.contains(&Float::from(*expected)),
                "{expected} for {number}"
            );
        }
    };
    for width in [FloatWidth::Single, FloatWidth::Double] {
        check(width, 1.625, &[1.0, 2.0, 1.5, 1.75]);
        check(width, -2.75, &[2.75, -2.0, -3.0, 2.0, -2.5]);
        check(width, f64::NAN, &[f64::INFINITY, f64::NEG_INFINITY, 1.0]);
        check(width, f64::NEG_INFINITY, &[f64::INFINITY]);
    }
    check(FloatWidth::Double, 1e300, &[9_007_199_254_740_992.0]);
    check(
        FloatWidth::Double,
        f64::INFINITY,
        &[f64::MAX, 9_007_199_254_740_992.0],
    );
    check(
        FloatWidth::Single,
        f64::INFINITY,
        &[f64::from(f32::MAX), 16_777_216.0],
    );
    check(FloatWidth::Double, 5e-324, &[0.0, 1.0, 0.5, 0.25]);
    let narrow = domain(FloatWidth::Double, 0.1, 0.9, Nans::None);
    assert_eq!(
        narrow.simpler(Float::from(0.3)).first(),
        Some(&Float::from(0.5))
    );
}

#[test]
fn numbers_are_lowered_within_their_group() {
    let all = domain(FloatWidth::Double, -1e9, f64::INFINITY, Nans::None);
    let check = |number: f64, steps: u64, lowered: f64| {
        let number = Float::from(number);
        assert_eq!(
            all.lowered(number, steps),
            Some(Float::from(lowered)),
            "{number}"
        );
    };
    check(-7.5, 3, -4.5);
    check(-7.5, 7, -0.5);
    check(9.0, 9, 0.0);
    check(1e300, 1, 1e300f64.next_down());
    assert_eq!(all.room(Float::from(-7.5)), 7);
    assert_eq!(all.room(Float::from(0.75)), 1);
    assert_eq!(all.lowered(Float::from(0.75), 2), None);
    let high = domain(FloatWidth::Double, 5.25, 1e9, Nans::None);
    assert_eq!(high.room(Float::from(9.5)), 4);
    assert_eq!(high.whole_distance(Float::from(9.0)), Some(3));
    assert_eq!(high.whole_distance(Float::from(9.5)), None);
    assert_eq!(high.of_whole_distance(3, false), Some(Float::from(9.0)));
    assert_eq!(high.of_whole_distance(3, true), None);
}
