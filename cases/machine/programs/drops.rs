//! The order in which values are dropped.

use std::mem::{self, ManuallyDrop, MaybeUninit};

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        print!("{} ", self.0);
    }
}

pub fn locals_in_reverse() {
    let _a = Loud("a");
    let _b = Loud("b");
    let _ = Loud("at once");
    print!("end ");
}

pub fn fields_in_order() {
    struct Outer {
        first: Loud,
        second: (Loud, Loud),
    }
    impl Drop for Outer {
        fn drop(&mut self) {
            print!("outer ");
        }
    }
    drop(Outer { first: Loud("first"), second: (Loud("second.0"), Loud("second.1")) });
    println!();
}

pub fn temporaries() {
    fn length(loud: &Loud) -> usize {
        loud.0.len()
    }
    let n = length(&Loud("temporary"));
    print!("{n} ");
    match length(&Loud("scrutinee")) {
        n => print!("{n} "),
    }
    if length(&Loud("condition")) > 3 {
        print!("then ");
    }
    println!();
}

pub fn moved_out_partly() {
    struct Pair {
        left: Loud,
        right: Loud,
    }
    let pair = Pair { left: Loud("left"), right: Loud("right") };
    let moved = pair.left;
    print!("moved ");
    drop(moved);
    print!("after ");
}

pub fn reassigned() {
    let mut loud = Loud("old");
    loud = Loud("new");
    print!("assigned ");
    drop(loud);
    println!();
}

pub fn conditionally_moved() {
    for flag in [true, false] {
        let loud = Loud("value");
        if flag {
            drop(loud);
        }
        print!("{flag} ");
    }
    println!();
}

pub fn forgotten() {
    mem::forget(Loud("never"));
    let mut kept = ManuallyDrop::new(Loud("by hand"));
    unsafe { ManuallyDrop::drop(&mut kept) };
    println!();
}

pub fn in_collections() {
    let mut list = vec![Loud("0"), Loud("1"), Loud("2"), Loud("3")];
    list.truncate(3);
    drop(list.remove(0));
    list.insert(0, Loud("x"));
    let boxed: Box<[Loud]> = list.into_boxed_slice();
    print!("| ");
    drop(boxed);
    println!();
}

pub fn through_trait_objects() {
    trait Nothing {}
    impl Nothing for Loud {}
    let objects: Vec<Box<dyn Nothing>> = vec![Box::new(Loud("one")), Box::new(Loud("two"))];
    drop(objects);
    let closure: Box<dyn FnOnce()> = { let loud = Loud("captured"); Box::new(move || { let _ = &loud; print!("called ") }) };
    closure();
    println!();
}

pub fn loops_and_breaks() {
    for n in 0..3 {
        let _loud = Loud(["a", "b", "c"][n]);
        if n == 1 {
            break;
        }
    }
    let value = 'outer: {
        let _loud = Loud("block");
        if value_of(&_loud) > 3 {
            break 'outer 1;
        }
        2
    };
    println!("{value}");
}

fn value_of(loud: &Loud) -> usize {
    loud.0.len()
}

pub fn uninitialised_parts() {
    let mut array: [MaybeUninit<Loud>; 3] = [const { MaybeUninit::uninit() }; 3];
    array[1].write(Loud("only one"));
    unsafe { array[1].assume_init_drop() };
    println!();
}

pub fn arguments_and_results() {
    fn swap(a: Loud, b: Loud) -> Loud {
        print!("in ");
        b
    }
    let result = swap(Loud("a"), Loud("b"));
    print!("out ");
    drop(result);
    println!();
}

pub fn needs_drop() {
    println!("{} {} {}", mem::needs_drop::<u32>(), mem::needs_drop::<String>(), mem::needs_drop::<[Loud; 0]>());
}
