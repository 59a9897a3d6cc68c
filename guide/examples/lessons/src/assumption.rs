//! An assumption can hide a bug: it excludes the inputs that have it.

// ANCHOR: code
/// A window into a block of memory: `length` bytes are used, `offset` bytes before them are not.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub offset: usize,
    pub length: usize,
    pub capacity: usize,
}

impl Window {
    /// Whether `additional` bytes fit behind the used ones.
    pub fn has_room_for(&self, additional: usize) -> bool {
        let end = self.offset.wrapping_add(self.length);
        end.wrapping_add(additional) <= self.capacity
    }
}
// ANCHOR_END: code

#[cfg(test)]
mod tests {
    use super::*;
    use proofhouse::prelude::*;

    // ANCHOR: weak
    /// Every window into at most 1024 bytes.
    fn windows() -> impl Generator<Value = Window> {
        from_fn(|source| {
            let capacity = source.draw(0..=1024usize);
            let offset = source.draw(0..=capacity);
            let length = source.draw(0..=capacity - offset);
            Window {
                offset,
                length,
                capacity,
            }
        })
    }

    /// What is said to fit, fits: if it is not too large.
    #[property]
    fn small_sizes_fit(#[from(windows())] window: Window, additional: usize) {
        assume!(additional < 1 << 47);
        if window.has_room_for(additional) {
            assert!(additional <= window.capacity - window.offset - window.length);
        }
    }
    // ANCHOR_END: weak

    // ANCHOR: strong
    /// What is said to fit, fits.
    #[property]
    #[ignore = "refuted: this is the lesson"]
    fn what_fits_fits(#[from(windows())] window: Window, additional: usize) {
        if window.has_room_for(additional) {
            assert!(additional <= window.capacity - window.offset - window.length);
        }
    }
    // ANCHOR_END: strong
}
