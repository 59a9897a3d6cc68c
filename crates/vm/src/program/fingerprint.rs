//! A name for what one entry of a program can reach, so that a change elsewhere is seen to be elsewhere.
//!
//! Two entries with the same fingerprint reach the same functions and globals, instruction for
//! instruction and byte for byte, at the same places in the source. What an entry cannot reach does not
//! count, nor does the order in which things were read.
//!
//! # Why it leaves nothing out
//!
//! The fingerprint is made by the derived `Hash` of the program's own types, which visits every field.
//! A reference to something outside the function (a *shared* id of [`super::ids`]) passes through
//! [`Hasher::write_u128`], which nothing else uses; the hasher replaces a constant, text or place by what
//! it stands for, and notes a function or global for the walk. So a field that somebody adds is hashed,
//! and what it refers to is reached, without anybody thinking of it.
//!
//! # Invariants
//!
//! - Numbers of functions and globals never enter, only their order of discovery from the entry.
//! - Symbols enter, as what the machine does itself is found by symbol.
//!
//! # Not here
//!
//! Everything else that a proof depends on: the limits, the machine, the toolchain.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use super::ids::Shared;
use super::{FunctionId, GlobalId, Program};

/// The name of what an entry reaches: 64 hexadecimal digits.
pub type Fingerprint = String;

/// Something with contents of its own, which may refer to others and, around a ring, to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Function(FunctionId),
    Global(GlobalId),
}

/// A node's contents without the numbers of what it refers to, and what that is, in order.
struct Contents {
    hash: blake3::Hash,
    references: Vec<Node>,
}

/// Makes the fingerprints of one program. Each function is read once, however many entries reach it.
pub struct Fingerprints<'program> {
    program: &'program Program,
    known: HashMap<Node, Contents>,
}

impl<'program> Fingerprints<'program> {
    /// Nothing is read yet.
    pub fn new(program: &'program Program) -> Self {
        Self {
            program,
            known: HashMap::new(),
        }
    }

    /// The name of what can be reached from a function, and the functions among it, itself first and what runs
    /// before `main` next. Costs
    /// some milliseconds for each thousand functions that are reached, more when they are reached for
    /// the first time.
    pub fn of(&mut self, entry: FunctionId) -> (Fingerprint, Vec<FunctionId>) {
        let mut hasher = blake3::Hasher::new();
        let mut found = vec![Node::Function(entry)];
        let mut numbers = HashMap::from([(found[0], 0_u64)]);
        let mut number = |node, found: &mut Vec<Node>| {
            *numbers.entry(node).or_insert_with(|| {
                found.push(node);
                found.len() as u64 - 1
            })
        };
        for &constructor in &self.program.constructors {
            hasher.update(&number(Node::Function(constructor), &mut found).to_le_bytes());
        }
        let mut next = 0;
        while let Some(&node) = found.get(next) {
            next += 1;
            let contents = self
                .known
                .entry(node)
                .or_insert_with(|| read(self.program, node));
            hasher.update(contents.hash.as_bytes());
            hasher.update(&(contents.references.len() as u64).to_le_bytes());
            for &reference in &contents.references {
                hasher.update(&number(reference, &mut found).to_le_bytes());
            }
        }
        let function = |node| match node {
            Node::Function(id) => Some(id),
            Node::Global(_) => None,
        };
        let functions = found.into_iter().filter_map(function).collect();
        (hasher.finalize().to_hex().to_string(), functions)
    }
}

fn read(program: &Program, node: Node) -> Contents {
    let mut reader = Reader {
        program,
        hasher: blake3::Hasher::new(),
        waiting: Vec::with_capacity(WAITING_MAX),
        references: Vec::new(),
    };
    match node {
        Node::Function(id) => (0_u8, &program.functions[id.index()]).hash(&mut reader),
        Node::Global(id) => (1_u8, &program.globals[id.index()]).hash(&mut reader),
    }
    reader.flush();
    Contents {
        hash: reader.hasher.finalize(),
        references: reader.references,
    }
}

/// How many bytes are gathered before they are hashed; single words would be hashed slowly.
const WAITING_MAX: usize = 1 << 14;

/// Reads one node through its derived `Hash`.
struct Reader<'program> {
    program: &'program Program,
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
    references: Vec<Node>,
}

impl Reader<'_> {
    fn flush(&mut self) {
        self.hasher.update(&self.waiting);
        self.waiting.clear();
    }
}

impl Hasher for Reader<'_> {
    fn write(&mut self, bytes: &[u8]) {
        if self.waiting.len() + bytes.len() > WAITING_MAX {
            self.flush();
        }
        self.waiting.extend_from_slice(bytes);
    }

    fn write_u128(&mut self, shared: u128) {
        let shared = Shared::from_word(shared);
        // What kind it is counts, so that a text is not taken for a place that reads the same.
        self.write_u8(shared.kind());
        let program = self.program;
        match shared {
            Shared::Function(id) => self.references.push(Node::Function(id)),
            Shared::Global(id) => self.references.push(Node::Global(id)),
            Shared::Constant(id) => program.constants[id.index()].hash(self),
            Shared::Place(id) => program.places[id.index()].hash(self),
            Shared::Text(id) => program.texts[id.index()].hash(self),
        }
    }

    fn finish(&self) -> u64 {
        unreachable!("a node is named by all of its bytes, in `read`")
    }
}
