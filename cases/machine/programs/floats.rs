//! Float arithmetic, bit for bit.

use std::hint::black_box;

fn bits(number: f64) -> String {
    format!("{:016x}", number.to_bits())
}

pub fn basic_arithmetic() {
    let (a, b) = (black_box(0.1), black_box(0.2));
    println!("{} {} {} {} {}", bits(a + b), bits(a - b), bits(a * b), bits(a / b), bits(b % a));
    let (a, b) = (black_box(0.1f32), black_box(0.7f32));
    println!("{:08x} {:08x} {:08x} {:08x}", (a + b).to_bits(), (a * b).to_bits(), (a / b).to_bits(), (b % a).to_bits());
}

pub fn infinities_and_nans() {
    let zero = black_box(0.0f64);
    println!("{} {} {}", 1.0 / zero, -1.0 / zero, (zero / zero).is_nan());
    println!("{} {} {}", f64::NAN == f64::NAN, f64::NAN < 1.0, f64::INFINITY > f64::MAX);
    println!("{:?} {:?}", 1.0f64.partial_cmp(&f64::NAN), f64::NAN.total_cmp(&1.0));
    println!("{} {}", f64::NAN.max(1.0), 1.0f64.min(f64::NAN));
}

pub fn rounding() {
    for number in [0.5, 1.5, 2.5, -0.5, -1.5, 2.4, -2.6, 1e300, 0.49999999999999994] {
        let n: f64 = black_box(number);
        println!("{} {} {} {} {} {}", n.floor(), n.ceil(), n.trunc(), n.round(), n.round_ties_even(), n.fract());
    }
}

pub fn roots_and_fused() {
    println!("{} {}", bits(black_box(2.0f64).sqrt()), bits(black_box(0.1f64).mul_add(10.0, -1.0)));
    println!("{} {}", bits(black_box(1e-320f64).sqrt()), black_box(-1.0f64).sqrt().is_nan());
    println!("{:08x}", black_box(3.0f32).sqrt().to_bits());
}

pub fn classes() {
    for number in [0.0, -0.0, 1.0, 5e-324, f64::INFINITY, f64::NAN] {
        let n = black_box(number);
        println!("{:?} {} {} {}", n.classify(), n.is_sign_negative(), n.is_finite(), n.is_normal());
    }
}

pub fn signs_and_extremes() {
    println!("{} {} {}", black_box(-3.0f64).abs(), black_box(2.0f64).copysign(-0.0), black_box(-0.0f64).signum());
    println!("{} {}", black_box(5.0f64).clamp(0.0, 1.0), bits(black_box(-0.0f64).max(0.0)));
    println!("{:?} {:?}", bits(f64::MAX.next_up()), bits(0.0f64.next_down()));
}

pub fn conversions() {
    for number in [1.9f64, -1.9, 1e10, -1e10, 1e40, f64::NAN, f64::NEG_INFINITY, 255.5, 9.3e18] {
        let n = black_box(number);
        println!("{} {} {} {} {} {}", n as u8, n as i8, n as i32, n as u64, n as i64, n as u128);
    }
    println!("{} {}", bits(black_box(u64::MAX) as f64), bits(black_box(i128::MAX) as f64));
    println!("{:08x} {:016x}", (black_box(0.1f64) as f32).to_bits(), f64::from(black_box(0.1f32)).to_bits());
}

pub fn transcendental_functions() {
    // The mathematics library need not be exact to the last bit, so a few digits are compared.
    let x = black_box(0.7f64);
    println!("{:.12} {:.12} {:.12}", x.sin(), x.cos(), x.tan());
    println!("{:.12} {:.12} {:.12}", x.exp(), x.ln(), x.log10());
    println!("{:.12} {:.12} {:.12}", x.powf(2.3), x.powi(5), x.log2());
    println!("{:.12} {:.12} {:.12}", x.atan(), x.asin(), x.acos());
    println!("{:.12} {:.12} {:.12}", x.sinh(), x.cosh(), x.tanh());
    println!("{:.12} {:.12} {:.12}", x.cbrt(), x.hypot(2.0), x.atan2(-1.0));
    println!("{:.12} {:.12} {:.12}", x.exp_m1(), x.ln_1p(), x.exp2());
    println!("{:.5} {:.5} {:.5}", 0.7f32.sin(), 0.7f32.powf(1.5), 0.7f32.tanh());
    println!("{:.12} {:.12} {:.12}", x.asinh(), (x + 1.0).acosh(), x.atanh());
}

pub fn summation_order_matters() {
    let numbers: Vec<f64> = (1..=1000).map(|n| 1.0 / f64::from(n)).collect();
    println!("{} {}", bits(numbers.iter().sum()), bits(numbers.iter().rev().sum()));
}

