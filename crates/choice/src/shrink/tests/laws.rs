//! Laws of all passes, on generators and failures that nobody chose: both are made of random numbers.
//!
//! A failure here is a hash of the value, so nothing is monotone, near values have nothing in common,
//! and every pass meets structure that changes under its hands.

use super::*;
use crate::shrink::edit::{Edit, SIMPLEST};

/// Numbers from a seed, as even as a test needs them.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb) >> 11
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Draws a value whose shape depends on a seed and on what was drawn, as text.
fn draw(drawer: &mut Drawer, seed: u64, depth: u32) -> String {
    let mut random = Random(seed);
    let inner = |drawer: &mut Drawer, way: u64| draw(drawer, seed ^ (way + 1) << 20, depth - 1);
    let kinds = if depth == 0 { 4 } else { 11 };
    match random.below(kinds) {
        0 => drawer.integer(-50, 300).to_string(),
        1 => drawer.integer(3, 9).to_string(),
        2 if random.below(2) == 0 => drawer.text_of(Alphabet::from_ranges(&[[0x61, 0x63]])),
        2 => drawer.text(),
        3 => format!("{:?}", drawer.bytes()),
        4 => drawer.value("optional", |drawer| match drawer.flag() {
            true => inner(drawer, 0),
            false => "none".to_owned(),
        }),
        5 => drawer.value("choice", |drawer| {
            let branch = drawer.branch(3);
            inner(drawer, u64::from(branch))
        }),
        6 => format!(
            "{:?}",
            drawer.list("list", [0, 4], |drawer| inner(drawer, 0))
        ),
        7 => {
            let count = drawer.value("count", |drawer| drawer.integer(0, 4));
            let item = |_| drawer.value("item", |drawer| inner(drawer, 0));
            (0..count).map(item).collect()
        }
        8 => {
            let width = drawer.integer(0, 3);
            let rows = drawer.list("rows", [0, 3], |drawer| {
                drawer.list("row", [width, width], |drawer| inner(drawer, 0))
            });
            format!("{rows:?}")
        }
        9 => drawer.value("pair", |drawer| {
            let part = |drawer: &mut Drawer| drawer.value("part", |drawer| inner(drawer, 0));
            format!("<{}, {}>", part(drawer), part(drawer))
        }),
        _ => {
            let mut left = 3;
            while left > 0 && drawer.value("again", Drawer::flag) {
                left -= 1;
                inner(drawer, left);
            }
            inner(drawer, left)
        }
    }
}

/// A sequence of which most choices fit somewhere.
fn stream(random: &mut Random) -> Vec<Choice> {
    let word = |random: &mut Random| {
        let length = random.below(6) as usize;
        (0..length)
            .map(|_| b'a' + random.below(9) as u8)
            .collect::<Vec<u8>>()
    };
    let choice = |_| match random.below(9) {
        0..=2 => Choice::Integer(Integer::from(random.below(5))),
        3 => Choice::Integer(Integer::from(random.below(300) as i64 - 50)),
        4 => Choice::Boolean(true),
        5 => Choice::Branch(random.below(3) as u32),
        6 => Choice::Bytes(word(random)),
        7 => Choice::Text(word(random).into_iter().map(char::from).collect()),
        _ => SIMPLEST,
    };
    (0..60).map(choice).collect()
}

fn hash(text: &str, seed: u64) -> u64 {
    let step = |state: u64, byte: u8| Random(state ^ u64::from(byte)).next();
    text.bytes().fold(seed, step)
}

/// Runs `check` on many generators, each with a failing start.
fn for_many(count: u64, check: impl Fn(&Problem<'_, String>, &[Choice], &mut Random)) {
    for seed in 0..count {
        let mut random = Random(seed);
        let one_in = 2 + random.below(6);
        let shape = random.next();
        let draw_value = |drawer: &mut Drawer| {
            let parts = [0, 1, 2].map(|part| draw(drawer, shape ^ part, 3));
            parts.join(" ")
        };
        let is_any = |_: &String| true;
        let (fails_always, stream) = (
            Problem {
                draw: &draw_value,
                fails: &is_any,
            },
            stream(&mut random),
        );
        let (value, record) = fails_always.run(&stream);
        let fails = |text: &String| *text == value || hash(text, seed).is_multiple_of(one_in);
        let problem = Problem {
            draw: &draw_value,
            fails: &fails,
        };
        check(&problem, &record.choices(), &mut random);
    }
}

/// Passes that go on from what a refused run decided. A run that another best one was refused for is
/// remembered, but not what it decided; so in a new search these may have one more idea.
const LOOKING: [&str; 5] = [
    "lift-descendants",
    "simplify-spans",
    "lower-branches",
    "raise-branches",
    "lower-then-delete",
];

#[test]
fn every_pass_ends_and_makes_progress_only_downward() {
    for_many(300, |problem, start, _| {
        for pass in passes::ALL {
            check_progress(problem, start, pass);
        }
    });
}

#[test]
fn a_pass_that_is_dry_is_dry_in_a_new_search() {
    for_many(300, |problem, start, _| {
        let passes = passes::ALL.into_iter();
        for pass in passes.filter(|pass| !LOOKING.contains(&pass.name())) {
            let dry = check_progress(problem, start, pass);
            check_dry(problem, &dry, pass);
        }
    });
}

#[test]
fn an_answer_fails_is_replayed_and_is_the_same_each_time() {
    for_many(300, |problem, start, _| {
        let (_, shrunk) = problem.shrink(start);
        let (_, again) = problem.shrink(start);
        assert_eq!(shrunk, again);
        assert!(shrunk.is_complete);
    });
}

#[test]
fn only_what_fails_and_is_simpler_is_adopted() {
    for_many(200, |problem, start, random| {
        let mut oracle = |probe: &mut Probe| problem.outcome(probe);
        let mut search = Search::new(&mut oracle, problem.start(start), Limits::default());
        let mut adopted = 0;
        for _ in 0..60 {
            let before = search.best();
            let is_adopted = search.consider(script(&before, random));
            let now = search.best();
            let order = order::compare(now.nodes(), before.nodes());
            assert_eq!(is_adopted, order.is_lt());
            assert!(is_adopted || now.record() == before.record());
            let (text, record) = problem.run(&now.record().choices());
            assert!(
                (problem.fails)(&text),
                "{text} was adopted and does not fail"
            );
            assert_eq!(&record, now.record());
            adopted += u64::from(is_adopted);
        }
        assert_eq!(search.adopted, adopted);
    });
}

/// A script that cuts, copies and puts choices anywhere.
fn script(best: &std::rc::Rc<best::Best>, random: &mut Random) -> Edit {
    let length = best.nodes().len();
    let mut edit = Edit::of(best);
    let mut next = 0;
    while next < length && random.below(4) > 0 {
        let start = next + random.below((length - next) as u64) as usize;
        let end = start + random.below((length - start).min(4) as u64 + 1) as usize;
        let from = random.below(length as u64) as usize;
        edit = match random.below(5) {
            0 => edit.delete(start..end).copy(from..(from + 2).min(length)),
            1 => edit
                .delete(start..end)
                .insert(Choice::Branch(random.below(3) as u32)),
            2 => edit.delete(start..end).insert(SIMPLEST),
            3 => edit.replace(start, Choice::Integer(Integer::from(random.below(9)))),
            _ => edit.delete(start..end),
        };
        next = end.max(start + 1);
    }
    edit
}
