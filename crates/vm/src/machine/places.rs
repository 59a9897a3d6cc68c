//! Where in the source a state is, as a reader of a report wants to know it.
//!
//! A fault deep in the standard library is the caller's: sites name the innermost place that belongs
//! to the user's code, through inlined calls and frames alike.

use proofhouse_evidence::{Failure, FailureKind, Site};

use super::Machine;
use super::fault::Fault;
use super::state::{Frame, State};
use crate::program::{Place, PlaceId};

impl Machine<'_> {
    /// The place of the instruction that a state executes.
    pub(crate) fn place(&self, state: &State) -> PlaceId {
        self.place_of_frame(&state.current)
    }

    fn place_of_frame(&self, frame: &Frame) -> PlaceId {
        let function = &self.program.functions[frame.function.index()];
        let block = &function.blocks[frame.block.index()];
        block
            .places
            .get(frame.next as usize)
            .copied()
            .unwrap_or(PlaceId(0))
    }

    /// The innermost place in the user's code, or the innermost of all.
    pub(crate) fn user_place(&self, state: &State) -> PlaceId {
        self.user_place_of(state.frames())
    }

    /// As [`Self::user_place`], for the calls of a thread, innermost first.
    pub(super) fn user_place_of<'a>(&self, frames: impl Iterator<Item = &'a Frame>) -> PlaceId {
        let mut innermost = None;
        for frame in frames {
            let start = self.place_of_frame(frame);
            let mut next = Some(start);
            while let Some(id) = next
                && let Some(place) = self.known_place(id)
            {
                innermost = innermost.or(Some(id));
                if !self.image.is_library_text(place.function) {
                    return id;
                }
                next = place.inlined_at;
            }
        }
        innermost.unwrap_or(PlaceId(0))
    }

    /// The places that lead to the instruction under execution, innermost first.
    fn places<'a>(&'a self, state: &'a State) -> impl Iterator<Item = &'a Place> {
        state.frames().flat_map(|frame| {
            let innermost = self.known_place(self.place_of_frame(frame));
            std::iter::successors(innermost, |place| {
                place.inlined_at.and_then(|outer| self.known_place(outer))
            })
        })
    }

    pub(super) fn known_place(&self, place: PlaceId) -> Option<&Place> {
        let place = self.program.places.get(place.index())?;
        (place.line != 0).then_some(place)
    }

    /// The innermost place in the user's code, or the innermost of all.
    fn site_place<'a>(&'a self, state: &'a State) -> Option<&'a Place> {
        let is_user = |place: &&Place| !is_library(self.program.text(place.function));
        let of_user = self.places(state).find(is_user);
        of_user.or_else(|| self.places(state).next())
    }

    /// The same as a site whose file has its whole path.
    pub(super) fn whole_site(&self, state: &State) -> Option<Site> {
        let place = self.site_place(state)?;
        Some(Site {
            file: self.program.file_of(place).display().to_string(),
            line: place.line,
            column: place.column,
        })
    }

    /// The innermost place in the user's code, or the innermost of all.
    pub(crate) fn site(&self, state: &State) -> Option<Site> {
        let place = self.site_place(state)?;
        Some(Site {
            file: self.program.text(place.file).to_owned(),
            line: place.line,
            column: place.column,
        })
    }

    /// The innermost function of the user that led here, with its place.
    pub(crate) fn called_from(&self, state: &State) -> Option<String> {
        let from_places = self.places(state).find_map(|place| {
            let function = self.program.text(place.function);
            let file = self.program.text(place.file);
            (!is_library(function)).then(|| format!("{function} at {file}:{}", place.line))
        });
        from_places.or_else(|| {
            let paths = state
                .frames()
                .map(|frame| &self.program.functions[frame.function.index()].path);
            paths.into_iter().find(|path| !is_library(path)).cloned()
        })
    }

    /// An undefined behaviour as a failure.
    pub(crate) fn failure_of(&self, state: &State, fault: &Fault) -> Failure {
        Failure {
            kind: FailureKind::UndefinedBehaviour,
            message: fault.to_string(),
            site: self.site(state),
        }
    }

    /// A place as a site, if it is known.
    pub(crate) fn site_of_place(&self, place: PlaceId) -> Option<Site> {
        let place = self.known_place(place)?;
        Some(Site {
            file: self.program.text(place.file).to_owned(),
            line: place.line,
            column: place.column,
        })
    }

    /// A place as `file:line`, if it is known.
    pub(crate) fn place_name(&self, place: PlaceId) -> Option<String> {
        let place = self.known_place(place)?;
        Some(format!("{}:{}", self.program.text(place.file), place.line))
    }
}

/// Whether a path belongs to the standard library, the language's runtime, or this project's own
/// property runtime.
pub(crate) fn is_library(path: &str) -> bool {
    const ROOTS: [&str; 8] = [
        "core::",
        "alloc::",
        "std::",
        "test::",
        "__rustc::",
        "hashbrown::",
        "proofhouse::",
        "proofhouse_choice::",
    ];
    // `<core::ops::Range<T> as ...>` and `&mut` forms belong to their first crate.
    let bare = path.trim_start_matches(['<', '&', '*', '[', '(', ' ']);
    let bare = bare.strip_prefix("mut ").unwrap_or(bare);
    let bare = bare.strip_prefix("const ").unwrap_or(bare);
    // A primitive's own methods are the library's; those of a trait belong to the trait.
    if path.starts_with('<') && is_nameless(bare) {
        return match bare.split_once(" as ") {
            Some((_, of_trait)) => is_library(of_trait),
            None => true,
        };
    }
    ROOTS.iter().any(|root| bare.starts_with(root)) || !bare.contains("::")
}

/// Whether a type that begins so is no item of a crate: a primitive, or a type parameter.
fn is_nameless(path: &str) -> bool {
    let end = path.find(|character: char| !character.is_alphanumeric() && character != '_');
    let word = &path[..end.unwrap_or(path.len())];
    !path[word.len()..].starts_with("::")
}

#[cfg(test)]
mod tests {
    use super::is_library;

    #[test]
    fn the_standard_library_is_known_by_its_first_crate() {
        assert!(is_library("core::option::unwrap_failed"));
        assert!(is_library(
            "<alloc::vec::Vec<T> as core::ops::Index<usize>>::index"
        ));
        assert!(is_library("<&mut core::str::Chars as Iterator>::next"));
        assert!(is_library("memcpy"));
        assert!(is_library("<[u8]>::to_vec"));
        assert!(is_library("<u64>::checked_mul"));
        assert!(is_library("<bool as core::fmt::Display>::fmt"));
        assert!(is_library("<T as alloc::slice::hack::ConvertVec>::to_vec"));
        assert!(!is_library("<u8 as my_crate::Width>::bits"));
        assert!(!is_library("<my_crate::List<u8>>::push"));
        assert!(!is_library("my_crate::tests::prop"));
        assert!(!is_library("<my_crate::Bdf as core::fmt::Display>::fmt"));
    }
}
