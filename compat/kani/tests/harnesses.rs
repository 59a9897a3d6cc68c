//! Harnesses in every form in which the attributes accept them, run natively: `cargo test` fails if one
//! does. What the machine says of such harnesses is tested beside the command.

use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, kani::Arbitrary)]
struct Pair<T> {
    first: T,
    second: Option<T>,
}

#[derive(kani::Arbitrary, kani::Invariant)]
struct Percentage {
    #[safety_constraint(*value <= 100)]
    value: u8,
}

#[derive(kani::BoundedArbitrary)]
struct Message {
    #[bounded]
    bytes: Vec<u8>,
    #[bounded]
    text: String,
    number: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, kani::Arbitrary)]
enum Answer {
    Yes,
    No(bool),
    Later { days: u8 },
}

#[kani::proof]
fn a_derived_value_is_one_of_its_type() {
    let pair: Pair<u8> = kani::any();
    assert_eq!(pair.clone(), pair);
    let percentage: Percentage = kani::any();
    assert!(percentage.value <= 100 && kani::Invariant::is_safe(&percentage));
    assert!(matches!(
        kani::any(),
        Answer::Yes | Answer::No(_) | Answer::Later { .. }
    ));
}

#[kani::proof]
fn a_bounded_value_keeps_the_bound() {
    let message: Message = kani::bounded_any::<_, 3>();
    assert!(message.bytes.len() <= 3 && message.text.len() <= 3);
    let _ = message.number;
}

#[kani::unwind(9)]
#[kani::proof]
#[kani::solver(cadical)]
fn attributes_stand_above_and_below() {
    let array: [u8; 8] = kani::any();
    let slice = kani::slice::any_slice_of_array(&array);
    assert!(slice.len() <= 8);
    let fits = kani::forall!(|index in (0, slice.len())| slice[index] as usize <= 255);
    assert!(fits && !kani::exists!(|index in (3, 3)| index == 3));
}

#[kani::proof]
#[kani::should_panic]
fn a_harness_may_have_to_panic() {
    assert!(kani::any::<bool>());
}

#[kani::proof]
fn a_harness_may_call_another() {
    a_bounded_value_keeps_the_bound();
}

#[kani::proof]
async fn a_harness_may_wait() {
    kani::yield_now().await;
    assert!(kani::any::<u8>().checked_add(1) != Some(0));
}

#[kani::proof(schedule = kani::RoundRobin::default())]
async fn tasks_take_turns() {
    let task = kani::spawn(async {
        kani::yield_now().await;
    });
    task.await;
}

#[kani::proof]
unsafe fn a_harness_may_be_unsafe() {
    let number: std::num::NonZeroU8 = kani::any();
    assert!(number.get() != 0);
}

#[kani::requires(divisor != 0)]
#[kani::ensures(|result| *result <= old(dividend) && result.checked_mul(divisor).is_some())]
fn divide(dividend: u32, divisor: u32) -> u32 {
    dividend / divisor
}

#[kani::requires(low <= high)]
#[kani::ensures(|width| *width <= high)]
fn width((low, high): (u32, u32), [first, second]: [String; 2]) -> u32 {
    drop((first, second));
    high - low
}

#[kani::modifies(&mut *longest)]
fn note_longest<'a>(name: &'a str, longest: &mut usize) -> impl Iterator<Item = char> + 'a {
    *longest = name.len().max(*longest);
    name.chars()
}

struct Set(BTreeSet<u8>);

impl Set {
    #[kani::modifies(self)]
    #[kani::ensures(|was_new| *was_new != old(self.0.contains(&value)) && self.0.contains(&value))]
    fn insert(&mut self, value: u8) -> bool {
        self.0.insert(value)
    }
}

#[kani::proof]
fn contracts_hold() {
    let divisor = kani::any_where(|divisor| *divisor != 0);
    divide(kani::any(), divisor);
    let mut set = Set(BTreeSet::new());
    set.insert(kani::any());
    set.insert(kani::any());
    width(
        (kani::any_where(|low| *low < 9), 9),
        [String::from("width"), String::new()],
    );
    let mut longest = 0;
    assert_eq!(note_longest("kani", &mut longest).count(), 4);
    assert_eq!(longest, 4);
}

#[kani::proof_for_contract(divide)]
fn dividing_keeps_its_contract() {
    divide(kani::any(), kani::any());
}

#[kani::proof]
#[kani::stub_verified(divide)]
fn a_quotient_is_no_greater() {
    assert!(divide(7, 2) <= 7);
}

#[kani::proof]
#[kani::should_panic]
fn a_broken_precondition_panics() {
    divide(1, kani::any_where(|divisor| *divisor < 2));
}

#[test]
#[should_panic(expected = "only on the thread of a running `#[kani::proof]`")]
fn there_is_no_value_outside_of_a_harness() {
    let _: u8 = kani::any();
}
