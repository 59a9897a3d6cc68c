#![allow(missing_docs)]
use proofhouse_solver::*;
use std::time::Instant;
fn main() {
    for width in [16u32, 32, 64, 128] {
        let mut t = Terms::new();
        let mut s = Solver::new();
        let (x, y) = (t.symbol(width), t.symbol(width));
        let (q, r) = (t.udiv(x, y), t.urem(x, y));
        let p = t.mul(q, y);
        let sum = t.add(p, r);
        let differs = t.ne(sum, x);
        let start = Instant::now();
        let a = s.satisfy(&mut t, &mut PathCondition::new(), differs);
        println!(
            "divide identity {width}: {:?} {:?} conflicts {}",
            start.elapsed(),
            matches!(a, Answer::No),
            s.statistics().conflicts
        );
        if !a.is_no() {
            println!("{a:?}");
        }
    }
    for width in [16u32, 24, 32, 40, 48, 64] {
        let mut t = Terms::new();
        let mut s = Solver::new();
        let h = width / 2;
        let (x, y) = (t.symbol(h), t.symbol(h));
        let (x, y) = (t.zero_extend(x, width), t.zero_extend(y, width));
        let p = t.mul(x, y);
        // a semiprime
        let primes = [
            (16, 251u128 * 241),
            (24, 4093 * 4091),
            (32, 65521 * 65519),
            (40, 1048573 * 1048571),
            (48, 16777213 * 16777199),
            (64, 4294967291 * 4294967279),
        ];
        let k = t.constant(width, primes.iter().find(|p| p.0 == width).unwrap().1);
        let e = t.eq(p, k);
        let one = t.constant(width, 1);
        let n = t.ne(x, one);
        let mut path = PathCondition::new();
        s.assume(&mut t, &mut path, n, None);
        let start = Instant::now();
        let a = s.satisfy(&mut t, &mut path, e);
        println!(
            "factor {width}: {:?} {} conflicts {}",
            start.elapsed(),
            a.is_yes(),
            s.statistics().conflicts
        );
        if !a.is_yes() {
            println!("{a:?}");
            break;
        }
    }
    for width in [4u32, 6, 8, 10, 12] {
        let mut t = Terms::new();
        let mut s = Solver::new();
        let (x, y, z) = (t.symbol(width), t.symbol(width), t.symbol(width));
        let a = t.mul(x, y);
        let a = t.mul(a, z);
        let b = t.mul(y, z);
        let b = t.mul(x, b);
        let ne = t.ne(a, b);
        let start = Instant::now();
        let a = s.satisfy(&mut t, &mut PathCondition::new(), ne);
        println!(
            "associate {width}: {:?} {} conflicts {}",
            start.elapsed(),
            a.is_no(),
            s.statistics().conflicts
        );
        if !a.is_no() {
            println!("{a:?}");
            break;
        }
    }
}
