//! Texts and byte strings: shorter and simpler ones.

use crate::Domain;
use crate::shrink::best::{Best, first_from};
use crate::shrink::edit::Edit;
use crate::shrink::gallop;
use crate::shrink::pass::Pass;
use crate::shrink::search::Search;
use crate::shrink::word;

/// Deletes letters of texts and bytes of byte strings.
///
/// Finds:   runs of letters that the failure does not need, also in words that have to agree, and
///          pairs of letters that need each other, as brackets do.
/// Misses:  letters that are needed by the places of others (`LowerLetterCounts` has lengths), and
///          pairs that are neither neighbours nor as far from the start as from the end.
/// Cost:    one failing call per word for all at once, up to three per letter that stays, O(log k)
///          for a deleted run of `k`; twice that for words that occur twice.
/// Stops:   every success shortens a word, and every failure goes on to the letter before.
pub(in crate::shrink) struct ShortenWords;

/// Lowers a letter that is a number, and deletes as many letters after it.
///
/// Finds:   a length that lies in a byte string or text, before what it is the length of, with as
///          many letters of that.
/// Misses:  lengths of several digits or of more than one byte that is not zero, and lengths beyond
///          the first `COUNTS` letters that may be some.
/// Cost:    none unless a letter is a number up to the length of the word; then one failing call
///          per letter that stays behind it.
/// Stops:   every success shortens a word, and every failure goes on to the letter before.
pub(in crate::shrink) struct LowerLetterCounts;

/// How many letters of a word are tried as lengths.
const COUNTS: usize = 4;

/// Lowers the letters of texts and byte strings.
///
/// Finds:   simpler letters, in runs or one by one, then equal letters together; sorted letters.
/// Misses:  letters that are bound to letters of another word.
/// Cost:    one failing call per letter for runs, and about three to lower each that stays.
/// Stops:   it goes through the letters once.
pub(in crate::shrink) struct LowerLetters;

impl Pass for ShortenWords {
    fn name(&self) -> &'static str {
        "shorten-words"
    }

    fn run(&self, search: &mut Search<'_>) {
        for_each_word(search, shorten);
    }
}

impl Pass for LowerLetterCounts {
    fn name(&self) -> &'static str {
        "lower-letter-counts"
    }

    fn run(&self, search: &mut Search<'_>) {
        for_each_word(search, |search, group| {
            let mut tried = 0;
            for place in 0.. {
                let now = letters(search, group[0]);
                if place >= now.len() || tried >= COUNTS {
                    return;
                }
                tried += usize::from(lower_count(search, group, place));
            }
        });
    }
}

/// Lowers the letter at a place with letters that it may count; whether it may count any.
fn lower_count(search: &mut Search<'_>, group: &[usize], place: usize) -> bool {
    let Some(domain) = domain(search, group[0]) else {
        return false;
    };
    let minimum = length_min(search, group[0]);
    let mut end = usize::MAX;
    let mut is_count = false;
    loop {
        let now = letters(search, group[0]);
        let count = now
            .get(place)
            .and_then(|letter| word::number(&domain, *letter));
        // It may count itself, and what comes before it.
        let Some(count) = count.filter(|count| (1..=now.len()).contains(&(*count as usize))) else {
            return is_count;
        };
        is_count = true;
        end = end.min(now.len());
        let most = (end.saturating_sub(place + 1)).min(count as usize);
        let most = most.min(now.len().saturating_sub(minimum));
        if most == 0 {
            return is_count;
        }
        let removed = gallop::largest(most as u128, |amount| {
            let amount = amount as usize;
            let Some(digit) = word::digit(&domain, count - amount as u32) else {
                return false;
            };
            let mut shorter = [&now[..end - amount], &now[end..]].concat();
            shorter[place] = digit;
            offer(search, group, &shorter)
        });
        end = (end - removed as usize).saturating_sub(1);
    }
}

fn domain(search: &Search<'_>, at: usize) -> Option<Domain> {
    search
        .best()
        .nodes()
        .get(at)
        .map(|node| node.domain.clone())
}

impl Pass for LowerLetters {
    fn name(&self) -> &'static str {
        "lower-letters"
    }

    fn run(&self, search: &mut Search<'_>) {
        for_each_word(search, |search, group| {
            lower_runs(search, group);
            lower_each(search, group);
            sort(search, group);
        });
    }
}

/// Works on the words that are equal together, then on each word alone: what is bound to be equal
/// fails alone at every letter.
fn for_each_word(search: &mut Search<'_>, work: impl Fn(&mut Search<'_>, &[usize])) {
    let mut next = 0;
    while let Some(group) = equal_words_from(&search.best(), next) {
        next = group[0] + 1;
        work(search, &group);
    }
    let mut next = 0;
    while let Some(at) = first_from(search.best().words(), next) {
        work(search, &[at]);
        next = at + 1;
    }
}

/// The nodes of the first word from `next` on that occurs again behind.
fn equal_words_from(best: &Best, next: usize) -> Option<Vec<usize>> {
    let words = best.words();
    let same_from = |place: usize| {
        let first = &best.nodes()[words[place]];
        let is_same = |at: &&usize| {
            let node = &best.nodes()[**at];
            node.choice == first.choice && node.domain == first.domain
        };
        let is_first = !words[..place].iter().any(|at| is_same(&at));
        let group: Vec<usize> = words[place..].iter().filter(is_same).copied().collect();
        (is_first && group.len() > 1).then_some(group)
    };
    (words.partition_point(|at| *at < next)..words.len()).find_map(same_from)
}

