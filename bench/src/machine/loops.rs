//! Loops as people write them, run by the machine and natively. Built by the benchmark, not with it.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;

fn numbers(count: usize) -> Vec<u64> {
    let mut state = black_box(0x9e37_79b9_7f4a_7c15u64);
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[unsafe(no_mangle)]
pub extern "C" fn sort() {
    let mut list = numbers(20_000);
    list.sort_unstable();
    assert!(list.is_sorted());
}

#[unsafe(no_mangle)]
pub extern "C" fn bubble_sort() {
    let mut list = numbers(300);
    for end in (1..list.len()).rev() {
        for index in 0..end {
            if list[index] > list[index + 1] {
                list.swap(index, index + 1);
            }
        }
    }
    assert!(list.is_sorted());
}

#[unsafe(no_mangle)]
pub extern "C" fn hash() {
    let mut counts: HashMap<u64, u32> = HashMap::new();
    for number in numbers(10_000) {
        *counts.entry(number % 1000).or_default() += 1;
    }
    assert_eq!(counts.values().sum::<u32>(), 10_000);
}

#[unsafe(no_mangle)]
pub extern "C" fn parse() {
    let text: String = numbers(2_000).iter().map(|number| format!("{number},")).collect();
    let parsed = text.split_terminator(',').map(|part| part.parse::<u64>().unwrap());
    assert_eq!(parsed.fold(0, u64::wrapping_add), numbers(2_000).into_iter().fold(0, u64::wrapping_add));
}

#[unsafe(no_mangle)]
pub extern "C" fn tree() {
    let tree: BTreeMap<u64, usize> = numbers(8_000).into_iter().enumerate().map(|(a, b)| (b, a)).collect();
    assert!(tree.range(u64::MAX / 2..).count() > 3_000);
}

#[unsafe(no_mangle)]
pub extern "C" fn checksum() {
    let bytes: Vec<u8> = numbers(5_000).into_iter().flat_map(u64::to_le_bytes).collect();
    let crc = bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    black_box(crc);
}

/// Runs the loop that is named, or all; `none` runs nothing.
fn main() {
    let loops: [(&str, extern "C" fn()); 6] = [
        ("sort", sort),
        ("bubble_sort", bubble_sort),
        ("hash", hash),
        ("parse", parse),
        ("tree", tree),
        ("checksum", checksum),
    ];
    let wanted = std::env::args().nth(1);
    for (name, run) in loops {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            run();
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn loops() {
        for run in [super::sort, super::bubble_sort, super::hash, super::parse, super::tree, super::checksum] {
            run();
        }
    }
}
