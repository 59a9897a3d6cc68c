//! Memory errors that the machine must see, each followed by a twin that it must not report. Only
//! the twins are run natively.

use std::alloc::{Layout, alloc, dealloc, realloc};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::ptr;

pub fn read_past_the_end() {
    let list = vec![1u32, 2, 3];
    println!("{}", unsafe { list.as_ptr().add(black_box(2)).add(1).read() });
}
pub fn read_past_the_end_twin() {
    let list = vec![1u32, 2, 3];
    println!("{}", unsafe { list.as_ptr().add(black_box(1)).add(1).read() });
}

pub fn write_before_the_start() {
    let mut array = [0u8; 4];
    let start = array.as_mut_ptr();
    unsafe { start.wrapping_sub(1).write(1) };
}
pub fn write_before_the_start_twin() {
    let mut array = [0u8; 4];
    let start = array.as_mut_ptr();
    unsafe { start.wrapping_sub(1).wrapping_add(1).write(1) };
    println!("{array:?}");
}

pub fn neighbour_of_another_object() {
    let (first, second) = (Box::new(1u64), Box::new(2u64));
    let distance = (&raw const *second as usize).wrapping_sub(&raw const *first as usize);
    let pointer = (&raw const *first).cast::<u8>().wrapping_add(distance).cast::<u64>();
    println!("{}", unsafe { *pointer });
}
pub fn neighbour_of_another_object_twin() {
    let (first, second) = (Box::new(1u64), Box::new(2u64));
    let pointer = &raw const *second;
    println!("{} {}", *first, unsafe { *pointer });
}

pub fn field_read_as_a_larger_type() {
    let small = Box::new(5u16);
    println!("{}", unsafe { (&raw const *small).cast::<u32>().read_unaligned() });
}
pub fn field_read_as_a_larger_type_twin() {
    let small = Box::new([5u16, 0]);
    println!("{}", unsafe { (&raw const *small).cast::<u32>().read_unaligned() });
}

pub fn used_after_free() {
    let boxed = Box::new(5);
    let pointer = &raw const *boxed;
    drop(boxed);
    println!("{}", unsafe { *pointer });
}
pub fn used_after_free_twin() {
    let boxed = Box::new(5);
    let pointer = &raw const *boxed;
    println!("{}", unsafe { *pointer });
    drop(boxed);
}

pub fn vector_reallocated_under_a_pointer() {
    let mut list = Vec::with_capacity(1);
    list.push(1u64);
    let pointer = list.as_ptr();
    list.extend([2, 3, 4, 5, 6, 7, 8, 9]);
    println!("{}", unsafe { *pointer });
}
pub fn vector_reallocated_under_a_pointer_twin() {
    let mut list = Vec::with_capacity(9);
    list.push(1u64);
    let pointer = list.as_ptr();
    list.extend([2, 3, 4, 5, 6, 7, 8, 9]);
    println!("{}", unsafe { *pointer });
}

fn dangling() -> *const u32 {
    let local = black_box(7u32);
    &raw const local
}
fn alive(local: &u32) -> *const u32 {
    local
}
pub fn used_after_return() {
    println!("{}", unsafe { *dangling() });
}
pub fn used_after_return_twin() {
    let local = black_box(7u32);
    println!("{}", unsafe { *alive(&local) });
}

pub fn freed_twice() {
    let pointer = Box::into_raw(Box::new(1));
    unsafe {
        drop(Box::from_raw(pointer));
        drop(Box::from_raw(pointer));
    }
}
pub fn freed_twice_twin() {
    let pointer = Box::into_raw(Box::new(1));
    unsafe { drop(Box::from_raw(pointer)) };
    println!("once");
}

pub fn freed_in_the_middle() {
    let layout = Layout::new::<[u8; 8]>();
    unsafe {
        let memory = alloc(layout);
        dealloc(memory.add(1), layout);
    }
}
pub fn freed_in_the_middle_twin() {
    let layout = Layout::new::<[u8; 8]>();
    unsafe {
        let memory = alloc(layout);
        dealloc(memory.add(1).sub(1), layout);
    }
}

pub fn freed_from_the_stack() {
    let local = 5u32;
    drop(unsafe { Box::from_raw(black_box(&raw const local).cast_mut()) });
}
pub fn freed_from_the_stack_twin() {
    let local = Box::new(5u32);
    drop(unsafe { Box::from_raw(black_box(Box::into_raw(local))) });
}

pub fn freed_with_another_size() {
    unsafe {
        let memory = alloc(Layout::new::<[u32; 2]>());
        dealloc(memory, Layout::new::<[u32; 3]>());
    }
}
pub fn freed_with_another_size_twin() {
    unsafe {
        let memory = alloc(Layout::new::<[u32; 2]>());
        dealloc(memory, Layout::array::<u32>(2).unwrap());
    }
}

pub fn freed_with_another_alignment() {
    unsafe {
        let memory = alloc(Layout::new::<[u32; 2]>());
        dealloc(memory, Layout::new::<u64>());
    }
}
pub fn freed_with_another_alignment_twin() {
    unsafe {
        let memory = alloc(Layout::new::<u64>());
        dealloc(memory, Layout::new::<u64>());
    }
}