/// The letters of a word by their ranks; none for what is no word.
fn letters(search: &Search<'_>, at: usize) -> Vec<u32> {
    search
        .best()
        .nodes()
        .get(at)
        .map_or_else(Vec::new, word::letters)
}

/// The shortest word that the node may hold.
fn length_min(search: &Search<'_>, at: usize) -> usize {
    let best = search.best();
    word::lengths(&best.nodes()[at].domain).map_or(0, |(minimum, _)| minimum)
}

/// Offers a word of some letters in all places of a group.
fn offer(search: &mut Search<'_>, group: &[usize], letters: &[u32]) -> bool {
    let best = search.best();
    let mut edit = Edit::of(&best);
    for at in group {
        let node = best.nodes().get(*at);
        let Some(word) = node.and_then(|node| word::of(&node.domain, letters)) else {
            return false;
        };
        edit = edit.replace(*at, word);
    }
    search.consider(edit)
}

fn shorten(search: &mut Search<'_>, group: &[usize]) {
    let all = letters(search, group[0]);
    let minimum = length_min(search, group[0]);
    if all.len() <= minimum || offer(search, group, &all[..minimum]) {
        return;
    }
    let mut end = all.len();
    while end > 0 {
        let now = letters(search, group[0]);
        end = end.min(now.len());
        let most = end.min(now.len().saturating_sub(minimum));
        let removed = gallop::largest(most as u128, |amount| {
            let shorter = [&now[..end - amount as usize], &now[end..]].concat();
            offer(search, group, &shorter)
        });
        end = (end - removed as usize).saturating_sub(1);
    }
    shorten_by_pairs(search, group, minimum);
}

/// Deletes letters that are needed only by each other: neighbours, and those as far from the start
/// as from the end.
fn shorten_by_pairs(search: &mut Search<'_>, group: &[usize], minimum: usize) {
    let mut place = 0;
    loop {
        let now = letters(search, group[0]);
        if now.len() < minimum + 2 || place + 1 >= now.len() {
            return;
        }
        let neighbours = [&now[..place], &now[place + 2..]].concat();
        let mirror = now.len() - 1 - place;
        let is_removed = offer(search, group, &neighbours)
            || place + 1 < mirror && {
                let around = [&now[..place], &now[place + 1..mirror], &now[mirror + 1..]];
                offer(search, group, &around.concat())
            };
        if is_removed {
            // What held a pair together may hold the one before it no more.
            place = place.saturating_sub(1);
        } else {
            place += 1;
        }
    }
}

/// Makes runs of letters simplest.
fn lower_runs(search: &mut Search<'_>, group: &[usize]) {
    let all = letters(search, group[0]);
    if all.iter().all(|letter| *letter == 0) || offer(search, group, &vec![0; all.len()]) {
        return;
    }
    let mut start = 0;
    while start < all.len() {
        let now = letters(search, group[0]);
        if now.len() != all.len() {
            return;
        }
        let rest = now[start..].iter().filter(|letter| **letter > 0).count();
        let run = gallop::largest(rest as u128, |amount| {
            let mut lowered = now.clone();
            let raised = lowered[start..].iter_mut().filter(|letter| **letter > 0);
            raised.take(amount as usize).for_each(|letter| *letter = 0);
            offer(search, group, &lowered)
        });
        // The letter after the run is the first one that matters.
        let mut raised = (start..now.len())
            .filter(|at| now[*at] > 0)
            .skip(run as usize);
        start = raised.next().map_or(now.len(), |at| at + 1);
    }
}

/// Lowers each sort of letter, wherever it occurs, then each letter alone.
fn lower_each(search: &mut Search<'_>, group: &[usize]) {
    let mut sorts = letters(search, group[0]);
    sorts.sort_unstable();
    sorts.dedup();
    for sort in sorts {
        lower_where(search, group, sort, |_, letter| letter == sort);
    }
    for at in 0..letters(search, group[0]).len() {
        let Some(letter) = letters(search, group[0]).get(at).copied() else {
            return;
        };
        lower_where(search, group, letter, |place, _| place == at);
    }
}

/// Lowers the letters that `is_meant`, all of which are `letter`.
fn lower_where(
    search: &mut Search<'_>,
    group: &[usize],
    letter: u32,
    is_meant: impl Fn(usize, u32) -> bool,
) {
    let base = letters(search, group[0]);
    let mut set = |to: u128| {
        let lower = |(at, from): (usize, &u32)| {
            if is_meant(at, *from) {
                to as u32
            } else {
                *from
            }
        };
        let lowered: Vec<u32> = base.iter().enumerate().map(lower).collect();
        offer(search, group, &lowered)
    };
    let letter = u128::from(letter);
    if letter > 0 && !set(0) {
        gallop::smallest(letter, set);
    }
}

/// Puts the letters in order.
fn sort(search: &mut Search<'_>, group: &[usize]) {
    let mut letters = letters(search, group[0]);
    if !letters.is_sorted() {
        letters.sort_unstable();
        offer(search, group, &letters);
    }
}
