//! Scenarios that calculate one number from a seed, each touching other instructions and other parts
//! of std. Built twice: natively, to print what each gives, and for the machine, to check it.

#![allow(clippy::all, unused)]

use std::collections::{BTreeMap, BinaryHeap, HashMap, VecDeque};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::hint::black_box;

/// Numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Numbers of all magnitudes, small ones and edges included.
    fn any(&mut self) -> u64 {
        let shift = self.next() % 64;
        match self.next() % 8 {
            0 => 0,
            1 => u64::MAX,
            2 => 1 << shift,
            _ => self.next() >> shift,
        }
    }
}

/// Folds results into one number.
struct Digest(u64);

impl Digest {
    fn add(&mut self, value: u64) {
        self.0 = (self.0 ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23);
    }

    fn add_wide(&mut self, value: u128) {
        self.add(value as u64);
        self.add((value >> 64) as u64);
    }

    fn add_text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.add(u64::from(byte)));
        self.add(text.len() as u64);
    }
}

macro_rules! scenarios {
    ($($name:ident => $body:expr;)*) => {
        $(
            fn $name(seed: u64) -> u64 {
                let mut digest = Digest(seed);
                let mut numbers = Numbers(seed);
                let body: fn(&mut Numbers, &mut Digest) = $body;
                body(&mut numbers, &mut digest);
                digest.0
            }
        )*

        #[cfg(not(machine))]
        fn main() {
            $(println!("pub const {}: u64 = {};", stringify!($name), $name(black_box(0x1234_5678_9ABC_DEF1)));)*
        }

        #[cfg(machine)]
        #[allow(non_upper_case_globals)]
        mod expected {
            include!(env!("EXPECTED"));
        }

        #[cfg(machine)]
        mod entries {
            $(
                pub mod $name {
                    pub fn __proofhouse_entry() {
                        let found = crate::$name(std::hint::black_box(0x1234_5678_9ABC_DEF1));
                        assert!(found == crate::expected::$name);
                    }
                }
            )*
        }

        /// Expects what no scenario gives, so that the check is seen to check.
        #[cfg(machine)]
        mod mistaken {
            pub fn __proofhouse_entry() {
                let found = crate::control(std::hint::black_box(0x1234_5678_9ABC_DEF1));
                assert!(found == crate::expected::control ^ 1);
            }
        }

        #[cfg(machine)]
        fn main() {
            black_box(mistaken::__proofhouse_entry as fn());
            $(black_box(entries::$name::__proofhouse_entry as fn());)*
        }
    };
}

macro_rules! integer_operations {
    ($unsigned:ty, $signed:ty, $numbers:expr, $digest:expr) => {
        for _ in 0..12 {
            let (a, b) = ($numbers.any(), $numbers.any());
            let mut add = |value: $unsigned| $digest.add_wide(value as u128);
            let wide = (u128::from(a) << 64 | u128::from(b)) >> ($numbers.next() % 128);
            let (a, b) = (wide as $unsigned, (b ^ a) as $unsigned);
            let (c, d) = (a as $signed, b as $signed);
            let bits = <$unsigned>::BITS;
            add(a.wrapping_add(b));
            add(a.wrapping_sub(b));
            add(a.wrapping_mul(b));
            add(a.checked_div(b).unwrap_or(3));
            add(a.checked_rem(b).unwrap_or(5));
            add(c.checked_div(d).unwrap_or(7) as $unsigned);
            add(c.checked_rem(d).unwrap_or(9) as $unsigned);
            add(c.wrapping_div_euclid(if d == 0 { 1 } else { d }) as $unsigned);
            add(a << (b as u32 % bits));
            add(a >> (b as u32 % bits));
            add((c >> (b as u32 % bits)) as $unsigned);
            add(a & b | !a ^ b);
            add(a.saturating_add(b));
            add(a.saturating_sub(b));
            add(c.saturating_add(d) as $unsigned);
            add(c.saturating_sub(d) as $unsigned);
            add(c.saturating_mul(d) as $unsigned);
            add(a.checked_add(b).unwrap_or(11));
            add(c.checked_mul(d).unwrap_or(13) as $unsigned);
            add(c.overflowing_sub(d).1 as $unsigned);
            add(a.overflowing_mul(b).1 as $unsigned);
            add(a.rotate_left(b as u32 % 200));
            add(a.rotate_right(b as u32 % 200));
            add(a.count_ones() as $unsigned);
            add(a.leading_zeros() as $unsigned);
            add(a.trailing_zeros() as $unsigned);
            add(c.leading_ones() as $unsigned);
            add(a.swap_bytes());
            add(a.reverse_bits());
            add(c.wrapping_abs() as $unsigned);
            add(a.abs_diff(b));
            add(c.abs_diff(d));
            add(a.min(b).max(3));
            add(c.min(d).max(-3) as $unsigned);
            add(a.cmp(&b) as i8 as $unsigned);
            add(c.cmp(&d) as i8 as $unsigned);
            add(c.signum() as $unsigned);
            add(a.wrapping_pow(b as u32 % 7));
            add(a.checked_ilog2().unwrap_or(17) as $unsigned);
            add(a.isqrt());
            add(a.checked_next_power_of_two().unwrap_or(19));
            add(c as i8 as $unsigned);
            add(a as u16 as $unsigned);
            add((a as f64) as $unsigned);
            add((c as f32) as $signed as $unsigned);
            $digest.add_text(&format!("{a} {c:x} {d:>9} {b:#b}"));
            $digest.add(<$signed>::from_str_radix(&c.to_string(), 10).unwrap() as u64);
        }
    };
}

