//! Parsing of every primitive, bit for bit.

use std::hint::black_box;

pub fn small_integers() {
    for text in ["0", "255", "256", "-1", "+7", "", "+", "1_000", " 1", "00012"] {
        println!("{text:?} {:?} {:?}", text.parse::<u8>(), text.parse::<i8>());
    }
}

pub fn wide_integers() {
    for text in ["340282366920938463463374607431768211455", "340282366920938463463374607431768211456", "-170141183460469231731687303715884105728"] {
        println!("{:?} {:?}", text.parse::<u128>(), text.parse::<i128>());
    }
    println!("{:?} {:?}", "18446744073709551616".parse::<u64>(), "-9223372036854775808".parse::<i64>());
}

pub fn radices() {
    println!("{:?} {:?}", u32::from_str_radix("zz", 36), i64::from_str_radix("-ff", 16));
    println!("{:?} {:?}", u8::from_str_radix("102", 2), u16::from_str_radix("777777", 8));
}

pub fn radix_out_of_range() {
    let radix = black_box(37);
    println!("{:?}", u32::from_str_radix("1", radix));
}

fn show(text: &str) {
    let double = text.parse::<f64>().map(f64::to_bits);
    let single = text.parse::<f32>().map(f32::to_bits);
    println!("{text:?} {double:x?} {single:x?}");
}

pub fn floats_of_every_shape() {
    for text in ["0", "-0.0", ".5", "5.", "1e3", "1E-3", "+1.5", "inf", "-Infinity", "nan", "", ".", "e5", "1e", "0x1", "1_0"] {
        show(text);
    }
}

pub fn floats_that_round_hard() {
    for text in [
        "0.1", "9007199254740993", "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "2.4e-324",
        "1.7976931348623157e308", "1.7976931348623159e308", "8.5", "16777217", "1e23", "123456789012345678901234567890",
        "0.000000000000000000000000000000000000000000001", "6.631236846766476e-316",
        "7.2057594037927933e16", "3.4028235677973366e38",
    ] {
        show(text);
    }
}

pub fn floats_with_long_mantissas() {
    let long = "1".to_owned() + &"0".repeat(300) + "1e-301";
    show(&long);
    let halfway = "9007199254740992.99999999999999999999999999999999999999999999999999999999";
    show(halfway);
    show(&("0.".to_owned() + &"3".repeat(400)));
}

pub fn round_trips() {
    let mut state = black_box(88172645463325252u64);
    let mut wrong = 0;
    for _ in 0..60 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let number = f64::from_bits(state);
        if number.is_nan() {
            continue;
        }
        let back: f64 = format!("{number:?}").parse().unwrap();
        let scientific: f64 = format!("{number:e}").parse().unwrap();
        wrong += u32::from(back.to_bits() != number.to_bits() || scientific.to_bits() != number.to_bits());
        let single = f32::from_bits(state as u32);
        if !single.is_nan() {
            let back: f32 = single.to_string().parse().unwrap();
            wrong += u32::from(back.to_bits() != single.to_bits());
        }
    }
    println!("{wrong}");
}

pub fn booleans_and_characters() {
    println!("{:?} {:?}", "true".parse::<bool>(), "True".parse::<bool>());
    println!("{:?} {:?} {:?}", "ß".parse::<char>(), "ab".parse::<char>(), "".parse::<char>());
}

pub fn addresses() {
    for text in ["127.0.0.1", "256.0.0.1", "1.2.3", "01.2.3.4", "::", "::ffff:1.2.3.4", "1::2::3", "fe80::1"] {
        println!("{text} {:?}", text.parse::<std::net::IpAddr>());
    }
}

pub fn nonzero_and_wrapping() {
    println!("{:?} {:?}", "0".parse::<std::num::NonZeroU8>(), "9".parse::<std::num::NonZeroU8>());
    println!("{:?}", "-0".parse::<std::num::NonZeroI16>().is_err());
}

pub fn unwrapping_a_parse_error() {
    let number: i32 = black_box("12x").parse().unwrap();
    println!("{number}");
}
