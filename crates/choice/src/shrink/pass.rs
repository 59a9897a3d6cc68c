//! What a pass is.

use super::search::Search;

/// One way to look for simpler sequences.
pub(super) trait Pass {
    /// A short name, for figures and tests.
    fn name(&self) -> &'static str;

    /// Offers candidates to the search until it has no more ideas for the best one.
    fn run(&self, search: &mut Search<'_>);
}
