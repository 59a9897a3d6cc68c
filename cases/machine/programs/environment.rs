//! Time, environment variables, standard streams and other things of the process.

use std::env;
use std::io::{self, BufRead, BufWriter, Cursor, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub fn variables() {
    println!("{:?}", env::var("A_NAME_THAT_NOBODY_SETS"));
    unsafe { env::set_var("A_NAME", "größe") };
    println!("{:?} {:?}", env::var("A_NAME"), env::var_os("A_NAME").is_some());
    unsafe { env::set_var("A_NAME", "2") };
    println!("{:?}", env::var("A_NAME").map(|v| v.parse::<u8>()));
    unsafe { env::remove_var("A_NAME") };
    println!("{:?}", env::var("A_NAME").is_err());
}

pub fn listing_the_variables() {
    let ours = || {
        let all = env::vars().filter(|(name, _)| name.starts_with("A_NAME"));
        let mut all: Vec<(String, String)> = all.collect();
        all.sort();
        all
    };
    println!("{:?}", ours());
    unsafe { env::set_var("A_NAME_2", "") };
    unsafe { env::set_var("A_NAME_1", "x=y") };
    println!("{:?}", ours());
    unsafe { env::set_var("A_NAME_1", "z") };
    unsafe { env::remove_var("A_NAME_2") };
    println!("{:?} {}", ours(), env::vars_os().any(|(name, _)| name == "A_NAME_1"));
}

pub fn arguments() {
    println!("{} {}", env::args().next().is_some(), env::args_os().len() > 0);
}

pub fn random_devices() {
    let mut file = std::fs::File::open("/dev/urandom").unwrap();
    let (mut first, mut second) = ([0; 32], [0; 32]);
    file.read_exact(&mut first).unwrap();
    file.read_exact(&mut second).unwrap();
    println!("{} {}", first != second, first.iter().any(|byte| *byte != 0));
}

pub fn terminals() {
    use std::io::IsTerminal;
    println!("{} {}", io::stdin().is_terminal(), io::stdout().is_terminal());
}

pub fn clocks_go_forward() {
    let start = Instant::now();
    let later = Instant::now();
    println!("{} {}", later >= start, later.checked_duration_since(start).is_some());
    println!("{}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap() > Duration::from_secs(1));
    println!("{:?}", start.saturating_duration_since(later));
}

pub fn waiting_for_time_to_pass() {
    let start = Instant::now();
    let mut rounds = 0u32;
    while start.elapsed() < Duration::from_millis(5) {
        rounds += 1;
    }
    println!("{}", rounds > 0);
    std::thread::sleep(Duration::from_millis(3));
    println!("{}", start.elapsed() >= Duration::from_millis(8));
}

pub fn durations() {
    let d = Duration::new(1, 500_000_000);
    println!("{} {} {:?}", d.as_secs_f64(), d.as_millis(), d * 3 / 2);
    println!("{:?} {:?}", d.checked_sub(Duration::from_secs(2)), Duration::from_secs_f32(0.25).mul_f64(1.5));
}

pub fn system_time_before_the_epoch() {
    let before = UNIX_EPOCH - Duration::from_secs(1);
    println!("{:?}", before.duration_since(UNIX_EPOCH).is_err());
}

pub fn standard_streams() {
    print!("no newline, ");
    io::stdout().flush().unwrap();
    eprintln!("to the error stream {}", 1);
    let mut out = io::stdout().lock();
    writeln!(out, "{:?}", [1, 2]).unwrap();
    out.write_all(b"raw bytes \xff\n".trim_ascii_end()).unwrap();
    writeln!(out).unwrap();
}

pub fn empty_standard_input() {
    let mut line = String::new();
    println!("{:?} {line:?}", io::stdin().read_line(&mut line).unwrap());
    println!("{}", io::stdin().lock().lines().count());
}

pub fn many_lines() {
    for n in 0..60 {
        println!("line {n:>3} {}", "*".repeat(n % 7));
    }
}

pub fn readers_and_writers() {
    let mut cursor = Cursor::new(b"first\nsecond\nthird".to_vec());
    let mut line = String::new();
    cursor.read_line(&mut line).unwrap();
    println!("{line:?} {}", cursor.position());
    cursor.seek(SeekFrom::End(-5)).unwrap();
    let mut rest = String::new();
    cursor.read_to_string(&mut rest).unwrap();
    println!("{rest}");
    let mut writer = BufWriter::with_capacity(4, Vec::new());
    write!(writer, "{}-{}", 12345, "x").unwrap();
    println!("{:?}", writer.into_inner().unwrap());
    let mut chained = (&b"ab"[..]).chain(&b"cd"[..]).take(3);
    let mut text = String::new();
    chained.read_to_string(&mut text).unwrap();
    println!("{text} {:?}", io::copy(&mut &b"12345"[..], &mut io::sink()).unwrap());
}

pub fn errors_of_the_system() {
    let error = io::Error::from_raw_os_error(2);
    println!("{error} {:?}", error.kind());
    println!("{} {:?}", io::Error::other("own"), io::Error::from(io::ErrorKind::TimedOut));
    println!("{:?}", io::Error::from_raw_os_error(13));
}

pub fn process_facts() {
    println!("{} {}", std::process::id() > 0, std::thread::available_parallelism().is_ok());
    println!("{} {}", env::consts::OS, cfg!(target_pointer_width = "64"));
    println!("{:?}", env::args().count() < 10);
}

pub fn backtraces_are_off() {
    println!("{}", std::backtrace::Backtrace::capture());
}

pub fn what_every_processor_has() {
    use std::arch::x86_64::{__cpuid, _rdtsc};
    // Any processor of this kind has these features; what else there is differs.
    let features = __cpuid(1).edx;
    println!("{} {} {}", __cpuid(0).eax >= 1, features >> 25 & 1, features >> 26 & 1);
    // SAFETY: every x86-64 counts its cycles.
    let (before, after) = unsafe { (_rdtsc(), _rdtsc()) };
    println!("{}", before <= after);
}
