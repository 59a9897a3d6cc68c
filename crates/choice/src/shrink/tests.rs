//! Shrinking on small generators written by hand: exact minima, exact numbers of runs, and laws
//! that every pass keeps.

mod laws;

use super::pass::Pass;
use super::search::Search;
use super::*;
use crate::{
    Alphabet, BytesDomain, Chance, Choice, Domain, Enabled, Integer, IntegerDomain, Replay,
    SpanKind, TextDomain, order,
};

/// A source for the generators of these tests.
struct Drawer {
    replay: Replay,
    record: Record,
}

impl Drawer {
    fn choose(&mut self, domain: Domain) -> Choice {
        let choice = self.replay.decide(&domain);
        self.record.push(choice.clone(), domain);
        choice
    }

    fn integer(&mut self, minimum: i64, maximum: i64) -> i64 {
        let domain = Domain::Integer(IntegerDomain::new(minimum, maximum));
        let Choice::Integer(value) = self.choose(domain) else {
            unreachable!("asked for one")
        };
        value
            .to_i128()
            .and_then(|value| i64::try_from(value).ok())
            .unwrap()
    }

    fn flag(&mut self) -> bool {
        self.choose(Domain::Boolean(Chance::EVEN)) == Choice::Boolean(true)
    }

    fn branch(&mut self, count: u32) -> u32 {
        let Choice::Branch(branch) = self.choose(Domain::Branch { count }) else {
            unreachable!("asked for one")
        };
        branch
    }

    fn text(&mut self) -> String {
        self.text_of(Alphabet::any())
    }

    fn text_of(&mut self, alphabet: Alphabet) -> String {
        let domain = Domain::Text(TextDomain::new(0, 40, alphabet));
        let Choice::Text(text) = self.choose(domain) else {
            unreachable!("asked for one")
        };
        text
    }

    fn bytes(&mut self) -> Vec<u8> {
        let domain = Domain::Bytes(BytesDomain::new(0, 40));
        let Choice::Bytes(bytes) = self.choose(domain) else {
            unreachable!("asked for one")
        };
        bytes
    }

    fn value<T>(&mut self, label: &'static str, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.record.open(SpanKind::Value, label);
        let value = draw(self);
        self.record.close(false);
        value
    }

    fn list<T>(
        &mut self,
        label: &'static str,
        sizes: [i64; 2],
        mut draw: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        self.record.open(SpanKind::Collection, label);
        let length = self.integer(sizes[0], sizes[1]);
        let element = |_| {
            self.record.open(SpanKind::Element, label);
            let element = draw(self);
            self.record.close(false);
            element
        };
        let list = (0..length).map(element).collect();
        self.record.close(false);
        list
    }

    fn numbers(&mut self) -> Vec<i64> {
        self.list("number", [0, 40], |drawer| drawer.integer(-1000, 1000))
    }
}

/// A failing start, the answer and what it cost, for one generator and property.
struct Problem<'a, T> {
    draw: &'a dyn Fn(&mut Drawer) -> T,
    fails: &'a dyn Fn(&T) -> bool,
}

impl<T> Problem<'_, T> {
    fn run(&self, choices: &[Choice]) -> (T, Record) {
        let mut drawer = Drawer {
            replay: Replay::new(choices.to_vec()),
            record: Record::new(),
        };
        let value = (self.draw)(&mut drawer);
        (value, drawer.record)
    }

    fn outcome(&self, probe: &mut Probe) -> Outcome {
        let (value, record) = self.run(&probe.choices);
        probe.record = record;
        Outcome {
            fails: (self.fails)(&value),
            is_execution: true,
        }
    }

    /// The start must fail as it stands.
    fn start(&self, choices: &[Choice]) -> Record {
        let (value, record) = self.run(choices);
        assert!((self.fails)(&value), "the start does not fail");
        assert_eq!(record.choices(), choices, "the start does not fit");
        record
    }

    fn shrink(&self, choices: &[Choice]) -> (T, Shrunk) {
        let start = self.start(choices);
        let shrunk = shrink(start.clone(), Limits::default(), |probe| {
            self.outcome(probe)
        });
        let (value, record) = self.run(&shrunk.record.choices());
        assert!((self.fails)(&value), "the answer does not fail");
        assert_eq!(record, shrunk.record);
        assert!(order::compare(record.nodes(), start.nodes()).is_le());
        (value, shrunk)
    }
}

