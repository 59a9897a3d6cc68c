//! Function names as text: what is read, what is refused, what is printed.
//!
//! Each property about texts at large has a twin about texts near the grammar, because a random
//! text is refused at its first character and tells nothing about the second.

use proofhouse::prelude::*;

use super::generators::{LegalText, NearLegalText};
use super::grammar::{SYSFS, is_legal, normalised};
use crate::Bdf;

/// Every way to write a function's name is read as that function: short or with zeros, in either
/// case, with a segment of zero or without.
#[property]
fn prop_bdf_parse_valid(legal: LegalText) {
    assert_eq!(legal.text.parse::<Bdf>(), Ok(legal.bdf));
    assert_eq!(Bdf::from_ascii(legal.text.as_bytes()), Ok(legal.bdf));
}

/// Printing a function, reading that and printing again gives the same text.
#[property]
fn prop_bdf_parse_display_idempotent(bdf: Bdf) {
    let printed = bdf.to_string();
    assert_eq!(printed.as_bytes(), bdf.to_sysfs());
    let read: Bdf = printed.parse().expect("what is printed can be read");
    assert_eq!(read.to_string(), printed);
}

/// Any text is either refused or prints as itself in lower case, with zeros filled in and with
/// segment 0 where it names none.
#[property]
fn prop_bdf_parse_rejects_or_canonical(text: String) {
    check_rejected_or_canonical(&text);
}

/// The same for legal texts with a few characters changed.
#[property]
fn prop_bdf_parse_rejects_or_canonical_near_legal(near: NearLegalText) {
    check_rejected_or_canonical(&near.text);
}

fn check_rejected_or_canonical(text: &str) {
    if let Ok(bdf) = text.parse::<Bdf>() {
        assert_eq!(bdf.to_sysfs().as_slice(), normalised(text.as_bytes()));
    }
}

/// A byte string is read exactly when it has a legal shape, and then prints as itself, filled up.
#[property]
fn prop_bdf_accepts_exactly_the_grammar(text: Vec<u8>) {
    check_grammar(&text);
}

/// The same for legal texts with a few characters changed.
#[property]
fn prop_bdf_accepts_exactly_the_grammar_near_legal(near: NearLegalText) {
    check_grammar(near.text.as_bytes());
}

fn check_grammar(text: &[u8]) {
    match Bdf::from_ascii(text) {
        Ok(bdf) => {
            assert!(is_legal(text));
            assert_eq!(bdf.to_sysfs().as_slice(), normalised(text));
        }
        Err(_) => assert!(!is_legal(text)),
    }
}

/// A legal text is refused once a sign, a space, an underscore or `0x` is put in anywhere.
#[property]
fn prop_bdf_rejects_sign_space_prefix(
    legal: LegalText,
    #[from(0..=12_u8)] position: u8,
    #[from(0..=4_u8)] intruder: u8,
) {
    let intruder = ["+", "-", " ", "_", "0x"][usize::from(intruder)];
    let mut text = legal.text;
    let position = usize::from(position).min(text.len());
    text.insert_str(position, intruder);
    assert!(text.parse::<Bdf>().is_err());
}

/// A name with all its digits is refused once one of its numbers has zeros before it.
#[property]
fn prop_bdf_rejects_too_many_digits(
    bdf: Bdf,
    #[from(0..=3_u8)] number: u8,
    #[from(1..=3_u8)] zeros: u8,
    has_segment: bool,
) {
    const STARTS: [usize; 4] = [0, 5, 8, 11];
    let mut text = SYSFS.write(bdf);
    text.insert_str(STARTS[usize::from(number)], &"000"[..usize::from(zeros)]);
    // Without the segment, the zeros must be in one of the numbers that stay.
    let text = if has_segment || number == 0 {
        &text
    } else {
        &text[5..]
    };
    assert!(text.parse::<Bdf>().is_err());
}

/// A legal text is refused once one of its separators is exchanged for the other kind.
#[property]
fn prop_bdf_rejects_exchanged_separators(legal: LegalText, #[from(0..=2_u8)] which: u8) {
    let mut text = legal.text.into_bytes();
    let mut separators = text.iter_mut().filter(|byte| !byte.is_ascii_hexdigit());
    // A text without segment has two separators; the third is the first again.
    let count = if legal.has_segment { 3 } else { 2 };
    let separator = separators
        .nth(usize::from(which % count))
        .expect("there are so many");
    *separator = if *separator == b':' { b'.' } else { b':' };
    assert!(Bdf::from_ascii(&text).is_err());
}

/// No sequence of bytes makes the parser panic, be it text or not.
#[property]
fn prop_bdf_never_panics(bytes: Vec<u8>) {
    let from_bytes = Bdf::from_ascii(&bytes);
    if let Ok(bdf) = from_bytes {
        // What was read can be printed, too.
        assert_eq!(bdf.to_sysfs().len(), 12);
    }
}
