//! Shared ownership and interior mutability.

use std::cell::*;
use std::rc::{Rc, Weak};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock};

pub fn reference_counts() {
    let first = Rc::new(String::from("shared"));
    let second = Rc::clone(&first);
    println!("{} {} {}", Rc::strong_count(&first), Rc::ptr_eq(&first, &second), second);
    drop(first);
    println!("{} {:?}", Rc::strong_count(&second), Rc::try_unwrap(second));
}

pub fn weak_references() {
    let weak: Weak<u32>;
    {
        let strong = Rc::new(5);
        weak = Rc::downgrade(&strong);
        println!("{:?} {}", weak.upgrade(), Rc::weak_count(&strong));
    }
    println!("{:?}", weak.upgrade());
    println!("{:?}", Weak::<u8>::new().upgrade());
}

pub fn tree_with_parents() {
    struct Node {
        name: &'static str,
        parent: RefCell<Weak<Node>>,
        children: RefCell<Vec<Rc<Node>>>,
    }
    let make = |name| Rc::new(Node { name, parent: RefCell::default(), children: RefCell::default() });
    let (root, leaf) = (make("root"), make("leaf"));
    *leaf.parent.borrow_mut() = Rc::downgrade(&root);
    root.children.borrow_mut().push(leaf.clone());
    println!("{:?} {}", leaf.parent.borrow().upgrade().map(|p| p.name), root.children.borrow()[0].name);
    println!("{} {}", Rc::strong_count(&leaf), Rc::weak_count(&root));
    drop(root);
    println!("{}", leaf.parent.borrow().upgrade().is_none());
}

pub fn cyclic_construction() {
    struct Gadget {
        me: Weak<Gadget>,
        number: u8,
    }
    let gadget = Rc::new_cyclic(|me| Gadget { me: me.clone(), number: 7 });
    println!("{}", gadget.me.upgrade().unwrap().number);
}

pub fn copy_on_write() {
    let mut first = Arc::new(vec![1, 2]);
    let second = Arc::clone(&first);
    Arc::make_mut(&mut first).push(3);
    println!("{first:?} {second:?} {:?}", Arc::get_mut(&mut first).is_some());
}

pub fn cells() {
    let cell = Cell::new(5);
    cell.set(cell.get() + 1);
    println!("{} {} {}", cell.replace(9), cell.take(), cell.get());
    let array = Cell::new([1, 2, 3]);
    let slice: &Cell<[i32]> = &array;
    slice.as_slice_of_cells()[1].set(20);
    println!("{:?}", array.get());
}

pub fn borrow_flags() {
    let cell = RefCell::new(vec![1]);
    {
        let first = cell.borrow();
        println!("{} {}", cell.try_borrow().is_ok(), cell.try_borrow_mut().is_err());
        println!("{:?}", first);
    }
    cell.borrow_mut().push(2);
    let mapped = RefMut::map(cell.borrow_mut(), |v| &mut v[0]);
    println!("{mapped} {cell:?}");
}

pub fn borrowed_twice() {
    let cell = RefCell::new(1);
    let _first = cell.borrow_mut();
    let _second = cell.borrow_mut();
}

pub fn borrowed_mutably_while_shared() {
    let cell = RefCell::new(1);
    let _first = cell.borrow();
    *cell.borrow_mut() += 1;
}

pub fn once_cells() {
    let cell = OnceCell::new();
    println!("{:?} {} {}", cell.get(), cell.get_or_init(|| 5), cell.get_or_init(|| 6));
    println!("{:?} {:?}", cell.set(7), cell.into_inner());
    let lazy = LazyCell::new(|| { println!("computed"); 42 });
    println!("before {} {}", *lazy, *lazy);
}

static TABLE: LazyLock<Vec<u32>> = LazyLock::new(|| { println!("filled"); (0..5).map(|n| n * n).collect() });
static ONCE: OnceLock<String> = OnceLock::new();

pub fn lazy_statics() {
    println!("{:?} {}", ONCE.get(), TABLE.len());
    println!("{} {}", ONCE.get_or_init(|| "set".into()), TABLE[3]);
    println!("{:?}", ONCE.set("again".into()));
}

pub fn lazy_that_panics_stays_poisoned() {
    static BAD: LazyLock<u32> = LazyLock::new(|| panic!("on purpose"));
    let first = std::panic::catch_unwind(|| *BAD);
    println!("{}", first.is_err());
    println!("{}", *BAD);
}

pub fn locks_without_contention() {
    let mutex = Mutex::new(1);
    *mutex.lock().unwrap() += 1;
    println!("{:?} {}", mutex, mutex.try_lock().is_ok());
    let lock = RwLock::new(String::from("a"));
    {
        let (one, two) = (lock.read().unwrap(), lock.read().unwrap());
        println!("{one} {two} {}", lock.try_write().is_err());
    }
    lock.write().unwrap().push('b');
    println!("{}", lock.into_inner().unwrap());
}

pub fn poisoned_mutex() {
    let mutex = Mutex::new(5);
    let result = std::panic::catch_unwind(|| {
        let _guard = mutex.lock().unwrap();
        panic!("while holding the lock");
    });
    println!("{} {}", result.is_err(), mutex.is_poisoned());
    let value = mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    println!("{value}");
}

pub fn boxes() {
    let boxed: Box<[u8; 1000]> = Box::new([7; 1000]);
    let pointer = Box::into_raw(boxed);
    let back = unsafe { Box::from_raw(pointer) };
    println!("{}", back.iter().map(|b| u32::from(*b)).sum::<u32>());
    let leaked: &'static mut u32 = Box::leak(Box::new(1));
    *leaked += 1;
    println!("{leaked}");
    let list = (0..4).fold(None, |tail: Option<Box<(u32, Option<Box<_>>)>>, n| { let _ = tail; Some(Box::new((n, None::<Box<u8>>))) });
    println!("{:?}", list);
}

pub fn swapping_and_taking() {
    let mut first = String::from("1");
    let mut second = String::from("2");
    std::mem::swap(&mut first, &mut second);
    println!("{first} {second} {}", std::mem::replace(&mut first, "new".into()));
    println!("{:?} {:?}", std::mem::take(&mut first), first);
    let mut option = Some(3);
    println!("{:?} {:?}", option.take(), option.get_or_insert(4));
}

pub fn deep_list_is_dropped() {
    struct Node(Option<Box<Node>>);
    let mut list = Node(None);
    for _ in 0..2000 {
        list = Node(Some(Box::new(list)));
    }
    drop(list);
    println!("done");
}
