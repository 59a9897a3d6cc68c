//! The collections of std.

use std::collections::*;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};

pub fn hash_map_entries() {
    let mut map = HashMap::new();
    for word in "a b a c b a".split(' ') {
        map.entry(word.to_owned()).and_modify(|n| *n += 1).or_insert(1);
    }
    let mut all: Vec<_> = map.iter().collect();
    all.sort();
    println!("{all:?} {:?} {:?}", map.get("a"), map.get("z"));
    println!("{:?} {} {}", map.remove("a"), map.len(), map.contains_key("a"));
}

pub fn hash_map_growth() {
    let mut map = HashMap::new();
    for n in 0..500u32 {
        map.insert(n.wrapping_mul(7919), n);
    }
    for n in (0..500u32).step_by(3) {
        map.remove(&n.wrapping_mul(7919));
    }
    let sum: u32 = map.values().sum();
    map.retain(|_, n| *n % 2 == 0);
    println!("{} {sum} {:?}", map.len(), map.get(&7919u32.wrapping_mul(4)));
}

pub fn hash_map_with_its_own_hasher() {
    #[derive(Default)]
    struct First(u64);
    impl Hasher for First {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0 = u64::from(bytes[0]);
        }
    }
    let mut map: HashMap<&str, u32, BuildHasherDefault<First>> = HashMap::default();
    map.insert("apple", 1);
    map.insert("avocado", 2);
    map.insert("banana", 3);
    println!("{:?} {:?} {:?}", map["apple"], map["avocado"], map.get("apricot"));
}

pub fn hashes_are_fixed() {
    let mut hasher = DefaultHasher::new();
    ("text", 5u8, [1u16, 2]).hash(&mut hasher);
    println!("{:016x}", hasher.finish());
}

pub fn hash_set_algebra() {
    let a: HashSet<u32> = (0..10).collect();
    let b: HashSet<u32> = (5..15).collect();
    let sorted = |set: HashSet<u32>| { let mut all: Vec<_> = set.into_iter().collect(); all.sort(); all };
    println!("{:?}", sorted(&a & &b));
    println!("{:?}", sorted(&a | &b));
    println!("{:?} {:?}", sorted(&a - &b), sorted(&a ^ &b));
    println!("{} {}", a.is_subset(&b), a.is_disjoint(&(20..30).collect()));
}

pub fn tree_map_in_order() {
    let mut map = BTreeMap::new();
    for n in 0..300u32 {
        map.insert(n.wrapping_mul(2_654_435_761) % 1000, n);
    }
    println!("{} {:?} {:?}", map.len(), map.first_key_value(), map.last_key_value());
    println!("{:?}", map.range(100..120).collect::<Vec<_>>());
    for n in (0..1000).step_by(2) {
        map.remove(&n);
    }
    println!("{} {:?} {:?}", map.len(), map.pop_first(), map.range(..=50).next_back());
    let right = map.split_off(&500);
    println!("{} {}", map.len(), right.len());
}

pub fn tree_map_entries_and_ranges() {
    let mut map: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (index, word) in "x y x z y x".split(' ').enumerate() {
        map.entry(word.into()).or_default().push(index as u32);
    }
    println!("{map:?}");
    for (_, list) in map.range_mut("y".to_owned()..) {
        list.clear();
    }
    println!("{map:?} {:?}", map.clone().into_keys().collect::<String>());
}

pub fn tree_set_operations() {
    let a: BTreeSet<_> = "hello world".chars().collect();
    let b: BTreeSet<_> = "lower".chars().collect();
    println!("{:?}", a.intersection(&b).collect::<String>());
    println!("{:?} {:?}", a.difference(&b).collect::<String>(), a.range('m'..).next());
}

pub fn binary_heap() {
    let mut heap = BinaryHeap::from(vec![3, 1, 4, 1, 5, 9, 2, 6]);
    heap.push(7);
    println!("{:?} {:?} {}", heap.pop(), heap.peek(), heap.len());
    if let Some(mut top) = heap.peek_mut() {
        *top = 0;
    }
    println!("{:?}", heap.into_sorted_vec());
    let mut smallest = BinaryHeap::new();
    for n in [5, 3, 8] {
        smallest.push(std::cmp::Reverse(n));
    }
    println!("{:?}", smallest.pop());
}

