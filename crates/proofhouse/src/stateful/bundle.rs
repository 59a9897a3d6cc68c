//! Results of earlier steps, for later ones to use.
//!
//! # Invariants
//!
//! - Which entry is drawn is a choice that counts from the newest one: steps that vanish before an
//!   entry change no reference to it, and shrinking prefers the newest.
//! - Entries keep their names when others leave.

use proofhouse_choice::SpanKind;

use super::{Step, Variable};

/// A bundle of results of one type. A bundle without entries disables the actions that draw from it.
#[derive(Debug, Clone)]
pub struct Bundle<T> {
    /// The name that entries have in printed programs, with a number behind it.
    base: &'static str,
    entries: Vec<Entry<T>>,
    /// How many entries there ever were.
    count: u32,
}

#[derive(Debug, Clone)]
struct Entry<T> {
    value: T,
    variable: Variable,
}

impl<T> Bundle<T> {
    /// An empty bundle, whose entries are called `<name>_1`, `<name>_2` and so on.
    #[must_use]
    pub const fn of(name: &'static str) -> Self {
        Self {
            base: name,
            entries: Vec::new(),
            count: 0,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the next entry will be called.
    #[must_use]
    pub fn next_variable(&self) -> Variable {
        Variable {
            base: self.base,
            number: self.count + 1,
        }
    }

    /// Adds the result of the step that just ran.
    pub fn put(&mut self, step: &mut Step<'_>, value: T) {
        let variable = self.next_variable();
        self.count += 1;
        step.source.span(SpanKind::Put, self.base, |_| {});
        self.entries.push(Entry { value, variable });
    }

    /// Draws an entry, which stays.
    ///
    /// # Panics
    ///
    /// If there is none: the action should not have been enabled.
    pub fn draw(&self, step: &mut Step<'_>) -> (&T, Variable) {
        let at = self.place(step, SpanKind::Use);
        let Entry { value, variable } = &self.entries[at];
        (value, *variable)
    }

    /// Draws an entry, which leaves the bundle.
    ///
    /// # Panics
    ///
    /// If there is none: the action should not have been enabled.
    pub fn take(&mut self, step: &mut Step<'_>) -> (T, Variable) {
        let at = self.place(step, SpanKind::Take);
        let Entry { value, variable } = self.entries.remove(at);
        (value, variable)
    }

    fn place(&self, step: &mut Step<'_>, kind: SpanKind) -> usize {
        let count = self.entries.len();
        assert!(
            count > 0,
            "an action that draws from the empty bundle `{}` was enabled",
            self.base
        );
        count - 1 - step.source.choose_entry(kind, self.base, count)
    }
}