trait Shape {
    fn area(&self) -> u64;
    fn name(&self) -> String {
        "shape".to_owned()
    }
}

struct Square(u64);
struct Pair(u32, u16);

impl Shape for Square {
    fn area(&self) -> u64 {
        self.0.wrapping_mul(self.0)
    }
}

impl Shape for Pair {
    fn area(&self) -> u64 {
        u64::from(self.0) * u64::from(self.1)
    }
    fn name(&self) -> String {
        format!("{}x{}", self.0, self.1)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Tree {
    Leaf,
    Word(u32),
    Wide(u128),
    Text(String),
    Node(Box<Tree>, Option<Box<Tree>>),
}

fn tree(numbers: &mut Numbers, depth: u32) -> Tree {
    match numbers.next() % 5 {
        0 => Tree::Leaf,
        1 => Tree::Word(numbers.any() as u32),
        2 => Tree::Wide(u128::from(numbers.any()) << 33),
        3 if depth > 0 => Tree::Text(format!("t{}", numbers.next() % 100)),
        _ if depth == 0 => Tree::Leaf,
        _ => {
            let left = Box::new(tree(numbers, depth - 1));
            let right = (numbers.next() % 2 == 0).then(|| Box::new(tree(numbers, depth - 1)));
            Tree::Node(left, right)
        }
    }
}

#[repr(C, packed)]
#[derive(Clone, Copy)]
struct Packed {
    byte: u8,
    word: u32,
    wide: u64,
}

#[repr(C)]
union Bits {
    float: f32,
    integer: u32,
    bytes: [u8; 4],
}

scenarios! {
    integers_8 => |numbers, digest| { integer_operations!(u8, i8, numbers, digest); };
    integers_16 => |numbers, digest| { integer_operations!(u16, i16, numbers, digest); };
    integers_32 => |numbers, digest| { integer_operations!(u32, i32, numbers, digest); };
    integers_64 => |numbers, digest| { integer_operations!(u64, i64, numbers, digest); };
    integers_128 => |numbers, digest| { integer_operations!(u128, i128, numbers, digest); };

    floats_64 => |numbers, digest| {
        for _ in 0..40 {
            let a = f64::from_bits(numbers.next());
            let b = numbers.any() as i64 as f64 / 7.0;
            for value in [a, b, -b, 0.0, f64::INFINITY, f64::NAN] {
                let mut add = |value: f64| {
                    digest.add(if value.is_nan() { 1 } else { value.to_bits() });
                };
                add(value + b);
                add(value - a);
                add(value * b);
                add(value / b);
                add(value.abs());
                add(value.sqrt());
                add(value.floor());
                add(value.ceil());
                add(value.trunc());
                add(value.round());
                add(value.round_ties_even());
                add(value.copysign(b));
                add(value.min(b));
                add(value.max(b));
                add(value.mul_add(b, 1.5));
                add(f64::from(value as f32));
                digest.add(value as i32 as u64);
                digest.add(value as u8 as u64);
                digest.add_wide(value as i128 as u128);
                digest.add(value.partial_cmp(&b).map_or(9, |order| order as i8 as u64));
                digest.add(u64::from(value < b) | u64::from(value >= a) << 1);
                digest.add(value.classify() as u64);
                digest.add(value.total_cmp(&b) as i8 as u64);
            }
            digest.add((b % 3.25).to_bits());
            digest.add(b.clamp(-100.0, 1e9).to_bits());
        }
    };

    floats_32 => |numbers, digest| {
        for _ in 0..40 {
            let a = f32::from_bits(numbers.next() as u32);
            let b = numbers.any() as i32 as f32 / 3.0;
            for value in [a * b, a + b, a - b, b / a, a.sqrt(), a.floor(), b.round(), a.min(b), a.powi(3)] {
                digest.add(if value.is_nan() { 1 } else { u64::from(value.to_bits()) });
                digest.add(value as u32 as u64);
                digest.add((f64::from(value) * 1.1) as i64 as u64);
            }
        }
    };

    float_text => |numbers, digest| {
        for _ in 0..6 {
            let value = numbers.any() as i64 as f64 / 1024.0;
            digest.add_text(&format!("{value} {value:.3} {value:e}"));
            digest.add(value.to_string().parse::<f64>().unwrap().to_bits());
            digest.add(u64::from("2.5e-3".parse::<f32>().unwrap().to_bits()));
        }
    };

    control => |numbers, digest| {
        let (mut a, mut b) = (0_u64, 1_u64);
        for step in 0..50_u64 {
            (a, b) = (b, a.wrapping_add(b));
            digest.add(match step ^ a {
                0 => 4,
                1..=9 => 5,
                10 | 12 | 14 => 6,
                even if even % 2 == 0 => even,
                u64::MAX => 7,
                other => other / 3,
            });
            digest.add(match u128::from(a) << (step % 70) {
                0 => 1,
                18_446_744_073_709_551_616 => 2,
                340_282_366_920_938_463_463_374_607_431_768_211_455 => 3,
                _ => 4,
            });
            digest.add(match char::from_u32((a % 0x11_0000) as u32) {
                Some('a'..='z') => 1,
                Some(other) if other.is_alphanumeric() => 2,
                Some(_) => 3,
                None => 4,
            });
        }
        'outer: for row in 0..10_u64 {
            for column in 0..10_u64 {
                if row * column == 42 {
                    digest.add(row * 100 + column);
                    break 'outer;
                }
                if column > row {
                    continue 'outer;
                }
            }
        }
    };

    enums => |numbers, digest| {
        for _ in 0..12 {
            let (left, right) = (tree(numbers, 4), tree(numbers, 4));
            digest.add_text(&format!("{left:?}"));
            digest.add(left.cmp(&right) as i8 as u64);
            digest.add(u64::from(left.clone() == left));
            let mut hasher = DefaultHasher::new();
            right.hash(&mut hasher);
            digest.add(hasher.finish());
        }
        let options: [Option<std::num::NonZeroU8>; 3] = [None, Some(7.try_into().unwrap()), None];
        digest.add(options.iter().flatten().map(|value| u64::from(value.get())).sum());
        let nested: Option<Option<Result<bool, ()>>> = black_box(Some(Some(Err(()))));
        digest.add(matches!(nested, Some(Some(Err(())))) as u64);
    };

    dynamic => |numbers, digest| {
        let mut shapes: Vec<Box<dyn Shape>> = Vec::new();
        for _ in 0..10 {
            match numbers.next() % 2 {
                0 => shapes.push(Box::new(Square(numbers.any()))),
                _ => shapes.push(Box::new(Pair(numbers.any() as u32, numbers.any() as u16))),
            }
        }
        for shape in &shapes {
            digest.add(shape.area());
            digest.add_text(&shape.name());
        }
        let factor = numbers.next() % 10;
        let closures: [Box<dyn Fn(u64) -> u64>; 3] = [
            Box::new(move |value| value.wrapping_mul(factor)),
            Box::new(|value| value ^ 5),
            Box::new(u64::from_be),
        ];
        digest.add(closures.iter().fold(77, |value, closure| closure(value)));
        let any: Box<dyn std::any::Any> = Box::new(41_u32);
        digest.add(any.downcast_ref::<u32>().map_or(0, |value| u64::from(*value)));
        digest.add(u64::from(any.is::<String>()));
    };

    memory => |numbers, digest| {
        let mut bytes: Vec<u8> = (0..64).map(|_| numbers.next() as u8).collect();
        bytes.copy_within(3..40, 10);
        bytes.rotate_left(7);
        bytes.swap(1, 60);
        bytes[5..30].reverse();
        bytes.insert(4, 9);
        bytes.remove(20);
        bytes.truncate(60);
        bytes.extend_from_within(50..);
        bytes.retain(|byte| byte % 3 != 0);
        bytes.dedup();
        for chunk in bytes.chunks(7) {
            digest.add(chunk.iter().map(|byte| u64::from(*byte)).sum());
        }
        digest.add(u64::from_le_bytes(bytes[..8].try_into().unwrap()));
        let packed = Packed { byte: 1, word: numbers.any() as u32, wide: numbers.any() };
        let copies = black_box([packed; 3]);
        let (word, wide) = (copies[1].word, copies[2].wide);
        digest.add(u64::from(word) ^ wide);
        let bits = black_box(Bits { float: 1.5 });
        // SAFETY: all fields are plain data of the same size.
        let (integer, raw) = unsafe { (bits.integer, bits.bytes) };
        digest.add(u64::from(integer) ^ u64::from(raw[3]));
        let mut slots = [std::mem::MaybeUninit::<u64>::uninit(); 4];
        for slot in &mut slots {
            slot.write(numbers.any());
        }
        // SAFETY: every slot was written.
        let slots = unsafe { std::mem::transmute::<_, [u64; 4]>(slots) };
        slots.iter().for_each(|slot| digest.add(*slot));
        let tuple = black_box((1_u8, 2_u64, [3_u16; 3], 'x', true));
        let copy = black_box(tuple);
        digest.add(copy.1 + u64::from(copy.2[2]) + copy.3 as u64 + u64::from(copy.4));
        let mut array = [[0_u32; 5]; 4];
        for row in 0..4 {
            for column in 0..5 {
                array[row][(column + row) % 5] = numbers.next() as u32;
            }
        }
        digest.add(array.iter().flatten().map(|value| u64::from(*value)).sum());
        let boxed: Box<[u64]> = (0..9).map(|value| value * value).collect();
        digest.add(boxed.iter().rev().step_by(2).skip(1).sum());
        let mut queue: VecDeque<u64> = (0..8).collect();
        queue.rotate_left(3);
        queue.push_front(99);
        queue.pop_back();
        queue.iter().for_each(|value| digest.add(*value));
    };

    text => |numbers, digest| {
        let text = "Grüße, Jürgen ❤ 1234 ßtraße \u{10FFFF} ﬁn";
        digest.add_text(&text.to_uppercase());
        digest.add_text(&text.to_lowercase());
        digest.add_text(&text.replace("ü", "ue"));
        digest.add_text(&text.chars().rev().collect::<String>());
        digest.add_text(&text.split_whitespace().collect::<Vec<_>>().join("-"));
        digest.add(text.find('❤').unwrap() as u64);
        digest.add(text.find("ßtr").unwrap() as u64);
        digest.add(text.char_indices().map(|(at, character)| at as u64 ^ character as u64).sum());
        digest.add(text.encode_utf16().map(u64::from).sum());
        let mut bytes = text.as_bytes().to_vec();
        bytes[4] = numbers.next() as u8 | 0x80;
        digest.add_text(&String::from_utf8_lossy(&bytes));
        digest.add(std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to() as u64, |_| 0));
        digest.add_text(&format!("{text:?} {:>40} {:<5}|{:^7}|{:+}|{:#010x}", "right", 1, 2, 3, 255));
        digest.add_text("  trimmed\t\n".trim());
        digest.add("a=1;b=22;c=333".split(';').filter_map(|pair| pair.split_once('=')).map(|(_, value)| value.parse::<u64>().unwrap()).sum());
        digest.add(text.is_char_boundary(3) as u64);
        digest.add_text(&"xyz".repeat(5));
    };

