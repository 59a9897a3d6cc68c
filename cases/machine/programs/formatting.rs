//! Formatting of every primitive, bit for bit.

use std::fmt::{self, Binary, Display, LowerHex, UpperHex, Write as _};
use std::hint::black_box;

fn integers<T: Display + Binary + LowerHex + fmt::Octal + UpperHex + fmt::LowerExp + Copy>(all: &[T]) {
    for number in all {
        println!("{number} {number:b} {number:o} {number:x} {number:#X} {number:e}");
    }
}

pub fn unsigned_integers() {
    integers(&[0u8, 1, 9, 10, 99, 100, 255]);
    integers(&[0u16, 12345, u16::MAX]);
    integers(&[0u32, 1_000_000, u32::MAX]);
    integers(&[0u64, 10_000_000_000, u64::MAX]);
    integers(&[usize::MAX]);
}

pub fn signed_integers() {
    integers(&[0i8, -1, 127, -128]);
    integers(&[i16::MIN, i16::MAX]);
    integers(&[i32::MIN, -7, i32::MAX]);
    integers(&[i64::MIN, i64::MAX]);
    integers(&[isize::MIN]);
}

pub fn wide_integers() {
    for number in [0u128, 1, u64::MAX as u128, u64::MAX as u128 + 1, 10u128.pow(19), 10u128.pow(38), u128::MAX] {
        println!("{number} {number:x} {number:b} {number:o}");
    }
    for number in [i128::MIN, -1, i128::MAX, -(10i128.pow(30))] {
        println!("{number} {number:?} {number:x}");
    }
}

pub fn width_fill_and_sign() {
    println!("[{:5}] [{:<5}] [{:^5}] [{:>5}]", 42, 42, 42, 42);
    println!("[{:05}] [{:+}] [{:+05}] [{:#010x}] [{:#b}]", -42, 42, 7, 255, 5);
    println!("[{:*^9}] [{:->6}] [{:é<4}]", "mid", "r", 'x');
    println!("[{:.2}] [{:8.3}] [{:<8.1}] [{:+.0}]", 3.14159, 2.71828, 1.05, 2.5);
    let (width, precision) = (10, 2);
    println!("[{:width$.precision$}] [{:>1$}] [{:.*}]", 1.23456, 8, 3, 9.87654);
    println!("[{:.3}] [{:6.2}]", "truncated", "text");
}

pub fn debugging_nested_structures() {
    #[derive(Debug)]
    struct Unit;
    #[derive(Debug)]
    struct Pair(i32, &'static str);
    #[derive(Debug)]
    struct Named { first: Option<Pair>, second: Vec<Unit>, third: (u8, [bool; 2]) }
    let value = Named { first: Some(Pair(-1, "q\"")), second: vec![Unit, Unit], third: (1, [true, false]) };
    println!("{value:?}");
    println!("{value:#?}");
    println!("{:?} {:#?}", (), ((),));
    println!("{:02x?} {:#X?} {:5?}", [1, 171], [255u8], Some(1));
}

pub fn builders() {
    struct Custom;
    impl fmt::Debug for Custom {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Custom").field("a", &1).field("b", &"x").finish_non_exhaustive()?;
            f.debug_tuple("T").field(&2).finish()?;
            f.debug_list().entries([1, 2]).finish()?;
            f.debug_map().entries([("k", 1)]).finish()?;
            f.debug_set().entry(&'c').finish()
        }
    }
    println!("{Custom:?}");
    println!("{Custom:#?}");
}

pub fn padding_of_own_types() {
    struct Code(u8);
    impl Display for Code {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let text = format!("c{}", self.0);
            f.pad(&text)
        }
    }
    struct Hex(i32);
    impl LowerHex for Hex {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.pad_integral(self.0 >= 0, "0h", &format!("{:x}", self.0.unsigned_abs()))
        }
    }
    println!("[{:6}] [{:>6}] [{:.1}] [{:#08x}] [{:+x}]", Code(7), Code(8), Code(9), Hex(-31), Hex(31));
    struct Flags;
    impl Display for Flags {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{:?} {:?} {} {} {:?}", f.width(), f.precision(), f.alternate(), f.sign_plus(), f.fill())
        }
    }
    println!("{Flags} {Flags:#} {Flags:+9.2} {Flags:x>1}");
}

