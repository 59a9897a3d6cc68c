//! Strings and characters, Unicode included.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsString};
use std::path::{Path, PathBuf};

pub fn lengths_in_bytes_and_characters() {
    for text in ["", "ascii", "größe", "日本語", "🦀🦀", "e\u{301}"] {
        println!("{text:?} {} {}", text.len(), text.chars().count());
    }
}

pub fn character_boundaries() {
    let text = "aß日🦀";
    let boundaries: Vec<_> = (0..=text.len()).filter(|i| text.is_char_boundary(*i)).collect();
    println!("{boundaries:?} {:?}", text.char_indices().collect::<Vec<_>>());
    println!("{:?} {:?}", text.get(0..2), text.get(1..3));
}

pub fn slicing_inside_a_character() {
    let text = String::from("日本");
    let at = std::hint::black_box(1);
    println!("{}", &text[at..]);
}

pub fn changing_case() {
    for text in ["Straße", "ΣΊΣΥΦΟΣ", "ǆ", "İstanbul", "ﬁn"] {
        println!("{} {}", text.to_uppercase(), text.to_lowercase());
    }
    println!("{} {}", "MiXed".to_ascii_lowercase(), "ÄB".to_ascii_lowercase());
    println!("{:?}", 'ß'.to_uppercase().collect::<String>());
}

pub fn classes_of_characters() {
    for c in ['a', 'É', '5', '½', ' ', '\u{a0}', '日', '_', '\n', '\u{200b}', '٣'] {
        println!(
            "{c:?} {} {} {} {} {}",
            c.is_alphabetic(), c.is_numeric(), c.is_whitespace(), c.is_uppercase(), c.is_control()
        );
    }
}

pub fn splitting_in_every_way() {
    let text = "a,b,,c";
    println!("{:?}", text.split(',').collect::<Vec<_>>());
    println!("{:?}", text.rsplit(',').collect::<Vec<_>>());
    println!("{:?}", text.splitn(2, ',').collect::<Vec<_>>());
    println!("{:?} {:?}", text.split_once(','), text.rsplit_once(",,"));
    println!("{:?}", text.split_inclusive(',').collect::<Vec<_>>());
    println!("{:?}", text.split_terminator('c').collect::<Vec<_>>());
    println!("{:?}", " x \t y\n".split_whitespace().collect::<Vec<_>>());
    println!("{:?}", "one\r\ntwo\n\nthree".lines().collect::<Vec<_>>());
    println!("{:?}", "k1=v1;k2".split([';', '=']).collect::<Vec<_>>());
}

pub fn finding_and_replacing() {
    let text = "abracadabra";
    println!("{:?} {:?} {:?}", text.find("cad"), text.rfind('a'), text.find(char::is_uppercase));
    println!("{} {}", text.replace("ab", "AB"), text.replacen('a', "", 2));
    println!("{:?}", text.match_indices("abra").collect::<Vec<_>>());
    println!("{} {}", text.contains("dab"), text.ends_with(['a', 'z']));
    let long = "x".repeat(1000) + "needle in a haystack" + &"y".repeat(500);
    println!("{:?} {:?}", long.find("needle in"), long.find("needle on"));
}

pub fn trimming_and_stripping() {
    println!("{:?}", "  text\t\n".trim());
    println!("{:?}", "xxtextxx".trim_matches('x'));
    println!("{:?} {:?}", "prefix-body".strip_prefix("prefix-"), "body".strip_suffix("x"));
    println!("{:?}", "123abc456".trim_start_matches(|c: char| c.is_ascii_digit()));
}

pub fn building() {
    let mut text = String::with_capacity(4);
    text.push('a');
    text.push_str("bcd");
    text.insert(1, 'ß');
    text.insert_str(0, ">>");
    println!("{text} {:?} {}", text.pop(), text.remove(3));
    text.truncate(3);
    text.extend(["x", "y"]);
    text += "z";
    println!("{text} {}", text.drain(1..3).collect::<String>());
    text.retain(|c| c != 'x');
    println!("{text}");
    text.clear();
    println!("{}", text.is_empty());
}

pub fn utf8_validation() {
    for bytes in [&b"plain"[..], b"\xc3\x9f", b"\xc3", b"\xff", b"a\xe2\x82b", b"\xed\xa0\x80", b"\xf0\x9f\xa6\x80"] {
        match std::str::from_utf8(bytes) {
            Ok(text) => println!("ok {text}"),
            Err(error) => println!("{error} {}", error.valid_up_to()),
        }
    }
    println!("{}", String::from_utf8_lossy(b"a\xffb\xe2\x82c"));
    let long = "abcdefgh".repeat(20) + "ß";
    println!("{:?}", std::str::from_utf8(long.as_bytes()).map(str::len));
}

