//! The properties that the processes check. Their paths begin with `fixture::`.

use std::sync::atomic::{AtomicU32, Ordering};

use proofhouse::prelude::*;

/// Where they are.
pub(super) const FILE: &str = file!();

/// Small numbers stay small.
#[property]
#[ignore = "a fixture that fails"]
fn prop_panics(number: u32, text: String) {
    note!("seen {number}");
    assert!(number < 1000 || text.len() > 50, "{number} is too large");
}

#[property]
#[ignore = "a fixture that fails"]
fn prop_stored(number: u8) {
    assert!(number < 100);
}

#[property]
#[ignore = "a fixture that fails"]
fn prop_returns_an_error(#[from(0..=255u16)] number: u16) -> Result<(), String> {
    if number < 200 {
        Ok(())
    } else {
        Err(format!("no {number}"))
    }
}

/// Two mistakes, of which the second is met while the first is shrunk.
#[property]
#[ignore = "a fixture that fails in two ways"]
fn prop_two_mistakes(number: u64) {
    assert!(number != 5, "five");
    assert!(number < 1000, "too large");
}

/// Two mistakes, neither of which shrinks to the other.
#[property]
#[ignore = "a fixture that fails in two ways"]
fn prop_two_ways(is_left: bool, number: u64) {
    if is_left {
        assert!(number < 1000, "left");
    } else {
        assert!(number < 2000, "right");
    }
}

#[property(failures_max = 1)]
#[ignore = "a fixture that fails in two ways, of which one is enough"]
fn prop_first_way(is_left: bool, number: u64) {
    if is_left {
        assert!(number < 1000, "left");
    } else {
        assert!(number < 2000, "right");
    }
}

#[property]
#[ignore = "a fixture that ends its process"]
fn prop_exits(number: u64) {
    if number > 1 << 40 {
        std::process::exit(3);
    }
}

#[property]
#[ignore = "a fixture that fails"]
fn prop_fails_once(_number: u64) {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    assert!(RUNS.fetch_add(1, Ordering::Relaxed) != 7, "the eighth run");
}

#[property]
#[ignore = "a fixture that tests nothing"]
fn prop_assumes_too_much(number: u64) {
    assume!(number.is_power_of_two());
    assume!(number.count_ones() == 2);
}

#[property]
#[example(3, "three".to_owned())]
#[example(70_000, "needless".to_owned())]
#[ignore = "a fixture whose second example fails"]
fn prop_examples(number: u32, _text: String) {
    assert!(number < 1000, "the thousand");
}

#[property]
#[example(3, "three".to_owned())]
#[example(1000, String::new())]
#[ignore = "a fixture whose second example fails and has no choices"]
fn prop_hidden_examples(#[from(any::<u32>().map(|number| number))] number: u32, _text: String) {
    assert!(number != 1000, "the thousand");
}

#[property]
#[ignore = "a fixture that fails for one number, which stands in this file"]
fn prop_constant(number: u64) {
    assert!(number != 0xfeed_5eed_f00d, "the one");
}

#[property]
#[ignore = "a fixture that fails for one number, which stands nowhere"]
fn prop_computed(number: u64) {
    assert!(number.rotate_left(9) ^ number != 0x7bad_5eed, "the other");
}

#[property]
#[regression("ph1:proofhouse:fixture::prop_regressions:7:6bb3f1eb")]
#[ignore = "a fixture whose regression fails"]
fn prop_regressions(number: u32) {
    assert!(number != 7 && number < 10, "seven");
}

#[property]
#[regression("ph1:proofhouse:fixture::prop_stale_regression:t:baf16a61")]
#[ignore = "a fixture whose regression is stale"]
fn prop_stale_regression(_number: u32) {}

#[property]
#[regression("ph1:proofhouse:fixture::prop_foreign:t:00000000")]
#[ignore = "a fixture whose regression is damaged"]
fn prop_corrupt_regression(_number: u32) {}

#[property]
#[regression("ph1:proofhouse:fixture::prop_regressions:7:6bb3f1eb")]
#[ignore = "a fixture whose regression belongs to another"]
fn prop_foreign_regression(_number: u32) {}

#[property(panics)]
#[ignore = "a fixture that should panic and does not always"]
fn prop_forgets_to_panic(number: u8) {
    assert!(number == 77, "as it should");
}

