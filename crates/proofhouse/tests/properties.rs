//! Properties as an author writes them, checked as plain tests, under the strictest lints.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, clippy::pedantic)]

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use proofhouse::prelude::*;

/// A place on a bus, with a generator written by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    bus: u8,
    device: u8,
    function: u8,
}

impl Generate for Address {
    type Generator = FromFn<fn(&mut Source) -> Self>;

    fn generator() -> Self::Generator {
        from_fn(|source| Self {
            bus: source.draw(any::<u8>()),
            device: source.draw(0..32u8),
            function: source.draw(0..=7u8),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}:{:02x}.{}", self.bus, self.device, self.function)
    }
}

fn parse(text: &str) -> Result<Address, std::num::ParseIntError> {
    let part = |range| u8::from_str_radix(&text[range], 16);
    Ok(Address {
        bus: part(0..2)?,
        device: part(3..5)?,
        function: part(6..7)?,
    })
}

/// An address survives being printed and parsed,
/// whatever "it" is.
#[property]
fn prop_address_round_trip(address: Address) -> Result<(), std::num::ParseIntError> {
    assert_eq!(parse(&address.to_string())?, address);
    Ok(())
}

/// Aligning down never exceeds the address.
#[property(cases = 1000)]
fn prop_align_down(address: u64, #[from(0..=31u8)] shift: u8) {
    assert!(address >> shift << shift <= address);
}

/// Every kind of argument can be drawn and printed.
#[property]
fn prop_all_kinds(
    flags: (bool, Option<bool>),
    signed: (i8, i16, i32, i64, i128, isize),
    unsigned: (u8, u16, u32, u64, u128, usize),
    letters: [char; 2],
    text: String,
    bytes: Vec<u8>,
    lists: Vec<Vec<u16>>,
    unit: (),
) {
    let shown = format!("{flags:?} {signed:?} {unsigned:?} {letters:?} {text} {bytes:?} {unit:?}");
    assert!(shown.len() >= lists.len().min(9));
}

/// Combined generators give what they promise.
#[property]
fn prop_combined(
    #[from(range(0..100u32).map(|number| number * 2))] even: u32,
    #[from(any::<u16>().filter(|number| number % 3 == 0))] third: u16,
    #[from(range(1..=9usize).flat_map(|length| vec(any::<bool>(), length)))] flags: Vec<bool>,
    #[from(one_of((0..10i64, just(-5), select([77, 78]))))] mixed: i64,
    #[from(text(1..=3).of(['x'..='z']).boxed())] word: String,
    #[from(array(-3..=-1i8))] small: [i8; 4],
    #[from(optional('α'..='ω'))] letter: Option<char>,
    #[from(vec(200.., 2..=5))] bytes: Vec<u8>,
) {
    assert!(even.is_multiple_of(2) && even < 200);
    assert_eq!(third % 3, 0);
    assert!((1..=9).contains(&flags.len()));
    assert!((0..10).contains(&mixed) || [-5, 77, 78].contains(&mixed));
    assert!((1..=3).contains(&word.len()) && word.chars().all(|letter| "xyz".contains(letter)));
    assert!(small.iter().all(|number| (-3..=-1).contains(number)));
    assert!(letter.is_none_or(|letter| letter > 'z'));
    assert!((2..=5).contains(&bytes.len()) && bytes.iter().all(|byte| *byte >= 200));
}

/// Literals take the type that is asked for.
#[property]
fn prop_literals(
    #[from(0.0..1.0)] share: f32,
    #[from(-1.0..=1.0)] wide: f64,
    #[from(3..)] from: u16,
    #[from(..9)] below: i8,
    #[from('a'..'d')] letter: char,
    #[from(Duration::ZERO..=Duration::from_secs(9))] wait: Duration,
    #[from(Ipv4Addr::new(10, 0, 0, 0)..)] address: Ipv4Addr,
) {
    assert!((0.0..1.0).contains(&share) && (-1.0..=1.0).contains(&wide));
    assert!(from >= 3 && below < 9 && letter < 'd' && wait.as_secs() <= 9);
    assert!(address.octets()[0] >= 10);
}

/// Collections keep to their sizes, and sets to one of each.
#[property]
fn prop_collections(
    #[from(btree_set(0..50u8, 1..=4))] set: BTreeSet<u8>,
    #[from(hash_map(text(1..4), any::<f64>(), ..5))] map: HashMap<String, f64>,
    #[from(deque(any::<i8>(), 2..6))] deque: VecDeque<i8>,
    #[from(subset(["a", "b", "c"], 1..))] some: Vec<&'static str>,
    #[from(shuffled(just(vec![1, 2, 3])))] order: Vec<u8>,
    #[from(text(..9).of(Characters::alphanumeric().or("_")))] name: String,
) {
    assert!((1..=4).contains(&set.len()) && map.len() < 5 && (2..6).contains(&deque.len()));
    assert!(some.is_sorted() && order.iter().sum::<u8>() == 6);
    assert!(
        name.chars()
            .all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
    );
}

/// Assumptions and notes work from helper functions.
#[property]
fn prop_helpers(mut list: Vec<i32>, (low, high): (i32, i32)) {
    fn ordered(low: i32, high: i32) {
        assume!(low <= high,);
        note!("{low} is at most {high}");
    }
    ordered(low, high);
    list.retain(|number| (low..=high).contains(number));
    // Iterators stay iterators beside the prelude.
    let count = (0..list.len())
        .map(|at| list[at])
        .filter(|number| *number >= low)
        .count();
    assert_eq!(count, list.len());
}

/// A property without arguments is checked once, by all engines.
#[property]
fn prop_without_arguments() {
    assert_eq!(2 + 2, 4);
}

#[property]
#[should_panic(expected = "refuted: nine is too much")]
fn prop_can_be_expected_to_fail(digit: u8) {
    assert!(digit % 10 != 9, "nine is too much");
}

/// Options, examples, regressions and waiting go together.
#[property(cases = 30, time_ms = 10_000, inputs_max = 10, health = false)]
#[example((1, 2), None)]
#[example((0, 0), Some("x".to_owned()))]
#[regression("ph1:proofhouse:prop_all_options:1,2,f:76657b19")]
async fn prop_all_options((left, right): (u8, u8), mut text: Option<String>) {
    let longer = text.get_or_insert_default();
    longer.push('!');
    std::future::ready(()).await;
    assert!(!longer.is_empty() && left.max(right) >= left);
}

#[property(panics)]
fn prop_division_by_zero_panics(number: u32) {
    assume!(number > 2);
    let zero = number.saturating_sub(number);
    assert!(number / zero > 3);
}

mod nested {
    use super::{Address, property};

    /// Properties may live in modules, and see private items.
    #[property]
    fn prop_in_a_module(r#type: u8, address: Address) {
        assert!(address.device < 32 && u16::from(r#type) < 256);
    }
}

/// A generator may mention earlier arguments; a function of the same name stays what it is.
#[property]
#[example(3, 2, vec![7, 7], (vec![7, 7], 3), vec![3, 3])]
fn prop_later_arguments_depend_on_earlier_ones(
    bound: u8,
    #[from(0..=bound)] below: u8,
    #[from(vec(any::<u8>(), usize::from(below)))] vec: Vec<u8>,
    #[from(just((vec, bound)))] copies: (Vec<u8>, u8),
    #[from(vec(just(bound), 2))] pair: Vec<u8>,
) {
    assert!(below <= bound);
    assert_eq!(vec.len(), usize::from(below));
    assert_eq!(copies, (vec, bound));
    assert_eq!(pair, [bound, bound]);
}
