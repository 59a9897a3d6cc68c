//! Random functions over LLVM's arithmetic, vectors, conversions and intrinsics, run by the machine and by
//! the processor.
//!
//! Programs that people wrote use few of LLVM's widths and lanes. Here each function is random
//! ([`function`]), is run on rows of inputs of which many are extreme, and writes every value that it
//! calculates; the machine and the processor have to write the same bytes.
//!
//! # Invariants
//!
//! - One byte that differs fails the check, and the function is kept as a file that shows it.
//! - What the machine can't execute is counted by name, never taken for agreement.
//!
//! # Measured
//!
//! 21 November 2026: 10,000 functions from seed 1,000,000 and 4,000 each from 2,000,000 and 3,000,000; 5,254,224
//! values, none different, none unsupported.
//!
//! # Source
//!
//! Regehr's line of work on random testing of compilers, most of all Yang, Chen, Eide and Regehr, "Finding and
//! Understanding Bugs in C Compilers" (PLDI 2011); the judge here is the processor.

mod function;
mod processor;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_proofhouse::build::toolchain::Toolchain;
use proofhouse_evidence::Obstacle;
use proofhouse_vm::explore::Limits;
use proofhouse_vm::load::{LlvmLibrary, parse_text};
use proofhouse_vm::run::{End, Runner};

use function::{Function, ROW_BYTES};
use processor::{Compiled, Compiler};

/// How many functions are compiled together.
const BATCH: u64 = 250;
/// Rows of inputs that each function is run on.
const ROWS: u32 = 24;

/// The layout of x86-64, as rustc writes it.
const LAYOUT: &str = "target datalayout = \"e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-\
                      n8:16:32:64-S128\"\ntarget triple = \"x86_64-unknown-linux-gnu\"\n";

/// What was counted.
#[derive(Debug, Default)]
struct Tally {
    functions: u64,
    /// Values that are the same.
    values: u64,
    /// Functions that the machine can't execute, by reason.
    unsupported: BTreeMap<String, u64>,
    different: Vec<String>,
}

