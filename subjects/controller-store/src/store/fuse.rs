//! Stops a store at a statement of a test's choice; in what is shipped, nothing.

#[cfg(any(test, feature = "ghost"))]
pub use ghost::{Fuse, Stop};

use crate::error::StoreError;

#[cfg(not(any(test, feature = "ghost")))]
#[derive(Debug)]
pub struct Fuse;

#[cfg(not(any(test, feature = "ghost")))]
impl Fuse {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) const fn burn(&self) -> Result<(), StoreError> {
        Ok(())
    }

    pub(crate) const fn is_dead(&self) -> bool {
        false
    }
}

#[cfg(any(test, feature = "ghost"))]
mod ghost {
    use std::cell::Cell;

    use super::StoreError;

    /// What a store does when its fuse has burnt down.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Stop {
        /// The statement fails, and the transaction is rolled back.
        Fail,
        /// Nothing more happens, as if the process were gone: the transaction stays open.
        Die,
    }

    /// Counts the statements that write, with `COMMIT` and what follows it.
    #[derive(Debug)]
    pub struct Fuse {
        left: Cell<Option<(u32, Stop)>>,
        is_dead: Cell<bool>,
    }

    impl Fuse {
        pub(crate) const fn new() -> Self {
            Self {
                left: Cell::new(None),
                is_dead: Cell::new(false),
            }
        }

        /// Lets so many statements pass, and stops the next.
        pub fn arm(&self, statements: u32, stop: Stop) {
            self.left.set(Some((statements, stop)));
        }

        /// Lets all statements pass.
        pub fn disarm(&self) {
            self.left.set(None);
        }

        pub(crate) fn burn(&self) -> Result<(), StoreError> {
            match self.left.get() {
                None => Ok(()),
                Some((0, stop)) => {
                    self.is_dead.set(stop == Stop::Die);
                    Err(StoreError::Stopped)
                }
                Some((left, stop)) => {
                    self.left.set(Some((left - 1, stop)));
                    Ok(())
                }
            }
        }

        pub(crate) fn is_dead(&self) -> bool {
            self.is_dead.get()
        }
    }
}
