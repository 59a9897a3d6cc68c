//! What a pass has learned about a few things, such as labels.
//!
//! A list, because a search meets a handful of them, and because each map of the standard library is
//! compiled for its own types: four of them took as long as all passes together, in the build of
//! everybody who writes a property.
//!
//! # Not here
//!
//! Places and sequences, of which there are many: those are indices, or hashed by `digest`.

/// Values by key, each key once.
#[derive(Debug)]
pub(super) struct Learned<K, V>(Vec<(K, V)>);

impl<K, V> Default for Learned<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: PartialEq + Copy, V> Learned<K, V> {
    /// What is known of a key.
    pub(super) fn get(&self, key: K) -> Option<&V> {
        let known = self.0.iter().find(|(known, _)| *known == key);
        known.map(|(_, value)| value)
    }

    /// What is known of a key; at first that is the default.
    pub(super) fn of(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let known = self.0.iter().position(|(known, _)| *known == key);
        let at = known.unwrap_or_else(|| {
            self.0.push((key, V::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learned_last_is_known() {
        let mut learned = Learned::default();
        assert_eq!(learned.get("list"), None);
        for (label, length) in [("list", 1), ("text", 2), ("list", 3)] {
            *learned.of(label) = length;
        }
        assert_eq!(learned.get("list"), Some(&3));
        assert_eq!(learned.get("text"), Some(&2));
        *learned.of("map") += 4;
        assert_eq!(learned.get("map"), Some(&4));
    }
}