    collections => |numbers, digest| {
        let mut map: HashMap<u64, u64, BuildHasherDefault<DefaultHasher>> = HashMap::default();
        let mut tree = BTreeMap::new();
        let mut heap = BinaryHeap::new();
        for _ in 0..60 {
            let key = numbers.next() % 40;
            *map.entry(key).or_default() += 1;
            tree.insert(key, numbers.any());
            heap.push(numbers.any());
            if key % 5 == 0 {
                map.remove(&(key / 2));
                tree.remove(&(key / 3));
            }
        }
        let mut pairs: Vec<(u64, u64)> = map.into_iter().collect();
        pairs.sort_unstable_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        pairs.iter().for_each(|(key, count)| digest.add(key ^ count << 32));
        tree.range(5..30).for_each(|(key, value)| digest.add(key ^ value));
        while let Some(value) = heap.pop() {
            digest.add(value);
        }
        let mut values: Vec<i32> = (0..50).map(|_| numbers.any() as i32).collect();
        values.sort();
        digest.add(values.binary_search(&values[17]).unwrap() as u64);
        values.sort_by_key(|value| value.unsigned_abs() % 100);
        values.iter().for_each(|value| digest.add(*value as u64));
        let mut words: Vec<String> = (0..20).map(|_| format!("w{}", numbers.next() % 50)).collect();
        words.sort();
        words.dedup();
        words.iter().for_each(|word| digest.add_text(word));
    };

