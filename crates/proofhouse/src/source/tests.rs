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
    assert_eq!(run(Source::replay(Vec::new()).limited(used)).0, first);
    let (abandoned, finished) = run(Source::replay(Vec::new()).limited(used - 1));
    assert_eq!(abandoned, None);
    assert_eq!(finished.record.nodes().len(), used - 1);
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