pub fn utf16() {
    let units: Vec<u16> = "aß🦀".encode_utf16().collect();
    println!("{units:04x?} {:?}", String::from_utf16(&units));
    println!("{:?}", String::from_utf16(&[0xd800, 0x61]).is_err());
    println!("{:?}", char::decode_utf16([0xd83e, 0xdd80, 0xdc00]).map(|r| r.is_ok()).collect::<Vec<_>>());
}

pub fn borrowed_or_owned() {
    fn spaces(text: &str) -> Cow<'_, str> {
        if text.contains('_') { Cow::Owned(text.replace('_', " ")) } else { Cow::Borrowed(text) }
    }
    for text in ["no change", "with_underscore"] {
        let result = spaces(text);
        println!("{result} {}", matches!(result, Cow::Borrowed(_)));
    }
}

pub fn characters_as_numbers() {
    println!("{:?} {:?} {:?}", char::from_u32(0x1f980), char::from_u32(0xd800), char::from_digit(11, 16));
    println!("{} {}", 'z' as u32 - 'a' as u32, (b'a' + 3) as char);
    println!("{:?} {:?}", 'f'.to_digit(16), 'g'.to_digit(16));
    println!("{} {}", '🦀'.len_utf8(), '🦀'.len_utf16());
}

pub fn escaping() {
    let text = "tab\t quote\" back\\slash \u{7f} é \u{301} \u{feff}";
    println!("{text:?}");
    println!("{}", text.escape_default());
    println!("{}", text.escape_unicode());
    println!("{:?} {:?}", '\'', "'");
    println!("{}", b"\x00a\xff\n".escape_ascii());
}

pub fn c_strings() {
    let owned = CString::new("hello").unwrap();
    println!("{owned:?} {}", owned.as_bytes_with_nul().len());
    println!("{:?}", CString::new(vec![1, 0, 2]).unwrap_err());
    let borrowed = CStr::from_bytes_until_nul(b"ab\0cd").unwrap();
    println!("{:?} {:?}", borrowed.to_str(), c"literal".count_bytes());
    let back = unsafe { CStr::from_ptr(owned.as_ptr()) };
    println!("{}", back == owned.as_c_str());
}

pub fn paths() {
    let path = Path::new("/usr/lib/../share/file.tar.gz");
    println!("{:?} {:?} {:?}", path.file_name(), path.extension(), path.file_stem());
    println!("{:?}", path.components().count());
    println!("{:?}", path.ancestors().map(|p| p.display().to_string()).collect::<Vec<_>>());
    let mut other = PathBuf::from("a");
    other.push("b");
    other.set_extension("rs");
    println!("{} {}", other.display(), other.join("/absolute").display());
    println!("{:?} {}", path.strip_prefix("/usr"), path.is_absolute());
    println!("{:?}", OsString::from("os").into_string());
}

pub fn comparing_and_ordering() {
    let mut words = ["zebra", "Apple", "äpfel", "apple", "zoo", ""];
    words.sort();
    println!("{words:?}");
    println!("{} {:?}", "a" < "b", "abc".cmp("abcd"));
    println!("{} {}", "HeLLo".eq_ignore_ascii_case("hEllO"), String::from("x") == *"x");
}

pub fn parsing_a_small_language() {
    #[derive(Debug)]
    enum Token<'a> { Word(&'a str), Number(f64), Mark(char) }
    fn tokens(mut text: &str) -> Vec<Token<'_>> {
        let mut found = Vec::new();
        while let Some(first) = text.chars().next() {
            let length = |f: fn(char) -> bool| text.find(|c| !f(c)).unwrap_or(text.len());
            let (token, used) = if first.is_alphabetic() {
                let end = length(|c| c.is_alphanumeric());
                (Token::Word(&text[..end]), end)
            } else if first.is_ascii_digit() {
                let end = length(|c| c.is_ascii_digit() || c == '.');
                (Token::Number(text[..end].parse().unwrap()), end)
            } else if first.is_whitespace() {
                text = &text[first.len_utf8()..];
                continue;
            } else {
                (Token::Mark(first), first.len_utf8())
            };
            found.push(token);
            text = &text[used..];
        }
        found
    }
    println!("{:?}", tokens("größe = 3.25*x2 → 0"));
}
