//! Allocation: growth, failure, and what is given back.

pub fn impossible_capacity() {
    let mut list: Vec<u64> = Vec::new();
    println!("{:?}", list.try_reserve(usize::MAX).is_err());
    println!("{:?}", list.try_reserve(usize::MAX / 16).map_err(|error| error.to_string()));
    println!("{}", list.capacity());
}

pub fn capacity_overflow() {
    let size = std::hint::black_box(usize::MAX);
    let _list: Vec<u64> = Vec::with_capacity(size);
}

pub fn allocation_fails_and_the_process_ends() {
    let size = std::hint::black_box(1 << 60);
    let _list: Vec<u8> = Vec::with_capacity(size);
}

pub fn string_reservations() {
    let mut text = String::from("ab");
    text.reserve(100);
    println!("{} {:?}", text.capacity() >= 102, text.try_reserve_exact(usize::MAX / 2).is_err());
    text.shrink_to(5);
    println!("{} {text}", text.capacity());
}

pub fn alignments() {
    use std::alloc::{Layout, alloc, dealloc};
    for align in [1, 2, 16, 64, 4096] {
        let layout = Layout::from_size_align(24, align).unwrap();
        let memory = unsafe { alloc(layout) };
        print!("{} ", memory as usize % align);
        unsafe { dealloc(memory, layout) };
    }
    println!();
}

pub fn leaked_box() {
    let boxed = Box::new([1u8; 24]);
    std::mem::forget(boxed);
}

pub fn leaked_cycle() {
    use std::cell::RefCell;
    use std::rc::Rc;
    struct Node(RefCell<Option<Rc<Node>>>);
    let node = Rc::new(Node(RefCell::new(None)));
    *node.0.borrow_mut() = Some(node.clone());
}

pub fn kept_by_a_static_is_not_leaked() {
    use std::sync::Mutex;
    static KEPT: Mutex<Vec<String>> = Mutex::new(Vec::new());
    KEPT.lock().unwrap().push("kept".repeat(3));
}

pub fn freed_is_not_leaked() {
    let list: Vec<Box<u32>> = (0..10).map(Box::new).collect();
    println!("{}", list.iter().map(|n| **n).sum::<u32>());
}
