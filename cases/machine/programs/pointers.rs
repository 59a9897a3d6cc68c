//! Raw pointers, layouts, unions and other low-level matters that are well defined.

use std::alloc::{self, Layout};
use std::mem::{self, MaybeUninit, align_of, size_of};
use std::ptr::{self, NonNull};

pub fn pointer_arithmetic() {
    let array = [10, 20, 30, 40];
    let start = array.as_ptr();
    unsafe {
        println!("{} {}", *start.add(2), *start.add(3).sub(1));
        println!("{}", start.add(4).offset_from(start));
        println!("{:?}", std::slice::from_raw_parts(start.add(1), 2));
    }
    println!("{}", start.wrapping_add(100).wrapping_sub(98) == unsafe { start.add(2) });
}

pub fn one_past_the_end_compares() {
    let array = [1u8; 4];
    let range = array.as_ptr_range();
    println!("{} {}", range.end as usize - range.start as usize, range.start < range.end);
    let sum: u32 = { let mut p = range.start; let mut sum = 0; while p != range.end { sum += u32::from(unsafe { *p }); p = unsafe { p.add(1) }; } sum };
    println!("{sum}");
}

#[repr(C)]
union Bits {
    float: f32,
    word: u32,
    bytes: [u8; 4],
}

pub fn unions() {
    let bits = Bits { float: 1.5 };
    unsafe { println!("{:08x} {:?}", bits.word, bits.bytes) };
    let mut bits = Bits { word: 0 };
    unsafe {
        bits.bytes[3] = 0x40;
        println!("{}", bits.float);
    }
}

#[repr(C, packed)]
struct Packed {
    small: u8,
    wide: u32,
    other: u16,
}

pub fn packed_fields() {
    let mut packed = Packed { small: 1, wide: 0xdeadbeef, other: 2 };
    packed.wide += 1;
    let wide = packed.wide;
    let pointer = &raw const packed.wide;
    println!("{wide:x} {} {:x}", size_of::<Packed>(), unsafe { pointer.read_unaligned() });
}

#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line([u8; 10]);

pub fn over_aligned() {
    let line = Line([1; 10]);
    let boxed = Box::new(line);
    let list = vec![line; 3];
    println!("{} {}", size_of::<Line>(), align_of::<Line>());
    println!("{} {}", &line as *const _ as usize % 64, &*boxed as *const _ as usize % 64);
    println!("{}", list.iter().all(|l| l as *const _ as usize % 64 == 0));
}

pub fn zero_sized_types() {
    struct Nothing;
    let boxed = Box::new(Nothing);
    let list = [(), ()];
    println!("{} {}", size_of_val(&*boxed), size_of_val(&list));
    let pointer: NonNull<u64> = NonNull::dangling();
    println!("{} {:?}", pointer.addr().get() % 8, unsafe { std::slice::from_raw_parts(pointer.as_ptr(), 0) });
}

pub fn layouts_of_enums() {
    #[repr(u8)]
    #[derive(Clone, Copy)]
    enum Level { Low = 1, High = 200 }
    println!("{} {}", Level::High as u8, size_of::<Option<Level>>());
    println!("{} {}", size_of::<Option<&u8>>(), size_of::<Option<Option<bool>>>());
    println!("{}", mem::discriminant(&Some(1)) == mem::discriminant(&Some(2)));
    let level: Level = unsafe { mem::transmute(1u8) };
    println!("{}", level as u8);
}

pub fn manual_allocation() {
    let layout = Layout::array::<u32>(4).unwrap();
    unsafe {
        let memory = alloc::alloc_zeroed(layout).cast::<u32>();
        *memory.add(3) = 7;
        let larger = alloc::realloc(memory.cast(), layout, 32).cast::<u32>();
        *larger.add(7) = 9;
        println!("{} {} {}", *larger, *larger.add(3), *larger.add(7));
        alloc::dealloc(larger.cast(), Layout::array::<u32>(8).unwrap());
    }
    println!("{:?} {}", Layout::new::<(u8, u32)>(), Layout::array::<u64>(usize::MAX).is_err());
}

