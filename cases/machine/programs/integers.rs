//! Integer arithmetic of every width.

use std::hint::black_box;
use std::num::{NonZero, Saturating, Wrapping};

pub fn checked() {
    println!("{:?} {:?} {:?}", 200u8.checked_add(55), 200u8.checked_add(56), i32::MIN.checked_neg());
    println!("{:?} {:?}", i8::MIN.checked_div(-1), 5u32.checked_rem(0));
    println!("{:?} {:?} {:?}", 2u32.checked_pow(31), 2u32.checked_pow(32), 1u8.checked_shl(8));
    println!("{:?} {:?}", i128::MAX.checked_mul(2), u128::MAX.checked_add(1));
}

pub fn wrapping_and_overflowing() {
    println!("{} {} {}", 250u8.wrapping_add(10), i8::MIN.wrapping_neg(), i32::MIN.wrapping_div(-1));
    println!("{:?} {:?}", 200u8.overflowing_mul(2), i64::MAX.overflowing_add(1));
    println!("{:?} {:?}", u128::MAX.overflowing_mul(3), 1u32.overflowing_shl(33));
    println!("{} {}", Wrapping(250u8) + Wrapping(7), Saturating(i8::MIN) - Saturating(1));
}

pub fn saturating() {
    println!("{} {} {}", 250u8.saturating_add(10), i8::MIN.saturating_sub(1), i16::MAX.saturating_mul(-2));
    println!("{} {}", u128::MAX.saturating_add(1), 3u8.saturating_pow(9));
}

pub fn bits() {
    println!("{} {} {} {}", 0b1011u8.count_ones(), 1u32.leading_zeros(), 8u64.trailing_zeros(), 0u16.leading_zeros());
    println!("{:x} {:x} {:x}", 0x12345678u32.swap_bytes(), 0x12u8.reverse_bits(), 0x1234u16.rotate_left(4));
    println!("{:x} {} {}", 0x0102030405060708090a0b0c0d0e0f10u128.swap_bytes(), u128::MAX.count_ones(), (1u128 << 100).trailing_zeros());
    println!("{:x} {:x}", 0xdeadbeefu32.rotate_right(8), (0x80u128 << 64).reverse_bits());
    println!("{} {} {}", 5u32.next_power_of_two(), 100u64.ilog2(), 12345u32.ilog10());
    println!("{} {}", 17u32.isqrt(), u128::MAX.isqrt());
}

pub fn division_and_remainder() {
    for (a, b) in [(7, 2), (-7, 2), (7, -2), (-7, -2)] {
        println!("{} {} {} {}", a / b, a % b, i32::div_euclid(a, b), i32::rem_euclid(a, b));
    }
    println!("{} {}", 7u32.div_ceil(2), 7u32.next_multiple_of(4));
    println!("{} {}", u128::MAX / 10, u128::MAX % 1_000_000_007);
    println!("{} {}", i128::MIN / 3, i128::MIN % 3);
}

pub fn casts() {
    println!("{} {} {}", 300i32 as u8, -1i8 as u32, 200u8 as i8);
    println!("{} {} {}", u64::MAX as i32, -1i64 as u128, i128::MIN as i64);
    println!("{} {} {}", 'ß' as u8, true as i32, 97u8 as char);
    println!("{} {} {} {}", -1.5f64 as u8, 300.7f32 as u8, f64::NAN as i32, 1e40 as i128);
    println!("{} {} {}", u64::MAX as f32, i128::MIN as f64, u128::MAX as f32);
}

pub fn bytes_of_integers() {
    println!("{:?} {:?}", 0x12345678u32.to_be_bytes(), (-2i16).to_le_bytes());
    println!("{} {}", u64::from_ne_bytes([1, 0, 0, 0, 0, 0, 0, 0]), i128::from_be_bytes([255; 16]));
}

pub fn wide_multiplication() {
    let (a, b) = (black_box(0xfedc_ba98_7654_3210u64), black_box(0x0123_4567_89ab_cdefu64));
    println!("{:x}", u128::from(a) * u128::from(b));
    println!("{:x}", black_box(0x1234_5678_9abc_def0_1122_3344_5566_7788u128).wrapping_mul(black_box(0x8877_6655_4433_2211u128)));
    println!("{:?}", 12345678901234567890u64.widening_mul_by_hand(9876543210));
}

trait ByHand {
    fn widening_mul_by_hand(self, other: u64) -> (u64, u64);
}
impl ByHand for u64 {
    fn widening_mul_by_hand(self, other: u64) -> (u64, u64) {
        let product = u128::from(self) * u128::from(other);
        (product as u64, (product >> 64) as u64)
    }
}

pub fn addition_overflows() {
    println!("{}", black_box(255u8) + black_box(1));
}
pub fn subtraction_overflows() {
    println!("{}", black_box(0usize) - black_box(1));
}
pub fn multiplication_overflows() {
    println!("{}", black_box(i64::MAX) * black_box(2));
}
pub fn negation_overflows() {
    println!("{}", -black_box(i32::MIN));
}
pub fn shift_overflows() {
    println!("{}", 1u32 << black_box(32));
}
pub fn division_by_zero() {
    println!("{}", 1 / black_box(0));
}
pub fn remainder_by_zero() {
    println!("{}", 1 % black_box(0u128));
}
pub fn division_overflows() {
    println!("{}", black_box(i128::MIN) / black_box(-1));
}

