//! Steps that use each other's results: fewer of them.

use std::rc::Rc;

use crate::shrink::best::Best;
use crate::shrink::edit::Edit;
use crate::shrink::learned::Learned;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::view::{Collection, length_choice};
use crate::{Choice, Integer, Node, Record, SpanKind};

/// Deletes steps together with those that use their results, and keeps what all others refer to.
///
/// Finds:   steps whose results stand in the way of others in a bundle: a reference counts the
///          newer entries, so after a deletion it would mean another one.
/// Misses:  references that were not marked as such.
/// Cost:    none without bundles; else one failing call per step that stays.
/// Stops:   every success removes choices, and every failure goes on to the step before.
pub(in crate::shrink) struct DeleteSteps;

impl Pass for DeleteSteps {
    fn name(&self) -> &'static str {
        "delete-steps"
    }

    fn run(&self, search: &mut Search<'_>) {
        let mut ordinal = 0;
        while let Some(steps) = search.best().collections().all().get(ordinal) {
            let mut at = steps.count;
            while at > 0 {
                at -= 1;
                // A success does not move the steps before it.
                let best = search.best();
                let now = best.collections().all().get(ordinal);
                let Some(now) = now.filter(|now| now.is_free() && at < now.count) else {
                    break;
                };
                let events = events(best.record(), now);
                if events.is_empty() {
                    break;
                }
                if let Some(candidate) = without_step(&best, now, &events, at) {
                    search.consider(candidate);
                }
            }
            ordinal += 1;
        }
    }
}

/// Something that happens to a bundle.
#[derive(Debug, Clone, Copy)]
struct Event {
    /// The step in which it happens, by its place in the collection.
    step: usize,
    bundle: &'static str,
    kind: SpanKind,
    /// The choice, for what is no `Put`.
    node: usize,
    /// The entry that is meant, by the event that put it there.
    entry: usize,
}

/// What happens to bundles in the steps of a collection, in order.
fn events(record: &Record, of: &Collection) -> Vec<Event> {
    let mut events = Vec::new();
    let mut bundles = Learned::<&'static str, Vec<usize>>::default();
    let mut steps = 0;
    for (at, span) in record.spans().iter().enumerate().skip(of.span + 1) {
        if span.kind == SpanKind::Element && span.parent == Some(of.span) {
            steps += 1;
        }
        let is_event = matches!(span.kind, SpanKind::Put | SpanKind::Use | SpanKind::Take);
        if !is_event || steps == 0 || !is_within(record, at, of.span) {
            continue;
        }
        let bundle = bundles.of(span.label);
        let entry = if span.kind == SpanKind::Put {
            bundle.push(events.len());
            events.len()
        } else {
            let Some(place) = place_of(record.nodes(), span.start, bundle.len()) else {
                continue;
            };
            match span.kind {
                SpanKind::Take => bundle.remove(place),
                _ => bundle[place],
            }
        };
        events.push(Event {
            step: steps - 1,
            bundle: span.label,
            kind: span.kind,
            node: span.start,
            entry,
        });
    }
    events
}

/// Whether a span lies within another one.
fn is_within(record: &Record, span: usize, outer: usize) -> bool {
    let mut at = record.spans()[span].parent;
    while let Some(parent) = at {
        if parent == outer {
            return true;
        }
        at = record.spans()[parent].parent;
    }
    false
}

/// The place in a bundle of so many entries that a choice means, counted from the newest.
fn place_of(nodes: &[Node], at: usize, entries: usize) -> Option<usize> {
    let Choice::Integer(newer) = &nodes.get(at)?.choice else {
        return None;
    };
    let newer = usize::try_from(newer.to_u128()?).ok()?;
    entries.checked_sub(newer + 1)
}

/// The choices without a step and all that use its results, every other reference as it was meant.
fn without_step(best: &Rc<Best>, of: &Collection, events: &[Event], step: usize) -> Option<Edit> {
    let mut deleted = vec![false; of.count];
    deleted[step] = true;
    let mut references = loop {
        match references_without(events, &deleted) {
            Ok(references) => break references.into_iter().peekable(),
            // Each turn adds a step, so there are no more turns than steps.
            Err(dependent) => {
                assert!(!deleted[dependent], "a deleted step has no events");
                deleted[dependent] = true;
            }
        }
    };
    let left = deleted.iter().filter(|is_deleted| !**is_deleted).count();
    if left < of.minimum {
        return None;
    }
    let mut edit = Edit::of(best).replace(of.length_at, length_choice(left));
    let elements = best.collections().elements(of).iter().enumerate();
    for (_, choices) in elements.filter(|(at, _)| deleted[*at]) {
        while let Some((node, newer)) = references.next_if(|(node, _)| *node < choices.start) {
            edit = edit.replace(node, Choice::Integer(Integer::from(newer)));
        }
        edit = edit.delete(choices.clone());
    }
    Some(references.fold(edit, |edit, (node, newer)| {
        edit.replace(node, Choice::Integer(Integer::from(newer)))
    }))
}

