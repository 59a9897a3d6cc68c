//! Wide values are checked against narrow ones: a wide operation on zero- or sign-extended
//! operands must agree with `u128` arithmetic wherever that is defined.

use super::*;
use crate::test_random::Random;

#[test]
fn bits_above_the_width_are_cleared() {
    assert_eq!(Value::new(3, 0xff), Value::new(3, 7));
    assert_eq!(
        Value::from_limbs(130, &[0, 0, 0xff]),
        Value::from_limbs(130, &[0, 0, 3])
    );
    assert_eq!(Value::ones(130).not(), Value::zero(130));
    assert_eq!(Value::ones(200).add(&Value::new(200, 1)), Value::zero(200));
}

#[test]
fn division_by_zero_follows_smt_lib() {
    for width in [1, 7, 64, 128, 129, 200] {
        let zero = Value::zero(width);
        let some = Value::new(width, 5);
        assert_eq!(some.unsigned_divide(&zero), Value::ones(width));
        assert_eq!(some.unsigned_remainder(&zero), some);
        assert_eq!(some.signed_remainder(&zero), some);
        let expected = if some.sign() {
            Value::new(width, 1)
        } else {
            Value::ones(width)
        };
        assert_eq!(some.signed_divide(&zero), expected);
    }
}

#[test]
fn oversized_shifts_leave_zero_or_the_sign() {
    let negative = Value::ones(9);
    let amount = Value::new(9, 9);
    assert_eq!(negative.shift_left(&amount), Value::zero(9));
    assert_eq!(negative.shift_right(&amount), Value::zero(9));
    assert_eq!(negative.shift_right_signed(&amount), negative);
    assert_eq!(negative.shift_right_signed(&Value::new(9, 8)), negative);
}

/// Numbers of at most 128 bits computed at 128 bits and at 300 bits agree modulo 2^128.
#[test]
fn wide_arithmetic_agrees_with_narrow() {
    let mut random = Random::new(1);
    for _ in 0..2_000 {
        let (a, b) = (random.edge_biased(128), random.edge_biased(128));
        let (narrow_a, narrow_b) = (Value::new(128, a), Value::new(128, b));
        let (wide_a, wide_b) = (Value::new(300, a), Value::new(300, b));
        let low = |wide: Value| wide.extract(0, 128);
        assert_eq!(low(wide_a.add(&wide_b)), narrow_a.add(&narrow_b));
        assert_eq!(low(wide_a.subtract(&wide_b)), narrow_a.subtract(&narrow_b));
        assert_eq!(low(wide_a.multiply(&wide_b)), narrow_a.multiply(&narrow_b));
        assert_eq!(low(wide_a.xor(&wide_b)), narrow_a.xor(&narrow_b));
        assert_eq!(wide_a.is_less(&wide_b), a < b);
        if let (Some(quotient), Some(remainder)) = (a.checked_div(b), a.checked_rem(b)) {
            assert_eq!(wide_a.unsigned_divide(&wide_b).to_u128(), Some(quotient));
            assert_eq!(
                wide_a.unsigned_remainder(&wide_b).to_u128(),
                Some(remainder)
            );
        }
    }
}

/// For random wide operands: a = (a / b) * b + a % b with a remainder below b.
#[test]
fn wide_division_satisfies_its_definition() {
    let mut random = Random::new(2);
    for _ in 0..500 {
        let width = 129 + random.below(300) as u32;
        let draw = |random: &mut Random| {
            let limbs: Vec<u64> = (0..8).map(|_| random.next()).collect();
            let distance = Value::new(width, u128::from(random.below(u64::from(width))));
            Value::from_limbs(width, &limbs).shift_right(&distance)
        };
        let (a, b) = (draw(&mut random), draw(&mut random));
        let quotient = a.unsigned_divide(&b);
        let remainder = a.unsigned_remainder(&b);
        if !b.is_zero() {
            assert!(remainder.is_less(&b));
            assert_eq!(quotient.multiply(&b).add(&remainder), a);
        }
        let signed = a
            .signed_divide(&b)
            .multiply(&b)
            .add(&a.signed_remainder(&b));
        assert!(b.is_zero() || signed == a);
    }
}

#[test]
fn parts_put_together_again_are_the_whole() {
    let mut random = Random::new(3);
    for _ in 0..2_000 {
        let width = 2 + random.below(400) as u32;
        let limbs: Vec<u64> = (0..8).map(|_| random.next()).collect();
        let value = Value::from_limbs(width, &limbs);
        let cut = 1 + random.below(u64::from(width - 1)) as u32;
        let (high, low) = (value.extract(cut, width - cut), value.extract(0, cut));
        assert_eq!(high.concat(&low), value);
        let extended = value.sign_extend(width + 70);
        let amount = Value::new(width + 70, 70);
        assert_eq!(
            extended.shift_left(&amount).shift_right_signed(&amount),
            extended
        );
        assert_eq!(extended.extract(0, width), value);
    }
}

#[test]
fn counts_find_the_bits() {
    for width in [1, 64, 65, 128, 129, 192, 200] {
        for index in [0, width / 2, width - 1] {
            let amount = Value::new(width, u128::from(index));
            let value = Value::new(width, 1).shift_left(&amount);
            // A width of 1 has only the index 0, and an amount of 0 fits there.
            assert_eq!(value.single_bit(), Some(index));
            assert_eq!(value.leading_zeros(), width - 1 - index);
            assert!(value.bit(index));
        }
        assert_eq!(Value::zero(width).single_bit(), None);
    }
}

#[test]
fn display_is_hexadecimal() {
    assert_eq!(Value::new(8, 31).to_string(), "0x1f");
    let wide = Value::from_limbs(192, &[1, 0, 2]);
    assert_eq!(wide.to_string(), "0x200000000000000000000000000000001");
}
