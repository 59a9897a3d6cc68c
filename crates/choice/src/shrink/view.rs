//! Ways to look at a record that several passes share.

use std::ops::Range;

use crate::{Choice, Domain, Node, Record, SpanKind};

/// A collection in a record: a length, then elements.
#[derive(Debug, Clone)]
pub(super) struct Collection {
    /// The span's place in the record.
    pub(super) span: usize,
    /// The node that holds the length.
    pub(super) length_at: usize,
    /// The fewest elements that its domain allows.
    pub(super) minimum: usize,
    /// The most elements that its domain allows.
    pub(super) maximum: usize,
    /// The choices of each element.
    pub(super) elements: Vec<Range<usize>>,
}

impl Collection {
    /// Whether its length is a choice at all.
    pub(super) fn is_free(&self) -> bool {
        self.minimum < self.maximum
    }

    /// The choices of the elements from `first` to before `end`.
    pub(super) fn choices_of(&self, first: usize, end: usize) -> Range<usize> {
        assert!(first < end, "no element lies between {first} and {end}");
        self.elements[first].start..self.elements[end - 1].end
    }
}

/// The collections of a record, outer ones before those within them. A collection whose drawing
/// was cut short by the failure is left out: its length says more than there is.
pub(super) fn collections(record: &Record) -> Vec<Collection> {
    let spans = record.spans().iter().enumerate();
    let collections = spans.filter(|(_, span)| span.kind == SpanKind::Collection);
    collections
        .filter_map(|(at, _)| collection(record, at))
        .collect()
}

fn collection(record: &Record, at: usize) -> Option<Collection> {
    let span = &record.spans()[at];
    let (minimum, length) = stated_length(record, at)?;
    let children = record
        .children(Some(at))
        .map(|child| &record.spans()[child]);
    let elements: Vec<Range<usize>> = children
        .filter(|child| child.kind == SpanKind::Element)
        .map(|child| child.start..child.end)
        .collect();
    if length != elements.len() {
        return None;
    }
    let Domain::Integer(domain) = &record.nodes()[span.start].domain else {
        unreachable!("a length was stated");
    };
    Some(Collection {
        span: at,
        length_at: span.start,
        minimum,
        maximum: as_length(domain.maximum())?,
        elements,
    })
}

/// The fewest elements that a collection may have and the number that its first choice says.
pub(super) fn stated_length(record: &Record, at: usize) -> Option<(usize, usize)> {
    let span = &record.spans()[at];
    let node = record
        .nodes()
        .get(span.start)
        .filter(|_| !span.is_empty())?;
    let (Domain::Integer(domain), Choice::Integer(length)) = (&node.domain, &node.choice) else {
        return None;
    };
    Some((as_length(domain.minimum())?, as_length(*length)?))
}

fn as_length(value: crate::Integer) -> Option<usize> {
    usize::try_from(value.to_u128()?).ok()
}

/// A length as a choice.
pub(super) fn length_choice(length: usize) -> Choice {
    Choice::Integer(crate::Integer::from(length))
}

/// Whether a node holds its simplest value.
pub(super) fn is_simplest(node: &Node) -> bool {
    node.domain.cardinality().is_forced() || node.domain.rank(&node.choice) == Some(0)
}

/// For each node the innermost span around it.
pub(super) fn owners(record: &Record) -> Vec<Option<usize>> {
    let mut owners = vec![None; record.nodes().len()];
    for (at, span) in record.spans().iter().enumerate() {
        // Parents come before their children, so the innermost span is the last to sign.
        owners[span.start..span.end].fill(Some(at));
    }
    owners
}

/// Whether each node's value decides, as far as spans tell, which choices follow: the length of a
/// collection, or a branch, boolean or action with which a longer value begins.
pub(super) fn structure(record: &Record) -> Vec<bool> {
    let owners = owners(record);
    let nodes = record.nodes().iter().enumerate();
    let is_structure = |(at, node): (usize, &Node)| {
        let Some(owner) = owners[at] else {
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

/// All choices of some nodes.
pub(super) fn choices(nodes: &[Node]) -> Vec<Choice> {
    nodes.iter().map(|node| node.choice.clone()).collect()
}

/// The choices of nodes, without those of a range.
pub(super) fn without(nodes: &[Node], range: Range<usize>) -> Vec<Choice> {
    let mut kept = choices(&nodes[..range.start]);
    kept.extend(choices(&nodes[range.end..]));
    kept
}
