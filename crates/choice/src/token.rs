//! The one-line form of a test case: shell-safe, versioned and checksummed.
//!
//! `ph1:<package>:<property path>:<choices>:<checksum>` is what a report prints, a store keeps and a
//! replay accepts. It needs no quotes in a shell, survives being pasted into a chat, and names the
//! property it belongs to, so that nobody has to keep the two together.
//!
//! | choice | written as | example |
//! | --- | --- | --- |
//! | boolean | `t` or `f` | `t` |
//! | integer | decimal | `-5` |
//! | bytes | `x` and two hexadecimal digits a byte | `x00ff` |
//! | text | `s` and UTF-8, percent-encoded except `A-Z a-z 0-9 . _ ~` | `sab%20c` |
//! | branch | `b` and decimal | `b2` |
//! | float | `r` and decimal, `inf` or `nan` | `r-1.5` |
//! | action | `a` and its number | `a3` |
//! | schedule | `p` (who proceeds) and the number of the thread | `p0` |
//! | fault | `e` for none, or `e` and its name, encoded as a text | `eno_space` |
//!
//! Choices are joined by commas; no choice at all is `-`. The checksum is the CRC-32 (reflected,
//! polynomial 0xEDB88320) of everything before its colon, in eight lower-case hexadecimal digits.
//!
//! # Invariants
//!
//! - `decode(encode(case)) == case` for every case (`tests::every_case_survives_a_round_trip`).
//! - Each case has one spelling: what decodes re-encodes to the same text.
//! - A token with any one character changed, dropped or doubled never decodes
//!   (`tests::no_single_damage_goes_unnoticed`).
//!
//! # Not here
//!
//! Whether the choices still fit the property's generators. That shows when they are replayed.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use crate::{Choice, Integer};

/// The version that [`encode`] writes and the newest that [`decode`] reads.
pub const VERSION: u32 = 1;

/// What a token holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Token {
    /// The package of the property, as cargo names it.
    pub package: String,
    /// The path of the property within its test binary.
    pub property: String,
    /// The case.
    pub choices: Vec<Choice>,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.package, &self.property, &self.choices))
    }
}

impl FromStr for Token {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        decode(text)
    }
}

/// Writes a case as a token.
///
/// ```
/// use proofhouse_choice::{Choice, token};
///
/// let text = token::encode("shop", "cart::prop_total", &[Choice::Boolean(true)]);
/// assert_eq!(text, "ph1:shop:cart::prop_total:t:4a7fc51b");
/// assert_eq!(token::decode(&text).unwrap().choices, [Choice::Boolean(true)]);
/// ```
pub fn encode(package: &str, property: &str, choices: &[Choice]) -> String {
    let mut text = String::new();
    encode_into(&mut text, package, property, choices);
    text
}

/// Appends to `text` what [`encode`] returns; for callers that write many tokens.
pub fn encode_into<'a>(
    text: &mut String,
    package: &str,
    property: &str,
    choices: impl IntoIterator<Item = &'a Choice>,
) {
    let start = text.len();
    write!(text, "ph{VERSION}:{package}:{property}:").expect("writing to a string never fails");
    write_choices(text, choices);
    let checksum = crc32(&text.as_bytes()[start..]);
    write!(text, ":{checksum:08x}").expect("writing to a string never fails");
}

/// What follows the property's path in the token of an example.
const EXAMPLE: &str = "::example_";

/// What the token of an example names as its property. An example is no sequence of choices of its
/// property, so its token says which example it is, numbered from 1, and has no choices.
pub fn example_name(path: &str, number: usize) -> String {
    format!("{path}{EXAMPLE}{number}")
}

/// The number of the example of the property at `path` that a token names as its property.
///
/// ```
/// use proofhouse_choice::token;
///
/// let name = token::example_name("cart::prop_total", 2);
/// assert_eq!(token::example_of("cart::prop_total", &name), Some(2));
/// assert_eq!(token::example_of("cart::prop_tot", &name), None);
/// ```
pub fn example_of(path: &str, name: &str) -> Option<usize> {
    let number = name.strip_prefix(path)?.strip_prefix(EXAMPLE)?;
    number.parse().ok()
}

