//! Iterators.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::iter;

pub fn chains_of_adapters() {
    let found: Vec<String> = (1..100)
        .filter(|n| n % 7 == 0)
        .map(|n| n * n)
        .skip(2)
        .step_by(3)
        .take_while(|n| *n < 8000)
        .map(|n| format!("{n:x}"))
        .collect();
    println!("{found:?}");
}

pub fn zip_chain_cycle() {
    let letters = ['a', 'b', 'c'];
    let pairs: Vec<_> = letters.iter().cycle().zip(1..8).collect();
    println!("{pairs:?}");
    let chained: Vec<_> = (0..2).chain(5..7).chain(iter::once(9)).rev().collect();
    println!("{chained:?}");
}

pub fn folding() {
    println!("{}", (1..=10).fold(String::new(), |text, n| format!("({text}{n})")));
    println!("{:?}", [3, 1, 2].into_iter().reduce(|a, b| a * 10 + b));
    println!("{:?}", (1..=20u64).try_fold(1u64, |product, n| product.checked_mul(n)));
    println!("{:?}", (1..=30u64).try_fold(1u64, |product, n| product.checked_mul(n)));
}

pub fn scanning_and_peeking() {
    let sums: Vec<_> = (1..6).scan(0, |sum, n| { *sum += n; Some(*sum) }).collect();
    println!("{sums:?}");
    let mut tokens = "12+34*5".chars().peekable();
    let mut found = Vec::new();
    while let Some(token) = tokens.next() {
        if let Some(mut number) = token.to_digit(10) {
            while let Some(digit) = tokens.next_if(|t| t.is_ascii_digit()).and_then(|t| t.to_digit(10)) {
                number = number * 10 + digit;
            }
            found.push(number.to_string());
        } else {
            found.push(token.to_string());
        }
    }
    println!("{found:?}");
}

pub fn flattening() {
    let nested = vec![vec![1], vec![], vec![2, 3]];
    println!("{:?}", nested.iter().flatten().collect::<Vec<_>>());
    println!("{:?}", (1..4).flat_map(|n| iter::repeat_n(n, n)).collect::<Vec<_>>());
    println!("{:?}", [Some(1), None, Some(3)].into_iter().flatten().sum::<i32>());
}

pub fn collecting_into_many_types() {
    let pairs = [("a", 1), ("b", 2), ("a", 3)];
    println!("{:?}", pairs.iter().copied().collect::<BTreeMap<_, _>>());
    println!("{:?}", pairs.iter().map(|p| p.0).collect::<BTreeSet<_>>());
    println!("{}", pairs.iter().map(|p| p.0).collect::<String>());
    println!("{:?}", pairs.iter().map(|p| p.1).collect::<VecDeque<_>>());
    println!("{:?}", ["1", "2", "x"].iter().map(|t| t.parse::<i32>()).collect::<Result<Vec<_>, _>>());
    println!("{:?}", ["1", "2"].iter().map(|t| t.parse::<i32>().ok()).collect::<Option<Vec<_>>>());
    let (small, large): (Vec<i32>, Vec<i32>) = (0..6).partition(|n| *n < 2);
    println!("{small:?} {large:?}");
    let (first, second): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    println!("{first:?} {second:?}");
}

pub fn extremes_and_counts() {
    let words = ["pear", "fig", "banana", "kiwi"];
    println!("{:?} {:?}", words.iter().max_by_key(|w| w.len()), words.iter().min());
    println!("{:?}", [2.5, -1.0, 9.0].into_iter().max_by(|a: &f64, b| a.total_cmp(b)));
    println!("{} {:?}", words.iter().count(), words.iter().last());
    println!("{} {}", (0..10).all(|n| n < 10), (0..10).any(|n| n == 11));
    println!("{:?} {:?}", (0..10).find(|n| n * n > 20), (0..10).rposition(|n| n % 4 == 0));
}

pub fn own_iterator() {
    struct Collatz(u64);
    impl Iterator for Collatz {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            if self.0 == 1 {
                return None;
            }
            self.0 = if self.0 % 2 == 0 { self.0 / 2 } else { 3 * self.0 + 1 };
            Some(self.0)
        }
    }
    println!("{} {:?}", Collatz(27).count(), Collatz(27).max());
    println!("{:?}", Collatz(6).collect::<Vec<_>>());
}

pub fn double_ended() {
    let mut numbers = (0..6).into_iter();
    println!("{:?} {:?} {:?}", numbers.next(), numbers.next_back(), numbers.len());
    let letters: String = "stressed".chars().rev().collect();
    println!("{letters} {:?}", numbers.nth_back(1));
}

pub fn successors_and_from_fn() {
    let powers: Vec<u32> = iter::successors(Some(1u32), |n| n.checked_mul(10)).collect();
    println!("{powers:?}");
    let mut state = (0u32, 1u32);
    let fibonacci = iter::from_fn(|| {
        state = (state.1, state.0 + state.1);
        Some(state.0)
    });
    println!("{:?}", fibonacci.take(12).collect::<Vec<_>>());
}

pub fn grouping_words() {
    let text = "the quick brown fox jumps over the lazy dog the end";
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in text.split(' ') {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    println!("{counts:?}");
}

pub fn ranges() {
    println!("{:?}", (0..=5).rev().collect::<Vec<_>>());
    println!("{:?}", ('a'..='e').collect::<String>());
    println!("{} {} {}", (3..3).is_empty(), (1..10).contains(&9), (0u8..=255).count());
    println!("{:?} {:?}", (i8::MIN..=i8::MAX).size_hint(), (10..0).len());
    println!("{:?}", (0..20).step_by(6).collect::<Vec<_>>());
}

pub fn comparing_iterators() {
    println!("{} {:?}", [1, 2].iter().eq([1, 2].iter()), (1..3).cmp(1..4));
    println!("{} {}", [1, 5, 9].is_sorted(), [3.0, 1.0].iter().is_sorted());
    println!("{:?}", [1.0, f64::NAN].iter().partial_cmp([1.0, 1.0].iter()));
}

pub fn by_ref_and_fuse() {
    let mut numbers = 1..10;
    let first: i32 = numbers.by_ref().take(3).sum();
    let rest: i32 = numbers.sum();
    println!("{first} {rest}");
    let mut calls = 0;
    let mut odd = iter::from_fn(|| { calls += 1; (calls % 2 == 1).then_some(calls) }).fuse();
    println!("{:?} {:?} {:?}", odd.next(), odd.next(), odd.next());
}

pub fn sums_and_products() {
    println!("{} {}", (1..=100u32).sum::<u32>(), (1..=12u64).product::<u64>());
    println!("{:?}", [0.1f64; 10].iter().sum::<f64>());
    println!("{:?}", ["3", "4"].iter().map(|t| t.parse::<u8>()).sum::<Result<u8, _>>());
    println!("{}", [200u8, 100].iter().map(|n| u32::from(*n)).sum::<u32>());
}

pub fn sum_that_overflows() {
    let numbers = std::hint::black_box([200u8, 100]);
    println!("{}", numbers.iter().sum::<u8>());
}

pub fn inspecting_laziness() {
    let mut seen = Vec::new();
    let found = (0..10).inspect(|n| seen.push(*n)).skip_while(|n| *n < 3).find(|n| n % 4 == 0);
    println!("{found:?} {seen:?}");
    println!("{:?}", (0..5).map_while(|n| if n < 3 { Some(n * 2) } else { None }).collect::<Vec<_>>());
}
