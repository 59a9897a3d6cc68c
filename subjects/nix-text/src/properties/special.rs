//! Strings of the characters that mean something.

use proofhouse::prelude::*;

/// The characters that mean something in a double-quoted string, some that do behind a backslash, and
/// one of several bytes.
pub(super) const QUOTED: [char; 11] = ['a', '$', '{', '"', '\\', 'n', '\n', '\r', '\t', '\0', '☃'];

/// The characters that mean something in an indented string.
pub(super) const INDENTED: [char; 10] = ['a', ' ', '\n', '\'', '$', '{', '\\', '\t', '\r', '☃'];

/// Strings of up to so many characters of a list.
pub(super) fn of<const N: usize>(
    characters: [char; N],
    length_max: usize,
) -> impl Generator<Value = String> {
    vec(0..=N - 1, 0..=length_max)
        .map(move |places| places.into_iter().map(|place| characters[place]).collect())
}

/// Strings of four to twelve characters, few of them other than dollars and braces.
pub(super) fn dollars_and_braces() -> impl Generator<Value = String> {
    const PLACES: [char; 8] = ['$', '{', '$', '{', '$', '\\', '"', 'a'];
    vec(0..=7_u8, 4..=12).map(|places| {
        let characters = places.into_iter().map(|place| PLACES[usize::from(place)]);
        characters.collect()
    })
}
