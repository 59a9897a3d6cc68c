mod catalogue;
mod inversion;

use std::fmt::Debug;

use proofhouse_choice::{Choice, Integer};

use super::*;

/// Draws from a stored sequence; also returns what was decided.
fn replay<D: Draw>(values: &D, choices: Vec<Choice>) -> (D::Value, Vec<Choice>) {
    let mut source = Source::replay(choices).recording();
    let value = source.draw(values);
    (value, source.finish().record.choices())
}

fn check_simplest<D: Draw<Value: Debug + PartialEq>>(values: D, expected: &D::Value) {
    assert_eq!(&replay(&values, Vec::new()).0, expected);
}

fn integer(value: i128) -> Choice {
    Choice::Integer(Integer::from(value))
}

#[test]
fn the_simplest_answers_give_the_simplest_value() {
    check_simplest(any::<(bool, u8, i128)>(), &(false, 0, 0));
    check_simplest(any::<char>(), &'a');
    check_simplest('0'..='9', &'0');
    check_simplest('B'..='Z', &'B');
    check_simplest('\0'..='Z', &'0');
    check_simplest('é'..='λ', &'é');
    check_simplest(any::<(String, Vec<u8>, Vec<u16>)>(), &Default::default());
    check_simplest(any::<Option<u8>>(), &None);
    check_simplest(any::<[i8; 3]>(), &[0; 3]);
    check_simplest((3..9u8, -9..=-3i8, 7.., ..=-2i64), &(3, -3, 7u32, -2));
    check_simplest(vec(5..=9u8, 2..), &vec![5, 5]);
    check_simplest(text(2).of(['k'..='m', 'x'..='z']), &"kk".to_owned());
    check_simplest(one_of((just(4), just(5))), &4);
    check_simplest(select(["x", "y"]), &"x");
    check_simplest(range(2..=5u8).map(|value| value * 2), &4);
    check_simplest(
        range(2..=5usize).flat_map(|length| vec(just('-'), length)),
        &vec!['-'; 2],
    );
    check_simplest(any::<u8>().filter(|value| *value == 0).boxed(), &0);
}

#[test]
fn each_value_is_made_of_its_choices() {
    let check =
        |choices: Vec<Choice>, draw: &dyn Fn(Vec<Choice>) -> (String, Vec<Choice>), shown| {
            let (value, decided) = draw(choices.clone());
            assert_eq!((value.as_str(), decided), (shown, choices));
        };
    fn shown<D: Draw<Value: Debug>>(values: D) -> impl Fn(Vec<Choice>) -> (String, Vec<Choice>) {
        move |choices| {
            let (value, decided) = replay(&values, choices);
            (format!("{value:?}"), decided)
        }
    }
    let bytes = vec![Choice::Bytes(vec![7, 0, 255])];
    check(bytes.clone(), &shown(any::<Vec<u8>>()), "[7, 0, 255]");
    check(bytes, &shown(vec(any::<u8>().boxed(), 3)), "[7, 0, 255]");
    check(
        vec![integer(2), integer(7), integer(8)],
        &shown(vec(0..9u8, 0..9)),
        "[7, 8]",
    );
    check(
        vec![integer(2), integer(7), integer(8)],
        &shown(any::<Vec<i128>>()),
        "[7, 8]",
    );
    check(
        vec![Choice::Text("é\n".to_owned())],
        &shown(any::<String>()),
        "\"é\\n\"",
    );
    check(
        vec![integer(0xe000 - 0x800)],
        &shown(any::<char>()),
        "'\\u{e000}'",
    );
    check(
        vec![Choice::Boolean(true), integer(-1)],
        &shown(any::<Option<i8>>()),
        "Some(-1)",
    );
    check(
        vec![Choice::Branch(1), integer(6)],
        &shown(one_of([0..5u8, 5..9])),
        "6",
    );
    check(
        vec![Choice::Branch(2)],
        &shown(select(vec!['a', 'b', 'c'])),
        "'c'",
    );
    check(
        vec![integer(2), integer(2), integer(1), integer(3)],
        &shown(nested()),
        "[1, 3]",
    );
}

/// A vector whose length is drawn before.
fn nested() -> impl Generator<Value = Vec<u8>> {
    range(0..9usize).flat_map(|length| vec(0..9u8, length))
}

#[test]
fn a_filter_tries_again_and_marks_what_it_threw_away() {
    let odd = any::<u8>().filter(|value| value % 2 == 1);
    let mut source = Source::replay(vec![integer(4), integer(6), integer(9)]).recording();
    assert_eq!(source.draw(&odd), 9);
    let record = source.finish().record;
    let discarded: Vec<_> = record
        .spans()
        .iter()
        .filter(|span| span.is_discarded)
        .collect();
    assert_eq!(
        discarded.iter().map(|span| span.start).collect::<Vec<_>>(),
        [0, 1]
    );
}

#[test]
fn a_filter_that_nothing_passes_rejects_the_case() {
    let none = any::<u8>().filter(|_| false);
    let mut source = Source::random(1, 1);
    let end = crate::case_context::run_case(|| {
        source.draw(&none);
        crate::property::CaseOutcome::Held
    });
    assert_eq!(end, crate::case_context::CaseEnd::Rejected);
}

#[test]
fn random_values_stay_in_their_ranges() {
    let values = (
        -3..3i8,
        'b'..='d',
        vec(0..5u64, 1..=3),
        text(1..3).of(['p'..='q']),
    );
    for index in 1..2_000 {
        let (small, letter, list, word) = Source::random(4, index).draw(&values);
        assert!((-3..3).contains(&small) && ('b'..='d').contains(&letter));
        assert!((1..=3).contains(&list.len()) && list.iter().all(|value| *value < 5));
        assert!((1..3).contains(&word.len()) && word.chars().all(|c| "pq".contains(c)));
    }
}

#[test]
#[should_panic(expected = "empty range")]
#[expect(clippy::reversed_empty_ranges, reason = "that is the point")]
fn an_empty_range_is_the_authors_mistake() {
    Source::random(1, 1).draw(3..=2u8);
}
