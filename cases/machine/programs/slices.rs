//! Slices and arrays.

pub fn sorting_in_every_way() {
    let mut numbers: Vec<u32> = (0..200).map(|n: u32| n.wrapping_mul(2_654_435_761) >> 20).collect();
    let mut unstable = numbers.clone();
    numbers.sort();
    unstable.sort_unstable();
    println!("{} {:?}", numbers == unstable, &numbers[..8]);
    unstable.sort_by(|a, b| b.cmp(a));
    println!("{:?}", &unstable[..4]);
    unstable.sort_by_cached_key(|n| n.to_string());
    println!("{:?}", &unstable[..4]);
}

pub fn sorting_is_stable() {
    let mut pairs: Vec<(u8, usize)> = "mississippi".bytes().enumerate().map(|(i, b)| (b, i)).collect();
    pairs.sort_by_key(|pair| pair.0);
    println!("{pairs:?}");
}

pub fn selecting_the_median() {
    let mut numbers: Vec<i32> = (0..101).map(|n| (n * 37) % 101).collect();
    let (_, median, _) = numbers.select_nth_unstable(50);
    println!("{median}");
}

pub fn searching() {
    let numbers = [1, 3, 5, 7, 9, 11];
    println!("{:?} {:?}", numbers.binary_search(&7), numbers.binary_search(&4));
    println!("{} {:?}", numbers.partition_point(|n| *n < 6), numbers.iter().position(|n| *n == 9));
    println!("{} {}", numbers.contains(&11), numbers.starts_with(&[1, 3]));
}

pub fn chunks_and_windows() {
    let numbers = [1, 2, 3, 4, 5, 6, 7];
    println!("{:?}", numbers.chunks(3).collect::<Vec<_>>());
    println!("{:?}", numbers.rchunks(3).collect::<Vec<_>>());
    println!("{:?}", numbers.chunks_exact(2).remainder());
    println!("{:?}", numbers.windows(5).map(|w| w.iter().sum::<i32>()).collect::<Vec<_>>());
    println!("{:?}", numbers.as_chunks::<3>());
}

pub fn splitting() {
    let text = b"one,two,,three";
    let parts: Vec<_> = text.split(|b| *b == b',').map(|p| String::from_utf8_lossy(p)).collect();
    println!("{parts:?}");
    let (left, right) = text.split_at(4);
    println!("{} {}", left.len(), right.len());
    println!("{:?} {:?}", text.first(), text.split_last().map(|(last, _)| last));
    if let [first, .., last] = text {
        println!("{first} {last}");
    }
}

pub fn rotating_reversing_swapping() {
    let mut numbers: Vec<u8> = (0..10).collect();
    numbers.rotate_left(3);
    println!("{numbers:?}");
    numbers.rotate_right(1);
    numbers.reverse();
    numbers.swap(0, 9);
    println!("{numbers:?}");
    numbers.copy_within(0..3, 5);
    numbers[1..4].fill(99);
    println!("{numbers:?}");
}

pub fn deduplicating_and_retaining() {
    let mut numbers = vec![1, 1, 2, 3, 3, 3, 4, 1];
    numbers.dedup();
    println!("{numbers:?}");
    numbers.retain(|n| n % 2 == 1);
    println!("{numbers:?}");
    let drained: Vec<_> = numbers.drain(..2).collect();
    println!("{drained:?} {numbers:?}");
    let mut letters = vec!['a', 'b', 'c', 'd'];
    letters.splice(1..3, ['x', 'y', 'z']);
    println!("{letters:?} {:?}", letters.extract_if(.., |l| *l > 'x').collect::<Vec<_>>());
}

pub fn concatenating_and_joining() {
    println!("{:?}", [[1, 2], [3, 4]].concat());
    println!("{:?}", [vec![1], vec![], vec![2, 3]].join(&0));
    println!("{}", ["a", "b", "c"].join("--"));
    println!("{:?}", [1, 2].repeat(3));
}

pub fn comparing_lexicographically() {
    println!("{:?}", [1, 2, 3][..].cmp(&[1, 3][..]));
    println!("{}", [1.0, f64::NAN] < [1.0, 2.0]);
    println!("{}", *b"abc" < *b"abd");
    println!("{:?}", "abc".as_bytes().partial_cmp(b"ab"));
}

pub fn growing_a_vector() {
    let mut vector = Vec::new();
    let mut capacities = Vec::new();
    for number in 0..100u64 {
        vector.push(number);
        if capacities.last() != Some(&vector.capacity()) {
            capacities.push(vector.capacity());
        }
    }
    vector.shrink_to_fit();
    println!("{capacities:?} {} {}", vector.capacity(), vector.iter().sum::<u64>());
}

pub fn inserting_and_removing() {
    let mut vector = vec!["b", "d"];
    vector.insert(0, "a");
    vector.insert(2, "c");
    println!("{vector:?} {} {:?}", vector.remove(1), vector.swap_remove(0));
    println!("{vector:?} {:?} {:?}", vector.split_off(1), vector.pop());
}

pub fn arrays_by_value() {
    let array = [[1u8; 3]; 2];
    let mapped = array.map(|row| row.map(|n| n as u16 + 300));
    println!("{mapped:?} {}", mapped.as_flattened().len());
    let built: [String; 3] = std::array::from_fn(|index| format!("#{index}"));
    println!("{built:?}");
    let slice = &built[..];
    let back: &[String; 3] = slice.try_into().unwrap();
    println!("{}", back.len());
}

pub fn bounds_are_checked() {
    let numbers = [1, 2, 3];
    let index = numbers.len() + std::hint::black_box(1);
    println!("{:?}", numbers.get(index));
    println!("{}", numbers[index]);
}

pub fn slicing_past_the_end() {
    let numbers = vec![1, 2, 3];
    let end = std::hint::black_box(5);
    println!("{:?}", &numbers[1..end]);
}

pub fn slicing_backwards() {
    let numbers = vec![1, 2, 3];
    let start = std::hint::black_box(3);
    println!("{:?}", &numbers[start..2]);
}

pub fn copying_between_lengths() {
    let mut target = [0; 3];
    let source = vec![1; std::hint::black_box(4)];
    target.copy_from_slice(&source);
}

pub fn boxed_and_counted_slices() {
    let boxed: Box<[u32]> = vec![1, 2, 3].into_boxed_slice();
    let counted: std::rc::Rc<[u32]> = boxed.iter().map(|n| n * 2).collect();
    let text: std::sync::Arc<str> = "shared".into();
    println!("{boxed:?} {counted:?} {text} {}", size_of_val(&*text));
    println!("{:?}", boxed.into_vec());
}