pub fn greatest_common_divisor() {
    fn gcd(a: u64, b: u64) -> u64 {
        if b == 0 { a } else { gcd(b, a % b) }
    }
    println!("{} {:?}", gcd(1_071, 462), NonZero::new(gcd(0, 0)));
}

pub fn sieve_of_primes() {
    let mut sieve = vec![true; 500];
    for n in 2..500 {
        if sieve[n] {
            (n * n..500).step_by(n).for_each(|m| sieve[m] = false);
        }
    }
    let primes: Vec<_> = (2..500).filter(|n| sieve[*n]).collect();
    println!("{} {:?}", primes.len(), primes.last());
}

pub fn checksum() {
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
        })
    }
    println!("{:08x}", crc(b"123456789"));
}

pub fn big_powers() {
    let mut digits = vec![1u8];
    for _ in 0..200 {
        let mut carry = 0;
        for digit in &mut digits {
            let sum = *digit * 2 + carry;
            *digit = sum % 10;
            carry = sum / 10;
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    println!("{}", digits.iter().rev().map(|d| (b'0' + d) as char).collect::<String>());
}

pub fn assembly_of_comments() {
    let (mut low, mut high, byte) = (3u64, -4i32, 200u8);
    let mut swapped = (low, low);
    let place: *const u8 = &byte;
    let same: *const u8;
    // SAFETY: comments have no instruction; each output begins as its input.
    unsafe {
        core::arch::asm!("/*{0}{1:e}*/", inout(reg) low, inout(reg) high);
        core::arch::asm!("# {0} {1}", inlateout(reg) low + 1 => swapped.1, inlateout(reg) low + 2 => swapped.0);
        core::arch::asm!("/* {0} */", "/* of two lines */", inout(reg) place => same);
    }
    // SAFETY: it is the address of `byte`.
    println!("{low} {high} {swapped:?} {}", unsafe { *same });
}

pub fn carries() {
    use std::arch::x86_64::{_addcarry_u64, _subborrow_u64};
    for (carry, left, right) in [(0, 1, 2), (1, u64::MAX, 0), (7, u64::MAX, u64::MAX), (1, 0, 0), (0, 0, 1)] {
        let (mut sum, mut difference) = (0, 0);
        let over = _addcarry_u64(carry, left, right, &mut sum);
        let under = _subborrow_u64(carry, left, right, &mut difference);
        println!("{over} {sum:x} {under} {difference:x}");
    }
}

/// The quotient and the remainder of a number of 128 bits.
fn divide_wide(high: u64, low: u64, divisor: u64) -> (u64, u64) {
    let (quotient, remainder);
    // SAFETY: the caller's `high` is less than the divisor, so the quotient fits.
    unsafe {
        core::arch::asm!("div {0:r}", in(reg) divisor, inout("dx") high => remainder,
            inout("ax") low => quotient, options(pure, nomem, nostack));
    }
    (quotient, remainder)
}

pub fn assembly_of_wide_numbers() {
    use core::arch::asm;
    println!("{:?} {:?}", divide_wide(6, 5, 7), divide_wide(0, 100, 7));
    println!("{:x?}", divide_wide(u64::MAX - 1, u64::MAX, u64::MAX));
    let (mut low, mut high, factor) = (u64::MAX, 0u64, u64::MAX - 1);
    // SAFETY: a product fits two registers.
    unsafe { asm!("mul {factor};", factor = in(reg) factor, inout("rax") low, out("rdx") high) };
    println!("{low:x} {high:x}");
    let (mut signed_low, signed_high): (i32, i32);
    signed_low = -3;
    // SAFETY: as above.
    unsafe { asm!("imul {:e}", in(reg) i32::MAX, inlateout("eax") signed_low, lateout("edx") signed_high) };
    println!("{signed_low} {signed_high}");
    let (mut quotient, mut remainder) = (-7i32, -1i32);
    // SAFETY: the dividend is -7.
    unsafe { asm!("idiv {:e}", in(reg) 2, inlateout("eax") quotient, inlateout("edx") remainder) };
    println!("{quotient} {remainder}");
}

pub fn assembly_of_one_register() {
    use core::arch::asm;
    let (mut bytes, mut word, mut product, mut kept) = (0x0102_0304_0506_0708u64, 0xaabbccddu32, -3i64, 7u64);
    let (mut double, mut single) = (2.0f64, -1.0f32);
    // SAFETY: none of them touches memory.
    unsafe {
        asm!("bswap {}", inout(reg) bytes);
        asm!("bswap {:e}", inout(reg) word);
        asm!("imul {0}, {1}", inout(reg) product, in(reg) 5i64);
        asm!("mul {}", in(reg) 6u64, inout("rax") kept, out("rdx") _);
        asm!("sqrtsd {0}, {0}", inout(xmm_reg) double);
        asm!("sqrtss {0}, {0}", inout(xmm_reg) single);
        asm!("nop");
        asm!("pause", options(nomem, nostack));
        asm!("mfence", options(nostack, preserves_flags));
    }
    println!("{bytes:x} {word:x} {product} {kept} {double} {}", single.is_nan());
}