pub fn regrown_with_the_wrong_size() {
    unsafe {
        let memory = alloc(Layout::new::<[u8; 4]>());
        realloc(memory, Layout::new::<[u8; 5]>(), 9);
    }
}
pub fn regrown_with_the_wrong_size_twin() {
    unsafe {
        let memory = alloc(Layout::new::<[u8; 4]>());
        let memory = realloc(memory, Layout::new::<[u8; 4]>(), 9);
        dealloc(memory, Layout::new::<[u8; 9]>());
    }
}

pub fn null_is_read() {
    let pointer: *const u32 = black_box(ptr::null());
    println!("{}", unsafe { pointer.read_unaligned() });
}
pub fn null_is_read_twin() {
    let pointer: *const u32 = black_box(ptr::null());
    println!("{:?}", unsafe { pointer.as_ref() });
}

pub fn address_out_of_nowhere() {
    let pointer = black_box(0x1234_5678usize) as *mut u8;
    unsafe { pointer.write(1) };
}
pub fn address_out_of_nowhere_twin() {
    let mut byte = 0u8;
    let pointer = black_box(&raw mut byte as usize) as *mut u8;
    unsafe { pointer.write(1) };
    println!("{byte}");
}

pub fn write_to_a_constant() {
    static WORDS: [u32; 2] = [1, 2];
    unsafe { WORDS.as_ptr().cast_mut().write(3) };
}
pub fn write_to_a_constant_twin() {
    static mut WORDS: [u32; 2] = [1, 2];
    unsafe { (&raw mut WORDS).cast::<u32>().write(3) };
    println!("{:?}", unsafe { WORDS });
}

pub fn write_to_a_literal() {
    let text = black_box("literal");
    unsafe { text.as_ptr().cast_mut().write(b'L') };
}
pub fn write_to_a_literal_twin() {
    let mut text = black_box("literal").to_owned();
    unsafe { text.as_mut_ptr().write(b'L') };
    println!("{text}");
}

pub fn uninitialised_decides() {
    let value: MaybeUninit<u32> = black_box(MaybeUninit::uninit());
    if unsafe { value.as_ptr().read() } == 5 {
        println!("five");
    }
}
pub fn uninitialised_decides_twin() {
    let value: MaybeUninit<u32> = black_box(MaybeUninit::new(5));
    if unsafe { value.as_ptr().read() } == 5 {
        println!("five");
    }
}

pub fn uninitialised_heap_is_compared() {
    let mut list: Vec<u8> = Vec::with_capacity(4);
    unsafe { list.set_len(4) };
    println!("{}", list == [0, 0, 0, 0]);
}
pub fn uninitialised_heap_is_compared_twin() {
    let mut list: Vec<u8> = Vec::with_capacity(4);
    unsafe {
        list.as_mut_ptr().write_bytes(0, 4);
        list.set_len(4);
    }
    println!("{}", list == [0, 0, 0, 0]);
}

pub fn uninitialised_as_an_index() {
    let index: MaybeUninit<usize> = MaybeUninit::uninit();
    let list = [1, 2, 3];
    println!("{:?}", list.get(unsafe { black_box(&index).as_ptr().read() }));
}
pub fn uninitialised_as_an_index_twin() {
    let index: MaybeUninit<usize> = MaybeUninit::new(1);
    let list = [1, 2, 3];
    println!("{:?}", list.get(unsafe { black_box(&index).as_ptr().read() }));
}

unsafe extern "C" {
    fn memcpy(target: *mut u8, source: *const u8, length: usize) -> *mut u8;
}
pub fn overlapping_copy() {
    let mut bytes = [1u8, 2, 3, 4];
    let start = bytes.as_mut_ptr();
    unsafe { memcpy(start.add(1), start, 3) };
}
pub fn overlapping_copy_twin() {
    let mut bytes = [1u8, 2, 3, 4];
    let start = bytes.as_mut_ptr();
    unsafe { ptr::copy(start, start.add(1), 3) };
    println!("{bytes:?}");
}

pub fn call_of_data() {
    let data = [0xc3u8; 16];
    let function: fn() = unsafe { std::mem::transmute(black_box(data.as_ptr())) };
    function();
}
pub fn call_of_data_twin() {
    fn nothing() {
        println!("called");
    }
    let function: fn() = unsafe { std::mem::transmute(black_box(nothing as *const ())) };
    function();
}

pub fn call_with_other_arguments() {
    fn takes_two(a: u64, b: u32) -> u64 {
        a + u64::from(b)
    }
    let function: fn(u64) -> u64 = unsafe { std::mem::transmute(takes_two as fn(u64, u32) -> u64) };
    println!("{}", function(1));
}
pub fn call_with_other_arguments_twin() {
    fn takes_one(a: u64) -> u64 {
        a + 1
    }
    let function: fn(i64) -> i64 = unsafe { std::mem::transmute(takes_one as fn(u64) -> u64) };
    println!("{}", function(1));
}

pub fn string_read_after_its_owner() {
    let view: &'static str = {
        let owned = String::from("gone");
        unsafe { std::mem::transmute::<&str, &'static str>(&owned) }
    };
    println!("{}", view.len() + usize::from(view.as_bytes()[0]));
}
pub fn string_read_after_its_owner_twin() {
    let owned = String::from("here");
    let view: &'static str = unsafe { std::mem::transmute::<&str, &'static str>(&owned) };
    println!("{}", view.len() + usize::from(view.as_bytes()[0]));
}
