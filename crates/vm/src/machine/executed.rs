//! Which instructions some input is known to execute, and the lines of source that they stand for.
//!
//! A block is executed from its start, so one number for each block says it all: how many of its
//! instructions were ever reached. The machine writes it down where a state leaves a block, which is
//! where it counts its steps.
//!
//! # Invariants
//!
//! - An instruction counts only on a path that some input is known to take. What is noted stays true
//!   whatever becomes of the path, so a run that is undone leaves nothing wrong.
//! - A line is missed only if it stands in a function that the entry leads to, as far as names and
//!   addresses in the code tell. Lines of other functions are neither executed nor missed.
//!
//! # Not here
//!
//! Which files a reader cares about. All are told, except those of the standard library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use proofhouse_evidence::{FileLines, Lines};

use crate::program::{BlockId, FunctionId, PlaceId, Program};

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Executed {
    /// For each function, where its blocks begin in `counts`; empty when nothing is noted.
    first_block: Vec<u32>,
    /// For each block of the program, how many of its instructions were reached.
    counts: Vec<u32>,
    /// How often something was executed for the first time.
    news: u64,
}

impl Executed {
    /// Room for all blocks of a program.
    pub(crate) fn of(program: &Program) -> Self {
        let mut blocks = 0;
        let mut first_block = Vec::with_capacity(program.functions.len());
        for function in &program.functions {
            first_block.push(blocks);
            blocks += u32::try_from(function.blocks.len()).expect("blocks are numbered by u32");
        }
        Self {
            first_block,
            counts: vec![0; blocks as usize],
            news: 0,
        }
    }

    /// Notes that the first so many instructions of a block were reached.
    #[inline]
    pub(crate) fn note(&mut self, function: FunctionId, block: BlockId, count: u32) {
        let Some(first) = self.first_block.get(function.index()) else {
            return;
        };
        let known = &mut self.counts[*first as usize + block.index()];
        if count > *known {
            *known = count;
            self.news += 1;
        }
    }

    /// A number that grows whenever something is executed for the first time.
    pub(crate) fn news(&self) -> u64 {
        self.news
    }

    /// The lines of the functions that `reached` names, by file, each with its whole path, in
    /// alphabetical order.
    pub(crate) fn lines(&self, program: &Program, reached: &[FunctionId]) -> Vec<FileLines> {
        let mut files: BTreeMap<PathBuf, [BTreeSet<u32>; 2]> = BTreeMap::new();
        for (is_missed, places) in self.places(program, reached).iter().enumerate() {
            for place in places {
                for_each_line(program, *place, &mut |file, line| {
                    files.entry(file).or_default()[is_missed].insert(line);
                });
            }
        }
        let of_file = |(file, [executed, missed]): (PathBuf, [BTreeSet<u32>; 2])| {
            let executed: Lines = executed.into_iter().collect();
            let missed: Lines = missed.into_iter().collect();
            FileLines {
                file: file.display().to_string(),
                missed: missed.without(&executed),
                executed,
            }
        };
        files.into_iter().map(of_file).collect()
    }

    /// The places of instructions that were executed, and of those that were not.
    fn places(&self, program: &Program, reached: &[FunctionId]) -> [BTreeSet<PlaceId>; 2] {
        let mut places = [BTreeSet::new(), BTreeSet::new()];
        for id in reached {
            let function = &program.functions[id.index()];
            if !function.has_body() {
                continue;
            }
            let counts = &self.counts[self.first_block[id.index()] as usize..];
            // Its own line holds the start of every call, and the end of those that unwind.
            let is_missed = usize::from(counts[0] == 0);
            places[is_missed].insert(function.place);
            for (block, count) in function.blocks.iter().zip(counts) {
                let (executed, missed) = block.places.split_at(*count as usize);
                places[0].extend(executed);
                places[1].extend(missed);
            }
        }
        places
    }
}

/// The line of a place and those of the calls that were inlined to reach it, outside of the standard
/// library.
fn for_each_line(program: &Program, place: PlaceId, visit: &mut impl FnMut(PathBuf, u32)) {
    let mut next = Some(place);
    while let Some(place) = next.and_then(|id| program.places.get(id.index())) {
        let file = program.file_of(place);
        if place.line > 0 && !file.starts_with(STANDARD_LIBRARY) {
            visit(file, place.line);
        }
        next = place.inlined_at;
    }
}

/// Below which folder rustc says that the standard library's source lies.
const STANDARD_LIBRARY: &str = "/rustc";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Block, Function, Place, TextId};

    fn place(file: u32, line: u32, inlined_at: Option<PlaceId>) -> Place {
        Place {
            file: TextId(file),
            folder: TextId(file + 1),
            line,
            column: 1,
            function: TextId(0),
            inlined_at,
        }
    }

    fn function(blocks: &[&[u32]]) -> Function {
        let block = |places: &&[u32]| Block {
            places: places.iter().copied().map(PlaceId).collect(),
            ..Block::default()
        };
        Function {
            symbol: String::new(),
            path: String::new(),
            parameters: Vec::new(),
            byval_bytes: Vec::new(),
            results: Vec::new(),
            variadic: false,
            register_count: 0,
            blocks: blocks.iter().map(block).collect(),
            place: PlaceId(5),
        }
    }

    /// Two functions, the second with a call that was inlined from the standard library.
    fn program() -> Program {
        Program {
            functions: vec![
                function(&[&[1, 2], &[3]]),
                function(&[&[1, 4, 0]]),
                function(&[]),
            ],
            places: vec![
                place(0, 0, None),
                place(0, 10, None),
                place(0, 11, None),
                place(0, 12, None),
                place(2, 500, Some(PlaceId(2))),
                place(0, 9, None),
            ],
            texts: [
                "src/lib.rs",
                "/home/shop",
                "library/core/src/num.rs",
                "/rustc/1234",
            ]
            .map(str::to_owned)
            .to_vec(),
            ..Program::default()
        }
    }

    fn check(notes: &[(u32, u32, u32)], reached: &[u32], executed: &str, missed: &str) {
        let program = program();
        let mut noted = Executed::of(&program);
        for (function, block, count) in notes {
            noted.note(FunctionId(*function), BlockId(*block), *count);
        }
        let reached: Vec<FunctionId> = reached.iter().copied().map(FunctionId).collect();
        let lines = noted.lines(&program, &reached);
        let [only] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        let texts = (only.executed.to_string(), only.missed.to_string());
        assert_eq!(texts, (executed.to_owned(), missed.to_owned()));
        assert_eq!(only.file, "/home/shop/src/lib.rs");
    }

    #[test]
    fn a_line_is_executed_where_any_instruction_of_it_is() {
        check(&[], &[0], "", "9-12");
        check(&[(0, 0, 1)], &[0], "9-10", "11-12");
        // A smaller number later takes nothing back.
        check(&[(0, 0, 2), (0, 0, 1)], &[0], "9-11", "12");
        // The other function executed the line of what was inlined.
        check(&[(0, 1, 1), (1, 0, 2)], &[0, 1], "9-12", "");
    }

    #[test]
    fn functions_that_are_not_reached_do_not_count() {
        check(&[(1, 0, 1)], &[1], "9-10", "11");
        let program = program();
        assert_eq!(Executed::of(&program).lines(&program, &[FunctionId(2)]), []);
    }
}