    sharing => |numbers, digest| {
        use std::cell::{Cell, RefCell};
        use std::rc::{Rc, Weak};
        use std::sync::atomic::{AtomicBool, AtomicI16, AtomicU64, AtomicU8, Ordering, fence};
        use std::sync::{Arc, Mutex, OnceLock, RwLock};
        static COUNTER: AtomicU64 = AtomicU64::new(5);
        static ONCE: OnceLock<String> = OnceLock::new();
        static LIST: Mutex<Vec<u32>> = Mutex::new(Vec::new());
        let shared = Rc::new(RefCell::new(vec![1_u64]));
        let weak: Weak<_> = Rc::downgrade(&shared);
        shared.borrow_mut().push(numbers.any());
        digest.add(weak.upgrade().unwrap().borrow().iter().sum::<u64>() ^ Rc::strong_count(&shared) as u64);
        drop(shared);
        digest.add(u64::from(weak.upgrade().is_none()));
        digest.add(COUNTER.fetch_add(7, Ordering::SeqCst));
        digest.add(COUNTER.fetch_max(numbers.any(), Ordering::Relaxed));
        digest.add(COUNTER.fetch_nand(0xFF, Ordering::AcqRel));
        digest.add(COUNTER.swap(3, Ordering::Acquire));
        digest.add(COUNTER.compare_exchange(3, 4, Ordering::AcqRel, Ordering::Relaxed).unwrap());
        digest.add(COUNTER.compare_exchange(3, 5, Ordering::SeqCst, Ordering::SeqCst).unwrap_err());
        let small = AtomicI16::new(-3);
        digest.add(small.fetch_min(-7, Ordering::Relaxed) as u64);
        digest.add(small.load(Ordering::Relaxed) as u64);
        let byte = AtomicU8::new(250);
        digest.add(u64::from(byte.fetch_sub(251, Ordering::Relaxed)) ^ u64::from(byte.into_inner()));
        let flag = AtomicBool::new(true);
        digest.add(u64::from(flag.fetch_xor(true, Ordering::Relaxed)));
        fence(Ordering::SeqCst);
        digest.add(ONCE.get_or_init(|| "once".repeat(2)).len() as u64);
        LIST.lock().unwrap().extend([3, 4]);
        digest.add(LIST.lock().unwrap().len() as u64);
        let lock = Arc::new(RwLock::new(Cell::new(9_u64)));
        lock.write().unwrap().set(10);
        digest.add(lock.read().unwrap().get());
        thread_local!(static LOCAL: RefCell<Vec<u64>> = RefCell::new(vec![8]));
        LOCAL.with_borrow_mut(|local| local.push(2));
        digest.add(LOCAL.with_borrow(|local| local.iter().sum()));
    };

