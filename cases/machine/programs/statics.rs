//! Statics, constants and thread-locals.

use std::cell::{Cell, RefCell};
use std::sync::atomic::*;

static mut COUNTER: u32 = 0;
static TEXTS: [&str; 3] = ["a", "bc", "def"];
static NESTED: &[&[u8]] = &[&[1, 2], &[], &[3]];
static FUNCTIONS: [fn(i32) -> i32; 2] = [double, square];
const LIMIT: usize = TEXTS_LENGTH * 2;
const TEXTS_LENGTH: usize = 3;

fn double(n: i32) -> i32 {
    n * 2
}
fn square(n: i32) -> i32 {
    n * n
}

pub fn mutable_static() {
    unsafe {
        COUNTER += 5;
        COUNTER *= 2;
        let value = COUNTER;
        println!("{value}");
    }
}

pub fn tables_of_references() {
    println!("{} {:?} {}", TEXTS.concat(), NESTED.concat(), FUNCTIONS[1](FUNCTIONS[0](3)));
    println!("{LIMIT} {}", NESTED.as_ptr() == NESTED.as_ptr());
}

pub fn atomic_operations() {
    static A: AtomicU32 = AtomicU32::new(10);
    println!("{} {} {}", A.fetch_add(5, Ordering::SeqCst), A.fetch_sub(1, Ordering::Relaxed), A.load(Ordering::Acquire));
    println!("{} {} {}", A.fetch_and(0xc, Ordering::AcqRel), A.fetch_or(3, Ordering::SeqCst), A.fetch_xor(1, Ordering::SeqCst));
    println!("{} {} {}", A.fetch_max(100, Ordering::SeqCst), A.fetch_min(7, Ordering::SeqCst), A.fetch_nand(6, Ordering::SeqCst));
    println!("{:?} {:?}", A.compare_exchange(5, 6, Ordering::SeqCst, Ordering::Relaxed), A.swap(1, Ordering::SeqCst));
    println!("{:?}", A.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| (n < 5).then_some(n + 9)));
    let b = AtomicI64::new(i64::MIN);
    println!("{} {}", b.fetch_sub(1, Ordering::SeqCst), b.into_inner());
    let flag = AtomicBool::new(false);
    println!("{} {}", flag.swap(true, Ordering::SeqCst), flag.fetch_not(Ordering::SeqCst));
    let mut value = 5;
    let pointer = AtomicPtr::new(&mut value);
    unsafe { *pointer.load(Ordering::SeqCst) += 1 };
    println!("{value} {:?}", AtomicU8::new(255).fetch_add(1, Ordering::SeqCst));
    fence(Ordering::SeqCst);
}

thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(3) };
    static LIST: RefCell<Vec<Loud>> = RefCell::new(Vec::new());
}

struct Loud(u32);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

pub fn thread_locals() {
    NUMBER.set(NUMBER.get() + 1);
    println!("{} {}", NUMBER.take(), NUMBER.get());
    LIST.with_borrow_mut(|list| list.push(Loud(1)));
    println!("{}", LIST.with_borrow(Vec::len));
    drop(LIST.take());
}

pub fn thread_local_destructor_at_the_end() {
    LIST.with_borrow_mut(|list| list.extend([Loud(1), Loud(2)]));
    println!("end");
}

pub fn thread_local_is_gone_in_its_destructor() {
    struct Looks;
    impl Drop for Looks {
        fn drop(&mut self) {
            println!("{:?}", LOOKS.try_with(|_| ()).is_err());
        }
    }
    thread_local!(static LOOKS: Looks = Looks);
    LOOKS.with(|_| println!("alive"));
}

pub fn thread_local_per_thread() {
    let seen: Vec<u32> = (0..3)
        .map(|n| std::thread::spawn(move || { NUMBER.set(NUMBER.get() + n); LIST.with_borrow_mut(|l| l.push(Loud(100 + n))); NUMBER.get() }).join().unwrap())
        .collect();
    println!("{seen:?} {}", NUMBER.get());
}

static CALLED_BEFORE: AtomicU32 = AtomicU32::new(1);

fn note_call(digit: u32) {
    CALLED_BEFORE.store(CALLED_BEFORE.load(Ordering::Relaxed) * 10 + digit, Ordering::Relaxed);
}

extern "C" fn called_first() {
    note_call(2);
}
extern "C" fn called_second() {
    note_call(3);
}
extern "C" fn called_third() {
    // One that unwinds inside is a call like any other.
    let caught = std::panic::catch_unwind(|| std::panic::resume_unwind(Box::new(4_u32)));
    note_call(*caught.unwrap_err().downcast::<u32>().unwrap());
}

#[used]
#[unsafe(link_section = ".init_array")]
static LAST_TWO: [extern "C" fn(); 2] = [called_second, called_third];
#[used]
#[unsafe(link_section = ".init_array.00500")]
static FIRST: extern "C" fn() = called_first;

pub fn functions_before_main() {
    println!("{}", CALLED_BEFORE.load(Ordering::Relaxed));
}