/// Runs `functions` random functions and compares.
///
/// # Errors
///
/// A text that says what differs and where it is kept, or why functions can't be run here.
pub(crate) fn check(functions: u64, seed: u64) -> Result<String, String> {
    let folder =
        std::env::temp_dir().join(format!("proofhouse-instructions-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let kept = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/instructions");
    let tally = compare_all(functions, seed, &folder, &kept);
    // What is left behind on an error would only take room.
    drop(fs::remove_dir_all(&folder));
    tally?.conclude(seed)
}

fn compare_all(functions: u64, seed: u64, folder: &Path, kept: &Path) -> Result<Tally, String> {
    let toolchain = Toolchain::find().map_err(|error| error.to_string())?;
    let llvm = LlvmLibrary::open_from_sysroot(&toolchain.sysroot);
    let llvm = llvm.map_err(|error| error.to_string())?;
    let compiler = Compiler::open(llvm.path())?;
    let rows = rows();
    let mut tally = Tally::default();
    for first in (0..functions).step_by(BATCH as usize) {
        let numbers = first..functions.min(first + BATCH);
        let batch: Vec<Case> = numbers
            .map(|n| Case::random(seed.wrapping_add(n)))
            .collect();
        let compiled = compiler.compile(&native_module(&batch), folder)?;
        let program = parse_text(&machine_module(&batch, &rows), &llvm);
        let runner = Runner::new(program.map_err(|error| error.to_string())?);
        for case in &batch {
            case.compare(&compiled, &runner, &rows, kept, &mut tally)?;
        }
        eprint!(
            "\r{} of {functions} functions",
            functions.min(first + BATCH)
        );
    }
    eprintln!();
    Ok(tally)
}

impl Tally {
    fn conclude(&self, seed: u64) -> Result<String, String> {
        let mut summary = format!(
            "instructions: {} functions, {} values the same; seed {seed}",
            self.functions, self.values
        );
        for (reason, count) in &self.unsupported {
            write!(summary, "\n    unsupported, {count} functions: {reason}").expect("texts grow");
        }
        match self.different.as_slice() {
            [] => Ok(summary),
            different => Err(format!("{summary}\n{}", different.join("\n"))),
        }
    }
}

/// A function with its seed.
struct Case {
    seed: u64,
    name: String,
    function: Function,
}

impl Case {
    fn random(seed: u64) -> Self {
        let name = format!("f{seed}");
        let wide = has_wide_features() && seed.is_multiple_of(2);
        Self {
            seed,
            function: Function::random(&name, seed, wide),
            name,
        }
    }

    fn compare(
        &self,
        compiled: &Compiled,
        runner: &Runner,
        rows: &[u8],
        kept: &Path,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let row_bytes = ROW_BYTES as usize;
        let output_bytes = self.function.output_bytes() as usize;
        let mut expected = vec![0; output_bytes * ROWS as usize];
        for (row, output) in rows
            .chunks(row_bytes)
            .zip(expected.chunks_mut(output_bytes.max(1)))
        {
            compiled.run(&self.name, row, output)?;
        }
        let run = runner.run(&format!("run_{}", self.name), &Limits::default());
        tally.functions += 1;
        match run.end {
            End::Returned if run.output == expected => {
                tally.values += self.function.outputs.len() as u64 * u64::from(ROWS);
            }
            End::Returned => {
                let what = self.first_difference(&expected, &run.output);
                self.keep(what, rows, kept, tally)?;
            }
            End::Obstacle(Obstacle::Unsupported { what, .. }) => {
                *tally.unsupported.entry(what).or_default() += 1;
            }
            end => self.keep(format!("{end:?}"), rows, kept, tally)?,
        }
        Ok(())
    }

    /// The first value that is another one, with both.
    fn first_difference(&self, expected: &[u8], found: &[u8]) -> String {
        let output_bytes = self.function.output_bytes() as usize;
        let hex = |bytes: &[u8]| -> String {
            let digits = bytes.iter().rev().map(|byte| format!("{byte:02x}"));
            digits.collect()
        };
        for row in 0..ROWS as usize {
            let mut start = row * output_bytes;
            for (name, end) in &self.function.outputs {
                let end = row * output_bytes + *end as usize;
                let (natively, here) =
                    (&expected[start..end], found.get(start..end).unwrap_or(&[]));
                if natively != here {
                    let (natively, here) = (hex(natively), hex(here));
                    return format!(
                        "{name} of row {row}: the processor {natively}, the machine {here}"
                    );
                }
                start = end;
            }
        }
        "more is written than there are values".to_owned()
    }

    fn keep(
        &self,
        what: String,
        rows: &[u8],
        kept: &Path,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", kept.display());
        fs::create_dir_all(kept).map_err(failed)?;
        let file = kept.join(format!("{}.ll", self.name));
        let module = machine_module(std::slice::from_ref(self), rows);
        fs::write(&file, format!("; {what}\n{module}")).map_err(failed)?;
        let seed = self.seed;
        let different = format!("DIFFERENT seed {seed}, kept in {}: {what}", file.display());
        tally.different.push(different);
        Ok(())
    }
}

/// Whether this processor has what wide functions use.
fn has_wide_features() -> bool {
    std::is_x86_feature_detected!("avx2")
        && std::is_x86_feature_detected!("sse4.2")
        && std::is_x86_feature_detected!("bmi2")
        && std::is_x86_feature_detected!("fma")
        && std::is_x86_feature_detected!("lzcnt")
        && std::is_x86_feature_detected!("popcnt")
        && std::is_x86_feature_detected!("pclmulqdq")
}

/// The functions alone.
fn native_module(batch: &[Case]) -> String {
    let mut declarations = std::collections::BTreeSet::new();
    let mut text = LAYOUT.to_owned();
    for case in batch {
        declarations.extend(&case.function.declarations);
        text += &case.function.text;
    }
    text.extend(declarations.into_iter().map(String::as_str));
    text
}

/// The functions, the rows, and for each function one that runs it on all rows and prints what it writes.
fn machine_module(batch: &[Case], rows: &[u8]) -> String {
    let mut text = native_module(batch);
    text += "declare i64 @write(i32, ptr, i64)\n";
    let bytes: String = rows.iter().map(|byte| format!("\\{byte:02X}")).collect();
    writeln!(text, "@rows = global [{} x i8] c\"{bytes}\"", rows.len()).expect("texts grow");
    let outputs = batch.iter().map(|case| case.function.output_bytes());
    let longest = outputs.max().unwrap_or(0);
    writeln!(text, "@out = global [{longest} x i8] zeroinitializer").expect("texts grow");
    for Case { name, function, .. } in batch {
        let bytes = function.output_bytes();
        writeln!(
            text,
            "define void @run_{name}() {{\nstart:\n  br label %row\nrow:\n  \
             %at = phi i64 [ 0, %start ], [ %next, %row ]\n  \
             %in = getelementptr i8, ptr @rows, i64 %at\n  call void @{name}(ptr %in, ptr @out)\n  \
             %written = call i64 @write(i32 1, ptr @out, i64 {bytes})\n  \
             %next = add i64 %at, {ROW_BYTES}\n  %more = icmp ult i64 %next, {}\n  \
             br i1 %more, label %row, label %end\nend:\n  ret void\n}}",
            rows.len()
        )
        .expect("texts grow");
    }
    text
}

/// The inputs of all functions: extreme numbers, floats, repeated bytes, and plain random ones.
fn rows() -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut rows = Vec::new();
    while rows.len() < (ROWS * ROW_BYTES) as usize {
        rows.extend(input_word(&mut random).to_le_bytes());
    }
    rows
}

