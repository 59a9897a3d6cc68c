//! The loops that a block lies in.
//!
//! A branch in a loop whose one side returns meets its other side only where the function ends. States
//! that stay in the loop meet at its head all the same, once an iteration. So heads of loops are
//! places to meet, too.
//!
//! # Not here
//!
//! Loops with several entries: for those, the head that a depth-first walk finds first is as good as any.
//! Which places states meet at changes how much work there is, never a verdict.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::program::{Block, BlockId, FunctionId, Program, successors};

/// The loops of functions, computed on first use.
#[derive(Default)]
pub(crate) struct LoopCache {
    functions: HashMap<FunctionId, Rc<Loops>>,
}

impl LoopCache {
    /// The loops of a function.
    pub(crate) fn of(&mut self, program: &Program, function: FunctionId) -> Rc<Loops> {
        let computed = self.functions.entry(function).or_insert_with(|| {
            let blocks = &program.functions[function.index()].blocks;
            Rc::new(Loops::of(blocks))
        });
        Rc::clone(computed)
    }
}

/// The loops of one function.
pub(crate) struct Loops {
    /// For each block, the heads of the loops that it lies in, the outermost first.
    heads: Vec<Vec<BlockId>>,
}

impl Loops {
    /// The heads of the loops that a block lies in, the outermost first.
    pub(crate) fn heads_around(&self, block: BlockId) -> &[BlockId] {
        &self.heads[block.index()]
    }

    fn of(blocks: &[Block]) -> Self {
        let edges: Vec<Vec<usize>> = blocks
            .iter()
            .map(|block| successors(block).into_iter().map(BlockId::index).collect())
            .collect();
        let mut bodies: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, head) in edges_back(&edges) {
            let body = bodies.entry(head).or_insert_with(|| BTreeSet::from([head]));
            body.extend(blocks_up_to(&edges, from, head));
        }
        let mut largest_first: Vec<_> = bodies.into_iter().collect();
        largest_first.sort_by_key(|(_, body)| std::cmp::Reverse(body.len()));
        let mut heads = vec![Vec::new(); blocks.len()];
        for (head, body) in largest_first {
            let head = BlockId(u32::try_from(head).expect("blocks are numbered by u32"));
            body.into_iter().for_each(|block| heads[block].push(head));
        }
        Self { heads }
    }
}

/// The edges that a depth-first walk from the entry finds to lead back to a block on its way.
fn edges_back(edges: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut is_seen = vec![false; edges.len()];
    let mut is_on_way = vec![false; edges.len()];
    let mut way = Vec::new();
    if !edges.is_empty() {
        (is_seen[0], is_on_way[0]) = (true, true);
        way.push((0, 0));
    }
    while let Some((from, next)) = way.pop() {
        let Some(&to) = edges[from].get(next) else {
            is_on_way[from] = false;
            continue;
        };
        way.push((from, next + 1));
        if is_on_way[to] {
            found.push((from, to));
        } else if !is_seen[to] {
            (is_seen[to], is_on_way[to]) = (true, true);
            way.push((to, 0));
        }
    }
    found
}

/// The blocks from which `last` can be reached without going through `head`, with `last`.
fn blocks_up_to(edges: &[Vec<usize>], last: usize, head: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([last]);
    let mut pending = vec![last];
    while let Some(to) = pending.pop() {
        if to == head {
            continue;
        }
        for (from, targets) in edges.iter().enumerate() {
            if targets.contains(&to) && found.insert(from) {
                pending.push(from);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{Edge, Instruction, Operand, PlaceId};

    /// A function whose blocks go to the given blocks, and for each block the heads around it.
    fn check(targets: &[&[u32]], heads: &[&[u32]]) {
        let edge = |block: &u32| Edge {
            block: BlockId(*block),
            copies: [].into(),
        };
        let block = |targets: &&[u32]| {
            let end = match targets {
                [] => Instruction::Return { values: [].into() },
                [only] => Instruction::Jump(edge(only)),
                [then, otherwise] => Instruction::Branch {
                    condition: Operand::Word(1),
                    then: edge(then),
                    otherwise: edge(otherwise),
                },
                _ => panic!("at most two"),
            };
            Block {
                instructions: vec![end],
                places: vec![PlaceId(0)],
                meets_at: None,
            }
        };
        let blocks: Vec<Block> = targets.iter().map(block).collect();
        let loops = Loops::of(&blocks);
        let found: Vec<Vec<u32>> = loops
            .heads
            .iter()
            .map(|heads| heads.iter().map(|head| head.0).collect())
            .collect();
        assert_eq!(found, heads, "{targets:?}");
    }

    #[test]
    fn a_diamond_has_no_loop() {
        check(&[&[1, 2], &[3], &[3], &[]], &[&[], &[], &[], &[]]);
    }

    #[test]
    fn a_loop_with_a_return_inside() {
        check(
            &[&[1], &[2, 4], &[3, 4], &[1], &[]],
            &[&[], &[1], &[1], &[1], &[]],
        );
    }

    #[test]
    fn the_outer_loop_comes_first() {
        check(
            &[&[1], &[2, 5], &[3, 4], &[2], &[1], &[]],
            &[&[], &[1], &[1, 2], &[1, 2], &[1], &[]],
        );
    }

    #[test]
    fn a_block_that_goes_to_itself() {
        check(&[&[0, 1], &[]], &[&[0], &[]]);
    }
}