#[property(time_ms = 40)]
#[ignore = "a fixture that takes its time"]
fn prop_timed(_number: u64) {
    std::thread::sleep(std::time::Duration::from_millis(1));
}

#[property]
#[ignore = "a fixture that waits"]
async fn prop_async(number: u64) -> Result<(), String> {
    let sent = std::thread::spawn(move || number).join();
    std::future::ready(()).await;
    if sent.is_ok_and(|number| number < 1000) {
        Ok(())
    } else {
        Err("much".to_owned())
    }
}

#[property]
#[ignore = "a fixture that says what it covers"]
fn prop_covers(#[from(0..1000u32)] number: u32) {
    assume!(number != 5);
    cover!(number.is_multiple_of(2), "even", 40);
    cover!(number == 5, "five");
    classify!("large", number > 500);
    collect!(number % 2 == 1);
    target!(number, "height");
}

#[property]
#[ignore = "a fixture that covers too little"]
fn prop_covers_too_little(number: u32) {
    // Not the number itself: literals of the source are tried.
    cover!(number.rotate_left(7) == 77, "a needle", 10);
}

#[property]
#[ignore = "a fixture that covers too little of all"]
fn prop_covers_too_little_of_all(digit: u8) {
    cover!(digit < 25, "small", 9.8);
}

#[property(health = false)]
#[ignore = "a fixture that covers too little and does not mind"]
fn prop_unchecked(digit: u8) {
    cover!(digit < 25, "small", 90);
}

#[property(cases = 3000)]
#[ignore = "a fixture that only a climb breaks"]
fn prop_climbed(left: u64, _other: Vec<u8>) {
    let distance = left.abs_diff(123_456_789_012);
    target!(-(distance as f64), "nearness");
    assert!(distance > 0, "there");
}

#[property]
#[ignore = "a fixture that fails for one of its arguments"]
fn prop_explained(_list: Vec<u8>, number: u32, _flag: bool) {
    assert!(number < 1000);
}

#[property]
#[ignore = "a fixture that fails now and then"]
fn prop_flaky(number: u64) {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    assert!(run % 3 != 1 || number < 9, "sometimes");
}

#[property]
#[ignore = "a fixture that fails now and then, and also always"]
fn prop_flaky_and_worse(number: u64) {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    assert!(RUNS.fetch_add(1, Ordering::Relaxed) != 0, "the first run");
    assert!(number < 1000, "always");
}

#[property]
#[ignore = "a fixture with large inputs"]
fn prop_large(#[from(vec(any::<u64>(), 20_000..=20_000))] _list: Vec<u64>) {}

#[property]
#[ignore = "a fixture whose generator does not end"]
fn prop_endless(#[from(from_fn(endless))] _sum: u64) {}

fn endless(source: &mut Source) -> u64 {
    let mut draws = 0;
    // A random number is never so close to the end, and the simplest one neither.
    while source.choose_integer(0, u64::MAX, 0) != u64::MAX - 12_345 {
        draws += 1;
    }
    draws
}

#[property(health = false)]
#[ignore = "a fixture that rejects nearly all"]
fn prop_picky(number: u64) {
    assume!(number % 128 == 37);
}

#[property]
#[ignore = "a fixture that rejects nearly all"]
fn prop_too_picky(number: u64) {
    assume!(number % 512 == 37);
}

#[property]
#[ignore = "a fixture whose shrinking takes long"]
fn prop_slow(number: u64, list: Vec<u64>) {
    std::thread::sleep(std::time::Duration::from_millis(2));
    assert!(number < 1000 || list.len() < 2, "too much");
}

#[property]
#[ignore = "a fixture whose failures are kept"]
fn prop_kept(number: u64) {
    assert!(number < 5000, "much");
}

#[property]
#[ignore = "a fixture that is killed while it is kept"]
fn prop_kept_by_many(number: u64) {
    assert!(number < 5000, "much");
}

#[property]
#[ignore = "a fixture"]
fn prop_other(_digit: u8) {}

#[property]
#[ignore = "a fixture"]
fn prop_holds(letter: Option<bool>, digit: u8) {
    assert!(letter.is_none() || digit < 255 || digit == 255);
}
