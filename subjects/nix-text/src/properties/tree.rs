//! Walking down a model of a file system, in which somebody may plant links.
//!
//! # Invariants
//!
//! - The model's steps answer as `openat` with `O_NOFOLLOW` does for one name, and would follow a link
//!   in the middle of a text with several: the model is a file system, not a copy of the walk.

use proofhouse::prelude::*;

use crate::path::{Kind, Policy, RelativePath, Segment, Tree, walk};

/// How many nodes there are. The first four are inside of the root, which is the first; the first
/// three and the fifth are directories.
const NODES: usize = 6;
const INSIDE: usize = 4;
const OUTSIDE_DIRECTORY: usize = 4;

/// What a name in a directory leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Nothing,
    /// The node itself.
    Node(usize),
    /// A symbolic link to a node, inside or outside.
    Link(usize),
}

/// The entries `a` and `b` of the directories inside, and what somebody does between steps.
#[derive(Debug)]
struct Model {
    entries: [[Entry; 2]; 3],
    changes: Vec<Option<(usize, usize, Entry)>>,
    steps: usize,
}

/// What may be entered into a directory inside: nothing, a node inside below the root, or any link.
fn entry() -> impl Generator<Value = Entry> {
    from_fn(|source| match source.draw(0..=9_usize) {
        0 => Entry::Nothing,
        number @ 1..INSIDE => Entry::Node(number),
        number => Entry::Link(number - INSIDE),
    })
}

fn change() -> impl Generator<Value = Option<(usize, usize, Entry)>> {
    (any::<bool>(), 0..=2_usize, 0..=1_usize, entry())
        .map(|(is_done, directory, name, entry)| is_done.then_some((directory, name, entry)))
}

impl Model {
    fn lookup(&self, directory: usize, name: &str) -> Entry {
        let index = usize::from(name == "b");
        if directory < 3 {
            self.entries[directory][index]
        } else if directory == OUTSIDE_DIRECTORY {
            Entry::Node(NODES - 1)
        } else {
            Entry::Nothing
        }
    }
}

fn is_directory(node: usize) -> bool {
    node < 3 || node == OUTSIDE_DIRECTORY
}

impl Tree for Model {
    type Handle = usize;
    type Error = ();

    fn step(&mut self, directory: &usize, name: &Segment, kind: Kind) -> Result<usize, ()> {
        if let Some(Some((place, index, entry))) = self.changes.get(self.steps) {
            self.entries[*place][*index] = *entry;
        }
        self.steps += 1;
        let mut held = *directory;
        let mut names = name.as_str().split('/').peekable();
        while let Some(name) = names.next() {
            held = match self.lookup(held, name) {
                Entry::Node(node) => node,
                // Only the last component of a text is kept from being followed.
                Entry::Link(node) if names.peek().is_some() => node,
                Entry::Nothing | Entry::Link(_) => return Err(()),
            };
        }
        if kind == Kind::Directory && !is_directory(held) {
            return Err(());
        }
        Ok(held)
    }
}

/// A path of one to three names, each `a` or `b`.
fn names() -> impl Generator<Value = Vec<bool>> {
    vec(any::<bool>(), 1..=3)
}

fn path_of(names: &[bool]) -> RelativePath {
    let names: Vec<&str> = names
        .iter()
        .map(|is_b| if *is_b { "b" } else { "a" })
        .collect();
    RelativePath::parse(&names.join("/"), Policy::STRICT).expect("the names are harmless")
}

fn entries() -> impl Generator<Value = [[Entry; 2]; 3]> {
    array::<_, 3>(array::<_, 2>(entry()))
}

/// In any tree with any links, what a walk arrives at is inside, and is what the names lead to where
/// none of them is a link; where one is, or an entry is missing, the walk fails.
#[property]
fn rooted_no_escape_model(
    #[from(entries())] entries: [[Entry; 2]; 3],
    #[from(names())] names: Vec<bool>,
) {
    let mut model = Model {
        entries,
        changes: Vec::new(),
        steps: 0,
    };
    let found = walk(&mut model, 0, &path_of(&names));
    assert!(model.steps <= names.len());

    let mut expected = Some(0);
    for is_b in names {
        expected = match expected {
            Some(directory) if is_directory(directory) => {
                match entries[directory][usize::from(is_b)] {
                    Entry::Node(node) => Some(node),
                    Entry::Nothing | Entry::Link(_) => None,
                }
            }
            _ => None,
        };
    }
    assert_eq!(found.ok(), expected);
    assert!(expected.is_none_or(|node| node < INSIDE));
}

/// Whatever somebody enters into the directories before each of the steps, links to the outside in the
/// place of directories included, what the walk arrives at is inside; and it asks for one name at a
/// time.
#[property]
fn open_beneath_no_escape_under_race(
    #[from(entries())] entries: [[Entry; 2]; 3],
    #[from(names())] names: Vec<bool>,
    #[from(vec(change(), 3))] changes: Vec<Option<(usize, usize, Entry)>>,
) {
    let mut model = Model {
        entries,
        changes,
        steps: 0,
    };
    let count = names.len();
    if let Ok(node) = walk(&mut model, 0, &path_of(&names)) {
        assert!(node < INSIDE);
        assert_eq!(model.steps, count);
    }
}
