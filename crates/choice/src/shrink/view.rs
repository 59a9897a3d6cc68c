//! Ways to look at a record that several passes share. `Best` keeps what they find.

use std::ops::Range;

use crate::order::places_in_order;
use crate::{Choice, Domain, Node, Record, SpanKind};

/// A collection in a record: a length, then elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Collection {
    /// The span's place in the record.
    pub(super) span: usize,
    /// The node that holds the length.
    pub(super) length_at: usize,
    /// The fewest elements that its domain allows.
    pub(super) minimum: usize,
    /// The most elements that its domain allows.
    pub(super) maximum: usize,
    /// How many elements it has.
    pub(super) count: usize,
    /// Where its elements begin among those of all collections.
    first: usize,
}

impl Collection {
    /// Whether its length is a choice at all.
    pub(super) fn is_free(&self) -> bool {
        self.minimum < self.maximum
    }

    /// How many elements may go.
    pub(super) fn removable(&self) -> usize {
        self.count.saturating_sub(self.minimum)
    }
}

/// The collections of a record, outer ones before those within them. A collection whose drawing
/// was cut short by the failure is left out: its length says more than there is.
#[derive(Debug, Default)]
pub(super) struct Collections {
    all: Vec<Collection>,
    /// The choices of each element, those of one collection in a row.
    elements: Vec<Range<usize>>,
}

impl Collections {
    /// Those of a record.
    pub(super) fn of(record: &Record) -> Self {
        let spans = record.spans();
        // For each span how many elements it has, and then where the next of them belongs.
        let mut counts = vec![0; spans.len()];
        let elements = spans.iter().filter(|span| span.kind == SpanKind::Element);
        for parent in elements.clone().filter_map(|span| span.parent) {
            counts[parent] += 1;
        }
        let mut collections = Self::default();
        let mut end = 0;
        for (at, count) in counts.iter_mut().enumerate() {
            let (first, number) = (end, *count);
            end += number;
            *count = first;
            if let Some(collection) = collection(record, at, first, number) {
                collections.all.push(collection);
            }
        }
        collections.elements = vec![0..0; end];
        for span in elements {
            if let Some(parent) = span.parent {
                collections.elements[counts[parent]] = span.start..span.end;
                counts[parent] += 1;
            }
        }
        collections
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Collection] {
        &self.all
    }

    /// The choices of each element of one of them.
    pub(super) fn elements(&self, of: &Collection) -> &[Range<usize>] {
        &self.elements[of.first..of.first + of.count]
    }

    /// The choices of some neighbouring elements, at least one.
    pub(super) fn choices_of(&self, of: &Collection, places: Range<usize>) -> Range<usize> {
        let elements = &self.elements(of)[places];
        let [first, .., last] = elements else {
            return elements[0].clone();
        };
        first.start..last.end
    }

    /// The choices of all elements.
    pub(super) fn contents(&self, of: &Collection) -> Range<usize> {
        let start = of.length_at + 1;
        let end = self.elements(of).last().map_or(start, |last| last.end);
        start..end
    }

    /// The one at a span.
    pub(super) fn at_span(&self, span: usize) -> Option<Collection> {
        let at = self.all.binary_search_by_key(&span, |found| found.span);
        at.ok().map(|at| self.all[at])
    }
}

fn collection(record: &Record, at: usize, first: usize, count: usize) -> Option<Collection> {
    let stated = stated_length(record, at)?;
    (stated.length == count).then_some(Collection {
        span: at,
        length_at: record.spans()[at].start,
        minimum: stated.minimum,
        maximum: stated.maximum,
        count,
        first,
    })
}

/// What the first choice of a collection says about its length.
pub(super) struct StatedLength {
    /// The fewest elements that its domain allows.
    pub(super) minimum: usize,
    /// The most elements that its domain allows.
    pub(super) maximum: usize,
    /// How many elements it should have.
    pub(super) length: usize,
}

/// The length that the collection at a span says; `None` for what is no collection.
pub(super) fn stated_length(record: &Record, at: usize) -> Option<StatedLength> {
    let span = &record.spans()[at];
    if span.kind != SpanKind::Collection || span.is_empty() {
        return None;
    }
    let node = &record.nodes()[span.start];
    let (Domain::Integer(domain), Choice::Integer(length)) = (&node.domain, &node.choice) else {
        return None;
    };
    let as_length = |value: crate::Integer| value.to_u128().and_then(|v| usize::try_from(v).ok());
    Some(StatedLength {
        minimum: as_length(domain.minimum())?,
        maximum: as_length(domain.maximum())?,
        length: as_length(*length)?,
    })
}

