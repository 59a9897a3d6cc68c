//! What changes the fingerprint of an entry, and what must not.

use std::path::Path;
use std::process::Command;

use proofhouse_vm::load::{LlvmLibrary, parse_text};
use proofhouse_vm::program::{Fingerprints, Program};

/// An entry that reaches a function by its name, one by its address in a table, one by its address in
/// a table behind a table, and a foreign one; and next to it another entry with things of its own.
const TEXT: &str = r#"
@word = internal global i32 7
@table = internal constant [2 x ptr] [ptr @listed, ptr @deeper]
@deeper = internal constant [1 x ptr] [ptr @listed_deeper]
@aside_word = internal global i32 70

declare i32 @foreign(i32)

define i32 @aside(i32 %x) {
  %loaded = load i32, ptr @aside_word
  %sum = add i32 %loaded, 700
  ret i32 %sum
}

define i32 @entry(i32 %x) {
  %loaded = load i32, ptr @word
  %function = load ptr, ptr @table
  %first = call i32 %function(i32 %loaded)
  %second = call i32 @named(i32 %first)
  %third = call i32 @foreign(i32 %second)
  ret i32 %third
}

define internal i32 @named(i32 %x) {
  %small = icmp ult i32 %x, 11
  br i1 %small, label %less, label %more
less:
  %up = add nuw i32 %x, 12
  ret i32 %up
more:
  %back = call i32 @named(i32 13)
  ret i32 %back
}

define internal i32 @listed(i32 %x) {
  ret i32 14
}

define internal i32 @listed_deeper(i32 %x) {
  %wide = zext i32 %x to i128
  %shifted = shl i128 %wide, 90
  %big = add i128 %shifted, 340282366920938463463374607431768211400
  %narrow = trunc i128 %big to i32
  ret i32 %narrow
}
"#;

fn open_llvm() -> LlvmLibrary {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "sysroot"])
        .output()
        .expect("rustc runs");
    let sysroot = String::from_utf8(output.stdout).expect("the sysroot is text");
    LlvmLibrary::open_from_sysroot(Path::new(sysroot.trim())).expect("the toolchain has an LLVM")
}

fn fingerprint(program: &Program, entry: &str) -> String {
    let entry = program.function_named(entry).expect("the entry is defined");
    Fingerprints::new(program).of(entry).0
}

fn fingerprint_of_text(llvm: &LlvmLibrary, text: &str) -> String {
    let program = parse_text(text, llvm).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    fingerprint(&program, "entry")
}

#[test]
fn every_change_of_what_is_reached_is_seen() {
    let llvm = open_llvm();
    let mut seen = vec![fingerprint_of_text(&llvm, TEXT)];
    for (from, to) in [
        ("global i32 7\n", "global i32 8\n"),
        ("global i32 7\n", "constant i32 7\n"),
        ("global i32 7\n", "global i32 7, align 32\n"),
        ("global i32 7\n", "global i32 undef\n"),
        (
            "[ptr @listed, ptr @deeper]",
            "[ptr @listed_deeper, ptr @deeper]",
        ),
        ("[1 x ptr] [ptr @listed_deeper]", "[1 x ptr] [ptr @listed]"),
        ("load i32, ptr @word", "load i32, ptr @word, align 1"),
        ("load i32, ptr @word", "load volatile i32, ptr @aside_word"),
        ("@foreign", "@another"),
        ("ult i32", "ule i32"),
        ("i32 %x, 11", "i32 %x, 15"),
        ("add nuw i32", "add i32"),
        (
            "label %less, label %more\nless",
            "label %more, label %less\nless",
        ),
        ("@named(i32 13)", "@listed(i32 13)"),
        ("i32 13", "i32 16"),
        ("ret i32 14", "ret i32 poison"),
        ("i128 %wide, 90", "i128 %wide, 91"),
        ("211400", "211401"),
    ] {
        let text = TEXT.replace(from, to);
        assert_ne!(text, TEXT, "{from}");
        let now = fingerprint_of_text(&llvm, &text);
        assert!(!seen.contains(&now), "{from} → {to}");
        seen.push(now);
    }
}

#[test]
fn what_is_not_reached_does_not_count() {
    let llvm = open_llvm();
    let base = fingerprint_of_text(&llvm, TEXT);
    for (from, to) in [
        ("global i32 70", "global i64 71"),
        ("%loaded, 700", "%loaded, 701"),
        (
            "define i32 @aside",
            "define i32 @before() {\n ret i32 1000\n}\ndefine i32 @aside",
        ),
        ("@aside_word = ", "@new = constant i32 3\n@aside_word = "),
    ] {
        let text = TEXT.replace(from, to);
        assert_ne!(text, TEXT, "{from}");
        assert_eq!(fingerprint_of_text(&llvm, &text), base, "{from} → {to}");
    }
}

#[test]
fn entries_share_what_was_read_and_nothing_else() {
    let program = parse_text(TEXT, &open_llvm()).expect("the module is sound");
    let mut shared = Fingerprints::new(&program);
    for name in ["aside", "entry", "named", "listed_deeper", "entry"] {
        let id = program.function_named(name).expect("it is defined");
        assert_eq!(shared.of(id).0, fingerprint(&program, name), "{name}");
    }
    assert_ne!(
        fingerprint(&program, "aside"),
        fingerprint(&program, "entry")
    );
}

#[test]
fn functions_are_reached_by_name_and_by_address() {
    let program = parse_text(TEXT, &open_llvm()).expect("the module is sound");
    let check = |entry: &str, expected: &[&str]| {
        let id = program.function_named(entry).expect("it is defined");
        let (_, reached) = Fingerprints::new(&program).of(id);
        let mut names: Vec<&str> = reached
            .iter()
            .map(|id| program.functions[id.index()].symbol.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, expected);
    };
    check("aside", &["aside"]);
    check("named", &["named"]);
    check(
        "entry",
        &["entry", "foreign", "listed", "listed_deeper", "named"],
    );
}
