//! Every generator, held to what all of them promise: the simplest value, bounds, edges that occur,
//! a record that gives the value again, and the way back from the value to its choices.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::{CString, OsString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZero, Saturating, Wrapping};
use std::ops::{Bound, Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::*;
use crate::case_context::{CaseEnd, run_case};
use crate::property::CaseOutcome;

/// How many random cases an edge may take to occur.
const CASES: u64 = 3_000;

/// How many of the values are turned back into choices.
const ENCODED: usize = 300;

/// What is checked of one generator.
struct Check<D: Draw> {
    values: D,
    drawn: Vec<D::Value>,
}

/// Draws and checks what every generator promises; the simplest value is given as it is printed.
#[track_caller]
fn check<D: Draw<Value: Debug>>(values: D, simplest: &str) -> Check<D> {
    let check = check_one_way(values, simplest);
    for value in check.drawn.iter().take(ENCODED) {
        let choices = crate::encode(&check.values, value);
        let choices = choices.unwrap_or_else(|error| panic!("{value:?}: {error}"));
        let (again, used) = run(&check.values, Source::replay(choices.clone()).recording());
        assert_eq!(format!("{again:?}"), format!("{:?}", Some(value)));
        assert_eq!(used, choices);
    }
    check
}

/// As `check`, for generators that do not tell how they make a value: `way` names the reason.
#[track_caller]
fn check_from<D: Draw<Value: Debug>>(values: D, simplest: &str, way: &str) -> Check<D> {
    let check = check_one_way(values, simplest);
    let error = crate::encode(&check.values, &check.drawn[0]).expect_err("it does not tell");
    assert_eq!(error.code(), "encode/not-invertible");
    assert!(error.to_string().contains(way), "{error}");
    check
}

#[track_caller]
fn check_one_way<D: Draw<Value: Debug>>(values: D, simplest: &str) -> Check<D> {
    match run(&values, Source::replay(Vec::new())).0 {
        Some(first) => assert_eq!(format!("{first:?}"), simplest),
        None => assert_eq!("rejected", simplest),
    }
    let mut drawn = Vec::new();
    for index in 1..CASES {
        let (Some(value), _) = run(&values, Source::random(6, index)) else {
            continue;
        };
        let (recorded, choices) = run(&values, Source::random(6, index).recording());
        assert_eq!(format!("{recorded:?}"), format!("{:?}", Some(&value)));
        let (replayed, again) = run(&values, Source::replay(choices.clone()).recording());
        assert_eq!(format!("{replayed:?}"), format!("{:?}", Some(&value)));
        assert_eq!(again, choices);
        drawn.push(value);
    }
    assert!(drawn.len() as u64 > CASES / 2, "most cases were rejected");
    Check { values, drawn }
}

/// Runs a draw that may reject the case.
fn run<D: Draw>(values: &D, mut source: Source) -> (Option<D::Value>, Vec<Choice>) {
    let mut drawn = None;
    let end = run_case(|| {
        drawn = Some(source.draw(values));
        CaseOutcome::Held
    });
    assert!(!matches!(end, CaseEnd::Failed(_)), "{end:?}");
    (drawn, source.finish().record.choices())
}

impl<D: Draw<Value: Debug>> Check<D> {
    /// Every value fits.
    #[track_caller]
    fn keeps(self, fits: impl Fn(&D::Value) -> bool) -> Self {
        for value in &self.drawn {
            assert!(fits(value), "{value:?}");
        }
        self
    }

    /// A value occurs.
    #[track_caller]
    fn reaches(self, edge: impl Fn(&D::Value) -> bool) -> Self {
        assert!(self.drawn.iter().any(edge), "it never occurred");
        self
    }

    /// This value of the type occurs.
    #[track_caller]
    fn reaches_all<const N: usize>(mut self, edges: [D::Value; N]) -> Self
    where
        D::Value: PartialEq,
    {
        for edge in edges {
            assert!(self.drawn.contains(&edge), "{edge:?} never occurred");
        }
        let _ = &mut self.values;
        self
    }
}

#[test]
fn scalars() {
    check(any::<bool>(), "false").reaches_all([true, false]);
    check(any::<i64>(), "0").reaches_all([i64::MIN, i64::MAX, -1, 1, i64::MAX - 1]);
    check(any::<u128>(), "0").reaches_all([u128::MAX, 1]);
    check(-7..300i16, "0")
        .keeps(|value| (-7..300).contains(value))
        .reaches_all([-7, 299]);
    check(..9u8, "0").keeps(|value| *value < 9).reaches_all([8]);
    check(any::<char>(), "'a'").reaches(|character| !character.is_ascii());
    check('b'..'e', "'b'").reaches_all(['b', 'c', 'd']);
    check(..'\u{e000}', "'a'").keeps(|character| *character <= '\u{d7ff}');
    check(Characters::digits().or("_"), "'0'").reaches_all(['9', '_']);
    check(probably(0.1), "false").reaches_all([true, false]);
    let never = check(probably(0.0), "false");
    assert!(never.drawn.iter().filter(|value| **value).count() < 5);
    let often = check(probably(0.9), "false").drawn;
    let often = often.into_iter().filter(|value| *value).count();
    assert!((2_550..2_850).contains(&often), "{often} of 3,000");
    check(any::<std::cmp::Ordering>(), "Equal").reaches(|ordering| ordering.is_gt());
}

#[test]
fn wrapped_integers() {
    check(any::<NonZero<u8>>(), "1").reaches(|value| value.get() == 255);
    check(any::<NonZero<i8>>(), "1")
        .reaches(|value| value.get() == -1)
        .reaches(|value| value.get() == i8::MIN)
        .reaches(|value| value.get() == i8::MAX);
    check(any::<NonZero<i128>>(), "1").reaches(|value| value.get() == i128::MIN);
    check(any::<Wrapping<i32>>(), "0").reaches_all([Wrapping(i32::MIN)]);
    check(any::<Saturating<u16>>(), "0").reaches(|value| value.0 == u16::MAX);
}

#[test]
fn floats() {
    check(any::<f64>(), "0.0")
        .reaches(|value| value.is_nan())
        .reaches(|value| value.is_subnormal())
        .reaches(|value| *value == 0.0 && value.is_sign_negative())
        .reaches_all([f64::INFINITY, f64::MIN, 1.0, 0.5, 0.1]);
    check(any::<f32>().finite(), "0.0")
        .keeps(|value| value.is_finite())
        .reaches_all([f32::MAX, f32::MIN_POSITIVE, f32::EPSILON, 16_777_216.0]);
    check(any::<f32>().without_nan(), "0.0")
        .keeps(|value| !value.is_nan())
        .reaches_all([f32::INFINITY]);
    check(any::<f32>().with_nan_payloads(), "0.0")
        .reaches(|value| value.is_nan() && value.to_bits() != f32::NAN.to_bits());
    check(0.25..=0.75, "0.5")
        .keeps(|value| (0.25..=0.75).contains(value))
        .reaches_all([0.25, 0.75]);
    check(0.0..1.0f32, "0.0")
        .keeps(|value| *value < 1.0 && value.is_sign_positive())
        .reaches_all([1.0f32.next_down()]);
    check(5.5.., "6.0").reaches_all([f64::INFINITY, f64::MAX]);
}

#[test]
fn ranges_as_values() {
    check(any::<Range<u8>>(), "0..0")
        .reaches(|range| range.start > range.end)
        .reaches(|range| range.start < range.end);
    check(any::<RangeInclusive<i8>>(), "0..=0");
    check(any::<std::ops::RangeFrom<u8>>(), "0..");
    check(any::<std::ops::RangeTo<u8>>(), "..0");
    check(any::<std::ops::RangeToInclusive<u8>>(), "..=0");
    check(any::<std::ops::RangeFull>(), "..");
    check(any::<Bound<u8>>(), "Unbounded")
        .reaches(|bound| matches!(bound, Bound::Included(_)))
        .reaches(|bound| matches!(bound, Bound::Excluded(_)));
}

#[test]
fn options_and_results() {
    check(any::<Option<u8>>(), "None").reaches_all([Some(255), None]);
    let rarely = check(optional(any::<u8>()).weighted([99, 1]), "None");
    let rarely = rarely.drawn.iter().flatten().count();
    assert!((5..80).contains(&rarely), "{rarely} of 3,000");
    check(any::<Result<u8, bool>>(), "Ok(0)").reaches_all([Err(true), Ok(0)]);
    let errors = check(result(any::<u8>(), just("bad")).weighted([3, 1]), "Ok(0)");
    let errors = errors.drawn.iter().filter(|result| result.is_err()).count();
    assert!((650..850).contains(&errors), "{errors} of 3,000");
    let weighted = check(one_of((0..9u8, just(100))).weighted([9, 1]), "0");
    let hundreds = weighted.drawn.iter().filter(|value| **value == 100).count();
    assert!((220..380).contains(&hundreds), "{hundreds} of 3,000");
}

#[test]
fn pointers() {
    check(any::<Box<u8>>(), "0");
    check(any::<Rc<Option<Arc<bool>>>>(), "None");
    check(any::<Box<[u16]>>(), "[]").reaches(|slice| slice.len() > 8);
    check(any::<Rc<[u8]>>(), "[]").reaches(|slice| slice.len() > 8);
    check(any::<Rc<str>>(), "\"\"").reaches(|text| text.len() > 8);
    check(any::<Cow<'static, str>>(), "\"\"").reaches(|text| !text.is_ascii());
    check(any::<Cow<'static, [u8]>>(), "[]");
    check_from(text(1..9).map_into::<Box<str>>(), "\"a\"", "map_into")
        .keeps(|text| !text.is_empty());
}

#[test]
fn sequences() {
    check(vec(0..9u8, 2..=4), "[0, 0]")
        .keeps(|list| (2..=4).contains(&list.len()))
        .reaches(|list| list.len() == 4);
    check(vec(any::<u8>(), ..=3).non_empty(), "[0]").keeps(|list| (1..=3).contains(&list.len()));
    check(text(..4).non_empty(), "\"a\"").keeps(|text| !text.is_empty());
    check(any::<VecDeque<u8>>(), "[]")
        .reaches(|deque| !deque.as_slices().1.is_empty())
        .reaches(|deque| deque.as_slices().1.is_empty() && deque.len() > 3);
    check(deque(0..100u8, 3), "[0, 0, 0]").keeps(|deque| deque.len() == 3);
    check(any::<LinkedList<bool>>(), "[]").reaches(|list| list.len() > 8);
    check(any::<BinaryHeap<u8>>(), "[]").reaches(|heap| heap.len() > 8);
    check(any::<[Option<u8>; 2]>(), "[None, None]");
    let simplest = "(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'a')";
    check(
        any::<(u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, char)>(),
        simplest,
    );
}

#[test]
fn a_deque_keeps_the_order_of_its_elements() {
    let mut choices = vec![integer(4)];
    choices.extend([1, 2, 3, 4, 3].map(integer));
    let (value, _) = replay(&deque(0..9u8, 0..9), choices);
    assert_eq!(value.as_slices(), (&[1, 2, 3][..], &[4][..]));
}

#[test]
fn sets_and_maps() {
    // Equal elements, as the simplest answers give, are no set of three.
    check(btree_set(0..20u8, 3..=5), "rejected")
        .keeps(|set| (3..=5).contains(&set.len()))
        .reaches(|set| set.len() == 5);
    check(any::<BTreeSet<bool>>(), "{}").reaches(|set| set.len() == 2);
    // What is hashed has no order that would be the same twice.
    let set = hash_set(any::<u8>(), 1..9).map(BTreeSet::from_iter);
    check_from(set, "{0}", "map").keeps(|set| (1..9).contains(&set.len()));
    check_from(any::<HashSet<u16>>().map(|set| set.len()), "0", "map")
        .reaches(|length| *length > 8);
    check(btree_map(0..9u8, any::<bool>(), 0..4), "{}")
        .keeps(|map| map.len() < 4)
        .reaches(|map| map.len() == 3);
    check(hash_map(0..9u8, any::<u8>(), 1), "{0: 0}").keeps(|map| map.len() == 1);
    check(any::<BTreeMap<String, u8>>(), "{}").reaches(|map| map.len() > 8);
    check_from(any::<HashMap<u8, u8>>().map(|map| map.len()), "0", "map")
        .reaches(|length| *length > 8);
}

#[test]
fn samples_and_orders() {
    check(sample(["a", "b"], 1..=3), "[\"a\"]").reaches(|list| **list == ["b", "b", "b"]);
    check(subset([1, 2, 3, 4], 1..=3), "[1]")
        .keeps(|list| (1..=3).contains(&list.len()) && list.is_sorted())
        .reaches_all([vec![4], vec![2, 3, 4], vec![1, 3]]);
    check(subset(vec![1, 2], ..), "[]").reaches_all([vec![1, 2]]);
    // In an order of its own, a vector is encoded; this one mostly is not.
    check_one_way(shuffled(just(vec![1, 2, 3])), "[1, 2, 3]").reaches_all([
        vec![3, 2, 1],
        vec![2, 3, 1],
        vec![3, 1, 2],
    ]);
    check(any::<Index>(), "Index(0)").keeps(|index| index.of(7) < 7 && *index.get(&[3]) == 3);
    // Each member of a subset is as likely as any other.
    let subsets = check(subset([0usize, 1, 2, 3, 4, 5, 6, 7], 3), "[0, 1, 2]").drawn;
    let mut counts = [0; 8];
    for member in subsets.iter().flatten() {
        counts[*member] += 1;
    }
    for count in counts {
        assert!((1_000..1_250).contains(&count), "{counts:?}");
    }
}

/// A value with parts.
#[derive(Debug, Clone, PartialEq)]
enum Json {
    Number(u8),
    Array(Vec<Json>),
}

fn depth(json: &Json) -> usize {
    match json {
        Json::Number(_) => 0,
        Json::Array(parts) => 1 + parts.iter().map(depth).max().unwrap_or(0),
    }
}

fn size(json: &Json) -> usize {
    match json {
        Json::Number(_) => 1,
        Json::Array(parts) => 1 + parts.iter().map(size).sum::<usize>(),
    }
}

#[test]
fn recursion() {
    let number = |json: &Json| match json {
        Json::Number(number) => Some(*number),
        Json::Array(_) => None,
    };
    let parts = |json: &Json| match json {
        Json::Number(_) => None,
        Json::Array(parts) => Some(parts.clone()),
    };
    let json = recursive(
        any::<u8>().map_invertible(Json::Number, number),
        move |inner| vec(inner, 0..20).map_invertible(Json::Array, parts),
    );
    check(json.clone(), "Number(0)")
        .keeps(|json| depth(json) < 30 && size(json) < 3_000)
        .reaches(|json| depth(json) >= 4)
        .reaches(|json| size(json) >= 30)
        .reaches(|json| *json == Json::Array(vec![]));
    // No sequence nests without end.
    let mut endless = vec![integer(i128::from(i64::MAX))];
    for _ in 0..10_000 {
        endless.extend([Choice::Branch(1), integer(1)]);
    }
    let (deepest, _) = replay(&json, endless);
    assert_eq!(depth(&deepest), crate::source::LEVELS_MAX as usize);
}

#[test]
fn addresses_and_times() {
    check(any::<Ipv4Addr>(), "0.0.0.0")
        .reaches(Ipv4Addr::is_private)
        .reaches_all([Ipv4Addr::LOCALHOST, Ipv4Addr::BROADCAST]);
    check(any::<Ipv6Addr>(), "::")
        .reaches(|address| address.to_ipv4_mapped().is_some())
        .reaches_all([Ipv6Addr::LOCALHOST]);
    check(any::<IpAddr>(), "0.0.0.0").reaches(IpAddr::is_ipv6);
    check(any::<SocketAddr>(), "0.0.0.0:0")
        .reaches(|address| address.port() == 443)
        .reaches(SocketAddr::is_ipv6);
    let (first, last) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 9));
    check(first..last, "10.0.0.1").keeps(|address| (first..last).contains(address));
    check(any::<Duration>(), "0ns").reaches_all([Duration::MAX, Duration::from_secs(60)]);
    let limit = Duration::from_millis(3);
    check(Duration::ZERO..=limit, "0ns")
        .keeps(|duration| *duration <= limit)
        .reaches_all([limit, Duration::from_micros(1)]);
    let age = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH);
    check_from(
        any::<SystemTime>().map(move |time| age(time).ok()),
        "Some(0ns)",
        "map",
    )
    .reaches(Option::is_none)
    .reaches(|age| age.is_some_and(|age| age.as_secs() > 1 << 32));
}

#[test]
fn texts_of_the_system() {
    check(any::<PathBuf>(), "\"\"")
        .reaches(|path| path.is_absolute())
        .reaches(|path| path.starts_with(".."))
        .reaches(|path| path.components().count() > 3);
    check(any::<Arc<Path>>(), "\"\"").keeps(|path| !path.to_string_lossy().contains('\0'));
    check(any::<OsString>(), "\"\"");
    check(any::<CString>(), "\"\"").reaches(|text| !text.is_empty());
}

#[test]
fn distinct_elements_are_rejected_where_there_are_too_few() {
    let impossible = btree_set(any::<bool>(), 3);
    assert!(run(&impossible, Source::random(1, 1)).0.is_none());
    let two = btree_set(any::<bool>(), 2);
    for index in 1..50 {
        if let Some(set) = run(&two, Source::random(1, index)).0 {
            assert_eq!(set.len(), 2);
        }
    }
}
