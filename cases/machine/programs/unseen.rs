//! Undefined behaviour that the machine does not see, pinned so that nobody believes otherwise. The
//! machine must run these as the processor happens to; they are not run natively.

use std::hint::black_box;
use std::mem::{self, MaybeUninit};
use std::num::NonZero;
use std::ptr;

pub fn aliasing_of_two_mutable_references() {
    let mut value = 1;
    let first = &raw mut value;
    let one = unsafe { &mut *first };
    let two = unsafe { &mut *first };
    *two = 2;
    *one += 1;
    println!("{value}");
}

pub fn write_through_a_shared_reference() {
    let value = black_box(1u32);
    let shared = &value;
    unsafe { (&raw const *shared).cast_mut().write(2) };
    println!("{}", black_box(shared));
}

pub fn zero_in_a_nonzero() {
    let zero: NonZero<u8> = unsafe { mem::transmute(black_box(0u8)) };
    println!("{:?}", Some(zero).is_none());
}

pub fn reference_to_nothing_that_is_never_used() {
    let dangling: &u64 = unsafe { mem::transmute(black_box(64usize)) };
    println!("{}", &raw const *dangling as usize);
}

pub fn uninitialised_integer_that_is_never_used() {
    let value: u32 = unsafe { black_box(MaybeUninit::uninit()).assume_init() };
    let copy = [value; 2];
    println!("{}", copy.len());
}

pub fn padding_is_read() {
    #[repr(C)]
    struct Padded {
        small: u8,
        wide: u32,
    }
    let padded = Padded { small: 1, wide: 2 };
    let bytes: [MaybeUninit<u8>; 8] = unsafe { mem::transmute_copy(&padded) };
    println!("{} {}", padded.small, bytes.len());
}

pub fn data_race() {
    static mut SHARED: u32 = 0;
    let thread = std::thread::spawn(|| unsafe { SHARED += 1 });
    unsafe { SHARED += 1 };
    thread.join().unwrap();
    println!("{}", unsafe { SHARED });
}

/// Without optimisation, stack slots live as long as their function.
pub fn used_after_scope() {
    let mut pointer = ptr::null();
    for n in 0..1 {
        let local = [n; 4];
        pointer = black_box(&raw const local[1]);
    }
    println!("{}", unsafe { *pointer });
}

/// A distance is a difference of numbers to LLVM.
pub fn distance_between_objects() {
    let (first, second) = (vec![1u8; 4], vec![2u8; 4]);
    println!("{}", unsafe { second.as_ptr().offset_from(first.as_ptr()) } != 0);
}