    unwinding => |numbers, digest| {
        struct Count<'a>(&'a std::cell::Cell<u64>);
        impl Drop for Count<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() * 3 + 1);
            }
        }
        let drops = std::cell::Cell::new(0);
        let limit = numbers.next() % 3 + 1;
        for depth in 0..4_u64 {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _first = Count(&drops);
                let values = vec![depth; 2];
                let _second = Count(&drops);
                if depth >= limit {
                    std::panic::panic_any(values[1]);
                }
                values[0]
            }));
            digest.add(match result {
                Ok(value) => value,
                Err(payload) => *payload.downcast::<u64>().unwrap() + 1000,
            });
            digest.add(drops.get());
        }
    };

    vectors => |numbers, digest| {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::*;
            // SAFETY: SSE2 belongs to every processor of this architecture.
            unsafe {
                let a = _mm_set_epi64x(numbers.next() as i64, numbers.next() as i64);
                let b = _mm_set_epi64x(numbers.next() as i64, numbers.next() as i64);
                let mut add = |value: __m128i| {
                    let words: [u64; 2] = std::mem::transmute(value);
                    digest.add(words[0]);
                    digest.add(words[1]);
                };
                add(_mm_add_epi8(a, b));
                add(_mm_sub_epi16(a, b));
                add(_mm_adds_epu8(a, b));
                add(_mm_subs_epi16(a, b));
                add(_mm_mullo_epi16(a, b));
                add(_mm_mul_epu32(a, b));
                add(_mm_and_si128(a, b));
                add(_mm_andnot_si128(a, b));
                add(_mm_xor_si128(a, b));
                add(_mm_cmpeq_epi8(a, _mm_and_si128(a, b)));
                add(_mm_cmpgt_epi32(a, b));
                add(_mm_max_epu8(a, b));
                add(_mm_min_epi16(a, b));
                add(_mm_unpacklo_epi8(a, b));
                add(_mm_unpackhi_epi64(a, b));
                add(_mm_shuffle_epi32::<0b00_01_10_11>(a));
                add(_mm_shufflelo_epi16::<0b11_00_01_10>(a));
                add(_mm_slli_epi32::<5>(a));
                add(_mm_srai_epi16::<3>(a));
                add(_mm_srli_si128::<3>(a));
                add(_mm_slli_si128::<5>(b));
                let mask = _mm_movemask_epi8(_mm_cmpgt_epi8(a, b));
                let lane = _mm_extract_epi16::<5>(a);
                let floats = _mm_cvtepi32_ps(b);
                let sum = _mm_add_ps(floats, _mm_set1_ps(0.5));
                let lanes: [f32; 4] = std::mem::transmute(_mm_mul_ps(sum, floats));
                digest.add(mask as u64 ^ (lane as u64) << 32);
                lanes.iter().for_each(|lane| digest.add(u64::from(lane.to_bits())));
            }
        }
        let values: Vec<u8> = (0..100).map(|_| numbers.next() as u8).collect();
        digest.add(values.iter().map(|value| u64::from(*value)).sum());
        digest.add(values.iter().fold(0, |all, value| all ^ u64::from(*value)));
        digest.add(u64::from(*values.iter().max().unwrap()));
        digest.add(values.iter().filter(|value| **value > 100).count() as u64);
        digest.add(values.iter().position(|value| *value == values[77]).unwrap() as u64);
        let doubled: Vec<u16> = values.iter().map(|value| u16::from(*value) * 2).collect();
        digest.add(doubled.iter().zip(&values).map(|(a, b)| u64::from(*a) * u64::from(*b)).sum());
        digest.add(u64::from(values.is_ascii()));
        let floats: Vec<f32> = values.iter().map(|value| f32::from(*value) / 4.0).collect();
        digest.add(u64::from(floats.iter().sum::<f32>().to_bits()));
    };
}
