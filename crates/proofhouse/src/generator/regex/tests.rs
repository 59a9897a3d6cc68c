use regex_automata::nfa::thompson::pikevm::PikeVM;

use super::*;
use crate::case_context::{CaseEnd, run_case};
use crate::property::CaseOutcome;

fn run(texts: &Regex, mut source: Source) -> Option<String> {
    let mut drawn = None;
    let end = run_case(|| {
        drawn = Some(source.draw(texts));
        CaseOutcome::Held
    });
    assert!(!matches!(end, CaseEnd::Failed(_)), "{end:?}");
    drawn
}

/// Checks the simplest text, and that random ones, replayed ones and all that come of mutilating
/// their choices match.
fn check(expression: &str, simplest: &str) -> Vec<String> {
    let texts = regex(expression);
    let matcher = PikeVM::new(&format!(r"\A(?:{expression})\z")).expect("it is an expression");
    let mut cache = matcher.create_cache();
    let mut matches = |text: &str| matcher.is_match(&mut cache, text);
    let first = run(&texts, Source::replay(Vec::new()));
    assert_eq!(first.as_deref(), Some(simplest), "{expression}");
    let mut all = Vec::new();
    for index in 1..500 {
        let mut source = Source::random(3, index).recording();
        let mut drawn = None;
        run_case(|| {
            drawn = Some(source.draw(&texts));
            CaseOutcome::Held
        });
        let Some(text) = drawn else { continue };
        assert!(matches(&text), "{text:?} of {expression}");
        let choices = source.finish().record.choices();
        assert_eq!(
            run(&texts, Source::replay(choices.clone())).as_ref(),
            Some(&text)
        );
        for at in 0..choices.len().min(20) {
            let mut fewer = choices.clone();
            fewer.remove(at);
            if let Some(text) = run(&texts, Source::replay(fewer)) {
                assert!(matches(&text), "{text:?} of {expression}");
            }
        }
        all.push(text);
    }
    assert!(all.len() > 250, "{expression}: {} of 500", all.len());
    all
}

#[test]
fn texts_match_and_are_simple() {
    check("", "");
    check("abc", "abc");
    check("[0-9]{4}-(0[1-9]|1[0-2])", "0000-01");
    check("(yes|no)+!?", "yes");
    check("[^a-y]", "z");
    check(".{3}", "aaa");
    check("a*b+(cd){2,3}", "bcdcd");
    check("(?i)[k-m]{2}", "kk");
    check(r"\d\w\s", "0a ");
    check(r"\p{Greek}+", "Ͱ");
    check("(?-u)[x-z]x", "xx");
    check(r"^(a|(b|)c?)$", "a");
    check("x{0}y", "y");
    check("[[a-z]&&[^a-w]]{5}", "xxxxx");
    check("(?s).", "a");
}

#[test]
fn assertions_hold_where_they_stand() {
    check(r"\bx+\b", "x");
    check(r"[a-z]+\b,? ?\b[a-z]*|-", "a");
    let texts = check(r"(?m)^a?$\n?^b?$", "");
    assert!(texts.iter().any(|text| text == "a\nb"));
}

#[test]
fn all_alternatives_and_lengths_occur() {
    let texts = check("(a|b|[c-f]){1,3}", "a");
    for letter in 'a'..='f' {
        assert!(texts.iter().any(|text| text.contains(letter)), "{letter}");
    }
    assert!((1..=3).all(|length| texts.iter().any(|text| text.len() == length)));
}

#[test]
fn expressions_are_kept_and_told_apart() {
    let first = regex("kept[0-9]");
    assert!(Arc::ptr_eq(&first.0, &regex("kept[0-9]").0));
    for number in 0..2 * KNOWN_MAX {
        let expression = format!("n{number}");
        let text = run(&regex(&expression), Source::random(1, 1));
        assert_eq!(text.as_deref(), Some(&*expression));
    }
}

#[test]
#[should_panic(expected = "this is no regular expression")]
fn what_cannot_be_parsed_is_refused() {
    regex("(a");
}

#[test]
#[should_panic(expected = "no text matches")]
fn what_matches_nothing_is_refused() {
    regex(r"a[^\x{0}-\x{10FFFF}]");
}
