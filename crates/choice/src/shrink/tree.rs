//! A record as a tree of spans, and putting right a sequence whose structure changed on the way.
//!
//! A pass that moves a part of a sequence to another place can't know which questions will be
//! asked there: the same part may have more or fewer choices in another depth. The run of such a
//! candidate tells, up to the first place where it goes astray. There the candidate is put right,
//! and the rest of it is as it was meant.

use std::ops::Range;

use crate::{Choice, Record, SpanKind};

/// A part of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// One choice.
    Choice(Choice),
    /// A span and what is in it.
    Span {
        /// What it is to its generator.
        kind: SpanKind,
        /// The sort of value.
        label: &'static str,
        /// Its parts.
        items: Vec<Item>,
    },
}

/// The parts of a record.
pub(super) fn items_of(record: &Record) -> Vec<Item> {
    items_within(record, &mut 0, None, 0..record.nodes().len())
}

/// The parts of the span at `parent`, or of all; `next` is the first span not yet met.
fn items_within(
    record: &Record,
    next: &mut usize,
    parent: Option<usize>,
    range: Range<usize>,
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut start = range.start;
    let nodes = |from: usize, to: usize| {
        record.nodes()[from..to]
            .iter()
            .map(|node| Item::Choice(node.choice.clone()))
    };
    while let Some(span) = record
        .spans()
        .get(*next)
        .filter(|span| span.parent == parent)
    {
        let at = *next;
        *next += 1;
        items.extend(nodes(start, span.start));
        let inner = items_within(record, next, Some(at), span.start..span.end);
        items.push(Item::Span {
            kind: span.kind,
            label: span.label,
            items: inner,
        });
        start = span.end;
    }
    items.extend(nodes(start, range.end));
    items
}

/// The choices of some parts.
pub(super) fn flatten(items: &[Item]) -> Vec<Choice> {
    let mut choices = Vec::new();
    collect(items, &mut choices);
    choices
}

fn collect(items: &[Item], choices: &mut Vec<Choice>) {
    for item in items {
        match item {
            Item::Choice(choice) => choices.push(choice.clone()),
            Item::Span { items, .. } => collect(items, choices),
        }
    }
}

/// What was meant, put right at the first place where the run asked for something else; `None`
/// when it asked for all that was meant. Where it asked for more, simplest values are inserted;
/// where it asked for less, the rest of that span is left out.
pub(super) fn put_right(meant: &[Item], asked: &[Item]) -> Option<Vec<Item>> {
    for (at, question) in asked.iter().enumerate() {
        let fixed = match (meant.get(at), question) {
            (Some(Item::Choice(_)), Item::Choice(_)) => continue,
            (
                Some(Item::Span { kind, label, items }),
                Item::Span {
                    kind: asked_kind,
                    label: asked_label,
                    items: asked,
                },
            ) if (kind, label) == (asked_kind, asked_label) => match put_right(items, asked) {
                None => continue,
                Some(items) => vec![Item::Span {
                    kind: *kind,
                    label,
                    items,
                }],
            },
            // One simplest choice for each part that was not meant. It may need more; the next
            // run tells.
            (None, _) => vec![simplest(); asked.len() - at],
            (Some(item), _) => vec![simplest(), item.clone()],
        };
        let rest = meant.get(at + 1..).unwrap_or_default();
        return Some([&meant[..at], &fixed, rest].concat());
    }
    (meant.len() > asked.len()).then(|| meant[..asked.len()].to_vec())
}

/// A boolean stands for the simplest value of any kind: it is, or it does not fit.
fn simplest() -> Item {
    Item::Choice(Choice::Boolean(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Domain;

    fn record(shape: &str) -> Record {
        // Letters are labels of spans, digits are branches: `a(1b(2))`.
        let mut record = Record::new();
        for letter in shape.chars() {
            match letter {
                'a' => record.open(SpanKind::Value, "a"),
                'b' => record.open(SpanKind::Value, "b"),
                '(' => {}
                ')' => record.close(false),
                digit => {
                    let branch = digit.to_digit(10).unwrap();
                    record.push(Choice::Branch(branch), Domain::Branch { count: 10 });
                }
            }
        }
        record.finish();
        record
    }

    fn shape(items: &[Item]) -> String {
        let show = |item: &Item| match item {
            Item::Choice(Choice::Branch(branch)) => branch.to_string(),
            Item::Choice(_) => "?".to_owned(),
            Item::Span { label, items, .. } => format!("{label}({})", shape(items)),
        };
        items.iter().map(show).collect()
    }

    #[test]
    fn a_record_survives_as_a_tree() {
        for text in [
            "",
            "1",
            "a(1)",
            "a(1b(2)3)4",
            "a(a(b(1)2)b()3b(4))",
            "a(b())",
            "a()1",
        ] {
            let record = record(text);
            assert_eq!(shape(&items_of(&record)), text);
            assert_eq!(flatten(&items_of(&record)), record.choices());
        }
    }

    #[test]
    fn the_first_difference_is_put_right() {
        let check = |meant: &str, asked: &str, expected: Option<&str>| {
            let fixed = put_right(&items_of(&record(meant)), &items_of(&record(asked)));
            assert_eq!(
                fixed.as_deref().map(shape).as_deref(),
                expected,
                "{meant} {asked}"
            );
        };
        check("a(1b(2))", "a(3b(4))", None);
        check("a(1)2", "a(1b(2)b(3))4", Some("a(1??)2"));
        check("a(1b(2)b(3))4", "a(1)2", Some("a(1)4"));
        check("a(1)b(2)", "a(1)3b(2)", Some("a(1)?b(2)"));
        check(
            "a(b(1)b(2))a(3)",
            "a(b(1b(2))b(3))a(0)",
            Some("a(b(1?)b(2))a(3)"),
        );
    }
}
