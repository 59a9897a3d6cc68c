//! What a run decided and what for: the flat list of its choices, and the spans laid over it.
//!
//! A run that passes keeps none of this. When a case fails it runs again with a record, and only
//! then it costs memory: nodes and spans lie in two flat arrays.
//!
//! # Invariants
//!
//! - Spans nest: two of them are disjoint or one holds the other. A parent comes before its
//!   children, and spans are sorted by their start (`tests::spans_nest`).
//! - A run that was left by unwinding still has a whole record: open spans end where it ended.
//!
//! # Not here
//!
//! What the values meant to the property. Labels are compared, never interpreted.

use crate::{Choice, Domain};

/// A choice with the domain it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The decided value; it fits the domain.
    pub choice: Choice,
    /// The values that were allowed.
    pub domain: Domain,
}

/// What a span is to the generator that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SpanKind {
    /// One value of the type or generator that the label names.
    Value,
    /// A collection: its first choice is the length, its children are the elements.
    Collection,
    /// One element of a collection.
    Element,
    /// A draw that may be thrown away and repeated.
    Attempt,
    /// No choice: the value of the step around it enters the bundle that the label names.
    Put,
    /// One choice: an entry of the bundle that the label names, by how many are newer.
    Use,
    /// As `Use`, and the entry leaves the bundle.
    Take,
}

/// A stretch of neighbouring choices that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is to its generator.
    pub kind: SpanKind,
    /// Equal labels mark the same sort of thing, so that one may stand in for the other.
    pub label: &'static str,
    /// The first choice.
    pub start: usize,
    /// The end, exclusive.
    pub end: usize,
    /// The span around it, by its place in the record.
    pub parent: Option<usize>,
    /// Whether the generator drew it and threw it away.
    pub is_discarded: bool,
}

impl Span {
    /// How many choices it has.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// The choices and spans of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    nodes: Vec<Node>,
    spans: Vec<Span>,
    /// The innermost open span; those around it are found by their parents.
    open: Option<usize>,
}

impl Record {
    /// The record of a run that has decided nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The choices with their domains.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The spans; a parent before its children.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The choices alone.
    pub fn choices(&self) -> Vec<Choice> {
        self.nodes.iter().map(|node| node.choice.clone()).collect()
    }

    /// Forgets everything; the room that it took stays its own.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.spans.clear();
        self.open = None;
    }

    /// Takes the room that a record like `other` needs, at once and not bit by bit.
    pub fn reserve_as(&mut self, other: &Self) {
        self.nodes.reserve(other.nodes.len());
        self.spans.reserve(other.spans.len());
    }

    /// Adds a choice.
    #[inline]
    pub fn push(&mut self, choice: Choice, domain: Domain) {
        debug_assert!(
            domain.fits(&choice),
            "{choice:?} was decided outside of {domain:?}"
        );
        self.nodes.push(Node { choice, domain });
    }

    /// Opens a span at the end of what is there.
    #[inline]
    pub fn open(&mut self, kind: SpanKind, label: &'static str) {
        let start = self.nodes.len();
        let parent = self.open.replace(self.spans.len());
        self.spans.push(Span {
            kind,
            label,
            start,
            end: start,
            parent,
            is_discarded: false,
        });
    }

    /// Ends the span that was opened last.
    ///
    /// # Panics
    ///
    /// If none is open.
    #[inline]
    pub fn close(&mut self, is_discarded: bool) {
        let at = self.open.expect("a span was opened before it is closed");
        let span = &mut self.spans[at];
        span.end = self.nodes.len();
        span.is_discarded = is_discarded;
        self.open = span.parent;
    }

    /// Ends all spans that unwinding left open.
    pub fn finish(&mut self) {
        while self.open.is_some() {
            self.close(false);
        }
    }

    /// The spans directly within the span at `parent`, or the outermost ones, by their places.
    pub fn children(&self, parent: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        let first = parent.map_or(0, |at| at + 1);
        (first..self.spans.len()).filter(move |at| self.spans[*at].parent == parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chance;

    fn flip(record: &mut Record) {
        record.push(Choice::Boolean(true), Domain::Boolean(Chance::EVEN));
    }

    #[test]
    fn spans_nest() {
        let mut record = Record::new();
        record.open(SpanKind::Collection, "list");
        flip(&mut record);
        for discarded in [true, false] {
            record.open(SpanKind::Element, "element");
            flip(&mut record);
            record.open(SpanKind::Value, "nothing");
            record.close(false);
            record.close(discarded);
        }
        record.open(SpanKind::Value, "left by unwinding");
        flip(&mut record);
        record.finish();

        let bounds: Vec<_> = record
            .spans()
            .iter()
            .map(|span| (span.start, span.end))
            .collect();
        assert_eq!(bounds, [(0, 4), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4)]);
        assert_eq!(record.children(None).collect::<Vec<_>>(), [0]);
        assert_eq!(record.children(Some(0)).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(record.children(Some(2)).collect::<Vec<_>>(), [0; 0]);
        assert!(record.spans()[1].is_discarded);
        assert!(!record.spans()[3].is_discarded);
        assert_eq!(record.choices(), vec![Choice::Boolean(true); 4]);
    }
}