pub fn newton_iteration() {
    let mut x = black_box(1.0f64);
    for _ in 0..6 {
        x = (x + 2.0 / x) / 2.0;
        println!("{}", bits(x));
    }
}

pub fn mandelbrot_row() {
    let row: String = (0..60)
        .map(|column| {
            let (re, im) = (-2.0 + f64::from(column) * 0.05, 0.3);
            let (mut x, mut y, mut steps) = (0.0, 0.0, 0);
            while x * x + y * y < 4.0 && steps < 9 {
                (x, y) = (x * x - y * y + re, 2.0 * x * y + im);
                steps += 1;
            }
            char::from(b'0' + steps)
        })
        .collect();
    println!("{row}");
}

pub fn sorting_by_total_order() {
    let mut numbers = vec![1.0, f64::NAN, -0.0, f64::NEG_INFINITY, 0.0, -f64::NAN];
    numbers.sort_by(f64::total_cmp);
    println!("{numbers:?}");
}

pub fn sorting_with_nan_unwraps_nothing() {
    let mut numbers = black_box(vec![1.0, f64::NAN, 0.0]);
    numbers.sort_by(|a, b| a.partial_cmp(b).unwrap());
}

/// Pairs of floats that vector instructions tell apart.
const PAIRS: [(f32, f32); 7] = [
    (1.0, 2.0),
    (2.0, 1.0),
    (-0.0, 0.0),
    (f32::NAN, 1.0),
    (1.0, f32::NAN),
    (f32::INFINITY, -3e9),
    (2.5, 3.5),
];

pub fn vectors_of_floats() {
    use std::arch::x86_64::*;
    for (a, b) in PAIRS.map(black_box) {
        // SAFETY: every x86-64 has these instructions.
        unsafe {
            let (left, right) = (_mm_setr_ps(a, b, a, 1.5), _mm_setr_ps(b, a, 7.0, a));
            let lanes = |vector: __m128| std::mem::transmute::<__m128, [u32; 4]>(vector);
            println!("{:x?} {:x?}", lanes(_mm_min_ps(left, right)), lanes(_mm_max_ps(left, right)));
            println!("{:x?} {:x?}", lanes(_mm_cmplt_ps(left, right)), lanes(_mm_cmpneq_ps(left, right)));
            println!("{:x?} {:x?}", lanes(_mm_cmpnle_ss(left, right)), lanes(_mm_min_ss(left, right)));
            let comparisons = [_mm_comieq_ss(left, right), _mm_comilt_ss(left, right), _mm_ucomige_ss(left, right)];
            println!("{comparisons:?} {}", _mm_comineq_ss(left, right));
        }
    }
}

pub fn vectors_of_doubles() {
    use std::arch::x86_64::*;
    for (a, b) in PAIRS.map(|(a, b)| black_box((f64::from(a), f64::from(b)))) {
        // SAFETY: every x86-64 has these instructions.
        unsafe {
            let (left, right) = (_mm_setr_pd(a, b), _mm_setr_pd(b, a));
            let lanes = |vector: __m128d| std::mem::transmute::<__m128d, [u64; 2]>(vector);
            println!("{:x?} {:x?}", lanes(_mm_min_pd(left, right)), lanes(_mm_max_sd(left, right)));
            println!("{:x?} {:x?}", lanes(_mm_cmpord_pd(left, right)), lanes(_mm_cmpge_sd(left, right)));
            println!("{} {}", _mm_comigt_sd(left, right), _mm_movemask_pd(_mm_cmpunord_pd(left, right)));
        }
    }
}

pub fn vectors_as_integers() {
    use std::arch::x86_64::*;
    for (a, b) in PAIRS.map(black_box) {
        // SAFETY: every x86-64 has these instructions.
        unsafe {
            let vector = _mm_setr_ps(a, b, 2147483520.0, -2147483648.0);
            let lanes = |vector: __m128i| std::mem::transmute::<__m128i, [i32; 4]>(vector);
            println!("{:?} {:?}", lanes(_mm_cvtps_epi32(vector)), lanes(_mm_cvttps_epi32(vector)));
            let doubles = _mm_setr_pd(f64::from(b), f64::from(a) * 1e19);
            println!("{:?} {:?}", lanes(_mm_cvtpd_epi32(doubles)), lanes(_mm_cvttpd_epi32(doubles)));
            println!("{} {} {}", _mm_cvtss_si32(vector), _mm_cvttss_si64(vector), _mm_cvtsd_si64(doubles));
        }
    }
}