fn integers(values: &[i64]) -> Vec<Choice> {
    values
        .iter()
        .map(|value| Choice::Integer(Integer::from(*value)))
        .collect()
}

/// Shrinks a start to the expected value with the expected number of runs.
#[track_caller]
fn check<T: std::fmt::Debug + PartialEq>(
    draw: impl Fn(&mut Drawer) -> T,
    fails: impl Fn(&T) -> bool,
    start: &[Choice],
    expected: &T,
    executions: u64,
) {
    let problem = Problem {
        draw: &draw,
        fails: &fails,
    };
    let (value, shrunk) = problem.shrink(start);
    assert_eq!(&value, expected);
    assert_eq!(
        shrunk.executions, executions,
        "{value:?}, {:?}",
        shrunk.passes
    );
    check_laws(&problem, start);
}

/// The laws of passes; and equal starts have equal answers, of which nothing is left to shrink.
fn check_laws<T>(problem: &Problem<'_, T>, start: &[Choice]) {
    check_passes(problem, start);
    let answers = [(); 2].map(|()| problem.shrink(start).1);
    assert_eq!(answers[0], answers[1]);
    let (_, again) = problem.shrink(&answers[0].record.choices());
    assert_eq!(
        again.record, answers[0].record,
        "a second shrink found more"
    );
}

/// A pass that makes no progress makes none when it is repeated, and progress is strict.
fn check_passes<T>(problem: &Problem<'_, T>, start: &[Choice]) {
    for pass in passes::ALL {
        let dry = check_progress(problem, start, pass);
        check_dry(problem, &dry, pass);
    }
}

/// Repeats a pass until it makes no progress, and returns what is left.
fn check_progress<T>(problem: &Problem<'_, T>, start: &[Choice], pass: &dyn Pass) -> Record {
    let mut oracle = |probe: &mut Probe| problem.outcome(probe);
    let mut search = Search::new(&mut oracle, problem.start(start), Limits::default());
    loop {
        let (before, adopted) = (search.best(), search.adopted);
        pass.run(&mut search);
        assert!(!search.is_exhausted(), "{} does not end", pass.name());
        let now = search.best();
        if search.adopted == adopted {
            assert_eq!(now.record(), before.record(), "{}", pass.name());
            return now.record().clone();
        }
        let order = order::compare(now.nodes(), before.nodes());
        assert!(order.is_lt(), "{} made it worse", pass.name());
    }
}

/// What was tried is remembered, so a repetition in the same search would prove nothing.
fn check_dry<T>(problem: &Problem<'_, T>, dry: &Record, pass: &dyn Pass) {
    let mut oracle = |probe: &mut Probe| problem.outcome(probe);
    let mut again = Search::new(&mut oracle, dry.clone(), Limits::default());
    pass.run(&mut again);
    let name = pass.name();
    let now = again.best();
    assert_eq!(
        now.record(),
        dry,
        "{name} found something when it was repeated"
    );
}

#[test]
fn what_does_not_matter_goes_at_once() {
    check(
        Drawer::numbers,
        |_| true,
        &integers(&[3, 500, -7, 9]),
        &vec![],
        1,
    );
    let start = integers(&[3, 500, -7, 9]);
    check(
        Drawer::numbers,
        |list| list.len() > 2,
        &start,
        &vec![0, 0, 0],
        6,
    );
}