/// A length as a choice.
pub(super) fn length_choice(length: usize) -> Choice {
    Choice::Integer(crate::Integer::from(length))
}

/// Whether a node holds its simplest value.
pub(super) fn is_simplest(node: &Node) -> bool {
    node.choice == node.domain.simplest()
}

/// For each node the innermost span around it.
pub(super) fn owners(record: &Record) -> Vec<Option<usize>> {
    let spans = record.spans();
    let mut owners = vec![None; record.nodes().len()];
    let (mut at, mut owner) = (0, None);
    // A span takes over where it begins, and gives back where it ends.
    let mut fill = |until: usize, owner: &mut Option<usize>| {
        while at < until {
            while let Some(span) = owner.filter(|span| spans[*span].end <= at) {
                *owner = spans[span].parent;
            }
            let end = owner.map_or(until, |span| spans[span].end.min(until));
            owners[at..end].fill(*owner);
            at = end;
        }
    };
    for (place, span) in spans
        .iter()
        .enumerate()
        .filter(|(_, span)| !span.is_empty())
    {
        fill(span.start, &mut owner);
        owner = Some(place);
    }
    fill(record.nodes().len(), &mut owner);
    owners
}

/// Whether each node's value decides, as far as spans tell, which choices follow: the length of a
/// collection, or a branch, boolean or action with which a longer value begins.
pub(super) fn structure(record: &Record, owners: &[Option<usize>]) -> Vec<bool> {
    let nodes = record.nodes().iter().zip(owners).enumerate();
    let is_structure = |(at, (node, owner)): (usize, (&Node, &Option<usize>))| {
        let Some(owner) = *owner else {
            return false;
        };
        let span = &record.spans()[owner];
        match (span.kind, &node.domain) {
            (SpanKind::Collection, _) => span.start == at,
            (_, Domain::Boolean(_) | Domain::Branch { .. } | Domain::Action(_)) => {
                span.start == at && span.len() > 1
            }
            _ => false,
        }
    };
    nodes.map(is_structure).collect()
}

/// See `Best::siblings`. In the order of their first spans.
pub(super) fn siblings(record: &Record) -> Vec<Vec<usize>> {
    let spans = record.spans();
    let sort = |at: &usize| {
        let span = &spans[*at];
        (span.parent, span.kind, span.label)
    };
    let full: Vec<usize> = (0..spans.len())
        .filter(|at| !spans[*at].is_empty())
        .collect();
    let places: Vec<usize> = places_in_order(full.len(), &mut |left, right| {
        sort(&full[left]).cmp(&sort(&full[right]))
    })
    .into_iter()
    .map(|place| full[place])
    .collect();
    let groups: Vec<&[usize]> = places
        .chunk_by(|left, right| sort(left) == sort(right))
        .filter(|group| group.len() > 1)
        .collect();
    let order = places_in_order(groups.len(), &mut |left, right| {
        groups[left][0].cmp(&groups[right][0])
    });
    order.into_iter().map(|at| groups[at].to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chance;

    /// The naive twin of `owners`.
    fn innermost(record: &Record, at: usize) -> Option<usize> {
        let spans = record.spans().iter();
        spans
            .clone()
            .rposition(|span| span.start <= at && at < span.end)
    }

    #[test]
    fn every_choice_is_owned_by_the_innermost_span() {
        // Brackets are spans, dots are choices.
        for shape in [
            "",
            ".",
            "(.)",
            ".(.).",
            "((.)(.)).",
            "(.(..(.).)(()).)(.)",
            "()",
            "(((.)).(.))",
            ".()(.)()",
        ] {
            let mut record = Record::new();
            for letter in shape.chars() {
                match letter {
                    '(' => record.open(SpanKind::Value, "value"),
                    ')' => record.close(false),
                    _ => record.push(Choice::Boolean(false), Domain::Boolean(Chance::EVEN)),
                }
            }
            let naive: Vec<_> = (0..record.nodes().len())
                .map(|at| innermost(&record, at))
                .collect();
            assert_eq!(owners(&record), naive, "{shape}");
        }
    }
}
