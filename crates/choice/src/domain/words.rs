//! Words over an alphabet of numbered letters, in shortlex order: the part that bytes and text
//! share.

use std::cmp::Ordering;

/// The place of a word among those of at least `minimum` letters; `None` from 2^128 on.
pub(super) fn rank(
    letters: u32,
    minimum: usize,
    word: impl ExactSizeIterator<Item = u32> + Clone,
) -> Option<u128> {
    let shorter = count_between(letters, minimum, word.len())?;
    let mut within = 0u128;
    for letter in word {
        debug_assert!(letter < letters, "letter {letter} of {letters}");
        within = within
            .checked_mul(u128::from(letters))?
            .checked_add(u128::from(letter))?;
    }
    within.checked_add(shorter)
}

/// The word of a rank. There must be one.
pub(super) fn nth(letters: u32, minimum: usize, mut rank: u128) -> Vec<u32> {
    let mut length = minimum;
    if letters == 1 {
        length += usize::try_from(rank).expect("a rank of one letter is a length");
        rank = 0;
    }
    while let Some(of_length) = power(letters, length) {
        if rank < of_length {
            break;
        }
        rank -= of_length;
        length += 1;
    }
    let mut word = vec![0; length];
    for letter in word.iter_mut().rev() {
        if rank == 0 {
            break;
        }
        *letter = (rank % u128::from(letters)) as u32;
        rank /= u128::from(letters);
    }
    assert_eq!(
        rank, 0,
        "there are not so many words over {letters} letters"
    );
    word
}

/// Short words first, then letter by letter.
pub(super) fn compare(
    left: impl Iterator<Item = u32> + Clone,
    right: impl Iterator<Item = u32> + Clone,
) -> Ordering {
    left.clone()
        .count()
        .cmp(&right.clone().count())
        .then_with(|| left.cmp(right))
}

/// How many words have at least `minimum` and fewer than `end` letters.
fn count_between(letters: u32, minimum: usize, end: usize) -> Option<u128> {
    if letters == 1 {
        return Some((end - minimum) as u128);
    }
    let mut total = 0u128;
    for length in minimum..end {
        total = total.checked_add(power(letters, length)?)?;
    }
    Some(total)
}

fn power(letters: u32, length: usize) -> Option<u128> {
    u128::from(letters).checked_pow(u32::try_from(length).ok()?)
}