/// Reads a token; whitespace around it is ignored.
///
/// # Errors
///
/// [`TokenError::NotAToken`] when the text has not the shape of a token, [`TokenError::NewerVersion`]
/// when a newer release wrote it, [`TokenError::Corrupt`] when the checksum disagrees, and
/// [`TokenError::BadChoice`] when the checksum is right but a choice is not in its one spelling.
pub fn decode(text: &str) -> Result<Token, TokenError> {
    let text = text.trim();
    let Some((version, rest)) = text
        .strip_prefix("ph")
        .and_then(|rest| rest.split_once(':'))
    else {
        return Err(TokenError::NotAToken);
    };
    let is_plain = version.bytes().all(|byte| byte.is_ascii_digit()) && !version.starts_with('0');
    let version = version
        .parse()
        .ok()
        .filter(|_| is_plain)
        .ok_or(TokenError::NotAToken)?;
    if version > VERSION {
        return Err(TokenError::NewerVersion {
            found: version,
            newest_supported: VERSION,
        });
    }
    let (body, stated) = text.rsplit_once(':').ok_or(TokenError::NotAToken)?;
    let computed = format!("{:08x}", crc32(body.as_bytes()));
    if computed != stated {
        return Err(TokenError::Corrupt {
            stated: stated.to_owned(),
            computed,
        });
    }
    let parts = rest
        .strip_suffix(stated)
        .and_then(|rest| rest.strip_suffix(':'))
        .and_then(|rest| rest.rsplit_once(':'))
        .and_then(|(names, choices)| Some((names.split_once(':')?, choices)));
    let ((package, property), choices) = parts.ok_or(TokenError::NotAToken)?;
    let choices = read_choices(choices)?;
    Ok(Token {
        package: package.to_owned(),
        property: property.to_owned(),
        choices,
    })
}

fn write_choices<'a>(text: &mut String, choices: impl IntoIterator<Item = &'a Choice>) {
    let start = text.len();
    for choice in choices {
        if text.len() > start {
            text.push(',');
        }
        write_choice(text, choice);
    }
    if text.len() == start {
        text.push('-');
    }
}

fn write_choice(text: &mut String, choice: &Choice) {
    const CANNOT_FAIL: &str = "writing to a string never fails";
    match choice {
        Choice::Boolean(value) => text.push(if *value { 't' } else { 'f' }),
        Choice::Integer(value) => write!(text, "{value}").expect(CANNOT_FAIL),
        Choice::Branch(value) => write!(text, "b{value}").expect(CANNOT_FAIL),
        Choice::Float(value) => write!(text, "r{value}").expect(CANNOT_FAIL),
        Choice::Bytes(bytes) => {
            text.push('x');
            for byte in bytes {
                text.push(hexadecimal_digit(byte >> 4));
                text.push(hexadecimal_digit(byte & 15));
            }
        }
        Choice::Text(value) => {
            text.push('s');
            write_percent(text, value);
        }
        Choice::Action(member) => write!(text, "a{member}").expect(CANNOT_FAIL),
        Choice::Schedule(member) => write!(text, "p{member}").expect(CANNOT_FAIL),
        Choice::Fault(fault) => {
            text.push('e');
            write_percent(text, fault.as_deref().unwrap_or_default());
        }
    }
}

fn write_percent(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if is_literal(byte) {
            text.push(char::from(byte));
        } else {
            text.push('%');
            text.push(hexadecimal_digit(byte >> 4));
            text.push(hexadecimal_digit(byte & 15));
        }
    }
}

fn read_choices(text: &str) -> Result<Vec<Choice>, TokenError> {
    if text == "-" {
        return Ok(Vec::new());
    }
    let mut choices = Vec::new();
    for (position, word) in text.split(',').enumerate() {
        let choice = read_choice(word);
        choices.push(choice.ok_or_else(|| TokenError::BadChoice {
            position,
            text: word.into(),
        })?);
    }
    Ok(choices)
}

fn read_choice(word: &str) -> Option<Choice> {
    let rest = word.get(1..).unwrap_or_default();
    let choice = match word.as_bytes().first()? {
        b't' => Choice::Boolean(true),
        b'f' => Choice::Boolean(false),
        b'x' => Choice::Bytes(read_hexadecimal(rest)?),
        b's' => Choice::Text(read_percent(rest)?),
        b'b' => Choice::Branch(rest.parse().ok()?),
        b'r' => Choice::Float(rest.parse().ok()?),
        b'a' => Choice::Action(rest.parse().ok()?),
        b'p' => Choice::Schedule(rest.parse().ok()?),
        b'e' if rest.is_empty() => Choice::Fault(None),
        b'e' => Choice::Fault(Some(read_percent(rest)?.into())),
        _ => Choice::Integer(word.parse::<Integer>().ok()?),
    };
    // One spelling per choice: "+5", "05", "tt" or "%61" read as something, but are not it.
    let mut again = String::with_capacity(word.len());
    write_choice(&mut again, &choice);
    (again == word).then_some(choice)
}