fn doubles(all: &[f64]) {
    for number in all {
        println!("{number} {number:?} {number:e} {number:.3} {number:10.1}|");
    }
}

pub fn doubles_shortest() {
    doubles(&[0.0, -0.0, 1.0, 0.1, 0.3, 1.0 / 3.0, 2.0f64.sqrt(), 1e15, 1e16, 1e17, 1e21, 123456789.125]);
}

pub fn doubles_at_the_edges() {
    doubles(&[f64::MIN_POSITIVE, 5e-324, 2.2250738585072011e-308, f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]);
    println!("{:e} {:?} {:E}", f64::MAX, f64::MAX, f64::MIN);
    println!("{:e} {:e}", 9007199254740993.0f64, 4.35);
}

pub fn floats_shortest() {
    for number in [0.1f32, 16777216.0, 1e-45, f32::MAX, f32::MIN_POSITIVE, 0.3, 1e10, 3.4e-10] {
        println!("{number} {number:?} {number:e} {:.5}", number);
    }
}

pub fn doubles_with_many_digits() {
    println!("{:.20} {:.50}", 0.1, 1.0 / 3.0);
    println!("{:.0} {:.0} {:.0} {:.1}", 0.5, 1.5, 2.5, 0.25);
    println!("{:.30e} {:.0e}", 1.7976931348623157e308, 9.5);
    println!("{:.5}", 123456789012345680.0);
}

pub fn pseudo_random_doubles() {
    let mut state = black_box(0x9e3779b97f4a7c15u64);
    for _ in 0..40 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let number = f64::from_bits(state);
        println!("{number:e} {:?}", f32::from_bits(state as u32));
    }
}

pub fn characters_and_booleans() {
    println!("{} {:?} {:5}| {:<3}| {:?}", 'x', '\n', 'y', true, "q'\u{1f980}");
    println!("{:?} {:?}", '\u{301}', "a\u{301}");
}

pub fn pointers_print_in_hexadecimal() {
    let null: *const u8 = std::ptr::null();
    println!("{null:?} {null:p} {:p}", 0x1234usize as *const u8);
    println!("{:#?} {:#018p}", null, 0xffusize as *const u8);
}

pub fn positional_and_named() {
    let name = "inline";
    println!("{0} {1} {0} {name} {x} {}", 1, 2, x = 3);
    println!("{{}} {{{name}}}");
}

pub fn writing_into_buffers() {
    let mut text = String::new();
    write!(text, "{:>4}|", 1).unwrap();
    writeln!(text, "{:?}", [1, 2]).unwrap();
    print!("{text}");
    let mut bytes = [0u8; 8];
    let result = std::io::Write::write_fmt(&mut &mut bytes[..], format_args!("{}", "too long for it"));
    println!("{:?} {:?}", result.is_err(), std::str::from_utf8(&bytes));
}

pub fn errors_in_display() {
    struct Broken;
    impl Display for Broken {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let mut text = String::new();
    println!("{:?}", write!(text, "{Broken}"));
    let _ = Broken.to_string();
}

pub fn durations_and_addresses() {
    use std::time::Duration;
    println!("{:?} {:?} {:?}", Duration::from_millis(1500), Duration::from_nanos(999), Duration::MAX);
    println!("{:.1?} {:>9?}|", Duration::from_micros(1234), Duration::from_secs(5));
    println!("{} {}", std::net::Ipv4Addr::LOCALHOST, std::net::Ipv6Addr::from(0x20010db8000000000000000000000001u128));
    println!("{:?}", "[::1]:8080".parse::<std::net::SocketAddr>());
}