pub fn double_ended_queue() {
    let mut queue: VecDeque<u32> = (0..5).collect();
    queue.rotate_left(2);
    queue.push_front(10);
    queue.push_back(20);
    println!("{queue:?} {:?} {:?}", queue.pop_front(), queue.pop_back());
    for n in 0..20 {
        queue.push_back(n);
        queue.pop_front();
    }
    queue.make_contiguous().reverse();
    println!("{queue:?} {}", queue[2]);
    queue.insert(1, 99);
    println!("{:?} {:?}", queue.remove(0), queue.range(1..3).collect::<Vec<_>>());
}

pub fn linked_list() {
    let mut list: LinkedList<u8> = [1, 2, 3].into();
    list.push_front(0);
    let mut tail = list.split_off(2);
    tail.push_back(9);
    list.append(&mut tail);
    println!("{list:?} {:?} {}", list.pop_back(), tail.len());
}

pub fn vectors_of_zero_sized_items() {
    let mut units = vec![(); 5];
    units.push(());
    println!("{} {:?} {}", units.len(), units.pop(), units.capacity() == usize::MAX);
    println!("{}", units.iter().count());
}

pub fn dijkstra() {
    let edges = [(0, 1, 7), (0, 2, 9), (0, 5, 14), (1, 2, 10), (1, 3, 15), (2, 3, 11), (2, 5, 2), (3, 4, 6), (4, 5, 9)];
    let mut graph: HashMap<u32, Vec<(u32, u32)>> = HashMap::new();
    for (a, b, cost) in edges {
        graph.entry(a).or_default().push((b, cost));
        graph.entry(b).or_default().push((a, cost));
    }
    let mut best = BTreeMap::new();
    let mut open = BinaryHeap::from([(std::cmp::Reverse(0), 0)]);
    while let Some((std::cmp::Reverse(cost), node)) = open.pop() {
        if best.contains_key(&node) {
            continue;
        }
        best.insert(node, cost);
        for (next, step) in &graph[&node] {
            open.push((std::cmp::Reverse(cost + step), *next));
        }
    }
    println!("{best:?}");
}

pub fn missing_key() {
    let map: HashMap<u32, u32> = HashMap::new();
    println!("{}", map[&1]);
}

pub fn drops_of_a_map() {
    struct Loud(u32);
    impl Drop for Loud {
        fn drop(&mut self) {
            print!("{} ", self.0);
        }
    }
    let mut map: BTreeMap<u32, Loud> = (0..6).map(|n| (n, Loud(n))).collect();
    map.remove(&3);
    map.insert(4, Loud(40));
    let mut iterator = map.into_iter();
    iterator.next();
    println!("|");
    drop(iterator);
    println!();
}

pub fn nested_collections() {
    let mut index: BTreeMap<char, BTreeMap<usize, BTreeSet<&str>>> = BTreeMap::new();
    for word in ["one", "two", "three", "four", "six", "ten", "once"] {
        index.entry(word.chars().next().unwrap()).or_default().entry(word.len()).or_default().insert(word);
    }
    println!("{index:?}");
}

pub fn cached_by_vector_keys() {
    let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut pattern = vec![0u8, 2, 7, 0];
    let mut steps = 0;
    while !seen.contains_key(&pattern) {
        seen.insert(pattern.clone(), steps);
        let (index, blocks) = pattern.iter().copied().enumerate().max_by_key(|(i, n)| (*n, std::cmp::Reverse(*i))).unwrap();
        pattern[index] = 0;
        for offset in 1..=usize::from(blocks) {
            let length = pattern.len();
            pattern[(index + offset) % length] += 1;
        }
        steps += 1;
    }
    println!("{steps} {}", steps - seen[&pattern]);
}