fn input_word(random: &mut fastrand::Rng) -> u64 {
    const EXTREMES: [u64; 8] = [
        0,
        1,
        u64::MAX,
        u64::MAX - 1,
        i64::MAX as u64,
        1 << 63,
        0x8000_0000,
        0x7fff_ffff_8000_0000,
    ];
    const DOUBLES: [f64; 14] = [
        -0.0,
        1.0,
        -1.5,
        2.5,
        0.5,
        1e300,
        5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        9_223_372_036_854_775_808.0,
        -2_147_483_648.5,
        3.000_000_1,
        1e10,
    ];
    const SINGLES: [f32; 12] = [
        -0.0,
        1.0,
        -1.5,
        2.5,
        0.5,
        3.4e38,
        1e-45,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        2_147_483_648.0,
        16_777_217.0,
    ];
    let single = |random: &mut fastrand::Rng| u64::from(SINGLES[random.usize(0..12)].to_bits());
    let byte =
        |random: &mut fastrand::Rng| [0, 1, 0x7f, 0x80, 0xff, random.u8(..)][random.usize(0..6)];
    match random.u32(0..7) {
        0 | 1 => random.u64(..),
        2 => EXTREMES[random.usize(0..EXTREMES.len())],
        3 => DOUBLES[random.usize(0..DOUBLES.len())].to_bits(),
        4 => single(random) << 32 | single(random),
        5 => random.u64(0..300),
        _ => u64::from_le_bytes(std::array::from_fn(|_| byte(random))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, ROWS, Tally, compare_all, machine_module, rows};

    #[test]
    fn random_functions_give_what_the_processor_gives() {
        let folder = tempfile::tempdir().expect("there is room for a build");
        let tally =
            compare_all(500, 1, folder.path(), folder.path()).expect("functions can be run");
        assert_eq!(tally.functions, 500);
        assert!(tally.different.is_empty(), "{}", tally.different.join("\n"));
        assert!(tally.unsupported.is_empty(), "{:?}", tally.unsupported);
        assert!(
            tally.values > 50_000,
            "only {} values are compared",
            tally.values
        );
    }

    #[test]
    fn the_rows_are_always_the_same() {
        assert_eq!(rows(), rows());
    }

    /// Whichever byte is another one, the value and the row in which it lies are named.
    #[test]
    fn a_difference_is_found_at_every_byte() {
        let case = Case::random(3);
        let bytes = case.function.output_bytes() as usize;
        let expected = vec![0x55; bytes * ROWS as usize];
        for at in 0..expected.len() {
            let mut found = expected.clone();
            found[at] = 0xaa;
            let (row, offset) = (at / bytes, at % bytes);
            let mut outputs = case.function.outputs.iter();
            let value = outputs.find(|(_, end)| offset < *end as usize);
            let (value, _) = value.expect("every byte is a value's");
            let told = case.first_difference(&expected, &found);
            let place = format!("{value} of row {row}: the processor 55");
            assert!(told.starts_with(&place), "byte {at}: {told}");
        }
        // Output that stops short differs where it stops, and too much is too much.
        let told = case.first_difference(&expected, &expected[..bytes]);
        assert!(
            told.contains(" of row 1: ") && told.ends_with("the machine "),
            "{told}"
        );
        let longer = [expected.as_slice(), &[0]].concat();
        assert_eq!(
            case.first_difference(&expected, &longer),
            "more is written than there are values"
        );
    }

    #[test]
    fn what_differs_is_kept_as_a_module_and_fails_the_check() {
        let folder = tempfile::tempdir().expect("there is room for a module");
        let case = Case::random(5);
        let mut tally = Tally::default();
        let what = "%v1 of row 0: the processor 01, the machine 02".to_owned();
        case.keep(what, &rows(), folder.path(), &mut tally)
            .expect("there is room");
        let kept = std::fs::read_to_string(folder.path().join("f5.ll")).expect("it is kept");
        let module = machine_module(std::slice::from_ref(&case), &rows());
        assert!(kept.starts_with("; %v1 of row 0: ") && kept.ends_with(&module));
        let error = tally.conclude(5).expect_err("a difference fails");
        assert!(error.contains("DIFFERENT seed 5, kept in "), "{error}");
        // What the machine can't execute is told, and fails nothing.
        let mut tally = Tally::default();
        tally.unsupported.insert("a lane of 7 bits".to_owned(), 2);
        let summary = tally.conclude(5).expect("nothing differs");
        assert!(
            summary.contains("unsupported, 2 functions: a lane of 7 bits"),
            "{summary}"
        );
    }
}