fn read_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return None;
    }
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| Some(digit_value(pair[0])? << 4 | digit_value(pair[1])?))
        .collect()
}

fn read_percent(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            decoded.push(digit_value(bytes.next()?)? << 4 | digit_value(bytes.next()?)?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn is_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~')
}

fn hexadecimal_digit(value: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(value)])
}

fn digit_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// CRC-32 as in ISO-HDLC. Unlike a hash, it is certain to notice any damage within 32 bits.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        let index = (sum ^ u32::from(*byte)) & 0xff;
        sum >> 8 ^ CRC_TABLE[index as usize]
    })
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut entry = index as u32;
        let mut bit = 0;
        while bit < 8 {
            entry = if entry & 1 == 1 {
                entry >> 1 ^ 0xedb8_8320
            } else {
                entry >> 1
            };
            bit += 1;
        }
        table[index] = entry;
        index += 1;
    }
    table
};

/// Why a text is not a token that can be replayed here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The text has not the shape of a token.
    NotAToken,
    /// A newer release wrote the token.
    NewerVersion {
        /// The token's version.
        found: u32,
        /// The newest version that is read here.
        newest_supported: u32,
    },
    /// The checksum disagrees: part of the token was lost or changed on its way.
    Corrupt {
        /// The checksum in the token.
        stated: String,
        /// The checksum of what is there.
        computed: String,
    },
    /// The checksum agrees, but one of the choices has no meaning.
    BadChoice {
        /// Which choice, from 0.
        position: usize,
        /// Its text.
        text: String,
    },
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAToken => write!(f, "this is not a token"),
            Self::NewerVersion {
                found,
                newest_supported,
            } => {
                write!(
                    f,
                    "the token has version {found}, but at most {newest_supported} is read"
                )
            }
            Self::Corrupt { stated, computed } => {
                write!(
                    f,
                    "the token is damaged: its checksum is {stated}, it should be {computed}"
                )
            }
            Self::BadChoice { position, text } => {
                write!(
                    f,
                    "choice {position} of the token, `{text}`, has no meaning"
                )
            }
        }
    }
}

impl std::error::Error for TokenError {}

