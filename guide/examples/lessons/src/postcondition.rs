//! A postcondition can be too weak: something quite different would meet it too.

// ANCHOR: code
/// Splits a list in two: what is before `at`, and what is from there on.
pub fn split(list: &[u8], at: usize) -> (&[u8], &[u8]) {
    list.split_at(at)
}

/// What `split` might be by mistake.
pub fn split_at_nothing(list: &[u8], _at: usize) -> (&[u8], &[u8]) {
    list.split_at(0)
}
// ANCHOR_END: code

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse::generator::Index;
    use proofhouse::prelude::*;

    // ANCHOR: weak
    /// The parts are parts of the list: none is longer, and nothing is lost or made up.
    fn require_parts(list: &[u8], (left, right): (&[u8], &[u8])) {
        assert!(left.len() <= list.len() && right.len() <= list.len());
        assert_eq!([left, right].concat(), list);
    }

    /// Splitting gives parts of the list.
    #[property]
    fn split_gives_parts(list: Vec<u8>, place: Index) {
        let at = place.of(list.len() + 1);
        require_parts(&list, split(&list, at));
    }

    /// So does something else.
    #[property]
    fn the_mistake_gives_parts(list: Vec<u8>, place: Index) {
        let at = place.of(list.len() + 1);
        require_parts(&list, split_at_nothing(&list, at));
    }
    // ANCHOR_END: weak

    // ANCHOR: strong
    /// Splitting gives the parts that were asked for.
    fn require_split(list: &[u8], at: usize, (left, right): (&[u8], &[u8])) {
        require_parts(list, (left, right));
        assert_eq!(left.len(), at);
    }

    /// The first part is as long as it was asked to be.
    #[property]
    fn split_is_where_it_should_be(list: Vec<u8>, place: Index) {
        let at = place.of(list.len() + 1);
        require_split(&list, at, split(&list, at));
    }

    /// The first part of the mistake is not.
    #[property]
    #[ignore = "refuted: this is the lesson"]
    fn the_mistake_is_found(list: Vec<u8>, place: Index) {
        let at = place.of(list.len() + 1);
        require_split(&list, at, split_at_nothing(&list, at));
    }
    // ANCHOR_END: strong
}