pub fn copies_and_swaps() {
    let mut data = [1, 2, 3, 4, 5];
    unsafe {
        let start = data.as_mut_ptr();
        ptr::copy(start, start.add(1), 4);
        println!("{data:?}");
        ptr::swap(start, start.add(4));
        ptr::write_bytes(start.add(1), 0xff, 1);
        println!("{data:?} {}", ptr::read(start));
    }
}

pub fn addresses_as_integers() {
    let value = 5u64;
    let address = &value as *const u64 as usize;
    println!("{} {}", address % 8, unsafe { *(address as *const u64) });
    let tagged = address | 1;
    println!("{} {}", tagged & 1, unsafe { *((tagged & !1) as *const u64) });
}

pub fn pointers_through_bytes() {
    let text = String::from("kept");
    let pointer: *const String = &text;
    let bytes: [u8; 8] = unsafe { mem::transmute(pointer) };
    let mut copy = [0u8; 8];
    for (to, from) in copy.iter_mut().zip(bytes) {
        *to = from;
    }
    let back: *const String = unsafe { mem::transmute(copy) };
    println!("{}", unsafe { &*back });
}

pub fn dynamically_sized() {
    let array: [u16; 3] = [1, 2, 3];
    let slice: *const [u16] = ptr::slice_from_raw_parts(array.as_ptr(), 2);
    println!("{:?} {}", unsafe { &*slice }, slice.len());
    let object: *const dyn std::fmt::Debug = &5u8;
    println!("{:?}", unsafe { &*object });
    struct Tail<T: ?Sized> { head: u8, tail: T }
    let tail: &Tail<[u8]> = &Tail { head: 9, tail: [1, 2, 3] };
    println!("{} {:?} {}", tail.head, &tail.tail, size_of_val(tail));
}

pub fn maybe_uninit_arrays() {
    let mut array = [const { MaybeUninit::<u32>::uninit() }; 4];
    for (index, slot) in array.iter_mut().enumerate() {
        slot.write(index as u32 * 3);
    }
    let array: [u32; 4] = unsafe { mem::transmute(array) };
    println!("{array:?}");
}

pub fn volatile_and_unaligned() {
    let mut bytes = [0u8; 12];
    unsafe {
        bytes.as_mut_ptr().add(3).cast::<u64>().write_unaligned(0x0807_0605_0403_0201);
        println!("{bytes:?} {:x}", bytes.as_ptr().add(4).cast::<u32>().read_unaligned());
        let mut number = 1;
        ptr::write_volatile(&mut number, 2);
        println!("{}", ptr::read_volatile(&number));
    }
    println!("{}", bytes.as_ptr().align_offset(1));
}

pub fn intrusive_list() {
    struct Node { value: u32, next: *mut Node }
    let mut head: *mut Node = ptr::null_mut();
    for value in 0..5 {
        head = Box::into_raw(Box::new(Node { value, next: head }));
    }
    let mut sum = 0;
    while !head.is_null() {
        let node = unsafe { Box::from_raw(head) };
        sum = sum * 10 + node.value;
        head = node.next;
    }
    println!("{sum}");
}

pub fn function_pointer_through_an_integer() {
    fn triple(n: u32) -> u32 {
        n * 3
    }
    let address = triple as fn(u32) -> u32 as usize;
    let back: fn(u32) -> u32 = unsafe { mem::transmute(address) };
    println!("{}", back(14));
}

pub fn transmuted_arrays() {
    let words: [u32; 2] = unsafe { mem::transmute([1u8, 0, 0, 0, 2, 0, 0, 0]) };
    let floats: [f32; 2] = unsafe { mem::transmute([0x3f80_0000u32, 0xc000_0000]) };
    println!("{words:?} {floats:?} {:?}", unsafe { mem::transmute::<char, u32>('é') });
}
