//! The properties of the `proofs` benchmark, the library of a package of their own.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use proofhouse::prelude::*;

/// A set holds the three constants that were put in.
#[property]
fn three_constant_inserts(_unused: bool) {
    let mut set = BTreeSet::new();
    for key in [3_u32, 1, 2] {
        set.insert(key);
    }
    assert!(set.contains(&1) && set.contains(&2) && set.contains(&3));
    assert_eq!(set.len(), 3);
}

/// A set holds any five numbers that were put in.
#[property]
fn five_symbolic_inserts(keys: [u32; 5]) {
    let mut set = BTreeSet::new();
    for key in keys {
        set.insert(key);
    }
    for key in keys {
        assert!(set.contains(&key));
    }
}

/// A number of eight bits is written so that it is read back.
#[property]
fn format_symbolic_number(number: i8) {
    let text = format!("{number}");
    assert_eq!(text.parse::<i8>(), Ok(number));
}

/// Reversing twice changes nothing.
#[property]
fn reverse_twice(array: [i32; 4]) {
    let mut twice = array;
    twice.reverse();
    twice.reverse();
    assert_eq!(twice, array);
}

/// A hash map finds any two keys, whether they are the same or not.
#[property]
fn hash_map_with_two_keys(first: u32, second: u32) {
    let mut map = HashMap::new();
    map.insert(first, 1_u8);
    map.insert(second, 2_u8);
    assert_eq!(map.get(&second), Some(&2));
    let expected = if first == second { 2 } else { 1 };
    assert_eq!(map.get(&first), Some(&expected));
}

/// A hash map without one of two keys finds the other one.
#[property]
fn hash_map_after_a_removal(first: u32, second: u32) {
    let mut map = HashMap::from([(first, 1_u8), (second, 2_u8)]);
    assert!(map.remove(&first).is_some());
    assert_eq!(map.get(&first), None);
    assert_eq!(map.contains_key(&second), first != second);
}

/// A hash set counts two keys once or twice.
#[property]
fn hash_set_with_two_keys(first: u32, second: u32) {
    let set = HashSet::from([first, second]);
    assert!(set.contains(&first) && set.contains(&second));
    assert_eq!(set.len(), if first == second { 1 } else { 2 });
}

/// A tree map finds any two keys, in their order.
#[property]
fn tree_map_with_two_keys(first: u32, second: u32) {
    let map = BTreeMap::from([(first, 1_u8), (second, 2_u8)]);
    assert_eq!(map.get(&second), Some(&2));
    assert_eq!(map.keys().next(), Some(&first.min(second)));
}

/// A tree map without one of two keys finds the other one.
#[property]
fn tree_map_after_a_removal(first: u32, second: u32) {
    let mut map = BTreeMap::from([(first, 1_u8), (second, 2_u8)]);
    assert!(map.remove(&first).is_some());
    assert_eq!(map.get(&first), None);
    assert_eq!(map.contains_key(&second), first != second);
}

/// Counting set bits one by one, with a branch for each, agrees with the instruction.
#[property]
fn population_count(word: u32) {
    let mut count = 0;
    for bit in 0..32 {
        if word >> bit & 1 != 0 {
            count += 1;
        }
    }
    assert_eq!(count, word.count_ones());
}

/// Whether a component is `..`, in one pass without allocation.
fn leads_upwards(path: &[u8]) -> bool {
    let mut start = 0;
    for position in 0..=path.len() {
        if position == path.len() || path[position] == b'/' {
            if position - start == 2 && path[start] == b'.' && path[start + 1] == b'.' {
                return true;
            }
            start = position + 1;
        }
    }
    false
}

/// The gate finds `..` exactly where splitting the path finds it.
#[property]
fn path_gate(path: Vec<u8>) {
    let expected = path
        .split(|byte| *byte == b'/')
        .any(|component| component == b"..");
    assert_eq!(leads_upwards(&path), expected);
}