/// Steps that join a group with a weight or link two of its members; it ends with a heavy link.
fn steps(drawer: &mut Drawer) -> Vec<String> {
    let (mut weights, mut log) = (Vec::new(), Vec::new());
    drawer.record.open(SpanKind::Collection, "step");
    let length = drawer.integer(0, 40);
    while (log.len() as i64) < length && !log.last().is_some_and(|step: &String| is_heavy(step)) {
        drawer.record.open(SpanKind::Element, "step");
        if drawer.branch(2) == 0 || weights.is_empty() {
            weights.push(drawer.integer(0, 1000));
            drawer.record.open(SpanKind::Put, "member");
            drawer.record.close(false);
            log.push(format!("join {}", weights[weights.len() - 1]));
        } else {
            let pair = [(); 2].map(|()| {
                drawer.record.open(SpanKind::Use, "member");
                let newer = drawer.integer(0, weights.len() as i64 - 1) as usize;
                drawer.record.close(false);
                weights[weights.len() - 1 - newer]
            });
            log.push(format!("link {} {}", pair[0], pair[1]));
        }
        drawer.record.close(false);
    }
    drawer.record.close(false);
    log
}

fn is_heavy(step: &str) -> bool {
    let mut words = step.split(' ');
    let [word, from, to] = [(); 3].map(|()| words.next().unwrap_or(""));
    word == "link" && from.parse::<u32>().is_ok_and(|from| from > 500) && to == "7"
}

#[test]
fn steps_that_stand_in_the_way_go_and_references_stay() {
    let join = |weight: i64| vec![Choice::Branch(0), Choice::Integer(weight.into())];
    let link = |from: i64, to: i64| {
        let [from, to] = [from, to].map(|newer| Choice::Integer(newer.into()));
        vec![Choice::Branch(1), from, to]
    };
    let length = integers(&[30]);
    let rest = [
        join(3),
        join(900),
        join(4),
        join(7),
        link(0, 3),
        join(5),
        join(6),
        link(4, 2),
    ];
    let start = [length, rest.concat()].concat();
    let expected = ["join 501", "join 7", "link 501 7"].map(str::to_owned);
    let fails = |log: &Vec<String>| log.last().is_some_and(|step| is_heavy(step));
    check(steps, fails, &start, &expected.to_vec(), 80);
}

#[test]
fn a_threshold_is_found_by_halving() {
    let draw = |drawer: &mut Drawer| drawer.integer(0, 1_000_000);
    check(draw, |value| *value >= 77, &integers(&[876_543]), &77, 24);
    check(
        draw,
        |value| *value >= 876_500,
        &integers(&[876_543]),
        &876_500,
        25,
    );
    check(draw, |value| *value % 10 == 3, &integers(&[876_543]), &3, 8);
}

#[test]
fn negative_numbers_become_positive_where_they_can() {
    let draw = |drawer: &mut Drawer| drawer.integer(-1000, 1000);
    check(draw, |value| value.abs() > 9, &integers(&[-800]), &10, 18);
    check(draw, |value| *value < -9, &integers(&[-800]), &-10, 18);
}

#[test]
fn elements_that_matter_stay_in_their_order() {
    let fails = |list: &Vec<i64>| {
        let nine = list.iter().position(|number| *number == 9);
        nine.is_some_and(|at| list[at..].contains(&5))
    };
    let start = integers(&[8, 1, 2, 9, 4, 5, 6, 7, 8]);
    check(Drawer::numbers, fails, &start, &vec![9, 5], 34);
}

#[test]
fn a_length_drawn_by_the_author_shrinks_with_its_elements() {
    let draw = |drawer: &mut Drawer| {
        let length = drawer.value("length", |drawer| drawer.integer(1, 20));
        (0..length)
            .map(|_| drawer.value("item", |drawer| drawer.integer(0, 100)))
            .collect()
    };
    let start = integers(&[6, 1, 2, 95, 4, 5, 6]);
    let fails = |list: &Vec<i64>| list.iter().any(|number| *number > 89);
    check(draw, fails, &start, &vec![90], 36);
}

#[test]
fn turns_of_a_loop_are_deleted() {
    let draw = |drawer: &mut Drawer| {
        let mut list = Vec::new();
        while drawer.value("more", Drawer::flag) {
            list.push(drawer.value("item", |drawer| drawer.integer(0, 9)));
        }
        list
    };
    let mut start = Vec::new();
    for value in [1, 7, 2, 3, 8] {
        start.extend([Choice::Boolean(true), Choice::Integer(Integer::from(value))]);
    }
    start.push(Choice::Boolean(false));
    check(
        draw,
        |list: &Vec<i64>| list.contains(&7) && list.contains(&8),
        &start,
        &vec![7, 8],
        52,
    );
}

