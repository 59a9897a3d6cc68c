//! Values and pointers that break a promise, each followed by a twin that keeps it. Only the twins
//! are run natively.

use std::hint::black_box;
use std::mem;

pub fn pointer_leaves_its_object() {
    let list = [1u32, 2];
    let pointer = unsafe { list.as_ptr().add(black_box(3)) };
    println!("{}", pointer.is_null());
}
pub fn pointer_leaves_its_object_twin() {
    let list = [1u32, 2];
    let pointer = unsafe { list.as_ptr().add(black_box(2)) };
    println!("{}", pointer.is_null());
}

pub fn pointer_before_its_object() {
    let list = vec![1u32, 2];
    println!("{}", unsafe { list.as_ptr().sub(black_box(1)) }.is_null());
}
pub fn pointer_before_its_object_twin() {
    let list = vec![1u32, 2];
    println!("{}", list.as_ptr().wrapping_sub(black_box(1)).is_null());
}

pub fn misaligned_read() {
    let bytes = [0u64; 2];
    let pointer = bytes.as_ptr().cast::<u8>().wrapping_add(black_box(1)).cast::<u32>();
    println!("{}", unsafe { *pointer });
}
pub fn misaligned_read_twin() {
    let bytes = [0u64; 2];
    let pointer = bytes.as_ptr().cast::<u8>().wrapping_add(black_box(4)).cast::<u32>();
    println!("{}", unsafe { *pointer });
}

pub fn boolean_that_is_two() {
    let flag: bool = unsafe { mem::transmute(black_box(2u8)) };
    if flag {
        println!("true");
    }
}
pub fn boolean_that_is_two_twin() {
    let flag: bool = unsafe { mem::transmute(black_box(1u8)) };
    if flag {
        println!("true");
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(u8)]
enum Three {
    A = 1,
    B = 2,
    C = 3,
}
pub fn enumeration_with_a_hole() {
    let value: Three = unsafe { mem::transmute(black_box(9u8)) };
    println!("{}", value == Three::A);
}
pub fn enumeration_with_a_hole_twin() {
    let value: Three = unsafe { mem::transmute(black_box(3u8)) };
    println!("{value:?}");
}

pub fn character_that_is_none() {
    let letter = unsafe { char::from_u32_unchecked(black_box(0xd800)) };
    println!("{}", letter as u32);
}
pub fn character_that_is_none_twin() {
    let letter = unsafe { char::from_u32_unchecked(black_box(0xd7ff)) };
    println!("{}", letter as u32);
}

pub fn unchecked_addition_overflows() {
    println!("{}", unsafe { black_box(i32::MAX).unchecked_add(1) });
}
pub fn unchecked_addition_overflows_twin() {
    println!("{}", unsafe { black_box(i32::MAX - 1).unchecked_add(1) });
}

pub fn unchecked_unwrap_of_nothing() {
    let nothing: Option<u8> = black_box(None);
    println!("{}", unsafe { nothing.unwrap_unchecked() });
}
pub fn unchecked_unwrap_of_nothing_twin() {
    let something: Option<u8> = black_box(Some(1));
    println!("{}", unsafe { something.unwrap_unchecked() });
}

pub fn broken_assumption() {
    unsafe { std::hint::assert_unchecked(black_box(1) == 2) };
}
pub fn broken_assumption_twin() {
    unsafe { std::hint::assert_unchecked(black_box(2) == 2) };
    println!("kept");
}

pub fn slice_longer_than_its_object() {
    let array = [1u8, 2, 3];
    let slice = unsafe { std::slice::from_raw_parts(array.as_ptr(), black_box(4)) };
    println!("{}", slice.iter().map(|b| u32::from(*b)).sum::<u32>());
}
pub fn slice_longer_than_its_object_twin() {
    let array = [1u8, 2, 3];
    let slice = unsafe { std::slice::from_raw_parts(array.as_ptr(), black_box(3)) };
    println!("{}", slice.iter().map(|b| u32::from(*b)).sum::<u32>());
}

pub fn text_that_is_not_utf8() {
    let bytes = black_box([b'a', 0xff, b'b']);
    let text = unsafe { std::str::from_utf8_unchecked(&bytes) };
    println!("{:?}", text.chars().map(u32::from).collect::<Vec<_>>());
}
pub fn text_that_is_not_utf8_twin() {
    let bytes = black_box([b'a', 0xc3, 0x9f]);
    let text = unsafe { std::str::from_utf8_unchecked(&bytes) };
    println!("{:?}", text.chars().map(u32::from).collect::<Vec<_>>());
}

/// A number of 128 bits, divided by the processor's own instruction.
fn divide_wide(high: u64, low: u64, divisor: u64) -> u64 {
    let quotient;
    unsafe {
        core::arch::asm!("div {}", in(reg) divisor, inout("rdx") high => _, inout("rax") low => quotient);
    }
    quotient
}

pub fn assembly_divides_by_zero() {
    println!("{}", divide_wide(0, 7, black_box(0)));
}
pub fn assembly_divides_by_zero_twin() {
    println!("{}", divide_wide(0, 7, black_box(1)));
}

pub fn assembly_quotient_too_wide() {
    println!("{}", divide_wide(7, 0, black_box(7)));
}
pub fn assembly_quotient_too_wide_twin() {
    println!("{}", divide_wide(6, u64::MAX, black_box(7)));
}

fn divide_signed(dividend: i64, divisor: i32) -> i32 {
    let quotient;
    unsafe {
        core::arch::asm!("idiv {:e}", in(reg) divisor, inout("edx") (dividend >> 32) as i32 => _,
            inout("eax") dividend as i32 => quotient);
    }
    quotient
}

pub fn assembly_signed_quotient_too_wide() {
    println!("{}", divide_signed(1 << 31, black_box(1)));
}
pub fn assembly_signed_quotient_too_wide_twin() {
    println!("{}", divide_signed(1 << 31, black_box(-1)));
}