impl TokenError {
    /// A stable name for docs, tests and scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAToken => "token/not-a-token",
            Self::NewerVersion { .. } => "token/newer-version",
            Self::Corrupt { .. } => "token/corrupt",
            Self::BadChoice { .. } => "token/bad-choice",
        }
    }

    /// What the reader can do next.
    pub fn help(&self) -> String {
        match self {
            Self::NotAToken => {
                format!("a token is one line that starts with `ph{VERSION}:`; copy it whole")
            }
            Self::NewerVersion { .. } => {
                "update proofhouse to the release that printed the token".to_owned()
            }
            Self::Corrupt { .. } => {
                "copy the token again, from its first `ph` to its last digit".to_owned()
            }
            Self::BadChoice { .. } => {
                "tokens are written by proofhouse; run the property again for a fresh one"
                    .to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Float;

    fn samples() -> Vec<Choice> {
        let mut samples = vec![Choice::Boolean(true), Choice::Boolean(false)];
        let integers = [
            Integer::from(i128::MIN),
            Integer::from(-5),
            Integer::from(u128::MAX),
        ];
        samples.extend(integers.map(Choice::Integer));
        samples.extend([&b""[..], b"\0\xff"].map(|bytes| Choice::Bytes(bytes.to_vec())));
        let texts = ["", "plain", "t", "a b,c:d%e\n", "\u{0}\u{10ffff}é", "~._-"];
        samples.extend(texts.map(|text| Choice::Text(text.to_owned())));
        samples.extend([0, u32::MAX].map(Choice::Branch));
        samples.extend([0, 17].map(Choice::Action));
        samples.extend([0, u32::MAX].map(Choice::Schedule));
        let faults = [None, Some("no_space"), Some("e"), Some("disk full,é")];
        samples.extend(faults.map(|fault| Choice::Fault(fault.map(Box::from))));
        let numbers = [-0.0, 0.1, 1e300, f64::NEG_INFINITY, f64::NAN];
        samples.extend(numbers.map(|number| Choice::Float(Float::from(number))));
        samples
    }

    fn check(choices: &[Choice], middle: &str) {
        let text = encode("pack-age", "types::prop_x", choices);
        assert!(
            text.starts_with(&format!("ph1:pack-age:types::prop_x:{middle}:")),
            "{text}"
        );
        let token = decode(&text).unwrap();
        assert_eq!(token.choices, choices);
        assert_eq!(
            (&*token.package, &*token.property),
            ("pack-age", "types::prop_x")
        );
        assert_eq!(token.to_string(), text);
        let safe = |c: char| c.is_ascii_alphanumeric() || ":,.-_~%".contains(c);
        assert!(
            text.chars().all(safe),
            "a shell would need quotes for {text}"
        );
    }

    #[test]
    fn every_case_survives_a_round_trip() {
        check(&[], "-");
        check(
            &[Choice::Boolean(true), Choice::Integer(Integer::from(-5))],
            "t,-5",
        );
        check(
            &[Choice::Bytes(vec![0, 255]), Choice::Branch(7)],
            "x00ff,b7",
        );
        check(&[Choice::Text("a b~é".to_owned())], "sa%20b~%c3%a9");
        check(
            &[Choice::Text(String::new()), Choice::Bytes(Vec::new())],
            "s,x",
        );
        check(
            &[Choice::Action(3), Choice::Schedule(0), Choice::Fault(None)],
            "a3,p0,e",
        );
        check(&[Choice::Fault(Some("no space".into()))], "eno%20space");
        for sample in samples() {
            let mut word = String::new();
            write_choice(&mut word, &sample);
            check(&[sample], &word);
        }
    }

    #[test]
    fn no_single_damage_goes_unnoticed() {
        let text = encode("shop", "cart::prop_total", &samples());
        for at in 0..text.len() {
            let mut dropped = text.clone();
            let lost = dropped.remove(at);
            assert!(decode(&dropped).is_err(), "dropped {lost:?} at {at}");
            let mut doubled = text.clone();
            doubled.insert(at, lost);
            assert!(decode(&doubled).is_err(), "doubled {lost:?} at {at}");
            for other in "ft-09,:bxs%aZ".chars().filter(|other| *other != lost) {
                let mut changed = dropped.clone();
                changed.insert(at, other);
                assert!(
                    decode(&changed).is_err(),
                    "changed {lost:?} at {at} to {other:?}"
                );
            }
        }
        for length in 0..text.len() {
            assert!(decode(&text[..length]).is_err(), "cut to {length}");
        }
    }

    #[test]
    fn each_way_to_be_wrong_has_its_own_name() {
        let check = |text: &str, code: &str| assert_eq!(decode(text).unwrap_err().code(), code);
        check("", "token/not-a-token");
        check("hello", "token/not-a-token");
        check("phone:x:y:-:00000000", "token/not-a-token");
        check("ph01:x:y:-:00000000", "token/not-a-token");
        check("ph+1:x:y:-:00000000", "token/not-a-token");
        check("ph2:anything at all", "token/newer-version");
        check("ph1:shop:cart:t:00000000", "token/corrupt");
        for bad in [
            "q",
            "+5",
            "05",
            "-0",
            "tt",
            "xABCD",
            "x0",
            "s%61",
            "s%ff",
            "b",
            "r1.0",
            "r1e0",
            "rNaN",
            "r+1",
            "b-1",
            "a",
            "a03",
            "p-1",
            "p4294967296",
            "e%61",
            "e%ff",
            "",
            ",t",
        ] {
            let body = format!("ph1:shop:cart:{bad}");
            check(
                &format!("{body}:{:08x}", crc32(body.as_bytes())),
                "token/bad-choice",
            );
        }
        let body = "ph1:shop";
        check(
            &format!("{body}:{:08x}", crc32(body.as_bytes())),
            "token/not-a-token",
        );
    }

    #[test]
    fn every_error_says_what_to_do() {
        let errors = [
            TokenError::NotAToken,
            TokenError::NewerVersion {
                found: 2,
                newest_supported: VERSION,
            },
            TokenError::Corrupt {
                stated: "0".to_owned(),
                computed: "1".to_owned(),
            },
            TokenError::BadChoice {
                position: 0,
                text: "q".to_owned(),
            },
        ];
        for error in errors {
            assert!(!error.help().is_empty());
            assert!(!error.to_string().ends_with('.'));
        }
    }

    #[test]
    fn the_checksum_is_the_published_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