#[test]
fn numbers_that_are_bound_move_together() {
    let pair = |drawer: &mut Drawer| (drawer.integer(0, 10_000), drawer.integer(0, 10_000));
    check(
        pair,
        |(a, b)| a == b && *a >= 10,
        &integers(&[777, 777]),
        &(10, 10),
        39,
    );
    check(
        pair,
        |(a, b)| a + 5 == *b && *a >= 10,
        &integers(&[777, 782]),
        &(10, 15),
        48,
    );
    check(
        pair,
        |(a, b)| a + b == 1000,
        &integers(&[777, 223]),
        &(0, 1000),
        27,
    );
}

#[test]
fn lists_of_lists_become_one_list() {
    let draw = |drawer: &mut Drawer| drawer.list("list", [0, 9], Drawer::numbers);
    let fails = |lists: &Vec<Vec<i64>>| lists.iter().map(Vec::len).sum::<usize>() >= 3;
    let start = integers(&[3, 2, 5, 6, 0, 2, 7, 8]);
    check(draw, fails, &start, &vec![vec![0, 0, 0]], 16);
}

#[test]
fn places_are_renumbered() {
    let draw = |drawer: &mut Drawer| drawer.list("place", [0, 20], |drawer| drawer.integer(0, 20));
    let fails = |list: &Vec<i64>| {
        let place = |at: i64| {
            usize::try_from(at)
                .ok()
                .and_then(|at| list.get(at))
                .copied()
        };
        list.iter().all(|value| place(*value).is_some())
            && (0i64..)
                .zip(list)
                .any(|(at, value)| *value != at && place(*value) == Some(at))
    };
    let start = integers(&[7, 3, 1, 6, 0, 4, 5, 2]);
    check(draw, fails, &start, &vec![1, 0], 48);
}