/// What the remaining references have to be for their entries to stay the same, or a step that
/// can't stay because its entry is gone. By their places, in order.
fn references_without(events: &[Event], deleted: &[bool]) -> Result<Vec<(usize, usize)>, usize> {
    let mut bundles = Learned::<&'static str, Vec<usize>>::default();
    let mut references = Vec::new();
    for event in events.iter().filter(|event| !deleted[event.step]) {
        let bundle = bundles.of(event.bundle);
        if event.kind == SpanKind::Put {
            bundle.push(event.entry);
            continue;
        }
        let place = bundle.iter().position(|entry| *entry == event.entry);
        let place = place.ok_or(event.step)?;
        references.push((event.node, bundle.len() - 1 - place));
        if event.kind == SpanKind::Take {
            bundle.remove(place);
        }
    }
    Ok(references)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Domain, IntegerDomain, Replay};

    /// A step by its number in the first run, and the steps whose results it used.
    type Program = Vec<(i64, Vec<i64>)>;

    /// Runs steps of which each keeps its result, uses one of another, or takes one away.
    fn run(stored: Vec<Choice>) -> (Program, Record) {
        let (mut replay, mut record) = (Replay::new(stored), Record::new());
        let mut choose = |record: &mut Record, maximum: i64| {
            let domain = Domain::Integer(IntegerDomain::new(0, maximum));
            let choice = replay.decide(&domain);
            record.push(choice.clone(), domain);
            let Choice::Integer(value) = choice else {
                unreachable!("asked for one")
            };
            i64::try_from(value.to_i128().unwrap()).unwrap()
        };
        let (mut program, mut bundle) = (Vec::new(), Vec::new());
        record.open(SpanKind::Collection, "step");
        for _ in 0..choose(&mut record, 99) {
            record.open(SpanKind::Element, "step");
            let number = choose(&mut record, 99);
            let mut used = Vec::new();
            for kind in [SpanKind::Use, SpanKind::Take] {
                // As an action that would draw from an empty bundle is not even possible.
                let most = if bundle.is_empty() { 0 } else { 2 };
                if choose(&mut record, most) == 1 {
                    record.open(kind, "result");
                    let newer = choose(&mut record, bundle.len() as i64 - 1);
                    record.close(false);
                    let place = bundle.len() - 1 - newer as usize;
                    used.push(bundle[place]);
                    if kind == SpanKind::Take {
                        bundle.remove(place);
                    }
                }
            }
            if choose(&mut record, 2) > 0 {
                record.open(SpanKind::Put, "result");
                record.close(false);
                bundle.push(number);
            }
            record.close(false);
            program.push((number, used));
        }
        record.close(false);
        (program, record)
    }

    fn written(edit: Edit) -> Vec<Choice> {
        edit.finish().choices().cloned().collect()
    }

    /// The naive twin: whatever used something that is gone is gone too.
    fn without(program: &Program, step: i64) -> Program {
        let mut gone = BTreeSet::from([step]);
        let mut left = Vec::new();
        for (number, used) in program {
            if gone.contains(number) || used.iter().any(|used| gone.contains(used)) {
                gone.insert(*number);
            } else {
                left.push((*number, used.clone()));
            }
        }
        left
    }

    #[test]
    fn what_is_left_is_what_a_reader_would_leave() {
        let mut state = 7u64;
        let mut random = |count: u64| {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(99);
            ((state >> 33) % count) as i64
        };
        let mut shortened = 0;
        for _ in 0..200 {
            let length = random(12);
            let mut stored = vec![Choice::Integer(length.into())];
            for number in 0..length {
                let values = [
                    number,
                    random(2),
                    random(3),
                    random(2),
                    random(3),
                    random(3),
                ];
                stored.extend(values.map(|value| Choice::Integer(value.into())));
            }
            // Not every step asks for six choices, so the numbers are given afterwards.
            let (_, record) = run(stored);
            let drawn = Rc::new(Best::new(record));
            let collection = drawn.collections().all()[0];
            let elements = drawn.collections().elements(&collection).iter().enumerate();
            let numbered = elements.fold(Edit::of(&drawn), |edit, (number, element)| {
                edit.replace(element.start, Choice::Integer(Integer::from(number)))
            });
            let (program, record) = run(written(numbered));
            let best = Rc::new(Best::new(record));
            let Some(collection) = best.collections().all().last() else {
                continue;
            };
            let events = events(best.record(), collection);
            for step in 0..program.len() {
                let candidate = without_step(&best, collection, &events, step).unwrap();
                let expected = without(&program, program[step].0);
                assert_eq!(
                    run(written(candidate)).0,
                    expected,
                    "{program:?} without {step}"
                );
                shortened += 1;
            }
        }
        assert!(shortened > 500, "{shortened} candidates");
    }
}
