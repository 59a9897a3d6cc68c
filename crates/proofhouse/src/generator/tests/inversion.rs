//! Values from elsewhere, turned into choices: what the catalogue does not say of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::{Duration, SystemTime};

use super::*;
use crate::prelude::{Generate, Generator};
use crate::{EncodeError, Encoding, encode};

/// Encodes a value and makes it again.
#[track_caller]
fn check<D: Draw<Value: Debug + PartialEq>>(values: D, value: D::Value) -> Vec<Choice> {
    let choices = encode(&values, &value).unwrap_or_else(|error| panic!("{value:?}: {error}"));
    let (again, used) = replay(&values, choices.clone());
    assert_eq!(again, value);
    assert_eq!(used, choices);
    choices
}

#[track_caller]
fn check_refused<D: Draw<Value: Debug>>(values: D, value: D::Value, code: &str, words: &str) {
    let error = encode(&values, &value).expect_err("it must be refused");
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

const NOT_A_VALUE: &str = "encode/not-a-value";

#[test]
fn scalars_outside_of_their_range_are_refused() {
    assert_eq!(check(3..9u8, 8), [integer(8)]);
    check_refused(3..9u8, 9, NOT_A_VALUE, "range of integers");
    check_refused(0.0..1.0, 1.0, NOT_A_VALUE, "range of floats");
    check_refused(0.0..1.0, -0.0, NOT_A_VALUE, "range of floats");
    check_refused(any::<f32>().finite(), f32::NAN, NOT_A_VALUE, "floats");
    check_refused('b'..='d', 'a', NOT_A_VALUE, "range of integers");
    check_refused(
        text(..).of('a'..='z'),
        "a1".to_owned(),
        NOT_A_VALUE,
        "texts",
    );
    check_refused(text(2..4), "a".to_owned(), NOT_A_VALUE, "texts");
    check_refused(vec(any::<u8>(), 2..4), vec![1], NOT_A_VALUE, "bytes");
    check_refused(vec(any::<u16>(), 2..4), vec![1], NOT_A_VALUE, "collections");
    let quiet = f64::from_bits(f64::NAN.to_bits() | 1);
    check_refused(any::<f64>(), quiet, NOT_A_VALUE, "range of floats");
    assert!(encode(any::<f64>().with_nan_payloads(), &quiet).is_ok());
}

#[test]
fn collections_without_an_order_have_one_encoding() {
    let numbers = [9u16, 300, 2, 77];
    let sets = || (0..20).map(|_| HashSet::<u16>::from(numbers));
    let expected = check(any::<HashSet<u16>>(), HashSet::from(numbers));
    assert_eq!(expected[1..], [2, 9, 77, 300].map(integer));
    for set in sets() {
        assert_eq!(check(any::<HashSet<u16>>(), set), expected);
    }
    check(
        hash_map(0..9u8, any::<bool>(), ..),
        HashMap::from([(8, true), (0, false)]),
    );
    check(any::<BTreeSet<bool>>(), BTreeSet::from([true, false]));
    check(
        any::<BTreeMap<String, u8>>(),
        BTreeMap::from([("b".to_owned(), 1)]),
    );
    let mut ring = VecDeque::with_capacity(4);
    ring.extend([3u8, 4]);
    ring.push_front(2);
    let choices = encode(any::<VecDeque<u8>>(), &ring).unwrap();
    let (again, _) = replay(&any::<VecDeque<u8>>(), choices);
    assert_eq!(again.as_slices(), ring.as_slices());
}

#[test]
fn the_first_alternative_that_makes_a_value_is_taken() {
    let values = one_of((0..10u8, 5..20u8, just(255)));
    assert_eq!(check(&values, 7), [Choice::Branch(0), integer(7)]);
    assert_eq!(check(&values, 12), [Choice::Branch(1), integer(12)]);
    assert_eq!(check(&values, 255), [Choice::Branch(2)]);
    check_refused(&values, 99, NOT_A_VALUE, "one_of");
    check(values.weighted([1, 2, 3]), 255);
    assert_eq!(check(select(["a", "b", "a"]), "a"), [Choice::Branch(0)]);
    check_refused(select(["a", "b"]), "c", NOT_A_VALUE, "select");
    check(sample(["a", "b"], 2), vec!["b", "a"]);
    check(subset([1, 2, 2, 3], ..), vec![2, 2, 3]);
    check_refused(subset([1, 2, 3], ..), vec![3, 1], NOT_A_VALUE, "subset");
    check(shuffled(vec(any::<u8>(), ..)), vec![3, 1, 2]);
    // One alternative may have made it, but does not tell.
    let hidden = one_of((just(1u8).boxed(), any::<u8>().map(|byte| byte / 2).boxed()));
    check(&hidden, 1);
    check_refused(&hidden, 2, "encode/not-invertible", "`map`");
}

#[test]
fn what_was_changed_is_changed_back() {
    let even = range(0..100u8).map_invertible(
        |half| half * 2,
        |number| (number % 2 == 0).then_some(number / 2),
    );
    assert_eq!(check(&even, 44), [integer(22)]);
    check_refused(&even, 45, NOT_A_VALUE, "map_invertible");
    check_refused(&even, 250, NOT_A_VALUE, "range of integers");
    check(even.clone().filter(|number| number % 3 == 0), 42);
    check_refused(
        even.filter(|number| number % 3 == 0),
        44,
        NOT_A_VALUE,
        "filter",
    );
    let point = from_fn(|source: &mut Source| source.draw(0..9u8) + 1)
        .inverted_by(|value: &u8, encoding: &mut Encoding| encoding.value(&(0..9u8), &(value - 1)));
    assert_eq!(check(point, 9), [integer(8)]);
}

#[test]
fn a_wrong_inverse_is_an_error() {
    let wrong = range(0..100u8).map_invertible(|number| number + 1, |number| Some(*number));
    check_refused(wrong, 7, "encode/mismatch", "makes another value");
    let too_few = from_fn(|source: &mut Source| source.draw((0..9u8, 0..9u8)))
        .inverted_by(|pair, encoding| encoding.value(&(0..9u8), &pair.0));
    check_refused(too_few, (1, 2), "encode/mismatch", "makes another value");
}

#[test]
fn what_does_not_tell_says_its_name() {
    const CODE: &str = "encode/not-invertible";
    check_refused(any::<u8>().map(|byte| byte), 1, CODE, "`map`");
    check_refused(any::<u8>().flat_map(just), 1, CODE, "`flat_map`");
    check_refused(from_fn(|source| source.draw(0..9u8)), 1, CODE, "`from_fn`");
    check_refused(vec(any::<u8>(), ..).collect(), vec![1], CODE, "`collect`");
    check_refused(shuffled(just(vec![1, 2])), vec![2, 1], CODE, "`shuffled`");
}

#[test]
fn times_are_exact_on_both_sides_of_the_epoch() {
    let epoch = SystemTime::UNIX_EPOCH;
    let moment = Duration::new(5, 7);
    for time in [
        epoch,
        epoch + moment,
        epoch - moment,
        epoch - Duration::from_secs(5),
    ] {
        check(any::<SystemTime>(), time);
    }
    let far = epoch + Duration::from_secs(1 << 40);
    check_refused(any::<SystemTime>(), far, NOT_A_VALUE, "range of integers");
    check(
        Duration::ZERO..Duration::from_secs(1),
        Duration::from_nanos(999_999_999),
    );
}

#[test]
fn paths_are_taken_as_they_are_written() {
    for path in ["", "/", "a/../b", "/.hidden/é", "with space.tar.gz", "./x"] {
        check(any::<std::path::PathBuf>(), path.into());
    }
    check_refused(
        any::<std::path::PathBuf>(),
        "a//b".into(),
        NOT_A_VALUE,
        "texts",
    );
}

#[derive(Debug, Clone, PartialEq, Generate)]
enum Shape {
    Empty,
    Framed {
        #[from(1..=4usize)]
        length: usize,
        #[from(vec(any::<u8>(), length))]
        bytes: Vec<u8>,
        #[always(bytes.len() as u64)]
        checked: u64,
    },
    Many(Vec<Shape>, Option<Box<Shape>>),
    #[skip]
    Unused,
}

#[test]
fn derived_types_are_encoded_field_by_field() {
    let framed = |length, bytes: &[u8], checked| Shape::Framed {
        length,
        bytes: bytes.to_vec(),
        checked,
    };
    let choices = check(any::<Shape>(), framed(2, &[7, 8], 2));
    let expected = [
        integer(0),
        Choice::Branch(1),
        integer(2),
        Choice::Bytes(vec![7, 8]),
    ];
    assert_eq!(choices, expected);
    check_refused(any::<Shape>(), framed(3, &[7, 8], 2), NOT_A_VALUE, "bytes");
    check_refused(any::<Shape>(), framed(2, &[7, 8], 9), NOT_A_VALUE, "fixed");
    check_refused(any::<Shape>(), Shape::Unused, NOT_A_VALUE, "variants");
    let inner = || Shape::Many(vec![Shape::Empty, framed(1, &[0], 1)], None);
    let outer = Shape::Many(vec![inner(), inner()], Some(Box::new(inner())));
    check(any::<(u8, Shape)>(), (3, outer));
}

#[test]
fn values_are_nested_as_deep_as_they_need_and_no_deeper_than_allowed() {
    let nested = |levels: u32| {
        (0..levels).fold(Shape::Empty, |inner, _| {
            Shape::Many(vec![], Some(Box::new(inner)))
        })
    };
    for levels in [1, 2, 9, crate::source::LEVELS_MAX] {
        let choices = check(any::<Shape>(), nested(levels));
        assert_eq!(choices[0], integer(i128::from(levels)));
    }
    let too_deep = nested(crate::source::LEVELS_MAX + 1);
    assert_eq!(encode(any::<Shape>(), &too_deep), Err(EncodeError::TooDeep));
}

/// Can neither be cloned nor compared.
#[derive(Debug, Generate)]
struct Bare(u8);

#[derive(Debug, Generate)]
struct HoldsBare {
    bare: Bare,
    #[from(0..u8::from(std::mem::size_of_val(&bare) == 1) + 1)]
    other: u8,
}

#[derive(Debug, Generate)]
#[repr(C, packed)]
struct Packed {
    tag: u8,
    wide: u32,
}

#[test]
fn what_a_type_can_not_do_is_no_compile_error() {
    let held = HoldsBare {
        bare: Bare(1),
        other: 0,
    };
    check_refused(any::<HoldsBare>(), held, "encode/not-invertible", "cloned");
    let packed = Packed { tag: 1, wide: 2 };
    check_refused(any::<Packed>(), packed, "encode/not-invertible", "packed");
}

#[cfg(feature = "regex")]
mod expressions {
    use super::*;

    #[test]
    fn texts_are_matched_back_to_their_choices() {
        let check = |expression: &str, text: &str| {
            check(regex(expression), text.to_owned());
        };
        check("[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]", "1999-12-31");
        check("(a|ab)(c|bcd)d*", "abcd");
        check("(ab?)*b", "aababb");
        check("x*xx", "xxxx");
        check("(a*)*", "");
        check("(a*){3}b", "aab");
        check(r"\bfoo\b.*", "foo bar");
        check("(?i)key=(é|[a-f])+", "KeY=éAf");
        check(".{0,9}", "日本");
        check_refused(regex("a+b"), "aac".to_owned(), NOT_A_VALUE, "regular");
        check_refused(regex(r"a\bb"), "ab".to_owned(), NOT_A_VALUE, "regular");
    }

    #[test]
    fn hopeless_texts_are_given_up() {
        let text = "a".repeat(40) + "!";
        check_refused(
            regex("((a|a)(a|a)?)*b"),
            text,
            "encode/not-invertible",
            "`regex`",
        );
        let text = "ab".repeat(20_000);
        check_refused(regex("(ab)*"), text, "encode/not-invertible", "`regex`");
    }

    #[test]
    fn generated_texts_are_encoded() {
        for expression in ["(a|b[0-9]+)*-x?", r"\w+@\w+\.(com|org)", "(é|.[^x])*z{2,}"] {
            let texts = regex(expression);
            for index in 0..200 {
                let text = Source::random(5, index).draw(&texts);
                super::check(&texts, text);
            }
        }
    }
}

/// Nothing but printable.
#[derive(Debug, Clone)]
#[expect(dead_code, reason = "it is only shown")]
struct Opaque(u8);

#[test]
fn values_without_equality_are_found_by_their_looks() {
    let all = || [Opaque(3), Opaque(5), Opaque(8)];
    let branch = crate::encode(select(all()), &Opaque(5));
    assert_eq!(branch, Ok(vec![Choice::Branch(1)]));
    assert_eq!(crate::encode(just(Opaque(3)), &Opaque(3)), Ok(Vec::new()));
    let members = crate::encode(subset(all(), ..), &vec![Opaque(3), Opaque(8)]);
    assert_eq!(members.unwrap().len(), 3);
    assert_eq!(
        crate::encode(sample(all(), ..9), &vec![Opaque(8); 4])
            .unwrap()
            .len(),
        5
    );
    let refused = crate::encode(select(all()), &Opaque(4)).unwrap_err();
    assert_eq!(refused.code(), NOT_A_VALUE);
    let refused = crate::encode(just(Opaque(3)), &Opaque(4)).unwrap_err();
    assert_eq!(refused.code(), NOT_A_VALUE);
}