#[derive(Debug, PartialEq)]
enum Tree {
    Leaf(i64),
    Fork(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn draw(drawer: &mut Drawer) -> Self {
        drawer.value("tree", |drawer| match drawer.branch(2) {
            0 => Self::Leaf(drawer.integer(0, 99)),
            _ => Self::Fork(Box::new(Self::draw(drawer)), Box::new(Self::draw(drawer))),
        })
    }

    /// Some fork with leaves that are unequal.
    fn is_uneven(&self) -> bool {
        let Self::Fork(left, right) = self else {
            return false;
        };
        let is_leaf = |tree: &Self| matches!(tree, Self::Leaf(_));
        is_leaf(left) && is_leaf(right) && left != right || left.is_uneven() || right.is_uneven()
    }
}

#[test]
fn the_needed_part_of_a_tree_is_lifted_out() {
    let leaf = |value: i64| vec![Choice::Branch(0), Choice::Integer(Integer::from(value))];
    let fork =
        |left: Vec<Choice>, right: Vec<Choice>| [vec![Choice::Branch(1)], left, right].concat();
    let uneven = fork(leaf(50), leaf(60));
    let deep = fork(leaf(1), fork(fork(leaf(2), fork(uneven, leaf(3))), leaf(4)));
    let expected = Tree::Fork(Box::new(Tree::Leaf(0)), Box::new(Tree::Leaf(1)));
    check(Tree::draw, Tree::is_uneven, &deep, &expected, 21);
}

#[test]
fn a_later_branch_is_taken_where_it_is_shorter() {
    // The author put the node before the leaf.
    fn draw(drawer: &mut Drawer) -> Vec<i64> {
        drawer.value("tree", |drawer| match drawer.branch(2) {
            0 => [
                drawer.integer(0, 99),
                drawer.integer(0, 99),
                drawer.integer(0, 99),
            ]
            .to_vec(),
            _ => vec![drawer.integer(0, 99)],
        })
    }
    let start = [vec![Choice::Branch(0)], integers(&[70, 80, 90])].concat();
    check(
        draw,
        |list| list.iter().sum::<i64>() > 50,
        &start,
        &vec![51],
        33,
    );
    // Where all numbers are needed, it stays.
    check(draw, |list| list.len() > 2, &start, &vec![0, 0, 0], 5);
}

/// Steps of which each pays in another way, and only some can be paid in the first two.
fn payments(drawer: &mut Drawer) -> Vec<(u32, i64)> {
    drawer.list("step", [0, 9], |drawer| {
        let enabled = Enabled::of(&[true, false, true, true]);
        let Choice::Action(action) = drawer.choose(Domain::Action(enabled)) else {
            unreachable!("asked for one")
        };
        let paid = match action {
            0 => i64::from(drawer.flag()) + drawer.integer(0, 9),
            // Its arguments fit neither of the others.
            2 => drawer.text().len() as i64,
            _ => drawer.integer(-1000, -1) + drawer.text().len() as i64,
        };
        (action, paid)
    })
}

#[test]
fn an_earlier_action_is_taken_with_other_arguments() {
    let mut start = integers(&[1]);
    start.extend([Choice::Action(3), Choice::Integer(Integer::from(-7i64))]);
    start.push(Choice::Text("twelve bytes".to_owned()));
    // The arguments that were there say nothing to the first action, whose own have to be found.
    check(
        payments,
        |payments| payments.iter().any(|(_, paid)| *paid > 0),
        &start,
        &vec![(0, 1)],
        16,
    );
    // Where only the last action does, it stays.
    check(
        payments,
        |payments| payments.iter().any(|(action, _)| *action == 3),
        &start,
        &vec![(3, -1)],
        11,
    );
}

#[test]
fn words_are_shortened_and_their_letters_lowered() {
    let text = |text: &str| Choice::Text(text.to_owned());
    let fails = |text: &String| text.contains('(') && text.contains(')');
    check(
        Drawer::text,
        fails,
        &[text("some (long) text")],
        &"()".to_owned(),
        24,
    );
    let fails = |text: &String| !text.is_ascii();
    check(
        Drawer::text,
        fails,
        &[text("aé日")],
        &"\u{80}".to_owned(),
        20,
    );
    let fails = |bytes: &Vec<u8>| bytes.iter().any(|byte| *byte > 200);
    check(
        Drawer::bytes,
        fails,
        &[Choice::Bytes(vec![1, 255, 2, 230])],
        &vec![201],
        20,
    );
}

#[test]
fn letters_that_need_each_other_go_in_pairs() {
    let fails = |text: &String| {
        let step = |depth: i32, letter: char| match letter {
            '(' => Some(depth + 1),
            ')' if depth > 0 => Some(depth - 1),
            'x' if depth > 0 => Some(depth),
            _ => None,
        };
        text.contains('x') && text.chars().try_fold(0, step) == Some(0)
    };
    let start = [Choice::Text("()((()x()))((()))".to_owned())];
    check(Drawer::text, fails, &start, &"(x)".to_owned(), 65);
}

#[test]
fn words_that_agree_shrink_together() {
    let draw = |drawer: &mut Drawer| (drawer.text(), drawer.text());
    let fails = |(left, right): &(String, String)| left == right && left.len() > 2;
    let word = || Choice::Text("sesame".to_owned());
    check(
        draw,
        fails,
        &[word(), word()],
        &("aaa".to_owned(), "aaa".to_owned()),
        32,
    );
}

#[test]
fn rows_of_a_drawn_width_get_narrower_together() {
    let draw = |drawer: &mut Drawer| {
        let width = drawer.value("width", |drawer| drawer.integer(0, 6));
        let digit = |drawer: &mut Drawer| drawer.integer(0, 9);
        let row = |drawer: &mut Drawer| drawer.list("row", [width, width], digit);
        drawer.list("rows", [0, 8], row)
    };
    let fails = |rows: &Vec<Vec<i64>>| match &rows[..] {
        [first, second, ..] => first.iter().zip(second).any(|(a, b)| a == b && *a > 4),
        _ => false,
    };
    let start = integers(&[3, 3, 3, 1, 2, 8, 3, 4, 5, 8, 3, 6, 7, 0]);
    check(draw, fails, &start, &vec![vec![5], vec![5]], 62);
}

#[test]
fn a_count_shrinks_with_what_it_counts() {
    let draw = |drawer: &mut Drawer| (drawer.integer(0, 99), drawer.numbers());
    let fails = |(count, list): &(i64, Vec<i64>)| *count == list.len() as i64 && list.contains(&7);
    let start = integers(&[4, 4, 1, 2, 7, 3]);
    check(draw, fails, &start, &(1, vec![7]), 38);

    let draw = |drawer: &mut Drawer| (drawer.integer(0, 99), drawer.text());
    let fails = |(count, text): &(i64, String)| *count == text.len() as i64 && text.contains('x');
    let start = [integers(&[5]), vec![Choice::Text("abxyz".to_owned())]].concat();
    check(draw, fails, &start, &(1, "x".to_owned()), 33);
    // Where the number counts something else, nothing is lost.
    let fails = |(count, text): &(i64, String)| *count == 5 && text.len() >= 5;
    check(draw, fails, &start, &(5, "aaaaa".to_owned()), 27);
}

#[test]
fn a_length_within_a_word_shrinks_with_the_word() {
    let fails = |bytes: &Vec<u8>| match &bytes[..] {
        [_, length, content @ ..] => usize::from(*length) == content.len() && content.contains(&9),
        _ => false,
    };
    let start = [Choice::Bytes(vec![200, 5, 1, 2, 9, 4, 5])];
    check(Drawer::bytes, fails, &start, &vec![0, 1, 9], 35);
    let fails = |text: &String| {
        let (digit, content) = text.split_at_checked(1).unwrap_or_default();
        digit.parse() == Ok(content.len()) && content.len() >= 2
    };
    let start = [Choice::Text("7seventh".to_owned())];
    check(Drawer::text, fails, &start, &"2aa".to_owned(), 36);
}

#[test]
fn numbers_whose_product_matters_are_balanced() {
    let pair = |drawer: &mut Drawer| (drawer.integer(0, 1000), drawer.integer(0, 1000));
    let fails = |(a, b): &(i64, i64)| a * b > 500_000;
    check(pair, fails, &integers(&[789, 640]), &(501, 999), 65);
    let fails = |(a, b): &(i64, i64)| a * b == 1190;
    check(pair, fails, &integers(&[34, 35]), &(2, 595), 33);
    let fails = |(a, b): &(i64, i64)| a * a + b >= 5000 && *a > 0;
    check(pair, fails, &integers(&[400, 900]), &(64, 904), 81);
}

#[test]
fn a_tree_is_turned_to_the_one_shape() {
    fn draw(drawer: &mut Drawer) -> String {
        drawer.value("tree", |drawer| {
            if drawer.flag() {
                format!("({}{})", draw(drawer), draw(drawer))
            } else {
                ".".to_owned()
            }
        })
    }
    // ((..).) fails as (.(..)) does.
    let fails = |tree: &String| tree.matches('(').count() == 2 && tree.starts_with('(');
    let flags = |text: &str| {
        text.chars()
            .map(|flag| Choice::Boolean(flag == '1'))
            .collect()
    };
    let start: Vec<Choice> = flags("11000");
    check(draw, fails, &start, &"(.(..))".to_owned(), 7);
}

#[test]
fn a_limit_ends_the_work_with_what_there_is() {
    let draw = |drawer: &mut Drawer| drawer.integer(0, 1_000_000);
    let fails = |value: &i64| *value >= 77;
    let problem = Problem {
        draw: &draw,
        fails: &fails,
    };
    let start = problem.start(&integers(&[876_543]));
    let limits = Limits {
        executions_max: 5,
        ..Limits::default()
    };
    let shrunk = shrink(start, limits, |probe| problem.outcome(probe));
    assert!(!shrunk.is_complete);
    assert_eq!(shrunk.executions, 5);
    assert!(fails(&problem.run(&shrunk.record.choices()).0));
}

#[test]
fn every_pass_has_a_name_of_its_own() {
    let mut names: Vec<&str> = passes::ALL
        .iter()
        .map(|pass: &&dyn Pass| pass.name())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), passes::ALL.len());
}
