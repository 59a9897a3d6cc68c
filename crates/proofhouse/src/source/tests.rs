use super::*;
use crate::generator::{Generator as _, any, vec};

/// All kinds of questions, some depending on answers.
fn draw_everything(source: &mut Source) -> String {
    let flag = source.choose_boolean(Chance::of_65536(20_000));
    let narrow = source.choose_integer(-5i8, 100, 7);
    let wide = source.choose_integer(0u128, u128::MAX >> 3, 0);
    let branch = source.choose_branch(7);
    let bytes = source.choose_bytes(1, 9);
    let text = source.choose_text(0, 20, &Characters::any());
    let lists = source.draw(vec(vec(any::<u16>(), 0..=9), 0..9));
    let filtered = source.draw(any::<u64>().filter(|value| value % 3 == 0));
    let action = source.choose_action(&[false, flag, true, branch < 3]);
    let schedule = source.choose_schedule(&[flag, true]);
    let fault = source.choose_fault(Chance::EVEN, &["timeout", "no_space"]);
    format!(
        "{flag} {narrow} {wide} {branch} {bytes:?} {text:?} {lists:?} {filtered} \
         {action} {schedule} {fault:?}"
    )
}

fn run(mut source: Source) -> (Option<String>, Finished) {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        draw_everything(&mut source)
    }));
    (result.ok(), source.finish())
}

#[test]
fn a_recorded_case_is_the_unrecorded_one_and_its_replay() {
    for index in 0..300 {
        let (plain, finished) = run(Source::random(9, index));
        assert!(finished.record.nodes().is_empty());
        let (recorded, finished) = run(Source::random(9, index).recording());
        assert_eq!(recorded, plain);
        let stored = finished.record.choices();
        let (replayed, again) = run(Source::replay(stored).recording());
        assert_eq!(replayed, plain);
        assert_eq!(again.record, finished.record);
        assert!(again.fit.is_exact());
    }
}

#[test]
fn a_case_without_choices_left_is_abandoned() {
    let (first, finished) = run(Source::replay(Vec::new()).recording());
    let used = finished.record.nodes().len();
    assert!(first.is_some());
    assert_eq!(finished.fit.missing, used);
    let probe = |most| Source::probe(Vec::new(), Record::new(), most);
    assert_eq!(run(probe(used)).0, first);
    // It draws to its end, but what is too much is not kept, and the body would not run.
    let mut source = probe(used - 1);
    draw_everything(&mut source);
    assert!(!source.enter_body());
    let finished = source.finish();
    assert!(finished.is_overrun && !finished.has_entered_body);
    assert_eq!(finished.record.nodes().len(), used - 1);
    let last = finished.record.spans().iter().map(|span| span.end).max();
    assert!(last <= Some(used - 1));
}

#[test]
fn an_abandoned_case_that_does_not_end_is_ended() {
    let mut source = Source::probe(Vec::new(), Record::new(), 9);
    let mut asked = 0;
    let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        loop {
            source.span(SpanKind::Value, "endless", |source| {
                source.choose_boolean(Chance::EVEN);
            });
            asked += 1;
        }
    }));
    assert!(end.is_err_and(|payload| case_context::is_rejection(&*payload)));
    assert_eq!(asked, 9 + QUESTIONS_AFTER_OVERRUN);
    let finished = source.finish();
    assert_eq!(finished.record.nodes().len(), 9);
    assert_eq!(finished.record.spans().len(), 10);
}

/// What is stored may be of another kind, and too large. The naive twin is the replay itself.
#[test]
fn short_ways_to_replay_agree_with_the_long_one() {
    let integers = [
        -300i128,
        -5,
        -1,
        0,
        1,
        2,
        6,
        7,
        99,
        255,
        256,
        1 << 40,
        1 << 90,
    ];
    let mut stored: Vec<Choice> = integers.map(|value| Choice::Integer(value.into())).to_vec();
    stored.extend([u128::MAX, 1 << 127].map(|value| Choice::Integer(value.into())));
    stored.extend([0, 1, 2, 3, 9].map(Choice::Branch));
    stored.extend([true, false].map(Choice::Boolean));
    stored.push(Choice::Text("7".to_owned()));
    let check = |choice: Option<&Choice>, domain: Domain, short: &dyn Fn(&mut Source)| {
        let mut twin = Replay::new(choice.cloned().into_iter().collect());
        let decided = twin.decide(&domain);
        let mut source = Source::replay(twin.clone().into_choices()).recording();
        short(&mut source);
        let finished = source.finish();
        let node = proofhouse_choice::Node {
            choice: decided,
            domain,
        };
        assert_eq!(finished.record.nodes(), [node], "{choice:?}");
        assert_eq!(finished.fit, twin.fit(), "{choice:?}");
    };
    for choice in stored.iter().map(Some).chain([None]) {
        check(choice, Domain::Boolean(Chance::EVEN), &|source| {
            source.choose_boolean(Chance::EVEN);
        });
        check(choice, Domain::Branch { count: 3 }, &|source| {
            source.choose_branch(3);
        });
        check(choice, range(-5i8, 99, -9), &|source| {
            source.choose_integer(-5i8, 99, -9);
        });
        check(choice, range(2u128, u128::MAX, 7), &|source| {
            source.choose_integer(2, u128::MAX, 7u128);
        });
        check(choice, range(0u8, 255, 0), &|source| {
            source.choose_integer(0u8, 255, 0);
        });
    }
}

#[test]
fn an_odometer_goes_through_a_source() {
    let mut odometer = Odometer::new();
    let mut seen = Vec::new();
    loop {
        let mut source = Source::odometer(odometer);
        seen.push((
            source.choose_boolean(Chance::EVEN),
            source.choose_integer(1u8, 3, 2),
        ));
        odometer = source.finish().odometer.expect("it went in");
        if !odometer.advance() {
            break;
        }
    }
    let expected = [
        (false, 2),
        (false, 3),
        (false, 1),
        (true, 2),
        (true, 3),
        (true, 1),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn arguments_are_kept_only_when_asked_for() {
    let mut source = Source::replay(Vec::new());
    assert!(!source.is_observed());
    source.observe("x", &1);
    assert!(source.finish().arguments.is_empty());
    let mut source = Source::replay(Vec::new()).observed();
    source.observe("x", &"a");
    let expected = Argument {
        name: "x".to_owned(),
        value: "\"a\"".to_owned(),
    };
    assert_eq!(source.finish().arguments, [expected]);
}

/// What the machine would answer is not known here; natively its calls answer nothing. The test is
/// that no draw needs more than these calls, and ends.
#[test]
fn a_machine_source_only_asks_the_machine() {
    let mut source = Source::machine();
    assert!(source.is_machine() && !source.is_observed());
    let all = source.draw_argument("all", any::<(bool, i8, u64, i128, char, Option<u8>)>());
    assert_eq!(all, (false, 0, 0, 0, '\0', None));
    assert_eq!(
        source.draw(any::<(String, Vec<u8>, Vec<u32>)>()),
        Default::default()
    );
    assert_eq!(source.draw(any::<u8>().filter(|value| *value == 1)), 0);
    assert_eq!(source.choose_action(&[true, true]), 0);
    assert_eq!(source.choose_fault(Chance::EVEN, &["timeout"]), None);
    let finished = source.finish();
    assert!(finished.record.nodes().is_empty());
}
