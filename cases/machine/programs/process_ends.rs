//! Every way in which a process ends.

use std::process;

struct Loud;
impl Drop for Loud {
    fn drop(&mut self) {
        println!("dropped");
    }
}

pub fn returns() {
    let _loud = Loud;
}

pub fn exits_with_success() {
    let _loud = Loud;
    print!("flushed");
    process::exit(0);
}

pub fn exits_with_a_code() {
    process::exit(42);
}

pub fn exits_with_a_negative_code() {
    process::exit(-1);
}

pub fn aborts() {
    print!("not flushed");
    process::abort();
}

pub fn exits_inside_a_caught_call() {
    let _ = std::panic::catch_unwind(|| process::exit(3));
}

pub fn exits_while_unwinding() {
    struct Exits;
    impl Drop for Exits {
        fn drop(&mut self) {
            process::exit(5);
        }
    }
    let _exits = Exits;
    panic!("on the way");
}

pub fn exit_runs_thread_local_destructors() {
    thread_local!(static LOUD: Loud = Loud);
    LOUD.with(|_| ());
    process::exit(1);
}

pub fn overflows_the_stack() {
    fn down(n: u64) -> u64 {
        let big = std::hint::black_box([n; 100]);
        down(n + 1) + big[5]
    }
    println!("{}", down(0));
}

pub fn fails_an_unsafe_precondition() {
    let index = std::hint::black_box(7);
    let list = [1, 2, 3];
    println!("{}", unsafe { list.get_unchecked(index) });
}

pub fn reaches_unreachable_unchecked() {
    if std::hint::black_box(true) {
        unsafe { std::hint::unreachable_unchecked() };
    }
}
